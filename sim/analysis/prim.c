/* prim.c - scenario discovery: a box of factors in which most of the cases lie and little else.
 * In: members, some of them cases.  Out: sd_prim.
 * Method: the patient rule induction method of Friedman and Fisher (1999) as Bryant and Lempert (2010) use it.  Each step peels
 * off a share alpha of the members within, at the side of the factor where that leaves the largest density of cases.  Factors
 * whose restriction chance explains are set aside and all is peeled again, so that they cost no members, until every
 * restriction that is left says something.  Then sides are pasted back while that makes the box denser.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "sense_private.h"

const double sd_prim_alpha = 0.05, sd_prim_least = 0.05;
static const double chance = 0.05; /* [1] a quasi-p above this: the restriction says nothing */

typedef struct prim {
    const sd_cases *cases;
    const sd_prim_request *request;
    sd_arena *arena;
    size_t all_cases;
    size_t **order;        /* [factor_count][count] members by their value */
    size_t *outside;       /* [count] by how many sides each member is shut out of the box */
    double *low, *high;    /* [factor_count] of the box as it is now */
    size_t members, found; /* within */
    bool *aside;           /* [factor_count] not to be restricted */
} prim;

static double value_of(const prim *p, size_t factor, size_t member)
{
    return p->cases->values[factor * p->cases->count + member];
}

/* ---- the box as it is now ---- */

static bool is_shut_out(const prim *p, size_t factor, size_t member)
{
    const double value = value_of(p, factor, member);
    return value < p->low[factor] || value > p->high[factor];
}

static void count_box(prim *p)
{
    p->members = p->found = 0;
    for (size_t n = 0; n < p->cases->count; n++) {
        p->outside[n] = 0;
        for (size_t f = 0; f < p->cases->factor_count; f++)
            p->outside[n] += is_shut_out(p, f, n);
        p->members += p->outside[n] == 0;
        p->found += p->outside[n] == 0 && p->cases->is_case[n];
    }
}

static sd_prim_box box_now(const prim *p)
{
    const size_t k = p->cases->factor_count;
    double *low = SD_NEW_ARRAY(p->arena, double, k + 1),
           *high = SD_NEW_ARRAY(p->arena, double, k + 1);
    sd_prim_box box = {.low = low, .high = high, .members = p->members, .cases = p->found};
    memcpy(low, p->low, k * sizeof *low);
    memcpy(high, p->high, k * sizeof *high);
    for (size_t f = 0; f < k; f++)
        box.restricted += isfinite(low[f]) || isfinite(high[f]);
    box.coverage = (double)p->found / (double)p->all_cases;
    box.density = p->members ? (double)p->found / (double)p->members : 0;
    return box;
}

static void set_box(prim *p, const sd_prim_box *box)
{
    memcpy(p->low, box->low, p->cases->factor_count * sizeof *p->low);
    memcpy(p->high, box->high, p->cases->factor_count * sizeof *p->high);
    count_box(p);
}

/* ---- moving one side ---- */

/* A side of the box moved in or out: what would be within, and where the bound would stand. */
typedef struct move {
    size_t factor;
    bool high; /* the upper bound */
    double
        bound; /* halfway between the last that is out and the first that is in; infinite: nothing is out */
    size_t members, found; /* within, afterwards */
} move;

static double density_of(const move *m)
{
    return m->members ? (double)m->found / (double)m->members : -1;
}

/* The member that is `i`th from that side. */
static size_t member_at(const prim *p, const move *m, size_t i)
{
    return p->order[m->factor][m->high ? p->cases->count - 1 - i : i];
}

/* Takes off at least `share` of the members within, and all that are equal to the last of these; from where only equal
 * values are left there is no move (false). */
