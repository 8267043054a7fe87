#include "host/why.h"
#include "base/alloc.h"
#include "base/child.h"
#include "base/log.h"
#include "base/str.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>

/* ---- containers ---------------------------------------------------------------------------- */

/* How a container is started so that its seccomp filter, its AppArmor profile or its covers over
 * /proc are not in the way. */
static const struct advice {
    const char *name, *seccomp, *apparmor, *proc;
} advices[] = {
    [CONTAINER_DOCKER] = {"Docker's", "docker run --security-opt seccomp=unconfined",
                          "docker run --security-opt apparmor=unconfined",
                          "docker run --security-opt systempaths=unconfined"},
    [CONTAINER_PODMAN] = {"Podman's", "podman run --security-opt seccomp=unconfined",
                          "podman run --security-opt apparmor=unconfined",
                          "podman run --security-opt unmask=ALL"},
    [CONTAINER_KUBERNETES] = {"the pod's", "securityContext.seccompProfile.type: Unconfined",
                              "securityContext.appArmorProfile.type: Unconfined",
                              "securityContext.procMount: Unmasked"},
};

/* NULL outside of the containers that are known by name. */
static const struct advice *advice_for(const struct facts *f)
{
    return f->container < ARRAY_SIZE(advices) && advices[f->container].name ? &advices[f->container]
                                                                            : NULL;
}

/* The filter refuses WHAT. */
static const char *seccomp_hint(const char *what, const struct facts *f)
{
    const struct advice *a = advice_for(f);

    if (a)
        return arena_printf("%s seccomp filter refuses %s: start it with %s, or with a filter that "
                            "allows what namespaces and mounts need",
                            a->name, what, a->seccomp);
    if (f->container != CONTAINER_NONE)
        return arena_printf(
            "this container's seccomp filter refuses %s: start it with a filter that "
            "allows what namespaces and mounts need",
            what);
    return arena_printf(
        "a seccomp filter that husk was started under refuses %s: start husk from "
        "outside of that sandbox (in a systemd unit: without RestrictNamespaces= and "
        "SystemCallFilter=)",
        what);
}

/* ---- Linux security modules ---------------------------------------------------------------- */

static const char *restricted_hint(void)
{
    return "AppArmor keeps programs without a profile from using user namespaces: install husk's (./configure "
           "--with-apparmor-dir) and load it (sudo apparmor_parser -r /etc/apparmor.d/husk), or sudo sysctl -w "
           "kernel.apparmor_restrict_unprivileged_userns=0";
}

static const char *confined_hint(const struct facts *f)
{
    const struct advice *a = advice_for(f);

    if (a)
        return arena_printf("the AppArmor profile %s refuses it: start the container with %s",
                            f->apparmor_label, a->apparmor);
    /* `userns,' is known from AppArmor 4.0 on. The flag: the sources of binds are seen from a mount
     * namespace where they have no path. */
    return arena_printf("the AppArmor profile %s refuses it: allow it there (flags=(attach_disconnected) "
                        "and capability, mount, pivot_root, userns)",
                        f->apparmor_label);
}

static bool is_restricted(const struct facts *f)
{
    return f->apparmor_userns == 1 && !f->admin;
}

/* Whichever module it was, if any. */
static const char *lsm_hint(const struct facts *f)
{
    if (is_restricted(f))
        return restricted_hint();
    if (f->apparmor_label)
        return confined_hint(f);
    if (f->selinux)
        return "SELinux may have refused it: sudo ausearch -m avc -ts recent tells what to allow";
    return NULL;
}

/* ---- user namespaces ----------------------------------------------------------------------- */

