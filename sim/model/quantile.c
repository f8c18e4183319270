/* quantile.c - draws from a distribution by its inverse: a number of (0, 1) goes in, the value below which that share of
 * the distribution lies comes out.
 * Normal and lognormal are cut off by using only the part of (0, 1) between their bounds.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model_private.h"
#include "sd/scenario.h"

#include <assert.h>
#include <math.h>

static double triangular(double low, double mode, double high, double u)
{
    const double range = high - low;

    if (u * range <= mode - low)
        return low + sd_sqrt(u * range * (mode - low));
    return high - sd_sqrt((1 - u) * range * (high - mode));
}

static double choice(const sd_distribution *distribution, double u)
{
    size_t last = 0;
    double sum = 0;

    for (size_t i = 0; i < distribution->choice_count; i++) {
        if (!(distribution->weights[i] > 0))
            continue;
        last = i;
        sum += distribution->weights[i];
        if (u < sum)
            break;
    }
    return distribution->values[last]; /* the sum may be a little less than 1 */
}

static double within(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

double sd_distribution_quantile(const sd_distribution *distribution, double u)
{
    const double *p = distribution->p;

    assert(u > 0 && u < 1);
    switch (distribution->kind) {
    case SD_DIST_UNIFORM:
        return within(p[0] + (p[1] - p[0]) * u, p[0], p[1]);
    case SD_DIST_TRIANGULAR:
        return within(triangular(p[0], p[1], p[2], u), p[0], p[2]);
    case SD_DIST_NORMAL:
        return within(p[0] +
                          p[1] * sd_normal_quantile(u, (p[2] - p[0]) / p[1], (p[3] - p[0]) / p[1]),
                      p[2], p[3]);
    case SD_DIST_LOGNORMAL: {
        const double low = p[2] > 0 ? sd_ln(p[2] / p[0]) / p[1] : -(double)INFINITY;

        return within(p[0] * sd_exp(p[1] * sd_normal_quantile(u, low, sd_ln(p[3] / p[0]) / p[1])),
                      p[2], p[3]);
    }
    case SD_DIST_BETA:
        return within(p[2] + (p[3] - p[2]) * sd_beta_quantile(u, p[0], p[1]), p[2], p[3]);
    case SD_DIST_PERT: {
        const double mode = (p[1] - p[0]) / (p[2] - p[0]);

        return within(p[0] + (p[2] - p[0]) * sd_beta_quantile(u, 1 + 4 * mode, 5 - 4 * mode), p[0],
                      p[2]);
    }
    case SD_DIST_CHOICE:
        return choice(distribution, u);
    default: /* a plain number has no quantiles */
        assert(distribution->kind != SD_DIST_NONE);
        return (double)NAN;
    }
}
