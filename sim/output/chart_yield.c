/* chart_yield.c - yield and what it costs: valuable output a head beside the cost of a good task, both as changes
 * against the start, one panel a scenario, with burnout in words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>

static const double label_room = 224; /* [pixel] */
static const char output_column[] = "output_per_employee_gain",
                  cost_column[] = "cost_per_good_output", burnout_column[] = "burnout_prevalence";

/* [%] against the first number */
static const double *cost_of(const sd_panels *p, size_t panel)
{
    const size_t count = p->data->series[p->panels[panel].series].time_count;
    const double *cost = sd_panel_values(p, panel, cost_column, 1);
    double *change = SD_NEW_ARRAY(p->arena, double, count + 1);

    for (size_t i = 0; i < count; i++)
        change[i] = 100 * (cost[i] / cost[0] - 1);
    return change;
}

static double last_cost(const sd_panels *p, size_t panel)
{
    return sd_last(cost_of(p, panel), p->data->series[p->panels[panel].series].time_count);
}

static double last_output(const sd_panels *p, size_t panel)
{
    return 100 * sd_panel_last(p, panel, output_column);
}

static void draw_panel(sd_panels *p, size_t panel)
{
    const double *burnout = sd_panel_values(p, panel, burnout_column, 100);
    const double output = last_output(p, panel), cost = last_cost(p, panel);

    p->panels[panel].under = sd_arena_printf(
        p->arena, "burnout %s %% of staff before, %s %% at the end",
        sd_chart_number(p->arena, burnout[0], 0, false),
        sd_chart_number(p->arena, 100 * sd_panel_last(p, panel, burnout_column), 0, false));
    sd_panels_line(p, panel, cost_of(p, panel), sd_paint_burnout.fill, 3, 2);
    sd_panels_line(p, panel, sd_panel_values(p, panel, output_column, 100), sd_paint_rework.fill,
                   3.4, 1);
    sd_panels_label(p, panel, output, sd_paint_rework.word, true,
                    sd_arena_printf(p->arena, "%s\xC2\xA0%%\xC2\xA0 output a head",
                                    sd_chart_number(p->arena, output, 0, true)));
    sd_panels_label(p, panel, cost, sd_paint_burnout.word, true,
                    sd_arena_printf(p->arena, "%s\xC2\xA0%%\xC2\xA0 cost of a good task",
                                    sd_chart_number(p->arena, cost, 0, true)));
}

/* Of the panels where anything changes the first, and how the second does. */
static const char *title_of(const sd_panels *p)
{
    const char *phrases[4] = {NULL};
    size_t base = 0, count = 0;

    while (base < p->count && !(fabs(last_output(p, base)) >= 100 * sd_about_zero ||
                                fabs(last_cost(p, base)) >= 100 * sd_about_zero))
        base++;
    if (base == p->count)
        return "Output a head, and what a good task costs";
    const char *name = p->panels[base].title;
    const char *output = sd_chart_gain(p->arena, last_output(p, base));
    const char *cost = sd_chart_gain(p->arena, last_cost(p, base));

    if (p->count == 2 && base == 0)
        phrases[count++] =
            sd_arena_printf(p->arena, "%s: output %s, cost a task %s. %s: %s, %s", name, output,
                            cost, p->panels[1].title, sd_chart_gain(p->arena, last_output(p, 1)),
                            sd_chart_gain(p->arena, last_cost(p, 1)));
    phrases[count++] = sd_arena_printf(p->arena, "%s: output a head %s, cost of a good task %s",
                                       name, output, cost);
    phrases[count++] =
        sd_arena_printf(p->arena, "Output a head %s, cost of a good task %s", output, cost);
    return sd_chart_title(phrases);
}

sd_status sd_prepare_yield(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag)
{
    sd_panels p;
    const sd_status status = sd_panels_new(arena, data, cost_column, label_room, 3, &p, diag);

    (void)of;
    if (status != SD_OK)
        return status;
    p.unit = " %";
    p.sign = true;
    for (size_t k = 0; k < p.count; k++) {
        sd_panels_hold(&p, k, sd_panel_values(&p, k, output_column, 100));
        sd_panels_hold(&p, k, cost_of(&p, k));
    }
    sd_panels_scale(&p, 6);
    sd_canvas_head(&p.canvas, title_of(&p),
                   sd_arena_printf(arena,
                                   "Valuable output a head and the cost of a good task, change "
                                   "against the start, %%\xC2\xA0 \xC2\xB7 \xC2\xA0%s",
                                   sd_panels_extent(&p)));
    for (size_t k = 0; k < p.count; k++)
        draw_panel(&p, k);
    sd_canvas_foot(
        &p.canvas,
        (const char *const[]){
            "A larger yield is no gain where each good task costs more: people work longer, leave "
            "or burn out, and errors come back.",
            "Cost: wages with overtime, licences, programmes, quits and their replacement, errors "
            "that customers see, lost demand. Burnout itself has no price here.",
            sd_chart_caveat(arena, data)},
        3);
    sd_panels_write(&p, script);
    return SD_OK;
}
