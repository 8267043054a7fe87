#!/usr/bin/env bash
# What was compiled from a profile's file is kept, and used only while it is exactly that: an entry that is
# damaged, another user's, open to others, or of another profile is never used. A cache that cannot be written
# is no error. With the cache no helper is started.
. "${0%/*}/../lib.sh" || exit
t_need strace python3
export XDG_CACHE_HOME=$T/cache HOME=$T/home
unset XDG_CONFIG_HOME
mkdir -p "$T/home" "$T/cache" "$T/work"
cd "$T/work" || exit
folder=$T/cache/husk/seccomp

profile()
{
    printf '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errno": "%s"}]}' "$1"
}
profile EIO > profile.json
profile EXFULL > other.json

# state FILE [OPTIONS...]: what --dry-run says about the cache.
state()
{
    "$HUSK" -p none --ro-bind / / --dry-run=json --seccomp-profile "$@" true | sed -n 's/.*"cache": "\([^"]*\)".*/\1/p'
}
# run_in FILE...: uname in the profile.
run_in()
{
    t_run "$HUSK" -p none --ro-bind / / --seccomp-profile "$@" uname
}
# refused_with TEXT NAME
holds()
{
    t_like "$status:$err" "^1:.*${2:-Input/output error}" "$1"
}

t_is "$(state ./profile.json)" "not used" "first there is nothing"
t_is "$(ls -A "$T/cache")" "" "and --dry-run leaves it so"
run_in ./profile.json
holds "it is in force"
entry=$(echo "$folder"/*)
t_is "$(stat -c '%a %u' "$folder" "$entry" | xargs)" "700 $(id -u) 600 $(id -u)" "the entry is this user's alone"
t_is "$(state ./profile.json)" found "it is found then"
run_in ./profile.json
holds "and is as much in force"
t_is "$(cd "$folder" && echo .[!.]* *)" ".[!.]* ${entry##*/}" "there is one entry, and nothing half done"

# ---- no helper
t_run strace -f -qq -e trace=execve "$HUSK" -p none --ro-bind / / --seccomp-profile ./profile.json true
t_unlike "$err" husk-seccomp "with it no helper runs"
t_run strace -f -qq -e trace=execve "$HUSK" -p none --ro-bind / / --seccomp-profile ./other.json true
t_like "$err" 'execve\("[^"]*/husk-seccomp"' "as one does without"
t_run strace -f -qq -e trace=all "$HUSK" -p none --ro-bind / / --seccomp-profile default true
t_unlike "$err" 'husk/seccomp|husk-seccomp' "husk's own policies look for neither"

# ---- what it is found by
for option in '--cap-add CAP_SYS_ADMIN' '--cap-add CAP_KILL'; do
    # shellcheck disable=SC2086 # two words
    t_is "$(state ./profile.json --unshare-user --cap-drop ALL $option)" "not used" "other capabilities ($option) are another entry"
done
run_in ./other.json
holds "another profile has its own" 'Exchange full'
t_is "$(find "$folder" -type f | wc -l)" 2 "in an entry of its own"
cp profile.json same.json
t_is "$(state ./same.json)" found "the file's name does not matter"
printf ' ' >> same.json
t_is "$(state ./same.json)" "not used" "each byte does"

# ---- entries that do not count: never used, and written anew
cp "$entry" "$T/good"
other=$(find "$folder" -type f ! -name "${entry##*/}")
# refuses NAME: what the entry is now is not used, the profile is in force, and then the entry is good again.
refuses()
{
    t_is "$(state ./profile.json)" "not used" "$1: it is not used"
    run_in ./profile.json
    holds "the profile is in force"
    t_is "$(state ./profile.json)" found "and the entry is made anew"
    rm -rf "$entry"
    install -m 600 "$T/good" "$entry"
}
cp "$other" "$entry"
refuses "another profile's entry"
: > "$entry"
refuses "an empty one"
size=$(stat -c %s "$entry")
for n in 1 23 100 $((size / 2)) $((size - 1)); do
    truncate -s "$n" "$entry"
    refuses "cut off after $n bytes"
done
printf x >> "$entry"
refuses "one byte longer"
python3 - "$T/good" > "$T/places" << 'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
key, result = struct.unpack_from("<16xII", data)
start = 24 + (key + 7 & ~7)
print(0, 8, 16, 20, 30, 24 + key - 1, start, start + 8, start + 12, start + 16, start + 20, start + 100, start + 848, start + 855, len(data) - 1)
END
for at in $(< "$T/places"); do
    python3 -c 'import sys; f = open(sys.argv[1], "r+b"); n = int(sys.argv[2]); f.seek(n); b = f.read(1); f.seek(n); f.write(bytes([b[0] ^ 0x41]))' "$entry" "$at"
    refuses "byte $at changed"
done
chmod 620 "$entry"
refuses "one that a group can write"
chmod 602 "$entry"
refuses "one that all can write"
mv "$entry" "$T/elsewhere"
ln -s "$T/elsewhere" "$entry"
refuses "a link to a good one"
rm -f "$entry"
mkfifo "$entry"
refuses "a fifo"
rm -f "$entry"
mkdir "$entry"
t_is "$(state ./profile.json)" "not used" "a folder in its place is not used"
run_in ./profile.json
holds "and no error"
rmdir "$entry"
if [ "$(id -u)" = 0 ]; then
    install -m 600 -o 12345 "$T/good" "$entry"
    refuses "another user's"
else
    t_diag "another user's entry: only root can make one"
fi
install -m 600 "$T/good" "$entry"
t_is "$(state ./profile.json)" found "the good one is"

