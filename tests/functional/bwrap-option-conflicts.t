#!/usr/bin/env bash
# As bwrap: options that only go with, or never go with, others.
. "${0%/*}/../lib.sh" || exit

for options in "--uid 5" "--gid 5" "--uid 5 --gid 5" "--hostname x" "--as-pid-1" \
    "--unshare-pid --as-pid-1 --lock-file /x" "--disable-userns" "--unshare-user-try --disable-userns" \
    "--unshare-all --disable-userns" "--userns 3 --disable-userns" "--userns-block-fd 3 --info-fd 4" \
    "--unshare-user --userns-block-fd 3" "--seccomp 3 --add-seccomp-fd 4" \
    "--add-seccomp-fd 4 --seccomp 3" "--share-net"; do
    export options
    # A pipe that has a byte and then ends, for who would wait.
    same_as_bwrap_sh "[$options]" '$B $options --ro-bind / / true 3< <(echo) 4<> /dev/null; echo $?'
done

# The same with a message of our own: Debian's is lacking words, or has blanks too many.
for options in "--userns 0 --unshare-user" "--userns 0 --unshare-all" "--userns 0 --unshare-user-try"; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" $options --ro-bind / / true
    t_is "$status $err" "1 bwrap: --userns is not compatible with --unshare-user" "[$options]"
done
t_run "$BWRAP_HUSK" --unshare-user --disable-userns --userns-block-fd 0 --info-fd 1 --ro-bind / / true
t_is "$status $err" "1 bwrap: --disable-userns is not compatible with --userns-block-fd" \
    "--disable-userns and --userns-block-fd"

t_done
