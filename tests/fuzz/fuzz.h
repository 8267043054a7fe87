/*
 * Targets for a fuzzer: each is a file fuzz_NAME.c with a function of the same name (that of `ask' is next to
 * fuzz_server()), which takes one input and aborts where husk breaks its word. tests/fuzz/run has libFuzzer make inputs; `make check' replays
 * those of tests/fuzz/corpus/NAME (replay.c).
 *
 * A target runs on a machine of its own (machine.c) where it says so: it sees no file, fd or socket but
 * those that it was given here. Arena memory is freed behind each input, and each allocation is a block of
 * its own, so that AddressSanitizer sees its ends (arena.c).
 */
#pragma once
#include "base/alloc.h"
#include "base/fd.h"
#include "base/str.h"
#include "base/util.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_TARGETS(X)                                                                            \
    X(allow) X(args) X(argv) X(ask) X(bpf) X(cache) X(cgroup) X(client) X(dns_answer)              \
    X(dns_question) X(env) X(escape) X(facts) X(files) X(gate) X(helper) X(idmap) X(lex) X(oci)    \
    X(packet) X(profile) X(refusal) X(resolver) X(same) X(scope) X(server) X(shrink) X(tune)       \
    X(walk) X(words)

#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *data, size_t size);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/* Ends the run: what was promised does not hold. */
#define FUZZ_CHECK(holds)                                                                          \
    do {                                                                                           \
        if (!(holds))                                                                              \
            fuzz_broken(__FILE__, __LINE__, #holds);                                               \
    } while (0)
void fuzz_broken(const char *file, int line, const char *what) HUSK_NORETURN;

/* Runs the target NAME on an input, with all that is around it. False: there is no such target. */
bool fuzz_run(const char *name, const uint8_t *data, size_t size);

/* ---- inputs --------------------------------------------------------------------------------- */

/* A part of an input, or all of it, as text: a copy in arena memory with a 0 byte behind it. NUL bytes in it
 * end it, as they end an argument. */
char *input_text(const uint8_t *data, size_t size);

/* A copy of its own of SIZE bytes, so that reading beyond them is seen. */
void *input_copy(const void *data, size_t size);

/* Cuts *TEXT behind the next line `%%' (or at its end), which is the sections' end; *TEXT is NULL behind the
 * last one. Returns the section, which ends in a newline unless that was missing. */
char *input_section(char **text);

/* The words of a text, one a line, NULL at the end; byte 1 stands for a newline in a word. */
char **input_words(char *text, int *ret_count);

/* ---- the machine ---------------------------------------------------------------------------- */

enum {
    FUZZ_DIR = 900,  /* an fd of a folder: what is opened from there is /dir/NAME */
    FUZZ_FDS = 10,   /* fds that husk was started with: FUZZ_FDS to FUZZ_FDS_END, empty unless filled */
    FUZZ_FDS_END = 13,
};

/* From now on, until the input is through, there is nothing but what follows. */
void machine_close(void);

/* Puts a file there, root's; DATA stays in use. */
void machine_file(const char *path, const void *data, size_t size);

/* What inherited fd FD, or any socket that is made (FD -1), has to read. */
void machine_fd(int fd, const void *data, size_t size);

/* What inherited fd FD has yet to read. */
size_t machine_left(int fd);

/* What was written to fds of the machine, one after the other. */
const uint8_t *machine_written(size_t *ret_size);

/* Fds of the machine that were opened and not closed. */
size_t machine_open_fds(void);

/* What husk said on stderr since then; a line of it has been checked to be one. */
const char *machine_said(void);

/* How many lines of it are errors: neither hints nor warnings. */
size_t machine_errors(void);

/* Forgets what was said, and what was written. */
void machine_hush(void);

/* ---- for main.c ------------------------------------------------------------------------------ */

void machine_start(void), machine_stop(void);
void arena_track(void), arena_free(void);
