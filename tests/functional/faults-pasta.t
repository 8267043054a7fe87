#!/usr/bin/env bash
# Each system call that a network carried by pasta adds to one by slirp4netns fails, one at a time: the command does not run, or in
# the same sandbox. (faults-*.t without a network have the other calls.)
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/network.sh"

sweep_less "${launch[@]}" -n slirp4netns
sweep_few=5 # with slirp4netns all the others are made, too
t_sweep pasta "${launch[@]}" -n pasta --publish 127.0.0.1:PORT:80
t_done
