#!/usr/bin/env bash
# cppcheck has nothing to say.
. "${0%/*}/../lib.sh" || exit
t_need cppcheck

T_TIMEOUT=200 HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" cppcheck
t_is "$status $out$err" "0 " "cppcheck has nothing to say"

printf 'int main(void)\n{\n    char b[4];\n    b[4] = 1;\n    return b[0];\n}\n' > "$T/bad.c"
t_fail "cppcheck works at all" cppcheck -q --error-exitcode=1 "$T/bad.c"

t_done
