/* chart_divide.c - the two groups of digital fluency: hours that AI saves a task, net of meta-work, one line a
 * group.  The groups differ by fluency with tools and not by skill in the task; every label says so.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_panel.h"

#include <math.h>
#include <string.h>

enum { HIGH, LOW, GROUPS };

static const double label_room = 186; /* [pixel] */
static const uint32_t gap_color = 0xe3f0fa;

static const struct {
    const char *use, *saved, *words;
    uint32_t color, word;
    double width;
    int dash;
} groups[GROUPS] = {
    {"AI_use[high]", "time_saved_per_AI_task[high]", "high fluency", 0x0072b2, 0x005a8e, 3.4, 1},
    {"AI_use[low]", "time_saved_per_AI_task[low]", "low fluency", 0x56b4e9, 0x2176a5, 3, 2},
};

/* Hours a task of the group, with or without AI, times `scale`. */
static const double *saved_of(const sd_panels *p, size_t panel, int group, double scale)
{
    const size_t count = p->data->series[p->panels[panel].series].time_count;
    const double *use = sd_panel_values(p, panel, groups[group].use, 1);
    const double *saved = sd_panel_values(p, panel, groups[group].saved, scale);
    double *values = SD_NEW_ARRAY(p->arena, double, count + 1);

    for (size_t i = 0; i < count; i++)
        values[i] = use[i] * saved[i];
    return values;
}

static double last_of(const sd_panels *p, size_t panel, int group)
{
    return sd_last(saved_of(p, panel, group, 1),
                   p->data->series[p->panels[panel].series].time_count);
}

/* Minutes where all tasks are short. */
static double set_scale(sd_panels *p)
{
    double most = 0;

    for (size_t k = 0; k < p->count; k++) {
        const size_t count = p->data->series[p->panels[k].series].time_count;
        const double *values = saved_of(p, k, HIGH, 1);

        for (size_t i = 0; i < count; i++)
            most = fmax(most, fabs(values[i]));
    }
    const double scale = most < 0.5 ? 60 : 1;

    p->unit = scale > 1 ? " min" : " h";
    for (size_t k = 0; k < p->count; k++)
        for (int g = 0; g < GROUPS; g++)
            sd_panels_hold(p, k, saved_of(p, k, g, scale));
    sd_panels_scale(p, 0.02 * scale);
    return scale;
}

/* Two digits, also of what is less than 1. */
static const char *number_of(sd_arena *arena, double value)
{
    return fabs(value) < 0.995 && fabs(value) >= 0.005 ? sd_chart_number(arena, value, 2, false)
                                                       : sd_chart_hours(arena, value);
}

static const char *times_words(sd_arena *arena, double ratio)
{
    return sd_arena_printf(arena, "%s times", sd_chart_brief(arena, ratio));
}

/* NAN where one group saves nothing. */
static double ratio_of(const sd_panels *p, size_t panel)
{
    const double high = last_of(p, panel, HIGH), low = last_of(p, panel, LOW);

    return low > 1e-3 && high > 1e-3 ? high / low : (double)NAN;
}

static void draw_panel(sd_panels *p, size_t panel, double scale)
{
    const double *values[GROUPS];
    const double ratio = ratio_of(p, panel);
    const double use[GROUPS] = {sd_panel_last(p, panel, groups[HIGH].use),
                                sd_panel_last(p, panel, groups[LOW].use)};

    p->panels[panel].under =
        use[HIGH] < 0.005
            ? "hardly any AI in use"
            : sd_arena_printf(p->arena,
                              "AI used for %.0f %% of tasks with high fluency, %.0f %% with low",
                              100 * use[HIGH], 100 * use[LOW]);
    for (int g = 0; g < GROUPS; g++)
        values[g] = saved_of(p, panel, g, scale);
    sd_panels_gap(p, panel, values[LOW], values[HIGH], gap_color, groups[HIGH].word,
                  isnan(ratio) ? "" : times_words(p->arena, ratio),
                  panel == 0 && !isnan(ratio) ? "as much a task" : NULL);
    for (int g = GROUPS - 1; g >= 0; g--) {
        const double last = scale * last_of(p, panel, g);

        sd_panels_line(p, panel, values[g], groups[g].color, groups[g].width, groups[g].dash);
        sd_panels_label(p, panel, last, groups[g].word, true,
                        sd_arena_printf(p->arena, "%s%s\xC2\xA0 %s", number_of(p->arena, last),
                                        p->unit, groups[g].words));
    }
}

static const char *title_of(const sd_panels *p)
{
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t k = 0; k < p->count; k++) {
        low = fmin(low, ratio_of(p, k));
        high = fmax(high, ratio_of(p, k));
    }
    if (!(high >= 1.05))
        return "What AI saves with high and with low digital fluency";
    const char *least = sd_chart_brief(p->arena, low), *most = sd_chart_brief(p->arena, high);

    return strcmp(least, most) == 0
               ? sd_arena_printf(p->arena, "The digitally fluent save %s times as much a task",
                                 most)
               : sd_arena_printf(p->arena,
                                 "The digitally fluent save %s to %s times as much a task", least,
                                 most);
}

sd_status sd_prepare_divide(sd_arena *arena, const sd_dataset *data, const char *of,
                            sd_text *script, sd_diag *diag)
{
    sd_panels p;
    const sd_status status = sd_panels_new(arena, data, groups[HIGH].use, label_room, 3, &p, diag);

    (void)of;
    if (status != SD_OK)
        return status;
    const double scale = set_scale(&p);

    sd_canvas_head(&p.canvas, title_of(&p),
                   sd_arena_printf(arena,
                                   "%s that AI saves a task, net of meta-work and permission, by "
                                   "digital fluency\xC2\xA0 \xC2\xB7 \xC2\xA0%s",
                                   scale > 1 ? "Minutes" : "Hours", sd_panels_extent(&p)));
    for (size_t k = 0; k < p.count; k++)
        draw_panel(&p, k, scale);
    sd_canvas_foot(
        &p.canvas,
        (const char *const[]){
            "Digital fluency, not skill: the groups differ in how well they handle the tools. "
            "Field "
            "studies find that novices by task skill gain most.",
            "An average task of each group, with AI or without: the share of tasks done with AI "
            "times what such a task saves.",
            sd_chart_caveat(arena, data)},
        3);
    sd_panels_write(&p, script);
    return SD_OK;
}
