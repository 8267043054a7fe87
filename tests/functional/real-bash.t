#!/usr/bin/env bash
# bash works under the policies `default' and `build': pipes, jobs, traps, process substitution, coprocesses,
# limits, /dev/tcp; and other shells where they are.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit

cat > script.sh << 'END'
set -u
cd "$(mktemp -d)"
seq 1000 | sort -r | (sum=0; while read -r n; do ((sum += n)); done; echo "$sum")
diff <(echo a) <(echo a) && echo same
coproc tr a-z A-Z
exec 7<&"${COPROC[0]}" 6>&"${COPROC[1]}" {COPROC[1]}>&- # when it has ended bash has no COPROC any more
echo text >&6
exec 6>&-
cat <&7
wait
for i in 1 2 3; do (sleep 0.0$i; exit 4) & done
wait -n; echo "one $?"; wait
trap 'echo trapped' USR1; kill -USR1 $$
(trap 'echo child; exit 3' TERM; kill -TERM $BASHPID; echo never); echo "status $?"
set -m; sleep 100 & kill -STOP %1; kill -CONT %1; kill %1; wait %1; echo "job $?"; set +m
mkfifo fifo; echo through > fifo & cat fifo; wait
exec 9> lock; flock -n 9 && echo locked; exec 9>&-
cat << EOF
here $((6 * 7)) ${BASH_VERSION:+bash}
EOF
cat <<< "here string"; ulimit -n 100; ulimit -n; ulimit -c 0; umask 027; umask; printf '%(%Y)T\n' 0
read -r -t 0.01 x < fifo_or_nothing 2> missing || echo "no input"; mapfile -t lines < <(seq 3); echo "${#lines[@]}"
shopt -s globstar nullglob; mkdir -p a/b; touch a/b/c; echo **/c; [[ abc =~ b(.) ]] && echo "${BASH_REMATCH[1]}"
exec 8<> /dev/udp/127.0.0.1/9 && echo udp; exec 8>&-
time -p true 2> times; [ -n "$EPOCHREALTIME" ] && [ -n "$SRANDOM" ] && echo "$BASH_SUBSHELL $SHLVL" | cut -d' ' -f1
bash -c 'kill -KILL $$'; echo "killed $?"
trap 'echo done' EXIT
END
t_real_same "bash" bash -c '. ./script.sh 2> "$(mktemp)"'

for shell in dash "zsh -f" "fish --no-config" "busybox sh"; do
    command -v "${shell%% *}" > /dev/null || continue
    # shellcheck disable=SC2086 # words
    t_real_same "$shell" $shell -c 'seq 10 | sort -r | head -n 1; sleep 0.01 & wait; sh -c "exit 3" || echo done'
done
t_done
