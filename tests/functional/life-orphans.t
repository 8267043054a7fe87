#!/usr/bin/env bash
# Husk's pid 1 is the parent of those whose parent has ended: it reaps them, and none of them makes it end.
. "${0%/*}/../lib.sh" || exit
[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"

# Makes 30 processes whose parents end at once and that end then in several ways, and says what became of
# them: how many are zombies, once all are in the state that is given, or that has not come for long.
cat > "$T/orphans.py" << 'END'
import os, signal, sys, time

def orphan(n, out):
    if os.fork():
        os._exit(0) # its parent
    time.sleep(0.02)
    while os.getppid() != 1:
        time.sleep(0.01)
    os.write(out, b"%d\n" % os.getpid())
    if n % 3 == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if n % 3 == 1:
        os.setsid()
    os._exit(n)

def state(pid):
    try:
        return open("/proc/%d/stat" % pid).read().rsplit(") ", 1)[1][0]
    except OSError:
        return "-"

def observe():
    i, o = os.pipe()
    for n in range(30):
        pid = os.fork()
        if pid == 0:
            os.close(i)
            orphan(n, o)
        os.waitpid(pid, 0)
    os.close(o)
    pids = [int(line) for line in os.fdopen(i)]
    for _ in range(1000):
        states = [state(p) for p in pids]
        if set(states) == {sys.argv[1]}:
            break
        time.sleep(0.02)
    print(len(pids), "orphans,", states.count("Z"), "zombies,", states.count("-"), "gone", flush=True)

if os.getpid() == 1:
    # One that does not care: it waits for the end of the observer, but reaps nobody.
    i, o = os.pipe()
    if os.fork():
        os.close(o)
        os.read(i, 1)
    else:
        os.close(i)
        observe()
else:
    observe()
END
sandbox=("$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / --proc /proc --dev /dev)

# A pid 1 that does not reap, to see what that looks like.
t_run "${sandbox[@]}" --as-pid-1 /usr/bin/python3 "$T/orphans.py" Z
t_like "$out" '^30 orphans, 30 zombies' "a pid 1 that does not care keeps them as zombies"

t_run "${sandbox[@]}" /usr/bin/python3 "$T/orphans.py" -
t_is "$status/$out" "0/30 orphans, 0 zombies, 30 gone" "husk's reaps them"
t_run "$HUSK" -r "$T" /usr/bin/python3 "$T/orphans.py" -
t_is "$status/$out" "0/30 orphans, 0 zombies, 30 gone" "in profile default too"
t_run "${sandbox[@]}" --die-with-parent --new-session --disable-userns sh -c "/usr/bin/python3 '$T/orphans.py' -; exit 9"
t_is "$status/$out" "9/30 orphans, 0 zombies, 30 gone" "and the status is the command's own"

# Pid 1 cannot be ended from inside.
t_run "${sandbox[@]}" bash -c 'for s in TERM INT HUP QUIT KILL SEGV STOP ABRT USR1; do kill -$s 1; done; sleep 0.1; echo alive'
t_is "$status/$out" "0/alive" "signals from inside do nothing to it"
# shellcheck disable=SC2016 # it is the inner shell's
t_run "${sandbox[@]}" bash -c 'tr "\0" " " < /proc/1/cmdline; echo; echo $PPID $$; cat /proc/1/environ | wc -c'
t_like "$out" $'\n1 2\n' "the command is its child"
t_done
