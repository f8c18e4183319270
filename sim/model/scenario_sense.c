/* scenario_sense.c - what makes sense together: a complete scenario goes in, advice about it comes out.
 * Each value of such a scenario is fine by itself and has been checked where it was read.  What is known about the
 * shipped model stands in tables of variable names; a model without them is left in peace.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>

typedef struct sense {
    const sd_scenario *scenario;
    const sd_model *model;
    sd_diag *diag;
    const char *time; /* " week", "" when the model's time has no unit */
} sense;

static const char *number_text(const sense *s, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(s->diag->arena, text, sd_number_format(value, text));
}

/* The same for a sum, whose last digits are rounding. */
static const char *rounded_text(const sense *s, double value)
{
    return sd_arena_printf(s->diag->arena, "%.12g", value);
}

/* ---- values in effect ---- */

/* NAN when the model computes it in a way that only a run shows. */
static double value_of(const sense *s, size_t element)
{
    double value;

    return sd_scenario_number(s->scenario, element, &value) ? value : (double)NAN;
}

/* A variable of the shipped model with that many dimensions; NULL when the model is another one. */
static const sd_variable *find(const sense *s, const char *name, size_t dimensions)
{
    const sd_variable *variable = sd_model_find(s->model, name);

    return variable && variable->dimension_count == dimensions ? variable : NULL;
}

/* ---- the run has an end that somebody chose ---- */

static void report_open_end(const sense *s, const char *what, const char *does, double time)
{
    const sd_span model = s->model->spec_span, run = s->scenario->spec_span;
    const sd_span file = {.source = s->model->source};

    sd_warn(s->diag, SD_W908,
            model.source ? model
            : run.source ? run
                         : file,
            "nothing says when the run %s, so it %s at %s", does, does, number_text(s, time));
    if (s->scenario->bare)
        sd_help(s->diag, "add <%s>%s</%s> to <sim_specs>", what, number_text(s, time), what);
    else
        sd_help(s->diag, "add %s = %s; to run", what, number_text(s, time));
}

static void check_ends_of_run(const sense *s)
{
    const sd_run_spec *spec = &s->scenario->spec;
    const bool start = s->scenario->start_given, stop = s->scenario->stop_given;

    if (!start && !stop && !s->model->spec_span.source) {
        sd_warn(s->diag, SD_W908, (sd_span){.source = s->model->source},
                "the model has no <sim_specs>, so it runs from %s to %s with a DT of %s",
                number_text(s, spec->start), number_text(s, spec->stop), number_text(s, spec->dt));
        sd_help(s->diag, "add <sim_specs><start>0</start><stop>100</stop><dt>1</dt></sim_specs>");
        return;
    }
    if (!start)
        report_open_end(s, "start", "starts", spec->start);
    if (!stop)
        report_open_end(s, "stop", "ends", spec->stop);
}

/* ---- what comes after the end ---- */

/* "starts at 300, after the run ends at 260" */
static void report_late(const sense *s, sd_span where, const char *what, const char *comes,
                        double at)
{
    const double stop = s->scenario->spec.stop;

    if (at > stop)
        sd_warn(s->diag, SD_W906, where, "%s %s at %s, after the run ends at %s, so it never acts",
                what, comes, number_text(s, at), number_text(s, stop));
    else
        sd_warn(s->diag, SD_W906, where, "%s %s at %s, when the run ends, so it never acts", what,
                comes, number_text(s, at));
    sd_help(s->diag, "let it start before %s, or let the run end later", number_text(s, stop));
}

static sd_span span_of_policy(const sense *s, size_t practice)
{
    for (size_t each = 0; each < s->scenario->policies.count; each++) {
        if (s->scenario->policies.items[each].practice == practice)
            return s->scenario->policies.items[each].span;
    }
    return s->scenario->spec_span;
}

