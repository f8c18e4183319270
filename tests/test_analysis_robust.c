/* test_analysis_robust.c - scenarios in the same futures: counts, leads, regret and what decides, against cases worked by hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include "sd/analysis.h"

#include <math.h>

/* Sums and differences of a few decimals. */
static const double exact = 1e-12;

#define NONE ((double)NAN)

static sd_contest contest_of(int better, size_t scenarios, size_t futures, const double *values)
{
    return (sd_contest){
        .scenario_count = scenarios, .future_count = futures, .better = better, .values = values};
}

static void each_future_is_won_lost_or_tied(void **state)
{
    desk *on = *state;
    const double values[] = {2.5, 1.5,  -3.25, 0.75, 4, /* the first */
                             3.5, 1.25, -3.25, 2.75, 4 + 1e-12};
    const sd_contest more = contest_of(1, 2, 5, values), less = contest_of(-1, 2, 5, values);
    const sd_robust up = sd_robust_new(on->arena, &more), down = sd_robust_new(on->arena, &less);

    assert_int_equal(up.valid, 5);
    assert_int_equal(up.standings[1].ahead, 2);
    assert_int_equal(up.standings[1].behind, 1);
    assert_int_equal(down.standings[1].ahead, 1);
    assert_int_equal(down.standings[1].behind, 2);
    assert_int_equal(up.standings[0].ahead + up.standings[0].behind, 0);
}

/* Leads of 1, -0.25, 0, 2 and 0: sorted -0.25, 0, 0, 1, 2; the quantile 0.05 of five values lies 0.2 on from the first, 0.95 lies
 * 0.8 on from the fourth. */
static void leads_are_differences_in_the_same_future(void **state)
{
    desk *on = *state;
    const double values[] = {2.5, 1.5, -3.25, 0.75, 4, 3.5, 1.25, -3.25, 2.75, 4};
    const sd_contest contest = contest_of(1, 2, 5, values);
    const sd_robust robust = sd_robust_new(on->arena, &contest);
    const sd_standing *s = &robust.standings[1];

    assert_near(s->lead_low, -0.2, exact);
    assert_near(s->lead_median, 0, exact);
    assert_near(s->lead_high, 1.8, exact);
    assert_near(s->median, 2.75, exact);
    assert_near(s->low, -3.25 + 0.2 * 4.5, exact);
    assert_near(s->high, 3.5 + 0.8 * 0.5, exact);
}

/* Savage's table: the best of a future has no regret, the others what they lack.  With less as better, of 3 and 7 in a future
 * 3 is best. */
static void regret_is_against_the_best_of_all_in_each_future(void **state)
{
    desk *on = *state;
    const double values[] = {5.5, 1.25, 3, 4.75, 2.5, 3.5, 1, 6.25, 2};
    const sd_contest more = contest_of(1, 3, 3, values), less = contest_of(-1, 3, 3, values);
    const sd_robust up = sd_robust_new(on->arena, &more), down = sd_robust_new(on->arena, &less);

    /* Bests 5.5, 6.25, 3.5: regrets 0 5 0.5 | 0.75 3.75 0 | 4.5 0 1.5; the 0.9 quantile lies 0.8 on from the middle. */
    assert_near(up.standings[0].regret_most, 5, exact);
    assert_near(up.standings[0].regret_90, 0.5 + 0.8 * 4.5, exact);
    assert_near(up.standings[1].regret_most, 3.75, exact);
    assert_near(up.standings[2].regret_90, 1.5 + 0.8 * 3, exact);
    /* Bests 1, 1.25, 2. */
    assert_near(down.standings[0].regret_most, 4.5, exact);
    assert_near(down.standings[2].regret_most, 5, exact);
    assert_near(down.standings[1].regret_90, 1.5 + 0.8 * 2.25, exact);
}

static void a_future_counts_only_where_every_scenario_has_a_value(void **state)
{
    desk *on = *state;
    const double values[] = {1, NONE, 3, 4.5, 2, 9, NONE, 5};
    const sd_contest contest = contest_of(1, 2, 4, values);
    const sd_robust r = sd_robust_new(on->arena, &contest);

    assert_int_equal(r.valid, 2);
    assert_int_equal(r.standings[1].ahead, 2);
    assert_near(r.standings[1].lead_median, 0.75, exact);
    assert_near(r.standings[0].regret_most, 1, exact);
}

