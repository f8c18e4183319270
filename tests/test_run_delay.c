/* test_run_delay.c - what is held between grid points: pipelines, PREVIOUS, PULSE, STEP, INIT and random draws.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* The variable at each grid point of a run from 0 on; `dt` in the specs must agree. */
static void expect_series(desk *on, const char *name, double dt, size_t count, const double *known)
{
    for (size_t n = 0; n < count; n++) {
        double value = desk_value(on, name, (double)n * dt);

        if (value != known[n])
            fail_msg("%s at %g is %.17g, not %.17g", name, (double)n * dt, value, known[n]);
    }
}

/* ---- DELAY ------------------------------------------------------------------------------------------- */

static void a_pipeline_gives_its_input_back_after_the_delay(void **state)
{
    static const double with[] = {7.25, 7.25, 7.25, 7.25, 10, 10.5, 11, 11.5};
    static const double without[] = {10, 10, 10, 10, 10, 10.5, 11, 11.5};
    static const char *const methods[] = {"euler", "rk2", "rk4", "rkf45"};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        desk_simulate(on, sd_arena_printf(on->arena, "%s 0 10 0.5", methods[i]),
                      "aux x = TIME + 10\naux y = DELAY(x, 2, 7.25)\naux z = DELAY(x, 2)\n"
                      "stock S = 1; in f\nflow f = S / 10\n");
        expect_series(on, "y", 0.5, 8, with);
        expect_series(on, "z", 0.5, 8, without);
        for (size_t n = 8; n <= 20; n++)
            assert_true(desk_value(on, "y", (double)n / 2) == (double)n / 2 + 8);
    }
}

static void a_delay_time_is_rounded_to_whole_steps_and_is_at_least_one(void **state)
{
    desk *on = *state;

    desk_simulate(
        on, "euler 0 10 0.5",
        "aux a = DELAY(TIME, 2.3, -1)\naux b = DELAY(TIME, 2.2, -1)\naux c = DELAY(TIME, 0, -1)\n"
        "aux d = DELAY(TIME, 0.2, -1)\naux e = DELAY(TIME, 1000, -1)\n");
    assert_true(desk_value(on, "a", 7) == 4.5);
    assert_true(desk_value(on, "b", 7) == 5);
    assert_true(desk_value(on, "c", 0) == -1);
    assert_true(desk_value(on, "c", 7) == 6.5);
    assert_true(desk_value(on, "d", 7) == 6.5);
    assert_true(desk_value(on, "e", 10) == -1);
}

static void a_delay_time_may_change_during_the_run(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 10 0.5", "aux y = DELAY(TIME, IF TIME < 5 THEN 1 ELSE 3, -1)\n");
    assert_true(desk_value(on, "y", 0.5) == -1);
    assert_true(desk_value(on, "y", 1) == 0);
    assert_true(desk_value(on, "y", 4.5) == 3.5);
    assert_true(desk_value(on, "y", 5) == 2);
    assert_true(desk_value(on, "y", 10) == 7);
}

static void a_pipeline_breaks_a_loop(void **state)
{
    /* Fibonacci: each value needs the two before it.  The inner PREVIOUS shows 1 at the start, not 0. */
    static const double known[] = {1, 1, 2, 3, 5, 8, 13, 21, 34};
    desk *on = *state;

    desk_simulate(on, "euler 0 7 1", "aux x = DELAY(x, 1, 1) + DELAY(x, 2, 0)\n");
    expect_series(on, "x", 1, 8, known);
    desk_simulate(on, "euler 0 7 1", "aux x = PREVIOUS(x, 1) + PREVIOUS(PREVIOUS(x, 1), 0)\n");
    expect_series(on, "x", 1, 8, known + 1);
}

static void members_may_have_different_delays(void **state)
{
    desk *on = *state;
    const double delays[] = {1, 2.5, 0, 40, 3};

    desk_must_compile(on, desk_file(on, "rk4 0 10 0.5", "",
                                    desk_variables(on, "aux T = 1\naux y = DELAY(TIME, T, -1)\n")));
    on->request.members = 5;
    on->request.parameters = delays;
    desk_must_run(on);
    for (size_t n = 0; n <= 20; n++) {
        for (size_t m = 0; m < 5; m++) {
            double time = (double)n / 2, then = time - fmax(delays[m], 0.5);

            assert_true(desk_member_value(on, "y", time, m) == (then < 0 ? -1 : then));
        }
    }
}

/* ---- PREVIOUS and INIT ------------------------------------------------------------------------------- */

static void previous_is_the_value_one_step_ago(void **state)
{
    static const double with[] = {-3.5, 2, 2.5, 3, 3.5}, without[] = {2, 2, 2.5, 3, 3.5};
    desk *on = *state;

    desk_simulate(on, "rk4 0 10 0.5",
                  "aux x = TIME + 2\naux y = PREVIOUS(x, -3.5)\naux z = PREVIOUS(x)\n");
    expect_series(on, "y", 0.5, 5, with);
    expect_series(on, "z", 0.5, 5, without);
}

