#!/usr/bin/env bash
# A command cannot look into a process outside, of the same user: not by ptrace, process_vm_readv and
# process_vm_writev, pidfd_getfd, /proc/PID, nor by a signal; by profile default it does not see it at all, and
# the policy alone refuses most where it does.
# vm: 6.12
. "${0%/*}/../lib.sh" || exit
PATH=/usr/sbin:/usr/bin:/sbin:/bin
t_need python3
"$BUILDDIR/src/tools/seccomp-policies" table "$(uname -m)" > "$T/table" || t_skip_all "no policies here"
awk -v m="$(uname -m)" '$1 == "default" && $2 == m { print $4, $3 }' "$T/table" > "$T/numbers"

# The victim has a secret in its memory and an open file, and lets everybody trace it, as far as Yama goes.
cat > "$T/victim.py" << 'END'
import ctypes, os, sys, time
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
secret = ctypes.create_string_buffer(b"xyzzy-" + b"secret")
file = os.open(sys.argv[1] + "/closed", os.O_RDWR | os.O_CREAT, 0o600)
os.write(file, b"of the victim")
with open(sys.argv[1] + "/victim.new", "w") as f:
    f.write("%d %d %d" % (os.getpid(), ctypes.addressof(secret), file))
os.rename(sys.argv[1] + "/victim.new", sys.argv[1] + "/victim")
time.sleep(1000)
END
cat > "$T/attack.py" << 'END'
import ctypes, errno, os, signal, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = libc.ptrace.restype = ctypes.c_long
numbers = dict(line.split() for line in open(sys.argv[1] + "/numbers"))
pid, address, file = map(int, open(sys.argv[1] + "/victim").read().split())

def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result

def call(name, *args):
    return check(libc.syscall(ctypes.c_long(int(numbers[name])), *[a if isinstance(a, bytes) else ctypes.c_void_p(a) for a in args]))

def vectors(size):
    here = ctypes.create_string_buffer(size)
    return here, struct.pack("PN", ctypes.addressof(here), size), struct.pack("PN", address, size)

def ptrace():
    check(libc.ptrace(0x4206, pid, None, None)) # SEIZE
    # It goes on when this process ends.

def vm_read():
    here, local, remote = vectors(12)
    call("process_vm_readv", pid, local, 1, remote, 1, 0)
    assert here.raw == b"xyzzy-secret"

def vm_write():
    here, local, remote = vectors(12)
    here.raw = b"xyzzy-secret"
    call("process_vm_writev", pid, local, 1, remote, 1, 0)

def getfd():
    stolen = call("pidfd_getfd", call("pidfd_open", pid, 0), file, 0)
    assert os.pread(stolen, 13, 0) == b"of the victim"

def proc_mem():
    with open("/proc/%d/mem" % pid, "rb", buffering=0) as f:
        f.seek(address)
        assert f.read(12) == b"xyzzy-secret"

def proc_fd():
    with open("/proc/%d/fd/%d" % (pid, file)) as f:
        assert f.read() == "of the victim"

def proc_root():
    os.listdir("/proc/%d/root/" % pid)

def compare():
    if call("kcmp", os.getpid(), pid, 1, 0, 0) < 0: # KCMP_VM
        raise OSError(errno.EPERM, "")

def kill():
    os.kill(pid, 0)

def queue():
    signal.pidfd_send_signal(os.pidfd_open(pid), 0)

def limits():
    call("prlimit64", pid, 7, 0, ctypes.addressof(ctypes.create_string_buffer(16)))

for attack in vm_read, vm_write, getfd, proc_mem, proc_fd, proc_root, compare, kill, queue, limits, ptrace:
    child = os.fork()
    if child == 0:
        try:
            attack()
            print(attack.__name__, "works", flush=True)
        except OSError as e:
            print(attack.__name__, errno.errorcode[e.errno], flush=True)
        os._exit(0)
    os.waitpid(child, 0)
END
python3 "$T/victim.py" "$T" &
victim=$!
t_wait test -e "$T/victim"

t_run python3 "$T/attack.py" "$T"
control=$out
t_is "$(cut -d' ' -f2 <<< "$control" | sort -u):$(wc -l <<< "$control")" works:11 "without husk each of them works"

for profile in default build; do
    t_run "$HUSK" -p $profile -r "$T" python3 "$T/attack.py" "$T"
    t_is "$(wc -l <<< "$out"):$(grep works <<< "$out")" "11:" "profile $profile: none of them"
    t_is "$(sed -n 's/^kill //p; s/^queue //p; s/^limits //p' <<< "$out" | sort -u)" ESRCH "profile $profile: there is no such process"
done
# The policy alone, with the host's processes in sight, for root with all of root's capabilities.
all=(-p none --bind / /)
t_run "$HUSK" "${all[@]}" --seccomp-profile none python3 "$T/attack.py" "$T"
[ "$(id -u)" != 0 ] ||
    t_is "$(grep -c works <<< "$out")" 11 "with neither, root can do it all"
for policy in default nested; do
    t_run "$HUSK" "${all[@]}" --seccomp-profile $policy python3 "$T/attack.py" "$T"
    t_is "$(sed -n 's/^\(vm_read\|vm_write\|getfd\|compare\|ptrace\) //p' <<< "$out" | sort | uniq -c | tr -s ' ')" " 5 EPERM" \
        "policy $policy alone: what is a call of its own"
done
t_ok "the victim is as it was" kill -0 $victim
kill $victim
t_done
