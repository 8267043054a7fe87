#!/usr/bin/env bash
# Archives are packed and unpacked in the default sandbox, with modes, times, links and long names.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need tar gzip

mkdir -p "$T/work/tree/sub/empty"
cd "$T/work" || exit 1
seq 1 20000 > tree/numbers
head -c 300000 /dev/urandom > tree/sub/random
ln -s numbers tree/link
ln tree/numbers tree/hardlink
chmod 0751 tree/sub
chmod 0604 tree/sub/random
touch "tree/$(printf 'long%.0s' {1..50})" "tree/spaces and ü"
find tree -exec touch -h -d "2001-02-03 04:05:06 UTC" {} +
listing='cd "$1" && find . -printf "%p %y %m %T@ %l\n" | sort && find . -type f -exec cksum {} + | sort
    [ numbers -ef hardlink ] && echo linked'
want=$(bash -c "$listing" bash tree)

t_fail "the current folder is not written by default" "$HUSK" tar -czf tree.tgz tree
t_is "$(ls)" tree "and nothing is left there"
t_ok "packed" "$HUSK" -w . tar -czf tree.tgz tree
t_is "$(tar -tzf tree.tgz | grep -c .)" 9 "with all that there is"
t_ok "unpacked" "$HUSK" -w . bash -ec 'mkdir out; gzip -dc tree.tgz | tar -xp -C out -f -'
t_is "$(bash -c "$listing" bash out/tree)" "$want" "the same comes out, modes and times too"
t_run "$HUSK" bash -c 'cd /tmp && tar -xpzf "$OLDPWD/tree.tgz" && '"$listing" bash tree
t_is "$out" "$want" "also in the sandbox's own /tmp"
t_run bash -c 'tar -c tree | "$0" gzip -9 | "$0" tar -tz | wc -l' "$HUSK"
t_is "$out" 9 "through pipes between two sandboxes and the host"

for program in xz bzip2 zstd; do
    if command -v $program > /dev/null; then
        t_run "$HUSK" bash -c "$program -c < tree/numbers | $program -dc | cksum"
        t_is "$out" "$(cksum < tree/numbers)" $program
    fi
done

t_done
