/* test_run_functions.c - every function that needs more than one instruction, in a run: against closed forms in time,
 * under Euler and Runge-Kutta, at two DTs; and what random functions have in common.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* ---- values that follow from time alone ---------------------------------------------------------------- */

/* Runs start at 1 so that TIME and the time since the start differ.  Euler's number of steps so far is (t - 1) / dt. */
#define START 1.0
static const double pi = 3.14159265358979323846;

/* SAMPLE_IF_TRUE(TIME MOD 2 = 0, TIME, 7) and PREVIOUS(SELF, ...) only change at whole times, which both DTs meet. */
static double sampled(double t)
{
    return t < 2 - 1e-9 ? 7 : 2 * floor((t + 1e-9) / 2);
}

/* What comes in at k DTs so far, n in all, each at (1 + r dt)^-k. */
static double discounted(double t, double dt, double stream, double r)
{
    const int n = (int)round((t - START) / dt);
    double sum = 0;

    for (int k = 0; k <= n; k++)
        sum += stream * dt * pow(1 + r * dt, -k);
    return sum;
}

static bool is_on(double t, double first, double width, double interval, double end)
{
    const double since = t - first + 1e-7;

    return since >= 0 && t + 1e-7 < end && since - interval * floor(since / interval) < width;
}

/* X(id, equation, value at t with step dt, tolerance).  A tolerance of 1e-14 is a few roundings, one of 1e-12 those of
 * powers and logarithms, others say why. */
