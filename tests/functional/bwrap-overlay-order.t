#!/usr/bin/env bash
# As bwrap from 0.11 on: the first --overlay-src is the lowest, each one covers those before it, and what
# can be changed is above all.
. "${0%/*}/../lib.sh" || exit

for i in 1 2 3 up; do
    mkdir -p "$T/$i/dir"
    echo "$i" | tee "$T/$i/same" "$T/$i/dir/same" > "$T/$i/only$i"
done
mkdir "$T/work"
echo 2 > "$T/2/upto2"
echo 1 > "$T/1/upto2"
rm "$T/up/dir/same"

# shellcheck disable=SC2086 # words without blanks
base=("$BWRAP_HUSK" $SYS)
sources=(--overlay-src "$T/1" --overlay-src "$T/2" --overlay-src "$T/3")
show='cd /mnt; echo *; cat same dir/same upto2'

t_run "${base[@]}" "${sources[@]}" --ro-overlay /mnt sh -c "$show"
t_is "$status $(echo $out)" "0 dir only1 only2 only3 same upto2 3 3 2" "--ro-overlay: the last is on top"
t_run "${base[@]}" "${sources[@]}" --tmp-overlay /mnt sh -c "$show"
t_is "$status $(echo $out)" "0 dir only1 only2 only3 same upto2 3 3 2" "--tmp-overlay: the last is on top"
t_run "${base[@]}" --overlay-src "$T/3" --overlay-src "$T/2" --overlay-src "$T/1" --tmp-overlay /mnt sh -c "$show"
t_is "$status $(echo $out)" "0 dir only1 only2 only3 same upto2 1 1 1" "the other way round"
if [ "$(stat -f -c %T "$T")" = overlayfs ]; then
    t_skip "an overlay cannot have its changes on another one"
else
    t_run "${base[@]}" "${sources[@]}" --overlay "$T/up" "$T/work" /mnt sh -c "$show"
    t_is "$status $(echo $out)" "0 dir only1 only2 only3 onlyup same upto2 up 3 2" "--overlay: RWSRC is above all"
fi

# Each overlay has the sources between the one before and itself.
t_run "${base[@]}" --overlay-src "$T/1" --overlay-src "$T/2" --ro-overlay /mnt --overlay-src "$T/3" --tmp-overlay /mnt2 \
    sh -c 'cat /mnt/same /mnt2/same; echo /mnt*/only*'
t_is "$status $(echo $out)" "0 2 3 /mnt/only1 /mnt/only2 /mnt2/only3" "an overlay uses up its sources"

# Many.
many=()
for i in {1..40}; do
    mkdir "$T/many$i"
    echo "$i" | tee "$T/many$i/$i" > "$T/many$i/same"
    many+=(--overlay-src "$T/many$i")
done
t_run "${base[@]}" "${many[@]}" --tmp-overlay /mnt sh -c 'cd /mnt; ls | wc -l; cat same 1 17 40'
t_is "$status $(echo $out)" "0 41 40 1 17 40" "40 sources"

t_done
