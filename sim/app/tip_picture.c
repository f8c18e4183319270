/* tip_picture.c - what `tip` found as pictures: the output over the parameter, and the boundary in two.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tip_study.h"

enum { CURVES = 3 * SD_BRANCHES_MAX + 5, MARKS = 8 };

typedef struct drawing {
    const tip_study *t;
    size_t curve_count, mark_count;
    sd_curve curves[CURVES];
    sd_curve_mark marks[MARKS];
    bool labelled[SD_CURVE_KINDS];
} drawing;

static void add_curve(drawing *d, sd_curve line)
{
    if (d->curve_count == CURVES || line.count == 0)
        return;
    /* One label a kind. */
    if (d->labelled[line.kind])
        line.label = NULL;
    d->labelled[line.kind] = true;
    d->curves[d->curve_count++] = line;
}

/* The stretch of a branch from `from` to the last point of the same stability. */
static size_t stretch_of(const sd_branch *b, size_t from)
{
    const bool stable = b->points[from].growing == 0;
    size_t end = from;

    while (end + 1 < b->count && (b->points[end + 1].growing == 0) == stable)
        end++;
    return end;
}

static void add_branches(drawing *d)
{
    const tip_study *t = d->t;

    for (size_t i = 0; i < t->branches.count; i++) {
        const sd_branch *b = &t->branches.list[i];

        for (size_t from = 0; from < b->count;) {
            const size_t end = stretch_of(b, from), count = end - from + 1 + (end + 1 < b->count);
            double *x = SD_NEW_ARRAY(t->c->arena, double, count);
            const bool stable = b->points[from].growing == 0;

            for (size_t k = 0; k < count; k++)
                x[k] = b->points[from + k].parameter;
            add_curve(d, (sd_curve){.kind = stable ? SD_CURVE_STABLE : SD_CURVE_UNSTABLE,
                                    .label = stable ? "in the long run" : "unstable",
                                    .count = count,
                                    .x = x,
                                    .y = t->values[i] + from});
            from = end + 1;
        }
    }
}

static void add_sweeps(drawing *d)
{
    const sd_sweep *s = &d->t->sweep;
    bool swings = false;

    for (size_t k = 0; k < s->count; k++)
        swings = swings || s->up[0][k] != s->up[1][k] || s->down[0][k] != s->down[1][k];
    add_curve(d,
              (sd_curve){SD_CURVE_UP, "slowly up \xE2\x96\xB3", s->count, s->parameters, s->up[0]});
    add_curve(d, (sd_curve){SD_CURVE_DOWN, "slowly down \xE2\x96\xBD", s->count, s->parameters,
                            s->down[0]});
    if (swings) { /* the other side of a swing */
        add_curve(d, (sd_curve){SD_CURVE_UP, NULL, s->count, s->parameters, s->up[1]});
        add_curve(d, (sd_curve){SD_CURVE_DOWN, NULL, s->count, s->parameters, s->down[1]});
    }
}

static void add_mark(drawing *d, double x, double y, const char *label)
{
    size_t at = d->mark_count;

    if (at == MARKS)
        return;
    while (at > 0 && d->marks[at - 1].x > x) {
        d->marks[at] = d->marks[at - 1];
        at--;
    }
    d->marks[at] = (sd_curve_mark){.x = x, .y = y, .label = label};
    d->mark_count++;
}

static void add_marks(drawing *d)
{
    static const char *const words[] = {"", "fold", "swing begins", "branches cross"};
    const tip_study *t = d->t;

    for (size_t i = 0; i < t->branches.count; i++)
        for (size_t k = 0; k < t->branches.list[i].count; k++) {
            const sd_branch_point *p = &t->branches.list[i].points[k];

            if (p->special != SD_POINT_PLAIN)
                add_mark(d, p->parameter, t->values[i][k],
                         sd_arena_printf(t->c->arena, "%s at %s", words[p->special],
                                         tip_place(t, p->parameter)));
        }
    if (d->mark_count == 0 && !isnan(t->runs.leaves))
        add_mark(d, t->runs.leaves, (double)NAN,
                 sd_arena_printf(t->c->arena, "level %s %.2g",
                                 t->runs.rising_side ? "up to" : "down to", t->runs.leaves));
}

