#!/usr/bin/env bash
# As bwrap: --exec-label and --file-label are SELinux labels, and an error where SELinux is off: what they
# ask for is never left out silently.
. "${0%/*}/../lib.sh" || exit
# Not with a policy: then the labels of the kernel itself have colons.
! grep -qs : /sys/fs/selinux/initial_contexts/kernel || t_skip_all "SELinux is on"

export label=system_u:system_r:sandbox_t:s0
for option in --exec-label --file-label; do
    export option
    same_as_bwrap "$option" "$option" $label --ro-bind / / echo run
    same_as_bwrap "$option after other options" --unshare-all --ro-bind / / "$option" $label --tmpfs /tmp echo run
    same_as_bwrap "$option with an empty label" "$option" "" --ro-bind / / echo run
    same_as_bwrap_sh "$option from --args" \
        '$B --args 3 echo run 3< <(printf "%s\0" $option $label --ro-bind / /)'
    same_as_bwrap "$option without a label" --ro-bind / / "$option"
    t_run "$BWRAP_HUSK" "$option" $label --ro-bind / / echo run
    t_is "$status $out" "1 " "$option: COMMAND does not run"
    t_run "$HUSK" "$option" $label echo run
    t_is "$status $out" "125 " "$option: nor called as husk"
    t_run "$HUSK" "$option" "" echo run
    t_is "$status $out $err" "125  husk: $option : a label is wanted" "$option: an empty one is none"
done
same_as_bwrap "both" --exec-label $label --file-label $label --ro-bind / / echo run

t_done
