#!/usr/bin/env bash
# --seccomp-log has a bound: however many calls of however many kinds and names there are, husk's memory and the
# list stay small, and the sum is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need python3

cat > "$T/many.py" << 'END'
import ctypes, os, sys
libc = ctypes.CDLL(None)
for i in range(20000):
    libc.prctl(15, b"name-%d" % (i % 1000), 0, 0, 0)
    libc.syscall(ctypes.c_long(800 + i % 150), 0)
for path in sys.argv[1:]:
    open(path, "w").close()
    while not os.path.exists(path + ".go"): pass
END
t_run "$HUSK" -p none --unshare-pid --ro-bind / / --dev /dev --seccomp-profile default --seccomp-log python3 "$T/many.py"
t_is "$(grep '^husk: ' <<< "$err" | grep -vc '^husk: hint: ')" 51 "50 lines, and one for the others"
counted=$(sed -n 's/^husk: .* \([0-9]*\) times by .*/\1/p; s/^husk: .* once by .*/1/p; s/.*: \([0-9]*\) more calls.*/\1/p' \
    <<< "$err" | awk '{ n += $1 } END { print n + 0 }')
t_ok "none of 20000 calls is lost: $counted" test "$counted" -ge 20000 -a "$counted" -lt 20100

# The supervisor's own memory (VmHWM is the most that it ever had), with a control: what it has at the start.
# memory COMMAND...: its KiB while COMMAND waits for $T/flag.go.
memory()
{
    local husk pid
    rm -f "$T/flag" "$T/flag.go"
    "$HUSK" -p none --unshare-pid --ro-bind / / --dev /dev --bind "$T" "$T" --seccomp-profile default --seccomp-log "$@" \
        > /dev/null 2>&1 &
    husk=$!
    t_wait test -e "$T/flag"
    for pid in $(cat "/proc/$husk/task/$husk/children"); do
        [ "$(cat "/proc/$pid/comm")" = husk-log ] && sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
    done
    touch "$T/flag.go"
    wait $husk
}
# shellcheck disable=SC2016 # for the shell inside
few=$(memory sh -c '> "$0"; while [ ! -e "$0.go" ]; do sleep 0.02; done' "$T/flag")
many=$(memory python3 "$T/many.py" "$T/flag")
t_ok "its memory is bounded: $few KiB, with many $many KiB" test "$many" -lt $((few + 300))

t_done
