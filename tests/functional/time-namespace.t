#!/usr/bin/env bash
# --unshare-time: a time namespace, in which --monotonic and --boottime move the clocks that count
# from the start of the system; the time of day stays.
# shellcheck disable=SC2016 # what is in single quotes is for the program inside
. "${0%/*}/../lib.sh" || exit
t_need python3

mkdir "$T/work"
cd "$T/work" || exit 1
now='import time
print(time.clock_gettime_ns(time.CLOCK_MONOTONIC), time.clock_gettime_ns(time.CLOCK_BOOTTIME),
    time.clock_gettime_ns(time.CLOCK_REALTIME))'

# moved MONOTONIC BOOTTIME NAME OPTIONS...: the clocks inside are that many nanoseconds off. What is
# read inside lies between what is read outside before and after.
moved()
{
    local before inside after
    read -ra before < <(python3 -c "$now")
    t_run "$HUSK" "${@:4}" python3 -c "$now"
    read -ra inside <<< "$out"
    read -ra after < <(python3 -c "$now")
    t_ok "$3: monotonic" test $((before[0] + $1)) -le $((inside[0])) -a $((inside[0])) -le $((after[0] + $1))
    t_ok "$3: boottime" test $((before[1] + $2)) -le $((inside[1])) -a $((inside[1])) -le $((after[1] + $2))
}

second=1000000000
day=$((86400 * second))
none=(-p none --unshare-user --dev-bind / /)
moved 0 0 "without"
moved 0 0 "--unshare-time alone" --unshare-time
moved $day 0 "--monotonic" --unshare-time --monotonic 86400
moved 0 $day "--boottime" --unshare-time --boottime 86400
moved $((-second)) $((2 * day)) "both, one of them back" --unshare-time --monotonic -1 --boottime 172800
moved $((3 * second / 2)) $((second / 4)) "parts of a second" --unshare-time --monotonic 1.5 --boottime 0.25
moved $second 0 "in profile none" "${none[@]}" --unshare-time --monotonic 1
moved $((10000 * day)) 0 "in ten thousand days" --unshare-time --monotonic $((10000 * 86400))

t_run "$HUSK" --unshare-time --monotonic 86400 --boottime 100.000000001 cat /proc/self/timens_offsets
t_is "$(tr -s ' ' <<< "$out")" "monotonic 86400 0
boottime 100 1" "the kernel's own record of it"
t_run "$HUSK" --unshare-time --boottime 86400000 cat /proc/uptime
t_ok "/proc/uptime counts it" test "${out%%.*}" -ge 86400000
t_run "$HUSK" --unshare-time --monotonic 86400 sh -c 'readlink /proc/self/ns/time /proc/self/ns/time_for_children'
t_is "$(sort -u <<< "$out" | sed 's/_for_children//' | sort -u | wc -l)" 1 "the command's children are in it too"
t_unlike "$out" "$(readlink /proc/self/ns/time | sed 's/[][]/\\&/g')" "it is not the host's"
t_run "$HUSK" readlink /proc/self/ns/time
t_is "$out" "$(readlink /proc/self/ns/time)" "by default it is"
start=$(date +%s)
t_run "$HUSK" --unshare-time --monotonic 86400 --boottime 86400 date +%s
t_ok "the time of day is the host's" test "$start" -le "$out" -a "$out" -le "$(date +%s)"

# refused MESSAGE ARGS...
refused()
{
    t_run "$HUSK" -w . "${@:2}" touch ran
    t_is "$status" 125 "${*:2}"
    t_like "$err" "^husk: $1" "the message"
}
refused "--monotonic 5 needs --unshare-time\$" --monotonic 5
refused "--boottime=5 needs --unshare-time\$" --boottime=5
refused "[^
]*--monotonic -1000000000000" --unshare-time --monotonic -1000000000000
for word in "" x +1 5x "5 " 1.2.3 . - + 1e3 0x5 99999999999999999999 1.1234567890; do
    refused "--monotonic.*: Invalid number of seconds: " --unshare-time --monotonic "$word"
done
t_run "$HUSK" --unshare-time --boottime 5 --boottime 7 cat /proc/self/timens_offsets
t_like "$err:$(tr -s ' ' <<< "$out")" "^husk: Only the last --boottime option will take effect:.*boottime 7 0" \
    "the last one counts, with a warning"
t_fail "nothing ran" test -e ran

t_done
