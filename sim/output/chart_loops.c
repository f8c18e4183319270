/* chart_loops.c - which feedback loop drives: a table of loops goes in, stacked shares over time come out.
 * The strongest loops stand by name, reinforcing ones at the bottom, balancing ones at the top, the others together between
 * them; grey where nothing changes.  Shares are moving averages, those by which spells are told, so that the picture and
 * the sentence say the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BANDS_MAX = 6 /* with a name of their own */, PAINTS = 3 };

static const double label_room = 252; /* [pixel] */
static const double least = 0.02;     /* [1] what never has more is among the others */
static const uint32_t still_color = 0xeceef1;

static const sd_paint sd_paint_sky = {0x56b4e9, 0x2176a5};
/* By polarity; a loop called R1, R2 or R3 has the colour of its number. */
static const sd_paint *const paints[2][PAINTS] = {
    {&sd_paint_expectation, &sd_paint_meta_work, &sd_paint_permission},
    {&sd_paint_rework, &sd_paint_sky, &sd_paint_burnout},
};

typedef struct band {
    size_t column;
    const char *label; /* "R1 expectation treadmill" */
    double strength;   /* [1] its mean share in the panel where that is largest */
    bool balancing, hatched;
    const sd_paint *paint;
} band;

typedef struct picture {
    sd_panels panels;
    size_t count;
    band bands[BANDS_MAX]; /* reinforcing ones first, then by strength */
} picture;

static const sd_series *series_of(const picture *p, size_t panel)
{
    return &p->panels.data->series[p->panels.panels[panel].series];
}

/* ---- which loops stand by name ---- */

static double mean_share(const sd_series *series, size_t column)
{
    double sum = 0, steps = 0;

    for (size_t t = 0; t < series->time_count; t++) {
        sum += fabs(series->columns[column][t]);
        steps += series->columns[0][t] == 0;
    }
    return steps > 0 ? sum / steps : 0;
}

static int by_strength(const void *left, const void *right)
{
    const band *a = left, *b = right;

    return a->strength != b->strength ? (a->strength > b->strength ? -1 : 1)
                                      : (a->column < b->column ? -1 : a->column > b->column);
}

static int by_place(const void *left, const void *right)
{
    const band *a = left, *b = right;

    return a->balancing != b->balancing ? (a->balancing ? 1 : -1) : by_strength(left, right);
}

static band band_of(const picture *p, size_t column)
{
    band made = {.column = column, .label = p->panels.data->columns[column]};
    double sum = 0;

    for (size_t k = 0; k < p->panels.count; k++) {
        const sd_series *series = series_of(p, k);

        made.strength = fmax(made.strength, mean_share(series, column));
        for (size_t t = 0; t < series->time_count; t++)
            sum += series->columns[column][t];
    }
    made.balancing = sum < 0;
    return made;
}

