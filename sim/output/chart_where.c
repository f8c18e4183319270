/* chart_where.c - where the week goes: the hours of one employed person by kind of work go in, a stacked bar for
 * each scenario and date comes out.
 * Before AI all organisations that are alike share one bar.  Numbers stand in the parts that have room for them,
 * names beside the last bar.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>

enum { SCENARIOS_MAX = 4, DATES = 4, BARS_MAX = SCENARIOS_MAX * DATES };

static const double left = SD_MARGIN + 52, right = 1200 - SD_MARGIN - 206; /* [pixel] of the bars */
static const double top = 140, bottom = 540, height = 700;                 /* [pixel] */
static const double widest = 150, bar_gap = 0.16, group_gap = 0.62; /* [pixel], [1] of a bar */
static const double least = 0.05; /* [hour/person/week] what is less gets no name */
static const double in_bar = 15;  /* [pixel] a part that is less high gets no number */

static const sd_font group_font = {.size = 16, .bold = true, .color = SD_INK, .side = SD_CENTER};

/* From the bottom up. */
static const struct {
    int kind;
    uint32_t fill, word, number;
} order[SD_WEEK_KINDS] = {
    {SD_WEEK_COORDINATION, 0xe2e6ec, 0x6b7280, SD_INK},
    {SD_WEEK_HANDS_ON, 0xc5d6e6, 0x3d5a78, SD_INK},
    {SD_WEEK_REWORK, 0x0072b2, 0x005a8e, 0xffffff},
    {SD_WEEK_META_WORK, 0xcc79a7, 0xa8477f, SD_INK},
    {SD_WEEK_PERMISSION, 0xe69f00, 0x9a6700, SD_INK},
    {SD_WEEK_PROGRAMME, 0x8fd3bd, 0x00795a, SD_INK},
    {SD_WEEK_REDEPLOYED, 0x009e73, 0x00795a, 0xffffff},
    {SD_WEEK_SLACK, 0x9ca3af, 0x4b5563, SD_INK},
};

typedef struct bar {
    size_t scenario; /* SIZE_MAX: before AI, of all */
    const char *date;
    const sd_week *week;
    double x; /* [pixel] of the middle */
} bar;

typedef struct picture {
    sd_arena *arena;
    const sd_dataset *data;
    sd_canvas canvas;
    size_t count, usable; /* scenarios drawn; that could be */
    size_t series[SCENARIOS_MAX];
    const sd_week *weeks[SCENARIOS_MAX]; /* [time_count] */
    size_t bar_count;
    bar bars[BARS_MAX];
    double bar_wide, most; /* [pixel]; [hour/person/week] */
    sd_text boxes, grid, marks;
} picture;

static double y_of(const picture *p, double hours)
{
    return bottom - hours / p->most * (bottom - top);
}

/* ---- bars ---- */

static size_t nearest(const sd_series *series, double time)
{
    size_t best = 0;

    for (size_t i = 1; i < series->time_count; i++)
        if (fabs(series->times[i] - time) < fabs(series->times[best] - time))
            best = i;
    return best;
}

/* One, two and all years on, or thirds of a run that is shorter or has other units. */
static void set_dates(const picture *p, const sd_series *series, size_t at[DATES],
                      const char *names[DATES])
{
    const double start = series->times[0], span = series->times[series->time_count - 1] - start;
    const bool years = sd_in_weeks(p->data) && span >= 3 * 52;
    const char *units = sd_in_weeks(p->data)     ? "week"
                        : p->data->time_units[0] ? p->data->time_units
                                                 : "time";

    for (int d = 0; d < DATES; d++) {
        at[d] = nearest(series, start + (years && d > 0 && d < 3 ? 52.0 * d : span * d / 3));
        const double time = series->times[at[d]], year = (time - start) / 52;

        names[d] = years && year == floor(year)
                       ? sd_arena_printf(p->arena, "year %.0f", year)
                       : sd_arena_printf(p->arena, "%s %s", units,
                                         sd_chart_rounded(p->arena, time, false));
    }
    names[0] = p->data->ai_start > start ? "before AI" : "start"; /* it may be unknown */
}

