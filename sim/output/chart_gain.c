/* chart_gain.c - what becomes of the gross hours saved: accounts go in, stacked areas over time come out.
 * Parts above zero stand on each other, what is kept at the bottom; parts below zero hang from it, what is
 * kept at the top.  The line of the hours saved shows by how much the parts go beyond them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>
#include <string.h>

static const double label_room = 232; /* [pixel] */
static const double least = 0.05;     /* [hour/person/week] what is less gets no label */
static const double shown = 0.02; /* [hour/person/week] a part that never has more is not drawn */
static const uint32_t missing_color = 0xd5ece4;

/* From the zero line outwards, on both sides of it. */
static const struct {
    int part;
    const sd_paint *paint;
} order[SD_ACCOUNT_PARTS] = {
    {SD_ACCOUNT_KEPT, &sd_paint_kept},           {SD_ACCOUNT_ABSORBED, &sd_paint_slack},
    {SD_ACCOUNT_BURNOUT, &sd_paint_burnout},     {SD_ACCOUNT_REFILL, &sd_paint_expectation},
    {SD_ACCOUNT_REWORK, &sd_paint_rework},       {SD_ACCOUNT_PERMISSION, &sd_paint_permission},
    {SD_ACCOUNT_META_WORK, &sd_paint_meta_work},
};

typedef struct stack {
    size_t count; /* points in time */
    const sd_account *account;
    double *up, *down; /* [count] how far the parts reach so far */
} stack;

static stack stack_of(const sd_panels *p, size_t panel)
{
    const size_t series = p->panels[panel].series, count = p->data->series[series].time_count;

    return (stack){.count = count,
                   .account = sd_account_new(p->arena, p->data, series),
                   .up = SD_NEW_ARRAY(p->arena, double, count + 1),
                   .down = SD_NEW_ARRAY(p->arena, double, count + 1)};
}

/* One side of a part as an area; moves the stack on. */
static void draw_side(sd_panels *p, size_t panel, stack *s, size_t o, bool above)
{
    double *from = above ? s->up : s->down, *to = SD_NEW_ARRAY(p->arena, double, s->count + 1);
    const int part = order[o].part;
    double most = 0;

    for (size_t i = 0; i < s->count; i++) {
        const double hours = s->account[i].hours[part];

        to[i] = from[i] + (above == (hours > 0) && isfinite(hours) ? hours : 0);
        most = fmax(most, fabs(to[i] - from[i]));
    }
    if (most > shown) {
        const bool missing = part == SD_ACCOUNT_KEPT && !above;

        sd_panels_area(p, panel, from, to, missing ? missing_color : order[o].paint->fill, missing);
    }
    if (above)
        s->up = to;
    else
        s->down = to;
}

static void label_part(sd_panels *p, size_t panel, const stack *before, const stack *after,
                       size_t o)
{
    const size_t last = after->count - 1;
    const int part = order[o].part;
    const double hours = after->account[last].hours[part];
    const bool kept = part == SD_ACCOUNT_KEPT;
    const double middle = hours > 0 ? (before->up[last] + after->up[last]) / 2
                                    : (before->down[last] + after->down[last]) / 2;
    const char *words = sd_account_parts[part].label;

    if (!(fabs(hours) >= least))
        return;
    if (kept && hours < 0)
        words = "Kept: less than none";
    sd_panels_label(
        p, panel, middle, order[o].paint->word, kept,
        sd_arena_printf(p->arena, "%s h\xC2\xA0 %s", sd_chart_hours(p->arena, hours), words));
}

static const char *under_of(sd_arena *arena, const sd_account *end)
{
    const double kept = end->hours[SD_ACCOUNT_KEPT];

    if (isnan(end->shares[SD_ACCOUNT_KEPT]))
        return "hardly any AI in use";
    if (kept <= -least)
        return sd_arena_printf(arena, "at the end %s h more used up than saved",
                               sd_chart_hours(arena, -kept));
    return sd_arena_printf(arena, "at the end %s %% of the hours saved are kept",
                           sd_chart_number(arena, 100 * end->shares[SD_ACCOUNT_KEPT], 0, false));
}

static void draw_panel(sd_panels *p, size_t panel)
{
    stack s = stack_of(p, panel);
    const sd_account *end = &s.account[s.count - 1];

    p->panels[panel].under = under_of(p->arena, end);
    for (size_t o = 0; o < SD_ACCOUNT_PARTS; o++) {
        const stack before = s;

        draw_side(p, panel, &s, o, true);
        draw_side(p, panel, &s, o, false);
        label_part(p, panel, &before, &s, o);
    }
    double *gross = SD_NEW_ARRAY(p->arena, double, s.count + 1);

    for (size_t i = 0; i < s.count; i++)
        gross[i] = s.account[i].gross;
    sd_panels_line(p, panel, gross, sd_paint_ink.fill, 2.4, 1);
    if (end->gross >= least)
        sd_panels_label(p, panel, end->gross, sd_paint_ink.word, true,
                        sd_arena_printf(p->arena, "%s h\xC2\xA0 Saved by AI",
                                        sd_chart_hours(p->arena, end->gross)));
}