static void paint(band *bands, size_t count)
{
    size_t used[2][PAINTS] = {{0}};

    for (size_t i = 0; i < count; i++) {
        const char *id = bands[i].label;

        if (id[0] == 'R' && id[1] >= '1' && id[1] <= '3' && (id[2] == ' ' || !id[2])) {
            bands[i].paint = paints[0][id[1] - '1'];
            used[0][id[1] - '1']++;
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t *of = used[bands[i].balancing], next = 0;

        if (bands[i].paint)
            continue;
        for (size_t c = 1; c < PAINTS; c++)
            if (of[c] < of[next])
                next = c;
        bands[i].hatched = of[next]++ > 0;
        bands[i].paint = paints[bands[i].balancing][next];
    }
}

static void choose_bands(picture *p)
{
    const sd_dataset *data = p->panels.data;
    band *all = SD_NEW_ARRAY(p->panels.arena, band, data->column_count);

    for (size_t c = 1; c < data->column_count; c++)
        all[c - 1] = band_of(p, c);
    qsort(all, data->column_count - 1, sizeof *all, by_strength);
    while (p->count < BANDS_MAX && p->count + 1 < data->column_count &&
           all[p->count].strength >= least) {
        p->bands[p->count] = all[p->count];
        p->count++;
    }
    paint(p->bands, p->count); /* the strongest choose first */
    qsort(p->bands, p->count, sizeof *p->bands, by_place);
}

/* ---- areas ---- */

/* [percent] moving averages of the sizes, over the length by which spells are told. */
static double *average(const picture *p, const sd_series *series, size_t column)
{
    const size_t count = series->time_count, half = count / SD_SPELL_WINDOWS / 2;
    double *mean = SD_NEW_ARRAY(p->panels.arena, double, count + 1);
    double *sums = SD_NEW_ARRAY(p->panels.arena, double, count + 1); /* before each point */

    for (size_t t = 0; t < count; t++)
        sums[t + 1] = sums[t] + 100 * fabs(series->columns[column][t]);
    for (size_t t = 0; t < count; t++) {
        const size_t from = t > half ? t - half : 0;
        const size_t to = t + half < count ? t + half + 1 : count;

        mean[t] = (sums[to] - sums[from]) / (double)(to - from);
    }
    return mean;
}

/* Puts `part` on top of `*level` and draws it. */
static void stack(picture *p, size_t panel, double **level, const double *part, uint32_t color,
                  bool hatched)
{
    const size_t count = series_of(p, panel)->time_count;
    double *to = SD_NEW_ARRAY(p->panels.arena, double, count + 1);

    for (size_t t = 0; t < count; t++)
        to[t] = fmin((*level)[t] + part[t], 100);
    sd_panels_area(&p->panels, panel, *level, to, color, hatched);
    if (color != still_color)
        sd_panels_line(&p->panels, panel, to, 0xffffff, 0.8, 1); /* parts neighbours */
    *level = to;
}

/* The end of what has just been put on top; what never amounts to anything here gets no label. */
static void label(picture *p, size_t panel, const double *level, const double *part,
                  const sd_paint *colors, bool bold, const char *words)
{
    const size_t count = series_of(p, panel)->time_count;
    double most = 0;

    for (size_t t = 0; t < count; t++)
        most = fmax(most, part[t]);
    if (most >= 100 * least)
        sd_panels_label(
            &p->panels, panel, level[count - 1] - part[count - 1] / 2, colors->word, bold,
            sd_arena_printf(p->panels.arena, "%s %%\xC2\xA0 %s",
                            sd_chart_number(p->panels.arena, part[count - 1], 0, false), words));
}

static void draw_band(picture *p, size_t panel, double **level, const band *b)
{
    const double *part = average(p, series_of(p, panel), b->column);

    stack(p, panel, level, part, b->paint->fill, b->hatched);
    label(p, panel, *level, part, b->paint, true, b->label);
}

/* What is left of 100 % when the named bands and stillness are taken away. */
static void draw_others(picture *p, size_t panel, double **level, const double *still)
{
    const sd_series *series = series_of(p, panel);
    double *rest = SD_NEW_ARRAY(p->panels.arena, double, series->time_count + 1);

    for (size_t t = 0; t < series->time_count; t++)
        rest[t] = 100 - still[t];
    for (size_t i = 0; i < p->count; i++) {
        const double *part = average(p, series, p->bands[i].column);

        for (size_t t = 0; t < series->time_count; t++)
            rest[t] = fmax(rest[t] - part[t], 0);
    }
    stack(p, panel, level, rest, sd_paint_slack.fill, false);
    label(p, panel, *level, rest, &sd_paint_slack, false, "other loops");
}

/* Across the longest time in which nothing changes, if there is room. */
static void say_still(picture *p, size_t panel)
{
    const sd_series *series = series_of(p, panel);
    const sd_font font = {.size = 13, .color = SD_MUTE, .side = SD_CENTER};
    const char *words = "nothing changes";
    double longest = 0, middle = 0;

    for (size_t t = 0, from = 0; t < series->time_count; t++) {
        if (series->columns[0][t] == 0) {
            from = t + 1;
        } else if (series->times[t] - series->times[from] > longest) {
            longest = series->times[t] - series->times[from];
            middle = (series->times[t] + series->times[from]) / 2;
        }
    }
    const double x = sd_panel_x(&p->panels, panel, middle);
    const double wide = sd_panel_x(&p->panels, panel, p->panels.x_low + longest) -
                        sd_panel_x(&p->panels, panel, p->panels.x_low);

    if (wide > sd_chart_width(words, font.size, false) + 12)
        sd_canvas_text(&p->panels.canvas, x, sd_panel_y(&p->panels, panel, 50), font, words);
}

static void draw_panel(picture *p, size_t panel)
{
    const sd_series *series = series_of(p, panel);
    const double *still = average(p, series, 0);
    double *level = SD_NEW_ARRAY(p->panels.arena, double, series->time_count + 1);
    size_t reinforcing = 0;

    for (; reinforcing < p->count && !p->bands[reinforcing].balancing; reinforcing++)
        draw_band(p, panel, &level, &p->bands[reinforcing]);
    draw_others(p, panel, &level, still);
    for (size_t i = p->count; i-- > reinforcing;) /* the strongest at the top */
        draw_band(p, panel, &level, &p->bands[i]);
    stack(p, panel, &level, still, still_color, false);
    say_still(p, panel);
}

/* ---- words ---- */

/* The spells of a panel, told by the same rule as in the sentence. */
static const sd_spell *spells_of(const picture *p, size_t panel, size_t *ret_count)
{
    sd_arena *arena = p->panels.arena;
    const sd_dataset *data = p->panels.data;
    const sd_series *series = series_of(p, panel);
    sd_feedback *list = SD_NEW_ARRAY(arena, sd_feedback, data->column_count);
    sd_history *history = SD_NEW(arena, sd_history);
    sd_graph *graph = SD_NEW(arena, sd_graph);

    history->point_count = series->time_count;
    history->times = series->times;
    graph->history = history;
    for (size_t c = 1; c < data->column_count; c++)
        list[c - 1] =
            (sd_feedback){.id = data->columns[c], .name = "", .relative = series->columns[c]};
    const sd_feedbacks all = {.graph = graph, .count = data->column_count - 1, .list = list};
    return sd_spells_new(arena, &all, ret_count);
}

static const char *time_words(const picture *p, double time, bool unit)
{
    return sd_in_weeks(p->panels.data)
               ? sd_arena_printf(p->panels.arena, "%s%.0f", unit ? "week " : "", time)
               : sd_arena_printf(p->panels.arena, "%s%s", unit ? "time " : "",
                                 sd_chart_rounded(p->panels.arena, time, false));
}

static const char *verb_of(const sd_spell *spell)
{
    return spell->share >= 0.5 ? "drives" : "leads";
}

/* "nothing changes to week 26, R1 to 49, then R2x" */
static const char *spells_words(const picture *p, const sd_spell *spells, size_t count)
{
    sd_text text = sd_text_new(p->panels.arena);
    const size_t first = count > 6 ? count - 6 : 0;

    if (count == 0 || (count == 1 && !spells[0].loop))
        return "nothing changes";
    if (first > 0)
        sd_text_printf(&text, "\xE2\x80\xA6 ");
    for (size_t i = first; i < count; i++) {
        const char *id = spells[i].loop ? spells[i].loop->id : "";

        if (i > first)
            sd_text_printf(&text, i + 1 < count ? ", " : ", then ");
        if (*id)
            sd_text_printf(&text, "%.*s", (int)strcspn(id, " "), id);
        else
            sd_text_printf(&text, "nothing changes");
        if (i + 1 < count) /* the unit only once */
            sd_text_printf(&text, " to %s", time_words(p, spells[i].to, i == first));
        else if (count == 1)
            sd_text_printf(&text, " throughout");
    }
    return text.bytes;
}

/* The last one, beside the whole run. */
static bool is_short(const sd_spell *spells, size_t count)
{
    const sd_spell *last = &spells[count - 1];

    return last->to - last->from < (last->to - spells[0].from) / 4;
}

/* "B2 overtime leads longest, for 130 of 260 weeks" */
static const char *longest_words(const picture *p, const sd_spell *spells, size_t count)
{
    const double run = spells[count - 1].to - spells[0].from;
    const sd_feedback *best = NULL;
    double longest = 0;

    for (size_t i = 0; i < count; i++) {
        double sum = 0;

        for (size_t k = 0; k < count && spells[i].loop; k++)
            sum += spells[k].loop == spells[i].loop ? spells[k].to - spells[k].from : 0;
        if (sum > longest) {
            longest = sum;
            best = spells[i].loop;
        }
    }
    if (!best)
        return "nothing changes, so no loop drives";
    if (sd_in_weeks(p->panels.data))
        return sd_arena_printf(p->panels.arena, "%s leads longest, for %.0f of %.0f weeks",
                               best->id, longest, run);
    return sd_arena_printf(p->panels.arena, "%s leads longest, for %.0f %% of the time", best->id,
                           100 * longest / run);
}

/* "from week 49 R2x compounding drives"; what only comes at the very end is not what a run is about. */
static const char *finding(const picture *p, size_t panel)
{
    size_t count = 0;
    const sd_spell *spells = spells_of(p, panel, &count);
    const sd_spell *last = count > 0 ? &spells[count - 1] : NULL;

    if (!last || (count == 1 && !last->loop))
        return "nothing changes, so no loop drives";
    if (count == 1)
        return sd_arena_printf(p->panels.arena, "%s %s throughout", last->loop->id, verb_of(last));
    if (is_short(spells, count))
        return longest_words(p, spells, count);
    if (!last->loop)
        return sd_arena_printf(p->panels.arena, "from %s nothing changes",
                               time_words(p, last->from, true));
    return sd_arena_printf(p->panels.arena, "from %s %s %s", time_words(p, last->from, true),
                           last->loop->id, verb_of(last));
}

/* "R2x compounding drives in both, from week 49 and from week 85 on"; NULL when their ends differ. */
static const char *same_finding(const picture *p)
{
    size_t counts[2] = {0};
    const sd_spell *spells[2] = {spells_of(p, 0, &counts[0]), spells_of(p, 1, &counts[1])};

    if (counts[0] < 2 || counts[1] < 2 || is_short(spells[0], counts[0]) ||
        is_short(spells[1], counts[1]))
        return NULL;
    const sd_spell *a = &spells[0][counts[0] - 1], *b = &spells[1][counts[1] - 1];
    if (!a->loop || !b->loop || strcmp(a->loop->id, b->loop->id) != 0)
        return NULL;
    const char *verb = verb_of(a->share < b->share ? a : b);
    const char *from = time_words(p, a->from, true), *other = time_words(p, b->from, true);
    if (strcmp(from, other) == 0)
        return sd_arena_printf(p->panels.arena, "%s %s in both from %s on", a->loop->id, verb,
                               from);
    return sd_arena_printf(p->panels.arena, "%s %s in both, from %s and from %s on", a->loop->id,
                           verb, from, other);
}

static const char *title_of(const picture *p)
{
    const sd_panels *panels = &p->panels;
    char *alone = sd_arena_printf(panels->arena, "%s", finding(p, 0));
    const char *phrases[5] = {NULL};
    size_t count = 0;

    if (*alone >= 'a' && *alone <= 'z')
        *alone = (char)(*alone - 'a' + 'A');
    if (panels->count == 1)
        return alone;
    const char *first =
        sd_arena_printf(panels->arena, "%s: %s", panels->panels[0].title, finding(p, 0));
    if (panels->count == 2 && same_finding(p))
        phrases[count++] = same_finding(p);
    if (panels->count == 2)
        phrases[count++] = sd_arena_printf(panels->arena, "%s. %s: %s", first,
                                           panels->panels[1].title, finding(p, 1));
    phrases[count++] = first;
    phrases[count++] = alone;
    return sd_chart_title(phrases);
}

sd_status sd_prepare_loops(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag)
{
    picture p = {0};
    sd_status status;

    (void)of;
    if (data->column_count < 2)
        return sd_fail(diag, SD_E606, SD_NOWHERE,
                       "there is nothing to draw: the model has no feedback loop");
    status = sd_panels_new(arena, data, SD_STILL_COLUMN, label_room, 2, &p.panels, diag);
    if (status != SD_OK)
        return status;
    p.panels.unit = " %";
    p.panels.policies = true;
    choose_bands(&p);
    for (size_t k = 0; k < p.panels.count; k++)
        p.panels.panels[k].high = 100;
    sd_panels_scale(&p.panels, 100);
    sd_canvas_head(&p.panels.canvas, title_of(&p),
                   sd_arena_printf(arena, "%s\xC2\xA0 \xC2\xB7 \xC2\xA0%s",
                                   data->note ? data->note : "Shares of feedback loops",
                                   sd_panels_extent(&p.panels)));
    for (size_t k = 0; k < p.panels.count; k++) {
        size_t count = 0;
        const sd_spell *spells = spells_of(&p, k, &count);

        p.panels.panels[k].under = spells_words(&p, spells, count);
        draw_panel(&p, k);
    }
    sd_canvas_foot(&p.panels.canvas,
                   (const char *const[]){
                       "Loops That Matter: how much of the change goes through each loop. "
                       "Reinforcing at the bottom, balancing at the top; moving averages; pale "
                       "grey: nothing changes.",
                       sd_chart_caveat(arena, data)},
                   2);
    sd_panels_write(&p.panels, script);
    return SD_OK;
}