/* ENOSPC: a limit is reached. Also EUSERS, before Linux 4.9. */
static const char *limit_hint(const struct facts *f)
{
    if (f->zero_limit)
        return arena_printf("the limit user.max_%s_namespaces is 0%s: sudo sysctl -w "
                            "user.max_%s_namespaces=15000",
                            f->zero_limit, f->nested ? " in this user namespace" : "",
                            f->zero_limit);
    /* A new one starts with no limit of its own (INT_MAX), and its parents' cannot be seen. */
    if (f->nested && f->max_userns >= INT32_MAX)
        return "user namespaces can be nested 32 deep, and this is that deep; or a limit outside "
               "of it, user.max_user_namespaces, is used up";
    if (f->max_userns > 0)
        return arena_printf(
            "this user has as many as user.max_user_namespaces allows: end some, or "
            "sudo sysctl -w user.max_user_namespaces=%" PRIi64,
            2 * MIN(f->max_userns, INT32_MAX / 2));
    return NULL;
}

static const char chroot_hint[] = "husk %s chrooted, where the kernel allows no user namespaces: "
                                  "enter that folder with pivot_root "
                                  "(systemd-nspawn) and not with chroot";

/* EPERM and EACCES of clone3(2) and unshare(2). */
static const char *refused_hint(int err, const struct facts *f)
{
    if (f->debian_clone == 0 && !f->admin)
        return "this kernel allows user namespaces only to root: sudo sysctl -w "
               "kernel.unprivileged_userns_clone=1";
    if (f->chrooted)
        return arena_printf(chroot_hint, "is");
    if (f->unmapped)
        return "the user namespace that husk is in does not map husk's own user and group: map "
               "them (unshare --map-root-user)";
    /* A filter mostly answers EPERM, a security module EACCES. */
    if (f->seccomp && (err == EPERM || !lsm_hint(f)) &&
        (f->container != CONTAINER_NONE || !is_restricted(f)))
        return seccomp_hint("user namespaces", f);
    /* A chroot to a mount point looks from inside like any root, and is all that is left then. */
    if (err == EPERM && f->has_proc && f->container == CONTAINER_NONE && !lsm_hint(f))
        return arena_printf(chroot_hint, "is probably");
    return lsm_hint(f);
}

static const char *making_hint(int err, const struct facts *f)
{
    switch (err) {
    case ENOSPC:
    case EUSERS:
        return limit_hint(f);
    case EPERM:
    case EACCES:
        return refused_hint(err, f);
    case EINVAL:
        return f->has_proc && !f->has_userns ? "this kernel was built without user namespaces "
                                               "(CONFIG_USER_NS): install another one"
                                             : NULL;
    case ENOSYS:
        return f->seccomp ? seccomp_hint("user namespaces", f) : NULL;
    case EAGAIN:
        return "the limit on this user's processes (ulimit -u) or on those of its cgroup "
               "(pids.max) "
               "is reached: raise it, or end some";
    default:
        return NULL;
    }
}

/* The namespace is there, but to use it was refused. */
static const char *using_hint(int err, const struct facts *f)
{
    if (!f->has_proc || err == ENODEV)
        return "there is no procfs on /proc: sudo mount -t proc proc /proc";
    if (f->proc_read_only && (err == EROFS || err == EACCES || err == EPERM))
        return "/proc is mounted read-only here: sudo mount -o remount,rw /proc, or start the "
               "container with a writable /proc";
    if (err == EROFS && f->covered)
        return "a part of /proc is mounted read-only here: start the container, or the sandbox that "
               "husk is in, with a writable /proc (husk: --dev-bind /proc /proc, and not --proc)";
    return err == EPERM || err == EACCES ? lsm_hint(f) : NULL;
}

const char *userns_hint(int err, const char *what, const struct facts *f)
{
    /* A second one, made inside the first, can run into a limit that the first did not. */
    bool limit = err == ENOSPC || err == EUSERS || err == EAGAIN;

    return what && !limit ? using_hint(err, f) : making_hint(err, f);
}

/* ---- mounts -----------------------------------------------------------------------------------

   The calls are those of the mount API; husk needs them as they are from Linux 5.14 on. */

