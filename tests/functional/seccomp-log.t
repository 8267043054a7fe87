#!/usr/bin/env bash
# --seccomp-log: what was refused is said at the end, by name, number and program; the program's own view and
# husk's status stay what they are.
# vm: 6.1
. "${0%/*}/../lib.sh" || exit
t_need python3 unshare

# log ARGS...: in a sandbox with a pid namespace of its own.
log()
{
    t_run "$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / --dev /dev --ro-bind "$T" "$T" --seccomp-log "$@"
}

log --seccomp-profile default true
t_is "$status:$out:$err" "0::husk: no system call was refused" "nothing is said too"
t_run "$HUSK" --seccomp-log sh -c 'exit 7'
t_is "$status:$err" "7:husk: no system call was refused" "the status is the command's, in profile default too"
t_run "$HUSK" sh -c 'unshare -U true'
t_unlike "$err" husk: "without the option nothing is said"

log --seccomp-profile default sh -c 'unshare -U true; unshare -n true; unshare -n true; exit 3'
t_is "$status" 3 "refused calls change no status"
program="unshare\\[$(readlink -f "$(command -v unshare)")\\]; --seccomp-profile nested allows it"
t_is "$(grep -c '^husk: refused: ' <<< "$err")" 2 "there is a line for each kind"
t_like "$err" $'\n'"husk: refused: unshare\\(CLONE_NEWNET\\) \\(EPERM\\) 2 times by $program"$'\n'"husk:" "by name, number and program"
t_like "$err" $'\n'"husk: refused: unshare\\(CLONE_NEWUSER\\) \\(EPERM\\) once by $program"$'\n' "the most frequent one first"
t_like "$err" $'\n'"husk: hint: --allow-syscall NAME allows one call\$" "and what can be done"

# Calls by their arguments, and by number. It has a thread and a child of its own.
cat > "$T/calls.py" << 'END'
import ctypes, os, socket, threading
libc = ctypes.CDLL(None, use_errno=True)
def attempt(*args):
    for family, protocol in (38, 0), (16, 9):
        try: socket.socket(family, socket.SOCK_RAW, protocol)
        except OSError: pass
    libc.ioctl(0, ctypes.c_ulong(0xffffffff00005412), b"x")
    libc.personality(ctypes.c_ulong(0x0400000))
    libc.syscall(ctypes.c_long(999), 0)
    libc.syscall(ctypes.c_long(435), 0, 0)
    libc.reboot(0)
attempt()
t = threading.Thread(target=attempt)
t.start()
t.join()
if os.fork() == 0:
    attempt()
    libc.prctl(15, b"a\nb\x1b[31m", 0, 0, 0)
    libc.reboot(0)
    os._exit(0)
os.wait()
END
log --seccomp-profile default python3 "$T/calls.py"
t_is "$status" 0 "threads and children are followed"
for call in 'refused: socket\(AF_ALG\) \(EPERM\)' 'refused: socket\(AF_NETLINK, NETLINK_AUDIT\) \(EAFNOSUPPORT\)' \
    'refused: ioctl\(TIOCSTI\) \(EPERM\)' 'refused: personality\(READ_IMPLIES_EXEC\) \(EPERM\)' \
    'refused: reboot \(EPERM\)' 'not offered: call 999 \(ENOSYS\)' 'not offered: clone3 \(ENOSYS\)'; do
    t_like "$err" "husk: $call ([3-9]|[12][0-9]) times by python3" "$call"
done
t_like "$err" $'husk: refused: reboot \\(EPERM\\) once by a\\\\nb\\\\x1b\\[31m\\[' "a program's name cannot write to the terminal"
t_is "$(grep '^husk: ' <<< "$err" | sed -n '/not offered/,$p' | grep -c refused)" 0 "what is not offered comes last"
t_unlike "$err" 'not offered.*allows it' "and without a hint"

log --seccomp-profile strict sh -c 'echo x > /dev/null; (true); echo not'
t_like "$err" 'refused: clone \(EPERM\) once by .*; --seccomp-profile default allows it' "strict: no process"
t_like "$err" 'refused: open(at)?\(O_WRONLY\|O_CREAT\|O_TRUNC\) \(EPERM\) once by .*; --seccomp-profile default allows it' \
    "strict: what a file would be opened for"
log --seccomp-profile nested python3 "$T/calls.py"
t_like "$err" 'refused: reboot \(EPERM\) ' "nested"

# Whatever the launch is: in this process, as pid 1, without a pid namespace, with few open files.
for args in "--as-pid-1 --unshare-pid" "" "--unshare-pid --new-session" "--rlimit nofile=12" "--unshare-pid --close-fds"; do
    # shellcheck disable=SC2086 # words
    t_run "$HUSK" -p none --ro-bind / / --dev /dev $args --seccomp-profile default --seccomp-log unshare -U true
    t_like "$err" 'refused: unshare\(CLONE_NEWUSER\) \(EPERM\) once by unshare' "with [$args]"
done
t_run "$HUSK" --seccomp-log /no/such/command
t_is "$status:$(grep -c refused <<< "$err")" "127:0" "a command that does not start has no list"
t_run "$HUSK" --timeout $((3 * ${HUSK_SLOW:-1})) --seccomp-log sh -c 'unshare -U true; sleep 60'
t_is "$status" 124 "a timeout strikes"
t_like "$err" 'timeout of .*husk: refused: unshare' "and then comes the list"

# A filter that is handed in holds as well, after ours; it may refuse what the launch itself needs.
if [ "$(uname -m)" = x86_64 ]; then
    deny() # CALL ERRNO
    {
        # shellcheck disable=SC2059 # it is a format
        printf "\40\0\0\0\0\0\0\0\25\0\0\1$1\0\0\6\0\0\0\\$2\0\5\0\6\0\0\0\0\0\377\177"
    }
    deny '\77\0' 5 > "$T/uname"
    t_run "$HUSK" -p none --ro-bind / / --seccomp-profile default --seccomp-log --add-seccomp-fd 3 \
        sh -c 'uname; unshare -U true' 3< "$T/uname"
    t_like "$err" 'uname: .*Input/output error' "a filter of --add-seccomp-fd holds too"
    t_like "$err" 'husk: refused: unshare' "beside the list"
fi

# Errors.
t_run "$HUSK" -p none --ro-bind / / --seccomp-log echo run
t_is "$status:$out" "125:" "without a policy it is an error"
t_like "$err" '^husk: --seccomp-log: there is no policy' "which says so"
t_run "$HUSK" -p none --ro-bind / / --dev /dev --seccomp-profile nested --seccomp-log \
    "$HUSK" -p none --ro-bind / / --seccomp-profile default --seccomp-log echo run
t_is "$status:$out" "125:" "a second one around it is an error"
t_run "$HUSK" --dry-run --seccomp-log true
t_like "$out" 'what it refuses is said at the end' "--dry-run shows it"
t_run "$HUSK" --dry-run=json --seccomp-log true
t_like "$out" '"log": true' "JSON too"
t_run "$BWRAP_HUSK" --seccomp-log true
t_like "$status:$err" '^1:.*Unknown option --seccomp-log' "bwrap knows no such option"

t_done
