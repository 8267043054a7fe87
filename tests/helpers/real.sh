# shellcheck shell=bash
# For the tests of real programs; sourced after lib.sh. What a script prints in the profiles that have
# a seccomp policy is what it should print.
#
# The programs are the system's own packages', wherever this user's PATH leads.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
export TMPDIR=$T/tmp TZ=UTC
mkdir "$T/work" "$T/tmp"
cd "$T/work" || exit 1
real_options=(-e TMPDIR=/tmp)
T_TIMEOUT=60 # compilers and browsers, on a machine that does more than this

# t_real NAME WANT COMMAND...: in both profiles, with WANT on stdout, nothing on stderr and status 0.
t_real()
{
    local profile name=$1 want=$2
    shift 2
    for profile in default build; do
        t_run "$HUSK" -p $profile "${real_options[@]}" "$@"
        t_is "$status:$err$(diff <(cat <<< "$want") <(cat <<< "$out"))" 0: "$profile: $name"
    done
}

# t_real_same NAME COMMAND...: what it prints outside is what it prints inside; its last line is "done".
t_real_same()
{
    local name=$1
    shift
    t_run "$@"
    t_is "$status:$err:${out##*$'\n'}" "0::done" "outside: $name"
    t_real "$name" "$out" "$@"
}
