/* modes_study.h - what `modes` found out, between working it out and showing it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_MODES_STUDY_H
#define SD_APP_MODES_STUDY_H

#include "app_private.h"

typedef struct modes_study {
    call *c;
    regime at;
    double *stocks; /* [stock_count] of the equilibrium */
    sd_modes modes;
    size_t lead;  /* the mode that words are about */
    bool *silent; /* [modes.count] it sits in stocks that stay at rest in this run */
    size_t parameter_count, entry_count; /* elasticities of the leading mode */
    const sd_elasticity *parameters, *entries;
} modes_study;

/* modes_words.c */
const char *modes_sentence(const modes_study *r);
/* "inventory 62 %, workforce 38 %", or "inventory and workforce". */
const char *modes_takers(const modes_study *r, const sd_mode *mode, bool percent);
const char *modes_total(const modes_study *r, const sd_total *total); /* "S + I + R = 1000" */
/* How far the run is from rest, what was left out, what marks in the table mean. */
void modes_print_aside(const modes_study *r, FILE *to);

/* modes_facts.c */
const sd_facts *modes_facts(const modes_study *r);
void modes_print_json(const modes_study *r);

#endif
