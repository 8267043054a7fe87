/*
 * Internal to spec/: what the rows of options.def refer to. A setter gets the words of one option
 * and writes them down in p->spec; it looks nothing up but fds, which it checks, and the current
 * folder. Each returns 0, or -errno after saying why.
 */
#pragma once
#include "spec/options.h"

/* The value of set_bind's rows; any of them together. */
enum { BIND_RW = 0, BIND_RO = 1, BIND_TRY = 2, BIND_DEV = 4 };

/* The value of set_fd_mount's rows. */
enum { FDM_BIND, FDM_RO_BIND, FDM_FILE, FDM_DATA, FDM_RO_DATA };

option_setter set_action, set_print_profile, set_dry_run, set_nothing, set_level_prefix;
option_setter set_profile;
option_setter set_same_path, set_mount, set_cwd, set_bind, set_fd_mount, set_symlink, set_chmod;
option_setter set_overlay_src, set_overlay, set_lock_file;
option_setter set_perms, set_size, set_attr;
option_setter set_env, set_keep_env, set_setenv, set_unsetenv, set_clearenv;
option_setter set_unshare_all, set_unshare, set_unshare_try, set_time;
option_setter set_nsfd, set_disable_userns, set_hostname;
option_setter set_net, set_share_net, set_publish, set_dns, set_add_host, set_allow_host_loopback, set_allow;
option_setter set_id, set_map_flag, set_map_auto, set_id_map;
option_setter set_cap, set_seccomp, set_add_seccomp, set_seccomp_profile, set_syscall_rule;
option_setter set_landlock, set_tcp_ports, set_require;
option_setter set_rlimit, set_rlimit_at_most, set_no_core, set_nice, set_oom_score_adj, set_umask;
option_setter set_cpu_list, set_timeout, set_kill_after;
option_setter set_memory, set_cpus, set_weight, set_pids_limit, set_io_max;
option_setter set_scope, set_slice, set_cgroup_parent, set_cgroup_fs, set_report;
option_setter set_flag, set_flag_from, set_text, set_argv0, set_fd, set_keep_fd, set_sync_fd;

/* The member of the spec that row O stands for. */
#define MEMBER(p, o, type) ((type *)(void *)((char *)(p)->spec + (o)->value))

/* Warns when a value given on the command line (OLD) is replaced; one from a profile is there to be. */
void warn_replaced(const struct option *o, const struct origin *old);

/* Makes VALUE, from the option that is being set, that of SLOT, of which the last one counts. Returns 0. */
int put_text(struct parser *p, const struct option *o, struct opt_text *slot, const char *value);

/* Says "ORIGIN: TEXT"; as bwrap only TEXT. Returns -EINVAL. */
int option_error(const struct origin *from, const char *fmt, ...) HUSK_PRINTF(2, 3);

/* The fd that WORD names, open and from now on close-on-exec: husk keeps it, the command does not
 * get it. 0, or -EINVAL or -EBADF, said. */
int take_fd(const struct parser *p, const char *word, int *ret_fd);

/* The namespace that WORD names: an fd, taken, or (as husk) a path with a slash, opened. 0 or -errno, said. */
int open_namespace(const struct parser *p, const char *word, int *ret_fd);

/* The namespace of FLAG is to be new, because of the option that is being set. */
void unshare_flag(struct parser *p, unsigned flag);

/* The network is that of MODE from now on; NS is for NET_JOIN. */
void net_choose(struct parser *p, enum net_mode mode, int ns);

/* When all options are read: a list chooses a network for itself where none was chosen. 0, or -EINVAL, said. */
int allow_settle(struct spec *spec);

/* OCTAL for option NAME, at most 07777. 0, or -EINVAL, said. */
int read_mode(const struct parser *p, const char *name, const char *octal, mode_t *ret_mode);
