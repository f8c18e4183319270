/* test_analysis_prim.c - scenario discovery: boxes that are known find themselves again.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

enum { MEMBERS = 2000, FACTORS = 5 };

/* Members spread evenly over the unit cube; cases as the test sets them. */
static sd_prim_request spread(desk *on, uint64_t seed, bool **ret_cases)
{
    double *values = SD_NEW_ARRAY(on->arena, double, MEMBERS *FACTORS), u[FACTORS];
    const sd_sampling sampling = {
        .kind = SD_POINTS_SOBOL, .scramble = SD_SCRAMBLE_OWEN, .count = MEMBERS, .seed = seed};
    const sd_points *points;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_points_new(on->arena, &sampling, FACTORS, &points, on->diag), SD_OK);
    for (size_t n = 0; n < MEMBERS; n++) {
        sd_points_at(points, n, u);
        for (size_t f = 0; f < FACTORS; f++)
            values[f * MEMBERS + n] = u[f];
    }
    *ret_cases = SD_NEW_ARRAY(on->arena, bool, MEMBERS);
    return (sd_prim_request){
        {MEMBERS, FACTORS, values, *ret_cases}, NULL, sd_prim_alpha, sd_prim_least, NULL};
}

static double at(const sd_prim_request *q, size_t factor, size_t member)
{
    return q->cases.values[factor * MEMBERS + member];
}

static void assert_sides(const sd_prim_box *box, const double (*sides)[2], double tolerance)
{
    for (size_t f = 0; f < FACTORS; f++)
        for (int high = 0; high < 2; high++) {
            const double bound = high ? box->high[f] : box->low[f], wanted = sides[f][high];

            if (isinf(wanted) ? bound != wanted : !(fabs(bound - wanted) <= tolerance))
                fail_msg("the %s bound of factor %zu is %g, not %g", high ? "upper" : "lower", f,
                         bound, wanted);
        }
}

#define OPEN (double)INFINITY

/* ---- boxes ----------------------------------------------------------------------------------------------- */

static void a_corner_finds_itself_again(void **state)
{
    desk *on = *state;
    static const double sides[FACTORS][2] = {
        {0.62, OPEN}, {-OPEN, OPEN}, {-OPEN, 0.35}, {-OPEN, OPEN}, {-OPEN, OPEN}};
    bool *cases;
    const sd_prim_request q = spread(on, 1, &cases);
    size_t inside = 0;

    for (size_t n = 0; n < MEMBERS; n++)
        inside += cases[n] = at(&q, 0, n) > 0.62 && at(&q, 2, n) < 0.35;
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_int_equal(prim->cases, inside);
    assert_int_equal(prim->box.restricted, 2);
    /* A peel takes 5 % of what is within: of the last one, up to 0.05 * 0.4 of this side's range. */
    assert_sides(&prim->box, sides, 0.02);
    assert_true(prim->box.density > 0.95 && prim->box.coverage > 0.95);
    assert_true(prim->quasi_p[0] < 1e-6 && prim->quasi_p[2] < 1e-6);
    assert_true(isnan(prim->quasi_p[1]));
}

static void a_box_in_the_middle_has_two_sides(void **state)
{
    desk *on = *state;
    static const double sides[FACTORS][2] = {
        {-OPEN, OPEN}, {0.3, 0.7}, {-OPEN, OPEN}, {0.5, OPEN}, {-OPEN, OPEN}};
    bool *cases;
    const sd_prim_request q = spread(on, 2, &cases);

    for (size_t n = 0; n < MEMBERS; n++)
        cases[n] = at(&q, 1, n) > 0.3 && at(&q, 1, n) < 0.7 && at(&q, 3, n) > 0.5;
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_int_equal(prim->box.restricted, 2);
    assert_sides(&prim->box, sides, 0.03);
}

