#!/usr/bin/env bash
# When no user namespace is to be had, husk finds out why, and says the one thing to do; nothing
# runs.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for another shell
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home
mkdir -p "$HOME" "$T/work"
cd "$T/work" || exit 1

# says MESSAGE HINT NAME: what the last t_run gave is an error with these.
says()
{
    t_is "$status:$out" 125: "$3"
    t_like $'\n'"$err" "
husk: $1" "the error"
    t_like "$err" "
husk: hint: $2" "and why"
}
in_userns=(unshare --user --map-root-user bash -euc)

# Limits, in a user namespace of the test's own.
t_ok "a user namespace in one can be had" "${in_userns[@]}" 'exec "$@"' bash "$HUSK" true
t_run "${in_userns[@]}" 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"' bash "$HUSK" -w . touch ran
says "Creating new namespace failed: No space left on device" \
    "the limit user.max_user_namespaces is 0 in this user namespace: sudo sysctl -w user.max_user_namespaces=15000" \
    "the limit is 0"
t_run "${in_userns[@]}" 'echo 0 > /proc/sys/user/max_net_namespaces; exec "$@"' bash "$HUSK" -w . touch ran
says "Creating new namespace failed: No space left on device" \
    "the limit user.max_net_namespaces is 0 in this user namespace: sudo sysctl -w user.max_net_namespaces=15000" \
    "the limit of another kind is 0"
t_run "${in_userns[@]}" 'echo 1 > /proc/sys/user/max_user_namespaces; exec "$@"' bash "$HUSK" -w . touch ran
says "unshare user ns: No space left on device" \
    "this user has as many as user.max_user_namespaces allows: end some, or sudo sysctl -w user.max_user_namespaces=" \
    "there is one, and two are needed"

# An id that is not mapped.
t_run unshare --user "$HUSK" -w . touch ran
says "Creating new namespace failed: Operation not permitted" \
    "the user namespace that husk is in does not map husk's own user and group: map them \(unshare --map-root-user\)" \
    "a user that is nobody"

# A chroot: to a folder, and to a mount point, which cannot be told from a root.
make_root='mkdir -p "$1"; mount -t tmpfs none "$1"; top=$1/$2; mkdir -p "$top"/{usr,proc,tmp}
    mount --rbind /usr "$top/usr"; mount --rbind /proc "$top/proc"; cp "$3" "$top/husk"
    for l in bin lib lib32 lib64 sbin; do [ ! -L /$l ] || ln -s "$(readlink /$l)" "$top/$l"; done
    PATH=$PATH:/usr/sbin exec chroot "$top" /husk -p none --unshare-user --dev-bind / / touch /tmp/ran'
(t_outer "$make_root" "$T/new" sub "$HUSK") > chroot.out 2>&1
status=$? out='' err=$'\n'$(cat chroot.out)
says "Creating new namespace failed: Operation not permitted" \
    "husk is chrooted, where the kernel allows no user namespaces: enter that folder with pivot_root" "a chroot"
(t_outer "$make_root" "$T/new" . "$HUSK") > chroot.out 2>&1
status=$? out='' err=$'\n'$(cat chroot.out)
says "Creating new namespace failed: Operation not permitted" \
    "(husk is probably chrooted|.*AppArmor|.*SELinux|.*seccomp)" "a chroot that looks like a root"

# A seccomp filter, which answers clone3 with an errno.
cat > filter.py << 'END'
import ctypes, os, struct, sys
CLONE3, errno = 435, int(sys.argv[1])
code = [(0x20, 0, 0, 0), (0x15, 0, 1, CLONE3), (0x06, 0, 0, 0x00050000 | errno), (0x06, 0, 0, 0x7fff0000)]
filters = b"".join(struct.pack("HBBI", *c) for c in code)
buffer = ctypes.create_string_buffer(filters)
program = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.create_string_buffer(program), 0, 0):
    sys.exit("no filter")
os.execv(sys.argv[2], sys.argv[2:])
END
for errno in 1 38; do
    t_run python3 filter.py $errno "$HUSK" -w . touch ran
    says "Creating new namespace failed: (Operation not permitted|Function not implemented)" \
        ".*seccomp filter.* refuses user namespaces: start " "a seccomp filter that answers $errno"
done

# A limit on processes. It does not count for root.
if [ "$(id -u)" != 0 ]; then
    t_run bash -c 'ulimit -u 1; exec "$@"' bash "$HUSK" -w . touch ran
    says "Creating new namespace failed: Resource temporarily unavailable" \
        "the limit on this user's processes \(ulimit -u\)" "a limit on processes"
fi
t_run bash -c 'ulimit -n 15; exec "$@"' bash "$HUSK" -w . touch ran
says ".*: Too many open files" "each bind takes an open file for a moment: raise the hard limit \(ulimit -Hn\)" \
    "a limit on open files"
t_ok "a soft limit is raised for a while" bash -c 'ulimit -Sn 15; exec "$@"' bash "$HUSK" \
    sh -c '[ "$(ulimit -Sn)" = 15 ]'
t_fail "nothing ran" test -e ran

t_done
