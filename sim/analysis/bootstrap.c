/* bootstrap.c - how far an estimate may be off: it is worked out again from rows drawn with replacement (Efron 1979).
 * In: an estimate and what it was in each resample.  Out: the percentile interval.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>
#include <unistd.h>

#include "sense_private.h"

static const double tails[] = {0.025, 0.975};         /* [1] */
static const uint32_t resample_variable = UINT32_MAX; /* apart from the draws of designs */

void sense_resample(uint64_t seed, size_t resample, size_t count, double *ret_weights)
{
    memset(ret_weights, 0, count * sizeof *ret_weights);
    for (size_t n = 0; n < count; n += 2) {
        double pair[2];
        sd_random_uniform((sd_draw){.seed = seed,
                                    .member = resample,
                                    .variable = resample_variable,
                                    .step = (uint32_t)(n / 2)},
                          pair);
        for (size_t i = 0; i < 2 && n + i < count; i++)
            ret_weights[(size_t)(pair[i] * (double)count)]++;
    }
}

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

sd_estimate sense_estimate(double value, const double *resampled, size_t stride, size_t resamples,
                           double *sorted)
{
    sd_estimate e = {value, (double)NAN, (double)NAN};
    double *const ends[] = {&e.low, &e.high};
    if (resamples == 0 || isnan(value))
        return e;
    for (size_t i = 0; i < resamples; i++)
        sorted[i] = resampled[i * stride];
    qsort(sorted, resamples, sizeof *sorted, by_value);
    for (int i = 0; i < 2; i++)
        *ends[i] = gsl_stats_quantile_from_sorted_data(sorted, 1, resamples, tails[i]);
    return e;
}

sd_estimate sense_unknown(void)
{
    return (sd_estimate){(double)NAN, (double)NAN, (double)NAN};
}

bool sense_varies(double mean, double variance)
{
    const double rounding = 1e-13 * fabs(mean);
    return variance > rounding * rounding;
}

int sense_threads(int asked)
{
    long count = asked > 0 ? asked : sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 1024 ? 1024 : (int)count;
}
