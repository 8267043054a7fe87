#!/usr/bin/env bash
# As bwrap: --info-fd FD is written one JSON object with the child's pid and its new namespaces, and closed.
. "${0%/*}/../lib.sh"
export T

for options in "" --unshare-user "--unshare-user --unshare-ipc" "--unshare-pid" "--unshare-net --unshare-uts" \
    --unshare-cgroup --unshare-all "--unshare-all --share-net" "--as-pid-1 --unshare-pid"; do
    export options
    same_as_bwrap_sh "[$options] the same object but for the numbers" '
        $B $options --ro-bind / / --info-fd 3 true 3> info
        sed -E "s/[0-9]+/N/g" info; wc -l < info'
    # What it says is true.
    t_run bash -c 'cd "$T"; mkfifo block-$$
        exec 3<> block-$$
        "$0" $options --ro-bind / / --block-fd 3 --info-fd 4 true 4> >(cat > info-$$; echo told > told-$$) &
        until [ -s told-$$ ]; do sleep 0.02; done
        pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" info-$$)
        ls -l /proc/$pid/ns | sed -n "s/.* -> \([a-z]*\):\[\([0-9]*\)\]/\1 \2/p" > real-$$
        sed -n "s/.*\"\([a-z]*\)-namespace\": \([0-9]*\).*/\1 \2/p" info-$$ > said-$$
        wc -l < said-$$
        grep -vxF -f real-$$ said-$$ && echo wrong
        echo >&3; wait $!; echo $?' "$BWRAP_HUSK"
    t_like "$status $(echo $out)" '^0 [1-6] 0$' "[$options] it is true"
done
if [ -n "$(command -v python3)" ]; then
    t_ok "it is JSON" bash -c '"$0" --unshare-all --ro-bind / / --info-fd 3 true 3>&1 | python3 -c "
import json, sys
o = json.load(sys.stdin)
assert all(type(v) is int for v in o.values()) and len(o) == 7, o"' "$BWRAP_HUSK"
else
    t_skip "python3 is not installed"
fi
same_as_bwrap_sh "it is closed then, though the sandbox lives on" '
    mkfifo info go
    $B --ro-bind / / --info-fd 3 sh -c "read -r x < go" 3> info &
    grep -c child-pid info
    echo > go
    wait $!; echo $?'
same_as_bwrap_sh "to stdout" '$B --ro-bind / / --info-fd 1 true | grep -c -e child-pid -e mnt-namespace'
same_as_bwrap_sh "of many the last one counts, with a warning" '
    $B --ro-bind / / --info-fd 3 --info-fd 4 true 3> three 4> four
    grep -c child-pid three four'
same_as_bwrap_sh "before COMMAND" '
    $B --ro-bind / / --info-fd 3 sh -c "grep -c child-pid \"$W/info\"" 3> info'
same_as_bwrap_sh "even if COMMAND cannot be executed" '
    $B --ro-bind / / --info-fd 3 /absent 3> info 2> /dev/null; echo $?
    grep -c child-pid info'
same_as_bwrap_sh "where nothing can be written to" '$B --ro-bind / / --info-fd 3 echo run 3< /dev/null 2> /dev/null'
same_as_bwrap_sh "a full device" '$B --ro-bind / / --info-fd 3 echo run 3> /dev/full'
same_as_bwrap_sh "a pipe that nobody reads" '
    mkfifo pipe
    exec 4<> pipe 3> pipe 4<&-
    $B --ro-bind / / --info-fd 3 echo run 2> /dev/null'
for fd in x -1 "" 77; do
    export fd
    same_as_bwrap_sh "not an fd: [$fd]" '$B --info-fd "$fd" --ro-bind / / echo run 2> /dev/null'
done

t_done
