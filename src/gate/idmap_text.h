/* Id maps as /proc/PID/uid_map takes them. No allocation. */
#pragma once
#include "spec/spec.h"

/* A map has at most 340 lines (Linux 4.15) and must come in one write of at most a page. */
enum { ID_LINE = 36, ID_TEXT = 4096 };

/* The COUNT ranges of MAP. False when they do not fit into SIZE bytes. */
bool idmap_text(char *buf, size_t size, const struct id_range *map, size_t count);

/* The same ids inside as outside, for every id that MAP has inside. */
bool idmap_identity(char *buf, size_t size, const struct id_range *map, size_t count);
