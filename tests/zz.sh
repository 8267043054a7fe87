for t in "$@"; do echo "== $t"; time HUSK=$PWD/husk SRCDIR=$PWD timeout 120 bash tests/functional/$t.t 2>&1 | grep -v "^ok"; done
