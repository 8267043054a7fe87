/* Copying what an fd holds. No allocation. */
#pragma once

/* Copies from FROM, where it stands, to its end. 0 or -errno. */
int copy_fd(int from, int to);
