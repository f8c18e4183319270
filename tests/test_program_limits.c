/* test_program_limits.c - non-negative stocks and flows: who is served first, and that nothing is lost or made.
 * Stella: each outflow takes MIN(what it wants, stock / DT + inflows - what outflows listed before it take).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const double steps[] = {0.5, 0.125};

static void outflows_are_served_in_the_order_of_the_stock(void **state)
{
    static const char *const orders[] = {"out x; out y; out z", "out z; out x; out y"};
    desk *on = *state;

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k], there = 3, first = i ? 5 : 2, second = i ? 2 : 4;

            desk_simulate(on, sd_arena_printf(on->arena, "euler 0 4 %g", dt),
                          sd_arena_printf(on->arena,
                                          "flow x = 2\nflow y = 4\nflow z = 5\nflow in = 1\n"
                                          "stock S = 3; in in; %s; nonneg\n",
                                          orders[i]));
            DESK_EACH_TIME(t, 0, 4, dt)
            {
                double room = there / dt + 1, a = fmin(first, room), b = fmin(second, room - a);
                double c = fmin(11 - first - second, room - a - b);

                assert_near(desk_value(on, "S", t), there, 1e-14);
                assert_near(desk_value(on, i ? "z" : "x", t), a, 1e-14);
                assert_near(desk_value(on, i ? "x" : "y", t), b, 1e-14);
                assert_near(desk_value(on, i ? "y" : "z", t), c, 1e-14);
                there += dt * (1 - a - b - c);
            }
            /* Empty: one unit comes and goes to the first. */
            assert_near(desk_value(on, i ? "z" : "x", 4), 1, 1e-14);
            assert_true(desk_value(on, i ? "x" : "y", 4) == 0);
        }
    }
}

static void a_stock_drained_by_more_than_it_has_follows_the_method(void **state)
{
    /* content / DT is asked of each stage, so a step of Euler empties the stock, and one of rk4 leaves the Taylor
     * polynomial of exp(-1): 1 - 1 + 1/2 - 1/6 + 1/24. */
    desk *on = *state;

    for (size_t k = 0; k < 2; k++) {
        double dt = steps[k];

        desk_simulate(on, sd_arena_printf(on->arena, "euler 0 4 %g", dt),
                      "flow f = 100\nstock S = 3; out f; nonneg\nstock T = 0; in f\n");
        assert_true(desk_value(on, "S", dt) == 0);
        assert_true(desk_value(on, "T", dt) == 3);
        desk_simulate(on, sd_arena_printf(on->arena, "rk4 0 4 %g", dt),
                      "flow f = 100\nstock S = 3; out f; nonneg\nstock T = 0; in f\n");
        for (int n = 0; n <= 4 / dt; n++) {
            assert_near(desk_value(on, "S", n * dt), 3 * pow(0.375, n), 1e-13);
            assert_near(desk_value(on, "S", n * dt) + desk_value(on, "T", n * dt), 3, 1e-14);
        }
    }
}

static void a_flow_between_two_non_negative_stocks_is_limited_at_both_ends(void **state)
{
    static const char *const methods[] = {"euler", "rk4"};
    desk *on = *state;

    /* To and fro: what the sine asks for is more than either has. */
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k];

            desk_simulate(
                on, sd_arena_printf(on->arena, "%s 0 20 %g", methods[i], dt),
                "flow f = 9 * SIN(TIME)\nstock A = 2; out f; nonneg\nstock B = 1; in f; nonneg\n");
            DESK_EACH_TIME(t, 0, 20, dt)
            {
                double a = desk_value(on, "A", t), b = desk_value(on, "B", t), f = 9 * sin(t);

                assert_near(a + b, 3, 1e-13); /* up to 160 steps with four roundings each */
                assert_true(a >= 0 && b >= 0);
                assert_near(1 + desk_value(on, "f", t), 1 + fmax(fmin(f, a / dt), -b / dt), 1e-13);
            }
        }
    }
}

static void a_flow_that_goes_one_way_does_not_come_back(void **state)
{
    desk *on = *state;

    desk_simulate(
        on, "rk4 0 10 0.25",
        "flow f = 2 * SIN(TIME); nonneg\nstock A = 20; out f; nonneg\nstock B = 1; in f\n");
    DESK_EACH_TIME(t, 0, 10, 0.25)
    {
        assert_true(desk_value(on, "f", t) >= 0);
        assert_near(desk_value(on, "f", t), fmax(0, 2 * sin(t)), 1e-14);
        assert_near(desk_value(on, "A", t) + desk_value(on, "B", t), 21, 1e-14);
    }
}

static void what_is_drawn_back_through_two_inflows_is_no_more_than_there_is(void **state)
{
    static const char *const methods[] = {"euler", "rk4"};
    desk *on = *state;

    for (size_t i = 0; i < 2; i++) {
        desk_simulate(on, sd_arena_printf(on->arena, "%s 0 10 0.5", methods[i]),
                      "flow f = 3 - TIME\nflow g = 2 - TIME\nflow h = 1\n"
                      "stock S = 4; in f; in g; out h; nonneg\nstock from = 50; out f; out "
                      "g\nstock to = 0; in h\n");
        DESK_EACH_TIME(t, 0, 10, 0.5)
        {
            assert_true(desk_value(on, "S", t) >= 0);
            assert_near(desk_value(on, "S", t) + desk_value(on, "from", t) +
                            desk_value(on, "to", t),
                        54, 1e-13);
        }
        assert_near(1 + desk_value(on, "S", 10), 1,
                    0.01); /* rk4 leaves three eighths of a rest each DT */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(outflows_are_served_in_the_order_of_the_stock),
        DESK_TEST(a_stock_drained_by_more_than_it_has_follows_the_method),
        DESK_TEST(a_flow_between_two_non_negative_stocks_is_limited_at_both_ends),
        DESK_TEST(a_flow_that_goes_one_way_does_not_come_back),
        DESK_TEST(what_is_drawn_back_through_two_inflows_is_no_more_than_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
