/* continuation.h - curves of equilibria as they are followed.  Private to the analysis stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ANALYSIS_CONTINUATION_H
#define SD_ANALYSIS_CONTINUATION_H

#include "tracer.h"

typedef struct curve_point {
    double *u, *tangent; /* [size] */
    size_t growing;
    sd_special special;
    double period; /* [model time] */
} curve_point;
typedef struct curve {
    curve_point *items;
    size_t count, capacity;
} curve;

void curve_add(tracer *t, curve *to, const double *u, const double *tangent, size_t growing,
               sd_special special, double period);
/* Appends u and all that follows in `direction`.  `start`: the point at which the curve would close, or NULL. */
sd_branch_end curve_follow(tracer *t, const double *u, const double *direction, const double *start,
                           curve *to);

#endif
