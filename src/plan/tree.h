/* The mounts of a plan as the tree of files that they make, for --dry-run. */
#pragma once
#include "plan/view.h"

/* Prints it to stdout, one operation a line: name, what it is, flags, where it came from. */
void tree_show(const struct view *v);
