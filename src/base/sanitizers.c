/* Settings of the sanitizers, for builds with --enable-sanitizers; empty in all others. */
#include "base/sanitizers.h"

#ifdef HUSK_ASAN
/* The runtime of the address sanitizer asks for them, before main. They are compiled in because husk's own
 * programs are started with a fixed environment. What ASAN_OPTIONS says comes on top. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    /* A report must end in a status that no test expects. Leaks are looked for in the unit tests, which ask
     * for it: it takes ptrace(2) at exit, which cannot be had where husk is traced, not dumpable or filtered.
     * SIGILL is how str_copy() ends a process. */
    return "detect_leaks=0:exitcode=99:abort_on_error=0:detect_stack_use_after_return=0:handle_sigill=0";
}
#endif
