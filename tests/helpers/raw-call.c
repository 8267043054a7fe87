/*
 * Makes one system call, of any ABI, and prints "works RESULT" or the errno's name.
 *
 *     raw-call ABI NUMBER [ARG...]
 *
 * ABI is "native", "x32" (a native call with bit 30) or "i386" (int 0x80). ARG, up to five, is a number as
 * for strtoul(3), all 64 bits of it for a native call, or "=TEXT": a pointer to a page that starts with TEXT.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, ARGS = 5 };

/* Where 32 bits can point to. */
#ifdef MAP_32BIT
enum { LOW = MAP_32BIT };
#else
enum { LOW = 0 };
#endif

static unsigned long argument(const char *word)
{
    char *page;

    if (*word != '=')
        return strtoul(word, NULL, 0);
    page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | LOW, -1, 0);
    if (page == MAP_FAILED || strlen(word + 1) >= PAGE)
        exit(99);
    strcpy(page, word + 1);
    return (unsigned long)page;
}

#ifdef __x86_64__
static long call_i386(long number, const unsigned long *a)
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                     : "memory", "r8", "r9", "r10", "r11");
    if ((int)result >= 0 || (int)result < -4095)
        return (int)result;
    errno = (int)-result;
    return -1;
}
#endif

static long call(const char *abi, long number, const unsigned long *a)
{
#ifdef __x86_64__
    if (strcmp(abi, "i386") == 0)
        return call_i386(number, a);
    if (strcmp(abi, "x32") == 0)
        number |= 0x40000000;
#endif
    return syscall(number, a[0], a[1], a[2], a[3], a[4], 0L);
}

int main(int argc, char **argv)
{
    unsigned long a[ARGS] = {0};
    long result;

    if (argc < 3 || argc > 3 + ARGS)
        return 99;
    for (int i = 3; i < argc; i++)
        a[i - 3] = argument(argv[i]);
    result = call(argv[1], strtol(argv[2], NULL, 0), a);
    if (result == -1)
        printf("%s\n", strerrorname_np(errno));
    else
        printf("works %ld\n", result);
    return fflush(stdout) ? 99 : 0;
}
