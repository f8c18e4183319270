/* test_program_expand.c - smooths, delays, trend and forecast as hidden stocks, against closed solutions.
 * A smooth or material delay of order n is a chain of n first-order ones of time / n each (XMILE 1.0, 3.5.3), so its
 * response to a unit step is an Erlang distribution.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* RK4 at DT 1/64: the error of a lag of 1/2 or longer is below (1/32)^4 / 120 = 8e-9 of its input, and it is
 * largest in the foot of the curve. */
static const double lag_tolerance = 2e-8;

/* 1 - exp(-n t / T) sum over k < n of (n t / T)^k / k! */
static double erlang(int order, double time, double t)
{
    double part = 1, sum = 0, at = order * t / time;

    for (int k = 0; k < order; k++) {
        sum += part;
        part *= at / (k + 1);
    }
    return 1 - exp(-at) * sum;
}

static void run(desk *on, const char *lines)
{
    desk_simulate(on, "rk4 0 30 0.015625", lines);
}

/* ---- step responses ---------------------------------------------------------------------------------- */

static void expect_response(desk *on, const char *call, int order)
{
    run(on, sd_arena_printf(on->arena, "aux x = STEP(4.5, 0)\naux y = %s\n", call));
    for (int at = 0; at <= 20; at++) {
        double t = 1.5 * at;

        double value = desk_value(on, "y", t),
               expected = 1.25 + (4.5 - 1.25) * erlang(order, 6.5, t);

        if (fabs(value - expected) > 4.5 * lag_tolerance)
            fail_msg("%s at %g is %.17g, not %.17g", call, t, value, expected);
    }
}

static void smooths_and_delays_answer_a_step_with_an_erlang_curve(void **state)
{
    desk *on = *state;

    expect_response(on, "SMTH1(x, 6.5, 1.25)", 1);
    expect_response(on, "SMTH3(x, 6.5, 1.25)", 3);
    expect_response(on, "SMTHN(x, 6.5, 1, 1.25)", 1);
    expect_response(on, "SMTHN(x, 6.5, 2, 1.25)", 2);
    expect_response(on, "SMTHN(x, 6.5, 7, 1.25)", 7);
    expect_response(on, "DELAY1(x, 6.5, 1.25)", 1);
    expect_response(on, "DELAY3(x, 6.5, 1.25)", 3);
    expect_response(on, "DELAYN(x, 6.5, 2, 1.25)", 2);
    expect_response(on, "DELAYN(x, 6.5, 7, 1.25)", 7);
}

static void without_an_initial_value_all_is_at_rest(void **state)
{
    static const char *const calls[] = {"SMTH1(x, 6.5)",    "SMTH3(x, 6.5)",  "SMTHN(x, 6.5, 5)",
                                        "DELAY1(x, 6.5)",   "DELAY3(x, 6.5)", "DELAYN(x, 6.5, 5)",
                                        "FORCST(x, 6.5, 4)"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        run(on, sd_arena_printf(on->arena, "aux x = 3.75\naux y = %s\n", calls[i]));
        for (int at = 0; at <= 12; at++) {
            double t = 2.5 * at;

            assert_near(desk_value(on, "y", t), 3.75,
                        1e-14); /* a quotient and a product of the same number */
        }
    }
    run(on, "aux x = 3.75\naux y = TREND(x, 6.5)\n");
    assert_true(desk_value(on, "y", 30) == 0);
}

static void a_ramp_is_followed_at_a_distance(void **state)
{
    desk *on = *state;

    /* y = t - T (1 - exp(-t / T)) for a smooth of order 1; all orders end T behind. */
    run(on, "aux x = TIME\naux s1 = SMTH1(x, 2)\naux d1 = DELAY1(x, 2)\naux s3 = SMTH3(x, 2)\naux "
            "d3 = DELAY3(x, 2)\n"
            "aux s9 = SMTHN(x, 2, 9)\n");
    for (int at = 0; at <= 12; at++) {
        double t = 2.5 * at;

        double expected = t - 2 * (1 - exp(-t / 2));

        assert_true(fabs(desk_value(on, "s1", t) - expected) < lag_tolerance);
        assert_true(fabs(desk_value(on, "d1", t) - expected) < lag_tolerance);
    }
    assert_near(desk_value(on, "s3", 30), 28, 1e-9);
    assert_near(desk_value(on, "d3", 30), 28, 1e-9);
    assert_near(desk_value(on, "s9", 30), 28, 1e-9);
}

static void a_chain_of_smooths_is_one_of_higher_order(void **state)
{
    desk *on = *state;

    run(on,
        "aux x = SIN(TIME) + 2\naux a = SMTH1(SMTH1(x, 3, 0), 3, 0)\naux b = SMTHN(x, 6, 2, 0)\n"
        "aux c = DELAY1(DELAY1(x, 3, 0), 3, 0)\naux d = DELAYN(x, 6, 2, 0)\n");
    for (int at = 0; at <= 20; at++) {
        double t = 1.5 * at;

        assert_near(desk_value(on, "a", t), desk_value(on, "b", t), 1e-14);
        assert_near(desk_value(on, "c", t), desk_value(on, "d", t), 1e-14);
    }
}

/* ---- times that change ------------------------------------------------------------------------------- */

static void a_material_delay_conserves_what_flows_through_it(void **state)
{
    desk *on = *state;

    /* What went in is what came out and what is still inside: the content of a delay of order 1 is its outflow
     * times its time, whatever that time does. */
    run(on,
        "flow in = 3 + SIN(TIME)\naux T = 4 + 2 * COS(TIME / 3)\nflow out = DELAY1(in, T, 2.5)\n"
        "stock sent = 0; in in\nstock received = 0; in out\naux content = out * T\n");
    for (int at = 0; at <= 20; at++) {
        double t = 1.5 * at;

        assert_near(desk_value(on, "sent", t) + 2.5 * 6,
                    desk_value(on, "received", t) + desk_value(on, "content", t), 1e-13);
    }
}

