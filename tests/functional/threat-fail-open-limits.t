#!/usr/bin/env bash
# As threat-fail-open.t, for limits: with an error from any of the calls that set them no command runs
# without them.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
t_need strace prlimit

cat > "$T/report" << 'END'
prlimit --noheadings --raw --output=RESOURCE,SOFT,HARD | sort
nice
umask
cat /proc/self/oom_score_adj /proc/self/personality
grep Cpus_allowed_list /proc/self/status
END
first=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
first=${first%%[-,]*}
processes=$(ulimit -Hu) # it can be lowered only
[[ $processes != unlimited && $processes -lt 30000 ]] || processes=30000
sandbox=("$HUSK" -p none --unshare-user --unshare-pid --bind / / --proc /proc --no-core --rlimit nofile=50:60
    --rlimit fsize=1M --rlimit "nproc=$processes" --nice 15 --oom-score-adj 800 --cpu-affinity "$first" --umask 0127)
if setarch "$(uname -m)" --addr-no-randomize true 2> /dev/null; then
    sandbox+=(--no-aslr)
fi

# traced STRACE-OPTIONS...: the sandbox, with the calls of husk alone being traced, to $T/trace.
traced()
{
    t_run strace -f -b execve -o "$T/trace" "$@" "${sandbox[@]}" sh "$T/report"
}
traced
whole=$out
t_like "$whole" 'CORE 1 1.*NOFILE 50 60.*15.0127.800' "there are limits"

# how_often CALL: by the process that makes it most often.
how_often()
{
    awk -v call="$1" '$2 ~ "^" call "\\(" { n = ++count[$1]; if (n > most) most = n } END { print most + 0 }' "$T/trace"
}
cp "$T/trace" "$T/all"
: > "$T/wrong"
for call in prlimit64 setpriority sched_setaffinity sched_getaffinity personality write openat fstatfs getpriority; do
    cp "$T/all" "$T/trace"
    most=$(how_often $call)
    # setrlimit(2) may be a call of its own.
    if [ "$most" = 0 ] && ! { [ $call = personality ] && [[ ${sandbox[*]} != *aslr* ]]; }; then
        echo "$call is not made" >> "$T/wrong"
    fi
    for ((number = 1; number <= most; number++)); do
        for error in EPERM ENOSYS EINVAL; do
            traced -e trace=$call -e inject=$call:error=$error:when=$number
            if [ -n "$out" ] && [ "$out" != "$whole" ]; then
                echo "$call number $number ($error): not all limits are set"
                diff <(echo "$whole") <(echo "$out")
            elif [ -z "$out" ] && t_runtime_gave_up; then
                :
            elif [ -z "$out" ] && { [ "$status" = 0 ] || [ "$status" -ge 126 ]; }; then
                echo "$call number $number ($error): nothing ran, with status $status"
            elif [ -z "$out" ] && [[ $err != husk:* ]] && [ $call != write ]; then
                echo "$call number $number ($error): nothing is said"
            elif [ -n "$out" ] && [[ $call = setpriority || $call = sched_* ]]; then
                echo "$call number $number ($error): it ran all the same"
            fi
        done >> "$T/wrong"
    done
done
t_is "$(< "$T/wrong")" "" "with an error from any of the calls"

# That such a run is noticed: limits that are not asked for are not there.
whole_one=$whole
sandbox=("${sandbox[@]/nofile=50:60/nofile=51:60}")
traced
t_unlike "$out" "^$whole_one$" "other limits are another report"

# A clock: with whatever error, no command outlives it. That it does not heed a SIGTERM it inherits, so that it need not
# come to it in time.
sandbox=("$HUSK" -p none --unshare-user --bind / / --timeout 0.1 --kill-after 0.1)
timed()
{
    t_run env --ignore-signal=TERM strace -f -b execve -o "$T/trace" "$@" "${sandbox[@]}" \
        sh -c 'sleep "$1"; echo outlived' - $((10 * ${HUSK_SLOW:-1}))
}
timed
t_is "$status:$out" 137: "there is a clock"
cp "$T/trace" "$T/all"
: > "$T/wrong"
for call in timer_create timer_settime sendmsg recvmsg prctl pidfd_open signalfd4 poll; do
    cp "$T/all" "$T/trace"
    most=$(how_often $call)
    [ "$most" != 0 ] || echo "$call is not made" >> "$T/wrong"
    # Of prctl(2), those before and behind the many that are about capabilities.
    for number in $(seq "$most" | awk -v most="$most" '$1 <= 4 || $1 > most - 4'); do
        timed -e trace=$call -e inject=$call:error=EPERM:when=$number
        if [ "$status:$out" != 137: ] && [ "$status:$out" != 125: ]; then
            echo "$call number $number: status $status, $out $err"
        fi
    done >> "$T/wrong"
done
t_is "$(< "$T/wrong")" "" "with an error from any of the calls it is ended or not started"
t_done
