/* dataset_loops.c - shares of feedback loops as series, so that charts can draw them.
 * In: scored loops, or the rows of their table.  Out: a dataset with a column for each loop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

static const char *column_of(sd_arena *arena, const sd_loop_shares *loop)
{
    return *loop->name ? sd_arena_printf(arena, "%s %s", loop->id, loop->name) : loop->id;
}

/* The first loop of a series: it says which partition is drawn, and whether shares are among the named loops. */
static const sd_loop_shares *lead_of(const sd_loop_shares *loops, size_t count, size_t series)
{
    for (size_t i = 0; i < count; i++)
        if (loops[i].series == series)
            return &loops[i];
    return NULL;
}

/* Mean share that the loops among which shares are taken have of all that were examined, over the steps that move. */
static double held_by_named(const sd_series *series, const sd_loop_shares *loops, size_t count,
                            size_t s)
{
    const sd_loop_shares *lead = lead_of(loops, count, s);
    double sum = 0, steps = 0;

    for (size_t t = 0; t < series->time_count; t++) {
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

static const char *note_of(sd_arena *arena, const sd_series *series, size_t series_count,
                           const sd_loop_shares *loops, size_t count)
{
    sd_text text = sd_text_new(arena);
    bool whole = true;

    if (!lead_of(loops, count, 0) || !lead_of(loops, count, 0)->among)
        return "Shares are of the loops that were examined.";
    for (size_t s = 0; s < series_count; s++) {
        const double held =
            lead_of(loops, count, s) ? held_by_named(&series[s], loops, count, s) : (double)NAN;

        whole = whole && !(held < 0.9995);
        if (isfinite(held))
            sd_text_printf(&text, "%s%.*f %%", text.length ? " and " : "", held < 0.0995 ? 1 : 0,
                           100 * held);
    }
    return whole ? "Shares are among the loops that have names."
                 : sd_arena_printf(arena,
                                   "Shares are among the loops that have names; of all loops that "
                                   "were examined, these hold %s.",
                                   text.bytes);
}

/* The columns of one series, `still` last to be worked out. */
static void fill(sd_arena *arena, const sd_dataset *data, sd_series *series, size_t s,
                 const sd_loop_shares *loops, size_t count)
{
    const sd_loop_shares *lead = lead_of(loops, count, s);
    double *values = SD_NEW_ARRAY(arena, double, data->column_count * series->time_count + 1);
    const double **columns = SD_NEW_ARRAY(arena, const double *, data->column_count);

    for (size_t c = 0; c < data->column_count; c++)
        columns[c] = values + c * series->time_count;
    for (size_t i = 0; i < count; i++) {
        const double *shares = lead && lead->among ? loops[i].among : loops[i].relative;

        if (loops[i].series != s || loops[i].partition != lead->partition || !shares)
            continue;
        columns[sd_dataset_column(data, column_of(arena, &loops[i]))] = shares;
    }
    for (size_t t = 0; t < series->time_count; t++) {
        values[t] = 1;
        for (size_t c = 1; c < data->column_count; c++)
            if (columns[c][t] != 0)
                values[t] = 0;
    }
    series->columns = columns;
}

sd_dataset *sd_dataset_of_loops(sd_arena *arena, const sd_series *series, size_t series_count,
                                const sd_loop_shares *loops, size_t loop_count)
{
    sd_dataset *data = SD_NEW(arena, sd_dataset);
    const char **columns = SD_NEW_ARRAY(arena, const char *, loop_count + 1);
    sd_series *filled = SD_NEW_ARRAY(arena, sd_series, series_count + 1);

    columns[0] = SD_STILL_COLUMN;
    data->columns = columns;
    data->column_count = 1;
    for (size_t i = 0; i < loop_count; i++) {
        const sd_loop_shares *lead = lead_of(loops, loop_count, loops[i].series);
        const bool shown =
            loops[i].partition == lead->partition && (loops[i].among || !lead->among);

        if (shown && sd_dataset_column(data, column_of(arena, &loops[i])) == SIZE_MAX)
            columns[data->column_count++] = column_of(arena, &loops[i]);
    }
    data->count = series_count;
    data->series = filled;
    for (size_t s = 0; s < series_count; s++) {
        filled[s] = series[s];
        fill(arena, data, &filled[s], s, loops, loop_count);
    }
    data->time_units = data->changed = "";
    data->ai_start = (double)NAN;
    data->main_column = data->column_count > 1 ? 1 : 0;
    data->note = note_of(arena, series, series_count, loops, loop_count);
    return data;
}

/* ---- from scored loops ---- */

static const char *examined_words(sd_arena *arena, const sd_feedbacks *all)
{
    if (all->complete)
        return sd_arena_printf(arena, "%zu named, %zu found: all that there are", all->named,
                               all->examined);
    if (all->examined == 0)
        return sd_arena_printf(arena, "%zu named; no others were looked for", all->named);
    return sd_arena_printf(arena, "%zu named, %zu found; not all that there are", all->named,
                           all->examined);
}

const sd_dataset *sd_dataset_from_loops(sd_arena *arena, const sd_result *results,
                                        const sd_feedbacks *const *loops, size_t count)
{
    SD_LIST(sd_loop_shares) shares = {0};
    sd_series *series = SD_NEW_ARRAY(arena, sd_series, count + 1);
    sd_dataset *data;

    for (size_t s = 0; s < count; s++) {
        const sd_history *history = loops[s]->graph->history;

        series[s] = sd_series_of_scenario(arena, results[s].scenario);
        series[s].time_count = history->point_count - 1; /* shares are of steps */
        series[s].times = history->times + 1;
        for (size_t i = 0; i < loops[s]->count; i++) {
            const sd_feedback *f = &loops[s]->list[i];

            SD_PUSH(arena, &shares,
                    ((sd_loop_shares){.series = s,
                                      .id = f->id,
                                      .name = f->name,
                                      .partition = (double)f->partition,
                                      .relative = f->relative + 1,
                                      .among = f->among ? f->among + 1 : NULL}));
        }
    }
    data = sd_dataset_of_loops(arena, series, count, shares.items, shares.count);
    if (count == 0)
        return data;
    data->time_units = results[0].scenario->model->time_units;
    data->changed = results[0].scenario->changed;
    for (size_t s = 0; s < count; s++)
        if (isnan(data->ai_start))
            data->ai_start = sd_start_within(&series[s], sd_start_of_result(arena, &results[s]));
    data->note = sd_arena_printf(arena, "%s Loops examined: %s.", data->note,
                                 examined_words(arena, loops[0]));
    return data;
}
