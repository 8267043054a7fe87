/*
 * swap [-k] A B: lets the names A and B change places, over and over, as fast as it can, until it gets
 * SIGTERM or its parent ends. What an attacker does to a path that somebody else is about to use.
 * After SIGTERM both are where they were at first. -k: goes on where it fails, as when one is not there yet; they may
 * end in each other's place.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
    (void)sig;
    stop = 1;
}

static int exchange(char **argv)
{
    if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) == 0)
        return 0;
    perror(argv[1]);
    return 1;
}

int main(int argc, char **argv)
{
    const char *program = argv[0];
    bool keeps_trying = argc > 1 && strcmp(argv[1], "-k") == 0;

    argv += keeps_trying;
    argc -= keeps_trying;
    if (argc != 3) {
        fprintf(stderr, "usage: %s [-k] A B\n", program);
        return 2;
    }
    signal(SIGTERM, on_term);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    while (keeps_trying && !stop)
        renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE);
    while (!stop) {
        if (exchange(argv))
            return 1;
        if (exchange(argv)) /* and back */
            return 1;
    }
    return 0;
}
