/* chart_scorecard.c - several scenarios at the last saved point: a dataset goes in, a table of cells with a
 * number, its difference to the first row and a tint comes out as gnuplot data.
 * Output, hours, people and money stand side by side; nothing is summed up or ranked.  Green is better and orange
 * worse than the first row, stronger the larger the difference, and the words say it too.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <string.h>

enum { ROWS_MAX = 24, COLUMNS_MAX = 12, PLAIN_COLUMNS = 8 };

static const double name_room = 250, cell_least = 97, cell_most = 150, gap = 5, row_high = 62,
                    head_high = 74; /* [pixel] */
static const double top = 116;      /* [pixel] */

/* How large a difference must be to be told from none, and when the tint is full. */
static const double relative_noise = 0.03, relative_full = 0.5; /* [1] of the first row's value */
static const double point_noise = 3, point_full = 20;           /* percentage points */
static const double money_noise = 0.05; /* [1] of the largest value of the column */

typedef struct card {
    sd_arena *arena;
    const sd_dataset *data;
    sd_canvas canvas;
    size_t rows, columns;
    sd_shown shown[COLUMNS_MAX];
    double values[COLUMNS_MAX][ROWS_MAX];
    double left, cell_wide; /* [pixel] of the first cell; of each */
} card;

static void choose_columns(card *c)
{
    sd_diag *unread = sd_diag_new(c->arena);

    for (size_t m = 0; m < sd_measure_count && c->columns < COLUMNS_MAX; m++)
        if (sd_shown_find(c->arena, c->data, sd_measures[m].variable, &c->shown[c->columns],
                          unread) == SD_OK)
            c->columns++;
    /* Any other model: what it saved first and what changes. */
    for (size_t k = 0;
         k < c->data->column_count && c->columns < PLAIN_COLUMNS && !c->shown[0].measure; k++) {
        const sd_series *first = &c->data->series[0];
        bool moves = false;

        for (size_t i = 1; i < first->time_count && !moves; i++)
            moves = first->columns[k][i] != first->columns[k][0];
        if (moves && sd_shown_find(c->arena, c->data, c->data->columns[k], &c->shown[c->columns],
                                   unread) == SD_OK)
            c->columns++;
    }
    for (size_t k = 0; k < c->columns; k++)
        for (size_t r = 0; r < c->rows; r++) {
            const size_t count = c->data->series[r].time_count;

            c->values[k][r] = count == 0
                                  ? (double)NAN
                                  : sd_shown_values(c->arena, c->data, &c->shown[k], r)[count - 1];
        }
}

/* -1 worse .. +1 better than the first row, 0 when the difference is within the noise or neither. */
static double judge(const card *c, size_t column, size_t row)
{
    const sd_shown *shown = &c->shown[column];
    const double base = c->values[column][0], difference = c->values[column][row] - base;
    double noise = point_noise, full = point_full, largest = 0;

    if (isnan(difference) || !shown->measure || shown->measure->better == 0)
        return 0;
    for (size_t r = 0; r < c->rows; r++)
        largest = fmax(largest, isnan(c->values[column][r]) ? 0 : fabs(c->values[column][r]));
    if (shown->measure->relative && fabs(base) > 0.02 * largest) {
        noise = relative_noise * fabs(base);
        full = relative_full * fabs(base);
    } else if (!shown->percent) {
        noise = money_noise * largest;
        full = largest;
    }
    if (fabs(difference) < noise)
        return 0;
    const double strength = fmin(1, 0.15 + 0.85 * (fabs(difference) - noise) / (full - noise));

    return (difference > 0) == (shown->measure->better > 0) ? strength : -strength;
}

/* White mixed with the colour of better or worse; dark text stays readable on the strongest. */
static uint32_t tint(double judged, bool first)
{
    const int better[3] = {0x00, 0x9e, 0x73}, worse[3] = {0xe0, 0x74, 0x20};
    const int *full = judged > 0 ? better : worse;
    const double share = 0.08 + 0.52 * fabs(judged);
    uint32_t color = 0;

    if (judged == 0)
        return first ? 0xe5e7eb : 0xf3f4f6;
    for (int i = 0; i < 3; i++)
        color = color << 8 | (uint32_t)lround(255 + (full[i] - 255) * share);
    return color;
}

