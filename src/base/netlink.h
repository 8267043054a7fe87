/*
 * Messages of netlink(7), made in a buffer of the caller's and sent in one go. Without allocation, for
 * the child after clone. What does not fit is noticed when it is sent, not when it is put.
 */
#pragma once
#include "base/util.h"
#include <stdbool.h>
#include <sys/types.h>

struct netlink {
    char *data; /* aligned for struct nlmsghdr */
    size_t size, used;
    size_t message; /* where the last message begins */
    unsigned count; /* messages so far: their sequence numbers are 1, 2, ... */
    bool full;      /* something did not fit */
};

/* Begins to write messages to the SIZE bytes at DATA. */
void netlink_init(struct netlink *n, void *data, size_t size);

/* A new message with a body of SIZE bytes: NLMSG_TYPE and NLM_F_* as they are. */
void netlink_message(struct netlink *n, int type, unsigned flags, const void *body, size_t size);

/* An attribute of the last message: any bytes, a text with its 0, or a number. */
void netlink_put(struct netlink *n, unsigned type, const void *data, size_t size);
void netlink_put_text(struct netlink *n, unsigned type, const char *text);
void netlink_put_u32(struct netlink *n, unsigned type, uint32_t value); /* in the host's order */
void netlink_put_be32(struct netlink *n, unsigned type, uint32_t value); /* in network order */

/* An attribute that holds those that follow, until netlink_close() gets what this returned. */
size_t netlink_open(struct netlink *n, unsigned type);
void netlink_close(struct netlink *n, size_t opened);

/* A socket of PROTOCOL (NETLINK_ROUTE, ...), or -errno. */
int netlink_socket(int protocol);

/* Sends all messages over FD, and waits until each that has NLM_F_ACK is answered. 0, or the first -errno;
 * *RET_WHICH is then the sequence number that it was for (0: of none), unless RET_WHICH is NULL. */
int netlink_send(const struct netlink *n, int fd, unsigned *ret_which);
