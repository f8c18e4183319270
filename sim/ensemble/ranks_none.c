/* ranks_none.c - stands in for ranks.c in a program that was built without MPI: it is alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "ensemble_private.h"

sd_status sd_ranks_join(sd_ranks *ret_ranks, sd_diag *diag)
{
    static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    *ret_ranks = (sd_ranks){.count = 1, .beside = 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *size = getenv(sizes[i]);
        if (!size || atoi(size) < 2)
            continue;
        sd_status status = sd_fail(diag, SD_E610, SD_NOWHERE,
                                   "%s processes were started together, but this treadmill was "
                                   "built without MPI",
                                   size);
        sd_help(diag, "build it by 'make MPI=1', or start one process");
        return status;
    }
    return SD_OK;
}

void sd_ranks_tell(void *bytes, size_t length)
{
    (void)bytes, (void)length;
}

sd_status sd_ranks_worst(sd_status mine)
{
    return mine;
}

uint64_t sd_ranks_sum(uint64_t mine)
{
    return mine;
}

void sd_ranks_leave(void)
{
}

void sd_ranks_widen(void)
{
}
