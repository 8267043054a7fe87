#!/usr/bin/env bash
# As bwrap: --json-status-fd: a line when the child is there, and one with COMMAND's status at the end.
. "${0%/*}/../lib.sh"

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
# A client that is gone is no reason to stop.
same_as_bwrap_sh "nobody reads it" '
    $B --ro-bind / / --json-status-fd 3 sh -c "sleep 0.1; echo run" 3> >(:)'

t_done