static void init_is_the_value_at_the_start(void **state)
{
    desk *on = *state;

    desk_simulate(on, "rk4 3 10 0.5",
                  "stock S = 5 * k; in f\naux k = 1.5\nflow f = S / 4\naux a = INIT(S)\naux b = "
                  "INIT(S * TIME + k)\n"
                  "aux c = S / INIT(S)\naux d = INIT(INIT(f))\n");
    for (int at = 0; at <= 14; at++) {
        double t = 3 + 0.5 * at;

        assert_true(desk_value(on, "a", t) == 7.5);
        assert_true(desk_value(on, "b", t) == 7.5 * 3 + 1.5);
        assert_true(desk_value(on, "d", t) == 7.5 / 4);
    }
    assert_near(desk_value(on, "c", 10), exp(1.75), 1e-4); /* rk4 at DT / T = 1/8 */
}

/* ---- STEP and PULSE ---------------------------------------------------------------------------------- */

static void a_pulse_lasts_one_step_and_carries_its_magnitude(void **state)
{
    static const double once[] = {0, 0, 0, 9.5, 0, 0, 0, 0, 0, 0};
    static const double again[] = {0, 0, 0, 9.5, 0, 9.5, 0, 9.5, 0, 9.5};
    static const double start[] = {9.5, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    desk *on = *state;

    desk_simulate(
        on, "euler 0 10 0.5",
        "aux once = PULSE(4.75, 1.5)\naux again = PULSE(4.75, 1.5, 1)\naux start = PULSE(4.75)\n"
        "aux zero = PULSE(4.75, 1.5, 0)\naux late = PULSE(4.75, 1.3)\naux early = PULSE(4.75, "
        "-1)\n");
    expect_series(on, "once", 0.5, 10, once);
    expect_series(on, "again", 0.5, 10, again);
    expect_series(on, "start", 0.5, 10, start);
    expect_series(on, "zero", 0.5, 10, once);
    expect_series(on, "late", 0.5, 10, once); /* 1.3 lies between grid points: the next one */
    for (size_t n = 0; n <= 20; n++)
        assert_true(desk_value(on, "early", (double)n / 2) == 0);
}

static void pulses_keep_their_rhythm_when_it_is_no_whole_number_of_steps(void **state)
{
    desk *on = *state;
    double total = 0;

    desk_simulate(on, "euler 0 100 0.1",
                  "aux p = PULSE(1, 0, 0.7)\nstock S = 0; in f\nflow f = p\n");
    for (size_t n = 0; n < 1000; n++)
        total += desk_value(on, "p", (double)n * 0.1) > 0;
    assert_true(total ==
                143); /* at 0, 0.7, ... 99.4: 0.1 and 0.7 are not exact in binary, the count is */
    assert_near(desk_value(on, "S", 100), 143, 1e-12);
    desk_simulate(on, "euler 0 100 0.5",
                  "aux p = PULSE(1, 0, 1.3)\nstock S = 0; in f\nflow f = p\n");
    assert_near(desk_value(on, "S", 100), 77,
                1e-12); /* 0, 1.3, ... 98.8, each at the next grid point */
}

static void a_pulse_into_a_stock_is_the_same_by_every_method(void **state)
{
    desk *on = *state;

    for (int i = 0; i < SD_METHOD_COUNT; i++) {
        desk_simulate(on, sd_arena_printf(on->arena, "%s 0 10 0.25", sd_method_name((sd_method)i)),
                      "stock S = 1; in f\nflow f = PULSE(6.5, 4)\n");
        assert_near(desk_value(on, "S", 4), 1, 1e-15);
        assert_near(desk_value(on, "S", 4.25), 7.5, 1e-13); /* put in by up to 40 steps */
        assert_near(desk_value(on, "S", 10), 7.5, 1e-13);
    }
}

static void a_step_begins_at_the_first_grid_point_not_before_it(void **state)
{
    static const double on_grid[] = {0, 0, 0, 2.5, 2.5}, between[] = {0, 0, 0, 2.5, 2.5};
    desk *on = *state;

    desk_simulate(on, "rk4 0 10 0.1",
                  "aux a = STEP(2.5, 0.3)\naux b = STEP(2.5, 0.25)\naux c = STEP(2.5, -1)\n");
    expect_series(on, "a", 0.1, 5,
                  on_grid); /* 3 * 0.1 is a little above 0.3, and 0.7 below: neither matters */
    expect_series(on, "b", 0.1, 5, between);
    assert_true(desk_value(on, "c", 0) == 2.5);
    desk_simulate(on, "rk4 0 10 0.1", "aux a = STEP(2.5, 0.7)\n");
    assert_true(desk_value(on, "a", 6 * 0.1) == 0);
    assert_true(desk_value(on, "a", 7 * 0.1) == 2.5);
}

/* ---- random draws ------------------------------------------------------------------------------------ */

static double drawn(uint64_t seed, uint64_t member, uint32_t variable, uint32_t at)
{
    double pair[2];

    sd_random_uniform((sd_draw){.seed = seed, .member = member, .variable = variable, .step = at},
                      pair);
    return pair[0];
}

static void a_draw_is_a_function_of_seed_member_call_and_step(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "rk4 0 10 0.5", "",
                      desk_variables(
                          on, "stock S = 0; in f\nflow f = RANDOM(2, 5)\naux g = RANDOM(0, 1)\n"
                              "aux h = RANDOM(0, 1, 77)\n")));
    on->request.spec.seed = 20260213;
    on->request.members = 7;
    on->request.first_member = 1000;
    desk_must_run(on);
    for (size_t m = 0; m < 7; m++) {
        for (uint32_t n = 0; n <= 20; n++) {
            double f = drawn(20260213, 1000 + m, 0, n);

            assert_true(desk_member_value(on, "f", n * 0.5, m) == 2 + 3 * f);
            assert_true(desk_member_value(on, "g", n * 0.5, m) == drawn(20260213, 1000 + m, 1, n));
            assert_true(desk_member_value(on, "h", n * 0.5, m) == drawn(77, 1000 + m, 2, n));
        }
    }
}

