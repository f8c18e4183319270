/* chart_panel.c - charts with one panel a scenario: series go in, frames, axes, labels and data come out as gnuplot
 * text.
 * All panels have the same axes, so that heights can be compared from one to the next, unless that would make some
 * of them unreadable; then the subtitle says so.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 120 /* of one area or line: panels are small */ };

static const double label_size = 14, tick_size = 13;                 /* [pixel] */
static const double head_high = 118, name_high = 62, axis_high = 54; /* [pixel] */
static const double far_apart = 3.5; /* [1] that the heights needed may differ on one axis */
static const double words_wide =
    84; /* [pixel] "AI arrives" and "policies start" beside each other */
static const double tick_room = 54, between = 24, high_few = 340, high_many = 264; /* [pixel] */

const sd_paint sd_paint_meta_work = {0xcc79a7, 0xa8477f};
const sd_paint sd_paint_permission = {0xe69f00, 0x9a6700};
const sd_paint sd_paint_expectation = {0xd55e00, 0xa84a00};
const sd_paint sd_paint_kept = {0x009e73, 0x00795a};
const sd_paint sd_paint_rework = {0x0072b2, 0x005a8e};
const sd_paint sd_paint_burnout = {0x4b5563, 0x374151};
const sd_paint sd_paint_slack = {0xc3c9d2, 0x6b7280};
const sd_paint sd_paint_ink = {0x1f2937, 0x1f2937};

/* ---- panels ---- */

static bool has_numbers(const sd_dataset *data, size_t series, size_t column)
{
    for (size_t i = 0; i < data->series[series].time_count; i++)
        if (isfinite(data->series[series].columns[column][i]))
            return true;
    return false;
}

static void place_panels(sd_panels *p)
{
    const size_t across = p->count > 1 ? 2 : 1;
    const double high = p->count > 2 ? high_many : high_few;
    const double whole = p->canvas.width - 2 * SD_MARGIN - between * (double)(across - 1);
    const double wide = whole / (double)across;

    for (size_t k = 0; k < p->count; k++) {
        sd_panel *panel = &p->panels[k];
        const size_t row = k / across;

        panel->left = SD_MARGIN + tick_room + (double)(k % across) * (wide + between);
        panel->right = panel->left - tick_room + wide - p->label_room;
        panel->top = head_high + name_high + (double)row * (name_high + high + axis_high);
        panel->bottom = panel->top + high;
    }
}

sd_status sd_panels_new(sd_arena *arena, const sd_dataset *data, const char *column,
                        double label_room, size_t foot_lines, sd_panels *ret_panels, sd_diag *diag)
{
    const size_t at = sd_dataset_column(data, column);
    sd_panels p = {.arena = arena,
                   .data = data,
                   .label_room = label_room,
                   .x_low = (double)INFINITY,
                   .x_high = -(double)INFINITY,
                   .unit = "",
                   .areas = sd_text_new(arena),
                   .lines = sd_text_new(arena),
                   .styles = sd_text_new(arena)};

    for (size_t s = 0; s < data->count; s++) {
        const sd_series *series = &data->series[s];

        if (at == SIZE_MAX || !has_numbers(data, s, at) || p.usable++ >= SD_PANELS_MAX)
            continue;
        p.panels[p.count++] = (sd_panel){.series = s, .title = "", .under = ""};
        p.x_low = fmin(p.x_low, series->times[0]);
        p.x_high = fmax(p.x_high, series->times[series->time_count - 1]);
    }
    if (p.count == 0)
        return sd_fail(diag, SD_E606, SD_NOWHERE, "there is nothing to draw: '%s' has no numbers",
                       column);
    if (!(p.x_high > p.x_low))
        p.x_high = p.x_low + 1;
    for (size_t k = 0; k < p.count; k++)
        p.panels[k].title = sd_series_short(arena, data, p.panels[k].series, 60);
    p.canvas = sd_canvas_new(arena, 1200, 0);
    place_panels(&p);
    p.canvas.height = p.panels[p.count - 1].bottom + axis_high + 20 * (double)foot_lines + 16;
    *ret_panels = p;
    return SD_OK;
}

