/* test_run_steps.c - Euler, the midpoint rule and the classical Runge-Kutta method give their exact sequences,
 * converge with orders 1, 2 and 4, and meet the closed solutions that are known for small systems.
 * Reference: closed solutions worked out with 20 digits by another program; the sequence of a method on a linear
 * equation is a power of its stability polynomial (Hairer, Norsett and Wanner 1993, II.1).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* At most 800 steps, each rounding to 1.1e-16 a few times: below 1e-12 whatever the signs. */
static const double sequence_tolerance = 1e-12;

static const char *specs(desk *on, const char *method, double stop, double dt)
{
    char stop_text[SD_NUMBER_MAX], dt_text[SD_NUMBER_MAX];

    (void)sd_number_format(stop, stop_text);
    (void)sd_number_format(dt, dt_text);
    return sd_arena_printf(on->arena, "%s 0 %s %s", method, stop_text, dt_text);
}

static double at_stop(desk *on, const char *lines, const char *method, const char *name,
                      double stop, double dt)
{
    desk_simulate(on, specs(on, method, stop, dt), lines);
    return desk_value(on, name, stop);
}

/* ---- exact sequences --------------------------------------------------------------------------------- */

static void exponential_growth_gives_the_exact_sequence_of_each_method(void **state)
{
    static const struct {
        double stop, dt, euler, rk2, rk4;
    } known[] = {
        {10, 1, 162.88946267774414062, 164.83904435402690731, 164.87212295158736013},
        {100, 1, 13150.125784630345503, 14811.562674108279302, 14841.312202969628131},
        {10, 0.25, 164.36194634870131941, 164.8700003366093855, 164.8721270534149269},
        {100, 0.25, 14388.408345801685017, 14839.401596979882063, 14841.315895316717909},
        {10, 0.125, 164.61578224179408491, 164.87159288721593929, 164.87212706897003086},
        {100, 0.125, 14612.16947945979349, 14840.83506123879456, 14841.315909318976256},
    };
    static const char lines[] = "stock P = 100; in births\nflow births = 0.05 * P\n";
    desk *on = *state;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double stop = known[i].stop, dt = known[i].dt;

        assert_near(at_stop(on, lines, "euler", "P", stop, dt), known[i].euler, sequence_tolerance);
        assert_near(at_stop(on, lines, "rk2", "P", stop, dt), known[i].rk2, sequence_tolerance);
        assert_near(at_stop(on, lines, "rk4", "P", stop, dt), known[i].rk4, sequence_tolerance);
    }
}

static void erlang_delays_and_smooths_are_exact_under_euler(void **state)
{
    /* 1 - sum over k < 3 of C(n, k) a^k (1 - a)^(n - k), a = 3 dt / 6: all stages move from their old values. */
    static const struct {
        double stop, dt, value;
    } known[] = {
        {3, 0.25, 0.18199938036559615284},
        {6, 0.25, 0.59182715192826333793},
        {12, 0.25, 0.94918061640267520758},
        {3, 1, 0.125},
        {6, 1, 0.65625},
        {12, 1, 0.980712890625},
    };
    static const char lines[] =
        "aux smooth = SMTH3(1, 6, 0)\naux delay = DELAY3(1, 6, 0)\n"
        "aux smooth_n = SMTHN(1, 6, 3, 0)\naux delay_n = DELAYN(1, 6, 3, 0)\n";
    static const char *const names[] = {"smooth", "delay", "smooth_n", "delay_n"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        desk_simulate(on, specs(on, "euler", known[i].stop, known[i].dt), lines);
        for (size_t k = 0; k < 4; k++)
            assert_near(desk_value(on, names[k], known[i].stop), known[i].value,
                        sequence_tolerance);
    }
}

typedef struct pair {
    double x, y;
} pair;

/* Lotka and Volterra with incommensurate constants. */
static pair slope(pair at)
{
    return (pair){1.117 * at.x - 0.523 * at.x * at.y, 0.271 * at.x * at.y - 0.752 * at.y};
}

static pair moved(pair from, double h, pair along)
{
    return (pair){from.x + h * along.x, from.y + h * along.y};
}

static pair step(const char *method, pair at, double h)
{
    pair k1 = slope(at);

    if (strcmp(method, "euler") == 0)
        return moved(at, h, k1);
    pair k2 = slope(moved(at, h / 2, k1));
    if (strcmp(method, "rk2") == 0)
        return moved(at, h, k2);
    pair k3 = slope(moved(at, h / 2, k2)), k4 = slope(moved(at, h, k3));
    pair mean = {(k1.x + 2 * k2.x + 2 * k3.x + k4.x) / 6, (k1.y + 2 * k2.y + 2 * k3.y + k4.y) / 6};

    return moved(at, h, mean);
}

