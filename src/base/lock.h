/*
 * Locks on folders, of two kinds that do not meet.
 *
 * Held: a shared lock of an open file description (fcntl(2), F_OFD_SETLK, Linux 3.15). Nobody can take an
 * exclusive one of that kind, which needs a file open for writing, so holding never waits, and looking
 * whether somebody holds disturbs nobody.
 *
 * Busy: an exclusive flock(2), for a moment only. Who has it may be a stranger that never lets go, so the
 * wait has an end.
 *
 * Both are shared by all copies of the fd, and gone with the last.
 */
#pragma once
#include <stdbool.h>

/* Holds the folder FD, which is open for reading. 0 or -errno. */
int lock_hold(int fd);

/* Does somebody hold the folder FD, other than by this fd or a copy of it? True when in doubt. */
bool lock_is_held(int fd);

/* Makes FOLDER, of which an O_PATH fd will do, busy; waits for PATIENCE_MS milliseconds at most. An fd, to be
 * closed when done, or -errno; -EWOULDBLOCK: it was busy for all that time. */
int lock_busy(int folder, int patience_ms);