#define FUNCTIONS(X)                                                                               \
    X(if_call, "IF(TIME < 3, 2.385, -1)", t < 3 ? 2.385 : -1, 0)                                   \
    X(if_then_else, "IF_THEN_ELSE(TIME >= 3, 2.385, -1)", t < 3 ? -1 : 2.385, 0)                   \
    X(mod_call, "MOD(-TIME, 2.5)", -t - 2.5 * floor(-t / 2.5), 1e-14)                              \
    X(modulo, "MODULO(TIME, 2.5) + INTEGER(-1.5)", fmod(t, 2.5) - 2, 1e-14)                        \
    X(zidz, "ZIDZ(TIME, 0) + XIDZ(TIME, 0, 7) + SAFEDIV(TIME, 4)", 7 + t / 4, 1e-14)               \
    X(power, "POWER(TIME, 1.5)", t *sqrt(t), 1e-14)                                                \
    X(time_names, "TIME_STEP + INITIAL_TIME + FINAL_TIME", dt + START + 9, 1e-14)                  \
    X(initial, "INITIAL(TIME + 2)", START + 2, 0)                                                  \
    X(game, "GAME(TIME)", t, 0)                                                                    \
    X(percent, "PERCENT(0.25 * TIME)", 25 * t, 1e-14)                                              \
    X(log_of_base, "LOG(TIME + 1, 2)", log2(t + 1), 1e-14)                                         \
    X(quantum, "QUANTUM(-TIME, 2.5) + QUANTUM(TIME, 0)", -2.5 * floor(t / 2.5) + t, 1e-14)         \
    X(sinwave, "SINWAVE(2.385, 7)", 2.385 * sin(2 * pi * t / 7), 1e-13)                            \
    X(coswave, "COSWAVE(2.385, 7)", 2.385 * cos(2 * pi * t / 7), 1e-13)                            \
    /* The millionth of DT that guards the wrap costs a rounding of it. */                         \
    X(counter, "COUNTER(2, 5)", 2 + fmod(t - START + 1e-9, 3) - 1e-9, 1e-8)                        \
    X(pulse_train, "PULSE_TRAIN(2, 1, 3, 7)", is_on(t, 2, 1, 3, 7) ? 1 : 0, 0)                     \
    X(cgrowth, "CGROWTH(12.5)", (pow(1.125, dt) - 1) / dt, 1e-12)                                  \
    X(fv, "FV(0.01, TIME, -20, 100)", -100 * pow(1.01, t) + 20 * (pow(1.01, t) - 1) / 0.01, 1e-12) \
    X(fv_at_no_rate, "FV(0, TIME, -20, 100)", -100 + 20 * t, 1e-14)                                \
    X(pv, "PV(0.01, TIME, -20, 100)", (-100 + 20 * (pow(1.01, t) - 1) / 0.01) / pow(1.01, t),      \
      1e-12)                                                                                       \
    X(pmt, "PMT(0.01, TIME, 100, -20)", -(100 * pow(1.01, t) - 20) / ((pow(1.01, t) - 1) / 0.01),  \
      1e-12)                                                                                       \
    /* The published example: a loan of 10000 at 1 % a month over 36. */                           \
    X(pmt_of_a_loan, "ROUND(100 * PMT(0.01, 36, 10000, 0)) / 100", -332.14, 1e-14)                 \
    X(endval, "ENDVAL(TIME, 7) + ENDVAL(TIME)", 7, 0)                                              \
    X(active_initial, "ACTIVE_INITIAL(TIME, 7)", t, 0)                                             \
    X(history, "HISTORY(TIME * TIME, TIME - 2)", t < 3 ? START * START : (t - 2) * (t - 2), 1e-14) \
    X(history_now, "HISTORY(TIME, TIME + 1)", t, 0)                                                \
    X(history_at, "HISTORY(TIME * 2, 4)", t < 4 ? 2 * t : 8, 1e-14)                                \
    X(derivative, "DERIVN(TIME * 3, 1)", t > START ? 3 : 0, 1e-12)                                 \
    /* The second difference of t^2 is 2; the first DT knows no past and so jumps. */              \
    X(second_derivative, "IF TIME > STARTTIME + 1.5 * DT THEN DERIVN(TIME * TIME, 2) ELSE 2", 2,   \
      1e-10)                                                                                       \
    X(no_derivative, "DERIVN(TIME, 0)", t, 0)                                                      \
    X(sample, "SAMPLE_IF_TRUE(TIME MOD 2 = 0, TIME, 7)", sampled(t), 0)                            \
    X(self, "PREVIOUS(SELF, 7) + 1", 8 + round((t - START) / dt), 0)                               \
    X(invnorm, "INVNORM(0.975) + INVNORM(0.5)", 1.959963984540054, 1e-14)                          \
    X(normalcdf, "NORMALCDF(-1, 1)", erf(1 / sqrt(2)), 1e-14)                                      \
    X(normalcdf_of, "NORMALCDF(4, TIME + 4, 4, 2)", erf(t / 2 / sqrt(2)) / 2, 1e-14)               \
    X(combinations, "COMBINATIONS(52, 5) + COMBINATIONS(3, 7)", 2598960, 0)                        \
    X(permutations, "PERMUTATIONS(10, 3)", 720, 0)                                                 \
    X(factorial, "FACTORIAL(12) + FACTORIAL(0)", 479001601, 0)                                     \
    X(gammaln, "GAMMALN(TIME + 1)", lgamma(t + 1), 1e-13)                                          \
    X(lookupinv, "LOOKUPINV(rises, TIME)", t <= 2 ? t / 2 : 1 + (t - 2) / 8, 1e-14)                \
    X(lookupinv_falling, "LOOKUPINV(falls, TIME)", (10 - t) / 5, 1e-14)                            \
    X(lookup_extrapolate, "LOOKUP_EXTRAPOLATE(rises, TIME)", t < 1 ? 2 * t : 2 + 8 * (t - 1),      \
      1e-14)                                                                                       \
    X(lookup_forward, "LOOKUP_FORWARD(rises, TIME / 5)", t <= 5 ? 2 : 10, 0)                       \
    X(lookup_backward, "LOOKUP_BACKWARD(rises, TIME / 5)", t < 5 ? 0 : 2, 0)                       \
    X(smooth_of_vensim, "SMOOTH_N(5, 2, 1, 3) - SMTHN(5, 2, 3, 1)", 0, 0)                          \
    X(delay_of_vensim, "DELAY_N(TIME, 2, 1, 3) - DELAYN(TIME, 2, 3, 1)", 0, 0)                     \
    X(delay_fixed, "DELAY_FIXED(TIME, 2, 7) - DELAY(TIME, 2, 7)", 0, 0)                            \
    X(smoothi, "SMOOTHI(TIME, 2, 7) - SMTH1(TIME, 2, 7)", 0, 0)                                    \
    X(smooth3i, "SMOOTH3I(TIME, 2, 7) - SMTH3(TIME, 2, 7)", 0, 0)                                  \
    X(delay3i, "DELAY3I(TIME, 2, 7) - DELAY3(TIME, 2, 7)", 0, 0)

