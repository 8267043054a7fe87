#!/usr/bin/env bash
# --seccomp-log: what becomes of a sandbox whose supervisor is killed, or hangs; of what goes on after the
# command's end; and that a listener of the command's own gets nowhere, with the control run that shows what it
# could do.
. "${0%/*}/../lib.sh" || exit
t_need python3

# children PID NAME: its children of that name.
children()
{
    local pid
    for pid in $(cat "/proc/$1/task/$1/children"); do
        [ "$(cat "/proc/$pid/comm")" = "$2" ] && echo "$pid"
    done
}
supervisor() { [ "$(children "$1" husk-log)" ]; }

# start FILE ARGS...: husk in the background; husk is its pid, sv its supervisor's. FILE is made by the command.
start()
{
    local file=$1
    shift
    "$HUSK" -p none --ro-bind / / --dev /dev --bind "$T" "$T" --seccomp-profile default "$@" > "$T/out" 2> "$T/err" &
    husk=$!
    t_wait test -e "$file"
    sv=$(children $husk husk-log)
}

# ---- killed
start "$T/1" --unshare-pid --seccomp-log sh -c "touch $T/1; exec sleep 100"
t_like "$sv" '^[0-9]+$' "the supervisor is a process beside husk"
t_is "$(readlink "/proc/$husk/exe")" "$(readlink -f "$HUSK")" "husk is open to others of this user"
[ "$(id -u)" = 0 ] || t_fail "its supervisor is not, as it has the listener" readlink "/proc/$sv/exe"
kill -KILL "$sv"
wait $husk
t_is $? 125 "when it is killed the sandbox is ended"
t_like "$(cat "$T/err")" '^husk: --seccomp-log: its supervisor is gone \(signal 9\), so the sandbox is ended$' "which is said"

# ---- it hangs
start "$T/2" --unshare-pid --seccomp-log sh -c "touch $T/2; while [ ! -e $T/go ]; do sleep 0.05; done; exit 4"
kill -STOP "$sv"
touch "$T/go"
wait $husk
t_is $? 4 "a supervisor that hangs does not keep husk from ending"
t_like "$(cat "$T/err")" 'its supervisor does not answer: what was refused is not known' "which is said"
t_wait test ! -e "/proc/$sv"
t_is $? 0 "and is not left behind"

# ---- after the end
# background: goes on without a pid namespace.
cat > "$T/background.py" << 'END'
import ctypes, errno, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
out = sys.argv[1]
if os.fork():
    while not os.path.exists(out + ".up"): time.sleep(0.02)
    os._exit(0)
os.setsid()
open(out + ".up", "w").close()
while not os.path.exists(out + ".go"): time.sleep(0.02)
r = libc.unshare(0x20000)
with open(out + ".new", "w") as f: f.write(errno.errorcode[ctypes.get_errno()] if r else "works")
os.rename(out + ".new", out)
END
"$HUSK" -p none --ro-bind / / --dev /dev --bind "$T" "$T" --seccomp-profile default --seccomp-log python3 "$T/background.py" "$T/after" \
    > "$T/out" 2> "$T/err"
t_is "$?:$(cat "$T/err")" "0:husk: no system call was refused" "husk does not wait for what goes on"
touch "$T/after.go"
t_wait test -e "$T/after"
t_is "$(cat "$T/after")" EPERM "whose refused calls are still answered"
t_wait t_gone "$T/after"
t_is $? 0 "and then the supervisor ends"

# ---- a listener of the command's own
# It outlives the supervisor, installs a filter with a listener that hands unshare(2) to its child, and that one
# lets the call go on. What the kernel is asked for here, a new UTS namespace, a user namespace permits.
cat > "$T/listener.py" << 'END'
import ctypes, errno, fcntl, os, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
out, seccomp, unshare = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if os.fork():
    while True: time.sleep(1)
