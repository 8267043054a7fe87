# shellcheck shell=bash
# For the tests that end each process of a launch at each of its stages; see kill.py. Sourced after lib.sh.

# A folder for each of the launches that run at once; "@" is its number.
KILL_FOLDER=$T/k@
kill_folders=("$T/k0" "$T/k1")
for kill_folder in "${kill_folders[@]}"; do
    mkdir -p "$kill_folder"/{home,work,run}
    chmod 700 "$kill_folder/run"
done

# t_kill NAME ROLE=PROCESS... -- HUSK [OPTION...]: two points for that launch.
t_kill()
{
    local name=$1 strikes wrong missed
    shift
    HELPERS=$HELPERS python3 "$SRCDIR/tests/kill/kill.py" "$KILL_FOLDER" "$@" > "$T/.kill" 2>&1
    grep -v '^RESULT ' "$T/.kill"
    read -r _ strikes wrong missed < <(grep '^RESULT ' "$T/.kill" || echo - 0 all 0)
    t_is "$wrong" 0 "$name: after $strikes strikes nothing is left, and the status is right"
    t_ok "$name: most of them were made, $missed not" test "$strikes" -gt $((4 * missed)) -a "$strikes" -gt 50
}
