#!/usr/bin/env bash
# Room: a file has at most 500 lines, a function at most 60.
. "${0%/*}/../lib.sh" || exit

# check_sizes FILE...: prints what is too long. A function starts with a { of its own in column 0, as
# .clang-format has it, and ends with a }.
check_sizes()
{
    awk '
        function file_end() { if (lines > 500) print file ": " lines " lines" }
        FNR == 1 { file_end(); file = FILENAME; start = 0 }
        { lines = FNR }
        /^\{/ { start = FNR; name = last }
        /^\}/ && start {
            if (FNR - start - 1 > 60) print file ":" start ": " FNR - start - 1 " lines: " name
            start = 0
        }
        /^[a-zA-Z_]/ { last = $0 }
        END { file_end() }' "$@"
}

mapfile -t files < <(find "$SRCDIR/src" "$SRCDIR/tests" "$SRCDIR/bench" -name '*.[ch]' \
    ! -name 'builtin_*.c')
t_is "$(check_sizes "${files[@]}")" "" "${#files[@]} files have room"

mapfile -t scripts < <(find "$SRCDIR/tests" -name '*.t' -o -name '*.sh' -o -name run \
    -o -path '*/vm/[a-z]*')
t_is "$(check_sizes "${scripts[@]}" "$SRCDIR/bootstrap")" "" "${#scripts[@]} scripts too"

{
    printf 'int main(void)\n{\n'
    yes '    x();' | head -n 61
    printf '}\n'
} > "$T/function.c"
t_like "$(check_sizes "$T/function.c")" ':2: 61 lines: int main' "a long function is found"
yes '' | head -n 501 > "$T/file.c"
t_like "$(check_sizes "$T/file.c" "$T/function.c")" 'file.c: 501 lines' "a long file is found"
sed -i 3d "$T/function.c"
t_is "$(check_sizes "$T/function.c")" "" "60 lines are fine"

t_done
