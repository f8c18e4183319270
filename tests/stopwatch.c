/* stopwatch.c - what benchmarks share: medians of times, and a checksum of results.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stopwatch.h"

uint64_t stopwatch_checksum = 0xCBF29CE484222325U;

void stopwatch_check(double result)
{
    uint64_t bits;

    memcpy(&bits, &result, sizeof bits);
    for (int i = 0; i < 64; i += 8)
        stopwatch_checksum = (stopwatch_checksum ^ (bits >> i & 0xFF)) * 0x100000001B3U;
}

int stopwatch_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double stopwatch_median(void (*work)(desk *on), desk *on)
{
    double times[STOPWATCH_REPEATS];

    for (int i = 0; i < STOPWATCH_REPEATS; i++) {
        double begin = sd_clock_seconds();

        work(on);
        times[i] = sd_clock_seconds() - begin;
    }
    qsort(times, STOPWATCH_REPEATS, sizeof *times, stopwatch_by_size);
    return times[STOPWATCH_REPEATS / 2];
}
