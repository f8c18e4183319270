/* test_run_check.c - the first value that is not a finite number is told with its variable, its part of the
 * equation, its time and the values that went in, wherever it arises.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static void expect_failure(desk *on, const char *specs, const char *lines, sd_status status,
                           const char *text)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    assert_int_equal(desk_run(on), status);
    assert_null(on->trajectory);
    assert_string_equal(desk_printed(on), text);
}

static void expect_nonfinite(desk *on, const char *specs, const char *lines, const char *text)
{
    expect_failure(on, specs, lines, SD_NONFINITE, text);
}

/* ---- at grid points ---------------------------------------------------------------------------------- */

static void a_division_by_zero_names_the_place_the_time_and_the_divisor(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux x = 1 / (3 - TIME)\n",
                     "error[E501]: 'x' is infinite at time 3\n"
                     "  --> t.xmile:4:20\n"
                     "   |\n"
                     " 4 | <aux name=\"x\"><eqn>1 / (3 - TIME)</eqn></aux>\n"
                     "   |                    ^^^^^^^^^^^^^^ help: here (3 - TIME) = 0\n");
}

static void a_part_deep_inside_an_equation_is_found(void **state)
{
    expect_nonfinite(
        *state, "euler 0 10 0.5",
        "aux people = 7.5\naux x = 3 + people * (IF TIME > 3 THEN LN(3.5 - TIME) ELSE 2)\n",
        "error[E501]: 'x' is minus infinite at time 3.5\n"
        "  --> t.xmile:5:54\n"
        "   |\n"
        " 5 | <aux name=\"x\"><eqn>3 + people * (IF TIME &gt; 3 THEN LN(3.5 - TIME) ELSE "
        "2)</eqn></aux>\n"
        "   |                                                      ^^^^^^^^^^^^^^ help: here 3.5 - "
        "TIME = 0\n");
}

static void the_variable_that_made_it_is_named_and_not_one_that_uses_it(void **state)
{
    expect_nonfinite(
        *state, "rk4 0 10 0.5",
        "stock S = 2.5; in f\nflow f = S * c\naux c = a + b\naux a = 4\naux b = SQRT(a - 4.25 * "
        "TIME)\n",
        "error[E501]: 'b' is undefined (nan) at time 1\n"
        "  --> t.xmile:8:20\n"
        "   |\n"
        " 8 | <aux name=\"b\"><eqn>SQRT(a - 4.25 * TIME)</eqn></aux>\n"
        "   |                    ^^^^^^^^^^^^^^^^^^^^^ help: here a - 4.25 * TIME = -0.25\n");
}

static void a_nan_does_not_disappear_in_max_or_min(void **state)
{
    static const char *const calls[] = {"MAX(0 / (TIME - 2), 5)", "MAX(5, 0 / (TIME - 2))",
                                        "MIN(0 / (TIME - 2), 5)", "MIN(5, 0 / (TIME - 2))"};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        const char *lines = sd_arena_printf(on->arena, "aux x = %s\n", calls[i]);

        desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines)));
        assert_int_equal(desk_run(on), SD_NONFINITE);
        assert_string_equal(on->diag->messages.items[0].text, "'x' is undefined (nan) at time 2");
    }
}

static void a_nan_does_not_disappear_at_a_stock_that_is_held_at_zero(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5",
                     "stock S = 5; out f; nonneg\nflow f = 0 / (TIME - 2)\n",
                     "error[E501]: 'f' is undefined (nan) at time 2\n"
                     "  --> t.xmile:5:21\n"
                     "   |\n"
                     " 5 | <flow name=\"f\"><eqn>0 / (TIME - 2)</eqn></flow>\n"
                     "   |                     ^^^^^^^^^^^^^^ help: here (TIME - 2) = 0\n");
}

static void a_stock_that_overflows_is_told_as_such(void **state)
{
    expect_nonfinite(
        *state, "euler 0 10 0.5", "stock S = 1e308; in f\nflow f = 1e308\n",
        "error[E501]: 'S' is infinite at time 1\n"
        "  --> t.xmile:4:14\n"
        "   |\n"
        " 4 | <stock name=\"S\"><eqn>1e308</eqn><inflow>f</inflow></stock>\n"
        "   |              ^\n"
        "   = help: this stock grew beyond all bounds: look at its flows, or take a smaller dt\n");
}

