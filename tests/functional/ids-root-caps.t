#!/usr/bin/env bash
# The capabilities of --map-auto are those that Docker gives, no more and no less: each works, fails once
# it is dropped, and what needs another one fails until that is given. su, tar and dpkg work with them.
# vm: none (its su asks for a password)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
PATH=/usr/sbin:/usr/bin:/sbin:/bin
t_need setpriv setcap capsh python3 su tar dpkg-deb

# Root has ranges of its own here, in a mount namespace.
cd "$T" || exit 1
map_auto()
{
    "$HUSK" --map-auto "$@"
}
if [ "$(id -u)" = 0 ]; then
    echo root:300000:65536 > subids
    map_auto()
    {
        t_outer 'mount --bind "$1" /etc/subuid; mount --bind "$1" /etc/subgid; shift; exec "$@"' \
            "$T/subids" "$HUSK" --map-auto "$@"
    }
else
    t_need newuidmap newgidmap
    grep -q "^$(id -un):.*:65536" /etc/subuid || t_skip_all "this user has no range of 65536 ids"
fi
t_map_auto()
{
    # A function is no command for timeout; what it starts is short.
    map_auto "$@" > "$T/.out" 2> "$T/.err"
    status=$? out=$(< "$T/.out") err=$(< "$T/.err")
}

sets='echo $(sed -n "s/^\(Cap...\|NoNewPrivs\):\s*0*\(.\)/\2/p" /proc/self/status)'
docker=$(capsh --decode=a80425fb | cut -d= -f2 | tr , '\n' | sort)
t_is "$docker" "cap_audit_write
cap_chown
cap_dac_override
cap_fowner
cap_fsetid
cap_kill
cap_mknod
cap_net_bind_service
cap_net_raw
cap_setfcap
cap_setgid
cap_setpcap
cap_setuid
cap_sys_chroot" "what Docker gives"
none=(-p none --unshare-all --ro-bind / / --proc /proc --dev /dev --perms 1777 --tmpfs /tmp --ro-bind "$T" "$T")

# inheritable, permitted, effective, bounding, ambient, no_new_privs
t_map_auto sh -c "$sets"
t_is "$out" "0 a80425fb a80425fb a80425fb 0 1" "profile default: all sets"
t_map_auto "${none[@]}" sh -c "$sets"
t_is "$out" "0 a80425fb a80425fb a80425fb 0 1" "profile none: all sets"
t_map_auto --cap-drop ALL sh -c "$sets; setpriv --dump | grep -c 'noroot,noroot_locked,no_setuid_fixup,no_setuid_fixup_locked,keep_caps_locked'"
t_is "$out" $'0 0 0 0 0 1\n1' "dropped, nothing is left, and securebits are locked"
t_map_auto --cap-add CAP_SYS_NICE --cap-drop CAP_KILL sh -c "$sets"
t_is "$out" "0 a88425db a88425db a88425db 0 1" "one more and one less"
t_map_auto --uid 5 sh -c "$sets"
t_is "$out" "0 0 0 0 0 1" "another user than root has none"
t_map_auto --uid 5 --cap-add CAP_KILL sh -c "$sets"
t_is "$out" "20 20 20 20 20 1" "but those that are asked for, ambient"
t_map_auto setpriv --reuid 33 --regid 33 --clear-groups sh -c "$sets"
t_is "$out" "0 0 0 a80425fb 0 1" "and root loses them with its id"
t_run unshare --user --map-root-user sh -c "$sets"
t_like "$out" '^0 ([0-9a-f]+) \1 \1 0 0$' "a namespace without husk has all of them, and no_new_privs is not set"

