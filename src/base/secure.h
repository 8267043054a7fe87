/* No program of husk's may have rights that its caller does not have. */
#pragma once

/*
 * Ends with husk's failure status and a hint where the kernel says, by AT_SECURE of getauxval(3), that this
 * program was given rights by its file: set-uid, set-gid or file capabilities. After log_init, and before
 * anything else is read.
 */
void secure_refuse(void);
