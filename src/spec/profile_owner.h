/* Whether a profile can be another user's doing: it decides what a sandbox lets out. */
#pragma once
#include "spec/spec.h"
#include <sys/stat.h>

/*
 * Checks the file of ST, which was opened as PATH, and each folder on the way to it from TOP down, which
 * PATH starts with: whoever can write to one of those could put another file in its place. They must belong
 * to root or to this user, and nobody else may be able to write to them; in a folder with a sticky bit others
 * cannot replace what is not theirs. A link must belong to one of the two as well; where it leads is checked
 * from / on.
 * 0 or -errno, said with FROM and the name of what is wrong.
 */
int profile_check_owner(const struct origin *from, const char *top, const char *path,
                        const struct stat *st);
