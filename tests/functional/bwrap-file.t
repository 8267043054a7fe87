#!/usr/bin/env bash
# As bwrap: --file FD DEST copies what FD holds to a new file, 0666 or as --perms says.
. "${0%/*}/../lib.sh" || exit

for mask in 022 077 0; do
    export mask
    same_as_bwrap_sh "umask $mask does not count" '
        umask $mask
        echo hello > data
        $B $SYS --file 3 /x sh -c "stat -c %a:%u:%F /x; cat /x; echo more >> /x; cat /x" 3< data
        cat data'
done
same_as_bwrap_sh "--perms" '$B $SYS --perms 0640 --file 3 /x stat -c %a /x 3< /dev/null'
same_as_bwrap_sh "nothing is mounted" \
    '$B $SYS --proc /proc --file 3 /x cat /proc/self/mountinfo 3< /dev/null | t_mounts'
same_as_bwrap_sh "from a pipe" '$B $SYS --file 3 /x wc -c /x 3< <(head -c 200000 /dev/zero; echo)'
same_as_bwrap_sh "from where the fd stands" \
    'printf "one\ntwo\n" > data; exec 3< data; read -r _ <&3; $B $SYS --file 3 /x cat /x'
same_as_bwrap_sh "COMMAND does not have the fd" \
    '$B $SYS --proc /proc --file 3 /x ls /proc/self/fd 3< /dev/null'
same_as_bwrap_sh "on the host, in a writable bind" \
    'mkdir a; $B $SYS --bind a /a --perms 0600 --file 3 /a/x true 3<<< data; cat a/x; stat -c %a a/x'
same_as_bwrap_sh "what is there is replaced" \
    'mkdir a; echo much longer > a/x; $B $SYS --bind a /a --file 3 /a/x true 3<<< short; cat a/x'
same_as_bwrap_sh "a folder is in the way" '$B $SYS --dir /x --file 3 /x echo run 3< /dev/null 2> /dev/null'
same_as_bwrap_sh "in a read-only bind" \
    'mkdir a; $B $SYS --ro-bind a /a --file 3 /a/x echo run 3< /dev/null 2> /dev/null'
same_as_bwrap_sh "an fd that is not open" '$B $SYS --file 77 /x echo run 2> /dev/null'
same_as_bwrap_sh "an fd that is for writing only" '$B $SYS --file 3 /x echo run 3> out 2> /dev/null'
same_as_bwrap_sh "a folder's fd" '$B $SYS --file 3 /x echo run 3< . 2> /dev/null'
same_as_bwrap_sh "not an fd" '$B $SYS --file x /x echo run'

# A FIFO in a folder of the host: bwrap waits for somebody to read from it. husk does not; who reads gets it.
mkdir "$T/bound"
mkfifo "$T/bound/fifo"
for program in "$BWRAP_HUSK" "$HUSK -p none"; do
    # shellcheck disable=SC2086 # words
    T_TIMEOUT=10 t_run $program $SYS --bind "$T/bound" /bound --file 9 /bound/fifo echo run 9<<< text
    t_like "$status/$out/$err" "^(1|125)//.*: Can't create file /bound/fifo.*: No such device or address" \
        "a FIFO that nobody reads is an error (${program##*/})"
    exec 8<> "$T/bound/fifo"
    # shellcheck disable=SC2086 # words
    T_TIMEOUT=10 t_run $program $SYS --bind "$T/bound" /bound --file 9 /bound/fifo echo run 9<<< text
    t_is "$status/$out" 0/run "one that is read"
    read -r -t 10 line <&8
    t_is "$line" text "gets it"
    exec 8>&-
done

t_done
