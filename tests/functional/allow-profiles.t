#!/usr/bin/env bash
# The profiles that docs/network-list.md shows can be used as they are there, alone and together. Nothing is run.
# vm: none (the same anywhere)
. "${0%/*}/../lib.sh" || exit
mkdir -p "$T/home/.config/husk/profiles"
profiles=$T/home/.config/husk/profiles

# A line with a name, an empty one, and the profile, set in by four blanks.
awk -v dir="$profiles" '
    match($0, /^`net-[a-z]+\.profile`/) { file = dir "/" substr($0, 2, RLENGTH - 2); next }
    file && /^    / { print substr($0, 5) > file; text = 1; next }
    file && text { close(file); file = ""; text = 0 }' "$SRCDIR/docs/network-list.md"
t_is "$(cd "$profiles" && echo *)" "net-git.profile net-npm.profile net-pypi.profile" "they are found in the text"
mkdir "$T/work"
cd "$T/work" || exit

shown()
{
    HOME=$T/home XDG_CONFIG_HOME='' t_run "$HUSK" "$@" --dry-run -- true
}

for name in net-npm net-pypi net-git; do
    shown -p $name
    if [ "$status" != 0 ] && [[ $err == *"neither pasta nor slirp4netns"* ]]; then
        t_skip "no program carries a network"
        continue
    fi
    t_is "$status:$(grep -v '^husk: hint' <<< "$err")" "0:" "$name"
    while read -r _ line; do
        t_like "$out" "${line//[.*]/.}" "$name: $line"
    done < <(grep ^allow "$profiles/$name.profile")
done
shown -p net-npm -p net-git
t_like "$out" 'registry.npmjs.org:443.*github.com:22' "they add up"
t_is "$(grep "bind $T/work " <<< "$out" | grep -vc hidden)" 1 "and the current folder is there"
t_done