void sd_panels_hold(sd_panels *p, size_t panel, const double *values)
{
    sd_panel *to = &p->panels[panel];

    for (size_t i = 0; i < p->data->series[to->series].time_count; i++) {
        if (!isfinite(values[i]))
            continue;
        to->low = fmin(to->low, values[i]);
        to->high = fmax(to->high, values[i]);
    }
}

static void set_axis(const sd_panels *p, sd_panel *panel, double low, double high, double least)
{
    const double more = fmax(0, least - (high - low));

    low -= low < 0 ? more / 2 : 0;
    high += low < 0 ? more / 2 : more;
    panel->y_step = sd_nice_step(high - low, p->count > 2 ? 4 : 5);
    panel->y_low = low < 0 ? sd_edge_of(low, -panel->y_step, high - low) : 0;
    panel->y_high = sd_edge_of(high, panel->y_step, high - low);
}

void sd_panels_scale(sd_panels *p, double least)
{
    double low = 0, high = 0, smallest = (double)INFINITY;

    for (size_t k = 0; k < p->count; k++) {
        low = fmin(low, p->panels[k].low);
        high = fmax(high, p->panels[k].high);
    }
    const double nothing = 0.01 * (high - low);

    for (size_t k = 0; k < p->count; k++) {
        const double needs = p->panels[k].high - p->panels[k].low;

        if (needs > nothing)
            smallest = fmin(smallest, fmax(needs, least));
    }
    p->own_scales = high - low > far_apart * smallest;
    for (size_t k = 0; k < p->count; k++) {
        sd_panel *panel = &p->panels[k];

        if (p->own_scales && panel->high - panel->low > nothing)
            set_axis(p, panel, panel->low, panel->high, least);
        else
            set_axis(p, panel, low, high, least);
    }
}

double sd_panel_x(const sd_panels *p, size_t panel, double time)
{
    const sd_panel *at = &p->panels[panel];

    return at->left + (time - p->x_low) / (p->x_high - p->x_low) * (at->right - at->left);
}

double sd_panel_y(const sd_panels *p, size_t panel, double value)
{
    const sd_panel *at = &p->panels[panel];

    return at->top + (at->y_high - value) / (at->y_high - at->y_low) * (at->bottom - at->top);
}

/* ---- areas and lines ---- */

/* Every n-th point and the last. */
static size_t stride_of(const sd_series *series)
{
    return series->time_count > POINTS_MAX ? (series->time_count + POINTS_MAX - 1) / POINTS_MAX : 1;
}

static void write_number(sd_text *text, double value)
{
    if (isfinite(value))
        sd_text_printf(text, " %.5g", value);
    else
        sd_text_printf(text, " NaN");
}

static void write_row(sd_text *text, double time, const double *a, const double *b, size_t i)
{
    sd_text_printf(text, "%.8g", time);
    write_number(text, a[i]);
    if (b)
        write_number(text, b[i]);
    sd_text_printf(text, "\n");
}

static void write_rows(const sd_series *series, const double *a, const double *b, sd_text *text)
{
    const size_t stride = stride_of(series), last = series->time_count - 1;

    for (size_t i = 0; i < last; i += stride)
        write_row(text, series->times[i], a, b, i);
    write_row(text, series->times[last], a, b, last);
    sd_text_printf(text, "\n\n");
}

void sd_panels_area(sd_panels *p, size_t panel, const double *low, const double *high,
                    uint32_t color, bool hatched)
{
    const sd_series *series = &p->data->series[p->panels[panel].series];

    p->area_count++;
    write_rows(series, low, high, &p->areas);
    sd_text_printf(
        &p->styles, "area_panel[%zu] = %zu; area_color[%zu] = '#%06x'; area_hatched[%zu] = %d\n",
        p->area_count, panel + 1, p->area_count, (unsigned)color, p->area_count, hatched);
}

void sd_panels_line(sd_panels *p, size_t panel, const double *values, uint32_t color, double width,
                    int dash)
{
    const sd_series *series = &p->data->series[p->panels[panel].series];

    p->line_count++;
    write_rows(series, values, NULL, &p->lines);
    sd_text_printf(&p->styles,
                   "line_panel[%zu] = %zu; line_color[%zu] = '#%06x'; line_width[%zu] = %g; "
                   "line_dash[%zu] = %d\n",
                   p->line_count, panel + 1, p->line_count, (unsigned)color, p->line_count, width,
                   p->line_count, dash);
}

