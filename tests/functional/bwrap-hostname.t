#!/usr/bin/env bash
# As bwrap: --hostname sets the name inside, with a UTS namespace only.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap "it is set" --unshare-uts --hostname sandbox --ro-bind / / uname -n
same_as_bwrap "with a new user namespace" --unshare-user --unshare-uts --hostname x --ro-bind / / uname -n
same_as_bwrap "not without --unshare-uts" --hostname sandbox --ro-bind / / uname -n
same_as_bwrap "without it the name stays" --unshare-uts --ro-bind / / uname -n
same_as_bwrap "--unshare-all will do" --unshare-all --hostname sandbox --ro-bind / / uname -n
same_as_bwrap "64 bytes" --unshare-uts --hostname "$(printf '%064d' 7)" --ro-bind / / uname -n

before=$(uname -n)
t_run "$BWRAP_HUSK" --unshare-uts --hostname sandbox --ro-bind / / uname -n
t_is "$out $(uname -n)" "sandbox $before" "the host keeps its own"
t_fail "65 bytes are too many" "$BWRAP_HUSK" --unshare-uts --hostname "$(printf '%065d' 7)" --ro-bind / / true

t_done
