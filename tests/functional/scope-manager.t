#!/usr/bin/env bash
# What a manager of systemd says is not believed: where the sandbox is, the kernel tells. And a scope that is there only
# after those have been killed that it was for goes, too.
# vm: only uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
t_only_in_vm
t_need python3

# ---- one that lies ----

# Runs a command in a folder with a part of the tree where this user may do what the manager does.
delegated=(systemd-run --user --scope --quiet -p Delegate=yes bash -c '
    cd "/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)" && mkdir self && echo $$ > self/cgroup.procs && exec "$@"' -)
unit=husk-t-$$-lie.scope
launch=("$HUSK" -p none --ro-bind / / --write "$T" --scope="$unit" --memory 100M --pids-limit 30 sh -c
    'touch "$1"; cat "$2"/sandbox/memory.max "$2"/sandbox/pids.max' - "$T/ran")
# lied CHILD KEEPER HELPER SEEN: where that manager puts them; the command looks at the limits in the folder SEEN.
lied()
{
    rm -f "$T/ran"
    t_run "${delegated[@]}" python3 "$SRCDIR/tests/helpers/manager.py" answer "$1" "$2" "$3" -- "${launch[@]}" "$4"
    out=$status:$(ls "$T/ran" 2> /dev/null):${out//$'\n'/ }
}
lied %u %u %u "$unit"
t_is "$out:$err" "0:$T/ran:104857600 30:" "one that does as it says: the command runs, with its limits"
t_run "${launch[@]}" "$cgroup_base/husk.slice/$unit"
t_is "$status:${out//$'\n'/ }:$err" "0:104857600 30:" "and so it does by the user's own"

not="husk: --memory 100M: systemd has not put the"
lied - - - self
t_is "$out" 125:: "none is moved: nothing is run"
t_like "$err" "^$not sandbox into $unit, but it is in /.*/self$" "and that is said"
lied %u - - "$unit"
t_is "$out" 125:: "the child alone: nothing is run"
t_like "$err" "^$not keeper into $unit, but it is in /.*/self$" "and that is said"
lied - %u %u "$unit"
t_is "$out" 125:: "all but the child: nothing is run"
t_like "$err" "^$not sandbox into $unit, but it is in /.*/self$" "and that is said"
lied other.scope other.scope other.scope other.scope
t_is "$out" 125:: "another one: nothing is run"
t_like "$err" "^$not sandbox into $unit, but it is in /.*/other.scope$" "and that is said"
lied "a/%u" "b/%u" "b/%u" "a/$unit"
t_is "$out" 125:: "one of that name each: nothing is run"
t_like "$err" "^$not keeper into $unit, but it is in /.*/b/$unit$" "and that is said"

# ---- one that comes late ----

# Of what is killed before the manager moves it, but is not yet reaped, systemd takes no notice: a process of which it
# can learn that it was there must be in the scope.
# late WHO: kills them when it is asked; sets unit.
late()
{
    unit=husk-t-$$-${1//,/-}.scope
    rm -f "$T/ran"
    t_run python3 "$SRCDIR/tests/helpers/manager.py" kill "$1" -- "$HUSK" --scope="$unit" --write "$T" touch "$T/ran"
    t_is "$status:$out:$(ls "$T/ran" 2> /dev/null)" 137:done: "[$1] killed while systemd is asked: it makes the scope"
}
for who in launcher launcher,child launcher,keeper launcher,child,keeper; do
    late $who
    t_wait scope_gone "$unit"
    t_is "$(manager show -P LoadState "$unit")" not-found "and lets go of it"
done
# What husk cannot help: see docs/cgroups.md.
late launcher,helper
t_is "$(manager show -P ActiveState "$unit"):$(cat "$(scope_folder "$unit")/cgroup.procs")" active: \
    "with husk-scope killed as well it stays, empty"
manager stop "$unit"
t_is "$?:$(manager show -P LoadState "$unit")" 0:not-found "until it is stopped"

t_done
