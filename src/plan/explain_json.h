/* What the parts of --dry-run=json have in common. */
#pragma once
#include "plan/json.h"
#include "plan/plan.h"

/* The member KEY: the option or profile line FROM; null if there is none. */
void json_origin(struct json *j, const char *key, const struct origin *from);

/* The member "network": what carries it, and what it must not reach; null: no program carries one. */
void json_network(struct json *j, const struct plan *plan);

/* The member "limits" of the whole object. */
void json_limits(struct json *j, const struct plan *plan);
