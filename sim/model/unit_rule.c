/* unit_rule.c - the units of one equation: its tree and what is expected of it flow in, what it gives flows out,
 * with E201, E202 and E206 for what does not balance on the way.
 *
 * The tree is walked from its leaves to its root; a node's function says by its sd_unit_rule what its arguments
 * must be and what it gives.  On the way down goes what the surroundings expect, so that of two operands that
 * differ the one is blamed that fits less.  What has no units fits everything, as does a literal 0.  After a
 * clash the sub-tree has the units that were expected, or none, so that one mistake gives one message.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "unit_private.h"

static const sd_unit number = {.known = true};
static const sd_unit unknown = {0}; /* nothing is expected, or nothing can be said */

static const char *text_of(const unit_walk *w, const sd_unit *unit)
{
    return sd_unit_text(unit, w->arena);
}

/* ---- what must be ---------------------------------------------------------------------------------------- */

/* Reports a sub-tree whose units are known and differ from those expected, and goes on with the latter. */
static bool require_as(unit_walk *w, sd_code code, const sd_expr *e, unit_value *v,
                       const sd_unit *expected)
{
    w->missing = w->missing || !expected->known;
    if (v->any || !v->unit.known || !expected->known || sd_unit_equal(&v->unit, expected))
        return true;
    if (w->solver) {
        unit_solver_equate(w->solver, &v->unit, expected);
        return true;
    }
    const sd_expr *part = unit_narrow(e);

    (void)sd_fail(w->diag, code, part->span, "%s is [%s]%s, but [%s] is needed here",
                  unit_subject(w->arena, part), text_of(w, &v->unit), unit_inferred(part),
                  text_of(w, expected));
    if (part->kind == SD_EXPR_NUMBER)
        sd_help(w->diag, "put the number in an auxiliary with units [%s]", text_of(w, expected));
    else
        unit_help_conversion(w, &v->unit, expected);
    w->clashed = true;
    v->unit = *expected;
    return false;
}

static bool require(unit_walk *w, const sd_expr *e, unit_value *v, const sd_unit *expected)
{
    return require_as(w, SD_E201, e, v, expected);
}

/* A time of a function; a bare number there means so many of the model's time units. */
static void require_time(unit_walk *w, const sd_expr *e, unit_value *v)
{
    w->missing = w->missing || !w->time.known;
    if (e->kind != SD_EXPR_NUMBER)
        (void)require_as(w, SD_E206, e, v, &w->time);
}

/* Reports a sub-tree that is no pure number though `why` says it must be one. */
static void require_number(unit_walk *w, const sd_expr *e, unit_value *v, const char *why)
{
    if (v->any || !v->unit.known || sd_unit_is_number(&v->unit))
        return;
    if (w->solver) {
        unit_solver_equate(w->solver, &v->unit, &number);
        v->unit = number;
        return;
    }
    const sd_expr *part = unit_narrow(e);

    (void)sd_fail(w->diag, SD_E202, part->span, "%s is [%s]%s, but %s",
                  unit_subject(w->arena, part), text_of(w, &v->unit), unit_inferred(part), why);
    unit_help_conversion(w, &v->unit, &number);
    w->clashed = true;
    v->unit = number;
}

/* ---- rules ---------------------------------------------------------------------------------------------- */

static unit_value value_of(sd_unit unit)
{
    return (unit_value){.unit = unit};
}

static bool is_firm(const unit_value *v)
{
    return v->unit.known && !v->any;
}

/* A number that is written, with a sign or as a quotient of two such. */
static bool literal_of(const sd_expr *e, double *ret_value)
{
    double above, below;

    if (e->kind == SD_EXPR_NUMBER) {
        *ret_value = e->number;
        return true;
    }
    if (e->kind != SD_EXPR_CALL ||
        (e->builtin->id != SD_FN_NEGATE && e->builtin->id != SD_FN_DIVIDE))
        return false;
    if (!literal_of(e->arguments[0], &above))
        return false;
    if (e->builtin->id == SD_FN_NEGATE) {
        *ret_value = -above;
        return true;
    }
    if (!literal_of(e->arguments[1], &below))
        return false;
    *ret_value = above / below;
    return true;
}

/* Arguments first..last-1 must have the same units.  The measure is what the surroundings expect if any argument
 * has it, else the first argument that is not a literal number, else the first. */
