/* sense_private.h - what the measures of sensitivity share: the bootstrap.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_SENSE_PRIVATE_H
#define SD_SENSE_PRIVATE_H

#include "sd/analysis.h"

/* bootstrap.c */
/* ret_weights [count]: how often each of `count` rows is drawn, with replacement, in one resample; a function of (seed,
 * resample, count) alone. */
void sense_resample(uint64_t seed, size_t resample, size_t count, double *ret_weights);
/* The value with the 2.5th and 97.5th percentile of resampled[i * stride]; `sorted` [resamples] is scratch.  Without resamples
 * there is no interval. */
sd_estimate sense_estimate(double value, const double *resampled, size_t stride, size_t resamples,
                           double *sorted);
sd_estimate sense_unknown(void); /* NAN */
/* Whether a result changes by more than rounding. */
bool sense_varies(double mean, double variance);
int sense_threads(int asked); /* 0: one for each processor */

static inline bool sense_interrupted(const volatile sig_atomic_t *interrupted)
{
    return interrupted && *interrupted;
}

#endif
