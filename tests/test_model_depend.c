/* test_model_depend.c - elements are worked out after what they need, and circles are told by their members from
 * cause to effect.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const char dimension[] = "<dimensions><dim name=\"d\" size=\"4\"/></dimensions>\n";

static void expect_message(desk *on, const char *lines, const char *text)
{
    assert_int_equal(desk_read(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines))),
                     SD_INVALID);
    assert_string_equal(desk_printed(on), text);
}

static size_t place_in(const size_t *order, size_t count, size_t element)
{
    size_t at = 0;

    while (at < count && order[at] != element)
        at++;
    assert_true(at < count);
    return at;
}

static void everything_comes_after_what_it_needs(void **state)
{
    desk *on = *state;

    desk_must_read(
        on, desk_file(on, "euler 0 10 0.5", "",
                      desk_variables(
                          on, "aux c = b + S\naux b = a * 2\naux a = 1\nstock S = b + 1; in f\n"
                              "flow f = c - S\n")));
    const sd_model *model = on->model;
    size_t a = desk_element(on, "a"), b = desk_element(on, "b"), c = desk_element(on, "c");
    size_t f = desk_element(on, "f"), S = desk_element(on, "S"), count = model->element_count;

    assert_true(place_in(model->step_order, count, a) < place_in(model->step_order, count, b));
    assert_true(place_in(model->step_order, count, b) < place_in(model->step_order, count, c));
    assert_true(place_in(model->step_order, count, c) < place_in(model->step_order, count, f));
    assert_true(place_in(model->start_order, count, b) < place_in(model->start_order, count, S));
    assert_true(place_in(model->start_order, count, S) < place_in(model->start_order, count, c));
}

/* ---- circles ----------------------------------------------------------------------------------------- */

static void an_algebraic_loop_is_told_from_cause_to_effect(void **state)
{
    expect_message(*state, "aux a = b + 1\naux b = c * 2\naux c = a - 3\n",
                   "error[E106]: algebraic loop: a -> c -> b -> a\n"
                   "  --> t.xmile:4:20\n"
                   "   |\n"
                   " 4 | <aux name=\"a\"><eqn>b + 1</eqn></aux>\n"
                   "   |                    ^^^^^\n"
                   "   = help: put a stock, a smooth or a delay on it: some time passes there\n");
    expect_message(*state, "aux free = 2\naux a = MAX(a, free)\n",
                   "error[E106]: algebraic loop: a -> a\n"
                   "  --> t.xmile:5:20\n"
                   "   |\n"
                   " 5 | <aux name=\"a\"><eqn>MAX(a, free)</eqn></aux>\n"
                   "   |                    ^^^^^^^^^^^^\n"
                   "   = help: put a stock, a smooth or a delay on it: some time passes there\n");
}

static void a_loop_s_way_in_is_no_member_of_it(void **state)
{
    desk *on = *state;

    assert_int_equal(
        desk_read(on,
                  desk_file(on, "euler 0 10 0.5", "",
                            desk_variables(on, "aux before = a\naux a = b + 1\naux b = a * 2\n"))),
        SD_INVALID);
    assert_string_equal(on->diag->messages.items[0].text, "algebraic loop: a -> b -> a");
}

static void a_long_loop_is_told_in_short(void **state)
{
    desk *on = *state;
    sd_text lines = sd_text_new(on->arena);

    for (int i = 0; i < 60; i++)
        sd_text_printf(&lines, "aux v%d = v%d + 1\n", i, (i + 1) % 60);
    assert_int_equal(
        desk_read(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines.bytes))),
        SD_INVALID);
    assert_string_equal(
        on->diag->messages.items[0].text,
        "algebraic loop: v0 -> v59 -> v58 -> v57 -> v56 -> v55 -> v54 -> v53 -> v52 -> v51 -> v50 "
        "-> v49 "
        "-> v48 -> v47 -> v46 -> v45 -> v44 -> v43 -> v42 -> v41 -> ... (60 in all) -> v0");
}

