#!/usr/bin/env bash
# As bwrap: --block-fd FD holds COMMAND back, in a sandbox that is set up, until there is a byte, or an
# end of file.
. "${0%/*}/../lib.sh" || exit
export T

for options in "" --unshare-pid --unshare-all "--unshare-pid --as-pid-1" "--lock-file /etc/passwd"; do
    export options
    same_as_bwrap_sh "[$options] it waits for a byte" '
        mkfifo block info
        exec 3<> block
        $B --bind / / $options --info-fd 4 --dir "$W/made" --block-fd 3 touch "$W/run" 4> info &
        cat info > /dev/null
        while [ ! -d made ]; do sleep 0.01; done
        ls
        echo >&3
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

# Debian's bwrap leaves its child behind, and that runs COMMAND when the byte comes.
for signal in KILL TERM; do
    for options in "" --unshare-pid --die-with-parent; do
        export options signal
        t_run bash -c 'exec 2> /dev/null # bash tells what was killed
            cd "$T" && rm -f block info run && mkfifo block info
            exec 3<> block
            "$0" $options --bind / / --block-fd 3 --info-fd 5 touch "$T/run" 5> info &
            pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" < info)
            kill -$signal $!
            wait $!; echo $?
            lives() { grep -qs . "/proc/$pid/cmdline"; } # a zombie has none
            for ((i = 0; i < 1200; i++)); do lives || break; sleep 0.02; done
            lives || echo gone
            echo >&3
            [ -e run ] || echo not run' "$BWRAP_HUSK"
        t_is "$(echo $out)" "$((128 + $(kill -l $signal))) gone not run" \
            "[$options] ended by SIG$signal while it waits, it leaves nothing behind"
    done
done

for fd in x -1 ""; do
    same_as_bwrap "not an fd: [$fd]" --block-fd "$fd" --ro-bind / / true
done
# Debian's bwrap runs COMMAND at once.
t_run "$BWRAP_HUSK" --ro-bind / / --block-fd 77 echo run 77<&-
t_is "$status $out" "1 " "an fd that is not open is an error"

t_done
