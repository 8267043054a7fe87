/* Profiles of the user: a, b and c, with `%%' between them; a is what the sandbox starts from. */
#include "specs.h"

void fuzz_profile(const uint8_t *data, size_t size)
{
    char *argv[] = {(char *)"husk", (char *)"-p", (char *)"a", (char *)"--", (char *)"true", NULL};
    char *rest = input_text(data, size), *text;
    struct spec spec;
    int r;

    machine_close();
    for (char name = 'a'; rest && name <= 'c'; name++) {
        text = input_section(&rest);
        machine_file(arena_printf("/home/user/.config/husk/profiles/%c.profile", name), text, strlen(text));
    }
    r = spec_read(&spec, false, 5, argv);
    FUZZ_CHECK(machine_errors() == (r < 0));
    FUZZ_CHECK(machine_open_fds() <= (spec.seccomp_file >= 0 ? 1 : 0) + spec.taken_fds.count);
}
