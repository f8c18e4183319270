/* test_program_lower.c - what a model becomes: shared, folded and hoisted instructions, parameters, limits, shocks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static void compile(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
}

static int32_t row_of(desk *on, const char *name)
{
    return on->program->element_rows[desk_element(on, name)];
}

static bool makes(const sd_instructions *list, int32_t row)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].out == row)
            return true;
    return false;
}

static void expect_lists(desk *on, const char *name, bool once, bool grid, bool stage)
{
    int32_t row = row_of(on, name);

    if (makes(&on->program->once, row) != once || makes(&on->program->grid, row) != grid ||
        makes(&on->program->stage, row) != stage)
        fail_msg("'%s' stands in once %d, grid %d, stage %d", name, makes(&on->program->once, row),
                 makes(&on->program->grid, row), makes(&on->program->stage, row));
}

/* ---- lists ------------------------------------------------------------------------------------------- */

static void each_variable_is_worked_out_as_often_as_it_must_be(void **state)
{
    desk *on = *state;

    compile(on, "rk4 0 10 0.5",
            "stock S = 100; in f\naux base = 0.03\naux rate = base * 2\naux wave = SIN(TIME)\n"
            "flow f = S * rate + wave + jump + lagged\naux jump = STEP(2, 5)\naux lagged = "
            "DELAY(S, 2)\n"
            "aux report = S ^ 2 + EXP(-S)\naux draw = RANDOM(0, 1)\naux pulse = PULSE(1, 3)\naux "
            "first = INIT(S * rate)\n"
            "aux span = STOPTIME - STARTTIME\n");
    expect_lists(on, "rate", true, false, false);
    expect_lists(on, "first", true, false, false);
    expect_lists(on, "span", true, false, false);
    expect_lists(on, "wave", false, true, true);
    expect_lists(on, "f", false, true, true);
    expect_lists(on, "jump", false, true, false);
    expect_lists(on, "lagged", false, true, false);
    expect_lists(on, "report", false, true, false);
    expect_lists(on, "draw", false, true, false);
    expect_lists(on, "pulse", false, true, false);
    assert_true(on->program->jumps);
}

static void every_instruction_comes_after_what_it_reads(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const sd_program *p = on->program;
    unsigned char *known = SD_NEW_ARRAY(on->arena, unsigned char, p->row_count);
    int32_t first = p->stock_row + (int32_t)p->stock_count;
    const sd_instructions *const lists[] = {&p->once, &p->grid, &p->stage};

    memset(known, 1, (size_t)first);
    for (size_t l = 0; l < 2; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            const sd_instruction *at = &lists[l]->list[i];
            const int32_t rows[] = {at->a, at->b, at->c};

            for (int k = 0; k < 3; k++)
                assert_true(k >= sd_op_arguments(at->op) || rows[k] == SD_NO_ROW || known[rows[k]]);
            assert_true(at->out >= first && !known[at->out]);
            known[at->out] = 1;
        }
    }
    /* Between grid points nothing is made that a grid point does not make too. */
    for (size_t i = 0; i < p->stage.count; i++)
        assert_true(makes(&p->grid, p->stage.list[i].out));
    assert_true(p->stage.count < p->grid.count);
}

static void equal_expressions_are_worked_out_once(void **state)
{
    desk *on = *state;

    compile(
        on, "rk4 0 10 0.5",
        "stock S = 1; in f\nflow f = (S + 1) * (S + 1)\naux a = (S + 1) * (S + 1)\naux b = S + 1\n"
        "aux c = b * (1 * S + 1)\n");
    assert_int_equal(row_of(on, "f"), row_of(on, "a"));
    assert_int_not_equal(row_of(on, "c"), row_of(on, "a"));
    /* S + 1, its square, 1 * S, 1 * S + 1, c: a product with 1 is kept, as it stands. */
    assert_int_equal(on->program->grid.count, 5);
    assert_int_equal(on->program->stage.count, 2);
}

static void what_is_known_is_folded(void **state)
{
    desk *on = *state;

    compile(on, "rk4 0 10 0.5",
            "aux a = 2 * 3 + SIN(0)\naux b = TIME * (4 / 8)\naux c = IF 1 > 2 THEN TIME ELSE a\n"
            "aux d = IF 2 > 1 THEN b ELSE 1 / 0\n");
    assert_int_equal(on->program->parameter_count, 1);
    assert_true(on->program->parameters[0].value == 6);
    assert_int_equal(row_of(on, "c"), row_of(on, "a"));
    assert_int_equal(row_of(on, "d"), row_of(on, "b"));
    assert_int_equal(on->program->grid.count, 1);
    assert_int_equal(on->program->once.count, 0);
}

