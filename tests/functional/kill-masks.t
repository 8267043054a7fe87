#!/usr/bin/env bash
# Each process of a launch with masks and placeholders is ended at each of its stages: nothing is left, and the status is right.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/kill/kill.sh"

for folder in "${kill_folders[@]}"; do
    mkdir "$folder/project"
    touch "$folder/project/.env"
done
# shellcheck disable=SC2086 # words
launch=("$HUSK" -p none $SYS --unshare-all --proc /proc --dev /dev --bind "$KILL_FOLDER/project" /project
    --mask /project/.env --mask /project/absent/deeper --ro-bind "$HELPERS" "$HELPERS" --chdir /project)
t_kill masks guardian=0.1 -- "${launch[@]}" --die-with-parent
KILL_POINTS=${KILL_POINTS:-70}
export KILL_POINTS
t_kill "masks, without a tie" guardian=0.1 untied=yes -- "${launch[@]}"
t_done
