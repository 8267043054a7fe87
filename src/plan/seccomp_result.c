#include "plan/seccomp_result.h"
#include "base/bpf_program.h"
#include "base/str.h"
#include "base/util.h"
#include <string.h>
#include <sys/stat.h>

/* What the compiler of profiles may ask seccomp(2) for: SECCOMP_FILTER_FLAG_LOG and _SPEC_ALLOW. */
static const uint32_t known_flags = 1u << 1 | 1u << 2;

bool seccomp_result_read(const void *data, size_t size, struct seccomp_answer *ret)
{
    const struct seccomp_result *head = &ret->head;
    size_t code_size;

    if (size < sizeof *head || size > SECCOMP_RESULT_LIMIT)
        return false;
    memcpy(&ret->head, data, sizeof *head);
    if (memcmp(head->magic, SECCOMP_RESULT_MAGIC, sizeof head->magic) != 0 || head->length > BPF_MAXINSNS ||
        head->text_size > SECCOMP_TEXT || head->reserved)
        return false;
    code_size = head->length * sizeof(struct sock_filter);
    if (size != sizeof *head + code_size + head->text_size)
        return false;
    ret->code = (const struct sock_filter *)((const char *)data + sizeof *head);
    ret->text = (const char *)data + sizeof *head + code_size;
    for (size_t i = 0; i < SECCOMP_DEPENDENCIES; i++)
        if (!memchr(head->dependencies[i].path, 0, sizeof head->dependencies[i].path))
            return false;
    if (head->status == SECCOMP_WRONG)
        return head->text_size > 0;
    return head->status == SECCOMP_FINE && !(head->flags & ~known_flags) && bpf_check(ret->code, head->length);
}

static bool look(const char *path, struct seccomp_dependency *ret)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return false;
    ret->dev = st.st_dev;
    ret->ino = st.st_ino;
    ret->size = (uint64_t)st.st_size;
    ret->seconds = st.st_ctim.tv_sec;
    ret->nanoseconds = st.st_ctim.tv_nsec;
    return true;
}

bool seccomp_dependency_note(struct seccomp_dependency *d, const char *path)
{
    memset(d, 0, sizeof *d);
    if (strlen(path) >= sizeof d->path || !look(path, d))
        return false;
    str_copy(d->path, sizeof d->path, path);
    return true;
}

bool seccomp_dependency_holds(const struct seccomp_dependency *d)
{
    struct seccomp_dependency now;

    if (!d->path[0])
        return true;
    return look(d->path, &now) && now.dev == d->dev && now.ino == d->ino && now.size == d->size &&
           now.seconds == d->seconds && now.nanoseconds == d->nanoseconds;
}
