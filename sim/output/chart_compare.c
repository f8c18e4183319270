/* chart_compare.c - one column of several scenarios over time: a dataset goes in, the lines, their labels and
 * all places on the picture come out as gnuplot data.
 * Labels stand at the ends of the lines; those that would overlap are pushed apart as little as possible,
 * and a thin line leads to one that had to move.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SERIES_MAX = 24,  /* lines on one picture */
    FACTS_MAX = 6,    /* labels with a second line of numbers */
    POINTS_MAX = 400, /* of one line: more than a picture can show */
    LABEL_LINES = 2
};

static const double label_size = 16, fact_size = 13.5, tick_size = 15; /* [pixel] */
static const double leading = 1.2;                                     /* [em] from line to line */
static const double label_room = 215;                                  /* [pixel] */

typedef struct label {
    size_t series;
    double want, y; /* [pixel] of the middle */
    double height;  /* [pixel] */
    double end_x;   /* [pixel] where the line ends */
    const char *lines[LABEL_LINES];
    size_t line_count;
    const char *fact; /* NULL: none */
} label;

typedef struct picture {
    sd_arena *arena;
    const sd_dataset *data;
    sd_shown shown;
    sd_canvas canvas;
    size_t count;                    /* series drawn */
    const double **values;           /* [count][time_count] shown */
    double left, right, top, bottom; /* [pixel] of the frame */
    double x_low, x_high;            /* [model time] */
    double y_low, y_high, y_step;    /* shown */
    label labels[SERIES_MAX];
} picture;

static double x_pixel(const picture *p, double x)
{
    return p->left + (x - p->x_low) / (p->x_high - p->x_low) * (p->right - p->left);
}

static double y_pixel(const picture *p, double y)
{
    return p->top + (p->y_high - y) / (p->y_high - p->y_low) * (p->bottom - p->top);
}

/* ---- ranges ---- */

static void set_ranges(picture *p)
{
    double low = (double)INFINITY, high = -(double)INFINITY;

    p->x_low = (double)INFINITY;
    p->x_high = -(double)INFINITY;
    for (size_t s = 0; s < p->count; s++) {
        const sd_series *series = &p->data->series[s];

        for (size_t i = 0; i < series->time_count; i++) {
            p->x_low = fmin(p->x_low, series->times[i]);
            p->x_high = fmax(p->x_high, series->times[i]);
            low = fmin(low, p->values[s][i]);
            high = fmax(high, p->values[s][i]);
        }
    }
    if (!(p->x_high > p->x_low)) {
        p->x_low = isfinite(p->x_low) ? p->x_low - 0.5 : 0;
        p->x_high = p->x_low + 1;
    }
    if (!(low <= high))
        low = high = 0;
    if (p->shown.gain || (low > 0 && low < 0.3 * high) || (high < 0 && high > 0.3 * low)) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    /* What hardly moves must not look as if it did. */
    const double least = p->shown.gain ? 4 : fmax(1e-3 * fmax(fabs(low), fabs(high)), 1e-9);

    if (high - low < least) {
        const double wide = p->shown.gain ? 2 : fmax(0.05 * fmax(fabs(low), fabs(high)), 0.5);

        low -= wide;
        high += wide;
    }
    p->y_step = sd_nice_step(high - low, 5);
    p->y_low = sd_edge_of(low, -p->y_step, high - low);
    p->y_high = sd_edge_of(high, p->y_step, high - low);
}

/* ---- labels ---- */

static double last_of(const picture *p, const char *column, size_t series)
{
    sd_shown shown;
    const size_t at = sd_dataset_column(p->data, column);

    if (at == SIZE_MAX ||
        sd_shown_find(p->arena, p->data, column, &shown, sd_diag_new(p->arena)) != SD_OK)
        return (double)NAN;
    return sd_last(sd_shown_values(p->arena, p->data, &shown, series),
                   p->data->series[series].time_count);
}

/* A gain per hour says little alone (people may only work less), so output and hours stand beside it. */
static const char *fact_of(const picture *p, size_t series, double last)
{
    const double head = last_of(p, "output_per_employee_gain", series);
    const double hours = last_of(p, "hours_per_week", series);

    if (p->count > FACTS_MAX)
        return NULL;
    if (isnan(last))
        return "no value";
    if (p->shown.gain && !isnan(head) && !isnan(hours))
        return sd_arena_printf(p->arena, "%s %% an hour, %s %% a head, %s h/wk",
                               sd_chart_number(p->arena, last, 0, true),
                               sd_chart_number(p->arena, head, 0, true),
                               sd_chart_number(p->arena, hours, 0, false));
    return sd_arena_printf(p->arena, "%s %s", sd_shown_number(p->arena, &p->shown, last, false),
                           p->shown.percent   ? "%"
                           : p->shown.measure ? p->shown.measure->short_unit
                                              : "");
}

