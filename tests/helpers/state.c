/*
 * Prints what a sandbox looks like from inside: whatever husk was asked to do to a process, read back
 * from the kernel. Two runs of the same command line print the same.
 *
 *     state [wait] [NAMESPACE...]     the namespaces of the host, as readlink(1) shows them
 *
 * With "wait" it then sends itself a SIGURG, for a tracer to see, and waits until it is ended.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_file(const char *path)
{
    char text[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (fd >= 0)
        close(fd);
    if (n < 0) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    text[n] = 0;
    printf("%s: %s\n", path, text);
}

/* Signals 32 and 33 are libc's own, and differ by how this was started. */
static void print_signals(const char *line)
{
    static const unsigned long long libc = 3ULL << 31;
    const char *colon = strchr(line, ':');

    printf("%.6s: %llx\n", line, strtoull(colon + 1, NULL, 16) & ~libc);
}

static void print_status(void)
{
    static const char *const wanted[] = {"Uid:", "Gid:", "Groups:", "NSpid:", "SigBlk:", "SigIgn:", "Cap",
                                         "NoNewPrivs:", "Seccomp", "Umask:"};
    FILE *f = fopen("/proc/self/status", "re");
    char line[4096];

    while (f && fgets(line, sizeof line, f))
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
                strncmp(line, "Sig", 3) == 0 ? print_signals(line) : (void)fputs(line, stdout);
    if (f)
        fclose(f);
}

/* Without the ids of mounts, devices and peer groups, which are new each time. */
static void print_mounts(void)
{
    FILE *f = fopen("/proc/self/mountinfo", "re");
    char line[4096], *rest;

    while (f && fgets(line, sizeof line, f)) {
        rest = line;
        for (int spaces = 0; *rest && spaces < 3; rest++)
            spaces += *rest == ' ';
        printf("mount %s", rest);
    }
    if (f)
        fclose(f);
}

static void print_namespaces(char **hosts)
{
    static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char path[64], link[64] = "";
        const char *whose = "its own";

        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        if (readlink(path, link, sizeof link - 1) < 0)
            whose = "unknown";
        for (char **host = hosts; *host; host++)
            if (strcmp(*host, link) == 0)
                whose = "the host's";
        printf("namespace %s: %s\n", kinds[i], whose);
    }
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void print_folder(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, by_name);

    if (count < 0)
        printf("folder %s: %s\n", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        char full[4096], link[4096] = "";
        struct stat st = {0};

        snprintf(full, sizeof full, "%s/%s", path, entries[i]->d_name);
        if (strcmp(entries[i]->d_name, "..") == 0 || lstat(full, &st) < 0)
            continue;
        if (readlink(full, link, sizeof link - 1) < 0)
            link[0] = 0;
        printf("file %s %o %u:%u %x %s\n", full, st.st_mode, st.st_uid, st.st_gid, (unsigned)st.st_rdev,
               link);
    }
}

/* What is open, by kind: pipes and sockets have new numbers each time. */
static void print_fds(void)
{
    for (int fd = 0; fd < 64; fd++) {
        char path[64], link[256] = "";

        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (fcntl(fd, F_GETFD) < 0)
            continue;
        if (readlink(path, link, sizeof link - 1) < 0)
            link[0] = 0;
        link[strcspn(link, "[")] = 0;
        printf("fd %d: %s\n", fd, link);
    }
}

static void print_limits(void)
{
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        struct rlimit l = {0};

        getrlimit(i, &l);
        printf("limit %d: %llu %llu\n", i, (unsigned long long)l.rlim_cur, (unsigned long long)l.rlim_max);
    }
}

static void print_process(void)
{
    char cwd[4096] = "", host[256] = "";
    int death = 0;
    cpu_set_t cpus;

    prctl(PR_GET_PDEATHSIG, &death);
    sched_getaffinity(0, sizeof cpus, &cpus);
    printf("cwd %s\nhost name %s\n", getcwd(cwd, sizeof cwd) ? cwd : "?",
           gethostname(host, sizeof host) == 0 ? host : "?");
    printf("pid %d, leads its session %d, dies with parent %d, dumpable %d, securebits %x\n", getpid(),
           getsid(0) == getpid(), death, prctl(PR_GET_DUMPABLE), (unsigned)prctl(PR_GET_SECUREBITS));
    printf("nice %d, personality %x, cpus %d\n", getpriority(PRIO_PROCESS, 0),
           (unsigned)personality(0xffffffff), CPU_COUNT(&cpus));
}

/* Rules of the network show in what may be sent; nothing is sent on a network of the host's. */
static void print_reach(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd;

    if (!if_nametoindex("tap0"))
        return;
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, address, &to.sin_addr);
    errno = 0;
    sendto(fd, "x", 1, 0, (const struct sockaddr *)&to, sizeof to);
    printf("sending to %s: %s\n", address, strerror(errno));
    close(fd);
}

int main(int argc, char **argv)
{
    static const char *const files[] = {"/proc/self/uid_map", "/proc/self/gid_map",
                                        "/proc/self/setgroups", "/proc/self/cgroup",
                                        "/proc/self/oom_score_adj", "/proc/self/timens_offsets",
                                        "/proc/net/if_inet6", "/proc/net/route", "/etc/passwd",
                                        "/etc/group", "/etc/resolv.conf", "/etc/hosts"};
    static const char *const folders[] = {"/", "/etc", "/dev", "/tmp", "/run", "/var", "."};

    bool waits = argc > 1 && strcmp(argv[1], "wait") == 0;

    print_status();
    print_process();
    print_namespaces(argv + 1 + waits);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        print_file(files[i]);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        print_folder(folders[i]);
    print_mounts();
    print_fds();
    print_limits();
    print_reach("169.254.169.254");
    print_reach("198.51.100.9");
    for (char **e = environ; *e; e++)
        puts(*e);
    if (fflush(stdout))
        return 1;
    if (!waits)
        return 0;
    raise(SIGURG);
    for (;;)
        pause();
}