/* Whether a word of that size at x, y [pixel] of its middle lies between the two rows. */
static bool has_room(const sd_panels *p, size_t panel, const double *a, const double *b, double x,
                     double y, double wide, double high)
{
    const sd_series *series = &p->data->series[p->panels[panel].series];

    for (size_t i = 0; i < series->time_count; i++) {
        const double ends[2] = {sd_panel_y(p, panel, a[i]), sd_panel_y(p, panel, b[i])};

        if (fabs(sd_panel_x(p, panel, series->times[i]) - x) <= wide / 2 &&
            !(fmin(ends[0], ends[1]) < y - high / 2 && fmax(ends[0], ends[1]) > y + high / 2))
            return false;
    }
    return true;
}

void sd_panels_gap(sd_panels *p, size_t panel, const double *a, const double *b, uint32_t color,
                   uint32_t word_color, const char *word, const char *more)
{
    const sd_panel *to = &p->panels[panel];
    const sd_series *series = &p->data->series[to->series];
    const double at = 0.32 * p->x_low + 0.68 * p->x_high;
    sd_font font = {.size = 15, .bold = true, .color = word_color, .side = SD_CENTER};
    size_t i = 0;

    sd_panels_area(p, panel, a, b, color, false);
    while (i + 1 < series->time_count && series->times[i] < at)
        i++;
    if (!isfinite(a[i]) || !isfinite(b[i]))
        return;
    const double x = sd_panel_x(p, panel, at), y = sd_panel_y(p, panel, (a[i] + b[i]) / 2);
    const double word_wide = sd_chart_width(word, font.size, true) + 12;
    const bool both =
        more && has_room(p, panel, a, b, x, y, sd_chart_width(more, 13, false) + 12, 50);

    if (!both && !has_room(p, panel, a, b, x, y, word_wide, 28))
        return;
    sd_canvas_text(&p->canvas, x, y - (both ? 9 : 0), font, word);
    font.size = 13;
    font.bold = false;
    if (both)
        sd_canvas_text(&p->canvas, x, y + 11, font, more);
}

void sd_panels_label(sd_panels *p, size_t panel, double at, uint32_t color, bool bold,
                     const char *text)
{
    sd_panel *to = &p->panels[panel];

    if (to->label_count < SD_PANEL_LABELS_MAX && isfinite(at))
        to->labels[to->label_count++] =
            (sd_panel_label){.at = at, .text = text, .color = color, .bold = bold};
}

/* ---- words around a panel ---- */

static int from_top(const void *left, const void *right)
{
    const sd_panel_label *a = left, *b = right;

    return a->at != b->at ? (a->at > b->at ? -1 : 1) : 0;
}

static void draw_labels(sd_panels *p, size_t k, sd_text *leaders)
{
    sd_panel *panel = &p->panels[k];
    sd_spot spots[SD_PANEL_LABELS_MAX];

    qsort(panel->labels, panel->label_count, sizeof panel->labels[0], from_top);
    for (size_t i = 0; i < panel->label_count; i++)
        spots[i] = (sd_spot){.want = sd_panel_y(p, k, panel->labels[i].at), .height = 18.5};
    sd_spots_spread(spots, panel->label_count, panel->top - 12, panel->bottom + 14);
    for (size_t i = 0; i < panel->label_count; i++) {
        const sd_panel_label *label = &panel->labels[i];
        const sd_font font = {.size = label_size, .bold = label->bold, .color = label->color};

        sd_canvas_text(
            &p->canvas, panel->right + 20, spots[i].y, font,
            sd_chart_fitted(p->arena, label->text, p->label_room - 20, font.size, font.bold));
        sd_text_printf(leaders, "%.1f %.1f %.1f %.1f %u\n", panel->right + 3, spots[i].want, 13.0,
                       spots[i].y - spots[i].want, 0x9ca3afU);
    }
}

