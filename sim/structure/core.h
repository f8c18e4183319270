/* core.h - the core of a model in coordinates y, and the linear algebra on it: private to the analysis stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ANALYSIS_CORE_H
#define SD_ANALYSIS_CORE_H

#include <gsl/gsl_complex.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_permutation.h>
#include <gsl/gsl_vector.h>

#include "sd/structure.h"

/* Memory that every evaluation needs, asked for once. */
typedef struct sd_core_work {
    double *stocks, *net, *column; /* [stock_count] */
    double *jacobian;              /* [stock_count][stock_count] */
    double *first_start;           /* [stock_count] initial values when the core was made */
    double *pull;       /* [stock_count][stock_count] at moves by pull (start - first_start) */
    gsl_matrix *matrix; /* [count][count] */
    gsl_permutation *permutation;                                 /* [count] */
    gsl_vector *residual, *step, *trial, *trial_residual, *start; /* [count] */
} sd_core_work;

gsl_matrix *core_matrix(sd_arena *arena, size_t rows, size_t columns); /* zeroed, in the arena */
gsl_vector *core_vector(sd_arena *arena, size_t size);
gsl_permutation *core_permutation(sd_arena *arena, size_t size);

/* totals.c: roles and totals; `which` of the stocks may move. */
SD_NODISCARD sd_status core_survey(sd_arena *arena, sd_core *core, const double *stocks,
                                   sd_role *ret_roles, size_t *ret_moving, const size_t **ret_which,
                                   sd_diag *diag);

/* Vectors v with A v = 0, as columns with many zeros; NULL when there is none.  A, whose rows or
 * columns are of size 1 or less, is overwritten. */
gsl_matrix *core_null_space(sd_arena *arena, gsl_matrix *a);

/* The unit vector that a square A shortens most.  `ret_simple`, unless NULL: no other comes near it.  A is overwritten. */
bool core_least_vector(sd_arena *arena, gsl_matrix *a, double *ret_vector, bool *ret_simple);

void core_stocks(const sd_core *core, const double *y, double *ret_stocks);
void core_coordinates(const sd_core *core, const double *stocks, double *ret_y);
/* y' at y, and its derivatives; false when something is not finite. */
bool core_net(sd_core *core, const double *y, double *ret_net /* [count] */);
bool core_jacobian(sd_core *core, const double *y, gsl_matrix *ret_jacobian);
/* Derivative of y' by a parameter, the move of totals included. */
bool core_slope(sd_core *core, const double *y, size_t parameter, double *ret_slope /* [count] */);
/* corner.c: does the equilibrium y lie on a corner of the equations?  Then ret_stocks [stock_count] are those whose net
 * flows have one, and y + core_probe ret_side [count] lies where the derivatives are those at y, as far as that can be. */
extern const double core_probe; /* [1] */
bool core_corners(sd_arena *arena, sd_core *core, const double *y, bool *ret_stocks,
                  double *ret_side);
/* elasticity.c: both vectors of a mode, [units of the stock] and their inverse. */
void core_mode_vectors(const sd_core *core, const sd_mode *mode, size_t stock, gsl_complex *right,
                       gsl_complex *left);
/* Newton's method from y; true when it ends where rounding alone moves it. */
bool core_polish(sd_core *core, double *y);

#endif
