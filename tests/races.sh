# shellcheck shell=bash
# For the tests that swap names while husk uses them. A test sources this after lib.sh.
#
# $HUSK_RACES, if set, is how many launches there are in all of threat-races.t, about: 10000 takes some minutes.
[ -x "$HELPERS/swap" ] || t_skip_all "the test programs are not built"

# race A B TIMES CMD...: runs CMD so often while A and B change places; "-k" before A: that may fail. What it printed
# in $saw, as lines of how often and what; a launch that fails says "refused".
race()
{
    local swap=("$1" "$2") racer i times
    if [ "$1" = -k ]; then
        swap=(-k "$2" "$3")
        shift
    fi
    times=$3
    shift 3
    "$HELPERS/swap" "${swap[@]}" &
    racer=$!
    for ((i = 0; i < times; i++)); do
        "$@" 2> "$T/.err" || echo "refused"
    done > "$T/saw"
    kill $racer
    wait $racer
    t_is $? 0 "raced to the end"
    saw=$(sort "$T/saw" | uniq -c | sed 's/^ *//')
}
