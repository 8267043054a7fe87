#!/usr/bin/env bash
# When the terminal is gone, so is the sandbox, be husk the leader of the session, to whom alone the kernel tells it, or
# a job of a shell; also when the command starts in just that moment, and husk sees that first. The same for ^C and ^\.
# vm: none (needs a tracer)
. "${0%/*}/../lib.sh" || exit
[ -x "$HELPERS/strike" ] || t_skip_all "the test programs are not built"

export INJECT_PAYLOAD=state
poll=$(printf '#include <sys/syscall.h>\nSYS_poll' | cc -E -P - | tail -n 1)

# strike POINT WHAT KEY WORD...: the launch WORD... has a terminal; at POINT that is gone, or KEY is typed there, and
# who is held there goes on 200 ms later, with all the others far on. Sets status, or "hung", in $came.
strike()
{
    local point=$1 what=$2 key=$3
    shift 3
    t_run "$HELPERS/strike" -T -t "${patience:-20}" -h 200 -r "$T/report" -a "$point" -w "$what" -s "$key" "$@"
    came=$(sed -n 's/^status \([0-9]*\).*/\1/p; s/^\(hung\|missed\|absent\) *.*/\1/p; s/^left.*/left/p' "$T/report" | sort -u | xargs)
}

# shellcheck disable=SC2086 # words
for options in "-p default" "-p none $SYS --unshare-all --proc /proc" "-p none $SYS --unshare-user" \
    "-p none $SYS --unshare-all --proc /proc --new-session"; do
    launch=("$HUSK" $options --ro-bind "$HELPERS" "$HELPERS" --chdir / "$HELPERS/state" wait)
    name=${options//"$SYS"/...}
    strike 0:up:1 hangup 0 "${launch[@]}"
    t_is "$came" 129 "[$name] the leader of the session ends"
    strike 0:$poll:1 hangup 0 "${launch[@]}"
    t_is "$came" 129 "[$name] while it starts, too"
    for point in 0:up:1 0.1:$poll:1; do
        # shellcheck disable=SC2016 # it is the inner shell's
        strike $point hangup 0 "$BASH" -c '"$@"; exit 9' bash "${launch[@]}"
        t_is "$came" 129 "[$name] so does the job of a shell, hung up on at $point"
    done
    strike 0:$poll:1 keys 3 "${launch[@]}"
    t_is "$came" 130 "[$name] ^C while it starts is not lost"
    ulimit -c 0
    strike 0:$poll:1 keys 28 "${launch[@]}"
    t_is "$came" 131 "[$name] nor is ^\\"
done

# With a SIGHUP that is ignored all of that is seen to go on.
for point in 0:up:1 0:$poll:1; do
    patience=2
    strike $point hangup 0 "$(type -P env)" --ignore-signal=HUP "$HUSK" -p none "${launch[@]:1}"
    t_is "$came" hung "ignored, a hang-up ends nothing"
done
t_done
