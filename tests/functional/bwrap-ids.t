#!/usr/bin/env bash
# As bwrap: one user and one group id inside, as --uid and --gid say; setgroups is denied.
. "${0%/*}/../lib.sh" || exit

export shows='id -u; id -g; sed "s/  */ /g" /proc/self/uid_map /proc/self/gid_map
    cat /proc/self/setgroups; grep -E "^(Uid|Gid):" /proc/self/status'
for options in "" "--unshare-user" "--unshare-user --uid 0 --gid 0" "--unshare-user --uid 5" \
    "--unshare-user --gid 5" "--unshare-user --unshare-pid --uid 0" "--unshare-user --dev /dev" \
    "--unshare-user --dev /dev --uid 5 --gid 0" "--unshare-user --dev /dev --uid 0 --gid 5" \
    "--unshare-user --dev /dev --uid 0 --gid 0" "--unshare-user --disable-userns --uid 0 --gid 0"; do
    export options
    same_as_bwrap_sh "[$options]" '$B --ro-bind / / --proc /proc $options sh -c "$shows"'
done
# The user namespace around this one is of no concern inside: husk is root there, bwrap is not.
same_as_bwrap_sh "[--unshare-user --disable-userns --uid 7 --gid 8]" '
    $B --ro-bind / / --proc /proc --unshare-user --disable-userns --uid 7 --gid 8 \
        sh -c "$shows" | sed "s/^ \([78]\) [0-9]* 1$/\1 1/"'

for bad in x -1 "" 5x; do
    same_as_bwrap "--uid [$bad]" --unshare-user --uid "$bad" --ro-bind / / true
    same_as_bwrap "--gid [$bad]" --unshare-user --gid "$bad" --ro-bind / / true
done
# Debian's bwrap stops at 2147483647. 4294967295 is -1, and no id.
t_run "$BWRAP_HUSK" --unshare-user --uid 4294967294 --ro-bind / / id -u
t_is "$status $out" "0 4294967294" "the highest id"
for bad in 4294967295 4294967296; do
    t_run "$BWRAP_HUSK" --unshare-user --uid $bad --ro-bind / / true
    t_is "$status $err" "1 bwrap: Invalid uid: $bad" "--uid $bad"
done

t_done
