/* chart_sense_table.c - the charts of what an answer depends on, from the table that `sense` writes: output, parameter, measure,
 * value, low, high.
 * In: facts, one a row, what decides most first.  Out: sd_sense_chart, and its script.  `sense --plot` draws through here too, so
 * that a chart that is drawn again is the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT, PARAMETER, MEASURE, VALUE, LOW, HIGH, COLUMNS };
static const char *const column_names[COLUMNS] = {"output", "parameter", "measure",
                                                  "value",  "low",       "high"};

static const double lookups_max = 1e10; /* a table of `sense` has far fewer rows times parameters */

typedef struct fact {
    const char *output, *parameter, *measure;
    sd_estimate estimate;
} fact;

typedef struct facts {
    sd_arena *arena;
    sd_diag *diag;
    const sd_table_request *request;
    size_t count;
    const fact *items;
} facts;

/* ---- reading ---- */

/* One text for equal ones. */
static const char *kept_text(sd_arena *arena, sd_table *texts, const char *text)
{
    char *kept = sd_table_find(texts, text);

    if (!kept) {
        kept = sd_arena_copy(arena, text, strlen(text));
        (void)sd_table_put(texts, kept, kept);
    }
    return kept;
}

static sd_status read_head(sd_csv_reader *csv, const char *name)
{
    sd_csv_cell cell;
    size_t at = 0;

    do {
        cell = sd_csv_next(csv);
        if (at >= COLUMNS || strcmp(sd_csv_text(csv, cell), column_names[at]) != 0)
            break;
        at++;
    } while (!cell.last);
    if (at == COLUMNS && cell.last)
        return SD_OK;
    const sd_status status =
        sd_fail(csv->diag, SD_E616, SD_NOWHERE,
                "'%s' is no table of sensitivity: its columns are not output, parameter, measure, "
                "value, low, high",
                name);

    sd_help(csv->diag, "'treadmill sense INPUT -o sense.csv' writes one");
    return status;
}

static sd_status read_facts(facts *f)
{
    enum { ERRORS_MAX = 20 };
    sd_csv_reader csv = sd_csv_open(f->arena, f->request->table, f->diag);
    sd_table *texts = sd_table_new(f->arena);
    const size_t errors = f->diag->errors;
    SD_LIST(fact) list = {0};
    sd_status status = read_head(&csv, f->request->table->name);

    while (status == SD_OK && csv.at < csv.end && f->diag->errors - errors < ERRORS_MAX) {
        const char *begin = csv.at, *words[VALUE] = {"", "", ""};
        double numbers[COLUMNS - VALUE];
        sd_csv_cell cell;
        size_t at = 0;

        if (f->request->interrupted && *f->request->interrupted)
            return SD_INTERRUPTED;
        do {
            cell = sd_csv_next(&csv);
            if (at < VALUE)
                words[at] = kept_text(f->arena, texts, sd_csv_text(&csv, cell));
            else if (at < COLUMNS)
                numbers[at - VALUE] = sd_csv_number(&csv, cell, column_names[at]);
            at++;
        } while (!cell.last);
        if (at == COLUMNS)
            SD_PUSH(f->arena, &list,
                    ((fact){words[OUTPUT],
                            words[PARAMETER],
                            words[MEASURE],
                            {numbers[0], numbers[1], numbers[2]}}));
        else
            (void)sd_fail(f->diag, SD_E606, sd_csv_span(&csv, begin, begin + 1),
                          "this line has %zu field%s, the first line has %d", at,
                          at == 1 ? "" : "s", (int)COLUMNS);
    }
    f->count = list.count;
    f->items = list.items;
    return status != SD_OK ? status : f->diag->errors > errors ? SD_SYNTAX : SD_OK;
}

/* ---- looking up ---- */

static const fact *fact_of(const facts *f, const char *output, const char *parameter,
                           const char *measure)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].output == output && strcmp(f->items[i].measure, measure) == 0 &&
            strcmp(f->items[i].parameter, parameter) == 0)
            return &f->items[i];
    return NULL;
}

/* The first output that is asked for and has this measure; NULL: none. */
static const char *output_with(const facts *f, const char *measure, const char *of)
{
    for (size_t i = 0; i < f->count; i++) {
        const char *name, *output = f->items[i].output;
        double time;

        if (strcmp(f->items[i].measure, measure) == 0 &&
            (!of || sd_text_equal_fold(of, output) ||
             (sd_runs_moment(f->arena, output, &name, &time) && sd_text_equal_fold(name, of))))
            return output;
    }
    return NULL;
}

