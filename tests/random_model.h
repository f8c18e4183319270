/* random_model.h - small models made by chance: stocks, flows and auxiliaries that name each other, for what must hold in
 * every model.  The same seed gives the same model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_RANDOM_MODEL_H
#define TESTS_RANDOM_MODEL_H

#include "desk.h"

typedef enum random_form { /* of a term or a whole right-hand side */
                           RANDOM_LINEAR,
                           RANDOM_TANH,
                           RANDOM_BELL,
                           RANDOM_FRACTION,
                           RANDOM_ROOT, /* these are smooth */
                           RANDOM_CORNER,
                           RANDOM_SMOOTH_1,
                           RANDOM_DELAY_1,
                           RANDOM_DELAY_3, /* these have memory */
                           RANDOM_FORMS
} random_form;

typedef struct random_term {
    random_form form;
    double factor; /* [1] */
    size_t input;  /* variable */
    bool apart;    /* an auxiliary of its own stands between */
} random_term;

enum { RANDOM_TERMS = 3, RANDOM_VARIABLES = 20, RANDOM_FLOWS = 4 };
typedef struct random_variable {
    const char *kind; /* "stock", "flow", "aux" */
    char name[24];
    bool array;   /* over a dimension of two */
    bool sum;     /* an auxiliary that sums the array that its term names */
    int halves;   /* 2: two flows of half the size stand for it; else 0 */
    double start; /* of a stock, or the constant of an equation */
    int product;  /* the terms are multiplied */
    size_t term_count;
    random_term terms[RANDOM_TERMS]; /* each of another input */
    size_t in_count, out_count;
    size_t in[RANDOM_FLOWS], out[RANDOM_FLOWS];
} random_variable;

typedef struct random_model {
    size_t count;
    random_variable list[RANDOM_VARIABLES];
} random_model;

/* Forms below `forms` are used; `arrays`: some of it is an array with a SUM. */
random_model random_model_new(uint64_t seed, random_form forms, bool arrays);
/* The variables of a file; their names begin with `prefix`. */
const char *random_model_text(desk *on, const random_model *model, const char *prefix,
                              bool reversed);
/* A number from 0 to below `count`; moves *state on (splitmix64 of Steele, Lea and Flood 2014). */
size_t random_below(uint64_t *state, size_t count);

#endif
