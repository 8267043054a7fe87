#!/usr/bin/env bash
# --pids-limit: a fork bomb ends without harm. And what profile default has against one, which needs no systemd.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
t_need python3

# Forks until it is refused, or 400 have been made.
cat > "$T/bomb.py" << 'END'
import os, signal
n = 0
try:
    while n < 400:
        if os.fork() == 0:
            signal.pause()
        n += 1
except BlockingIOError:
    print("refused after", n)
else:
    print("never refused")
END

t_like "$("$HUSK" --print-profile default)" "rlimit-at-most nproc=4096" "profile default limits processes"
if [ "$(id -u)" = 0 ]; then
    # The kernel does not bind the machine's root: see the manual.
    t_run "$HUSK" --rlimit nproc=20 --read "$T/bomb.py" python3 "$T/bomb.py"
    t_like "$status:$out" "^0:(never refused|refused after 18)$" "root has --pids-limit"
else
    "$HUSK" --rlimit nproc=20 --read "$T/bomb.py" sleep 1000 &
    other=$!
    t_run "$HUSK" --rlimit nproc=20 --read "$T/bomb.py" python3 "$T/bomb.py"
    t_is "$status:$out" "0:refused after 18" "that limit counts each sandbox for itself"
    kill $other
    t_run "$HUSK" --seccomp-profile none --rlimit nproc=20 --read "$T/bomb.py" python3 "$T/bomb.py"
    t_is "$out" "refused after 18" "under any policy"
fi
# Many: those of this user's other tests are counted as well.
t_run bash -c 'ulimit -u 4000; exec "$1" bash -c "ulimit -u"' bash "$HUSK"
t_is "$status:$out" "0:4000" "a lower one stays"

scopes_or_refused "--pids-limit 50"

# husk's init is counted, the keeper is not.
t_run "$HUSK" --pids-limit 50 --read "$T/bomb.py" python3 "$T/bomb.py"
t_is "$status:$out:$err" "0:refused after 48:" "a fork is refused at the limit"
t_run "$HUSK" --pids-limit 2 true
t_is "$status:$err" 0: "two are enough for one command"
refused "one is too few" "Resource temporarily unavailable.husk: hint: .*--pids-limit 1 leaves none" --pids-limit 1
# The classic, which ends with its shell, at the latest by the timeout.
t_run "$HUSK" --scope="husk-t-$$-bomb" --pids-limit 40 --timeout 3 --kill-after 1 bash -c ':(){ :|:& };:; sleep 1000'
t_is "$(($status == 124 || $status == 137))" 1 "a fork bomb is ended"
t_wait scope_gone "husk-t-$$-bomb.scope"
t_is "$(manager show -P LoadState "husk-t-$$-bomb.scope")" not-found "and nothing of it is left"
t_ok "the machine is as before" true
t_run "$HUSK" --report=json --pids-limit 30 --read "$T/bomb.py" python3 "$T/bomb.py"
t_like "$err" '"refused": [1-9]' "the report counts refused forks"

t_done
