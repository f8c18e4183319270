/* chart_tip.c - an output over a parameter: states of rest, runs and slow sweeps go in, all places on the picture come out.
 * States of rest are lines, whole where they are stable and dashed where they are not; sweeps are points, for they lie
 * on the lines unless what was before decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <stdlib.h>

static const double label_size = 15.5, tick_size = 15, mark_size = 13.5; /* [pixel] */
static const double leading = 1.25;                                      /* [em] */
static const double label_room = 190;                                    /* [pixel] */

static const uint32_t colors[SD_CURVE_KINDS] = {0x1f2937, 0x6b7280, 0x0072b2,
                                                0x9a6700, 0x00795a, 0xb34a00};

typedef struct tip_canvas {
    sd_arena *arena;
    const sd_tip_picture *picture;
    sd_canvas canvas;
    double left, right, top, bottom; /* [pixel] of the frame */
    double x_low, x_high, x_step;    /* [parameter] */
    double y_low, y_high, y_step;    /* [output] */
} tip_canvas;

static double x_pixel(const tip_canvas *p, double x)
{
    return p->left + (x - p->x_low) / (p->x_high - p->x_low) * (p->right - p->left);
}

static double y_pixel(const tip_canvas *p, double y)
{
    return p->top + (p->y_high - y) / (p->y_high - p->y_low) * (p->bottom - p->top);
}

static void set_ranges(tip_canvas *p)
{
    double low = (double)INFINITY, high = -(double)INFINITY;

    p->x_low = (double)INFINITY;
    p->x_high = -(double)INFINITY;
    for (size_t i = 0; i < p->picture->curve_count; i++) {
        const sd_curve *line = &p->picture->curves[i];

        for (size_t k = 0; k < line->count; k++) {
            p->x_low = fmin(p->x_low, line->x[k]);
            p->x_high = fmax(p->x_high, line->x[k]);
            low = fmin(low, line->y[k]);
            high = fmax(high, line->y[k]);
        }
    }
    low = fmin(low, p->picture->y_low);
    high = fmax(high, p->picture->y_high);
    p->x_low = fmin(p->x_low, p->picture->x_low);
    p->x_high = fmax(p->x_high, p->picture->x_high);
    if (!(low <= high))
        low = high = 0;
    if (!(p->x_high > p->x_low)) {
        p->x_low = isfinite(p->x_low) ? p->x_low - 0.5 : 0;
        p->x_high = p->x_low + 1;
    }
    /* What hardly moves must not look as if it did. */
    if (high - low < fmax(1e-3 * fmax(fabs(low), fabs(high)), 1e-9)) {
        const double wide = fmax(0.05 * fmax(fabs(low), fabs(high)), 0.5);

        low -= wide;
        high += wide;
    }
    p->y_step = sd_nice_step(high - low, 5);
    p->y_low = sd_edge_of(low, -p->y_step, high - low);
    p->y_high = sd_edge_of(high, p->y_step, high - low);
    p->x_step = sd_nice_step(p->x_high - p->x_low, 7);
}

static const char *number(const tip_canvas *p, double value, double step)
{
    const double shown = fabs(value) < 1e-9 * step ? 0 : value;

    return fabs(value) >= 10000
               ? sd_chart_rounded(p->arena, shown, false)
               : sd_chart_number(p->arena, shown, shown == 0 ? 0 : sd_step_decimals(step), false);
}

static void draw_ticks(tip_canvas *p)
{
    const sd_font side = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT};
    const sd_font below = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};

    for (double k = ceil(p->y_low / p->y_step - 1e-6);
         k * p->y_step <= p->y_high + 1e-6 * p->y_step; k++)
        sd_canvas_text(&p->canvas, p->left - 14, y_pixel(p, k * p->y_step), side,
                       number(p, k * p->y_step, p->y_step));
    for (double k = ceil(p->x_low / p->x_step - 1e-9);
         k * p->x_step <= p->x_high + 1e-6 * p->x_step; k++)
        sd_canvas_text(&p->canvas, x_pixel(p, k * p->x_step), p->bottom + 20, below,
                       number(p, k * p->x_step, p->x_step));
    sd_canvas_text(&p->canvas, (p->left + p->right) / 2, p->bottom + 44, below,
                   p->picture->x_label);
}

/* ---- labels at the ends ---- */

typedef struct end_label {
    const sd_curve *line;
    sd_spot spot;
    const char *lines[2];
    size_t line_count;
} end_label;

static int by_want(const void *left, const void *right)
{
    const end_label *a = left, *b = right;

    return a->spot.want < b->spot.want ? -1 : a->spot.want > b->spot.want;
}

/* The height of the last point that has a value. */
static double end_of(const tip_canvas *p, const sd_curve *line)
{
    size_t end = 0;
    double furthest = -(double)INFINITY;

    for (size_t k = 0; k < line->count; k++)
        if (!isnan(line->y[k]) && line->x[k] >= furthest) {
            furthest = line->x[k];
            end = k;
        }
    return line->count && !isnan(line->y[end]) ? y_pixel(p, line->y[end]) : p->bottom;
}