static void a_draw_is_held_for_a_whole_step(void **state)
{
    desk *on = *state;

    desk_simulate(on, "rk4 0 10 0.5", "stock S = 0; in f\nflow f = RANDOM(2, 5)\n");
    double sum = 0;

    for (size_t n = 0; n < 20; n++) {
        sum += 0.5 * desk_value(on, "f", (double)n * 0.5);
        assert_near(desk_value(on, "S", (double)(n + 1) * 0.5), sum, 1e-14);
    }
}

static void an_initial_value_draws_what_the_run_begins_with(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 10 0.5", "aux x = RANDOM(0, 1)\nstock S = x\naux y = INIT(x)\n");
    assert_true(desk_value(on, "S", 0) == desk_value(on, "x", 0));
    assert_true(desk_value(on, "y", 10) == desk_value(on, "x", 0));
    assert_true(desk_value(on, "x", 0.5) != desk_value(on, "x", 0));
}

static void each_element_and_each_call_has_draws_of_its_own(void **state)
{
    desk *on = *state;

    desk_must_compile(on,
                      desk_file(on, "euler 0 10 0.5",
                                "<dimensions><dim name=\"d\" size=\"3\"/></dimensions>\n",
                                "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<eqn>RANDOM(0, 1)</eqn></aux>"
                                "<aux name=\"y\"><eqn>RANDOM(0, 1) - RANDOM(0, 1)</eqn></aux>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x[1]", 3) != desk_value(on, "x[2]", 3));
    assert_true(desk_value(on, "x[2]", 3) != desk_value(on, "x[3]", 3));
    assert_true(desk_value(on, "y", 3) != 0);
}

static void normal_draws_have_their_mean_and_deviation(void **state)
{
    enum { DRAWS = 20000 };
    desk *on = *state;
    double sum = 0, squares = 0, cubes = 0;

    desk_simulate(on, "euler 0 20000 1", "aux x = NORMAL(3.5, 0.8)\n");
    for (size_t n = 0; n < DRAWS; n++) {
        double z = (sd_trajectory_value(on->trajectory, n, 0, 0) - 3.5) / 0.8;

        sum += z;
        squares += z * z;
        cubes += z * z * z;
    }
    /* Four standard errors: 1, sqrt(2) and sqrt(15) over the square root of the count. */
    assert_true(fabs(sum / DRAWS) < 4 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1) < 4 * sqrt(2.0 / DRAWS));
    assert_true(fabs(cubes / DRAWS) < 4 * sqrt(15.0 / DRAWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_pipeline_gives_its_input_back_after_the_delay),
        DESK_TEST(a_delay_time_is_rounded_to_whole_steps_and_is_at_least_one),
        DESK_TEST(a_delay_time_may_change_during_the_run),
        DESK_TEST(a_pipeline_breaks_a_loop),
        DESK_TEST(members_may_have_different_delays),
        DESK_TEST(previous_is_the_value_one_step_ago),
        DESK_TEST(init_is_the_value_at_the_start),
        DESK_TEST(a_pulse_lasts_one_step_and_carries_its_magnitude),
        DESK_TEST(pulses_keep_their_rhythm_when_it_is_no_whole_number_of_steps),
        DESK_TEST(a_pulse_into_a_stock_is_the_same_by_every_method),
        DESK_TEST(a_step_begins_at_the_first_grid_point_not_before_it),
        DESK_TEST(a_draw_is_a_function_of_seed_member_call_and_step),
        DESK_TEST(a_draw_is_held_for_a_whole_step),
        DESK_TEST(an_initial_value_draws_what_the_run_begins_with),
        DESK_TEST(each_element_and_each_call_has_draws_of_its_own),
        DESK_TEST(normal_draws_have_their_mean_and_deviation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
