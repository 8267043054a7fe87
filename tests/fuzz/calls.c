/* Calls of husk's and of its libraries that are bent while an input runs: see machine.c. */
#include "fuzz.h"
#include "allow/rules.h"
#include "base/log.h"
#include "calls.h"
#include "machine.h"
#include <json-c/json.h>
#include <unistd.h>

void WRAP(exit)(int status) HUSK_NORETURN;
void REAL(exit)(int status) HUSK_NORETURN;
void WRAP(_exit)(int status) HUSK_NORETURN;
void REAL(_exit)(int status) HUSK_NORETURN;
BENT(void, help_print_usage, const char *, const char *)
BENT(struct json_object *, json_tokener_parse_ex, struct json_tokener *, const char *, int)
BENT(int, rules_admit, struct rules *, const struct names *, const char *, const struct admission *, size_t)

/* What is wrong with an input is told by a status, and ends nothing. */
void WRAP(exit)(int status)
{
    FUZZ_CHECK(!machine_is_on());
    REAL(exit)(status);
}

void WRAP(_exit)(int status)
{
    FUZZ_CHECK(!machine_is_on());
    REAL(_exit)(status);
}

/* It is long, by stdio, and not what is looked for here. */
void WRAP(help_print_usage)(const char *argv0, const char *behind)
{
    (void)argv0;
    (void)behind;
    machine_say(log_is_bwrap() ? "bwrap: usage\n" : "husk: usage\n");
}

int WRAP(poll)(struct pollfd *fds, nfds_t count, int timeout)
{
    if (!machine_is_closed())
        return REAL(poll)(fds, count, timeout);
    for (nfds_t i = 0; i < count; i++)
        fds[i].revents = fds[i].events;
    return (int)count;
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static struct json_object *tree;

/* husk-seccomp lets its only tree go with itself. Here it is held once more, and then let go. */
struct json_object *WRAP(json_tokener_parse_ex)(struct json_tokener *tok, const char *text, int size)
{
    tree = REAL(json_tokener_parse_ex)(tok, text, size);
    return json_object_get(tree);
}

void json_drop(void)
{
    while (tree && json_object_put(tree) != 1)
        ;
    tree = NULL;
}

/* ---- the rules of the network ------------------------------------------------------------------- */

size_t admitted;

int WRAP(rules_admit)(struct rules *rules, const struct names *names, const char *name,
                      const struct admission *list, size_t count)
{
    (void)rules;
    FUZZ_CHECK(names_each(names, name, NULL, NULL) > 0);
    for (size_t i = 0; i < count; i++) {
        const char *what;

        FUZZ_CHECK(ip_scope(&list[i].ip, ip_bits(&list[i].ip), &what) == IP_PUBLIC);
        FUZZ_CHECK(list[i].seconds > 0);
    }
    admitted += count;
    return 0;
}
