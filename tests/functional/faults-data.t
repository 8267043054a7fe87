#!/usr/bin/env bash
# Each system call of a launch with files of its own and masks fails, one at a time: the command does not run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

for number in {0..7}; do # of launches at once
    mkdir -p "$T/p$number/project"
    touch "$T/p$number/project/.env"
done
# shellcheck disable=SC2034 # for t_sweep
sweep_folder=$T/p@
echo text > "$T/data"
export SWEEP_FDS="7=$T/data 8=$T/data"
# shellcheck disable=SC2086 # words
t_sweep data "$HUSK" -p none $SYS --unshare-all --proc /proc --dev /dev --ro-bind-data 7 /data --file 8 /file \
    --bind "$T/p@/project" /project --ro-bind "$T/home" /home --mask /project/.env --mask /project/absent \
    --ro-bind "$HELPERS" "$HELPERS" --chdir /project
t_done