static bool is_alike(const sd_week *a, const sd_week *b)
{
    for (size_t kind = 0; kind < SD_WEEK_KINDS; kind++)
        if (!(fabs(a->hours[kind] - b->hours[kind]) < least))
            return false;
    return true;
}

static void choose_bars(picture *p)
{
    bool shared = true;

    for (size_t k = 1; k < p->count; k++)
        shared = shared && is_alike(p->weeks[0], p->weeks[k]);
    for (size_t k = 0; k < p->count; k++) {
        const sd_series *series = &p->data->series[p->series[k]];
        const char *names[DATES];
        size_t at[DATES];

        set_dates(p, series, at, names);
        for (int d = 0; d < DATES; d++) {
            if ((d == 0 && shared && k > 0) || (d > 0 && at[d] == at[d - 1]))
                continue;
            p->bars[p->bar_count++] = (bar){.scenario = d == 0 && shared ? SIZE_MAX : k,
                                            .date = names[d],
                                            .week = &p->weeks[k][at[d]]};
        }
    }
}

static void place_bars(picture *p)
{
    double wide = 0, x = left + 8;

    p->most = 1;
    for (size_t b = 0; b < p->bar_count; b++) {
        p->most = fmax(p->most, p->bars[b].week->worked);
        if (b > 0)
            wide += p->bars[b].scenario == p->bars[b - 1].scenario ? bar_gap : group_gap;
        wide += 1;
    }
    p->most *= 1.04;
    p->bar_wide = fmin(widest, (right - left - 8) / wide);
    for (size_t b = 0; b < p->bar_count; b++) {
        if (b > 0)
            x += p->bar_wide *
                 (1 + (p->bars[b].scenario == p->bars[b - 1].scenario ? bar_gap : group_gap));
        p->bars[b].x = x + p->bar_wide / 2;
    }
}

static void draw_bar(picture *p, const bar *b)
{
    const double size = p->bar_wide < 50 ? 12 : 14;
    double hours = 0;

    for (size_t o = 0; o < SD_WEEK_KINDS; o++) {
        const double part = fmax(0, b->week->hours[order[o].kind]);
        const double y = y_of(p, hours + part / 2), high = y_of(p, 0) - y_of(p, part);

        hours += part;
        if (high < 0.5)
            continue;
        sd_text_printf(&p->boxes, "%.1f %.1f %.1f %.1f %u\n", b->x, y, p->bar_wide / 2, high / 2,
                       (unsigned)order[o].fill);
        if (high >= in_bar)
            sd_canvas_text(&p->canvas, b->x, y,
                           (sd_font){.size = size, .color = order[o].number, .side = SD_CENTER},
                           sd_chart_hours(p->arena, part));
    }
    sd_canvas_text(&p->canvas, b->x, y_of(p, hours) - 13,
                   (sd_font){.size = size + 2, .bold = true, .color = SD_INK, .side = SD_CENTER},
                   sd_arena_printf(p->arena, "%.0f\xC2\xA0h", b->week->worked));
    sd_canvas_text(
        &p->canvas, b->x, bottom + 18,
        (sd_font){.size = p->bar_wide < 58 ? 12 : 14, .color = SD_MUTE, .side = SD_CENTER},
        b->date);
}

/* ---- words beside and below ---- */

/* The stretch of a scenario's bars, and its title in lines; returns how many there are. */
static size_t lay_group(const picture *p, size_t k, double *ret_from, double *ret_to,
                        const char *lines[2])
{
    double from = (double)INFINITY, to = -(double)INFINITY;

    for (size_t b = 0; b < p->bar_count; b++)
        if (p->bars[b].scenario == k) {
            from = fmin(from, p->bars[b].x - p->bar_wide / 2);
            to = fmax(to, p->bars[b].x + p->bar_wide / 2);
        }
    if (!(to > from)) /* it shares its only bar with the others */
        return 0;
    *ret_from = from;
    *ret_to = to;
    return sd_chart_wrapped(p->arena, sd_series_short(p->arena, p->data, p->series[k], 60),
                            to - from + 0.5 * p->bar_wide, group_font.size, true, 2, lines);
}