static bool peel(const prim *p, size_t factor, bool high, move *ret_move)
{
    move m = {.factor = factor, .high = high, .members = p->members, .found = p->found};
    const double wanted = p->request->alpha * (double)p->members;
    double last = (double)NAN;
    for (size_t i = 0; i < p->cases->count; i++) {
        const size_t n = member_at(p, &m, i);
        const double value = value_of(p, factor, n);
        if (p->outside[n])
            continue;
        if ((double)(p->members - m.members) >= wanted && m.members < p->members && value != last) {
            m.bound = last + (value - last) / 2;
            *ret_move = m;
            return true;
        }
        m.members--;
        m.found -= p->cases->is_case[n];
        last = value;
    }
    return false;
}

/* Takes back in at least a share alpha of the members within, from those that only this side shuts out. */
static bool paste(const prim *p, size_t factor, bool high, move *ret_move)
{
    move m = {.factor = factor, .high = high, .members = p->members, .found = p->found};
    const double wanted = p->request->alpha * (double)p->members;
    double last = (double)NAN;
    for (size_t i = p->cases->count; i-- > 0;) {
        const size_t n = member_at(p, &m, i);
        const double value = value_of(p, factor, n);
        if (p->outside[n] != 1 || (high ? value <= p->high[factor] : value >= p->low[factor]))
            continue;
        if ((double)(m.members - p->members) >= wanted && m.members > p->members && value != last) {
            m.bound = last + (value - last) / 2;
            *ret_move = m;
            return true;
        }
        m.members++;
        m.found += p->cases->is_case[n];
        last = value;
    }
    m.bound = high ? (double)INFINITY : -(double)INFINITY;
    *ret_move = m;
    return m.members > p->members;
}

static void make_move(prim *p, const move *m)
{
    *(m->high ? &p->high[m->factor] : &p->low[m->factor]) = m->bound;
    count_box(p);
}

/* The move that gives the densest box of at least `least` members; of equally dense ones the largest. */
static bool best_move(const prim *p, bool (*try)(const prim *, size_t, bool, move *), double least,
                      move *ret_move)
{
    bool found = false;
    for (size_t f = 0; f < p->cases->factor_count && !sense_interrupted(p->request->interrupted);
         f++)
        for (int high = 0; high < 2; high++) {
            move m = {0};
            if (p->aside[f] || !try(p, f, high, &m) || (double)m.members < least)
                continue;
            const double gain = found ? density_of(&m) - density_of(ret_move) : 1;
            if (gain > 0 || (gain == 0 && m.members > ret_move->members)) {
                *ret_move = m;
                found = true;
            }
        }
    return found;
}

/* ---- the trajectory and the choice ---- */

static void open_box(prim *p)
{
    for (size_t f = 0; f < p->cases->factor_count; f++) {
        p->low[f] = -(double)INFINITY;
        p->high[f] = (double)INFINITY;
    }
    count_box(p);
}

static void peel_all(prim *p, sd_prim *result)
{
    SD_LIST(sd_prim_box) steps = {0};
    open_box(p);
    const double least = p->request->least * (double)p->cases->count;
    move m = {0};
    SD_PUSH(p->arena, &steps, box_now(p));
    while (p->found < p->members && best_move(p, peel, least, &m) && m.found > 0) {
        make_move(p, &m);
        SD_PUSH(p->arena, &steps, box_now(p));
    }
    result->steps = steps.items;
    result->step_count = steps.count;
}

/* Harmonic mean of coverage and of what density is above its value everywhere, as a share of what it could be: where most
 * members are cases, a box is no finding for holding most of them. */
static double merit_of(const sd_prim *result, const sd_prim_box *box)
{
    const double everywhere = (double)result->cases / (double)result->members,
                 above = (box->density - everywhere) / (1 - everywhere);
    return above > 0 ? 2 * box->coverage * above / (box->coverage + above) : 0;
}

static size_t choose(const sd_prim *result)
{
    size_t chosen = 0;
    for (size_t i = 1; i < result->step_count; i++)
        if (merit_of(result, &result->steps[i]) > merit_of(result, &result->steps[chosen]))
            chosen = i;
    return chosen;
}

