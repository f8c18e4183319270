/* region.c - regional sensitivity: which factors are spread differently over the cases than over the rest.
 * In: members, some of them cases.  Out: sd_region_row, by the Kolmogorov-Smirnov distance (Spear and Hornberger 1980).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "sd/analysis.h"

typedef struct spot {
    double value;
    bool is_case;
} spot;

static int by_value(const void *x, const void *y)
{
    const spot *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

/* Kolmogorov's distribution at x * (sqrt(n) + 0.12 + 0.11 / sqrt(n)), n = c r / (c + r): Stephens 1970. */
static double p_value_of(double distance, double cases, double rest)
{
    enum { TERMS = 100 };
    const double root = sd_sqrt(cases * rest / (cases + rest)),
                 x = distance * (root + 0.12 + 0.11 / root);
    double sum = 0, sign = 2;
    if (x < 0.2) /* there it is 1 to all digits, and the series needs many terms */
        return 1;
    for (int k = 1; k <= TERMS; k++, sign = -sign)
        sum += sign * sd_exp(-2 * x * x * k * k);
    return fmin(fmax(sum, 0), 1);
}

static sd_region_row row_of(const spot *spots, size_t count, size_t cases)
{
    sd_region_row row = {.p_value = 1};
    double in = 0, out = 0;
    for (size_t i = 0; i < count; i++) {
        if (spots[i].is_case)
            in++;
        else
            out++;
        if (i + 1 < count && spots[i + 1].value == spots[i].value)
            continue;
        /* More of the rest below here: the cases are larger. */
        const double lead = out / (double)(count - cases) - in / (double)cases;
        if (fabs(lead) > row.distance) {
            row.distance = fabs(lead);
            row.side = lead > 0 ? 1 : -1;
            row.at = spots[i].value;
        }
    }
    row.p_value = p_value_of(row.distance, (double)cases, (double)(count - cases));
    return row;
}

static int by_distance(const void *x, const void *y)
{
    const sd_region_row *a = x, *b = y;
    if (a->distance != b->distance)
        return a->distance < b->distance ? 1 : -1;
    return (a->factor > b->factor) - (a->factor < b->factor);
}

const sd_region_row *sd_region_new(sd_arena *arena, const sd_cases *cases)
{
    sd_region_row *rows = SD_NEW_ARRAY(arena, sd_region_row, cases->factor_count + 1);
    sd_arena *scratch = sd_arena_new("regional sensitivity");
    spot *spots = SD_NEW_ARRAY(scratch, spot, cases->count + 1);
    size_t found = 0;
    for (size_t n = 0; n < cases->count; n++)
        found += cases->is_case[n];
    for (size_t f = 0; f < cases->factor_count; f++) {
        for (size_t n = 0; n < cases->count; n++)
            spots[n] = (spot){cases->values[f * cases->count + n], cases->is_case[n]};
        qsort(spots, cases->count, sizeof *spots, by_value);
        if (found > 0 && found < cases->count)
            rows[f] = row_of(spots, cases->count, found);
        else
            rows[f].p_value = 1;
        rows[f].factor = f;
    }
    sd_arena_free(scratch);
    qsort(rows, cases->factor_count, sizeof *rows, by_distance);
    return rows;
}
