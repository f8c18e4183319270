/* test_analysis_continuation.c - folds, Hopf points and crossings of branches where algebra and AUTO-07p know them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "still.h"

#include <math.h>

/* Numbers marked * are rows of reference/equilibria_eigen_bifurcation.csv: closed forms, confirmed there by AUTO-07p. */

/* The parameter at a fold hardly depends on the place along the curve; the stock does, by the root of rounding. */
static const double fold_parameter = 1e-12, fold_stock = 1e-6;
static const double hopf_tolerance = 1e-9;
/* At a crossing the corrections lose half of their digits. */
static const double crossing_tolerance = 1e-8;

static const char harvest[] = "stock x = 9; in growth; out catch\n"
                              "flow growth = 0.8 * x * (1 - x / 10)\n"
                              "flow catch = h\naux h = 0.5\n";
static const char cubic[] = "stock x = 1; in change\nflow change = mu + x - x^3\naux mu = 0.1\n";
static const char brusselator[] = "stock u = 1.1; in u_in; out u_out\n"
                                  "stock v = 1.7; in v_in; out v_out\n"
                                  "flow u_in = A + u^2 * v\nflow u_out = (B + 1) * u\n"
                                  "flow v_in = B * u\nflow v_out = u^2 * v\n"
                                  "aux A = 1\naux B = 1.5\n";

static sd_branches follow(const still *at, const char *parameter, double low, double high)
{
    const sd_tip_request request = {.parameter = still_parameter(at, parameter),
                                    .low = low,
                                    .high = high,
                                    .stocks = at->stocks};
    sd_branches branches;

    if (sd_branches_follow(at->on->arena, at->core, &request, &branches, at->on->diag) != SD_OK)
        fail_msg("%s", desk_printed(at->on));
    return branches;
}

static size_t count_special(const sd_branches *b, sd_special special)
{
    size_t count = 0;

    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < b->list[i].count; k++)
            count += b->list[i].points[k].special == special;
    return count;
}

/* The special point nearest to a value of the parameter. */
static const sd_branch_point *special_near(const sd_branches *b, sd_special special, double value)
{
    const sd_branch_point *best = NULL;

    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < b->list[i].count; k++) {
            const sd_branch_point *p = &b->list[i].points[k];

            if (p->special == special &&
                (!best || fabs(p->parameter - value) < fabs(best->parameter - value)))
                best = p;
        }
    assert_non_null(best);
    return best;
}

static void a_harvest_tips_where_the_stock_can_no_longer_grow_back(void **state)
{
    desk *on = *state;
    const still at = still_open(on, harvest);
    const sd_branches b = follow(&at, "h", 0, 3);
    const sd_branch_point *fold = special_near(&b, SD_POINT_FOLD, 2);

    assert_int_equal(b.count, 1);
    assert_int_equal(count_special(&b, SD_POINT_FOLD), 1);
    assert_near(fold->parameter, 2, fold_parameter); /* * */
    assert_near(fold->stocks[0], 5, fold_stock);     /* * */
    assert_int_equal(b.list[0].ends[0], SD_END_BOUND);
    assert_int_equal(b.list[0].ends[1], SD_END_BOUND);
    /* Every point lies on h = 0.8 x (1 - x / 10), stable above x = 5. */
    for (size_t k = 0; k < b.list[0].count; k++) {
        const sd_branch_point *p = &b.list[0].points[k];
        const double x = p->stocks[0];

        assert_near(p->parameter + 1, 1 + 0.8 * x * (1 - x / 10), 1e-10);
        if (p->special == SD_POINT_PLAIN)
            assert_int_equal(p->growing, x < 5);
    }
    assert_true(sd_field_parameter(at.field, still_parameter(&at, "h")) == 0.5);
}

static void a_cubic_folds_twice(void **state)
{
    desk *on = *state;
    const still at = still_open(on, cubic);
    const sd_branches b = follow(&at, "mu", -1, 1);
    const sd_branch_point *upper = special_near(&b, SD_POINT_FOLD, 1),
                          *lower = special_near(&b, SD_POINT_FOLD, -1);

    assert_int_equal(b.count, 1);
    assert_int_equal(count_special(&b, SD_POINT_FOLD), 2);
    assert_near(upper->parameter, 0.3849001794597505, fold_parameter);  /* * */
    assert_near(upper->stocks[0], -0.5773502691896258, fold_stock);     /* * */
    assert_near(lower->parameter, -0.3849001794597505, fold_parameter); /* * */
    assert_near(lower->stocks[0], 0.5773502691896258, fold_stock);      /* * */
}

