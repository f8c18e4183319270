/* test_program_simplify.c - which divisions become multiplications, and which must not; programs for some variables.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static size_t count(const sd_instructions *list, sd_op op)
{
    size_t found = 0;

    for (size_t i = 0; i < list->count; i++)
        found += list->list[i].op == op;
    return found;
}

/* Divisions that are left where time goes on, of a model with d = 49 and x = 49 that do not change and a stock S. */
static size_t left(desk *on, const char *lines)
{
    const char *all = sd_arena_printf(
        on->arena, "stock S = 49; in f\nflow f = 0 * S\naux d = 49\naux p = 3.1\n%s", lines);

    desk_must_compile(on, desk_file(on, "euler 0 2 1", "", desk_variables(on, all)));
    return count(&on->program->grid, SD_OP_DIVIDE);
}

static void a_divisor_that_does_not_change_becomes_a_factor(void **state)
{
    desk *on = *state;

    assert_int_equal(left(on, "aux a = S / d\n"), 0);
    assert_int_equal(count(&on->program->once, SD_OP_DIVIDE), 1);
    assert_int_equal(left(on, "aux a = S / d\naux b = TIME / d\n"), 0);
    assert_int_equal(count(&on->program->once, SD_OP_DIVIDE), 1); /* one reciprocal for both */
    assert_int_equal(left(on, "aux a = S / (d * p + 1)\n"), 0);
    assert_int_equal(left(on, "aux a = S / 7\n"), 0);
    assert_int_equal(count(&on->program->once, SD_OP_DIVIDE), 0);
    assert_int_equal(left(on, "aux a = d / S\n"), 1);
    assert_int_equal(left(on, "aux a = d / p\n"), 0); /* once a run, and exact */
    desk_request(on);
    desk_must_run(on);
    assert_true(desk_value(on, "a", 0) == 49.0 / 3.1);
}

static void the_bits_are_those_of_the_reciprocal(void **state)
{
    desk *on = *state;

    assert_int_equal(left(on, "aux a = S / d\naux b = S / 8\n"), 0);
    desk_request(on);
    desk_must_run(on);
    assert_true(desk_value(on, "a", 0) == 49 * (1 / 49.0));
    assert_true(desk_value(on, "a", 0) != 1);
    assert_true(desk_value(on, "b", 0) == 49 / 8.0);
}

static void where_a_rounding_could_show_the_division_stays(void **state)
{
    static const char *const lines[] = {
        "aux a = INT(S / d)\n",
        "aux a = ROUND(S / d)\n",
        "aux a = (S / d) MOD 1\n",
        "aux a = S MOD (S / d)\n",
        "aux a = S / d < 1\n",
        "aux a = 1 >= S / d\n",
        "aux a = S / d = 1\n",
        "aux a = S / d <> 1\n",
        "aux a = S / d AND 1\n",
        "aux a = NOT (S / d)\n",
        "aux a = IF S / d - 1 THEN 1 ELSE 2\n",
        "aux a = DELAY(S, S / d)\n",
        "aux a = STEP(1, S / d)\n",
        "aux a = PULSE(1, S / d, 3)\n",
        "aux a = RANDOM(0, 1, S / d)\n",
        "aux a = SQRT(1 - S / d)\n",
        "aux a = LN(1 - S / d + p)\n",
        "aux a = ARCCOS(S / d)\n",
        "aux a = (0 - p) ^ (S / d)\n",
        "aux a = INT(3 * MAX(0, EXP(S / d) - 1))\n", /* through any arithmetic */
        "aux a = INT(b)\naux b = S / d\n",           /* through other variables */
        "aux a = b + 1\naux b = S / d\naux c = INT(a)\n",
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (left(on, lines[i]) != 1)
            fail_msg("%zu divisions are left in: %s", left(on, lines[i]), lines[i]);
    /* A divisor may become 0 exactly. */
    assert_int_equal(left(on, "aux a = p / (1 - S / d)\n"), 2);
    assert_int_equal(left(on, "aux a = SAFEDIV(p, 1 - S / d)\n"), 1);
}

static void a_graphical_function_gets_the_true_quotient(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "euler 0 2 1", "",
                      "<stock name=\"S\"><eqn>49</eqn></stock><aux name=\"d\"><eqn>49</eqn></aux>"
                      "<aux name=\"g\"><eqn>S / d</eqn><gf type=\"discrete\"><xpts>0,1,2</xpts>"
                      "<ypts>5,6,7</ypts></gf></aux>"));
    assert_int_equal(count(&on->program->grid, SD_OP_DIVIDE), 1);
    desk_request(on);
    desk_must_run(on);
    assert_true(desk_value(on, "g", 0) == 6);
}

