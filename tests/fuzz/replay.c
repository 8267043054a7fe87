/*
 * Replays the inputs in tests/fuzz/corpus: a point for each target. With arguments, TARGET and files: those
 * alone. What an input must not do ends this program, and its name is the last that was said.
 */
#include "fuzz.h"
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

static void replay(const char *target, const char *path)
{
    static uint8_t data[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof data);

    if (n < 0) {
        perror(path);
        exit(1);
    }
    close(fd);
    if (!fuzz_run(target, data, (size_t)n)) {
        fprintf(stderr, "there is no target %s\n", target);
        exit(1);
    }
}

/* All of the target's inputs; their number. */
static size_t replay_all(const char *target)
{
    struct dirent **names;
    char path[512];
    size_t count = 0;
    int n = scandir(target, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        if (names[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", target, names[i]->d_name);
            printf("# %s\n", path);
            fflush(stdout);
            replay(target, path);
            count++;
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return count;
}

int main(int argc, char **argv)
{
    static const char *const targets[] = {
#define NAME(name) #name,
        FUZZ_TARGETS(NAME)
    };
    const char *top = getenv("HUSK_SRCDIR");

    for (int i = 2; i < argc; i++)
        replay(argv[1], argv[i]);
    if (argc > 1)
        return 0;
    if (chdir(top ? top : ".") < 0 || chdir("tests/fuzz/corpus") < 0) {
        perror("tests/fuzz/corpus");
        return 1;
    }
    printf("1..%zu\n", ARRAY_SIZE(targets));
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        size_t count = replay_all(targets[i]);

        printf("%s %zu - %s: %zu inputs\n", count ? "ok" : "not ok", i + 1, targets[i], count);
    }
    return 0;
}