static sd_status fail_measure(const facts *f, const char *what, const char *option)
{
    const char *of = f->request->of;
    const sd_status status = sd_fail(f->diag, SD_E616, SD_NOWHERE, "the table has no %s%s%s%s",
                                     what, of ? " of '" : "", of ? of : "", of ? "'" : "");

    sd_help(f->diag, "treadmill sense INPUT %s -o sense.csv writes them", option);
    return status;
}

/* A measure of one output, what decides most first; `ret_names` and `ret_estimates` have room for all facts. */
static size_t measures_of(const facts *f, const char *output, const char *measure,
                          const char **ret_names, sd_estimate *ret_estimates)
{
    size_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].output == output && strcmp(f->items[i].measure, measure) == 0) {
            if (ret_names)
                ret_names[count] = f->items[i].parameter;
            ret_estimates[count++] = f->items[i].estimate;
        }
    return count;
}

static sd_estimate *estimates_for(const facts *f)
{
    return SD_NEW_ARRAY(f->arena, sd_estimate, f->count + 1);
}

/* ---- charts ---- */

static sd_status chart_for(const facts *f, const char *output, sd_sense_chart *ret_chart)
{
    const sd_table_request *q = f->request;
    sd_meta meta;
    sd_status status = sd_meta_read(f->arena, q->meta, q->table, &meta, f->diag);

    if (status != SD_OK)
        return status;
    if (q->told)
        meta = (sd_meta){
            .time_units = q->told->time_units, .changed = q->told->changed, .trap = q->told->trap};
    *ret_chart = (sd_sense_chart){.time_units = meta.time_units,
                                  .changed = meta.changed,
                                  .trap = meta.trap,
                                  .variable = output,
                                  .time = (double)NAN,
                                  .spec = output};
    const char *variable;
    double time;

    if (sd_runs_moment(f->arena, output, &variable, &time)) {
        ret_chart->variable = sd_name_display(f->arena, variable, strlen(variable));
        ret_chart->time = time;
    }
    return SD_OK;
}

static const double *values_of(const facts *f, const char *output, const char *measure)
{
    sd_estimate *estimates = estimates_for(f);
    const size_t count = measures_of(f, output, measure, NULL, estimates);
    double *values = SD_NEW_ARRAY(f->arena, double, f->count + 1);

    for (size_t i = 0; i < f->count; i++)
        values[i] = i < count ? estimates[i].value : (double)NAN;
    return values;
}

static sd_status set_tornado(facts *f, sd_sense_chart *ret_chart)
{
    const char *output = output_with(f, "oat_low", f->request->of),
               **names = SD_NEW_ARRAY(f->arena, const char *, f->count + 1);

    if (!output || !fact_of(f, output, "", "oat_centre"))
        return fail_measure(f, "results of one parameter at a time", "--oat");
    const sd_status status = chart_for(f, output, ret_chart);

    if (status != SD_OK)
        return status;
    ret_chart->kind = SD_SENSE_TORNADO;
    ret_chart->count = measures_of(f, output, "oat_low", names, estimates_for(f));
    ret_chart->parameters = names;
    ret_chart->centre = fact_of(f, output, "", "oat_centre")->estimate.value;
    ret_chart->low = values_of(f, output, "oat_low");
    ret_chart->high = values_of(f, output, "oat_high");
    ret_chart->from = values_of(f, output, "oat_from");
    ret_chart->to = values_of(f, output, "oat_to");
    return SD_OK;
}

static sd_status set_bars(facts *f, const char *measure, sd_sense_chart *ret_chart)
{
    const bool effects = strcmp(measure, "mu_star") == 0;
    const char *output = output_with(f, measure, f->request->of),
               **names = SD_NEW_ARRAY(f->arena, const char *, f->count + 1);
    sd_estimate *all = estimates_for(f), *alone = estimates_for(f);

    if (!output)
        return effects ? fail_measure(f, "elementary effects", "--morris 20")
                       : fail_measure(f, "shares of the variance", "--sobol 1024");
    const sd_status status = chart_for(f, output, ret_chart);

    if (status != SD_OK)
        return status;
    ret_chart->kind = SD_SENSE_SHARES;
    ret_chart->count = measures_of(f, output, measure, names, all);
    ret_chart->parameters = names;
    ret_chart->all = all;
    ret_chart->effects = effects;
    if (measures_of(f, output, "S1", NULL, alone) == ret_chart->count)
        ret_chart->alone = alone;
    return SD_OK;
}

static sd_status set_shares(facts *f, sd_sense_chart *ret_chart)
{
    return set_bars(f, "ST", ret_chart);
}

