#!/usr/bin/env bash
# No inheritable capabilities inside but those that --cap-add gave: others would come to life with a
# file that has capabilities of its own (CVE-2022-27650 and CVE-2022-29162).
# vm: uml
. "${0%/*}/../lib.sh" || exit

# caps NAME: that set, in what t_run printed of /proc/self/status.
caps()
{
    sed -n "s/^Cap$1:\s*0*\([0-9a-f]\)/\1/p" <<< "$out"
}

# with_caps CMD...: runs it with an inheritable set that is not empty, as a careless caller may have.
with_caps()
{
    if [ "$(id -u)" = 0 ]; then
        setpriv --inh-caps +chown,+net_raw "$@"
    else
        unshare --user --map-user="$(id -u)" --map-group="$(id -g)" --keep-caps "$@"
    fi
}
export -f with_caps
t_with_caps()
{
    t_run bash -c 'with_caps "$@"' bash "$@"
}

show=(cat /proc/self/status)
t_with_caps "${show[@]}"
t_unlike "$(caps Inh)" '^0$' "without husk they are inherited"

system=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc)
t_with_caps "$HUSK" "${show[@]}"
t_is "$(caps Inh)/$(caps Prm)/$(caps Eff)/$(caps Bnd)/$(caps Amb)" 0/0/0/0/0 "profile default: no capabilities at all"
for how in "" --disable-userns --map-root "--cap-drop ALL" --as-pid-1 "--uid 5 --gid 6"; do
    read -ra words <<< "$how"
    t_with_caps "$HUSK" "${system[@]}" "${words[@]}" "${show[@]}"
    t_is "$(caps Inh)/$(caps Amb)" 0/0 "nothing inheritable${how:+ ($how)}"
done

# What is asked for is ambient and so must be inheritable: that, and no more.
t_with_caps "$HUSK" "${system[@]}" --cap-drop ALL --cap-add CAP_KILL "${show[@]}"
t_is "$(caps Inh)/$(caps Prm)/$(caps Eff)/$(caps Bnd)/$(caps Amb)" 20/20/20/20/20 "--cap-add: just that one"

# Where other ids are mapped, root has it by itself; what it starts as another user has nothing of it.
if [ "$(id -u)" = 0 ]; then
    ranges=(--uid-map 0:0:10 --gid-map 0:0:10)
elif grep -qs "^$(id -un):" /etc/subuid && grep -qs "^$(id -un):" /etc/subgid; then
    ranges=(--map-auto)
else
    ranges=(--uid-map "0:$(id -u):1" --gid-map "0:$(id -g):1")
fi
t_run "$HUSK" "${system[@]}" "${ranges[@]}" --cap-drop ALL --cap-add CAP_KILL "${show[@]}"
t_is "$(caps Inh)/$(caps Prm)/$(caps Bnd)/$(caps Amb)" 0/20/20/0 "root of mapped ids: nothing inheritable"
if [ "${#ranges[@]}" = 1 ] || [ "$(id -u)" = 0 ]; then
    t_run "$HUSK" "${system[@]}" "${ranges[@]}" --uid 5 "${show[@]}"
    t_is "$(caps Inh)/$(caps Prm)/$(caps Eff)/$(caps Amb)" 0/0/0/0 "another user of mapped ids: none"
    t_run "$HUSK" "${system[@]}" "${ranges[@]}" --uid 5 --cap-drop ALL --cap-add CAP_KILL "${show[@]}"
    t_is "$(caps Inh)/$(caps Prm)/$(caps Bnd)/$(caps Amb)" 20/20/20/20 "or the one that was asked for"
fi

# no_new_privs comes first of all, so that no file's own capabilities count either.
t_like "$out" 'NoNewPrivs:	1' "no_new_privs is set"
t_done
