#!/usr/bin/env bash
# As bwrap: which namespaces are new with each of the --unshare options.
. "${0%/*}/../lib.sh" || exit

readlink /proc/self/ns/{cgroup,ipc,mnt,net,pid,time,user,uts} | sort > "$T/host"
export HOST=$T/host
for options in "" --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net \
    --unshare-uts --unshare-cgroup --unshare-cgroup-try --unshare-all \
    "--unshare-all --share-net" "--share-net --unshare-all" "--unshare-net --share-net" \
    "--unshare-all --share-net --unshare-net" "--unshare-user --unshare-user --unshare-pid"; do
    export options
    same_as_bwrap_sh "[$options]" '
        $B $options --ro-bind / / --proc /proc \
            readlink /proc/self/ns/{cgroup,ipc,mnt,net,pid,time,user,uts} |
            sort | comm -13 "$HOST" - | sed "s/:.*//"'
done

# The comparison is of something.
t_run "$BWRAP_HUSK" --unshare-all --share-net --ro-bind / / --proc /proc readlink /proc/self/ns/{net,pid}
t_is "${out%%$'\n'*}" "$(readlink /proc/self/ns/net)" "--share-net keeps the network"
t_unlike "$out" "^$(readlink /proc/self/ns/pid)$" "--unshare-all makes new pids"
t_run "$BWRAP_HUSK" --share-net --unshare-all --ro-bind / / --proc /proc readlink /proc/self/ns/net
t_unlike "$out" "$(readlink /proc/self/ns/net)" "--share-net before --unshare-all does nothing"

t_done
