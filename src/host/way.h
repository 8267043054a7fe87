/* Why a path of the host may not be reached. Looked at only after that was refused. */
#pragma once

/*
 * What to do about the first folder above the absolute PATH, links followed, that this user may not search; as root
 * that is one of another user's, which root in a user namespace has no power over. NULL: there is none as
 * far as owner and mode tell.
 */
const char *way_hint(const char *path);