static void draw_time_axis(sd_panels *p, size_t k, sd_text *marks)
{
    const sd_panel *panel = &p->panels[k];
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};
    const double step = sd_time_step(p->data, p->x_high - p->x_low, 6);
    const bool years = sd_in_weeks(p->data) && fmod(step, 52) == 0;
    const char *unit = sd_in_weeks(p->data)     ? "week"
                       : p->data->time_units[0] ? p->data->time_units
                                                : "time";

    for (double n = ceil(p->x_low / step - 1e-9); n * step <= p->x_high + 1e-6 * step; n++) {
        const double x = sd_panel_x(p, k, n * step);
        const char *number = sd_chart_number(p->arena, n * step, sd_step_decimals(step), false);

        sd_text_printf(marks, "%.1f %.1f 0 5 %u\n", x, panel->bottom, 0x9ca3afU);
        if (years)
            number = n == 0 ? "start" : sd_arena_printf(p->arena, "year %.0f", n * step / 52);
        sd_canvas_text(&p->canvas, x, panel->bottom + 18, font, number);
    }
    if (!years)
        sd_canvas_text(&p->canvas, (panel->left + panel->right) / 2, panel->bottom + 38, font,
                       unit);
}

static void draw_value_axis(sd_panels *p, size_t k, sd_text *grid, sd_text *marks)
{
    const sd_panel *panel = &p->panels[k];
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT};
    const double wide = panel->right - panel->left;

    for (double n = ceil(panel->y_low / panel->y_step - 1e-6);
         n * panel->y_step <= panel->y_high + 1e-6 * panel->y_step; n++) {
        const double value = fabs(n) < 0.5 ? 0 : n * panel->y_step;
        const double y = sd_panel_y(p, k, value);
        const char *number = sd_chart_number(
            p->arena, value, value == 0 ? 0 : sd_step_decimals(panel->y_step), p->sign);

        sd_text_printf(value == 0 ? marks : grid, "%.1f %.1f %.1f 0 %u\n", panel->left, y, wide,
                       value == 0 ? 0x6b7280U : 0xe5e7ebU);
        sd_canvas_text(&p->canvas, panel->left - 10, y, font,
                       sd_arena_printf(p->arena, "%s%s", number, p->unit));
    }
}

static void draw_names(sd_panels *p, size_t k)
{
    const sd_panel *panel = &p->panels[k];
    const sd_font name = {.size = 17, .bold = true, .color = SD_INK};
    const sd_font under = {.size = 14, .color = SD_MUTE};
    const double left = panel->left - tick_room, room = panel->right + p->label_room - left;

    sd_canvas_text(&p->canvas, left, panel->top - 55, name,
                   sd_chart_fitted(p->arena, panel->title, room, name.size, true));
    sd_canvas_text(&p->canvas, left, panel->top - 34, under,
                   sd_chart_fitted(p->arena, panel->under, room, under.size, false));
}

static bool has_ai(const sd_panels *p, size_t k)
{
    const double *use = sd_panel_values(p, k, sd_use_variable, 1);

    for (size_t i = 0; i < p->data->series[p->panels[k].series].time_count; i++)
        if (use[i] != 0)
            return true;
    return false;
}

static void draw_event(sd_panels *p, size_t k, double time, const char *words, sd_text *start)
{
    const sd_panel *panel = &p->panels[k];
    const double x = sd_panel_x(p, k, time);

    if (!(time > p->x_low && time < p->x_high))
        return;
    if (*words)
        sd_canvas_text(
            &p->canvas, x, panel->top - 9,
            (sd_font){.size = 12.5, .color = SD_MUTE, .side = p->policies ? SD_LEFT : SD_CENTER},
            words);
    sd_text_printf(start, "%.1f %.1f 0 %.1f\n", x, panel->top, panel->bottom - panel->top);
}

/* When AI arrives, said once, and when policies start. */
static void draw_start(sd_panels *p, size_t k, sd_text *start)
{
    const double ai = has_ai(p, k) ? p->data->ai_start : (double)NAN;
    const double policy =
        p->policies ? p->data->series[p->panels[k].series].policy_start : (double)NAN;
    const bool together = fabs(sd_panel_x(p, k, policy) - sd_panel_x(p, k, ai)) < words_wide;

    draw_event(p, k, ai, together || start->length > 0 ? "" : "AI arrives", start);
    if (policy != ai)
        draw_event(p, k, policy, together ? "AI, policies" : "policies start", start);
    else
        draw_event(p, k, policy, "AI and policies", start);
}

