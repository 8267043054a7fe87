# shellcheck shell=bash
# TAP for the tests of husk that are shell scripts. A test sources this first, calls t_done last:
#
#     . "${0%/*}/../lib.sh"
#     t_run "$HUSK" -- true
#     t_is "$status" 0 "true succeeds"
#     t_done
#
# Everything a test makes goes below $T, which is removed at its end. With HUSK_MUST_WORK=1 nothing
# may be skipped: a skip is a failure then.
#
# These are set for the test:
#   HUSK         the husk that was built
#   BWRAP_HUSK   a link named bwrap to it
#   BWRAP        the system's own bwrap, or empty
#   HELPERS      the folder with the programs of tests/helpers
#   SRCDIR       the top of the sources; BUILDDIR: the top of the build
#   T            a folder of the test's own, with a path that has no links in it
#   HUSK_SLOW    how many times slower than others this machine is, if it is: all limits of time grow
#   SYS          options of bwrap's that show the system's programs: words without blanks, unquoted
# and by t_run: out, err (without trailing newlines) and status.
# shellcheck disable=SC2034 # they are for the tests

set -u
set -o pipefail
umask 022
export LC_ALL=C.UTF-8
export TERM=dumb # no colours, no modes in what a shell prints
unset CDPATH ENV BASH_ENV MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
exec < /dev/null

SRCDIR=${HUSK_SRCDIR:-$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)}
BUILDDIR=${HUSK_BUILDDIR:-$SRCDIR}
HELPERS=$BUILDDIR/tests/helpers
T=$(mktemp -d "${TMPDIR:-/tmp}/husk-t.XXXXXX") && T=$(cd "$T" && pwd -P) || exit 99
HUSK=${HUSK:-$BUILDDIR/husk}
BWRAP=$(command -v /usr/bin/bwrap || command -v bwrap || true)
BWRAP_HUSK=$T/.bin/bwrap
mkdir "$T/.bin"
ln -s "$HUSK" "$BWRAP_HUSK"

t_count=0
t_failed=0
out='' err='' status=0

