#!/usr/bin/env bash
# gcc and its own tools work under the policies `default' and `build', and so do 32-bit programs; gdb where it
# is allowed to.
# shellcheck disable=SC2016 # what is in single quotes is for the shell inside
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need gcc make ar nm objdump gdb

cat > tools.sh << 'END'
set -eu
cd "$(mktemp -d)"
cat > a.c << 'EOF'
#include <stdio.h>
__attribute__((constructor)) static void first(void) { puts("first"); }
int square(int n) { return n * n; }
#ifdef MAIN
int main(void) { printf("%d\n", square(6)); }
#endif
EOF
gcc -pipe -O2 -flto -g -fprofile-generate -DMAIN a.c -o profiled && ./profiled && ls ./*.gcda | wc -l
gcc -O2 -flto -fprofile-use -DMAIN a.c -o profiled && ./profiled
gcc -static -DMAIN a.c -o static && ./static
gcc -c a.c && ar rcs liba.a a.o && nm liba.a | grep -c square && objdump -d a.o | grep -c '<square>:' && strip a.o
gcc -fPIC -shared a.c -o liba.so && LD_PRELOAD=$PWD/liba.so true
gcc -S -o - -x c - <<< 'int x;' | grep -c 'x:'
gcc -fsanitize=undefined -DMAIN a.c -o undefined && ./undefined
printf 'all: x y\nx y:\n\t@sleep 0.05; echo made > $@\n' > Makefile && make -j2 -s && cat x y
echo done
END
t_real_same "gcc's own tools" bash tools.sh

# A 32-bit program with libc, which asks for time, memory and threads in its own ways.
cat > small.c << 'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static void *work(void *p) { *(int *)p += (int)sizeof p; return NULL; }
int main(void)
{
    int n = 38, status;
    pthread_t t;
    struct timespec ts = {0, 1000};
    FILE *f = tmpfile();
    if (!f || fprintf(f, "x") != 1 || fclose(f) || nanosleep(&ts, NULL) || clock_gettime(CLOCK_REALTIME, &ts)) return 1;
    if (pthread_create(&t, NULL, work, &n) || pthread_join(t, NULL)) return 2;
    if (fork() == 0) execl("/bin/sh", "sh", "-c", "exit 3", NULL);
    if (wait(&status) < 0 || status != 3 << 8) return 3;
    free(malloc(100 << 20));
    printf("%d\ndone\n", n);
}
END
if [ "$(uname -m)" != x86_64 ]; then
    t_diag "not asked of this processor"
elif gcc -m32 -static -pthread -o small small.c 2> m32 && ./small > m32 2>&1; then
    t_real_same "a 32-bit program" ./small
else
    t_skip "32-bit programs cannot be made or run here: $(head -n 1 m32)"
fi

# A debugger sees what it started, where the policy is for that.
cat > crash.c << 'END'
int main(void) { volatile int answer = 42; *(volatile int *)0 = answer; }
END
debug='gcc -g -o /tmp/crash crash.c && gdb -q -batch -nx -ex "set debuginfod enabled off" -ex run -ex "print answer" /tmp/crash 2>&1'
t_run "$HUSK" -p build sh -c "$debug"
t_like "$out" '\$1 = 42' "build: gdb finds out why a program crashed"
t_run "$HUSK" sh -c "$debug"
t_like "$out" 'Operation not permitted' "default: gdb cannot"
t_unlike "$out" '\$1 = 42' "so it does not see a thing"
t_run "$HUSK" -p build sh -c 'sleep 100 & gdb -q -batch -nx -p $! -ex "print \$pid" 2>&1; kill $!'
t_unlike "$out" 'not permitted' "build: gdb attaches to what is in the sandbox"
t_done
