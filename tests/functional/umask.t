#!/usr/bin/env bash
# --umask: the command's; without it, husk's own. What husk makes has the modes that options say.
. "${0%/*}/../lib.sh" || exit

all=(-p none --unshare-user --bind / /)
t_run "$HUSK" "${all[@]}" --umask 077 sh -c "umask; : > '$T/file'"
t_is "$out/$(stat -c %a "$T/file")" 0077/600 "the command has it, and its files"
umask 027
t_run "$HUSK" "${all[@]}" sh -c umask
t_is "$out" 0027 "without it, it is husk's own"
for how in "" --unshare-pid "--unshare-pid --as-pid-1"; do
    read -ra words <<< "$how"
    t_run "$HUSK" "${all[@]}" "${words[@]}" --umask 0 sh -c umask
    t_is "$out" 0000 "[$how] 0 is one as well"
done
t_run "$HUSK" "${all[@]}" --tmpfs /tmp --dir /tmp/a --umask 0777 stat -c %a /tmp/a
t_is "$out" 755 "it is not that of the set-up"
printf 'include none\nbind / /\numask 0002\n' > "$T/p"
t_run "$HUSK" -p "$T/p" sh -c umask
t_is "$out" 0002 "in a profile"
t_run "$HUSK" -p "$T/p" --umask 0003 sh -c umask
t_is "$out:$err" 0003: "the last one counts"
for value in "" 8 -1 1000 0o22 u=rw 00000000000000000000000000777777; do
    t_run "$HUSK" --umask "$value" echo ran
    t_is "$status:$out" 125: "refused: [$value]"
done
t_done
