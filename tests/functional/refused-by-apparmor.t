#!/usr/bin/env bash
# A machine where an AppArmor profile confines husk: nothing runs, husk names the profile, and with all that
# the hint says should be in it, husk works.
# vm: only alone 6.1 6.12
. "${0%/*}/../lib.sh" || exit
t_only_in_vm
PATH=$PATH:/usr/sbin:/sbin

# confine FLAGS RULES: husk has this profile from now on.
confine()
{
    printf 'abi <abi/3.0>,\nprofile husk-refused %s %s {\n  file, signal, ptrace, network, unix,\n  %s\n}\n' \
        "$(readlink -f "$HUSK")" "$1" "$2" > "$T/profile"
    sudo -n apparmor_parser -r "$T/profile"
}
release()
{
    sudo -n apparmor_parser -R "$T/profile"
    t_cleanup
}
cd "$T" || exit 1
t_ok "at first it works" "$HUSK" true
trap release EXIT

# The rules that the hint names, one after the other; `userns,' this AppArmor does not know.
rules='' hint="flags=\(attach_disconnected\) and capability, mount, pivot_root, userns\)"
for rule in "capability," "mount, umount," "pivot_root,"; do
    confine "" "$rules"
    t_run "$HUSK" -w . touch ran
    t_is "$status:$out" 125: "nothing runs with [$rules]"
    t_is "$(ls ran 2> /dev/null)" "" "nothing at all"
    t_like "$err" "hint: the AppArmor profile husk-refused refuses it: .*$hint" "the hint"
    rules+=" $rule"
done
confine "flags=(attach_disconnected)" "$rules"
t_ok "with all of it husk works" "$HUSK" true

t_done
