#!/usr/bin/env bash
# A command that cannot be started: 127 when it is not there inside, 126 when it cannot be executed,
# with the reason and a hint. Nothing else gives these two but the command itself.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir -p "$HOME" "$T/work/bin" "$T/tools" "$T/closed"
cd "$T/work" || exit 1
printf '#!/no/such/interpreter\n' > no-interpreter
printf 'echo script $0 $1\n' > no-first-line
printf '#!/bin/sh\necho script $1\n' > script
printf '#!/bin/sh\necho tool\n' > "$T/tools/only-on-host"
printf '\177ELF' > broken
cp "$(readlink -f /bin/true)" other-machine
printf '\377\377' | dd of=other-machine bs=1 seek=18 conv=notrunc status=none # e_machine
cp script not-executable
chmod 755 no-interpreter no-first-line script broken other-machine "$T/tools/only-on-host"
not_there="hint: .* is not there in the sandbox, and not on the host(, by PATH)?\$"

# fails STATUS MESSAGE HINT ARGS...: in one line and a hint.
fails()
{
    t_run "$HUSK" "${@:4}"
    t_is "$status:$out:${err%%$'\n'*}" "$1::husk: $2" "$(printf '%q ' "${@:4}")"
    if [ -n "$3" ]; then
        t_like "$err" "$3" "with a hint"
    else
        t_is "$(wc -l <<< "$err")" 1 "in one line"
    fi
}

fails 127 "running no-such-command: No such file or directory" "$not_there" no-such-command
fails 127 "running /no/such/file: No such file or directory" "$not_there" /no/such/file
fails 127 "running ./none: No such file or directory" "$not_there" ./none
fails 126 "running ./script/x: Not a directory" "" ./script/x
fails 127 "running : No such file or directory" "" ""
fails 126 "running ./not-executable: Permission denied" \
    "hint: it has no permission to be executed: chmod \+x ./not-executable, or name the program that reads it\$" ./not-executable
fails 126 "running ./script: Permission denied" "hint: nothing can be executed there: --noexec is for -r .\$" \
    --noexec -r . ./script
fails 126 "running /usr: Permission denied" "hint: /usr is a folder\$" /usr
fails 126 "running ./.: Permission denied" "hint: ./. is a folder\$" ./.
fails 127 "running ./no-interpreter: No such file or directory" \
    "hint: ./no-interpreter is there, but the interpreter or loader that it names is not\$" ./no-interpreter
echo text > lonely
fails 127 "running lonely: No such file or directory" "hint: lonely is not there in the sandbox" lonely
PATH=$T/work:$PATH fails 127 "running no-interpreter: No such file or directory" \
    "hint: no-interpreter is there, but the interpreter" no-interpreter

# A further folder of PATH may have a better one, but what stood in the way is told.
fails 127 "running no-interpreter: No such file or directory" \
    "hint: no-interpreter is there, but the interpreter" -e "PATH=$T/work:$T/work/bin" no-interpreter
cp script bin/no-interpreter
t_run "$HUSK" -e "PATH=$T/work:$T/work/bin:$PATH" no-interpreter 1
t_is "$out" "script 1" "the next one in PATH"
rm bin/no-interpreter

# On the host, and not inside.
t_ok "the tool works on the host" "$T/tools/only-on-host"
on_host="hint: .*only-on-host is not there in the sandbox; -r $T/tools/only-on-host shows it there, as the host has it\$"
fails 127 "running $T/tools/only-on-host: No such file or directory" "$on_host" "$T/tools/only-on-host"
fails 127 "running ../tools/only-on-host: No such file or directory" "$on_host" ../tools/only-on-host
fails 127 "running $T/work/../home/none: No such file or directory" "$not_there" "$T/work/../home/none"
echo text > "$HOME/text"
fails 127 "running $HOME/text: No such file or directory" \
    "hint: .* is not there in the sandbox, and on the host it cannot be executed\$" "$HOME/text"
fails 127 "running sh -c true: No such file or directory" \
    "hint: .* is not there in the sandbox: the command and its arguments are separate words\$" "sh -c true"
PATH=$T/closed:$T/tools:$PATH fails 127 "running only-on-host: No such file or directory" "$on_host" only-on-host
PATH=../tools:$PATH fails 127 "running only-on-host: No such file or directory" "$on_host" only-on-host
PATH=$T:$PATH fails 127 "running tools: No such file or directory" "$not_there" tools
PATH=$T/tools:$PATH t_run "$HUSK" -r "$T/tools/only-on-host" only-on-host
t_is "$out" tool "what the hint says helps"

printf 'read %s\n' "$T/tools" > "$T/alone.profile"
fails 127 "running sh: No such file or directory" \
    "hint: sh is not there in the sandbox; profile default has it, and one that includes default\$" -p "$T/alone.profile" sh -c true
t_ok "and so it does" "$HUSK" -p default -p "$T/alone.profile" sh -c true

# What has it may be covered, by an option or a variable.
covered="hint: sh is not there in the sandbox: what is at its place is by"
fails 127 "running sh: No such file or directory" "$covered --tmpfs /\$" --tmpfs / sh -c true
HOME=/usr fails 127 "running sh: No such file or directory" "$covered default .* if ..HOME. tmpfs ..HOME.\$" sh -c true

# What can be started.
t_run "$HUSK" ./script 1
t_is "$out" "script 1" "a script"
t_run "$HUSK" ./no-first-line 1
t_is "$out" "script ./no-first-line 1" "a script that names no interpreter is a shell's"
PATH=$T/work:$PATH t_run "$HUSK" no-first-line 1
t_is "$out" "script $T/work/no-first-line 1" "also one that is found in PATH"
t_run "$HUSK" --argv0 other ./no-first-line 1
t_is "$status" 0 "also with --argv0"
t_run "$HUSK" ./other-machine
t_unlike "$status" '^0$' "a program for another machine does not run"

# PATH, which is that of the command's environment, inside.
cp not-executable bin/tool
cp "$T/tools/only-on-host" tool
t_run "$HUSK" -e PATH="$T/work/bin:$T/work" tool
t_is "$out" tool "what cannot be executed does not end the search"
fails 126 "running tool: Permission denied" "" -e PATH="$T/work/bin" tool
t_run "$HUSK" -e PATH="$T/work" tool
t_is "$out" tool "the PATH that -e sets counts"
t_run "$HUSK" -e PATH="/no/such::/none" tool
t_is "$out" tool "an empty part of PATH is the current folder"
t_run "$HUSK" --unsetenv PATH sh -c 'echo found'
t_is "$out" found "without one there is a usual one"
t_run "$HUSK" -e PATH= sh -c 'echo found'
t_is "$status" 127 "an empty PATH is only the current folder"

# The command's own 125 to 127 are not husk's.
for n in 0 1 125 126 127 128 255; do
    t_run "$HUSK" sh -c "exit $n"
    t_is "$status:$err" "$n:" "a command that exits with $n"
done
t_run "$HUSK" sh -c 'kill -TERM $$'
t_is "$status" 143 "one that a signal ends"
t_run "$HUSK" sh -c 'kill -KILL $$'
t_is "$status" 137 "whichever"

t_done
