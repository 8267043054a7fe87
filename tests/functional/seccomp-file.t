#!/usr/bin/env bash
# --seccomp-profile FILE: a profile in Docker's format is in force, Docker's own among them; what it cannot be
# is said, and then nothing runs.
# vm: none (User Mode Linux answers 32-bit calls as 64-bit ones)
. "${0%/*}/../lib.sh" || exit
t_need python3 unshare
docker=$SRCDIR/profiles/seccomp/docker-default.json
export XDG_CACHE_HOME=$T/cache XDG_CONFIG_HOME=$T/config
mkdir -p "$T/work" "$T/config/husk/profiles"
cd "$T/work" || exit

# in_profile FILE COMMAND...
in_profile()
{
    t_run "$HUSK" -p none --unshare-all --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --seccomp-profile "$@"
}

# ---- a small one
cat > no-uname.json << 'END'
{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_AARCH64"],
 "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errno": "EIO"}]}
END
t_run uname
t_is "$status" 0 "uname works outside"
in_profile ./no-uname.json uname
t_like "$status:$err" '^1:.*Input/output error' "a call is refused with its errno"
in_profile no-uname.json uname
t_like "$err" 'Input/output error' "the end of a name makes it a file"
in_profile "$T/work/no-uname.json" true
t_is "$status:$err" "0:" "others are not"
cp no-uname.json "$T/config/husk/profiles/no-uname.json"
echo 'seccomp-profile ./no-uname.json' > "$T/config/husk/profiles/mine.profile"
rm -f "$T/work/moved.json"
mv no-uname.json moved.json
t_run "$HUSK" -p default -p mine uname
t_like "$err" 'Input/output error' "in a profile the path starts from there"
mv moved.json no-uname.json
in_profile <(cat no-uname.json) uname
t_like "$err" 'Input/output error' "it may be a pipe"

# ---- what the command could change is not for it to change
t_run "$HUSK" -w "$T/work" --seccomp-profile ./no-uname.json sh -c "echo '{}' > $T/work/no-uname.json; mv $T/work/no-uname.json x; ls -l $T/work/no-uname.json"
t_like "$err" 'Read-only file system|Permission denied' "the command cannot write the profile's file"
t_ok "and it is as it was" grep -q uname no-uname.json

# ---- by capability
cat > caps.json << 'END'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errno": "EIO", "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
              {"names": ["sethostname"], "action": "SCMP_ACT_ERRNO", "errno": "EINVAL", "includes": {"caps": ["CAP_SYS_ADMIN"]}}]}
END
in_profile ./caps.json --cap-drop ALL uname
t_like "$err" 'Input/output error' "without the capability it is refused"
in_profile ./caps.json --cap-add CAP_SYS_ADMIN uname
t_is "$status:$err" "0:" "with it, not: they are those of the command"
in_profile ./caps.json --cap-add CAP_SYS_ADMIN hostname x
t_like "$err" 'name too long' "the other way round"

# ---- Docker's
in_profile "$docker" --cap-drop ALL unshare --user true
t_like "$err" 'Operation not permitted' "Docker's: no user namespace by unshare"
cat > "$T/calls.py" << 'END'
import ctypes, errno, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def say(name, r):
    print(name, "works" if r >= 0 else errno.errorcode[ctypes.get_errno()])
def sock(name, family, kind):
    try:
        socket.socket(family, kind).close()
        print(name, "works")
    except OSError as e:
        print(name, errno.errorcode[e.errno])
n = dict(line.split()[1::-1] for line in open(sys.argv[1]))
n = {name: int(number) for number, name in n.items()}
def call(name, *args):
    say(name, libc.syscall(ctypes.c_long(n[name]), *map(ctypes.c_long, args)))
CLONE_NEWUSER, SIGCHLD = 0x10000000, 17
for name, flags in ("clone", 0), ("clone-user", CLONE_NEWUSER):
    r = libc.syscall(ctypes.c_long(n["clone"]), ctypes.c_long(flags | SIGCHLD), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0))
    if r == 0: os._exit(0)
    say(name, r)
