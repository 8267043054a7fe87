#!/usr/bin/env bash
# A machine whose administrator allows no user namespaces: nothing runs, husk names the setting, and what
# it says to do helps.
# vm: only alone uml 6.1 6.12
. "${0%/*}/../lib.sh" || exit
t_only_in_vm
PATH=$PATH:/usr/sbin:/sbin

cd "$T" || exit 1
before=$(sysctl -n user.max_user_namespaces)
restore()
{
    sudo -n sysctl -qw user.max_user_namespaces="$before" kernel.unprivileged_userns_clone=1
    t_cleanup
}
trap restore EXIT

# refused HINT FIX: husk is refused, gives this HINT, and works after FIX, which is in the HINT.
refused()
{
    t_run "$HUSK" -w . touch ran
    t_is "$status:$out" 125: "nothing runs"
    t_is "$(ls ran 2> /dev/null)" "" "nothing at all"
    t_like "$err" "hint: $1" "the hint"
    t_like "$err" "$2" "has the command"
    t_run "$BWRAP_HUSK" --unshare-user --ro-bind / / true
    t_is "$status" 1 "called as bwrap neither"
    t_like "$err" "^bwrap: " "which says so"
    t_ok "root can" sudo -n "$HUSK" -p none --unshare-pid --ro-bind / / true
    read -ra fix <<< "$2"
    t_ok "$2" sudo -n "${fix[@]:1}"
    t_ok "helps" "$HUSK" true
}

t_ok "at first it works" "$HUSK" true
sudo -n sysctl -qw user.max_user_namespaces=0
refused "the limit user.max_user_namespaces is 0: " "sudo sysctl -w user.max_user_namespaces=15000"
sudo -n sysctl -qw kernel.unprivileged_userns_clone=0
refused "this kernel allows user namespaces only to root: " "sudo sysctl -w kernel.unprivileged_userns_clone=1"

t_done
