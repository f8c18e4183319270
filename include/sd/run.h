/* run.h - one tile of members from start to stop.
 *
 * Everything integrates through GSL's gsl_odeiv2 interface.  Euler, the midpoint rule (rk2) and the classical
 * rk4 are step types of our own, because GSL's rk2 and rk4 answer with other sequences; rkf45, rkck and rk8pd are
 * GSL's, driven from grid point to grid point.  Time is start + n * dt, never a running sum.  Between grid points
 * TIME is the stage's time; only held values (STEP, PULSE, PREVIOUS, DELAY, random draws, step shocks) stay.
 * Thread rule: the request, program and result are const; each call of sd_run works in its own memory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_RUN_H
#define SD_RUN_H

#include <signal.h>

#include "sd/program.h"

enum {
    SD_RUN_BYTES_MAX = 1 << 30
}; /* [byte] rows, pipelines and saved values of one call together */

typedef struct sd_run_request {
    const sd_program *program;
    sd_run_spec spec;
    sd_span spec_span;        /* what messages about the spec point at */
    size_t members;           /* >= 1, side by side */
    uint64_t first_member;    /* number of the first one: random draws are keyed by it */
    const double *parameters; /* [parameter_count][members], or NULL: as the model gives them */
    size_t column_count;
    const size_t *columns;                            /* elements to save */
    void (*progress)(void *context, double fraction); /* 0..1, from time to time; may be NULL */
    void *progress_context;
    const volatile sig_atomic_t
        *interrupted; /* not 0: stop soon with SD_INTERRUPTED; may be NULL */
} sd_run_request;

typedef struct sd_run_stats {
    int64_t steps;       /* grid steps */
    int64_t evaluations; /* of the derivatives, over all members */
    int64_t rejected;    /* steps an adaptive method took back */
} sd_run_stats;

typedef struct sd_trajectory {
    size_t time_count;
    const double *times; /* [time_count] model time */
    size_t column_count;
    const size_t *columns; /* elements */
    size_t members;
    const double *values; /* [time_count][column_count][members] */
    sd_run_stats stats;
} sd_trajectory;

/* The value of a saved column; `column` counts in trajectory->columns. */
static inline double sd_trajectory_value(const sd_trajectory *t, size_t time, size_t column,
                                         size_t member)
{
    return t->values[(time * t->column_count + column) * t->members + member];
}
/* The column of an element, SIZE_MAX when it was not saved. */
size_t sd_trajectory_column(const sd_trajectory *trajectory, size_t element);
/* The saved point nearest to a time. */
size_t sd_trajectory_time(const sd_trajectory *trajectory, double time);

/* Runs.  All memory is asked for before the first step.  SD_NONFINITE: diag names the first variable, its
 * equation, the member and the time, and nothing is returned.  SD_NUMERICAL: an adaptive method gave up.
 * SD_LIMIT: more than SD_RUN_BYTES_MAX.  SD_INTERRUPTED: asked to stop. */
SD_NODISCARD sd_status sd_run(sd_arena *arena, const sd_run_request *request,
                              const sd_trajectory **ret_trajectory, sd_diag *diag);

/* The parameter rows of a scenario for one member: the model's values with the scenario's settings on top. */
const double *sd_run_parameters(sd_arena *arena, const sd_program *program,
                                const sd_scenario *scenario);

#endif
