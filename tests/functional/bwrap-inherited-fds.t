#!/usr/bin/env bash
# As bwrap: fds that are open reach COMMAND (WebKitGTK relies on it), but for those that options use up.
. "${0%/*}/../lib.sh" || exit

export list='ls /proc/self/fd | xargs'
for options in "" "--unshare-pid" "--unshare-pid --as-pid-1" "--dev /dev" "--new-session"; do
    export options
    same_as_bwrap_sh "[$options] they do" \
        '$B --ro-bind / / --proc /proc $options sh -c "$list" 3< /dev/null 5<&0 9> /dev/null'
done
same_as_bwrap_sh "they are what they were" 'echo data > f; $B --ro-bind / / cat /proc/self/fd/7 7< f'
same_as_bwrap_sh "also to the host's tree" \
    'echo data > f; $B $SYS --proc /proc --tmpfs /tmp sh -c "cat /proc/self/fd/7/f" 7< . 2> /dev/null'

for options in "--args 7" "--file 7 /x" "--bind-data 7 /x" "--ro-bind-data 7 /x" "--block-fd 7" "--sync-fd 7" "--sync-fd 7 --unshare-pid --as-pid-1"; do
    export options
    same_as_bwrap_sh "[$options] uses it up" '$B $SYS --proc /proc $options sh -c "$list" 7< /dev/null 8< /dev/null'
done
for options in "--seccomp 7" "--add-seccomp-fd 7"; do
    export options
    # A filter that allows everything.
    same_as_bwrap_sh "[$options] uses it up" '
        printf "\6\0\0\0\0\0\377\177" > allow
        $B $SYS --proc /proc $options sh -c "$list" 7< allow 8< /dev/null'
done
for options in "--info-fd 7" "--json-status-fd 7"; do
    export options
    same_as_bwrap_sh "[$options] uses it up" '$B $SYS --proc /proc $options sh -c "$list" 7> out 8< /dev/null'
done
for option in --bind-fd --ro-bind-fd; do
    export option
    same_as_bwrap_sh "[$option 7 /x] uses it up" '$B $SYS --proc /proc $option 7 /x sh -c "$list" 7< . 8< /dev/null'
done
same_as_bwrap_sh "stdin, stdout and stderr stay closed" '
    exec 9> out
    $B --ro-bind / / --proc /proc sh -c "readlink /proc/self/fd/0 >&9" <&-
    $B --ro-bind / / --proc /proc sh -c "readlink /proc/self/fd/1 >&9" >&-
    $B --ro-bind / / --proc /proc sh -c "readlink /proc/self/fd/2 >&9" 2>&-
    cat out | grep -v "$PWD/out"
    echo end'

t_done
