/* Giving pages back. */
#pragma once

/* How long a process should have waited before it is worth it, in milliseconds. */
enum { TRIM_AFTER_MS = 200 };

/*
 * Drops the program's own code and constants from this process's memory; what is used again is mapped
 * again from the page cache, in a microsecond. For a process that only waits from here on: most of the
 * code has been run for the last time. Data are left alone. A failure does no harm, and nobody is told.
 */
void trim_code(void);
