#!/usr/bin/env bash
# As bwrap: --disable-userns forbids more user namespaces, --assert-userns-disabled checks that.
# vm: uml
. "${0%/*}/../lib.sh" || exit
t_need unshare

for options in "" "--uid 0" "--dev /dev" "--unshare-pid"; do
    export options
    same_as_bwrap_sh "[$options] they are possible without it" \
        '$B --unshare-user $options --ro-bind / / unshare -U echo more'
    same_as_bwrap_sh "[$options] with it they are not" \
        '$B --unshare-user --disable-userns $options --ro-bind / / unshare -U echo more'
done
same_as_bwrap_sh "no sandbox in the sandbox, then" '
    $B --unshare-user --disable-userns --dev-bind / / "$B" --unshare-user --ro-bind / / echo more \
        2> /dev/null'
same_as_bwrap_sh "nor can this be changed inside, with all capabilities" '
    $B --unshare-user --disable-userns --uid 0 --cap-add ALL --bind / / --proc /proc sh -c "
        mount -o remount,rw /proc/sys
        echo 9 > /proc/sys/user/max_user_namespaces
        unshare -U echo more" 2> /dev/null'

same_as_bwrap "--assert-userns-disabled with --disable-userns" \
    --unshare-user --disable-userns --assert-userns-disabled --ro-bind / / echo run
same_as_bwrap "it fails without" --unshare-user --assert-userns-disabled --ro-bind / / echo run
same_as_bwrap_sh "it is content in a sandbox that forbids them" '
    exec 3< <(exec unshare -Ur sh -c "echo 0 > /proc/sys/user/max_user_namespaces; echo; exec sleep 1000")
    read -r <&3
    exec 4< "/proc/$!/ns/user"
    $B --userns 4 --assert-userns-disabled --ro-bind / / echo run
    echo $?
    kill $!'

t_done
