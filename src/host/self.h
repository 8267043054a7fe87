/* husk's own program file. */
#pragma once

/*
 * Was husk executed from a file that can be named where it runs? Inside a sandbox /proc/self/exe is, just
 * before exec, the husk outside: a command that is a link or a script's interpreter line leading there
 * would make a second husk of that file, with a stranger beside it who can write to the file through
 * that one's /proc/PID/exe (CVE-2019-5736). 0, or -errno, said.
 */
int self_check(void);
