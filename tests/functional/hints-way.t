#!/usr/bin/env bash
# What is in the way of a mount and of the folder to start in, where it can be known: a folder that is closed, for root
# one of another user's; a place that an earlier option made read-only; a variable that names no folder; short options
# in one word.
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME" "$T/work/sub" "$T/closed/in"
echo x | tee "$T/work/file" > "$T/closed/in/file"
cd "$T/work" || exit 1

# fails MESSAGE HINT ARGS...: with 125, in a line and a hint, or none if HINT is empty.
fails()
{
    t_run "$HUSK" "${@:3}" touch ran
    t_is "$status:$out:$err" "125::husk: $1${2:+
husk: hint: $2}" "$(printf '%q ' "${@:3}")"
}

# give UID:GID: the folder to them, for ordinary users by their subordinate ids; 0 is this user.
give()
{
    if [ "$(id -u)" = 0 ]; then
        chown "$1" "$T/closed"
    else
        "$HUSK" -p none --map-auto --bind / / chown "$1" "$T/closed"
    fi
}

t_ok "a closed folder of one's own" "$HUSK" -r "$T/closed/in" cat "$T/closed/in/file"
chmod 750 "$T/closed"
give 5:5
closed="$T/closed (of uid $(stat -c %u "$T/closed"), mode 0750)"
if [ "$(id -u)" = 0 ]; then
    closed+=" is closed to others, and in a user namespace root is one of them: run husk as that user, or open it (chmod o+x)"
else
    closed+=" may not be entered by this user"
fi
fails "Can't find source path $T/closed/in (-r $T/closed/in): Permission denied" "$closed" -r "$T/closed/in"
fails "Can't find source path $T/closed/in (--tmp-overlay /mnt): Permission denied" "$closed" \
    --overlay-src "$T/closed/in" --tmp-overlay /mnt
fails "masking $T/closed/in (--mask $T/closed/in): Permission denied" "$closed" -w "$T" --mask "$T/closed/in"
fails "Can't chdir to $T/closed/in (--chdir $T/closed/in): Permission denied" "$closed" -r "$T" --chdir "$T/closed/in"
give 0:0
t_ok "given back, it can be shown" "$HUSK" -r "$T/closed/in" cat "$T/closed/in/file"

fails "Can't chdir to $T/closed (--chdir $T/closed): No such file or directory" \
    "$T/closed is not there in the sandbox; -r $T/closed shows it there, as the host has it" --chdir "$T/closed"
fails "Can't chdir to $T/none (--chdir $T/none): No such file or directory" "" --chdir "$T/none"

fails "Can't create file at $T/work/sub/new (--bind $T/work/file $T/work/sub/new): Read-only file system" \
    "the folder that it is in is read-only there by --mask $T/work/sub" \
    -w . --mask "$T/work/sub" --bind "$T/work/file" "$T/work/sub/new"

for name in HOME XDG_RUNTIME_DIR; do
    for value in /etc/passwd /etc/passwd/x; do
        (
            export "$name=$value"
            t_run "$HUSK" touch ran
            printf '%s\n' "$status:$out:$err"
        ) > "$T/said"
        t_like "$(cat "$T/said")" "^125::husk: .* $value \(default .* tmpfs .\{$name\}\): Not a directory
husk: hint: $name is $value, which is not a folder\$" "$name names a file, or one as a folder"
    done
done
# Where husk makes the way to it, it does not matter what the host has there.
HOME=$T/work/file t_ok "a file of the host as HOME is a folder inside" "$HUSK" sh -c 'cd && echo x > x'
HOME=$T/none t_ok "one that is not there is made inside" "$HUSK" sh -c 'cd && echo x > x'

# A letter's argument may be in the same word, so -rw is -r w, which counts if there is such a file.
fails "Unknown option -vw" "short options are given one by one: -v -w" -vw .
fails "Can't find source path $T/work/w (-rw): No such file or directory" \
    "short options are given one by one: -r -w" -rw .
fails "Can't find source path $T/work/xyz (-rxyz): No such file or directory" "" -rxyz
echo x > w
t_ok "-rw is -r w where there is one" "$HUSK" --cwd hide -rw cat "$T/work/w"
fails "Unknown option -vz" "\`husk --help' lists the options" -vz

t_fail "nothing ran" test -e ran
t_done
