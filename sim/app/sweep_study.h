/* sweep_study.h - what the files of the command sweep share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_SWEEP_STUDY_H
#define SD_APP_SWEEP_STUDY_H

#include "app_private.h"

/* One scenario of a sweep. */
typedef struct swept {
    const sd_scenario *scenario;
    const sd_program *program;
    const double *parameters; /* [parameter_count] */
    const sd_design *design;
    sd_score *scores;
    sd_summary *summary;
    const sd_kernel *kernel; /* NULL: the interpreter */
    sd_trajectory counts;    /* for the provenance: no values, only how many members and steps */
    double last;             /* [model time] of the last saved point */
    double seconds;
} swept;

/* All of them. */
typedef struct sweep_study {
    size_t count, score_count;
    swept *list;              /* [count] */
    const sd_source *members; /* the table that they come from, or NULL */
    sd_drawing drawing;       /* how else they are chosen */
    uint64_t member_count;    /* of all scenarios together */
} sweep_study;

/* Reads the inputs of the call, chooses members and scores, and compiles. */
SD_NODISCARD sd_status sweep_study_new(call *call, sweep_study *ret_study);
/* The steps of that, for other commands that run members. */
SD_NODISCARD sd_status sweep_scenario(call *call, const char *input, swept *one);
/* Which of the designs was asked for; *ret_drawn is false for a grid or a table. */
SD_NODISCARD sd_status sweep_drawing(call *call, sd_drawing *drawing, bool *ret_drawn);
/* Those of --score, else of the scenario, else every stock at the end.  Those of the first scenario decide for all, so that every
 * row has the same columns. */
SD_NODISCARD sd_status sweep_scores(call *call, sweep_study *study, swept *one);
/* The program without what no score depends on, as far as a kernel of the binary allows when there may be one. */
SD_NODISCARD sd_status sweep_compile(call *call, const sweep_study *study, swept *one);
sd_kernel_policy sweep_kernel_policy(const arguments *given);
/* All that decides about the members, for a journal: lines "what: value". */
const char *sweep_identity(call *call, const sweep_study *study);

/* sweep_summary.c */
void print_sweep(call *call, const sweep_study *study);

#endif
