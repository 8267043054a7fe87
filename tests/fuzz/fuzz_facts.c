/* What procfs, sysfs and os-release say of a machine; each section is a file. */
#include "fuzz.h"
#include "host/why.h"
#include "plan/apparmor.c" /* for what it makes of a label */
#include <errno.h>

static const char *const files[] = {
    "/proc/self/mountinfo", "/proc/self/status", "/proc/self/uid_map", "/proc/self/gid_map", "/etc/os-release",
    "/proc/self/attr/current", "/proc/1/environ", "/proc/sys/user/max_user_namespaces",
    "/proc/sys/kernel/unprivileged_userns_clone", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
};

static void check_hint(const char *hint)
{
    FUZZ_CHECK(!hint || *hint);
}

/* Only who is not confined leaves its profiles. */
static void check_label(char *label)
{
    const char *word;

    label[strcspn(label, "\n")] = 0;
    word = transition(arena_strdup(label), "p");
    FUZZ_CHECK(starts_with(word, "stack ") || (streq(word, "exec p") && strstr(label, "unconfined")));
}

void fuzz_facts(const uint8_t *data, size_t size)
{
    static const int errors[] = {EPERM, EACCES, ENOSPC, EINVAL, ENOSYS, EBUSY};
    char *rest = input_text(data, size);
    struct facts f;

    machine_close();
    for (size_t i = 0; rest && i < ARRAY_SIZE(files); i++) {
        const char *text = input_section(&rest);

        if (*text)
            machine_file(files[i], text, strlen(text));
        if (strstr(files[i], "attr") && *text)
            check_label(arena_strdup(text));
    }
    facts_gather(&f, "");
    FUZZ_CHECK(f.os && f.os_like && f.max_userns >= UNKNOWN && f.debian_clone >= UNKNOWN);
    FUZZ_CHECK(!f.covered || starts_with(f.covered, "/proc/"));
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
        check_hint(userns_hint(errors[i], NULL, &f));
        check_hint(userns_hint(errors[i], "mounting /proc", &f));
        check_hint(mount_hint(errors[i], &f));
        check_hint(procfs_hint(errors[i], &f));
    }
    FUZZ_CHECK(machine_open_fds() == 0 && machine_errors() == 0);
}
