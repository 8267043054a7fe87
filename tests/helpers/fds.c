/*
 * fds [FD]: prints the numbers of the fds that are open here, with a blank behind each, to FD (1). It
 * opens none itself, and needs no /proc.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char text[4096];
    int used = 0;

    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            used += snprintf(text + used, sizeof text - (size_t)used, "%d ", fd);
    return write(argc > 1 ? atoi(argv[1]) : 1, text, (size_t)used) == used ? 0 : 1;
}
