/* Becoming the command. */
#pragma once
#include "inside/inside.h"

/* Loads the filters and executes the command. Returns only if that failed, which is noted. */
void exec_command(struct inside *in);
