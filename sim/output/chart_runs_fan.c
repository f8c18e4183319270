/* chart_runs_fan.c - bands over time from a sweep that kept whole trajectories (--save): a table goes in, quantiles of each
 * scenario come out, drawn as those of `compare --uncertain`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

enum { CELLS_MAX = 1 << 24 /* numbers in memory */, ROWS_LEAST = 1000 };

static const double shares[SD_FAN_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

typedef struct moment {
    size_t column;
    double time;
} moment;

typedef struct fan_table {
    const sd_runs *runs;
    const char *variable;
    sd_runs_score score; /* its latest time */
    size_t time_count;
    moment *moments; /* [time_count] rising */
    double *times;
    sd_runs_rows rows;
    size_t missing;
} fan_table;

static int by_time(const void *x, const void *y)
{
    const moment *a = x, *b = y;

    return (a->time > b->time) - (a->time < b->time);
}

/* The columns of one variable. */
static void find_moments(fan_table *t, const char *variable)
{
    const sd_runs *r = t->runs;
    const char *key = sd_name_key(r->arena, variable, strlen(variable));

    t->time_count = 0;
    for (size_t c = r->first_score; c < r->column_count; c++) {
        const char *name;
        double time;

        if (sd_runs_moment(r->arena, r->columns[c], &name, &time) &&
            strcmp(sd_name_key(r->arena, name, strlen(name)), key) == 0)
            t->moments[t->time_count++] = (moment){c, time};
    }
    qsort(t->moments, t->time_count, sizeof *t->moments, by_time);
    /* A score may be of a time that the trajectory has too. */
    size_t kept = 0;

    for (size_t i = 0; i < t->time_count; i++)
        if (i == 0 || t->moments[i].time > t->moments[kept - 1].time)
            t->moments[kept++] = t->moments[i];
    t->time_count = kept;
}

/* What is asked for, else the net gain, else the first that has most times. */
static sd_status choose_variable(fan_table *t, const char *of)
{
    enum { FEW = 3 /* times: fewer are scores */ };
    const sd_runs *r = t->runs;
    size_t most = FEW - 1;
    const char *best = NULL, *name, *seen = "";
    double time;

    t->moments = SD_NEW_ARRAY(r->arena, moment, r->column_count + 1);
    if (of)
        best = sd_runs_moment(r->arena, of, &name, &time) ? name : of;
    for (size_t c = r->first_score; c < r->column_count && !of; c++) {
        if (!sd_runs_moment(r->arena, r->columns[c], &name, &time) || strcmp(name, seen) == 0)
            continue;
        seen = name;
        find_moments(t, name);
        const bool gain = strcmp(name, "net_productivity_gain") == 0 && t->time_count >= FEW;

        if (t->time_count > most || gain) {
            most = gain ? SIZE_MAX : t->time_count;
            best = name;
        }
    }
    if (best)
        find_moments(t, best);
    if (best && t->time_count >= FEW) {
        t->variable = best;
        return SD_OK;
    }
    const sd_status status =
        of ? sd_fail(r->diag, SD_E616, SD_NOWHERE, "the table has no trajectory of '%s'", best)
           : sd_fail(r->diag, SD_E616, SD_NOWHERE, "the table has no trajectories");

    sd_help(r->diag, "sweep again with --save %s", of ? best : "NAME");
    return status;
}

/* ---- quantiles ---- */

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static const double *quantiles_of(fan_table *t, size_t scenario)
{
    double *all = SD_NEW_ARRAY(t->runs->arena, double, t->time_count *SD_FAN_QUANTILES);
    sd_arena *scratch = sd_arena_new("bands of a fan");
    double *values = SD_NEW_ARRAY(scratch, double, t->rows.count + 1);

    for (size_t i = 0; i < t->time_count; i++) {
        size_t count = 0;

        for (size_t row = 0; row < t->rows.count; row++) {
            const double value = t->rows.values[i][row];

            if (t->rows.scenario[row] != scenario)
                continue;
            t->missing += i + 1 == t->time_count && isnan(value);
            if (!isnan(value))
                values[count++] = t->score.scale * value;
        }
        qsort(values, count, sizeof *values, by_value);
        for (size_t q = 0; q < SD_FAN_QUANTILES; q++)
            all[i * SD_FAN_QUANTILES + q] =
                count ? gsl_stats_quantile_from_sorted_data(values, 1, count, shares[q])
                      : (double)NAN;
    }
    sd_arena_free(scratch);
    return all;
}

/* ---- words ---- */

static size_t futures_of(const fan_table *t)
{
    return t->rows.scenario_count ? t->rows.count / t->rows.scenario_count : 0;
}

/* "Burnout at the end: 28 to 45 % in nine of ten futures", or how the last one stands to the first. */
static const char *title_of(const fan_table *t, const sd_fan *fans)
{
    sd_arena *arena = t->runs->arena;
    const size_t last = (t->time_count - 1) * SD_FAN_QUANTILES;
    const double *first = fans[0].quantiles + last;
    const char *plain = sd_arena_printf(arena, "%s in %zu futures", t->score.label, futures_of(t));
    const char *ends = sd_arena_printf(
        arena, "%s at the end: %s to %s%s in nine of ten futures", t->score.label,
        sd_runs_number(arena, &t->score, first[0], t->score.gain),
        sd_runs_number(arena, &t->score, first[SD_FAN_QUANTILES - 1], t->score.gain),
        t->score.suffix);
    const char *phrases[] = {ends, plain, NULL}, *pair[] = {NULL, plain, NULL};

    if (isnan(first[2]))
        return plain;
    if (t->rows.scenario_count == 1)
        return sd_chart_title(phrases);
    if (t->rows.scenario_count != 2)
        return plain;
    const double *second = fans[1].quantiles + last;

    pair[0] = sd_arena_printf(
        arena, "%s at the end: %s%s in the median, %s%s with %s", t->score.label,
        sd_runs_number(arena, &t->score, first[2], t->score.gain), t->score.suffix,
        sd_runs_number(arena, &t->score, second[2], t->score.gain), t->score.suffix, fans[1].label);
    return sd_chart_title(isnan(second[2]) ? pair + 1 : pair);
}

static const char *subtitle_of(const fan_table *t)
{
    const size_t each = futures_of(t);

    return sd_arena_printf(t->runs->arena, "%s%s%s \xC2\xB7 %zu futures%s", t->score.label,
                           *t->score.unit ? ", " : "", t->score.unit, each,
                           t->rows.scenario_count > 1 ? ", the same for every scenario" : "");
}

static const char *first_note(const fan_table *t)
{
    return sd_arena_printf(t->runs->arena,
                           "Half of the futures lie in the dark band, nine of ten within the light "
                           "one; the line is the "
                           "median.%s",
                           t->rows.every > 1
                               ? sd_arena_printf(t->runs->arena,
                                                 " Of %zu rows one of about %zu is looked at.",
                                                 t->rows.all, t->rows.every)
                               : "");
}

/* ---- all ---- */

static sd_status read_table(fan_table *t, const char *of)
{
    const sd_runs *r = t->runs;
    sd_status status = choose_variable(t, of);

    if (status == SD_OK)
        status = sd_runs_score_find(r, t->variable, &t->score);
    if (status != SD_OK)
        return status;
    size_t *wanted = SD_NEW_ARRAY(r->arena, size_t, t->time_count);
    const size_t fit = CELLS_MAX / t->time_count;

    t->times = SD_NEW_ARRAY(r->arena, double, t->time_count);
    for (size_t i = 0; i < t->time_count; i++) {
        wanted[i] = t->moments[i].column;
        t->times[i] = t->moments[i].time;
    }
    status = sd_runs_load(r, wanted, t->time_count, fit > ROWS_LEAST ? fit : ROWS_LEAST, &t->rows);
    if (status != SD_OK)
        return status;
    if (t->rows.count == 0 || t->rows.scenario_count == 0)
        return sd_fail(r->diag, SD_E616, SD_NOWHERE, "no member went well; the first: %s",
                       t->rows.why);
    if (t->rows.scenario_count > SD_FANS_MAX)
        return sd_fail(r->diag, SD_E616, SD_NOWHERE,
                       "a fan of more than %d scenarios cannot be read", (int)SD_FANS_MAX);
    return SD_OK;
}

sd_status sd_runs_fan_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                             sd_diag *diag)
{
    sd_runs runs;
    fan_table t = {.runs = &runs};
    const char *notes[3];
    sd_status status = sd_runs_open(arena, q, &runs, diag);

    if (status == SD_OK)
        status = read_table(&t, q->of);
    if (status != SD_OK)
        return status;
    sd_fan *fans = SD_NEW_ARRAY(arena, sd_fan, t.rows.scenario_count);

    for (size_t s = 0; s < t.rows.scenario_count; s++) {
        const sd_json_node *scenarios = sd_json_member(runs.meta.root, "scenarios");
        const char *name = *t.rows.scenarios[s] || !scenarios || !scenarios->first
                               ? t.rows.scenarios[s]
                               : sd_json_text_of(scenarios->first, "name");

        fans[s] = (sd_fan){.label = *name ? sd_meta_title(arena, &runs.meta, name) : "all members",
                           .quantiles = quantiles_of(&t, s)};
    }
    const sd_fan_picture picture = {
        .title = title_of(&t, fans),
        .subtitle = subtitle_of(&t),
        .time_units = runs.meta.time_units,
        .suffix = t.score.unit[0] == '%'                ? "%"
                  : strncmp(t.score.unit, "h ", 2) == 0 ? "h"
                                                        : "",
        .sign = t.score.gain,
        .time_count = t.time_count,
        .times = t.times,
        .count = t.rows.scenario_count,
        .fans = fans,
        .note_count = sd_runs_notes(&runs, &t.rows, t.missing, first_note(&t), notes),
        .notes = notes};

    return sd_fan_script(arena, &picture, q->path, ret_script, diag);
}
