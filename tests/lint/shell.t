#!/usr/bin/env bash
# Every shell script passes shellcheck.
. "${0%/*}/../lib.sh"
t_need shellcheck

# Found by their first lines; what autoreconf copies into build-aux is not ours.
mapfile -t scripts < <(
    cd "$SRCDIR" && find . -type d \( -name .git -o -name autom4te.cache -o -name 'husk-*' \) -prune -o \
        -type f -size -200k -print | while IFS= read -r file; do
        case $file in
        ./configure* | ./config.status | ./build-aux/*) ;;
        *) IFS= read -r line < "$file" 2> /dev/null && [[ $line =~ ^#!.*sh$ ]] && echo "$file" ;;
        esac
    done
    printf '%s\n' ./tests/lib.sh ./build-aux/list-sources
    head -n1 build-aux/embed-profiles 2> /dev/null | grep -q 'sh$' && echo ./build-aux/embed-profiles
)
cd "$SRCDIR" || exit 1
t_ok "shellcheck has nothing to say about ${#scripts[@]} scripts" \
    shellcheck --external-sources --source-path=SCRIPTDIR --exclude=SC1091 "${scripts[@]}"

# shellcheck disable=SC2016 # it is the script's
printf '#!/bin/sh\nrm -rf $1/*\n' > "$T/bad.sh"
t_fail "shellcheck works at all" shellcheck "$T/bad.sh"

t_done
