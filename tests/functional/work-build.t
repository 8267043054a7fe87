#!/usr/bin/env bash
# Profile build: a program is compiled, linked, run and tested in the current folder, in an
# environment that is the same everywhere; nothing else is written.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
. "${0%/*}/../lib.sh" || exit
t_need gcc make

mkdir "$T/project" "$T/project/lib"
cd "$T/project" || exit 1
cat > lib/sum.c << 'END'
#include "sum.h"
double sum(const double *v, int n) { return n ? *v + sum(v + 1, n - 1) : 0; }
END
echo 'double sum(const double *v, int n);' > lib/sum.h
cat > main.c << 'END'
#include "lib/sum.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
static void *work(void *arg) { *(double *)arg = sqrt(*(double *)arg); return NULL; }
int main(void)
{
    double v[] = {4, 9, 16};
    pthread_t t[3];
    for (int i = 0; i < 3; i++) pthread_create(&t[i], NULL, work, &v[i]);
    for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
    printf("%g\n", sum(v, 3));
}
END
cat > Makefile << 'END'
CFLAGS = -O2 -g -Wall -Werror
program: main.o lib/libsum.a
	$(CC) -pthread -o $@ $^ -lm
lib/libsum.a: lib/sum.o
	$(AR) rcs $@ $^
check: program
	test "`./program`" = 9
	@echo "checked: `./program`"
END

t_run "$HUSK" make
t_unlike "$status" '^0$' "the default profile does not let the folder be written"
t_is "$(find . -name '*.o')" "" "and nothing was"

before=$(find "$T" -path "$T/project" -prune -o -path "$T/.*" -prune -o -print)
t_ok "it is built" "$HUSK" -p build make -j2
t_ok "and tested" "$HUSK" -p build make check
t_like "$out" 'checked: 9' "the program works inside"
t_is "$(./program)" 9 "and outside, where it is left"
t_is "$(stat -c %u:%g program)" "$(id -u):$(id -g)" "it is this user's"
t_is "$(find "$T" -path "$T/project" -prune -o -path "$T/.*" -prune -o -print)" "$before" \
    "nothing else was written next to it"
t_run "$HUSK" -p build make
t_like "$out" 'up to date' "time stamps are right: there is nothing to do again"

t_ok "a single file from stdin" bash -c '"$0" -p build gcc -x c - -o one <<< "int main(void) { return 7; }"' \
    "$HUSK"
t_run "$HUSK" -p build ./one
t_is "$status" 7 "and it runs"
t_ok "gcc in the default profile writes to its own /tmp" "$HUSK" bash -c \
    'echo "int main(void) { return 0; }" > /tmp/a.c && gcc -o /tmp/a /tmp/a.c && /tmp/a'

# The same environment everywhere.
elsewhere=(env TZ=JST-9 LANG=C LC_ALL=POSIX LANGUAGE=de)
t_run "${elsewhere[@]}" "$HUSK" -p build bash -c 'uname -n; date +%Z; echo $LC_ALL $LANG ${LANGUAGE-unset}'
t_is "$out" $'localhost\nUTC\nC.UTF-8 C.UTF-8 unset' "host name, time zone and language are fixed"
t_run "${elsewhere[@]}" "$HUSK" bash -c 'uname -n; date +%Z; echo $LC_ALL $LANG ${LANGUAGE-unset}'
t_is "$out" $'husk\nJST\nPOSIX C de' "which is not so in the default profile"
t_fail "there is no network" "$HUSK" -p build bash -c 'grep -v lo: /proc/net/dev | grep :'
t_fail "/usr cannot be written" "$HUSK" -p build touch /usr/x

t_done
