#!/usr/bin/env bash
# Ids and ranges are read strictly (CVE-2026-30892 of crun): what is not plainly a number of 32 bits
# other than -1 is refused, and nothing runs.
. "${0%/*}/../lib.sh" || exit

cd "$T" || exit 1

# refused OPTION WORD
refused()
{
    t_run "$HUSK" -w . "$1" "$2" touch ran
    t_is "$status" 125 "$1 $(printf %q "$2") is refused"
    t_like "$err" "^husk: $1 .*(Invalid|overlap)[^
]*(
husk: hint: [^
]*)?\$" "in one line that names the option"
}

for option in --uid --gid; do
    for word in "" -1 +1 " 1" "1 " 1000x x 0x10 1e3 1.0 4294967295 4294967296 18446744073709551616 \
        99999999999999999999999 -4294967295 "1:2" $'1\n'; do
        refused $option "$word"
    done
done
for option in --uid-map --gid-map; do
    for word in "" 0 0:1 0:1: :0:1 0:1:2:3 0:1:x x:1:1 0:-1:1 "0: 1:1" 0:1:0 4294967295:0:1 \
        0:4294967295:1 0:1:4294967296 4294967290:0:10 0:4294967290:10 0:1:4294967295 "0,1,2"; do
        refused $option "$word"
    done
    t_run "$HUSK" $option 0:100000:10 $option 9:200000:1 touch ran
    t_is "$status" 125 "$option: overlapping inside is refused"
    t_like "$err" "overlaps an earlier one" "which is said"
    t_run "$HUSK" $option 0:100000:10 $option 10:100009:1 touch ran
    t_is "$status" 125 "$option: overlapping outside is refused"
    t_like "$err" "overlaps an earlier one" "which is said"
done

# Ranges that the command is not in, and options that contradict each other.
t_run "$HUSK" --uid-map 0:100000:10 --uid 10 touch ran
t_is "$status" 125 "a user outside of the ranges is refused"
t_like "$err" "^husk: user 10 and group 0 of the command are not both in the ranges of --uid-map" "which is said"
t_run "$HUSK" --uid-map 1:100000:10 --gid 5 touch ran
t_is "$status" 125 "the default user 0 has to be in them too"
t_run "$HUSK" --map-auto --uid-map 0:0:1 touch ran
t_is "$status:$err" "125:husk: --map-auto does not go with --uid-map or --gid-map" "one way to map ranges"
t_run "$HUSK" -p none --dev-bind / / --userns /proc/self/ns/user --map-root touch ran
t_is "$status" 125 "ids of a user namespace that is not made here are refused"
t_fail "nothing ran" test -e ran

# What is plainly a number is taken.
for word in 0 1 00 4294967294 0004294967294; do
    t_run "$HUSK" --uid "$word" id -u
    t_is "$status:$out" "0:$((10#$word))" "--uid $word"
done

# Another user's id: the helper says no, and husk which option it was about, in a line and a hint. Root needs no helper.
if [ "$(id -u)" != 0 ]; then
    t_run "$HUSK" --uid-map 0:0:1 --gid-map 0:0:1 touch ran
    t_like "$status:$(grep ^husk: <<< "$err")" "^125:husk: mapping ids \(--uid-map 0:0:1\): newuidmap failed with status [0-9]+
husk: hint: it maps a user's own id, and those of the ranges that /etc/subuid has for that user\$" "both are refused"
    t_run "$HUSK" --uid-map "0:$(id -u):1" --gid-map 0:0:1 touch ran
    t_like "$status:$(grep ^husk: <<< "$err")" "^125:husk: mapping ids \(--gid-map 0:0:1\): newgidmap failed with status [0-9]+
husk: hint: it maps a user's own id, and those of the ranges that /etc/subgid has for that user\$" "the second one is"
fi
t_done
