/* chart_fan.c - bands of many futures over time, one a scenario: quantiles go in, all places on the picture come out.
 * The line is the median, half of the runs lie in the dark band and nine of ten in the light one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <stdlib.h>

static const double tick_size = 15, label_size = 16, value_size = 14; /* [pixel] */
static const double leading = 1.28;                                   /* [em] */
static const double label_room = 196;                                 /* [pixel] */

typedef struct fan_canvas {
    sd_arena *arena;
    const sd_fan_picture *picture;
    sd_canvas canvas;
    double left, right, top, bottom; /* [pixel] of the frame */
    double y_low, y_high, y_step;    /* shown */
    double x_step;                   /* [model time] */
} fan_canvas;

static double x_pixel(const fan_canvas *p, double time)
{
    const double *t = p->picture->times, first = t[0], last = t[p->picture->time_count - 1];

    return p->left + (last > first ? (time - first) / (last - first) : 0) * (p->right - p->left);
}

static double y_pixel(const fan_canvas *p, double y)
{
    return p->top + (p->y_high - y) / (p->y_high - p->y_low) * (p->bottom - p->top);
}

static const double *quantiles_of(const fan_canvas *p, size_t fan, size_t time)
{
    return p->picture->fans[fan].quantiles + time * SD_FAN_QUANTILES;
}

/* ---- numbers ---- */

static const char *suffixed(const fan_canvas *p, const char *number)
{
    const char *suffix = p->picture->suffix;

    return *suffix ? sd_arena_printf(p->arena, "%s %s", number, suffix) : number;
}

static const char *tick_text(const fan_canvas *p, double value)
{
    const double shown = fabs(value) < 1e-9 * p->y_step ? 0 : value;

    return fabs(value) >= 10000 ? sd_chart_rounded(p->arena, shown, p->picture->sign)
                                : sd_chart_number(p->arena, shown, sd_step_decimals(p->y_step),
                                                  p->picture->sign && shown != 0);
}

/* No finer than a hundredth of the axis. */
static const char *end_text(const fan_canvas *p, double value)
{
    const double range = p->y_high - p->y_low;
    const int decimals = range >= 20 ? 0 : range >= 2 ? 1 : range >= 0.2 ? 2 : 3;

    return fabs(value) >= 10000 ? sd_chart_rounded(p->arena, value, p->picture->sign)
                                : sd_chart_number(p->arena, value, decimals, p->picture->sign);
}

/* ---- ranges ---- */

static void set_ranges(fan_canvas *p)
{
    static const double weeks[] = {13, 26, 52, 104, 260, 520};
    const sd_fan_picture *picture = p->picture;
    const double span = picture->times[picture->time_count - 1] - picture->times[0];
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t f = 0; f < picture->count; f++)
        for (size_t t = 0; t < picture->time_count; t++) {
            low = fmin(low, quantiles_of(p, f, t)[0]);
            high = fmax(high, quantiles_of(p, f, t)[SD_FAN_QUANTILES - 1]);
        }
    if (!(low <= high))
        low = high = 0;
    /* What hardly moves must not look as if it did. */
    if (high - low < fmax(1e-3 * fmax(fabs(low), fabs(high)), 1e-9)) {
        const double wide = fmax(0.05 * fmax(fabs(low), fabs(high)), 0.5);

        low -= wide;
        high += wide;
    }
    if (low > 0 && low < 0.4 * high) /* near enough to show how far from nothing it is */
        low = 0;
    p->y_step = sd_nice_step(high - low, 5);
    p->y_low = sd_edge_of(low, -p->y_step, high - low);
    p->y_high = sd_edge_of(high, p->y_step, high - low);
    p->x_step = sd_nice_step(span, 7);
    if (!sd_units_are_weeks(picture->time_units))
        return;
    for (size_t i = sizeof weeks / sizeof *weeks; i-- > 0;)
        if (span / weeks[i] < 9.5 && span >= weeks[i])
            p->x_step = weeks[i];
}

static double y_first(const fan_canvas *p)
{
    return p->y_step * ceil(p->y_low / p->y_step - 1e-6);
}

static double x_first(const fan_canvas *p)
{
    return p->x_step * ceil(p->picture->times[0] / p->x_step - 1e-9);
}

/* How many ticks there are from the first to the last value. */
static int ticks_to(double first, double last, double step)
{
    return (int)floor((last - first) / step + 1e-6) + 1;
}

/* ---- words ---- */

static void draw_ticks(fan_canvas *p)
{
    const sd_font side = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT};
    const sd_font below = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};
    const double last = p->picture->times[p->picture->time_count - 1];

    for (int i = 0; i < ticks_to(y_first(p), p->y_high, p->y_step); i++) {
        const double y = y_first(p) + i * p->y_step;

        sd_canvas_text(&p->canvas, p->left - 12, y_pixel(p, y), side, suffixed(p, tick_text(p, y)));
    }
    for (int i = 0; i < ticks_to(x_first(p), last, p->x_step); i++) {
        const double x = x_first(p) + i * p->x_step;

        sd_canvas_text(&p->canvas, x_pixel(p, x), p->bottom + 22, below,
                       sd_chart_number(p->arena, x, sd_step_decimals(p->x_step), false));
    }
    sd_canvas_text(&p->canvas, (p->left + p->right) / 2, p->bottom + 48, below,
                   p->picture->time_units);
}

typedef struct end_label {
    size_t fan;
    sd_spot spot;
    const char *lines[2];
    size_t line_count;
} end_label;

static int by_want(const void *left, const void *right)
{
    const end_label *a = left, *b = right;

    return a->spot.want < b->spot.want ? -1 : a->spot.want > b->spot.want;
}

