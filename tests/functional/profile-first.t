#!/usr/bin/env bash
# A sandbox starts from the first profile that is named, wherever it stands, in place of `default';
# each further one is applied where it stands. The user's own `default' replaces the one that is
# built in.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
unset XDG_CONFIG_HOME
folder=$HOME/.config/husk/profiles
mkdir -p "$folder" "$T/work"
cd "$T/work" || exit 1
printf 'dev-bind / /\nsetenv A base\nsetenv B base\n' > "$folder/base.profile"
printf 'setenv A one\nsetenv C one\n' > "$folder/one.profile"
printf 'setenv A two\nsetenv C two\n' > "$folder/two.profile"

# are WANT NAME OPTIONS...: what A, B, C and the host name are.
are()
{
    t_run "$HUSK" "${@:3}" sh -c 'echo $A $B $C $(uname -n)'
    t_is "$out$err" "$1" "$2"
}
host=$(uname -n)

are husk "no -p: default"
are husk "-p default: the same" -p default
are "base base $host" "-p base: nothing of default" -p base
are "line base $host" "what stands before -p comes after it all the same" --setenv A line -p base
are "line base $host" "and what stands behind it too" -p base --setenv A line
are "one base one $host" "a further profile" -p base -p one
are "two base two $host" "they count in their order" -p base -p one -p two
are "two base one $host" "one after the other" -p base -p two -p one --setenv A two
are "one base one $host" "options before a further profile are replaced by it" -p base --setenv A line -p one
are "line base one $host" "those behind it are not" -p base -p one --setenv A line
are "one one husk" "the first may be default, with others behind it" -p default -p one
t_run "$HUSK" -p one sh -c 'echo run'
t_is "$status" 127 "a profile that shows nothing leaves nothing to run"
t_run "$HUSK" -p none sh -c 'echo run'
t_is "$status" 127 "so does none"
are "one base one $host" "the same profile twice" -p base -p one -p one

# default replaced.
printf 'include base\nsetenv A mine\n' > "$folder/default.profile"
are "mine base $host" "the user's default"
are "base base $host" "not when another is named" -p base
are "one base one $host" "-p default is the user's too" -p default -p one
printf 'include ./base\n' > "$folder/default.profile"
t_run "$HUSK" true
t_is "$status" 125 "one with an error in it stops husk"
t_like "$err" "^husk: $folder/default.profile:1:1: include ./base: opening" "and does not fall back to another"
: > "$folder/default.profile"
t_run "$HUSK" true
t_is "$status" 127 "one that is empty shows nothing"
rm "$folder/default.profile"
printf 'include default\nsetenv A mine\n' > "$folder/mine.profile"
are "mine husk" "a profile that includes the one that is built in" -p mine

# Profiles that start from the same one add up: it is not applied again on top of what they show.
mkdir "$HOME/data" && echo data > "$HOME/data/file" && echo here > "$T/work/file"
printf 'include default\ncwd write\nro-bind ~/data ~/data\nsetenv A one\nsetenv C one\n' > "$folder/left.profile"
printf 'include default\nhostname right\nsetenv C two\n' > "$folder/right.profile"
for words in "-p left -p right" "-p right -p left" "-p default -p left -p right" "-p left -p right -p left"; do
    read -ra options <<< "$words"
    t_run "$HUSK" "${options[@]}" sh -c 'cat file ~/data/file; echo written > new; cat new; uname -n; echo $A'
    t_is "$status:$out$err" $'0:here\ndata\nwritten\nright\none' "$words: both"
done
are "one two right" "the lines behind it count in their order" -p left -p right
t_run "$HUSK" -p left -p default cat "$HOME/data/file"
t_is "$status" 1 "one that is named itself is applied again"

# Modifiers do not reach over a profile's borders.
printf 'perms 0700\n' > "$folder/open.profile"
t_run "$HUSK" -p base -p open --tmpfs /tmp true
t_is "$status" 125 "a modifier at the end of a profile is an error"
t_run "$HUSK" -p base --perms 0700 -p one --tmpfs /tmp true
t_is "$status" 125 "and so is one before a profile"

t_done
