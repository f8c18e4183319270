/* unit_check.c - whether the units of a model balance: a const model flows in, E201 to E206 and a report of what
 * could be checked flow out.  unit_rule.c works out what each equation gives; here that is compared with what is
 * declared, and each flow with its stocks.  An equation in which something has no units is looked at once more with
 * those that unit_infer.c found.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "unit_private.h"

typedef enum coverage { CHECKED, INFERRED, UNCHECKED } coverage; /* from most to least */

typedef struct checker {
    unit_walk walk;
    sd_units_report report;
    SD_LIST(sd_units_gap) gaps;
    const sd_table *unit_names;
    /* [variable_count] each */
    const sd_unit *declared;
    sd_unit *inferred; /* declared, or what the equations leave */
    unit_odd *odds;
    sd_unit *given;  /* what its first equation gives; not known for a graphical function */
    sd_unit *needed; /* of a flow: the units of its first stock per time */
    bool *told;      /* a flow that was reported as unfit for a stock */
} checker;

/* ---- equations and flows --------------------------------------------------------------------------------- */

bool unit_is_numbers(const sd_expr *e)
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
            if (!unit_is_numbers(e->arguments[i]))
                return false;
        }
        e = e->arguments[0];
    }
}

/* Compares an equation with `own` [units of its variable], with the units and literals of the walk. */
static void equation_compare(checker *c, const sd_variable *v, size_t element, const sd_unit *own)
{
    const sd_expr *e = v->equations[element];
    const bool looked_up = v->gfs && v->gfs[element];
    const sd_unit unknown = {0};
    unit_value result;

    c->walk.missing = !own->known;
    c->walk.without = own->known ? NULL : v;
    c->walk.grounded = v->units.known;
    result = unit_walk_value(&c->walk, e, looked_up ? &unknown : own);
    if (looked_up || result.any || !result.unit.known)
        return;
    if (element == 0 && c->walk.units == c->declared)
        c->given[v->index] = result.unit;
    if (!own->known || sd_unit_equal(&result.unit, own))
        return;
    /* A flow whose equation suits its stock is declared wrongly: flow_check() says so. */
    if (sd_unit_equal(&result.unit, &c->needed[v->index]))
        return;
    (void)sd_fail(c->walk.diag, SD_E201, e->span, "the equation gives [%s], but '%s' is %s[%s]%s",
                  sd_unit_text(&result.unit, c->walk.arena), v->name,
                  v->units.known ? "declared " : "", sd_unit_text(own, c->walk.arena),
                  v->units.known ? "" : " (inferred)");
    unit_help_conversion(&c->walk, &result.unit, own);
    c->walk.clashed = true;
}

/* Why an equation could not be checked in full. */
static void note_gap(checker *c, const sd_variable *v, size_t element)
{
    sd_units_gap gap = {.variable = v, .span = v->equations[element]->span};

    if (c->walk.without)
        gap.why = sd_arena_printf(c->walk.arena, "'%s' has no units", c->walk.without->name);
    else if (!c->walk.time.known)
        gap.why = "the model has no units of time";
    else
        gap.why = sd_arena_printf(c->walk.arena, "a part of it has more than %d units",
                                  SD_UNIT_TERMS_MAX);
    SD_PUSH(c->walk.arena, &c->gaps, gap);
}

/* First with what is declared; where that does not do, with what follows for the rest, to which hidden constants fit.
 * Where nothing in the equation was given units, nobody wants to hear of it.  `*open` is set when something is missing
 * that units exist for. */
static coverage equation_check(checker *c, const sd_variable *v, size_t element, bool *open)
{
    const size_t errors = c->walk.diag->errors;

    if (unit_is_numbers(v->equations[element])) {
        c->walk.without = v;
        c->walk.missing = !c->inferred[v->index].known;
        if (c->walk.missing)
            note_gap(c, v, element);
        return v->units.known ? CHECKED : c->walk.missing ? UNCHECKED : INFERRED;
    }
    c->walk.units = c->declared;
    c->walk.literals = UNIT_LITERALS_ARE_NUMBERS;
    equation_compare(c, v, element, &v->units);
    if (!c->walk.missing || c->walk.diag->errors > errors)
        return c->walk.missing ? UNCHECKED : CHECKED;
    const bool grounded = c->walk.grounded, clashed = c->walk.clashed;
    sd_diag *diag = c->walk.diag, *unheard = grounded ? diag : sd_diag_new(c->walk.arena);

    *open = *open || grounded;
    c->walk.units = c->inferred;
    c->walk.literals = UNIT_LITERALS_FIT;
    c->walk.diag = unheard;
    equation_compare(c, v, element, &c->inferred[v->index]);
    c->walk.diag = diag;
    if (!grounded) {
        c->walk.missing = c->walk.missing || unheard->errors > 0;
        c->walk.clashed = clashed;
    }
    if (c->walk.missing)
        note_gap(c, v, element);
    return c->walk.missing ? UNCHECKED : INFERRED;
}

