#!/usr/bin/env bash
# What becomes of the current folder in profile default: it is shown read-only at its own place,
# unless it is the home, holds it, or would cover a part of the sandbox. Then husk says so, and -w .
# shows it still.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME/project/sub" "$HOME/.config/husk/profiles" "$T/elsewhere" "$T/gone"
echo text | tee "$HOME/text.txt" "$HOME/project/text.txt" "$T/elsewhere/text.txt" > /dev/null
hidden='^husk: hint: [^
]* is not shown[^
]*$'

# at FOLDER OPTIONS...: runs there; out is where it started, and whether the folder has its text.
at()
{
    cd "$1" || exit 1
    shift
    t_run "$HUSK" "$@" sh -c 'pwd; cat text.txt 2> /dev/null; (echo x > new) 2> /dev/null && echo writable'
}

at "$T/elsewhere"
t_is "$out:$err" "$T/elsewhere"$'\n'"text:" "a folder anywhere is shown, not writable"
at "$HOME/project"
t_is "$out:$err" "$HOME/project"$'\n'"text:" "a folder below HOME too"
at "$HOME/project/sub"
t_is "$out:$err" "$HOME/project/sub:" "and one further down"
t_run "$HUSK" sh -c 'ls -A ..; ls -A ~'
t_is "$out" $'sub\nproject' "without what is beside it"

at "$HOME"
t_is "$out" "$HOME"$'\n'writable "HOME is private and empty"
t_like "$err" "$hidden" "which is said in a line"
t_like "$err" "$HOME is .* -r \. or -w \. shows it" "that tells how to show it"
t_fail "nothing was written to it" test -e "$HOME/new"
at "$HOME" -r .
t_is "$out:$err" "$HOME"$'\n'"text:" "-r . shows it"
at "$HOME" -w .
t_is "$out:$err" "$HOME"$'\n'text$'\n'"writable:" "-w . shows it writable"
t_ok "and writes to it" rm "$HOME/new"

at "$T"
t_is "$out" "$T"$'\n'writable "a folder that holds HOME is not shown"
t_like "$err" "$hidden" "which is said"
t_run "$HUSK" ls -A
t_is "$out" home "it has only the private HOME"
at "$T" -r .
t_is "$err" "" "-r . shows it"
t_run "$HUSK" -r . cat home/text.txt
t_is "$out" text "with HOME in it"

# Every home counts, not only that of the environment.
real=$(getent passwd "$(id -u)" | cut -d: -f6)
if [ -d "$real" ] && [ "$real" != / ]; then
    at "$real"
    t_like "$err" "$hidden" "the home of the list of users is not shown"
    ln -s "$HOME" "$T/link-home"
    cd "$HOME" || exit 1
    HOME=$T/link-home t_run "$HUSK" ls -A
    t_is "$out" "" "nor a home that HOME names by a link"
    t_like "$err" "$hidden" "which is said"
fi

at /
t_is "$out" / "the root is not shown"
t_like "$err" 'hint: the current folder is /, which is not shown inside$' "which is said"
for folder in /tmp /etc /proc /dev /run; do
    at "$folder"
    t_like "$out" "^$folder" "$folder stays the sandbox's own"
    t_like "$err" "$hidden" "which is said"
done
# Nor is what lies below /run: a read-only bind does not close the sockets of services.
mkdir -p "$T/runtime/service"
echo text > "$T/runtime/service/text.txt"
XDG_RUNTIME_DIR=$T/runtime at "$T/runtime/service"
t_unlike "$out" text "a folder below XDG_RUNTIME_DIR is not shown"
t_like "$err" "$hidden" "which is said"
XDG_RUNTIME_DIR=$T/runtime at "$T/runtime/service" -w .
t_is "$out:$err" "$T/runtime/service"$'\n'text$'\n'writable: "-w . shows it"
rm "$T/runtime/service/new"
XDG_RUNTIME_DIR=$T/none at "$T/runtime/service"
t_is "$out:$err" "$T/runtime/service"$'\n'text: "elsewhere it would be shown"
in_run='mount --bind "$1" /run; cd "$2"; shift 2; exec "$@"'
for folder in /run/service /var/run/service; do
    [ "$(readlink -f /var/run)" = /run ] || [ "$folder" = /run/service ] || continue
    (t_outer "$in_run" "$T/runtime" "$folder" "$HUSK" sh -c 'pwd; cat text.txt') > "$T/run.out" 2>&1
    t_unlike "$(< "$T/run.out")" '(^|
)text' "nor one below ${folder%/service}"
    t_like "$(< "$T/run.out")" '^husk: hint: /run/service is not shown inside' "which is said"