static void nothing_to_compare_is_no_number(void **state)
{
    desk *on = *state;
    const double values[] = {NONE, 2.5, 1.5, NONE};
    const sd_contest contest = contest_of(1, 2, 2, values);
    const sd_robust r = sd_robust_new(on->arena, &contest);

    assert_int_equal(r.valid, 0);
    assert_true(isnan(r.standings[1].lead_median) && isnan(r.standings[1].regret_most));
    assert_int_equal(r.standings[1].decider_count, 0);
}

static void what_nobody_called_better_has_no_regret(void **state)
{
    desk *on = *state;
    const double values[] = {1, 2, 3.5, 1.5};
    const sd_contest contest = contest_of(0, 2, 2, values);
    const sd_robust r = sd_robust_new(on->arena, &contest);

    assert_int_equal(r.standings[1].ahead, 1);
    assert_true(isnan(r.standings[0].regret_90));
}

/* The lead falls with the third factor but for one exchange of neighbours, of 24 futures: rank correlation
 * -(1 - 6 * 2 / (24 * (24^2 - 1))) by Spearman's sum of squared differences.  The first factor stands still, the second jumps between
 * two values, so it correlates with nothing but chance. */
static void the_unknown_with_the_largest_rank_correlation_decides(void **state)
{
    enum { FUTURES = 24 };
    desk *on = *state;
    double values[2 * FUTURES], factors[3 * FUTURES];
    sd_contest contest = contest_of(1, 2, FUTURES, values);

    for (int i = 0; i < FUTURES; i++) {
        int rank = i == 7 ? 8 : i == 8 ? 7 : i;
        values[i] = 1.5;
        values[FUTURES + i] = 1.5 + exp(-0.3 * rank);
        factors[i] = 0.7;
        factors[FUTURES + i] = i % 2 ? 3.5 : 2.25;
        factors[2 * FUTURES + i] = i * i;
    }
    contest.factor_count = 3;
    contest.factors = factors;
    const sd_robust robust = sd_robust_new(on->arena, &contest);
    const sd_standing *s = &robust.standings[1];

    assert_int_equal(s->decider_count, 1);
    assert_int_equal(s->deciders[0], 2);
    assert_near(s->ranks[0], -(1 - 12.0 / (24 * 575)), exact);
}

/* Equal values share the mean of their ranks: of factor 1 1 2 2 2 3 .. against a lead with the same steps it is 1 exactly. */
static void equal_values_share_their_ranks_and_the_strongest_come_first(void **state)
{
    enum { FUTURES = 40 };
    desk *on = *state;
    double values[2 * FUTURES] = {0}, factors[4 * FUTURES];
    sd_contest contest = contest_of(-1, 2, FUTURES, values);

    for (int i = 0; i < FUTURES; i++) {
        const int fifth = i / 5;

        values[FUTURES + i] = fifth;
        for (int f = 0; f < 4; f++) { /* each a little more out of step than the one before */
            const int step = (i + 4 * (3 - f)) % FUTURES / 5;

            factors[f * FUTURES + i] = step;
        }
    }
    contest.factor_count = 4;
    contest.factors = factors;
    const sd_robust robust = sd_robust_new(on->arena, &contest);
    const sd_standing *s = &robust.standings[1];

    assert_near(s->ranks[0], 1, exact);
    assert_int_equal(s->deciders[0], 3);
    assert_int_equal(s->deciders[1], 2);
    assert_true(s->ranks[1] < 1 && s->ranks[1] >= s->ranks[s->decider_count - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(each_future_is_won_lost_or_tied),
        DESK_TEST(leads_are_differences_in_the_same_future),
        DESK_TEST(regret_is_against_the_best_of_all_in_each_future),
        DESK_TEST(a_future_counts_only_where_every_scenario_has_a_value),
        DESK_TEST(nothing_to_compare_is_no_number),
        DESK_TEST(what_nobody_called_better_has_no_regret),
        DESK_TEST(the_unknown_with_the_largest_rank_correlation_decides),
        DESK_TEST(equal_values_share_their_ranks_and_the_strongest_come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
