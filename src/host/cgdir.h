/*
 * Folders of cgroup v2, each by an fd of its folder. Documentation/admin-guide/cgroup-v2.rst of the kernel says
 * what the files are.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CGDIR_TEXT = 4096 }; /* room for what is read of a file */

/* Is FD on cgroup2 (statfs(2)). */
bool fd_is_cgroup2(int fd);

/* Opens the folder PATH, which must be on cgroup2. An fd, or -errno; -ENOTTY if it is on another file system. */
int cgdir_open(const char *path);

/* Makes NAME in PARENT. An fd of it, or -errno. */
int cgdir_make(int parent, const char *name);

/* Reads FILE of DIR as a text into BUF, CGDIR_TEXT bytes. 0 or -errno. */
int cgdir_read(int dir, const char *file, char *buf);

/* Does FILE of DIR hold WORD among its words. False if it cannot be read. */
bool cgdir_has_word(int dir, const char *file, const char *word);

/* The number behind KEY in FILE, which has lines of KEY NUMBER; or, KEY NULL, that FILE is. -errno: ENOENT where
 * this kernel has none. */
int64_t cgdir_number(int dir, const char *file, const char *key);

/* Moves process PID into DIR, by its cgroup.procs. 0 or -errno. */
int cgdir_move(int dir, pid_t pid);

/* Is PID in DIR itself, and nothing else. */
bool cgdir_is_home_of(int dir, pid_t pid);

/* Kills all that is in DIR or below (Linux 5.14) and waits until it is gone, 10 s at most: what sleeps in the
 * kernel, as on a dead network file system, may take longer. 0 or -errno (ETIME). */
int cgdir_kill(int dir);

/* Ends NAME in PARENT: kills what is in it, removes it with all below. 0 or -errno; without one, 0. */
int cgdir_end(int parent, const char *name);
