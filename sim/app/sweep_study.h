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
/* All that decides about the members, for a journal: lines "what: value". */
const char *sweep_identity(call *call, const sweep_study *study);

/* sweep_summary.c */
void print_sweep(call *call, const sweep_study *study);

#endif
