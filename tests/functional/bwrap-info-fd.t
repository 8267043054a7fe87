#!/usr/bin/env bash
# As bwrap: --info-fd tells, as one JSON object, the child's pid and the namespaces that are new.
. "${0%/*}/../lib.sh"

# The numbers differ each time.
for options in "" --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup \
    --unshare-all "--unshare-pid --as-pid-1"; do
    export options
    same_as_bwrap_sh "[$options] its form" '
        $B --ro-bind / / $options --info-fd 3 true 3> info
        sed "s/[0-9][0-9]*/N/" info'
done
same_as_bwrap_sh "it ends before COMMAND does" '
    mkfifo info
    $B --ro-bind / / --unshare-all --info-fd 3 sleep 60 3> info &
    cat info > /dev/null # waits for the end
    echo ended
    kill -KILL $!'
same_as_bwrap_sh "it ends before --block-fd" '
    mkfifo info block
    exec 4<> block
    $B --ro-bind / / --info-fd 3 --block-fd 4 echo run 3> info &
    cat info > /dev/null
    echo >&4
    wait $!'

# number NAME < INFO
number()
{
    sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"
}
for options in "" --unshare-pid --unshare-all; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" --ro-bind / / --proc /proc $options --info-fd 3 sh -c '
        cd /proc/self/ns; readlink cgroup ipc mnt net pid uts | sed "s/\(.*\):\[\([0-9]*\)\]/\1-namespace\": \2/"' \
        3> "$T/info"
    told=$(grep -o '[a-z]*-namespace": [0-9]*' "$T/info")
    t_is "$(grep -F -x -c "$told" <<< "$out")" "$(wc -l <<< "$told")" "[$options] the namespaces are COMMAND's"
done
t_run bash -c '
    mkfifo "$1/fifo"
    "$0" --ro-bind / / --unshare-pid --info-fd 3 sleep 60 3> "$1/fifo" &
    cat "$1/fifo"
    ps -o ppid= -p "$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" "$1/fifo.")" 2> /dev/null
    kill -KILL $!' "$BWRAP_HUSK" "$T"
pid=$(number child-pid <<< "$out")
t_like "$pid" '^[0-9]+$' "child-pid is a number"
same_as_bwrap_sh "it is the pid of the host" '
    $B --ro-bind / / --proc /proc --info-fd 3 sh -c "echo \$\$" > shown 3> info
    grep -c "\"child-pid\": $(cat shown)" info'
same_as_bwrap_sh "with a pid namespace it is that of pid 1" '
    mkfifo info
    $B --ro-bind / / --unshare-pid --info-fd 3 sleep 60 3> info &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" info)
    grep NSpid "/proc/$pid/status" | grep -c "[[:space:]]1$"
    grep -c "PPid:[[:space:]]$!$" "/proc/$pid/status"
    kill -KILL $!'

t_done
