#!/usr/bin/env bash
# --mask in a file system that husk made: what is not there gets a folder to lie on, which is not of the
# host; what is there is masked as anywhere.
# vm: uml
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/source"
echo secret > "$T/source/file"
before=$(t_host)
view=("$HUSK" -p none)
read -ra words <<< "$SYS"
view+=("${words[@]}" --tmpfs /t)

t_run "${view[@]}" --mask /t/absent sh -c 'stat -c "%F %a" /t/absent; mkdir /t/absent/x 2>&- && echo made; rmdir /t/absent 2>&- && echo removed; mv /t/absent /t/y 2>&- && echo moved; exit 0'
t_is "$out" "directory 555" "an absent path"
t_run "${view[@]}" --mask /t/absent/deeper sh -c 'mkdir /t/absent/deeper/x 2>&- && echo made; rmdir /t/absent/deeper 2>&- && echo removed; exit 0'
t_is "$status/$out" 0/ "an absent path in an absent folder"
t_run "${view[@]}" --dir /t/d --file 9 /t/d/f --mask /t/d/f cat /t/d/f 9< "$T/source/file"
t_is "$status/$out" 0/ "a file"
t_run "${view[@]}" --dir /t/d --file 9 /t/d/f --mask /t/d ls -A /t/d 9< "$T/source/file"
t_is "$status/$out" 0/ "a folder"
t_run "${view[@]}" --bind "$T/source" /t/source --mask /t/source/file cat /t/source/file
t_is "$status/$out" 0/ "a file in a bind"
t_run "${view[@]}" --mask /absent sh -c 'mkdir /absent/x 2>&- && echo made; exit 0'
t_is "$status/$out" 0/ "in the root"
t_run "${view[@]}" --remount-ro /t --mask /t/absent test ! -e /t/absent
t_is "$status" 0 "a read-only one needs none"
t_run "$HUSK" --mask /tmp/absent --mask /run/x/y sh -c 'for f in /tmp/absent/a /run/x/y/a; do mkdir "$f" 2> /dev/null && echo "made $f"; done; touch /tmp/beside'
t_is "$status/$out" 0/ "in profile default"
t_is "$(t_host)" "$before" "the host is as it was"
t_done
