#!/usr/bin/env bash
# A set-uid or set-gid husk, or one with file capabilities, would act with rights that its caller does not
# have: it is refused before anything is read. (bwrap can be installed so.)
. "${0%/*}/../lib.sh" || exit
. "${0%/*}/../setuid.sh" || exit

for name in husk bwrap; do
    [ $name = bwrap ] && failure=1 || failure=125
    refused="$failure  $name: $name must not be setuid, setgid or have file capabilities
$name: hint: it gives no rights and needs none: chmod ug-s, setcap -r"
    privileged "$HUSK" $name ":" --version
    t_is "$status" 0 "$name: a plain copy works"
    for prepare in 'chmod u+s "$f"' 'chmod g+s "$f"' 'chmod ug+s "$f"'; do
        for args in "--version" "--help" "--ro-bind / / echo run" "--args 3" "--bogus" "--info-fd 9 --ro-bind / / echo run"; do
            read -ra words <<< "$args"
            privileged "$HUSK" $name "$prepare" "${words[@]}"
            t_is "$status $out $err" "$refused" "$name, $prepare: $args"
        done
    done
    if [ -n "$(command -v setcap)" ]; then
        privileged "$HUSK" $name 'setcap cap_sys_admin+ep "$f"' --version
        t_is "$status $out $err" "$refused" "$name with a file capability"
    else
        t_skip "setcap is not installed"
    fi
done

# What husk starts has no_new_privs, so no such copy is of use in a sandbox.
privileged "$HUSK" bwrap 'chmod u+s "$f"; cp "$(command -v id)" id; chmod 4755 id; f=id' -u
t_is "$status $out" "0 0" "a set-uid program works here"
t_run "${how[@]}" bash -ec 'mount -t tmpfs -o mode=0755 tmpfs "$1"; cp "$(command -v id)" "$1/id"; chmod 4755 "$1/id"
    cp "$2" "$1/bwrap"; exec setpriv --reuid=1 --regid=1 --clear-groups "$1/bwrap" --ro-bind / / "$1/id" -u' - "$T/copies" "$BWRAP_HUSK"
t_is "$status $out" "0 1" "but not in a sandbox"

t_done
