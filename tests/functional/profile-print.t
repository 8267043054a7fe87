#!/usr/bin/env bash
# --list-profiles shows each profile with its place, --print-profile its text; what they print is
# what would be used, and nothing is run.
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
unset XDG_CONFIG_HOME
folder=$HOME/.config/husk/profiles
mkdir -p "$folder"
cd "$T" || exit 1

t_run "$HUSK" --list-profiles
t_is "$status:$err" 0: "--list-profiles"
for name in build default none shell; do
    t_like "$out" "(^|
)$name +(built in|/)" "names $name"
done
t_is "$(cut -d' ' -f1 <<< "$out" | sort -c && echo sorted)" sorted "by name"

printf '# mine\ndev-bind / /\n' | tee "$folder/mine.profile" > "$folder/build.profile"
echo ignored > "$folder/notes.txt"
echo ignored > "$folder/.profile"
echo ignored > "$folder/b d.profile"
t_run "$HUSK" --list-profiles
t_like "$out" "mine +$folder/mine.profile" "the user's own is listed"
t_like "$out" "build +$folder/build.profile" "one that replaces another is in its place"
t_is "$(grep -c '^build ' <<< "$out")" 1 "once"
t_unlike "$out" "notes|ignored|b d" "what has no profile's name is not"

for name in default shell none; do
    t_run "$HUSK" --print-profile $name
    t_is "$status:$err" 0: "--print-profile $name"
    cmp -s "$T/.out" "$SRCDIR/profiles/$name.profile"
    t_is $? 0 "its text is that of the sources, byte by byte"
done
t_run "$HUSK" --print-profile build
t_is "$out" $'# mine\ndev-bind / /' "the user's own, where it replaces another"
t_run "$HUSK" --print-profile="$folder/mine.profile"
t_is "$out" $'# mine\ndev-bind / /' "a path"
t_run "$HUSK" --print-profile none-such
t_is "$status:$err" "125:husk: --print-profile none-such: there is no profile none-such
husk: hint: \`husk --list-profiles' lists them" "one that is not there"

t_run "$HUSK" --print-profile none touch ran
t_fail "no command is run" test -e ran
t_run "$HUSK" --list-profiles touch ran
t_fail "nor by --list-profiles" test -e ran
# shellcheck disable=SC2016 # for the inner shell
t_run sh -c '"$0" --print-profile default > /dev/full' "$HUSK"
t_is "$status:$err" "125:husk: writing to stdout: No space left on device" "a failure to write is said"

# What is printed can be kept and changed.
"$HUSK" --print-profile default > printed
mv printed "$folder/default.profile"
t_run "$HUSK" uname -n
t_is "$out" husk "a printed default works as default"
sed -i 's/^hostname husk/hostname changed/' "$folder/default.profile"
t_run "$HUSK" uname -n
t_is "$out" changed "and can be changed"

# Also at once, though the shell empties the file first: the one behind it is printed.
for old in missing empty full; do
    case $old in
    missing) rm "$folder/default.profile" ;;
    empty) : > "$folder/default.profile" ;;
    full) echo "dev-bind / /" > "$folder/default.profile" ;;
    esac
    (umask 002; "$HUSK" --print-profile default > "$folder/default.profile") 2> "$T/.err"
    t_is "$?$(cat "$T/.err")" 0 "printed to where it is looked for ($old before)"
    cmp -s "$folder/default.profile" "$SRCDIR/profiles/default.profile"
    t_is $? 0 "it is the one that is built in"
    chmod 644 "$folder/default.profile"
done
(umask 022; "$HUSK" --print-profile new > "$folder/new.profile") 2> "$T/.err"
t_is "$?:$(cat "$T/.err")" "125:husk: --print-profile new: there is no profile new
husk: hint: \`husk --list-profiles' lists them" "where there is none behind it, that is said"
rm "$folder/new.profile" "$folder/default.profile"

# To a terminal, what it would obey is escaped.
printf '# \033]0;title\007\nclearenv\n' > "$folder/evil.profile"
t_run "$HUSK" --print-profile evil
t_is "$out" $'# \e]0;title\a\nclearenv' "to a file, the text as it is"
t_run script -qec "$(printf '%q --print-profile evil' "$HUSK")" /dev/null
t_is "$(tr -d '\r' <<< "$out")" '# \x1b]0;title\x07'$'\nclearenv' "to a terminal, escaped"

t_done