const char *mount_hint(int err, const struct facts *f)
{
    const char *lsm = err == EPERM || err == EACCES ? lsm_hint(f) : NULL;
    struct utsname u;

    if (lsm)
        return lsm;
    if (f->seccomp && (err == EPERM || err == ENOSYS))
        return seccomp_hint("mounts", f);
    if (err == ENOSYS && uname(&u) == 0)
        return arena_printf("husk needs Linux 5.14 or later; this is %s", u.release);
    return NULL;
}

/* ---- procfs -------------------------------------------------------------------------------- */

/* A new procfs is allowed only where one is visible already that shows no less (Linux 4.3). */
const char *procfs_hint(int err, const struct facts *f)
{
    const struct advice *a = advice_for(f);

    if (err != EPERM)
        return err == EACCES ? lsm_hint(f) : NULL;
    if (!f->has_proc)
        return "the kernel allows a new procfs only where one is mounted already: sudo mount -t "
               "proc proc /proc";
    if (!f->covered && !f->proc_read_only)
        return lsm_hint(f);
    return arena_printf("%s is %s here, so the kernel allows no new procfs: %s%s",
                        f->covered ? f->covered : "/proc", f->covered ? "covered" : "read-only",
                        a ? a->proc : "--ro-bind /proc /proc shows this container's instead",
                        a ? ", or --ro-bind /proc /proc to show this container's" : "");
}

/* ---- helpers ------------------------------------------------------------------------------- */

/* The packages that have newuidmap and newgidmap. */
static const struct {
    const char *os, *command;
} packages[] = {
    {"debian", "sudo apt-get install uidmap"},   {"ubuntu", "sudo apt-get install uidmap"},
    {"fedora", "sudo dnf install shadow-utils"}, {"rhel", "sudo dnf install shadow-utils"},
    {"alpine", "apk add shadow-uidmap"},         {"arch", "sudo pacman -S shadow"},
    {"suse", "sudo zypper install shadow"},      {"opensuse", "sudo zypper install shadow"},
};

static const char *package_hint(const char *helper, const struct facts *f)
{
    for (size_t i = 0; i < ARRAY_SIZE(packages); i++)
        if (streq(f->os, packages[i].os) || strstr(f->os_like, packages[i].os))
            return arena_printf("%s is not installed: %s", helper, packages[i].command);
    return arena_printf("%s is not installed: it is in the package uidmap, shadow-utils or "
                        "shadow-uidmap",
                        helper);
}

const char *helper_hint(const char *helper, const struct helper_facts *h, const struct facts *f)
{
    if (!h->path)
        return package_hint(helper, f);
    if (!h->privileged)
        return arena_printf("%s is not setuid root: sudo chmod u+s %s", h->path, h->path);
    if (h->nosuid)
        return arena_printf("%s is on a file system that is mounted nosuid: remount that one "
                            "with suid (sudo mount -o remount,suid)",
                            h->path);
    if (f->no_new_privs)
        return arena_printf("husk was started with no_new_privs, so %s gets no rights: start husk "
                            "from outside of that sandbox (systemd: NoNewPrivileges=no)",
                            helper);
    return NULL;
}

/* ---- doors --------------------------------------------------------------------------------- */

static void say(const char *hint)
{
    if (hint)
        log_hint("%s", hint);
}

void why_no_userns(int err, const char *what)
{
    struct facts f;

    facts_gather(&f, "");
    say(userns_hint(err, what, &f));
}

void why_no_mount(int err)
{
    struct facts f;

    facts_gather(&f, "");
    say(mount_hint(err, &f));
}

void why_no_procfs(int err)
{
    struct facts f;

    facts_gather(&f, "");
    say(procfs_hint(err, &f));
}

void why_no_helper(const char *helper)
{
    struct helper_facts h;
    struct facts f;
    const char *hint;

    facts_gather(&f, "");
    helper_facts_gather(&h, child_find(helper));
    hint = helper_hint(helper, &h, &f);
    /* Both names end in what the files' do: newuidmap, newgidmap. */
    say(hint ? hint
             : arena_printf("it maps a user's own id, and those of the ranges that /etc/sub%.3s has for that user",
                            helper + 3));
}
