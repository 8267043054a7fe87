# shellcheck shell=bash
# For tests of cgroups and scopes, after lib.sh. They need cgroup v2 and a manager of systemd's that can be asked, so
# they do their work in the machine of tests/vm. Elsewhere they show that nothing runs without its limit.

# can_scope: is there all that a scope needs. In the machine of tests/vm there must be.
can_scope()
{
    [ ! -e /run/husk-vm ] || return 0
    [ "$(stat -fc %T /sys/fs/cgroup 2> /dev/null)" = cgroup2fs ] || return 1
    if [ "$(id -u)" = 0 ]; then
        [ -S /run/systemd/private ]
    else
        [ -S "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/systemd/private" ]
    fi
}

# refused NAME REGEX OPTION...: husk with them fails as husk does, in one line with a hint at most, and the command
# does not run.
refused()
{
    local name=$1 regex=$2
    shift 2
    rm -f "$T/ran"
    t_run "$HUSK" --write "$T" "$@" -- touch "$T/ran"
    t_is "$status:$(grep -c ^ <<< "$err"):$(ls "$T/ran" 2> /dev/null)" "125:$(($(grep -c '^husk: hint: ' <<< "$err") + 1)):" \
        "$name: nothing is run"
    t_like "$err" "$regex" "$name: it is said"
}

# scopes_or_refused OPTION...: goes on where there can be scopes. Elsewhere each OPTION, words in one argument, is
# refused, and all ends.
scopes_or_refused()
{
    local option words
    ! can_scope || return 0
    for option; do
        read -ra words <<< "$option"
        refused "[$option] without what it needs" '(needs cgroup v2|manager of systemd)' "${words[@]}"
    done
    t_run "$HUSK" true
    t_is "$status:$err" "0:" "and without it husk works"
    t_done
}

# manager ARGUMENTS...: systemctl for the manager that husk asks.
manager()
{
    if [ "$(id -u)" = 0 ]; then systemctl "$@"; else systemctl --user "$@"; fi
}

# scope_folder UNIT [SLICE]: its cgroup, or nothing.
scope_folder()
{
    [ ! -d "$cgroup_base/${2:-husk.slice}/$1" ] || echo "$cgroup_base/${2:-husk.slice}/$1"
}

# our_scopes WORD: the scopes with WORD in their description, one a line.
our_scopes()
{
    manager list-units --plain --no-legend --type=scope --all | grep -F "$1" | cut -d' ' -f1
}

# no_scopes WORD: there is none. See t_wait.
no_scopes()
{
    [ -z "$(our_scopes "$1")" ]
}

# scope_gone UNIT [SLICE]: there is no such one any more. See t_wait.
scope_gone()
{
    [ -z "$(scope_folder "$@")" ]
}

# running UNIT [SLICE]: is a command at work in it, beside husk's init.
running()
{
    local folder
    folder=$(scope_folder "$@")
    [ -n "$folder" ] && [ "$(cat "$folder"/sandbox/root/cgroup.procs "$folder"/sandbox/root/*/cgroup.procs \
        2> /dev/null | grep -c .)" -ge 2 ]
}

# The manager's own part of the tree: asking it each time would take long.
cgroup_base=
! can_scope || cgroup_base=/sys/fs/cgroup$(manager show -P ControlGroup)
