/*
 * Capabilities: bounding, permitted, effective, inheritable and ambient sets to what the plan says, and
 * nothing in the inheritable one that is not ambient. By bare calls, since libcap allocates.
 */
#include "base/log.h"
#include "inside/inside.h"
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has(uint64_t set, int cap)
{
    return set >> cap & 1;
}

/* Takes from the bounding set what *SET has not, and from *SET what is not in the bounding set and so
 * cannot be had. EINVAL of prctl(2) says that the running kernel knows no such capability, nor higher
 * ones: --cap-add ALL has bits beyond the last. */
static int bound(struct inside *in, uint64_t *set)
{
    for (int cap = 0; cap < 64; cap++) {
        bool keep = has(*set, cap);
        int r = prctl(keep ? PR_CAPBSET_READ : PR_CAPBSET_DROP, cap, 0, 0, 0);

        if (r < 0 && errno == EINVAL && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0) {
            *set &= (UINT64_C(1) << cap) - 1;
            return 0;
        }
        if (r < 0)
            return inside_fail(in, errno, NULL, "Dropping capability %d from bounds", cap);
        if (keep && r == 0)
            *set &= ~(UINT64_C(1) << cap);
    }
    return 0;
}

/* Who has none gets none by being or becoming id 0, nor by anything else that capabilities(7) knows, in this
 * user namespace. no_new_privs says so too. Not as bwrap, whose clients see what bwrap leaves. */
static int lock_securebits(struct inside *in)
{
    const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                               SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                               SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

    if (log_is_bwrap())
        return 0;
    return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0
               ? inside_fail(in, errno, NULL, "locking the securebits")
               : 0;
}

static int raise_ambient(struct inside *in, uint64_t set)
{
    for (int cap = 0; cap < 64; cap++)
        if (has(set, cap) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
            return inside_fail(in, errno, NULL, "Adding ambient capability %d", cap);
    return 0;
}

int caps_settle(struct inside *in)
{
    const struct plan *plan = in->plan;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2], own[2];
    uint64_t caps = plan->caps;
    int r;

    if (!plan->set_caps)
        return 0;
    if (syscall(SYS_capget, &header, own) < 0)
        return inside_fail(in, errno, NULL, "capget failed");
    /* A change of ids has left them permitted, but not effective. */
    for (int i = 0; i < 2; i++)
        own[i].effective = own[i].permitted;
    if (syscall(SYS_capset, &header, own) < 0)
        return inside_fail(in, errno, NULL, "capset failed");
    r = bound(in, &caps);
    if (r < 0)
        return r;
    if (!caps && (r = lock_securebits(in)) < 0)
        return r;
    /* More than is there cannot be kept, and to ask for it would be EPERM. */
    caps &= own[0].permitted | (uint64_t)own[1].permitted << 32;
    for (int i = 0; i < 2; i++) {
        uint32_t half = (uint32_t)(caps >> (32 * i));

        data[i] = (struct __user_cap_data_struct){
            .effective = half, .permitted = half, .inheritable = plan->ambient ? half : 0};
    }
    if (syscall(SYS_capset, &header, data) < 0)
        return inside_fail(in, errno, NULL, "capset failed");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "clearing ambient capabilities");
    return plan->ambient ? raise_ambient(in, caps) : 0;
}
