#!/usr/bin/env bash
# As bwrap: options are whole words, and the first word without a dash is COMMAND.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap "-- ends the options" --ro-bind / / -- echo --ro-bind
same_as_bwrap "a second -- is COMMAND" --ro-bind / / -- -- echo
same_as_bwrap "a word without a dash ends them too" --ro-bind / / echo --uid x -- --help
same_as_bwrap "an empty word is a COMMAND" --ro-bind / / '' --help
for word in - --ro-bin --ro-bind= --uid=0 --help=x -h -V --no-such ---help; do
    same_as_bwrap "$word is no option" "$word" / / true
done

# What only husk has, bwrap's clients must not come to rely on.
for word in -r --read --write --mask --profile --map-root --env --net --close-fds --dry-run; do
    same_as_bwrap "$word is husk's, not bwrap's" "$word" / true
done

t_done
