/* robust_study.h - what the files of `compare --uncertain` share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_ROBUST_STUDY_H
#define SD_APP_ROBUST_STUDY_H

#include "sweep_study.h"

enum { ROBUST_FANS_MAX = 3, ROBUST_QUANTILES = 5 };
extern const double robust_quantiles[ROBUST_QUANTILES]; /* [1] 0.05 ... 0.95 */

/* One row: a headline at the end of the run, or a score. */
typedef struct robust_row {
    const char *name;         /* as tables of facts call it: a variable or a score */
    const char *label, *unit; /* "Net gain", "%/h worked" */
    const char *ahead;        /* "more is kept per hour worked"; NULL: it has no words of its own */
    const char *step;         /* unit of a difference: "points"; "" when there is none */
    double scale;             /* shown = value * scale */
    int better;               /* as in sd_contest */
    sd_robust result;         /* of shown values */
} robust_row;

/* One scenario in all futures. */
typedef struct robust_side {
    const sd_scenario *scenario;
    const char *title; /* short, and no other's */
    const sd_program *program;
    const sd_design *design;
    sd_score *scores;
    uint64_t failed, first_failed;
    const char *why; /* of the first that failed */
    sd_trajectory counts;
    /* [point][quantile] shown values over the futures that went well, one a fan. */
    double *fans[ROBUST_FANS_MAX];
} robust_side;

typedef struct robust_study {
    call *call;
    size_t count;
    robust_side *sides; /* [count] the first is what the others are compared with */
    size_t future_count;
    size_t row_count;
    robust_row *rows;
    double *values;  /* [row_count][count][future_count] shown */
    double *factors; /* [factor_count][future_count] */
    size_t fan_count, point_count;
    const char *fan_names[ROBUST_FANS_MAX]; /* as the model has them */
    double fan_scales[ROBUST_FANS_MAX];
    double *times;      /* [point_count] [model time] */
    double *fan_values; /* [fan_count][point_count][future_count] of the side that runs */
    progress_bar bar;
    size_t done; /* members, of all sides */
    robust_side *now;
    sd_drawing drawing; /* of the futures */
    kept_members kept;
    double seconds;
} robust_study;

/* Runs every scenario in the same futures. */
SD_NODISCARD sd_status robust_study_run(call *call, sd_scenario *const *scenarios, size_t count,
                                        robust_study *ret_study);
/* With what came of it all, the output among it. */
void robust_study_close(robust_study *study, sd_status status);
/* robust_words.c */
void robust_sentences(const robust_study *study, FILE *to);
void robust_table(const robust_study *study);
const char *robust_summary(const robust_study *study); /* the sentences as one text */
const char *robust_drawn(const robust_study *study);   /* what was drawn */
/* robust_facts.c: one row a headline and scenario */
const sd_facts *robust_facts(const robust_study *study);
void robust_json(const robust_study *study);
SD_NODISCARD sd_status robust_write(const robust_study *study, const char *path);
/* robust_picture.c: the fans */
SD_NODISCARD sd_status robust_draw(const robust_study *study, const char *folder);

#endif
