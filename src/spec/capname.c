#include "spec/capname.h"
#include "base/log.h"
#include "base/str.h"
#include <linux/capability.h>
#include <strings.h>

/*
 * libcap has the same list. It is not used since loading one more shared library costs 70
 * microseconds at every launch, a thirtieth of it; a test holds the two lists against each other.
 */
static const char *const names[] = {
    [CAP_CHOWN] = "chown",
    [CAP_DAC_OVERRIDE] = "dac_override",
    [CAP_DAC_READ_SEARCH] = "dac_read_search",
    [CAP_FOWNER] = "fowner",
    [CAP_FSETID] = "fsetid",
    [CAP_KILL] = "kill",
    [CAP_SETGID] = "setgid",
    [CAP_SETUID] = "setuid",
    [CAP_SETPCAP] = "setpcap",
    [CAP_LINUX_IMMUTABLE] = "linux_immutable",
    [CAP_NET_BIND_SERVICE] = "net_bind_service",
    [CAP_NET_BROADCAST] = "net_broadcast",
    [CAP_NET_ADMIN] = "net_admin",
    [CAP_NET_RAW] = "net_raw",
    [CAP_IPC_LOCK] = "ipc_lock",
    [CAP_IPC_OWNER] = "ipc_owner",
    [CAP_SYS_MODULE] = "sys_module",
    [CAP_SYS_RAWIO] = "sys_rawio",
    [CAP_SYS_CHROOT] = "sys_chroot",
    [CAP_SYS_PTRACE] = "sys_ptrace",
    [CAP_SYS_PACCT] = "sys_pacct",
    [CAP_SYS_ADMIN] = "sys_admin",
    [CAP_SYS_BOOT] = "sys_boot",
    [CAP_SYS_NICE] = "sys_nice",
    [CAP_SYS_RESOURCE] = "sys_resource",
    [CAP_SYS_TIME] = "sys_time",
    [CAP_SYS_TTY_CONFIG] = "sys_tty_config",
    [CAP_MKNOD] = "mknod",
    [CAP_LEASE] = "lease",
    [CAP_AUDIT_WRITE] = "audit_write",
    [CAP_AUDIT_CONTROL] = "audit_control",
    [CAP_SETFCAP] = "setfcap",
    [CAP_MAC_OVERRIDE] = "mac_override",
    [CAP_MAC_ADMIN] = "mac_admin",
    [CAP_SYSLOG] = "syslog",
    [CAP_WAKE_ALARM] = "wake_alarm",
    [CAP_BLOCK_SUSPEND] = "block_suspend",
    [CAP_AUDIT_READ] = "audit_read",
    [CAP_PERFMON] = "perfmon",
    [CAP_BPF] = "bpf",
    [CAP_CHECKPOINT_RESTORE] = "checkpoint_restore",
};

static bool mask_from_number(const char *name, uint64_t *ret_mask)
{
    uint64_t number;

    if (!parse_number(name, 10, ARRAY_SIZE(names) - 1, &number))
        return false;
    *ret_mask = UINT64_C(1) << number;
    return true;
}

bool cap_mask_from_name(const char *name, uint64_t *ret_mask)
{
    if (strcasecmp(name, "ALL") == 0) {
        *ret_mask = UINT64_MAX;
        return true;
    }
    if (mask_from_number(name, ret_mask))
        return true;
    if (strncasecmp(name, "CAP_", 4) == 0)
        name += 4;
    else if (log_is_bwrap())
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcasecmp(name, names[i]) == 0) {
            *ret_mask = UINT64_C(1) << i;
            return true;
        }
    }
    return false;
}

const char *cap_name(unsigned cap)
{
    return cap < ARRAY_SIZE(names) ? names[cap] : NULL;
}
