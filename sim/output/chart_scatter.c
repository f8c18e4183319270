/* chart_scatter.c - members of a sweep by the two parameters that tell most, those in which something happens apart from the rest,
 * with the box in which most of them lie.
 * In: a sweep's table and a condition.  Out: the picture that `sense --discover` draws.
 * Method: as there: regional sensitivity chooses the axes, the patient rule induction method the box.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_MAX = 20000 /* that are looked at: the box needs no more */, FEW = 10 };

typedef struct scatter {
    const sd_runs *runs;
    const sd_table_request *request;
    sd_runs_score score;
    sd_condition condition;
    size_t count; /* parameters that vary */
    const char **names, **axes;
    sd_runs_rows rows;
    size_t missing;
    sd_cases cases;
    size_t found;
    const sd_region_row *region;
    const sd_prim_box *box;
} scatter;

/* ---- the condition ---- */

static sd_status read_condition(scatter *s)
{
    const char *of = s->request->of;

    s->condition.level = (double)NAN;
    if (!of || sd_condition_from_text(s->runs->arena, of, &s->condition))
        return SD_OK;
    const sd_status status =
        sd_fail(s->runs->diag, SD_E701, SD_NOWHERE, "'%s' is no condition", of);

    sd_help(s->runs->diag,
            "write SCORE > NUMBER or SCORE < NUMBER, as in 'hours_per_week@260 > 42'");
    return status;
}

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

/* A gain below zero where some are and some are not, else the worse half. */
static void choose_level(scatter *s, const double *values)
{
    double *sorted = SD_NEW_ARRAY(s->runs->arena, double, s->rows.count + 1);
    size_t count = 0, below = 0;

    if (!isnan(s->condition.level))
        return;
    for (size_t i = 0; i < s->rows.count; i++)
        if (!isnan(values[i])) {
            below += values[i] < 0;
            sorted[count++] = values[i];
        }
    if (count == 0)
        return;
    qsort(sorted, count, sizeof *sorted, by_value);
    s->condition.above = !(s->score.measure && s->score.measure->better > 0);
    s->condition.level = s->score.gain && below > 0 && below < count ? 0 : sorted[count / 2];
}

/* ---- the members ---- */

/* Parameters with more than one value, or those that are asked for. */
static sd_status choose_parameters(scatter *s, size_t *ret_columns)
{
    const sd_runs *r = s->runs;
    const sd_levels *levels;
    sd_status status = sd_runs_levels(r, &levels);

    if (status != SD_OK)
        return status;
    for (size_t c = r->first_parameter; c < r->first_score; c++)
        if (levels[c - r->first_parameter].count > 1)
            ret_columns[s->count++] = c;
    s->names = SD_NEW_ARRAY(r->arena, const char *, s->count + 1);
    s->axes = SD_NEW_ARRAY(r->arena, const char *, s->count + 1);
    for (size_t i = 0; i < s->count; i++) {
        s->names[i] = r->columns[ret_columns[i]];
        s->axes[i] = sd_runs_axis(r, ret_columns[i]);
    }
    if (s->count >= 2)
        return SD_OK;
    status = s->count ? sd_fail(r->diag, SD_E616, SD_NOWHERE,
                                "a scatter needs two parameters that vary, and only '%s' does",
                                s->names[0])
                      : sd_fail(r->diag, SD_E616, SD_NOWHERE,
                                "a scatter needs two parameters that vary, and '%s' has none",
                                r->source->name);
    sd_help(r->diag, "sweep with --ranges, --dist or more than one --grid");
    return status;
}

static bool is_whole(const scatter *s, size_t row)
{
    for (size_t i = 0; i <= s->count; i++)
        if (isnan(s->rows.values[i][row]))
            return false;
    return true;
}

static void set_cases(scatter *s)
{
    sd_arena *arena = s->runs->arena;
    const double *scores = s->rows.values[s->count];
    size_t count = 0, at = 0;

    for (size_t row = 0; row < s->rows.count; row++)
        count += is_whole(s, row);
    double *values = SD_NEW_ARRAY(arena, double, s->count *count + 1);
    bool *is_case = SD_NEW_ARRAY(arena, bool, count + 1);

    for (size_t row = 0; row < s->rows.count; row++) {
        if (!is_whole(s, row))
            continue;
        for (size_t f = 0; f < s->count; f++)
            values[f * count + at] = s->rows.values[f][row];
        is_case[at] = sd_condition_holds(&s->condition, scores[row]);
        s->found += is_case[at++];
    }
    s->missing = s->rows.count - count;
    s->cases = (sd_cases){count, s->count, values, is_case};
}

