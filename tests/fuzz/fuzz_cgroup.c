/* What the kernel tells of a cgroup: each section is a file of its folder. */
#include "fuzz.h"
#include "host/cgdir.h"
#include "host/usage.h"

static const char *const files[] = {"memory.events", "memory.events.local", "cpu.stat", "memory.peak",
                                    "pids.peak",     "pids.events",         "io.stat",  "cgroup.procs"};

void fuzz_cgroup(const uint8_t *data, size_t size)
{
    const struct cgroup c = {.dir = FUZZ_DIR, .adopted = true};
    char *rest = input_text(data, size);
    const struct rusage ru = {0};
    struct usage u;

    machine_close();
    for (size_t i = 0; rest && i < ARRAY_SIZE(files); i++) {
        const char *text = input_section(&rest);

        machine_file(arena_printf("/dir/%s", files[i]), text, strlen(text));
        FUZZ_CHECK(cgdir_number(FUZZ_DIR, files[i], NULL) >= -4095);
        if (cgdir_has_word(FUZZ_DIR, files[i], "max"))
            FUZZ_CHECK(strstr(text, "max"));
    }
    cgdir_is_home_of(FUZZ_DIR, 1);
    usage_gather(&u, &c, &ru);
    FUZZ_CHECK(u.read_bytes >= 0 && u.write_bytes >= 0);
    FUZZ_CHECK(u.user_us >= NOT_KNOWN && u.system_us >= NOT_KNOWN && u.memory_peak >= NOT_KNOWN);
    FUZZ_CHECK(u.pids_peak >= NOT_KNOWN && u.throttled >= NOT_KNOWN && u.refused_forks >= NOT_KNOWN);
    FUZZ_CHECK(machine_open_fds() == 0 && machine_errors() == 0);
}
