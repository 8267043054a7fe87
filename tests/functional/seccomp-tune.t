#!/usr/bin/env bash
# --allow-syscall and --deny-syscall: what they name is answered as they say, for each number of each ABI; all
# else as the policy has it, also where calls depend on arguments. The kernel is asked, and no call made.
# vm: none (User Mode Linux answers 32-bit calls as 64-bit ones)
. "${0%/*}/../lib.sh" || exit
t_need python3
export XDG_CACHE_HOME=$T/cache

machine=$(uname -m)
tool=$BUILDDIR/src/tools/seccomp-policies
"$tool" table "$machine" > "$T/table" || t_skip_all "there are no policies for $machine"
"$tool" names "$machine" > "$T/names"
abis=native
if [ "$machine" = x86_64 ]; then
    abis='native x32'
    if "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --keep-fd 9 "$HELPERS/seccomp-probe" \
        <<< 'i386 20 0 0 0' > /dev/null 2>&1; then
        abis+=' i386'
    else
        t_skip "this kernel runs no 32-bit calls"
    fi
fi

# probe OPTIONS... < LINES
probe()
{
    t_run "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --dev /dev --unshare-pid "$@" --keep-fd 9 \
        "$HELPERS/seccomp-probe"
}

# TABLE NAMES MACHINE ABIS POLICY [+-]CALLS...: what the probe should print. Calls whose answer may depend on
# arguments are left out.
cat > "$T/expect.py" << 'END'
import sys
table, names, machine, abis, policy, *rules = sys.argv[1:]
group = dict(line.split() for line in open(names))
enosys = {"@clone3", "@openat2", "@obsolete"}
verdict = {}
for rule in rules:
    for word in rule[1:].split(","):
        for name in group:
            if word in (name, group[name]):
                verdict[name] = (rule[0], word[0] == "@")
answers, calls, checked = {}, {}, set()
for line in open(table):
    p, abi, number, name, answer = line.split()
    calls[abi, int(number)] = name
    if p == policy: answers[abi, name] = answer
    if answer == "checked": checked.add(name)
parts = {"socketcall": "@network", "ipc": "@ipc"}
for abi in abis.split():
    of = machine if abi == "native" else abi
    for n in range(470):
        name = calls.get((machine if abi == "x32" else of, n))
        if n in (335, 336): continue
        if abi == "x32":
            if name in verdict or n == 16: continue # numbers of x32's own: below
            print(abi, n, "0 0 0", "allow" if policy == "none" and False else "ENOSYS")
            continue
        if policy == "none": base = "allow"
        else: base = answers.get((of, name), "ENOSYS")
        sign, by_group = verdict.get(name, ("", False))
        if sign == "-": want = "ENOSYS" if group[name] in enosys else "EPERM"
        elif sign == "+" and not (name in checked and (by_group or name == "ioctl")): want = "allow"
        elif sign == "+": continue
        elif name in parts and abi == "i386": continue
        else: want = base
        if want != "checked": print(abi, n, "0 0 0", want)
END
# answers POLICY [+-]CALLS...
answers()
{
    local policy=$1 options=() rule
    shift
    [ "$policy" = none ] || options=(--seccomp-profile "$policy")
    for rule; do
        case $rule in
        +*) options+=(--allow-syscall "${rule#+}") ;;
        -*) options+=(--deny-syscall "${rule#-}") ;;
        esac
    done
    python3 "$T/expect.py" "$T/table" "$T/names" "$machine" "$abis" "$policy" "$@" > "$T/want"
    probe "${options[@]}" < <(cut -d' ' -f1-5 "$T/want")
    t_is "$status:$(diff "$T/want" "$T/.out" | head -20)" "0:" "$policy $*: $(wc -l < "$T/want") answers"
}
answers default -getpgid
answers default +kcmp
answers default -@setuid,getpgid,clone3 +setuid
answers default +@mount -umount2 +kcmp,bpf
answers strict +@network,@process,@file-write,@ipc
answers strict +socket,clone,open,openat
answers build -@debug +ptrace
answers nested -@namespace,@mount +@mount -mount
answers none -@mount,@keyring
answers none -getpgid +getpgid -getsid
every=$(cut -d' ' -f2 "$T/names" | sort -u | grep -vxE '@(self|basic-io|memory|signal|open|file-read|sandbox|time)' | paste -sd,)
answers default "-$every"
answers default "+$every"
alternate=$(grep -vE ' @(self|basic-io|memory|signal|open|file-read|sandbox|time)$' "$T/names" | cut -d' ' -f1 | awk 'NR % 2' | paste -sd,)
answers build "-$alternate"
answers strict "+$alternate"
probe --seccomp-profile default < <(cut -d' ' -f1-5 "$T/want")
t_fail "without the rules the answers are others" cmp -s "$T/want" "$T/.out"

