# shellcheck shell=bash
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer, for tests/run and tests/sanitizers.

# To be built soon: -O2 takes three times as long. Other builds have the warnings.
sanitizers_configure=(--enable-sanitizers --disable-werror 'CFLAGS=-O1 -g1')

# These have the harness give them more time, as they are two to five times slower, and the limits in the tests too.
sanitizers_make=(TEST_TIMEOUT='env HUSK_SLOW=5 timeout --kill-after=5 900')

# sanitizers_link FLAG...: does a program with the sanitizers link, and run?
sanitizers_link()
{
    local made='' status
    command -v gcc > /dev/null && made=$(mktemp) || return
    echo 'int main(void) { return 0; }' |
        gcc -fsanitize=address,undefined "$@" -o "$made" -x c - 2> /dev/null && "$made" 2> /dev/null
    status=$?
    rm -f "$made"
    return $status
}

# sanitizers_addresses: prints what to start such programs with. The runtime of gcc 12 has its memory at an address
# where kernels with vm.mmap_rnd_bits above 28 put other things now and then; there they get the same addresses
# each time.
sanitizers_addresses()
{
    local bits
    read -r bits 2> /dev/null < /proc/sys/vm/mmap_rnd_bits || return 0
    if [ "$bits" -gt 28 ] && setarch "$(uname -m)" -R true 2> /dev/null; then
        echo "setarch $(uname -m) -R"
    fi
}

# ---- tests/run's part ----------------------------------------------------------------------------------
# The unit tests, the inputs for the parsers, and these, in which all of husk's programs are: the rest takes an
# hour, and is what `make check-sanitizers' does.
sanitizers_functional='allow-names caps explain-json ids-ranges life-status mask-present mount-flags net-tcp
    seccomp-profile timeout'

sanitizers_packages()
{
    sanitizers_link || echo "libgcc-$(gcc -dumpversion 2> /dev/null || echo 12)-dev"
}

# sanitizers_begin SOURCES: sets SANITIZED to the names of the tests. Fails if there are none, or they cannot be.
sanitizers_begin()
{
    sanitized=$(pick_tests here unit_tests fuzz_tests)$(
        # shellcheck disable=SC2086 # they are words
        printf 'tests/functional/%s.t\n' $sanitizers_functional | matching | tr '\n' ' '
    )
    [ -n "$sanitized" ] || return
    sanitizers_link && return
    say "no tests with sanitizers: they need gcc with its libasan and libubsan"
    if [ "$HUSK_MUST_WORK" = 1 ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
    return 1
}

# run_sanitized WHO SOURCES DIR: builds there what these tests need, and runs them. The tests' own code is not
# optimised, as nobody waits for it, and is linked by the fastest linker.
run_sanitized()
{
    local who="$1, with sanitizers" programs linker='' before=("${as[@]}") addresses begun=$SECONDS
    sanitizers_begin || return 0
    read -ra addresses < <(sanitizers_addresses)
    as+=(${addresses[@]+"${addresses[@]}"})
    ! sanitizers_link -fuse-ld=gold || linker=-fuse-ld=gold
    programs=$(tr ' ' '\n' <<< "$sanitized" | grep -v '\.t$' | tr '\n' ' ')
    [[ $sanitized != *.t* ]] || programs+=' $(test_helpers)'
    if build_in "$2" "$3" "${sanitizers_configure[@]}" "LDFLAGS=$linker"; then
        run_check "$who" "$3" "$sanitized" CFLAGS='-O0 -g1' check_PROGRAMS="$programs" "${sanitizers_make[@]}"
        say "$who, with the build: $((SECONDS - begun)) s"
    fi
    as=("${before[@]}")
}
