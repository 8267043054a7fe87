#!/usr/bin/env bash
# 200 sandboxes at once in the same folder, with the same masks, of what is there and what is not: each has them, all
# succeed, and nothing is left. A command that tries to lift them for the others cannot.
# vm: none (hundreds of launches)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

[ -x /usr/bin/python3 ] || t_skip_all "python3 is not installed"

export HOME=$T/home XDG_RUNTIME_DIR=$T/run
mkdir -p "$HOME" "$XDG_RUNTIME_DIR" "$T/top/sub" "$T/.said"
echo secret > "$T/top/sub/.env"
before=$(t_host)
masks=(--mask "$T/top/sub/.env" --mask "$T/top/absent/deeper" --mask "$T/top/sub/absent")

# at_once TIMES WORD...: so many launches of husk with these options and masks, all at once. Sets ok, how often the
# command has said so, and said, all that was said besides.
at_once()
{
    local i pids=() times=$1
    shift
    rm -f "$T/.said"/*
    for ((i = 0; i < times; i++)); do
        "$HUSK" "$@" "${masks[@]}" sh -c '
            exec 2>&1
            [ ! -s sub/.env ] || echo "the file is seen"
            [ ! -w sub/.env ] || echo "the file is writable"
            for absent in absent/deeper sub/absent; do
                ! mkdir "$absent/made" > /dev/null 2>&1 || echo "made $absent"
            done
            echo ok' > "$T/.said/$i" 2>&1 &
        pids+=($!)
    done
    wait "${pids[@]}"
    ok=$(cat "$T/.said"/* | grep -cx ok)
    said=$(cat "$T/.said"/* | grep -vx ok | sort | uniq -c)
}
cd "$T/top" || exit

t_is "$("$HUSK" -w "$T/top" cat sub/.env)" secret "without a mask the file is seen"
at_once 200 -w "$T/top"
t_is "$ok" 200 "200 at once succeed"
t_is "$said" "" "each with its masks"
t_is "$(t_host)" "$before" "nothing is left"

# Each of these succeeds where there is no mask. What is only on the way to one may be opened, which is the command's own
# affair: it could make a folder there.
cat > "$T/attack" << 'END'
import os

def attempt(name, *steps):
    try:
        for step, *words in steps:
            step(*words)
        print(name)
    except OSError:
        pass

while True:
    attempt("moved sub", (os.rename, "sub", "sub2"), (os.rename, "sub2", "sub"))
    attempt("moved .env", (os.rename, "sub/.env", "sub/env"), (os.rename, "sub/env", "sub/.env"))
    attempt("linked .env", (os.link, "sub/.env", "sub/env"), (os.unlink, "sub/env"))
    for f in "absent/deeper", "absent", "sub/absent":
        attempt("moved " + f, (os.rename, f, "moved"), (os.rename, "moved", f))
        if f != "absent":
            attempt("opened " + f, (os.chmod, f, 0o777))
            attempt("removed " + f, (os.rmdir, f), (os.mkdir, f))
    open("tried", "w").close()
    if not os.path.exists("go"):
        break
END
attack() # WORD...: by a command with these options; sets what it could do
{
    rm -f tried
    : > go
    "$HUSK" -w "$T/top" -r "$T/attack" "$@" /usr/bin/python3 "$T/attack" > "$T/.did" &
    attacker=$!
    t_wait test -e tried
}
end_attack()
{
    rm -f go
    wait $attacker
    did=$(sort -u "$T/.did" | xargs)
    rm -f tried
}
mkdir -p absent/deeper sub/absent
attack
end_attack
t_is "$did" "linked .env moved .env moved absent moved absent/deeper moved sub moved sub/absent opened absent/deeper opened sub/absent removed absent/deeper removed sub/absent" \
    "without masks all of it can be done"
rm -rf absent sub/absent
rm "$T/.did"

attack "${masks[@]}"
at_once 40 -w "$T/top"
end_attack
t_is "$did" "" "with them none"
t_is "$ok" 40 "and the others succeed meanwhile"
t_is "$said" "" "each with its masks"
rm -f "$T/attack"
t_is "$(t_host)" "$before" "nothing is left"
t_done
