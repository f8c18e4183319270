/* heat_field.c - a score over two parameters: the table of a sweep goes in, the median at each point of a grid comes out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_heat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 5000000 /* that are looked at; of more, one of every so many */ };

/* ---- the axes ---- */

static const char *names_of(const sd_runs *r, const size_t *columns, size_t count)
{
    sd_text text = sd_text_new(r->arena);

    for (size_t i = 0; i < count && i < 6; i++)
        sd_text_printf(&text, "%s%s", i ? ", " : "", r->columns[columns[i]]);
    if (count > 6)
        sd_text_printf(&text, " ...");
    return text.bytes;
}

/* More points than a picture can show are put together. */
static void set_axis(sd_heat_axis *axis, size_t column, const sd_levels *levels)
{
    size_t members[SD_HEAT_POINTS_MAX] = {0};

    *axis = (sd_heat_axis){.column = column, .levels = levels->count};
    axis->count = levels->count < SD_HEAT_POINTS_MAX ? levels->count : SD_HEAT_POINTS_MAX;
    for (size_t i = 0; i < levels->count; i++) {
        const size_t at = i * axis->count / levels->count;

        axis->values[at] += levels->values[i];
        members[at]++;
    }
    for (size_t i = 0; i < axis->count; i++)
        axis->values[i] /= (double)members[i];
}

static sd_status fail_axes(const sd_runs *r, const size_t *gridded, size_t count)
{
    const sd_status status =
        count == 0 ? sd_fail(r->diag, SD_E616, SD_NOWHERE,
                             "a heat map needs two parameters over grids, and '%s' has none",
                             r->source->name)
        : count == 1
            ? sd_fail(r->diag, SD_E616, SD_NOWHERE,
                      "a heat map needs two parameters over grids, and only '%s' has more than "
                      "one value",
                      r->columns[gridded[0]])
            : sd_fail(r->diag, SD_E616, SD_NOWHERE, "%zu parameters are over grids: %s", count,
                      names_of(r, gridded, count));

    sd_help(r->diag, count < 2 ? "sweep with two of --grid, or draw a scatter"
                               : "say which two are the axes: --over A --over B");
    return status;
}

/* As the points of a grid are, and hardly ever what was drawn. */
static bool evenly_spaced(const sd_levels *l)
{
    const double step = (l->values[l->count - 1] - l->values[0]) / (double)(l->count - 1);

    for (size_t i = 1; i + 1 < l->count; i++)
        if (fabs(l->values[i] - l->values[0] - step * (double)i) > 1e-6 * step)
            return false;
    return true;
}

/* Parameters with few values: those over grids where there are two of them, else all. */
static size_t find_gridded(const sd_runs *r, const sd_levels *levels, size_t *ret_columns)
{
    const size_t count = r->first_score - r->first_parameter;
    size_t found = 0;

    for (int all = 0; all < 2 && found != 2; all++) {
        found = 0;
        for (size_t p = 0; p < count; p++)
            if (levels[p].count > 1 && levels[p].count <= SD_LEVELS_MAX &&
                (all || evenly_spaced(&levels[p])))
                ret_columns[found++] = r->first_parameter + p;
    }
    return found;
}

static sd_status choose_axes(const sd_runs *r, const sd_table_request *q, const sd_levels *levels,
                             sd_heat_field *f)
{
    const size_t count = r->first_score - r->first_parameter;
    size_t *gridded = SD_NEW_ARRAY(r->arena, size_t, count + 2), found = 0;
    sd_status status = SD_OK;

    for (size_t i = 0; i < q->over_count && status == SD_OK && i < 2; i++)
        status = sd_runs_parameter(r, q->over[i], &gridded[found++]);
    if (status != SD_OK)
        return status;
    if (!q->over_count)
        found = find_gridded(r, levels, gridded);
    if (found != 2 || gridded[0] == gridded[1])
        return fail_axes(r, gridded, found == 2 ? 1 : found);
    for (int i = 0; i < 2; i++) {
        const sd_levels *of = &levels[gridded[i] - r->first_parameter];

        if (of->count < 2)
            return fail_axes(r, &gridded[!i], 1);
        if (of->count > SD_LEVELS_MAX) {
            status = sd_fail(r->diag, SD_E616, SD_NOWHERE,
                             "'%s' has more than %d different values: it is not over a grid",
                             r->columns[gridded[i]], SD_LEVELS_MAX);
            sd_help(r->diag, "a scatter shows members that were drawn");
            return status;
        }
        set_axis(i ? &f->y : &f->x, gridded[i], of);
    }
    return SD_OK;
}

