/* ensemble.h - many members of one scenario: which values each of them has, and their runs over all cores.
 *
 * A design says which values a member has; a sweep runs tiles of members, each thread with a worker of its own, and hands
 * them on in the order of their numbers, whatever the order in which they finish.  Memory does not grow with the number of
 * members.
 * Thread rule: design, batch and program are const; what `tell` is given belongs to the thread that calls it, and `take` is
 * called by one thread at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ENSEMBLE_H
#define SD_ENSEMBLE_H

#include "sd/run.h" /* with signal.h */

/* ---- points of the unit cube --------------------------------------------------------------------------------------------
 * Point number i is a function of (kind, count, seed, i) alone, and memory does not grow with the count. */
typedef enum sd_points_kind {
    SD_POINTS_MONTE_CARLO, /* independent; a point does not depend on the count */
    SD_POINTS_LATIN, /* Latin hypercube: in each dimension one point in each of `count` equal parts */
    SD_POINTS_SOBOL /* Sobol' sequence in the order of Gray codes; a point does not depend on the count */
} sd_points_kind;
typedef enum sd_scramble {
    SD_SCRAMBLE_OWEN, /* nested uniform scrambling (Owen 1995): random, as evenly spread, more exact where smooth */
    SD_SCRAMBLE_SHIFT, /* a random digital shift */
    SD_SCRAMBLE_NONE /* no seed; without the origin, as gsl_qrng_sobol in up to 40 dimensions, to the bit */
} sd_scramble;
enum {
    SD_SOBOL_DIMENSIONS_MAX = 256,
    SD_MAXIMIN_MAX = 4000 /* points */
};
typedef struct sd_sampling {
    sd_points_kind kind;
    uint64_t count; /* 1 .. SD_MEMBERS_MAX */
    uint64_t seed;
    bool centred; /* LATIN: each point in the middle of its parts */
    bool maximin; /* LATIN: of 100 hypercubes the one whose nearest two points are farthest apart */
    sd_scramble scramble; /* SOBOL */
} sd_sampling;
typedef struct sd_points sd_points; /* const; lives in the arena */
/* E702 for too many dimensions of SOBOL or points of maximin. */
SD_NODISCARD sd_status sd_points_new(sd_arena *arena, const sd_sampling *sampling,
                                     size_t dimension_count, const sd_points **ret_points,
                                     sd_diag *diag);
/* ret_u [dimension_count], each in the open interval (0, 1). */
void sd_points_at(const sd_points *points, uint64_t index, double *ret_u);

/* ---- factors ------------------------------------------------------------------------------------------------------------ */
typedef struct sd_factor { /* what is varied: a constant, or all elements of an array alike */
    const char *name;      /* as it heads a column */
    size_t first, count;   /* elements of the model */
    double low, high;      /* of a grid: [units of the variable] the first and the last point */
    uint64_t points;       /* of a grid: how many, low and high among them; 0: drawn */
    double value;          /* drawn: [units of the variable] the central value */
    sd_distribution distribution; /* drawn; NONE: it is always `value` */
    size_t partner;     /* drawn: which earlier one of the drawn it goes with; SIZE_MAX: none */
    double correlation; /* [1] with the partner, of the normal deviates behind both */
} sd_factor;
/* ret_values [count], which may be u, of drawn factors at a point u [count] of the unit cube: the quantiles of their distributions, of
 * pairs through a Gaussian copula. */
void sd_factors_values(const sd_factor *factors, size_t count, const double *u, double *ret_values);

/* ---- designs ------------------------------------------------------------------------------------------------------------
 * The values of a member are a function of the design and the member's number alone. */
enum { SD_MEMBERS_MAX = 1000000000 };

typedef enum sd_design_kind {
    SD_DESIGN_GRID, /* every combination; the first factor varies slowest; without factors one member */
    SD_DESIGN_TABLE,  /* one member a row */
    SD_DESIGN_POINTS, /* drawn at points of the unit cube */
    SD_DESIGN_ONE_AT_A_TIME, /* all at their central values, then each drawn factor at its 5th and 95th percentile */
    SD_DESIGN_COMPUTED /* by a function of the caller */
} sd_design_kind;

typedef struct sd_design {
    sd_design_kind kind;
    uint64_t member_count; /* 1 .. SD_MEMBERS_MAX */
    size_t factor_count;
    const sd_factor *factors; /* those of a grid first */
    size_t
        lever_count; /* POINTS, ONE_AT_A_TIME: how many are of a grid; each combination of theirs has the same
                                 sample, and varies slower */
    uint64_t sample_count;   /* POINTS, ONE_AT_A_TIME: members of one combination */
    const double *table;     /* TABLE: [member_count][factor_count] */
    const sd_points *points; /* POINTS: of factor_count - lever_count dimensions */
    void (*values)(const void *context, uint64_t member,
                   double *ret_values); /* COMPUTED; any thread */
    const void *context;
} sd_design;

/* Texts "P=a:b:n": n points from a to b; a point that stands for a decimal is that decimal, so that 0:1.6:9 has 0.6 and not
 * 0.6000000000000001.  E701 for a malformed text, E102 for a factor that is there twice, E702 for too many members; names and
 * values as sd_scenario_check_value, and E410 as sd_scenario_check for the first and last member. */
SD_NODISCARD sd_status sd_design_from_grid(sd_arena *arena, const sd_scenario *scenario,
                                           const char *const *texts, size_t count,
                                           const sd_design **ret_design, sd_diag *diag);
