#include "host/report.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "host/timeout.h"
#include "host/usage.h"
#include "plan/json.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int report_prepare(const struct plan *plan, struct sandbox *sb)
{
    const struct opt_text *file = &plan->spec->report_file;

    sb->report = FD_NONE;
    if (!file->value)
        return 0;
    /* Not through a link, which an earlier sandbox may have left, nor waiting for who reads a pipe. */
    sb->report = open(file->value, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                      0666);
    return sb->report < 0 ? log_errno(errno, "%s: opening %s", origin_text(&file->from), file->value) : 0;
}

int64_t report_time(const struct plan *plan)
{
    return plan->spec->report == REPORT_NO ? 0 : monotonic_ns();
}

/* ---- in words -------------------------------------------------------------------------------- */

static const char *memory_reason(const struct plan *plan, const struct usage *u)
{
    const struct opt_amount *memory = &plan->spec->cgroup.memory;

    if (u->own_oom && memory->text)
        return arena_printf("killed: memory limit %s reached", memory->text);
    if (u->oom_kills > 0)
        return arena_printf("%" PRId64 " of its processes killed for want of memory, by another limit than its own",
                            u->oom_kills);
    return NULL;
}

/* Why it ended, if that was a limit; else NULL. *LIMIT is its name then. */
static const char *reason_of(const struct plan *plan, const struct usage *u, const struct outcome *o,
                             const char **limit)
{
    const char *text = memory_reason(plan, u);

    *limit = text ? "memory" : o->timed_out ? "timeout" : NULL;
    if (!text && o->timed_out)
        text = arena_printf("timeout %s%s", plan->spec->timeout.text, timeout_unit(&plan->spec->timeout));
    return text;
}

static const char *end_of(const struct outcome *o)
{
    int w = o->wait_status;

    if (w >= 0 && WIFEXITED(w))
        return arena_printf("exit status %d", WEXITSTATUS(w));
    if (w >= 0 && WIFSIGNALED(w))
        return arena_printf("signal %d (%s)", WTERMSIG(w), strsignal(WTERMSIG(w)));
    return arena_printf("status %d", o->status);
}

static const char *source_of(enum usage_source source, const char *rusage)
{
    return source == FROM_CGROUP ? "of all of it, by its cgroup" : rusage;
}

static const char *size_text(int64_t bytes)
{
    return arena_printf("%.1f MiB", (double)bytes / (1024 * 1024));
}

static double seconds(int64_t microseconds)
{
    return (double)microseconds / 1e6;
}

