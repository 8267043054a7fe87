#!/usr/bin/env bash
# Each system call that a network carried by pasta adds to one by slirp4netns fails, one at a time: the command does not run, or in
# the same sandbox. (faults-*.t without a network have the other calls.)
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../netlab.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"
lab_start quiet

sweep_in=("$LAB/starter")
export SWEEP_JOBS=4 # each waits for the kernel most of its time
# shellcheck disable=SC2206 # words
launch=("$HUSK" -p none $SYS --proc /proc --chdir / --ro-bind "$HELPERS" "$HELPERS")
printf -v SWEEP_LESS '%s\n' "${launch[@]}" -n slirp4netns
export SWEEP_LESS=${SWEEP_LESS%?}
sweep_few=5 # with slirp4netns all the others are made, too
t_sweep pasta "${launch[@]}" -n pasta --publish 127.0.0.1:PORT:80
t_done
