#!/usr/bin/env bash
# clang-tidy has nothing to say about what is installed, but for the checks that take minutes: those are make
# analyze's.
. "${0%/*}/../lib.sh" || exit
t_need clang-tidy

# Each version has other checks: what a newer one says is for who works on husk, and no failure elsewhere.
version=$(clang-tidy --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
[ "$version" = 14 ] || [ "${HUSK_MUST_WORK:-}" = 1 ] ||
    t_skip_all "what clang-tidy $version finds is not known"

T_TIMEOUT=220 HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" -q clang-tidy src
t_is "$status $out$err" "0 " "clang-tidy has nothing to say about src"

# With husk's settings, which are looked for above the file; in a header, too.
mkdir "$T/src"
cp "$SRCDIR/.clang-tidy" "$T"
echo 'static inline int both(int a) { return a || a; }' > "$T/src/bad.h"
printf '#include "bad.h"\nint f(int a) { return both(a) ? 1 : 2; }\n' > "$T/src/bad.c"
HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" -q clang-tidy "$T/src/bad.c"
t_like "$status $out" "^1 .*bad.h:1:.*misc-redundant-expression" "two sides that are the same are found"

t_done
