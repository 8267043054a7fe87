#!/usr/bin/env bash
# As bwrap: --args FD has options, each ended by a NUL byte, in the place where it stands.
. "${0%/*}/../lib.sh" || exit

same_as_bwrap_sh "they are options" \
    '$B --args 3 sh -c "pwd; id -u" 3< <(printf "%s\0" --ro-bind / / --chdir /usr --unshare-user --uid 5)'
same_as_bwrap_sh "the last NUL can be missing" \
    '$B --ro-bind / / --args 3 pwd 3< <(printf "%s" --chdir; printf "\0%s" /usr)'
same_as_bwrap_sh "empty words count" \
    '$B --ro-bind / / --args 3 sh -c "echo [\$A]" 3< <(printf "%s\0" --setenv A "")'
same_as_bwrap_sh "an empty word as the last one is an argument too" \
    '$B --ro-bind / / --args 3 true 3< <(printf "%s\0" --setenv A)'
same_as_bwrap_sh "nothing at all is fine" '$B --args 3 --ro-bind / / echo run 3< /dev/null'
same_as_bwrap_sh "they come in their place, between others" '
    printf "%s\0" --setenv A two --setenv B two > words
    $B --ro-bind / / --setenv A one --setenv B one --args 3 --setenv B three \
        sh -c "echo \$A \$B" 3< words'
same_as_bwrap_sh "many times, read from the fds in order" '
    printf "%s\0" --setenv A one > one
    printf "%s\0" --setenv A two > two
    $B --ro-bind / / --args 3 --args 4 sh -c "echo \$A" 3< one 4< two'
same_as_bwrap_sh "not from within" '
    printf "%s\0" --args 4 > words
    $B --args 3 --ro-bind / / true 3< words 4< /dev/null'
same_as_bwrap_sh "what is behind -- in it is dropped" '
    printf "%s\0" --ro-bind / / -- false --bogus > words
    $B --args 3 echo run 3< words'
same_as_bwrap_sh "what is behind a first word without a dash is dropped" '
    printf "%s\0" --ro-bind / / false --bogus > words
    $B --args 3 echo run 3< words'
same_as_bwrap_sh "COMMAND does not come from it" '
    printf "%s\0" --ro-bind / / echo run > words
    $B --args 3 3< words 2>&1 | sed "s/ [^ ]*bwrap / bwrap /" | head -n 1'
same_as_bwrap_sh "an unknown option in it is an error" '$B --args 3 true 3< <(printf "%s\0" --bogus)'
same_as_bwrap_sh "a missing argument in it is an error" '$B --args 3 / true 3< <(printf "%s\0" --chdir)'
same_as_bwrap_sh "a modifier cannot reach out of it" '
    printf "%s\0" --perms 0700 > words
    $B --args 3 --dir /x --ro-bind / / true 3< words'
same_as_bwrap_sh "COMMAND does not get the fd" '
    $B --args 3 sh -c "ls /proc/self/fd | wc -l" 3< <(printf "%s\0" --ro-bind / / --proc /proc)'
for fd in x -1 3x "" 0x3 3.; do
    same_as_bwrap "not an fd: [$fd]" --args "$fd" true
done
# Debian's bwrap takes these for other numbers.
for fd in " 3" 4294967299; do
    t_run "$BWRAP_HUSK" --args "$fd" true
    t_is "$status $err" "1 bwrap: Invalid fd: $fd" "nor is [$fd]"
done
same_as_bwrap_sh "an fd that is not open" '$B --args 77 --ro-bind / / true 2> /dev/null'

# bwrap stops at 9000 words; there is no reason to.
t_run bash -c '"$1" --args 3 --ro-bind / / sh -c "echo \$V5000" 3< \
    <(for i in {1..5000}; do printf "%s\0" --setenv V$i $i; done)' - "$BWRAP_HUSK"
t_is "$status $out" "0 5000" "15000 words"

t_done
