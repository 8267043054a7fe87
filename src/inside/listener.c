#include "inside/listener.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PREPARED, LOADED, OVER };

/* The thread shares errno with the one that loads the filter: nothing that it calls may fail meanwhile. So it naps,
 * since to wait for a futex that nobody wakes would end with ETIMEDOUT. */
static int hand_over(void *arg)
{
    const struct timespec nap = {.tv_nsec = 100000};
    struct handover *h = arg;
    int r;

    while (__atomic_load_n(&h->step, __ATOMIC_ACQUIRE) == PREPARED)
        nanosleep(&nap, NULL);
    r = gate_send(h->gate, GATE_LISTENER, 0, h->listener);
    h->error = r < 0 ? -r : 0;
    __atomic_store_n(&h->step, OVER, __ATOMIC_RELEASE);
    syscall(SYS_futex, &h->step, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    return 0;
}

int listener_prepare(struct inside *in)
{
    struct handover *h = in->handover;

    h->gate = in->supervisor;
    h->step = PREPARED;
    if (clone(hand_over, h->stack + sizeof h->stack,
              CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, h) < 0)
        return inside_fail(in, errno, &in->plan->spec->seccomp_log.from,
                           "making a thread for the list of refused calls");
    return 0;
}

int listener_load(struct inside *in, const struct plan_filter *f)
{
    struct handover *h = in->handover;

    h->listener = sys_seccomp_listener(&f->prog);
    if (h->listener < 0) /* the thread ends with this process */
        return inside_fail_hint(in, errno == EBUSY ? HINT_LISTENER : HINT_SECCOMP, errno,
                                &in->plan->spec->seccomp_log.from, "loading a seccomp filter with a listener");
    __atomic_store_n(&h->step, LOADED, __ATOMIC_RELEASE);
    /* This call may be refused, too: by the supervisor, which has the listener then. */
    while (__atomic_load_n(&h->step, __ATOMIC_ACQUIRE) != OVER)
        syscall(SYS_futex, &h->step, FUTEX_WAIT, LOADED, NULL, NULL, 0);
    if (h->error)
        return inside_fail(in, h->error, &in->plan->spec->seccomp_log.from, "handing on a listener");
    return 0;
}
