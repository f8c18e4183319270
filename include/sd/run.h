/* run.h - one tile of members from start to stop.
 *
 * Everything integrates through GSL's gsl_odeiv2 interface.  Euler, the midpoint rule (rk2) and the classical
 * rk4 are step types of our own, because GSL's rk2 and rk4 answer with other sequences; the adaptive ones are GSL's, driven
 * from grid point to grid point; bsimp and msbdf, for stiff models, get the exact Jacobian.  Time is start + n * dt,
 * never a running sum.  Between grid points TIME is the stage's time; only held values (STEP, PULSE, PREVIOUS, DELAY,
 * random draws, step shocks) stay.
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
    const size_t *columns; /* elements to save */
    size_t row_count;
    const int32_t *rows;                              /* rows of the program to save too */
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
    const double *rows;   /* [time_count][row_count][members] */
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

/* ---- many members, scores only ------------------------------------------------------------------------------------------
 * What sweeps run: nothing is saved but scores, worked out while the run goes on; memory does not grow with members. */
typedef struct sd_kernel sd_kernel; /* the program, compiled for a processor */

enum { SD_TILE = 64 }; /* members side by side; what `make bench` says is fastest */

typedef struct sd_batch { /* what all members have in common; const while workers use it */
    const sd_program *program;
    sd_run_spec spec;
    sd_span spec_span; /* what messages about the spec point at */
    size_t score_count;
    const sd_score *scores;  /* the program has the rows of their elements */
    const sd_kernel *kernel; /* NULL: the interpreter */
    const volatile sig_atomic_t
        *interrupted; /* not 0: stop soon with SD_INTERRUPTED; may be NULL */
} sd_batch;

typedef struct sd_worker sd_worker; /* the memory of one thread: rows, scores, the method */
/* All memory but that of pipelines whose length a parameter decides is asked for here.  The batch must outlive the worker.
 * SD_LIMIT as sd_run; E112 as sd_run_spec_count. */
SD_NODISCARD sd_status sd_worker_new(sd_arena *arena, const sd_batch *batch, sd_worker **ret_worker,
                                     sd_diag *diag);
void sd_worker_free(sd_worker *worker); /* before its arena; NULL is allowed */
/* Members first .. first + count - 1; 1 <= count <= SD_TILE.  parameters[k * stride + m] is parameter k of member
 * first + m, and ret_scores[s * stride + m] its score s: what sd_score_value says of its trajectory, to the bit.
 * ret_failed[m] is the grid point at which, or on the way from which, member m first had a value that is not finite or an
 * adaptive method found no way on, and -1 when it went well; the scores of a failed member are NAN, and sd_run for it alone says
 * what went wrong.  A member has the same bits whatever its tile, its place in it, the thread and the kernel.  SD_OK or SD_INTERRUPTED. */
SD_NODISCARD sd_status sd_worker_run(sd_worker *worker, uint64_t first, size_t count,
                                     const double *parameters, size_t stride, double *ret_scores,
                                     int64_t *ret_failed);

/* ---- compiled kernels ----
 * Programs of the shipped model's are in the binary, for several instruction sets; others are compiled on demand with the
 * machine's C compiler, into a folder of the user's own (native.c).  Bits are those of the interpreter. */
const char *sd_kernel_instructions(const sd_kernel *kernel); /* "x86-64-v4" ... "generic" */
/* The instruction sets that kernels are made for and this processor has, the best first; NULL beyond the last. */
const char *sd_instructions_here(size_t place);
/* The best kernel of the binary for exactly this program, NULL when there is none. */
const sd_kernel *sd_kernel_shipped(const sd_program *program);
/* What sd_program_new_wanted should be asked for so that a kernel of the binary serves: `wanted` or more, NULL: all. */
const size_t *sd_kernel_wanted(const sd_model *model, size_t shock_count, const size_t *wanted,
                               size_t wanted_count, size_t *ret_count);
/* Compiles the program, or takes what an earlier call has left.  `instructions` is one of sd_instructions_here.  NULL, and
 * warning W912, when that cannot be done.  The kernel stays for as long as the process. */
const sd_kernel *sd_kernel_native(sd_arena *arena, const sd_program *program,
                                  const char *instructions, sd_diag *diag);
typedef enum sd_kernel_policy {
    SD_KERNEL_AUTO,   /* what the binary has; else compiled when it is there or pays */
    SD_KERNEL_NATIVE, /* always compiled, but for what the binary has */
    SD_KERNEL_NONE    /* the interpreter */
} sd_kernel_policy;
/* The kernel that a batch of so many members should have; NULL: the interpreter.  Warns at most once. */
const sd_kernel *sd_kernel_find(sd_arena *arena, const sd_batch *batch, uint64_t members,
                                sd_kernel_policy policy, sd_diag *diag);

