#!/usr/bin/env bash
# As bwrap: --userns enters a user namespace that is there already, --userns2 another one after set-up.
. "${0%/*}/../lib.sh" || exit
t_need unshare nsenter

# Two of them, the second below the first, each with this user as root; open as 3 and 4.
mkfifo "$T/ready"
unshare -Ur sh -c 'echo; exec sleep 60' > "$T/ready" &
read -r < "$T/ready" && exec 3< "/proc/$!/ns/user"
nsenter --user=/proc/self/fd/3 --preserve-credentials unshare -Ur sh -c 'echo; exec sleep 60' \
    > "$T/ready" &
read -r < "$T/ready" && exec 4< "/proc/$!/ns/user"
first=$(readlink /proc/self/fd/3) second=$(readlink /proc/self/fd/4)
t_unlike "$first" "^($(readlink /proc/self/ns/user)|)$" "there is another user namespace"
t_unlike "$second" "^($first|$(readlink /proc/self/ns/user)|)$" "and another one below it"

export shows='readlink /proc/self/ns/user; id -u; id -g; sed "s/  */ /g" /proc/self/uid_map
    grep -E "^(Cap|NoNew)" /proc/self/status'
for options in "--userns 3" "--userns 3 --uid 0" "--userns 3 --uid 0 --gid 0" \
    "--userns 3 --unshare-pid --unshare-net" "--userns 3 --dev /dev" "--userns 3 --cap-add CAP_KILL" \
    "--userns 3 --unshare-pid --as-pid-1"; do
    export options
    same_as_bwrap_sh "[$options]" '$B --ro-bind / / --proc /proc $options sh -c "$shows"'
done
# Debian's bwrap gives the bounding set back with the second one.
same_as_bwrap_sh "[--userns 3 --userns2 4]" \
    '$B --ro-bind / / --userns 3 --userns2 4 sh -c "$shows" | sed "/^Cap[A-Z]*[a-z]*:/d"'

t_run "$BWRAP_HUSK" --userns 3 --ro-bind / / readlink /proc/self/ns/user
t_is "$status $out" "0 $first" "COMMAND is in the first"
t_run "$BWRAP_HUSK" --userns 3 --userns2 4 --ro-bind / / readlink /proc/self/ns/user
t_is "$status $out" "0 $second" "COMMAND is in the second"
# Debian's bwrap does not see an fd that is 0.
t_run bash -c '"$0" --userns 0 --ro-bind / / readlink /proc/self/ns/user <&3' "$BWRAP_HUSK"
t_is "$status $out" "0 $first" "fd 0 will do for --userns"
t_run bash -c '"$0" --userns 3 --userns2 0 --ro-bind / / readlink /proc/self/ns/user <&4' "$BWRAP_HUSK"
t_is "$status $out" "0 $second" "and for --userns2"

for options in "--userns 77" "--userns 5" "--userns 3 --uid 5" "--userns 3 --gid 5" "--userns x"; do
    export options
    same_as_bwrap_sh "[$options] fails" '$B --ro-bind / / $options echo run 5< /dev/null 2> /dev/null'
done
# Debian's bwrap leaves a process behind in these cases.
for options in "--userns2 77" "--userns2 5" "--userns2 x"; do
    # shellcheck disable=SC2086 # words
    t_run "$BWRAP_HUSK" --ro-bind / / $options echo run 5< /dev/null
    t_is "$status $out" "1 " "[$options] fails"
done

t_done
