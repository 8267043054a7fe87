#!/usr/bin/env bash
# A profile is looked up by its name in the user's folder, in /etc, in the installed folder, and
# then among those built in; a path is a path.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
unset XDG_CONFIG_HOME
mkdir -p "$HOME/.config/husk/profiles" "$T/config/husk/profiles" "$T/etc" "$T/installed" "$T/cwd"
cd "$T/cwd" || exit 1

# profile PATH VALUE: a profile that sets FROM to VALUE.
profile()
{
    printf 'dev-bind / /\nsetenv FROM %s\n' "$2" > "$1"
}

# from WANT NAME ARGS...: what FROM is with these.
from()
{
    t_run "$HUSK" "${@:3}" sh -c 'echo $FROM'
    t_is "$out$err" "$1" "$2"
}

profile "$HOME/.config/husk/profiles/one.profile" user
from user "the user's folder" -p one
from user "--profile NAME" --profile one
from user "--profile=NAME" --profile=one
from user "-pNAME" -pone
profile "$T/config/husk/profiles/one.profile" config
XDG_CONFIG_HOME=$T/config from config "XDG_CONFIG_HOME" -p one
XDG_CONFIG_HOME=relative from user "XDG_CONFIG_HOME that is relative does not count" -p one
XDG_CONFIG_HOME='' from user "nor one that is empty" -p one

# A path.
profile "$T/cwd/file" path
profile "$T/cwd/one.profile" cwd
from path "a path" -p "$T/cwd/file"
from path "a relative path, with a slash" -p ./file
from user "a name does not mean a file of the current folder" -p one
from cwd "with a slash it does" -p ./one.profile
for name in "" "a b" "a*" 'a$b' "ä" "a:b" $'a\n'; do
    t_run "$HUSK" -p "$name" true
    t_is "$status" 125 "no name: $(printf %q "$name")"
    t_like "$err" "^husk: (-p|--profile) .*: a profile's name has letters, digits and _ \+ \. -, or" "which is said"
done
for name in . .. ../one one.profile; do
    t_run "$HUSK" -p "$name" true
    t_is "$status" 125 "nothing is found as $name"
done
profile "$HOME/.config/husk/profiles/A_z-0.9+.profile" odd
from odd "all that a name may have" -p A_z-0.9+

# /etc and the installed folder, where this user may mount them.
installed=$(grep -aoE '/[-a-zA-Z0-9/._]*/husk/profiles' "$HUSK" | grep -vE '^/(etc|\.config)/' | sort -u | head -n 1)
t_like "$installed" . "the installed folder is known"
for place in etc:admin installed:system; do
    mkdir -p "$T/${place%:*}/husk/profiles"
    for name in one two three default; do
        profile "$T/${place%:*}/husk/profiles/$name.profile" "${place#*:}-$name"
    done
done
rm "$T/etc/husk/profiles/three.profile" "$T/etc/husk/profiles/default.profile"
# Makes the folder $1 appear as $2; what is beside it is hidden, where it has to be made.
appear='appear() {
    local top=$1
    while [ ! -e "$top" ]; do top=${top%/*}; done
    if [ "$top" != "$1" ]; then mount -t tmpfs none "$top"; mkdir -p "$1"; fi
    mount --bind "$2" "$1"
}
[ "$4" != installed ] || appear "$2" "$1/installed/husk/profiles"
appear /etc/husk/profiles "$1/etc/husk/profiles"
shift 4; exec "$@"'

# elsewhere WHICH WANT NAME ARGS...: the same with /etc, or /etc and the installed folder.
elsewhere()
{
    (t_outer "$appear" "$T" "$installed" - "$1" "$HUSK" "${@:4}" sh -c 'echo $FROM') > "$T/got" 2>&1
    t_is "$(cat "$T/got")" "$2" "$3" || t_diag "$(cat "$T/got")"
}
elsewhere etc user "the user's folder is before /etc" -p one
elsewhere etc admin-two "/etc is next" -p two
elsewhere installed admin-two "/etc is before the installed folder" -p two
elsewhere installed system-three "which is next" -p three
elsewhere installed system-default "an installed default replaces the one that is built in"
profile "$HOME/.config/husk/profiles/default.profile" user-default
elsewhere installed user-default "and the user's replaces that"

t_done
