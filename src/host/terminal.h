/* The terminal's foreground: a shell inside makes itself the foreground job and cannot give that back,
 * since the job it came from is of another pid namespace. So husk does, at the end. */
#pragma once
#include "base/util.h"

/* Looks whether husk is the foreground job. An fd of the terminal, to be handed to terminal_restore(),
 * or FD_NONE. */
int terminal_note(void);

/* Makes husk's job the foreground one again, if it was and the one that is now has ended. TTY may be FD_NONE. */
void terminal_restore(int tty);
