#!/usr/bin/env bash
# husk's own AppArmor profile: with it husk and the programs that it starts work, networks and scopes among them, and
# the command is in husk-command. Debian 12's parser knows no `userns,', so that rule is not judged here.
# vm: only 6.12
. "${0%/*}/../lib.sh" || exit
t_only_in_vm
PATH=$PATH:/usr/sbin:/sbin

# Copies, so that no other test's husk is confined.
chmod 755 "$T"
mkdir "$T/bin"
cp "$HUSK" "$BUILDDIR"/husk-{allow,scope,seccomp} "$T/bin"
sed -e 's,abi <abi/4.0>,abi <abi/3.0>,' -e '/^  \(userns\|io_uring\|mqueue\),$/d' \
    -e "s,@[a-z]*dir@,$T/bin," "$SRCDIR/data/apparmor/husk.in" > "$T/profile"
release()
{
    sudo -n apparmor_parser -R "$T/profile"
    t_cleanup
}
trap release EXIT
t_ok "the profiles are loaded" sudo -n apparmor_parser -K -r "$T/profile"
husk=$T/bin/husk
confined='husk//&husk-command (enforce)'

t_run "$husk" cat /proc/self/attr/apparmor/current
t_is "$status:$out" "0:$confined" "the command is in husk-command, and in husk"
t_run "$husk" -p none --unshare-all --map-root --cap-add ALL --ro-bind / / mount -t tmpfs none /mnt
t_is "$status" 32 "with all capabilities it mounts nothing"
t_run "$husk" -p none --unshare-all --map-auto --bind / / chown 5 "$T/profile"
t_is "$status:$(($(stat -c %u "$T/profile") > 60000))" 0:1 "ranges of ids"
t_run "$husk" --scope --pids-limit 20 true
t_is "$status:$err" 0: "a scope of systemd's"
# Nothing becomes husk-helper from inside: the programs that husk starts in it are refused there.
t_run "$husk" slirp4netns --version
t_is "$status:$out" 126: "a helper's program as the command is refused"
t_run "$husk" sh -c 'slirp4netns --version; pasta --version; newuidmap; true'
t_is "$status:$out:$(grep -c 'Permission denied\|Operation not permitted' <<< "$err")" 0::3 "and when the command starts it"
printf '{"defaultAction": "SCMP_ACT_ALLOW"}' > "$T/policy.json"
t_run "$husk" --seccomp-profile "$T/policy.json" true
t_is "$status:$err" 0: "a policy that is compiled"

# A host's network of its own, with a way out that leads nowhere, which pasta wants.
cat > "$T/host" << 'END'
ip link set lo up
ip link add way type dummy
ip addr add 198.51.100.2/24 dev way
ip link set way up
ip route add default via 198.51.100.1
exec setpriv --reuid "$1" --regid "$2" --init-groups env HOME="$3" "${@:4}"
END
on_host()
{
    t_run sudo -n unshare -n bash "$T/host" "$(id -u)" "$(id -g)" "$HOME" "$@"
}
on_host "$husk" -n slirp4netns --publish 8080:80 cat /proc/self/attr/apparmor/current
t_is "$status:$out:$err" "0:$confined:" "slirp4netns, with its socket"
on_host "$husk" -n pasta --allow 192.0.2.0/24 cat /proc/self/attr/apparmor/current
t_is "$status:$out:$err" "0:$confined:" "pasta, and a list"
t_done