os.setsid()
open(out + ".up", "w").close()
while not os.path.exists(out + ".go"): time.sleep(0.02)
def insn(*a): return struct.pack("HBBI", *a)
code = insn(0x20, 0, 0, 0) + insn(0x15, 0, 1, unshare) + insn(6, 0, 0, 0x7fc00000) + insn(6, 0, 0, 0x7fff0000)
buf = ctypes.create_string_buffer(code)
class Prog(ctypes.Structure): _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
prog = Prog(4, ctypes.addressof(buf))
libc.prctl(38, 1, 0, 0, 0)
def name(r): return "works" if r >= 0 else errno.errorcode[ctypes.get_errno()]
fd = libc.syscall(seccomp, 1, 8, ctypes.byref(prog))
result = "listener " + name(fd)
if fd >= 0 and os.fork() == 0:
    notif = bytearray(80)
    fcntl.ioctl(fd, 0xc0502100, notif)
    fcntl.ioctl(fd, 0xc0182101, bytearray(notif[:8] + struct.pack("qiI", 0, 0, 1))) # CONTINUE
    os._exit(0)
if fd >= 0: os.close(fd)
result += " unshare " + name(libc.syscall(unshare, 0x10000000))
with open(out + ".new", "w") as f: f.write(result)
os.rename(out + ".new", out)
END
case $(uname -m) in
x86_64) numbers=(317 272) ;;
*) numbers=(277 97) ;;
esac
start "$T/own.up" --seccomp-log python3 "$T/listener.py" "$T/own" "${numbers[@]}"
kill -KILL "$sv"
wait $husk
t_is $? 125 "the supervisor is killed"
touch "$T/own.go"
t_wait test -e "$T/own"
t_is "$(cat "$T/own")" "listener EBUSY unshare ENOSYS" "who lives on gets no listener, and stays refused"
start "$T/live.up" --unshare-pid --seccomp-log python3 "$T/listener.py" "$T/live" "${numbers[@]}"
touch "$T/live.go"
t_wait test -e "$T/live"
t_is "$(cat "$T/live")" "listener EBUSY unshare EPERM" "nor does one while it lives"
kill -TERM $husk
wait $husk
t_like "$(cat "$T/err")" 'refused: unshare' "a signal to husk ends the command, and the list is said"

# Control runs: a listener wins over an older one's filter when that one's is gone, as the kernel has it.
cat > "$T/control.py" << 'END'
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
seccomp, unshare = int(sys.argv[3]), int(sys.argv[4])
def insn(*a): return struct.pack("HBBI", *a)
code = insn(0x20, 0, 0, 0) + insn(0x15, 0, 1, unshare) + insn(6, 0, 0, 0x7fc00000) + insn(6, 0, 0, 0x7fff0000)
buf = ctypes.create_string_buffer(code)
class Prog(ctypes.Structure): _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
prog = Prog(4, ctypes.addressof(buf))
libc.prctl(38, 1, 0, 0, 0)
os.close(libc.syscall(seccomp, 1, 8, ctypes.byref(prog)))
os.execvp(sys.executable, [sys.executable] + sys.argv[1:])
END
python3 "$T/control.py" "$T/listener.py" "$T/control" "${numbers[@]}" &
control=$!
t_wait test -e "$T/control.up"
touch "$T/control.go"
t_wait test -e "$T/control"
kill $control
t_like "$(cat "$T/control")" "^listener works unshare (works|EPERM)$" "control: without the guard it gets one"
if [ "$(cat "$T/control")" = "listener works unshare works" ]; then
    t_result 0 "control: and can permit what the dead filter refuses"
else
    t_skip "no user namespaces here"
fi

# Without a listener of ours the command may have one.
start "$T/none.up" --unshare-pid python3 "$T/listener.py" "$T/none" "${numbers[@]}"
touch "$T/none.go"
t_wait test -e "$T/none"
t_is "$(cat "$T/none")" "listener works unshare EPERM" "without the option it gets one, which does not help"
kill $husk
wait $husk

t_done
