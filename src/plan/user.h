/* Login names, without linking the name service: husk may be a static program. */
#pragma once
#include <stdint.h>

/*
 * The login name of UID as /etc/passwd has it, else as getent(1) finds it (users of LDAP, sssd,
 * systemd-homed). In arena memory; NULL if there is none. Runs a program, so call it only when the
 * name is needed; asked twice for one id, it looks once.
 */
const char *user_name(uint32_t uid);

/* The parts, for tests: the name in the passwd file FILE, and what the program GETENT says. */
const char *user_name_in(const char *file, uint32_t uid);
const char *user_name_from(const char *getent, uint32_t uid);
