/* acceptance_expression.h - what acceptance.tsv asks of the scenarios: expressions over runs.
 *
 * acceptance_read() parses an expression and notes the runs it needs; acceptance_run() makes all of them, many side
 * by side; acceptance_value() then works an expression out.  The head of acceptance.tsv explains the language.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_ACCEPTANCE_EXPRESSION_H
#define TESTS_ACCEPTANCE_EXPRESSION_H

#include "sd/run.h"

typedef struct acceptance acceptance;
typedef struct acceptance_node acceptance_node;

/* Everything lives in the arena.  NULL with a message in diag when the built-in model cannot be read. */
acceptance *acceptance_new(sd_arena *arena, sd_diag *diag);
/* NULL after an error, which *ret_error then describes with the place in the text. */
const acceptance_node *acceptance_read(acceptance *on, const char *text, const char **ret_error);
/* All runs that were noted; their number is in *ret_runs. */
SD_NODISCARD sd_status acceptance_run(acceptance *on, size_t *ret_runs, sd_diag *diag);
/* The number that an expression comes to, after acceptance_run(); NAN and *ret_error when it is no number. */
double acceptance_value(const acceptance *on, const acceptance_node *node, const char **ret_error);

#endif
