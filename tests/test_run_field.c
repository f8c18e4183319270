/* test_run_field.c - net flows as a function of the stocks: against the run itself, closed forms, and central
 * differences extrapolated by Richardson's rule.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static sd_field *field_at(desk *on, double time)
{
    sd_field *field = NULL;

    if (sd_field_new(on->arena, on->program, &on->request.spec, NULL, time, &field, on->diag) !=
        SD_OK)
        fail_msg("%s", desk_printed(on));
    return field;
}

static sd_field *field_of(desk *on, double time, const char *lines)
{
    desk_must_compile(on, desk_file(on, "rk4 0 100 0.25", "", desk_variables(on, lines)));
    return field_at(on, time);
}

static double net_of(sd_field *field, const double *stocks)
{
    double net[8];

    assert_true(sd_field_net(field, stocks, net));
    return net[0];
}

static size_t parameter_of(desk *on, const char *name)
{
    return (size_t)on->program->element_parameters[desk_element(on, name)];
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void net_flows_are_those_of_the_first_step_of_a_run(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    on->request.spec.method = SD_METHOD_EULER;
    on->request.spec.save_interval = on->request.spec.dt;
    desk_must_run(on);
    const sd_program *p = on->program;
    const double start = on->request.spec.start, dt = on->request.spec.dt;
    sd_field *field = field_at(on, start);
    double *stocks = SD_NEW_ARRAY(on->arena, double, p->stock_count),
           *net = SD_NEW_ARRAY(on->arena, double, p->stock_count);

    sd_field_start(field, stocks);
    assert_true(sd_field_net(field, stocks, net));
    for (size_t k = 0; k < p->stock_count; k++) {
        if (p->stocks[k].hidden)
            continue;
        size_t column = sd_trajectory_column(on->trajectory, p->stocks[k].element);

        assert_true(stocks[k] == sd_trajectory_value(on->trajectory, 0, column, 0));
        assert_true(stocks[k] + dt * net[k] == sd_trajectory_value(on->trajectory, 1, column, 0));
    }
    for (size_t c = 0; c < on->request.column_count; c++)
        assert_true(sd_field_value(field, stocks, on->request.columns[c]) ==
                    sd_trajectory_value(on->trajectory, 0, c, 0));
}

static void time_stands_still_at_the_stated_moment(void **state)
{
    desk *on = *state;
    const char *lines =
        "stock S = 3; in f\nflow f = STEP(10, 5) + RAMP(2, 20, 30) + TIME / 8 - S\n";
    const double stocks[] = {3.5};

    assert_true(net_of(field_of(on, 4, lines), stocks) == 0 + 0 + 0.5 - 3.5);
    assert_true(net_of(field_at(on, 5), stocks) == 10 + 0 + 0.625 - 3.5);
    assert_true(net_of(field_at(on, 26), stocks) == 10 + 12 + 3.25 - 3.5);
    assert_true(net_of(field_at(on, 90), stocks) == 10 + 20 + 11.25 - 3.5);
}

static void pulses_are_off_and_draws_at_their_mean(void **state)
{
    desk *on = *state;
    sd_field *field = field_of(on, 8,
                               "stock S = RANDOM(2, 5); in f\naux low = 1.5\n"
                               "flow f = PULSE(7, 8) + RANDOM(low, S) + NORMAL(S * 3, 100)\n");
    double start, jacobian, slope;

    sd_field_start(field, &start);
    assert_true(start == 3.5);
    assert_true(net_of(field, &start) == 2.5 + 10.5);
    assert_true(sd_field_jacobian(field, &start, &jacobian));
    assert_true(jacobian == 3.5);
    assert_true(sd_field_slope(field, &start, parameter_of(on, "low"), &slope));
    assert_true(slope == 0.5);
}

static void a_parameter_goes_through_what_is_worked_out_once(void **state)
{
    desk *on = *state;
    sd_field *field =
        field_of(on, 0,
                 "stock S = 10 * a; in f\naux a = 3\naux twice = a ^ 2 + 1\naux still = INIT(S)\n"
                 "aux share = S / still\nflow f = twice * share + b\naux b = 0.5\n");
    const double stocks[] = {12};
    double start, slope;

    assert_true(net_of(field, stocks) == 10 * (12.0 / 30) + 0.5);
    assert_true(sd_field_slope(field, stocks, parameter_of(on, "a"), &slope));
    /* (a^2 + 1) S / (10 a): its slope is (1 - 1 / a^2) S / 10. */
    assert_near(slope, (1 - 1.0 / 9) * 1.2, 1e-15);
    assert_true(sd_field_slope(field, stocks, parameter_of(on, "b"), &slope));
    assert_true(slope == 1);
    sd_field_set(field, parameter_of(on, "a"), 2);
    assert_true(sd_field_parameter(field, parameter_of(on, "a")) == 2);
    sd_field_start(field, &start);
    assert_true(start == 20);
    assert_near(net_of(field, stocks), 5 * 12.0 / 20 + 0.5, 1e-15);
    assert_near(sd_field_value(field, stocks, desk_element(on, "share")), 0.6, 1e-15);
}

