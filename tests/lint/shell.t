#!/usr/bin/env bash
# Every shell script passes shellcheck.
. "${0%/*}/../lib.sh" || exit
t_need shellcheck

cd "$SRCDIR" || exit 1

# Known by their first lines; lib.sh is only ever sourced, and the completion for bash is made.
mapfile -t scripts < <(
    find bootstrap .ci/run tests bench build-aux/embed-profiles build-aux/list-sources -type f \
        2> /dev/null | while IFS= read -r file; do
        IFS= read -r line < "$file" && [[ $line =~ ^#!.*sh$ ]] && echo "$file"
    done
    printf '%s\n' tests/lib.sh tests/leftovers.sh tests/sanitizers.sh tests/vm/parts.sh
    [ ! -e "$BUILDDIR/completions/husk.bash" ] || echo "$BUILDDIR/completions/husk.bash"
)
# Each by itself, since following lib.sh from each takes half a minute: so what lib.sh sets (SC2154) and
# reads (SC2034) is not known. Lists of words in arrays are meant (SC2206), and two checks are guesses
# that are wrong here (SC2054: commas in arrays, SC2120: functions that may have arguments).
t_run shellcheck --severity=warning --exclude=SC1091,SC2034,SC2054,SC2120,SC2154,SC2206 "${scripts[@]}"
t_is "$err$out" "" "shellcheck has nothing to say about ${#scripts[@]} scripts"

# shellcheck disable=SC2016 # it is the script's
printf '#!/bin/sh\nrm -rf $1/*\n' > "$T/bad.sh"
t_fail "shellcheck works at all" shellcheck "$T/bad.sh"

t_done
