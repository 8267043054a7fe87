#!/usr/bin/env bash
# Each limit sets the files of the cgroup that it should, to what was asked for, and no others.
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
scopes_or_refused "--memory 200M" "--cpus 0.5" "--pids-limit 50" "--memory-reservation 100M" "--memory-high 1G" \
    "--cpu-weight 50" "--io-weight 50" "--cpuset-cpus 0" "--io-max 8:0:rbps=1M" "--scope" "--slice x" "--cgroup-fs"

# files UNIT: all files that can be set, as NAME LINE, sorted.
files()
{
    (cd "$(scope_folder "$1")/sandbox" &&
        grep . memory.low memory.high memory.max memory.swap.max memory.oom.group cpu.max cpu.weight pids.max) |
        sed 's/:/ /'
}

# limited NAME WANT OPTION...: with the OPTIONs the files have these lines, each NAME LINE; the others are as they are
# without any.
limited()
{
    local name=$1 want=$2 unit=husk-t-$$-files.scope pid
    shift 2
    "$HUSK" --scope="$unit" "$@" sleep 1000 &
    pid=$!
    t_wait running "$unit"
    t_is "$(grep -vxFf "$T/plain" <(files "$unit"))" "$want" "$name"
    kill "$pid"
    wait "$pid"
    t_wait scope_gone "$unit"
}

for name in memory.low memory.oom.group; do echo "$name 0"; done > "$T/plain"
for name in memory.high memory.max memory.swap.max pids.max; do echo "$name max"; done >> "$T/plain"
printf 'cpu.max max 100000\ncpu.weight 100\n' >> "$T/plain"

# What a controller is not enabled for has no files: --cgroup-fs enables all.
limited "without one they are as the kernel has them" "" --cgroup-fs
limited "--memory-reservation 500M --memory 1G --cpus 0.5" "memory.low 524288000
memory.max 1073741824
memory.swap.max 0
memory.oom.group 1
cpu.max 50000 100000" --cgroup-fs --memory-reservation 500M --memory 1G --cpus 0.5
limited "swap is counted together with memory" "memory.max 104857600
memory.swap.max 52428800
memory.oom.group 1" --cgroup-fs --memory 100M --memory-swap 150M
limited "as much swap as there is, if asked for" "memory.max 104857600
memory.oom.group 1" --cgroup-fs --memory 100M --memory-swap -1
limited "weights, counts, and a size above which it is slow" "memory.high 1073741824
cpu.weight 50
pids.max 20" --cgroup-fs --memory-high 1G --cpu-weight 50 --pids-limit 20
limited "what is unlimited again" "" --cgroup-fs --memory 5M --memory unlimited --pids-limit 5 --pids-limit -1

mkdir -p "$T/config/husk/profiles"
printf 'include default\nmemory 64M\npids-limit 30\nscope\n' > "$T/config/husk/profiles/small.profile"
export XDG_CONFIG_HOME=$T/config
limited "in a profile as on the command line, which wins" "memory.max 134217728
memory.swap.max 0
memory.oom.group 1
pids.max 30" --cgroup-fs -p small --memory 128M
unset XDG_CONFIG_HOME

# The kernel of User Mode Linux has no cpuset controller: then nothing runs.
if grep -qw cpuset /sys/fs/cgroup/cgroup.controllers; then
    unit=husk-t-$$-cpuset.scope
    "$HUSK" --scope="$unit" --cpuset-cpus 0 sleep 1000 &
    t_wait running "$unit"
    t_is "$(cat "$(scope_folder "$unit")/sandbox/cpuset.cpus.effective")" 0 "--cpuset-cpus"
    kill $!
    wait
    refused "a processor that is not there" "not all processors of 0,8000 are there|setting cpuset.cpus" --cpuset-cpus 0,8000
else
    refused "no cpuset controller" "the cgroup controller cpuset is not there" --cpuset-cpus 0
fi
if [ -b /dev/ubda ]; then
    unit=husk-t-$$-io.scope
    "$HUSK" --scope="$unit" --io-max /dev/ubda:rbps=1M,wbps=2M --io-max /dev/ubda:wiops=100,wbps=unlimited sleep 1000 &
    t_wait running "$unit"
    t_like "$(cat "$(scope_folder "$unit")/sandbox/io.max")" "^[0-9]+:[0-9]+ rbps=1048576 wbps=max riops=max wiops=100$" "--io-max, of one disk in two"
    kill $!
    wait
fi
refused "no such disk" "looking at /dev/nothing" --io-max /dev/nothing:rbps=1M
refused "what is no disk" "/dev/null is not a disk" --io-max /dev/null:rbps=1M
refused "less swap and memory than memory" "is less than" --memory 2G --memory-swap 1G
refused "more reserved than there may be" "is more than" --memory 1G --memory-reservation 2G
refused "swap alone" "needs --memory" --memory-swap 1G

t_done
