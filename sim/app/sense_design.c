/* sense_design.c - the members that measures of sensitivity need, each a function of its number.
 * In: what is uncertain in the scenario, and the method.  Out: a design.
 * For Sobol' indices a point of 2 d dimensions is a row of the samples A and B; the members of a row, A, B, each AB_i and each
 * BA_i, follow one another, so that a sweep that stops early has whole rows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "sense_study.h"

/* [1] where the lowest and the highest level of an elementary effect stand: distributions may have no ends. */
static const double morris_low = 0.005, morris_high = 0.995;

enum { FACTORS_MAX = 1000 /* of Sobol' indices */ };

typedef struct recipe {
    const sense_study *study;
    const sd_points *points; /* SOBOL: of 2 * factor_count dimensions */
    uint64_t seed;           /* MORRIS */
} recipe;

static size_t members_of_row(const sense_study *s)
{
    return s->method == SENSE_SOBOL ? (s->pairs ? 2 : 1) * s->factor_count + 2
                                    : s->factor_count + 1;
}

static void sobol_values(const void *context, uint64_t member, double *ret_values)
{
    const recipe *r = context;
    const size_t k = r->study->factor_count, each = members_of_row(r->study),
                 block = (size_t)(member % each), swapped = block < 2 ? SIZE_MAX : (block - 2) % k;
    const bool from_b = block == 1 || block >= k + 2;
    double u[2 * FACTORS_MAX];
    sd_points_at(r->points, member / each, u);
    for (size_t f = 0; f < k; f++)
        ret_values[f] = u[f + (from_b != (f == swapped) ? k : 0)];
    sd_factors_values(r->study->factors, k, ret_values, ret_values);
}

static void morris_values(const void *context, uint64_t member, double *ret_values)
{
    const recipe *r = context;
    const size_t k = r->study->factor_count, each = members_of_row(r->study);
    sd_morris_point(r->seed, member / each, (size_t)(member % each), k, ret_values);
    for (size_t f = 0; f < k; f++)
        ret_values[f] = morris_low + (morris_high - morris_low) * ret_values[f];
    sd_factors_values(r->study->factors, k, ret_values, ret_values);
}

size_t sense_place(const sense_study *s, uint64_t member)
{
    const uint64_t each = members_of_row(s);
    if (s->method != SENSE_SOBOL)
        return (size_t)member;
    return (size_t)(member % each * s->rows + member / each);
}

double sense_end(const sense_study *s, size_t factor, bool high)
{
    const double share = high ? 0.95 : 0.05;
    return sd_distribution_quantile(&s->factors[factor].distribution, share);
}

/* Measures of single factors are of independent ones. */
static const sd_factor *apart(const sense_study *s, const sd_design *drawn)
{
    const call *c = s->call;
    sd_factor *factors = SD_NEW_ARRAY(c->arena, sd_factor, drawn->factor_count);
    memcpy(factors, drawn->factors, drawn->factor_count * sizeof *factors);
    for (size_t f = 0; f < drawn->factor_count; f++) {
        if (factors[f].partner == SIZE_MAX)
            continue;
        sd_warn(c->diag, SD_W914, SD_NOWHERE, "'%s' and '%s' are varied each by itself",
                factors[factors[f].partner].name, factors[f].name);
        factors[f].partner = SIZE_MAX;
    }
    return factors;
}

static sd_status compute(sense_study *s, const sd_design *drawn, recipe *r)
{
    const call *c = s->call;
    sd_design *design = SD_NEW(c->arena, sd_design);
    const uint64_t count = (uint64_t)s->rows * members_of_row(s);
    if (count > SD_MEMBERS_MAX)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE, "%zu times %zu members are more than %d",
                       s->rows, members_of_row(s), SD_MEMBERS_MAX);
    *design = *drawn;
    design->kind = SD_DESIGN_COMPUTED;
    design->member_count = count;
    design->factors = s->factors;
    design->values = s->method == SENSE_SOBOL ? sobol_values : morris_values;
    design->context = r;
    s->one.design = design;
    return SD_OK;
}

static sd_status choose_sobol(sense_study *s, const sd_design *drawn, sd_sampling sampling,
                              recipe *r)
{
    const call *c = s->call;
    if (sampling.count < 2 || sampling.count > SD_MEMBERS_MAX)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE, "'--sobol' needs 2 rows or more, at most %d",
                       SD_MEMBERS_MAX);
    s->rows = (size_t)sampling.count;
    if (s->factor_count > FACTORS_MAX)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE,
                       "Sobol' indices of %zu parameters, more than %d", s->factor_count,
                       FACTORS_MAX);
    if (2 * s->factor_count > SD_SOBOL_DIMENSIONS_MAX)
        sampling.kind = SD_POINTS_LATIN; /* which has no limit */
    sd_status status = sd_points_new(c->arena, &sampling, 2 * s->factor_count, &r->points, c->diag);
    if (status != SD_OK)
        return status;
    return compute(s, drawn, r);
}

static sd_status choose_morris(sense_study *s, const sd_design *drawn, recipe *r)
{
    const call *c = s->call;
    s->rows = (size_t)c->given.morris;
    if (s->rows < 2)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE, "'--morris' needs 2 trajectories or more");
    return compute(s, drawn, r);
}

sd_status sense_choose_members(sense_study *s)
{
    call *c = s->call;
    const sd_design *drawn;
    sd_drawing drawing = {.one_at_a_time = true, .ranges = c->given.ranges};
    recipe *r = SD_NEW(c->arena, recipe);
    bool any;
    sd_status status = SD_OK;
    if (s->method == SENSE_SOBOL || s->method == SENSE_DISCOVER)
        status = sweep_drawing(c, &drawing, &any);
    if (status != SD_OK)
        return status;
    const uint64_t seed = s->one.scenario->spec.seed;
    const sd_sampling sampling = drawing.sampling;
    drawing.sampling.seed = seed;
    drawing.one_at_a_time = s->method != SENSE_DISCOVER;
    status = sd_designs_drawn(c->arena, &s->one.scenario, 1, &drawing, &drawn, c->diag);
    if (status != SD_OK)
        return status;
    *r = (recipe){.study = s, .seed = seed};
    s->factor_count = drawn->factor_count;
    s->factors = s->method == SENSE_DISCOVER ? drawn->factors : apart(s, drawn);
    s->rows = (size_t)drawn->member_count;
    s->drawing = drawing;
    s->drawing.sampling.kind = sampling.kind;
    s->one.design = drawn;
    if (s->method == SENSE_SOBOL) {
        sd_sampling rows = sampling;
        rows.seed = seed;
        status = choose_sobol(s, drawn, rows, r);
    } else if (s->method == SENSE_MORRIS) {
        status = choose_morris(s, drawn, r);
    }
    return status;
}
