#!/usr/bin/env bash
# As bwrap: --mqueue mounts the message queues of the IPC namespace. (husk adds flags that cost nothing.)
. "${0%/*}/../lib.sh" || exit

same_as_bwrap_sh "its mount" '
    $B $SYS --unshare-ipc --proc /proc --mqueue /1/mqueue \
        sh -c "stat -f -c %T /1/mqueue >&2; cat /proc/self/mountinfo" | t_mounts |
        sed "/ mqueue /s/,nosuid,nodev,noexec//"'
same_as_bwrap_sh "its permissions" '$B $SYS --unshare-ipc --mqueue /mqueue stat -c %a /mqueue'
if [ "$(id -u)" = 0 ]; then
    same_as_bwrap_sh "those of the host, for root" '$B $SYS --mqueue /mqueue stat -f -c %T /mqueue'
else
    t_fail "those of the host are not a user's to mount" "$BWRAP_HUSK" --ro-bind / / --mqueue /mnt true
fi

t_done