static void two_coupled_stocks_follow_the_textbook_formulas_step_by_step(void **state)
{
    static const char lines[] =
        "stock x = 3.137; in born; out eaten\nstock y = 1.618; in grown; out died\n"
        "flow born = 1.117 * x\nflow eaten = 0.523 * x * y\n"
        "flow grown = 0.271 * x * y\nflow died = 0.752 * y\n";
    static const char *const methods[] = {"euler", "rk2", "rk4"};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        pair at = {3.137, 1.618};

        desk_simulate(on, specs(on, methods[i], 12, 0.0625), lines);
        for (int n = 0; n <= 192; n++) {
            assert_near(desk_value(on, "x", n * 0.0625), at.x, sequence_tolerance);
            assert_near(desk_value(on, "y", n * 0.0625), at.y, sequence_tolerance);
            at = step(methods[i], at, 0.0625);
        }
    }
}

/* ---- inputs that jump or bend on the grid ------------------------------------------------------------ */

static void a_step_is_accumulated_without_error_by_every_method(void **state)
{
    static const char *const methods[] = {"euler", "rk2", "rk4"};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++)
        assert_true(at_stop(on, "stock S = 0; in f\nflow f = STEP(10, 5)\n", methods[i], "S", 20,
                            0.5) == 150);
}

static void a_ramp_is_accumulated_without_error_but_for_euler(void **state)
{
    static const char lines[] = "stock S = 0; in f\nflow f = RAMP(2, 5, 10)\n";
    desk *on = *state;

    /* A polynomial of first order between grid points: all sums are exact in binary. */
    assert_true(at_stop(on, lines, "rk2", "S", 20, 0.5) == 125);
    assert_true(at_stop(on, lines, "rk4", "S", 20, 0.5) == 125);
    /* Euler takes the left end of each step: less by dt / 2 times the rise of 10. */
    assert_true(at_stop(on, lines, "euler", "S", 20, 0.5) == 125 - 0.25 * 10);
}

static void time_inside_a_stage_is_the_time_of_the_stage(void **state)
{
    static const char lines[] = "stock y = 0; in f\nflow f = IF TIME < 2 THEN 1 ELSE -0.5\n";
    desk *on = *state;

    assert_true(at_stop(on, lines, "euler", "y", 5, 0.25) == 0.5);
    assert_true(at_stop(on, lines, "rk2", "y", 5, 0.25) == 0.5);
    /* The last of four stages of the step that ends at 2 is already behind the switch: 1/6 of 1.5 for one dt. */
    assert_near(at_stop(on, lines, "rk4", "y", 5, 0.25), 0.5 - 0.25 * 1.5 / 6, 1e-15);
}

/* ---- closed solutions -------------------------------------------------------------------------------- */

typedef struct closed {
    const char *lines, *name;
    double stop, value;
} closed;

static const char growth[] = "stock P = 100; in b\nflow b = 0.05 * P\n";
static const char logistic[] = "stock P = 5; in b\nflow b = 0.12 * P * (1 - P / 1000)\n";
static const char goal[] = "stock S = 20; in f\nflow f = (100 - S) / 10\n";
static const char lags[] =
    "aux s1 = SMTH1(1, 6, 0)\naux d1 = DELAY1(1, 6, 0)\naux s3 = SMTH3(1, 6, 0)\n"
    "aux d3 = DELAY3(1, 6, 0)\naux s12 = SMTHN(1, 6, 12, 0)\naux d12 = DELAYN(1, 6, 12, 0)\n";
static const char ramp_lag[] = "aux y = SMTH1(TIME, 6, 0)\n";
static const char bass[] = "stock A = 0; in f\nflow f = (0.03 + 0.38 * A / 1000) * (1000 - A)\n";
static const char workforce[] =
    "stock Inv = 40; in made; out sold\nflow made = W\nflow sold = 110\n"
    "stock W = 100; in hired\nflow hired = (110 + (55 - Inv) / 5 - W) / 4\n";
static const char gompertz[] = "stock P = 10; in f\nflow f = 0.1 * P * LN(1000 / P)\n";
static const char driven[] = "stock y = 0; in f\nflow f = -y + SIN(TIME)\n";
static const char blow_up[] = "stock y = 1; in f\nflow f = y ^ 2\n";

