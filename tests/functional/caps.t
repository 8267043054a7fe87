#!/usr/bin/env bash
# The five sets of capabilities, the securebits and no_new_privs of the command are what was asked for, and
# nothing that it does or executes gives it more: no securebit, no set-user-ID program, no capability of a file.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
# vm: uml
. "${0%/*}/../lib.sh" || exit
PATH=/usr/sbin:/usr/bin:/sbin:/bin
t_need setpriv python3 setcap

# inheritable permitted effective bounding ambient no_new_privs; then the securebits, a number.
cat > "$T/show.py" << 'END'
import ctypes
status = dict(l.rstrip("\n").split(":\t") for l in open("/proc/self/status") if l.startswith(("Cap", "NoNew")))
print(*["%x" % int(status[k], 16) for k in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")],
      ctypes.CDLL(None).prctl(27, 0, 0, 0, 0))
END
# shows WANT NAME HUSK-ARG...
shows()
{
    local want=$1 name=$2
    shift 2
    t_run "$HUSK" "$@" --ro-bind "$T" "$T" python3 "$T/show.py"
    t_is "$out$err" "$want" "$name"
}
# NOROOT, NO_SETUID_FIXUP, both locked, KEEP_CAPS locked, NO_CAP_AMBIENT_RAISE and that locked.
locked=$((0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80))
none=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc --dev /dev)

shows "0 0 0 0 0 1 $locked" "profile default: none" -p default
shows "0 0 0 0 0 1 $locked" "profile build: none" -p build
shows "0 0 0 0 0 1 $locked" "as root inside, none" -p default --map-root
shows "0 0 0 0 0 1 $locked" "all dropped" "${none[@]}" --cap-drop ALL
shows "20 20 20 20 20 1 0" "one asked for" "${none[@]}" --cap-drop ALL --cap-add CAP_KILL
shows "20 20 20 20 20 1 0" "over profile default too" -p default --cap-add CAP_KILL
shows "20 20 20 20 20 1 0" "as root inside" "${none[@]}" --map-root --cap-drop ALL --cap-add CAP_KILL
if [ "$(id -u)" != 0 ]; then
    shows "0 0 0 0 0 1 $locked" "profile none: a user has none" "${none[@]}"
fi
t_run unshare --user --map-root-user python3 "$T/show.py"
t_like "$out" '^0 ([0-9a-f]{6,}) \1 \1 0 0 0$' "a user namespace without husk: all, and nothing is locked"

# ---- what would undo it
cat > "$T/undo.py" << 'END'
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def do(name, *args):
    r = libc.prctl(*[ctypes.c_ulong(a) for a in args])
    print(name, "works" if r >= 0 else errno.errorcode[ctypes.get_errno()])
do("securebits", 28, 0, 0, 0, 0)
do("keepcaps", 8, 1, 0, 0, 0)
do("ambient", 47, 2, 5, 0, 0)
do("no_new_privs", 38, 0, 0, 0, 0)
END
t_run unshare --user --map-root-user --keep-caps python3 "$T/undo.py"
t_is "$out" "securebits works
keepcaps works
ambient works
no_new_privs EINVAL" "without husk the bits can be changed"
t_run "$HUSK" -r "$T" python3 "$T/undo.py"
t_is "$out" "securebits EPERM
keepcaps EPERM
ambient EPERM
no_new_privs EINVAL" "profile default: they cannot"

# ---- programs that would bring rights with them
mkdir "$T/programs"
show='sed -n "s/^CapEff:\s*0*\(.\)/\1/p; s/^Uid:\s*\S*\s*\(\S*\).*/\1/p" /proc/self/status'
if [ "$(id -u)" = 0 ]; then
    cp "$(command -v sed)" "$T/programs/suid"
    cp "$(command -v sed)" "$T/programs/capable"
    chmod 4755 "$T/programs/suid"
    setcap cap_kill+ep "$T/programs/capable"
    chmod 755 "$T"
    cp "$HUSK" "$T/husk" # where that user may execute it
    user=(env "HOME=$T" setpriv --reuid 54320 --regid 54320 --clear-groups)
    t_run "${user[@]}" sh -c "${show/sed/$T/programs/suid}"
    t_like "$out" '^0' "without husk, a set-user-ID program is root"
    t_run "${user[@]}" sh -c "${show/sed/$T/programs/capable}"
    t_is "$out" $'54320\n20' "and one with a capability has it"
    for options in "-p default -r $T/programs" "-p none --ro-bind / /" "-p none --dev-bind / / --cap-add CAP_CHOWN"; do
        read -ra words <<< "$options"
        want=$'54320\n0'
        [[ $options != *CHOWN* ]] || want=$'54320\n1'
        for program in suid capable; do
            t_run "${user[@]}" "$T/husk" "${words[@]}" sh -c "${show/sed/$T/programs/$program}"
            t_is "$out" "$want" "$program has nothing inside ($options)"
        done
    done
else
    # One of the system's, which waits for a password.
    cat > "$T/wait.py" << 'END'
import subprocess, time
su = subprocess.Popen(["su", "-c", "true"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
while True:
    status = dict(l.split(":", 1) for l in open("/proc/%d/status" % su.pid))
    if status["Name"].strip() == "su" and status["State"].split()[0] in "SZ":
        break
    time.sleep(0.01)
print(status["Uid"].split()[1])
su.communicate(b"")
END
    t_run python3 "$T/wait.py"
    t_is "$out" 0 "without husk, a set-user-ID program is root"
    for options in "--ro-bind / / --dev /dev" "--dev-bind / /" "--dev-bind / / --cap-add CAP_SETUID"; do
        read -ra words <<< "$options"
        t_run "$HUSK" -p none --unshare-pid "${words[@]}" --proc /proc python3 "$T/wait.py"
        t_is "$out" "$(id -u)" "inside it is who started it ($options)"
    done
fi
t_done