# A whole entry with an allowed uname and a right checksum, but what the kernel would not load, or a kind of
# instruction that is not husk-seccomp's: forged with the program's own arithmetic.
forge()
{
    python3 - "$T/good" "$entry" "$1" << 'END'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
key, size = struct.unpack_from("<16xII", data)
start = 24 + (key + 7 & ~7)
length, = struct.unpack_from("<12xI", data, start)
code = start + 848
last = code + 8 * (length - 1)
kind = sys.argv[3]
if kind == "jump": struct.pack_into("<HBBI", data, code, 0x05, 0, 0, length)
if kind == "load": struct.pack_into("<HBBI", data, code, 0x20, 0, 0, 64)
if kind == "store": struct.pack_into("<HBBI", data, code, 0x02, 0, 0, 0)
if kind == "end": struct.pack_into("<HBBI", data, last, 0x05, 0, 0, 0)
if kind == "flags": struct.pack_into("<I", data, start + 20, 8)
if kind == "same": pass
h, mask = size, (1 << 64) - 1
body = bytes(data[start:])
for i in range(0, len(body), 8):
    word = int.from_bytes(body[i:i + 8].ljust(8, b"\0"), "little")
    h = (h ^ word) * 0x9e3779b97f4a7c15 & mask
    h ^= h >> 32
struct.pack_into("<Q", data, 8, h)
open(sys.argv[2], "wb").write(data)
END
}
forge same
t_is "$(state ./profile.json)" found "what is forged without a change is found"
for kind in jump load store end flags; do
    forge $kind
    refuses "a program that cannot be ($kind)"
done

# ---- the libraries and the helper
if [ "$(readlink -f "$HUSK")" = "$BUILDDIR/husk" ]; then
    mkdir "$T/copy"
    cp "$BUILDDIR/husk" "$BUILDDIR/husk-seccomp" "$T/copy"
    HUSK=$T/copy/husk
    run_in ./profile.json
    t_is "$(state ./profile.json)" found "another husk has its own entry"
    touch "$T/copy/husk-seccomp"
    t_is "$(state ./profile.json)" "not used" "which ends with its helper"
    HUSK=$BUILDDIR/husk
    t_is "$(state ./profile.json)" found "while this one's stays"
fi

# ---- where it cannot be written
unwritable()
{
    local name=$1
    shift
    t_run env "$@" "$HUSK" -p none --ro-bind / / --seccomp-profile ./profile.json uname
    holds "$name: no error"
    t_is "$(wc -l <<< "$err")" 1 "and nothing is said"
}
unwritable "no HOME" -u XDG_CACHE_HOME -u HOME
unwritable "a relative one" XDG_CACHE_HOME=cache
t_is "$(ls -A)" $'other.json\nprofile.json\nsame.json' "which is not made"
mkdir -p "$T/open/husk/seccomp"
chmod 777 "$T/open/husk/seccomp"
unwritable "one that all can write" XDG_CACHE_HOME="$T/open"
t_is "$(ls -A "$T/open/husk/seccomp")" "" "which is not used"
mkdir "$T/linked"
ln -s "$T/cache/husk" "$T/linked/husk"
unwritable "behind a link" XDG_CACHE_HOME="$T/linked"
unwritable "a full disk" XDG_CACHE_HOME=/proc/self
mkdir "$T/closed"
chmod 500 "$T/closed"
unwritable "a closed folder" XDG_CACHE_HOME="$T/closed"
t_run env -u XDG_CACHE_HOME "$HUSK" -p none --ro-bind / / --seccomp-profile ./profile.json true
t_ok "without XDG_CACHE_HOME it is below HOME" test -d "$HOME/.cache/husk/seccomp"
for when in 1 2 3 4 5; do
    rm -rf "$T/cache/husk"
    t_run strace -f -o "$T/trace" -e trace=write -e inject=write:error=ENOSPC:when=$when "$HUSK" -p none --ro-bind / / \
        --seccomp-profile ./profile.json uname
    t_like "$status:$out" '^(1|125):$' "write $when of each process fails: the profile is in force, or nothing runs"
    t_is "$(find "$T/cache" -name '.*.bpf*')" "" "and nothing half done is left"
    run_in ./profile.json
    holds "nor used"
done

# ---- the command cannot put an entry there
rm -rf "$T/cache/husk"
run_in ./profile.json
before=$(ls -l "$folder")
t_run "$HUSK" -w "$T" sh -c "cp /bin/true $folder/x; echo > $entry; rm -rf $T/cache/husk; ls $T/cache/husk"
t_is "$(state ./profile.json)" found "the command cannot change the cache"
t_is "$(ls -l "$folder")" "$before" "nor add to it"
t_run "$BWRAP_HUSK" --ro-bind / / --bind "$T" "$T" sh -c ": > $entry"
t_is "$(state ./profile.json)" "not used" "as bwrap, which has no such folders, it can, and the entry is not used"

# ---- there is an end to it
rm -rf "$T/cache/husk"
for i in $(seq 70); do
    printf '{"defaultAction": "SCMP_ACT_ALLOW", "comment": "%s"}' "$i" > many.json
    "$HUSK" -p none --ro-bind / / --seccomp-profile ./many.json true
done
t_is "$(find "$folder" -type f | wc -l)" 64 "64 entries are kept"
t_is "$(state ./many.json)" found "the last one among them"

# ---- what a husk has left that was killed while it wrote goes later; it may be at work yet
touch "$folder/.0123456789abcdef.bpf.76"
touch -d '2 minutes ago' "$folder/.0123456789abcdef.bpf.77"
profile EIO > profile.json
"$HUSK" -p none --ro-bind / / --seccomp-profile ./profile.json true
t_is "$(cd "$folder" && echo .0*)" .0123456789abcdef.bpf.76 "what is half done is removed when it is old"

t_done
