/* What a misspelt option may have been meant to be. Only used once something is wrong. */
#pragma once
#include "spec/options.h"

/* The name of the option nearest to WORD (without dashes) among those that can be in a profile, or
 * on the command line; NULL if none is close. */
const char *suggest_option(const char *word, bool in_profile);

/* "-v -w" if WORD, "-vw", is nothing but known letters after its dash, and more than one; else NULL. */
const char *suggest_letters(const char *word);

/* How many letters of WORD must be changed to make it B. SIZE_MAX: so many that B was not meant. */
size_t suggest_distance(const char *word, const char *b);
