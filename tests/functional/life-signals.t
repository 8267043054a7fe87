#!/usr/bin/env bash
# Without a terminal: a signal to husk is one to the command, once; husk stops and continues with it.
. "${0%/*}/../lib.sh" || exit
[ -x "$HELPERS/signals" ] || t_skip_all "the test programs are not built"

# state PID: its letter in /proc, as ps shows it.
state()
{
    sed 's/.*) \(.\).*/\1/' "/proc/$1/stat"
}
is_state()
{
    [ "$(state "$1")" = "$2" ]
}
has_line()
{
    grep -qx "$2" "$1"
}
has_child() # husk and its child are there
{
    [ "$(t_processes "$1" | wc -l)" -ge 2 ]
}

all=(TERM INT HUP QUIT USR1 USR2 WINCH TSTP CONT)
for how in "" --unshare-pid "--unshare-pid --as-pid-1" "--unshare-pid --die-with-parent" "--unshare-pid --new-session" \
    "--sync-fd 0" "--unshare-pid --disable-userns --dev /dev"; do
    read -ra words <<< "$how"
    : > "$T/log"
    # Its own session and no ignored signals, as a service manager starts it; a shell's & would have some.
    setsid env --default-signal "$HUSK" -p none --unshare-user --ro-bind / / --proc /proc "${words[@]}" \
        "$HELPERS/signals" ${#all[@]} > "$T/log" &
    husk=$!
    t_wait has_line "$T/log" ready
    for signal in "${all[@]}"; do
        kill -"$signal" $husk
        t_wait has_line "$T/log" "$signal" || break
    done
    wait $husk
    t_is "$?" 7 "[$how] husk ends with the command, not by a signal"
    t_is "$(xargs < "$T/log")" "ready ${all[*]}" "[$how] each signal came once, in order"
done

# What is ignored by who starts husk (nohup, a shell's &) stays so.
: > "$T/log"
(trap '' HUP INT QUIT && exec setsid "$HUSK" -p none --unshare-pid --ro-bind / / --proc /proc "$HELPERS/signals" 2 > "$T/log") &
husk=$!
t_wait has_line "$T/log" ready
for signal in HUP INT QUIT USR1; do
    kill -$signal $husk
done
t_wait has_line "$T/log" USR1
kill -TERM $husk
wait $husk
t_is "$(xargs < "$T/log")" "ready USR1 TERM" "ignored signals are not passed on"

# With their usual actions.
for how in "" --unshare-pid "--unshare-pid --new-session"; do
    read -ra words <<< "$how"
    for signal in TERM INT HUP QUIT USR1; do
        ulimit -c 0
        rm -f "$T/up"
        setsid env --default-signal "$HUSK" -p none --unshare-user --bind / / --proc /proc "${words[@]}" \
            sh -c 'echo > "$1"; exec sleep 1000' sh "$T/up" &
        husk=$!
        t_wait test -s "$T/up"
        kill -$signal $husk
        wait $husk
        t_is $? $((128 + $(kill -l $signal))) "[$how] SIG$signal ends the command, and husk says so"
    done

    # Stopping: both do; continued, both go on.
    rm -f "$T/up"
    env --default-signal "$HUSK" -p none --unshare-user --bind / / --proc /proc "${words[@]}" \
        bash -c 'exec {never}<> <(:); wait $!; echo > "$1"
            while [ -e "$1" ]; do read -rt 0.02 -u $never; done; exit 6' "stop-$$" "$T/up" & # without a second bash
    husk=$!
    t_wait test -s "$T/up"
    command=$(t_processes "stop-$$" | while read -r pid; do
        [ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$(type -P bash)")" ] && echo "$pid"
    done)
    kill -STOP "$command"
    t_wait is_state "$husk" T
    t_is "$(state "$command")$(state $husk)" TT "[$how] when the command is stopped, so is husk"
    kill -CONT $husk
    t_wait is_state "$husk" S
    rm "$T/up"
    wait $husk
    t_is $? 6 "[$how] continued, it goes on, and the command with it"
done

# Before the command has started: a signal that would end husk ends all.
mkfifo "$T/block"
exec 9<> "$T/block"
for option in "--block-fd 9" "--userns-block-fd 9 --info-fd 8"; do
    read -ra words <<< "$option"
    for signal in TERM INT HUP QUIT; do
        setsid env --default-signal "$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / "${words[@]}" \
            sh -c "echo early-$$" > "$T/log" 8> "$T/info" &
        husk=$!
        t_wait has_child early-$$
        kill -$signal $husk
        wait $husk 2> /dev/null # the shell would tell who was killed
        t_is "$?/$(< "$T/log")" "$((128 + $(kill -l $signal)))/" "${words[0]}: SIG$signal ends it before the command"
        t_wait t_gone early-$$
        t_is "$(t_processes early-$$)" "" "and nothing is left"
    done
done
t_done
