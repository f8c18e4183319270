/* quantiles.c - from a point of the unit cube to values of factors.
 * In: numbers of (0, 1).  Out: the quantiles of the factors' distributions there; of a correlated pair, the second after a
 * step through normal deviates: z2' = r z1 + sqrt(1 - r^2) z2 (Gaussian copula; Li 2000), which leaves both distributions
 * as they are.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "ensemble_private.h"

/* Of the second of a pair, given where the first one lies. */
static double given_partner(double first, double second, double correlation)
{
    const double deviate =
        correlation * gsl_cdf_ugaussian_Pinv(first) +
        sd_sqrt((1 - correlation) * (1 + correlation)) * gsl_cdf_ugaussian_Pinv(second);
    return fmin(fmax(gsl_cdf_ugaussian_P(deviate), 0x1p-1022), 1 - 0x1p-53);
}

/* From the last to the first: a partner stands earlier, and its u is still there when ret_values is u. */
void sd_factors_values(const sd_factor *factors, size_t count, const double *u, double *ret_values)
{
    for (size_t f = count; f-- > 0;) {
        const sd_factor *factor = &factors[f];
        double at = u[f];
        if (factor->partner != SIZE_MAX)
            at = given_partner(u[factor->partner], at, factor->correlation);
        ret_values[f] = factor->distribution.kind == SD_DIST_NONE
                            ? factor->value
                            : sd_distribution_quantile(&factor->distribution, at);
    }
}
