/*
 * What each leg gives up before it reads the first byte from a stranger: all capabilities but those in
 * KEEP, the right to get new ones by execve(2), to be traced by its user's other processes, to dump core,
 * and every system call but those that it makes. It opens no file and starts no program from then on.
 */
#pragma once
#include "base/util.h"

/* The leg that asks name servers: sockets of the internet. 0 or negative, said. */
int seal_outer(void);

/* The leg that sets rules: CAP_NET_ADMIN, sockets of netlink. 0 or negative, said. */
int seal_inner(void);
