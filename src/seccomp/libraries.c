#include "seccomp/libraries.h"
#include <dlfcn.h>
#include <json-c/json_c_version.h>
#include <seccomp.h>

/* The file that FUNCTION was loaded from. */
static bool note_library(const void *function, struct seccomp_dependency *ret)
{
    Dl_info info;

    return dladdr(function, &info) && info.dli_fname && seccomp_dependency_note(ret, info.dli_fname);
}

bool libraries_note(const char *self, struct seccomp_dependency ret[SECCOMP_DEPENDENCIES])
{
    /* Through variables: the compiler must not take the program's own jump to it for the function. */
    const struct scmp_version *(*volatile version)(void) = seccomp_version;
    const char *(*volatile json_version)(void) = json_c_version;

    return seccomp_dependency_note(&ret[0], self) && note_library((const void *)version, &ret[1]) &&
           note_library((const void *)json_version, &ret[2]);
}
