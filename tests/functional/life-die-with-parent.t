#!/usr/bin/env bash
# --die-with-parent: when the process that started husk ends, husk and all that is inside end, also if that
# was just before husk asked to be told (the race of prctl's PR_SET_PDEATHSIG).
. "${0%/*}/../lib.sh" || exit

word=parent-$$-$RANDOM
mkdir "$T/top"
before=$(t_host)

# A parent that starts husk and waits for it, to be killed.
# shellcheck disable=SC2016 # it is the inner shell's
parent='"$@" & echo $$ > "$PARENT"; echo $! > "$HUSK_PID"; wait'
export PARENT=$T/.parent HUSK_PID=$T/.husk
is_back()
{
    t_gone "$word" && [ "$(t_host)" = "$before" ]
}

begun() # husk knows its parent: it has come to where it blocks signals
{
    [ -s "$HUSK_PID" ] && [[ $(readlink "/proc/$(< "$HUSK_PID")/exe") = */husk ]] &&
        ! grep -q "^SigBlk:.0*$" "/proc/$(< "$HUSK_PID")/status"
}
exec {never}<> <(:)
for how in "-p default -w $T/top" "-p none --unshare-user --unshare-pid --bind / / --die-with-parent --mask $T/top/absent" \
    "-p none --unshare-user --bind / / --die-with-parent" "-p none --unshare-user --unshare-pid --as-pid-1 --bind / / --die-with-parent" \
    "-p none --unshare-user --bind / / --sync-fd 0 --die-with-parent --new-session"; do
    read -ra words <<< "$how"
    # While it runs.
    bash -c "$parent" bash "$HUSK" "${words[@]}" bash -c 'echo > "$1"; exec -a "$0" sleep 1000' "$word" "$T/top/up" 2> /dev/null &
    t_wait test -e "$T/top/up"
    kill -KILL $!
    wait $! 2> /dev/null
    rm -f "$T/top/up"
    t_wait is_back
    t_is "$(t_processes "$word")" "" "[${how:0:60}] nothing is left after its parent"

    # At any moment once husk has begun.
    for ((i = 0; i < 25; i++)); do
        rm -f "$PARENT" "$HUSK_PID"
        bash -c "$parent" bash "$HUSK" "${words[@]}" bash -c 'exec -a "$0" sleep 1000' "$word" 2> /dev/null &
        t_wait begun
        read -rt "0.00$((RANDOM % 8))" -u "$never"
        kill -KILL $!
        wait $!
    done 2> /dev/null
    t_wait is_back
    t_is "$(t_processes "$word")" "" "nor at any time before"
done

# Held just before and just after it asks.
if command -v strace > /dev/null; then
    stopped() # as injected: strace stops it too, before its first instruction
    {
        grep -qs "stopped by SIGSTOP" "$T/.trace"
    }
    for stage in "prctl 1" "getppid 2" "socketpair 1" "clone3 1"; do
        rm -f "$PARENT" "$HUSK_PID" "$T/.trace"
        bash -c "$parent" bash strace -D -qq -o "$T/.trace" -e "trace=${stage% *}" \
            -e "inject=${stage% *}:signal=STOP:when=${stage#* }" \
            "$HUSK" -p none --unshare-user --unshare-pid --bind / / --die-with-parent \
            bash -c "echo ran > $T/top/ran; exec -a $word sleep 1000" "$word" 2> "$T/.messages" &
        t_wait stopped
        kill -KILL $!
        wait $! 2> /dev/null
        kill -CONT "$(< "$HUSK_PID")" 2> /dev/null
        t_wait is_back
        t_is "$(t_processes "$word")$(ls "$T/top")" "" "held at $stage while its parent dies, it does not go on"
    done
else
    t_skip "strace is not installed"
fi

# Without it husk lives on: what is seen above is no accident.
bash -c "$parent" bash "$HUSK" -p none --unshare-user --unshare-pid --ro-bind / / bash -c 'exec -a "$0" sleep 1000' "$word" 2> /dev/null &
t_wait test -s "$HUSK_PID"
has_two()
{
    [ "$(t_processes "$word" | wc -l)" -ge 3 ]
}
t_wait has_two
kill -KILL $!
wait $! 2> /dev/null
sleep 0.1
t_ok "without it they live on" test "$(t_processes "$word" | wc -l)" -ge 2
for pid in $(t_processes "$word"); do
    kill -KILL "$pid" 2> /dev/null
done
t_wait t_gone "$word"
t_done
