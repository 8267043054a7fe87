#!/usr/bin/env bash
# As bwrap: --pidns enters a pid namespace that is there already; with --unshare-pid it is the parent.
. "${0%/*}/../lib.sh" || exit
t_need unshare

# A pid namespace with a user namespace of its own, open as 4 and 3. Its pid 1 is a sleep.
mkfifo "$T/ready"
unshare -Ur --pid --fork --kill-child sh -c 'echo; exec sleep 1000' > "$T/ready" &
holder=$!
disown # or the shell would say how it ended
read -r < "$T/ready" && exec 3< /proc/$holder/ns/user 4< /proc/$holder/ns/pid_for_children
entered=$(readlink /proc/self/fd/4)
t_unlike "$entered" "^($(readlink /proc/self/ns/pid)|)$" "there is another pid namespace"

# shellcheck disable=SC2016 # for the inner shell
shows='readlink /proc/self/ns/pid; cat /proc/1/comm; [ $$ -gt 1 ] && echo not 1'
export shows
same_as_bwrap_sh "it is entered" \
    '$B --userns 3 --pidns 4 --ro-bind / / --proc /proc sh -c "$shows"'
t_run "$BWRAP_HUSK" --userns 3 --pidns 4 --ro-bind / / --proc /proc readlink /proc/self/ns/pid
t_is "$status $out" "0 $entered" "which is so"
# Debian's bwrap waits for ever then.
t_run bash -c '"$0" --userns 3 --pidns 0 --ro-bind / / --proc /proc readlink /proc/self/ns/pid <&4' \
    "$BWRAP_HUSK"
t_is "$status $out" "0 $entered" "fd 0 will do"

same_as_bwrap_sh "with --unshare-pid there is a new one below it" '
    $B --userns 3 --pidns 4 --unshare-pid --ro-bind / / --proc /proc \
        sh -c "sed s/husk/bwrap/ /proc/1/comm; echo \$\$; grep NSpid /proc/self/status | wc -w
            readlink /proc/self/ns/pid" > shown
    head -n 3 shown
    sed -n 4p shown | grep -c -v -e "$(readlink /proc/self/fd/4)" -e "$(readlink /proc/self/ns/pid)"'
same_as_bwrap_sh "its status is COMMAND's" \
    '$B --userns 3 --pidns 4 --unshare-pid --ro-bind / / --proc /proc sh -c "exit 7"'
same_as_bwrap_sh "the pid that is told is one of the host" '
    mkfifo go
    $B --userns 3 --pidns 4 --unshare-pid --json-status-fd 5 --ro-bind / / sh -c "read -r _ < go" 5> told &
    while ! [ -s told ]; do sleep 0.01; done
    pid=$(sed "s/.*\"child-pid\": \([0-9]*\).*/\1/; q" told)
    grep NSpid: "/proc/$pid/status" | wc -w
    echo > go
    wait'

for options in "--pidns 5" "--pidns 77" "--pidns x"; do
    export options
    same_as_bwrap_sh "[$options] fails" '$B $options --ro-bind / / echo run 5< /dev/null 2> /dev/null'
done

kill -KILL $holder # unshare waits for its child, and so for no SIGTERM
t_done
