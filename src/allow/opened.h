/* Until when addresses are open: several names may share one, and none must close it to another. */
#pragma once
#include "base/ip.h"

/* IP is to be open for SECONDS more. For how many it has to be, since it may already be open for longer. */
unsigned opened_until(const struct ip *ip, unsigned seconds);
