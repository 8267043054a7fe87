#!/usr/bin/env bash
# --help: every option with its letter and its arguments, in groups, in 80 columns, on stdout.
. "${0%/*}/../lib.sh" || exit

t_run "$HUSK" --help
help=$out
t_is "$status:$err" 0: "--help is no error"
t_is "$(head -n 1 <<< "$help")" "usage: $HUSK [OPTIONS...] [--] COMMAND [ARGS...]" "its first line is the usage"
t_is "$(awk 'length($0) > 80' <<< "$help")" "" "no line is longer than 80 columns"
t_unlike "$help" $'[ \t](\n|$)|\t' "no tabs, no blanks at the ends of lines"
t_run "$HUSK" -h
t_is "$out" "$help" "-h is the same"

# The rows of the table: name, letter, arguments, flags, help.
table=$(sed -nE "s/^OPT\(\"([^\"]*)\", ('(.)'|0), \"([^\"]*)\", [^\"]*, ([A-Z |0]+), [A-Z]+, \"(.*)\"\)\$/\1;\3;\4;\5;\6/p" \
    "$SRCDIR/src/spec/options.def")
t_is "$(wc -l <<< "$table")" "$(grep -c ^OPT "$SRCDIR/src/spec/options.def")" "the whole table is read"
flat=$(tr -s ' \n' ' ' <<< "$help")
while IFS=';' read -r name letter args flags text; do
    [[ " $flags " != *" P "* ]] || continue
    row="${letter:+-$letter, }--$name"
    case " $flags " in
    *" O "*) row+="[=$args]" ;;
    *) row+="${args:+ $args}" ;;
    esac
    t_ok "$row" grep -qF -- " $row $text " <(printf '%s' "$flat")
done <<< "$table"
t_unlike "$help" ' --include ' "what is only for profiles is not listed"
t_is "$(grep -c '^      --\|^  -[a-zA-Z], --' <<< "$help")" "$(($(wc -l <<< "$table") - 1))" "and nothing else is"
for group in General Profiles "Files, done in the order given" Environment Namespaces "Users and groups" \
    Privileges "The command"; do
    t_like "$help" "
$group.*:
" "the group $group"
done

# It ends the command line: what is behind it is not even looked at.
t_run "$HUSK" --help --no-such-option
t_is "$status:$out" "0:$help" "--help and an unknown option behind it"
t_run "$HUSK" --no-such-option --help
t_is "$status" 125 "before it, it is an error"
t_run "$HUSK" --version
t_like "$status:$out:$err" '^0:husk [0-9]+\.[0-9.]+[^ ]*:$' "--version"
version=$out
t_run "$HUSK" -V
t_is "$out" "$version" "-V"
t_run "$HUSK"
t_is "$status:$out:$err" "125::usage: $HUSK [OPTIONS...] [--] COMMAND [ARGS...]
husk: hint: there is no COMMAND; \`husk --help' lists the options" "no arguments"
t_run "$HUSK" -w .
t_is "$status:${err%%:*}" 125:usage "options but no command"
# shellcheck disable=SC2016 # for the inner shell
t_run sh -c '"$0" --help > /dev/full' "$HUSK"
t_unlike "$status" '^0$' "a failure to write is a failure"

t_done