/* "hours per week, hour/person/week"; a share has no units worth a word. */
static const char *axis_of(const tip_study *t, const char *variable, size_t element)
{
    const char *units = t->at.scenario->model->element_variables[element]->units_text;
    const char *name = tip_spaced(t->c->arena, variable);
    const bool none =
        !units || !*units || sd_text_equal_fold(units, "dmnl") || strcmp(units, "1") == 0;

    return none ? name : sd_arena_printf(t->c->arena, "%s, %s", name, units);
}

/* SVG, PNG and PDF. */
static sd_status draw(const tip_study *t, const sd_tip_picture *picture, const char *folder,
                      const char *name)
{
    call *c = t->c;

    for (int i = 0; i < 3; i++) {
        const sd_status status =
            sd_tip_draw(c->arena, picture,
                        sd_arena_printf(c->arena, "%s/%s.%s", folder, name, chart_endings[i]),
                        c->given.force, c->diag);

        if (status != SD_OK)
            return status;
    }
    if (!c->given.quiet && !c->given.json)
        printf("drawn: %s/%s.svg, .png, .pdf\n", folder, name);
    return SD_OK;
}

static const char *const caveat =
    "Nothing here is a forecast: every number follows from assumptions that have ranges.";

static sd_status draw_output(const tip_study *t, const char *folder)
{
    sd_arena *arena = t->c->arena;
    drawing *d = SD_NEW(arena, drawing);
    const char *notes[] = {"Whole lines are states of rest with time standing still; a slow sweep "
                           "starts each value where the one "
                           "before ended.",
                           caveat};

    d->t = t;
    add_branches(d);
    add_curve(d, (sd_curve){SD_CURVE_RUNS,
                            sd_arena_printf(arena, "a run, at %s", moment_text(t->c, &t->at)),
                            t->runs.count, t->runs.parameters, t->runs.values});
    add_sweeps(d);
    add_marks(d);
    const sd_tip_picture picture = {
        .title = tip_finding(t),
        .subtitle = sd_arena_printf(
            arena, "%s\xC2\xA0 \xC2\xB7 \xC2\xA0%s", axis_of(t, t->of, t->element),
            t->at.scenario->title[0] ? t->at.scenario->title : t->at.scenario->name),
        .x_label = axis_of(t, t->over[0].name, t->over[0].element),
        .x_low = t->over[0].low,
        .x_high = t->over[0].high,
        .y_low = (double)NAN,
        .y_high = (double)NAN,
        .curve_count = d->curve_count,
        .mark_count = d->mark_count,
        .note_count = 2,
        .curves = d->curves,
        .marks = d->marks,
        .notes = notes};

    return draw(t, &picture, folder, "tip");
}

static sd_status draw_boundary(const tip_study *t, const char *folder)
{
    sd_arena *arena = t->c->arena;
    const char *first = tip_spaced(arena, t->over[0].name),
               *second = tip_spaced(arena, t->over[1].name);
    const sd_curve line = {SD_CURVE_BOUNDARY,
                           t->boundary_is_fold ? "the fold" : "end of the level stretch",
                           t->boundary.count, t->boundary.first, t->boundary.second};
    const sd_tip_picture picture = {
        .title = sd_arena_printf(arena, "%s: where %s", tip_label(t),
                                 t->boundary_is_fold ? "it tips" : "it begins to move, by degrees"),
        .subtitle = sd_arena_printf(arena, "%s (up) against %s", second, first),
        .x_label = axis_of(t, t->over[0].name, t->over[0].element),
        .x_low = t->over[0].low,
        .x_high = t->over[0].high,
        .y_low = t->over[1].low,
        .y_high = t->over[1].high,
        .curve_count = 1,
        .note_count = 1,
        .curves = &line,
        .notes = &caveat};

    return draw(t, &picture, folder, "tip-boundary");
}

sd_status tip_draw(const tip_study *t, const char *folder)
{
    bool made;
    sd_status status = make_folder(t->c, folder, &made);

    if (status == SD_OK)
        status = draw_output(t, folder);
    if (status == SD_OK && t->boundary.count > 1)
        status = draw_boundary(t, folder);
    return status;
}
