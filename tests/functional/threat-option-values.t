#!/usr/bin/env bash
# A value never becomes an option (CVE-2024-32462 of flatpak): names that start with dashes are taken for
# what they stand for, everywhere.
. "${0%/*}/../lib.sh" || exit

evil=--bind=/
cd "$T" || exit 99
mkdir -p -- "$evil" "./--" "./--proc" tree
echo in-evil > "./$evil/name"
echo in-dashes > "./--/name"
cp "$(type -P echo)" ./--unshare-net
system=(-p none --unshare-user --unshare-pid --ro-bind / / --proc /proc --tmpfs /tmp)
show=(--ro-bind "$T" /tmp/t --chdir /tmp/t)

t_run "$HUSK" "${system[@]}" --ro-bind "$evil" /tmp/x cat /tmp/x/name
t_is "$out" in-evil "a source"
t_run "$HUSK" "${system[@]}" --ro-bind -- /tmp/x cat /tmp/x/name
t_is "$out" in-dashes "even --"
t_run "$HUSK" "${system[@]}" --dir --proc --ro-bind "$evil" --proc/x ls /--proc
t_is "$status" 125 "a destination, relative to /, which is read-only"
t_run "$HUSK" "${system[@]}" --tmpfs /home --symlink --unshare-net /home/x readlink /home/x
t_is "$out" --unshare-net "the text of a link"
t_run "$HUSK" "${system[@]}" --setenv --unshare-net --bind env
t_like "$out" $'(^|\n)--unshare-net=--bind($|\n)' "a variable and its value"
t_run "$HUSK" "${system[@]}" -e --net=host env
t_like "$out" $'(^|\n)--net=host($|\n)' "the same as one word"
t_run "$HUSK" "${system[@]}" --unshare-uts --hostname --dev uname -n
t_is "$out" --dev "a host name"
t_run "$HUSK" "${system[@]}" --argv0 --uid sh -c 'cat /proc/$$/cmdline | tr "\0" "\n"'
t_like "$out" $'^--uid\n' "argv[0]"
t_run "$HUSK" "${system[@]}" "${show[@]}" --chdir --proc pwd
t_is "$status" 125 "a folder to start in, relative to /"
t_like "$err" "Can't chdir to --proc" "is looked for as what it is called"
t_run "$HUSK" "${system[@]}" "${show[@]}" ./--unshare-net --bind / /
t_is "$out" "--bind / /" "a command, and what is behind it"
t_run env "PATH=/tmp/t:$PATH" "$HUSK" "${system[@]}" "${show[@]}" -- --unshare-net --disable-userns
t_is "$out" --disable-userns "a command behind --"
t_run env "HOME=$T/--" "XDG_CONFIG_HOME=$T/--" "$HUSK" "${system[@]}" echo fine
t_is "$out" fine "folders that variables name"
printf -- '--ro-bind\0--\0/tmp/x' > args
t_run "$HUSK" "${system[@]}" --args 9 cat /tmp/x/name 9< args
t_is "$out" in-dashes "words from --args"

# In a profile.
mkdir -p profiles
cat > profiles/p << 'END'
include none
ro-bind / /
tmpfs /tmp
ro-bind -- /tmp/x
setenv --unshare-all ${ENV:EVIL}
END
t_run env EVIL="--bind / /" "$HUSK" -p ./profiles/p env
t_like "$out" $'(^|\n)--unshare-all=--bind / /($|\n)' "words of a profile, and what variables put there"
t_run env EVIL="--bind / /" "$HUSK" -p ./profiles/p cat /tmp/x/name
t_is "$out" in-dashes "and the folder --"
t_run env EVIL=$'x\nbind / /\n' "$HUSK" -p ./profiles/p sh -c 'touch /tmp/../evil'
t_unlike "$status" '^0$' "which cannot be lines either"
t_run "$HUSK" -p --unshare-all true
t_is "$status" 125 "the name of a profile"
t_like "$err" '^husk: ' "which is refused"
t_run "$HUSK" -p none --print-profile --list-profiles
t_is "$status" 125 "and of one to be printed"

# The names of helpers' arguments: they only ever get numbers.
t_run "$HUSK" "${system[@]}" --uid-map --help:0:1 true
t_is "$status" 125 "what goes to a helper is a number"
t_done
