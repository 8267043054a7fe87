#include "base/secure.h"
#include "base/log.h"
#include <stdlib.h>
#include <sys/auxv.h>

void secure_refuse(void)
{
    if (!getauxval(AT_SECURE))
        return;
    log_error("%s must not be setuid, setgid or have file capabilities", log_program());
    log_hint("it gives no rights and needs none: chmod ug-s, setcap -r");
    exit(log_exit_status(EXIT_HUSK));
}
