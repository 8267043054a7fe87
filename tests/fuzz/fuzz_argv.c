/*
 * A command line, a word a line; the first is husk or bwrap. Behind `%%' come what fd 10 has to read (a
 * newline for a NUL), and the profile /p.
 */
#include "specs.h"

void fuzz_argv(const uint8_t *data, size_t size)
{
    char *rest = input_text(data, size), *text = input_section(&rest), *fd = NULL, *profile = NULL;
    size_t fd_size = 0;
    struct spec spec;
    char **words;
    int count, r;

    machine_close();
    words = input_words(text, &count);
    if (!count)
        return;
    if (rest) {
        fd = input_section(&rest);
        fd_size = strlen(fd);
        for (size_t i = 0; i < fd_size; i++)
            fd[i] = fd[i] == '\n' ? 0 : fd[i];
        machine_fd(FUZZ_FDS, fd, fd_size);
    }
    if (rest) {
        profile = input_section(&rest);
        machine_file("/p", profile, strlen(profile));
    }
    r = spec_read(&spec, streq(words[0], "bwrap"), count, words);
    FUZZ_CHECK(machine_errors() == (r < 0));
}