static void a_stock_between_them_ends_the_reach(void **state)
{
    desk *on = *state;

    assert_int_equal(left(on, "stock T = 0; in g\nflow g = S / d\naux a = INT(T)\n"), 0);
    assert_int_equal(left(on, "aux a = INT(PREVIOUS(b, 0))\naux b = S / d\n"), 0);
}

static void a_power_of_two_divides_exactly_anywhere(void **state)
{
    desk *on = *state;

    assert_int_equal(left(on, "aux a = INT(S / 8)\naux b = S / 0.25 < 1\n"), 0);
    assert_int_equal(left(on, "aux a = S / 0\naux b = S / 4e-324\n"), 2); /* it has no reciprocal */
}

static void a_division_by_zero_is_told_as_one(void **state)
{
    desk *on = *state;

    assert_int_equal(left(on, "aux a = (S - 49) / e\naux e = d - 49\n"), 0);
    desk_request(on);
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_non_null(strstr(desk_printed(on), "'a' is undefined (nan) at time 0"));
    assert_non_null(strstr(desk_printed(on), "here (S - 49) = 0, e = 0"));
}

/* ---- programs for some variables --------------------------------------------------------------------- */

static double at_end(desk *on, const char *name)
{
    const size_t element = desk_element(on, name);

    desk_request(on);
    on->request.columns = &element;
    on->request.column_count = 1;
    desk_must_run(on);
    return sd_trajectory_value(on->trajectory, on->trajectory->time_count - 1, 0, 0);
}

static void what_a_variable_does_not_depend_on_is_left_out(void **state)
{
    static const char lines[] =
        "stock A = 1; in fa\nflow fa = B * 0.1\nstock B = 2; in fb\nflow fb = noise + late\n"
        "stock C = 3; in fc\nflow fc = A * C * 0.01 + DELAY(A, 2) + PREVIOUS(A, 1)\n"
        "aux noise = NORMAL(0, 1)\naux other = RANDOM(0, C)\naux late = PREVIOUS(noise, 0)\n"
        "aux seen = A * 2\naux k = 7\n";
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 5 0.5", "", desk_variables(on, lines)));
    const sd_program *whole = on->program;
    const double known = at_end(on, "seen");
    const size_t wanted = desk_element(on, "seen");

    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, &wanted, 1, &on->program, on->diag),
        SD_OK);
    assert_int_equal(on->program->stock_count, 2);
    assert_int_equal(on->program->memory_count, 1);
    assert_int_equal(on->program->pipeline_count, 0);
    assert_int_equal(on->program->parameter_count, whole->parameter_count);
    assert_int_equal(on->program->element_rows[desk_element(on, "C")], SD_NO_ROW);
    assert_int_equal(on->program->element_rows[desk_element(on, "other")], SD_NO_ROW);
    const double value = at_end(on, "seen");

    assert_memory_equal(&value, &known, sizeof value);
}

/* The bits do not hang on what else is worked out: a quotient stays exact even where nobody wants the comparison. */
static void every_variable_of_the_shipped_model_has_the_same_bits_alone(void **state)
{
    static const char *const names[] = {"burnout_prevalence", "net_productivity_gain", "headcount",
                                        "hours_per_week", "practice_drive[permission]"};
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const sd_program *whole = on->program;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t wanted = desk_element(on, names[i]);

        on->program = whole;
        const double known = at_end(on, names[i]);

        assert_int_equal(sd_program_new_wanted(on->arena, on->model, NULL, 0, &wanted, 1,
                                               &on->program, on->diag),
                         SD_OK);
        assert_true(on->program->grid.count < whole->grid.count);
        const double value = at_end(on, names[i]);

        assert_memory_equal(&value, &known, sizeof value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_divisor_that_does_not_change_becomes_a_factor),
        DESK_TEST(the_bits_are_those_of_the_reciprocal),
        DESK_TEST(where_a_rounding_could_show_the_division_stays),
        DESK_TEST(a_graphical_function_gets_the_true_quotient),
        DESK_TEST(a_stock_between_them_ends_the_reach),
        DESK_TEST(a_power_of_two_divides_exactly_anywhere),
        DESK_TEST(a_division_by_zero_is_told_as_one),
        DESK_TEST(what_a_variable_does_not_depend_on_is_left_out),
        DESK_TEST(every_variable_of_the_shipped_model_has_the_same_bits_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
