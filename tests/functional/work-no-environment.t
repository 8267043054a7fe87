#!/usr/bin/env bash
# By default only listed variables reach a command: none of the tokens that others hold, by no way.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir -p "$T/home/work" "$T/run"
cd "$T/home/work" || exit 1
clean=(env -i "PATH=$PATH" "HOME=$T/home")

t_run "${clean[@]}" AWS_SECRET_ACCESS_KEY=TOKEN GITHUB_TOKEN=TOKEN SSH_AUTH_SOCK=TOKEN \
    DBUS_SESSION_BUS_ADDRESS=TOKEN DISPLAY=TOKEN LD_PRELOAD= PYTHONPATH=TOKEN BASH_ENV=TOKEN EDITOR=TOKEN \
    TMPDIR=TOKEN XDG_CONFIG_HOME=/TOKEN "$HUSK" env
t_is "$(sort <<< "$out")" "HOME=$T/home
PATH=$PATH
PWD=$T/home/work" "what is not listed is not passed on"
t_unlike "$out$err" TOKEN "no token"

t_run "${clean[@]}" SECRET=TOKEN "$HUSK" sh -c 'cat /proc/*/environ 2> /dev/null | tr "\0" "\n"'
t_like "$out" "HOME=$T/home" "environments are looked for in /proc"
t_unlike "$out" TOKEN "there is none with a token"
t_run "${clean[@]}" SECRET=TOKEN "$HUSK" sh -c 'echo ${SECRET-unset}; python3 -c "
import os; print(os.environ.get(\"SECRET\"))" 2> /dev/null || echo None'
t_is "$out" $'unset\nNone' "programs do not see it"

listed=(COLORTERM=1 COLUMNS=2 HOME="$T/home" LANG=C LANGUAGE=3 LC_ALL=C LC_TIME=C LINES=4 LOGNAME=5
    NO_COLOR=6 PATH="$PATH" SHELL=7 TERM=8 TZ=UTC USER=9 XDG_RUNTIME_DIR="$T/run")
t_run env -i "${listed[@]}" "$HUSK" env
t_is "$(sort <<< "$out")" "$(printf '%s\n' "${listed[@]}" "PWD=$T/home/work" | sort)" \
    "what is listed is passed on"
t_run env -i "${listed[@]}" "$HUSK" --print-profile default
t_is "$(grep -c ^keep-env <<< "$out")" 13 "the list is that of the profile"

# HOME that is none.
for home in "" relative /; do
    t_run env -i "PATH=$PATH" "HOME=$home" "$HUSK" sh -c 'echo $HOME'
    t_is "$out" /tmp "HOME='$home' becomes /tmp"
done
t_run env -i "PATH=$PATH" "$HUSK" sh -c 'echo $HOME'
t_is "$out" /tmp "so does none"
t_run env -i "HOME=$T/home" "$HUSK" sh -c 'echo here'
t_is "$out" here "without PATH, programs are found in the system's usual folders"

t_done
