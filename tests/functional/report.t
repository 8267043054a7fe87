#!/usr/bin/env bash
# --report: how it ended, how long it took and what it used, on stderr or in a file; without a cgroup by what the kernel
# tells of processes that were waited for.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../cgroup.sh"
t_need python3

# field EXPRESSION: of the report in $T/report.json, as Python has it.
field()
{
    python3 -c 'import json, sys; print(eval("json.load(open(sys.argv[2]))" + sys.argv[1]))' "$1" "$T/report.json"
}

t_run "$HUSK" --report sh -c 'echo out; exit 3'
t_is "$status:$out" 3:out "the command is as without"
t_like "$err" "^husk: sh: exit status 3 after [0-9.]+ s
husk:   processor: [0-9.]+ s in programs, [0-9.]+ s in the kernel \(of what was waited for, by rusage\)
husk:   memory: at most [0-9.]+ MiB \(of its largest process, by rusage\)
husk:   processes: not known
husk:   disks: .* \(by what was waited for, by rusage\)$" "five lines"
t_run "$HUSK" true
t_is "$status:$err" 0: "only if asked for"

t_run "$HUSK" --report="$T/report.json" sh -c 'sleep 0.3; kill -USR1 $$'
t_is "$status:$err" 138: "into a file nothing is on stderr"
t_is "$(field '["status"]'):$(field '["exit_code"]'):$(field '["signal"]'):$(field '["reason"]')" "138:None:10:None" \
    "a signal is one"
t_is "$(($(field '["wall_us"]') >= 300000))" 1 "the time of the clock"
if command -v strace > /dev/null; then
    # Each time husk wakes up for a message it is late: the clock runs all the same.
    for form in "" "-p none --bind / / --unshare-pid --as-pid-1"; do
        read -ra words <<< "$form"
        t_run strace -qq -o /dev/null -e trace=recvmsg -e inject=recvmsg:delay_enter=400000 \
            "$HUSK" "${words[@]}" --report="$T/report.json" sleep 0.3
        t_is "$status:$(($(field '["wall_us"]') >= 300000))" 0:1 "[$form] also when husk is late"
    done
    t_run strace -qq -o "$T/trace" -e trace=write,writev "$HUSK" --report=json true
    t_is "$status:$(grep -c '(2, ' "$T/trace")" 0:1 "the JSON is one write, so that others do not come between"
else
    t_skip "strace is not installed"
fi
t_run "$HUSK" --report="$T/report.json" sh -c 'exit 138'
t_is "$(field '["exit_code"]'):$(field '["signal"]')" "138:None" "and a status that looks like one is none"
for form in "" "-p none --bind / /" "-p none --bind / / --unshare-pid --as-pid-1"; do
    read -ra words <<< "$form"
    t_run "$HUSK" "${words[@]}" --report="$T/report.json" sh -c 'exit 7'
    t_is "$status:$(field '["exit_code"]')" 7:7 "[$form] the same"
done

# What it does counts, in each of its processes that was waited for.
cat > "$T/work.py" << 'END'
import os, time
if os.fork() == 0:
    data = bytearray(os.urandom(80 << 20))
    while time.process_time() < 0.3:
        pass
    os._exit(0)
os.wait()
END
t_run "$HUSK" --read "$T/work.py" --report="$T/report.json" python3 "$T/work.py"
t_is "$(($(field '["processor"]["user_us"]') + $(field '["processor"]["system_us"]') >= 300000))" 1 "processor time"
t_is "$(($(field '["memory"]["peak_bytes"]') > 80 << 20))" 1 "memory"
t_is "$(field '["processor"]["from"]'):$(field '["memory"]["oom_kills"]')" rusage:None "and where that is from"

t_run "$HUSK" --timeout 0.2 --report="$T/report.json" sleep 1000
t_is "$status:$(field '["limit"]'):$(field '["reason"]')" "124:timeout:timeout 0.2s" "a timeout is the reason"
# Killed with its init, which tells nothing then.
t_run "$HUSK" --timeout 0.2 --kill-after 0.1 --report="$T/report.json" sh -c 'trap "" TERM; while :; do sleep 1; done'
t_is "$status:$(field '["exit_code"]'):$(field '["signal"]'):$(field '["limit"]')" "137:None:9:timeout" "so is its end"
t_run "$HUSK" --timeout 500ms --report=json true
t_is "$status" 125 "an error of husk's"
t_run "$HUSK" --report="$T/report.json" /no/such/command
t_is "$status:$(wc -c < "$T/report.json")" 127:0 "without a command the file is empty"

# The file: not through a link that an earlier command may have left, and nothing is waited for.
ln -s "$T/other" "$T/link"
t_run "$HUSK" --report="$T/link" true
t_is "$status:$([ -e "$T/other" ]; echo $?)" 125:1 "a link is not followed"
t_like "$err" "--report=$T/link: opening .*: Too many levels" "and that is said"
mkfifo "$T/fifo"
t_run "$HUSK" --report="$T/fifo" true
t_is "$status" 125 "nor is a reader waited for"
t_run "$HUSK" --report="$T/none/file" echo ran
t_is "$status:$out" 125: "where it cannot be written nothing is run"
# husk's fd of it is not the command's, nor is its place.
t_run "$HUSK" -p none --dev-bind / / --report="$T/report.json" sh -c 'ls -l /proc/self/fd | grep -c report.json'
t_is "$out" 0 "the command does not get it"

scopes_or_refused "--report --scope"

t_run "$HUSK" --read "$T/work.py" --scope --pids-limit 50 --report="$T/report.json" python3 "$T/work.py"
t_is "$status:$(field '["processor"]["from"]'):$(field '["disks"]["from"]')" 0:cgroup:cgroup "by the cgroup, where there is one"
t_is "$(($(field '["processor"]["user_us"]') + $(field '["processor"]["system_us"]') >= 250000))" 1 "processor time"
t_is "$(($(field '["memory"]["peak_bytes"]') > 80 << 20))" 1 "memory at its peak"
# From Linux 6.6 on.
if [ -e /sys/fs/cgroup/user.slice/pids.peak ]; then
    t_is "$(field '["processes"]["peak"]')" 3 "processes: husk's init and two of the command"
else
    t_is "$(field '["processes"]["peak"]')" None "processes are not known"
fi
t_run "$HUSK" --scope --report true
t_like "$err" "of all of it, by its cgroup" "in words"
# What nobody waited for.
t_run "$HUSK" --scope --report="$T/report.json" bash -c '(setsid bash -c "for ((i = 0; i < 100000; i++)); do :; done; : > /tmp/done" &)
    until [ -e /tmp/done ]; do sleep 0.1; done'
t_is "$(($(field '["processor"]["user_us"]') > 10000))" 1 "those that nobody waited for count as well"

t_done
