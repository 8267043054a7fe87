/* What libseccomp made of a profile, with what it cannot say: calls that it does not know, and what is newer
 * than the profile. */
#include "base/alloc.h"
#include "base/bpf_shrink.h"
#include "plan/seccomp_policies.h"
#include "seccomp/compile.h"
#include <errno.h>
#include <linux/seccomp.h>

static const struct oci_extra *find_extra(const struct oci_code *from, uint32_t arch, uint32_t nr)
{
    for (size_t i = 0; i < from->extra_count; i++)
        if (syscall_abis[from->extras[i].abi].arch == arch && from->extras[i].number == nr)
            return &from->extras[i];
    return NULL;
}

/* Is NR beyond all that the profile is about. */
static bool is_newer(const struct oci_code *from, uint32_t arch, uint32_t nr)
{
    for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
        bool x32 = abi == SECCOMP_X32;

        if ((from->abis & 1u << abi) && syscall_abis[abi].arch == arch && x32 == (nr >= X32_BIT) &&
            from->highest[abi] >= 0)
            return nr - (x32 ? X32_BIT : 0) > (uint32_t)from->highest[abi];
    }
    return false;
}

/* Of what no rule is about. */
static uint32_t change(const void *context, uint32_t arch, uint32_t nr, uint32_t answer)
{
    const struct oci_code *from = context;
    const struct oci_extra *extra;

    if (answer != from->action)
        return answer;
    extra = find_extra(from, arch, nr);
    if (extra)
        return extra->action;
    if ((answer & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO && is_newer(from, arch, nr))
        return SECCOMP_RET_ERRNO | ENOSYS;
    return answer;
}

bool oci_shrink(const struct oci_code *from, struct bpf *ret, struct oci_error *error)
{
    uint32_t abis[SECCOMP_X32], *places = arena_alloc(from->length * sizeof *places);
    struct bpf_filter filter = {from->code, from->length, abis, 0, change, from};
    const char *wrong;

    for (unsigned abi = 0; abi < SECCOMP_X32; abi++) /* x32 has the native one's mark */
        if ((from->abis & 1u << abi) && syscall_abis[abi].arch)
            abis[filter.abi_count++] = syscall_abis[abi].arch;
    wrong = bpf_shrink(&filter, ret, places);
    return !wrong || oci_wrong(error, "%s", wrong);
}