static void a_value_greater_than_another_is_told_in_the_order_written(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux a = TIME\naux b = 1.5\naux x = a ^ -b\n",
                     "error[E501]: 'x' is infinite at time 0\n"
                     "  --> t.xmile:6:20\n"
                     "   |\n"
                     " 6 | <aux name=\"x\"><eqn>a ^ -b</eqn></aux>\n"
                     "   |                    ^^^^^^ help: here a = 0, -b = -1.5\n");
}

static void a_long_part_is_cut_and_line_breaks_are_folded(void **state)
{
    desk *on = *state;
    const char *lines =
        "aux a_variable_with_a_rather_long_name = TIME\n"
        "aux x = 1 / (a_variable_with_a_rather_long_name * a_variable_with_a_rather_long_name)\n";

    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines)));
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_string_equal(on->diag->messages.items[0].help,
                        "here (a_variable_with_a_rather_long_name * a_variable_with_a_rath... = 0");
    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "",
                                    "<aux name=\"x\"><eqn>1 / (\n   TIME\n\t- 3\n)</eqn></aux>"));
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_string_equal(on->diag->messages.items[0].help, "here ( TIME - 3 ) = 0");
}

/* ---- between grid points ----------------------------------------------------------------------------- */

static void inside_a_step_the_time_of_the_stage_is_told(void **state)
{
    expect_nonfinite(*state, "rk4 0 10 0.5", "stock y = 1; in f\nflow f = 1 / (0.25 - TIME)\n",
                     "error[E501]: 'f' is infinite at time 0.25\n"
                     "  --> t.xmile:5:21\n"
                     "   |\n"
                     " 5 | <flow name=\"f\"><eqn>1 / (0.25 - TIME)</eqn></flow>\n"
                     "   |                     ^^^^^^^^^^^^^^^^^ help: here (0.25 - TIME) = 0\n");
}

static void an_adaptive_method_tries_shorter_steps_first(void **state)
{
    desk *on = *state;

    /* LN(y) with y near 0 behind the first trial steps; the solution stays above 1 / e. */
    desk_simulate(on, "rkf45 0 10 10", "stock y = 2; in f\nflow f = -LN(y) - 1\n");
    assert_near(desk_value(on, "y", 10), exp(-1), 1e-5);
    assert_true(on->trajectory->stats.rejected > 0);
}

static void an_adaptive_method_at_a_singularity_gives_up(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rkf45 0 10 0.5", "",
                                    desk_variables(on, "stock y = 1; in f\nflow f = y ^ 2\n")));
    assert_int_equal(desk_run(on), SD_NUMERICAL);
    /* The last digits of the time are rounding. */
    assert_memory_equal(on->diag->messages.items[0].text,
                        "the method 'rkf45' gave up at time 0.99999", 42);
    assert_string_equal(on->diag->messages.items[0].help,
                        "if the model is stiff take bsimp or msbdf; else loosen rtol and atol, or "
                        "use rk4 with a small dt");
    assert_non_null(strstr(on->diag->messages.items[0].text, ", where 'y' changes fastest"));
    assert_true(on->diag->messages.items[0].code == SD_E502);
}

static void an_adaptive_method_that_starts_outside_says_where(void **state)
{
    expect_nonfinite(*state, "rk8pd 0 10 0.5", "stock y = 1; in f\nflow f = SQRT(y - 5)\n",
                     "error[E501]: 'f' is undefined (nan) at time 0\n"
                     "  --> t.xmile:5:21\n"
                     "   |\n"
                     " 5 | <flow name=\"f\"><eqn>SQRT(y - 5)</eqn></flow>\n"
                     "   |                     ^^^^^^^^^^^ help: here y - 5 = -4\n");
}

/* ---- delays ------------------------------------------------------------------------------------------ */

static void the_input_of_a_smooth_is_found(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux y = SMTH3(SQRT(2 - TIME), 3)\n",
                     "error[E501]: 'y' is undefined (nan) at time 2.5\n"
                     "  --> t.xmile:4:26\n"
                     "   |\n"
                     " 4 | <aux name=\"y\"><eqn>SMTH3(SQRT(2 - TIME), 3)</eqn></aux>\n"
                     "   |                          ^^^^^^^^^^^^^^ help: here 2 - TIME = -0.5\n");
}

