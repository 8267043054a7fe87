#!/usr/bin/env bash
# Shell scripts do their work in the default sandbox: pipes, substitutions, temporary files, jobs.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit

mkdir "$T/project"
cd "$T/project" || exit 1
seq 1 1000 > numbers
printf '%s\n' pear apple fig apple > fruit

# works NAME SCRIPT WANT
works()
{
    t_run "$HUSK" bash -euo pipefail -c "$2"
    t_is "$status $out$err" "0 $3" "$1"
}

works "a pipe of many programs" \
    'sort fruit | uniq -c | sort -rn | sed 1q | awk "{ print \$2 }"' apple
works "a lot of data goes through a pipe" 'head -c 20000000 /dev/zero | tr "\0" x | wc -c' 20000000
works "process substitution" 'comm -12 <(sort -u fruit) <(echo fig)' fig
works "here documents and here strings" $'cat - <(cat <<< two) << END\none\nEND' $'one\ntwo'
works "temporary files" \
    'f=$(mktemp); d=$(mktemp -d); cp numbers "$f"; mv "$f" "$d/n"; tail -n 1 "$d/n"; rm -r "$d"' 1000
works "HOME, /var/tmp, /run and /dev/shm take files" \
    'for d in ~ /var/tmp /run /dev/shm; do echo 1 > $d/x; cat $d/x; done | paste -sd+ | sed "s,+,,g"' \
    1111
works "jobs in the background" \
    'for i in 3 1 2; do (exit $i) & pids+=($!); done
     for p in "${pids[@]}"; do wait $p || printf "%s " $?; done' "3 1 2 "
works "a coprocess" 'coproc sed -u s/hi/HI/; echo hi >&${COPROC[1]}; read -r answer <&${COPROC[0]}
     echo $answer' HI
works "signals and traps" 'trap "echo caught" USR1; kill -USR1 $$; echo on' $'caught\non'
works "find and xargs" 'find . -type f -print0 | sort -z | xargs -0 wc -l | awk "END { print \$1 }"' \
    1004
works "date, locale and sleep" 'date +%Y | grep -c ^20; locale -a | grep -c "^C.utf8"; sleep 0.01' \
    $'1\n1'
works "a script that names its interpreter" \
    'printf "#!/bin/bash\necho script \$1\n" > /tmp/s; chmod +x /tmp/s; /tmp/s works' "script works"

t_is "$(printf 'b\na\n' | "$HUSK" sort)" $'a\nb' "husk itself can be a part of a pipe"
t_is "$("$HUSK" seq 100000 | head -n 1)" 1 "also where its output is not read to the end"
t_run "$HUSK" bash -c 'echo to stdout; echo to stderr >&2; exit 42'
t_is "$status:$out:$err" "42:to stdout:to stderr" "status, stdout and stderr are the command's"

t_done
