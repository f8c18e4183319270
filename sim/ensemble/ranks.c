/* ranks.c - the processes that `mpirun` has started to share a sweep, by MPI.
 * In: little: members travel through journals, not through messages.  Out: the same.
 * Method: MPI begins only where mpirun or a scheduler started the program, because alone it costs a fifth of a second.  Who
 * waits sleeps between looks, so that whoever still works has the processors.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ensemble_private.h"

static bool is_shared; /* MPI has begun */

/* Waits until every rank is here. */
static void meet(void)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    MPI_Request request;
    int done = 0;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    while (!done) {
        (void)nanosleep(&moment, NULL);
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    }
}

/* Processors for each of the ranks of this machine: those that it is bound to, or else its part of all. */
static size_t threads_for(size_t beside)
{
    cpu_set_t bound;
    const long all = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t part = all > 0 && (size_t)all > beside ? (size_t)all / beside : 1;
    if (sched_getaffinity(0, sizeof bound, &bound) != 0 || CPU_COUNT(&bound) >= all)
        return part;
    return (size_t)CPU_COUNT(&bound);
}

sd_status sd_ranks_join(sd_ranks *ret_ranks, sd_diag *diag)
{
    int given, rank, count, beside;
    MPI_Comm machine;
    *ret_ranks = (sd_ranks){.count = 1, .beside = 1};
    if (!getenv("OMPI_COMM_WORLD_SIZE") && !getenv("PMIX_RANK") && !getenv("PMI_RANK"))
        return SD_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS)
        return sd_fail(diag, SD_E610, SD_NOWHERE, "MPI does not start");
    is_shared = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &beside);
    MPI_Comm_free(&machine);
    *ret_ranks = (sd_ranks){.rank = (size_t)rank,
                            .count = (size_t)count,
                            .beside = (size_t)beside,
                            .threads = count > 1 ? threads_for((size_t)beside) : 0};
    return SD_OK;
}

void sd_ranks_tell(void *bytes, size_t length)
{
    if (!is_shared)
        return;
    meet();
    for (size_t done = 0; done < length;) {
        const size_t left = length - done, size = left < INT_MAX ? left : INT_MAX;
        MPI_Bcast((char *)bytes + done, (int)size, MPI_BYTE, 0, MPI_COMM_WORLD);
        done += size;
    }
}

static uint64_t over_all(uint64_t mine, MPI_Op operation)
{
    uint64_t all = mine;
    if (!is_shared)
        return mine;
    meet();
    MPI_Allreduce(&mine, &all, 1, MPI_UINT64_T, operation, MPI_COMM_WORLD);
    return all;
}

sd_status sd_ranks_worst(sd_status mine)
{
    return (sd_status)over_all((uint64_t)mine, MPI_MAX);
}

uint64_t sd_ranks_sum(uint64_t mine)
{
    return over_all(mine, MPI_SUM);
}

/* mpirun may have bound the process; the system leaves out processors that the job has not got. */
void sd_ranks_widen(void)
{
    cpu_set_t all;
    if (!is_shared)
        return;
    CPU_ZERO(&all);
    for (int i = 0; i < CPU_SETSIZE; i++)
        CPU_SET((unsigned)i, &all);
    (void)sched_setaffinity(0, sizeof all, &all); /* without it, it only takes longer */
}

void sd_ranks_leave(void)
{
    if (!is_shared)
        return;
    meet();
    MPI_Finalize();
    is_shared = false;
}
