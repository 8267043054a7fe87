#!/usr/bin/env bash
# As bwrap: --block-fd: all is set up, but COMMAND waits until there is a byte, or an end of file.
. "${0%/*}/../lib.sh"

for options in "" "--unshare-all" "--unshare-pid --as-pid-1"; do
    export options
    same_as_bwrap_sh "[$options] it waits" '
        mkfifo block info
        exec 3<> block
        $B --bind / / $options --info-fd 4 --dir "$W/made" --block-fd 3 touch "$W/run" 4> info &
        cat info > /dev/null
        while [ ! -d made ]; do sleep 0.01; done
        ls
        echo >&3
        wait $!
        echo $?
        ls'
done
same_as_bwrap_sh "the end of the file will do" '$B --ro-bind / / --block-fd 3 echo run 3< /dev/null'
same_as_bwrap_sh "one byte is taken" '
    printf abc > data; exec 3< data; $B --ro-bind / / --block-fd 3 cat <&3'
# bwrap does not look, and COMMAND does not wait.
t_run "$BWRAP_HUSK" --ro-bind / / --block-fd 77 echo run
t_is "$status $out $err" "1  bwrap: --block-fd 77: Bad file descriptor" "one that is not open"
# bwrap leaves its child behind.
t_run bash -c '
    mkfifo "$1/block" "$1/info"
    exec 3<> "$1/block"
    "$0" --ro-bind / / --info-fd 4 --block-fd 3 true 4> "$1/info" &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" "$1/info")
    kill $!
    wait $!
    echo $?
    for i in {1..200}; do [ -e "/proc/$pid" ] || break; sleep 0.01; done
    [ ! -e "/proc/$pid" ]' "$BWRAP_HUSK" "$T"
t_is "$status $out" "0 143" "it can be ended while it waits, and leaves nothing behind"

t_done
