/* tracer.h - a curve of equilibria in u = (y, s): what following it, finding its special points and leaving it for
 * another share.  Private to the analysis stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ANALYSIS_TRACER_H
#define SD_ANALYSIS_TRACER_H

#include "core.h"

typedef struct tracer {
    sd_arena *arena;
    sd_core *core;
    const sd_tip_request *request;
    size_t size;          /* of u: coordinates and, last, s: 0 at the low end, 1 at the high one */
    gsl_matrix *matrix;   /* [size][size] bordered */
    gsl_matrix *jacobian; /* [size - 1][size - 1] */
    gsl_permutation *permutation; /* [size] */
    gsl_vector *right, *step;     /* [size] */
    gsl_vector_complex *values;   /* [size - 1] eigenvalues */
    void *space;                  /* of gsl_eigen_nonsymm; freed by tracer_done */
} tracer;

tracer tracer_new(sd_arena *arena, sd_core *core, const sd_tip_request *request);
void tracer_done(tracer *t);

double tracer_parameter(const tracer *t, double s);
/* Newton's method on F(u) = 0 and plane (u - u0) = 0, from u; false when it does not end.  ret_steps may be NULL. */
bool tracer_correct(tracer *t, double *u, const double *plane, int *ret_steps);
/* The unit vector along the curve at u, on the side of `along`; false where there is none. */
bool tracer_tangent(tracer *t, const double *u, const double *along, double *ret_tangent);
/* Fills t->values at u and counts those that grow. */
bool tracer_eigen(tracer *t, const double *u, size_t *ret_growing);

/* special.c: what lies between two points of a curve, and exactly where. */
typedef struct found_point {
    double *u, *tangent; /* [size] */
    sd_special special;
    double period; /* [model time] */
} found_point;
/* Between a (with tangent) and the point that lies `length` on along it. */
bool special_locate(tracer *t, const double *a, const double *tangent, double length,
                    sd_special special, found_point *ret_point);
/* The direction of the other branch through a branch point; false when it is not a simple one. */
bool special_other_way(tracer *t, const found_point *at, double *ret_direction);

#endif
