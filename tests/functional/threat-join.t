#!/usr/bin/env bash
# Firejail joined what claimed to be one of its sandboxes, and took over what that one lacked (CVE-2022-31214). husk joins
# namespaces that its caller names, believes no file about them, and takes nothing else from them.
. "${0%/*}/../lib.sh" || exit
t_need unshare nsenter

state=$HELPERS/state
# What somebody prepared: a process with no filter, that may have new privileges, with every capability over its namespaces.
mkfifo "$T/ready"
unshare --user --map-root-user --net sh -c 'echo; exec sleep 1000' > "$T/ready" &
prepared=$!
read -r < "$T/ready"
in_it=(nsenter --user --net --preserve-credentials --target "$prepared")
shown=$("${in_it[@]}" "$state" "$(readlink /proc/self/ns/net)")
t_like "$shown" 'CapEff:.*[1-9a-f].*NoNewPrivs:.0.*Seccomp:.0.*namespace net: its own' "who enters it by hand has all that it gives"

# seen OPTIONS...: the sandbox, without its network and the files that go with that.
seen()
{
    t_run "${as[@]}" "$HUSK" --ro-bind "$state" /state --chdir /tmp "$@" /state "$(readlink /proc/self/ns/net)"
    grep -E '^(Umask|Uid|Gid|Groups|Sig|Cap|NoNew|Sec|cwd|host|nice|namespace|file|mount|fd [013-9]|limit|[A-Z]+=)' <<< "$out" |
        grep -vE '^(mount|file) .*/etc/(hosts|resolv.conf) '
}

as=("${in_it[@]}")
own=$(seen -n none)
t_like "$own" 'CapEff:.0000000000000000.*NoNewPrivs:.1.*Seccomp:.2' "a sandbox"
t_is "$(diff <(echo "$own") <(seen -n "ns:/proc/$prepared/ns/net"))" "" "one with that network is the same in all else"
t_is "$("${in_it[@]}" "$HUSK" -n "ns:/proc/$prepared/ns/net" readlink /proc/self/ns/net)" "$(readlink "/proc/$prepared/ns/net")" \
    "and has that network"

# A user namespace in which husk's caller would have every capability.
as=()
for options in "--cap-drop ALL" "--unshare-pid --proc /proc" ""; do
    # As bwrap, husk leaves root its capabilities where it is not told to drop them.
    [ "$(id -u)" != 0 ] || [ "$options" = "--cap-drop ALL" ] || continue
    # shellcheck disable=SC2086 # words
    t_run "$HUSK" -p none --userns "/proc/$prepared/ns/user" --ro-bind / / $options grep -hE '^(Cap|NoNew)' /proc/self/status
    t_is "$(tr -d '\n' <<< "$out" | tr -s '\t' ' ')" \
        "CapInh: 0000000000000000CapPrm: 0000000000000000CapEff: 0000000000000000CapBnd: 0000000000000000CapAmb: 0000000000000000NoNewPrivs: 1" \
        "[--userns $options] no capability of it"
done
# husk is in that namespace itself then, with those who have every capability there, and its root is the host's.
"${in_it[@]}" sleep 1000 < /dev/null &
by_hand=$!
"$HUSK" -p none --userns "/proc/$prepared/ns/user" --ro-bind / / sh -c 'echo; exec sleep 1000' > "$T/ready" &
husk=$!
read -r < "$T/ready"
t_wait grep -qx sleep "/proc/$by_hand/comm"
for name in root cwd exe; do
    t_ok "who enters it by hand is looked into from there: $name" "${in_it[@]}" readlink "/proc/$by_hand/$name"
    t_fail "husk is not" "${in_it[@]}" readlink "/proc/$husk/$name"
done
kill "$husk" "$by_hand"
wait "$husk" "$by_hand"
t_run "$HUSK" --userns "/proc/$prepared/ns/user" echo ran
t_is "$status $out" "125 " "profile default does without its own user namespace for nobody"

# What claims to be a namespace.
echo "$prepared" > "$T/file"
mkdir "$T/folder"
ln -s "/proc/$prepared/ns/user" "$T/kind"
ln -s "/proc/$prepared/root" "$T/root"
ln -s /proc/999999999/ns/net "$T/gone"
for name in file folder ready kind root gone; do
    for options in "-n ns:$T/$name" "-p none --bind / / -n ns:$T/$name"; do
        # shellcheck disable=SC2086 # words
        t_run timeout 60 "$HUSK" $options touch "$T/ran"
        t_is "$status" 125 "[${options/$T\//}] is an error"
        t_like "$err" '^husk: (-n|--net) ns:.*(not a network namespace|No such file)' "which is said"
    done
    [ $name = kind ] && continue
    t_run timeout 60 "$HUSK" -p none --userns "$T/$name" --bind / / touch "$T/ran"
    t_is "$status" 125 "[--userns $name] too"
done
t_run "$HUSK" -p none --userns "/proc/$prepared/ns/net" --bind / / touch "$T/ran"
t_is "$status" 125 "a network is no user namespace"
t_is "$(ls "$T/ran" 2> /dev/null)" "" "nothing was run"

kill "$prepared"
t_done