# CAPABILITY COMMAND...: what works with it alone. Each is run with all, and without that one.
cat > cases << 'END'
CAP_CHOWN touch /tmp/x && chown 5 /tmp/x
CAP_DAC_OVERRIDE mkdir -m 0 /tmp/d && touch /tmp/d/x
CAP_FOWNER touch /tmp/x && chown 5 /tmp/x && chmod 600 /tmp/x
CAP_FSETID touch /tmp/x && chgrp 5 /tmp/x && chmod 2755 /tmp/x && { [ -g /tmp/x ] || { echo failed >&2; exit 1; }; }
CAP_KILL setpriv --reuid 5 --regid 5 --clear-groups sleep 60 & until grep -q '^Uid:.5' /proc/$!/status; do sleep 0.02; done; kill $!
CAP_SETGID setpriv --regid 5 --clear-groups true
CAP_SETUID setpriv --reuid 5 true
CAP_SETFCAP cp /bin/true /tmp/true && setcap cap_kill+ep /tmp/true && getcap /tmp/true | grep -q kill
CAP_SETPCAP capsh --drop=cap_chown -- -c true
CAP_NET_BIND_SERVICE python3 -c 'import socket; socket.socket().bind(("127.0.0.1", 80))'
CAP_NET_RAW python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'
CAP_SYS_CHROOT chroot / true
END
while read -r cap command; do
    t_map_auto "${none[@]}" --seccomp-profile default sh -c "$command"
    t_is "$status:$err" 0: "$cap is there"
    t_map_auto "${none[@]}" --seccomp-profile default --cap-drop "$cap" sh -c "$command"
    t_like "$status:$err" '^[1-9].*([Nn]ot permitted|denied|annot|failed|PermissionError)' "it was that one"
done < cases
# The kernel makes device nodes for the first user namespace only, and fifos for all.
t_map_auto "${none[@]}" sh -c 'mknod /tmp/null c 1 3 || mknod /tmp/fifo p'
t_is "$status" 0 "CAP_MKNOD makes no device"
t_like "$err" 'null: Operation not permitted' "which the kernel keeps to itself"
cat > cases << 'END'
CAP_SYS_ADMIN mount -t tmpfs none /mnt
CAP_SYS_ADMIN hostname x
CAP_NET_ADMIN python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8922, struct.pack("16si16x", b"lo", 1400))'
CAP_SYS_PTRACE setpriv --reuid 5 --regid 5 --clear-groups sleep 60 & until grep -q '^Uid:.5' /proc/$!/status; do sleep 0.02; done; readlink /proc/$!/ns/mnt; r=$?; kill $!; exit $r
END
while read -r cap command; do
    t_map_auto "${none[@]}" sh -c "$command"
    t_unlike "$status" '^0$' "$cap is not there (${command%% *})"
    t_map_auto "${none[@]}" --cap-add "$cap" sh -c "$command"
    t_is "$status:$err" 0: "and would be of use"
done < cases

# ---- what root does with them
mkdir -p package/DEBIAN package/srv/data work/in
printf '%s\n' 'Package: husk-test' 'Version: 1' 'Architecture: all' 'Maintainer: N <n@example.org>' \
    'Description: x' > package/DEBIAN/control
echo text > package/srv/data/file
chmod 755 package package/DEBIAN
(cd package && tar --owner=33 --group=7 --numeric-owner --mode=u=rwX,g=rsX,o= -cf ../many.tar srv)
dpkg-deb --root-owner-group -b package work/in/package.deb > dpkg.log || cat dpkg.log
work=("${none[@]}" --seccomp-profile default --chdir /tmp)
t_map_auto "${work[@]}" sh -c "tar -xf '$T/many.tar' --same-owner && stat -c %u:%g:%a srv/data/file && tar -c srv | tar -t --numeric-owner -v | cut -c1-22 | sort -u"
t_is "$out" "33:7:2640
-rw-r-S--- 33/7       
drwxr-s--- 33/7       " "tar: owners and modes, there and back"
t_map_auto "${work[@]}" sh -c "dpkg -x '$T/work/in/package.deb' out && stat -c %u:%g out/srv/data/file && cat out/srv/data/file"
t_is "$out" $'0:0\ntext' "dpkg -x" || t_diag "$err"
t_map_auto "${work[@]}" sh -c 'install -o 7 -g 8 -m 4755 /bin/true x && stat -c %u:%g:%a x; for i in $(seq 1 997 60000); do : > f$i; chown $i:$i f$i; done; stat -c %u f* | sort -n | tail -n 1'
t_is "$out" $'7:8:4755\n59821' "install and chown, to many ids"
t_map_auto "${work[@]}" su -s /bin/sh nobody -c 'id -un; echo x > /tmp/x; stat -c %U /tmp/x; sed -n "s/^CapEff:\s*//p" /proc/self/status'
t_is "$out" $'nobody\nnobody\n0000000000000000' "su" || t_diag "$err"
t_map_auto "${work[@]}" setpriv --reuid nobody --regid nogroup --init-groups --inh-caps +net_bind_service \
    --ambient-caps +net_bind_service python3 -c 'import socket; socket.socket().bind(("127.0.0.1", 80)); print("bound")'
t_is "$out" bound "setpriv: another user with one of them" || t_diag "$err"

t_done
