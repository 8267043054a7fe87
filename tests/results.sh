# shellcheck shell=bash
# What the tests said: counted, shown, and said at the end. For tests/run.

passed=0 failed=0 skipped=0 bad=0
unsteady=() # what failed at first only, and where

closing_line()
{
    local named
    printf -v named '%s, ' ${unsteady[@]+"${unsteady[@]}"}
    [ ${#unsteady[@]} = 0 ] || say "failed once and passed when run again: ${named%, }"
    printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
}

# counts_of BUILDDIR TEST: sets PASS, FAIL and SKIP to what make check left.
counts_of()
{
    local error counts
    counts=$(awk '/^:test-result:/ { n[$2]++ }
        END { print n["PASS"] + 0, n["FAIL"] + n["XPASS"] + 0, n["ERROR"] + 0, n["SKIP"] + 0 }' \
        "$1/${2%.t}.trs" 2> /dev/null) || counts="0 0 1 0"
    read -r pass fail error skip <<< "$counts"
    # A test that printed no point at all, or ended early, failed once.
    if [ $((fail)) = 0 ] && { [ "$error" != 0 ] || [ $((pass + skip)) = 0 ]; }; then
        fail=1
    fi
    if [ "$HUSK_MUST_WORK" = 1 ] && [ "$skip" != 0 ]; then
        fail=$((fail + skip)) skip=0
    fi
}

# show_failed BUILDDIR TEST
show_failed()
{
    printf '==== %s\n' "$2"
    tail -n 200 "$1/${2%.t}.log" 2> /dev/null
}

# add_up BUILDDIR TESTS: counts the results that make check left, shows the output of failed tests.
add_up()
{
    local name pass fail skip
    for name in $2; do
        counts_of "$1" "$name"
        if [ "$fail" != 0 ]; then
            bad=$((bad + fail))
            show_failed "$1" "$name"
        fi
        passed=$((passed + pass))
        failed=$((failed + fail))
        skipped=$((skipped + skip))
    done
}

# More tests than that do not fail by chance.
chances=3

# failed_by_chance BUILDDIR TESTS: are there so few that it may be? Sets AGAIN to them and shows what they said.
failed_by_chance()
{
    local name pass fail skip
    again=()
    for name in $2; do
        counts_of "$1" "$name"
        [ "$fail" = 0 ] || again+=("$name")
    done
    [ ${#again[@]} -gt 0 ] && [ ${#again[@]} -le $chances ] || return
    for name in "${again[@]}"; do
        show_failed "$1" "$name"
    done
    say "once more, one by one: ${again[*]}"
}

# note_unsteady BUILDDIR TESTS WHERE: they were run again; which of them pass now?
note_unsteady()
{
    local name pass fail skip
    for name in $2; do
        counts_of "$1" "$name"
        [ "$fail" != 0 ] || unsteady+=("$name $3")
    done
}