static void draw_groups(picture *p)
{
    for (size_t k = 0; k < p->count; k++) {
        const char *lines[2];
        double from, to;
        const size_t count = lay_group(p, k, &from, &to, lines);

        if (count > 0)
            sd_text_printf(&p->marks, "%.1f %.1f %.1f 0 %u\n", from, bottom + 34, to - from,
                           0x9ca3afU);
        for (size_t i = 0; i < count; i++)
            sd_canvas_text(&p->canvas, (from + to) / 2, bottom + 54 + 20 * (double)i, group_font,
                           lines[i]);
    }
}

/* Names of all kinds that any bar has, beside the last one, from the top. */
static void draw_names(picture *p)
{
    const bar *last = &p->bars[p->bar_count - 1];
    const double edge = last->x + p->bar_wide / 2;
    sd_spot spots[SD_WEEK_KINDS];
    size_t kinds[SD_WEEK_KINDS], count = 0;
    double reached[SD_WEEK_KINDS], hours = 0;

    for (size_t o = 0; o < SD_WEEK_KINDS; o++) {
        const double part = fmax(0, last->week->hours[order[o].kind]);

        reached[o] = hours + part / 2;
        hours += part;
    }
    for (size_t o = SD_WEEK_KINDS; o-- > 0;) {
        double most = 0;

        for (size_t b = 0; b < p->bar_count; b++)
            most = fmax(most, p->bars[b].week->hours[order[o].kind]);
        if (most < least)
            continue;
        spots[count] = (sd_spot){.want = y_of(p, reached[o]), .height = 19};
        kinds[count++] = o;
    }
    sd_spots_spread(spots, count, top - 30, bottom + 8);
    for (size_t i = 0; i < count; i++) {
        const size_t o = kinds[i];
        const double part = last->week->hours[order[o].kind];
        const char *name = sd_week_labels[order[o].kind];

        if (part >= least) {
            name =
                sd_arena_printf(p->arena, "%s h\xC2\xA0 %s", sd_chart_hours(p->arena, part), name);
            sd_text_printf(&p->marks, "%.1f %.1f 13 %.1f %u\n", edge + 3, spots[i].want,
                           spots[i].y - spots[i].want, 0x9ca3afU);
        } else {
            name = sd_arena_printf(p->arena, "none\xC2\xA0 %s", name);
        }
        sd_canvas_text(&p->canvas, edge + 20, spots[i].y,
                       (sd_font){.size = 14, .color = order[o].word}, name);
    }
}

static void draw_axis(picture *p)
{
    const double step = sd_nice_step(p->most, 5);
    const sd_font font = {.size = 13, .color = SD_MUTE, .side = SD_RIGHT};
    const double end = p->bars[p->bar_count - 1].x + p->bar_wide / 2;

    for (double n = 0; n * step <= p->most; n++) {
        const double y = y_of(p, n * step);

        sd_text_printf(n == 0 ? &p->marks : &p->grid, "%.1f %.1f %.1f 0 %u\n", left, y, end - left,
                       n == 0 ? 0x6b7280U : 0xe5e7ebU);
        sd_canvas_text(&p->canvas, left - 10, y, font, sd_arena_printf(p->arena, "%g h", n * step));
    }
}

/* ---- the whole ---- */

static double managing_ai(const sd_week *week)
{
    return week->hours[SD_WEEK_META_WORK] + week->hours[SD_WEEK_PERMISSION];
}

static const sd_week *end_of(const picture *p, size_t k)
{
    return &p->weeks[k][p->data->series[p->series[k]].time_count - 1];
}

