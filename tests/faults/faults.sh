# shellcheck shell=bash
# For the tests that make each system call of a launch fail; see sweep.py. Sourced after lib.sh.

# t_sweep NAME HUSK [OPTION...]: three points for that launch. It is made by the command $sweep_in, if
# there is one, and has more than $sweep_few calls that are made to fail. Its files are in $sweep_folder: see sweep.py.
sweep_in=()
sweep_folder=$T/work
sweep_few=100

t_sweep()
{
    local name=$1 calls faults failed unused changed
    shift
    [ "$(id -u)" != 0 ] || name=$name-root
    # tests/run makes them as root as well, where it is all of them.
    [ "$(id -u)" = 0 ] || export SWEEP_STEP=${SWEEP_STEP:-4}
    # Nothing of the user's: what others do there would be taken for ours.
    mkdir "$T/home" "$T/work"
    cd "$T/work" || exit
    HOME=$T/home HELPERS=$HELPERS ${sweep_in[@]+"${sweep_in[@]}"} python3 "$SRCDIR/tests/faults/sweep.py" "$name" "$sweep_folder" "$@" > "$T/sweep" 2>&1
    grep -v '^RESULT ' "$T/sweep"
    read -r _ calls faults failed unused changed < <(grep '^RESULT ' "$T/sweep" || echo - 0 0 all - -)
    [ "$calls" -gt $sweep_few ] || failed="$failed, of too few calls"
    t_is "$failed" 0 "$name: $calls calls, $faults faults: each stops the launch, or is in the list with its reason"
    t_is "$unused" 0 "$name: each line of the list is needed"
    t_is "$changed" 0 "$name: nothing is left in the folder"
}