static void fill_label(picture *p, size_t series)
{
    const sd_series *from = &p->data->series[series];
    const double *values = p->values[series];
    const double last = sd_last(values, from->time_count);
    label *l = &p->labels[series];
    size_t end = from->time_count;
    const char *title = sd_series_short(p->arena, p->data, series, 60);

    while (end > 1 && isnan(values[end - 1]))
        end--;
    l->series = series;
    l->line_count = sd_chart_wrapped(p->arena, title, label_room, label_size, true,
                                     p->count > 12 ? 1 : LABEL_LINES, l->lines);
    l->fact = fact_of(p, series, last);
    l->height = leading * (label_size * (double)l->line_count + (l->fact ? fact_size : 0)) +
                (p->count > 12 ? 0 : 3);
    l->end_x = isnan(last) ? p->x_high : from->times[end - 1]; /* turned into pixels later */
    l->want = isnan(last) ? p->y_low : last;
}

static int by_want(const void *left, const void *right)
{
    const label *a = left, *b = right;

    if (a->want != b->want)
        return a->want < b->want ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

static void push_apart(label *labels, size_t count, double top, double bottom)
{
    sd_spot spots[SERIES_MAX];

    for (size_t i = 0; i < count; i++)
        spots[i] = (sd_spot){.want = labels[i].want, .height = labels[i].height};
    sd_spots_spread(spots, count, top, bottom);
    for (size_t i = 0; i < count; i++)
        labels[i].y = spots[i].y;
}

static void draw_label(picture *p, const label *l, sd_text *leaders)
{
    const double x = p->right + 16;
    sd_font font = {.size = label_size,
                    .bold = true,
                    .color = sd_style_color(sd_series_style(p->data, l->series))};
    double y = l->y - l->height / 2 + leading * label_size / 2;

    for (size_t i = 0; i < l->line_count; i++, y += leading * label_size)
        sd_canvas_text(&p->canvas, x, y, font, l->lines[i]);
    if (l->fact) {
        font = (sd_font){.size = fact_size, .color = SD_MUTE};
        sd_canvas_text(&p->canvas, x, y - leading * (label_size - fact_size) / 2, font, l->fact);
    }
    if (fabs(l->y - l->want) > label_size * 0.8 || p->right - l->end_x > label_size)
        sd_text_printf(leaders, "%.1f %.1f %.1f %.1f\n", l->end_x + 4, l->want, x - 4, l->y);
}

/* ---- ticks ---- */

static double x_step(const picture *p)
{
    return sd_time_step(p->data, p->x_high - p->x_low, 7);
}

static void draw_ticks(picture *p)
{
    const sd_font side = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT};
    const sd_font below = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};
    const sd_font small = {.size = 12.5, .color = SD_FAINT, .side = SD_CENTER};
    const double step = x_step(p);
    const bool weeks = sd_in_weeks(p->data), years = weeks && fmod(step, 52) == 0;
    const int decimals = sd_step_decimals(p->y_step);
    const char *unit = weeks ? "week" : p->data->time_units[0] ? p->data->time_units : "time";

    for (double k = ceil(p->y_low / p->y_step - 1e-6);
         k * p->y_step <= p->y_high + 1e-6 * p->y_step; k++) {
        const double value = k * p->y_step;
        const double shown = fabs(value) < 1e-9 * p->y_step ? 0 : value;
        const char *number =
            fabs(p->y_high) >= 10000 || fabs(p->y_low) >= 10000
                ? sd_chart_rounded(p->arena, shown, p->shown.gain)
                : sd_chart_number(p->arena, shown, shown == 0 ? 0 : decimals, p->shown.gain);

        sd_canvas_text(&p->canvas, p->left - 14, y_pixel(p, shown), side,
                       p->shown.percent ? sd_arena_printf(p->arena, "%s\xC2\xA0%%", number)
                                        : number);
        if (p->shown.gain && shown == 0)
            sd_canvas_text(&p->canvas, p->left - 14, y_pixel(p, shown) + 17,
                           (sd_font){.size = 12.5, .color = SD_MUTE, .side = SD_RIGHT},
                           "as before AI");
    }
    for (double k = ceil(p->x_low / step - 1e-9); k * step <= p->x_high + 1e-6 * step; k++) {
        const double x = x_pixel(p, k * step);
        const char *number = sd_chart_number(p->arena, k * step, sd_step_decimals(step), false);

        if (!years) {
            sd_canvas_text(&p->canvas, x, p->bottom + 20, below, number);
            continue;
        }
        sd_canvas_text(&p->canvas, x, p->bottom + 20, below,
                       k == 0 ? "start" : sd_arena_printf(p->arena, "year %.0f", k * step / 52));
        sd_canvas_text(&p->canvas, x, p->bottom + 38, small,
                       sd_arena_printf(p->arena, "week %s", number));
    }
    if (!years)
        sd_canvas_text(&p->canvas, (p->left + p->right) / 2, p->bottom + 42, below, unit);
}