/* A flow must be its stock per time. */
static coverage flow_check(checker *c, const sd_variable *stock, const sd_variable *flow,
                           const char *verb)
{
    const bool declared = stock->units.known && (flow->units.known || c->given[flow->index].known);
    const sd_unit *content = declared ? &stock->units : &c->inferred[stock->index];
    const sd_unit *is = flow->units.known                         ? &flow->units
                        : declared || c->given[flow->index].known ? &c->given[flow->index]
                                                                  : &c->inferred[flow->index];
    const sd_unit needed = sd_unit_quotient(content, &c->walk.time);

    if (!is->known || !needed.known)
        return UNCHECKED;
    if (sd_unit_equal(is, &needed) || c->told[flow->index])
        return declared ? CHECKED : INFERRED;
    (void)sd_fail(
        c->walk.diag, SD_E205,
        flow->units.known || !flow->equations[0] ? flow->units_span : flow->equations[0]->span,
        "'%s' %s '%s' [%s]%s and must be [%s], but is [%s]", flow->name, verb, stock->name,
        sd_unit_text(content, c->walk.arena), stock->units.known ? "" : " (inferred)",
        sd_unit_text(&needed, c->walk.arena), sd_unit_text(is, c->walk.arena));
    unit_help_conversion(&c->walk, is, &needed);
    c->walk.clashed = c->told[flow->index] = true;
    return declared ? CHECKED : INFERRED;
}

static coverage lesser(coverage a, coverage b)
{
    return a > b ? a : b;
}

static coverage flows_check(checker *c, const sd_variable *v)
{
    coverage flows = CHECKED;

    for (size_t i = 0; i < v->inflow_count; i++)
        flows = lesser(flows, flow_check(c, v, v->inflows[i], "fills"));
    for (size_t i = 0; i < v->outflow_count; i++)
        flows = lesser(flows, flow_check(c, v, v->outflows[i], "drains"));
    return flows;
}

/* What a conveyor goes by, from the units that are declared; a number fits whatever is needed. */
static void option_check(checker *c, const sd_variable *conveyor, const sd_expr *const *exprs,
                         const sd_unit *needed, const char *what)
{
    for (size_t i = 0; exprs && needed->known && i < conveyor->size; i++) {
        if (!exprs[i] || (i > 0 && exprs[i] == exprs[i - 1]) || unit_is_numbers(exprs[i]))
            continue;
        c->walk.units = c->declared;
        c->walk.literals = UNIT_LITERALS_FIT;
        const unit_value is = unit_walk_value(&c->walk, exprs[i], needed);
        if (is.any || !is.unit.known || sd_unit_equal(&is.unit, needed))
            continue;
        (void)sd_fail(c->walk.diag, SD_E201, exprs[i]->span,
                      "this is [%s], but %s of '%s' is in [%s]",
                      sd_unit_text(&is.unit, c->walk.arena), what, conveyor->name,
                      sd_unit_text(needed, c->walk.arena));
        unit_help_conversion(&c->walk, &is.unit, needed);
        c->walk.clashed = true;
    }
}

static void conveyor_check(checker *c, const sd_variable *v)
{
    const sd_conveyor *k = v->conveyor;
    const sd_unit *content = &c->inferred[v->index], number = sd_unit_number();
    const sd_unit flow = sd_unit_quotient(content, &c->walk.time);

    option_check(c, v, k->len, &c->walk.time, "the transit time");
    option_check(c, v, k->capacity, content, "the capacity");
    /* That of a discrete conveyor may be read as an amount for each time unit as well as a rate. */
    if (!k->discrete)
        option_check(c, v, k->in_limit, &flow, "the inflow limit");
    for (size_t i = 0; i < k->leak_count; i++)
        option_check(c, v, k->leaks[i].fractions, k->exponential_leak ? &c->walk.per_time : &number,
                     "the leak fraction");
}

/* What no units of the variables without any can make balance, and nothing else has told. */
static void odd_check(checker *c, const sd_variable *v)
{
    const unit_odd *odd = &c->odds[v->index];

    if (!odd->by.known)
        return;
    (void)sd_fail(c->walk.diag, SD_E204, odd->span,
                  "whatever units the variables without any have, this and other equations differ "
                  "by [%s]",
                  sd_unit_text(&odd->by, c->walk.arena));
    sd_help(c->walk.diag, "give them units, and the equation that is wrong will show");
    c->walk.clashed = true;
}

