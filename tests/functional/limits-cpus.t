#!/usr/bin/env bash
# --cpus: a busy loop is held back by the kernel, as its cpu.stat tells.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--cpus 0.5"
t_need python3

# stat KEY: of the cgroup of $unit.
stat_of()
{
    awk -v key="$1" '$1 == key { print $2 }' "$(scope_folder "$unit")/sandbox/cpu.stat"
}

# throttled N: it was held back N times at least.
throttled()
{
    [ "$(stat_of nr_throttled)" -ge "$1" ]
}

unit=husk-t-$$-cpus.scope
"$HUSK" --scope="$unit" --cpus 0.5 sh -c 'while :; do :; done' &
t_wait running "$unit"
t_is "$(cat "$(scope_folder "$unit")/sandbox/cpu.max")" "50000 100000" "half of a period"
t_wait throttled 10
t_is "$(($(stat_of nr_throttled) >= 10))" 1 "a busy loop is held back"
# Of each period it had half: what it used is no more than that, and a period for each end.
read -r periods used <<< "$(awk '$1 == "nr_periods" { periods = $2 } $1 == "usage_usec" { used = $2 }
    END { print periods, used }' "$(scope_folder "$unit")/sandbox/cpu.stat")"
t_is "$((used <= (periods + 2) * 50000 * 11 / 10))" 1 "it has used $used us of $periods periods"
kill $!
wait

t_run "$HUSK" --report=json --cpus 0.2 sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done'
t_like "$err" '"throttled": [1-9]' "the report tells how often"

t_done
