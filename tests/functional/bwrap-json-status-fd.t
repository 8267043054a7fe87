#!/usr/bin/env bash
# As bwrap: --json-status-fd FD is written a line of JSON when the sandbox starts, and one when it ends.
. "${0%/*}/../lib.sh"

for options in "" --unshare-user "--unshare-user --unshare-ipc" "--unshare-pid" "--unshare-net --unshare-uts" \
    --unshare-cgroup --unshare-all "--unshare-all --share-net" "--as-pid-1 --unshare-pid" "--sync-fd 0"; do
    export options
    same_as_bwrap_sh "[$options] the same lines but for the numbers" '
        $B $options --ro-bind / / --json-status-fd 3 sh -c "exit 7" 3> told
        sed -E "/exit-code/! s/[0-9]+/N/g" told'
done
same_as_bwrap_sh "one line first, while COMMAND runs" '
    mkfifo told go
    $B --unshare-pid --ro-bind / / --json-status-fd 3 sh -c "read -r x < go" 3> told &
    exec 4< told
    read -r -u 4
    grep -c child-pid <<< "$REPLY"
    echo > go
    cat <&4; wait $!; echo $?'
for script in "exit 0" "exit 255" "exit 256" 'kill -TERM $$' 'kill -KILL $$' 'kill -SEGV $$'; do
    for options in "" --unshare-pid "--unshare-pid --as-pid-1"; do
        # The kernel spares a pid 1 its own signals.
        [[ $options$script == *as-pid-1*kill* ]] && continue
        export options script
        same_as_bwrap_sh "[$options] [$script] the status" '
            ulimit -c 0
            $B $options --ro-bind / / --proc /proc --json-status-fd 3 sh -c "$script" 3> told
            echo $?
            grep exit-code told'
    done
done
same_as_bwrap_sh "no second line if COMMAND cannot be executed" '
    $B --ro-bind / / --json-status-fd 3 /absent 3> told 2> /dev/null; echo $?
    cut -c 1-15 told'
same_as_bwrap_sh "nor with a pid namespace" '
    $B --unshare-pid --ro-bind / / --json-status-fd 3 /absent 3> told 2> /dev/null; echo $?
    cut -c 1-15 told'
same_as_bwrap_sh "of many the last one counts, with a warning" '
    $B --ro-bind / / --json-status-fd 3 --json-status-fd 4 true 3> three 4> four
    grep -c . three four'
same_as_bwrap_sh "with --info-fd, the pid is the same" '
    $B --unshare-pid --ro-bind / / --json-status-fd 3 --info-fd 4 true 3> told 4> info
    [ "$(sed -n "s/.*child-pid\": \([0-9]*\).*/\1/p" told)" = "$(sed -n "s/.*child-pid\": \([0-9]*\).*/\1/p" info)" ]; echo $?'
same_as_bwrap_sh "a reader that is gone by the end" '
    mkfifo told go
    $B --ro-bind / / --json-status-fd 3 sh -c "read -r x < go; echo run; exit 4" 3> told &
    head -n 1 told | cut -c 1-15
    echo > go
    wait $!; echo $?'
if [ -n "$(command -v python3)" ]; then
    t_ok "each line is JSON" bash -c '"$0" --unshare-all --ro-bind / / --json-status-fd 3 sh -c "exit 9" 3>&1 | python3 -c "
import json, sys
a, b = map(json.loads, sys.stdin)
assert set(a) == {\"child-pid\"} | {x + \"-namespace\" for x in \"cgroup ipc mnt net pid uts\".split()}, a
assert b == {\"exit-code\": 9}, b"' "$BWRAP_HUSK"
else
    t_skip "python3 is not installed"
fi
for fd in x -1 "" 77; do
    export fd
    same_as_bwrap_sh "not an fd: [$fd]" '$B --json-status-fd "$fd" --ro-bind / / echo run 2> /dev/null'
done

t_done