static void the_input_of_a_pipeline_is_found_when_it_enters(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux y = DELAY(1 / (2 - TIME), 3)\n",
                     "error[E501]: 'y' is infinite at time 2\n"
                     "  --> t.xmile:4:26\n"
                     "   |\n"
                     " 4 | <aux name=\"y\"><eqn>DELAY(1 / (2 - TIME), 3)</eqn></aux>\n"
                     "   |                          ^^^^^^^^^^^^^^ help: here (2 - TIME) = 0\n");
    expect_nonfinite(*state, "euler 0 10 0.5", "aux y = PREVIOUS(1 / (2 - TIME), 3)\n",
                     "error[E501]: 'y' is infinite at time 2\n"
                     "  --> t.xmile:4:29\n"
                     "   |\n"
                     " 4 | <aux name=\"y\"><eqn>PREVIOUS(1 / (2 - TIME), 3)</eqn></aux>\n"
                     "   |                             ^^^^^^^^^^^^^^ help: here (2 - TIME) = 0\n");
}

static void a_delay_time_of_zero_is_told_with_the_call(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5",
                     "stock S = 1; in f\naux T = 2 - TIME\nflow f = S / 2\naux y = DELAY1(S, T)\n",
                     "error[E501]: 'y' is infinite at time 2\n"
                     "  --> t.xmile:7:20\n"
                     "   |\n"
                     " 7 | <aux name=\"y\"><eqn>DELAY1(S, T)</eqn></aux>\n"
                     "   |                    ^^^^^^^^^^^^ help: here S = 2.44140625, T = 0\n");
}

static void a_pipeline_s_time_must_not_be_negative(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux y = DELAY(TIME, -1)\n",
                     "error[E501]: the delay time must be 0 or more, but is -1 at time 0\n"
                     "  --> t.xmile:4:32\n"
                     "   |\n"
                     " 4 | <aux name=\"y\"><eqn>DELAY(TIME, -1)</eqn></aux>\n"
                     "   |                                ^^\n");
    expect_nonfinite(*state, "euler 0 10 0.5", "aux y = DELAY(TIME, 1 - TIME)\n",
                     "error[E501]: the delay time must be 0 or more, but is -0.5 at time 1.5\n"
                     "  --> t.xmile:4:32\n"
                     "   |\n"
                     " 4 | <aux name=\"y\"><eqn>DELAY(TIME, 1 - TIME)</eqn></aux>\n"
                     "   |                                ^^^^^^^^\n");
}

/* ---- before the first step --------------------------------------------------------------------------- */

static void a_constant_that_is_infinite_is_told(void **state)
{
    expect_nonfinite(*state, "euler 0 10 0.5", "aux x = 1 / 0\n",
                     "error[E501]: 'x' is infinite at time 0\n"
                     "  --> t.xmile:4:20\n"
                     "   |\n"
                     " 4 | <aux name=\"x\"><eqn>1 / 0</eqn></aux>\n"
                     "   |                    ^^^^^\n");
}

static void an_initial_value_that_is_undefined_is_told(void **state)
{
    expect_nonfinite(*state, "euler 2.5 10 0.5", "aux x = 3\nstock S = LN(1 - x)\n",
                     "error[E501]: 'S' is undefined (nan) at time 2.5\n"
                     "  --> t.xmile:5:22\n"
                     "   |\n"
                     " 5 | <stock name=\"S\"><eqn>LN(1 - x)</eqn></stock>\n"
                     "   |                      ^^^^^^^^^ help: here 1 - x = -2\n");
}

static void infinity_itself_may_be_a_bound(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 10 0.5", "aux cap = INF\naux y = MIN(3.5, cap)\n");
    assert_true(desk_value(on, "y", 10) == 3.5);
    assert_true(isinf(desk_value(on, "cap", 10)));
}

/* ---- members ----------------------------------------------------------------------------------------- */

