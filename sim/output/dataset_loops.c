/* dataset_loops.c - shares of feedback loops as series, so that charts can draw them.
 * In: scored loops, or the rows of their table.  Out: a dataset with a column for each loop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

static const char *column_of(sd_arena *arena, const sd_loop_row *loop)
{
    return *loop->name ? sd_arena_printf(arena, "%s %s", loop->id, loop->name) : loop->id;
}

/* The first loop of a series: it says which partition is drawn, and whether shares are among the named loops. */
static const sd_loop_row *lead_of(const sd_loop_row *loops, size_t count, size_t series)
{
    for (size_t i = 0; i < count; i++)
        if (loops[i].series == series)
            return &loops[i];
    return NULL;
}

/* Mean share that the loops among which shares are taken have of all that were examined, over the steps that move. */
static double held_by_named(const sd_series *series, const sd_loop_row *loops, size_t count,
                            size_t s)
{
    const sd_loop_row *lead = lead_of(loops, count, s);
    double sum = 0, steps = 0;

    for (size_t t = 1; t < series->time_count; t++) {
        double held = 0, moves = 0;

        for (size_t i = 0; i < count; i++) {
            if (loops[i].series != s || loops[i].partition != lead->partition)
                continue;
            held += loops[i].among ? fabs(loops[i].relative[t]) : 0;
            moves += fabs(loops[i].relative[t]);
        }
        sum += held;
        steps += moves > 0;
    }
    return steps > 0 ? sum / steps : (double)NAN;
}

/* `found` goes on where the note ends: what was examined beside the named loops. */
static const char *note_of(sd_arena *arena, const sd_series *series, size_t series_count,
                           const sd_loop_row *loops, size_t count, const char *found)
{
    sd_text text = sd_text_new(arena);
    bool whole = true;
    size_t named = 0;

    for (size_t i = 0; i < count; i++)
        named += loops[i].series == 0 && loops[i].among &&
                 loops[i].partition == lead_of(loops, count, 0)->partition;
    if (named == 0)
        return sd_arena_printf(arena, "Shares of the loops examined%s", found);
    for (size_t s = 0; s < series_count; s++) {
        const double held =
            lead_of(loops, count, s) ? held_by_named(&series[s], loops, count, s) : (double)NAN;

        whole = whole && !(held < 0.9995);
        if (isfinite(held))
            sd_text_printf(&text, "%s%.*f %%", text.length ? " and " : "", held < 0.0995 ? 1 : 0,
                           100 * held);
    }
    if (whole)
        return sd_arena_printf(arena, "Shares among the %zu named loops%s", named, found);
    return sd_arena_printf(arena,
                           "Shares among the %zu named loops, which hold %s of all examined%s",
                           named, text.bytes, found);
}

/* [time_count] what has no number is 0; the first step's share stands at its start, too. */
static double *values_of(sd_arena *arena, const double *shares, size_t count)
{
    double *values = SD_NEW_ARRAY(arena, double, count + 1);

    for (size_t t = 0; shares && t < count; t++) {
        const size_t step = t == 0 && count > 1 ? 1 : t;

        values[t] = isfinite(shares[step]) ? shares[step] : 0;
    }
    return values;
}

static void fill(sd_arena *arena, const sd_dataset *data, const sd_table *places, sd_series *series,
                 size_t s, const sd_loop_row *loops, size_t count)
{
    const sd_loop_row *lead = lead_of(loops, count, s);
    const double **columns = SD_NEW_ARRAY(arena, const double *, data->column_count);
    double *still = values_of(arena, NULL, series->time_count);

    columns[0] = still;
    for (size_t i = 0; i < count; i++) {
        const double *shares = lead && lead->among ? loops[i].among : loops[i].relative;

        if (loops[i].series == s && loops[i].partition == lead->partition && shares)
            columns[*(const size_t *)sd_table_find(places, column_of(arena, &loops[i]))] =
                values_of(arena, shares, series->time_count);
    }
    for (size_t c = 1; c < data->column_count; c++)
        if (!columns[c]) /* this series has no such loop */
            columns[c] = values_of(arena, NULL, series->time_count);
    for (size_t t = 0; t < series->time_count; t++) {
        still[t] = 1;
        for (size_t c = 1; c < data->column_count; c++)
            if (columns[c][t] != 0)
                still[t] = 0;
    }
    series->columns = columns;
}

