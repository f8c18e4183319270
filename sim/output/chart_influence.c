/* chart_influence.c - what decides when: lines of what each parameter decides over time, with their intervals as bands.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_sense.h"

#include <math.h>

static const double left = SD_MARGIN + 64, right = 1200 - SD_MARGIN - 300; /* [pixel] */
static const double top = 130, bottom = 560, height = 690;                 /* [pixel] */
static const double tick_size = 15, label_size = 16;                       /* [pixel] */

/* Of the parameters, the strongest first: line and band, then the darker twin for words. */
static const uint32_t colors[SD_SENSE_LINES_MAX][2] = {{0xd55e00, 0xa84a00},
                                                       {0x0072b2, 0x005a8e},
                                                       {0x009e73, 0x00795a},
                                                       {0xcc79a7, 0xa8477f},
                                                       {0xe69f00, 0x9a6700}};

typedef struct lines {
    sense_picture *p;
    size_t count; /* that are drawn */
    size_t first; /* time from which on the result varies */
    double scale; /* shown = influence * scale */
    const char *unit;
    sense_axis axis;
    double x_low, x_high; /* [model time] */
} lines;

static double x_of(const lines *l, double time)
{
    return left + (time - l->x_low) / (l->x_high - l->x_low) * (right - left);
}

static double y_of(const lines *l, double shown)
{
    return bottom - (shown - l->axis.low) / (l->axis.high - l->axis.low) * (bottom - top);
}

static double shown(const lines *l, double influence)
{
    return fmin(fmax(influence * l->scale, l->axis.low), l->axis.high);
}

static void add_grid(const lines *l)
{
    sense_picture *p = l->p;
    const sd_font at_left = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT},
                  below = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};
    const bool weeks = sd_units_are_weeks(p->chart->time_units);
    const double step =
        weeks && l->x_high - l->x_low >= 2 * 52 ? 52 : sd_nice_step(l->x_high - l->x_low, 6);

    for (double n = round(l->axis.low / l->axis.step);
         n * l->axis.step <= l->axis.high * (1 + 1e-9); n++) {
        const double value = n * l->axis.step;

        sd_text_printf(&p->grid, "%.1f %.1f %.1f 0 %u\n", left, y_of(l, value), right - left,
                       n == 0 ? 0x9ca3afU : 0xe5e7ebU);
        sd_canvas_text(
            &p->canvas, left - 12, y_of(l, value), at_left,
            sd_arena_printf(p->arena, "%s%s",
                            sd_chart_number(p->arena, value, sd_step_decimals(l->axis.step), false),
                            l->unit));
    }
    for (double n = ceil(l->x_low / step - 1e-9); n * step <= l->x_high + 1e-6 * step; n++) {
        const char *number = step == 52 && weeks ? sd_arena_printf(p->arena, "year %.0f", n)
                                                 : sd_chart_rounded(p->arena, n * step, false);

        sd_text_printf(&p->marks, "%.1f %.1f 0 5 %u\n", x_of(l, n * step), bottom + 4, 0x9ca3afU);
        sd_canvas_text(&p->canvas, x_of(l, n * step), bottom + 24, below, number);
    }
}

static void add_line(const lines *l, size_t row, sd_text *bands, sd_text *curves)
{
    const sd_sense_chart *c = l->p->chart;

    for (size_t t = l->first; t < c->time_count; t++) {
        const sd_estimate *e = &c->influences[row][t];
        const double x = x_of(l, c->times[t]);

        if (isnan(e->value))
            continue;
        if (!isnan(e->low))
            sd_text_printf(bands, "%.1f %.1f %.1f\n", x, y_of(l, shown(l, e->low)),
                           y_of(l, shown(l, e->high)));
        sd_text_printf(curves, "%.1f %.1f\n", x, y_of(l, shown(l, e->value)));
    }
    sd_text_printf(bands, "%s\n\n",
                   bands->length && bands->bytes[bands->length - 1] == '\n' ? "" : "\n");
    sd_text_printf(curves, "\n\n");
}