static sd_status read_members(scatter *s)
{
    const sd_runs *r = s->runs;
    size_t *wanted = SD_NEW_ARRAY(r->arena, size_t, r->column_count + 1);
    sd_status status = read_condition(s);

    if (status == SD_OK)
        status = sd_runs_score_find(r, s->condition.spec, &s->score);
    if (status == SD_OK)
        status = choose_parameters(s, wanted);
    if (status != SD_OK)
        return status;
    wanted[s->count] = s->score.column;
    status = sd_runs_load(r, wanted, s->count + 1, MEMBERS_MAX, &s->rows);
    if (status != SD_OK)
        return status;
    if (s->rows.scenario_count > 1) {
        status =
            sd_fail(r->diag, SD_E616, SD_NOWHERE,
                    "a scatter is of one scenario, and the table has %zu", s->rows.scenario_count);
        sd_help(r->diag, "sweep '%s' by itself", s->rows.scenarios[0]);
        return status;
    }
    choose_level(s, s->rows.values[s->count]);
    set_cases(s);
    if (s->cases.count == 0)
        return sd_fail(r->diag, SD_E616, SD_NOWHERE, "no member has a value of '%s'",
                       s->score.spec);
    return SD_OK;
}

/* ---- the box and the axes ---- */

static void find_box(scatter *s)
{
    sd_arena *arena = s->runs->arena;
    const size_t k = s->count;
    sd_prim_box *open = SD_NEW(arena, sd_prim_box);
    double *low = SD_NEW_ARRAY(arena, double, k), *high = SD_NEW_ARRAY(arena, double, k);
    bool *among = SD_NEW_ARRAY(arena, bool, k), any = false;

    for (size_t f = 0; f < k; f++) {
        low[f] = -(double)INFINITY;
        high[f] = (double)INFINITY;
    }
    *open = (sd_prim_box){.low = low, .high = high};
    s->box = open;
    s->region = sd_region_new(arena, &s->cases);
    if (s->found < FEW || s->cases.count - s->found < FEW)
        return; /* nothing that could be told from chance */
    for (size_t i = 0; i < k; i++)
        any |= among[s->region[i].factor] = s->region[i].p_value * (double)k < 0.05;
    const sd_prim_request request = {s->cases, any ? among : NULL, sd_prim_alpha, sd_prim_least,
                                     s->request->interrupted};
    s->box = &sd_prim_new(arena, &request)->box;
}

static sd_status choose_axes(const scatter *s, size_t ret_axes[2])
{
    size_t count = 0;

    for (size_t i = 0; i < s->request->over_count && count < 2; i++) {
        size_t column, f = 0;
        const sd_status status = sd_runs_parameter(s->runs, s->request->over[i], &column);

        if (status != SD_OK)
            return status;
        while (f < s->count && s->names[f] != s->runs->columns[column])
            f++;
        if (f == s->count || (count && ret_axes[0] == f))
            return sd_fail(s->runs->diag, SD_E616, SD_NOWHERE, "'%s' cannot be an axis: it %s",
                           s->request->over[i], f == s->count ? "has one value" : "is one already");
        ret_axes[count++] = f;
    }
    for (int restricted = 1; restricted >= 0; restricted--)
        for (size_t i = 0; i < s->count && count < 2; i++) {
            const size_t f = s->region[i].factor;
            const bool bound = isfinite(s->box->low[f]) || isfinite(s->box->high[f]);

            if (bound == (restricted == 1) && !(count && ret_axes[0] == f))
                ret_axes[count++] = f;
        }
    return SD_OK;
}

/* ---- words ---- */

static const char *note_of(const scatter *s)
{
    const sd_runs *r = s->runs;
    sd_text text = sd_text_new(r->arena);
    const char *lines[3];

    if (s->rows.every > 1)
        sd_text_printf(&text, "Of the %zu members one of about %zu is looked at. ", s->rows.all,
                       s->rows.every);
    if (sd_runs_notes(r, &s->rows, s->missing, NULL, lines) > 1)
        sd_text_printf(&text, "%s", lines[0]);
    return text.bytes;
}

sd_status sd_scatter_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                            sd_diag *diag)
{
    sd_runs runs;
    scatter s = {.runs = &runs, .request = q};
    size_t axes[2] = {0, 0};
    sd_status status = sd_runs_open(arena, q, &runs, diag);

    if (status == SD_OK)
        status = read_members(&s);
    if (status != SD_OK)
        return status;
    find_box(&s);
    status = choose_axes(&s, axes);
    if (status == SD_OK && q->interrupted && *q->interrupted)
        status = SD_INTERRUPTED;
    if (status != SD_OK)
        return status;
    const sd_sense_chart chart = {.kind = SD_SENSE_FUTURES,
                                  .time_units = runs.meta.time_units,
                                  .changed = runs.meta.changed,
                                  .trap = runs.meta.trap,
                                  .note = note_of(&s),
                                  .variable = s.score.variable,
                                  .time = s.score.time,
                                  .spec = s.score.spec,
                                  .count = s.count,
                                  .parameters = s.names,
                                  .axes = s.axes,
                                  .cases = &s.cases,
                                  .box = s.box,
                                  .across = axes[0],
                                  .up = axes[1],
                                  .above = s.condition.above,
                                  .level = s.condition.level};

    return sd_sense_script(arena, &chart, q->path, ret_script, diag);
}