static sd_status set_effects(facts *f, sd_sense_chart *ret_chart)
{
    return set_bars(f, "mu_star", ret_chart);
}

/* ---- over time ---- */

typedef struct moment {
    const char *output;
    double time;
} moment;

static int by_time(const void *x, const void *y)
{
    const moment *a = x, *b = y;

    return (a->time > b->time) - (a->time < b->time);
}

/* The outputs of one variable, rising in time. */
static size_t moments_of(const facts *f, const char *measure, const char *variable,
                         moment *ret_moments)
{
    size_t count = 0;
    const char *seen = NULL, *name;
    double time;

    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].output == seen || strcmp(f->items[i].measure, measure) != 0)
            continue;
        seen = f->items[i].output;
        if (sd_runs_moment(f->arena, seen, &name, &time) && strcmp(name, variable) == 0)
            ret_moments[count++] = (moment){seen, time};
    }
    qsort(ret_moments, count, sizeof *ret_moments, by_time);
    return count;
}

static sd_status set_influence(facts *f, sd_sense_chart *ret_chart)
{
    const char *measure = output_with(f, "ST", NULL) ? "ST" : "mu_star",
               *output = output_with(f, measure, f->request->of), *variable;
    moment *moments = SD_NEW_ARRAY(f->arena, moment, f->count + 1);
    double time;
    const size_t times = output && sd_runs_moment(f->arena, output, &variable, &time)
                             ? moments_of(f, measure, variable, moments)
                             : 0;

    if (times < 2)
        return fail_measure(f, "influence over time", "--sobol 512 --of NAME");
    const char *last = moments[times - 1].output,
               **names = SD_NEW_ARRAY(f->arena, const char *, f->count + 1);
    const sd_status status = chart_for(f, last, ret_chart);

    if (status != SD_OK)
        return status;
    const size_t count = measures_of(f, last, measure, names, estimates_for(f));
    const sd_estimate **influences = SD_NEW_ARRAY(f->arena, const sd_estimate *, count + 1);
    double *at = SD_NEW_ARRAY(f->arena, double, times);

    for (size_t t = 0; t < times; t++)
        at[t] = moments[t].time;
    for (size_t r = 0; r < count; r++) {
        sd_estimate *row = SD_NEW_ARRAY(f->arena, sd_estimate, times);

        for (size_t t = 0; t < times; t++) {
            const fact *found = r < SD_SENSE_LINES_MAX
                                    ? fact_of(f, moments[t].output, names[r], measure)
                                    : NULL; /* further ones are not drawn */

            row[t] = found ? found->estimate : (sd_estimate){(double)NAN, (double)NAN, (double)NAN};
        }
        influences[r] = row;
    }
    ret_chart->kind = SD_SENSE_INFLUENCE;
    ret_chart->effects = strcmp(measure, "mu_star") == 0;
    ret_chart->count = count;
    ret_chart->parameters = names;
    ret_chart->time_count = times;
    ret_chart->times = at;
    ret_chart->influences = influences;
    return SD_OK;
}

/* ---- futures ---- */

/* The box, and factors with those first that tell most. */
static const sd_prim_box *box_of(const facts *f, const char *output, const char **names,
                                 size_t count)
{
    sd_prim_box *box = SD_NEW(f->arena, sd_prim_box);
    double *low = SD_NEW_ARRAY(f->arena, double, count + 1),
           *high = SD_NEW_ARRAY(f->arena, double, count + 1);
    const fact *coverage = fact_of(f, output, "", "coverage"),
               *density = fact_of(f, output, "", "density");

    *box = (sd_prim_box){.low = low,
                         .high = high,
                         .coverage = coverage ? coverage->estimate.value : (double)NAN,
                         .density = density ? density->estimate.value : (double)NAN};
    for (size_t i = 0; i < count; i++) {
        const fact *from = fact_of(f, output, names[i], "box_low"),
                   *to = fact_of(f, output, names[i], "box_high");

        low[i] = from ? from->estimate.value : -(double)INFINITY;
        high[i] = to ? to->estimate.value : (double)INFINITY;
        box->restricted += from || to;
    }
    return box;
}