/* Of the scenarios in which AI is used the first, and how the second differs from it. */
static const char *title_of(const picture *p)
{
    const char *phrases[4] = {NULL};
    size_t base = 0, count = 0;

    while (base + 1 < p->count && managing_ai(end_of(p, base)) < least)
        base++;
    const sd_week *end = end_of(p, base);

    if (managing_ai(end) < least)
        return "Where the week goes";
    const char *first = sd_arena_printf(p->arena, "%s: %.0f h a week, %s of them managing AI",
                                        sd_series_short(p->arena, p->data, p->series[base], 60),
                                        end->worked, sd_chart_hours(p->arena, managing_ai(end)));

    if (p->count == 2 && base == 0)
        phrases[count++] = sd_arena_printf(p->arena, "%s. %s: %.0f and %s", first,
                                           sd_series_short(p->arena, p->data, p->series[1], 60),
                                           end_of(p, 1)->worked,
                                           sd_chart_hours(p->arena, managing_ai(end_of(p, 1))));
    phrases[count++] = first;
    phrases[count++] = sd_arena_printf(p->arena, "%.0f hours a week, %s of them managing AI",
                                       end->worked, sd_chart_hours(p->arena, managing_ai(end)));
    return sd_chart_title(phrases);
}

static void draw_head_and_foot(picture *p)
{
    for (size_t k = 0; k < p->count; k++) {
        const char *lines[2];
        double from, to;

        if (lay_group(p, k, &from, &to, lines) > 1)
            p->canvas.height = height + 20;
    }
    const char *extra =
        p->count < p->usable
            ? sd_arena_printf(p->arena, "\xC2\xA0 \xC2\xB7 \xC2\xA0the first %zu of %zu scenarios",
                              p->count, p->usable)
            : "";

    sd_canvas_head(
        &p->canvas, title_of(p),
        sd_arena_printf(p->arena, "Hours a week of one employed person, by kind of work%s", extra));
    sd_canvas_foot(
        &p->canvas,
        (const char *const[]){
            "Managing AI: meta-work (prompting, reviewing, repairing, moving data) and asking for "
            "permission. Rework is all of it, as far as it is hands-on.",
            "Hands-on work holds the slower pace of tired and new people too. The parts sum to the "
            "hours worked; rest at full pay is not among them.",
            sd_chart_caveat(p->arena, p->data)},
        3);
}

static void write_picture(const picture *p, sd_text *script)
{
    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "$boxes << end_of_boxes\n%send_of_boxes\n", p->boxes.bytes);
    sd_text_printf(script, "$grid << end_of_grid\n%send_of_grid\n", p->grid.bytes);
    sd_text_printf(script, "$marks << end_of_marks\n%send_of_marks\n", p->marks.bytes);
}

sd_status sd_prepare_where(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag)
{
    picture p = {.arena = arena,
                 .data = data,
                 .canvas = sd_canvas_new(arena, 1200, height),
                 .boxes = sd_text_new(arena),
                 .grid = sd_text_new(arena),
                 .marks = sd_text_new(arena)};

    (void)of;
    for (size_t s = 0; s < data->count; s++) {
        const sd_week *weeks = sd_week_new(arena, data, s);

        if (!weeks || !isfinite(weeks[0].worked) || p.usable++ >= SCENARIOS_MAX)
            continue;
        p.series[p.count] = s;
        p.weeks[p.count++] = weeks;
    }
    if (p.count == 0)
        return sd_fail(diag, SD_E606, SD_NOWHERE,
                       "there is nothing to draw: no scenario has hours of work");
    choose_bars(&p);
    place_bars(&p);
    draw_head_and_foot(&p);
    draw_axis(&p);
    for (size_t b = 0; b < p.bar_count; b++)
        draw_bar(&p, &p.bars[b]);
    draw_groups(&p);
    draw_names(&p);
    write_picture(&p, script);
    return SD_OK;
}