t_cleanup()
{
    local left
    mapfile -t left < <(jobs -p)
    [ ${#left[@]} = 0 ] || kill "${left[@]}" 2> /dev/null
    # Folders that a sandbox made may be closed to us, or belong to a mapped id.
    chmod -R u+rwX "$T" 2> /dev/null
    rm -rf "$T" 2> /dev/null || "$HUSK" -p none --map-auto --bind / / rm -rf "$T"
}
trap t_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# t_diag TEXT: lines that explain, ignored by the harness.
t_diag()
{
    printf '%s\n' "$*" | sed 's/^/# /'
}

# t_result STATUS NAME: the one place that prints a test point.
t_result()
{
    local name=${2//\#/\\#} # a bare one would start a directive
    t_count=$((t_count + 1))
    if [ "$1" = 0 ]; then
        printf 'ok %d - %s\n' $t_count "$name"
    else
        printf 'not ok %d - %s\n' $t_count "$name"
        t_failed=$((t_failed + 1))
        t_diag "at ${BASH_SOURCE[2]}:${BASH_LINENO[1]}"
    fi
    return "$1"
}

# t_slurp VARIABLE FILE: what is in the file, without trailing newlines and without NULs. No process is
# started for it: in a virtual machine these are what a test's time goes to.
t_slurp()
{
    local t_parts t_text
    mapfile -d '' t_parts < "$2"
    printf -v t_text '%s' ${t_parts[@]+"${t_parts[@]}"}
    while [[ $t_text == *$'\n' ]]; do t_text=${t_text%$'\n'}; done
    printf -v "$1" '%s' "$t_text"
}

# t_run CMD...: runs it for at most 30 s ($T_TIMEOUT), or $HUSK_SLOW times as long; sets out, err, status
# (124: it took longer).
t_run()
{
    timeout -k 2 $((${T_TIMEOUT:-30} * ${HUSK_SLOW:-1})) "$@" > "$T/.out" 2> "$T/.err"
    status=$?
    t_slurp out "$T/.out"
    t_slurp err "$T/.err"
    return 0
}

# t_last: what the last t_run gave, as diagnostics.
t_last()
{
    t_diag "status $status"
    [ -z "$out" ] || t_diag "out: $out"
    [ -z "$err" ] || t_diag "err: $err"
}

# t_run_quiet CMD...: t_run; ERR is without the hint for a kernel that cannot close the host's abstract sockets.
t_run_quiet()
{
    t_run "$@"
    err=$(grep -v '^husk: hint: on the host.s network its abstract sockets are in reach' <<< "$err")
}

# t_is GOT WANT NAME
t_is()
{
    if [ "$1" = "$2" ]; then
        t_result 0 "$3"
    else
        t_result 1 "$3"
        t_diag "got:  $1"
        t_diag "want: $2"
        t_last
        return 1
    fi
}

# t_like GOT REGEX NAME: an extended regular expression, found anywhere in GOT.
t_like()
{
    if [[ $1 =~ $2 ]]; then
        t_result 0 "$3"
    else
        t_result 1 "$3"
        t_diag "got:       $1"
        t_diag "not like:  $2"
        t_last
        return 1
    fi
}

# t_unlike GOT REGEX NAME
t_unlike()
{
    if [[ ! $1 =~ $2 ]]; then
        t_result 0 "$3"
    else
        t_result 1 "$3"
        t_diag "got:   $1"
        t_diag "like:  $2"
        t_last
        return 1
    fi
}

# t_ok NAME CMD...: it succeeds.
t_ok()
{
    local name=$1
    shift
    t_run "$@"
    if [ "$status" = 0 ]; then
        t_result 0 "$name"
    else
        t_result 1 "$name"
        t_diag "failed: $*"
        t_last
        return 1
    fi
}

# t_fail NAME CMD...: it fails by itself, and not by a signal or by taking too long.
t_fail()
{
    local name=$1
    shift
    t_run "$@"
    if [ "$status" != 0 ] && [ "$status" -lt 128 ] && [ "$status" != 124 ]; then
        t_result 0 "$name"
    else
        t_result 1 "$name"
        t_diag "did not fail: $*"
        t_last
        return 1
    fi
}

# t_sanitized: is it a build with --enable-sanitizers?
t_sanitized()
{
    grep -qs '^SANITIZE_CFLAGS = .' "$BUILDDIR/Makefile"
}

# t_runtime_gave_up: did the last t_run end since a sanitizer's own runtime could not go on, as a call of its own
# was made to fail? What it finds in husk has other words. Never, but in a build with them.
t_runtime_gave_up()
{
    [[ $status != 124 && $err == *"AddressSanitizer: CHECK failed: "* ]] && t_sanitized
}

# t_memory KIB: prints it, for ulimit -v; in a build with sanitizers, which reserve terabytes, there is no limit.
t_memory()
{
    if t_sanitized; then echo unlimited; else echo "$1"; fi
}

# t_skip REASON: one test point that cannot be shown here.
t_skip()
{
    if [ "${HUSK_MUST_WORK:-}" = 1 ]; then
        t_result 1 "must not be skipped: $1"
        return
    fi
    t_count=$((t_count + 1))
    printf 'ok %d # SKIP %s\n' $t_count "$1"
}

# t_skip_all REASON: nothing in this file can be shown here. Ends the test.
t_skip_all()
{
    t_skip "$1"
    t_done
}

# t_need CMD...: skips all unless these commands are there.
t_need()
{
    local cmd
    for cmd; do
        command -v "$cmd" > /dev/null || t_skip_all "$cmd is not installed"
    done
}

# t_only_in_vm: skips all but in a machine of tests/vm, where sudo asks for no password. The test says so in
# its line `# vm:', too, for tests/run.
t_only_in_vm()
{
    [ -n "${HUSK_VM:-}" ] || t_skip_all "only in a virtual machine, by tests/run"
}

# t_wait CMD...: waits until it succeeds, for at most 30 s: for what comes soon, but not at once.
t_wait()
{
    local i
    for ((i = 0; i < 1500 * ${HUSK_SLOW:-1}; i++)); do
        "$@" > /dev/null 2>&1 && return
        sleep 0.02
    done
    t_diag "waited in vain for: $*"
    return 1
}

# t_processes WORD: the ids of all processes that have WORD in their command line, one a line. A
# sandbox's own are found by any word of husk's command line.
t_processes()
{
    printf '%s\n' "$1" > "$T/.word" # in a file, so that grep does not find itself
    grep -lsaF -f "$T/.word" /proc/[0-9]*/cmdline | cut -d/ -f3
}

# t_gone WORD: there is no such process. Fails at once if there is one; see t_wait.
t_gone()
{
    [ -z "$(t_processes "$1")" ]
}

# t_below PID: prints the processes that it started, and those that they did.
t_below()
{
    local child
    for child in $(pgrep -P "$1"); do
        echo "$child"
        t_below "$child"
    done
}

# t_tree DIR...: all that is below, with its modes, owners, times, link texts and contents. Two of them
# are the same only if nothing was done there.
t_tree()
{
    find "$@" -printf '%p %y %m %U:%G %s %n %T@ %C@ %l\n' 2> /dev/null | sort
    find "$@" -type f -exec cksum {} + 2> /dev/null | sort
}

# t_host: what there is on this machine of mounts of ours, and in our folder: no sandbox leaves more. What systemd
# mounts there for its services and sessions comes and goes.
t_host()
{
    grep -vE '^([^ ]+ ){4}/run/(credentials|user)/' /proc/self/mountinfo
    find "$T" -path "$T/.[!/]*" -prune -o -printf '%p %y %m %U:%G %l\n' | sort
}

# t_outer SCRIPT [ARGS...]: runs it by bash as this user, in a mount namespace of its own where it may
# mount what it likes: to show husk a host that is not as it should be.
t_outer()
{
    local flags=(--mount)
    [ "$(id -u)" = 0 ] || flags+=(--user "--map-user=$(id -u)" "--map-group=$(id -g)" --keep-caps)
    unshare "${flags[@]}" bash -euc "$1" bash "${@:2}"
}

# t_done: the plan, and the end.
t_done()
{
    [ $t_count -gt 0 ] || t_result 1 "there is something to test"
    printf '1..%d\n' $t_count
    # The harness reads the points; a status as well would count them twice.
    [ "${HUSK_HARNESS:-}" = 1 ] || exit $((t_failed > 0))
    exit 0
}

# Prints what SYS is: each folder that programs are in, as a link where the host has a link.
t_system()
{
    local folder
    for folder in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store /gnu/store; do
        if [ -L "$folder" ]; then
            printf ' --symlink %s %s' "$(readlink "$folder")" "$folder"
        elif [ -d "$folder" ]; then
            printf ' --ro-bind %s %s' "$folder" "$folder"
        fi
    done
}
SYS=$(t_system)
export SYS

# t_mounts < MOUNTINFO: the mounts that can be reached, as they compare, sorted by mount point:
# MOUNTPOINT TYPE SOURCE ROOT FLAGS OPTIONS. Numbers are left out, and what bwrap and husk do each in
# their way: the root, the folder of a tmpfs that is bound, propagation, covers in a procfs.
t_mounts()
{
    awk '
        {
            id = $1; parent[id] = $2; at[id] = $5; dash = 7
            while ($dash != "-") dash++
            type = $(dash + 1)
            if (type == "tmpfs" && ($5 == "/" || $4 != "/")) sub(/,mode=755/, "", $(dash + 3))
            line[id] = $5 " " type " " $(dash + 2) " " (type == "tmpfs" ? "-" : $4) " " $6 " " $(dash + 3)
            hide[id] = type == "proc" && $4 != "/" && $5 ~ $4 "$"
        }
        # Does another mount lie on it, on a folder above it, or on one above what it is mounted on?
        function is_hidden(id,    other, up) {
            up = parent[id]
            if (!(up in at)) return 0
            for (other in at)
                if (other != id && parent[other] == up && index(at[id], at[other] (at[other] == "/" ? "" : "/")) == 1)
                    return 1
            return is_hidden(up)
        }
        END {
            for (id in at) if (parent[id] in at && at[parent[id]] == at[id]) covered[parent[id]] = 1
            for (id in at) if (!hide[id] && !(id in covered) && !is_hidden(id)) print line[id]
        }' | sort
}
export -f t_mounts # for the scripts of same_as_bwrap_sh

# t_new DIR: it is there and empty; a new one, unless nothing was put into the one that is there.
t_new()
{
    if [[ -d $1 && -r $1 && -w $1 && -x $1 ]] && ! compgen -G "$1/*" > /dev/null &&
        ! compgen -G "$1/.[!.]*" > /dev/null; then
        return
    fi
    chmod -R u+rwX "$1" 2> /dev/null
    rm -rf "$1"
    mkdir "$1"
}

# t_same FILE FILE
t_same()
{
    [[ ! -s $1 && ! -s $2 ]] || cmp -s "$1" "$2"
}

# t_messages FILE: stderr as it compares: the program's name is the same for every bwrap.
t_messages()
{
    sed -E 's,^((<[0-9]>)?)[^ ]*bwrap: ,\1bwrap: ,' "$1"
}

# as_bwrap B SCRIPT NUMBER: runs it, for same_as_bwrap_sh; its output is in $T/.out.NUMBER and $T/.err.NUMBER.
as_bwrap()
{
    t_new "$T/.w"
    # shellcheck disable=SC2030 # for this run only
    (
        cd "$T/.w" || exit 99
        B=$1 W=$T/.w exec timeout -k 2 $((${T_TIMEOUT:-30} * ${HUSK_SLOW:-1})) bash -c "$2"
    ) > "$T/.out.$3" 2> "$T/.err.$3"
}

# same_as_bwrap_sh NAME SCRIPT: SCRIPT, run by bash with $B set to the system's bwrap and then to
# husk as bwrap, prints the same, with the same messages and status. It starts in an empty folder each
# time, $W, of the same name.
same_as_bwrap_sh()
{
    local which status_of=() name=$1 script=$2
    if [ -z "$BWRAP" ]; then
        t_skip "$name: there is no bwrap to compare with"
        return
    fi
    for which in "$BWRAP" "$BWRAP_HUSK"; do
        as_bwrap "$which" "$script" "${#status_of[@]}"
        status_of+=($?)
        # Debian's bwrap hangs now and then, where it is killed as soon as its command runs. husk must not.
        if [ "${status_of[*]}" = 124 ]; then
            as_bwrap "$which" "$script" 0
            status_of=($?)
        fi
    done
    if [ "${status_of[0]}" = "${status_of[1]}" ] && [ "${status_of[0]}" != 124 ] &&
        t_same "$T/.out.0" "$T/.out.1" &&
        { t_same "$T/.err.0" "$T/.err.1" ||
            cmp -s <(t_messages "$T/.err.0") <(t_messages "$T/.err.1"); }; then
        t_result 0 "$name"
        return
    fi
    t_result 1 "$name"
    t_diag "status: bwrap ${status_of[0]}, husk ${status_of[1]}"
    t_diag "$(diff -u --label bwrap.out --label husk.out "$T/.out.0" "$T/.out.1")"
    t_diag "$(diff -u --label bwrap.err --label husk.err <(t_messages "$T/.err.0") \
        <(t_messages "$T/.err.1"))"
    return 1
}

# same_as_bwrap NAME ARGS...: the same for one plain command line.
same_as_bwrap()
{
    local name=$1
    shift
    same_as_bwrap_sh "$name" "exec \"\$B\"$(printf ' %q' "$@")"
}
