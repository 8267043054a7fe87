#!/usr/bin/env bash
# Each source file has a unit test, tests/unit/test_FILE.c or test_FOLDER_FILE.c, or a reason here; and each target for
# a fuzzer is listed.
. "${0%/*}/../lib.sh" || exit

# The files without one, and where they are tested.
reasons='
src/allow/main.c                  a program: tests/functional/allow-*.t
src/base/sanitizers.c             settings of builds with sanitizers: tests/sanitizers
src/base/secure.c                 for programs that are set-uid: tests/functional/setuid-helpers.t
src/husk/main.c                   a program: tests/functional
src/scope/main.c                  a program: tests/functional/scope-*.t
src/seccomp/compile.c             with what is made of its program: tests/unit/test_shrink.c
src/seccomp/errnos.c              with its only caller: tests/unit/test_oci.c
src/seccomp/main.c                a program: tests/functional/seccomp-file*.t
src/tools/option-table.c          a program of the build: tests/functional/completion-*.t
src/tools/seccomp-policies.c      the same, of which tests/lint/syscalls.t asks for each call
src/tools/seccomp-rules.c         the same
src/tools/seccomp-table.c         the same
'

# check_units DIR: prints the files without a test or a reason, and the reasons that are none.
check_units()
(
    cd "$1" || exit 1
    for file in src/*/*.c; do
        name=${file##*/} folder=${file%/*}
        name=${name%.c} folder=${folder##*/}
        has=no
        if [ -e "tests/unit/test_$name.c" ] || [ -e "tests/unit/test_${folder}_$name.c" ]; then
            has=yes
        fi
        reason=$(grep -c "^$file " <<< "$reasons")
        case $name:$has:$reason in
        builtin_*) ;; # made by make
        *:no:0) echo "$file has no unit test" ;;
        *:yes:1) echo "$file has a unit test, and a reason for none" ;;
        esac
    done
    while read -r file why; do
        [ -z "$file" ] || [ -e "$file" ] || echo "there is no $file"
        for path in $why; do
            case $path in
            tests/*) compgen -G "$path" > /dev/null || echo "$file: there is no $path" ;;
            esac
        done
    done <<< "$reasons"
)

t_is "$(check_units "$SRCDIR")" "" "each file has one, or a reason"

# Each target for a fuzzer has its sources in the list of all that is read.
targets=$(ls "$SRCDIR/tests/fuzz/corpus")
missing=$(for target in $targets; do grep -q "\`$target\`" "$SRCDIR/tests/fuzz/README.md" || echo "$target"; done)
t_is "$missing" "" "each target for a fuzzer is in tests/fuzz/README.md"

mkdir -p "$T/src/base" "$T/tests/unit"
touch "$T/src/base/new.c" "$T/src/base/secure.c" "$T/tests/unit/test_secure.c"
got=$(check_units "$T")
t_like "$got" 'src/base/new.c has no unit test' "a file without one is found"
t_like "$got" 'src/base/secure.c has a unit test, and a reason' "a reason that is none any more too"
t_like "$got" 'there is no src/husk/main.c' "and so is one for a file that is gone"

t_done