static void set_scale(sd_panels *p)
{
    for (size_t k = 0; k < p->count; k++) {
        stack s = stack_of(p, k);

        for (size_t i = 0; i < s.count; i++)
            for (size_t part = 0; part < SD_ACCOUNT_PARTS; part++) {
                s.up[i] += fmax(s.account[i].hours[part], 0);
                s.down[i] += fmin(s.account[i].hours[part], 0);
            }
        sd_panels_hold(p, k, s.up);
        sd_panels_hold(p, k, s.down);
    }
    sd_panels_scale(p, 1);
}

/* ---- words ---- */

/* "none", "hardly any", "3.0". */
static const char *kept_words(sd_arena *arena, const sd_account *end)
{
    const double share = end->shares[SD_ACCOUNT_KEPT];

    return share < 0.02   ? "none"
           : share < 0.06 ? "hardly any"
                          : sd_chart_brief(arena, end->hours[SD_ACCOUNT_KEPT]);
}

static const sd_account *end_of(const sd_panels *p, size_t panel)
{
    const size_t series = p->panels[panel].series;

    return sd_account_new(p->arena, p->data, series) + p->data->series[series].time_count - 1;
}

/* "1.4 to 5.5": what these panels keep. */
static const char *all_keep(const sd_panels *p, const size_t *panels, size_t count)
{
    size_t low = panels[0], high = panels[0];

    for (size_t k = 1; k < count; k++) {
        const double kept = end_of(p, panels[k])->hours[SD_ACCOUNT_KEPT];

        low = kept < end_of(p, low)->hours[SD_ACCOUNT_KEPT] ? panels[k] : low;
        high = kept > end_of(p, high)->hours[SD_ACCOUNT_KEPT] ? panels[k] : high;
    }
    const char *least_words = kept_words(p->arena, end_of(p, low));
    const char *most_words = kept_words(p->arena, end_of(p, high));

    return strcmp(least_words, most_words) == 0
               ? most_words
               : sd_arena_printf(p->arena, "%s to %s", least_words, most_words);
}

/* Of the panels in which AI is used the first, and how the others differ from it. */
static const char *title_of(const sd_panels *p)
{
    size_t panels[SD_PANELS_MAX], used = 0, count = 0;
    const char *phrases[4] = {NULL};

    for (size_t k = 0; k < p->count; k++)
        if (!isnan(end_of(p, k)->shares[SD_ACCOUNT_KEPT]))
            panels[used++] = k;
    if (used == 0)
        return "Hardly any AI is in use, so it saves no hours";
    const sd_account *first = end_of(p, panels[0]);
    const char *kept = kept_words(p->arena, first);
    const char *gross = sd_chart_brief(p->arena, first->gross);
    const char *is = *kept > '9' || strcmp(kept, "1") == 0 ? "is" : "are"; /* none is */
    const char *tells = sd_arena_printf(p->arena, "%s: %s of %s hours saved a week %s kept",
                                        p->panels[panels[0]].title, kept, gross, is);

    if (used == 2)
        phrases[count++] =
            sd_arena_printf(p->arena, "%s. %s: %s of %s", tells, p->panels[panels[1]].title,
                            kept_words(p->arena, end_of(p, panels[1])),
                            sd_chart_brief(p->arena, end_of(p, panels[1])->gross));
    if (used > 1)
        phrases[count++] =
            sd_arena_printf(p->arena, "%s; elsewhere %s", tells, all_keep(p, panels + 1, used - 1));
    phrases[count++] = tells;
    return sd_chart_title(phrases);
}

sd_status sd_prepare_gain(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                          sd_diag *diag)
{
    sd_panels p;
    const sd_status status =
        sd_panels_new(arena, data, sd_account_parts[0].variable, label_room, 3, &p, diag);

    (void)of;
    if (status != SD_OK)
        return status;
    p.unit = " h";
    set_scale(&p);
    sd_canvas_head(&p.canvas, title_of(&p),
                   sd_arena_printf(arena,
                                   "Hours a week per person employed before AI, "
                                   "and what they go into\xC2\xA0 \xC2\xB7 \xC2\xA0%s",
                                   sd_panels_extent(&p)));
    for (size_t k = 0; k < p.count; k++)
        draw_panel(&p, k);
    sd_canvas_foot(
        &p.canvas,
        (const char *const[]){
            "The parts sum to the hours saved (dark line). Below zero: kept less than none means "
            "that the parts use up more; other parts, that there is less of them than before AI.",
            "Kept: more valuable output, rest and posts not needed, less overtime. Worth is "
            "counted "
            "as before AI; it is capacity, not cash.",
            sd_chart_caveat(arena, data)},
        3);
    sd_panels_write(&p, script);
    return SD_OK;
}
