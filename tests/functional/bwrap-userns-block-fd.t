#!/usr/bin/env bash
# As bwrap: with --userns-block-fd somebody else writes the id maps, told by --info-fd whose, and a
# byte on the fd says that they are there.
# vm: uml
. "${0%/*}/../lib.sh" || exit

# maps UID GID: is that somebody. It reads what is told to its end.
maps()
{
    local pid
    pid=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' < info)
    echo deny > "/proc/$pid/setgroups"
    echo "$1 $(id -u) 1" > "/proc/$pid/uid_map"
    echo "$2 $(id -g) 1" > "/proc/$pid/gid_map"
}
export -f maps
export shows='id -u; id -g; sed "s/  */ /g" /proc/self/uid_map /proc/self/gid_map; cat /proc/self/setgroups'

for options in "" "--unshare-pid" "--uid 5 --gid 6"; do
    export options
    same_as_bwrap_sh "[$options] COMMAND runs with these maps" '
        mkfifo block info
        exec 3<> block
        $B --unshare-user --userns-block-fd 3 --info-fd 5 $options --ro-bind / / --proc /proc \
            sh -c "$shows" 5> info &
        maps 5 6
        echo >&3
        wait $!'
done
same_as_bwrap_sh "it waits for the byte" '
    mkfifo block info
    exec 3<> block
    $B --unshare-user --userns-block-fd 3 --info-fd 5 --bind / / touch run 5> info &
    maps "$(id -u)" "$(id -g)"
    sleep 0.1
    ls
    echo >&3
    wait $!
    ls'
# bwrap leaves a process behind then.
t_run bash -c '
    mkfifo "$1/block" "$1/info"
    exec 3<> "$1/block"
    "$0" --unshare-user --userns-block-fd 3 --info-fd 5 --ro-bind / / true 5> "$1/info" &
    pid=$(sed -n "s/.*\"child-pid\": \([0-9]*\).*/\1/p" < "$1/info")
    kill $!
    wait $!
    echo $?
    for i in {1..1200}; do [ -e "/proc/$pid" ] || break; sleep 0.02; done
    [ ! -e "/proc/$pid" ]' "$BWRAP_HUSK" "$T"
t_is "$status $out" "0 143" "it can be ended while it waits, and leaves nothing behind"
# bwrap fails later, for another reason.
t_run bash -c '"$0" --unshare-user --userns-block-fd 3 --info-fd 4 --ro-bind / / echo run \
    3< <(echo) 4> /dev/null' "$BWRAP_HUSK"
t_is "$status $out $err" "1  bwrap: nobody wrote uid_map of the sandbox" "without maps it fails"

t_done
