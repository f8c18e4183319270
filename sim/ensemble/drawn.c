/* drawn.c - designs that draw: what is uncertain in scenarios goes in, a design for each of them over the same points
 * comes out.
 * The factors are all that is uncertain in any of the scenarios, so that the same number is the same future in all of them;
 * where one of them has a plain number, it keeps it.  What a grid varies is not drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "ensemble_private.h"

typedef struct collector {
    sd_arena *arena;
    const sd_drawing *drawing;
    const sd_scenario *const *scenarios;
    const sd_design **levers; /* of each scenario: its grid */
    size_t count;
    SD_LIST(const char *) names; /* of all that is drawn */
    sd_diag *diag;
} collector;

/* ---- what is drawn ---- */

static bool is_lever(const sd_design *levers, size_t element)
{
    for (size_t f = 0; f < levers->factor_count; f++)
        if (element >= levers->factors[f].first &&
            element - levers->factors[f].first < levers->factors[f].count)
            return true;
    return false;
}

static bool is_drawn(const collector *c, size_t scenario, size_t element, sd_setting *ret_setting)
{
    return !is_lever(c->levers[scenario], element) &&
           sd_scenario_uncertain(c->scenarios[scenario], element, c->drawing->ranges, ret_setting);
}

/* Whether one number or distribution was written for all these elements. */
static bool is_alike(const collector *c, size_t scenario, size_t first, size_t count,
                     sd_setting *ret_setting)
{
    sd_setting other;
    if (!is_drawn(c, scenario, first, ret_setting))
        return false;
    for (size_t i = 1; i < count; i++)
        if (!is_drawn(c, scenario, first + i, &other) || !other.span.source ||
            other.span.source != ret_setting->span.source ||
            other.span.begin != ret_setting->span.begin)
            return false;
    return true;
}

static void add_name(collector *c, const char *name)
{
    for (size_t i = 0; i < c->names.count; i++)
        if (strcmp(c->names.items[i], name) == 0)
            return;
    SD_PUSH(c->arena, &c->names, name);
}

/* Arrays that were given one distribution are drawn as one, others element by element. */
static void collect(collector *c, size_t scenario)
{
    const sd_model *model = c->scenarios[scenario]->model;
    sd_setting setting;
    for (size_t v = 0; v < model->variable_count; v++) {
        const sd_variable *variable = model->variables[v];
        if (variable->size > 1 &&
            is_alike(c, scenario, variable->first, variable->size, &setting)) {
            add_name(c, variable->name);
            continue;
        }
        for (size_t i = 0; i < variable->size; i++)
            if (is_drawn(c, scenario, variable->first + i, &setting))
                add_name(c, sd_model_element_name(model, variable->first + i, c->arena));
    }
}

/* ---- the factors of one scenario ---- */

/* The one number that all elements of a factor have; false when they have none. */
static bool has_number(const sd_scenario *scenario, sd_factor *factor)
{
    double other;
    if (!sd_scenario_number(scenario, factor->first, &factor->value))
        return false;
    for (size_t i = 1; i < factor->count; i++)
        if (!sd_scenario_number(scenario, factor->first + i, &other) || other != factor->value)
            return false;
    return true;
}

static sd_status make_factor(const collector *c, size_t s, const char *name, sd_factor *factor,
                             sd_span *ret_where)
{
    const sd_scenario *scenario = c->scenarios[s];
    sd_setting setting;
    *factor = (sd_factor){.name = name, .partner = SIZE_MAX};
    *ret_where = SD_NOWHERE;
    if (!sd_model_find_named(scenario->model, name, SD_NOWHERE, &factor->first, &factor->count,
                             c->diag)) {
        sd_help(c->diag, "it is uncertain in another scenario of this sweep");
        return sd_diag_status(c->diag);
    }
    if (is_alike(c, s, factor->first, factor->count, &setting)) {
        factor->value = setting.value;
        factor->distribution = setting.distribution;
        *ret_where = setting.span;
        if (!sd_model_is_share(scenario->model, factor->first))
            return SD_OK;
        return sd_fail(c->diag, SD_E410, setting.span,
                       "'%s' is a share of a whole and cannot be drawn alone", name);
    }
    if (!is_drawn(c, s, factor->first, &setting) && has_number(scenario, factor))
        return SD_OK;
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                               "'%s' is uncertain in another scenario, but has no number or "
                               "distribution of its own in '%s'",
                               name, scenario->name);
    sd_help(c->diag, "give it one by --set or --dist, or sweep the scenarios one by one");
    return status;
}

static size_t factor_of(const sd_factor *factors, size_t count, size_t element)
{
    for (size_t f = 0; f < count; f++)
        if (element >= factors[f].first && element - factors[f].first < factors[f].count)
            return f;
    return SIZE_MAX;
}

static void correlate(const collector *c, size_t s, sd_factor *factors, size_t count)
{
    const sd_scenario *scenario = c->scenarios[s];
    for (size_t i = 0; i < scenario->correlations.count; i++) {
        const sd_correlation *pair = &scenario->correlations.items[i];
        size_t at[2];
        for (int k = 0; k < 2; k++) {
            at[k] = factor_of(factors, count, pair->elements[k]);
            if (at[k] == SIZE_MAX)
                sd_warn(c->diag, SD_W913, pair->span, "'%s' is not drawn, so nothing goes with it",
                        sd_model_element_name(scenario->model, pair->elements[k], c->diag->arena));
        }
        if (at[0] == SIZE_MAX || at[1] == SIZE_MAX || at[0] == at[1])
            continue;
        sd_factor *later = &factors[at[0] > at[1] ? at[0] : at[1]];
        later->partner = at[0] > at[1] ? at[1] : at[0];
        later->correlation = pair->r;
    }
}

