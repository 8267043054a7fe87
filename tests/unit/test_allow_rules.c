/* The rules that make the network a list, as the kernel has them then: in a network of the test's own. */
#include "allow/rules.h"
#include "base/alloc.h"
#include "base/child.h"
#include "base/str.h"
#include "capture.h"
#include "in_namespace.h"
#include <fcntl.h>
#include <netinet/in.h>

static struct allow items[1200];
static struct rules_plan plan;
static struct rules *rules;

/* User Mode Linux has no nf_tables: there the rules are an error, and nothing else can be shown. */
static bool has_no_rules(void)
{
    const char *vm = getenv("HUSK_VM");

    return vm && strcmp(vm, "uml") == 0;
}

static void list(const char *text)
{
    assert_true(plan.item_count < ARRAY_SIZE(items));
    assert_null(allow_parse(text, &items[plan.item_count++]));
}

static void begin(void)
{
    if (!child_find("nft"))
        cannot_show("nft is not installed");
    plan = (struct rules_plan){.items = items};
    rules = rules_open();
    if (has_no_rules()) {
        assert_true(!rules || rules_set(rules, &plan) < 0);
        skip();
    }
    assert_non_null(rules);
}

static void set(void)
{
    assert_int_equal(rules_set(rules, &plan), 0);
}

/* What nft(8) says of WHAT of the table, without its line ends and the blanks around them. */
static const char *shown(const char *what)
{
    const char *nft = child_find("nft");
    char *text, *to, *from;
    int ends[2];
    size_t size;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", arena_printf("exec %s -nn list %s", nft, what), NULL);
        _exit(127);
    }
    close(ends[1]);
    assert_int_equal(fd_read_all(ends[0], 1 << 24, &text, &size), 0);
    close(ends[0]);
    assert_int_equal(child_wait(pid), 0);
    for (to = from = text; *from; from++) {
        if (*from != '\n' && *from != '\t')
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = 0;
    return text;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" in:\n%s", part, text);
}

/* So many hours, as versions of nft(8) write them. */
static void has_timeout(const char *text, const char *element, unsigned hours)
{
    if (!strstr(text, arena_printf("%s timeout %uh expires ", element, hours)))
        has(text, arena_printf("%s timeout %us expires ", element, hours * 3600));
}

/* ---- the base -------------------------------------------------------------------------------- */

static void without_a_list_nothing_is_open(void **state HUSK_UNUSED)
{
    const char *text;

    begin();
    set();
    text = shown("table inet husk-allow");
    has(text, "chain output { type filter hook output priority 0; policy drop;");
    has(text, "chain input { type filter hook input priority 0; policy drop;");
    has(text, "chain forward { type filter hook forward priority 0; policy drop;");
    has_not(text, "chain net_");
    has_not(text, " log ");
    has(shown("set inet husk-allow never4"), "127.0.0.0/8");
    has(shown("set inet husk-allow never6"), "64:ff9b::a9fe:0/112");
    has_not(shown("set inet husk-allow name4"), "elements");
    has_not(shown("set inet husk-allow published"), "elements");
    has_not(shown("map inet husk-allow nets"), "elements");
}

static void what_is_refused_may_be_logged(void **state HUSK_UNUSED)
{
    begin();
    plan.log = true;
    set();
    has(shown("chain inet husk-allow refuse"), " log group 53 ");
}

static void published_ports_let_in(void **state HUSK_UNUSED)
{
    static const struct published published[] = {{.port = 80}, {.port = 53, .udp = true}};

    begin();
    plan.published = published;
    plan.published_count = ARRAY_SIZE(published);
    set();
    has(shown("set inet husk-allow published"), "6 . 80");
    has(shown("set inet husk-allow published"), "17 . 53");
}

/* ---- networks -------------------------------------------------------------------------------- */

static void networks_are_intervals_behind_their_door(void **state HUSK_UNUSED)
{
    begin();
    list("10.0.0.0/8:443");
    list("10.1.0.0/16:443"); /* held by the one before */
    list("192.0.2.7/udp");
    list("[2600::/16]:53/udp");
    list("example.org:25");
    set();
    has(shown("set inet husk-allow net4_6_443"), "elements = { 10.0.0.0/8 }");
    has(shown("set inet husk-allow net4_17_0"), "elements = { 192.0.2.7 }");
    has(shown("set inet husk-allow net6_17_53"), "elements = { 2600::/16 }");
    has(shown("map inet husk-allow nets"), "6 . 443 : jump net_6_443");
    has(shown("map inet husk-allow nets"), "17 . 53 : jump net_17_53");
    has(shown("map inet husk-allow nets_all"), "17 : jump net_17_0");
    has_not(shown("map inet husk-allow nets_all"), "6 : ");
    has_not(shown("set inet husk-allow name4"), "elements"); /* before it is asked for */
}

