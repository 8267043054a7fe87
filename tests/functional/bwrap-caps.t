#!/usr/bin/env bash
# As bwrap: capabilities. None but those of --cap-add, for a user; all but those of --cap-drop, for root.
. "${0%/*}/../lib.sh" || exit

# caps_of COMMAND...: INHERITABLE PERMITTED EFFECTIVE BOUNDING AMBIENT, as it sees them itself.
export shows='sed -n "s/^Cap[A-Z][a-z]*:\t//p; /^NoNewPrivs/p" /proc/self/status'
for options in "" "--cap-add CAP_KILL" "--cap-add cap_kill" "--cap-add CAP_KILL --cap-drop CAP_KILL" \
    "--cap-drop CAP_KILL" "--cap-drop CAP_KILL --cap-add CAP_KILL" "--cap-drop ALL" "--cap-drop all" \
    "--cap-drop ALL --cap-add CAP_KILL --cap-add CAP_CHOWN" "--cap-add CAP_KILL --cap-drop ALL" \
    "--cap-add ALL" "--uid 0" "--uid 5" "--uid 5 --cap-add CAP_KILL" "--dev /dev --uid 5" \
    "--dev /dev --cap-add CAP_NET_ADMIN" "--unshare-pid --as-pid-1 --cap-drop ALL --cap-add CAP_KILL" \
    "--unshare-pid --cap-drop ALL --cap-add CAP_KILL" "--disable-userns --uid 5 --cap-add CAP_KILL"; do
    export options
    same_as_bwrap_sh "[$options]" '$B --unshare-user --ro-bind / / $options sh -c "$shows"'
done
for cap in "" CAP_ CAP_NO_SUCH KILL; do
    t_run "$BWRAP_HUSK" --cap-add "$cap" --ro-bind / / true
    t_is "$status $err" "1 bwrap: unknown cap: $cap" "no capability: [$cap]"
done

# Root without a user namespace of its own. Debian's bwrap leaves the bounding set as it is, and gives
# all where some that root lacks are asked for; so only what counts is compared.
same_as_bwrap_sh "no user namespace" '$B --ro-bind / / sh -c "$shows"'
same_as_bwrap_sh "the same, some dropped" '
    $B --ro-bind / / --cap-drop CAP_KILL --cap-drop CAP_CHOWN sh -c "$shows" | sed 4d'
same_as_bwrap_sh "the same, all dropped" '$B --ro-bind / / --cap-drop ALL sh -c "$shows" | sed 4d'
t_run "$BWRAP_HUSK" --ro-bind / / --cap-drop ALL sh -c "$shows"
t_is "$status $(sort -u <<< "$out")" "0 0000000000000000"$'\nNoNewPrivs:\t1' "nothing at all is left"

t_done
