/* acceptance_private.h - what the three acceptance_*.c files share: runs, and expressions as trees.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_ACCEPTANCE_PRIVATE_H
#define TESTS_ACCEPTANCE_PRIVATE_H

#include "acceptance_expression.h"

enum { ACCEPTANCE_ARGUMENTS_MAX = 8 };

typedef struct organisation {
    const char *name;
    const double *parameters; /* [parameter_count] in the order of the program */
} organisation;

typedef struct override {
    size_t parameter;
    double value;
} override;

typedef struct run {
    const organisation *organisation;
    SD_LIST(override) overrides;
    double stop;                     /* [week] */
    const sd_trajectory *trajectory; /* NULL until it has been made */
    size_t member;
} run;

struct acceptance {
    sd_arena *arena;
    sd_diag *diag;
    const sd_scenario *base; /* its model gives the names; all scenarios share one model */
    const sd_program *program;
    SD_LIST(organisation *) organisations;
    SD_LIST(run *) runs;
    SD_LIST(size_t) columns; /* elements that some expression asks for */
};

/* NULL with *ret_error when there is no such scenario, or when it cannot run beside the others. */
const organisation *acceptance_organisation(acceptance *on, const char *name,
                                            const char **ret_error);
/* The run that is equal to `wanted`, made when it is new. */
run *acceptance_note_run(acceptance *on, const run *wanted);
void acceptance_note_column(acceptance *on, size_t element);

/* Values over weeks or over values of a parameter; a number has one point. */
typedef struct series {
    size_t count;
    const double *x; /* [count] week, or value of the parameter */
    const double *y;
} series;

typedef struct function {
    const char *name;
    size_t least, most; /* arguments */
    double (*call)(const series *arguments, size_t count);
} function;
const function *acceptance_function(const char *name); /* NULL when there is none */

typedef enum node_kind { NODE_NUMBER, NODE_OPERATION, NODE_CALL, NODE_RUNS } node_kind;

struct acceptance_node {
    node_kind kind;
    double number;
    char operation;
    const function *function;
    size_t count; /* of children, or of runs */
    const acceptance_node *children[ACCEPTANCE_ARGUMENTS_MAX];
    run *const *runs;
    const double *x; /* [count] the value of the parameter that the runs differ in */
    size_t element;
    double week; /* NAN: all of them */
};

#endif