/* ---- words ---- */

static const char *subtitle_of(const picture *p)
{
    const sd_series *first = &p->data->series[0];
    const char *length =
        first->time_count == 0 ? ""
        : sd_in_weeks(p->data)
            ? sd_arena_printf(p->arena, ", %s weeks",
                              sd_chart_rounded(p->arena, p->x_high - p->x_low, false))
            : sd_arena_printf(p->arena, ", %s %s to %s",
                              p->data->time_units[0] ? p->data->time_units : "time",
                              sd_chart_rounded(p->arena, p->x_low, false),
                              sd_chart_rounded(p->arena, p->x_high, false));
    const char *what =
        p->shown.measure && strcmp(p->shown.measure->variable, "net_productivity_gain") == 0
            ? "Valuable output per hour worked against no AI, %"
        : p->shown.unit[0] ? sd_arena_printf(p->arena, "%s, %s", p->shown.label, p->shown.unit)
                           : p->shown.label;

    if (p->count < p->data->count)
        return sd_arena_printf(p->arena,
                               "%s\xC2\xA0 \xC2\xB7 \xC2\xA0the first %zu of %zu scenarios%s", what,
                               p->count, p->data->count, length);
    return sd_arena_printf(p->arena, "%s\xC2\xA0 \xC2\xB7 \xC2\xA0%zu %s%s", what, p->count,
                           p->count == 1 ? "scenario" : "scenarios", length);
}

static void draw_foot(picture *p)
{
    const char *lines[2];
    size_t count = 0;
    const bool has_facts =
        p->shown.gain && p->labels[0].fact && strstr(p->labels[0].fact, "a head");

    if (has_facts)
        lines[count++] =
            "At the lines: the last value an hour worked; beside it valuable output a head, and "
            "hours a week. Judge them together.";
    else if (p->shown.gain)
        lines[count++] = "A gain an hour can also come from working less: read it beside output, "
                         "hours, people and "
                         "money.";
    lines[count++] = sd_chart_caveat(p->arena, p->data);
    sd_canvas_foot(&p->canvas, lines, count);
}

/* ---- lines ---- */

static void write_point(sd_text *script, double time, double value)
{
    if (isnan(value))
        sd_text_printf(script, "%.8g NaN\n", time);
    else
        sd_text_printf(script, "%.8g %.6g\n", time, value);
}

/* Of a long series, the lowest and the highest point of each stretch, in their order. */
static void write_line(const picture *p, size_t series, sd_text *script)
{
    const sd_series *from = &p->data->series[series];
    const double *values = p->values[series];
    const size_t stretch =
        from->time_count > POINTS_MAX ? from->time_count * 2 / POINTS_MAX + 1 : 1;

    for (size_t i = 0; i < from->time_count; i += stretch) {
        const size_t end = i + stretch < from->time_count ? i + stretch : from->time_count;
        size_t low = i, high = i;

        for (size_t k = i; k < end; k++) {
            low = values[k] < values[low] || isnan(values[low]) ? k : low;
            high = values[k] > values[high] || isnan(values[high]) ? k : high;
        }
        write_point(script, from->times[low < high ? low : high], values[low < high ? low : high]);
        if (low != high)
            write_point(script, from->times[low < high ? high : low],
                        values[low < high ? high : low]);
    }
    if (stretch > 1)
        write_point(script, from->times[from->time_count - 1], values[from->time_count - 1]);
    if (from->time_count == 0)
        write_point(script, p->x_low, (double)NAN);
    sd_text_printf(script, "\n\n");
}

