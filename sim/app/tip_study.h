/* tip_study.h - what `tip` found out, between working it out and showing it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_TIP_STUDY_H
#define SD_APP_TIP_STUDY_H

#include "app_private.h"

typedef struct tip_over { /* --over NAME=a:b */
    const char *name;
    size_t element, parameter; /* of the model and of the program */
    double low, high;          /* [its units] */
} tip_over;

typedef struct tip_study {
    call *c;
    regime at;
    const char *of;    /* name of the output */
    size_t element;    /* its element */
    size_t over_count; /* 1 or 2 */
    tip_over over[2];
    sd_branches branches;
    const double **values; /* [branches.count][count] the output at each point */
    sd_sweep sweep;
    sd_response runs; /* the output of plain runs at the time looked at, over the first parameter */
    sd_response
        rest; /* in the long run: on the first branch, where that is stable throughout and has no fold */
    bool has_rest;
    size_t specials[4];    /* how many points of each sd_special */
    sd_boundary boundary;  /* in both parameters; count 0 without a second one */
    bool boundary_is_fold; /* else: where plain runs leave their level */
} tip_study;

SD_NODISCARD sd_status tip_study_run(call *c, const char *input, tip_study *ret_study);

/* tip_words.c */
const char *tip_spaced(sd_arena *arena, const char *name);   /* "expectation pass through" */
const char *tip_place(const tip_study *t, double parameter); /* three digits */
const char *tip_label(const tip_study *t);    /* "Hours", "biomass": how people call the output */
const char *tip_finding(const tip_study *t);  /* at most 62 characters: the heading of its chart */
const char *tip_sentence(const tip_study *t); /* all that was found, in plain words */
/* tip_picture.c */
/* What its charts say and the table does not. */
const sd_word *tip_chart_words(const tip_study *t, size_t *ret_count);
SD_NODISCARD sd_status tip_draw(const tip_study *t, const sd_facts *table, const char *folder);

#endif