static void check_policy(const sense *s, const sd_variable *starts, const sd_variable *stops,
                         size_t practice)
{
    const char *name =
        sd_arena_printf(s->diag->arena, "policy '%s'", starts->dimensions[0]->elements[practice]);
    const sd_setting *set = sd_scenario_setting(s->scenario, starts->first + practice);
    const double start = value_of(s, starts->first + practice);
    const sd_setting *set_stop =
        stops ? sd_scenario_setting(s->scenario, stops->first + practice) : NULL;

    if (start >= s->scenario->spec.stop) {
        report_late(s, set ? set->span : span_of_policy(s, practice), name, "starts", start);
    } else if (set_stop && set_stop->value <= start) {
        sd_warn(s->diag, SD_W906, set_stop->span,
                "%s stops at %s, but starts at %s, so it never acts", name,
                number_text(s, set_stop->value), number_text(s, start));
        sd_help(s->diag, "let it start before it stops");
    }
}

static void check_policies(const sense *s)
{
    const sd_variable *intensity = find(s, "practice_intensity", 1);
    const sd_variable *starts = find(s, "practice_start", 1);
    const sd_variable *stops = find(s, "practice_stop", 1);

    if (!intensity || !starts || starts->dimensions[0] != intensity->dimensions[0])
        return;
    if (stops && stops->dimensions[0] != intensity->dimensions[0])
        stops = NULL;
    for (size_t each = 0; each < intensity->size; each++) {
        if (value_of(s, intensity->first + each) > 0)
            check_policy(s, starts, stops, each);
    }
}

static void check_shocks(const sense *s)
{
    for (size_t each = 0; each < s->scenario->shocks.count; each++) {
        const sd_shock *shock = &s->scenario->shocks.items[each];

        if (shock->at >= s->scenario->spec.stop)
            report_late(s, shock->span,
                        sd_arena_printf(s->diag->arena, "the shock of '%s'", shock->variable->name),
                        "comes", shock->at);
    }
}

/* ---- DT and the shortest stay ---- */

/* How short something can stay in a stock of the shipped model: one constant, or the product of two. */
static const struct stay {
    const char *time, *share;
} stays[] = {
    {"base_response_time", "minimum_response_share"}, /* a task in the backlog, at the fastest */
    {"pressure_feeling_time", NULL},
    {"question_settling_time", NULL},
    {"error_discovery_time", NULL},
    {"adoption_time", NULL},
    {"rollout_time", NULL},
    {"time_to_build_trust", NULL},
    {"time_to_lose_trust", NULL},
    {"perception_time", NULL},
    {"time_to_raise_expectations", NULL},
    {"fatigue_time", NULL},
    {"satisfaction_time", NULL},
    {"pressure_perception_time", NULL},
    {"time_to_fill", NULL},
    {"layoff_time", NULL},
    {"customer_perception_time", NULL},
    {"reversal_time", NULL},
    {"redesign_build_time", NULL},
    {"erosion_time", NULL},
};
enum { STAYS = sizeof stays / sizeof stays[0] };

/* A stay must be at least this many DT: 0.35 week with a DT of 0.25 is what the model was tested down to. */
static const double dt_in_a_stay = 1.4; /* [1] */

static double length_of(const sense *s, const struct stay *stay)
{
    const sd_variable *time = find(s, stay->time, 0);
    const sd_variable *share = stay->share ? find(s, stay->share, 0) : NULL;

    if (!time || (stay->share && !share))
        return (double)NAN;
    return value_of(s, time->first) * (share ? value_of(s, share->first) : 1);
}

/* The value that made it short, else that of DT. */
static sd_span span_of_stay(const sense *s, const struct stay *stay)
{
    const char *const names[] = {stay->time, stay->share};

    for (size_t each = 0; each < 2; each++) {
        const sd_variable *variable = names[each] ? find(s, names[each], 0) : NULL;
        const sd_setting *setting =
            variable ? sd_scenario_setting(s->scenario, variable->first) : NULL;

        if (setting)
            return setting->span;
    }
    return s->scenario->spec_span;
}