static void say_text(const struct plan *plan, const struct usage *u, const struct outcome *o)
{
    const char *limit, *reason = reason_of(plan, u, o, &limit);

    log_warning("%s: %s after %.3f s%s%s", plan->file, end_of(o), seconds((o->ended - o->begun) / 1000),
                reason ? ", " : "", reason ? reason : "");
    log_warning("  processor: %.3f s in programs, %.3f s in the kernel (%s)%s", seconds(u->user_us),
                seconds(u->system_us), source_of(u->cpu, "of what was waited for, by rusage"),
                u->throttled > 0 ? arena_printf(", held back %" PRId64 " times", u->throttled) : "");
    log_warning("  memory: at most %s (%s)", size_text(u->memory_peak),
                source_of(u->memory, "of its largest process, by rusage"));
    log_warning("  processes: %s%s",
                u->pids_peak < 0 ? "not known"
                                 : arena_printf("at most %" PRId64 " (%s)", u->pids_peak, source_of(u->pids, "")),
                u->refused_forks > 0 ? arena_printf(", and %" PRId64 " refused", u->refused_forks) : "");
    log_warning("  disks: %s read, %s written (%s)", size_text(u->read_bytes), size_text(u->write_bytes),
                source_of(u->io, "by what was waited for, by rusage"));
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void put_known(struct json *j, const char *key, int64_t value)
{
    if (value < 0)
        json_text(j, key, NULL);
    else
        json_integer(j, key, value);
}

static void put_source(struct json *j, enum usage_source source)
{
    static const char *const names[] = {[FROM_CGROUP] = "cgroup", [FROM_RUSAGE] = "rusage"};

    json_text(j, "from", names[source]);
}

static void put_end(struct json *j, const struct plan *plan, const struct usage *u, const struct outcome *o)
{
    const char *limit, *reason = reason_of(plan, u, o, &limit);
    int w = o->wait_status;

    json_text(j, "command", plan->file);
    json_integer(j, "status", o->status);
    put_known(j, "exit_code", w >= 0 && WIFEXITED(w) ? WEXITSTATUS(w) : NOT_KNOWN);
    put_known(j, "signal", w >= 0 && WIFSIGNALED(w) ? WTERMSIG(w) : NOT_KNOWN);
    json_text(j, "limit", limit);
    json_text(j, "reason", reason);
    json_integer(j, "wall_us", (o->ended - o->begun) / 1000);
}

static void put_usage(struct json *j, const struct usage *u)
{
    json_open(j, "processor", '{');
    put_source(j, u->cpu);
    json_integer(j, "user_us", u->user_us);
    json_integer(j, "system_us", u->system_us);
    put_known(j, "throttled", u->throttled);
    json_close(j, '}');
    json_open(j, "memory", '{');
    put_source(j, u->memory);
    json_integer(j, "peak_bytes", u->memory_peak);
    put_known(j, "oom_kills", u->oom_kills);
    json_close(j, '}');
    json_open(j, "processes", '{');
    put_source(j, u->pids);
    put_known(j, "peak", u->pids_peak);
    put_known(j, "refused", u->refused_forks);
    json_close(j, '}');
    json_open(j, "disks", '{');
    put_source(j, u->io);
    json_integer(j, "read_bytes", u->read_bytes);
    json_integer(j, "written_bytes", u->write_bytes);
    json_close(j, '}');
}

static void say_json(const struct plan *plan, FILE *out, const struct usage *u, const struct outcome *o)
{
    static char buffer[8192];
    struct json j = {.out = out};

    setvbuf(out, buffer, _IOFBF, sizeof buffer); /* one write(2), so that those of parallel runs do not mix */
    json_open(&j, NULL, '{');
    json_number(&j, "format", 1);
    put_end(&j, plan, u, o);
    put_usage(&j, u);
    json_close(&j, '}');
    putc('\n', out);
    if (fflush(out) || ferror(out))
        log_errno(errno ? errno : EIO, "writing the report (%s)", origin_text(&plan->spec->report_file.from));
}

static void put_json(const struct plan *plan, int fd, const struct usage *u, const struct outcome *o)
{
    FILE *out = fd < 0 ? stderr : fdopen(fd, "w");

    if (!out) {
        log_errno(errno, "writing the report");
        return;
    }
    say_json(plan, out, u, o);
    if (out != stderr)
        fclose(out);
}

/* ---- both ------------------------------------------------------------------------------------ */

static void say_oom(const struct plan *plan, const struct usage *u)
{
    const struct opt_amount *memory = &plan->spec->cgroup.memory;
    const char *reason = memory_reason(plan, u);

    if (reason)
        log_error("%s: %s%s%s%s", plan->file, reason, u->own_oom ? " (" : "",
                  u->own_oom ? origin_text(&memory->from) : "", u->own_oom ? ")" : "");
}

void report_oom(const struct plan *plan, const struct sandbox *sb)
{
    struct usage u;

    usage_gather_oom(&u, sb->cgroup);
    say_oom(plan, &u);
}

void report(const struct plan *plan, const struct sandbox *sb, const struct outcome *o)
{
    struct usage u;

    if (plan->spec->report == REPORT_NO) {
        report_oom(plan, sb);
        return;
    }
    usage_gather(&u, sb->cgroup, &o->usage);
    say_oom(plan, &u);
    if (plan->spec->report == REPORT_JSON)
        put_json(plan, sb->report, &u, o);
    else
        say_text(plan, &u, o);
}
