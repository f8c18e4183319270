/* bench_members.c - how many members a second the command `sweep` runs of the shipped model, all told: 260 weeks, Euler, DT 0.25,
 * three scores, the table written; and its peak memory at two sizes, which must not grow with the members.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FEW = 50000, MANY = 250000 /* members */ };
static const double growth_allowed =
    8192; /* [kB] more of a table's pages are in use while it is written */

typedef struct effort {
    double seconds; /* [s] as a clock on the wall has them */
    long peak;      /* [kB] resident */
} effort;

static void start(const char *program, const char *members, const char *threads, const char *path)
{
    const char *const words[] = {program,
                                 "sweep",
                                 "tools-only",
                                 "--dist",
                                 "expectation_pass_through=uniform(0.5,1.3)",
                                 "--dist",
                                 "raw_time_saving=uniform(0.4,0.6)",
                                 "--dist",
                                 "hiring_response=uniform(0.2,0.6)",
                                 "--mc",
                                 members,
                                 "--method",
                                 "euler",
                                 "--dt",
                                 "0.25",
                                 "--score",
                                 "net_productivity_gain@260",
                                 "--score",
                                 "hours_per_week@260",
                                 "--score",
                                 "burnout_prevalence@260",
                                 "-q",
                                 "-f",
                                 "-j",
                                 threads,
                                 "-o",
                                 path,
                                 NULL};

    (void)execv(program, (char *const *)words);
    perror(program);
    _exit(127);
}

static bool sweep(const char *program, size_t members, int threads, const char *path,
                  effort *ret_effort)
{
    char count[32], cores[32];
    struct rusage used;
    int status;
    const double began = sd_clock_seconds();

    (void)snprintf(count, sizeof count, "%zu", members);
    (void)snprintf(cores, sizeof cores, "%d", threads);
    const pid_t child = fork();

    if (child == 0)
        start(program, count, cores, path);
    if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0)
        return false;
    *ret_effort = (effort){sd_clock_seconds() - began, used.ru_maxrss};
    return true;
}

int main(void)
{
    const char *program = getenv("TREADMILL");
    char folder[] = "/tmp/treadmill-bench-XXXXXX", path[64], meta[80];
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    effort one, few, many;
    bool good = true;

    if (!program || !mkdtemp(folder)) {
        fprintf(stderr, "TREADMILL names no program, or there is no room in /tmp\n");
        return 1;
    }
    (void)snprintf(path, sizeof path, "%s/runs.csv", folder);
    (void)snprintf(meta, sizeof meta, "%s.meta.json", path);
    good = sweep(program, FEW, 1, path, &one) && sweep(program, FEW, (int)processors, path, &few) &&
           sweep(program, MANY, (int)processors, path, &many);
    if (good) {
        desk *on;
        void *state;
        const sd_source *table;

        desk_set_up(&state);
        on = state;
        good = sd_source_from_file(on->arena, path, SIZE_MAX / 2, &table, on->diag) == SD_OK;
        printf("the shipped model, 260 weeks, DT 0.25, Euler, 3 scores, the table written\n");
        printf("  %7d members on 1 core    %9.0f members/s                       peak %6.1f MB\n",
               FEW, FEW / one.seconds, (double)one.peak / 1024);
        printf("  %7d members on %ld cores   %9.0f members/s  %9.0f a core   peak %6.1f MB\n", FEW,
               processors, FEW / few.seconds, FEW / few.seconds / (double)processors,
               (double)few.peak / 1024);
        printf("  %7d members on %ld cores   %9.0f members/s  %9.0f a core   peak %6.1f MB\n", MANY,
               processors, MANY / many.seconds, MANY / many.seconds / (double)processors,
               (double)many.peak / 1024);
        if ((double)(many.peak - few.peak) > growth_allowed) {
            printf("  memory grows with the members\n");
            good = false;
        }
        printf("\nchecksum %016llx\n",
               (unsigned long long)(good ? sd_hash(table->text, table->length) : 0));
        good = desk_tear_down(&state) == 0 && good;
    }
    (void)unlink(path);
    (void)unlink(meta);
    (void)rmdir(folder);
    return good ? 0 : 1;
}