static unit_value rule_same(unit_walk *w, const sd_expr *e, unit_value *args, size_t first,
                            size_t last, const sd_unit *hint)
{
    const sd_unit *measure = NULL;
    unit_value result = {.unit = unknown, .any = true};
    bool literal = false, clash = false;
    double written;

    for (size_t i = first; i < last; i++) {
        result.any = result.any && args[i].any;
        if (!is_firm(&args[i]))
            continue;
        if (sd_unit_equal(&args[i].unit, hint))
            measure = hint;
        if (!measure || (measure != hint && literal && !literal_of(e->arguments[i], &written))) {
            measure = &args[i].unit;
            literal = literal_of(e->arguments[i], &written);
        }
    }
    if (result.any)
        result.unit = number;
    if (!measure)
        return result;
    const sd_unit expected = *measure;

    for (size_t i = first; i < last; i++)
        clash = !require(w, e->arguments[i], &args[i], &expected) || clash;
    result.unit = clash ? *hint : expected;
    return result;
}

static unit_value rule_power(unit_walk *w, const sd_expr *e, unit_value *args)
{
    double power;

    if (literal_of(e->arguments[1], &power))
        return args[0].any ? args[0] : value_of(sd_unit_power(&args[0].unit, power));
    require_number(w, e->arguments[1], &args[1], "an exponent must be a pure number");
    require_number(w, e->arguments[0], &args[0],
                   "only a pure number can have an exponent that is not written as a number");
    return value_of(number);
}

static unit_value rule_number(unit_walk *w, const sd_expr *e, unit_value *args)
{
    const char *why = sd_arena_printf(w->arena, "'%.*s' needs a pure number",
                                      (int)strcspn(e->builtin->name, "|"), e->builtin->name);

    for (size_t i = 0; i < e->argument_count; i++)
        require_number(w, e->arguments[i], &args[i], why);
    return value_of(number);
}

/* Delays, smooths and forecasts: input, time, ... and the initial value last. */
static unit_value rule_first(unit_walk *w, const sd_expr *e, unit_value *args)
{
    const bool ordered = e->builtin->rule == SD_RULE_ORDER_N,
               forecast = e->builtin->id == SD_FN_FORCST;
    const size_t initial = ordered || forecast ? 3 : 2;

    require_time(w, e->arguments[1], &args[1]);
    if (ordered)
        require_number(w, e->arguments[2], &args[2], "the order must be a pure number");
    if (forecast)
        require_time(w, e->arguments[2], &args[2]);
    if (initial < e->argument_count) {
        if (forecast)
            (void)require(w, e->arguments[initial], &args[initial], &w->per_time);
        else if (is_firm(&args[0]))
            (void)require(w, e->arguments[initial], &args[initial], &args[0].unit);
    }
    return args[0];
}

/* STEP, RAMP, PULSE and TREND: all arguments after the first are times, but for the last one of TREND. */
static unit_value rule_timed(unit_walk *w, const sd_expr *e, unit_value *args)
{
    const sd_unit_rule rule = e->builtin->rule;

    for (size_t i = 1; i < e->argument_count; i++) {
        if (rule == SD_RULE_RATE && i == 2)
            (void)require(w, e->arguments[i], &args[i], &w->per_time);
        else
            require_time(w, e->arguments[i], &args[i]);
    }
    w->missing = w->missing || !w->time.known;
    if (rule == SD_RULE_RATE)
        return value_of(w->per_time);
    if (rule == SD_RULE_STEP || args[0].any)
        return args[0];
    return value_of(sd_unit_product(&args[0].unit, rule == SD_RULE_RAMP ? &w->time : &w->per_time));
}

static unit_value rule_quotient(unit_walk *w, const sd_expr *e, unit_value *args)
{
    const sd_unit quotient = sd_unit_quotient(&args[0].unit, &args[1].unit);

    if (e->argument_count == 3 && quotient.known)
        (void)require(w, e->arguments[2], &args[2], &quotient);
    return value_of(quotient);
}

static unit_value rule_prod(const sd_expr *e, const unit_value *input)
{
    double count = 1;

    for (size_t i = 0; i < e->loop_count; i++)
        count *= (double)e->loops[i]->size;
    return input->any ? *input : value_of(sd_unit_power(&input->unit, count));
}

/* Of an argument that is some units over the time: these units. */
static unit_value over_time_undone(const unit_walk *w, const unit_value *v)
{
    return (unit_value){.unit = sd_unit_product(&v->unit, &w->time), .any = v->any};
}

