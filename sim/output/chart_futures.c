/* chart_futures.c - in which futures it happens: members by the two parameters that tell most, cases apart from the rest,
 * and the box in which most cases lie.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_sense.h"

#include <math.h>
#include <string.h>

enum { CASE = 0xd55e00, REST = 0x9ca3af, BOX_WORD = 0x00795a, BOX = 0x009e73 };

static const double left = SD_MARGIN + 74, right = 860;    /* [pixel] */
static const double top = 148, bottom = 630, height = 770; /* [pixel] */
static const double tick_size = 15, words_left = 900;      /* [pixel] */

typedef struct scatter {
    sense_picture *p;
    sense_axis x, y; /* [units of the factors] */
    size_t found;    /* cases */
} scatter;

static const double *values_of(const scatter *s, size_t factor)
{
    return s->p->chart->cases->values + factor * s->p->chart->cases->count;
}

static double x_of(const scatter *s, double value)
{
    return left + (value - s->x.low) / (s->x.high - s->x.low) * (right - left);
}

static double y_of(const scatter *s, double value)
{
    return bottom - (value - s->y.low) / (s->y.high - s->y.low) * (bottom - top);
}

static sense_axis axis_of(const scatter *s, size_t factor)
{
    const double *values = values_of(s, factor);
    double low = values[0], high = values[0];

    for (size_t n = 1; n < s->p->chart->cases->count; n++) {
        low = fmin(low, values[n]);
        high = fmax(high, values[n]);
    }
    return sense_axis_over(low, high, 6);
}

static void add_ticks(const scatter *s, const sense_axis *axis, bool is_x)
{
    sense_picture *p = s->p;
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = is_x ? SD_CENTER : SD_RIGHT};

    for (double n = round(axis->low / axis->step); n * axis->step <= axis->high + 1e-9 * axis->step;
         n++) {
        const double value = fabs(n) < 0.5 ? 0 : n * axis->step;
        const char *number = sd_chart_number(p->arena, value, sd_step_decimals(axis->step), false);

        if (is_x) {
            sd_text_printf(&p->grid, "%.1f %.1f 0 %.1f %u\n", x_of(s, value), top, bottom - top,
                           0xe5e7ebU);
            sd_canvas_text(&p->canvas, x_of(s, value), bottom + 22, font, number);
        } else {
            sd_text_printf(&p->grid, "%.1f %.1f %.1f 0 %u\n", left, y_of(s, value), right - left,
                           0xe5e7ebU);
            sd_canvas_text(&p->canvas, left - 12, y_of(s, value), font, number);
        }
    }
}

/* Where a bound is open, the edge of the picture. */
static void add_box(const scatter *s)
{
    const sd_sense_chart *c = s->p->chart;
    const double x_low = x_of(s, fmax(c->box->low[c->across], s->x.low)),
                 x_high = x_of(s, fmin(c->box->high[c->across], s->x.high)),
                 y_low = y_of(s, fmax(c->box->low[c->up], s->y.low)),
                 y_high = y_of(s, fmin(c->box->high[c->up], s->y.high));
    const double strokes[4][4] = {{x_low, y_low, x_high - x_low, 0},
                                  {x_low, y_high, x_high - x_low, 0},
                                  {x_low, y_high, 0, y_low - y_high},
                                  {x_high, y_high, 0, y_low - y_high}};

    for (int i = 0; i < 4; i++)
        sd_text_printf(&s->p->marks, "%.1f %.1f %.1f %.1f %u\n", strokes[i][0], strokes[i][1],
                       strokes[i][2], strokes[i][3], (unsigned)BOX);
}

static void add_points(const scatter *s, sd_text *script, bool is_case)
{
    const sd_sense_chart *c = s->p->chart;
    const double *x = values_of(s, c->across), *y = values_of(s, c->up);
    const size_t count = c->cases->count,
                 shown = count < SD_FUTURES_DRAWN ? count : SD_FUTURES_DRAWN;

    sd_text_printf(script, "$%s << end_of_points\n", is_case ? "found" : "rest");
    for (size_t n = 0; n < shown; n++)
        if (c->cases->is_case[n] == is_case)
            sd_text_printf(script, "%.1f %.1f\n", x_of(s, x[n]), y_of(s, y[n]));
    sd_text_printf(script, "end_of_points\n");
}

static void say(const scatter *s, double *y, sd_font font, const char *text)
{
    enum { LINES = 6 };
    const char *rows[LINES];
    const size_t count = sd_chart_wrapped(s->p->arena, text, 1200 - SD_MARGIN - words_left,
                                          font.size, font.bold, LINES, rows);

    for (size_t i = 0; i < count; i++, *y += font.size * 1.35)
        sd_canvas_text(&s->p->canvas, words_left, *y, font, rows[i]);
}