static void all_of_it_is_a_network_as_well(void **state HUSK_UNUSED)
{
    begin();
    list("0.0.0.0/0");
    list("[::/0]:443");
    set();
    has(shown("set inet husk-allow net4_6_0"), "elements = { 0.0.0.0");
    has(shown("set inet husk-allow net6_6_443"), "elements = { ::");
}

/* More than go to the kernel at once. */
static void there_may_be_many(void **state HUSK_UNUSED)
{
    const char *text;

    begin();
    for (unsigned i = 0; i < ARRAY_SIZE(items); i++)
        list(arena_printf("10.%u.%u.1", i / 256, i % 256));
    set();
    text = shown("set inet husk-allow net4_6_0");
    has(text, "10.0.0.1,");
    has(text, "10.4.175.1 ");
}

/* ---- names ----------------------------------------------------------------------------------- */

static struct admission admission(const char *address, unsigned seconds)
{
    struct admission a = {.seconds = seconds};

    assert_true(ip_parse(address, &a.ip));
    return a;
}

static void names_open_for_a_while(void **state HUSK_UNUSED)
{
    struct admission one[2] = {admission("192.31.196.1", 3600), admission("2600::1", 7200)};
    struct names *names;

    begin();
    list("example.org:443");
    list("*.example.org:53/udp");
    list("example.org");
    list("example.net");
    names = names_make(items, plan.item_count);
    set();
    assert_int_equal(rules_admit(rules, names, "example.org", one, 2), 0);
    has_timeout(shown("set inet husk-allow name4"), "192.31.196.1 . 6 . 443", 1);
    has_timeout(shown("set inet husk-allow name6"), "2600::1 . 6 . 443", 2);
    has_timeout(shown("set inet husk-allow name4_all"), "192.31.196.1 . 6", 1);
    has_not(shown("set inet husk-allow name4"), " 17 ");
    /* Once more, and for longer. */
    one[0].seconds = 10800;
    assert_int_equal(rules_admit(rules, names, "example.org", one, 1), 0);
    has_timeout(shown("set inet husk-allow name4"), "192.31.196.1 . 6 . 443", 3);
    /* What is not on the list, and nothing at all, open nothing. */
    one[0] = admission("192.31.196.2", 3600);
    assert_int_equal(rules_admit(rules, names, "example.com", one, 1), 0);
    assert_int_equal(rules_admit(rules, names, "example.org", one, 0), 0);
    has_not(shown("table inet husk-allow"), "192.31.196.2");
    assert_int_equal(rules_admit(rules, names, "a.example.org", one, 1), 0);
    has(shown("set inet husk-allow name4"), "192.31.196.2 . 17 . 53 ");
}

/* A name that is listed with more ports than go to the kernel at once. */
static void a_name_may_have_many_ports(void **state HUSK_UNUSED)
{
    const struct admission one = admission("192.31.196.1", 3600);
    const char *text;

    begin();
    for (unsigned i = 1; i <= 450; i++)
        list(arena_printf("example.org:%u", i));
    set();
    assert_int_equal(rules_admit(rules, names_make(items, plan.item_count), "example.org", &one, 1), 0);
    text = shown("set inet husk-allow name4");
    has(text, " 192.31.196.1 . 6 . 1 ");
    has(text, " 192.31.196.1 . 6 . 450 ");
}

/* ---- failing --------------------------------------------------------------------------------- */

static void what_the_kernel_refuses_is_said(void **state HUSK_UNUSED)
{
    const struct admission one = admission("192.31.196.1", 3600);
    const char *said;

    begin();
    list("example.org");
    /* There is no table yet. */
    capture_start(STDERR_FILENO);
    assert_true(rules_admit(rules, names_make(items, 1), "example.org", &one, 1) < 0);
    said = capture_stop();
    has(said, "--allow: opening the addresses of a name: ");
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1); /* one line */
}

#define TEST(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_list_nothing_is_open),
        TEST(what_is_refused_may_be_logged),
        TEST(published_ports_let_in),
        TEST(networks_are_intervals_behind_their_door),
        TEST(all_of_it_is_a_network_as_well),
        TEST(there_may_be_many),
        TEST(names_open_for_a_while),
        TEST(a_name_may_have_many_ports),
        TEST(what_the_kernel_refuses_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
