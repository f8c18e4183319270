/* tip_study.c - what `tip` works out: branches of equilibria, slow sweeps, plain runs, and the boundary in two parameters.
 * In: an input and the options.  Out: a study.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tip_study.h"

enum { RUNS = 81, SWEEP = 41, BOUNDARY = 25 };

/* ---- what was asked for ---- */

static sd_status fail_over(call *c, const char *text)
{
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                               "'--over %s' is not a name, '=' and two different numbers with ':' "
                               "between them",
                               text);
    sd_help(c->diag, "for example: --over expectation_pass_through=0:1.6");
    return status;
}

static sd_span word_of(call *c, const char *text, size_t begin, size_t end)
{
    const char *whole = sd_arena_printf(c->arena, "--over %s", text);
    const sd_source *source = sd_source_from_text(c->arena, "command line", whole, strlen(whole));

    return (sd_span){.source = source, .begin = begin + 7, .end = end + 7};
}

static sd_status check_bounds(call *c, const tip_over *over, const sd_model *model, sd_span where)
{
    const sd_variable *v = model->element_variables[over->element];

    if (over->low >= v->bound_min && over->high <= v->bound_max)
        return SD_OK;
    const bool below = over->low < v->bound_min;

    return sd_fail(c->diag, SD_E404, where, "'%s' must be %s %g", over->name,
                   below ? "at least" : "at most", below ? v->bound_min : v->bound_max);
}

static sd_status read_over(call *c, const regime *at, const char *text, tip_over *ret_over)
{
    const sd_model *model = at->scenario->model;
    const char *equals = strrchr(text, '='), *colon = equals ? strchr(equals, ':') : NULL;
    tip_over over = {0};

    if (!colon || equals == text)
        return fail_over(c, text);
    const size_t length = (size_t)(equals - text);
    const sd_span where = word_of(c, text, 0, length);

    if (!sd_number_from_text(sd_arena_copy(c->arena, equals + 1, (size_t)(colon - equals - 1)),
                             &over.low) ||
        !sd_number_from_text(colon + 1, &over.high) || over.low == over.high)
        return fail_over(c, text);
    if (over.low > over.high) {
        const double high = over.low;

        over.low = over.high;
        over.high = high;
    }
    sd_status status = sd_model_find_element(model, sd_arena_copy(c->arena, text, length), where,
                                             &over.element, c->diag);
    if (status != SD_OK)
        return status;
    over.name = sd_model_element_name(model, over.element, c->arena);
    const int32_t parameter = at->core->program->element_parameters[over.element];

    if (parameter < 0) {
        status = sd_fail(c->diag, SD_E408, where,
                         "'%s' is worked out by an equation, so it cannot be varied", over.name);
        sd_help(c->diag, "'treadmill list parameters' shows what can");
        return status;
    }
    over.parameter = (size_t)parameter;
    status = check_bounds(c, &over, model, word_of(c, text, length + 1, strlen(text)));
    *ret_over = over;
    return status;
}

static sd_status read_overs(tip_study *t)
{
    call *c = t->c;
    const text_list *given = &c->given.over;
    sd_status status = SD_OK;

    if (given->count == 0 || given->count > 2) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "'tip' needs one or two times '--over', not %zu", given->count);
        sd_help(c->diag, "for example: treadmill tip tools-only --over "
                         "expectation_pass_through=0:1.6");
    }
    for (size_t i = 0; status == SD_OK && i < given->count; i++)
        status = read_over(c, &t->at, given->items[i], &t->over[i]);
    t->over_count = given->count;
    if (status == SD_OK && given->count == 2 && t->over[0].element == t->over[1].element)
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "both '--over' vary '%s'", t->over[0].name);
    return status;
}