#define EXPECTED(id, equation, value, tolerance)                                                   \
    static double expected_##id(double t, double dt)                                               \
    {                                                                                              \
        (void)t, (void)dt;                                                                         \
        return value;                                                                              \
    }
FUNCTIONS(EXPECTED)

static const struct {
    const char *name, *equation;
    double (*expected)(double t, double dt);
    double tolerance;
} functions[] = {
#define ROW(id, equation, value, tolerance) {#id, equation, expected_##id, tolerance},
    FUNCTIONS(ROW)};

static const char tables[] = "<gf name=\"rises\"><xpts>0,1,2</xpts><ypts>0,2,10</ypts></gf>\n"
                             "<gf name=\"falls\"><xpts>0,1,2</xpts><ypts>10,5,0</ypts></gf>\n";

static void simulate(desk *on, const char *method, double dt, const char *lines)
{
    const char *variables = sd_arena_printf(on->arena, "%s%s", tables, desk_variables(on, lines));

    desk_must_compile(
        on, desk_file(on, sd_arena_printf(on->arena, "%s 1 9 %g", method, dt), "", variables));
    desk_request(on);
    desk_must_run(on);
}

static void every_function_has_the_value_of_its_closed_form(void **state)
{
    desk *on = *state;
    static const char *const methods[] = {"euler", "rk4"};
    static const double steps[] = {0.25, 0.125};

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        /* A stock that drinks it makes it run in the stages of rk4 too. */
        const char *lines = sd_arena_printf(on->arena, "aux x = %s\nstock S = 0; in f\nflow f = x",
                                            functions[i].equation);

        for (int k = 0; k < 4; k++) {
            const double dt = steps[k % 2];

            simulate(on, methods[k / 2], dt, lines);
            for (size_t n = 0; n < on->trajectory->time_count; n++) {
                const double t = on->trajectory->times[n], wanted = functions[i].expected(t, dt);

                if (!is_near(desk_value(on, "x", t), wanted, functions[i].tolerance, 1e-12))
                    fail_msg("%s at %g, %s with DT %g: %.17g, not %.17g", functions[i].equation, t,
                             methods[k / 2], dt, desk_value(on, "x", t), wanted);
            }
        }
    }
}

/* An equation compiled alone, from the values that it names, gives what the run found: what loops and causes stand on.  A
 * stock stands for TIME so that there is something to name. */
static void every_function_is_the_same_compiled_alone(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const sd_equations *equations;
        const sd_history *history;
        sd_text equation = sd_text_new(on->arena);

        for (const char *at = functions[i].equation; *at;) {
            const char before = at == functions[i].equation ? ' ' : at[-1];
            const bool time = strncmp(at, "TIME", 4) == 0 && strchr(" (-,", before) && at[4] != '_';

            sd_text_add(&equation, time ? "clock" : at, time ? 5 : 1);
            at += time ? 4 : 1;
        }
        simulate(on, "euler", 0.25,
                 sd_arena_printf(on->arena,
                                 "stock clock = 1; in tick\nflow tick = 1\naux x = %s\n"
                                 "stock S = 0; in f\nflow f = x",
                                 equation.bytes));
        on->diag = sd_diag_new(on->arena);
        assert_int_equal(sd_equations_new(on->arena, on->program, NULL, 0, &equations, on->diag),
                         SD_OK);
        assert_int_equal(sd_history_new(on->arena, equations, &on->request, &history, on->diag),
                         SD_OK);
        const size_t node = equations->element_nodes[desk_element(on, "x")];
        for (size_t n = 0; n < history->point_count; n++) {
            const double alone = history->values[node * history->point_count + n],
                         found = desk_value(on, "x", history->times[n]);

            /* Reciprocals of what does not change are off by a rounding, which powers and differences enlarge. */
            if (!is_near(alone, found, 1e-12, 1e-12))
                fail_msg("%s at %g: %.17g alone, %.17g in the run", functions[i].equation,
                         history->times[n], alone, found);
        }
    }
}

