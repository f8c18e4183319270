/* conformance.h - judges models by the outputs that other programs gave for them.
 *
 * Every column of the expected file must be in the result, and the rows must be as many.  Two values agree within 1e-4
 * relative, or when both are within 1e-6 of zero.  Names are folded.  What agrees only to single precision, or only with
 * Euler where the file asks for another method, passes with a note that says so; there is no other leniency.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_CONFORMANCE_H
#define TESTS_CONFORMANCE_H

#include "sd/base.h"

typedef struct conformance_case {
    const char *model, *expected; /* beneath the folder */
    SD_LIST(const char *) features;
    const char *fault; /* NULL when it passes, else the first thing that is wrong */
    sd_code code;      /* what the model is refused with, SD_CODES: it runs */
    const char *note;  /* "" when it passes as it stands */
    size_t compared;   /* values */
} conformance_case;

typedef struct conformance {
    const char *folder;
    SD_LIST(conformance_case) cases;
} conformance;

/* The cases of a folder: those of its cases.tsv or, without one, every .xmile, .stmx and .itmx in it and below that has
 * an output.csv or output.tab beside it; their features are then what their text shows.  NULL, or why there are none. */
const char *conformance_find(sd_arena *arena, const char *folder, conformance *ret_found);
void conformance_judge(sd_arena *arena, const char *folder, conformance_case *judged);
/* Judges all of them. */
void conformance_judge_all(sd_arena *arena, conformance *found);
/* One line a feature, one a failure, and the count; the number of failures. */
size_t conformance_print(sd_arena *arena, const conformance *judged, FILE *to);

#endif
