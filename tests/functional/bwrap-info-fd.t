#!/usr/bin/env bash
# As bwrap: --info-fd tells, as one JSON object, the child's pid and the namespaces that are new.
. "${0%/*}/../lib.sh" || exit

# The numbers differ each time.
for options in "" --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup \
    --unshare-all "--unshare-pid --as-pid-1"; do
    export options
    same_as_bwrap_sh "[$options] its form" '
        $B --ro-bind / / $options --info-fd 3 true 3> info
        sed "s/[0-9][0-9]*/N/" info'
done
same_as_bwrap_sh "before COMMAND" '$B --ro-bind / / --info-fd 3 grep -c child-pid "$W/info" 3> info'
same_as_bwrap_sh "also if COMMAND cannot be executed" '
    $B --ro-bind / / --info-fd 3 /no/such 3> info 2> /dev/null
    grep -c child-pid info'
same_as_bwrap_sh "on stdout" '$B --ro-bind / / --info-fd 1 true | sed "s/[0-9][0-9]*/N/"'
same_as_bwrap_sh "it ends before COMMAND does" '
    mkfifo info go
    $B --ro-bind / / --unshare-all --info-fd 3 sh -c "read -r _ < go" 3> info &
    cat info > /dev/null # waits for the end
    echo ended
    echo > go
    wait $!'
same_as_bwrap_sh "it ends before --block-fd" '
    mkfifo info block
    exec 4<> block
    $B --ro-bind / / --info-fd 3 --block-fd 4 echo run 3> info &
    cat info > /dev/null
    echo >&4
    wait $!'

for options in "" --unshare-pid --unshare-all; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" --ro-bind / / --proc /proc $options --info-fd 3 sh -c '
        cd /proc/self/ns; readlink cgroup ipc mnt net pid uts | sed "s/\(.*\):\[\([0-9]*\)\]/\1-namespace\": \2/"' \
        3> "$T/info"
    told=$(grep -o '[a-z]*-namespace": [0-9]*' "$T/info")
    t_is "$(grep -F -x -c "$told" <<< "$out")" "$(wc -l <<< "$told")" "[$options] the namespaces are COMMAND's"
done
same_as_bwrap_sh "child-pid is the pid of the host" '
    $B --ro-bind / / --proc /proc --info-fd 3 sh -c "echo \$\$" > shown 3> info
    grep -c "\"child-pid\": $(cat shown)" info'
same_as_bwrap_sh "with a pid namespace it is that of pid 1" '
    mkfifo info go
    $B --ro-bind / / --unshare-pid --info-fd 3 sh -c "read -r _ < go" 3> info &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" info)
    grep NSpid "/proc/$pid/status" | grep -c "[[:space:]]1$"
    grep -c "PPid:[[:space:]]$!$" "/proc/$pid/status"
    echo > go
    wait $!'

if [ -x /usr/bin/python3 ]; then
    t_ok "it is JSON, and all are numbers" bash -c '
        "$0" --unshare-all --ro-bind / / --info-fd 3 true 3>&1 | /usr/bin/python3 -c "
import json, sys
told = json.load(sys.stdin)
assert len(told) == 7 and all(type(n) is int for n in told.values()), told"' "$BWRAP_HUSK"
else
    t_skip "python3 is not installed"
fi
# What cannot be written is an error; Debian's bwrap leaves a process behind then.
t_run bash -c '"$0" --ro-bind / / --info-fd 3 echo run 3> /dev/full' "$BWRAP_HUSK"
t_is "$status $out $err" "1  bwrap: Write to info_fd: No space left on device" "a full device"
t_run bash -c '"$0" --ro-bind / / --info-fd 3 echo run 3< /dev/null' "$BWRAP_HUSK"
t_is "$status $out $err" "1  bwrap: Write to info_fd: Bad file descriptor" "one that is for reading only"
for fd in x -1 "" 77; do
    t_run "$BWRAP_HUSK" --info-fd "$fd" --ro-bind / / echo run
    t_like "$status $out $err" "^1  bwrap: [^"$'\n'"]*$" "not an fd: [$fd]"
done

t_done
