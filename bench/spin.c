/*
 * What a filter costs a program at work: the time of one system call in a loop. The bench runs itself
 * inside for that, by way of --spin, and reads the number that it prints.
 */
#include "base/log.h"
#include "base/str.h"
#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TURNS = 100000 };

static long spin_getpid(int fd HUSK_UNUSED)
{
    return syscall(SYS_getpid);
}

static long spin_read(int fd)
{
    char byte;

    return syscall(SYS_read, fd, &byte, 1);
}

static long spin_openat(int fd)
{
    long opened = syscall(SYS_openat, fd, "/dev/zero", O_RDONLY | O_CLOEXEC);

    return opened < 0 ? opened : syscall(SYS_close, opened);
}

static const struct {
    const char *name;
    long (*call)(int fd);
} spins[] = {
    {"getpid", spin_getpid},
    {"read", spin_read},
    {"openat", spin_openat}, /* and close */
};

int spin(const char *name)
{
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    for (size_t i = 0; i < ARRAY_SIZE(spins); i++) {
        double start = now();

        if (!streq(spins[i].name, name))
            continue;
        for (int n = 0; n < TURNS; n++)
            if (spins[i].call(fd) < 0)
                return log_errno(errno, "calling %s", name), EXIT_FAILURE;
        printf("%.9f\n", (now() - start) / TURNS);
        return EXIT_SUCCESS;
    }
    log_error("--spin %s: no such call", name);
    return EXIT_FAILURE;
}

enum outcome measure_spin(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                          const struct contender *c, double *ret_value)
{
    const char *line = launch_first_line(b, c->argv);

    *ret_value = strtod(line, NULL);
    return *ret_value > 0 ? DONE : launch_failed(b, c->argv, "printed no time");
}
