/* Between the parts of --dry-run=json. */
#pragma once
#include "plan/json.h"
#include "plan/plan.h"

/* Where a word came from, as member KEY: null, or an object. */
void put_origin(struct json *j, const char *key, const struct origin *from);

/* Member "network": what carries it, and what it must not reach; null: no program carries one. */
void explain_json_network(struct json *j, const struct plan *plan);
