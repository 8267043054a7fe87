#!/usr/bin/env bash
# What tests/run makes of the results: a test that failed by chance is run again, which counts, and is named at the end.
. "${0%/*}/../lib.sh" || exit

say()
{
    echo "said: $*"
}

# leaves TEST WORD...: what the harness leaves of it, a WORD for each point.
leaves()
{
    local name=$1
    shift
    mkdir -p "$T/build/${name%/*}"
    [ $# = 0 ] || printf ':test-result: %s x\n' "$@" > "$T/build/${name%.t}.trs"
    echo "log of $name" > "$T/build/${name%.t}.log"
}

# counted TEST...: what add_up counts.
counted()
(
    HUSK_MUST_WORK=${must:-0}
    . "$SRCDIR/tests/results.sh"
    add_up "$T/build" "$*" > "$T/shown"
    echo "$(closing_line): $bad"
)

# by_chance TEST...: what is run again, if anything.
by_chance()
(
    HUSK_MUST_WORK=0
    . "$SRCDIR/tests/results.sh"
    if failed_by_chance "$T/build" "$*" > "$T/shown"; then echo "${again[*]}"; else echo no; fi
)

leaves a/good.t PASS PASS
leaves a/bad.t PASS FAIL FAIL
leaves a/early.t PASS PASS ERROR
leaves a/empty.t SKIP
leaves a/none.t
leaves a/more PASS FAIL XPASS
t_is "$(counted a/good.t)" "2 passed, 0 failed, 0 skipped: 0" "what passes is counted"
t_is "$(counted a/good.t a/bad.t)" "3 passed, 2 failed, 0 skipped: 2" "what fails too"
t_is "$(< "$T/shown")" $'==== a/bad.t\nlog of a/bad.t' "and is shown"
t_is "$(counted a/more)" "1 passed, 2 failed, 0 skipped: 2" "a program is a test as well"
t_is "$(counted a/early.t)" "2 passed, 1 failed, 0 skipped: 1" "a test that ends early fails once"
t_is "$(counted a/none.t)" "0 passed, 1 failed, 0 skipped: 1" "one that leaves nothing too"
t_is "$(counted a/empty.t)" "0 passed, 0 failed, 1 skipped: 0" "a skip is one"
t_is "$(must=1 counted a/empty.t)" "0 passed, 1 failed, 0 skipped: 1" "and a failure where all must work"

t_is "$(by_chance a/good.t)" no "nothing is run again that has passed"
t_is "$(by_chance a/good.t a/bad.t a/early.t)" "a/bad.t a/early.t" "what failed is"
t_like "$(< "$T/shown")" $'==== a/bad.t\nlog of a/bad.t\n==== a/early.t' "and is shown first"
t_is "$(by_chance a/bad.t a/early.t a/none.t a/more)" no "four tests do not fail by chance"

# again RESULT...: the closing lines when bad.t leaves that, the second time.
again()
(
    HUSK_MUST_WORK=0
    . "$SRCDIR/tests/results.sh"
    failed_by_chance "$T/build" "a/good.t a/bad.t" > "$T/shown"
    leaves a/bad.t "$@"
    note_unsteady "$T/build" "${again[*]}" "as me"
    add_up "$T/build" "a/good.t a/bad.t" > "$T/shown"
    closing_line
)

t_is "$(again PASS FAIL PASS)" "4 passed, 1 failed, 0 skipped" "what fails twice has failed"
t_is "$(again PASS PASS PASS)" $'said: failed once and passed when run again: a/bad.t as me\n5 passed, 0 failed, 0 skipped' \
    "what passes then has passed, and is named"
t_done