/* Entities in the text would shift what comes after them; they are as good as never there. */
static sd_span locate_in_units(const void *context, size_t begin, size_t end)
{
    const sd_span whole = ((const sd_variable *)context)->units_span;
    const sd_span part = {whole.source, whole.begin + begin, whole.begin + end};

    return part.end <= whole.end ? part : whole;
}

/* Units that could not be read count as none while a model runs; here it is said why. */
static void malformed_check(checker *c, const sd_variable *v)
{
    sd_unit unit = {0};

    if (!v->units.known && v->units_text)
        c->walk.clashed =
            sd_unit_parse(c->walk.arena, c->unit_names, v->units_text, strlen(v->units_text),
                          locate_in_units, v, &unit, c->walk.diag) != SD_OK ||
            c->walk.clashed;
}

/* Elements whose equations have the same text have the same units, so only the first of them is looked at. */
static void variable_check(checker *c, const sd_variable *v)
{
    const size_t count = v->apply_to_all ? 1 : v->size, errors = c->walk.diag->errors;
    sd_table *seen[2] = {NULL, NULL}; /* text -> coverage; without and with a graphical function */
    const coverage flows = flows_check(c, v);
    bool open = flows != CHECKED && v->units.known;

    malformed_check(c, v);
    if (v->conveyor)
        conveyor_check(c, v);
    for (size_t i = 0; v->equations && i < count; i++) {
        const bool looked_up = v->gfs && v->gfs[i];
        const char *text = count > 1 && v->texts ? v->texts[i] : NULL;
        coverage *outcome = NULL, whole;

        if (!v->equations[i] || v->driver)
            continue;
        if (text && !seen[looked_up])
            seen[looked_up] = sd_table_new(c->walk.arena);
        if (text)
            outcome = sd_table_find(seen[looked_up], text);
        if (!outcome) {
            outcome = SD_NEW(c->walk.arena, coverage);
            *outcome = equation_check(c, v, i, &open);
            if (text)
                (void)sd_table_put(seen[looked_up], text, outcome);
        }
        whole = lesser(*outcome, flows);
        c->report.checked += whole == CHECKED;
        c->report.inferred += whole == INFERRED;
        c->report.unchecked += whole == UNCHECKED;
    }
    if (open && c->walk.diag->errors == errors)
        odd_check(c, v);
}

/* Fills in what flows need to be. */
static void needed_collect(checker *c, const sd_variable *stock)
{
    for (size_t i = 0; i < stock->inflow_count + stock->outflow_count; i++) {
        const sd_variable *flow =
            i < stock->inflow_count ? stock->inflows[i] : stock->outflows[i - stock->inflow_count];

        if (!c->needed[flow->index].known)
            c->needed[flow->index] = sd_unit_quotient(&stock->units, &c->walk.time);
    }
}

/* Without any units in the model nothing can be inferred, nor has anybody asked for it. */
static void infer(checker *c, const sd_model *model)
{
    sd_unit *declared = SD_NEW_ARRAY(c->walk.arena, sd_unit, model->variable_count + 1);
    bool any = false;

    for (size_t i = 0; i < model->variable_count; i++) {
        declared[i] = model->variables[i]->units;
        any = any || declared[i].known;
    }
    c->declared = c->inferred = declared;
    if (!any)
        return;
    c->inferred = SD_NEW_ARRAY(c->walk.arena, sd_unit, model->variable_count + 1);
    unit_infer(model, &c->walk, declared, c->inferred, c->odds);
}

sd_status sd_model_check_units(const sd_model *model, sd_arena *arena, sd_units_report *ret_report,
                               sd_diag *diag)
{
    checker c = {.walk = {.arena = arena, .diag = diag}, .unit_names = model->unit_names};
    const sd_unit number = sd_unit_number(), none = {0};

    /* Time units that are no units, such as "moons @ 27 d", count as not given. */
    if (sd_unit_parse(arena, model->unit_names, model->time_units, strlen(model->time_units), NULL,
                      NULL, &c.walk.time, sd_diag_new(arena)) != SD_OK)
        c.walk.time = none;
    c.walk.per_time = sd_unit_quotient(&number, &c.walk.time);
    c.odds = SD_NEW_ARRAY(arena, unit_odd, model->variable_count);
    c.given = SD_NEW_ARRAY(arena, sd_unit, model->variable_count);
    c.needed = SD_NEW_ARRAY(arena, sd_unit, model->variable_count);
    c.told = SD_NEW_ARRAY(arena, bool, model->variable_count);
    infer(&c, model);
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
    c.report.units = c.inferred;
    c.report.gap_count = c.gaps.count;
    c.report.gaps = c.gaps.items;
    *ret_report = c.report;
    return c.walk.clashed ? SD_UNITS : SD_OK;
}