/* What all arguments with the letter x or y share: that of the first which says it. */
static unit_value rule_signature(unit_walk *w, const sd_expr *e, unit_value *args)
{
    const unit_signature *s = unit_signature_of(e->builtin->id);
    unit_value shared = {.unit = unknown}, written = shared;
    bool fits = true; /* nothing but numbers that fit every unit */
    double power;

    assert(s);
    const char *why = sd_arena_printf(w->arena, "'%.*s' needs a pure number here",
                                      (int)strcspn(e->builtin->name, "|"), e->builtin->name);
    for (size_t i = 0; i < e->argument_count; i++) {
        const char letter = s->arguments[i];
        const unit_value v = letter == 'y' ? over_time_undone(w, &args[i]) : args[i];

        if (letter == 't')
            require_time(w, e->arguments[i], &args[i]);
        else if (letter == 'n')
            require_number(w, e->arguments[i], &args[i], why);
        else if (letter == 'r' && e->arguments[i]->kind != SD_EXPR_NUMBER) /* as of times */
            (void)require(w, e->arguments[i], &args[i], &w->per_time);
        else if (letter == 'x' || letter == 'y')
            fits = fits && v.any;
        if ((letter == 'x' || letter == 'y') && is_firm(&v)) {
            /* A number that is written gives way to units that are. */
            unit_value *to = literal_of(e->arguments[i], &power) ? &written : &shared;
            if (!is_firm(to))
                *to = v;
        }
    }
    shared = is_firm(&shared) ? shared : written;
    const sd_unit rate = sd_unit_product(&shared.unit, &w->per_time);
    for (size_t i = 0; i < e->argument_count && is_firm(&shared); i++)
        if (s->arguments[i] == 'x' || s->arguments[i] == 'y')
            (void)require(w, e->arguments[i], &args[i],
                          s->arguments[i] == 'x' ? &shared.unit : &rate);
    switch (s->value) {
    case 'n':
        return value_of(number);
    case 't':
        w->missing = w->missing || !w->time.known;
        return value_of(w->time);
    case 'r':
        w->missing = w->missing || !w->time.known;
        return value_of(w->per_time);
    case '/': {
        if (!literal_of(e->arguments[1], &power))
            return value_of(unknown);
        const sd_unit times = sd_unit_power(&w->per_time, power);
        return value_of(sd_unit_product(&shared.unit, &times));
    }
    default:
        return fits ? (unit_value){.unit = number, .any = true} : value_of(shared.unit);
    }
}

/* A graphical function's value; or, of LOOKUPINV, its x, whose units nobody gives. */
static unit_value rule_lookup(unit_walk *w, const sd_expr *e, const unit_value *table)
{
    const bool inverse = e->builtin->id == SD_FN_LOOKUPINV;
    unit_value at = unit_walk_value(w, e->arguments[1], inverse ? &table->unit : &unknown);

    if (!inverse)
        return *table;
    if (is_firm(table))
        (void)require(w, e->arguments[1], &at, &table->unit);
    return value_of(unknown);
}

/* The value of a call whose arguments have been worked out. */
static unit_value call_value(unit_walk *w, const sd_expr *e, unit_value *args, const sd_unit *hint)
{
    const sd_function id = e->builtin->id;

    switch (e->builtin->rule) {
    case SD_RULE_SAME:
        return rule_same(w, e, args, 0, e->argument_count, hint);
    case SD_RULE_SIGNATURE:
        return rule_signature(w, e, args);
    case SD_RULE_IF:
        return rule_same(w, e, args, 1, e->argument_count, hint);
    case SD_RULE_COMPARE:
        (void)rule_same(w, e, args, 0, e->argument_count, &unknown);
        return value_of(number);
    case SD_RULE_FIRST:
    case SD_RULE_ORDER_N:
        return rule_first(w, e, args);
    case SD_RULE_PRODUCT:
        return value_of(sd_unit_product(&args[0].unit, &args[1].unit));
    case SD_RULE_QUOTIENT:
        return rule_quotient(w, e, args);
    case SD_RULE_POWER:
        return rule_power(w, e, args);
    case SD_RULE_ROOT:
        return args[0].any ? args[0] : value_of(sd_unit_power(&args[0].unit, 0.5));
    case SD_RULE_NUMBER:
        return rule_number(w, e, args);
    case SD_RULE_TIME:
        w->missing = w->missing || !w->time.known;
        return value_of(w->time);
    case SD_RULE_RATE:
    case SD_RULE_STEP:
    case SD_RULE_RAMP:
    case SD_RULE_PULSE:
        return rule_timed(w, e, args);
    case SD_RULE_COUNT:
        return (unit_value){.unit = number, .any = id == SD_FN_INF};
    case SD_RULE_PROD:
        return rule_prod(e, &args[0]);
    case SD_RULE_LOOKUP:
        return args[0];
    case SD_RULE_PICK:
        for (size_t i = 1; i < e->argument_count; i++)
            require_number(w, e->arguments[i], &args[i], "the number of an element has no units");
        return args[0];
    }
    assert(false);
    return value_of(unknown);
}