/* "–9 % better"; "" when there is nothing to say. */
static const char *difference_of(const card *c, size_t column, size_t row, double judged)
{
    const sd_shown *shown = &c->shown[column];
    const sd_measure *m = shown->measure; /* differences of what is shown, so that they add up */
    const double base = m ? sd_measure_rounded(m, c->values[column][0]) : c->values[column][0];
    const double value = m ? sd_measure_rounded(m, c->values[column][row]) : c->values[column][row];
    const double difference = value - base;
    const char *word = judged > 0 ? " better" : judged < 0 ? " worse" : "";
    const bool relative = (!shown->measure || shown->measure->relative) && fabs(base) > 1e-9;

    if (isnan(difference))
        return "";
    if (relative)
        return fabs(difference / base) > 9.995
                   ? sd_arena_printf(c->arena, "%s%s",
                                     sd_shown_number(c->arena, &c->shown[column], difference, true),
                                     word)
                   : sd_arena_printf(
                         c->arena, "%s\xC2\xA0%%%s",
                         sd_chart_number(c->arena, 100 * difference / fabs(base), 0, true), word);
    return sd_arena_printf(c->arena, "%s%s",
                           sd_shown_number(c->arena, &c->shown[column], difference, true), word);
}

static double cell_x(const card *c, size_t column)
{
    return c->left + (c->cell_wide + gap) * (double)column;
}

static double cell_y(size_t row)
{
    return top + head_high + (row_high + gap) * (double)row;
}

static void draw_head(card *c, size_t column)
{
    const sd_shown *shown = &c->shown[column];
    const sd_font label = {.size = 15, .bold = true, .color = SD_INK, .side = SD_CENTER};
    const sd_font unit = {.size = 12.5, .color = SD_MUTE, .side = SD_CENTER};
    const double x = cell_x(c, column) + c->cell_wide / 2;
    const char *lines[2];
    const char *under = shown->measure ? shown->measure->short_unit : "";
    const size_t count =
        sd_chart_wrapped(c->arena, shown->label, c->cell_wide, label.size, true, 2, lines);

    for (size_t i = 0; i < count; i++)
        sd_canvas_text(&c->canvas, x, top + head_high - 36 - 18 * (double)(count - 1 - i), label,
                       lines[i]);
    sd_canvas_text(&c->canvas, x, top + head_high - 15, unit,
                   sd_chart_fitted(c->arena, under, c->cell_wide + gap, unit.size, false));
}

static void draw_row(card *c, size_t row, sd_text *cells)
{
    const sd_font name = {.size = 16, .bold = row == 0, .color = SD_INK};
    const sd_font small = {.size = 12.5, .color = SD_MUTE};
    const double middle = cell_y(row) + row_high / 2;
    const char *lines[2];
    const char *title = sd_series_short(c->arena, c->data, row, 60);
    const size_t count = sd_chart_wrapped(c->arena, title, name_room - 36, name.size, name.bold,
                                          row == 0 ? 1 : 2, lines);
    const bool remark = row == 0 && c->rows > 1;

    for (size_t i = 0; i < count; i++)
        sd_canvas_text(&c->canvas, SD_MARGIN + 18,
                       middle - (remark ? 9 : 0) + 20 * ((double)i - ((double)count - 1) / 2), name,
                       lines[i]);
    if (remark)
        sd_canvas_text(&c->canvas, SD_MARGIN + 18, middle + 12, small,
                       "what the others are compared with");
    for (size_t k = 0; k < c->columns; k++) {
        const double judged = row == 0 ? 0 : judge(c, k, row), value = c->values[k][row];
        const double x = cell_x(c, k) + c->cell_wide / 2;
        const char *difference = row == 0 ? "" : difference_of(c, k, row, judged);

        sd_text_printf(cells, "%.1f %.1f %.1f %.1f %u\n", x, middle, c->cell_wide / 2, row_high / 2,
                       (unsigned)tint(judged, row == 0));
        sd_canvas_text(&c->canvas, x, middle - (*difference ? 10 : 0),
                       (sd_font){.size = 19, .bold = true, .color = SD_INK, .side = SD_CENTER},
                       sd_shown_number(c->arena, &c->shown[k], value, false));
        if (*difference)
            sd_canvas_text(&c->canvas, x, middle + 14,
                           (sd_font){.size = 12.5, .color = 0x374151, .side = SD_CENTER},
                           difference);
    }
}