static void report_coarse(const sense *s, const struct stay *stay, double length)
{
    const char *text = stay->share
                           ? sd_arena_printf(s->diag->arena, "'%s' x '%s' is %s%s", stay->time,
                                             stay->share, rounded_text(s, length), s->time)
                           : sd_arena_printf(s->diag->arena, "'%s' is %s%s", stay->time,
                                             number_text(s, length), s->time);
    double dt = s->scenario->spec.dt;

    sd_warn(s->diag, SD_W907, span_of_stay(s, stay), "%s, too short for a DT of %s", text,
            number_text(s, dt));
    if (!(length > 0)) {
        sd_help(s->diag, "no DT is short enough");
        return;
    }
    while (length < dt_in_a_stay * dt)
        dt /= 2;
    sd_help(s->diag, "take a dt of %s, in run or as --dt %s", number_text(s, dt),
            number_text(s, dt));
}

static void check_dt(const sense *s)
{
    const struct stay *shortest = NULL;
    double shortest_length = (double)INFINITY;

    if (sd_method_is_adaptive(s->scenario->spec.method) || !find(s, "practice_intensity", 1))
        return;
    for (size_t each = 0; each < STAYS; each++) {
        const double length = length_of(s, &stays[each]);

        if (length < shortest_length) {
            shortest_length = length;
            shortest = &stays[each];
        }
    }
    if (shortest && shortest_length < dt_in_a_stay * s->scenario->spec.dt)
        report_coarse(s, shortest, shortest_length);
}

/* ---- shares of a whole ---- */

/* Arrays of the shipped model whose elements are parts of one. */
static const char *const wholes[] = {"group_share"};

/* What to set, so that the sum is 1: the last element that the scenario says nothing about, else the last one that
 * can take the rest. */
static void help_share(const sense *s, const sd_variable *shares, double rest)
{
    size_t chosen = shares->size;
    bool chosen_is_set = true;

    for (size_t each = 0; each < shares->size; each++) {
        const double value = value_of(s, shares->first + each) + rest;
        const bool is_set = sd_scenario_setting(s->scenario, shares->first + each);

        if (value >= 0 && value <= 1 && (chosen == shares->size || !is_set || chosen_is_set)) {
            chosen = each;
            chosen_is_set = is_set;
        }
    }
    if (chosen == shares->size)
        sd_help(s->diag, "divide each of them by their sum");
    else
        sd_help(s->diag, "set %s to %s",
                sd_model_element_name(s->model, shares->first + chosen, s->diag->arena),
                rounded_text(s, value_of(s, shares->first + chosen) + rest));
}

static void check_whole(const sense *s, const sd_variable *shares)
{
    sd_span where = s->model->spec_span;
    double sum = 0;

    for (size_t each = 0; each < shares->size; each++) {
        const sd_setting *setting = sd_scenario_setting(s->scenario, shares->first + each);

        sum += value_of(s, shares->first + each);
        if (setting)
            where = setting->span;
    }
    if (isnan(sum) || fabs(sum - 1) <= 1e-9)
        return;
    (void)sd_fail(s->diag, SD_E410, where,
                  "the shares '%s' must add up to 1, but they add up to %s", shares->name,
                  rounded_text(s, sum));
    help_share(s, shares, 1 - sum);
}

bool sd_model_is_share(const sd_model *model, size_t element)
{
    const sense s = {.model = model};

    for (size_t each = 0; each < sizeof wholes / sizeof wholes[0]; each++)
        if (find(&s, wholes[each], 1) == model->element_variables[element])
            return find(&s, "practice_intensity", 1) != NULL;
    return false;
}

sd_status sd_scenario_check(const sd_scenario *scenario, sd_diag *diag)
{
    const sd_model *model = scenario->model;
    const char *units = model->time_units;
    const sense s = {.scenario = scenario,
                     .model = model,
                     .diag = diag,
                     .time = units[0] ? sd_arena_printf(diag->arena, " %s", units) : ""};
    const size_t errors = diag->errors;

    check_ends_of_run(&s);
    check_policies(&s);
    check_shocks(&s);
    check_dt(&s);
    for (size_t each = 0; each < sizeof wholes / sizeof wholes[0]; each++) {
        const sd_variable *shares = find(&s, wholes[each], 1);

        if (shares && find(&s, "practice_intensity", 1))
            check_whole(&s, shares);
    }
    return diag->errors > errors ? sd_diag_status(diag) : SD_OK;
}