static void a_net_flow_may_be_a_parameter_or_a_stock(void **state)
{
    desk *on = *state;
    sd_field *field =
        field_of(on, 0,
                 "stock A = 1; in given\nflow given = 2.5\nstock B = 3; in grown\nflow grown = B\n"
                 "stock C = 4\n");
    const double stocks[] = {1.5, 3.5, 4.5};
    double net[3], jacobian[9], slope[3];

    assert_true(sd_field_net(field, stocks, net));
    assert_memory_equal(net, ((const double[]){2.5, 3.5, 0}), sizeof net);
    for (int twice = 0; twice < 2; twice++) {
        assert_true(sd_field_jacobian(field, stocks, jacobian));
        assert_memory_equal(jacobian, ((const double[]){0, 0, 0, 0, 1, 0, 0, 0, 0}),
                            sizeof jacobian);
        assert_true(sd_field_slope(field, stocks, parameter_of(on, "given"), slope));
        assert_memory_equal(slope, ((const double[]){1, 0, 0}), sizeof slope);
        assert_true(
            sd_field_slope(field, stocks, parameter_of(on, "B"), slope)); /* its start only */
        assert_memory_equal(slope, ((const double[]){0, 0, 0}), sizeof slope);
    }
}

static void parameters_given_are_taken_in_place_of_the_model_s(void **state)
{
    desk *on = *state;
    sd_field *field = field_of(on, 0, "stock S = 2; in f\nflow f = S * rate\naux rate = 0.25\n");
    double given[2], net;
    const double stocks[] = {8};

    given[parameter_of(on, "S")] = 5;
    given[parameter_of(on, "rate")] = 0.5;
    assert_int_equal(
        sd_field_new(on->arena, on->program, &on->request.spec, given, 0, &field, on->diag), SD_OK);
    given[0] = given[1] = 99; /* they have been copied */
    assert_true(net_of(field, stocks) == 4);
    sd_field_start(field, &net);
    assert_true(net == 5);
}

static void what_is_not_finite_is_said(void **state)
{
    desk *on = *state;
    sd_field *field = field_of(on, 0, "stock S = 2; in f\nflow f = a * SQRT(S)\naux a = 1\n");
    double value;

    assert_false(sd_field_net(field, (const double[]){-1}, &value));
    assert_false(sd_field_jacobian(field, (const double[]){0}, &value));
    assert_true(sd_field_slope(field, (const double[]){0}, parameter_of(on, "a"), &value));
    assert_true(value == 0);
}

/* ---- memories ------------------------------------------------------------------------------------------ */

static void a_net_flow_with_a_pipeline_is_refused_at_its_call(void **state)
{
    desk *on = *state;
    sd_field *field = NULL;

    desk_must_compile(
        on, desk_file(on, "rk4 0 100 0.25", "",
                      desk_variables(on, "stock S = 3; in f\nflow f = 1 - DELAY(S, 4) + x\n"
                                         "aux x = PREVIOUS(S, 2) / 10\n")));
    assert_int_equal(
        sd_field_new(on->arena, on->program, &on->request.spec, NULL, 0, &field, on->diag),
        SD_UNSUPPORTED);
    assert_null(field);
    assert_string_equal(
        desk_printed(on),
        "error[E114]: a net flow needs this PREVIOUS, and a pipeline has no finite number of "
        "modes\n"
        "  --> t.xmile:6:20\n"
        "   |\n"
        " 6 | <aux name=\"x\"><eqn>PREVIOUS(S, 2) / 10</eqn></aux>\n"
        "   |                    ^^^^^^^^^^^^^^ help: use DELAY3 or DELAYN here\n"
        "error[E114]: a net flow needs this DELAY, and a pipeline has no finite number of modes\n"
        "  --> t.xmile:5:25\n"
        "   |\n"
        " 5 | <flow name=\"f\"><eqn>1 - DELAY(S, 4) + x</eqn></flow>\n"
        "   |                         ^^^^^^^^^^^ help: use DELAY3 or DELAYN here\n");
}