static const char *subtitle_of(const card *c)
{
    const sd_series *first = &c->data->series[0];
    const double time = first->time_count > 0 ? first->times[first->time_count - 1] : 0;
    const char *units = sd_in_weeks(c->data)     ? "week"
                        : c->data->time_units[0] ? c->data->time_units
                                                 : "time";
    const char *when = sd_arena_printf(c->arena, "At the end, %s %s", units,
                                       sd_chart_rounded(c->arena, time, false));

    if (c->rows < 2 || !c->shown[0].measure)
        return when;
    return sd_arena_printf(
        c->arena,
        "%s\xC2\xA0 \xC2\xB7 \xC2\xA0green is better than %s, orange worse, grey about the same",
        when, sd_series_short(c->arena, c->data, 0, 24));
}

static void draw_foot(card *c)
{
    const char *lines[3];
    size_t count = 0;

    if (c->shown[0].measure) {
        lines[count++] =
            "Gains and money: against no AI. Refill share: load added by raised expectations "
            "over the hours that AI really frees; no published estimate exists.";
        lines[count++] =
            "Small numbers: difference to the first row, in percent of it; for gains in points, "
            "for money in $M. There is no total score: what counts is for you to say.";
    }
    lines[count++] = sd_chart_caveat(c->arena, c->data);
    sd_canvas_foot(&c->canvas, lines, count);
}

sd_status sd_prepare_scorecard(sd_arena *arena, const sd_dataset *data, const char *of,
                               sd_text *script, sd_diag *diag)
{
    card c = {.arena = arena, .data = data, .left = SD_MARGIN + name_room};
    sd_text cells = sd_text_new(arena);

    (void)of;
    c.rows = data->count < ROWS_MAX ? data->count : ROWS_MAX;
    choose_columns(&c);
    if (c.columns == 0)
        return sd_fail(diag, SD_E606, SD_NOWHERE, "there is nothing to draw: no column changes");
    c.cell_wide = (1200 - SD_MARGIN - c.left) / (double)c.columns - gap;
    c.cell_wide = fmax(cell_least, fmin(cell_most, c.cell_wide));
    const double wide = cell_x(&c, c.columns) - gap + SD_MARGIN;
    const double high = cell_y(c.rows) + (c.shown[0].measure ? 94 : 54);

    c.canvas = sd_canvas_new(arena, fmax(wide, 1200), fmax(high, 320));
    sd_canvas_head(&c.canvas,
                   c.shown[0].measure ? "Output, hours, people and money side by side"
                                      : "Where each scenario ends",
                   subtitle_of(&c));
    for (size_t k = 0; k < c.columns; k++)
        draw_head(&c, k);
    for (size_t r = 0; r < c.rows; r++) {
        draw_row(&c, r, &cells);
    }
    draw_foot(&c);
    sd_canvas_write(&c.canvas, script);
    sd_text_printf(script, "array styles[%zu]\n", c.rows);
    for (size_t r = 0; r < c.rows; r++)
        sd_text_printf(script, "styles[%zu] = %d\n", r + 1, sd_series_style(data, r));
    sd_text_printf(script, "$rows << end_of_rows\n");
    for (size_t r = 0; r < c.rows; r++)
        sd_text_printf(script, "%d %.1f\n%d %.1f\n\n\n", SD_MARGIN + 4, cell_y(r) + 10,
                       SD_MARGIN + 4, cell_y(r) + row_high - 10);
    sd_text_printf(script, "end_of_rows\n$cells << end_of_cells\n%send_of_cells\n", cells.bytes);
    return SD_OK;
}
