#!/usr/bin/env bash
# As bwrap: --sync-fd FD is kept open while anything of the sandbox lives, and is told nothing.
. "${0%/*}/../lib.sh"

# The other end of a pipe sees an end of file when the last one has closed it: cat ends then.
for options in "" --unshare-pid "--unshare-all" "--unshare-pid --die-with-parent" "--unshare-pid --new-session"; do
    export options
    same_as_bwrap_sh "[$options] it is closed at the end" '
        $B $options --ro-bind / / --sync-fd 3 sh -c "echo in >&2; exit 5" 3>&1 1>&2 2>> order | cat
        echo "${PIPESTATUS[0]} $(cat order)"'
    same_as_bwrap_sh "[$options] COMMAND may close it, and yet it is open" '
        mkfifo pipe go
        $B $options --ro-bind / / --sync-fd 3 sh -c "exec 3>&-; read -r x < go" 3> pipe &
        exec 4< pipe
        read -r -t 0.2 -u 4
        [ $? -gt 128 ] && echo open
        echo > go
        cat <&4
        wait $!; echo $?'
done
# Without a pid namespace nothing ends the others: bwrap stays for them, though COMMAND is gone.
same_as_bwrap_sh "it waits for what COMMAND left" '
    mkfifo go
    $B --ro-bind / / --sync-fd 3 sh -c "(read -r x < go; echo second) & echo first; exit 3" 3< /dev/null &
    until grep -qs . go.done; do sleep 0.1; echo > go.done; done
    kill -0 $! && echo it waits
    echo > go
    wait $!; echo $?'
same_as_bwrap_sh "with a pid namespace it does not" '
    $B --unshare-pid --ro-bind / / --sync-fd 3 sh -c "sleep 300 & exit 3" 3< /dev/null
    echo $?'
same_as_bwrap_sh "nothing is read from it" '
    printf "one\ntwo\n" > file
    { $B --ro-bind / / --sync-fd 3 true; read -r -u 3; echo "$REPLY"; } 3< file'
same_as_bwrap_sh "nothing is written to it" '$B --ro-bind / / --sync-fd 3 true 3> file; cat file'
same_as_bwrap_sh "as one of 0, 1 and 2" 'echo in | $B --ro-bind / / --sync-fd 0 cat; $B --ro-bind / / --sync-fd 1 echo out'
same_as_bwrap_sh "of many the last one counts, at least" '
    mkfifo pipe go
    $B --unshare-pid --ro-bind / / --sync-fd 5 --sync-fd 3 sh -c "exec 3>&-; read -r x < go" 3> pipe 5< /dev/null 2> /dev/null &
    exec 4< pipe
    read -r -t 0.2 -u 4
    [ $? -gt 128 ] && echo open
    echo > go
    cat <&4; wait $!; echo $?'
same_as_bwrap_sh "it is closed when the sandbox is killed" '
    mkfifo pipe
    $B --unshare-pid --die-with-parent --ro-bind / / --sync-fd 3 sleep 300 3> pipe &
    exec 4< pipe
    kill -KILL $!
    cat <&4; wait $! 2> /dev/null; echo $?'
for fd in x -1 ""; do
    same_as_bwrap "not an fd: [$fd]" --sync-fd "$fd" --ro-bind / / true
done

t_done
