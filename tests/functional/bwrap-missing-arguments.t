#!/usr/bin/env bash
# As bwrap: an option at the end of the line without all of its arguments is an error.
. "${0%/*}/../lib.sh"
[ -n "$BWRAP" ] || t_skip_all "there is no bwrap to compare with"

# Every option of the system's bwrap, with as many arguments as its help names, less one.
while read -r option first second _; do
    case $first,$second in
    [A-Z]*,[A-Z][A-Z]*)
        same_as_bwrap "$option wants a first argument" "$option"
        same_as_bwrap "$option wants a second one" "$option" 0
        ;;
    [A-Z][A-Z]*) same_as_bwrap "$option wants an argument" "$option" ;;
    esac
done < <("$BWRAP" --help | grep -E '^ +--')

# Newer than Debian's bwrap.
t_run "$BWRAP_HUSK" --overlay /a /b
t_is "$status $err" "1 bwrap: --overlay takes three arguments" "--overlay wants three"
t_run "$BWRAP_HUSK" --argv0
t_is "$status $err" "1 bwrap: --argv0 takes one argument" "--argv0 wants one"
for option in --overlay-src --tmp-overlay --ro-overlay; do
    t_run "$BWRAP_HUSK" $option
    t_is "$status $err" "1 bwrap: $option takes an argument" "$option wants an argument"
done

t_done