/* The chance of at least as many cases within, were cases as frequent there as they are without this restriction. */
static double quasi_p_of(const prim *p, size_t factor)
{
    size_t members = 0, found = 0;
    if (!isfinite(p->low[factor]) && !isfinite(p->high[factor]))
        return (double)NAN;
    for (size_t n = 0; n < p->cases->count; n++) {
        if (p->outside[n] > (size_t)is_shut_out(p, factor, n))
            continue;
        members++;
        found += p->cases->is_case[n];
    }
    if (p->found == 0)
        return 1;
    return gsl_cdf_binomial_Q((unsigned)p->found - 1, (double)found / (double)members,
                              (unsigned)p->members);
}

/* The restriction that chance explains best is taken away first, as the others may need it no longer; false: none was. */
static bool set_chance_aside(prim *p)
{
    for (bool any = false;; any = true) {
        size_t worst = SIZE_MAX;
        double most = chance;
        for (size_t f = 0; f < p->cases->factor_count; f++) {
            const double quasi_p = quasi_p_of(p, f);
            if (quasi_p > most) {
                most = quasi_p;
                worst = f;
            }
        }
        if (worst == SIZE_MAX)
            return any;
        p->low[worst] = -(double)INFINITY;
        p->high[worst] = (double)INFINITY;
        p->aside[worst] = true;
        count_box(p);
    }
}

static void find_box(prim *p, sd_prim *result)
{
    do {
        peel_all(p, result);
        result->chosen = choose(result);
        set_box(p, &result->steps[result->chosen]);
    } while (set_chance_aside(p));
}

static void paste_all(prim *p)
{
    move m = {0};
    while (p->members < p->cases->count && best_move(p, paste, 0, &m) &&
           density_of(&m) * (double)p->members > (double)p->found)
        make_move(p, &m);
}

/* ---- setting out ---- */

typedef struct ranked {
    double value;
    size_t member;
} ranked;

static int by_value(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

static void open_prim(prim *p, sd_arena *scratch)
{
    const size_t count = p->cases->count, k = p->cases->factor_count;
    ranked *ranks = SD_NEW_ARRAY(scratch, ranked, count);
    p->order = SD_NEW_ARRAY(scratch, size_t *, k + 1);
    p->outside = SD_NEW_ARRAY(scratch, size_t, count);
    p->low = SD_NEW_ARRAY(scratch, double, k + 1);
    p->high = SD_NEW_ARRAY(scratch, double, k + 1);
    p->aside = SD_NEW_ARRAY(scratch, bool, k + 1);
    for (size_t f = 0; f < k; f++) {
        p->aside[f] = p->request->among && !p->request->among[f];
        p->order[f] = SD_NEW_ARRAY(scratch, size_t, count);
        for (size_t n = 0; n < count; n++)
            ranks[n] = (ranked){value_of(p, f, n), n};
        qsort(ranks, count, sizeof *ranks, by_value);
        for (size_t n = 0; n < count; n++)
            p->order[f][n] = ranks[n].member;
    }
    open_box(p);
    p->all_cases = p->found;
}

const sd_prim *sd_prim_new(sd_arena *arena, const sd_prim_request *request)
{
    const size_t k = request->cases.factor_count;
    sd_arena *scratch = sd_arena_new("scenario discovery");
    sd_prim *result = SD_NEW(arena, sd_prim);
    double *quasi_p = SD_NEW_ARRAY(arena, double, k + 1);
    prim p = {.cases = &request->cases, .request = request, .arena = arena};
    open_prim(&p, scratch);
    assert(p.all_cases > 0 && p.all_cases < request->cases.count);
    result->members = request->cases.count;
    result->cases = p.all_cases;
    find_box(&p, result);
    paste_all(&p);
    result->box = box_now(&p);
    for (size_t f = 0; f < k; f++)
        quasi_p[f] = quasi_p_of(&p, f);
    result->quasi_p = quasi_p;
    sd_arena_free(scratch);
    return result;
}
