/* Our pid 1 (or, without a pid namespace, a reaper): waits, reaps, tells the monitor. */
#pragma once
#include "inside/inside.h"

/* PAYLOAD has been executed. Never returns. */
void init_run(struct inside *in, pid_t payload) HUSK_NORETURN;
