/* chart_perception.c - what managers believe beside what is true: two lines a panel, the gap between them shaded
 * and measured in points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>

static const double label_room = 186; /* [pixel] */
static const char believed_column[] = "perceived_gain", true_column[] = "net_productivity_gain";
static const uint32_t gap_color = 0xfbe6d8;

static double percent_of(const sd_panels *p, size_t panel, const char *column)
{
    return 100 * sd_panel_last(p, panel, column);
}

/* [%] points that the belief lies above the truth */
static double gap_of(const sd_panels *p, size_t panel)
{
    return percent_of(p, panel, believed_column) - percent_of(p, panel, true_column);
}

/* How much is asked for again, which decides, and what people call it: two numbers that are not the same. */
static const char *under_of(const sd_panels *p, size_t panel)
{
    const double use = sd_panel_last(p, panel, sd_use_variable);
    const double refill = percent_of(p, panel, "refill_share");
    const double pass = percent_of(p, panel, "effective_pass_through");
    const char *number;

    if (use <= sd_least_use)
        return "hardly any AI in use";
    if (isnan(refill))
        return "";
    number = sd_chart_number(p->arena, refill, 0, false);
    if (isnan(pass))
        return sd_arena_printf(p->arena, "refill share %s %%", number);
    return sd_arena_printf(p->arena, "refill share %s %%, at a pass-through of %s %%", number,
                           sd_chart_number(p->arena, pass, 0, false));
}

static void draw_panel(sd_panels *p, size_t panel)
{
    const double *believed = sd_panel_values(p, panel, believed_column, 100);
    const double *real = sd_panel_values(p, panel, true_column, 100);
    const double top = percent_of(p, panel, believed_column);
    const double low = percent_of(p, panel, true_column);

    p->panels[panel].under = under_of(p, panel);
    sd_panels_gap(p, panel, real, believed, gap_color, sd_paint_expectation.word,
                  sd_arena_printf(p->arena, "%s points",
                                  sd_chart_number(p->arena, fabs(gap_of(p, panel)), 0, false)),
                  panel == 0 && top > low ? "the productivity hallucination" : NULL);
    sd_panels_line(p, panel, believed, sd_paint_expectation.fill, 3, 2);
    sd_panels_line(p, panel, real, sd_paint_kept.fill, 3.4, 1);
    sd_panels_label(p, panel, top, sd_paint_expectation.word, true,
                    sd_arena_printf(p->arena, "%s\xC2\xA0%%\xC2\xA0 believed",
                                    sd_chart_number(p->arena, top, 0, true)));
    sd_panels_label(p, panel, low, sd_paint_kept.word, true,
                    sd_arena_printf(p->arena, "%s\xC2\xA0%%\xC2\xA0 true, per hour",
                                    sd_chart_number(p->arena, low, 0, true)));
}

/* "4 to 50": the gaps of panels from the second on. */
static const char *other_gaps(const sd_panels *p)
{
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t k = 1; k < p->count; k++) {
        low = fmin(low, gap_of(p, k));
        high = fmax(high, gap_of(p, k));
    }
    return sd_arena_printf(p->arena, "%s to %s", sd_chart_number(p->arena, low, 0, false),
                           sd_chart_number(p->arena, high, 0, false));
}

/* Of the panels where belief and truth differ the first, and how the others do. */
static const char *title_of(const sd_panels *p)
{
    const char *phrases[4] = {NULL};
    size_t base = 0, count = 0;

    while (base + 1 < p->count && !(fabs(gap_of(p, base)) >= 1))
        base++;
    if (!(fabs(gap_of(p, base)) >= 1))
        return "What managers believe, and what is true";
    const char *tells =
        sd_arena_printf(p->arena, "believed %s\xC2\xA0%%, true %s",
                        sd_chart_number(p->arena, percent_of(p, base, believed_column), 0, true),
                        sd_chart_gain(p->arena, percent_of(p, base, true_column)));
    const char *first = sd_arena_printf(p->arena, "%s: %s", p->panels[base].title, tells);

    if (p->count == 2 && base == 0)
        phrases[count++] =
            sd_arena_printf(p->arena, "%s. %s: %s, %s", first, p->panels[1].title,
                            sd_chart_number(p->arena, percent_of(p, 1, believed_column), 0, true),
                            sd_chart_gain(p->arena, percent_of(p, 1, true_column)));
    else if (p->count > 2 && base == 0)
        phrases[count++] =
            sd_arena_printf(p->arena, "%s; elsewhere %s points apart", first, other_gaps(p));
    phrases[count++] = first;
    phrases[count++] = sd_arena_printf(p->arena, "Managers: %s", tells);
    return sd_chart_title(phrases);
}

sd_status sd_prepare_perception(sd_arena *arena, const sd_dataset *data, const char *of,
                                sd_text *script, sd_diag *diag)
{
    sd_panels p;
    const sd_status status = sd_panels_new(arena, data, believed_column, label_room, 3, &p, diag);

    (void)of;
    if (status != SD_OK)
        return status;
    p.unit = " %";
    p.sign = true;
    for (size_t k = 0; k < p.count; k++) {
        sd_panels_hold(&p, k, sd_panel_values(&p, k, believed_column, 100));
        sd_panels_hold(&p, k, sd_panel_values(&p, k, true_column, 100));
    }
    sd_panels_scale(&p, 6);
    sd_canvas_head(&p.canvas, title_of(&p),
                   sd_arena_printf(arena,
                                   "Perceived gain beside valuable output per hour worked against "
                                   "no AI, %%\xC2\xA0 \xC2\xB7 \xC2\xA0%s",
                                   sd_panels_extent(&p)));
    for (size_t k = 0; k < p.count; k++)
        draw_panel(&p, k);
    sd_canvas_foot(
        &p.canvas,
        (const char *const[]){
            "Managers see the speed of a draft and the output a head, not overtime, meta-work and "
            "hidden errors. Expectations follow what they believe.",
            "Refill share: load added by raised expectations over the hours that AI really frees. "
            "No published estimate of it or of the pass-through exists.",
            sd_chart_caveat(arena, data)},
        3);
    sd_panels_write(&p, script);
    return SD_OK;
}
