#!/usr/bin/env bash
# As bwrap: COMMAND has the fds that bwrap was started with, but for those that options use up.
. "${0%/*}/../lib.sh"

[ -x "$HELPERS/fds" ] || t_skip_all "the test programs are not built"

mkdir "$T/folder"
echo data > "$T/data"
printf '\6\0\0\0\0\0\377\177' > "$T/filter" # BPF_RET | BPF_K, SECCOMP_RET_ALLOW
printf '%s\0' --setenv A B > "$T/args"
export F=$T HELPERS
export all="--unshare-user --unshare-pid --ro-bind / / --dev /dev --proc /proc --tmpfs /mnt"
# Open from the start, besides 0, 1 and 2.
for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    [ "$fd" -le 2 ] || [ "$fd" = 255 ] || exec {fd}<&-
done
exec 5< "$T/data" 6< "$T/folder" 42> "$T/written"

for options in "" --as-pid-1 --new-session --die-with-parent "--unshare-net" "--chdir /" "--lock-file /etc/passwd" \
    "--cap-drop ALL" "--uid 5" "--disable-userns"; do
    export options
    same_as_bwrap_sh "[$options] they are there" '$B $all $options $HELPERS/fds'
done
same_as_bwrap_sh "without a pid namespace" '$B --ro-bind / / $HELPERS/fds'
same_as_bwrap_sh "without a pid namespace, with an init" '$B --ro-bind / / --lock-file /etc/passwd $HELPERS/fds'
t_run "$BWRAP_HUSK" --ro-bind / / "$HELPERS/fds"
t_is "$status $out" "0 0 1 2 5 6 42 " "which is: all of them"
same_as_bwrap_sh "they are the same ones, at the same place" '
    read -r -n 2 -u 5
    $B $all sh -c "cat <&5; ls /proc/self/fd/6; echo written >&42"
    cat "$F/written"'
t_is "$(< "$T/written")" written "they work"
same_as_bwrap_sh "a pipe ends with COMMAND, not with the sandbox" '
    { $B --ro-bind / / --lock-file /etc/passwd sh -c "sleep 300 5>&- 9>&- & echo \$! >&8; echo end >&9" 9>&1 8> pid 1> /dev/null |
        cat; }
    kill "$(cat pid)"'
for fd in 0 1 2; do
    export fd
    same_as_bwrap_sh "a closed $fd" 'eval "\$B \$all sh -c : $fd>&-"'
done

# The ones that are used up: each alone, and husk's as the design has it where bwrap is not so tidy.
for words in "--args 9" "--file 9 /mnt/a" "--bind-data 9 /mnt/a" "--ro-bind-data 9 /mnt/a" "--seccomp 9" \
    "--add-seccomp-fd 9" "--info-fd 9" "--json-status-fd 9" "--block-fd 9"; do
    export words
    case $words in
    --args*) export file=$T/args ;;
    *seccomp*) export file=$T/filter ;;
    *) export file=$T/data ;;
    esac
    t_run bash -c '"$0" $all $words "$HELPERS/fds" 9<> "$file"' "$BWRAP_HUSK"
    t_is "$status $out" "0 0 1 2 5 6 42 " "$words: used up"
    same_as_bwrap_sh "$words: as bwrap" '$B $all $words $HELPERS/fds 9<> "$file"'
    echo data > "$T/data"
done
for words in "--bind-fd 9 /mnt/a" "--ro-bind-fd 9 /mnt/a"; do
    export words
    t_run bash -c '"$0" $all --dir /mnt/a $words "$HELPERS/fds" 9< "$F/folder"' "$BWRAP_HUSK"
    t_is "$status $out" "0 0 1 2 5 6 42 " "$words: used up"
done
same_as_bwrap_sh "--sync-fd" '$B $all --sync-fd 9 $HELPERS/fds 9< "$F/data"'
same_as_bwrap_sh "--sync-fd without a pid namespace" '$B --ro-bind / / --sync-fd 9 $HELPERS/fds 9< "$F/data"'
same_as_bwrap_sh "one fd used twice" \
    '$B $all --bind-data 9 /mnt/a --bind-data 9 /mnt/b sh -c "cat /mnt/a; echo; cat /mnt/b" 9< "$F/data" 2> /dev/null'

t_done
