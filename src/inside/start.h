/* The command's start: as a child of an init of ours, or in this process. */
#pragma once
#include "inside/inside.h"

/* Never returns. */
void start_command(struct inside *in) HUSK_NORETURN;
