#!/usr/bin/env bash
# clang-tidy has nothing to say about the tests and the benchmark, but for the checks that take minutes: those
# are make analyze's.
. "${0%/*}/../lib.sh" || exit
t_need clang-tidy

# Each version has other checks: what a newer one says is for who works on husk, and no failure elsewhere.
version=$(clang-tidy --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
[ "$version" = 14 ] || [ "${HUSK_MUST_WORK:-}" = 1 ] ||
    t_skip_all "what clang-tidy $version finds is not known"

T_TIMEOUT=220 HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" -q clang-tidy tests bench
t_is "$status $out$err" "0 " "clang-tidy has nothing to say about tests and bench"

# With the settings of the tests, which add to husk's.
mkdir "$T/tests"
cp "$SRCDIR/.clang-tidy" "$T"
cp "$SRCDIR/tests/.clang-tidy" "$T/tests"
echo 'int f(int a) { return a || a; }' > "$T/tests/bad.c"
HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" -q clang-tidy "$T/tests/bad.c"
t_like "$status $out" "^1 .*bad.c:1:.*misc-redundant-expression" "two sides that are the same are found"

t_done
