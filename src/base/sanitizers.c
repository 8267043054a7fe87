/* Settings of the sanitizers, for builds with --enable-sanitizers; empty in all others. */
#include "base/sanitizers.h"

#ifdef HUSK_ASAN
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>

/* The runtime of the address sanitizer asks for them, before main. They are compiled in because husk's own
 * programs are started with a fixed environment. What ASAN_OPTIONS says comes on top. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    /* A report must end in a status that no test expects. Leaks are looked for in the unit tests, which ask
     * for it: it takes ptrace(2) at exit, which cannot be had where husk is traced, not dumpable or filtered.
     * SIGILL is how str_copy() ends a process; and the limit of core files is the command's as well. */
    return "detect_leaks=0:exitcode=99:abort_on_error=0:detect_stack_use_after_return=0:handle_sigill=0:"
           "disable_coredump=0";
}

/* The compiler calls it before each call that does not return. The runtime's own calls sigaltstack(2), and where a
 * filter of the command's refuses that, it cannot even end. Behind such a filter there are no frames that it would
 * have to clean up. */
void __asan_handle_no_return(void);
static void (*runtimes_no_return)(void);

__attribute__((constructor)) static void find_runtimes_no_return(void)
{
    runtimes_no_return = (void (*)(void))dlsym(RTLD_NEXT, "__asan_handle_no_return");
}

void __asan_handle_no_return(void)
{
    stack_t stack;

    if (runtimes_no_return && sigaltstack(NULL, &stack) == 0)
        runtimes_no_return();
}
#endif
