/* run_private.h - the mutable side of a run; private to the run stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_RUN_PRIVATE_H
#define SD_RUN_PRIVATE_H

#include <gsl/gsl_odeiv2.h>

#include "sd/run.h"

typedef struct ring { /* the past of one pipeline's input */
    size_t length;    /* [grid points] that are kept */
    double *values;   /* [length][members] */
    size_t room;      /* [double] */
} ring;

typedef struct belt_state belt_state; /* belt.h */

typedef struct run_state {
    const sd_program *program;
    const sd_run_request *request;
    sd_arena *arena;
    size_t room;    /* members for whom there is memory */
    size_t members; /* in this state now, at most `room`; one for adaptive methods */
    uint64_t first_member;
    int64_t step;               /* grid point 0..steps */
    double *rows;               /* [row_count][members] */
    double *memories;           /* [memory_count][members] */
    ring *rings;                /* [pipeline_count] */
    belt_state *belts;          /* [belt_count] */
    int64_t steps;              /* of the whole run */
    const unsigned char *named; /* [row_count] the row is the value of a variable */
    size_t check_count;
    int32_t *checks; /* rows that must stay finite at every grid point */
    double *health;  /* [members] 0, and NAN from a value on that is not finite */
    /* [members] NULL: the first value that is not finite ends the run.  Else: the grid point at which a member had one, -1 before
     * that; the others go on. */
    int64_t *failed;
    const struct lane_functions
        *lanes; /* of this processor; NULL before the first eval of several members */
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
/* What has no words for vectors: graphical functions, what is held, quantiles; of members from .. to - 1. */
void eval_rest(run_state *s, const sd_instruction *i, size_t from, size_t to);
/* eval_lanes.c, once for each instruction set. */
typedef struct lane_functions {
    /* Takes members in whole vectors, from the first on, through a list; their number. */
    size_t (*eval)(run_state *s, const sd_instructions *list);
    bool (*are_finite)(const run_state *s, const int32_t *rows, size_t count); /* of all members */
} lane_functions;
extern const lane_functions lanes_generic, lanes_x86_64_v2, lanes_x86_64_v3, lanes_x86_64_v4;
const lane_functions *best_lanes(void); /* eval.c: of this processor */
/* kernel.c: whether code for "x86-64-v3" and the like can run here. */
bool processor_has(const char *instructions);
/* The number behind a random function: uniform in (0, 1), or standard normal (Box and Muller 1958). */
double standard_draw(sd_draw draw, bool normal);
uint64_t seed_of(double value); /* any number will do, but only some can be converted */

/* state.c */
void state_fill(const run_state *s, int32_t row, double value); /* the same for every member */
size_t state_bytes(const sd_program *program, size_t members, int64_t steps);
/* Constants, the clock at the start, and the request's parameters from `member` on. */
void state_set_parameters(run_state *s, size_t member);
/* Memory for `room` members side by side, except that of pipelines. */
void state_open(sd_arena *arena, run_state *s, const sd_run_request *request, size_t room);
/* Members member .. member + members - 1 of the request: sets parameters and runs the `once` list; rows, initial stocks
 * and pipelines are ready for grid point 0. */
SD_NODISCARD sd_status state_start(run_state *s, size_t member, size_t members, int64_t steps,
                                   double *ret_stocks, sd_diag *diag);
/* At a grid point: everything is worked out from the stocks. */
SD_NODISCARD sd_status state_grid(run_state *s, int64_t step, double time, const double *stocks,
                                  sd_diag *diag);
/* After it: memories and pipelines take in the present. */
void state_commit(run_state *s);

/* belts.c: conveyors and queues. */
double belts_values(const sd_program *program,
                    int64_t steps); /* [double] that a member needs at most */
void belts_open(sd_arena *arena, run_state *s);
SD_NODISCARD sd_status belts_start(run_state *s, sd_diag *diag);       /* after the `once` list */
SD_NODISCARD sd_status belts_check(const run_state *s, sd_diag *diag); /* at a grid point */
void belts_commit(const run_state *s); /* after it: what enters from now on is handled as it says */
void belts_take(const run_state *s, double *stocks); /* at the next: takes in what has entered */
void eval_belt(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
               size_t to);

/* check.c */
/* A row is looked at: members that are not finite in it lose their health. */
static inline void note_row(const run_state *s, const double *row)
{
    for (size_t m = 0; m < s->members; m++)
        s->health[m] += row[m] * 0.0;
}
bool is_healthy(const run_state *s); /* all members */
/* Which instruction made the first value that is not finite, seen from `row`; reports it. */
sd_status report_nonfinite(const run_state *s, int32_t row, sd_diag *diag);
/* Notes the rows.  SD_OK when members may fail alone; else reports the first row that is not finite. */
sd_status check_rows(const run_state *s, const int32_t *rows, size_t count, sd_diag *diag);
/* Members that lost their health have failed at this grid point; the number of those that have not. */
size_t settle_failures(const run_state *s);

/* steps.c: our own step types. */
extern const gsl_odeiv2_step_type *const step_euler, *const step_rk2, *const step_rk4;

/* solver.c */
typedef struct solver solver;
size_t solver_bytes(const sd_program *program, sd_method method); /* for derivatives, 0 without */
SD_NODISCARD sd_status solver_new(run_state *s, const sd_run_spec *spec, solver **ret_solver,
                                  sd_diag *diag);
void solver_free(solver *v);
void solver_start(solver *v); /* for the members that are in the state now */
/* From grid point `step` at `time` to the next; the rows hold the grid point. */
SD_NODISCARD sd_status solver_advance(solver *v, double time, double next, double *stocks,
                                      sd_diag *diag);

/* walk.c: from start to stop, whoever watches. */
typedef struct walk {
    run_state state;
    int64_t steps, save_every;
    double *stocks; /* [stock_count][members] */
    solver *method;
    void (*saved)(void *context, const run_state *s, int64_t point, double time);
    void *context; /* of `saved` */
} walk;
/* `members` side by side at most.  SD_OK, or E112 and E503; walk_close in any case. */
SD_NODISCARD sd_status walk_open(sd_arena *arena, walk *w, const sd_run_request *request,
                                 size_t members, sd_diag *diag);
void walk_close(walk *w);
/* Members member .. member + members - 1 of the request; `saved` sees them at every saved point. */
SD_NODISCARD sd_status walk_members(walk *w, size_t member, size_t members, sd_diag *diag);

/* score.c: scores of members side by side, worked out while saved points pass by. */
typedef struct score_sums {
    size_t count, members;
    const sd_score *scores;
    const double *const *rows; /* [count] where the values of a score's element stand, [members] */
    int64_t *from, *to;        /* [count] saved points */
    double *values;            /* [count][members] */
    double *before;            /* [count][members] INTEGRAL: the value at the last saved point */
    double time_before;        /* [model time] of the last saved point */
} score_sums;
/* `times`: start, and the saved interval; `points`: how many are saved. */
void scores_open(sd_arena *arena, score_sums *a, const sd_score *scores, size_t count,
                 size_t members, double start, double interval, int64_t points);
/* Points come in order, from 0 on; point 0 begins anew, for `members` at most those it was opened for. */
void scores_take(score_sums *a, int64_t point, double time);
double scores_value(const score_sums *a, size_t score, size_t member); /* after the last point */

#endif
