/* The users of this system, without linking the name service: husk may be a static program. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* What passwd(5) says of a user. In arena memory. */
struct user_entry {
    const char *name, *home; /* HOME: NULL if the line ends before it */
};

/*
 * UID's entry as /etc/passwd has it, else as getent(1) finds it (users of LDAP, sssd, systemd-homed);
 * NULL if there is none. Runs a program, so call it only when it is needed; asked twice for one id, it
 * looks once.
 */
const struct user_entry *user_by_id(uint32_t uid);

/* Its name, or NULL. */
const char *user_name(uint32_t uid);

/* The parts, for tests: the entry in the passwd file FILE, and what the program GETENT says. */
bool user_in_file(const char *file, uint32_t uid, struct user_entry *ret);
bool user_from_getent(const char *getent, uint32_t uid, struct user_entry *ret);
