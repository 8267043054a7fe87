#!/usr/bin/env bash
# gcc's -fanalyzer has nothing to say about what is installed, but for what fanalyzer-plan.t asks it about; make
# analyze asks it about the tests, too.
. "${0%/*}/../lib.sh" || exit
t_need gcc

# Each version finds other things: what a newer one says is for who works on husk, and no failure elsewhere.
version=$(gcc -dumpversion)
[ "${version%%.*}" = 12 ] || [ "${HUSK_MUST_WORK:-}" = 1 ] ||
    t_skip_all "what gcc $version finds is not known"

cd "$SRCDIR" || exit 1
folders=()
for folder in src/*/; do
    case $folder in
    src/spec/ | src/plan/) ;;
    *) folders+=("$folder") ;;
    esac
done
T_TIMEOUT=220 HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" fanalyzer "${folders[@]}"
t_is "$status $out$err" "0 " "gcc -fanalyzer has nothing to say about the other ${#folders[@]} folders of src"

cat > "$T/bad.c" << 'END'
#include <stdlib.h>
void f(char *p, int both)
{
    if (both)
        free(p);
    free(p);
}
END
HUSK_BUILDDIR=$BUILDDIR t_run "$SRCDIR/tests/analyze" fanalyzer "$T/bad.c"
t_like "$status $err" "^1 .*bad.c:6:5:.*double-free" "a block that is freed twice is found"

t_done
