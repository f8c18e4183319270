/* chart_tornado.c - bars, one a parameter, what decides most at the top: a tornado of results with the parameter low and
 * high, or shares of the variance with their intervals.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_sense.h"

#include <math.h>

enum { LOW_FILL = 0x1a80bb, HIGH_FILL = 0xdc6e1c, LOW_WORD = 0x0072b2, HIGH_WORD = 0xa84a00 };
enum { ALL_FILL = 0x9fc3e0, ALONE_FILL = 0x0072b2 };

static const double name_right = 440, left = 520, right = 1080; /* [pixel] */
static const double top = 164, row_high = 54, bar_high = 34;    /* [pixel] */
static const double name_size = 18, small_size = 13.5, number_size = 15,
                    tick_size = 16; /* [pixel] */

typedef struct bars {
    sense_picture *p;
    size_t count;
    sense_axis axis; /* [shown units of the result] */
} bars;

static double x_of(const bars *b, double shown)
{
    return left + (shown - b->axis.low) / (b->axis.high - b->axis.low) * (right - left);
}

static double y_of(size_t row)
{
    return top + row_high * ((double)row + 0.5);
}

static void add_box(const bars *b, double from, double to, double y, double high, uint32_t color)
{
    sd_text_printf(&b->p->boxes, "%.1f %.1f %.1f %.1f %u\n", (from + to) / 2, y,
                   fmax(0.5, fabs(to - from) / 2), high / 2, (unsigned)color);
}

static void add_stroke(sd_text *to, double x, double y, double dx, double dy, unsigned color)
{
    sd_text_printf(to, "%.1f %.1f %.1f %.1f %u\n", x, y, dx, dy, color);
}

static void add_number(const bars *b, double x, double y, bool before, uint32_t color,
                       const char *text)
{
    const sd_font font = {.size = number_size, .color = color, .side = before ? SD_RIGHT : SD_LEFT};

    sd_canvas_text(&b->p->canvas, before ? x - 8 : x + 8, y, font, text);
}

static void add_name(const bars *b, size_t row, const char *below)
{
    sense_picture *p = b->p;
    const double y = y_of(row) - (*below ? 8 : 0);

    sd_canvas_text(
        &p->canvas, name_right, y, (sd_font){.size = name_size, .color = SD_INK, .side = SD_RIGHT},
        sd_chart_fitted(p->arena, sense_label(p, row), name_right - SD_MARGIN, name_size, false));
    if (*below)
        sd_canvas_text(&p->canvas, name_right, y + 20,
                       (sd_font){.size = small_size, .color = SD_MUTE, .side = SD_RIGHT}, below);
}

static void add_axis(const bars *b, const char *unit)
{
    sense_picture *p = b->p;
    const double bottom = top + row_high * (double)b->count + 6;
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};

    for (double n = round(b->axis.low / b->axis.step);
         n * b->axis.step <= b->axis.high * (1 + 1e-9) + 1e-12; n++) {
        const double value = fabs(n) < 0.5 ? 0 : n * b->axis.step;

        add_stroke(&p->grid, x_of(b, value), top - 6, 0, bottom - top + 6, 0xe5e7ebU);
        sd_canvas_text(
            &p->canvas, x_of(b, value), bottom + 22, font,
            sd_arena_printf(p->arena, "%s%s",
                            sd_chart_number(p->arena, value, sd_step_decimals(b->axis.step), false),
                            unit));
    }
    p->canvas.height = bottom + 110;
}

/* ---- tornado ---- */

static void add_pair(const bars *b, size_t row)
{
    sense_picture *p = b->p;
    const sd_sense_chart *c = p->chart;
    const double centre = x_of(b, c->centre * p->scale), y = y_of(row);
    const double ends[] = {x_of(b, c->low[row] * p->scale), x_of(b, c->high[row] * p->scale)};
    const uint32_t fills[] = {LOW_FILL, HIGH_FILL}, words[] = {LOW_WORD, HIGH_WORD};
    const char *texts[] = {sense_number(p, c->low[row]), sense_number(p, c->high[row])};
    const int longer = fabs(ends[1] - centre) > fabs(ends[0] - centre);
    const bool same_side = (ends[0] - centre) * (ends[1] - centre) > 0;

    for (int i = 0; i < 2; i++) { /* the longer one first: the other may lie on it */
        const int at = i == 0 ? longer : !longer;
        const bool outwards_left = ends[at] < centre || (ends[at] == centre && ends[!at] > centre);

        add_box(b, centre, ends[at], y, at == longer || !same_side ? bar_high : bar_high / 2,
                fills[at]);
        if (same_side && at != longer) /* on the other side of the line, where there is room */
            add_number(b, centre, y, !outwards_left, words[at], texts[at]);
        else
            add_number(b, ends[at], y, outwards_left, words[at], texts[at]);
    }
}

