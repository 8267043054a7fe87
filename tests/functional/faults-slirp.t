#!/usr/bin/env bash
# Each system call that a network carried by slirp4netns adds to a launch fails, one at a time: the command does not run, or in
# the same sandbox. (faults-*.t without a network have the other calls.)
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/network.sh"

sweep_less "${launch[@]}" -n none --unshare-user --unshare-pid --disable-userns
t_sweep slirp "${launch[@]}" -n slirp4netns --publish 127.0.0.1:PORT:80
t_done
