/* A plan built by hand, what --dry-run prints of it, and looking for things in that. */
#pragma once
#include "base/fd.h"
#include "plan/plan.h"
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* Control characters, quotes, a C1 control, a byte that is not UTF-8, and a character that is. */
#define ODD "/o\"d\\d\n\x1b[31m\xc2\x9b\xff\xc3\xa9"

static struct spec spec;
static struct plan plan;
static char odd_var[] = "ODD=" ODD;
static char *env[] = {"PATH=/bin", "GIVEN=a b", "PWD=", odd_var, NULL};
static char *argv_room[] = {NULL, "sh", "-c", "echo \"a\"", NULL};

static HUSK_UNUSED struct mount_op *add(enum mount_kind kind, const char *source, const char *dest)
{
    static struct mount_op ops[32];
    struct mount_op *op = &ops[plan.mount_count++];

    assert_true(plan.mount_count < ARRAY_SIZE(ops));
    *op = (struct mount_op){.kind = kind, .source = source, .dest = dest, .fd = FD_NONE};
    plan.mounts = ops;
    return op;
}

/* A plan with all namespaces of its own and no mounts. */
static int set_up(void **state HUSK_UNUSED)
{
    static const struct id_range map = {1000, 0, 1};

    spec_init(&spec);
    memset(&plan, 0, sizeof plan);
    plan.spec = &spec;
    plan.unshared = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                    CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;
    plan.ids = (struct plan_ids){.how = IDS_SINGLE,
                                 .uid_map = &map,
                                 .uid_map_count = 1,
                                 .gid_map = &map,
                                 .gid_map_count = 1,
                                 .uid = 1000,
                                 .gid = 1000};
    plan.argv = argv_room + 1;
    plan.file = "sh";
    plan.env = env;
    plan.pwd_slot = 2;
    plan.path = "/bin";
    plan.set_caps = true;
    return 0;
}

/* What SHOW prints to stdout, in arena memory. */
static char *printed(int (*show)(const struct plan *))
{
    int file = memfd_create("out", MFD_CLOEXEC), saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    size_t size;
    char *text;

    assert_true(file >= 0 && saved >= 0);
    fflush(stdout);
    dup2(file, STDOUT_FILENO);
    assert_int_equal(show(&plan), 0);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    lseek(file, 0, SEEK_SET);
    assert_int_equal(fd_read_all(file, 1 << 20, &text, &size), 0);
    assert_int_equal(strlen(text), size);
    close(file);
    return text;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static HUSK_UNUSED void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" in:\n%s", part, text);
}

static HUSK_UNUSED void use_odd_bytes_everywhere(void)
{
    const struct origin odd = {ODD, 1, 1, ODD};
    static char *odd_argv[] = {NULL, ODD, "", NULL};

    add(MOUNT_BIND, ODD, ODD)->from = odd;
    add(MOUNT_SYMLINK, ODD, ODD ODD)->from = odd;
    plan.argv = odd_argv + 1;
    plan.file = plan.path = plan.home = plan.old_cwd = ODD;
    spec.hostname.value = spec.exec_label.value = spec.file_label.value = ODD;
    spec.hostname.from = spec.exec_label.from = odd;
    *VEC_PUSH(&spec.lock_files) = (struct opt_text){ODD, odd};
    for (size_t i = 0; i < 32; i++)
        spec.unshare_from[i] = odd;
}
