#!/usr/bin/env bash
# As bwrap: --bind-fd and --ro-bind-fd bind what is open as FD, which COMMAND does not get.
. "${0%/*}/../lib.sh" || exit

export made='mkdir a; echo data > a/f'
for option in --bind-fd --ro-bind-fd; do
    export option
    same_as_bwrap_sh "$option: a folder" 'eval "$made"; $B $SYS $option 3 /x ls /x 3< a'
    same_as_bwrap_sh "$option: a folder that was renamed" \
        'eval "$made"; exec 3< a; mv a b; $B $SYS $option 3 /x ls /x'
    same_as_bwrap_sh "$option: COMMAND does not have it" \
        'eval "$made"; $B $SYS --proc /proc $option 3 /x ls /proc/self/fd 3< a'
    same_as_bwrap_sh "$option: can it be written to" \
        'eval "$made"; $B $SYS $option 3 /x touch /x/new 3< a 2> /dev/null; echo $?; ls a'
    same_as_bwrap_sh "$option: its mount" \
        'eval "$made"; $B $SYS --proc /proc $option 3 /x cat /proc/self/mountinfo 3< a | t_mounts | grep ^/x'
    same_as_bwrap_sh "$option: a folder that is gone" \
        'eval "$made"; exec 3< a; rm -r a; $B $SYS $option 3 /x echo run 2> /dev/null'
    same_as_bwrap_sh "$option: an fd that is not open" '$B $SYS $option 77 /x echo run 2> /dev/null'
    same_as_bwrap_sh "$option: not an fd" '$B $SYS $option x /x echo run 2> /dev/null'
    # Files too: what Debian's bwrap does with them is its affair.
    echo data > "$T/f"
    t_run bash -c '"$0" $SYS "$1" 3 /x cat /x 3< "$2"' "$BWRAP_HUSK" $option "$T/f"
    t_is "$status $out" "0 data" "$option: a file"
done
same_as_bwrap_sh "the name now leads elsewhere" '
    eval "$made"; exec 3< a; mv a b; mkdir a; echo wrong > a/wrong; $B $SYS --bind-fd 3 /x ls /x'

t_done
