#!/usr/bin/env bash
# gcc's -fanalyzer has nothing to say about what reads options and makes the plan; make analyze asks it about the
# tests, too. That it finds something, fanalyzer.t shows.
. "${0%/*}/../lib.sh" || exit
t_need gcc

# Each version finds other things: what a newer one says is for who works on husk, and no failure elsewhere.
version=$(gcc -dumpversion)
[ "${version%%.*}" = 12 ] || [ "${HUSK_MUST_WORK:-}" = 1 ] ||
    t_skip_all "what gcc $version finds is not known"

T_TIMEOUT=220 HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" fanalyzer src/spec src/plan
t_is "$status $out$err" "0 " "gcc -fanalyzer has nothing to say about src/spec and src/plan"
t_done
