#include "plan/seccomp_file.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "config.h"
#include "plan/seccomp_cache.h"
#include "plan/seccomp_policies.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024 };

#define HELPER "husk-seccomp"

/* What a profile is compiled from. */
struct request {
    const struct origin *from;
    const char *helper;
    char *text; /* of the file */
    size_t size;
    const char *kernel, *caps; /* "6.1", and a hexadecimal mask: what rules may ask for */
};

static int find_helper(struct request *q)
{
    q->helper = child_own(HELPER);
    if (q->helper)
        return 0;
    log_errno(errno, "%s: finding husk's program " HELPER ", which reads it", origin_text(q->from));
    return -ENOENT;
}

static int note_kernel(struct request *q)
{
    unsigned major, minor;
    struct utsname name;

    if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2)
        return log_errno(EINVAL, "%s: reading the kernel's version", origin_text(q->from));
    q->kernel = arena_printf("%u.%u", major, minor);
    return 0;
}

/* All that the program depends on, but for the libraries, which the answer notes itself. */
static const char *make_key(const struct request *q, size_t *ret_size)
{
    const char *head = arena_printf("%s %s linux %s capabilities %s by %s\n", PACKAGE_VERSION,
                                    syscall_abis[SECCOMP_NATIVE].name, q->kernel, q->caps, q->helper);
    size_t n = strlen(head);
    char *key = arena_alloc(n + q->size);

    mempcpy(mempcpy(key, head, n), q->text, q->size);
    *ret_size = n + q->size;
    return key;
}

/* ---- the helper ----------------------------------------------------------------------------- */

/* Runs the helper; all that it prints, in *RET_DATA. Its status, or -errno. */
static int run_helper(const struct request *q, char **ret_data, size_t *ret_size)
{
    char *const argv[] = {(char *)q->helper, (char *)q->kernel, (char *)q->caps, NULL};
    HUSK_FD int in = fd_with_data("seccomp-profile", q->text, q->size), out = FD_NONE, end = FD_NONE;
    int pipe_fds[2], r;
    struct child_fds fds = {0};
    pid_t pid;

    if (in < 0)
        return in;
    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return -errno;
    out = pipe_fds[0];
    end = pipe_fds[1];
    fds.in = in;
    fds.out = end;
    pid = child_start_with(argv, &fds);
    if (pid < 0)
        return (int)pid;
    fd_closep(&end);
    r = fd_read_all(out, SECCOMP_RESULT_LIMIT, ret_data, ret_size);
    fd_closep(&out); /* whatever it still wants to say */
    if (r < 0) {
        child_wait(pid);
        return r;
    }
    return child_wait(pid);
}

static int compile(const struct request *q, struct seccomp_answer *ret, char **ret_data, size_t *ret_size)
{
    int r = run_helper(q, ret_data, ret_size);

    if (r < 0)
        return log_errno(-r, "%s: running %s", origin_text(q->from), q->helper);
    if (r > 0 || !seccomp_result_read(*ret_data, *ret_size, ret))
        return log_error("%s: %s failed (status %d)", origin_text(q->from), q->helper, r), -EIO;
    if (ret->head.status == SECCOMP_WRONG)
        return log_error("%s: %.*s", origin_text(q->from), (int)ret->head.text_size, ret->text), -EINVAL;
    return 0;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static int get_answer(const struct plan *plan, const struct request *q, struct seccomp_answer *answer,
                      struct plan_filter *filter)
{
    size_t key_size, size = 0;
    const char *key = make_key(q, &key_size);
    char *data = NULL;
    int r;

    filter->cache = CACHE_HAD;
    if (seccomp_cache_find(key, key_size, answer))
        return 0;
    r = compile(q, answer, &data, &size);
    if (r < 0)
        return r;
    filter->cache = CACHE_NO;
    if (!plan->spec->dry_run && seccomp_cache_keep(key, key_size, data, size))
        filter->cache = CACHE_KEPT;
    return 0;
}

int seccomp_file(const struct plan *plan, struct seccomp_base *base, struct plan_filter *filter)
{
    const struct opt_text *asked = &plan->spec->seccomp_profile;
    struct request q = {.from = &asked->from, .caps = arena_printf("%" PRIx64, plan->caps)};
    struct seccomp_answer answer;
    int r = fd_read_all(plan->spec->seccomp_file, FILE_LIMIT, &q.text, &q.size);

    if (r < 0)
        return log_errno(-r, "%s: reading %s", origin_text(q.from), asked->value);
    r = find_helper(&q);
    if (r == 0)
        r = note_kernel(&q);
    if (r == 0)
        r = get_answer(plan, &q, &answer, filter);
    if (r != 0)
        return r;
    base->prog = (struct sock_fprog){(unsigned short)answer.head.length, (struct sock_filter *)answer.code};
    base->abis = answer.head.abis;
    filter->policy = asked->value;
    filter->flags = answer.head.flags;
    filter->skipped = arena_strndup(answer.text, answer.head.text_size);
    return 0;
}
