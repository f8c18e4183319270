/* clock.c - seconds that only ever rise, for progress and time limits; nothing that a run computes
 * may depend on them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <time.h>

double sd_clock_seconds(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