static void add_labels(const lines *l)
{
    sense_picture *p = l->p;
    const sd_sense_chart *c = p->chart;
    sd_spot spots[SD_SENSE_LINES_MAX];
    size_t of[SD_SENSE_LINES_MAX], count = 0;

    for (size_t row = 0; row < l->count; row++) {
        const double y = y_of(l, shown(l, c->influences[row][c->time_count - 1].value));
        size_t place = count++;

        for (; place > 0 && spots[place - 1].want > y; place--) {
            spots[place] = spots[place - 1];
            of[place] = of[place - 1];
        }
        spots[place] = (sd_spot){.want = y, .height = 22};
        of[place] = row;
    }
    sd_spots_spread(spots, count, top, bottom);
    for (size_t i = 0; i < count; i++) {
        const sd_font font = {.size = label_size, .bold = true, .color = colors[of[i]][1]};
        const char *text = sd_arena_printf(
            p->arena, "%s %s%s", sense_label(p, of[i]),
            sd_chart_number(p->arena, c->influences[of[i]][c->time_count - 1].value * l->scale,
                            c->effects ? 2 : 0, false),
            l->unit);

        sd_canvas_text(&p->canvas, right + 26, spots[i].y, font,
                       sd_chart_fitted(p->arena, text, 300, label_size, true));
        sd_text_printf(&p->marks, "%.1f %.1f %.1f %.1f %u\n", right + 6, spots[i].want, 14.0,
                       spots[i].y - spots[i].want, 0x9ca3afU);
    }
}

static void set_axes(lines *l)
{
    const sd_sense_chart *c = l->p->chart;
    double most = 0;

    for (size_t row = 0; row < l->count; row++)
        for (size_t t = l->first; t < c->time_count; t++)
            if (!isnan(c->influences[row][t].value))
                most = fmax(most, c->influences[row][t].value * l->scale);
    /* Intervals may reach beyond: they are cut off there. */
    l->axis = sense_axis_over(0, c->effects ? most * 1.05 : fmin(fmax(most * 1.05, 20), 100), 5);
    l->x_low = c->times[l->first];
    l->x_high = c->times[c->time_count - 1];
}

sd_status sense_prepare_influence(sense_picture *p, sd_text *script, sd_diag *diag)
{
    const sd_sense_chart *c = p->chart;
    lines l = {
        .p = p, .scale = c->effects ? p->scale : 100, .unit = c->effects ? p->unit : "\xC2\xA0%"};
    sd_text bands = sd_text_new(p->arena), curves = sd_text_new(p->arena);

    while (l.first < c->time_count && isnan(c->influences[0][l.first].value))
        l.first++;
    if (l.first + 2 > c->time_count)
        return sd_fail(diag, SD_E606, SD_NOWHERE,
                       "there is nothing to draw: '%s' does not vary over time", c->variable);
    l.count = c->count < SD_SENSE_LINES_MAX ? c->count : SD_SENSE_LINES_MAX;
    set_axes(&l);
    p->canvas.height = height;
    sd_canvas_head(
        &p->canvas,
        sense_title(p, c->effects ? "moves" : "decides", c->effects ? "move" : "decide"),
        sd_arena_printf(
            p->arena, "%s over time, %s; bands are 95 %% intervals",
            sd_column_label(p->arena, c->variable),
            c->effects
                ? "mean elementary effect of each parameter"
                : "share of the variance that each parameter decides, with all its interactions"));
    add_grid(&l);
    for (size_t row = 0; row < l.count; row++)
        add_line(&l, row, &bands, &curves);
    add_labels(&l);
    sd_text_printf(
        script,
        "$bands << end_of_bands\n%send_of_bands\n$curves << end_of_curves\n%send_of_curves\n",
        bands.bytes, curves.bytes);
    sd_text_printf(script, "curve_count = %zu\narray curve_color[%zu]\n", l.count, l.count);
    for (size_t row = 0; row < l.count; row++)
        sd_text_printf(script, "curve_color[%zu] = %u\n", row + 1, (unsigned)colors[row][0]);
    return SD_OK;
}
