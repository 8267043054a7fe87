/* The text of /etc/passwd, /etc/group and /etc/hosts inside: root, this user and nobody, and this
 * machine, so that neither its users nor its network are told. In arena memory. */
#pragma once
#include "plan/plan.h"

const char *user_files_passwd(const struct plan *plan);
const char *user_files_group(const struct plan *plan);

/* With the host's network: the host's file, since its names must resolve; else only localhost. Both
 * know the sandbox's own host name. */
const char *user_files_hosts(const struct plan *plan);
