#!/usr/bin/env bash
# As bwrap: --die-with-parent: SIGKILL for all when bwrap, or who started it, dies.
. "${0%/*}/../lib.sh" || exit

# All of them hold the pipe `alive' open; its end of file says that all are dead. The shell would tell
# the pids of what was killed.
for options in "" "--unshare-pid" "--unshare-pid --as-pid-1" "--sync-fd 0" "--new-session" "--unshare-all --new-session"; do
    export options
    same_as_bwrap_sh "[$options] bwrap is killed" '
        exec 2> /dev/null
        mkfifo alive ready
        $B --dev-bind / / --die-with-parent $options sh -c "echo > ready; exec sleep 60" 3> alive &
        exec 4< alive
        read -r _ < ready
        kill -KILL $!
        cat <&4
        echo dead'
    same_as_bwrap_sh "[$options] its parent is killed" '
        exec 2> /dev/null
        mkfifo alive ready
        bash -c "\"\$B\" --dev-bind / / --die-with-parent $options sh -c \"echo > ready; exec sleep 60\" 3> alive; :" &
        exec 4< alive
        read -r _ < ready
        kill -KILL $!
        cat <&4
        echo dead'
done
same_as_bwrap_sh "with a pid namespace, children too" '
    exec 2> /dev/null
    mkfifo alive ready
    $B --dev-bind / / --die-with-parent --unshare-pid sh -c "sleep 60 & echo > ready; wait" 3> alive &
    exec 4< alive
    read -r _ < ready
    kill -KILL $!
    cat <&4
    echo dead'

# Without it, COMMAND lives on.
same_as_bwrap_sh "without it nothing happens" '
    exec 2> /dev/null
    mkfifo go done ready
    $B --dev-bind / / --unshare-pid sh -c "echo > ready; read -r _ < go; echo alive > done" &
    read -r _ < ready
    kill -KILL $!
    echo > go
    cat done'

t_run bash -c '"$0" --ro-bind / / --die-with-parent echo run' "$BWRAP_HUSK"
t_is "$status $out" "0 run" "a parent that lives is no reason"

t_done
