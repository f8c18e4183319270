/* halving.c - what a smaller DT changes, column by column.
 * In: the same run at DT and at DT/2.  Out: differences as shares of each column's range, largest first.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "sd/analysis.h"

static int by_share(const void *left, const void *right)
{
    const sd_halving *a = left, *b = right;
    if (a->share != b->share)
        return a->share < b->share ? 1 : -1;
    return a->element < b->element ? -1 : a->element > b->element;
}

const sd_halving *sd_compare_halved(sd_arena *arena, const sd_trajectory *whole,
                                    const sd_trajectory *half, size_t *ret_count)
{
    sd_halving *list = SD_NEW_ARRAY(arena, sd_halving, whole->column_count + 1);
    for (size_t c = 0; c < whole->column_count; c++) {
        double low = (double)INFINITY, high = -(double)INFINITY, worst = 0;
        list[c] = (sd_halving){.element = whole->columns[c], .time = whole->times[0]};
        for (size_t i = 0; i < whole->time_count && i < half->time_count; i++) {
            double a = sd_trajectory_value(whole, i, c, 0), b = sd_trajectory_value(half, i, c, 0);
            low = fmin(low, a);
            high = fmax(high, a);
            if (fabs(a - b) > worst) {
                worst = fabs(a - b);
                list[c].time = whole->times[i];
            }
        }
        /* A column that only shakes in its last digits has no range to speak of; nor has a check sum of 0. */
        double noise = fmax(1e-12 * fmax(fabs(low), fabs(high)), 1e-9);
        list[c].share = worst <= noise ? 0 : worst / fmax(high - low, noise);
    }
    qsort(list, whole->column_count, sizeof *list, by_share);
    *ret_count = whole->column_count;
    return list;
}
