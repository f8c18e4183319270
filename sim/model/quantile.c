/* quantile.c - draws from a distribution by its inverse: a number of (0, 1) goes in, the value below which that share of
 * the distribution lies comes out.
 * Normal and lognormal are cut off by using only the part of (0, 1) between their bounds, counted from the tail that is
 * nearer, where it has all its digits.  The beta distribution is inverted here, because gsl_cdf_beta_Pinv gives up or
 * loses all digits where alpha or beta is far from 1: Newton's method on ln P as a function of ln x, which is nearly a
 * straight line in the tail, between bounds that close in.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model_private.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static double triangular(double low, double mode, double high, double u)
{
    const double range = high - low;

    if (u * range <= mode - low)
        return low + sd_sqrt(u * range * (mode - low));
    return high - sd_sqrt((1 - u) * range * (high - mode));
}

/* Standard normal, cut off at `low` and `high`. */
static double normal(double low, double high, double u)
{
    const double below = gsl_cdf_ugaussian_P(low), above = gsl_cdf_ugaussian_Q(high);
    const double share = below + u * (gsl_cdf_ugaussian_P(high) - below);

    if (share <= 0.5)
        return gsl_cdf_ugaussian_Pinv(share);
    return gsl_cdf_ugaussian_Qinv(above + (1 - u) * (gsl_cdf_ugaussian_Q(low) - above));
}

/* The x in (0, 1/2] below which the share u of the distribution lies, which must be one. */
static double beta_tail(double alpha, double beta, double u)
{
    enum { STEPS_MAX = 200 };
    double low = -746, high = sd_ln(0.5), at = high; /* of ln x; below `low`, x is 0 */

    for (int step = 0; step < STEPS_MAX; step++) {
        const double x = sd_exp(at), share = gsl_cdf_beta_P(x, alpha, beta);
        const double off = sd_ln(share / u);
        double next = at - off * share / (x * gsl_ran_beta_pdf(x, alpha, beta));

        if (off > 0)
            high = at;
        else
            low = at;
        if (!(next > low && next < high))
            next = off == 0 ? at : low + (high - low) / 2;
        const bool stands = fabs(next - at) <= 2e-16 * fmax(1, fabs(at));
        at = next;
        if (stands)
            break;
    }
    return sd_exp(at);
}

/* So narrow that it is a normal one, up to a thousandth of its deviation; gsl_cdf_beta_P gives up there. */
static const double narrow = 1e5;

static double beta_quantile(double alpha, double beta, double u)
{
    const double sum = alpha + beta;

    if (fmin(alpha, beta) > narrow)
        return alpha / sum +
               gsl_cdf_ugaussian_Pinv(u) * sd_sqrt(alpha / sum * (beta / sum) / (sum + 1));
    if (u <= gsl_cdf_beta_P(0.5, alpha, beta))
        return beta_tail(alpha, beta, u);
    return 1 - beta_tail(beta, alpha, 1 - u);
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
        return within(p[0] + p[1] * normal((p[2] - p[0]) / p[1], (p[3] - p[0]) / p[1], u), p[2],
                      p[3]);
    case SD_DIST_LOGNORMAL: {
        const double low = p[2] > 0 ? sd_ln(p[2] / p[0]) / p[1] : -(double)INFINITY;

        return within(p[0] * sd_exp(p[1] * normal(low, sd_ln(p[3] / p[0]) / p[1], u)), p[2], p[3]);
    }
    case SD_DIST_BETA:
        return within(p[2] + (p[3] - p[2]) * beta_quantile(p[0], p[1], u), p[2], p[3]);
    case SD_DIST_PERT: {
        const double mode = (p[1] - p[0]) / (p[2] - p[0]);

        return within(p[0] + (p[2] - p[0]) * beta_quantile(1 + 4 * mode, 5 - 4 * mode, u), p[0],
                      p[2]);
    }
    case SD_DIST_CHOICE:
        return choice(distribution, u);
    default: /* a plain number has no quantiles */
        assert(distribution->kind != SD_DIST_NONE);
        return (double)NAN;
    }
}