/* ---- the walk -------------------------------------------------------------------------------------------- */

/* What argument i is expected to be; args holds those before it. */
static const sd_unit *hint_of(const unit_walk *w, const sd_expr *e, size_t i,
                              const unit_value *args, const sd_unit *hint)
{
    const sd_unit_rule rule = e->builtin->rule;

    switch (rule) {
    case SD_RULE_SAME:
    case SD_RULE_IF:
        if (rule == SD_RULE_IF && i == 0)
            return &unknown;
        return hint->known || i == (rule == SD_RULE_IF) || !is_firm(&args[i - 1])
                   ? hint
                   : &args[i - 1].unit;
    case SD_RULE_COMPARE:
        return i == 1 && is_firm(&args[0]) ? &args[0].unit : &unknown;
    case SD_RULE_PICK:
        return i == 0 ? hint : &number;
    case SD_RULE_FIRST:
    case SD_RULE_ORDER_N:
    case SD_RULE_STEP:
        return i == 0 ? hint : i == 1 ? &w->time : &unknown;
    case SD_RULE_RATE:
    case SD_RULE_RAMP:
    case SD_RULE_PULSE:
        return i == 1 ? &w->time : &unknown;
    case SD_RULE_NUMBER:
        return &number;
    default:
        return &unknown;
    }
}

static bool literal_fits(const unit_walk *w, double value)
{
    return value == 0 || w->literals == UNIT_LITERALS_FIT ||
           (w->literals == UNIT_ONES_ARE_NUMBERS && value != 1);
}

static unit_value reference_value(unit_walk *w, const sd_variable *variable)
{
    const sd_unit unit =
        w->solver ? unit_solver_of(w->solver, variable->index) : w->units[variable->index];

    if (!unit.known && !w->without)
        w->without = variable;
    w->missing = w->missing || !unit.known;
    w->grounded = w->grounded || variable->units.known;
    return value_of(unit);
}

/* The value of a sub-tree in surroundings that expect the units `hint`, which may be unknown. */
unit_value unit_walk_value(unit_walk *w, const sd_expr *e, const sd_unit *hint)
{
    unit_value args[SD_ARGUMENTS_MAX] = {0};
    const sd_expr *lowest = e;
    SD_LIST(const sd_expr *) spine = {0};
    SD_LIST(const sd_unit *) hints = {0};

    /* A sum of a thousand terms is a tree a thousand deep on its left side, so that side is not recursed into. */
    while (lowest->kind == SD_EXPR_CALL && lowest->argument_count > 0 &&
           lowest->builtin->rule != SD_RULE_COUNT && lowest->builtin->rule != SD_RULE_LOOKUP) {
        SD_PUSH(w->arena, &spine, lowest);
        SD_PUSH(w->arena, &hints, hint);
        hint = hint_of(w, lowest, 0, args, hint);
        lowest = lowest->arguments[0];
    }
    if (lowest->kind == SD_EXPR_REFERENCE)
        args[0] = reference_value(w, lowest->variable);
    else if (lowest->kind == SD_EXPR_NUMBER)
        args[0] = (unit_value){.unit = number, .any = literal_fits(w, lowest->number)};
    else if (lowest->kind != SD_EXPR_CALL)
        args[0] = value_of(number);
    else {
        if (lowest->builtin->rule == SD_RULE_LOOKUP) {
            args[0] = reference_value(w, lowest->arguments[0]->variable);
            args[0] = rule_lookup(w, lowest, &args[0]);
        } else {
            args[0] = call_value(w, lowest, args, hint);
        }
    }
    for (size_t depth = spine.count; depth-- > 0;) {
        const sd_expr *call = spine.items[depth];

        assert(call->argument_count <= SD_ARGUMENTS_MAX);
        for (size_t i = 1; i < call->argument_count; i++)
            args[i] = unit_walk_value(w, call->arguments[i],
                                      hint_of(w, call, i, args, hints.items[depth]));
        args[0] = call_value(w, call, args, hints.items[depth]);
        w->missing = w->missing || !args[0].unit.known;
    }
    return args[0];
}
