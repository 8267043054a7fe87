#!/usr/bin/env bash
# husk(1) documents every option of the table with its arguments, in the table's order and groups,
# says what the default of a single value is, and speaks of no option that there is not.
. "${0%/*}/../lib.sh" || exit
man=$SRCDIR/man/husk.1
table=$BUILDDIR/src/tools/option-table
[ -x "$table" ] || t_skip_all "option-table is not built"
"$table" > "$T/table"

# The titles and items that OPTIONS should have, in mdoc.
awk -F '\t' '
    function form(option,    text, n, args, i) {
        text = option
        n = $4 == "-" ? 0 : split($4, args, " ")
        if ($5 ~ /O/) return text " Ns Op = Ns Ar " $4
        for (i = 1; i <= n; i++) text = text " Ar " args[i]
        return text
    }
    $6 != group { group = $6; print ".Ss " group }
    $5 ~ /P/ { print ".It " form("Ic " $1); next }
    $2 != "-" { print ".It " form("Fl " $2) " , " form("Fl Fl " $1); next }
    { print ".It " form("Fl Fl " $1) }' "$T/table" > "$T/want"

# section NAME: its lines, with \- and the like as plain characters.
section()
{
    sed 's/\\-/-/g; s/\\&//g' "$man" | awk -v name="$1" '/^\.Sh / { on = $0 == ".Sh " name } on'
}
section OPTIONS | grep -E '^\.(Ss|It) ' > "$T/got"
t_is "$(diff -u --label table --label husk.1 "$T/want" "$T/got")" "" "the same options, groups and arguments"
t_ok "and there are some" test "$(wc -l < "$T/want")" -gt 80

# undescribed: the items with no text of their own before the next one.
undescribed()
{
    awk '/^\.It / { if (item) print item; item = $0; next } /^[^.]/ || /^\.Ar / { item = "" }
        END { if (item) print item }'
}
t_is "$(section OPTIONS | undescribed)" "" "each has a text"
t_like "$(printf '.It Fl Fl a\n.It Fl Fl b\ntext\n' | undescribed)" "Fl Fl a" "one without is found"

# without_default: the names of options of one value whose text does not say what the default is.
without_default()
{
    awk -F '\t' '
        FNR == NR { if ($5 ~ /L/ || $4 == "MODE" || $5 ~ /O/) single[$1] = 1; next }
        /^\.It / {
            if (name in single && !said) print name
            name = $0; sub(/.*Fl Fl /, "", name); sub(/ .*/, "", name); said = 0
        }
        tolower($0) ~ /default/ { said = 1 }
        END { if (name in single && !said) print name }' "$T/table" -
}
t_is "$(section OPTIONS | without_default)" "" "each single value has its default"
t_like "$(printf '.It Fl Fl chdir Ar DIR\ntext\n' | without_default)" "chdir" "a missing one is found"

# unknown_options: what is written as a long option anywhere, and is none.
unknown_options()
{
    sed '/^\.\\"/d; s/\\-/-/g' | grep -oE '(Fl Fl|[ (]--)[ ,]*[a-z][-a-z0-9]*' |
        sed -E 's/^(Fl Fl|[ (]--)[ ,]*//' | sort -u | grep -vxFf <(cut -f1 "$T/table")
}
t_is "$(unknown_options < "$man" | xargs)" "" "no other option is spoken of"
t_is "$(echo 'see Fl Fl bind-trie' | unknown_options)" "bind-trie" "an unknown one is found"

# What a profile cannot hold is said where profiles are explained.
section PROFILES | sed -n '/^These options stand on the command line only:$/,/^\.Pp/s/^\.Fl Fl \([-a-z]*\).*/\1/p' > "$T/got"
t_is "$(awk -F '\t' '$5 ~ /C/ { print $1 }' "$T/table" | diff -u --label table --label husk.1 - "$T/got")" "" \
    "the same options are for the command line only"
t_ok "and there are some" test -s "$T/got"

# --require has its own table.
features()
{
    section PROTECTION | sed -n 's/ Ns .*//; s/^\.It Cm //p' | sed 's/ , /\n/g'
}
sed -n 's/^FEATURE("\([^"]*\)".*/\1/p' "$SRCDIR/src/plan/features.def" > "$T/features"
t_is "$(features | diff -u --label features.def --label husk.1 "$T/features" -)" "" "the same features"
t_ok "and there are some" test -s "$T/features"

# The words of --help are those of the table too.
t_run "$HUSK" --help
t_is "$(grep -oE -- '--[a-z][-a-z0-9]*' <<< "$out" | sort -u | grep -vxFf <(cut -f1 "$T/table" |
    sed 's/^/--/'))" "" "--help has no option of its own"

if command -v mandoc > /dev/null; then
    # Style is a matter of taste, and of which manuals are installed here.
    t_is "$(mandoc -T lint -W warning "$man" 2>&1)" "" "mandoc has no warning"
else
    t_skip "mandoc is not installed"
fi
if command -v groff > /dev/null && groff -mdoc -z /dev/null 2> /dev/null; then
    t_is "$(groff -ww -mdoc -Tutf8 -z "$man" 2>&1)" "" "groff has no warning"
else
    t_skip "groff's mdoc macros are not installed"
fi

t_done