/* ---- what is integrated -------------------------------------------------------------------------------- */

static void net_present_value_sums_the_discounted_stream(void **state)
{
    desk *on = *state;

    for (int halvings = 2; halvings <= 3; halvings++) {
        const double dt = ldexp(1, -halvings);

        simulate(on, "euler", dt, "aux x = NPV(20, 0.08)\naux y = NPV(20, 0.08, -100, 2)");
        for (int half = 0; half <= 16; half++) {
            const double t = START + 0.5 * half;

            assert_near(desk_value(on, "x", t), discounted(t, dt, 20, 0.08), 1e-13);
            assert_near(desk_value(on, "y", t), 2 * (discounted(t, dt, 20, 0.08) - 100), 1e-12);
        }
        /* Under rk4 the discount is exp(-k (t - 1)) with k = r / (1 + r DT); its error in all is
         * (k DT)^4 / 120 * 8 k at most, 9e-10. */
        simulate(on, "rk4", dt, "aux x = NPV(20, 0.08)");
        const double k = 0.08 / (1 + 0.08 * dt), discount = exp(-k * 8);
        assert_near(desk_value(on, "x", 9), 20 * (1 - discount) / k + 20 * dt * discount, 1e-9);
    }
}

static void growth_by_percent_is_exact_under_euler(void **state)
{
    desk *on = *state;

    simulate(on, "euler", 0.125, "stock P = 100; in f\nflow f = P * CGROWTH(12.5)");
    assert_near(desk_value(on, "P", 9), 100 * pow(1.125, 8), 1e-12);
}

/* Held values keep their grid point's value in the stages, so that rk4 integrates them as Euler does. */
static void what_is_held_is_constant_within_a_step(void **state)
{
    desk *on = *state;

    simulate(on, "rk4", 0.25,
             "stock S = 0; in f\nflow f = SAMPLE_IF_TRUE(TIME MOD 2 = 0, TIME, 7)\n"
             "stock D = 0; in g\nflow g = DERIVN(TIME * TIME, 1)\n"
             "stock P = 0; in h\nflow h = PULSE_TRAIN(2, 0.5, 2, 20)");
    assert_near(desk_value(on, "S", 9), 7 + 2 * (2 + 4 + 6) + 8, 1e-14);
    /* The sum of backward differences but the last is the square one DT before the end, less that at the start. */
    assert_near(desk_value(on, "D", 9), 8.75 * 8.75 - 1, 1e-13);
    assert_near(desk_value(on, "P", 9), 4 * 0.5, 1e-13);
}

/* ---- the dialect --------------------------------------------------------------------------------------- */

static void files_of_vensim_round_toward_zero(void **state)
{
    desk *on = *state;
    static const char *const headers[] = {"<product>Vensim, xmutil</product><vendor>V</vendor>",
                                          "<product>Stella</product><vendor>xmUtil</vendor>",
                                          "<product>Stella</product><vendor>isee</vendor>"};

    for (int k = 0; k < 3; k++) {
        const char *variables =
            desk_variables(on, "aux a = INT(-1.5)\naux b = -7 MOD 4\naux c = INTEGER(2.7)\n"
                               "aux d = PULSE(2, 3)\naux e = MODULO(7, -4)");

        desk_must_compile(on,
                          desk_file(on, "euler 0 8 0.5",
                                    sd_arena_printf(on->arena, "<header>%s</header>", headers[k]),
                                    variables));
        desk_request(on);
        desk_must_run(on);
        assert_near(desk_value(on, "a", 1), k < 2 ? -1 : -2, 0);
        assert_near(desk_value(on, "b", 1), k < 2 ? -3 : 1, 0);
        assert_near(desk_value(on, "c", 1), 2, 0);
        assert_near(desk_value(on, "e", 1), k < 2 ? 3 : -1, 0);
        assert_near(desk_value(on, "d", 1.5), 0, 0);
        assert_near(desk_value(on, "d", 2), k < 2 ? 1 : 0, 0);
        assert_near(desk_value(on, "d", 3), k < 2 ? 1 : 4, 0);
        assert_near(desk_value(on, "d", 4.5), k < 2 ? 1 : 0, 0);
        assert_near(desk_value(on, "d", 5), 0, 0);
    }
}

