#!/usr/bin/env bash
# Every shell script passes shellcheck.
. "${0%/*}/../lib.sh"
t_need shellcheck

cd "$SRCDIR" || exit 1

# Known by their first lines; lib.sh is only ever sourced, and the completion for bash is made.
mapfile -t scripts < <(
    find bootstrap .ci/run tests bench build-aux/embed-profiles build-aux/list-sources -type f \
        2> /dev/null | while IFS= read -r file; do
        IFS= read -r line < "$file" && [[ $line =~ ^#!.*sh$ ]] && echo "$file"
    done
    echo tests/lib.sh
    [ ! -e "$BUILDDIR/completions/husk.bash" ] || echo "$BUILDDIR/completions/husk.bash"
)
t_ok "shellcheck has nothing to say about ${#scripts[@]} scripts" \
    shellcheck --severity=warning --external-sources --source-path=SCRIPTDIR "${scripts[@]}"

# shellcheck disable=SC2016 # it is the script's
printf '#!/bin/sh\nrm -rf $1/*\n' > "$T/bad.sh"
t_fail "shellcheck works at all" shellcheck "$T/bad.sh"

t_done
