/* test_structure_continuation.c - folds, Hopf points and crossings of branches where algebra and AUTO-07p know them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "still.h"

#include <math.h>

/* Numbers marked * are rows of reference/equilibria_eigen_bifurcation.csv: closed forms, confirmed there by AUTO-07p. */

/* Roots along the curve are found to 1e-14 of arc; where the test is flat, some digits of that are lost. */
static const double fold_parameter = 1e-12, fold_stock = 1e-10;
static const double hopf_tolerance = 1e-10;
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
    const still at =
        still_open(on, "stock x = 0; in change\nflow change = r * x - x^2\naux r = -0.5\n");
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
    const still at =
        still_open(on, "stock x = 0; in change\nflow change = r * x - x^3\naux r = -0.5\n");
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

/* The same far from where any search starts: Newton's steps from within 0.9 of 0 all end at 0. */
static void a_branch_that_no_search_finds_is_reached_by_switching(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock x = 0; in change\nflow change = r * x - x^3\naux r = -7\n");
    const sd_branches b = follow(&at, "r", -400, 400);
    double least = 0, most = 0;

    for (size_t i = 0; i < b.count; i++)
        for (size_t k = 0; k < b.list[i].count; k++) {
            least = fmin(least, b.list[i].points[k].stocks[0]);
            most = fmax(most, b.list[i].points[k].stocks[0]);
        }
    assert_near(least, -20, 1e-9);
    assert_near(most, 20, 1e-9);
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
    assert_non_null(strstr(desk_printed(on), "error[E511]: 'h' has no effect on any stock here\n"));
}

/* ---- two parameters ---- */

/* The fold of the harvest lies at h = r K / 4. */
static void a_fold_is_followed_in_two_parameters(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 9; in growth; out catch\n"
                                    "flow growth = 0.8 * x * (1 - x / K)\n"
                                    "flow catch = h\naux h = 0.5\naux K = 10\n");
    const sd_branches b = follow(&at, "h", 0, 3);
    const sd_tip_request request = {
        .parameter = still_parameter(&at, "h"), .low = 0, .high = 3, .stocks = at.stocks};
    sd_boundary boundary;

    assert_int_equal(sd_fold_follow(on->arena, at.core, &request,
                                    special_near(&b, SD_POINT_FOLD, 2), still_parameter(&at, "K"),
                                    5, 20, &boundary, on->diag),
                     SD_OK);
    assert_true(boundary.count > 20);
    assert_near(boundary.second[0], 5, 1e-12);
    /* Beyond K = 15 it leaves the range of h; steps are halved seven times towards it. */
    assert_near(boundary.second[boundary.count - 1], 15, 0.01);
    for (size_t k = 0; k < boundary.count; k++)
        assert_near(boundary.first[k], 0.2 * boundary.second[k], fold_parameter);
}

/* x' = p + q x - x^3: folds at p = +-2 (q / 3)^(3/2), which meet in the cusp q = 0. */
static void a_boundary_ends_at_its_cusp(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 1; in change\nflow change = p + q * x - x^3\n"
                                    "aux p = 0.1\naux q = 1\n");
    const sd_branches b = follow(&at, "p", -1, 1);
    const sd_tip_request request = {
        .parameter = still_parameter(&at, "p"), .low = -1, .high = 1, .stocks = at.stocks};
    sd_boundary boundary;

    assert_int_equal(sd_fold_follow(on->arena, at.core, &request,
                                    special_near(&b, SD_POINT_FOLD, 1), still_parameter(&at, "q"),
                                    -1, 1.5, &boundary, on->diag),
                     SD_OK);
    for (size_t k = 0; k < boundary.count; k++)
        assert_true(fabs(boundary.first[k] - 2 * pow(boundary.second[k] / 3, 1.5)) < 1e-9);
    assert_true(boundary.second[0] >= 0 && boundary.second[0] < 0.05);
    assert_near(boundary.second[boundary.count - 1], 1.5, 1e-12);
}

/* ---- sweeps and responses ---- */

static sd_sweep sweep(const still *at, const char *parameter, const char *of, double low,
                      double high, size_t count)
{
    const sd_tip_request request = {.parameter = still_parameter(at, parameter),
                                    .low = low,
                                    .high = high,
                                    .stocks = at->stocks};
    sd_sweep s;

    assert_int_equal(
        sd_sweep_run(at->on->arena, at->core, &request, desk_element(at->on, of), count, &s),
        SD_OK);
    return s;
}

/* The motion of steps with a tolerance of 1e-7 that stops within 1e-5 of rest, over an eigenvalue above 0.1. */
static const double sweep_tolerance = 1e-5;