/* What was asked for; else the hours of an organisation, which leave 40 where the trap begins; else what moves. */
static sd_status choose_output(tip_study *t)
{
    static const char hours[] = "hours_per_week";
    const sd_model *model = t->at.scenario->model;
    const sd_core *core = t->at.core;
    const char *name = t->c->given.of;
    size_t first = SIZE_MAX;

    if (!name && sd_model_is_trap(model) && sd_model_find(model, hours))
        name = hours;
    if (name) {
        const sd_source *source = sd_source_from_text(t->c->arena, "--of", name, strlen(name));
        const sd_span span = {.source = source, .begin = 0, .end = source->length};
        sd_status status = sd_model_find_element(model, name, span, &t->element, t->c->diag);

        if (status != SD_OK)
            return status;
    } else {
        for (size_t i = core->stock_count; i-- > 0;)
            if (core->roles[i] == SD_ROLE_MOVES)
                first = core->program->stocks[i].element;
        if (first == SIZE_MAX)
            return sd_fail(t->c->diag, SD_E510, SD_NOWHERE, "no stock of '%s' moves",
                           t->at.scenario->name);
        t->element = first;
    }
    t->of = sd_model_element_name(model, t->element, t->c->arena);
    return SD_OK;
}

/* ---- plain runs ---- */

/* The output at the time looked at, in a run of its own from the start; NAN when the run breaks off. */
static double run_with(const tip_study *t, double *parameters)
{
    const sd_scenario *s = t->at.scenario;
    sd_run_spec spec = s->spec;
    const double steps = fmax(1, floor((t->at.time - spec.start) / spec.dt + 1e-9));
    const sd_trajectory *run;

    spec.stop = spec.start + steps * spec.dt;
    spec.save_interval = steps * spec.dt;
    sd_arena *scratch = sd_arena_new("a run of tip");
    const sd_run_request request = {.program = t->at.core->program,
                                    .spec = spec,
                                    .members = 1,
                                    .parameters = parameters,
                                    .column_count = 1,
                                    .columns = &t->element};
    const sd_status status = sd_run(scratch, &request, &run, sd_diag_new(scratch));
    const double value =
        status == SD_OK ? sd_trajectory_value(run, run->time_count - 1, 0, 0) : (double)NAN;

    sd_arena_free(scratch);
    return value;
}

static double step_of(const tip_over *over, size_t k, size_t count)
{
    return k + 1 == count ? over->high
                          : over->low + (double)k * (over->high - over->low) / (double)(count - 1);
}

static bool is_interrupted(const tip_study *t)
{
    return t->c->interrupted && *t->c->interrupted;
}

/* With the second parameter at `second`; NAN: as the scenario has it. */
static sd_response runs_over(const tip_study *t, double second)
{
    const size_t count = t->at.core->program->parameter_count;
    double *parameters = SD_NEW_ARRAY(t->c->arena, double, count + 1),
           *x = SD_NEW_ARRAY(t->c->arena, double, RUNS),
           *y = SD_NEW_ARRAY(t->c->arena, double, RUNS);

    memcpy(parameters, t->at.parameters, count * sizeof *parameters);
    if (!isnan(second))
        parameters[t->over[1].parameter] = second;
    for (size_t k = 0; k < RUNS && !is_interrupted(t); k++) {
        parameters[t->over[0].parameter] = x[k] = step_of(&t->over[0], k, RUNS);
        y[k] = run_with(t, parameters);
    }
    return sd_response_of(x, y, RUNS);
}

/* ---- branches ---- */

static void value_branches(tip_study *t)
{
    sd_core *core = t->at.core;
    const double given = sd_field_parameter(core->field, t->over[0].parameter);

    t->values = SD_NEW_ARRAY(t->c->arena, const double *, t->branches.count + 1);
    for (size_t i = 0; i < t->branches.count; i++) {
        const sd_branch *b = &t->branches.list[i];
        double *values = SD_NEW_ARRAY(t->c->arena, double, b->count + 1);

        for (size_t k = 0; k < b->count; k++) {
            sd_core_set(core, t->over[0].parameter, b->points[k].parameter);
            values[k] = sd_field_value(core->field, b->points[k].stocks, t->element);
            t->specials[b->points[k].special]++;
        }
        t->values[i] = values;
    }
    sd_core_set(core, t->over[0].parameter, given);
}