static void a_pipeline_that_only_reports_is_unknown(void **state)
{
    desk *on = *state;
    sd_field *field = field_of(on, 0,
                               "stock S = 3; in f\nflow f = 1 - S\naux old = DELAY(S, 4)\n"
                               "aux rose = IF S > old THEN 1 ELSE 0\naux twice = 2 * S\n");
    const double stocks[] = {0.25};

    assert_true(net_of(field, stocks) == 0.75);
    assert_true(isnan(sd_field_value(field, stocks, desk_element(on, "old"))));
    assert_true(isnan(sd_field_value(field, stocks, desk_element(on, "rose"))));
    assert_true(sd_field_value(field, stocks, desk_element(on, "twice")) == 0.5);
    assert_true(sd_field_value(field, (const double[]){0.5}, desk_element(on, "twice")) == 1);
}

/* ---- derivatives --------------------------------------------------------------------------------------- */

/* Of a chain of n stages with time T each passes on with n / T. */
static void a_delay_has_the_jacobian_of_its_stages(void **state)
{
    desk *on = *state;
    sd_field *field = field_of(on, 0, "stock S = 3; in f\nflow f = DELAY3(S, 6) - SMTH1(S, 4)\n");
    double stocks[5], jacobian[25];

    assert_int_equal(on->program->stock_count, 5);
    sd_field_start(field, stocks);
    assert_true(sd_field_jacobian(field, stocks, jacobian));
    const double expected[25] = {
        0,    0,    0,    0.5, -1, /* S: the third stage's outflow less the smooth */
        1,    -0.5, 0,    0,   0,  /* first stage */
        0,    0.5,  -0.5, 0,   0,    0, 0, 0.5, -0.5, 0, /* second, third */
        0.25, 0,    0,    0,   -0.25};

    for (int k = 0; k < 25; k++)
        assert_near(jacobian[k], expected[k], 1e-15);
}

/* (4 D(h) - D(2h)) / 3 with D the central difference: the error goes with h^4. */
static void richardson(size_t count, const double *const at[4], double h, double *ret_slope)
{
    for (size_t i = 0; i < count; i++) {
        double near = (at[1][i] - at[0][i]) / (2 * h), far = (at[3][i] - at[2][i]) / (4 * h);

        ret_slope[i] = (4 * near - far) / 3;
    }
}

typedef struct bench {
    sd_field *field;
    const sd_program *program;
    double *stocks, *net[4], *expected, *ours;
} bench;

static bench bench_at(desk *on, double time)
{
    size_t count = on->program->stock_count;
    bench b = {.field = field_at(on, time), .program = on->program};

    b.stocks = SD_NEW_ARRAY(on->arena, double, count);
    b.expected = SD_NEW_ARRAY(on->arena, double, count);
    b.ours = SD_NEW_ARRAY(on->arena, double, count *count);
    for (int k = 0; k < 4; k++)
        b.net[k] = SD_NEW_ARRAY(on->arena, double, count);
    sd_field_start(b.field, b.stocks);
    for (size_t s = 0; s < count; s++) { /* off the start, where much is at rest or at a corner */
        double part = (double)(s * 37 % 101) / 101;

        b.stocks[s] = b.stocks[s] * (1.02 + 0.2 * part) + 0.003 * (1 + part);
    }
    return b;
}

static const int sides[] = {-1, 1, -2, 2};

static void must_agree(const bench *b, const char *what, size_t which, const double *ours,
                       size_t stride, double h)
{
    for (size_t i = 0; i < b->program->stock_count; i++) {
        /* Differences have the rounding of the net flow, some 30 operations deep, over h. */
        double rounding = 1e-15 * (1 + fabs(b->net[0][i])) * 30 / h;

        if (!is_near(ours[i * stride], b->expected[i], 1e-6, 0) &&
            !(fabs(ours[i * stride] - b->expected[i]) < rounding))
            fail_msg("net flow %zu by %s %zu: %.17g, not %.17g", i, what, which, ours[i * stride],
                     b->expected[i]);
    }
}

