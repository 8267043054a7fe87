/*
 * The signals that husk hears of. What the terminal sends (SI_KERNEL) reaches the command by itself, as it is of
 * the same job, unless it has a session of its own; but that the terminal is gone is told to the leader of the
 * session alone, and to the job only when that has ended. What a process sends to husk is meant for the command.
 */
#pragma once
#include "plan/plan.h"
#include <stdbool.h>
#include <sys/signalfd.h>

/* A signalfd, or -1 and errno. */
int signals_open(void);

/* Has the command, which has started, got it from the kernel as well? */
bool signal_reaches_command(const struct plan *plan, const struct signalfd_siginfo *info);
