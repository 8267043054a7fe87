# shellcheck shell=bash
# For the sweeps of networks, in a network of the test's own: launch is what all of them have. Sourced after lib.sh.
. "${0%/*}/../netlab.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"
lab_start quiet

# shellcheck disable=SC2034 # for t_sweep
sweep_in=("$LAB/starter")
export SWEEP_JOBS=4 # each waits for the kernel most of its time
# shellcheck disable=SC2206,SC2034 # words, for the test
launch=("$HUSK" -p none $SYS --proc /proc --chdir / --ro-bind "$HELPERS" "$HELPERS")

# sweep_less HUSK [OPTION...]: only those calls are made to fail that t_sweep's launch has more than this one.
sweep_less()
{
    printf -v SWEEP_LESS '%s\n' "$@"
    export SWEEP_LESS=${SWEEP_LESS%?}
}