static const closed exact[] = {
    {growth, "P", 1, 105.12710963760240397},     {growth, "P", 10, 164.87212707001281468},
    {growth, "P", 50, 1218.2493960703473438},    {growth, "P", 100, 14841.315910257660342},
    {logistic, "P", 10, 16.410216508546490577},  {logistic, "P", 44, 496.67384288463887745},
    {logistic, "P", 50, 669.67050355238406564},  {logistic, "P", 100, 998.77879490702790537},
    {goal, "S", 5, 51.477547222989326112},       {goal, "S", 10, 70.569644706284614272},
    {goal, "S", 20, 89.173177341070984648},      {lags, "s1", 1, 0.15351827510938592596},
    {lags, "s1", 3, 0.3934693402873665764},      {lags, "s1", 6, 0.6321205588285576784},
    {lags, "s1", 12, 0.86466471676338730811},    {lags, "s1", 24, 0.98168436111126581971},
    {lags, "d1", 3, 0.3934693402873665764},      {lags, "d1", 24, 0.98168436111126581971},
    {lags, "s3", 1, 0.014387677966970686644},    {lags, "s3", 3, 0.19115316946194187012},
    {lags, "s3", 6, 0.57680991887315648468},     {lags, "s3", 12, 0.93803119558334103942},
    {lags, "s3", 24, 0.99947774194996710217},    {lags, "d3", 1, 0.014387677966970686644},
    {lags, "d3", 6, 0.57680991887315648468},     {lags, "d3", 24, 0.99947774194996710217},
    {lags, "s12", 3, 0.020091963539444799552},   {lags, "s12", 6, 0.53840266693638179936},
    {lags, "s12", 12, 0.99747587029318741068},   {lags, "s12", 24, 0.99999999985673365081},
    {lags, "d12", 1, 1.364615159615195274e-6},   {lags, "d12", 3, 0.020091963539444799552},
    {lags, "d12", 6, 0.53840266693638179936},    {lags, "d12", 12, 0.99747587029318741068},
    {ramp_lag, "y", 6, 2.2072766470286539296},   {ramp_lag, "y", 12, 6.8120116994196761514},
    {ramp_lag, "y", 60, 54.000272399578574909},  {bass, "A", 1, 35.758164256441626139},
    {bass, "A", 5, 331.19864249137348048},       {bass, "A", 10, 812.80322122134616832},
    {bass, "A", 20, 996.25941450241622201},      {workforce, "Inv", 5, 22.76011187945659759},
    {workforce, "W", 5, 111.4055133988384182},   {workforce, "Inv", 10, 38.581984260453547139},
    {workforce, "W", 10, 113.76815395822836179}, {workforce, "Inv", 20, 58.860540847194940067},
    {workforce, "W", 20, 110.21739834236838875}, {workforce, "Inv", 60, 55.034066434459981837},
    {workforce, "W", 60, 109.99337314594443102}, {gompertz, "P", 5, 61.226393812026783077},
    {gompertz, "P", 20, 536.20323957295925457},  {driven, "y", 1, 0.33452406005559955542},
    {driven, "y", 10, 0.14754790905842256185},
};

static void rk4_meets_the_closed_solutions(void **state)
{
    desk *on = *state;
    double worst = 0;

    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        const closed *c = &exact[i];
        /* The error of a time constant T is some (DT / T)^4 / 120, and the twelve stages of an Erlang delay, with
         * T = 1/2, multiply it in the foot of their curve: 1.2e-8 was measured there at DT 1/64, so 5e-11 here. */
        double value = at_stop(on, c->lines, "rk4", c->name, c->stop, 1.0 / 256);

        double off = fabs(value - c->value) /
                     fmax(fabs(c->value), 1e-3); /* 1.4e-6 of a rise to 1 is its foot */

        if (off > 2e-10)
            fail_msg("%s at %g is %.17g, not %.17g", c->name, c->stop, value, c->value);
        worst = fmax(worst, off);
    }
    print_message("%zu closed solutions at DT 1/256: largest relative error %.2g\n",
                  sizeof exact / sizeof *exact, worst);
}

static void rk4_meets_a_solution_close_to_its_singularity(void **state)
{
    /* y = 1 / (1 - t) has the time constant 1 - t, so the last steps decide: (DT / 0.1)^4 at DT = 0.9 / 2048. */
    assert_near(at_stop(*state, blow_up, "rk4", "y", 0.9, 0.9 / 2048), 10, 1e-9);
}

