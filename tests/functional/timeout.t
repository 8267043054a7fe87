#!/usr/bin/env bash
# --timeout: the command gets SIGTERM when its time is up, and all of the sandbox SIGKILL when that did not
# help, whatever they do; the exit status is that of timeout(1).
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

all=(-p none --unshare-user --bind / / --proc /proc)
forms=("-p default" "${all[*]}" "-p none --bind / / --proc /proc" "${all[*]} --new-session"
    "${all[*]} --sync-fd 0" "${all[*]} --disable-userns --die-with-parent --dev /dev")

for how in "${forms[@]}"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${words[@]}" --timeout 0.1 sleep 1000
    t_is "$status:$err" "124:husk: sleep: timeout of 0.1s reached (--timeout)" "[$how] it strikes, and says so"
    # From its start on, so that it need not come to a trap in time.
    t_run env --ignore-signal=TERM "$HUSK" "${words[@]}" --timeout 0.1 --kill-after 0.1 sh -c 'while :; do sleep 1000; done'
    t_is "$status:$err" "137:husk: sh: timeout of 0.1s reached (--timeout)" "[$how] who does not heed it is killed"
    t_run "$HUSK" "${words[@]}" --timeout 1h sh -c 'echo out; exit 3'
    t_is "$status:$out:$err" 3:out: "[$how] in time it changes nothing"
    t_run "$HUSK" "${words[@]}" --timeout 0.1 --kill-after 1h sh -c 'trap "exit 5" TERM; while :; do sleep 0.01; done'
    t_is "$status" 124 "[$how] the status is 124 whatever the command then ends with"
    # Stopped, by itself, and husk with it. Nobody continues either.
    t_run setsid "$HUSK" "${words[@]}" --timeout 0.1 --kill-after 15 sh -c 'kill -STOP $$; sleep 1000'
    t_is "$status" 124 "[$how] a command that is stopped gets it"
done

# The command itself as pid 1 has no SIGTERM that it does not ask for.
t_run "$HUSK" "${all[@]}" --unshare-pid --as-pid-1 --timeout 0.1 --kill-after 0.1 sleep 1000
t_is "$status:$err" "137:husk: sleep: timeout of 0.1s reached (--timeout)" "as pid 1 it is killed"
t_run "$HUSK" "${all[@]}" --unshare-pid --as-pid-1 --timeout 1h sh -c 'exit 4'
t_is "$status:$err" 4: "and in time it is not"
t_run "$HUSK" "${all[@]}" --unshare-pid --as-pid-1 --timeout 1h /no/such/command
t_is "$status" 127 "nor where there is no command"

# All that it has started ends as well, in whatever session. (sh opens /dev/null for what is in the background.)
t_run "$HUSK" "${all[@]}" --dev /dev --timeout 0.2 sh -c 'setsid sh -c "trap \"\" TERM HUP; sleep 1000; : timeout-$1" & sleep 1000' sh "$$"
t_is "$status" 124 "a command with something in the background"
t_wait t_gone "timeout-$$"
t_is "$(t_processes "timeout-$$")" "" "of which nothing is left"
# And hears of it first, as from timeout(1): a shell runs its trap when the child that it waits for has ended. Who
# had no time to set one is given more.
for time in 0.5 3 10; do
    T_TIMEOUT=60 t_run "$HUSK" "${all[@]}" --dev /dev --timeout $time --kill-after $time sh -c \
        'trap "wait; echo told; exit 5" TERM; setsid sh -c "trap \"echo told too; exit 6\" TERM; sleep 1000" & sleep 1000'
    [ "$out" != $'told too\ntold' ] || break
done
t_is "$status:$out" $'124:told too\ntold' "all that it has started gets SIGTERM, in whatever session"
t_run "$HUSK" "${all[@]}" --timeout 1h sh -c 'readlink /proc/self/ns/pid'
t_unlike "$out" "^$(readlink /proc/self/ns/pid)$" "it brings a pid namespace"

