/* lint_private.h - what the rules of the linter share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_LINT_PRIVATE_H
#define SD_LINT_PRIVATE_H

#include "sd/structure.h"

typedef struct lint {
    sd_arena *arena;
    const sd_lint_request *request;
    const sd_model *model;
    sd_diag *diag;
    SD_LIST(const char *) skipped;
    size_t looks; /* spent on what parts of equations are */
} lint;
void lint_skip(lint *l, const char *format, ...) SD_PRINTF(2, 3);

/* Every part of an expression, the whole first.  Needs no recursion, so that a sum of any length will do. */
typedef void lint_visit(void *context, const sd_expr *part);
void lint_parts(lint *l, const sd_expr *whole, lint_visit *visit, void *context);
/* How many equations of a variable differ: 1 when one stands for all of its elements. */
static inline size_t lint_equations(const sd_variable *variable)
{
    return !variable->equations ? 0 : variable->apply_to_all ? 1 : variable->size;
}

/* lint_names.c: W930, W932 and W933; lint_numbers.c: W931 and W939; lint_drains.c: W934. */
void lint_names(lint *l);
void lint_numbers(lint *l);
void lint_drains(lint *l);

/* lint_run.c: a run of the scenario, W935, W938 and W940. */
typedef struct lint_run {
    const double *parameters; /* [parameter_count] */
    size_t count;             /* of saved points */
    const double *times;      /* [count] model time */
    size_t row_count;
    const double *
        rows; /* [count][row_count]: the stocks of the program, then inputs of graphical functions */
} lint_run;
/* count 0: there is none, and it is said why.  SD_OK or SD_INTERRUPTED. */
SD_NODISCARD sd_status lint_run_make(lint *l, lint_run *ret_run);

/* lint_steps.c: W936 and W937. */
void lint_steps(lint *l, const lint_run *run);

#endif
