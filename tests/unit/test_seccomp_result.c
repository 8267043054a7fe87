/* Answers of husk-seccomp, and entries of the cache: only what is one answer, whole, is taken for one. */
#include "plan/seccomp_result.h"
#include "base/alloc.h"
#include "compiled.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static struct compiled good;
static struct seccomp_answer answer;
static char folder[] = "/tmp/husk-unit-XXXXXX";

static int set_up(void **state HUSK_UNUSED)
{
    good = compile_refusal(EIO);
    return 0;
}

/* The SIZE bytes of DATA, a multiple of 8, behind which nothing can be read. */
static bool reads(const void *data, size_t size)
{
    const size_t room = 128 * 1024;
    char *map = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *at;
    bool is_one;

    assert_true(map != MAP_FAILED && size <= room);
    assert_int_equal(mprotect(map + room, 4096, PROT_NONE), 0);
    at = map + room - (size + 7) / 8 * 8; /* aligned, at most 7 bytes before the end */
    memcpy(at, data, size);
    is_one = seccomp_result_read(at, size, &answer);
    if (is_one) {
        assert_ptr_equal(answer.code, at + sizeof answer.head);
        assert_ptr_equal(answer.text + answer.head.text_size, at + size);
    }
    munmap(map, room + 4096);
    return is_one;
}

#define IS_READ() assert_true(reads(&good, sizeof good))
#define IS_NONE() assert_false(reads(&good, sizeof good))

static void a_whole_one_is_read(void **state HUSK_UNUSED)
{
    assert_true(seccomp_result_read(&good, sizeof good, &answer));
    assert_memory_equal(&answer.head, &good.head, sizeof answer.head);
    assert_ptr_equal(answer.code, good.code);
    assert_ptr_equal(answer.text, good.text);
    IS_READ();
}

static void no_other_length_is(void **state HUSK_UNUSED)
{
    char longer[sizeof good + 64] = "";

    for (size_t size = 0; size < sizeof good; size++)
        assert_false(reads(&good, size));
    memcpy(longer, &good, sizeof good);
    for (size_t size = sizeof good + 1; size <= sizeof longer; size++)
        assert_false(reads(longer, size));
}

/* LENGTH instructions and TEXT_SIZE bytes of text, with what is announced. */
static bool reads_big(uint32_t length, uint32_t text_size)
{
    size_t size = sizeof good.head + length * sizeof *good.code + text_size;
    char *data = arena_alloc(size);
    struct sock_filter *code = (struct sock_filter *)(data + sizeof good.head);

    good.head.length = length;
    good.head.text_size = text_size;
    memcpy(data, &good.head, sizeof good.head);
    for (uint32_t i = 0; i < length; i++)
        code[i] = good.code[1];
    return reads(data, size);
}

static void there_is_a_most(void **state HUSK_UNUSED)
{
    assert_true(reads_big(1, 0));
    assert_true(reads_big(BPF_MAXINSNS, SECCOMP_TEXT));
    assert_int_equal(SECCOMP_RESULT_LIMIT, sizeof good.head + BPF_MAXINSNS * 8 + SECCOMP_TEXT);
    assert_false(reads_big(BPF_MAXINSNS + 1, 0));
    assert_false(reads_big(1, SECCOMP_TEXT + 8));
    assert_false(reads_big(BPF_MAXINSNS, SECCOMP_TEXT + 8));
    assert_false(reads_big(0, 8));
}

static void sizes_are_those_that_there_are(void **state HUSK_UNUSED)
{
    static const uint32_t lengths[] = {0, 1, 3, 4096, 4097, 0x20000002, 0x80000000, 0xffffffff};

    for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
        set_up(NULL);
        good.head.length = lengths[i];
        IS_NONE();
        set_up(NULL);
        good.head.text_size = lengths[i];
        IS_NONE();
    }
    /* The right sum of what is wrong. */
    set_up(NULL);
    good.head.length = 0x20000002; /* times 8: 16, in 32 bits */
    IS_NONE();
    good.head.length = 3;
    good.head.text_size = 0;
    IS_NONE(); /* text is no program */
}

static void each_member_is_looked_at(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < sizeof good.head.magic; i++) {
        set_up(NULL);
        good.head.magic[i] ^= 0x20;
        IS_NONE();
    }
    set_up(NULL);
    good.head.status = SECCOMP_WRONG + 1;
    IS_NONE();
    set_up(NULL);
    good.head.reserved = 1;
    IS_NONE();
    for (size_t i = 0; i < SECCOMP_DEPENDENCIES; i++) {
        set_up(NULL);
        memset(good.head.dependencies[i].path, 'a', sizeof good.head.dependencies[i].path);
        IS_NONE();
        good.head.dependencies[i].path[sizeof good.head.dependencies[i].path - 1] = 0;
        IS_READ();
    }
}

/* seccomp(2)'s: TSYNC 1, LOG 2, SPEC_ALLOW 4, NEW_LISTENER 8, ... */
static void of_flags_there_are_two(void **state HUSK_UNUSED)
{
    for (uint32_t bit = 0; bit < 32; bit++) {
        good.head.flags = 1u << bit;
        assert_int_equal(reads(&good, sizeof good), bit == 1 || bit == 2);
        good.head.flags |= 6;
        assert_int_equal(reads(&good, sizeof good), bit == 1 || bit == 2);
    }
    good.head.flags = 0;
    IS_READ();
}

