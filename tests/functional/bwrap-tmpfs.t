#!/usr/bin/env bash
# As bwrap: --tmpfs, with --perms and --size.
. "${0%/*}/../lib.sh" || exit

for options in "--tmpfs /x" "--perms 0700 --tmpfs /x" "--perms 1777 --tmpfs /x" "--perms 7 --tmpfs /x" \
    "--perms 07777 --tmpfs /x" "--size 65536 --tmpfs /x" "--size 0x10000 --tmpfs /x" "--size 1 --tmpfs /x" \
    "--size 65536 --perms 0711 --tmpfs /x" "--perms 0711 --size 65536 --tmpfs /x" "--tmpfs /a/b/x --dir /x" \
    "--size 65536 --tmpfs /y --tmpfs /x" "--perms 0700 --tmpfs /y --tmpfs /x"; do
    export options
    same_as_bwrap_sh "[$options]" '
        umask 077
        $B $SYS --proc /proc $options sh -c "stat -c %a /x; cat /proc/self/mountinfo" > "$W/out"
        head -n 1 out
        sed 1d out | t_mounts | grep -v " tmpfs tmpfs - .*ro,"'
done
same_as_bwrap_sh "it is empty, and can be written to" \
    '$B --ro-bind / / --tmpfs /usr sh -c "echo /usr/*; : > /usr/new; echo /usr/*"'
same_as_bwrap_sh "not more than --size" \
    '$B --ro-bind / / --size 65536 --tmpfs /tmp sh -c "head -c 70000 /dev/zero > /tmp/x; stat -c %s /tmp/x"'
same_as_bwrap_sh "its files are this user's" '$B $SYS --unshare-user --uid 5 --gid 6 --tmpfs /x stat -c %u:%g /x'

for size in 0 -1 x "" 1k 18446744073709551615 9223372036854775808 99999999999999999999; do
    export size
    same_as_bwrap_sh "--size [$size] is an error" '$B --size "$size" --tmpfs /x --ro-bind / / true'
done

t_done
