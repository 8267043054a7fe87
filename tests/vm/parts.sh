# shellcheck shell=bash
# tests/run's part that is in virtual machines. It uses what tests/run has: say, part_is, pick_tests,
# add_up, work, passed, failed, skipped.
#
# Which test is run in which machine stands in the test itself, in one line:
#
#   # vm: uml 6.1 6.12            in these machines too; `only' after the colon: and nowhere else;
#                                 `alone': at a time when no other test runs there; `none': in no machine
#
# A test without that line is run in User Mode Linux.

# vm_picks MACHINE < NAMES: those of the tests that are for `here', uml, 6.1 or 6.12. `stand-in' is 6.12
# where there is no User Mode Linux: it has what asks for either.
vm_picks()
{
    local name line
    while read -r name; do
        line=default
        [[ $name != *.t ]] || line=$(sed -n '1,20s/^# vm: //p' "$name")
        case "$1: ${line:-default} " in
        here:*" only "*) ;;
        here:* | "uml: default " | "$1:"*" $1 "* | stand-in:*" uml "* | stand-in:*" 6.12 "*)
            echo "$name"
            ;;
        esac
    done
}

# vm_packages: prints what is missing of what the machines need.
vm_packages()
{
    [ "$(uname -m)" != x86_64 ] || tests/vm/build --missing
}

# vm_is_asked_for: is there a test for a machine?
vm_is_asked_for()
{
    local machine
    for machine in uml 6.1 6.12; do
        [ -z "$(pick_tests $machine unit_tests functional_tests)" ] || return 0
    done
    return 1
}

# vm_begin: has the machine made, if it is not there, while other tests are run. vm_obstacle waits for it and
# says what went wrong.
vm_begin()
{
    vm_making=
    if [ "$(uname -m)" = x86_64 ] && vm_is_asked_for && [ -z "$(vm_packages)" ]; then
        nice -n 10 tests/vm/build > /dev/null 2>&1 < /dev/null &
        vm_making=$!
    fi
}

# vm_obstacle: why there can be no virtual machine here, in words; or nothing.
vm_obstacle()
{
    if [ "$(uname -m)" != x86_64 ]; then
        echo "they are made for amd64 only"
    elif [ "$(printf '%s\n' "glibc 2.36" "$(getconf GNU_LIBC_VERSION)" | sort -V | tail -n 1)" != "glibc 2.36" ]; then
        echo "what is built here needs a newer libc than they have, which are Debian 12"
    elif [ -n "$(vm_packages)" ]; then
        echo "missing (named as in Debian): $(vm_packages | tr '\n' ' ')"
    elif [ "$(id -u)" != 0 ] && ! unshare --map-root-user --map-auto true 2> /dev/null; then
        echo "that needs root, or user namespaces and a range of ids in /etc/subuid and /etc/subgid"
    elif ! tests/vm/build > /dev/null 2> "$work/vm-build.log" < /dev/null; then
        tail -n 20 "$work/vm-build.log" >&2
        echo "the machine cannot be made"
    fi
}

# vm_deal KERNEL TEST...: these tests to a machine, or to several that have a part of them each.
vm_deal()
{
    local kernel=$1 guests=1 guest share
    shift
    # It has one processor and boots fast; in small parts no processor of ours waits for the last one.
    [ "$kernel" != uml ] || [ $# -lt 20 ] || guests=$((4 * jobs))
    for ((guest = 0; guest < guests; guest++)); do
        mapfile -t share < <(printf '%s\n' "$@" | awk -v n=$guests -v g=$guest 'NR % n == g')
        vm_guests+=("$kernel-$guest")
        printf '%s\n' "${share[@]}" > "$work/$kernel-$guest.tests"
    done
}

# vm_once_more GUEST TREE TESTS: what failed by chance, in a machine without others beside it.
vm_once_more()
{
    local name again results=$work/$1
    failed_by_chance "$results" "$3" || return 0
    tests/vm/check "${1%-*}" "$2" "$results.again" "${again[@]}" < /dev/null
    for name in "${again[@]}"; do
        mv -f "$results.again/${name%.t}".{trs,log} "$results/${name%/*}/"
    done
    cat "$results.again/left" >> "$results/left" 2> /dev/null
    note_unsteady "$results" "${again[*]}" "in ${1%-*}"
}

# vm_one GUEST TREE: runs it and says how long it took.
vm_one()
{
    local begun=$SECONDS tests
    mapfile -t tests < "$work/$1.tests"
    # Who interrupts tests/run means the machines, too.
    setpriv --pdeathsig TERM tests/vm/check "${1%-*}" "$2" "$work/$1" "${tests[@]}" < /dev/null
    echo $? > "$work/$1.ended"
    say "in ${1%-*}: ${#tests[@]} tests, $((SECONDS - begun)) s"
}

# vm_add_up GUEST TREE: its results.
vm_add_up()
{
    local name status tests without=() done=() results=$work/$1
    mapfile -t tests < "$work/$1.tests"
    read -r status < "$work/$1.ended"
    for name in "${tests[@]}"; do
        if [ -e "$results/${name%.t}.trs" ]; then done+=("$name"); else without+=("$name"); fi
    done
    grep -h '^SKIP: ' "$results/summary"
    vm_once_more "$1" "$2" "${done[*]}"
    add_up "$results" "${done[*]}"
    if [ "$status" != 0 ] || [ ${#without[@]} -gt 0 ]; then
        printf '==== the machine failed: status %s; tests without a result: %s\n' "$status" "${without[*]}"
        tail -n 40 "$results/console"
        failed=$((failed + ${#without[@]} + (${#without[@]} == 0)))
    fi
    if [ -s "$results/left" ]; then
        printf '==== processes that tests left behind\n%s\n' "$(< "$results/left")"
        failed=$((failed + 1))
    fi
}

# vm_deal_all: all that there is to run; PATTERNs may leave nothing for a machine.
vm_deal_all()
{
    local kernel machine tests
    for kernel in 6.12 6.1 uml; do # those that take long first
        machine=$kernel
        if [ "$uml" = no ]; then
            [ $kernel != uml ] || continue
            [ $kernel != 6.12 ] || machine=stand-in
        fi
        read -ra tests < <(pick_tests $machine unit_tests functional_tests)
        [ ${#tests[@]} = 0 ] || vm_deal $kernel "${tests[@]}"
    done
}

# run_in_vms TREE: TREE is where husk was built, and its tests.
run_in_vms()
{
    local obstacle guest running=0 begun=$SECONDS uml=yes vm_guests=()
    vm_is_asked_for || return 0
    [ -z "$vm_making" ] || wait "$vm_making"
    obstacle=$(vm_obstacle)
    if [ -n "$obstacle" ]; then
        say "not in virtual machines: $obstacle"
        if [ "$HUSK_MUST_WORK" = 1 ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
        return
    fi
    say "in virtual machines; they were there after $((SECONDS - begun)) s"
    if ! tests/vm/run -k uml -t 120 -C tests/vm true 2> "$work/vm-boot.log" < /dev/null; then
        uml=no
        tail -n 20 "$work/vm-boot.log"
        say "User Mode Linux does not boot here: what names it is run in 6.12, the rest was run before"
    fi
    vm_deal_all
    for guest in ${vm_guests[@]+"${vm_guests[@]}"}; do
        [ $running -lt "$jobs" ] || wait -n
        running=$((running + 1))
        vm_one "$guest" "$1" &
    done
    wait
    for guest in ${vm_guests[@]+"${vm_guests[@]}"}; do
        vm_add_up "$guest" "$1"
    done
}
