/* Locks on folders: held by many, or busy for a moment. */
#include "base/lock.h"
#include "base/fd.h"
#include "stage.h"
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_folder(int flags)
{
    return open("/tmp/dir", flags | O_DIRECTORY | O_CLOEXEC);
}

static int begin(void)
{
    host_begin();
    host_dir("/tmp/dir");
    return open_folder(O_RDONLY);
}

static void many_can_hold_one(void **state HUSK_UNUSED)
{
    int first = begin(), second = open_folder(O_RDONLY), third = open_folder(O_RDONLY);

    assert_false(lock_is_held(third));
    assert_int_equal(lock_hold(first), 0);
    assert_false(lock_is_held(first)); /* by this fd: it is about others */
    assert_true(lock_is_held(third));
    assert_int_equal(lock_hold(second), 0);
    assert_true(lock_is_held(first));
    close(first);
    assert_true(lock_is_held(third));
    close(second);
    assert_false(lock_is_held(third));
}

/* A guardian has one after the sandbox has died. */
static void a_copy_holds_on(void **state HUSK_UNUSED)
{
    int first = begin(), copy = dup(first), other = open_folder(O_RDONLY);

    assert_int_equal(lock_hold(first), 0);
    close(first);
    assert_true(lock_is_held(other));
    close(copy);
    assert_false(lock_is_held(other));
}

static void one_is_busy_for_a_moment(void **state HUSK_UNUSED)
{
    int fd = begin(), busy = lock_busy(open_folder(O_PATH), 0);

    assert_true(busy >= 0);
    assert_int_equal(lock_busy(fd, 3), -EWOULDBLOCK);
    assert_int_equal(lock_hold(fd), 0); /* these do not meet */
    close(busy);
    assert_true(lock_busy(fd, 0) >= 0);
}

static void the_moments_end_is_waited_for(void **state HUSK_UNUSED)
{
    int fd = begin();

    assert_int_equal(flock(fd, LOCK_EX), 0);
    if (fork() == 0) {
        usleep(5000);
        flock(fd, LOCK_UN);
        _exit(0);
    }
    assert_true(lock_busy(open_folder(O_PATH), 60000) >= 0);
    wait(NULL);
}

static void errors_are_told(void **state HUSK_UNUSED)
{
    assert_int_equal(lock_busy(FD_NONE, 60000), -EBADF);
    assert_int_equal(lock_hold(FD_NONE), -EBADF);
    assert_true(lock_is_held(FD_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(many_can_hold_one),
        INSIDE(a_copy_holds_on),
        INSIDE(one_is_busy_for_a_moment),
        INSIDE(the_moments_end_is_waited_for),
        INSIDE(errors_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
