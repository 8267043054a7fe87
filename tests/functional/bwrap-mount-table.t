#!/usr/bin/env bash
# As bwrap: the mount table that COMMAND sees is the same one.
. "${0%/*}/../lib.sh" || exit

export made='mkdir -p a/b/c d; echo > a/f; ln -s a l'
# Each with a procfs to read it from.
for options in "--ro-bind / / --proc /proc" "--bind / / --proc /proc" "--dev-bind / /" \
    "--ro-bind / / --dev /dev --proc /proc --tmpfs /tmp" "--ro-bind / / --dev-bind /dev /dev --dev-bind /sys /sys --proc /proc" \
    "--unshare-all --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --tmpfs /var" \
    "--unshare-user --uid 0 --ro-bind / / --dev /dev --proc /proc --remount-ro /dev" \
    "\$SYS --proc /proc --bind a /1 --ro-bind a /2 --bind a/b /2/b --tmpfs /2/b/c --ro-bind l /3 --dev-bind d /4/5" \
    "\$SYS --proc /proc --bind a /x --bind a /x --bind d /x/b --ro-bind a /x/b" \
    "\$SYS --proc /proc --ro-bind a/f /f --bind a/f /1/f --ro-bind-data 3 /2/f --bind-data 4 /f" \
    "\$SYS --proc /proc --perms 0700 --size 65536 --tmpfs /x --dir /x/y --remount-ro /x --tmpfs /x/y" \
    "--bind a / \$SYS --proc /proc --tmpfs /b --remount-ro /" \
    "--tmpfs / \$SYS --proc /proc --ro-bind-try a/no-such /no --bind-try a /yes --dev-bind-try a/no-such /no" \
    "\$SYS --proc /proc --bind-fd 5 /fd --ro-bind-fd 6 /rofd"; do
    export options
    same_as_bwrap_sh "[${options//\$/}]" '
        eval "$made"
        $B $(eval "echo $options") cat /proc/self/mountinfo 3<<< three 4<<< four 5< a 6< d > table
        echo $?
        t_mounts < table'
done

# It can tell: what is compared has mounts, and one that is covered is not among them.
table()
{
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $SYS --proc /proc "$@" cat /proc/self/mountinfo
    t_mounts <<< "$out"
}
# shellcheck disable=SC2086 # words
t_like "$(table --tmpfs /x)" $'\n/x tmpfs tmpfs - rw,nosuid,nodev,relatime ' "there is a tmpfs"
t_unlike "$(table --tmpfs /x/y --ro-bind /etc /x)" ' tmpfs tmpfs - .*/x/y|/x/y' "a covered one cannot be reached"
t_is "$(table --tmpfs /x --tmpfs /x | grep -c ^/x)" 1 "nor the lower one of two"

t_done
