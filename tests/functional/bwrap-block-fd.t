#!/usr/bin/env bash
# As bwrap: --block-fd FD holds COMMAND back, in a sandbox that is set up, until a byte can be read.
. "${0%/*}/../lib.sh"

for options in "" --unshare-pid --unshare-all "--unshare-pid --as-pid-1" "--lock-file /etc/passwd"; do
    export options
    same_as_bwrap_sh "[$options] it waits for a byte" '
        mkfifo block told
        exec 3<> block
        $B $options --bind / / --block-fd 3 --json-status-fd 4 touch "$W/run" 4> told &
        read -r < told
        sleep 0.1
        ls
        printf x >&3
        wait $!; echo $?
        ls'
done
same_as_bwrap_sh "the end of file will do" '
    mkfifo block
    $B --ro-bind / / --block-fd 3 echo run 3< block &
    exec 3> block
    exec 3>&-
    wait $!; echo $?'
same_as_bwrap_sh "so does a file" '$B --ro-bind / / --block-fd 3 echo run 3< /dev/null'
same_as_bwrap_sh "one byte is taken" '
    printf "abc" > file
    { $B --ro-bind / / --block-fd 3 true; cat <&3; } 3< file'
same_as_bwrap_sh "fd 0 will do: COMMAND has what is behind the byte" 'echo xrest | $B --ro-bind / / --block-fd 0 cat'
same_as_bwrap_sh "of many the last one counts, with a warning" '
    mkfifo never
    exec 3<> never
    $B --ro-bind / / --block-fd 3 --block-fd 4 echo run 4< /dev/null'
same_as_bwrap_sh "all mounts are there meanwhile" '
    mkfifo block info
    exec 3<> block
    $B --unshare-pid --ro-bind / / --proc /proc --tmpfs /mnt --dir /mnt/made --block-fd 3 --info-fd 5 true 5> info &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" < info)
    for ((i = 0; i < 500; i++)); do
        grep -qs " /mnt tmpfs " "/proc/$pid/mounts" && ! grep -q " /oldroot\| /newroot" "/proc/$pid/mounts" && break
        sleep 0.02
    done
    grep -c " /mnt tmpfs " "/proc/$pid/mounts"
    echo >&3
    wait $!; echo $?'
same_as_bwrap_sh "killed while it waits, it ends all with it" '
    mkfifo block info
    exec 3<> block
    $B --unshare-pid --die-with-parent --bind / / --block-fd 3 --info-fd 5 touch "$W/run" 5> info &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" < info)
    kill -KILL $!
    wait $! 2> /dev/null; echo $?
    for ((i = 0; i < 500; i++)); do [ -e "/proc/$pid" ] || break; sleep 0.02; done
    echo >&3
    [ -e "/proc/$pid" ] || echo gone
    ls'
for fd in x -1 ""; do
    same_as_bwrap "not an fd: [$fd]" --block-fd "$fd" --ro-bind / / true
done
t_run "$BWRAP_HUSK" --ro-bind / / --block-fd 77 echo run 77<&-
t_is "$status $out" "1 " "an fd that is not open is an error"

t_done
