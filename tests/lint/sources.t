#!/usr/bin/env bash
# sources.am names every file that there is: what is not in it is not built, not tested, not shipped.
. "${0%/*}/../lib.sh" || exit

t_ok "sources.am is what the tree holds" "$SRCDIR/build-aux/list-sources" --check

# The check sees a file that is not listed, and one that is gone.
mkdir "$T/tree"
cp -R "$SRCDIR/build-aux" "$SRCDIR/src" "$SRCDIR/tests" "$SRCDIR/sources.am" "$T/tree"
chmod -R u+w "$T/tree"
"$T/tree/build-aux/list-sources"
touch "$T/tree/src/base/new.c"
t_fail "a new file is noticed" "$T/tree/build-aux/list-sources" --check
t_like "$out" '\+	src/base/new\.c' "it is named"
rm "$T/tree/src/base/new.c" "$T/tree/src/base/util.h"
t_fail "a missing file is noticed" "$T/tree/build-aux/list-sources" --check

t_done