/* One label in ten is wrong: 1800 * 0.36 + ... as often outside as inside, so the density is 0.9 and no more. */
static void noise_hides_no_box_and_makes_none(void **state)
{
    desk *on = *state;
    static const double sides[FACTORS][2] = {
        {-OPEN, 0.4}, {-OPEN, OPEN}, {-OPEN, OPEN}, {-OPEN, OPEN}, {0.1, OPEN}};
    bool *cases;
    const sd_prim_request q = spread(on, 3, &cases);

    for (size_t n = 0; n < MEMBERS; n++) {
        double pair[2];

        sd_random_uniform((sd_draw){.seed = 9, .member = n}, pair);
        cases[n] = (at(&q, 0, n) < 0.4 && at(&q, 4, n) > 0.1) != (pair[0] < 0.1);
    }
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_sides(&prim->box, sides, 0.03);
    assert_near(prim->box.density, 0.9, 0.04); /* three deviations of 700 labels */
}

static void pure_noise_gives_no_box(void **state)
{
    desk *on = *state;
    bool *cases;
    const sd_prim_request q = spread(on, 4, &cases);
    size_t restricted = 0;

    for (size_t n = 0; n < MEMBERS; n++) {
        double pair[2];

        sd_random_uniform((sd_draw){.seed = 10, .member = n}, pair);
        cases[n] = pair[0] < 0.3;
    }
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    restricted = prim->box.restricted;
    assert_true(restricted <= 1 && prim->box.density < 0.4);
}

static void a_factor_of_three_values_is_peeled_value_by_value(void **state)
{
    desk *on = *state;
    bool *cases;
    const sd_prim_request q = spread(on, 5, &cases);
    double *values = (double *)q.cases.values;

    for (size_t n = 0; n < MEMBERS; n++) {
        values[n] = floor(values[n] * 3) + 1;
        cases[n] = at(&q, 0, n) == 2;
    }
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_int_equal(prim->box.restricted, 1);
    assert_true(prim->box.low[0] == 1.5 && prim->box.high[0] == 2.5);
    assert_true(prim->box.coverage == 1 && prim->box.density == 1);
    assert_int_equal(prim->step_count, 3); /* a third, then half of the rest */
}

/* ---- the trajectory -------------------------------------------------------------------------------------- */

static void count_within(const sd_prim_request *q, const sd_prim_box *box, size_t *ret_members,
                         size_t *ret_cases)
{
    *ret_members = *ret_cases = 0;
    for (size_t n = 0; n < MEMBERS; n++) {
        bool within = true;

        for (size_t f = 0; f < FACTORS; f++)
            within &= at(q, f, n) > box->low[f] && at(q, f, n) < box->high[f];
        *ret_members += within;
        *ret_cases += within && q->cases.is_case[n];
    }
}

static void every_step_peels_a_twentieth_and_counts_what_is_within(void **state)
{
    desk *on = *state;
    bool *cases;
    const sd_prim_request q = spread(on, 6, &cases);
    size_t members, found;

    for (size_t n = 0; n < MEMBERS; n++)
        cases[n] = at(&q, 0, n) + at(&q, 1, n) > 1.4; /* no box */
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_int_equal(prim->steps[0].members, MEMBERS);
    assert_true(prim->steps[0].coverage == 1);
    assert_true(prim->step_count > 20);
    for (size_t i = 0; i < prim->step_count; i++) {
        const sd_prim_box *box = &prim->steps[i];

        count_within(&q, box, &members, &found);
        assert_int_equal(box->members, members);
        assert_int_equal(box->cases, found);
        assert_true(box->coverage == (double)found / (double)prim->cases);
        assert_true(box->density == (double)found / (double)members);
        if (i > 0) /* rounded up to a whole member */
            assert_int_equal(box->members,
                             prim->steps[i - 1].members -
                                 (size_t)ceil(0.05 * (double)prim->steps[i - 1].members));
    }
    assert_true((double)prim->steps[prim->step_count - 1].members >= 0.05 * MEMBERS);
    count_within(&q, &prim->box, &members, &found);
    assert_int_equal(prim->box.members, members);
    assert_int_equal(prim->box.cases, found);
}

/* Chances of being a case by the four values of x and by y.  Where x is 1, they are lower than those of what else could be
 * peeled, so it is peeled, after x = 0; but where y > 0.5, which is where the box ends up, they are higher than all. */
