#!/usr/bin/env bash
# As bwrap: --bind-data and --ro-bind-data mount a private file, 0600 or as --perms says, on DEST.
. "${0%/*}/../lib.sh" || exit

for option in --bind-data --ro-bind-data; do
    export option
    same_as_bwrap_sh "$option: what it holds" '
        umask 077
        echo hello > data
        $B $SYS $option 3 /x sh -c "stat -c %a:%u:%F /x; cat /x; echo more >> /x; cat /x" 3< data 2> /dev/null
        cat data'
    same_as_bwrap_sh "$option: --perms" '$B $SYS --perms 0640 $option 3 /x stat -c %a /x 3< /dev/null'
    same_as_bwrap_sh "$option: its mount" '
        $B $SYS --proc /proc $option 3 /x cat /proc/self/mountinfo 3< /dev/null | t_mounts'
    same_as_bwrap_sh "$option: a big one, from a pipe" \
        '$B $SYS $option 3 /x wc -c /x 3< <(head -c 300000 /dev/zero; echo)'
    same_as_bwrap_sh "$option: COMMAND does not have the fd" \
        '$B $SYS --proc /proc $option 3 /x ls /proc/self/fd 3< /dev/null'
    same_as_bwrap_sh "$option: on a file of the host, which stays" \
        'echo host > f; $B $SYS --bind f /x $option 3 /x sh -c "cat /x; echo more >> /x" 3<<< data 2> /dev/null; cat f'
    same_as_bwrap_sh "$option: many" '
        $B $SYS $option 3 /1 $option 4 /2 $option 5 /a/3 cat /1 /2 /a/3 3<<< one 4<<< two 5<<< three'
    same_as_bwrap_sh "$option: on a folder" '$B $SYS --dir /x $option 3 /x echo run 3< /dev/null 2> /dev/null'
    same_as_bwrap_sh "$option: in a read-only bind" \
        '$B --ro-bind / / $option 3 /no-such echo run 3< /dev/null 2> /dev/null'
    same_as_bwrap_sh "$option: not an fd" '$B $SYS $option x /x echo run'
done
same_as_bwrap_sh "nobody else has such a file" '
    $B $SYS --bind-data 3 /x --bind-data 4 /y sh -c "echo more >> /x; cat /y; ls -A / /tmp" 3<<< x 4<<< y 2> /dev/null'

t_done
