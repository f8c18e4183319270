/* oat.c - one factor at a time: what a tornado shows.
 * In: the central result, and that with each factor low and high.  Out: rows, the widest first.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "sd/analysis.h"

static int by_width(const void *x, const void *y)
{
    const sd_oat_row *a = x, *b = y;
    if (isnan(a->width) != isnan(b->width))
        return isnan(a->width) ? 1 : -1;
    if (!isnan(a->width) && a->width != b->width)
        return a->width < b->width ? 1 : -1;
    return (a->factor > b->factor) - (a->factor < b->factor);
}

const sd_oat_row *sd_oat_new(sd_arena *arena, size_t factor_count, const double *results)
{
    sd_oat_row *rows = SD_NEW_ARRAY(arena, sd_oat_row, factor_count + 1);
    for (size_t f = 0; f < factor_count; f++) {
        const double low = results[2 * f + 1], high = results[2 * f + 2];
        rows[f] = (sd_oat_row){f, low, high, (double)NAN};
        if (!isnan(low) && !isnan(high) && !isnan(results[0]))
            rows[f].width = fmax(results[0], fmax(low, high)) - fmin(results[0], fmin(low, high));
    }
    qsort(rows, factor_count, sizeof *rows, by_width);
    return rows;
}
