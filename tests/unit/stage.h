/*
 * The stages of src/inside, run for real: a plan by hand (bare_plan.h), carried out by a process in new
 * namespaces (INSIDE() of in_namespace.h). For the host there is a tmpfs on /tmp that only it sees.
 */
#pragma once
#include "bare_plan.h"
#include "base/syscalls.h"
#include "in_namespace.h"
#include "inside/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

extern struct inside *in;
extern int gate, guardian; /* the host's ends of in->gate and in->guardian */

/* ---- the host: all paths are below /tmp ---------------------------------------------------- */

/* An empty /tmp, an empty plan, a mount namespace of which nothing gets out. */
void host_begin(void);

/* These make what is missing on the way, 0755. */
void host_dir(const char *path);
void host_file(const char *path, const char *text);
void host_link(const char *path, const char *to);

/* An fd from which TEXT can be read. */
int fd_with(const char *text);

/* All there is in /tmp: names, inodes, modes, sizes, times of change. In arena memory. */
const char *host_tree(void);

/* ---- the stages ---------------------------------------------------------------------------- */

/* inside_prepare() and its gates. */
void prepare(void);

/* That, and the stages that make the mounts, which must succeed. */
int run_stages(void);
#define build() works(run_stages())

/* The same, which must fail with TEXT in the message and with ERR (0: it has none). */
#define build_fails(text, err) fails(run_stages(), text, err)

/* What a function of src/inside returned, which must be 0 or more, and is returned. */
#define works(r) works_at(r, __FILE__, __LINE__)
int works_at(int r, const char *file, int line);

/* It must be negative, with such a note, which is taken away. */
#define fails(r, text, err) fails_at(r, text, err, __FILE__, __LINE__)
void fails_at(int r, const char *text, int err, const char *file, int line);

/* ---- what there is in the new root, before and after it was entered ------------------------ */

/* Opens PATH below in->root, -errno if it cannot. */
int open_inside(const char *path, int flags);

/* The whole st_mode of PATH, a link's own; 0: there is nothing. */
mode_t mode_inside(const char *path);

/* What PATH holds, or a link's text; "" if it cannot be read. In arena memory. */
const char *text_inside(const char *path);
const char *link_inside(const char *path);

/* ST_RDONLY, ST_NOSUID, ST_NODEV, ST_NOEXEC of the mount that PATH is on. */
unsigned long mount_flags_inside(const char *path);

/* The magic number of its file system. */
unsigned long fs_inside(const char *path);