static void initial_values_that_wait_for_each_other_are_told(void **state)
{
    expect_message(*state, "stock S = x; in f\naux x = S * 2\nflow f = 1\n",
                   "error[E107]: initial values wait for each other: S -> x -> S\n"
                   "  --> t.xmile:4:22\n"
                   "   |\n"
                   " 4 | <stock name=\"S\"><eqn>x</eqn><inflow>f</inflow></stock>\n"
                   "   |                      ^\n"
                   "   = help: give one of these stocks or delays an initial value of its own\n");
    expect_message(*state, "aux a = SMTH1(b, 3)\naux b = a * 2\n",
                   "error[E107]: initial values wait for each other: a -> b -> a\n"
                   "  --> t.xmile:4:20\n"
                   "   |\n"
                   " 4 | <aux name=\"a\"><eqn>SMTH1(b, 3)</eqn></aux>\n"
                   "   |                    ^^^^^^^^^^^\n"
                   "   = help: give one of these stocks or delays an initial value of its own\n");
}

static void an_initial_value_of_its_own_opens_the_circle(void **state)
{
    static const char *const calls[] = {"SMTH1(b, 3, 5)",  "SMTH3(b, 3, 5)",  "SMTHN(b, 3, 2, 5)",
                                        "DELAY1(b, 3, 5)", "DELAY3(b, 3, 5)", "DELAYN(b, 3, 2, 5)",
                                        "DELAY(b, 3, 5)",  "PREVIOUS(b, 5)"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        desk_simulate(on, "euler 0 10 0.5",
                      sd_arena_printf(on->arena, "aux a = %s\naux b = a / 2\n", calls[i]));
        assert_near(desk_value(on, "b", 0), 2.5, 1e-15);
    }
}

static void what_a_delay_needs_at_once_still_closes_a_loop(void **state)
{
    static const char *const calls[] = {"DELAY1(5, a, 3)", "DELAY(5, a, 3)", "TREND(a, 3)",
                                        "FORCST(a, 3, 2)"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const char *lines = sd_arena_printf(on->arena, "aux a = %s\n", calls[i]);

        assert_int_equal(
            desk_read(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines))),
            SD_INVALID);
        assert_true(on->diag->messages.items[0].code == SD_E106);
    }
    /* The time of a smooth matters only to its stock. */
    desk_simulate(on, "euler 0 10 0.5", "aux a = SMTH1(5, a, 3)\n");
    assert_true(desk_value(on, "a", 0) == 3);
}

static void a_stock_breaks_a_loop(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 4 1", "stock S = 1; in f\nflow f = g\naux g = S * 2\n");
    assert_true(desk_value(on, "S", 4) == 81);
}

/* ---- arrays ------------------------------------------------------------------------------------------ */

static void elements_that_only_look_circular_are_ordered(void **state)
{
    desk *on = *state;

    desk_must_compile(on,
                      desk_file(on, "euler 0 4 1", dimension,
                                "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<element subscript=\"1\"><eqn>y[2] * 2</eqn></element>"
                                "<element subscript=\"2\"><eqn>x[1] + 1</eqn></element>"
                                "<element subscript=\"3\"><eqn>x[4] + x[2]</eqn></element>"
                                "<element subscript=\"4\"><eqn>y[4]</eqn></element></aux>"
                                "<aux name=\"y\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<element subscript=\"1\"><eqn>x[3]</eqn></element>"
                                "<element subscript=\"2\"><eqn>3.5</eqn></element>"
                                "<element subscript=\"3\"><eqn>y[1]</eqn></element>"
                                "<element subscript=\"4\"><eqn>x[2] * 10</eqn></element></aux>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x[1]", 0) == 7);
    assert_true(desk_value(on, "x[2]", 0) == 8);
    assert_true(desk_value(on, "x[4]", 0) == 80);
    assert_true(desk_value(on, "x[3]", 0) == 88);
    assert_true(desk_value(on, "y[3]", 0) == 88);
}