/* A score of one saved series: values[i * stride] at times[i]. */
double sd_score_of_series(const sd_score *score, size_t time_count, const double *times,
                          const double *values, size_t stride);

/* ---- net flows as a function of the stocks, while time stands still --------------------------------------------------
 * What equilibria, modes and tipping points are found with. */
typedef struct sd_field sd_field; /* belongs to one thread; lives in the arena */
/* At `time` [model time] and with `parameters` [parameter_count] (NULL: as the model gives them; copied).  TIME, STEP
 * and RAMP stand as they are at that time; a PULSE is off; random draws are at their median.  Non-negative stocks are not
 * held at 0.  E114 at a PREVIOUS, DELAY, conveyor or queue that a net flow needs: they have no finite number of modes. */
SD_NODISCARD sd_status sd_field_new(sd_arena *arena, const sd_program *program,
                                    const sd_run_spec *spec, const double *parameters, double time,
                                    sd_field **ret_field, sd_diag *diag);
/* Gives a parameter another value; all that follows from it is worked out again. */
void sd_field_set(sd_field *field, size_t parameter, double value);
double sd_field_parameter(const sd_field *field, size_t parameter);
/* ret_stocks [stock_count]: the initial values with the parameters as they are now. */
void sd_field_start(sd_field *field, double *ret_stocks);
/* ret_net [stock_count]: net flows [units of the stock / time].  False when one is not finite. */
bool sd_field_net(sd_field *field, const double *stocks, double *ret_net);
/* Exact derivatives: ret_jacobian[i * stock_count + k] = d net flow i / d stock k [1/time, units apart], and
 * ret_slope[i] = d net flow i / d parameter.  False when one is not finite. */
bool sd_field_jacobian(sd_field *field, const double *stocks, double *ret_jacobian);
bool sd_field_slope(sd_field *field, const double *stocks, size_t parameter, double *ret_slope);
/* The value of any variable's element at these stocks; NAN for a pure graphical function and for what needs a PREVIOUS
 * or DELAY. */
double sd_field_value(sd_field *field, const double *stocks, size_t element);

/* ---- a run, seen equation by equation ----------------------------------------------------------------------------------
 * What Loops That Matter and the tracing of causes are worked out from: the values of every node at every grid point, and
 * what each input of an equation did to it in each step.  Stage values of a method are never used, so any method will do. */
typedef struct sd_history {
    const sd_equations *equations;
    sd_run_spec spec;
    size_t point_count;       /* grid points: steps + 1 */
    const double *times;      /* [point_count] */
    const double *values;     /* [node_count][point_count]; of a stock its content */
    const double *parameters; /* [parameter_count] of the program */
    sd_run_stats stats;
} sd_history;
/* Runs the program and keeps every node at every DT (SD_RUN_BYTES_MAX); otherwise as sd_run, for member `first_member`
 * of the request, whose columns and save_interval do not matter. */
SD_NODISCARD sd_status sd_history_new(sd_arena *arena, const sd_equations *equations,
                                      const sd_run_request *request, const sd_history **ret_history,
                                      sd_diag *diag);
/* Works equations out again at the points of a history.  Belongs to one thread; lives in the arena. */
typedef struct sd_replay sd_replay;
sd_replay *sd_replay_new(sd_arena *arena, const sd_history *history);
/* ret_values[k] = the equation of the node from the values of its inputs at point k: what the history has there, to the
 * bit, and what the run found but for the roundings of reciprocals.  [point_count]; for nodes with an equation. */
void sd_replay_values(sd_replay *replay, size_t node, double *ret_values);
/* ret_changes[i * point_count + k] = f(input i at k, all else at k - 1) - f(all at k - 1): how much the node would have
 * changed in the step that ends at point k, had only that input changed; 0 at point 0.  Of a stock: the change of that
 * inflow, or minus the change of that outflow.  Of what a conveyor or queue gives out: all its change, as if what is there
 * were well mixed.  [input_count][point_count] */
void sd_replay_changes(sd_replay *replay, size_t node, double *ret_changes);
/* ret_partials[i * point_count + k] = partial derivative of the node with respect to input i at point k [units of the
 * node / of the input]; of the net flow of a stock: 1 or -1; of what a conveyor or queue gives out: it over the content; 0
 * for an input that is constant, as nothing comes of it.  [input_count][point_count] */
void sd_replay_partials(sd_replay *replay, size_t node, double *ret_partials);

#endif