static void the_inflection_of_logistic_growth_and_the_peak_of_bass_come_in_time(void **state)
{
    desk *on = *state;
    const double inflection = 44.1108735394, peak = 6.1926191977;

    /* The times are rounded to 1e-10, and growth is 12 % of 500 there: 1e-11 relative, below the error of rk4. */
    assert_near(at_stop(on, logistic, "rk4", "P", inflection, inflection / 2048), 500, 1e-9);
    assert_near(at_stop(on, bass, "rk4", "f", peak, peak / 512), 110.59210526315789474, 1e-9);
}

/* ---- order of convergence ---------------------------------------------------------------------------- */

static void halving_dt_shows_the_order_of_each_method(void **state)
{
    static const struct {
        const char *method;
        double order;
    } methods[] = {{"euler", 1}, {"rk2", 2}, {"rk4", 4}};
    static const closed problems[] = {
        {logistic, "P", 50, 669.67050355238406564},    {gompertz, "P", 20, 536.20323957295925457},
        {workforce, "Inv", 20, 58.860540847194940067}, {driven, "y", 10, 0.14754790905842256185},
        {bass, "A", 5, 331.19864249137348048},         {lags, "d3", 6, 0.57680991887315648468},
    };
    desk *on = *state;

    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
            const closed *c = &problems[i];
            /* Small enough for the leading term of the error, large enough to stay above rounding. */
            double dt = k == 2 ? 0.125 : 1.0 / 64;
            double coarse =
                at_stop(on, c->lines, methods[k].method, c->name, c->stop, dt) - c->value;
            double fine =
                at_stop(on, c->lines, methods[k].method, c->name, c->stop, dt / 2) - c->value;
            double order = log2(coarse / fine);

            print_message("%-5s %-3s: measured order %.3f\n", methods[k].method, c->name, order);
            /* The next term of the error is smaller by a few dt. */
            assert_true(fabs(order - methods[k].order) < 0.15);
        }
    }
}

/* ---- the clock --------------------------------------------------------------------------------------- */

static void time_is_start_plus_steps_times_dt(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 1.7 11.7 0.1", "aux now = TIME\nstock S = 0; in f\nflow f = 1\n");
    assert_int_equal(on->trajectory->time_count, 101);
    for (size_t n = 0; n <= 100; n++) {
        assert_true(on->trajectory->times[n] == 1.7 + (double)n * 0.1);
        assert_true(desk_value(on, "now", on->trajectory->times[n]) == 1.7 + (double)n * 0.1);
    }
    assert_int_equal(on->trajectory->stats.steps, 100);
    assert_int_equal(on->trajectory->stats.evaluations, 100);
}

static void saved_points_are_every_so_many_steps(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 10 0.1", "", desk_variables(on, growth)));
    on->request.spec.save_interval = 0.5;
    desk_must_run(on);
    assert_int_equal(on->trajectory->time_count, 21);
    assert_true(on->trajectory->times[7] == 35 * 0.1);
    assert_int_equal(on->trajectory->stats.evaluations, 400);
    assert_near(desk_value(on, "P", 10), 164.87212707001281468, 1e-9);
}

static void a_model_without_stocks_runs_too(void **state)
{
    desk *on = *state;

    for (int i = 0; i < SD_METHOD_COUNT; i++)
        assert_near(at_stop(on, "aux x = SQRT(TIME)\n", sd_method_name((sd_method)i), "x", 7, 0.5),
                    sqrt(7), 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(exponential_growth_gives_the_exact_sequence_of_each_method),
        DESK_TEST(erlang_delays_and_smooths_are_exact_under_euler),
        DESK_TEST(two_coupled_stocks_follow_the_textbook_formulas_step_by_step),
        DESK_TEST(a_step_is_accumulated_without_error_by_every_method),
        DESK_TEST(a_ramp_is_accumulated_without_error_but_for_euler),
        DESK_TEST(time_inside_a_stage_is_the_time_of_the_stage),
        DESK_TEST(rk4_meets_the_closed_solutions),
        DESK_TEST(rk4_meets_a_solution_close_to_its_singularity),
        DESK_TEST(the_inflection_of_logistic_growth_and_the_peak_of_bass_come_in_time),
        DESK_TEST(halving_dt_shows_the_order_of_each_method),
        DESK_TEST(time_is_start_plus_steps_times_dt),
        DESK_TEST(saved_points_are_every_so_many_steps),
        DESK_TEST(a_model_without_stocks_runs_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
