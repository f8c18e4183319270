/* chart_runs.h - what the charts of a sweep's table share: the table, and how its columns are shown.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CHART_RUNS_H
#define SD_CHART_RUNS_H

#include "chart_private.h"
#include "meta.h"

/* ---- runs_csv.c ---- */

/* The table of a sweep: index, [scenario,] seed, status, parameters, scores. */
typedef struct sd_runs {
    sd_arena *arena;
    sd_diag *diag;
    const sd_source *source;
    sd_meta meta;
    size_t column_count;
    const char **columns;
    size_t scenario_at, status_at; /* SIZE_MAX: there is no such column */
    size_t first_parameter,
        first_score;   /* columns from the one to before the other are parameters */
    const char *body;  /* after the first line */
    size_t line_count; /* of the body, about */
    const volatile sig_atomic_t *interrupted;
} sd_runs;
/* E606; E616 for a table that is not a sweep's. */
SD_NODISCARD sd_status sd_runs_open(sd_arena *arena, const sd_table_request *request,
                                    sd_runs *ret_runs, sd_diag *diag);

enum { SD_RUNS_SCENARIOS_MAX = 64 };
/* Some columns of the rows that went well. */
typedef struct sd_runs_rows {
    size_t count;
    const double **values;   /* [wanted_count][count] NAN: empty, or not finite */
    const uint8_t *scenario; /* [count] */
    size_t scenario_count;
    const char *scenarios[SD_RUNS_SCENARIOS_MAX]; /* names; one, "", without such a column */
    size_t failed;                                /* rows whose status says why */
    const char *why;                              /* of the first; NULL: none */
    size_t all;                                   /* rows of the table */
    size_t every;                                 /* one of so many rows is there */
} sd_runs_rows;
/* The columns `wanted`; of a table of more than `most` rows one row of every so many.  E606, SD_INTERRUPTED. */
SD_NODISCARD sd_status sd_runs_load(const sd_runs *runs, const size_t *wanted, size_t wanted_count,
                                    size_t most, sd_runs_rows *ret_rows);

enum { SD_LEVELS_MAX = 400 };
/* The different values of a column, rising, where it has at most SD_LEVELS_MAX of them. */
typedef struct sd_levels {
    size_t count; /* SD_LEVELS_MAX + 1: more */
    double values[SD_LEVELS_MAX + 1];
} sd_levels;
/* Of every parameter, [first_score - first_parameter]. */
SD_NODISCARD sd_status sd_runs_levels(const sd_runs *runs, const sd_levels **ret_levels);

/* ---- runs_shown.c ---- */

/* How a score is shown. */
typedef struct sd_runs_score {
    size_t column;
    const char *spec,
        *variable; /* "hours_per_week@260", "hours_per_week"; the spec where it is no value at a time */
    double time;               /* [model time] NAN: it is no value at a time */
    const sd_measure *measure; /* NULL: none */
    double scale;              /* shown = value * scale */
    const char *label;         /* "Hours", "Max(x)" */
    const char *lower;         /* within a sentence */
    const char *unit;          /* "% per hour worked" */
    const char *suffix;        /* " %" or "" */
    bool gain;                 /* 0 means: as before AI */
} sd_runs_score;
/* The score that `of` names, a spec or the variable of some; NULL: the net gain at the latest time, else the first.  E101, or E616 when
 * there is none. */
SD_NODISCARD sd_status sd_runs_score_find(const sd_runs *runs, const char *of,
                                          sd_runs_score *ret_score);
/* A spec of the form NAME@TIME taken apart; false: it is another. */
bool sd_runs_moment(sd_arena *arena, const char *spec, const char **ret_variable, double *ret_time);
/* ", week 260", or "". */
const char *sd_runs_when(const sd_runs *runs, const sd_runs_score *score);
/* A shown value, without its unit. */
const char *sd_runs_number(sd_arena *arena, const sd_runs_score *score, double shown, bool sign);
/* The label of a parameter with its units: "Hiring response, 1/week"; within a sentence without them. */
const char *sd_runs_axis(const sd_runs *runs, size_t column);
const char *sd_runs_lower(const sd_runs *runs, size_t column);
/* Which parameter a name is.  E101. */
SD_NODISCARD sd_status sd_runs_parameter(const sd_runs *runs, const char *name, size_t *ret_column);
/* The lines below a picture: what is left out, what holds; at most three. */
size_t sd_runs_notes(const sd_runs *runs, const sd_runs_rows *rows, size_t missing,
                     const char *first, const char **ret_lines);

/* ---- the charts ---- */

sd_status sd_heat_script(sd_arena *arena, const sd_table_request *request, const char **ret_script,
                         sd_diag *diag);
sd_status sd_scatter_script(sd_arena *arena, const sd_table_request *request,
                            const char **ret_script, sd_diag *diag);
/* chart_tip_table.c: of the table of `tip` */
sd_status sd_tip_table_script(sd_arena *arena, const sd_table_request *request,
                              const char **ret_script, sd_diag *diag);
sd_status sd_tip_boundary_script(sd_arena *arena, const sd_table_request *request,
                                 const char **ret_script, sd_diag *diag);
/* chart_sense_table.c: of the table of `sense` */
sd_status sd_tornado_script(sd_arena *arena, const sd_table_request *request,
                            const char **ret_script, sd_diag *diag);
sd_status sd_shares_script(sd_arena *arena, const sd_table_request *request,
                           const char **ret_script, sd_diag *diag);
sd_status sd_effects_script(sd_arena *arena, const sd_table_request *request,
                            const char **ret_script, sd_diag *diag);
sd_status sd_influence_script(sd_arena *arena, const sd_table_request *request,
                              const char **ret_script, sd_diag *diag);
sd_status sd_futures_script(sd_arena *arena, const sd_table_request *request,
                            const char **ret_script, sd_diag *diag);
sd_status sd_runs_fan_script(sd_arena *arena, const sd_table_request *request,
                             const char **ret_script, sd_diag *diag);

#endif
