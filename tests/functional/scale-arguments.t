#!/usr/bin/env bash
# Command lines of 128 KiB and more: options and the command's own words arrive whole, by argv and by --args;
# what the kernel does not take is an error before anything runs.
# vm: none (it is about memory of husk's own)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
mkdir "$T/work"
cd "$T/work" || exit
fill()
{
    head -c "$1" /dev/zero | tr '\0' "${2:-x}"
}
sum='printf "%s\0" "$@" | cksum'

# ---- the command's words
mapfile -t words < <(seq -f 'word-%06g-with-some-more' 5500)
words+=('' ' ' $'new\nline' $'\377\1' --bind -- "$(fill 1000)")
want=$(printf '%s\0' "${words[@]}" | cksum)
t_is "$(($(printf '%s\0' "${words[@]}" | wc -c) > 131072))" 1 "more than 128 KiB in 5500 words"
for as in "$HUSK -p default" "$HUSK -p none $SYS --proc /proc" "$BWRAP_HUSK $SYS"; do
    # shellcheck disable=SC2086 # words
    t_run $as -- sh -c "$sum" sh "${words[@]}"
    t_is "$status:$out" "0:$want" "reach the command byte by byte: ${as#*/}"
done
long=$(fill 131071)
t_run "$HUSK" sh -c 'echo ${#1}' sh "$long"
t_is "$status:$out" 0:131071 "one word of 128 KiB, which is the kernel's longest"
"$HUSK" -p none --ro-bind / / --dry-run=json -- true "${words[@]}" "$long" > "$T/shown"
t_is "$?:$(($(wc -c < "$T/shown") > 131071 + 128 * 1024))" 0:1 "--dry-run shows all of it"

# ---- options
options=()
for ((i = 0; i < 2500; i++)); do options+=(--setenv "VARIABLE_$i" "the value of the variable $i"); done
for ((i = 0; i < 1000; i++)); do options+=(--dir "/made/folder-$i"); done
t_is "$(($(printf '%s\0' "${options[@]}" | wc -c) > 131072))" 1 "more than 128 KiB of options"
check='env | grep -c "^VARIABLE_.*the value of the variable"; ls /made | wc -l'
t_run "$HUSK" "${options[@]}" -- sh -c "$check"
t_is "$status:$out" $'0:2500\n1000' "as arguments"
printf '%s\0' "${options[@]}" > "$T/args"
t_run "$HUSK" --args 9 -- sh -c "$check" 9< "$T/args"
t_is "$status:$out" $'0:2500\n1000' "by --args, from a file"
t_run "$HUSK" --args 9 -- sh -c "$check" 9< <(cat "$T/args")
t_is "$status:$out" $'0:2500\n1000' "and from a pipe, which has not all of it at once"
t_run "$HUSK" --setenv LONG "$(fill 131000)" sh -c 'echo ${#LONG}'
t_is "$status:$out" 0:131000 "one value of 131,000 bytes"

# ---- too much
t_run "$HUSK" --dir "/$(fill 5000)" true
t_like "$status:$err" '^125:husk: .*File name too long' "a path that is longer than any"
t_is "$(wc -l <<< "$err")" 1 "is told in a line of bounded length"
t_is "$((${#err} < 6000))" 1 "with what was asked for"
for ((i = 0; i < 40; i++)); do printf -- '--setenv\0V%d\0%s\0' $i "$(fill 100000)"; done > "$T/args"
t_run "$HUSK" --args 9 -- true 9< "$T/args"
t_like "$status:$err" '^12[56]:husk: .*Argument list too long' "more than the kernel gives to a command is an error, and nothing runs"
t_is "$(wc -l <<< "$err")" 1 "and one line"

# ---- the same as bwrap
printf -v text ' %q' "${words[@]}"
same_as_bwrap_sh "as bwrap: 128 KiB of words" "exec \"\$B\" \$SYS sh -c '$sum' sh $text"
same_as_bwrap_sh "and 128 KiB of options" 'options=()
    for ((i = 0; i < 1500; i++)); do options+=(--setenv "VARIABLE_WITH_A_LONG_NAME_$i" "the value of the variable, and some more $i"); done
    "$B" $SYS "${options[@]}" sh -c "env | grep -c ^VARIABLE_"'
t_done