static const char *side_text(const scatter *s, size_t factor)
{
    sd_arena *arena = s->p->arena;
    const sd_prim_box *box = s->p->chart->box;
    const double low = box->low[factor], high = box->high[factor];
    const char *name = sd_column_label(arena, s->p->chart->parameters[factor]);

    if (isfinite(low) && isfinite(high))
        return sd_arena_printf(arena, "%s %s to %s", name, sense_setting(s->p, low),
                               sense_setting(s->p, high));
    return sd_arena_printf(arena, "%s %s %s", name, isfinite(low) ? "above" : "below",
                           sense_setting(s->p, isfinite(low) ? low : high));
}

static void add_words(const scatter *s)
{
    const sd_sense_chart *c = s->p->chart;
    sd_arena *arena = s->p->arena;
    double y = top + 16;
    const sd_font head = {.size = 17, .bold = true, .color = BOX_WORD},
                  line = {.size = 15.5, .color = SD_INK}, mute = {.size = 14.5, .color = SD_MUTE};

    say(s, &y, head,
        c->box->restricted            ? "In the box"
        : s->found == 0               ? "It happens in none of them"
        : s->found == c->cases->count ? "It happens in all of them"
                                      : "No box tells them apart");
    for (size_t f = 0; f < c->cases->factor_count; f++)
        if (isfinite(c->box->low[f]) || isfinite(c->box->high[f]))
            say(s, &y, line, side_text(s, f));
    y += 14;
    if (c->box->restricted) {
        say(s, &y, mute,
            sd_arena_printf(arena, "%.0f %% of the cases lie in it (coverage)",
                            100 * c->box->coverage));
        y += 4;
        say(s, &y, mute,
            sd_arena_printf(arena, "%.0f %% of what lies in it are cases (density)",
                            100 * c->box->density));
        y += 18;
    }
    sd_text_printf(&s->p->boxes, "%.1f %.1f 5 %u\n", words_left + 5, y, (unsigned)CASE);
    sd_canvas_text(&s->p->canvas, words_left + 20, y,
                   (sd_font){.size = 15.5, .bold = true, .color = 0xa84a00}, "it happens");
    y += 26;
    sd_text_printf(&s->p->boxes, "%.1f %.1f 3.4 %u\n", words_left + 5, y, (unsigned)REST);
    sd_canvas_text(&s->p->canvas, words_left + 20, y, (sd_font){.size = 15.5, .color = SD_MUTE},
                   "it does not");
}

static const char *axis_name(const scatter *s, size_t factor)
{
    const sd_sense_chart *c = s->p->chart;

    return c->axes ? c->axes[factor] : sd_column_label(s->p->arena, c->parameters[factor]);
}

sd_status sense_prepare_futures(sense_picture *p, sd_text *script, sd_diag *diag)
{
    const sd_sense_chart *c = p->chart;
    scatter s = {.p = p};

    if (c->cases->count == 0 || c->across == c->up)
        return sd_fail(diag, SD_E606, SD_NOWHERE,
                       "there is nothing to draw: two parameters are needed");
    for (size_t n = 0; n < c->cases->count; n++)
        s.found += c->cases->is_case[n];
    s.x = axis_of(&s, c->across);
    s.y = axis_of(&s, c->up);
    const size_t all = c->futures ? c->futures : c->cases->count;
    const double share = c->futures ? c->share : (double)s.found / (double)all;

    p->canvas.height = height;
    sd_canvas_head(
        &p->canvas,
        sd_arena_printf(p->arena, "%s %s %s%s%s: in %.0f %% of %zu futures",
                        p->measure ? p->measure->label : sense_subject(p),
                        c->above ? "above" : "below", sense_setting(p, c->level * p->scale),
                        p->unit, sense_moment(p), 100 * share, all),
        sd_arena_printf(p->arena, "%s by the two parameters that tell most%s",
                        all <= SD_FUTURES_DRAWN
                            ? "Each dot is a future,"
                            : sd_arena_printf(p->arena, "Each dot is one of the first %d futures,",
                                              (int)SD_FUTURES_DRAWN),
                        c->box->restricted ? "; in the box it happens most often" : ""));
    add_ticks(&s, &s.x, true);
    add_ticks(&s, &s.y, false);
    sd_canvas_text(&p->canvas, left - 40, top - 22,
                   (sd_font){.size = 15, .bold = true, .color = SD_MUTE}, axis_name(&s, c->up));
    sd_canvas_text(&p->canvas, right, bottom + 48,
                   (sd_font){.size = 15, .bold = true, .color = SD_MUTE, .side = SD_RIGHT},
                   axis_name(&s, c->across));
    if (c->box->restricted)
        add_box(&s);
    add_words(&s);
    add_points(&s, script, false);
    add_points(&s, script, true);
    return SD_OK;
}
