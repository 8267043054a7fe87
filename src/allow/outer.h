/* The outer leg: asks the name servers. It has no rights anywhere, and reads what strangers send. */
#pragma once
#include "allow/servers.h"
#include "base/util.h"

/* Answers what comes over LEGS_FD until that ends, then exits. */
void outer_run(int legs_fd, const struct servers *list) HUSK_NORETURN;