/* Draws what is uncertain in any of `count` scenarios: one design each, ret_designs [count], over the same points and with
 * the same factors in the same order.  E702 when nothing is uncertain or the sample is empty or too large; E101 for what
 * one of them has not got; E410 for a share of a whole; W913 for a correlation with what is not drawn; of the grid as
 * above. */
typedef struct sd_drawing {
    const char *const *grid; /* levers: "P=a:b:n"; each combination has the same sample */
    size_t grid_count;
    bool one_at_a_time; /* instead of a sample */
    sd_sampling sampling;
    bool ranges; /* as sd_scenario_uncertain */
} sd_drawing;
SD_NODISCARD sd_status sd_designs_drawn(sd_arena *arena, const sd_scenario *const *scenarios,
                                        size_t count, const sd_drawing *drawing,
                                        const sd_design **ret_designs, sd_diag *diag);
/* A CSV whose first line names parameters and whose other lines are members.  E606, and otherwise as above, each with line
 * and column. */
SD_NODISCARD sd_status sd_design_from_csv(sd_arena *arena, const sd_scenario *scenario,
                                          const sd_source *source, const sd_design **ret_design,
                                          sd_diag *diag);
/* ret_values [factor_count] of a member. */
void sd_design_values(const sd_design *design, uint64_t member, double *ret_values);
/* W911 for each factor that nothing in the program, which has what scores depend on and no more, reads. */
void sd_design_warn_unused(const sd_design *design, const sd_program *program, sd_diag *diag);

/* ---- journals -----------------------------------------------------------------------------------------------------------
 * A file that keeps what is finished, whatever ends the process or the machine. */
typedef struct sd_journal sd_journal; /* one process at a time has it */
typedef struct sd_journal_request {
    const char *path;
    const char *identity;           /* all that decides about the members, in lines "what: value" */
    size_t tile;                    /* 1 .. SD_TILE; of an old journal its own counts */
    size_t score_count, part_count; /* parts: the scenarios of a sweep */
    uint64_t member_count;          /* of each part */
    bool resume;                    /* go on with what is there, if anything is */
} sd_journal_request;
/* E607 when another process has it or when there is something to resume and nobody asked to; E608 when it is of another
 * sweep, with the first line that differs, or damaged; E602. */
SD_NODISCARD sd_status sd_journal_open(sd_arena *arena, const sd_journal_request *request,
                                       sd_journal **ret_journal, sd_diag *diag);
size_t sd_journal_tile(const sd_journal *journal);
uint64_t sd_journal_members(const sd_journal *journal); /* finished, of all parts */
/* Removes the file when the sweep is `finished` or nothing is in it. */
void sd_journal_close(sd_journal *journal, bool finished);

/* ---- sweeps ------------------------------------------------------------------------------------------------------------- */
typedef struct sd_members { /* of one tile, finished */
    uint64_t first;         /* number of the first, from 0 */
    size_t count;
    const double *values;   /* [factor_count][SD_TILE] */
    const double *scores;   /* [score_count][SD_TILE] NAN where it failed */
    const int64_t *failed;  /* [count] grid point, -1: it went well */
    const char *const *why; /* [count] "'x' is infinite at time 12"; NULL when it went well */
} sd_members;

typedef struct sd_ensemble {
    sd_batch batch;
    const double *parameters; /* [parameter_count] what is not varied: sd_run_parameters */
    const sd_design *design;
    size_t threads; /* 0: one a processor; never more than processors or members */
    sd_journal
        *journal; /* what it has is not run again, and what is run goes into it; NULL: none */
    size_t part;  /* of the journal */
    /* Any thread: appends what is to be written of a tile to `text`.  May be NULL. */
    void (*tell)(void *context, const sd_members *members, sd_text *text);
    /* In the order of members, one at a time; what is not SD_OK ends the sweep. */
    sd_status (*take)(void *context, const sd_members *members, const sd_text *text, sd_diag *diag);
    void *context;
} sd_ensemble;
/* Runs all members.  SD_INTERRUPTED as batch.interrupted asks; SD_LIMIT and E112 as sd_worker_new; a member that fails alone
 * is no error. */
SD_NODISCARD sd_status sd_ensemble_run(const sd_ensemble *sweep, sd_diag *diag);
/* How many threads will run it, and how many members at a time each of them when there is no journal. */
size_t sd_ensemble_threads(const sd_ensemble *sweep);
size_t sd_ensemble_tile(const sd_ensemble *sweep);

/* ---- what came out, in short -------------------------------------------------------------------------------------------- */
typedef struct sd_summary sd_summary; /* of a bounded size */
typedef struct sd_summary_row {       /* of one score; over the members that have a value */
    uint64_t count;
    double lowest, median, highest; /* [units of the score] NAN when count is 0 */
    uint64_t lowest_at, highest_at; /* members; the first of equals */
    bool estimated;                 /* the median is that of a sample */
} sd_summary_row;
sd_summary *sd_summary_new(sd_arena *arena, size_t score_count);
void sd_summary_add(sd_summary *summary, const sd_members *members);
sd_summary_row sd_summary_score(sd_summary *summary, size_t score);
uint64_t sd_summary_failed(const sd_summary *summary);
const char *sd_summary_first_why(const sd_summary *summary,
                                 uint64_t *ret_member); /* NULL: none failed */

#endif
