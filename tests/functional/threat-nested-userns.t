#!/usr/bin/env bash
# No user namespace can be made inside, which would open much more of the kernel (CVE-2022-0185 and many
# since), where it was forbidden: by --disable-userns, and so in profile default.
# vm: uml 6.12
. "${0%/*}/../lib.sh" || exit

system=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc)

# The ways to make one, and one to undo what forbids it.
t_ok "without that it can be made: browsers need it" "$HUSK" "${system[@]}" unshare -U true
t_ok "by a husk inside as well" "$HUSK" "${system[@]}" "$HUSK" -p none --unshare-user --ro-bind / / true

check()
{
    local name=$1
    shift
    t_fail "$name: not by unshare" "$@" unshare -U true
    t_like "$err" 'unshare failed' "since the kernel refuses it"
    t_fail "$name: nor in the namespaces of a user of one's own" "$@" unshare -Urmpfn --mount-proc true
    t_fail "$name: nor by python's clone" "$@" python3 -c 'import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) != 0:
    raise SystemExit(os.strerror(ctypes.get_errno()))'
    t_fail "$name: the limit cannot be raised" "$@" sh -c 'echo 100 > /proc/sys/user/max_user_namespaces'
    t_fail "$name: a new mount needs one" "$@" mount -t tmpfs none /tmp
    t_ok "$name: --assert-userns-disabled agrees" "$@" true
}
check "--disable-userns" "$HUSK" "${system[@]}" --disable-userns --assert-userns-disabled
check "with --map-root" "$HUSK" "${system[@]}" --map-root --disable-userns --assert-userns-disabled
check "with all capabilities" "$HUSK" "${system[@]}" --disable-userns --assert-userns-disabled --cap-add ALL \
    --cap-drop CAP_SYS_ADMIN
check "profile default" "$HUSK" --assert-userns-disabled

# --allow-userns undoes it, by the option that comes last; profile default has a filter as well.
t_ok "--allow-userns: it can be made" "$HUSK" --allow-userns --seccomp-profile nested unshare -U true
t_fail "it is the later one that counts" "$HUSK" --allow-userns --seccomp-profile none --disable-userns unshare -U true
t_fail "the policy refuses it still" "$HUSK" --allow-userns unshare -U true
t_fail "--mask forbids it all the same" \
    "$HUSK" --allow-userns --seccomp-profile none -w "$T" --mask "$T/x" unshare -U true
t_run "$BWRAP_HUSK" --allow-userns true
t_like "$err" 'Unknown option --allow-userns' "it is none of bwrap's options"

t_fail "--assert-userns-disabled fails where it can be made" \
    "$HUSK" "${system[@]}" --assert-userns-disabled echo reached
t_is "$out" "" "before the command"
t_run "$HUSK" unshare -U true
t_run cat /proc/sys/user/max_user_namespaces
t_unlike "$out" '^[01]$' "the limit outside is as it was"
t_done