# ---- arguments. number CALL [ABI]
number()
{
    awk -v c="$1" -v m="${2:-$machine}" '$1 == "default" && $2 == m && $4 == c { print $3; exit }' "$T/table"
}
# asks NAME OPTIONS... < "ABI CALL A0 A1 A2 ANSWER" lines
asks()
{
    local name=$1 abi call a0 a1 a2 want number
    shift
    while read -r abi call a0 a1 a2 want; do
        [[ " $abis " == *" $abi "* ]] || continue
        number=$(number "$call" "${abi/native/$machine}")
        [ "$abi" != x32 ] || number=${call#=}
        [ -z "$number" ] || echo "$abi $number $a0 $a1 $a2 $want"
    done > "$T/want"
    probe "$@" < <(cut -d' ' -f1-5 "$T/want")
    t_is "$status:$(diff "$T/want" "$T/.out" | head -20)" "0:" "$name: $(wc -l < "$T/want") answers"
}
asks "a group is allowed as policies have it" --seccomp-profile strict --allow-syscall @network,@process,@open << 'END'
native socket 1 1 0 allow
native socket 10 3 0 allow
native socket 10 3 9 EPERM
native socket 11 1 0 EPERM
native socket 28 1 0 EPERM
native connect 0 0 0 allow
native clone 11 0 0 allow
native clone 10000011 0 0 EPERM
native openat 0 0 242 allow
i386 socketcall 1 0 0 EPERM
i386 socketcall 3 0 0 allow
END
asks "a name with any arguments" --seccomp-profile default --allow-syscall socket,clone,personality << 'END'
native socket 11 1 0 allow
native socket 10 3 9 allow
native clone 10000011 0 0 allow
native personality 400000 0 0 allow
native socketpair 1e 0 0 EPERM
i386 socket 11 1 0 allow
i386 socketcall 1 0 0 ENOSYS
END
for allowed in ioctl @basic-io; do
    asks "$allowed does not open the terminal" --seccomp-profile strict --allow-syscall $allowed << 'END'
native ioctl 0 5412 0 EPERM
native ioctl 0 541c 0 EPERM
native ioctl 0 100005412 0 EPERM
native ioctl 0 ffffffff0000541c 0 EPERM
native ioctl 0 40086602 0 allow
native ioctl 0 5401 0 allow
i386 ioctl 0 5412 0 EPERM
i386 ioctl 0 5402 0 allow
END
done
asks "to allow takes nothing away" --seccomp-profile nested --allow-syscall @process,@basic-io << 'END'
native clone 10000011 0 0 allow
native clone 11 0 0 allow
native ioctl 0 5402 0 allow
END
asks "denied and allowed again, a group is as before" --seccomp-profile default --deny-syscall @network --allow-syscall @network << 'END'
native socket 1 1 0 allow
native socket 11 1 0 EPERM
native socket 10 3 f EAFNOSUPPORT
END
asks "denied at last" --seccomp-profile default --allow-syscall socket --deny-syscall socket << 'END'
native socket 1 1 0 EPERM
native connect 0 0 0 allow
END
asks "i386 has no other way to what is denied" --seccomp-profile default --deny-syscall connect,sendto,semop,msgget << 'END'
i386 connect 0 0 0 EPERM
i386 socketcall 3 0 0 EPERM
i386 socketcall b 0 0 EPERM
i386 socketcall 2 0 0 allow
i386 socketcall 1 0 0 ENOSYS
i386 ipc 1 0 0 EPERM
i386 ipc 10001 0 0 EPERM
i386 ipc d 0 0 EPERM
i386 ipc 2 0 0 allow
native connect 0 0 0 EPERM
END
asks "nor if the call as a whole is allowed" --seccomp-profile strict --deny-syscall connect --allow-syscall socketcall << 'END'
i386 socketcall 3 0 0 EPERM
i386 socketcall 1 0 0 allow
END
asks "nor if it is denied" --deny-syscall connect,socketcall << 'END'
i386 socketcall 3 0 0 EPERM
i386 socketcall 1 0 0 EPERM
i386 getpid 0 0 0 allow
END
cat > "$T/x32.json" << 'END'
{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}
END
asks "a file's x32 is denied as well" --seccomp-profile "$T/x32.json" --deny-syscall ioctl,connect,getpgid --allow-syscall getsid << 'END'
native ioctl 0 0 0 EPERM
native connect 0 0 0 EPERM
native getpid 0 0 0 allow
i386 socketcall 3 0 0 EPERM
x32 =514 0 0 0 EPERM
x32 =42 0 0 0 EPERM
x32 =121 0 0 0 EPERM
x32 =124 0 0 0 allow
x32 =39 0 0 0 allow
END
cat > "$T/native.json" << 'END'
{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X32"],
 "syscalls": [{"names": ["execve", "read", "write", "exit_group", "seccomp", "mmap", "munmap", "mprotect", "brk", "openat", "close", "fstat",
   "newfstatat", "pread64", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "getrandom", "sendmsg", "poll",
   "readlinkat", "readlink", "access", "futex", "uname", "lseek", "faccessat"], "action": "SCMP_ACT_ALLOW"}]}
END
asks "x32 is not opened" --seccomp-profile "$T/native.json" --allow-syscall getpgid << 'END'
native getpgid 0 0 0 allow
native getsid 0 0 0 EPERM
x32 =121 0 0 0 EPERM
x32 =0 0 0 0 allow
END

# ---- words
wrong()
{
    t_run "$HUSK" "${@:3}" echo run
    t_is "$status:$out" "125:" "$1: nothing runs"
    t_like "$err" "$2" "which is said"
}
wrong "a wrong name" "^husk: --deny-syscall unmae: no such system call: unmae"$'\n'"husk: hint: did you mean uname\?$" --deny-syscall unmae
wrong "a wrong group" "no such group of system calls: @monut"$'\n'"husk: hint: did you mean @mount\?$" --allow-syscall bpf,@monut
wrong "a name from nowhere" "no such system call: zzzzzzzzz"$'\n'"husk: hint: husk --list-syscall-groups" --deny-syscall zzzzzzzzz
wrong "an empty one" "no such system call: "$'\n' --deny-syscall 'bpf,'
wrong "nothing" "no such system call: "$'\n' --deny-syscall ''
wrong "a blank" "no such system call:  bpf"$'\n' --deny-syscall 'mount, bpf'
wrong "without a policy too" "no such system call: foo" -p none --ro-bind / / --allow-syscall foo
mkdir -p "$T/config/husk/profiles"
printf 'include default\ndeny-syscall @network\nallow-syscall getppid\ndeny-syscall nope\n' > "$T/config/husk/profiles/mine.profile"
XDG_CONFIG_HOME=$T/config wrong "in a profile" 'mine.profile:4:1: deny-syscall nope: no such system call' -p mine
sed -i 4d "$T/config/husk/profiles/mine.profile"
XDG_CONFIG_HOME=$T/config t_run "$HUSK" -p mine python3 -c 'import socket; socket.socket()'
t_like "$err" 'PermissionError' "a profile's rules hold"
XDG_CONFIG_HOME=$T/config t_run "$HUSK" -p mine --allow-syscall @network python3 -c 'import socket; socket.socket()'
t_is "$status:$err" "0:" "and can be taken back"
t_run "$HUSK" --dry-run -p none --ro-bind / / --allow-syscall @mount true
t_like "$out" $'seccomp filters\n  none' "to allow more than everything loads no filter"
t_run "$HUSK" --dry-run --deny-syscall uname --allow-syscall kcmp true
t_like "$out" $'default: [0-9]+ instructions [^\n]*\n  denies +uname +\\(--deny-syscall uname\\)\n  allows +kcmp' "--dry-run shows them"
t_run "$HUSK" --dry-run=json --deny-syscall uname true
t_like "$out" '"calls": "uname"' "as JSON too"
t_run "$HUSK" --deny-syscall uname uname
t_like "$err" 'Operation not permitted' "it is so for a program"

t_done