const char *sd_panels_extent(const sd_panels *p)
{
    const double span = p->x_high - p->x_low;
    const char *scales = p->own_scales ? "each on its own scale" : "";

    if (p->count < p->usable)
        return sd_arena_printf(p->arena, "the first %zu of %zu scenarios%s%s", p->count, p->usable,
                               *scales ? ", " : "", scales);
    if (*scales)
        return scales;
    if (sd_in_weeks(p->data))
        return sd_arena_printf(p->arena, "%s weeks", sd_chart_rounded(p->arena, span, false));
    return sd_arena_printf(
        p->arena, "%s %s to %s", p->data->time_units[0] ? p->data->time_units : "time",
        sd_chart_rounded(p->arena, p->x_low, false), sd_chart_rounded(p->arena, p->x_high, false));
}

static void write_block(sd_text *script, const char *name, const sd_text *rows)
{
    sd_text_printf(script, "$%s << end_of_%s\n%send_of_%s\n", name, name, rows->bytes, name);
}

/* gnuplot has no array without a place. */
static void write_arrays(sd_text *script, const char *names, size_t count)
{
    for (size_t length; *names; names += length + strspn(names + length, " ")) {
        length = strcspn(names, " ");
        sd_text_printf(script, "array %.*s[%zu]\n", (int)length, names, count > 0 ? count : 1);
    }
}

void sd_panels_write(sd_panels *p, sd_text *script)
{
    sd_text grid = sd_text_new(p->arena), marks = sd_text_new(p->arena);
    sd_text start = sd_text_new(p->arena);

    for (size_t k = 0; k < p->count; k++) {
        draw_names(p, k);
        draw_value_axis(p, k, &grid, &marks);
        draw_time_axis(p, k, &marks);
        draw_start(p, k, &start);
        draw_labels(p, k, &marks);
    }
    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "x_low = %.10g\nx_high = %.10g\n", p->x_low, p->x_high);
    sd_text_printf(script, "area_count = %zu\nline_count = %zu\n", p->area_count, p->line_count);
    write_arrays(script, "left right top bottom y_low y_high", p->count);
    for (size_t k = 0; k < p->count; k++) {
        const sd_panel *panel = &p->panels[k];

        sd_text_printf(script, "left[%zu] = %.1f; right[%zu] = %.1f; top[%zu] = %.1f; ", k + 1,
                       panel->left, k + 1, panel->right, k + 1, panel->top);
        sd_text_printf(script, "bottom[%zu] = %.1f; y_low[%zu] = %.10g; y_high[%zu] = %.10g\n",
                       k + 1, panel->bottom, k + 1, panel->y_low, k + 1, panel->y_high);
    }
    write_arrays(script, "area_panel area_color area_hatched", p->area_count);
    write_arrays(script, "line_panel line_color line_width line_dash", p->line_count);
    sd_text_add(script, p->styles.bytes, p->styles.length);
    write_block(script, "grid", &grid);
    write_block(script, "marks", &marks);
    write_block(script, "start", &start);
    write_block(script, "areas", &p->areas);
    write_block(script, "lines", &p->lines);
}

/* ---- values and numbers ---- */

const double *sd_panel_values(const sd_panels *p, size_t panel, const char *column, double scale)
{
    const sd_series *series = &p->data->series[p->panels[panel].series];
    const size_t at = sd_dataset_column(p->data, column);
    double *values = SD_NEW_ARRAY(p->arena, double, series->time_count + 1);

    for (size_t i = 0; i < series->time_count; i++)
        values[i] = at == SIZE_MAX ? (double)NAN : scale * series->columns[at][i];
    return values;
}

double sd_panel_last(const sd_panels *p, size_t panel, const char *column)
{
    return sd_last(sd_panel_values(p, panel, column, 1),
                   p->data->series[p->panels[panel].series].time_count);
}
