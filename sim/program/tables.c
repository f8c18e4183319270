/* tables.c - graphical functions laid out for vectors of members.
 * In: sd_gf.  Out: sd_gf_table: where each segment begins, the value there and the slope, worked out as sd_gf_at would.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "program_private.h"

/* Whether (x - the first) * scale, cut, is every entry from its first x to its last, or at most `late` after it.  The place
 * rises with x, so it is enough to look at both ends. */
static bool is_scale(const double *x, size_t count, double end, double scale, double late)
{
    for (size_t i = 0; i < count; i++) {
        double last = nextafter(i + 1 < count ? x[i + 1] : end, x[0]);
        double from = trunc((x[i] - x[0]) * scale), to = trunc((last - x[0]) * scale);
        if (from < (double)i || to > (double)i + late)
            return false;
    }
    return trunc((end - x[0]) * scale) == (double)count;
}

/* Of evenly spread x, else 0; below 0 when the place can be one too late (program.h). */
static double scale_of(const double *x, size_t count, double end)
{
    double even = (double)count / (end - x[0]), more = even * (1 + 1e-12);
    return is_scale(x, count, end, even, 0) ? even : is_scale(x, count, end, more, 1) ? -more : 0;
}

static sd_gf_table table_of(sd_arena *arena, const sd_gf *gf)
{
    /* The last point of a continuous function is an entry without slope; an extrapolated one goes on. */
    size_t count = gf->kind == SD_GF_EXTRAPOLATE ? gf->count - 1 : gf->count;
    size_t room = count + SD_TABLE_PADDING;
    double *x = sd_arena_rows(arena, room), *y = sd_arena_rows(arena, room),
           *slopes = sd_arena_rows(arena, room), *rows = sd_arena_rows(arena, 4 * count);
    bool bounded = true;
    memcpy(x, gf->x, count * sizeof *x);
    memcpy(y, gf->y, count * sizeof *y);
    for (size_t i = count; i < room; i++)
        x[i] = (double)NAN;
    for (size_t i = 0; i + 1 < gf->count && gf->kind != SD_GF_DISCRETE; i++) {
        slopes[i] = (gf->y[i + 1] - gf->y[i]) / (gf->x[i + 1] - gf->x[i]);
        bounded = bounded && isfinite(slopes[i]);
    }
    for (size_t i = 0; i < count; i++)
        memcpy(rows + 4 * i, (double[]){x[i], y[i], slopes[i], 0}, 4 * sizeof *rows);
    return (sd_gf_table){.kind = gf->kind,
                         .bounded = bounded,
                         .count = count,
                         .scale = scale_of(gf->x, gf->count - 1, gf->x[gf->count - 1]),
                         .low = gf->x[0],
                         .high = gf->x[gf->count - 1],
                         .x = x,
                         .y = y,
                         .slopes = slopes,
                         .rows = rows};
}

const sd_gf_table *tables_of(sd_arena *arena, const sd_gf *const *gfs, size_t count)
{
    sd_gf_table *tables = SD_NEW_ARRAY(arena, sd_gf_table, count + 1);
    for (size_t i = 0; i < count; i++)
        tables[i] = table_of(arena, gfs[i]);
    return tables;
}
