#!/usr/bin/env bash
# The scope: systemd shows it in its slice with the command's name while it runs, holds the sandbox in it and not husk,
# and it is gone at the end.
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--scope" "--scope=name" "--slice name"

property()
{
    manager show -P "$1" "$unit"
}

unit=husk-t-$$-unit.scope
"$HUSK" --scope="$unit" --argv0 $'a%n\tb' sh -c 'sleep 1000; : secret' &
husk=$!
t_wait running "$unit"
t_is "$(property ActiveState):$(property Delegate)" active:yes "it is active, and delegated"
t_is "$(property Description)" 'husk: a%n\tb' "its description names the command, in one line"
t_is "$(property Slice):$(property CollectMode)" husk.slice:inactive-or-failed "in a slice of its own, and not kept if it fails"
folder=$(scope_folder "$unit")
t_is "/sys/fs/cgroup$(property ControlGroup)" "$folder" "and so in the tree of cgroups"
t_unlike "$(cat "$folder"/keeper/cgroup.procs "$folder"/sandbox/root/cgroup.procs)" "(^|[^0-9])$husk([^0-9]|$)" \
    "husk itself is not in it"
t_is "$(cat "$folder"/cgroup.procs "$folder"/sandbox/cgroup.procs)" "" "no process is where the limits are"
t_like "$(manager list-units --no-legend --type=scope)" "$unit +loaded +active +running +husk: a%n" "systemctl lists it"
# The keeper is small: what only waits has given its code back.
keeper=$(cat "$folder/keeper/cgroup.procs")
t_is "$(($(awk '/^Rss:/ { print $2 }' "/proc/$keeper/smaps_rollup") < 1000))" 1 "the keeper is small"
kill $husk
wait $husk
t_wait scope_gone "$unit"
t_is "$(manager show -P LoadState "$unit")" not-found "at the end it is gone"
t_is "$(ls -d "$folder" 2> /dev/null)" "" "and its cgroup too"

unit=husk-t-$$-slice.scope
"$HUSK" --scope="husk-t-$$-slice" --slice husk-t.slice sleep 1000 &
husk=$!
t_wait running "$unit" husk.slice/husk-t.slice
t_is "$(property Slice)" husk-t.slice "--slice"
# systemctl stop ends the command, and then husk.
manager stop "$unit"
wait $husk
t_is "$?" 143 "a scope that systemd stops ends as SIGTERM does"
t_wait scope_gone "$unit" husk.slice/husk-t.slice

# Inside: the root of a cgroup namespace.
t_run "$HUSK" --scope cat /proc/self/cgroup
t_is "$status:$out:$err" "0:0::/:" "inside it is the root of all cgroups"
t_run "$HUSK" -p none --bind / / --scope readlink /proc/self/ns/cgroup
t_unlike "$out" "^$(readlink /proc/self/ns/cgroup)$" "in a namespace of its own, under any profile"
t_run "$HUSK" --scope --disable-userns --map-auto true
t_is "$status:$err" 0: "with ranges of ids"
t_run "$HUSK" -p none --bind / / --unshare-pid --as-pid-1 --memory 100M true
t_is "$status:$err" 0: "with the command as pid 1"
t_run "$HUSK" --scope --info-fd 1 true
t_like "$status:$out" '^0:.*"child-pid": [0-9]+' "with --info-fd"

# What fails inside is what is said.
t_run "$HUSK" --scope --ro-bind /nothing /x true
t_is "$status:$(grep -c '' <<< "$err")" 125:1 "a sandbox that cannot be made says so once"
t_like "$err" "/nothing.*No such file" "and why"
t_run "$HUSK" --scope /no/such/command
t_is "$status" 127 "a command that is not there"

# Without a pid namespace what is left in the background ends with the sandbox.
t_run "$HUSK" -p none --dev-bind / / --memory 100M sh -c "setsid sleep 99000000$$ > /dev/null 2>&1 & exit 3"
t_is "$status:$err" 3: "a command with something in the background"
t_is "$(t_processes "99000000$$")" "" "of which nothing is left"

t_done
