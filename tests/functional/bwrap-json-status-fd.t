#!/usr/bin/env bash
# As bwrap: --json-status-fd: a line when the child is there, and one with COMMAND's status at the end.
. "${0%/*}/../lib.sh" || exit

for options in "" --unshare-user --unshare-net --unshare-all "--unshare-pid --as-pid-1" "--sync-fd 0" \
    "--die-with-parent"; do
    export options
    same_as_bwrap_sh "[$options] its form" '
        $B --ro-bind / / $options --json-status-fd 3 sh -c "exit 7" 3> told
        echo $?
        sed "s/\(pid\|namespace\)\": [0-9][0-9]*/\1\": N/g" told'
    same_as_bwrap_sh "[$options] COMMAND was killed" '
        $B --ro-bind / / --dev /dev --proc /proc $options --json-status-fd 3 sh -c "kill -KILL \$\$" 2> /dev/null 3> told
        tail -n 1 told'
done
for words in "no-such-command" "--chdir /no/such true" "--ro-bind /no/such /x true" "--no-such-option"; do
    export words
    same_as_bwrap_sh "[$words] no status, as nothing was executed" '
        $B --ro-bind / / --json-status-fd 3 $words 2> /dev/null 3> told
        echo $?
        sed "s/\(pid\|namespace\)\": [0-9][0-9]*/\1\": N/g" told'
done
same_as_bwrap_sh "the first line comes before COMMAND ends" '
    mkfifo told go
    $B --dev-bind / / --json-status-fd 3 sh -c "read -r _ < go; exit 3" 3> told &
    exec 4< told
    read -r line <&4
    echo "${line%%:*}"
    echo > go
    cat <&4'
same_as_bwrap_sh "the same numbers as --info-fd" '
    $B --ro-bind / / --unshare-all --json-status-fd 3 --info-fd 4 true 3> told 4> info
    diff <(grep -o "[a-z-]*\": [0-9]*" told | grep -v exit | sort) <(grep -o "[a-z-]*\": [0-9]*" info | sort) && echo same'

if [ -x /usr/bin/python3 ]; then
    t_ok "each line is JSON" bash -c '
        "$0" --unshare-all --ro-bind / / --json-status-fd 3 sh -c "exit 9" 3>&1 | /usr/bin/python3 -c "
import json, sys
first, last = map(json.loads, sys.stdin)
assert set(first) == {\"child-pid\"} | {n + \"-namespace\" for n in \"cgroup ipc mnt net pid uts\".split()}, first
assert last == {\"exit-code\": 9}, last"' "$BWRAP_HUSK"
else
    t_skip "python3 is not installed"
fi
# bwrap itself is killed by SIGPIPE then, and COMMAND is lost.
t_run bash -c '
    mkfifo "$1/told" "$1/go"
    "$0" --ro-bind / / --json-status-fd 3 sh -c "read -r _ < \"\$0\"; echo run; exit 4" "$1/go" 3> "$1/told" &
    head -c 1 "$1/told"
    echo > "$1/go"
    wait $!' "$BWRAP_HUSK" "$T"
t_is "$status $out" "4 {run" "a reader that is gone by the end"
for fd in x -1 "" 77; do
    t_run "$BWRAP_HUSK" --json-status-fd "$fd" --ro-bind / / echo run
    t_like "$status $out $err" "^1  bwrap: [^"$'\n'"]*$" "not an fd: [$fd]"
done

t_done
