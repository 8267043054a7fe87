#!/usr/bin/env bash
# --rlimit: the command has the limit, husk itself has not; one that cannot be had is an error.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need prlimit busybox

all=(-p none --unshare-user --unshare-pid --bind / / --proc /proc)

# limit NAME: what the last t_run's prlimit said of it, as SOFT:HARD.
limit()
{
    awk -v name="$1" 'tolower($1) == name { print $2 ":" $3 }' <<< "$out"
}
ask=(prlimit --noheadings --raw --output=RESOURCE,SOFT,HARD)

# Each resource, at a value below what there is: the hard limit can always be lowered.
mapfile -t names < <("${ask[@]}" | awk '{ print tolower($1) }')
t_is "${#names[@]}" 16 "there are 16 limits"
for name in "${names[@]}"; do
    value=$(prlimit --noheadings --raw --output=HARD "--$name")
    [ "$value" = unlimited ] && value=1000000000
    t_run "$HUSK" "${all[@]}" --rlimit "$name=$((value / 2)):$value" "${ask[@]}"
    t_is "$(limit "$name")" "$((value / 2)):$value" "$name"
done
t_run "$HUSK" --rlimit nofile=64 --rlimit fsize=3k:2M --rlimit cpu=7 "${ask[@]}"
t_is "$(limit nofile) $(limit fsize) $(limit cpu)" "64:64 3072:2097152 7:7" "several, with profile default"
printf 'include default\nrlimit nofile=64\nrlimit fsize=1M\n' > "$T/p"
t_run "$HUSK" -p "$T/p" --rlimit nofile=65 "${ask[@]}"
t_is "$(limit nofile) $(limit fsize):$err" "65:65 1048576:1048576:" "a profile's, and the last one counts"

# They work.
t_run "$HUSK" "${all[@]}" --rlimit fsize=1k bash -c 'yes > "$1"; echo after' bash "$T/big"
t_is "$(stat -c %s "$T/big")/$out" 1024/after "no file gets larger"
t_run "$HUSK" "${all[@]}" --rlimit cpu=1:3 sh -c 'while :; do :; done'
t_is "$status" $((128 + $(kill -l XCPU))) "no more time of a processor"
t_run "$HUSK" "${all[@]}" --close-fds --rlimit nofile=4 bash -c 'exec 3< / && echo three; exec 4< / && echo four'
t_is "$out" three "no more files"
t_run "$HUSK" "${all[@]}" --rlimit nofile=64 bash -c 'ulimit -n 65'
t_is "$status" 1 "the command cannot raise it"

# Not husk's own: neither the set-up nor the reaper needs to fit in.
for limits in "nofile=0" "cpu=1" "fsize=0" "nproc=0:0" "memlock=0" "sigpending=0" "msgqueue=0" "rtprio=0"; do
    for how in "-p default" "-p none --unshare-user --bind / /" "-p none --unshare-pid --as-pid-1 --bind / /"; do
        read -ra words <<< "$how"
        # The loader opens libraries, so what has no files is static.
        t_run "$HUSK" "${words[@]}" --rlimit "$limits" "$(type -P busybox)" true
        t_is "$status:$err" 0: "[$how] $limits"
    done
done
t_run "$HUSK" "${all[@]}" --rlimit nofile=32 sh -c 'prlimit --pid 1 --noheadings --raw --output=SOFT --nofile'
t_unlike "$out" '^32$' "the reaper has husk's own"
prlimit --noheadings --raw --output=RESOURCE,SOFT,HARD | sort > "$T/before"
t_run "$HUSK" "${all[@]}" prlimit --noheadings --raw --output=RESOURCE,SOFT,HARD
t_is "$(sort <<< "$out")" "$(< "$T/before")" "without the option all are husk's own"

# More than there is takes rights on the host, also of root.
raise='ulimit -i 100; "$@"'
t_run bash -c 'ulimit -i 100; prlimit --sigpending=101 true'
allowed=$status
for how in "-p default" "-p none --bind / /" "-p none --unshare-pid --bind / /"; do
    read -ra words <<< "$how"
    t_run bash -c "$raise" bash "$HUSK" "${words[@]}" --rlimit sigpending=100:101 sh -c 'echo ran; ulimit -Si; ulimit -Hi'
    if [ "$allowed" = 0 ]; then
        t_is "$out" $'ran\n100\n101' "[$how] a hard limit is raised by who may do it"
    else
        t_is "$status:$out" 125: "[$how] a hard limit is not raised by who may not"
        t_like "$err" '^husk: raising the hard limit of sigpending to 101 \(--rlimit sigpending=100:101\): Operation not permitted
husk: hint: it is 100 here, and raised only with CAP_SYS_RESOURCE' "which is said"
    fi
done

# Words.
for value in "" nofile nofile= =5 nofile=-1 nofile=2:1 nofile=1k as=1K as=18446744073709551616 files=1 NOFILE=1; do
    t_run "$HUSK" --rlimit "$value" echo ran
    t_is "$status:$out" 125: "refused: [$value]"
    t_like "$err" "^husk: --rlimit" "and said"
done
t_done
