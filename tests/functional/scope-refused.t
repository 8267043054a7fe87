#!/usr/bin/env bash
# What there must be for a scope, and is not: an error that says what, in bounded time, and nothing is run.
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
t_need python3

refused "a name that is none" "a scope's name has" --scope=a/b
refused "a slice's name that is none" "a slice's name has" --slice a--b
scopes_or_refused "--memory 100M" "--scope" "--scope=x"

unit=husk-t-$$-taken
"$HUSK" --scope="$unit" sleep 1000 &
t_wait running "$unit.scope"
refused "a name that is taken" "Unit $unit.scope was already loaded" --scope="$unit"
t_like "$err" "hint: a unit of that name is there already: systemctl .*status $unit.scope" "with a hint"
t_is "$(manager is-active "$unit.scope")" active "whose it is keeps it"
kill $!
wait

cp "$HUSK" "$T/husk"
t_run "$T/husk" --scope echo ran
t_is "$status:$out:$err" "125::husk: --scope: looking for husk-scope, which talks to systemd: No such file or directory
husk: hint: it is a part of husk, which may have been built without it; --cgroup-parent DIR does without" "without its helper"

# A system manager is not the caller's to hide; the rest is about a user's own.
[ "$(id -u)" != 0 ] || t_done
folder=$XDG_RUNTIME_DIR

export XDG_RUNTIME_DIR=$T/run
mkdir -p "$XDG_RUNTIME_DIR/systemd"
unset DBUS_SESSION_BUS_ADDRESS
refused "no socket" "neither $XDG_RUNTIME_DIR/systemd/private nor $XDG_RUNTIME_DIR/bus is there" --memory 100M
t_like "$err" "hint: log in .* enable-linger $(id -un)" "with a hint"

# What listens there accepts, and never answers.
cat > "$T/hang.py" << 'END'
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(10)
print("ready", flush=True)
kept = []
while True:
    kept.append(s.accept())
END
# hang PATH
hang()
{
    rm -f "$T/hang.out"
    python3 "$T/hang.py" "$1" > "$T/hang.out" &
    hanging=$!
    t_wait grep -q ready "$T/hang.out"
}
hang "$XDG_RUNTIME_DIR/systemd/private"
# Who does not want to wait ends it.
"$HUSK" --memory 100M true &
husk=$!
helpers()
{
    pgrep -f "husk-scope.*$XDG_RUNTIME_DIR"
}
t_wait helpers
kill -TERM $husk
wait $husk
t_is $? 143 "husk can be ended while it waits"
T_TIMEOUT=60 refused "a manager that hangs" "systemd did not answer within 20 s" --memory 100M
t_like "$err" "hint: systemd or the bus hangs" "with a hint"
t_wait eval '! helpers'
t_is "$(helpers)" "" "and its helper ends soon, too"
kill $hanging
rm "$XDG_RUNTIME_DIR/systemd/private"

# Not a hang: nobody listens any more.
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$XDG_RUNTIME_DIR/systemd/private"
refused "a socket that nobody listens on" "connecting to the manager of systemd|asking systemd for a scope" --memory 100M
t_like "$err" "hint: log in" "with a hint"

# Only the bus.
rm "$XDG_RUNTIME_DIR/systemd/private"
ln -s "$folder/bus" "$XDG_RUNTIME_DIR/bus"
t_run "$HUSK" --memory 100M cat /proc/self/cgroup
t_is "$status:$out:$err" "0:0::/:" "the session bus will do"
export DBUS_SESSION_BUS_ADDRESS=unix:path=$T/none
refused "an address of a bus that is not there" "connecting to the manager of systemd" --memory 100M
unset DBUS_SESSION_BUS_ADDRESS
rm "$XDG_RUNTIME_DIR/bus"
hang "$XDG_RUNTIME_DIR/bus"
T_TIMEOUT=60 refused "a bus that hangs" "systemd did not answer within 20 s" --memory 100M
kill $hanging
wait $hanging

# Pids are those of the manager's pid namespace: others would be taken for the sandbox.
export XDG_RUNTIME_DIR=$folder
t_run unshare --user --map-current-user --pid --fork --mount-proc "$HUSK" --memory 100M echo ran
t_is "$status:$out:$err" "125::husk: --memory 100M: systemd is in another pid namespace, so it would take other processes \
for these" "a manager in another pid namespace"

# Somebody else's, who was faster.
if [ -n "${HUSK_VM:-}" ]; then
    export XDG_RUNTIME_DIR=$T/run
    open=$(mktemp -d /tmp/husk-t-open.XXXXXX)
    chmod 777 "$open"
    rm "$T/hang.out"
    # shellcheck disable=SC2016,SC2024 # it is for sh; the files are ours
    sudo -n -u nobody sh -c 'umask 0; exec python3 - "$0/socket"' "$open" < "$T/hang.py" > "$T/hang.out" &
    t_wait grep -q ready "$T/hang.out"
    rm -f "$XDG_RUNTIME_DIR/systemd/private" "$XDG_RUNTIME_DIR/bus"
    ln -s "$open/socket" "$XDG_RUNTIME_DIR/systemd/private"
    refused "another user's manager" "what answers for systemd is another user's" --memory 100M
    sudo -n pkill -f "^python3 - $open/socket"
    sudo -n rm -rf "$open" "$XDG_RUNTIME_DIR/systemd/private"
fi

# Another one than it says. It is found without the variable, as for a service.
unset XDG_RUNTIME_DIR
t_run "$HUSK" --memory 100M true
t_is "$status:$err" 0: "without XDG_RUNTIME_DIR it is found"

# A manager that was there, and was stopped: one more of this user's.
export XDG_RUNTIME_DIR=$T/second
mkdir -m 700 "$XDG_RUNTIME_DIR"
XDG_RUNTIME_DIR=$folder systemd-run --user --scope --quiet --slice="husk-t-$$" -p Delegate="memory pids" \
    --setenv="XDG_RUNTIME_DIR=$T/second" /lib/systemd/systemd --user > /dev/null 2>&1 &
second=$!
t_wait manager show-environment
t_is "$(manager show -P Version | grep -c .)" 1 "a second manager answers"
# It has been given what Debian's manager gives; husk is in the part of the first one, so that it may be moved.
beside=(env "XDG_RUNTIME_DIR=$folder" systemd-run --user --scope --quiet env "XDG_RUNTIME_DIR=$T/second")
t_run "${beside[@]}" "$HUSK" --memory 100M echo ran
t_is "$status:$out:$err" 0:ran: "of which scopes can be had"
t_run "${beside[@]}" "$HUSK" --cpus 0.5 echo ran
t_is "$status:$out:$err" "125::husk: --cpus 0.5: the cgroup controller cpu is not delegated to this user
husk: hint: let systemd delegate it: sudo systemctl edit user@.service, with the lines [Service] and Delegate=cpu cpuset io \
memory pids; it counts from the next login on (or restart of user@$(id -u).service)" "a controller that it does not have is an error"
manager exit
wait $second
refused "a manager that was stopped" "manager of systemd" --memory 100M
t_like "$err" "hint: log in" "with a hint"
t_run "$HUSK" echo ran
t_is "$status:$out:$err" 0:ran: "and without limits husk works"

t_done
