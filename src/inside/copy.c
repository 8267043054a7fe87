#include "inside/copy.h"
#include "base/fd.h"

int copy_fd(int from, int to)
{
    char buf[16 * 1024];

    for (;;) {
        ssize_t n = fd_read_full(from, buf, sizeof buf);
        int r;

        if (n <= 0)
            return (int)n;
        r = fd_write_all(to, buf, (size_t)n);
        if (r < 0)
            return r;
    }
}
