#!/usr/bin/env bash
# SECURITY.md's table of attacks and the tests of attacks are the same: each that it names is there, and each
# that is there is named.
. "${0%/*}/../lib.sh" || exit

# check FILE FOLDER: prints what is only on one side.
check()
{
    comm -3 <(grep '^|' "$1" | grep -o '`[^` ]*\.t`' | tr -d '`' | grep '^threat-' | sort -u) \
        <(cd "$2" && printf '%s\n' threat-*.t | sort)
    grep '^|' "$1" | grep -o '`[^` ]*\.t`' | tr -d '`' | while IFS= read -r name; do
        [ -e "$2/$name" ] || echo "no $name"
    done
}

t_is "$(check "$SRCDIR/SECURITY.md" "$SRCDIR/tests/functional")" "" "SECURITY.md and the tests agree"
mkdir "$T/tests"
: > "$T/tests/threat-a.t"
: > "$T/tests/threat-b.t"
printf '| %s | `%s`, `%s` |\n' x threat-a.t other.t > "$T/table"
t_is "$(check "$T/table" "$T/tests")" $'\tthreat-b.t\nno other.t' "a test that is not named, and one that is not there, are found"
t_done
