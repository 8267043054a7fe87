#!/usr/bin/env bash
# As bwrap: --sync-fd is held open as long as the sandbox lives, and COMMAND does not have it.
. "${0%/*}/../lib.sh" || exit

# The end of file on a pipe says that nobody holds it any more.
for options in "" "--unshare-pid" "--unshare-all"; do
    export options
    same_as_bwrap_sh "[$options] the end of COMMAND is the end of file" '
        $B --ro-bind / / $options --sync-fd 3 sh -c "echo out; exit 3" 3>&1 | cat; echo ${PIPESTATUS[0]}'
    same_as_bwrap_sh "[$options] not before" '
        mkfifo sync go done
        (cat sync; echo ended > ended) &
        reader=$!
        $B --dev-bind / / $options --sync-fd 3 sh -c "echo > done; read -r _ < go" 3> sync &
        read -r _ < done
        ls
        echo > go
        wait $reader
        ls'
done
same_as_bwrap_sh "COMMAND cannot close it by itself" '
    mkfifo sync go done
    (cat sync; echo ended > ended) &
    reader=$!
    $B --dev-bind / / --sync-fd 3 bash -c "exec 3>&-; echo > done; read -r _ < go" 3> sync &
    read -r _ < done
    ls
    echo > go
    wait $reader
    ls'
same_as_bwrap_sh "as pid 1 it is COMMAND that holds it" '
    $B --ro-bind / / --unshare-pid --as-pid-1 --proc /proc --sync-fd 3 ls /proc/self/fd 3< /dev/null'
same_as_bwrap_sh "its status is COMMAND's at once" '
    mkfifo sync
    exec 4<> sync
    $B --dev-bind / / --sync-fd 3 sh -c "sleep 1 & exit 7" 3> sync
    echo $?'
same_as_bwrap_sh "nothing is read from it, and nothing written" '
    printf "one\ntwo\n" > file
    exec 3<> file
    $B --ro-bind / / --sync-fd 3 true
    read -r line <&3
    echo "$line"
    cat file'
same_as_bwrap_sh "stdin and stdout" \
    'echo in | $B --ro-bind / / --sync-fd 0 cat; $B --ro-bind / / --sync-fd 1 echo out'
for fd in x -1 ""; do
    same_as_bwrap "not an fd: [$fd]" --sync-fd "$fd" --ro-bind / / true
done
# bwrap does not look.
t_run "$BWRAP_HUSK" --ro-bind / / --sync-fd 77 echo run
t_is "$status $out $err" "1  bwrap: --sync-fd 77: Bad file descriptor" "one that is not open"

t_done
