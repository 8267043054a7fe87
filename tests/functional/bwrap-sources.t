#!/usr/bin/env bash
# As bwrap: sources are found on the host, from the current folder, before anything is made inside.
. "${0%/*}/../lib.sh" || exit

export made='mkdir a a/b; echo data > a/file; ln -s a link; ln -s "$W/a" absolute'
same_as_bwrap_sh "a relative one" 'eval "$made"; $B $SYS --ro-bind a /x ls -R /x'
same_as_bwrap_sh "the current folder" 'eval "$made"; cd a; $B $SYS --ro-bind . /x ls -R /x'
same_as_bwrap_sh "through .." 'eval "$made"; cd a/b; $B $SYS --ro-bind ../file /x cat /x'
same_as_bwrap_sh "a link is followed" 'eval "$made"; $B $SYS --ro-bind link /x ls -R /x'
same_as_bwrap_sh "a link with an absolute target" 'eval "$made"; $B $SYS --ro-bind absolute /x ls -R /x'
same_as_bwrap_sh "a link on the way" 'eval "$made"; $B $SYS --ro-bind link/file /x cat /x'
same_as_bwrap_sh "with slashes at its end" 'eval "$made"; $B $SYS --ro-bind a/// /x ls /x'
same_as_bwrap_sh "the same one twice" 'eval "$made"; $B $SYS --bind a /x --ro-bind a /y ls /x /y'
same_as_bwrap_sh "one in the place of the other" \
    'eval "$made"; $B $SYS --bind a "$W/a/b" --bind a/b "$W/a" ls "$W/a" "$W/a/b"'
same_as_bwrap_sh "what was covered inside is still the host's" \
    'eval "$made"; $B $SYS --tmpfs /tmp --tmpfs "$W" --ro-bind "$W/a" "$W/x" ls "$W" "$W/x"'
same_as_bwrap_sh "what is only inside is no source" '$B $SYS --dir /inside --ro-bind /inside /x true'
same_as_bwrap_sh "nor what an earlier option mounted" \
    'eval "$made"; $B $SYS --ro-bind a /mnt/a --ro-bind /mnt/a /x true'

for option in --bind --ro-bind --dev-bind; do
    export option
    same_as_bwrap_sh "$option: a missing one" '$B $SYS $option no-such /x echo run'
    same_as_bwrap_sh "$option: a dangling link" 'ln -s no-such link; $B $SYS $option link /x echo run'
    same_as_bwrap_sh "$option: below a file" 'echo > file; $B $SYS $option file/x /x echo run'
    same_as_bwrap_sh "$option: a loop of links" 'ln -s x x; $B $SYS $option x /x echo run'
done
same_as_bwrap_sh "nothing is made when the source is missing" \
    'mkdir a; $B --ro-bind / / --bind a /mnt --dir /mnt/b --ro-bind no-such /mnt/c true; ls -R'

t_done
