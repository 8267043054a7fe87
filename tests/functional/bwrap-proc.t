#!/usr/bin/env bash
# As bwrap: --proc: a new procfs for a pid namespace of its own, else the host's; what could change the
# machine is read-only. (husk covers sys where the files in it could be written, bwrap where the folder
# itself says so, and it does not.)
. "${0%/*}/../lib.sh" || exit

export pids='set -- /proc/[0-9]*; echo $#; cat /proc/1/comm | sed s/husk/bwrap/; readlink /proc/self'
same_as_bwrap_sh "new" '$B $SYS --unshare-pid --proc /proc sh -c "$pids"'
same_as_bwrap_sh "the host's" '
    $B $SYS --proc /proc sh -c "cat /proc/1/comm; [ -d /proc/\$PPID ] && echo there"'
for options in "--unshare-pid --proc /proc" "--proc /proc" "--unshare-pid --proc /a/b" \
    "--unshare-pid --proc /proc --proc /p2" "--unshare-user --unshare-pid --proc /proc"; do
    export options
    same_as_bwrap_sh "[$options] its mount" '$B $SYS --proc /proc2 $options cat /proc2/self/mountinfo | t_mounts'
done
# bwrap covers what root could write: the same, but for sys.
same_as_bwrap_sh "its covers" '
    $B $SYS --unshare-pid --proc /proc cat /proc/self/mountinfo |
        sed -n "s,.* /proc\(/[a-z-]*\) \([a-z]*\).*,\1 \2,p" | grep -x "/\(sysrq-trigger\|irq\|bus\) ro"
    true'
sys=' /sys /proc/sys ro,nosuid,nodev,noexec,'
for options in "" --unshare-user "--unshare-user --uid 5"; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $options --ro-bind / / --unshare-pid --proc /proc cat /proc/self/mountinfo
    if [ "$(id -u)" = 0 ]; then
        t_like "$out" "$sys" "[$options] root's is covered"
    else
        # The kernel would allow no new procfs in a sandbox in this one.
        t_unlike "$out" "$sys" "[$options] a user's is not, who cannot write there"
    fi
done
t_run "$BWRAP_HUSK" --unshare-user --disable-userns --ro-bind / / --unshare-pid --proc /proc cat /proc/self/mountinfo
t_like "$out" "$sys" "where there can be no sandbox in it, it always is"

# Which files can be opened for writing, of those that matter.
export writable='for f in /proc/sys/kernel/* /proc/sysrq-trigger /proc/irq/default_smp_affinity \
    /proc/self/comm /proc/self/oom_score_adj /proc/self/uid_map; do
        (: >> $f) 2> /dev/null && echo $f; done'
same_as_bwrap_sh "in the host's nothing that matters can be written" '
    $B --ro-bind / / --dev /dev --proc /proc sh -c "$writable" | grep -v /proc/sys/'
for options in "--unshare-pid" "" "--unshare-user" "--unshare-user --uid 0 --cap-add ALL --unshare-pid"; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $options --ro-bind / / --dev /dev --proc /proc sh -c "$writable"
    # These two are of the pid namespace.
    t_is "$status $(grep -v -e ^/proc/self/ -e /ns_last_pid -e /pid_max <<< "$out")" "0 " "[$options] nothing that matters can be written"
    t_like "$out" /proc/self/comm "[$options] what is COMMAND's own can"
done
same_as_bwrap_sh "hidden by another mount" '$B $SYS --unshare-pid --proc /proc --tmpfs /proc/acpi ls /proc/acpi'

t_done
