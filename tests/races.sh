# shellcheck shell=bash
# For the tests that swap names while husk uses them. A test sources this after lib.sh.
#
# $HUSK_RACES, if set, is how many launches there are in all of threat-races.t, about: 10000 takes some minutes.
[ -x "$HELPERS/swap" ] || t_skip_all "the test programs are not built"

# race [-k] [-n LINE]... A B TIMES CMD...: runs CMD so often while A and B change places; -k: that may fail. What it
# printed in $saw, as lines of how often and what; a launch that fails says "refused". Who wins how often is chance: with
# -n it goes on until each LINE was among it, for twenty times as many at most.
race()
{
    local keep=() needs=() racer i times a b
    while [[ $1 = -* ]]; do
        if [ "$1" = -k ]; then
            keep=(-k)
        else
            needs+=("$2")
            shift
        fi
        shift
    done
    a=$1 b=$2 times=$3
    shift 3
    "$HELPERS/swap" ${keep[@]+"${keep[@]}"} "$a" "$b" &
    racer=$!
    for ((i = 0; i < 20 * times; i++)); do
        [ $i -lt $times ] || ! raced ${needs[@]+"${needs[@]}"} || break
        "$@" 2> "$T/.err" || echo "refused"
    done > "$T/saw"
    kill $racer
    wait $racer
    t_is $? 0 "raced to the end"
    saw=$(sort "$T/saw" | uniq -c | sed 's/^ *//')
    t_diag "${saw//$'\n'/, }"
}

# raced LINE...: has each been seen?
raced()
{
    local line
    for line; do
        grep -qxF -e "$line" "$T/saw" || return 1
    done
}