static void the_jacobian_of_the_shipped_model_is_that_of_differences(void **state)
{
    static const double times[] = {0, 40.1, 104, 208};
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    for (size_t t = 0; t < 4; t++) {
        bench b = bench_at(on, times[t]);
        size_t count = b.program->stock_count;

        assert_true(sd_field_jacobian(b.field, b.stocks, b.ours));
        for (size_t k = 0; k < count; k++) {
            double was = b.stocks[k], h = 1e-4 * fmax(fabs(was), 1e-2);

            for (int side = 0; side < 4; side++) {
                b.stocks[k] = was + sides[side] * h;
                assert_true(sd_field_net(b.field, b.stocks, b.net[side]));
            }
            b.stocks[k] = was;
            richardson(count, (const double *const *)b.net, h, b.expected);
            must_agree(&b, "stock", k, b.ours + k, count, h);
        }
    }
}

static void the_slopes_of_all_parameters_are_those_of_differences(void **state)
{
    desk *on = *state;
    size_t moved = 0;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    bench b = bench_at(on, 60.1);

    for (size_t k = 0; k < b.program->parameter_count; k++) {
        double was = sd_field_parameter(b.field, k), h = 1e-4 * fmax(fabs(was), 1e-2);
        bool moves = false;

        assert_true(sd_field_slope(b.field, b.stocks, k, b.ours));
        for (int side = 0; side < 4; side++) {
            sd_field_set(b.field, k, was + sides[side] * h);
            assert_true(sd_field_net(b.field, b.stocks, b.net[side]));
        }
        sd_field_set(b.field, k, was);
        richardson(b.program->stock_count, (const double *const *)b.net, h, b.expected);
        must_agree(&b, "parameter", k, b.ours, 1, h);
        for (size_t i = 0; i < b.program->stock_count; i++)
            moves = moves || b.ours[i] != 0;
        moved += moves;
    }
    print_message("%zu of %zu parameters move a net flow\n", moved, b.program->parameter_count);
    assert_true(moved > 100);
}

/* No number that a parameter goes into is known when the program is made: each does in a run what it does when the
 * model's file says so. */
static void a_parameter_does_what_the_same_number_in_the_file_does(void **state)
{
    static const char lines[] =
        "stock S = 2 * a; in f; out g\naux a = %s\naux b = a * 3 + 1\n"
        "flow f = DELAY3(S, b) / a\nflow g = SMTH1(S * SIN(b), a) ^ 2 / b\n";
    const double stocks[] = {1.5, 2.5, 3.5, 4.5, 5.5};
    desk *on = *state;
    double of_file[5], of_field[5];

    assert_true(
        sd_field_net(field_of(on, 0, sd_arena_printf(on->arena, lines, "1.375")), stocks, of_file));
    sd_field *field = field_of(on, 0, sd_arena_printf(on->arena, lines, "3"));

    sd_field_set(field, parameter_of(on, "a"), 1.375);
    assert_true(sd_field_net(field, stocks, of_field));
    assert_memory_equal(of_field, of_file, sizeof of_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(net_flows_are_those_of_the_first_step_of_a_run),
        DESK_TEST(time_stands_still_at_the_stated_moment),
        DESK_TEST(pulses_are_off_and_draws_at_their_mean),
        DESK_TEST(a_parameter_goes_through_what_is_worked_out_once),
        DESK_TEST(a_net_flow_may_be_a_parameter_or_a_stock),
        DESK_TEST(parameters_given_are_taken_in_place_of_the_model_s),
        DESK_TEST(what_is_not_finite_is_said),
        DESK_TEST(a_net_flow_with_a_pipeline_is_refused_at_its_call),
        DESK_TEST(a_pipeline_that_only_reports_is_unknown),
        DESK_TEST(a_delay_has_the_jacobian_of_its_stages),
        DESK_TEST(the_jacobian_of_the_shipped_model_is_that_of_differences),
        DESK_TEST(the_slopes_of_all_parameters_are_those_of_differences),
        DESK_TEST(a_parameter_does_what_the_same_number_in_the_file_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
