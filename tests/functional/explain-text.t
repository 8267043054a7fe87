#!/usr/bin/env bash
# --dry-run shows the plan as a tree for people: each mount with its rights and where it was asked
# for, ids, namespaces, environment, what can be reached; control characters are escaped, and
# nothing is done.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home TOKEN=secret
mkdir -p "$HOME" "$T/work" "$T/data"
cd "$T/work" || exit 1
uid=$(id -u)

# has REGEX NAME: a line of the plan.
has()
{
    t_like $'\n'"$out"$'\n' $'\n'"$1"$'\n' "$2"
}
line='[^
]*'

before=$(t_tree "$T/work" "$T/data" "$HOME")
t_run "$HUSK" --dry-run -w . -r "$T/data" --tmpfs /x -e A=b sh -c 'touch ran; exit 3'
t_is "$status:$err" 0: "it is no error"
t_is "$(t_tree "$T/work" "$T/data" "$HOME")" "$before" "nothing was done on the host"
plan=$out
t_run "$HUSK" --dry-run=text -w . -r "$T/data" --tmpfs /x -e A=b sh -c 'touch ran; exit 3'
t_is "$out" "$plan" "--dry-run=text is the same"

for title in command files "ids, inside -> on the host" namespaces capabilities "seccomp filters" limits environment \
    "fds the command inherits" lifetime "reachable on the host, as far as this user's own rights go"; do
    has "$title" "a part: $title"
done
has '  sh -c "touch ran; exit 3"' "the command, each word quoted where it has to be"
has "  program +sh +looked up in $PATH" "where it is looked up"
has "  starts in +$T/work$line" "where it starts"
has "  [|\`]- usr +bind /usr +ro,nosuid,nodev +default \(built in\):[0-9]+:1: ro-bind /usr /usr" \
    "a mount of the profile, with its line"
has "  [|\` -]* [^ ]*/work +bind $T/work +rw,nosuid,nodev +-w \." "a mount of the command line"
has "  [|\`]- x +tmpfs +rw,nosuid,nodev +--tmpfs /x" "a tmpfs"
has "  [|\`]- etc/passwd +file of [0-9]+ bytes +0644 +default $line" "a file that husk makes"
has "  users +0 -> $uid  \($(id -un)\)" "the user"
has "  command +uid $uid, gid $(id -g)$line" "the command's ids"
has "  setgroups +denied" "setgroups"
has "  network +new  \(default \(built in\):[0-9]+:1: unshare-net\)" "a namespace with its line"
has "  time +SHARED: $line" "a namespace that is shared"
has "  none" "no capabilities"
has "  set +A=b" "a variable that is set"
has "  passed on +PATH=$line" "and one that is passed on"
t_unlike "$out" TOKEN "one that is not passed on is not shown"
has "  can be written
    $T/work" "what can be written"
has "    $T/data" "what can be read"
has "  no network and no other namespace of the host" "what of the host's namespaces is there: none"
has "  pid 1 is husk's, which reaps" "who is pid 1"

t_run "$HUSK" --dry-run -n host --unshare-time --cap-add CAP_NET_RAW --mask /x --chdir /usr true
has "  network +SHARED: the host's network$line" "-n host is seen at once"
has "  the host's network, its local services and abstract sockets" "and again among what can be reached"
has "  CAP_NET_RAW$line" "a capability"
has "  time +new, $line" "a new time namespace"
has "  starts in +/usr" "--chdir"
t_run "$HUSK" --dry-run -p none --ro-bind-try /none-such /x --bind . /y --tmpfs /y/z --remount-ro /y --tmpfs / true
has "  $line/none-such, absent: left out$line" "a source that is absent"
has "  ${line}hidden by a later mount" "a mount that is hidden"
has "  can be written: nothing" "what cannot be reached any more is not listed"

# Escapes: names come from strangers.
evil=$'\e]0;x\a\rfiles\nfiles\n  rw'
mkdir "$T/$evil"
t_run "$HUSK" --dry-run -r "$T/$evil" -e "V=$evil" --setenv 'W' $'\xc2\x9b31m' --hostname $'a\eb' -- echo "$evil"
t_is "$status" 0 "a name with control characters"
t_unlike "$out" $'[\001-\011\013-\037\177]|\xc2\x9b' "none of them is printed"
t_is "$(grep -c '^files$' <<< "$out")" 1 "nor can it look like a part of the plan"
t_like "$out" '\\x1b|\\033|\\e' "they are escaped"
has "  echo $line" "the command is on one line"

# An error of the plan is one here too.
t_run "$HUSK" --dry-run --monotonic 5 true
t_is "$status:$out" 125: "an error stops it"
t_run "$HUSK" --dry-run
t_is "$status:$out" 125: "a command is needed"
t_run "$HUSK" --dry-run no-such-command
t_is "$status" 0 "one that is not there is not looked for"

t_done
