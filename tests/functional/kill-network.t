#!/usr/bin/env bash
# Each process of a launch with a network of its own, and with a list of what it may reach, is ended at each of its stages:
# nothing is left, and the status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"
[ -r /dev/net/tun ] && [ -w /dev/net/tun ] || t_skip_all "/dev/net/tun cannot be opened"

# shellcheck disable=SC2086 # words
launch=("$HUSK" -p none $SYS --unshare-user --unshare-pid --proc /proc --die-with-parent --ro-bind "$HELPERS" "$HELPERS" --chdir /)
export KILL_POINTS=${KILL_POINTS:-60}
for mode in slirp4netns pasta; do
    if ! command -v $mode > /dev/null; then
        t_skip "$mode is not installed"
        continue
    fi
    t_kill $mode keeper=0.2.1 helper=0.2.1.1 -- "${launch[@]}" -n $mode
done
t_kill allow keeper=0.2.1 allow=0.2.1.1 leg=0.2.1.1.1 helper=0.2.1.2 -- "${launch[@]}" --allow 198.51.100.1:80
t_done