/* Those of the grid first, then all that is drawn. */
static sd_status make_factors(const collector *c, size_t s, sd_factor **ret_factors)
{
    const size_t levers = c->levers[s]->factor_count, drawn = c->names.count;
    sd_factor *factors = SD_NEW_ARRAY(c->arena, sd_factor, levers + drawn + 1);
    sd_span where;
    if (levers)
        memcpy(factors, c->levers[s]->factors, levers * sizeof *factors);
    for (size_t f = 0; f < drawn; f++) {
        sd_status status = make_factor(c, s, c->names.items[f], &factors[levers + f], &where);
        if (status != SD_OK)
            return status;
        if (!factor_is_new(factors, levers + f, &factors[levers + f], where, c->diag))
            return sd_diag_status(c->diag);
    }
    correlate(c, s, factors + levers, drawn);
    *ret_factors = factors;
    return SD_OK;
}

/* ---- designs ---- */

static sd_status count_members(const collector *c, sd_design *design)
{
    const double combinations = (double)c->levers[0]->member_count;
    if (combinations * (double)design->sample_count <= (double)SD_MEMBERS_MAX) {
        design->member_count = c->levers[0]->member_count * design->sample_count;
        return SD_OK;
    }
    sd_status status =
        sd_fail(c->diag, SD_E702, SD_NOWHERE,
                "a sample of %.0f for %.0f points of the grid is more than %d members",
                (double)design->sample_count, combinations, SD_MEMBERS_MAX);
    sd_help(c->diag, "take a smaller sample, or fewer points");
    return status;
}

static sd_status fail_certain(const collector *c)
{
    sd_status status = sd_fail(c->diag, SD_E702, SD_NOWHERE, "nothing is uncertain in '%s'",
                               c->scenarios[0]->name);
    sd_help(c->diag, c->drawing->ranges
                         ? "say what is, as in --dist 'NAME=uniform(A,B)'"
                         : "say what is, as in --dist 'NAME=uniform(A,B)', or add --ranges: every "
                           "assumption nobody has measured, over its plausible range");
    return status;
}

/* All but the factors: the same for every scenario. */
static sd_status begin_design(const collector *c, sd_design *ret_design)
{
    const sd_drawing *drawing = c->drawing;
    const size_t drawn = c->names.count;
    sd_design design = {.kind = SD_DESIGN_ONE_AT_A_TIME,
                        .lever_count = c->levers[0]->factor_count,
                        .factor_count = c->levers[0]->factor_count + drawn,
                        .sample_count = 2 * drawn + 1};
    if (drawn == 0)
        return fail_certain(c);
    if (!drawing->one_at_a_time) {
        design.kind = SD_DESIGN_POINTS;
        design.sample_count = drawing->sampling.count;
    }
    if (design.sample_count < 1)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE, "a sample of 0 has no members");
    sd_status status = count_members(c, &design);
    if (status == SD_OK && !drawing->one_at_a_time)
        status = sd_points_new(c->arena, &drawing->sampling, drawn, &design.points, c->diag);
    *ret_design = design;
    return status;
}

/* What is plausible was said for the first scenario: for a further one only errors are news. */
static sd_status read_levers(const collector *c, size_t s)
{
    const sd_drawing *q = c->drawing;
    if (s > 0 && sd_design_from_grid(c->arena, c->scenarios[s], q->grid, q->grid_count,
                                     &c->levers[s], sd_diag_new(c->arena)) == SD_OK)
        return SD_OK;
    return sd_design_from_grid(c->arena, c->scenarios[s], q->grid, q->grid_count, &c->levers[s],
                               c->diag);
}

sd_status sd_designs_drawn(sd_arena *arena, const sd_scenario *const *scenarios, size_t count,
                           const sd_drawing *drawing, const sd_design **ret_designs, sd_diag *diag)
{
    collector c = {.arena = arena,
                   .drawing = drawing,
                   .scenarios = scenarios,
                   .levers = SD_NEW_ARRAY(arena, const sd_design *, count),
                   .count = count,
                   .diag = diag};
    sd_design shared;
    sd_status status = SD_OK;
    for (size_t s = 0; s < count && status == SD_OK; s++)
        status = read_levers(&c, s);
    for (size_t s = 0; s < count && status == SD_OK; s++)
        collect(&c, s);
    if (status == SD_OK)
        status = begin_design(&c, &shared);
    for (size_t s = 0; s < count && status == SD_OK; s++) {
        sd_design *design = SD_NEW(arena, sd_design);
        sd_factor *factors = NULL;
        *design = shared;
        status = make_factors(&c, s, &factors);
        if (status != SD_OK)
            break;
        design->factors = factors;
        status = design_check(design, scenarios[s], SD_NOWHERE, diag);
        ret_designs[s] = design;
    }
    return status;
}
