#!/usr/bin/env bash
# Many sandboxes at once: each has its two processes beside the command and as many open files as one alone has,
# and nothing is left of them, however they end. HUSK_SCALE=1000 takes a thousand.
# vm: none (the memory of the machine there is too small)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"
n=${HUSK_SCALE:-60}
T_TIMEOUT=220

# A pid namespace of the test's own, so that every process in it is one of these sandboxes'.
cat > "$T/many.py" << 'END'
import os, signal, subprocess, sys, time

husk, n = sys.argv[1], int(sys.argv[2])

def processes():
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) > 2 and int(p) != os.getpid()]

def fds(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return -1 # an ordinary user may not look at husk's init

def name(pid):
    return open(f"/proc/{pid}/comm").read().strip()

def start(count):
    """So many sandboxes whose commands say that they run, and then wait."""
    up_out, up_in = os.pipe()
    hold_out, hold_in = os.pipe()
    all = [subprocess.Popen([husk, "--keep-fd", str(up_in), "--", "sh", "-c", f"echo >&{up_in}; exec cat > /dev/null"],
                            stdin=hold_out, pass_fds=[up_in]) for _ in range(count)]
    os.close(up_in)
    os.close(hold_out)
    said = 0
    while said < count:
        got = len(os.read(up_out, 4096))
        if not got:
            break
        said += got
    os.close(up_out)
    return all, hold_in, said

def look(all):
    """The open files of each process, by kind: those of husk itself, its init, and the command."""
    found = {"husk": [], "init": [], "cat": []}
    launchers = {p.pid for p in all}
    for pid in processes():
        kind = "husk" if pid in launchers else "cat" if name(pid) == "cat" else "init"
        found[kind].append(fds(pid))
    return {kind: (len(counts), min(counts, default=0), max(counts, default=0)) for kind, counts in found.items()}

def end(all, hold, killed):
    for p in all[:killed]:
        p.kill()
    os.close(hold)
    return [p.wait() for p in all]

def left():
    for _ in range(3000):
        if not processes():
            return 0
        time.sleep(0.02)
    return len(processes())

def settled(all):
    """As look, when nothing has changed for a second: who was just started opens and closes something yet."""
    found, since = look(all), 0
    while since < 20:
        time.sleep(0.05)
        before, found = found, look(all)
        since = since + 1 if found == before else 0
    return found

one, hold, said = start(1)
alone = settled(one)
end(one, hold, 0)
many, hold, said = start(n)
print("up", said)
for _ in range(300):
    found = look(many)
    if all(found[k][1:] == alone[k][1:] for k in found):
        break
    time.sleep(0.1)
print("processes", *(found[k][0] for k in found))
print("fds as alone", all(found[k][1:] == alone[k][1:] for k in found))
print("# fds of husk, init, command:", *(alone[k][1] for k in alone), file=sys.stderr)
statuses = end(many, hold, n // 3)
print("statuses", statuses.count(-9), statuses.count(0))
print("left", left())
END
mkdir "$T/work"
cd "$T/work" || exit
before=$(t_host)
t_run unshare --user --map-current-user --keep-caps --mount --pid --fork --kill-child --mount-proc \
    sh -c '"$@" & wait $!' sh python3 "$T/many.py" "$HUSK" "$n"
t_diag "$err"
t_is "$status:$out" "0:up $n
processes $n $n $n
fds as alone True
statuses $((n / 3)) $((n - n / 3))
left 0" "$n sandboxes at once"
t_is "$(t_host)" "$before" "leave no mount and no file"
t_done
