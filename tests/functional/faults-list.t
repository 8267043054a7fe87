#!/usr/bin/env bash
# Each system call that a network that is a list adds to a launch fails with EPERM, one at a time: the command does not run, or in
# the same sandbox. (faults-*.t without a network have the other calls.)
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/network.sh"

sweep_less "${launch[@]}" -n slirp4netns
export SWEEP_SHORT=1
t_sweep list "${launch[@]}" -n slirp4netns --net-log --allow www.example.net:80 --allow 198.51.100.0/24:80
t_done
