/* run_private.h - the mutable side of a run; private to the run stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_RUN_PRIVATE_H
#define SD_RUN_PRIVATE_H

#include <gsl/gsl_odeiv2.h>

#include "sd/run.h"

typedef struct ring { /* the past of one pipeline's input */
    size_t length;    /* [grid points] that are kept */
    double *values;   /* [length][members] */
} ring;

typedef struct run_state {
    const sd_program *program;
    const sd_run_request *request;
    size_t members; /* in this state: all of the request, or one for adaptive methods */
    uint64_t first_member;
    int64_t step;               /* grid point 0..steps */
    double *rows;               /* [row_count][members] */
    double *memories;           /* [memory_count][members] */
    ring *rings;                /* [pipeline_count] */
    const unsigned char *named; /* [row_count] the row is the value of a variable */
    size_t check_count;
    int32_t *checks; /* rows that must stay finite at every grid point */
    sd_run_stats stats;
    bool in_stage; /* the rows hold a stage, not a grid point */
    double stage_time;
} run_state;

static inline double *state_row(const run_state *s, int32_t row)
{
    return s->rows + (size_t)row * s->members;
}

/* eval.c: runs an instruction list over all members. */
void eval(run_state *s, const sd_instructions *list);
/* The number behind a random function: uniform in (0, 1), or standard normal (Box and Muller 1958). */
double standard_draw(sd_draw draw, bool normal);
uint64_t seed_of(double value); /* any number will do, but only some can be converted */

/* state.c */
void state_fill(const run_state *s, int32_t row, double value); /* the same for every member */
size_t state_bytes(const sd_program *program, size_t members, int64_t steps);
/* Constants, the clock at the start, and the request's parameters from `member` on. */
void state_set_parameters(run_state *s, size_t member);
/* Sets parameters and runs the `once` list: rows, initial stocks and pipelines are ready for grid point 0. */
SD_NODISCARD sd_status state_start(sd_arena *arena, run_state *s, const sd_run_request *request,
                                   size_t member, size_t members, int64_t steps, double *ret_stocks,
                                   sd_diag *diag);
/* At a grid point: everything is worked out from the stocks. */
SD_NODISCARD sd_status state_grid(run_state *s, int64_t step, double time, const double *stocks,
                                  sd_diag *diag);
/* After it: memories and pipelines take in the present. */
void state_commit(run_state *s);

/* check.c */
/* Which instruction made the first value that is not finite, seen from `row`; reports it. */
sd_status report_nonfinite(const run_state *s, int32_t row, sd_diag *diag);
sd_status check_rows(const run_state *s, sd_diag *diag);

/* steps.c: our own step types. */
extern const gsl_odeiv2_step_type *const step_euler, *const step_rk2, *const step_rk4;

/* solver.c */
typedef struct solver solver;
size_t solver_bytes(const sd_program *program, sd_method method); /* for derivatives, 0 without */
SD_NODISCARD sd_status solver_new(run_state *s, const sd_run_spec *spec, solver **ret_solver,
                                  sd_diag *diag);
void solver_free(solver *v);
/* From grid point `step` at `time` to the next; the rows hold the grid point. */
SD_NODISCARD sd_status solver_advance(solver *v, double time, double next, double *stocks,
                                      sd_diag *diag);

#endif