static void the_brusselator_begins_to_swing(void **state)
{
    desk *on = *state;
    still at = still_open(on, brusselator);
    sd_branches b = follow(&at, "B", 1, 3);
    const sd_branch_point *hopf = special_near(&b, SD_POINT_HOPF, 2);

    assert_int_equal(count_special(&b, SD_POINT_HOPF), 1);
    assert_near(hopf->parameter, 2, hopf_tolerance);         /* * */
    assert_near(hopf->period, 2 * M_PI / 1, hopf_tolerance); /* * omega = A */
    sd_core_set(at.core, still_parameter(&at, "A"), 2);
    at.stocks[0] = 2;
    b = follow(&at, "B", 1, 8);
    hopf = special_near(&b, SD_POINT_HOPF, 5);
    assert_near(hopf->parameter, 5, hopf_tolerance);         /* * */
    assert_near(hopf->period, 2 * M_PI / 2, hopf_tolerance); /* * */
}

/* x' = r x - x^2: x = 0 and x = r cross at 0 and exchange their stability. */
static void both_branches_of_a_transcritical_crossing_are_found(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 0; in change\nflow change = r * x - x^2\naux r = -0.5\n");
    const sd_branches b = follow(&at, "r", -1, 1.3);
    double least = 0, most = 0;

    assert_int_equal(b.count, 2);
    assert_true(fabs(special_near(&b, SD_POINT_BRANCH, 0)->parameter) < crossing_tolerance);
    for (size_t i = 0; i < b.count; i++)
        for (size_t k = 0; k < b.list[i].count; k++) {
            const sd_branch_point *p = &b.list[i].points[k];
            const double x = p->stocks[0];

            assert_true(fabs(x) < 1e-8 || fabs(x - p->parameter) < 1e-8);
            if (p->special == SD_POINT_PLAIN && fabs(p->parameter) > 1e-6)
                assert_int_equal(p->growing, fabs(x) < 1e-8 ? p->parameter > 0 : p->parameter < 0);
            least = fmin(least, x);
            most = fmax(most, x);
        }
    assert_near(least, -1, 1e-9);
    assert_near(most, 1.3, 1e-9);
}

/* x' = r x - x^3: two arms leave x = 0 at r = 0. */
static void both_arms_of_a_pitchfork_are_found(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 0; in change\nflow change = r * x - x^3\naux r = -0.5\n");
    const sd_branches b = follow(&at, "r", -1, 1.44);
    double least = 0, most = 0;

    assert_int_equal(b.count, 2);
    assert_true(fabs(special_near(&b, SD_POINT_BRANCH, 0)->parameter) < crossing_tolerance);
    for (size_t i = 0; i < b.count; i++)
        for (size_t k = 0; k < b.list[i].count; k++) {
            least = fmin(least, b.list[i].points[k].stocks[0]);
            most = fmax(most, b.list[i].points[k].stocks[0]);
        }
    assert_near(least, -1.2, 1e-9);
    assert_near(most, 1.2, 1e-9);
}

/* Two branches that never meet: x^2 = 1 + p^2. */
static void branches_apart_are_found_by_several_searches(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock x = -0.1; in change\nflow change = 1 + p^2 - x^2\naux p = 0.3\n");
    const sd_branches b = follow(&at, "p", -1, 1);

    assert_int_equal(b.count, 2);
    assert_int_equal(count_special(&b, SD_POINT_FOLD), 0);
}

static void a_parameter_without_effect_is_an_error(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 9; in growth\nflow growth = 1 - x\naux h = 0.5\n"
                                    "aux other = 2 * h\n");
    const sd_tip_request request = {
        .parameter = still_parameter(&at, "h"), .low = 0, .high = 1, .stocks = at.stocks};
    sd_branches branches;

    assert_int_equal(sd_branches_follow(on->arena, at.core, &request, &branches, on->diag),
                     SD_INVALID);
    assert_string_equal(desk_printed(on), "error[E511]: 'h' has no effect on any stock here\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_harvest_tips_where_the_stock_can_no_longer_grow_back),
        DESK_TEST(a_cubic_folds_twice),
        DESK_TEST(the_brusselator_begins_to_swing),
        DESK_TEST(both_branches_of_a_transcritical_crossing_are_found),
        DESK_TEST(both_arms_of_a_pitchfork_are_found),
        DESK_TEST(branches_apart_are_found_by_several_searches),
        DESK_TEST(a_parameter_without_effect_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
