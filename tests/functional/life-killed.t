#!/usr/bin/env bash
# SIGKILL to husk, or to the first process inside, at whatever moment: nothing is left, no process, no
# mount, no file, where --die-with-parent was given, as profile default does; nor is there before the
# command has started in any case.
. "${0%/*}/../lib.sh" || exit

word=killed-$$-$RANDOM
export HOME=$T/home XDG_RUNTIME_DIR=$T/run
mkdir -p "$HOME" "$XDG_RUNTIME_DIR" "$T/shown"
before=$(t_host)

# What runs inside: it and its children do all to live on.
cat > "$T/shown/live" << 'END'
trap '' TERM HUP INT QUIT
echo > "$T/shown/up"
(trap '' TERM HUP INT; exec -a "$0 child" sleep 1000) &
setsid bash -c 'trap "" TERM HUP INT; (exec -a "$0 grandchild" sleep 1000) & exec sleep 1000' "$0" &
sleep 1000
END
export T
exec {never}<> <(:)
nap() # MILLISECONDS: without a process
{
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    read -rt "$seconds" -u "$never"
}
before=$(t_host | grep -v /up)

# The moments: from before exec to when all of it has run for a while. With a mask of what is not there,
# which takes something on the host.
for how in "-p default -w $T/shown --mask $T/shown/absent/deeper" \
    "-p none --unshare-user --unshare-pid --dev-bind / / --die-with-parent --mask $T/shown/absent/deeper" \
    "-p none --unshare-user --unshare-pid --dev-bind / / --proc /proc --dev /dev --disable-userns --die-with-parent --new-session"; do
    read -ra words <<< "$how"
    for ((i = 0; i < 40; i++)); do
        "$HUSK" "${words[@]}" -e T bash "$T/shown/live" "$word" 2> /dev/null &
        nap $((RANDOM % 12))
        kill -KILL $!
    done
    rm -f "$T/shown/up"
    for victim in husk inside; do
        "$HUSK" "${words[@]}" -e T bash "$T/shown/live" "$word" 2> /dev/null &
        husk=$!
        t_wait test -e "$T/shown/up"
        case $victim in
        husk) kill -KILL $husk ;;
        inside)
            # The child that is a pid 1.
            for pid in $(t_processes "$word"); do
                ! grep -qE '^NSpid:.*[[:blank:]]1$' "/proc/$pid/status" || kill -KILL "$pid"
            done
            ;;
        esac
        wait $husk
        t_is $? 137 "${words[1]}: $victim was killed"
        rm -f "$T/shown/up"
    done
    t_wait t_gone "$word"
    t_is "$(t_processes "$word")" "" "no process is left (${how:0:50}...)"
    t_wait cmp -s <(echo) <(echo) # the guardian may be at it yet
    rm -f "$T/shown/up"
    after()
    {
        rm -f "$T/shown/up"
        [ "$(t_host)" = "$before" ]
    }
    t_wait after
    t_is "$(t_host)" "$before" "no mount, no file"
done 2> /dev/null

# Without it, it is the sandbox that goes on: the test sees when something is left.
"$HUSK" -p none --unshare-user --unshare-pid --dev-bind / / bash "$T/shown/live" "$word" &
husk=$!
t_wait test -e "$T/shown/up"
kill -KILL $husk
nap 200
t_unlike "$(t_processes "$word" | wc -l)" '^0$' "without --die-with-parent it lives on"
for pid in $(t_processes "$word"); do
    kill -KILL "$pid"
done
t_wait t_gone "$word"
t_done
