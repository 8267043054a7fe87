#!/usr/bin/env bash
# The helper programs refuse rights of their files as husk does (bwrap-setuid.t), before they read anything.
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../setuid.sh" || exit
t_need setcap

for program in husk-allow husk-scope husk-seccomp; do
    if [ ! -e "$BUILDDIR/$program" ]; then # configure --without-systemd
        t_skip "$program was not built"
        continue
    fi
    [ $program = husk-allow ] && says=husk || says=$program # it speaks for husk
    refused="125  $says: $says must not be setuid, setgid or have file capabilities
$says: hint: it gives no rights and needs none: chmod ug-s, setcap -r"
    # With a word that it does not know, so that it ends, with another message or none.
    privileged "$BUILDDIR/$program" $program ":" --bogus
    t_unlike "$err" "setuid" "$program: a plain copy does not speak of it"
    t_unlike "$status" "^(0|12[67])$" "and runs"
    for prepare in 'chmod u+s "$f"' 'chmod g+s "$f"' 'setcap cap_net_admin+ep "$f"'; do
        privileged "$BUILDDIR/$program" $program "$prepare" --bogus
        t_is "$status $out $err" "$refused" "$program: $prepare"
    done
done

t_done
