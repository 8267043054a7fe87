#!/usr/bin/env bash
# A profile of 10,000 lines: each counts, an error is told with its line, and memory grows with their number.
# vm: none (it is husk's own memory that is looked at)
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
n=10000
mkdir "$T/source" "$T/work"
cd "$T/work" || exit

# Ten kinds of lines, a thousand of each.
awk -v source="$T/source" 'BEGIN {
    print "include default"
    for (i = 0; i < 1000; i++) {
        print "# " i
        print ""
        print "setenv A" i " \"value of ${HOME} \\\"" i "\\\"\""
        print "dir /many/d" i
        print "if ${XDG_RUNTIME_DIR} setenv NEVER_" i " x"
        print "ro-bind " source " /many/b" i
        print "symlink \x27d" i "\x27 /many/l" i
        print "tmpfs /many/t" i
        print "keep-env KEEP_" i
        print "ro-mirror /absent/" i
    }
}' > "$T/big.profile"
t_is "$(($(wc -l < "$T/big.profile") > n))" 1 "it has more than $n lines"

limited=(bash -c 'ulimit -v "$0"; exec "$@"' "$(t_memory 131072)")
export HOME=$T KEEP_999=kept
unset XDG_RUNTIME_DIR
t_run "${limited[@]}" "$HUSK" -p "$T/big.profile" -- sh -c 'ls /many | wc -l; readlink /many/l999; echo "$A999 $KEEP_999 ${NEVER_0-unset}"; grep -c " /many/[bt]" /proc/self/mountinfo'
t_is "$status:$out" "0:4000
d999
value of $T \"999\" kept unset
2000" "all of its lines count"
"${limited[@]}" "$HUSK" -p "$T/big.profile" --dry-run true > "$T/shown"
t_is "$?:$(grep -c "/b999 .*big.profile:$((n - 3)):" "$T/shown")" 0:1 "--dry-run names the line of each"

cp "$T/big.profile" "$T/bad.profile"
echo "ro-bnd / /x" >> "$T/bad.profile"
t_run "$HUSK" -p "$T/bad.profile" true
t_like "$status:$err" "^125:husk: $T/bad.profile:$((n + 2)):1: .*Unknown option ro-bnd" "an error on the last line is one of that line"

# ---- a line of 128 KiB, many profiles, and a file that is too long
word=$(head -c 131000 /dev/zero | tr '\0' x)
printf 'include default\nsetenv LONG "%s"\n' "$word" > "$T/long.profile"
t_run "$HUSK" -p "$T/long.profile" sh -c 'echo ${#LONG}'
t_is "$status:$out" 0:131000 "a word of 131,000 bytes"
mkdir "$T/parts"
for i in $(seq 0 999); do
    echo "setenv P$i x" > "$T/parts/$i.profile"
    echo "include parts/$i.profile"
done > "$T/all.profile"
t_run "${limited[@]}" "$HUSK" -p "$T/all.profile" -p default -e P0=x -- sh -c 'env | grep -c "^P[0-9]*=x"'
t_is "$status:$out" 0:1 "what comes first is cleared by default"
sed -i '1i include default' "$T/all.profile"
t_run "${limited[@]}" "$HUSK" -p "$T/all.profile" -- sh -c 'env | grep -c "^P[0-9]*=x"'
t_is "$status:$out" 0:1000 "a profile that includes a thousand others"
head -c 4200000 /dev/zero | tr '\0' '#' > "$T/huge.profile"
t_run "$HUSK" -p "$T/huge.profile" true
t_like "$status:$err" "^125:husk: .*huge.profile" "a file of more than 4 MiB is an error"
t_done