static void a_loop_through_elements_names_them(void **state)
{
    desk *on = *state;

    assert_int_equal(
        desk_read(on, desk_file(on, "euler 0 4 1", dimension,
                                "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<eqn>1 + y[3]</eqn></aux>"
                                "<aux name=\"y\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<eqn>SUM(x[*])</eqn></aux>")),
        SD_INVALID);
    assert_string_equal(on->diag->messages.items[0].text, "algebraic loop: y[3] -> x[4] -> y[3]");
}

/* ---- non-negative stocks ----------------------------------------------------------------------------- */

static void a_limit_alone_closes_no_loop(void **state)
{
    desk *on = *state;

    /* The inflow is part of what came out: the limit of `out` then counts the content alone. */
    desk_simulate(on, "euler 0 2 1",
                  "stock S = 3; in back; out used; nonneg\nflow used = 5\nflow back = used / 2\n");
    assert_true(on->model->variables[desk_element(on, "S")]->limit_content_only);
    assert_true(desk_value(on, "used", 0) == 3);
    assert_true(desk_value(on, "S", 1) == 1.5);
    assert_true(desk_value(on, "used", 1) == 1.5);
}

static void a_flow_out_of_two_stocks_is_warned_about(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        desk_file(on, "euler 0 2 1", "",
                  desk_variables(
                      on, "stock S = 3; out f; nonneg\nstock T = 3; out f; nonneg\nflow f = 1\n")));
    assert_string_equal(desk_printed(on),
                        "warning[W905]: 'f' leaves 2 stocks, so 'S' cannot limit it\n"
                        "  --> t.xmile:6:13\n"
                        "   |\n"
                        " 6 | <flow name=\"f\"><eqn>1</eqn></flow>\n"
                        "   |             ^\n"
                        "warning[W905]: 'f' leaves 2 stocks, so 'T' cannot limit it\n"
                        "  --> t.xmile:6:13\n"
                        "   |\n"
                        " 6 | <flow name=\"f\"><eqn>1</eqn></flow>\n"
                        "   |             ^\n");
}

/* ---- size -------------------------------------------------------------------------------------------- */

static void a_chain_of_50000_variables_is_no_danger(void **state)
{
    enum { LINKS = 50000 };
    desk *on = *state;
    sd_text lines = sd_text_new(on->arena);

    for (int i = 0; i < LINKS; i++)
        sd_text_printf(&lines, "<aux name=\"v%d\"><eqn>v%d+1</eqn></aux>\n", i, i + 1);
    sd_text_printf(&lines, "<aux name=\"v%d\"><eqn>0.5</eqn></aux>\n", LINKS);
    desk_must_compile(on, desk_file(on, "euler 0 1 1", "", lines.bytes));
    on->request.column_count = 1;
    desk_must_run(on);
    assert_true(desk_value(on, "v0", 1) == LINKS + 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(everything_comes_after_what_it_needs),
        DESK_TEST(an_algebraic_loop_is_told_from_cause_to_effect),
        DESK_TEST(a_loop_s_way_in_is_no_member_of_it),
        DESK_TEST(a_long_loop_is_told_in_short),
        DESK_TEST(initial_values_that_wait_for_each_other_are_told),
        DESK_TEST(an_initial_value_of_its_own_opens_the_circle),
        DESK_TEST(what_a_delay_needs_at_once_still_closes_a_loop),
        DESK_TEST(a_stock_breaks_a_loop),
        DESK_TEST(elements_that_only_look_circular_are_ordered),
        DESK_TEST(a_loop_through_elements_names_them),
        DESK_TEST(a_limit_alone_closes_no_loop),
        DESK_TEST(a_flow_out_of_two_stocks_is_warned_about),
        DESK_TEST(a_chain_of_50000_variables_is_no_danger),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
