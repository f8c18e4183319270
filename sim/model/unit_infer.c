/* unit_infer.c - what units the equations leave to variables that have none: a const model flows in, a unit for each
 * variable, where one follows, and the equations that contradict the others flow out.
 *
 * The same walk that checks an equation here tells the solver what must be equal.  Literal numbers are no evidence,
 * since people write hidden constants that have units; only a 1, as in 1 - share, is taken for a pure number,
 * and that in a second round, when all else has been said.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit_private.h"

enum {
    ELEMENTS_MAX = 64 /* equations of one array that are walked */
};

static void note_odd(unit_solver *solver, unit_odd *odd, sd_span span)
{
    const sd_unit found = unit_solver_odd(solver);

    if (odd && found.known && !odd->by.known)
        *odd = (unit_odd){.by = found, .span = span};
}

/* Flows are their stock per time; without a unit of time they are at least alike. */
static void stock_walk(unit_walk *w, const sd_variable *stock, unit_odd *odd)
{
    const sd_unit content = unit_solver_of(w->solver, stock->index);
    sd_unit needed = sd_unit_quotient(&content, &w->time);

    for (size_t i = 0; i < stock->inflow_count + stock->outflow_count; i++) {
        const sd_variable *flow =
            i < stock->inflow_count ? stock->inflows[i] : stock->outflows[i - stock->inflow_count];
        const sd_unit is = unit_solver_of(w->solver, flow->index);

        if (!needed.known)
            needed = is;
        unit_solver_equate(w->solver, &is, &needed);
        note_odd(w->solver, odd, flow->span);
    }
}

static void equations_walk(unit_walk *w, const sd_variable *v, unit_odd *odd)
{
    const sd_unit unknown = {0};
    const size_t count = v->apply_to_all ? 1 : v->size;
    size_t walked = 0;

    for (size_t i = 0; v->equations && i < count && walked < ELEMENTS_MAX; i++) {
        const sd_expr *e = v->equations[i];
        const bool looked_up = v->gfs && v->gfs[i];
        sd_unit own;
        unit_value result;

        /* A conveyor or queue says itself what flows out of it; the equation only names it. */
        if (!e || v->driver || unit_is_numbers(e))
            continue;
        walked++;
        own = unit_solver_of(w->solver, v->index);
        result = unit_walk_value(w, e, looked_up ? &unknown : &own);
        if (!looked_up && !result.any && result.unit.known) {
            own = unit_solver_of(w->solver, v->index);
            unit_solver_equate(w->solver, &result.unit, &own);
        }
        note_odd(w->solver, odd, e->span);
    }
}

void unit_infer(const sd_model *model, const unit_walk *walk, const sd_unit *given, sd_unit *units,
                unit_odd *odds)
{
    unit_walk w = *walk;
    const size_t count = model->variable_count;

    w.solver = unit_solver_new(w.arena, given, count);
    for (int round = 0; round < 2; round++) {
        w.literals = round == 0 ? UNIT_LITERALS_FIT : UNIT_ONES_ARE_NUMBERS;
        for (size_t i = 0; i < count; i++) {
            const sd_variable *v = model->variables[i];

            if (v->kind == SD_STOCK)
                stock_walk(&w, v, round == 0 ? &odds[i] : NULL);
            equations_walk(&w, v, round == 0 ? &odds[i] : NULL);
        }
    }
    for (size_t i = 0; i < count; i++) {
        units[i] = unit_solver_of(w.solver, i);
        if (!unit_solver_is_certain(&units[i]))
            units[i] = (sd_unit){0};
    }
}
