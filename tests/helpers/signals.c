/*
 * signals COUNT: says "ready", then each signal that arrives by its name, a line each; ends with status 7
 * after COUNT of them. Signals wait in line meanwhile: none is lost, none stops it.
 *
 * signals raise NUMBER: sends itself that signal, with its default action. (Shells ignore some.)
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1;
    sigset_t all;

    if (argc > 2) {
        signal(atoi(argv[2]), SIG_DFL);
        return raise(atoi(argv[2]));
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");
    for (int sig; count > 0; count--) {
        sigwait(&all, &sig);
        puts(sigabbrev_np(sig) ? sigabbrev_np(sig) : "?");
    }
    return 7;
}