/* The baseline lies beneath all others, the redesign above them. */
static void write_order(const picture *p, sd_text *script)
{
    const size_t redesign = sd_series_redesign(p->data);
    size_t place = 0;

    sd_text_printf(script, "array order[%zu]\n", p->count);
    for (size_t s = 0; s < p->count; s++)
        if (s != redesign)
            sd_text_printf(script, "order[%zu] = %zu\n", ++place, s + 1);
    if (redesign < p->count)
        sd_text_printf(script, "order[%zu] = %zu\n", ++place, redesign + 1);
}

static void write_data(picture *p, sd_text *script, const sd_text *leaders)
{
    const double w = p->canvas.width, h = p->canvas.height;
    const bool has_start = p->data->ai_start >= p->x_low && p->data->ai_start <= p->x_high;

    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "left = %.6f\nright = %.6f\ntop = %.6f\nbottom = %.6f\n", p->left / w,
                   p->right / w, 1 - p->top / h, 1 - p->bottom / h);
    sd_text_printf(script, "x_low = %.10g\nx_high = %.10g\nx_step = %.10g\n", p->x_low, p->x_high,
                   x_step(p));
    sd_text_printf(script, "y_low = %.10g\ny_high = %.10g\ny_step = %.10g\n", p->y_low, p->y_high,
                   p->y_step);
    sd_text_printf(script, "zero_line = %d\n", p->y_low <= 0 && p->y_high >= 0);
    sd_text_printf(script, "has_start = %d\nai_start = %.10g\n", has_start,
                   has_start ? p->data->ai_start : 0);
    sd_text_printf(script, "array styles[%zu]\n", p->count);
    for (size_t s = 0; s < p->count; s++)
        sd_text_printf(script, "styles[%zu] = %d\n", s + 1, sd_series_style(p->data, s));
    write_order(p, script);
    sd_text_printf(script, "$leaders << end_of_leaders\n%send_of_leaders\n", leaders->bytes);
    sd_text_printf(script, "$lines << end_of_lines\n");
    for (size_t s = 0; s < p->count; s++)
        write_line(p, s, script);
    sd_text_printf(script, "end_of_lines\n");
}

static void lay_out(picture *p, sd_text *leaders)
{
    double room = 0, ticks = 60;

    for (size_t s = 0; s < p->count; s++) {
        fill_label(p, s);
        for (size_t i = 0; i < p->labels[s].line_count; i++)
            room = fmax(room, sd_chart_width(p->labels[s].lines[i], label_size, true));
        if (p->labels[s].fact)
            room = fmax(room, sd_chart_width(p->labels[s].fact, fact_size, false));
    }
    if (p->shown.gain)
        ticks = 14 + sd_chart_width("as before AI", 12.5, false);
    p->left = SD_MARGIN + ticks;
    p->right = p->canvas.width - SD_MARGIN - 16 - 1.06 * room;
    p->top = 140;
    p->bottom = p->canvas.height - 124;
    for (size_t s = 0; s < p->count; s++) {
        p->labels[s].want = y_pixel(p, p->labels[s].want);
        p->labels[s].end_x = x_pixel(p, p->labels[s].end_x);
    }
    qsort(p->labels, p->count, sizeof p->labels[0], by_want);
    push_apart(p->labels, p->count, p->top - 26, p->bottom + 12);
    for (size_t s = 0; s < p->count; s++)
        draw_label(p, &p->labels[s], leaders);
}

sd_status sd_prepare_compare(sd_arena *arena, const sd_dataset *data, const char *of,
                             sd_text *script, sd_diag *diag)
{
    picture p = {.arena = arena, .data = data, .canvas = sd_canvas_new(arena, 1200, 675)};
    sd_text leaders = sd_text_new(arena);
    const sd_status status = sd_shown_find(arena, data, of, &p.shown, diag);

    if (status != SD_OK)
        return status;
    p.count = data->count < SERIES_MAX ? data->count : SERIES_MAX;
    p.values = SD_NEW_ARRAY(arena, const double *, p.count + 1);
    for (size_t s = 0; s < p.count; s++)
        p.values[s] = sd_shown_values(arena, data, &p.shown, s);
    set_ranges(&p);
    sd_canvas_head(&p.canvas, sd_dataset_finding(arena, data, of), subtitle_of(&p));
    lay_out(&p, &leaders);
    draw_ticks(&p);
    if (data->ai_start >= p.x_low && data->ai_start <= p.x_high)
        sd_canvas_text(&p.canvas, x_pixel(&p, data->ai_start), p.top - 15,
                       (sd_font){.size = 13.5, .color = SD_MUTE, .side = SD_CENTER},
                       "AI tools arrive");
    draw_foot(&p);
    write_data(&p, script, &leaders);
    return SD_OK;
}