static void draws_and_memories_are_not_shared(void **state)
{
    desk *on = *state;

    compile(on, "rk4 0 10 0.5",
            "aux a = RANDOM(0, 1)\naux b = RANDOM(0, 1)\naux c = PREVIOUS(TIME, 1)\n"
            "aux d = DELAY(TIME, 1, 1)\n");
    assert_int_not_equal(row_of(on, "a"), row_of(on, "b"));
    assert_int_equal(on->program->draw_count, 2);
    assert_int_equal(on->program->memory_count, 1);
    assert_int_equal(on->program->pipeline_count, 1);
    assert_true(on->program->pipelines[0].constant);
}

/* ---- parameters -------------------------------------------------------------------------------------- */

static void constants_and_initial_numbers_are_parameters(void **state)
{
    desk *on = *state;

    compile(
        on, "euler 0 4 1",
        "stock S = 100; in f\nstock T = S / 2; in g\nflow f = k * 1\nflow g = 0.5\naux k = 3 * 2\n"
        "aux m = k + 1\naux now = TIME\n");
    static const char *const names[] = {"S", "k", "g"};
    static const double values[] = {100, 6, 0.5};

    assert_int_equal(on->program->parameter_count, 3);
    for (size_t i = 0; i < 3; i++) {
        int32_t k = on->program->element_parameters[desk_element(on, names[i])];

        assert_true(k >= 0);
        assert_true(on->program->parameters[k].value == values[i]);
    }
    assert_int_equal(on->program->element_parameters[desk_element(on, "T")], -1);
    assert_int_equal(on->program->element_parameters[desk_element(on, "m")], -1);
    assert_int_equal(on->program->element_parameters[desk_element(on, "now")], -1);
}

static void a_parameter_that_is_set_reaches_all_that_uses_it(void **state)
{
    desk *on = *state;
    double values[3];

    compile(
        on, "euler 0 4 1",
        "stock S = 100; in f\nstock T = S / 2; in f\nflow f = k\naux k = 6\naux m = INIT(k * S)\n");
    values[on->program->element_parameters[desk_element(on, "S")]] = 10;
    values[on->program->element_parameters[desk_element(on, "k")]] = 2;
    on->request.parameters = values;
    desk_must_run(on);
    assert_true(desk_value(on, "S", 4) == 18);
    assert_true(desk_value(on, "T", 4) == 13);
    assert_true(desk_value(on, "m", 4) == 20);
    assert_true(desk_value(on, "k", 4) == 2);
}

/* ---- flows ------------------------------------------------------------------------------------------- */

static void a_net_flow_is_inflows_less_outflows(void **state)
{
    desk *on = *state;

    desk_simulate(
        on, "euler 0 1 1",
        "stock S = 10; in a; out b; in c; out d\nflow a = 1\nflow b = 2\nflow c = 4\nflow d = 8\n"
        "stock only = 10; out b\nstock none = 10\n");
    assert_true(desk_value(on, "S", 1) == 5);
    assert_true(desk_value(on, "only", 1) == 8);
    assert_true(desk_value(on, "none", 1) == 10);
}

static void a_non_negative_flow_never_runs_backwards(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 4 1",
                  "stock S = 10; in f; in g\nflow f = TIME - 2; nonneg\nflow g = -3; nonneg\n");
    assert_true(desk_value(on, "f", 0) == 0);
    assert_true(desk_value(on, "f", 3) == 1);
    assert_true(desk_value(on, "g", 3) == 0);
    assert_true(desk_value(on, "S", 4) == 11);
}

static void a_non_negative_stock_gives_no_more_than_it_has(void **state)
{
    static const char *const methods[] = {"euler", "rk2", "rk4"};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        desk_simulate(
            on, sd_arena_printf(on->arena, "%s 0 20 0.5", methods[i]),
            "stock S = 10; in fill; out a; out b; nonneg\nflow fill = 0.5\nflow a = 3\nflow b = 2\n"
            "stock got_a = 0; in a\nstock got_b = 0; in b\n");
        for (int at = 0; at <= 40; at++) {
            double t = 0.5 * at;

            double total =
                desk_value(on, "S", t) + desk_value(on, "got_a", t) + desk_value(on, "got_b", t);

            assert_true(desk_value(on, "S", t) >= 0);
            assert_near(total, 10 + 0.5 * t, 1e-13); /* nothing is lost at the limit */
        }
        /* Empty, only what flows in flows out, and the first outflow comes first.  Inside a step the methods
         * of higher order see a stock that is on its way down, so they come to rest geometrically. */
        assert_near(desk_value(on, "a", 20), 0.5, 1e-9);
        assert_true(fabs(desk_value(on, "b", 20)) < 1e-9);
    }
}

