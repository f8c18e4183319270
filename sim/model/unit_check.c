/* unit_check.c - whether the units of a model balance: a const model flows in, E201 and E202 and a count of what
 * could be checked flow out.  unit_rule.c works out what each equation gives; here that is compared with what is
 * declared, and each flow with its stocks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "unit_private.h"

typedef struct checker {
    unit_walk walk;
    sd_units_report report;
    /* [variable_count] each */
    sd_unit *given;  /* what its first equation gives; not known for a graphical function */
    sd_unit *needed; /* of a flow: the units of its first stock per time */
    bool *told;      /* a flow that was reported as unfit for a stock */
} checker;

/* ---- equations and flows --------------------------------------------------------------------------------- */

/* Made of written numbers alone: such an equation takes the units that are declared for it. */
static bool is_numbers(const sd_expr *e)
{
    for (;;) {
        if (e->kind == SD_EXPR_NUMBER)
            return true;
        if (e->kind != SD_EXPR_CALL)
            return false;
        switch (e->builtin->rule) {
        case SD_RULE_SAME:
        case SD_RULE_PRODUCT:
        case SD_RULE_QUOTIENT:
        case SD_RULE_POWER:
        case SD_RULE_ROOT:
        case SD_RULE_NUMBER:
        case SD_RULE_COUNT:
            break;
        default:
            return false;
        }
        if (e->argument_count == 0)
            return true;
        for (size_t i = 1; i < e->argument_count; i++) {
            if (!is_numbers(e->arguments[i]))
                return false;
        }
        e = e->arguments[0];
    }
}

/* True when everything that the equation of an element uses has units. */
static bool equation_check(checker *c, const sd_variable *v, size_t element)
{
    const sd_expr *e = v->equations[element];
    const bool looked_up = v->gfs && v->gfs[element];
    const sd_unit unknown = {0};
    unit_value result;

    c->walk.missing = !v->units.known;
    if (is_numbers(e))
        return !c->walk.missing;
    result = unit_walk_value(&c->walk, e, looked_up ? &unknown : &v->units);
    if (looked_up || result.any || !result.unit.known)
        return !c->walk.missing;
    if (element == 0)
        c->given[v->index] = result.unit;
    if (!v->units.known || sd_unit_equal(&result.unit, &v->units))
        return !c->walk.missing;
    /* A flow whose equation suits its stock is declared wrongly: flow_check() says so. */
    if (sd_unit_equal(&result.unit, &c->needed[v->index]))
        return !c->walk.missing;
    (void)sd_fail(
        c->walk.diag, SD_E201, e->span, "the equation gives [%s], but '%s' is declared [%s]",
        sd_unit_text(&result.unit, c->walk.arena), v->name, sd_unit_text(&v->units, c->walk.arena));
    unit_help_conversion(&c->walk, &result.unit, &v->units);
    c->walk.clashed = true;
    return !c->walk.missing;
}

static sd_unit needed_of(const checker *c, const sd_variable *stock)
{
    return sd_unit_quotient(&stock->units, &c->walk.time);
}

/* A flow must be its stock per time.  True when that could be compared. */
static bool flow_check(checker *c, const sd_variable *stock, const sd_variable *flow,
                       const char *verb)
{
    const sd_unit *is = flow->units.known ? &flow->units : &c->given[flow->index];
    const sd_unit needed = needed_of(c, stock);

    if (!is->known || !needed.known)
        return false;
    if (sd_unit_equal(is, &needed) || c->told[flow->index])
        return true;
    (void)sd_fail(c->walk.diag, SD_E201,
                  flow->units.known ? flow->units_span : flow->equations[0]->span,
                  "'%s' %s '%s' [%s] and must be [%s], but is [%s]", flow->name, verb, stock->name,
                  sd_unit_text(&stock->units, c->walk.arena), sd_unit_text(&needed, c->walk.arena),
                  sd_unit_text(is, c->walk.arena));
    unit_help_conversion(&c->walk, is, &needed);
    c->walk.clashed = c->told[flow->index] = true;
    return true;
}

/* Elements whose equations have the same text have the same units, so only the first of them is looked at. */
static void variable_check(checker *c, const sd_variable *v)
{
    const size_t count = v->apply_to_all ? 1 : v->size;
    sd_table *seen[2] = {NULL, NULL}; /* text -> outcome; without and with a graphical function */
    bool flows = true;

    for (size_t i = 0; i < v->inflow_count; i++)
        flows = flow_check(c, v, v->inflows[i], "fills") && flows;
    for (size_t i = 0; i < v->outflow_count; i++)
        flows = flow_check(c, v, v->outflows[i], "drains") && flows;
    for (size_t i = 0; v->equations && i < count; i++) {
        const bool looked_up = v->gfs && v->gfs[i];
        const char *text = count > 1 && v->texts ? v->texts[i] : NULL;
        bool *outcome = NULL;

        if (!v->equations[i] || v->driver)
            continue;
        if (text && !seen[looked_up])
            seen[looked_up] = sd_table_new(c->walk.arena);
        if (text)
            outcome = sd_table_find(seen[looked_up], text);
        if (!outcome) {
            outcome = SD_NEW(c->walk.arena, bool);
            *outcome = equation_check(c, v, i);
            if (text)
                (void)sd_table_put(seen[looked_up], text, outcome);
        }
        if (*outcome && flows)
            c->report.checked++;
        else
            c->report.unchecked++;
    }
}

/* Fills in what flows need to be. */
static void needed_collect(checker *c, const sd_variable *stock)
{
    for (size_t i = 0; i < stock->inflow_count + stock->outflow_count; i++) {
        const sd_variable *flow =
            i < stock->inflow_count ? stock->inflows[i] : stock->outflows[i - stock->inflow_count];

        if (!c->needed[flow->index].known)
            c->needed[flow->index] = needed_of(c, stock);
    }
}

sd_status sd_model_check_units(const sd_model *model, sd_arena *arena, sd_units_report *ret_report,
                               sd_diag *diag)
{
    checker c = {.walk = {.arena = arena, .diag = diag}};
    const sd_unit number = sd_unit_number(), none = {0};

    /* Time units that are no units, such as "moons @ 27 d", count as not given. */
    if (sd_unit_parse(arena, model->unit_names, model->time_units, strlen(model->time_units), NULL,
                      NULL, &c.walk.time, sd_diag_new(arena)) != SD_OK)
        c.walk.time = none;
    c.walk.per_time = sd_unit_quotient(&number, &c.walk.time);
    c.given = SD_NEW_ARRAY(arena, sd_unit, model->variable_count);
    c.needed = SD_NEW_ARRAY(arena, sd_unit, model->variable_count);
    c.told = SD_NEW_ARRAY(arena, bool, model->variable_count);
    for (size_t i = 0; i < model->variable_count; i++)
        needed_collect(&c, model->variables[i]);
    for (size_t i = 0; i < model->variable_count; i++) {
        if (model->variables[i]->kind != SD_STOCK)
            variable_check(&c, model->variables[i]);
    }
    /* Stocks last: what the equations of their flows give is known by then. */
    for (size_t i = 0; i < model->variable_count; i++) {
        if (model->variables[i]->kind == SD_STOCK)
            variable_check(&c, model->variables[i]);
    }
    if (c.walk.clashed)
        return SD_UNITS;
    *ret_report = c.report;
    return SD_OK;
}