static void a_program_is_one_that_can_be_loaded(void **state HUSK_UNUSED)
{
    static const struct sock_filter wrong[] = {
        BPF_STMT(BPF_JMP | BPF_JA, 1),                    /* behind the end */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),     /* the same */
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64),           /* struct seccomp_data has 64 bytes */
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2),            /* not a word */
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_STMT(BPF_ST, 0),
        {0xffff, 0, 0, 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        good.code[0] = wrong[i];
        IS_NONE();
    }
    set_up(NULL);
    good.code[1] = good.code[0]; /* no end */
    IS_NONE();
}

static void what_is_wrong_has_a_text(void **state HUSK_UNUSED)
{
    good.head.status = SECCOMP_WRONG;
    IS_READ();
    assert_true(reads_big(0, 8));
    assert_false(reads_big(0, 0));
    assert_false(reads_big(2, 0));
}

/* Whatever is in it, nothing behind it is read, and what is taken fits. */
static void garbage_is_none(void **state HUSK_UNUSED)
{
    unsigned char *bytes = (unsigned char *)&good;
    uint32_t random = 1;

    for (size_t at = 0; at < sizeof good.head; at++)
        for (unsigned bit = 0; bit < 8; bit += 7) {
            bytes[at] ^= (unsigned char)(1u << bit);
            reads(&good, sizeof good);
            bytes[at] ^= (unsigned char)(1u << bit);
        }
    for (int i = 0; i < 200; i++) {
        for (size_t at = 0; at < sizeof good; at++)
            bytes[at] = (unsigned char)((random = random * 1664525 + 1013904223) >> 24);
        IS_NONE();
        memcpy(good.head.magic, SECCOMP_RESULT_MAGIC, sizeof good.head.magic);
        IS_NONE();
    }
}

/* ---- files that an answer depends on -------------------------------------------------------- */

static const char *file(const char *name, const char *text)
{
    const char *path = arena_printf("%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
    return path;
}

static void a_file_is_as_it_was(void **state HUSK_UNUSED)
{
    const char *path = file("a", "text");
    struct seccomp_dependency d;

    memset(&d, 0xff, sizeof d);
    assert_true(seccomp_dependency_note(&d, path));
    assert_string_equal(d.path, path);
    assert_true(seccomp_dependency_holds(&d));
    assert_true(seccomp_dependency_holds(&(struct seccomp_dependency){.path = ""}));
    file("b", "text");
    assert_true(seccomp_dependency_holds(&d));
}

static void another_size_is_another_file(void **state HUSK_UNUSED)
{
    struct seccomp_dependency d;

    assert_true(seccomp_dependency_note(&d, file("a", "text")));
    file("a", "longer text");
    assert_false(seccomp_dependency_holds(&d));
}

static void so_is_one_in_its_place(void **state HUSK_UNUSED)
{
    const char *path = file("a", "text"), *other = file("b", "text");
    struct seccomp_dependency d;

    assert_true(seccomp_dependency_note(&d, path));
    assert_int_equal(rename(other, path), 0);
    assert_false(seccomp_dependency_holds(&d));
}

static void so_is_one_that_was_changed(void **state HUSK_UNUSED)
{
    const char *path = file("a", "text");
    struct stat before, after;
    struct seccomp_dependency d;

    assert_int_equal(stat(path, &before), 0);
    assert_true(seccomp_dependency_note(&d, path));
    do { /* the clock of file systems goes in steps */
        assert_int_equal(chmod(path, 0600), 0);
        assert_int_equal(stat(path, &after), 0);
    } while (after.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
    assert_false(seccomp_dependency_holds(&d));
}

static void a_missing_one_holds_nothing(void **state HUSK_UNUSED)
{
    const char *path = file("a", "text");
    struct seccomp_dependency d;

    assert_true(seccomp_dependency_note(&d, path));
    unlink(path);
    assert_false(seccomp_dependency_holds(&d));
    assert_false(seccomp_dependency_note(&d, path));
}

static void a_name_has_to_fit(void **state HUSK_UNUSED)
{
    char path[sizeof((struct seccomp_dependency *)0)->path + 1];
    struct seccomp_dependency d;
    size_t n = strlen(file("a", "text"));

    memset(path, '/', sizeof path);
    memcpy(path + sizeof path - 1 - n, file("a", "text"), n + 1);
    assert_int_equal(access(path, F_OK), 0);
    assert_false(seccomp_dependency_note(&d, path));
    assert_true(seccomp_dependency_note(&d, path + 1));
    assert_true(seccomp_dependency_holds(&d));
}

static int make_folder(void **state HUSK_UNUSED)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state HUSK_UNUSED)
{
    unlink(arena_printf("%s/a", folder));
    unlink(arena_printf("%s/b", folder));
    return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_whole_one_is_read),
        TEST(no_other_length_is),
        TEST(there_is_a_most),
        TEST(sizes_are_those_that_there_are),
        TEST(each_member_is_looked_at),
        TEST(of_flags_there_are_two),
        TEST(a_program_is_one_that_can_be_loaded),
        TEST(what_is_wrong_has_a_text),
        TEST(garbage_is_none),
        TEST(a_file_is_as_it_was),
        TEST(another_size_is_another_file),
        TEST(so_is_one_in_its_place),
        TEST(so_is_one_that_was_changed),
        TEST(a_missing_one_holds_nothing),
        TEST(a_name_has_to_fit),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
