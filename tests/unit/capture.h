/* What a function under test says on stdout or stderr. */
#pragma once
#include "base/fd.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct {
    int stream, saved, file;
    char text[64 * 1024];
} capture;

/* From now on what goes to fd STREAM is kept. */
static void HUSK_UNUSED capture_start(int stream)
{
    fflush(NULL);
    capture.stream = stream;
    capture.saved = dup(stream);
    capture.file = memfd_create("capture", MFD_CLOEXEC);
    assert_true(capture.saved >= 0 && capture.file >= 0);
    assert_int_equal(dup2(capture.file, stream), stream);
}

/* Ends that. What was kept is valid until the next start. */
static HUSK_UNUSED const char *capture_stop(void)
{
    ssize_t n;

    fflush(NULL);
    assert_int_equal(dup2(capture.saved, capture.stream), capture.stream);
    lseek(capture.file, 0, SEEK_SET);
    n = fd_read_full(capture.file, capture.text, sizeof capture.text - 1);
    assert_true(n >= 0);
    capture.text[n] = 0;
    close(capture.saved);
    close(capture.file);
    return capture.text;
}