call("clone3", 0, 0)
say("mount", libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
call("personality", 0xffffffff)
say("personality-odd", libc.personality(0x400000))
say("personality-8", libc.personality(0x20008))
say("personality-0", libc.personality(0))
say("ptrace", libc.ptrace(16, -1, 0, 0)) # PTRACE_ATTACH to nobody
sock("unix", socket.AF_UNIX, socket.SOCK_STREAM)
sock("vsock", 40, socket.SOCK_STREAM)
call("keyctl", 0, 0, 0)
call("add_key", 0, 0, 0, 0, 0)
call("bpf", 0, 0, 0)
call("io_uring_setup", 1, 0)
END
"$BUILDDIR/src/tools/seccomp-policies" table "$(uname -m)" | awk -v m="$(uname -m)" '$1 == "default" && $2 == m { print $4, $3 }' > "$T/numbers"
calls()
{
    t_run "$HUSK" -p none --unshare-all --uid 0 --gid 0 --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --ro-bind "$T" "$T" \
        "$@" python3 "$T/calls.py" "$T/numbers"
}
outcome()
{
    sed -n "s/^$1 //p" <<< "$out"
}
calls --seccomp-profile "$docker" --cap-drop ALL
t_is "$status:$err" "0:" "Docker's: an interpreter runs"
while read -r name want; do
    t_is "$(outcome "$name")" "$want" "Docker's: $name"
done << 'END'
clone works
clone-user EPERM
clone3 ENOSYS
mount EPERM
personality works
personality-odd EPERM
personality-8 works
personality-0 works
ptrace ESRCH
unix works
vsock EPERM
keyctl EPERM
add_key EPERM
bpf EPERM
io_uring_setup EPERM
END
calls --seccomp-profile "$docker" --cap-add CAP_SYS_ADMIN
t_is "$(outcome mount)" works "Docker's: with CAP_SYS_ADMIN a mount"
t_is "$(outcome clone-user)" works "and a namespace"
t_is "$(outcome personality-odd):$(outcome vsock)" "EPERM:EPERM" "but not the rest"
calls --cap-add CAP_SYS_ADMIN
t_is "$(outcome personality-odd):$(outcome clone-user)" "works:works" "without a policy all of these work"
for program in 'gcc --version' 'perl -e 1' 'git --version' 'sh -c "ls / | sort | head -n 1"'; do
    in_profile "$docker" sh -c "$program > /dev/null"
    t_is "$status:$err" "0:" "Docker's: $program"
done

# ---- with what Podman's has besides: two answers for setns(2), an errno of its own for the rest, and for the audit log
python3 - "$docker" > podman.json << 'END'
import json, sys
p = json.load(open(sys.argv[1]))
def rule(names, action, **more):
    return {"names": names, "action": "SCMP_ACT_" + action, "args": [], "comment": "", "includes": {}, "excludes": {}, **more}
def arg(index, op, value):
    return {"index": index, "value": value, "valueTwo": 0, "op": "SCMP_CMP_" + op}
without = lambda cap: {"caps": [cap]}
p.update(defaultErrnoRet=38, defaultErrno="ENOSYS")
p["syscalls"] = [r for r in p["syscalls"] if "socket" not in r["names"]] + [
    rule(["setns"], "ALLOW"),
    rule(["setns", "bpf"], "ERRNO", errnoRet=1, errno="EPERM", excludes=without("CAP_SYS_ADMIN")),
    rule(["socket"], "ERRNO", errnoRet=22, errno="EINVAL", args=[arg(0, "EQ", 16), arg(2, "EQ", 9)],
         excludes=without("CAP_AUDIT_WRITE")),
    rule(["socket"], "ALLOW", args=[arg(2, "NE", 9)], excludes=without("CAP_AUDIT_WRITE")),
    rule(["socket"], "ALLOW", args=[arg(0, "NE", 16)], excludes=without("CAP_AUDIT_WRITE")),
    rule(["socket"], "ALLOW", args=None, includes=without("CAP_AUDIT_WRITE"))]
json.dump(p, sys.stdout)
END
cat >> "$T/calls.py" << 'END'
call("setns", -1, 0)
for name, protocol in ("route", 0), ("audit", 9):
    say(name, libc.socket(16, 3, protocol))
END
calls --seccomp-profile ./podman.json --cap-drop ALL
t_is "$status:$err" "0:" "Podman's: an interpreter runs"
t_is "$(outcome setns):$(outcome bpf):$(outcome keyctl)" "EPERM:EPERM:ENOSYS" "of two answers the stricter one counts"
t_is "$(outcome unix):$(outcome route):$(outcome audit)" "works:works:EINVAL" "two conditions of a rule must both hold"
calls --seccomp-profile ./podman.json --cap-add CAP_SYS_ADMIN --cap-add CAP_AUDIT_WRITE
t_is "$status:$(outcome setns):$(outcome audit)" "0:EBADF:works" "with the capabilities the other rules are in force"

# ---- what is wrong, is said, and nothing runs
wrong()
{
    printf '%s' "$2" > wrong.json
    t_run "$HUSK" --seccomp-profile ./wrong.json echo run
    t_is "$status:$out" "125:" "$1: the command does not run"
    t_like "$err" "^husk: --seccomp-profile ./wrong.json: $3" "and it is said"
    t_is "$(wc -l <<< "$err")" 1 "in one line"
}
wrong empty '' 'line 1: not JSON'
wrong "not JSON" '{"defaultAction": "SCMP_ACT_ALLOW",}' 'line 1: not JSON'
wrong "an unknown key" '{"defaultAction": "SCMP_ACT_ALLOW", "sycalls": []}' 'the whole: unknown key "sycalls"'
wrong "an unknown action" '{"defaultAction": "SCMP_ACT_DENY"}' 'defaultAction: unknown action "SCMP_ACT_DENY"'
wrong "a misspelt refusal" '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["monut"], "action": "SCMP_ACT_ERRNO"}]}' \
    'syscalls\[0\]: monut is no call that is known here'
wrong "notify" '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_NOTIFY"}]}' \
    'syscalls\[0\].action: SCMP_ACT_NOTIFY hands calls to another program, which husk does not do'
wrong "control characters" $'{"defaultAction": "\x1b[31m"}' '(line 1: not JSON|defaultAction: unknown action "[^'$'\x1b'']*")'
head -c 1100000 /dev/zero | tr '\0' ' ' > big.json
t_run "$HUSK" --seccomp-profile ./big.json echo run
t_like "$status:$out:$err" '^125::husk: --seccomp-profile ./big.json: reading ./big.json: Argument list too long' "more than 1 MiB"
t_run "$HUSK" --seccomp-profile ./absent.json echo run
t_like "$status:$out:$err" '^125::husk: --seccomp-profile ./absent.json: opening ./absent.json: No such file' "a file that is not there"
t_run "$HUSK" --seccomp-profile . echo run
t_like "$status:$out" '^125:' "a folder is none"
t_run "$HUSK" --seccomp-profile / echo run
t_like "$status:$out:$err" '^125::husk: --seccomp-profile /: reading /: Is a directory' "nor with a slash"

# Nothing can be done any more, not even to end: it ends.
for answer in ERRNO KILL KILL_PROCESS TRAP TRACE; do
    echo '{"defaultAction": "SCMP_ACT_'$answer'"}' > nothing.json
    for init in --unshare-pid --as-pid-1; do
        t_run "$HUSK" -p none --ro-bind / / $init --seccomp-profile ./nothing.json echo run
        t_unlike "$status:$out" '^(0|124):' "nothing is allowed ($answer, $init): the command does not run, and husk ends"
    done
done
echo '{"defaultAction": "SCMP_ACT_ERRNO"}' > nothing.json
t_run "$HUSK" -p none --ro-bind / / --unshare-pid --seccomp-profile ./nothing.json echo run
t_like "$status:$err" '^126:husk: running echo: Operation not permitted' "which is said where somebody is left to say it"

# ---- the program that compiles
if [ "$(readlink -f "$HUSK")" = "$BUILDDIR/husk" ]; then
    mkdir "$T/alone"
    cp "$BUILDDIR/husk" "$T/alone/husk"
    in_alone()
    {
        t_run "$T/alone/husk" -p none --ro-bind / / --seccomp-profile "$@"
    }
    in_alone ./no-uname.json echo run
    t_like "$status:$out:$err" "^125::husk: --seccomp-profile ./no-uname.json: finding husk's program husk-seccomp" \
        "without husk-seccomp nothing runs"
    in_alone default echo run
    t_is "$status:$out" "0:run" "but with husk's own policies, which do not need it"
    for script in 'exit 0' 'exit 1' 'kill -KILL $$' 'head -c 100000 /dev/zero' 'echo x' 'cat'; do
        printf '#!/bin/sh\n%s\n' "$script" > "$T/alone/husk-seccomp"
        chmod +x "$T/alone/husk-seccomp"
        in_alone ./no-uname.json echo run
        t_like "$status:$out:$err" '^125::.*husk: --seccomp-profile ./no-uname.json: ' "nor if it does ($script)"
    done
    # An answer that is changed is none.
    "$BUILDDIR/husk-seccomp" 6.1 0 < no-uname.json > "$T/answer"
    printf '#!/bin/sh\ncat %s\n' "$T/answer" > "$T/alone/husk-seccomp"
    in_alone ./no-uname.json uname
    t_like "$err" 'Input/output error' "a whole answer is one"
    for at in 0 8 12 20 28 900 904; do
        cp "$T/answer" "$T/changed"
        printf '\377' | dd of="$T/changed" bs=1 seek=$at conv=notrunc 2> "$T/dd"
        printf '#!/bin/sh\ncat %s\n' "$T/changed" > "$T/alone/husk-seccomp"
        rm -rf "$T/cache"
        in_alone ./no-uname.json echo run
        t_like "$status:$out" '^(125:|0:run)$' "one with byte $at changed does no harm"
    done
fi

t_done