# From its group the command can stop husk, also before husk knows that it runs; and fill what husk says it to.
t_run setsid -w "$HUSK" "${all[@]}" --dev /dev --timeout 2 --kill-after 15 sh -c '(setsid sh -c "sleep 0.05; kill -CONT $$") & kill -STOP 0; exec sleep 1000'
t_is "$status" 124 "one that stops husk"
# So it is where husk's guardian has not come to more than its first calls then: held there, it is not stopped with them.
if [ -x "$HELPERS/strike" ] && [ -z "${HUSK_VM:-}" ]; then # strike is for the host, as in terminal-hangup.t
    chdir=$(printf '#include <sys/syscall.h>\nSYS_chdir' | cc -E -P - | tail -n 1)
    T_TIMEOUT=100 t_run "$HELPERS/strike" -T -t 60 -r "$T/report" -a "0.1:$chdir:1" -w 0 -s 0 -h 1000 \
        "$HUSK" "${all[@]}" --timeout 2 --kill-after 15 sh -c 'kill -STOP 0; exec sleep 1000'
    t_like "$(< "$T/report")" $'\nstruck\n' "its guardian is held"
    # Strike may hand a stop over only after it was ended by SIGCONT: then the command stays stopped, and is killed.
    t_like "$(< "$T/report")" $'\nstatus (124|137)$' "and is there to end with husk"
fi
# All of it is stopped from outside, its pid 1 too, as by a shell's `kill -STOP %1'.
setsid "$HUSK" "${all[@]}" --timeout 2 --kill-after 15 sh -c 'echo > "$1"; exec sleep 1000' sh "$T/up" 2> "$T/err" &
husk=$!
t_wait test -s "$T/up"
kill -STOP -- -$husk
wait $husk
t_is "$?:$(< "$T/err")" "124:husk: sh: timeout of 2s reached (--timeout)" "one that is stopped from outside"
rm "$T/up"
mkfifo "$T/full"
exec 7<> "$T/full"
"$HUSK" "${all[@]}" --timeout 2 --kill-after 0.1 bash -c \
    'trap "" TERM; echo $$ > "$1"; yes >&2; sleep 1000' "full-$$" "$T/up" 2> "$T/full" &
husk=$!
t_wait test -s "$T/up"
inside_is_gone()
{
    [ -z "$(t_processes "full-$$" | grep -vx "$husk")" ]
}
t_wait inside_is_gone
t_is "$(t_processes "full-$$" | grep -vx $husk)" "" "one that fills stderr"
exec 8< "$T/full" 7>&-
cat <&8 > "$T/all" &
reader=$!
wait $husk
t_is "$?" 137 "it ends when somebody reads"
wait $reader
t_like "$(tail -n 1 "$T/all")" 'timeout of 2s reached' "and its line comes behind"
exec 8<&-

# Husk dies: nobody would keep the time.
for option in --timeout=1h --unshare-pid; do
    rm -f "$T/up"
    "$HUSK" "${all[@]}" $option sh -c 'echo > "$1"; sleep 1000' sh "$T/up" &
    husk=$!
    t_wait test -s "$T/up"
    kill -KILL $husk
    wait $husk 2> /dev/null
    if [ $option = --unshare-pid ]; then
        mapfile -t left < <(t_processes "$T/up")
        t_unlike "${#left[@]}" '^0$' "[$option] the sandbox lives on"
        pkill -KILL -f "^sh .*$T/up" # not the guardian, which takes away what it has made
    fi
    t_wait t_gone "$T/up"
    t_is "$(t_processes "$T/up")" "" "[$option] no process of it is left"
done

# In a profile; the last one counts.
printf 'include none\nbind / /\ntimeout 0.1\nkill-after 1h\n' > "$T/p"
t_run "$HUSK" -p "$T/p" sleep 1000
t_is "$status:$err" "124:husk: sleep: timeout of 0.1s reached ($T/p:3:1: timeout 0.1)" "in a profile"
t_run "$HUSK" -p "$T/p" --timeout 1h true
t_is "$status:$err" 0: "the last one counts"
t_run "$HUSK" "${all[@]}" --timeout 0.1 --json-status-fd 9 sleep 1000 9> "$T/json"
t_like "$(< "$T/json")" '"exit-code": 124' "the status is told"
for value in "" 0 0s -1 1w .5 1e3 inf 99999999999999999999 1s1s; do
    for option in --timeout --kill-after; do
        t_run "$HUSK" --timeout 1h $option "$value" echo ran
        t_is "$status:$out" 125: "refused: $option [$value]"
    done
done
t_run "$HUSK" --kill-after 1 echo ran
t_is "$status:$out:$err" "125::husk: --kill-after 1 needs --timeout" "nothing to come after"
t_done