/* ---- the points ---- */

typedef struct spot {
    size_t at; /* of the field */
    double value;
} spot;

static int by_place(const void *x, const void *y)
{
    const spot *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

/* The point that a value of the table stands nearest to. */
static size_t place_on(const sd_heat_axis *axis, double value)
{
    size_t low = 0, high = axis->count - 1;

    while (high - low > 1) {
        const size_t middle = (low + high) / 2;

        if (axis->values[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return value - axis->values[low] < axis->values[high] - value ? low : high;
}

static void set_points(const sd_runs *r, sd_heat_field *f)
{
    const size_t each = f->x.count * f->y.count, all = each * f->rows.scenario_count;
    sd_arena *scratch = sd_arena_new("members at grid points");
    spot *spots = SD_NEW_ARRAY(scratch, spot, f->rows.count + 1);
    size_t count = 0;

    f->shown = SD_NEW_ARRAY(r->arena, double, all + 1);
    for (size_t i = 0; i < all; i++)
        f->shown[i] = (double)NAN;
    for (size_t i = 0; i < f->rows.count; i++) {
        const double *const *v = f->rows.values;

        if (isnan(v[0][i]) || isnan(v[1][i]) || isnan(v[2][i])) {
            f->missing++;
            continue;
        }
        spots[count++] = (spot){f->rows.scenario[i] * each + place_on(&f->y, v[1][i]) * f->x.count +
                                    place_on(&f->x, v[0][i]),
                                f->score.scale * v[2][i]};
    }
    qsort(spots, count, sizeof *spots, by_place);
    f->low = (double)INFINITY;
    f->high = -(double)INFINITY;
    f->fewest = SIZE_MAX;
    for (size_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && spots[end].at == spots[from].at; end++)
            continue;
        const size_t n = end - from;
        const double median = (spots[from + (n - 1) / 2].value + spots[from + n / 2].value) / 2;

        f->shown[spots[from].at] = median;
        f->low = fmin(f->low, median);
        f->high = fmax(f->high, median);
        f->fewest = n < f->fewest ? n : f->fewest;
        f->most = n > f->most ? n : f->most;
    }
    sd_arena_free(scratch);
}

sd_status sd_heat_field_read(const sd_runs *r, const sd_table_request *q, sd_heat_field *ret_field)
{
    sd_heat_field f = {0};
    const sd_levels *levels;
    sd_status status = sd_runs_score_find(r, q->of, &f.score);

    if (status == SD_OK)
        status = sd_runs_levels(r, &levels);
    if (status == SD_OK)
        status = choose_axes(r, q, levels, &f);
    if (status != SD_OK)
        return status;
    const size_t wanted[] = {f.x.column, f.y.column, f.score.column};

    status = sd_runs_load(r, wanted, 3, ROWS_MAX, &f.rows);
    if (status != SD_OK)
        return status;
    if (f.rows.scenario_count > SD_HEAT_PANELS_MAX)
        return sd_fail(r->diag, SD_E616, SD_NOWHERE,
                       "%zu scenarios have no room in one picture; at most %d do",
                       f.rows.scenario_count, SD_HEAT_PANELS_MAX);
    set_points(r, &f);
    if (!(f.low <= f.high))
        return sd_fail(r->diag, SD_E616, SD_NOWHERE, "no member has a value of '%s'", f.score.spec);
    *ret_field = f;
    return SD_OK;
}

/* ---- between the points ---- */

static size_t before(const sd_heat_axis *axis, double value, double *ret_share)
{
    size_t low = 0, high = axis->count - 1;

    while (high - low > 1) {
        const size_t middle = (low + high) / 2;

        if (axis->values[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    *ret_share =
        fmin(fmax((value - axis->values[low]) / (axis->values[high] - axis->values[low]), 0), 1);
    return low;
}

double sd_heat_value(const sd_heat_field *f, size_t scenario, double x, double y)
{
    double across, up;
    const size_t i = before(&f->x, x, &across), j = before(&f->y, y, &up);
    const double *lower = f->shown + (scenario * f->y.count + j) * f->x.count + i,
                 *upper = lower + f->x.count;

    /* A corner that does not count may be missing. */
    const double below = across <= 0   ? lower[0]
                         : across >= 1 ? lower[1]
                                       : lower[0] + across * (lower[1] - lower[0]),
                 above = across <= 0   ? upper[0]
                         : across >= 1 ? upper[1]
                                       : upper[0] + across * (upper[1] - upper[0]);

    return up <= 0 ? below : up >= 1 ? above : below + up * (above - below);
}