/* ---- faults -------------------------------------------------------------------------------------------- */

static void faults_have_their_messages(void **state)
{
    desk *on = *state;
    static const struct {
        const char *lines, *message;
    } cases[] = {
        {"aux x = LOOKUPINV(turns, 1)",
         "error[E130]: the graphical function 'turns' neither rises nor falls all along"},
        {"aux x = LOOKUPINV(y, 1)\naux y = 1", "error[E111]: this is not a graphical function"},
        {"aux x = DERIVN(TIME, 2.5)",
         "error[E108]: the order of a derivative must be a constant whole number from 0 to 10"},
        {"aux x = DERIVN(TIME, TIME)", "error[E108]: the order of a derivative must be"},
        {"aux x = DELAY_N(TIME, 2, 1)", "error[E108]: 'DELAYN' is given 3 arguments"},
        {"aux x = IRR(TIME)", "error[E114]: the function 'IRR' is not supported yet"},
        {"aux x = SELF + 1", "error[E106]: algebraic loop: x -> x"},
        {"aux x = POISSON(1, 2, 3)", "error[E108]: 'POISSON' is given 3 arguments"},
        {"aux x = COUNTER(1)", "error[E108]: 'COUNTER' is given 1 argument"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *variables = sd_arena_printf(
            on->arena, "<gf name=\"turns\"><xpts>0,1,2</xpts><ypts>0,1,0</ypts></gf>%s",
            desk_variables(on, cases[i].lines));

        if (desk_read(on, desk_file(on, "euler 0 4 1", "", variables)) == SD_OK)
            assert_int_not_equal(
                sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag), SD_OK);
        if (!strstr(desk_printed(on), cases[i].message))
            fail_msg("%s: %s", cases[i].lines, desk_printed(on));
        assert_int_equal(on->diag->errors, 1);
    }
}

static void what_is_outside_a_domain_ends_the_run_with_its_place(void **state)
{
    desk *on = *state;
    static const char *const equations[] = {
        "POISSON(-1)",         "BINOMIAL(10, 1.5)",   "NEGBINOMIAL(3, 0)",
        "GAMMA(-1)",           "BETA(0, 1)",          "GEOMETRIC(0)",
        "LOGNORMAL(-1, 2)",    "TRIANGULAR(0, 3, 2)", "NORMAL(0, 1, 1, 2, 1)",
        "INVNORM(1.5)",        "FACTORIAL(2.5)",      "FACTORIAL(171)",
        "COMBINATIONS(-1, 1)", "GAMMALN(0)",          "PARETO(0, 1)"};

    for (size_t i = 0; i < sizeof equations / sizeof *equations; i++) {
        const char *lines = sd_arena_printf(on->arena, "aux x = %s", equations[i]);

        desk_must_compile(on, desk_file(on, "euler 0 4 1", "", desk_variables(on, lines)));
        desk_request(on);
        if (desk_run(on) != SD_NONFINITE)
            fail_msg("%s is %g", equations[i], desk_value(on, "x", 0));
        if (!strstr(desk_printed(on), "error[E501]") || !strstr(desk_printed(on), equations[i]))
            fail_msg("%s: %s", equations[i], desk_printed(on));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_function_has_the_value_of_its_closed_form),
        DESK_TEST(every_function_is_the_same_compiled_alone),
        DESK_TEST(net_present_value_sums_the_discounted_stream),
        DESK_TEST(growth_by_percent_is_exact_under_euler),
        DESK_TEST(what_is_held_is_constant_within_a_step),
        DESK_TEST(files_of_vensim_round_toward_zero),
        DESK_TEST(faults_have_their_messages),
        DESK_TEST(what_is_outside_a_domain_ends_the_run_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