static void the_member_is_named(void **state)
{
    desk *on = *state;
    const double divisors[] = {4, 3, 0, 2};

    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "",
                                    desk_variables(on, "aux d = 1\naux x = TIME / d\n")));
    on->request.members = 4;
    on->request.first_member = 100;
    on->request.parameters = divisors;
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_string_equal(on->diag->messages.items[0].text,
                        "'x' is undefined (nan) at time 0 in member 102");
    assert_string_equal(on->diag->messages.items[0].help, "here TIME = 0, d = 0");
    assert_int_equal(on->diag->messages.count, 1);
}

static void an_array_element_is_named(void **state)
{
    desk *on = *state;

    desk_must_compile(on,
                      desk_file(on, "euler 0 10 0.5",
                                "<dimensions><dim name=\"team\"><elem name=\"red\"/><elem "
                                "name=\"blue\"/></dim></dimensions>\n",
                                "<aux name=\"d\"><dimensions><dim name=\"team\"/></dimensions>"
                                "<element subscript=\"red\"><eqn>1</eqn></element>"
                                "<element subscript=\"blue\"><eqn>TIME - 4</eqn></element></aux>"
                                "<aux name=\"x\"><dimensions><dim name=\"team\"/></dimensions>"
                                "<eqn>1 / d</eqn></aux>"));
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_string_equal(on->diag->messages.items[0].text, "'x[blue]' is infinite at time 4");
    assert_string_equal(on->diag->messages.items[0].help, "here d = 0");
}

/* ---- size -------------------------------------------------------------------------------------------- */

static void a_run_that_would_not_fit_is_refused_before_it_starts(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "euler 0 100000 0.125", "", desk_variables(on, "stock S = 1\n")));
    on->request.members = 1000;
    on->request.parameters = NULL;
    assert_int_equal(desk_run(on), SD_LIMIT);
    assert_string_equal(
        desk_printed(on),
        "error[E503]: the run would keep 6.4 GB, more than 1 GB in memory\n"
        "  --> t.xmile:2:1\n"
        "   |\n"
        " 2 | <sim_specs "
        "method=\"euler\"><start>0</start><stop>100000</stop><dt>0.125</dt></sim_specs>\n"
        "   | ^^^^^^^^^^^^^^^^^^^^^^^^^^ help: raise save_interval, or save fewer variables\n");
}

static void a_run_stops_when_it_is_asked_to(void **state)
{
    desk *on = *state;
    const volatile int interrupted = 1;

    desk_must_compile(
        on, desk_file(on, "euler 0 100000 0.125", "", desk_variables(on, "stock S = 1\n")));
    on->request.interrupted = &interrupted;
    assert_int_equal(desk_run(on), SD_INTERRUPTED);
    assert_null(on->trajectory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_division_by_zero_names_the_place_the_time_and_the_divisor),
        DESK_TEST(a_part_deep_inside_an_equation_is_found),
        DESK_TEST(the_variable_that_made_it_is_named_and_not_one_that_uses_it),
        DESK_TEST(a_nan_does_not_disappear_in_max_or_min),
        DESK_TEST(a_nan_does_not_disappear_at_a_stock_that_is_held_at_zero),
        DESK_TEST(a_stock_that_overflows_is_told_as_such),
        DESK_TEST(a_value_greater_than_another_is_told_in_the_order_written),
        DESK_TEST(a_long_part_is_cut_and_line_breaks_are_folded),
        DESK_TEST(inside_a_step_the_time_of_the_stage_is_told),
        DESK_TEST(an_adaptive_method_tries_shorter_steps_first),
        DESK_TEST(an_adaptive_method_at_a_singularity_gives_up),
        DESK_TEST(an_adaptive_method_that_starts_outside_says_where),
        DESK_TEST(the_input_of_a_smooth_is_found),
        DESK_TEST(the_input_of_a_pipeline_is_found_when_it_enters),
        DESK_TEST(a_delay_time_of_zero_is_told_with_the_call),
        DESK_TEST(a_pipeline_s_time_must_not_be_negative),
        DESK_TEST(a_constant_that_is_infinite_is_told),
        DESK_TEST(an_initial_value_that_is_undefined_is_told),
        DESK_TEST(infinity_itself_may_be_a_bound),
        DESK_TEST(the_member_is_named),
        DESK_TEST(an_array_element_is_named),
        DESK_TEST(a_run_that_would_not_fit_is_refused_before_it_starts),
        DESK_TEST(a_run_stops_when_it_is_asked_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
