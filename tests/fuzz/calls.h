/* What calls.c lets targets know. */
#pragma once
#include <stddef.h>

/* Frees what json-c made of the last text. */
void json_drop(void);

/* Addresses that were opened. */
extern size_t admitted;
