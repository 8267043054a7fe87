#!/usr/bin/env bash
# As bwrap: of an option with one value the last one counts, and a warning says so.
. "${0%/*}/../lib.sh" || exit

for pair in "--chdir /usr" "--hostname one"; do
    # shellcheck disable=SC2086 # two words
    same_as_bwrap "${pair% *}" --unshare-user --unshare-uts --ro-bind / / $pair \
        "${pair% *}" / /bin/sh -c 'pwd; uname -n'
done
same_as_bwrap "--uid and --gid, one warning each time" --unshare-user --ro-bind / / \
    --uid 1 --gid 2 --uid 3 --gid 4 --uid 5 id
same_as_bwrap_sh "--info-fd" '
    $B --info-fd 3 --info-fd 4 --ro-bind / / true 3> first 4> second
    echo $?
    wc -c < first
    head -c 1 second'
same_as_bwrap_sh "--json-status-fd" '
    $B --json-status-fd 3 --json-status-fd 4 --ro-bind / / true 3> first 4> second
    echo $?
    wc -c < first
    tail -n 1 second'
same_as_bwrap_sh "--sync-fd" '$B --sync-fd 3 --sync-fd 4 --ro-bind / / true 3< /dev/null 4<&3'
same_as_bwrap_sh "--block-fd" '$B --block-fd 3 --block-fd 4 --ro-bind / / true 3< /dev/null 4<&3'
same_as_bwrap_sh "--seccomp" '$B --seccomp 3 --seccomp 4 --ro-bind / / true 3< bad 4< /dev/null'

t_run "$BWRAP_HUSK" --argv0 one --argv0 two --ro-bind / / true
t_is "$status $err" "1 bwrap: --argv0 used multiple times" "but two --argv0 are an error"

t_done
