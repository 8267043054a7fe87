/* --dry-run=json: the network that a helper carries. */
#pragma once
#include "plan/json.h"
#include "plan/plan.h"

/* Writes where something came from, as explain_json() does it everywhere. */
typedef void json_origin(struct json *j, const char *key, const struct origin *from);

/* The member "network"; null: no program carries one. */
void json_network(struct json *j, const struct plan *plan, json_origin *put_origin);
