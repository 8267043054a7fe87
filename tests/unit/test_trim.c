/* Giving pages of code back, and going on with them. */
#include "base/trim.h"
#include "capture.h"
#include <fcntl.h>

/* Constants, as far from what is used otherwise as the kernel's fault-around (64 KiB) reaches. */
static const char cold[512 * 1024] = {[256 * 1024] = 'x'};

/* What the program wrote must stay: a relocated constant, and a variable. */
static const char *const texts[] = {"constants", "with", "relocations"};
static int counter = 41;

/* Is the page of P mapped now: bit 63 of its word in pagemap. */
static bool is_mapped(const char *p)
{
    HUSK_FD int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    uint64_t word;

    assert_int_equal(pread(fd, &word, sizeof word, (off_t)((uintptr_t)p / (uintptr_t)getpagesize() * sizeof word)),
                     sizeof word);
    return word >> 63;
}

static void what_is_not_needed_goes_and_comes_back(void **state HUSK_UNUSED)
{
    const char *volatile middle = cold + 256 * 1024;

    counter++;
    assert_int_equal(*middle, 'x');
    assert_true(is_mapped(middle));
    trim_code();
    assert_false(is_mapped(middle));
    assert_int_equal(*middle, 'x');
    assert_int_equal(counter, 42);
    assert_string_equal(texts[2], "relocations");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_needed_goes_and_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
