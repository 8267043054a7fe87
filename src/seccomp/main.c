/*
 * husk-seccomp: compiles a seccomp profile in Docker's format to a program for this machine's kernel.
 *
 *     husk-seccomp KERNEL CAPS < PROFILE > ANSWER
 *
 * KERNEL is a version as 6.1, CAPS the command's capabilities as a hexadecimal mask. The answer is that of
 * plan/seccomp_result.h; what is wrong with the profile is an answer, too. A program of its own, so that the
 * launcher needs neither json-c nor libseccomp; husk starts it only for what is not in its cache.
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/secure.h"
#include "base/str.h"
#include "plan/seccomp_result.h"
#include "seccomp/compile.h"
#include "seccomp/libraries.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_host(char **argv, struct oci_host *ret)
{
    unsigned major, minor;
    char *end;

    if (sscanf(argv[1], "%u.%u", &major, &minor) != 2 || major > UINT16_MAX || minor > UINT16_MAX)
        return false;
    ret->kernel = major << 16 | minor;
    errno = 0;
    ret->caps = strtoull(argv[2], &end, 16);
    return *argv[2] && !*end && errno == 0;
}

static int answer(const struct seccomp_result *head, const struct sock_filter *code, const char *text)
{
    if (fd_write_all(STDOUT_FILENO, head, sizeof *head) < 0 ||
        fd_write_all(STDOUT_FILENO, code, head->length * sizeof *code) < 0 ||
        fd_write_all(STDOUT_FILENO, text, head->text_size) < 0)
        die_errno(EIO, "writing the answer");
    return 0;
}

int main(int argc, char **argv)
{
    struct seccomp_result head = {.magic = SECCOMP_RESULT_MAGIC};
    static struct oci_profile profile;
    static struct oci_error error;
    static struct oci_code compiled;
    static struct bpf program;
    struct oci_host host;
    size_t size;
    char *text;
    int r;

    log_init("husk-seccomp", false);
    secure_refuse();
    if (argc != 3 || !read_host(argv, &host))
        die("usage: husk-seccomp KERNEL CAPS < PROFILE > ANSWER");
    r = fd_read_all(STDIN_FILENO, OCI_SIZE, &text, &size);
    if (r < 0)
        die_errno(-r, "reading the profile");
    if (!oci_read(text, size, &profile, &error) || !oci_compile(&profile, &host, &compiled, &error) ||
        !oci_shrink(&compiled, &program, &error)) {
        head.status = SECCOMP_WRONG;
        head.text_size = (uint32_t)strlen(error.text);
        return answer(&head, NULL, error.text);
    }
    if (!libraries_note(argv[0], head.dependencies))
        die("finding the libraries that this program uses");
    head.length = (uint32_t)program.length;
    head.abis = profile.abis;
    head.flags = profile.flags;
    head.text_size = (uint32_t)strlen(compiled.skipped);
    return answer(&head, program.code, compiled.skipped);
}
