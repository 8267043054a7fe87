#!/usr/bin/env bash
# As bwrap: usage, --help and --version are those that bwrap's clients look at.
. "${0%/*}/../lib.sh" || exit
usage="usage: $BWRAP_HUSK [OPTIONS...] [--] COMMAND [ARGS...]"

t_run "$BWRAP_HUSK"
t_is "$status,$out,${err%%$'\n'*}" "1,,$usage" "no arguments: usage on stderr"
t_run "$BWRAP_HUSK" --unshare-pid
t_is "$status,$out,${err%%$'\n'*}" "1,,$usage" "no COMMAND: the same"
t_run "$BWRAP_HUSK" --ro-bind / / --help --no-such true
t_is "$status,${out%%$'\n'*},$err" "0,$usage," "--help: usage on stdout, and what follows is not read"
t_run "$BWRAP_HUSK" --no-such --help
t_is "$status $err" "1 bwrap: Unknown option --no-such" "but what comes before is"
same_as_bwrap "--help after COMMAND is COMMAND's" --ro-bind / / echo --help

# Clients look for a word in --help and use another program when it is not there.
help=$("$BWRAP_HUSK" --help)
newer="--argv0 --level-prefix --overlay-src --overlay --tmp-overlay --ro-overlay --bind-fd --ro-bind-fd
    --as-pid-1 --perms --disable-userns --assert-userns-disabled --size --json-status-fd"
for word in $newer $("${BWRAP:-$BWRAP_HUSK}" --help | grep -oE -- '^ +--[a-z0-9-]+'); do
    t_like "$help" "(^|[[:space:]])$word([[:space:]]|$)" "--help has $word"
done
t_unlike "$help" "--(profile|mask|read|dry-run)" "--help has none of husk's own"

t_run "$BWRAP_HUSK" --version
t_like "$status,$out,$err" '^0,bubblewrap [0-9]+\.[0-9]+\.[0-9]+,$' "--version is bubblewrap's"

t_done
