#!/usr/bin/env bash
# --mask brings what it takes to hold: a user namespace, in which no further ones can be made, and a pid
# namespace, with the end of which the last process is gone.
# vm: uml 6.1
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/top"
echo secret > "$T/top/file"
cd "$T/top" || exit 1

# Prints what is new, and whether a further user namespace can be made.
cat > "$T/look" << 'END'
for ns in user pid net; do
    [ "$(readlink /proc/self/ns/$ns)" = "$1" ] && echo "$ns is the host's" || echo "$ns is new"
    shift
done
unshare --user true 2>&- && echo "a further one"
exit 0
END
host=("$(readlink /proc/self/ns/user)" "$(readlink /proc/self/ns/pid)" "$(readlink /proc/self/ns/net)")
# shellcheck disable=SC2206 # SYS is words
none=("$HUSK" -p none $SYS --proc /proc --bind "$T" "$T")

t_run "${none[@]}" sh "$T/look" "${host[@]}"
if [ "$(id -u)" = 0 ]; then
    want="user is the host's"
else
    want="user is new"
fi
t_is "$out" "$want
pid is the host's
net is the host's
a further one" "without a mask nothing comes that was not asked for"
for mask in file absent; do
    t_run "${none[@]}" --mask "$T/top/$mask" sh "$T/look" "${host[@]}"
    t_is "$out" "user is new
pid is new
net is the host's" "with a mask of what is ${mask/file/there}"
    t_is "$("${none[@]}" --mask "$T/top/$mask" sh -c 'cat /proc/1/comm')" husk "and husk is pid 1"
done
t_run "${none[@]}" --mask "$T/top/file" --assert-userns-disabled true
t_is "$status/$err" 0/ "as --assert-userns-disabled sees it"
t_run "${none[@]}" --assert-userns-disabled true
t_is "$status" 125 "which sees also where that is not so"

# Where they are somebody else's, a mask would not hold.
sleep 60 &
exec 9< "/proc/$!/ns/user"
t_run "${none[@]}" --userns 9 --mask "$T/top/file" echo run
t_is "$status/$out" 125/ "with --userns it is refused"
t_like "$err" "^husk: --mask $T/top/file does not go with --userns or --userns-block-fd\$" "with the reason"
exec 9<&-

t_done
