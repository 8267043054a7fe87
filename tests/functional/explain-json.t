#!/usr/bin/env bash
# --dry-run=json prints one JSON object, whatever the names and values are, with the members that
# programs rely on; each mount tells which option or profile line it came from.
# shellcheck disable=SC2016 # what is in single quotes is for the program inside
. "${0%/*}/../lib.sh" || exit
t_need python3

export HOME=$T/home
mkdir -p "$HOME" "$T/work"
cd "$T/work" || exit 1

# json EXPRESSION ARGS...: what EXPRESSION is, where P is the plan of ARGS.
json()
{
    "$HUSK" --dry-run=json "${@:2}" > "$T/plan" 2> "$T/plan.err" || { cat "$T/plan.err"; return; }
    python3 -c 'import json, sys
P = json.loads(open(sys.argv[1], "rb").read().decode("utf-8"))
exec("print(" + sys.argv[2] + ")")' "$T/plan" "$1"
}

t_is "$(json '*sorted(P), sep=" "' true)" "capabilities command environment fds format ids landlock lifetime \
limits mounts namespaces network reachable seccomp" "the members of the object"
t_is "$(json 'P["format"]' true)" 1 "the format has a number"
t_is "$(json '(P["command"]["argv"], P["command"]["file"])' sh -c 'a "b" \ c')" \
    "(['sh', '-c', 'a \"b\" \\\\ c'], 'sh')" "the command"
t_is "$(json 'P["command"]["argv"]' --argv0 other true x)" "['other', 'x']" "with --argv0"

# Names of all kinds.
names=($'new\nline' 'quote"s' 'back\slash' $'tab\t' $'escape\e[31m' $'bell\a' 'ünï' '漢字' '😀' $'del\177' '${HOME}')
options=()
for i in "${!names[@]}"; do
    mkdir "$T/${names[i]}"
    options+=(--ro-bind "$T/${names[i]}" "/x$i" -e "V$i=${names[i]}" --symlink "${names[i]}" "/y$i")
done
all=$(python3 -c 'import sys; print(sys.argv[1:])' "${names[@]}")
t_is "$(json '[m["source"][len("'"$T/"'"):] for m in P["mounts"] if m["path"].startswith("/x")]' \
    "${options[@]}" echo "${names[@]}")" "$all" "folders with names of all kinds"
t_unlike "$(< "$T/plan")" $'[\001-\011\013-\037]' "control characters are escaped"
t_is "$(json '[v["value"] for v in P["environment"] if v["name"][0] == "V"]' "${options[@]}" true)" "$all" \
    "values of variables"
t_is "$(json '[m["target"] for m in P["mounts"] if m["path"].startswith("/y")]' "${options[@]}" true)" "$all" \
    "texts of links"
t_is "$(json 'P["command"]["argv"][1:]' true "${names[@]}")" "$all" "arguments"
name=$'not-utf8-\xff\xfe-end'
mkdir "$T/$name"
t_like "$(json '[m["path"] for m in P["mounts"]]' -r "$T/$name" -e "V=$name" true "$name")" "not-utf8-.*-end" \
    "what is not UTF-8 leaves it valid"

# Where things came from.
printf 'dev-bind / /\n  tmpfs /tmp\nunshare-user\n' > "$T/p"
t_is "$(json '[(m["path"], m["from"]) for m in P["mounts"] if m["path"] == "/tmp"]' -p "$T/p" true)" \
    "[('/tmp', {'option': 'tmpfs /tmp', 'file': '$T/p', 'line': 2, 'column': 3})]" "a line of a profile"
t_is "$(json '[m["from"] for m in P["mounts"] if m["path"] == "/y"]' --ro-bind=/usr -w . true 2> /dev/null)" \
    "husk: --ro-bind=/usr: --ro-bind takes two arguments" "an error is no JSON"
t_is "$(json '[m["from"] for m in P["mounts"] if m["path"] == "/y"]' -p none --ro-bind /usr /y true)" \
    "[{'option': '--ro-bind /usr /y', 'file': None}]" "an option of the command line"
line=$(grep -n ^unshare-net "$SRCDIR/profiles/default.profile" | cut -d: -f1)
t_is "$(json 'P["namespaces"]["network"]' true)" "{'state': 'new', 'from': {'option': 'unshare-net', \
'file': 'default (built in)', 'line': $line, 'column': 1}}" "a namespace"
t_is "$(json 'P["namespaces"]["network"]["state"]' -n host true)" shared "one that is shared"

# Each kind of mount tells what it is.
exec 7< /dev/null 8< /dev/null 9< /dev/null
t_is "$(json '*[m["kind"] for m in P["mounts"] if m["path"].startswith("/k")], sep=" "' \
    -p none --bind . /k1 --tmpfs /k2 --proc /k3 --dev /k4 --dir /k5 --symlink a /k6 --mask /k7 --file 7 /k8 --mqueue /k9 --overlay-src /usr --tmp-overlay /k10 \
    --bind-data 8 /k11 --dir /k12 --chmod 0700 /k12 --remount-ro /k2 --bind-fd 9 /k13 true)" \
    "bind tmpfs proc dev dir symlink mask file mqueue overlay bind-data dir chmod remount-ro bind-fd" \
    "the kinds of mounts, in order"
t_run "$HUSK" --dry-run=json -w . sh -c 'touch ran'
t_is "$status:$(ls)" 0: "nothing was run"
t_run sh -c '"$0" --dry-run=json true > /dev/full' "$HUSK"
t_is "$status" 125 "a failure to write is one"
t_like "$err" '^husk: writing the plan to stdout: No space left on device$' "and is said"

t_done
