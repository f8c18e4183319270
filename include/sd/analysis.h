/* analysis.h - what a finished run says: the scorecard's rows and the verdict in words.
 *
 * A trap model is one that has the variables of sd_measures[]; any other model gets a plain table of its stocks.
 * Nothing here ranks policies: output, hours, people and money stand side by side, and every sentence begins with
 * its assumptions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ANALYSIS_H
#define SD_ANALYSIS_H

#include "sd/run.h"

/* One row of the scorecard: a headline variable and how people read it. */
typedef struct sd_measure {
    const char *variable; /* of the shipped model, folded */
    const char *label;    /* "Net gain" */
    const char *unit;     /* "% per hour worked" */
    const char *short_unit; /* "%/h worked" */
    double scale;         /* shown = value * scale */
    int decimals;         /* at most, for the widest value */
    int better;           /* +1 more is better, -1 less is, 0 neither */
    bool relative;        /* a difference is told in percent of the baseline, else in the row's own unit */
    bool needs_use;       /* a ratio to what AI saves: no meaning while hardly any AI is in use */
    const char *meaning;  /* one sentence for a footnote */
} sd_measure;
extern const sd_measure sd_measures[];
extern const size_t sd_measure_count;
/* Ratios to what AI saves (needs_use) are noise while this variable is at or below this share of all tasks. */
extern const char sd_use_variable[];
extern const double sd_least_use; /* [1] */
/* The measure of a variable, NULL when it is no headline. */
const sd_measure *sd_measure_find(const char *variable);

enum { SD_CARD_DATES = 4 };

/* A finished run with what it was. */
typedef struct sd_result {
    const sd_scenario *scenario;
    const sd_program *program;
    const sd_trajectory *trajectory; /* with every element, or at least the headline variables and the saved list */
} sd_result;

typedef struct sd_card_row {
    const sd_measure *measure; /* NULL in the table of a bare model */
    const char *label, *unit;
    double at[SD_CARD_DATES];  /* shown values (scaled); NAN where it has no meaning */
    const double *series;      /* [time_count] shown values; NAN likewise */
} sd_card_row;

typedef struct sd_scorecard {
    bool trap;                  /* rows are measures; else stocks with start, minimum, maximum, end */
    const char *dates[SD_CARD_DATES]; /* "before", "year 1", ... */
    size_t time_index[SD_CARD_DATES];
    size_t row_count;
    const sd_card_row *rows;
    size_t time_count;
} sd_scorecard;

const sd_scorecard *sd_scorecard_new(sd_arena *arena, const sd_result *result);

/* Elements that a scorecard of this model reads; count in *ret_count.  None for a model that is no trap model. */
const size_t *sd_scorecard_elements(sd_arena *arena, const sd_model *model, size_t *ret_count);

/* Two or three sentences: what becomes of the gain, beside the same organisation without its policies (baseline may
 * be NULL), and what decides.  NULL for a model that is no trap model. */
const char *sd_verdict(sd_arena *arena, const sd_result *result, const sd_result *baseline);

/* A score of the scenario on its run.  Limits: false when the value lies on the worse side. */
double sd_score_value(const sd_score *score, const sd_result *result);
bool sd_score_holds(const sd_score *score, double value);

/* What halving DT changes: for each column the largest difference at common times, as a share of its range. */
typedef struct sd_halving {
    size_t element;
    double share; /* [1] of the column's range over the run */
    double time;  /* where it is largest */
} sd_halving;
/* Sorted by share, largest first; both runs must have the same columns and saved times. */
const sd_halving *sd_compare_halved(sd_arena *arena, const sd_trajectory *whole, const sd_trajectory *half,
                                    size_t *ret_count);

#endif
