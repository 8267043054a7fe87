#!/usr/bin/env bash
# What each policy is for works under it: concurrent programs and databases, compilers and what they make,
# a leak check and a debugger, a sandbox in a sandbox, computing; and strict does no more than that.
. "${0%/*}/../lib.sh" || exit
t_need python3 gcc strace unshare

# in_policy POLICY COMMAND...: with all namespaces, an empty /tmp, and what the test made.
in_policy()
{
    t_run "$HUSK" -p none --unshare-all --ro-bind / / --dev /dev --tmpfs /tmp --ro-bind "$T" "$T" --chdir /tmp \
        --seccomp-profile "$@"
}

cp "$SRCDIR/tests/helpers/side-by-side.py" "$T"
for policy in none default build nested; do
    in_policy $policy python3 "$T/side-by-side.py"
    t_is "$status:$out:$err" "0:done:" "$policy: threads, processes, memory, sockets, a database"
done
t_run "$HUSK" -r "$T" python3 "$T/side-by-side.py"
t_is "$status:$out:$err" "0:done:" "in profile default too"

# ---- compilers, sanitizers, debuggers
cat > "$T/ipc.c" << 'END'
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>
static void *nothing(void *a) { return a; }
int main(void)
{
    int shm = shmget(IPC_PRIVATE, 4096, 0600), sem = semget(IPC_PRIVATE, 1, 0600), status;
    char *text = shmat(shm, NULL, 0);
    mqd_t queue = mq_open("/husk", O_CREAT | O_RDWR, 0600, NULL);
    pthread_t t;
    if (shm < 0 || sem < 0 || text == (void *)-1 || queue == (mqd_t)-1) return 1;
    if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL)) return 2;
    if (fork() == 0) { *text = 'x'; _exit(0); }
    if (wait(&status) < 0 || status || *text != 'x') return 3;
    mq_unlink("/husk"), shmctl(shm, IPC_RMID, NULL), semctl(sem, 0, IPC_RMID);
    if (system("exit 5") != 5 << 8) return 4;
    if (personality(0xffffffff) < 0 || personality(ADDR_NO_RANDOMIZE) < 0) return 5;
    puts("fine");
}
END
# shellcheck disable=SC2016 # for the shell inside
compile='gcc $1 -O2 -g -pthread -o /tmp/program "$2" -lrt && /tmp/program; echo $?'
for policy in default build nested; do
    in_policy $policy sh -c "$compile" sh "" "$T/ipc.c"
    t_is "$out" $'fine\n0' "$policy: a C program is compiled, and works"
done
cat > "$T/leak.c" << 'END'
#include <stdlib.h>
int main(void) { void *volatile p = malloc(100); p = NULL; return p != NULL; }
END
in_policy build sh -c "$compile" sh "-fsanitize=address" "$T/leak.c"
t_like "$err" 'detected memory leaks' "build: the sanitizer's leak check works"
in_policy build strace -f -e trace=write sh -c 'echo x > /dev/null; true'
t_like "$err" 'write\(1, "x' "build: strace works"
in_policy default strace true
t_like "$err" 'Operation not permitted' "default: strace does not"

if [ "$(uname -m)" = x86_64 ] && [ "${HUSK_VM:-}" != uml ]; then # which has no 32-bit calls
    printf '.globl _start\n_start: movl $1, %%eax\nmovl $42, %%ebx\nint $0x80\n' > "$T/small.s"
    gcc -m32 -nostdlib -static -o "$T/small" "$T/small.s" 2> "$T/gcc"
    "$T/small"
    if [ $? = 42 ]; then
        in_policy default "$T/small"
        t_is "$status" 42 "default: a 32-bit program runs"
    else
        t_skip "32-bit programs do not run here: $(< "$T/gcc")"
    fi
fi

# ---- sandboxes in a sandbox
# The procfs outside is root's, below which the kernel allows no new one.
outer=(-p none --unshare-user --unshare-pid --unshare-net --ro-bind / / --dev /dev --bind /proc /proc)
t_run "$HUSK" "${outer[@]}" --seccomp-profile nested unshare --user --map-root-user --mount \
    sh -c 'mount -t tmpfs none /mnt && mountpoint -q /mnt && echo mounted'
t_is "$out" mounted "nested: namespaces and mounts"
inner=(--unshare-user --unshare-net --ro-bind / / --dev /dev --bind /proc /proc)
t_run "$HUSK" "${outer[@]}" --seccomp-profile nested "$HUSK" -p none "${inner[@]}" --seccomp-profile default \
    sh -c 'echo inner; unshare -U true'
t_is "$out" inner "nested: husk works in husk, with a policy of its own"
t_like "$err" 'unshare.*not permitted' "which holds"
t_run "$HUSK" "${outer[@]}" --seccomp-profile nested "$BWRAP_HUSK" "${inner[@]}" echo inner
t_is "$out" inner "nested: so does bwrap"
t_run "$HUSK" "${outer[@]}" --seccomp-profile default "$HUSK" -p none "${inner[@]}" echo inner
t_is "$status:$out" "125:" "default: not so"
binary=$(readlink -f "$HUSK")
t_run "$HUSK" --ro-bind "$binary" /tmp/husk /tmp/husk echo inner
t_is "$status:$out" "125:" "profile default: not so"
t_like "$err" 'Creating new namespace failed: Function not implemented' "which says what was refused"

# ---- computing
seq 1000 > "$T/numbers"
in_policy strict sha256sum "$T/numbers"
t_is "$out" "$(sha256sum "$T/numbers")" "strict: a file is read"
in_policy strict awk '{ sum += $1 } END { print sum }' "$T/numbers"
t_is "$out" 500500 "strict: computing"
in_policy strict python3 -c 'import math, time, json; time.sleep(0.01); print(json.dumps([math.factorial(20)]))'
t_is "$out" "[2432902008176640000]" "strict: an interpreter"
in_policy strict sh -c 'echo x > /tmp/x'
t_like "$err" 'Operation not permitted' "strict: no file is made"
in_policy strict sh -c '/bin/true; echo made'
t_unlike "$out" made "strict: no process"
t_like "$err" 'annot fork' "which is said"
in_policy strict python3 -c 'import threading; threading.Thread(target=print).start()'
t_like "$err" "can't start new thread" "strict: no thread"
in_policy strict python3 -c 'import socket; socket.socket()'
t_like "$err" 'PermissionError' "strict: no socket"
in_policy strict python3 -c 'import os; os.truncate("/tmp", 0)'
t_like "$err" 'PermissionError' "strict: nothing is changed"
in_policy strict sh -c 'kill -TERM $$'
t_is "$status" 143 "strict: signals"

t_done