sd_dataset *sd_dataset_of_loops(sd_arena *arena, const sd_series *series, size_t series_count,
                                const sd_loop_row *loops, size_t loop_count, const char *found)
{
    sd_dataset *data = SD_NEW(arena, sd_dataset);
    const char **columns = SD_NEW_ARRAY(arena, const char *, loop_count + 1);
    size_t *numbers = SD_NEW_ARRAY(arena, size_t, loop_count + 1);
    sd_table *places = sd_table_new(arena); /* of columns, for there may be very many */
    sd_series *filled = SD_NEW_ARRAY(arena, sd_series, series_count + 1);

    columns[0] = SD_STILL_COLUMN;
    data->columns = columns;
    data->column_count = 1;
    for (size_t i = 0; i < loop_count; i++) {
        const sd_loop_row *lead = lead_of(loops, loop_count, loops[i].series);
        const bool shown =
            loops[i].partition == lead->partition && (loops[i].among || !lead->among);

        if (shown && !sd_table_find(places, column_of(arena, &loops[i]))) {
            numbers[data->column_count] = data->column_count;
            columns[data->column_count] = column_of(arena, &loops[i]);
            (void)sd_table_put(places, columns[data->column_count], &numbers[data->column_count]);
            data->column_count++;
        }
    }
    data->count = series_count;
    data->series = filled;
    for (size_t s = 0; s < series_count; s++) {
        filled[s] = series[s];
        fill(arena, data, places, &filled[s], s, loops, loop_count);
    }
    data->time_units = data->changed = "";
    data->ai_start = (double)NAN;
    data->main_column = data->column_count > 1 ? 1 : 0;
    data->note = note_of(arena, series, series_count, loops, loop_count, found);
    return data;
}

/* ---- from scored loops ---- */

static const char *found_words(sd_arena *arena, const sd_feedbacks *all)
{
    if (all->complete)
        return sd_arena_printf(arena, " (%zu found; these are all)", all->examined);
    if (all->examined == 0)
        return " (no others were looked for)";
    return sd_arena_printf(arena, " (%zu found; not all)", all->examined);
}

const sd_dataset *sd_dataset_from_loops(sd_arena *arena, const sd_result *results,
                                        const sd_feedbacks *const *loops, size_t count)
{
    SD_LIST(sd_loop_row) shares = {0};
    sd_series *series = SD_NEW_ARRAY(arena, sd_series, count + 1);
    sd_dataset *data;

    for (size_t s = 0; s < count; s++) {
        const sd_history *history = loops[s]->graph->history;

        series[s] = sd_series_of_scenario(arena, results[s].scenario);
        series[s].time_count = history->point_count;
        series[s].times = history->times;
        for (size_t i = 0; i < loops[s]->count; i++) {
            const sd_feedback *f = &loops[s]->list[i];

            SD_PUSH(arena, &shares,
                    ((sd_loop_row){.series = s,
                                   .id = f->id,
                                   .name = f->name,
                                   .partition = (double)f->partition,
                                   .relative = f->relative,
                                   .among = f->among}));
        }
    }
    data = sd_dataset_of_loops(arena, series, count, shares.items, shares.count,
                               count > 0 ? found_words(arena, loops[0]) : "");
    if (count == 0)
        return data;
    data->time_units = results[0].scenario->model->time_units;
    data->changed = results[0].scenario->changed;
    for (size_t s = 0; s < count; s++)
        if (isnan(data->ai_start))
            data->ai_start = sd_start_within(&series[s], sd_start_of_result(arena, &results[s]));
    return data;
}
