/* The files that decide what this program makes of a profile. */
#pragma once
#include "plan/seccomp_result.h"

/* Notes this program, which was started by the path SELF, libseccomp and json-c. False if one of them cannot
 * be found. */
bool libraries_note(const char *self, struct seccomp_dependency ret[SECCOMP_DEPENDENCIES]);
