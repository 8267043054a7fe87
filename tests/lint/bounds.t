#!/usr/bin/env bash
# Nothing in src writes without being told for how much there is room: str_copy and str_format of base/str.h
# instead of strcpy, strcat and sprintf. A libc without _FORTIFY_SOURCE would not notice. Nor does it take
# an amount from the stack that is not known beforehand (-Wvla sees the arrays).
. "${0%/*}/../lib.sh" || exit

# check_bounds DIR: prints the calls below it that know no bound.
check_bounds()
{
    grep -rnE --include='*.[ch]' --exclude='builtin_*' \
        '\b(strcpy|stpcpy|strcat|strncat|strncpy|stpncpy|v?sprintf|gets|alloca|getwd|wcscpy|wcscat)[[:space:]]*\(' "$1"
    # A word or a text of scanf's has a width.
    grep -rnE --include='*.[ch]' '\b[fs]?scanf[[:space:]]*\(.*%l?(s|\[)' "$1"
}

t_is "$(check_bounds "$SRCDIR/src")" "" "each buffer is written with its size at hand"

mkdir "$T/src"
for call in 'strcpy(a, b)' 'p = stpcpy (a, b)' 'sprintf(a, "%d", 1)' 'strncpy(a, b, 3)' 'alloca(n)' \
    'sscanf(line, "%s", a)'; do
    printf '    %s;\n' "$call" > "$T/src/a.c"
    t_like "$(check_bounds "$T/src")" 'a.c:1' "found: $call"
done
# shellcheck disable=SC2028 # it is C
echo '    snprintf(a, 3, "x") + sscanf(line, "%31s %*s", a); /* like strcpy */' > "$T/src/a.c"
t_is "$(check_bounds "$T/src")" "" "what has a bound is fine"

t_done
