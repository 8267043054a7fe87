#!/usr/bin/env bash
# As bwrap: an option at the end of the line without all of its arguments is an error.
. "${0%/*}/../lib.sh" || exit

# lacks OPTION TAKES ARG...: said of OPTION, with these arguments, whatever bwrap may know.
lacks()
{
    local option=$1 takes=$2
    shift 2
    t_run "$BWRAP_HUSK" "$option" "$@"
    t_is "$status $err" "1 bwrap: $option takes $takes" "$option with $# of its arguments"
}

# Newer than Debian's bwrap, or said under a wrong name there.
lacks --overlay "three arguments" /a /b
lacks --argv0 "one argument"
lacks --ro-bind-fd "two arguments" 0
for option in --overlay-src --tmp-overlay --ro-overlay; do
    lacks $option "an argument"
done

# Every other one of the system's bwrap, with as many arguments as its help names, less one.
lines=$("${BWRAP:-true}" --help | awk '
    !/^ +--/ || /--(ro-bind-fd|argv0|[a-z-]*overlay[a-z-]*) / { next }
    $2 ~ /^[A-Z][A-Z]/ { print $1 }
    $2 ~ /^[A-Z][A-Z]/ && $3 ~ /^[A-Z][A-Z]/ { print $1, 0 }')
export lines
[ -z "$BWRAP" ] || t_like "$lines" '--chdir.*--bind 0.*--chmod' "there is something to compare"
same_as_bwrap_sh "all options that take arguments" '
    while read -r words; do
        $B $words
        echo "$words: $?"
    done <<< "$lines"'

t_done
