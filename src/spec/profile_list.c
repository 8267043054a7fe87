/* --list-profiles and --print-profile. */
#include "base/log.h"
#include "base/str.h"
#include "spec/profile.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A profile, and where it was found first. */
struct entry {
    const char *name, *path;
};

struct list {
    VEC(struct entry) entries;
};

static void add_entry(struct list *list, const char *name, const char *path)
{
    for (size_t i = 0; i < list->entries.count; i++)
        if (streq(list->entries.items[i].name, name))
            return; /* hidden by an earlier folder's */
    *VEC_PUSH(&list->entries) = (struct entry){name, path};
}

static int add_folder(struct list *list, const char *folder)
{
    const size_t suffix = strlen(".profile");
    DIR *dir = opendir(folder);
    struct dirent *e;

    if (!dir && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (!dir)
        return log_errno(errno, "opening %s", folder);
    while ((e = readdir(dir))) {
        size_t n = strlen(e->d_name);
        const char *name;

        if (n <= suffix || !streq(e->d_name + n - suffix, ".profile"))
            continue;
        name = arena_strndup(e->d_name, n - suffix);
        if (profile_name_ok(name))
            add_entry(list, name, arena_printf("%s/%s", folder, e->d_name));
    }
    closedir(dir);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void print_entry(const struct entry *e)
{
    char path[4200];

    escape_control(path, sizeof path, e->path);
    printf("%-20s %s\n", e->name, path);
}

int profile_list(void)
{
    const char *folders[PROFILE_FOLDERS];
    struct list list = {0};
    int r = 0;

    profile_folders(folders);
    for (size_t i = 0; r == 0 && i < PROFILE_FOLDERS; i++)
        r = folders[i] ? add_folder(&list, folders[i]) : 0;
    if (r < 0)
        return r;
    for (size_t i = 0; i < builtin_profile_count; i++)
        add_entry(&list, builtin_profiles[i].name, "built in");
    if (list.entries.count > 1)
        qsort(list.entries.items, list.entries.count, sizeof(struct entry), by_name);
    for (size_t i = 0; i < list.entries.count; i++)
        print_entry(&list.entries.items[i]);
    return 0;
}

/* For a terminal: a profile may be a stranger's and hold what a terminal obeys. */
static void print_escaped(const struct profile *profile)
{
    for (const char *line = profile->text; *line;) {
        size_t length = strcspn(line, "\n");
        char *escaped = arena_alloc(4 * length + 1);

        escape_control(escaped, 4 * length + 1, arena_strndup(line, length));
        puts(escaped);
        line += length + (line[length] == '\n');
    }
}

/*
 * With `--print-profile NAME > NAME.profile' in its folder, the shell has made that file, or emptied it,
 * before husk looks for NAME: what is meant is the one behind it.
 */
int profile_print(const char *name)
{
    struct parser p = {.origin = {.text = arena_printf("--print-profile %s", name)}};
    struct profile profile;
    struct stat out;
    bool to_file = fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(out.st_mode);
    int r = profile_find_but(&p, name, to_file ? &out : NULL, &profile);

    if (r < 0)
        return r;
    if (isatty(STDOUT_FILENO))
        print_escaped(&profile);
    else
        fwrite(profile.text, 1, profile.size, stdout);
    return 0;
}
