/* How the programs that carry a network are called, and what they say. */
#pragma once
#include "plan/plan.h"

/* Where slirp4netns listens for requests to publish ports: on a tmpfs that only the keeper sees. */
#define SLIRP_FOLDER "/tmp"
#define SLIRP_SOCKET SLIRP_FOLDER "/api"

/* The command line. The network namespace is its stdin; it tells by a write to the fd READY that the
 * device is there (pasta: which is its stdout). In arena memory. */
char **net_helper_argv(const struct plan *plan, int ready);

/* Has slirp4netns listen on the host's port number I of P. 0, -errno, or -EPROTO with its answer in
 * ANSWER (SIZE bytes). Allocates nothing. */
int slirp_publish(const struct publish *p, unsigned i, char *answer, size_t size);

/* Can port number I of P be listened on? 0 or -errno. */
int publish_probe(const struct publish *p, unsigned i);

/* In TEXT, which is what a helper has said, the line that tells why it failed; TEXT is cut up. */
const char *net_helper_reason(char *text);
