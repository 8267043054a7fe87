#!/usr/bin/env bash
# Each process of a launch with ranges of ids, newuidmap and newgidmap among them, is ended at each of its stages:
# nothing is left, and the status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"
t_need newuidmap newgidmap

# shellcheck disable=SC2206 # words
launch=("$HUSK" -p none $SYS --unshare-user --map-auto --disable-userns --die-with-parent --ro-bind "$HELPERS" "$HELPERS" --chdir /)
if [ "$(id -u)" != 0 ]; then
    # Traced by an ordinary user, newuidmap loses its rights: see ptrace(2). So others are put in the places of both.
    printf '#!/bin/sh\nexit 0\n' > "$T/fine"
    for signal in KILL TERM INT HUP; do
        printf '#!/bin/sh\nkill -%s $$\n' $signal > "$T/$signal"
    done
    chmod +x "$T/fine" "$T"/[A-Z]*
    # with NEWUIDMAP NEWGIDMAP
    with()
    {
        # shellcheck disable=SC2016 # it is the inner shell's
        t_run unshare --user --map-current-user --keep-caps --mount bash -ec 'mount --bind "$1" /usr/bin/newuidmap
            mount --bind "$2" /usr/bin/newgidmap; shift 2; exec "$@"' bash "$T/$1" "$T/$2" "${launch[@]}" echo "ran $T"
    }
    for signal in KILL TERM INT HUP; do
        status_of=$((128 + $(kill -l $signal)))
        with $signal fine
        t_is "$status $out ${err%%$'\n'*}" "125  husk: mapping ids (--map-auto): newuidmap failed with status $status_of" "newuidmap ends by SIG$signal"
        with fine $signal
        t_is "$status $out ${err%%$'\n'*}" "125  husk: mapping ids (--map-auto): newgidmap failed with status $status_of" "newgidmap ends by SIG$signal"
    done
    with fine fine
    t_is "$status $out" "125 " "both say that all is well, and have done nothing"
    t_like "$err" '^husk: ' "which is said"
    t_is "$(t_processes "ran $T")" "" "no process is left"
    t_done
fi
# For root husk writes the maps itself, so it is started as somebody who has ranges.
while IFS=: read -r KILL_USER _; do
    grep -q "^$KILL_USER:" /etc/subgid && [ "$(id -u "$KILL_USER" 2> /dev/null || echo 0)" != 0 ] && break
done < /etc/subuid
[ -n "$KILL_USER" ] || t_skip_all "no ordinary user has ranges of ids"
runuser -u "$KILL_USER" -- test -x "$HUSK" || t_skip_all "$KILL_USER does not come to this build"
chmod 755 "$T"
chown -R "$KILL_USER:" "${kill_folders[@]}"
export KILL_USER KILL_POINTS=${KILL_POINTS:-80}
t_kill ranges newuidmap=0.2 newgidmap=0.3 writer=0.1.1 -- "${launch[@]}" --unshare-pid --proc /proc

# Without a pid namespace nobody ends who is to write the second namespace's maps: it sees that it waits for a dead one.
cd "$T/k0/work" || exit
HOME=$T/k0/home XDG_RUNTIME_DIR=$T/k0/run "$HELPERS/strike" -r "$T/report" -u "$KILL_USER" -t 10 -a 0.1.1:0:1 -w 0.1 -s 9 "${launch[@]}" true
t_is "$(grep -E '^(struck|hung)' "$T/report")" struck "killed while its writer waits for it: that one ends as well"
t_done
