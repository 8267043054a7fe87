#!/usr/bin/env bash
# Nothing lies below the root of a sandbox: there is exactly one mount at /, and a command with all
# capabilities that enters its own mount namespace anew and unmounts / sees no other one there.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for another shell
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home
mkdir -p "$HOME" "$T/new" "$T/low" "$T/low2" "$T/up" "$T/wd" "$T/root"/{usr,etc,proc,dev,tmp,data} "$T/work"
cd "$T/work" || exit 1
touch "$T/file" file
for l in /bin /sbin /lib /lib32 /lib64; do
    if [ -L $l ]; then ln -s "$(readlink $l)" "$T/root$l"; else mkdir "$T/root$l"; fi
done

# Prints how many mounts there are at /; then, where it may, it enters its mount namespace, whose
# root is then its own, and takes off what is there. Tells when the host's files, of which argv[1]
# is one, are to be seen through another mount than before. (Below the roots of all there is the
# kernel's first file system, which only a root without a user namespace can lay bare.)
cat > attack.py << 'END'
import ctypes, os, sys
CLONE_NEWNS, MNT_DETACH = 0x20000, 2
libc = ctypes.CDLL(None, use_errno=True)
print(sum(line.split()[4] == "/" for line in open("/proc/self/mountinfo")), "at /")
proc = os.open("/proc", os.O_RDONLY)
namespace = os.open("self/ns/mnt", os.O_RDONLY, dir_fd=proc)

def mount_of_root():
    fd = os.open("/", os.O_PATH)
    try:
        info = os.open("self/fdinfo/%d" % fd, os.O_RDONLY, dir_fd=proc)
        return [l for l in os.read(info, 4096).decode().split("\n") if l.startswith("mnt_id")][0]
    finally:
        os.close(fd)

own, entered, taken = mount_of_root(), 0, 0
for step in range(8):
    if libc.setns(namespace, CLONE_NEWNS) == 0:
        entered += 1
    for path in b"/", b".":
        if mount_of_root() != own and os.path.exists(path + os.fsencode(sys.argv[1])):
            print("REVEALED", os.listdir(path))
            sys.exit(1)
    if libc.umount2(b"/", MNT_DETACH) == 0:
        taken += 1
print("entered" if entered else "not entered", "unmounted" if taken else "not unmounted")
END

# The same against a sandbox that is only a chroot to what was moved on /.
cat > weak.py << 'END'
import ctypes, os, sys
MS_MOVE = 8192
libc = ctypes.CDLL(None, use_errno=True)
os.chdir(sys.argv[1])
if libc.mount(b".", b"/", None, MS_MOVE, None):
    sys.exit("cannot move: " + os.strerror(ctypes.get_errno()))
os.chroot(".")
os.execv("/usr/bin/python3", ["python3", "-", sys.argv[2]])
END
(t_outer 'mount -t tmpfs none "$1"; mkdir "$1"/{usr,proc}; mount --rbind /usr "$1/usr"
    mount --rbind /proc "$1/proc"; for l in bin sbin lib lib32 lib64; do
        [ ! -L /$l ] || ln -s "$(readlink /$l)" "$1/$l"; done
    exec python3 weak.py "$1" "$2"' "$T/new" "$T/file" < attack.py) > revealed 2>&1
t_like "$(cat revealed)" "REVEALED" "where the old root is still below, the attack finds it"

# holds NAME ENTERS PROGRAM OPTIONS...: one root; ENTERS tells whether the attack gets so far as to
# enter, which it cannot where there is a second user namespace: "maybe" is where a mask may bring
# one.
holds()
{
    t_run sh -c '"$@" < attack.py' sh "${@:3}" python3 - "$T/file"
    t_like "$status:$out" "^0:1 at /
${2/maybe/(not )?entered}( |\$)" "$1"
}

# shellcheck disable=SC2206 # SYS is words
sys=($SYS --unshare-pid --proc /proc)
all=(--cap-add ALL)
kinds=(
    "a tmpfs"
    "--tmpfs /x --bind $T/low /y"
    "--mask of a file and of a folder"
    "--bind $T/low /y --mask /y --bind $T/file /f --mask /f --mask /absent"
    "overlays"
    "--overlay-src $T/low --tmp-overlay /x --overlay-src $T/low --overlay-src $T/low2
        --ro-overlay /y --overlay-src $T/low --overlay $T/up $T/wd /z"
    "data"
    "--bind-data 7 /x --ro-bind-data 8 /y --file 9 /z"
    "a root that is remounted read-only"
    "--mask /absent --remount-ro /"
    "mounts on mounts"
    "--tmpfs /x --tmpfs /x --bind $T/low /x --mask /x"
)
for who in --unshare-user ""; do
    # Without a user namespace only root has capabilities at all.
    [ -n "$who" ] || [ "$(id -u)" = 0 ] || continue
    as=(-p none "${all[@]}")
    [ -z "$who" ] || as+=("$who" --map-root)
    say=${who:+ (as root of a user namespace)}
    for ((i = 0; i < ${#kinds[@]}; i += 2)); do
        exec 7< file 8< file 9< file
        enters=entered
        [[ ${kinds[i + 1]} != *--mask* ]] || enters=maybe
        # shellcheck disable=SC2086 # these are words
        holds "${kinds[i]}$say" "$enters" "$HUSK" "${as[@]}" "${sys[@]}" ${kinds[i + 1]}
    done
    exec 7<&- 8<&- 9<&-
    for root in "--bind / /" "--dev-bind / /" "--ro-bind / /"; do
        # shellcheck disable=SC2086 # these are words
        holds "$root$say" maybe "$HUSK" "${as[@]}" $root --unshare-pid --proc /proc
        # shellcheck disable=SC2086 # these are words
        holds "$root, with masks$say" maybe "$HUSK" "${as[@]}" $root --unshare-pid --proc /proc --mask "$T/file"
    done
    holds "a folder as root$say" entered "$HUSK" "${as[@]}" --bind "$T/root" / "${sys[@]}"
    holds "a folder as root, with masks$say" maybe "$HUSK" "${as[@]}" --bind "$T/root" / "${sys[@]}" --mask /data
    holds "a folder as root, and a second one on it$say" maybe "$HUSK" "${as[@]}" --bind "$T/low" / \
        --bind "$T/root" / "${sys[@]}" --mask /data
    holds "a tmpfs as root$say" entered "$HUSK" "${as[@]}" --tmpfs / "${sys[@]}"
    holds "three of them$say" maybe "$HUSK" "${as[@]}" --tmpfs / --tmpfs / --tmpfs / "${sys[@]}" --mask /x
    holds "an overlay as root$say" entered "$HUSK" "${as[@]}" --overlay-src "$T/root" --tmp-overlay / "${sys[@]}"
    holds "a read-only overlay as root$say" entered "$HUSK" "${as[@]}" --overlay-src "$T/low" \
        --overlay-src "$T/root" --ro-overlay / "${sys[@]}"
    holds "as bwrap$say" entered "$BWRAP_HUSK" $who "${all[@]}" --bind / / --unshare-pid --proc /proc
    holds "as bwrap, with data$say" entered "$BWRAP_HUSK" $who "${all[@]}" "${sys[@]}" --bind-data 7 /x 7< file
done
holds "the default profile" "not entered" "$HUSK"
holds "the default profile, with a mask and all capabilities" "not entered" "$HUSK" -w . --mask file \
    --map-root "${all[@]}"
holds "a new /dev" "not entered" "$HUSK" -p none --unshare-user --uid 5 "${all[@]}" "${sys[@]}" --dev /dev

t_done
