#!/usr/bin/env bash
# --seccomp-profile: who gets which policy, that the last one counts, what is an error, and that it is
# loaded whatever else is.
. "${0%/*}/../lib.sh" || exit

# policy ARGS...: the policy that --dry-run shows.
policy()
{
    t_run "$HUSK" --dry-run "$@" true
    sed -n '/^seccomp filters/{n;s/^ *\([a-z]*\):\{0,1\}.*/\1/p}' <<< "$out"
}
# filters ARGS...: how many filters the command has.
filters()
{
    t_run "$HUSK" "$@" sed -n 's/^Seccomp_filters:[[:space:]]*//p' /proc/self/status
    echo "$out"
}
here=$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' /proc/self/status)

mkdir -p "$T/work" "$T/config/husk/profiles"
export XDG_CONFIG_HOME=$T/config
cd "$T/work" || exit
t_is "$(policy)" default "the default profile has default"
t_is "$(policy -p shell)" default "so has shell"
t_is "$(policy -p build)" build "build has build"
t_is "$(policy -p none)" none "none has none"
t_is "$(policy --seccomp-profile none)" none "it can be switched off"
t_is "$(policy --seccomp-profile strict)" strict "or be another"
t_run "$HUSK" --dry-run --seccomp-profile strict true
t_is "$err" "" "without a warning, since it replaces a profile's"
t_is "$(policy --seccomp-profile strict --seccomp-profile build)" build "the last one counts"
t_run "$HUSK" --dry-run --seccomp-profile strict --seccomp-profile build true
t_like "$err" 'Only the last --seccomp-profile option' "which is said where both are the user's"
t_is "$(policy -p none --unshare-user --seccomp-profile nested)" nested "nested with user namespaces"
echo "seccomp-profile strict" > "$T/config/husk/profiles/mine.profile"
t_is "$(policy -p mine)" strict "a profile can have it"

t_is "$(filters)" $((here + 1)) "one filter is loaded"
t_is "$(filters --seccomp-profile none)" "$here" "with none there is none"
t_is "$(filters -p none --ro-bind / /)" "$here" "nor in profile none"
t_is "$(filters -p none --ro-bind / / --seccomp-profile strict)" $((here + 1)) "it needs no namespaces"
t_run "$HUSK" --dry-run=json true
t_like "$out" '"policy": "default"' "JSON has it"

# Errors: the command does not run.
for name in '' nothing Default default.jso json; do
    t_run "$HUSK" --seccomp-profile "$name" echo run
    t_is "$status:$out" "125:" "[$name] is an error"
    t_like "$err" "^husk: --seccomp-profile $name: no such seccomp policy; there are default, strict, build, nested, and none, or a file by" \
        "[$name] which says what there is"
done
t_run "$HUSK" --seccomp-profile nested echo run
t_is "$status:$out" "125:" "nested is an error in the default profile"
t_like "$err" 'further user namespaces are forbidden inside \(default.*: disable-userns\)' "which says why"
t_run "$HUSK" -p none --ro-bind / / --seccomp-profile build echo run
t_is "$status:$out" "125:" "build is one without a pid namespace"
t_like "$err" 'needs --unshare-pid' "which says so"
echo "seccomp-profile loose" > "$T/config/husk/profiles/loose.profile"
t_run "$HUSK" -p loose echo run
t_is "$status:$out" "125:" "so is a wrong name in a profile"
t_like "$err" 'loose.profile:1:1: seccomp-profile loose: no such' "which names the line"
t_run "$BWRAP_HUSK" --seccomp-profile none true
t_like "$status:$err" '^1:.*Unknown option --seccomp-profile' "bwrap knows no such option"

# A filter that is handed in is loaded after ours, so it cannot keep ours away; both hold.
case $(uname -m) in
x86_64) prctl='\235\0' uname='\77\0' ;;
aarch64) prctl='\247\0' uname='\240\0' ;;
*) prctl='' ;;
esac
if [ "$prctl" ]; then
    # deny CALL ERRNO: as in bwrap-seccomp-denied.t
    deny()
    {
        # shellcheck disable=SC2059 # it is a format
        printf "\40\0\0\0\0\0\0\0\25\0\0\1$1\0\0\6\0\0\0\\$2\0\5\0\6\0\0\0\0\0\377\177"
    }
    deny "$prctl" 1 > "$T/prctl"
    deny "$uname" 5 > "$T/uname"
    t_run "$HUSK" --seccomp 3 sh -c 'grep ^Seccomp_filters /proc/self/status; unshare -U true' 3< "$T/prctl"
    t_like "$out" "$((here + 2))\$" "with one that denies prctl there are both"
    t_like "$err" 'unshare.*Operation not permitted' "and ours holds"
    t_run "$HUSK" --seccomp-profile strict --add-seccomp-fd 3 uname 3< "$T/uname"
    t_like "$err" 'uname: .*Input/output error' "the other one does too, also after strict"

    # Where the kernel loads none, here since prctl(PR_SET_SECCOMP) is denied, the command is not started.
    # shellcheck disable=SC2059 # it is a format
    printf "\40\0\0\0\0\0\0\0\25\0\0\3$prctl\0\0\40\0\0\0\20\0\0\0\25\0\0\1\26\0\0\0\6\0\0\0\1\0\5\0\6\0\0\0\0\0\377\177" > "$T/prctl"
    t_run "$HUSK" -p none --dev-bind / / --add-seccomp-fd 3 "$HUSK" -p none --dev-bind / / \
        --seccomp-profile default echo run 3< "$T/prctl"
    t_is "$status:$out" "125:" "what cannot be loaded is an error"
    t_like "$err" 'loading a seccomp filter \(--seccomp-profile default\)' "which is said"
    t_run "$HUSK" -p none --dev-bind / / --add-seccomp-fd 3 "$HUSK" -p none --dev-bind / / echo run \
        3< "$T/prctl"
    t_is "$status:$out" "0:run" "without a policy the command runs there"
fi

t_run "$HUSK" --list-syscall-groups
t_is "$status:$err" "0:" "the groups are listed"
t_like "$out" $'\n@mount: [^\n]*\\(nested\\)\n' "with the policies that allow them"
t_like "$out" ' pivot_root' "and their calls"
t_is "$(awk 'length > 80' <<< "$out")" "" "in 80 columns"
t_run "$HUSK" --list-syscall-groups --no-such-option
t_is "$status" 0 "it acts at once"

t_done
