#!/usr/bin/env bash
# Docker's profile and others from files, asked for each number of each ABI: what the profile's own text says,
# worked out here, is what the kernel answers. No call is made: see tests/helpers/seccomp-probe.c.
# vm: none (a thousand calls for each policy)
. "${0%/*}/../lib.sh" || exit
t_need python3
export XDG_CACHE_HOME=$T/cache

machine=$(uname -m)
"$BUILDDIR/src/tools/seccomp-policies" table "$machine" | awk '$1 == "default" { print $2, $3, $4 }' > "$T/table" ||
    t_skip_all "there are no policies for $machine"
abis=native
if [ "$machine" = x86_64 ] && "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --keep-fd 9 \
    "$HELPERS/seccomp-probe" <<< 'i386 20 0 0 0' > /dev/null 2>&1; then
    abis+=' i386'
elif [ "$machine" = x86_64 ]; then
    t_skip "this kernel runs no 32-bit calls"
fi

# PROFILE TABLE MACHINE CAPS ABIS: the lines that the probe should print. What depends on arguments is left
# out; so are uretprobe and uprobe, which no filter is asked about.
cat > "$T/expect.py" << 'END'
import json, sys
profile = json.load(open(sys.argv[1]))
machine, caps, abis = sys.argv[3], set(sys.argv[4].split(",")), sys.argv[5].split()
docker = {"x86_64": "amd64", "aarch64": "arm64", "riscv64": "riscv64"}[machine]
def met(c, exclude):
    some = any if exclude else all
    parts = []
    if c.get("caps"): parts.append(some(cap in caps for cap in c["caps"]))
    if c.get("arches"): parts.append(docker in c["arches"])
    if c.get("minKernel"): parts.append(True) # all of them are older than what husk needs
    return any(parts) if exclude else all(parts)
def answer(action, errno):
    return {"SCMP_ACT_ALLOW": "allow", "SCMP_ACT_ERRNO": {1: "EPERM", 38: "ENOSYS", 5: "EIO"}[errno or 1]}[action]
default = answer(profile["defaultAction"], profile.get("defaultErrnoRet"))
plain, checked, named = {}, set(), set()
for rule in profile["syscalls"]:
    if not met(rule.get("includes", {}), False) or met(rule.get("excludes", {}), True):
        continue
    for name in rule["names"]:
        named.add(name)
        if rule.get("args"): checked.add(name)
        else: plain[name] = answer(rule["action"], rule.get("errnoRet"))
for abi in abis:
    numbers = {}
    for line in open(sys.argv[2]):
        of, number, name = line.split()
        if of == (machine if abi == "native" else abi): numbers[int(number)] = name
    highest = max(n for n in numbers if numbers[n] in named)
    for n in range(1024):
        name = numbers.get(n)
        if (abi == "native" and n in (335, 336)) or (name in checked and name not in plain):
            continue
        want = plain.get(name, default)
        if want == default == "EPERM" and n > highest: want = "ENOSYS"
        print(abi, n, "0 0 0", want)
END

# same FILE CAPS ABIS NAME
same()
{
    local options=(--cap-drop ALL) cap
    for cap in ${2//,/ }; do options+=(--cap-add "$cap"); done
    python3 "$T/expect.py" "$1" "$T/table" "$machine" "$2" "$3" > "$T/want" || t_diag "no answers"
    t_run "$HELPERS/seccomp-probe" "$HUSK" -p none --ro-bind / / --dev /dev --unshare-user --unshare-pid "${options[@]}" \
        --seccomp-profile "$1" --keep-fd 9 "$HELPERS/seccomp-probe" < <(cut -d' ' -f1-5 "$T/want")
    t_is "$status:$(diff "$T/want" "$T/.out" | head -20)" "0:" "$4: $(wc -l < "$T/want") answers"
}

docker=$SRCDIR/profiles/seccomp/docker-default.json
same "$docker" "" "$abis" "Docker's"
t_ok "some are allowed" test "$(grep -c ' allow$' "$T/want")" -gt 300
t_ok "some refused" test "$(grep -c ' EPERM$' "$T/want")" -gt 40
t_ok "some not there" test "$(grep -c ' ENOSYS$' "$T/want")" -gt 500
same "$docker" CAP_SYS_ADMIN "$abis" "with CAP_SYS_ADMIN"
same "$docker" CAP_SYS_ADMIN,CAP_SYS_TIME,CAP_BPF,CAP_SYS_BOOT,CAP_SYS_RAWIO "$abis" "with five capabilities"

# Every second call is allowed, the others have an errno; the other way round; refusals alone.
make_profile()
{
    python3 -c '
import json, sys
names = sorted({line.split()[2] for line in open(sys.argv[1])})
kind = sys.argv[2]
keep = {"execve", "exit", "exit_group", "read", "write", "brk", "mmap", "munmap", "mprotect", "close", "fstat", "newfstatat",
        "openat", "pread64", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "getrandom", "seccomp",
        "sendmsg", "lseek", "futex", "access", "readlink", "uname", "ioctl", "dup2", "dup3", "prctl", "rt_sigaction",
        "rt_sigprocmask", "faccessat", "faccessat2", "getuid", "geteuid", "getgid", "getegid"}
rules = {"allow": [], "eio": []}
for i, name in enumerate(names):
    rules["allow" if name in keep or i % 2 else "eio"].append(name)
p = {"defaultAction": "SCMP_ACT_" + ("ALLOW" if kind == "allow" else "ERRNO"),
     "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": []}
if kind != "allow":
    p["syscalls"].append({"names": rules["allow"], "action": "SCMP_ACT_ALLOW"})
if kind != "plain":
    p["syscalls"].append({"names": rules["eio"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5})
json.dump(p, open(sys.argv[3], "w"))' "$T/table" "$1" "$2"
}
for kind in both allow plain; do
    make_profile $kind "$T/$kind.json"
    same "$T/$kind.json" "" "$abis" "every second call ($kind)"
done

# Calls that it says nothing of are answered as if it were not there: the comparison sees a difference.
python3 "$T/expect.py" "$docker" "$T/table" "$machine" CAP_SYS_ADMIN native > "$T/other"
t_fail "another profile's answers are others" cmp -s "$T/want" "$T/other"

t_done
