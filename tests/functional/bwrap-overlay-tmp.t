#!/usr/bin/env bash
# As bwrap from 0.11 on: --tmp-overlay DEST is a union of the --overlay-src before it that can be changed,
# and the changes are gone with the sandbox.
# vm: uml
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/low/deep" "$T/other"
echo low > "$T/low/file"
echo low > "$T/low/deep/file"
echo other > "$T/other/other"
before=$(t_tree "$T/low" "$T/other")
host=$(t_host)

# shellcheck disable=SC2086 # words without blanks
over=("$BWRAP_HUSK" $SYS --overlay-src "$T/low" --tmp-overlay /mnt)

t_run "${over[@]}" sh -ec 'cd /mnt; echo new > new; echo more >> file; rm deep/file; rmdir deep; mkdir dir
    ls; cat file new'
t_is "$status $(echo $out)" "0 dir file new low more new" "one source is enough; it can be changed"
t_is "$(t_tree "$T/low" "$T/other")" "$before" "the source is what it was"
t_run "${over[@]}" sh -c 'cd /mnt; ls; cat file'
t_is "$status $(echo $out)" "0 deep file low" "the next sandbox has no changes"
t_run "${over[@]}" --overlay-src "$T/other" --tmp-overlay /mnt2 \
    sh -ec 'echo a > /mnt/new; echo b > /mnt2/new2; ls /mnt /mnt2'
t_is "$status $(echo $out)" "0 /mnt: deep file new /mnt2: new2 other" "two have changes of their own"
t_run "${over[@]}" --overlay-src "$T/other" --tmp-overlay /mnt sh -c 'ls /mnt; echo x > /mnt/new; cat /mnt/new'
t_is "$status $(echo $out)" "0 other x" "the later one covers the one before, at the same place"
t_run "${over[@]}" --overlay-src "$T/other" --tmp-overlay /mnt/deep \
    sh -ec 'ls /mnt/deep; echo x > /mnt/deep/new; echo y > /mnt/new; cat /mnt/deep/new /mnt/new'
t_is "$status $(echo $out)" "0 other x y" "one on the other"
t_run "${over[@]}" stat -c %a /mnt /mnt/deep
t_is "$status $(echo $out)" "0 755 755" "modes are those of folders"
t_run "${over[@]}" find / -xdev -maxdepth 1 -type d
t_unlike "$out" "upper|work|merged|newroot|oldroot|scratch" "no helper folder is to be seen"

# A file beyond all layers.
t_run "${over[@]}" --file 5 /mnt/data --symlink file /mnt/link --dir /mnt/sub cat /mnt/data /mnt/link 5< <(echo data)
t_is "$status $(echo $out)" "0 data low" "--file, --symlink and --dir work on it"
t_is "$(t_host)" "$host" "nothing is left on the host"

t_done