static void a_smooth_with_a_changing_time_follows_its_equation(void **state)
{
    desk *on = *state;

    /* y' = -y / (1 + t): y = 1 / (1 + t). */
    run(on, "aux y = SMTH1(0, 1 + TIME, 1)\n");
    for (int at = 0; at <= 20; at++) {
        double t = 1.5 * at;

        assert_true(fabs(desk_value(on, "y", t) - 1 / (1 + t)) < lag_tolerance);
    }
}

/* ---- trend and forecast ------------------------------------------------------------------------------ */

static void the_trend_of_growth_approaches_its_rate(void **state)
{
    desk *on = *state;
    const double g = 0.04, T = 5;

    /* The average a of x = exp(g t) is x / (1 + g T) + (a0 - 1 / (1 + g T)) exp(-t / T), a0 = 1 / (1 + g0 T). */
    run(on, "aux x = EXP(0.04 * TIME)\naux cold = TREND(x, 5)\naux warm = TREND(x, 5, 0.1)\naux "
            "steady = TREND(x, 5, 0.04)\n"
            "aux ahead = FORCST(x, 5, 3, 0.1)\n");
    for (int at = 0; at <= 20; at++) {
        double t = 1.5 * at;

        double x = exp(g * t), rest = exp(-t / T), level = 1 / (1 + g * T);
        double cold = x * level + (1 - level) * rest,
               warm = x * level + (1 / (1 + 0.1 * T) - level) * rest;

        assert_true(fabs(desk_value(on, "cold", t) - (x - cold) / (cold * T)) < lag_tolerance);
        assert_true(fabs(desk_value(on, "warm", t) - (x - warm) / (warm * T)) < lag_tolerance);
        assert_true(fabs(desk_value(on, "steady", t) - g) < lag_tolerance);
        assert_near(desk_value(on, "ahead", t), x * (1 + 3 * (x - warm) / (warm * T)),
                    10 * lag_tolerance);
    }
    assert_near(desk_value(on, "warm", 0), 0.1, 1e-15);
}

/* ---- what it becomes --------------------------------------------------------------------------------- */

static void each_order_is_one_hidden_stock(void **state)
{
    desk *on = *state;

    desk_simulate(on, "rk4 0 10 0.5",
                  "stock S = 1\naux n = 4\naux a = SMTHN(S, 3, n)\naux b = DELAYN(S, 3, 100, 0)\n"
                  "aux c = TREND(S, 3)\naux d = DELAY3(S, 3) + DELAY3(S, 3)\n");
    const sd_program *p = on->program;
    size_t hidden = 0;

    assert_false(p->stocks[0].hidden);
    for (size_t i = 0; i < p->stock_count; i++)
        hidden += p->stocks[i].hidden;
    assert_int_equal(hidden, 4 + 100 + 1 + 6);
    assert_int_equal(p->stock_count, hidden + 1);
}

static void an_order_must_be_a_constant_whole_number(void **state)
{
    static const char *const orders[] = {"1.5", "0", "-1", "101", "TIME", "INF", "1 / 0"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        const char *lines = sd_arena_printf(on->arena, "aux x = SMTHN(1, 2, %s)\n", orders[i]);
        char under[16] = "";

        desk_must_read(on, desk_file(on, "rk4 0 10 0.5", "", desk_variables(on, lines)));
        assert_int_equal(sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag),
                         SD_INVALID);
        memset(under, '^', strlen(orders[i]));
        assert_string_equal(
            desk_printed(on),
            sd_arena_printf(
                on->arena,
                "error[E108]: the order of a delay must be a constant whole number from 1 to 100\n"
                "  --> t.xmile:4:32\n"
                "   |\n"
                " 4 | <aux name=\"x\"><eqn>SMTHN(1, 2, %s)</eqn></aux>\n"
                "   |                                %s\n",
                orders[i], under));
    }
}

static void delays_of_arrays_are_delays_of_each_element(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 30 0.015625",
                                    "<dimensions><dim name=\"d\" size=\"3\"/></dimensions>\n",
                                    "<aux name=\"y\"><dimensions><dim name=\"d\"/></dimensions>"
                                    "<eqn>SMTH1(10 * d, 2 * d, 0)</eqn></aux>"
                                    "<aux name=\"sum\"><eqn>SUM(SMTH1(y[*], 3, 0))</eqn></aux>"));
    desk_must_run(on);
    for (int d = 1; d <= 3; d++) {
        const char *name = sd_arena_printf(on->arena, "y[%d]", d);

        assert_near(desk_value(on, name, 6), 10 * d * (1 - exp(-6.0 / (2 * d))), lag_tolerance);
    }
    assert_int_equal(on->program->stock_count, 6);
    assert_near(desk_value(on, "sum", 30), 60, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(smooths_and_delays_answer_a_step_with_an_erlang_curve),
        DESK_TEST(without_an_initial_value_all_is_at_rest),
        DESK_TEST(a_ramp_is_followed_at_a_distance),
        DESK_TEST(a_chain_of_smooths_is_one_of_higher_order),
        DESK_TEST(a_material_delay_conserves_what_flows_through_it),
        DESK_TEST(a_smooth_with_a_changing_time_follows_its_equation),
        DESK_TEST(the_trend_of_growth_approaches_its_rate),
        DESK_TEST(each_order_is_one_hidden_stock),
        DESK_TEST(an_order_must_be_a_constant_whole_number),
        DESK_TEST(delays_of_arrays_are_delays_of_each_element),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
