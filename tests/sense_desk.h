/* sense_desk.h - functions whose sensitivities are known, and their results over samples.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SENSE_DESK_H
#define TESTS_SENSE_DESK_H

#include "desk.h"

#include "sd/analysis.h"
#include "sd/ensemble.h"

enum { FACTORS_MAX = 20 };

typedef struct known_function {
    const char *name,
        *in_table; /* of gsa_exact_indices.csv and of gsa_gsl_sobol_jansen.csv; NULL: not there */
    size_t factor_count;
    const char *factors[8]; /* as the table of exact indices calls them */
    double (*at)(const double *u /* [factor_count] in 0..1 */);
} known_function;
extern const known_function ishigami, sobol_g, growth;

/* Results over `points` of 2 * factor_count dimensions; [count] of A, of B, then of each AB_i, and of each BA_i. */
sd_sobol_request request_of(desk *on, const known_function *function, const sd_sampling *sampling,
                            bool second);

/* The value of "function,quantity,value" in a file of three columns; fails when it is not there. */
double exact_value(desk *on, const char *path, const char *function, const char *quantity);

#endif
