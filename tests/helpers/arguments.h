/*
 * Which argument of a system call says what it is about, counted from 0.
 */
#pragma once
#include <sys/syscall.h>

/* Which argument of CALL is a name; -1: none. */
static int name_argument(long call)
{
    switch (call) {
    case SYS_open:
    case SYS_stat:
    case SYS_lstat:
    case SYS_readlink:
    case SYS_access:
    case SYS_chdir:
    case SYS_chroot:
    case SYS_execve:
    case SYS_fsopen:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_unlink:
    case SYS_umount2:
    case SYS_sethostname:
    case SYS_memfd_create:
        return 0;
    case SYS_openat:
    case SYS_openat2:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_readlinkat:
    case SYS_faccessat:
    case SYS_faccessat2:
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_unlinkat:
    case SYS_open_tree:
    case SYS_mount:
    case SYS_fchmodat:
        return 1;
    case SYS_symlinkat:
    case SYS_fsconfig:
        return 2;
    case SYS_move_mount:
        return 3;
    default:
        return -1;
    }
}

/* Which one is a number that tells kinds of CALL apart; -1: none. */
static int number_argument(long call)
{
    switch (call) {
    case SYS_prctl:
        return 0;
    case SYS_fcntl:
    case SYS_ioctl:
        return 1;
    case SYS_close_range:
        return 2; /* flags */
    default:
        return -1;
    }
}