/* Rows "future:N" of the two axes and "case:N", in the order of N. */
static const sd_cases *cases_of(const facts *f, const char *output, const char *across,
                                const char *up, size_t factor_count, const size_t axes[2])
{
    const char *const names[] = {across, up, ""};
    sd_cases *cases = SD_NEW(f->arena, sd_cases);
    double *values[3];
    size_t counts[3] = {0};

    for (int i = 0; i < 3; i++)
        values[i] = SD_NEW_ARRAY(f->arena, double, f->count + 1);
    for (size_t i = 0; i < f->count; i++)
        for (int k = 0; k < 3; k++)
            if (f->items[i].output == output && strcmp(f->items[i].parameter, names[k]) == 0 &&
                strncmp(f->items[i].measure, k < 2 ? "future:" : "case:", k < 2 ? 7 : 5) == 0 &&
                isfinite(f->items[i].estimate.value))
                values[k][counts[k]++] = f->items[i].estimate.value;
    if (counts[0] != counts[1] || counts[0] != counts[2])
        return NULL;
    const size_t count = counts[0];
    double *all = SD_NEW_ARRAY(f->arena, double, factor_count *count + 1);
    bool *is_case = SD_NEW_ARRAY(f->arena, bool, count + 1);

    for (size_t n = 0; n < count; n++) {
        all[axes[0] * count + n] = values[0][n];
        all[axes[1] * count + n] = values[1][n];
        is_case[n] = values[2][n] != 0;
    }
    *cases = (sd_cases){count, factor_count, all, is_case};
    return cases;
}

static sd_status set_futures(facts *f, sd_sense_chart *ret_chart)
{
    const char *output = output_with(f, "share", f->request->of),
               **names = SD_NEW_ARRAY(f->arena, const char *, f->count + 1);
    sd_condition condition;
    size_t axes[2] = {0, 0}, found = 0;

    if (!output || !fact_of(f, output, "", "futures") ||
        !sd_condition_from_text(f->arena, output, &condition))
        return fail_measure(f, "futures", "--discover 'OUTPUT@TIME > NUMBER'");
    const size_t count = measures_of(f, output, "ks", names, estimates_for(f));

    if ((double)count * (double)f->count > lookups_max)
        return sd_fail(f->diag, SD_E616, SD_NOWHERE, "%zu parameters are too many to draw", count);
    if (count < 2)
        return sd_fail(f->diag, SD_E606, SD_NOWHERE,
                       count ? "there is nothing to draw: two parameters are needed"
                             : "there is nothing to draw: all futures are alike in this");
    const sd_status status = chart_for(f, condition.spec, ret_chart);

    if (status != SD_OK)
        return status;
    const sd_prim_box *box = box_of(f, output, names, count);

    for (int restricted = 1; restricted >= 0; restricted--)
        for (size_t i = 0; i < count && found < 2; i++)
            if ((isfinite(box->low[i]) || isfinite(box->high[i])) == (restricted == 1))
                axes[found++] = i;
    ret_chart->kind = SD_SENSE_FUTURES;
    ret_chart->count = count;
    ret_chart->parameters = names;
    ret_chart->box = box;
    ret_chart->across = axes[0];
    ret_chart->up = axes[1];
    ret_chart->above = condition.above;
    ret_chart->level = condition.level;
    ret_chart->futures = (size_t)fact_of(f, output, "", "futures")->estimate.value;
    ret_chart->share = fact_of(f, output, "", "share")->estimate.value;
    ret_chart->cases = cases_of(f, output, names[axes[0]], names[axes[1]], count, axes);
    if (!ret_chart->cases || ret_chart->cases->count == 0)
        return fail_measure(f, "futures", "--discover 'OUTPUT@TIME > NUMBER'");
    return SD_OK;
}

/* ---- all ---- */

static sd_status script_by(sd_arena *arena, const sd_table_request *q,
                           sd_status (*set)(facts *, sd_sense_chart *), const char **ret_script,
                           sd_diag *diag)
{
    facts f = {.arena = arena, .diag = diag, .request = q};
    sd_sense_chart chart;
    sd_status status = read_facts(&f);

    if (status == SD_OK)
        status = set(&f, &chart);
    return status == SD_OK ? sd_sense_script(arena, &chart, q->path, ret_script, diag) : status;
}

sd_status sd_tornado_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                            sd_diag *diag)
{
    return script_by(arena, q, set_tornado, ret_script, diag);
}

sd_status sd_shares_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                           sd_diag *diag)
{
    return script_by(arena, q, set_shares, ret_script, diag);
}

sd_status sd_effects_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                            sd_diag *diag)
{
    return script_by(arena, q, set_effects, ret_script, diag);
}

sd_status sd_influence_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                              sd_diag *diag)
{
    return script_by(arena, q, set_influence, ret_script, diag);
}

sd_status sd_futures_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                            sd_diag *diag)
{
    return script_by(arena, q, set_futures, ret_script, diag);
}