done
(t_outer "$in_run" "$T/runtime" /run/service "$HUSK" -r . cat text.txt) > "$T/run.out" 2>&1
t_is "$(< "$T/run.out")" text "-r . shows it"

t_unlike "$(cd /etc && "$HUSK" ls /etc 2> /dev/null)" 'shadow|machine-id' "nothing was added to it"
cd /etc || exit 1
t_run "$HUSK" --chdir /usr pwd
t_is "$out:$err" /usr: "no word of it when the command starts elsewhere"
for folder in /usr /usr/bin; do
    at "$folder"
    t_is "$out:$err" "$folder:" "$folder is shown anyway"
done
below_etc=$(find /etc -mindepth 1 -maxdepth 1 -type d ! -name 'ssl' -perm -5 |
    while read -r d; do "$HUSK" test -e "$d" || { echo "$d"; break; }; done)
at "$below_etc"
t_is "$out:$err" "$below_etc:" "a folder of /etc that is not there by default ($below_etc) is shown"
t_is "$("$HUSK" ls -A | sort)" "$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)" "with all that is in it"

cd "$T/gone" && rmdir "$T/gone" || exit 1
t_run "$HUSK" pwd
t_is "$out" "$HOME" "from a folder that was removed it starts in HOME"
t_like "$err" "$hidden" "which is said"
t_run "$HUSK" -w . pwd
t_is "$status:$out" 125: "-w . cannot mean it"
t_like "$err" '^husk: -w \.: the path is relative, and the current folder has no name$' "which is said"

# Names.
for name in "with blanks" $'with\nnewline' "-rf" 'a$b"c' "ü"; do
    mkdir -p "$T/$name"
    echo text > "$T/$name/text.txt"
    at "$T/$name"
    t_is "$out:$err" "$T/$name"$'\n'"text:" "the name $(printf %q "$name") is like any"
done
ln -s "$T/elsewhere" "$T/link"
cd "$T/link" || exit 1
t_run "$HUSK" sh -c 'pwd; cat text.txt'
t_is "$out" "$T/elsewhere"$'\n'text "through a link it is the folder itself"

# The mode.
cd "$T/elsewhere" || exit 1
at . --cwd write
t_is "$out" "$T/elsewhere"$'\n'text$'\n'writable "--cwd write"
rm new
at . --cwd hide
t_is "$out:$err" "$HOME"$'\n'writable: "--cwd hide"
at . --cwd hide --cwd read
t_is "$out" "$T/elsewhere"$'\n'text "the last one counts"
at "$HOME" --cwd write
t_like "$err" "$hidden" "--cwd write does not mean HOME"
t_fail "nothing was written to it" test -e "$HOME/new"
cd "$T/elsewhere" || exit 1
for home in /dev/null /no/such/folder; do
    HOME=$home t_run "$HUSK" cat text.txt
    t_is "$status:$out" 0:text "[$home] a home that is none holds no folder"
done
cd "$HOME/.config/husk" || exit 1
t_run "$HUSK" ls
t_is "$status:$out" 125: "husk's own folder is not shown"
t_like "$err" "husk's own folder.* cannot be shown inside \(.*cwd read\)" "which is said"

# One that this user may not enter, as with sudo -u.
without=()
[ "$(id -u)" != 0 ] || without=(setpriv "--bounding-set=-dac_override,-dac_read_search")
mkdir "$T/closed"
cd "$T/closed" || exit
chmod 0 "$T/closed"
t_run ${without[@]+"${without[@]}"} "$HUSK" sh -c 'pwd; ls -A'
t_is "$status:$out" "0:$HOME" "a folder that may not be entered is no reason to fail"
t_is "$err" "husk: hint: $T/closed may not be entered by this user, so it is not shown inside" "and that is said"
t_done