static void add_tornado_head(const bars *b)
{
    sense_picture *p = b->p;
    const sd_sense_chart *c = p->chart;
    const double centre = x_of(b, c->centre * p->scale);
    const double first_low = x_of(b, c->low[0] * p->scale);
    const bool low_is_left = first_low < centre || x_of(b, c->high[0] * p->scale) > centre;
    sd_font font = {
        .size = 15, .bold = true, .color = LOW_WORD, .side = low_is_left ? SD_RIGHT : SD_LEFT};

    sd_canvas_text(&p->canvas, centre + (low_is_left ? -14 : 14), top - 28, font, "parameter low");
    font.color = HIGH_WORD;
    font.side = low_is_left ? SD_LEFT : SD_RIGHT;
    sd_canvas_text(&p->canvas, centre + (low_is_left ? 14 : -14), top - 28, font, "parameter high");
    sd_canvas_head(&p->canvas, sense_title(p, "moves", "move"),
                   sd_arena_printf(p->arena,
                                   "%s%s, one parameter at a time from its 5th to its 95th "
                                   "percentile; all others central: %s%s",
                                   sense_subject(p), sense_moment(p), sense_number(p, c->centre),
                                   p->unit));
}

static void prepare_tornado(bars *b)
{
    sense_picture *p = b->p;
    const sd_sense_chart *c = p->chart;
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t r = 0; r < b->count; r++) {
        low = fmin(fmin(low, c->centre), fmin(c->low[r], c->high[r]));
        high = fmax(fmax(high, c->centre), fmax(c->low[r], c->high[r]));
    }
    b->axis = sense_axis_over(low * p->scale, high * p->scale, 5);
    add_tornado_head(b);
    for (size_t r = 0; r < b->count; r++) {
        add_name(b, r,
                 sd_arena_printf(p->arena, "%s \xE2\x80\x93 %s", sense_setting(p, c->from[r]),
                                 sense_setting(p, c->to[r])));
        add_pair(b, r);
    }
    add_axis(b, p->unit);
    add_stroke(&p->marks, x_of(b, c->centre * p->scale), top - 10, 0,
               row_high * (double)b->count + 16, SD_INK);
}

/* ---- shares ---- */

static void add_share(const bars *b, size_t row, double scale, const char *unit)
{
    sense_picture *p = b->p;
    const sd_sense_chart *c = p->chart;
    const sd_estimate *all = &c->all[row];
    const double zero = x_of(b, 0), y = y_of(row), end = x_of(b, all->value * scale);
    const int decimals =
        fabs(all->value * scale) < 0.05 || fabs(all->value * scale) >= 9.95 ? 0 : 1;
    const char *number = c->effects
                             ? sense_number(p, all->value)
                             : sd_chart_number(p->arena, all->value * scale, decimals, false);

    add_box(b, zero, end, y, bar_high, c->alone ? ALL_FILL : ALONE_FILL);
    if (c->alone)
        add_box(b, zero, x_of(b, fmax(0, c->alone[row].value) * scale), y, bar_high / 2,
                ALONE_FILL);
    if (!isnan(all->low)) {
        add_stroke(&p->marks, x_of(b, all->low * scale), y,
                   x_of(b, all->high * scale) - x_of(b, all->low * scale), 0, SD_INK);
        add_stroke(&p->marks, x_of(b, all->low * scale), y - 5, 0, 10, SD_INK);
        add_stroke(&p->marks, x_of(b, all->high * scale), y - 5, 0, 10, SD_INK);
    }
    add_number(b, fmax(end, isnan(all->high) ? end : x_of(b, all->high * scale)), y, false, SD_INK,
               sd_arena_printf(p->arena, "%s%s", number, unit));
}

static void prepare_shares(bars *b)
{
    sense_picture *p = b->p;
    const sd_sense_chart *c = p->chart;
    const double scale = c->effects ? p->scale : 100;
    const char *unit = c->effects ? p->unit : "\xC2\xA0%";
    double most = 0;

    for (size_t r = 0; r < b->count; r++)
        most =
            fmax(most, fmax(c->all[r].value, isnan(c->all[r].high) ? 0 : c->all[r].high) * scale);
    b->axis = sense_axis_over(0, most, 5);
    sd_canvas_head(
        &p->canvas,
        sense_title(p, c->effects ? "moves" : "decides", c->effects ? "move" : "decide"),
        sd_arena_printf(p->arena,
                        c->effects ? "%s%s, mean elementary effect over the range of each "
                                     "parameter, with 95 %% intervals"
                                   : "%s%s, share of the variance: dark alone, light with others; "
                                     "lines are 95 %% intervals",
                        sense_subject(p), sense_moment(p)));
    for (size_t r = 0; r < b->count; r++) {
        add_name(b, r, "");
        add_share(b, r, scale, unit);
    }
    add_axis(b, unit);
    add_stroke(&p->marks, x_of(b, 0), top - 6, 0, row_high * (double)b->count + 12, SD_INK);
}

sd_status sense_prepare_bars(sense_picture *p, sd_text *script, sd_diag *diag)
{
    const sd_sense_chart *c = p->chart;
    bars b = {.p = p};

    (void)script;
    while (b.count < c->count && b.count < SD_SENSE_ROWS_MAX &&
           !isnan(c->kind == SD_SENSE_TORNADO ? c->low[b.count] + c->high[b.count]
                                              : c->all[b.count].value))
        b.count++;
    if (b.count == 0 || isnan(c->centre))
        return sd_fail(diag, SD_E606, SD_NOWHERE, "there is nothing to draw: '%s' has no values",
                       c->spec);
    if (c->kind == SD_SENSE_TORNADO)
        prepare_tornado(&b);
    else
        prepare_shares(&b);
    return SD_OK;
}
