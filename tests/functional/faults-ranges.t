#!/usr/bin/env bash
# Each system call of a launch with ranges of ids fails, also those of newuidmap and newgidmap, one at a time: the command does not
# run, or in the same sandbox.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/faults/faults.sh"

t_need newuidmap newgidmap
# shellcheck disable=SC2206 # words
launch=("$HUSK" -p none $SYS --unshare-all --unshare-user --map-auto --proc /proc --dev /dev --disable-userns
    --ro-bind "$HELPERS" "$HELPERS" --chdir /)
if [ "$(id -u)" != 0 ]; then
    # Traced by an ordinary user, newuidmap loses its rights: see ptrace(2).
    t_run "${launch[@]}" true
    t_is "$status" 0 "ranges by newuidmap"
    t_run "$HELPERS/inject" "${launch[@]}" true
    t_is "$status" 125 "a newuidmap without its rights is an error"
    t_like "$err" 'husk: mapping ids \(--map-auto\): newuidmap failed' "it is said"
    t_done
fi
# For root husk writes the maps itself, so it is started as somebody who has ranges.
while IFS=: read -r user _; do
    grep -q "^$user:" /etc/subgid && [ "$(id -u "$user" 2> /dev/null || echo 0)" != 0 ] && break
done < /etc/subuid
[ -n "$user" ] || t_skip_all "no ordinary user has ranges of ids"
chmod 755 "$T"
export SWEEP_USER=$user
t_sweep ranges "${launch[@]}"
t_done