static double chance_of(double x, double y)
{
    if (x == 0)
        return 0;
    if (x == 1)
        return y > 0.5 ? 1 : 0.6;
    if (x == 3 || y > 0.95)
        return 1;
    return y < 0.05 ? 0.95 : y < 0.5 ? 0.1 : 0.88;
}

static void pasting_takes_back_what_peeling_took_too_early(void **state)
{
    desk *on = *state;
    bool *cases;
    sd_prim_request q = spread(on, 8, &cases);
    double *values = (double *)q.cases.values;

    q.cases.factor_count = 2; /* no others, which would be peeled sooner */
    q.least = 0.06;           /* x = 3 alone is less */
    for (size_t n = 0; n < MEMBERS; n++) {
        double pair[2], u = values[n];

        sd_random_uniform((sd_draw){.seed = 11, .member = n}, pair);
        values[n] = u < 0.1 ? 0 : u < 0.15 ? 1 : u < 0.95 ? 2 : 3;
        cases[n] = pair[0] < chance_of(values[n], at(&q, 1, n));
    }
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    const sd_prim_box *chosen = &prim->steps[prim->chosen];
    assert_true(chosen->low[0] == 1.5);
    assert_true(prim->box.low[0] == 0.5 && isinf(prim->box.high[0]));
    assert_near(prim->box.low[1], 0.5, 0.06);
    assert_true(prim->box.members > chosen->members && prim->box.density > chosen->density);
}

/* ---- chance ---------------------------------------------------------------------------------------------- */

/* Bryant and Lempert 2010, appendix: the upper tail of a binomial distribution, here summed term by term. */
static void quasi_p_is_a_binomial_tail(void **state)
{
    desk *on = *state;
    bool *cases;
    const sd_prim_request q = spread(on, 7, &cases);

    for (size_t n = 0; n < MEMBERS; n++) {
        double pair[2];

        sd_random_uniform((sd_draw){.seed = 12, .member = n}, pair);
        /* factor 0 decides, factor 1 hardly */
        cases[n] = pair[0] < (at(&q, 0, n) > 0.8 ? 0.6 + 0.2 * at(&q, 1, n) : 0.02);
    }
    const sd_prim *prim = sd_prim_new(on->arena, &q);
    assert_true(prim->box.restricted >= 1);
    for (size_t f = 0; f < FACTORS; f++) {
        if (isnan(prim->quasi_p[f]))
            continue;
        double low[FACTORS], high[FACTORS], sum = 0;
        sd_prim_box without = {.low = low, .high = high};
        size_t members, found;

        memcpy(low, prim->box.low, sizeof low);
        memcpy(high, prim->box.high, sizeof high);
        low[f] = -OPEN;
        high[f] = OPEN;
        count_within(&q, &without, &members, &found);
        const double share = (double)found / (double)members;
        const size_t trials = prim->box.members;
        for (size_t hits = prim->box.cases; hits <= trials; hits++)
            sum += exp(lgamma((double)trials + 1) - lgamma((double)hits + 1) -
                       lgamma((double)(trials - hits) + 1) + (double)hits * log(share) +
                       (double)(trials - hits) * log1p(-share));
        /* lgamma of a few hundred loses about three digits, gsl's incomplete beta as many. */
        assert_true(is_near(prim->quasi_p[f], sum, 1e-9, 1e-300));
        assert_true(prim->quasi_p[f] <= 0.05);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_corner_finds_itself_again),
        DESK_TEST(a_box_in_the_middle_has_two_sides),
        DESK_TEST(noise_hides_no_box_and_makes_none),
        DESK_TEST(pure_noise_gives_no_box),
        DESK_TEST(a_factor_of_three_values_is_peeled_value_by_value),
        DESK_TEST(every_step_peels_a_twentieth_and_counts_what_is_within),
        DESK_TEST(pasting_takes_back_what_peeling_took_too_early),
        DESK_TEST(quasi_p_is_a_binomial_tail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