/* "50 % (39 to 58)": the median and what nine of ten runs keep within, at the end. */
static const char *value_text(const fan_canvas *p, size_t fan)
{
    const double *q = quantiles_of(p, fan, p->picture->time_count - 1);

    if (isnan(q[2]))
        return "no value";
    return sd_arena_printf(p->arena, "%s (%s to %s)", suffixed(p, end_text(p, q[2])),
                           end_text(p, q[0]), end_text(p, q[SD_FAN_QUANTILES - 1]));
}

static void draw_label(fan_canvas *p, const end_label *label, double middle)
{
    const uint32_t color = sd_style_color((int)label->fan + 1);
    const sd_font bold = {.size = label_size, .bold = true, .color = color};
    const sd_font plain = {.size = value_size, .color = color};
    double y = middle - leading * label_size * (double)label->line_count / 2;

    for (size_t n = 0; n < label->line_count; n++, y += leading * label_size)
        sd_canvas_text(&p->canvas, p->right + 16, y, bold, label->lines[n]);
    sd_canvas_text(&p->canvas, p->right + 16, y, plain, value_text(p, label->fan));
}

static void draw_labels(fan_canvas *p)
{
    end_label labels[SD_FANS_MAX] = {0};
    sd_spot spots[SD_FANS_MAX];
    const size_t count = p->picture->count;

    for (size_t f = 0; f < count; f++) {
        const double median = quantiles_of(p, f, p->picture->time_count - 1)[2];
        end_label *l = &labels[f];

        *l = (end_label){.fan = f};
        l->line_count = sd_chart_wrapped(p->arena, p->picture->fans[f].label, label_room,
                                         label_size, true, 2, l->lines);
        l->spot = (sd_spot){.want = isnan(median) ? p->bottom : y_pixel(p, median),
                            .height = leading * label_size * (double)(l->line_count + 1) + 6};
    }
    qsort(labels, count, sizeof *labels, by_want);
    for (size_t i = 0; i < count; i++)
        spots[i] = labels[i].spot;
    sd_spots_spread(spots, count, p->top - 20, p->bottom + 20);
    for (size_t i = 0; i < count; i++)
        draw_label(p, &labels[i], spots[i].y);
}

/* ---- data ---- */

static void write_data(const fan_canvas *p, sd_text *script)
{
    const sd_fan_picture *picture = p->picture;
    const double w = p->canvas.width, h = p->canvas.height;

    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "left = %.6f\nright = %.6f\ntop = %.6f\nbottom = %.6f\n", p->left / w,
                   p->right / w, 1 - p->top / h, 1 - p->bottom / h);
    sd_text_printf(script, "x_low = %.10g\nx_high = %.10g\nx_first = %.10g\nx_step = %.10g\n",
                   picture->times[0],
                   picture->time_count > 1 ? picture->times[picture->time_count - 1]
                                           : picture->times[0] + 1,
                   x_first(p), p->x_step);
    sd_text_printf(script, "y_low = %.10g\ny_high = %.10g\ny_first = %.10g\ny_step = %.10g\n",
                   p->y_low, p->y_high, y_first(p), p->y_step);
    sd_text_printf(script, "count = %zu\n$fans << end_of_fans\n", picture->count);
    for (size_t f = 0; f < picture->count; f++) {
        for (size_t t = 0; t < picture->time_count; t++) {
            const double *q = quantiles_of(p, f, t);

            sd_text_printf(script, "%.8g", picture->times[t]);
            for (size_t k = 0; k < SD_FAN_QUANTILES; k++)
                sd_text_printf(script, isnan(q[k]) ? " NaN" : " %.6g", q[k]);
            sd_text_printf(script, "\n");
        }
        sd_text_printf(script, "\n\n");
    }
    sd_text_printf(script, "end_of_fans\n");
}

sd_status sd_fan_script(sd_arena *arena, const sd_fan_picture *picture, const char *path,
                        const char **ret_script, sd_diag *diag)
{
    fan_canvas p = {.arena = arena, .picture = picture, .canvas = sd_canvas_new(arena, 1200, 675)};
    sd_text script = sd_text_new(arena);
    sd_terminal terminal = SD_TERMINAL_SVG;
    const sd_status status = sd_terminal_of(path, &terminal, diag);
    double ticks = 0, widest = 0;

    if (status != SD_OK)
        return status;
    set_ranges(&p);
    for (int i = 0; i < ticks_to(y_first(&p), p.y_high, p.y_step); i++) {
        const char *tick = tick_text(&p, y_first(&p) + i * p.y_step);

        ticks = fmax(ticks, sd_chart_width(suffixed(&p, tick), tick_size, false));
    }
    for (size_t f = 0; f < picture->count; f++)
        widest = fmax(
            widest, fmax(fmin(label_room, sd_chart_width(picture->fans[f].label, label_size, true)),
                         sd_chart_width(value_text(&p, f), value_size, false)));
    p.left = SD_MARGIN + ticks + 16;
    p.right = p.canvas.width - SD_MARGIN - 20 - widest;
    p.top = 140;
    p.bottom = p.canvas.height - 86 - 20 * (double)picture->note_count;
    sd_canvas_head(&p.canvas, picture->title, picture->subtitle);
    draw_ticks(&p);
    draw_labels(&p);
    sd_canvas_foot(&p.canvas, picture->notes, picture->note_count);
    write_data(&p, &script);
    *ret_script = sd_picture_script(arena, "fan", terminal, script.bytes, NULL);
    return SD_OK;
}

sd_status sd_fan_draw(sd_arena *arena, const sd_fan_picture *picture, const char *path, bool force,
                      sd_diag *diag)
{
    const char *script = "";
    const sd_status status = sd_fan_script(arena, picture, path, &script, diag);

    return status == SD_OK ? sd_picture_draw(arena, script, path, force, diag) : status;
}
