/*
 * A process of husk's own that outlives it for a moment, to clean up however husk ends: it is told what there
 * will be through a gate, waits for the end of file, and acts.
 */
#pragma once
#include <sys/types.h>

/* What it does; GATE is its end. Returning ends it. */
typedef void watcher_main(int gate);

/*
 * Starts it, in a process group of its own, with no file open but its end of the gate; the other end is *RET_FD. Any
 * process that has that end keeps it waiting. Its pid, or -errno, not said. Signals are to be blocked already.
 */
pid_t watcher_start(watcher_main *run, int *ret_fd);