static void a_sweep_jumps_late_on_both_ways(void **state)
{
    desk *on = *state;
    const still at = still_open(on, cubic);
    const sd_sweep s = sweep(&at, "mu", "x", -1, 1, 21); /* steps of 0.1; folds at +-0.385 */

    for (size_t k = 0; k < s.count; k++) {
        const double up = s.up[0][k], down = s.down[0][k], mu = s.parameters[k];

        assert_true(fabs(mu + up - up * up * up) < sweep_tolerance);
        assert_true(fabs(mu + down - down * down * down) < sweep_tolerance);
        assert_int_equal(up > 0, mu > 0.35);
        assert_int_equal(down > 0, mu > -0.35);
    }
}

/* At B = 3 the cycle of the Brusselator has u up to 3.751773911 and a period of 7.156919921: the sweep looks every quarter,
 * so it misses the top of a peak a quarter of a unit wide by a few percent at most. */
static void a_sweep_keeps_both_sides_of_a_swing(void **state)
{
    desk *on = *state;
    const still at = still_open(on, brusselator);
    const sd_sweep s = sweep(&at, "B", "u", 1, 3, 5);

    assert_near(s.up[0][0], 1, sweep_tolerance);
    assert_true(s.up[0][0] == s.up[1][0]);
    assert_near(s.up[1][4], 3.751773911, 0.03);
    assert_true(s.up[0][4] < 0.5);
    assert_true(isnan(s.to_high));
}

/* Held at exactly 0 it would stay there for ever, though nothing holds it from r = 0 on. */
static void a_sweep_does_not_balance_on_what_is_unstable(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock x = 0; in change\nflow change = r * x - x^3\naux r = -0.5\n");
    const sd_sweep s = sweep(&at, "r", "x", -1, 1, 5);

    assert_true(fabs(s.up[0][0]) < sweep_tolerance);
    assert_near(s.up[0][4], 1, sweep_tolerance);
}

/* x' = (p - x) / 7: 95 % take 7 ln 20 = 20.97, seen at the next look, a four-hundredth of 100 later. */
static void a_sweep_tells_how_long_the_way_takes(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock x = 3; in change\nflow change = (p - x) / 7\naux p = 3\n");
    const sd_sweep s = sweep(&at, "p", "x", 1, 5, 3);

    assert_true(s.to_high >= 7 * log(20) - 0.01 && s.to_high <= 7 * log(20) + 0.26);
    assert_true(s.to_low >= 7 * log(20) - 0.01 && s.to_low <= 7 * log(20) + 0.26);
}

/* Level at 40 up to 0.55, then 10 for each 1: a fiftieth of the range of 10.5 is left 0.021 later. */
static void a_response_leaves_its_level_and_is_steepest_beyond(void **state)
{
    double x[81], y[81];
    (void)state;

    for (size_t k = 0; k < 81; k++) {
        x[k] = (double)k * 0.02;
        y[k] = 40 + 10 * fmax(0, x[k] - 0.55);
    }
    const sd_response r = sd_response_of(x, y, 81);

    assert_near(r.leaves, 0.571, 1e-9);
    assert_true(r.rising_side && r.level == 40 && isnan(r.turn));
    assert_near(r.slope, 10, 1e-9);
    assert_true(r.steepest > 0.55);
    for (size_t k = 0; k < 81; k++)
        y[k] = 3 - (x[k] - 0.54) * (x[k] - 0.54);
    assert_near(sd_response_of(x, y, 81).turn, 0.54, 1e-9);
    assert_true(isnan(sd_response_of(x, y, 81).leaves));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_harvest_tips_where_the_stock_can_no_longer_grow_back),
        DESK_TEST(a_cubic_folds_twice),
        DESK_TEST(the_brusselator_begins_to_swing),
        DESK_TEST(both_branches_of_a_transcritical_crossing_are_found),
        DESK_TEST(both_arms_of_a_pitchfork_are_found),
        DESK_TEST(a_branch_that_no_search_finds_is_reached_by_switching),
        DESK_TEST(branches_apart_are_found_by_several_searches),
        DESK_TEST(a_parameter_without_effect_is_an_error),
        DESK_TEST(a_fold_is_followed_in_two_parameters),
        DESK_TEST(a_boundary_ends_at_its_cusp),
        DESK_TEST(a_sweep_jumps_late_on_both_ways),
        DESK_TEST(a_sweep_keeps_both_sides_of_a_swing),
        DESK_TEST(a_sweep_does_not_balance_on_what_is_unstable),
        DESK_TEST(a_sweep_tells_how_long_the_way_takes),
        cmocka_unit_test(a_response_leaves_its_level_and_is_steepest_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