static void draw_labels(tip_canvas *p)
{
    end_label *labels = SD_NEW_ARRAY(p->arena, end_label, p->picture->curve_count + 1);
    sd_spot spots[SD_SPOTS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < p->picture->curve_count && count < SD_SPOTS_MAX; i++) {
        const sd_curve *line = &p->picture->curves[i];
        end_label *l = &labels[count];

        if (!line->label)
            continue;
        count++;
        l->line = line;
        l->line_count =
            sd_chart_wrapped(p->arena, line->label, label_room, label_size, true, 2, l->lines);
        l->spot = (sd_spot){.want = end_of(p, line),
                            .height = leading * label_size * (double)l->line_count + 4};
    }
    qsort(labels, count, sizeof *labels, by_want);
    for (size_t i = 0; i < count; i++)
        spots[i] = labels[i].spot;
    sd_spots_spread(spots, count, p->top - 20, p->bottom + 12);
    for (size_t i = 0; i < count; i++) {
        const sd_font font = {
            .size = label_size, .bold = true, .color = colors[labels[i].line->kind]};
        double y = spots[i].y - leading * label_size * (double)(labels[i].line_count - 1) / 2;

        for (size_t n = 0; n < labels[i].line_count; n++, y += leading * label_size)
            sd_canvas_text(&p->canvas, p->right + 16, y, font, labels[i].lines[n]);
    }
}

/* Marks stand above the frame; one that would touch the one before is set a line higher. */
static void draw_marks(tip_canvas *p)
{
    const sd_font font = {.size = mark_size, .color = SD_INK, .side = SD_CENTER};
    double end = -(double)INFINITY;
    int row = 0;

    for (size_t i = 0; i < p->picture->mark_count; i++) {
        const sd_curve_mark *mark = &p->picture->marks[i];
        const double half = sd_chart_width(mark->label, mark_size, false) / 2;
        const double x = fmin(fmax(x_pixel(p, mark->x), p->left + half - 40),
                              p->canvas.width - SD_MARGIN - half);

        row = x - half < end + 10 ? (row + 1) % 2 : 0;
        end = row == 0 || x + half > end ? x + half : end;
        sd_canvas_text(&p->canvas, x, p->top - 15 - 18 * row, font, mark->label);
    }
}

/* ---- data ---- */

static void write_curve(const sd_curve *line, sd_text *script)
{
    size_t written = 0;

    for (size_t k = 0; k < line->count; k++)
        if (!isnan(line->y[k]) && ++written)
            sd_text_printf(script, "%.8g %.8g\n", line->x[k], line->y[k]);
        else
            sd_text_printf(script, "\n"); /* the line is broken here */
    if (!written)                         /* gnuplot wants a line in each block */
        sd_text_printf(script, "NaN NaN\n");
    sd_text_printf(script, "\n\n");
}

static void write_data(tip_canvas *p, sd_text *script)
{
    const sd_tip_picture *picture = p->picture;
    const double w = p->canvas.width, h = p->canvas.height;

    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "left = %.6f\nright = %.6f\ntop = %.6f\nbottom = %.6f\n", p->left / w,
                   p->right / w, 1 - p->top / h, 1 - p->bottom / h);
    sd_text_printf(script, "x_low = %.10g\nx_high = %.10g\nx_step = %.10g\n", p->x_low, p->x_high,
                   p->x_step);
    sd_text_printf(script, "y_low = %.10g\ny_high = %.10g\ny_step = %.10g\n", p->y_low, p->y_high,
                   p->y_step);
    sd_text_printf(script, "array kinds[%zu]\n", picture->curve_count);
    for (size_t i = 0; i < picture->curve_count; i++)
        sd_text_printf(script, "kinds[%zu] = %d\n", i + 1, (int)picture->curves[i].kind + 1);
    sd_text_printf(script, "$marks << end_of_marks\n");
    for (size_t i = 0; i < picture->mark_count; i++)
        sd_text_printf(script, "%.8g %.8g %d\n", picture->marks[i].x,
                       isnan(picture->marks[i].y) ? p->y_low : picture->marks[i].y,
                       !isnan(picture->marks[i].y));
    sd_text_printf(script, "end_of_marks\n$curves << end_of_curves\n");
    for (size_t i = 0; i < picture->curve_count; i++)
        write_curve(&picture->curves[i], script);
    sd_text_printf(script, "end_of_curves\n");
}

sd_status sd_tip_script(sd_arena *arena, const sd_tip_picture *picture, const char *path,
                        const char **ret_script, sd_diag *diag)
{
    tip_canvas p = {.arena = arena, .picture = picture, .canvas = sd_canvas_new(arena, 1200, 675)};
    sd_text script = sd_text_new(arena);
    sd_terminal terminal = SD_TERMINAL_SVG;
    const sd_status status = sd_terminal_of(path, &terminal, diag);
    double widest = 0, ticks = 0;

    if (status != SD_OK)
        return status;
    set_ranges(&p);
    for (double k = ceil(p.y_low / p.y_step); k * p.y_step <= p.y_high; k++)
        ticks = fmax(ticks, sd_chart_width(number(&p, k * p.y_step, p.y_step), tick_size, false));
    for (size_t i = 0; i < picture->curve_count; i++)
        if (picture->curves[i].label)
            widest = fmax(widest, sd_chart_width(picture->curves[i].label, label_size, true));
    p.left = SD_MARGIN + ticks + 18;
    p.right = p.canvas.width - SD_MARGIN - 16 - 1.06 * fmin(widest, label_room);
    p.top = 156;
    p.bottom = p.canvas.height - 74 - 20 * (double)picture->note_count;
    sd_canvas_head(&p.canvas, picture->title, picture->subtitle);
    draw_ticks(&p);
    draw_labels(&p);
    draw_marks(&p);
    sd_canvas_foot(&p.canvas, picture->notes, picture->note_count);
    write_data(&p, &script);
    *ret_script = sd_picture_script(arena, "tip", terminal, script.bytes, NULL);
    return SD_OK;
}
