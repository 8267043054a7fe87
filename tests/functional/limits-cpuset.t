#!/usr/bin/env bash
# --cpuset-cpus, --io-weight: with the controllers that User Mode Linux has not. And a --memory that is too small to start.
# vm: only 6.12
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
t_only_in_vm

t_run "$HUSK" --scope taskset -c 1 true
t_is "$status" 0 "without it a command chooses its processor"
unit=husk-t-$$-cpuset.scope
"$HUSK" --write "$T" --scope="$unit" --cpuset-cpus 0 --io-weight 50 \
    --io-max /dev/vda:rbps=1M,wbps=2M --io-max /dev/vda:wiops=100,wbps=unlimited \
    sh -c 'taskset -c 0 true && echo 0; taskset -c 1 true || echo not 1; : > "$0/ready"; exec sleep 1000' "$T" \
    > "$T/out" 2> /dev/null &
t_wait test -e "$T/ready"
folder=$(scope_folder "$unit")/sandbox
t_is "$(cat "$folder/cpuset.cpus" "$folder/cpuset.cpus.effective")" $'0\n0' "--cpuset-cpus sets its file"
t_is "$(< "$T/out")" $'0\nnot 1' "and the command has no other processor"
t_is "$(head -n 1 "$folder/io.weight")" "default 50" "--io-weight sets its file"
t_like "$(< "$folder/io.max")" "^[0-9]+:[0-9]+ rbps=1048576 wbps=max riops=max wiops=100$" \
    "--io-max, twice for one disk: each rate holds, and one is taken back"
kill $!
wait
refused "a processor that is not there" "setting cpuset.cpus to 0,1000: Numerical result|not all processors of 0,1000 are there" --cpuset-cpus 0,1000

# Here and not in User Mode Linux: see limits-memory.t.
t_run "$HUSK" --memory 4096 echo ran
t_is "$status:$out" 125: "memory too small for what husk itself does inside: nothing is run"
t_like "$err" "(killed: memory limit 4096 reached|killed for want of memory)" "and why is said"

t_done
