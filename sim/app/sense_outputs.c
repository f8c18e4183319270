/* sense_outputs.c - which scores the command sense looks at, and what it looks for in them.
 * In: --of, --over-time, --discover.  Out: given.score, and names for people.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sense_study.h"

enum { TIMES = 20 /* about, over a run */ };

static sd_status ask(call *c, const char *spec)
{
    text_list *list = &c->given.score;
    if (list->count == TEXT_LIST_MAX)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE, "more than %d outputs", TEXT_LIST_MAX);
    list->items[list->count++] = spec;
    return SD_OK;
}

static const char *at_time(call *c, const char *variable, double time)
{
    char number[SD_NUMBER_MAX];
    (void)sd_number_format(time, number);
    return sd_arena_printf(c->arena, "%s@%s", variable, number);
}

/* ---- over time ---- */

/* [model time] between the times looked at: a whole number of save points, about a twentieth of the run. */
static double interval(const sense_study *s)
{
    const sd_run_spec *spec = &s->one.scenario->spec;
    const double points = (s->one.last - spec->start) / spec->save_interval;
    return spec->save_interval * fmax(1, ceil(points / TIMES - 1e-9));
}

static sd_status ask_over_time(sense_study *s, const char *variable)
{
    const double start = s->one.scenario->spec.start, step = interval(s);
    sd_status status = SD_OK;
    s->times = (size_t)floor((s->one.last - start) / step + 1e-9);
    for (size_t i = 1; i <= s->times && status == SD_OK; i++)
        status = ask(s->call, at_time(s->call, variable, start + (double)i * step));
    return status;
}

/* ---- --of ---- */

/* Up to the next comma that stands in no bracket. */
static size_t length_of(const char *text)
{
    int depth = 0;
    size_t i = 0;
    for (; text[i] && (depth > 0 || text[i] != ','); i++)
        depth += text[i] == '(' || text[i] == '[' ? 1 : text[i] == ')' || text[i] == ']' ? -1 : 0;
    return i;
}

static sd_status ask_listed(sense_study *s, const char *of)
{
    call *c = s->call;
    size_t plain = 0, all = 0;
    sd_status status = SD_OK;
    for (const char *at = of; *at && status == SD_OK;) {
        const size_t length = length_of(at);
        const char *item = sd_arena_copy(c->arena, at, length);
        const bool is_variable = !strpbrk(item, "@(");
        at += length + (at[length] == ',');
        all++;
        plain += is_variable;
        status = is_variable ? ask_over_time(s, item) : ask(c, item);
    }
    s->over_time = plain > 0;
    if (status == SD_OK && ((plain > 0 && plain < all) || (c->given.over_time && plain < all)))
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "an output with a time of its own cannot be looked at over time");
    return status;
}

/* ---- --discover ---- */

static sd_status read_condition(sense_study *s, const char *text)
{
    call *c = s->call;
    if (sd_condition_from_text(c->arena, text, &s->condition) && !isnan(s->condition.level))
        return ask(c, s->condition.spec);
    const sd_source *source = sd_source_from_text(c->arena, "--discover", text, strlen(text));
    sd_status status = sd_fail(c->diag, SD_E701, (sd_span){source, 0, source->length},
                               "'%s' is no condition", text);
    sd_help(c->diag, "write OUTPUT@TIME > NUMBER or OUTPUT@TIME < NUMBER, as in "
                     "'hours_per_week@260 > 42'");
    return status;
}

/* ---- all ---- */

sd_status sense_ask_scores(sense_study *s)
{
    call *c = s->call;
    const sd_scenario *scenario = s->one.scenario;
    const bool trap = sd_model_is_trap(scenario->model);
    if (s->method == SENSE_DISCOVER)
        return read_condition(s, c->given.discover);
    if (c->given.of)
        return ask_listed(s, c->given.of);
    if (trap && c->given.over_time)
        return ask_listed(s, sd_measures[0].variable);
    if (trap)
        return ask(c, at_time(c, sd_measures[0].variable, s->one.last));
    if (!c->given.over_time)
        return SD_OK; /* as sweep does */
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--over-time' needs '--of NAME'");
    sd_help(c->diag, "say which variable, as in --of x");
    return status;
}

static const char *what_of(const sense_study *s, const sd_score *score)
{
    const sd_model *model = s->one.scenario->model;
    sd_arena *arena = s->call->arena;
    char time[SD_NUMBER_MAX];
    if (score->kind != SD_SCORE_AT)
        return score->spec;
    (void)sd_number_format(score->from, time);
    return sd_arena_printf(arena, "%s %s %s", sd_model_element_name(model, score->element, arena),
                           sd_units_are_weeks(model->time_units) ? "in week" : "at time", time);
}

void sense_name_outputs(sense_study *s)
{
    sd_arena *arena = s->call->arena;
    s->output_count = s->sweep.score_count;
    s->outputs = SD_NEW_ARRAY(arena, sense_output, s->output_count);
    for (size_t i = 0; i < s->output_count; i++) {
        const sd_score *score = &s->one.scores[i];
        s->outputs[i] = (sense_output){
            .score = score,
            .what = what_of(s, score),
            .variable = sd_model_element_name(s->one.scenario->model, score->element, arena)};
    }
}
