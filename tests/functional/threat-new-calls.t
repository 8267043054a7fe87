#!/usr/bin/env bash
# Calls of the kernel that are newer than a filter's author are refused as well (CVE-2021-41133 of flatpak:
# an application used the new mount calls to change what others believed of it). Root inside, with all
# capabilities over its namespaces, covers a file that is mounted read-only.
# vm: 6.12
. "${0%/*}/../lib.sh" || exit
t_need python3

cat > "$T/cover.py" << 'END'
import ctypes, errno, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

def call(number, *args):
    result = libc.syscall(ctypes.c_long(number), *[a if isinstance(a, bytes) else ctypes.c_long(a) for a in args])
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result

OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, CLONE3, MOUNT_SETATTR = 428, 429, 430, 431, 432, 435, 442
AT_FDCWD, EMPTY_FROM = -100, 4
trusted, mine = b"/trusted/file", b"/mine/file"

def new_file_system():
    fs = call(FSOPEN, b"tmpfs", 0)
    call(FSCONFIG, fs, 6, 0, 0, 0)
    mount = call(FSMOUNT, fs, 0, 0)
    call(MOVE_MOUNT, mount, b"", AT_FDCWD, b"/trusted", EMPTY_FROM)
    with open(trusted, "w") as f:
        f.write("forged")

def copied_tree():
    tree = call(OPEN_TREE, AT_FDCWD, mine, 1)
    call(MOVE_MOUNT, tree, b"", AT_FDCWD, trusted, EMPTY_FROM)

def attributes():
    call(MOUNT_SETATTR, AT_FDCWD, b"/trusted", 0x8000, struct.pack("4Q", 0, 1, 0, 0), 32)

def process():
    pid = call(CLONE3, struct.pack("8Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def unknown():
    for number in [600, 1000, 4095, 0x3fffffff, 0x7fffffff]:
        try:
            call(number)
        except OSError as e:
            if e.errno != errno.ENOSYS:
                raise
        else:
            return
    raise OSError(errno.ENOSYS, "")

for attack in [attributes, copied_tree, new_file_system, process, unknown]:
    try:
        attack()
        print(attack.__name__, "works", end="")
    except OSError as e:
        print(attack.__name__, errno.errorcode[e.errno], end="")
    print("", open(trusted).read().strip())
END
mkdir "$T/trusted" "$T/mine"
echo genuine > "$T/trusted/file"
echo forged > "$T/mine/file"

# attack POLICY: by root inside.
attack()
{
    t_run "$HUSK" -p none --unshare-all --uid 0 --gid 0 --cap-add ALL --tmpfs / --ro-bind /usr /usr --ro-mirror /bin \
        --ro-mirror /lib --ro-mirror /lib64 --ro-mirror /etc/ld.so.cache --dev /dev --ro-bind "$T/trusted" /trusted \
        --ro-bind "$T/mine" /mine --ro-bind "$T/cover.py" /cover.py --seccomp-profile "$1" python3 /cover.py
}
attack none
t_is "$out$err" "attributes works genuine
copied_tree works forged
new_file_system works forged
process works forged
unknown ENOSYS forged" "without a policy what is trusted is covered"
for policy in default build; do
    attack $policy
    t_is "$out$err" "attributes EPERM genuine
copied_tree EPERM genuine
new_file_system EPERM genuine
process ENOSYS genuine
unknown ENOSYS genuine" "$policy: it stays as it is"
done
attack strict
t_is "$(grep -v '^process' <<< "$out")" "attributes EPERM genuine
copied_tree EPERM genuine
new_file_system EPERM genuine
unknown ENOSYS genuine" "strict: too"
t_done
