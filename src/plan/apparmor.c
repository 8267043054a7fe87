/*
 * --apparmor-profile: what the child writes to attr/apparmor/exec. The child has no_new_privs, with which the
 * kernel lets an unconfined process go into any profile, and a confined one only into a stack of its own
 * profiles and others: less, never something else (apparmor_bprm_creds_for_exec()).
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "plan/plan.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* data/apparmor/husk.in: husk's own profile, and that of the commands. */
static const char own_profile[] = "husk", command_profile[] = "husk-command";

enum { LABEL_LIMIT = 4096 };

/* husk's own label: "unconfined", "NAME (MODE)" or "A//&B (MODE)". NULL: AppArmor is off. */
static char *own_label(void)
{
    HUSK_FD int fd = open("/proc/self/attr/apparmor/current", O_RDONLY | O_CLOEXEC);
    char *text;
    size_t size;

    if (fd < 0 || !fd_is_procfs(fd) || fd_read_all(fd, LABEL_LIMIT, &text, &size) < 0)
        return NULL;
    text[strcspn(text, "\n")] = 0;
    return *text ? text : NULL;
}

/* The word of attr/apparmor/exec and its argument: for a process with LABEL, to come to PROFILE. */
static const char *transition(char *label, const char *profile)
{
    char *mode = strrchr(label, '(');

    if (streq(label, "unconfined") || (mode && streq(mode, "(unconfined)")))
        return arena_printf("exec %s", profile);
    if (mode && mode > label)
        mode[-1] = 0;
    if (streq(label, own_profile))
        return arena_printf("stack %s//&%s", command_profile, profile);
    return arena_printf("stack %s", profile);
}

int plan_apparmor(struct plan *plan)
{
    const struct opt_text *asked = &plan->spec->apparmor_profile;
    char *label;

    if (!asked->value)
        return 0;
    if (!asked->value[0] || asked->value[strcspn(asked->value, " \t\n")])
        return log_error("%s: the name of a profile is wanted", origin_text(&asked->from)), -EINVAL;
    label = own_label();
    if (!label)
        return log_error("%s: AppArmor is off here, or not in this kernel", origin_text(&asked->from)),
               -EOPNOTSUPP;
    plan->apparmor = transition(label, asked->value);
    return 0;
}
