/* What errnos are called. */
#pragma once

/* The text of ERR, an errno, the same with every libc: scripts look for it, and so do bwrap's clients. It
 * is glibc's. Valid until the next call; never NULL. */
const char *error_text(int err);