/* A branch that is stable and goes from one end of the range to the other says what each value comes to in the long run. */
static void find_rest(tip_study *t)
{
    const sd_branch *b = &t->branches.list[0];
    double *x = SD_NEW_ARRAY(t->c->arena, double, b->count + 1),
           *y = SD_NEW_ARRAY(t->c->arena, double, b->count + 1);

    for (size_t k = 0; k < b->count; k++) {
        const sd_branch_point *p = &b->points[k];

        if (p->growing > 0 || p->special != SD_POINT_PLAIN ||
            (k > 0 && p->parameter <= b->points[k - 1].parameter))
            return;
        x[k] = p->parameter;
        y[k] = t->values[0][k];
    }
    t->rest = sd_response_of(x, y, b->count);
    t->has_rest = b->points[0].parameter == t->over[0].low &&
                  b->points[b->count - 1].parameter == t->over[0].high;
}

/* ---- two parameters ---- */

static const sd_branch_point *first_fold(const tip_study *t)
{
    for (size_t i = 0; i < t->branches.count; i++)
        for (size_t k = 0; k < t->branches.list[i].count; k++)
            if (t->branches.list[i].points[k].special == SD_POINT_FOLD)
                return &t->branches.list[i].points[k];
    return NULL;
}

/* Where plain runs leave their level, at several values of the second parameter. */
static void graded_boundary(tip_study *t)
{
    double *first = SD_NEW_ARRAY(t->c->arena, double, BOUNDARY),
           *second = SD_NEW_ARRAY(t->c->arena, double, BOUNDARY);
    size_t count = 0;

    for (size_t k = 0; k < BOUNDARY && !is_interrupted(t); k++) {
        const double value = step_of(&t->over[1], k, BOUNDARY);
        const double leaves = runs_over(t, value).leaves;

        if (isnan(leaves))
            continue;
        first[count] = leaves;
        second[count++] = value;
    }
    t->boundary = (sd_boundary){.count = count, .first = first, .second = second};
}

static sd_status find_boundary(tip_study *t, const sd_tip_request *request)
{
    const sd_branch_point *fold = first_fold(t);

    t->boundary_is_fold = fold != NULL;
    if (fold)
        return sd_fold_follow(t->c->arena, t->at.core, request, fold, t->over[1].parameter,
                              t->over[1].low, t->over[1].high, &t->boundary, t->c->diag);
    graded_boundary(t);
    return SD_OK;
}

sd_status tip_study_run(call *c, const char *input, tip_study *ret_study)
{
    tip_study t = {.c = c};
    sd_status status = regime_new(c, input, &t.at);

    if (status == SD_OK)
        status = read_overs(&t);
    if (status == SD_OK)
        status = choose_output(&t);
    if (status != SD_OK)
        return status;
    const sd_tip_request request = {.parameter = t.over[0].parameter,
                                    .low = t.over[0].low,
                                    .high = t.over[0].high,
                                    .stocks = t.at.stocks,
                                    .interrupted = c->interrupted};

    status = sd_branches_follow(c->arena, t.at.core, &request, &t.branches, c->diag);
    if (status != SD_OK)
        return status;
    value_branches(&t);
    find_rest(&t);
    status = sd_sweep_run(c->arena, t.at.core, &request, t.element, SWEEP, &t.sweep);
    if (status == SD_OK)
        t.runs = runs_over(&t, (double)NAN);
    if (status == SD_OK && t.over_count == 2)
        status = find_boundary(&t, &request);
    *ret_study = t;
    return status == SD_OK && is_interrupted(&t) ? SD_INTERRUPTED : status;
}