static void a_limit_holds_for_constant_and_computed_flows_alike(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 4 1",
                  "stock S = 5; out a; nonneg\nflow a = 3\nstock T = 5; out b; nonneg\nflow b = 3 "
                  "+ 0 * TIME\n");
    for (int at = 0; at <= 4; at++) {
        double t = at;

        assert_true(desk_value(on, "a", t) == desk_value(on, "b", t));
        assert_true(desk_value(on, "S", t) == desk_value(on, "T", t));
    }
    assert_true(desk_value(on, "a", 1) == 2);
    assert_true(desk_value(on, "a", 2) == 0);
}

/* ---- shocks ------------------------------------------------------------------------------------------ */

static void run_shocked(desk *on, const char *variable, sd_shock shock)
{
    static const char lines[] =
        "stock S = 0; in f\nflow f = k * 1.5\naux k = 2\naux x = TIME + 1\n";

    desk_must_read(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines)));
    shock.variable = sd_model_find(on->model, variable);
    assert_int_equal(sd_program_new(on->arena, on->model, &shock, 1, &on->program, on->diag),
                     SD_OK);
    desk_request(on);
    desk_must_run(on);
}

static void a_step_shock_multiplies_from_its_time_on(void **state)
{
    desk *on = *state;

    run_shocked(on, "f", (sd_shock){.kind = SD_SHOCK_STEP, .at = 4, .size = 0.25});
    assert_true(desk_value(on, "f", 3.5) == 3);
    assert_true(desk_value(on, "f", 4) == 3.75);
    assert_true(desk_value(on, "f", 10) == 3.75);
    assert_true(desk_value(on, "S", 10) == 12 + 6 * 3.75);
}

static void a_shock_reaches_a_constant_too(void **state)
{
    desk *on = *state;

    run_shocked(on, "k", (sd_shock){.kind = SD_SHOCK_STEP, .at = 4, .size = -0.5});
    assert_true(desk_value(on, "k", 3.5) == 2);
    assert_true(desk_value(on, "k", 4) == 1);
    assert_true(desk_value(on, "f", 4) == 1.5);
}

static void a_pulse_shock_ends_and_a_ramp_stays(void **state)
{
    desk *on = *state;

    run_shocked(on, "x", (sd_shock){.kind = SD_SHOCK_PULSE, .at = 4, .duration = 2, .size = 1});
    assert_true(desk_value(on, "x", 3.5) == 4.5);
    assert_true(desk_value(on, "x", 4) == 10);
    assert_true(desk_value(on, "x", 5.5) == 13);
    assert_true(desk_value(on, "x", 6) == 7);
    run_shocked(on, "x", (sd_shock){.kind = SD_SHOCK_RAMP, .at = 4, .duration = 2, .size = 1});
    assert_true(desk_value(on, "x", 4) == 5);
    assert_true(desk_value(on, "x", 5) == 9);
    assert_true(desk_value(on, "x", 6) == 14);
    assert_true(desk_value(on, "x", 9) == 20);
}

/* ---- opcodes ----------------------------------------------------------------------------------------- */

static void opcodes_have_names_and_arguments(void **state)
{
    (void)state;
    for (int op = 0; op < SD_OPS; op++) {
        assert_true(strlen(sd_op_name((sd_op)op)) > 1);
        assert_in_range(sd_op_arguments((sd_op)op), 1, 3);
    }
    assert_string_equal(sd_op_name(SD_OP_SAFEDIV), "SAFEDIV");
    assert_int_equal(sd_op_arguments(SD_OP_IF), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(each_variable_is_worked_out_as_often_as_it_must_be),
        DESK_TEST(every_instruction_comes_after_what_it_reads),
        DESK_TEST(equal_expressions_are_worked_out_once),
        DESK_TEST(what_is_known_is_folded),
        DESK_TEST(draws_and_memories_are_not_shared),
        DESK_TEST(constants_and_initial_numbers_are_parameters),
        DESK_TEST(a_parameter_that_is_set_reaches_all_that_uses_it),
        DESK_TEST(a_net_flow_is_inflows_less_outflows),
        DESK_TEST(a_non_negative_flow_never_runs_backwards),
        DESK_TEST(a_non_negative_stock_gives_no_more_than_it_has),
        DESK_TEST(a_limit_holds_for_constant_and_computed_flows_alike),
        DESK_TEST(a_step_shock_multiplies_from_its_time_on),
        DESK_TEST(a_shock_reaches_a_constant_too),
        DESK_TEST(a_pulse_shock_ends_and_a_ramp_stays),
        DESK_TEST(opcodes_have_names_and_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
