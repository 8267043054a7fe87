#include "host/keeper.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/trim.h"
#include "gate/gate.h"
#include "host/cgdir.h"
#include "host/watcher.h"
#include <string.h>

static void keep(int gate)
{
    struct gate_message group = {.kind = GATE_FAILED}, m;
    HUSK_FD int parent = FD_NONE;
    int fd;

    while (gate_receive(gate, &m, &fd) == 1) {
        if (m.kind == GATE_GROUP && fd >= 0 && parent < 0) {
            parent = TAKE_FD(&fd);
            str_copy(group.text, sizeof group.text, m.text);
            trim_code();
        }
        fd_closep(&fd);
    }
    if (parent >= 0)
        cgdir_end(parent, group.text);
}

int keeper_start(struct sandbox *sb)
{
    pid_t pid = watcher_start(keep, &sb->keeper_gate);

    if (pid < 0)
        return log_errno(-pid, "starting the keeper of the cgroup");
    sb->keeper = pid;
    return 0;
}

int keeper_tell(const struct sandbox *sb, int parent, const char *name)
{
    struct gate_message m = {.kind = GATE_GROUP};

    str_copy(m.text, sizeof m.text, name);
    return gate_send_message(sb->keeper_gate, &m, parent);
}

void keeper_end(struct sandbox *sb)
{
    if (sb->keeper <= 0)
        return;
    fd_closep(&sb->keeper_gate);
    child_wait(sb->keeper);
    sb->keeper = 0;
}
