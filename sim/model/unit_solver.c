/* unit_solver.c - units of variables that have none, from what must be equal.
 *
 * A variable without units stands for a base unit of its own, whose name begins with '?'.  That two units are equal is then
 * one linear equation between the powers of such names (Kennedy 1996: units unify like the elements of a free Abelian group;
 * over the rationals this is Gaussian elimination).  Each equation is reduced by all before it and solved for one unknown,
 * whose value is kept as a product of powers and put in its place wherever it is met.  Values are replaced by their
 * reduced form on the way, as in union-find, so that a chain of any length is walked once.  What needs more than
 * SD_UNIT_TERMS_MAX names is given up: less is inferred then, but nothing wrong.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "unit_private.h"

/* [1] Larger powers come of chains of products that mean nothing; their rounding would look like a contradiction. */
static const double power_most = 100;

struct unit_solver {
    sd_arena *arena;
    size_t count;          /* of variables */
    const char **symbols;  /* [count] "?7": the unknown of a variable; NULL when it has units */
    const sd_unit *given;  /* [count] */
    sd_unit *values;       /* [count] of unknowns that are solved; known otherwise false */
    SD_LIST(size_t) stack; /* unknowns to reduce */
    sd_unit odd;
};

unit_solver *unit_solver_new(sd_arena *arena, const sd_unit *given, size_t count)
{
    unit_solver *s = SD_NEW(arena, unit_solver);

    *s = (unit_solver){.arena = arena, .count = count, .given = given};
    s->symbols = SD_NEW_ARRAY(arena, const char *, count + 1);
    s->values = SD_NEW_ARRAY(arena, sd_unit, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!given[i].known)
            s->symbols[i] = sd_arena_printf(arena, "?%zu", i);
    }
    return s;
}

/* The unknown that a term is, SIZE_MAX for a base unit: no name that can be written begins with '?'. */
static size_t unknown_of(const sd_unit_term *term)
{
    return term->name[0] == '?' ? (size_t)strtoul(term->name + 1, NULL, 10) : SIZE_MAX;
}

/* A term that can be replaced by its value. */
static bool is_solved(const unit_solver *s, const sd_unit_term *term)
{
    const size_t at = unknown_of(term);

    return at != SIZE_MAX && s->values[at].known;
}

static bool is_reduced(const unit_solver *s, const sd_unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        if (is_solved(s, &unit->terms[i]))
            return false;
    }
    return true;
}

static sd_unit tame(sd_unit unit)
{
    for (size_t i = 0; i < unit.count; i++)
        unit.known = unit.known && fabs(unit.terms[i].power) <= power_most;
    return unit.known ? unit : (sd_unit){0};
}

/* Puts the values, which are reduced, in the place of all unknowns that are solved. */
static sd_unit replaced(const unit_solver *s, const sd_unit *unit)
{
    sd_unit result = {.known = true};

    for (size_t i = 0; i < unit->count; i++) {
        const sd_unit_term *term = &unit->terms[i];
        sd_unit part = is_solved(s, term) ? s->values[unknown_of(term)] : sd_unit_base(term->name);

        part = sd_unit_power(&part, term->power);
        result = sd_unit_product(&result, &part);
    }
    return tame(result);
}

/* Reduces the value of an unknown; those that it stands on come first. */
static void reduce(unit_solver *s, size_t first)
{
    SD_PUSH(s->arena, &s->stack, first);
    while (s->stack.count > 0) {
        const size_t at = s->stack.items[s->stack.count - 1], before = s->stack.count;
        sd_unit *value = &s->values[at];

        for (size_t i = 0; i < value->count; i++) {
            const sd_unit_term *term = &value->terms[i];

            if (is_solved(s, term) && !is_reduced(s, &s->values[unknown_of(term)]))
                SD_PUSH(s->arena, &s->stack, unknown_of(term));
        }
        if (s->stack.count > before)
            continue;
        *value = replaced(s, value); /* not known when it is too long: unsolved again */
        s->stack.count--;
    }
}

static sd_unit reduced(unit_solver *s, const sd_unit *unit)
{
    if (!unit->known || is_reduced(s, unit))
        return *unit;
    for (size_t i = 0; i < unit->count; i++) {
        if (is_solved(s, &unit->terms[i]))
            reduce(s, unknown_of(&unit->terms[i]));
    }
    return replaced(s, unit);
}

sd_unit unit_solver_of(unit_solver *s, size_t variable)
{
    sd_unit unit;

    if (s->given[variable].known)
        return s->given[variable];
    unit = sd_unit_base(s->symbols[variable]);
    return reduced(s, &unit);
}

void unit_solver_equate(unit_solver *s, const sd_unit *a, const sd_unit *b)
{
    const sd_unit both = sd_unit_quotient(a, b), rest = reduced(s, &both);
    size_t pivot = SIZE_MAX;

    for (size_t i = 0; i < rest.count; i++) {
        if (unknown_of(&rest.terms[i]) != SIZE_MAX &&
            (pivot == SIZE_MAX ||
             (fabs(rest.terms[i].power) == 1 && fabs(rest.terms[pivot].power) != 1)))
            pivot = i;
    }
    if (pivot == SIZE_MAX) {
        if (rest.known && rest.count > 0)
            s->odd = rest;
        return;
    }
    sd_unit own = sd_unit_base(rest.terms[pivot].name);
    own = sd_unit_power(&own, rest.terms[pivot].power);
    own = sd_unit_quotient(&rest, &own);
    s->values[unknown_of(&rest.terms[pivot])] =
        tame(sd_unit_power(&own, -1 / rest.terms[pivot].power));
}

sd_unit unit_solver_odd(unit_solver *s)
{
    const sd_unit odd = s->odd;

    s->odd = (sd_unit){0};
    return odd;
}

bool unit_solver_is_certain(const sd_unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        if (unknown_of(&unit->terms[i]) != SIZE_MAX)
            return false;
    }
    return unit->known;
}
