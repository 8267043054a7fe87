/* The inner leg: stands in the sandbox's network namespace, answers its questions and sets its rules. */
#pragma once
#include "allow/resolver.h"

struct inner {
    int udp, tcp;  /* bound to NET_DNS_LIST of plan/net.h */
    int refusals;  /* of refusals_listen(), or FD_NONE */
    int legs;      /* to the outer leg; non-blocking */
    int life;      /* its end of file is ours */
};

/* Brings up the loopback of the network namespace that we are in, and takes hold of its NET_DNS_LIST. 0 or
 * negative, said. */
int inner_listen(struct inner *inner);

/* Serves until the sandbox ends (0), or the outer leg does (-EPIPE); or -errno of what cannot be. */
int inner_run(const struct inner *inner, struct resolver *resolver);
