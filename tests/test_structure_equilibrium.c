/* test_structure_equilibrium.c - where models come to rest: from afar, with conserved sums, without what nothing depends on.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "still.h"

#include <math.h>

/* Newton's last step is below 1e-9 of a stock and squares the error. */
static const double equilibrium_tolerance = 1e-12;

/* Susceptible, infectious and immune for a while: the total is 1000, and I = (1000 - S) (1/50) / (1/10 + 1/50), S = 200. */
static const char epidemic[] = "stock S = 999; in lose; out infect\n"
                               "stock I = 1; in infect; out recover\n"
                               "stock R = 0; in recover; out lose\n"
                               "stock ever = 0; in infect\n"
                               "stock weeks_of_illness = 0; in ill\n"
                               "flow infect = 0.5 * S * I / 1000\nflow recover = I / 10\n"
                               "flow lose = R / 50\nflow ill = I\n";

static void a_conserved_total_is_found_and_keeps_its_value(void **state)
{
    desk *on = *state;
    const still at = still_find(on, epidemic);

    assert_int_equal(at.core->total_count, 1);
    assert_true(at.core->totals[0].value == 1000);
    for (size_t i = 0; i < 5; i++)
        assert_true(at.core->totals[0].weights[i] == (i < 3 ? 1 : 0));
    assert_int_equal(at.core->count, 2);
    assert_near(still_value(&at, "S"), 200, equilibrium_tolerance);
    assert_near(still_value(&at, "I"), 800.0 / 6, equilibrium_tolerance);
    assert_near(still_value(&at, "R"), 800 * 5.0 / 6, equilibrium_tolerance);
}

static void running_totals_are_left_out(void **state)
{
    desk *on = *state;
    const still at = still_open(on, epidemic);

    assert_int_equal(at.core->roles[2], SD_ROLE_MOVES);
    assert_int_equal(at.core->roles[3], SD_ROLE_COUNTER);
    assert_int_equal(at.core->roles[4], SD_ROLE_COUNTER);
}

/* The sum of running totals is one itself. */
static void what_only_counters_depend_on_is_a_counter(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock x = 3; in change\nstock sum = 0; in adding\n"
                       "stock sum_of_sums = 0; in adding_sums\n"
                       "flow change = 1 - x\nflow adding = x\nflow adding_sums = sum\n");

    assert_int_equal(at.core->roles[0], SD_ROLE_MOVES);
    assert_int_equal(at.core->roles[1], SD_ROLE_COUNTER);
    assert_int_equal(at.core->roles[2], SD_ROLE_COUNTER);
    assert_int_equal(at.core->count, 1);
}

/* What is in a delay and what came out of it sum up to what went in: 2 A + the three stages of the delay. */
static void a_total_with_weights_and_hidden_stocks_is_found(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock A = 5; in back; out go\nstock B = 7; in come; out leave\n"
                       "flow go = 0.3 * A\nflow come = 2 * DELAY3(go, 6)\n"
                       "flow leave = B / 4\nflow back = leave / 2\n");

    assert_int_equal(at.core->total_count, 1);
    const double *weights = at.core->totals[0].weights;

    assert_true(weights[0] == 1 && weights[1] == 0.5);
    for (size_t i = 2; i < 5; i++)
        assert_near(weights[i], 1, 1e-9);
    assert_int_equal(at.core->count, 4);
}

static void a_stock_that_nothing_moves_is_told(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock x = 3; in change\nstock idle = 4; in nothing\n"
                                    "flow change = idle - x\nflow nothing = 0 * x\n");

    assert_int_equal(at.core->roles[1], SD_ROLE_STILL);
    assert_near(still_value(&at, "x"), 4, equilibrium_tolerance);
}

/* Newton's steps from 10 on arctan(x) go further and further out; with a trust region or following the motion it is found. */
static void a_start_from_which_newton_diverges_is_no_hindrance(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock x = 10; in change\nflow change = 0 - ARCTAN(x - 2)\n");

    assert_near(at.stocks[0], 2, equilibrium_tolerance);
}

/* From 5 the motion goes to 1000, though 0 is nearer. */
static void the_attracting_equilibrium_is_where_the_motion_goes(void **state)
{
    desk *on = *state;
    const still at =
        still_open(on, "stock P = 5; in growth\nflow growth = 0.12 * P * (1 - P / 1000)\n");
    double rest[1];

    assert_int_equal(sd_equilibrium_find(at.core, at.stocks, true, rest, on->diag), SD_OK);
    assert_near(rest[0], 1000, equilibrium_tolerance);
    assert_int_equal(sd_equilibrium_find(at.core, at.stocks, false, rest, on->diag), SD_OK);
    assert_true(fabs(rest[0]) < 1e-9);
}

/* Time constants from 0.01 to 1000 and sizes from 1e-3 to 1e6. */
static void sizes_and_speeds_may_lie_far_apart(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock a = 4e5; in a_in\nstock b = 2e-3; in b_in\n"
                                    "flow a_in = (1e6 * (1 + b) - a) / 1000\n"
                                    "flow b_in = (a / 1e9 - b) / 0.01\n");

    /* a = 1e6 (1 + a / 1e9) */
    assert_near(still_value(&at, "a"), 1e6 / (1 - 1e-3), equilibrium_tolerance);
    assert_near(still_value(&at, "b"), 1e-3 / (1 - 1e-3), equilibrium_tolerance);
}

static void a_model_that_goes_on_growing_has_no_equilibrium(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 3; in change\nstock y = 1; in growth\n"
                                    "flow change = y - x\nflow growth = 1 + y * y\n");
    double rest[2];

    assert_int_equal(sd_equilibrium_find(at.core, at.stocks, false, rest, on->diag), SD_NUMERICAL);
    assert_non_null(strstr(desk_printed(on), "error[E510]: no equilibrium was found: 'y' goes on "
                                             "changing by "));
}

/* The total grows by 1 for ever; nothing about it is pinned to the wrong value. */
static void a_sum_that_grows_steadily_has_no_equilibrium(void **state)
{
    desk *on = *state;
    const still at = still_open(on, "stock x = 3; in come; out go\nstock y = 1; in go; out back\n"
                                    "flow come = 1 + back\nflow go = x / 5\nflow back = y / 7\n");
    double rest[2];

    assert_int_equal(at.core->total_count, 1);
    assert_int_equal(sd_equilibrium_find(at.core, at.stocks, false, rest, on->diag), SD_NUMERICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_conserved_total_is_found_and_keeps_its_value),
        DESK_TEST(running_totals_are_left_out),
        DESK_TEST(what_only_counters_depend_on_is_a_counter),
        DESK_TEST(a_total_with_weights_and_hidden_stocks_is_found),
        DESK_TEST(a_stock_that_nothing_moves_is_told),
        DESK_TEST(a_start_from_which_newton_diverges_is_no_hindrance),
        DESK_TEST(the_attracting_equilibrium_is_where_the_motion_goes),
        DESK_TEST(sizes_and_speeds_may_lie_far_apart),
        DESK_TEST(a_model_that_goes_on_growing_has_no_equilibrium),
        DESK_TEST(a_sum_that_grows_steadily_has_no_equilibrium),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
