#!/usr/bin/env bash
# Other sandboxes' placeholders for husk's own folders come and go while one looks at them in a read-only
# view: that is no failure.
# vm: none (hundreds of launches)
. "${0%/*}/../lib.sh" || exit

export HOME=$T/home
mkdir "$HOME"
churn()
{
    local i
    for ((i = 0; i < 80; i++)); do
        "$HUSK" -p none --unshare-user --bind / / true || echo churn
    done
}
churn > "$T/one" 2>&1 &
churn > "$T/two" 2>&1 &
for ((i = 0; i < 150; i++)); do
    "$HUSK" -p none --unshare-user --ro-bind / / true || echo read-only
done > "$T/three" 2>&1
wait
t_is "$(cat "$T/three")" "" "none of those that only read failed"
t_is "$(cat "$T/one" "$T/two")" "" "nor of those that made them"
t_is "$(find "$HOME" -mindepth 1)" "" "and nothing is left"
t_done
