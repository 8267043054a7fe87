/* Command lines for targets. */
#pragma once
#include "fuzz.h"
#include "spec/spec.h"
#include <linux/sched.h>

/* Reads a command line as main() does; what is accepted is checked to be what a spec must be. */
int spec_read(struct spec *spec, bool as_bwrap, int argc, char **argv);

/* What was asked for, as a text: the same for the same. */
const char *spec_digest(const struct spec *s);
