/* test_run_stiff.c - the methods for stiff models, and Adams', reach on XMILE models what GSL reaches on the same equations in C.
 * Reference: ode_reference_solutions.csv, solutions by a 9-stage Radau IIA method in 128-bit arithmetic, good to 20
 * digits; and gsl271_stepper_measurements.csv, what GSL 2.7.1's steppers were measured to reach on them in one go.  So
 * each run here has one DT from start to stop: grid points between would cut steps short and make the error smaller.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <gsl/gsl_errno.h>
#include <math.h>

enum { DIM_MAX = 4 };

typedef struct problem {
    const char *file, *table, *measured; /* names in the two tables */
    const char *names[DIM_MAX + 1];
    double stop;
    double values[DIM_MAX]; /* at stop */
    double atol;            /* 0: as rtol */
} problem;

static const problem lotka = {"tests/models/lotka-volterra.xmile",
                              "lotka_volterra_1_0.5_0.75_0.25,50",
                              "lotka_t50",
                              {"prey", "predators"},
                              50,
                              {3.504190840689202759125489, 1.587773228211961348767523},
                              0};
static const problem arenstorf = {"tests/models/arenstorf.xmile",
                                  NULL, /* the orbit closes */
                                  "arenstorf",
                                  {"x", "y", "u", "v"},
                                  17.0652165601579625588917206249,
                                  {0.994, 0, 0, -2.00158510637908252240537862224},
                                  0};
/* B is 9e-6 at 40 and 8e-14 at 1e11, so what counts as nothing must be far below. */
static const problem robertson_early = {"tests/models/robertson.xmile",
                                        "robertson,40",
                                        "rober_t40",
                                        {"A", "B", "C"},
                                        40,
                                        {7.158270687194050904744738e-01,
                                         9.185534764557763903899213e-06,
                                         2.841637457458303517616223e-01},
                                        1e-12};
static const problem robertson_late = {"tests/models/robertson.xmile",
                                       "robertson,100000000000",
                                       "rober_t1e11",
                                       {"A", "B", "C"},
                                       1e11,
                                       {2.083340149701294230572549e-08,
                                        8.333360770334783400647660e-14,
                                        9.999999791665151693793543e-01},
                                       1e-17};
static const problem van_der_pol = {
    "tests/models/van-der-pol-stiff.xmile",
    "vdp_stiff_eps1e-6,2",
    "vdp1e-6_t2",
    {"y", "z"},
    2,
    {1.706167732170465008478188e+00, -8.928097010248165477786031e-01},
    0};

static const struct known {
    const problem *problem;
    sd_method method;
    double rtol,
        error; /* the largest relative error that was measured; absolute below 1e-3 where a value returns to 0 */
} known[] = {
    {&robertson_early, SD_METHOD_BSIMP, 1e-6, 6.44e-7},
    {&robertson_early, SD_METHOD_BSIMP, 1e-9, 8.61e-9},
    {&robertson_early, SD_METHOD_MSBDF, 1e-6, 1.25e-5},
    {&robertson_early, SD_METHOD_MSBDF, 1e-9, 3.93e-8},
    {&robertson_late, SD_METHOD_BSIMP, 1e-6, 1.55e-11},
    {&robertson_late, SD_METHOD_BSIMP, 1e-9, 4.43e-11},
    {&robertson_late, SD_METHOD_MSBDF, 1e-6, 4.57e-5},
    {&robertson_late, SD_METHOD_MSBDF, 1e-9, 8.05e-8},
    {&van_der_pol, SD_METHOD_BSIMP, 1e-6, 7.44e-6},
    {&van_der_pol, SD_METHOD_BSIMP, 1e-9, 1.13e-7},
    {&van_der_pol, SD_METHOD_MSBDF, 1e-6, 5.09e-5},
    {&van_der_pol, SD_METHOD_MSBDF, 1e-9, 1.14e-7},
    {&lotka, SD_METHOD_MSADAMS, 1e-6, 2.85e-4},
    {&lotka, SD_METHOD_MSADAMS, 1e-10, 2.85e-8},
    {&lotka, SD_METHOD_MSBDF, 1e-6, 6.73e-4},
    {&lotka, SD_METHOD_MSBDF, 1e-10, 9.86e-8},
    {&arenstorf, SD_METHOD_MSADAMS, 1e-8, 4.12e-3},
    {&arenstorf, SD_METHOD_MSADAMS, 1e-12, 1.28e-6},
};
enum { KNOWN = sizeof known / sizeof *known };

/* The largest relative error; of values that return to 0, the absolute one. */
static double error_by_us(desk *on, const problem *p, sd_method method, double rtol, size_t parts)
{
    double worst = 0;

    desk_must_compile_file(on, p->file);
    on->request.spec.method = method;
    on->request.spec.rtol = rtol;
    on->request.spec.atol = p->atol > 0 ? p->atol : rtol;
    on->request.spec.stop = p->stop;
    on->request.spec.dt = on->request.spec.save_interval = p->stop / (double)parts;
    desk_must_run(on);
    for (size_t i = 0; p->names[i]; i++) {
        double size = p->values[i] == 0 ? 1 : fabs(p->values[i]);

        worst = fmax(worst, fabs(desk_value(on, p->names[i], p->stop) - p->values[i]) / size);
    }
    return worst;
}

/* ---- accuracy ---------------------------------------------------------------------------------------- */

static void errors_are_within_three_times_those_that_gsl_was_measured_to_make(void **state)
{
    desk *on = *state;
    size_t over = 0;

    for (size_t i = 0; i < KNOWN; i++) {
        const struct known *k = &known[i];
        double error = error_by_us(on, k->problem, k->method, k->rtol, 1);

        print_message("%-11s %-7s rtol %.0e: error %.2e, measured %.2e, %lld evaluations\n",
                      k->problem->measured, sd_method_name(k->method), k->rtol, error, k->error,
                      (long long)on->trajectory->stats.evaluations);
        over += !(error <= 3 * k->error);
    }
    /* On Robertson until 1e11 the error of bsimp is rounding, whatever rtol is.  bsimp on Lotka and Volterra is not
     * here: it takes a dozen steps, and by the first of them its error is 8e-6 or 8e-5. */
    assert_int_equal(over, 0);
}

/* A line of a table that begins so; NULL when there is none. */
static const char *line_of(const sd_source *table, const char *begin)
{
    const char *found = strstr(table->text, begin);

    return found ? found + strlen(begin) : NULL;
}

static void the_numbers_here_are_those_of_the_tables(void **state)
{
    desk *on = *state;
    const char *solutions = desk_shared(on, "reference/ode_reference_solutions.csv"),
               *measurements = desk_shared(on, "reference/gsl271_stepper_measurements.csv");
    const sd_source *table = NULL;

    if (!solutions || !measurements)
        skip();
    assert_int_equal(sd_source_from_file(on->arena, measurements, 1 << 20, &table, on->diag),
                     SD_OK);
    for (size_t i = 0; i < KNOWN; i++) {
        const struct known *k = &known[i];
        const char *at = line_of(table, sd_arena_printf(on->arena, "\n%s,%s,%.0e,status=0,",
                                                        k->problem->measured,
                                                        sd_method_name(k->method), k->rtol));

        assert_non_null(at);
        assert_true(strtod(at, NULL) == k->error);
    }
    assert_int_equal(sd_source_from_file(on->arena, solutions, 1 << 20, &table, on->diag), SD_OK);
    for (size_t i = 0; i < KNOWN; i++) {
        const problem *p = known[i].problem;

        for (int c = 0; p->table && p->names[c]; c++) {
            const char *at =
                line_of(table, sd_arena_printf(on->arena, "\n%s,%d,", p->table, c + 1));

            assert_non_null(at);
            assert_true(strtod(at, NULL) == p->values[c]);
        }
    }
}

static void points_on_a_fine_grid_cost_accuracy_nothing(void **state)
{
    static const sd_method methods[] = {SD_METHOD_BSIMP, SD_METHOD_MSBDF};
    desk *on = *state;

    for (size_t k = 0; k < 2; k++) {
        double whole = error_by_us(on, &robertson_early, methods[k], 1e-6, 1);
        double parts = error_by_us(on, &robertson_early, methods[k], 1e-6, 400);

        print_message("%s: error %.2e in one part, %.2e in 400\n", sd_method_name(methods[k]),
                      whole, parts);
        assert_true(parts <= 3 * (k ? 1.25e-5 : 6.44e-7)); /* those measured without them */
        assert_int_equal(on->trajectory->time_count, 401);
    }
}

/* It begins at rest, with stocks that are 0 but for rounding, and has jumps, corners and smooths. */
static void the_shipped_model_runs_alike_by_every_adaptive_method(void **state)
{
    desk *on = *state;
    const sd_trajectory *by[SD_METHOD_COUNT] = {0};

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    on->request.spec.rtol = on->request.spec.atol = 1e-8;
    for (int m = 0; m < SD_METHOD_COUNT; m++) {
        on->request.spec.method = (sd_method)m;
        if (sd_method_is_adaptive((sd_method)m)) {
            desk_must_run(on);
            by[m] = on->trajectory;
        }
    }
    for (int m = 0; m < SD_METHOD_COUNT; m++) {
        double worst = 0;

        for (size_t s = 0; by[m] && s < on->program->stock_count; s++) {
            size_t c = sd_trajectory_column(by[m], on->program->stocks[s].element);
            double range = 0, gap = 0;

            for (size_t t = 0; t < by[m]->time_count; t++) {
                double ours = sd_trajectory_value(by[m], t, c, 0),
                       theirs = sd_trajectory_value(by[SD_METHOD_RK8PD], t, c, 0);

                range =
                    fmax(range, fabs(theirs - sd_trajectory_value(by[SD_METHOD_RK8PD], 0, c, 0)));
                gap = fmax(gap, fabs(ours - theirs));
            }
            worst = fmax(worst, range > 1e-6 ? gap / range : 0);
        }
        if (by[m])
            print_message(
                "shipped model, rtol 1e-8, %-7s: stocks within %.1e of their range of rk8pd's\n",
                sd_method_name((sd_method)m), worst);
        /* A run's error is up to 1000 times the tolerance, and corners cut into the order of each method. */
        assert_true(worst < 1e-5);
    }
}

/* ---- the Jacobian ------------------------------------------------------------------------------------ */

/* Prothero and Robinson 1974: S follows COS(TIME) a millionth behind.  An equation in time needs d/dt as well. */
static void what_follows_the_time_closely_is_followed(void **state)
{
    static const char *const methods[] = {"bsimp", "msbdf"};
    desk *on = *state;

    for (size_t k = 0; k < 2; k++) {
        desk_must_compile(
            on, desk_file(on, sd_arena_printf(on->arena, "%s 0 10 5", methods[k]), "",
                          desk_variables(on, "stock S = 1; in f\naux fast = 1e6\n"
                                             "flow f = fast * (COS(TIME) - S) - SIN(TIME)\n")));
        on->request.spec.rtol = on->request.spec.atol = 1e-8;
        desk_must_run(on);
        assert_near(desk_value(on, "S", 5), cos(5), 1e-6);
        assert_near(desk_value(on, "S", 10), cos(10), 1e-6);
        /* Steps of a millionth, as stability asks of others, would be ten million. */
        assert_true(on->trajectory->stats.evaluations < 5000);
    }
}

static void what_is_held_stands_still_between_grid_points(void **state)
{
    static const char *const methods[] = {"rkf45", "msadams", "bsimp", "msbdf"};
    desk *on = *state;
    double values[4];

    for (size_t k = 0; k < 4; k++) {
        desk_must_compile(
            on,
            desk_file(on, sd_arena_printf(on->arena, "%s 0 20 1", methods[k]), "",
                      desk_variables(on, "stock S = 3; in f; out g\n"
                                         "flow f = STEP(10, 5) + PULSE(4, 8) + DELAY(S, 3) / 5\n"
                                         "flow g = 30 * SMTH1(S, 2) * S / (S + PREVIOUS(S))\n")));
        on->request.spec.rtol = on->request.spec.atol = 1e-10;
        desk_must_run(on);
        values[k] = desk_value(on, "S", 20);
        /* The error of a run is 10 to 1000 times the tolerance, and of msbdf a little more. */
        assert_near(values[k], values[0], 1e-6);
    }
}

static void a_stock_held_at_zero_starts_anew(void **state)
{
    static const char *const methods[] = {"rkf45", "msadams", "bsimp", "msbdf"};
    desk *on = *state;

    for (size_t k = 0; k < 4; k++) {
        desk_must_compile(
            on, desk_file(on, sd_arena_printf(on->arena, "%s 0 10 1", methods[k]), "",
                          desk_variables(on, "stock S = 1; in f; nonneg\n"
                                             "flow f = (IF TIME >= 5 THEN 2 ELSE -1) - S\n")));
        on->request.spec.rtol = on->request.spec.atol = 1e-9;
        desk_must_run(on);
        assert_true(desk_value(on, "S", 5) == 0);
        for (int at = 6; at <= 10; at++)
            assert_near(desk_value(on, "S", at), 2 * (1 - exp(5.0 - at)), 1e-6);
    }
}

static void a_member_does_not_depend_on_those_before_it(void **state)
{
    enum { MEMBERS = 3 };
    desk *on = *state;
    double alone[MEMBERS], all[3 * MEMBERS] = {0};

    for (size_t k = 0; k < 2; k++) {
        desk_must_compile_file(on, robertson_early.file);
        on->request.spec.method = k ? SD_METHOD_BSIMP : SD_METHOD_MSBDF;
        int32_t a = on->program->element_parameters[desk_element(on, "A")];

        for (size_t m = 0; m < MEMBERS; m++) {
            double own[3] = {0};

            own[a] = all[(size_t)a * MEMBERS + m] = 1 + 0.317 * (double)m;
            on->request.parameters = own;
            desk_must_run(on);
            alone[m] = desk_value(on, "B", 40);
        }
        on->request.members = MEMBERS;
        on->request.parameters = all;
        desk_must_run(on);
        for (size_t m = 0; m < MEMBERS; m++)
            assert_true(desk_member_value(on, "B", 40, m) == alone[m]);
    }
}

/* ---- giving up --------------------------------------------------------------------------------------- */

static void an_explicit_method_on_a_stiff_model_is_told_so(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, van_der_pol.file);
    on->request.spec.method = SD_METHOD_RKF45;
    assert_int_equal(desk_run(on), SD_NUMERICAL);
    const char *printed = desk_printed(on);

    assert_non_null(strstr(printed, "error[E502]: the method 'rkf45' is only at time "));
    assert_non_null(strstr(printed, " after 1000000 evaluations from one grid point; "
                                    "there 'z' settles within "));
    /* It does so within eps / (y^2 - 1), where y goes from 2 to 1.6. */
    assert_near(strtod(strstr(printed, "within ") + 7, NULL), 1e-6 / 2.5, 0.4);
    assert_non_null(strstr(printed, "help: if the model is stiff take bsimp or msbdf; else"));
}

static void a_stiff_method_that_gives_up_names_time_and_stock(void **state)
{
    static const char *const methods[] = {"bsimp", "msbdf"};
    desk *on = *state;

    for (size_t k = 0; k < 2; k++) { /* S is 1 / (1 - t) */
        desk_must_compile(on, desk_file(on, sd_arena_printf(on->arena, "%s 0 4 2", methods[k]), "",
                                        desk_variables(on, "stock calm = 5; in c\nflow c = 1\n"
                                                           "stock S = 1; in f\nflow f = S ^ 2\n")));
        assert_int_equal(desk_run(on), SD_NUMERICAL);
        const char *printed = desk_printed(on);

        assert_non_null(strstr(
            printed, sd_arena_printf(on->arena, "the method '%s' gave up at time ", methods[k])));
        assert_near(strtod(strstr(printed, "time ") + 5, NULL), 1, 1e-3);
        assert_non_null(strstr(printed, "where 'S' changes fastest"));
        assert_non_null(strstr(printed, "help: look there for a value that jumps or grows without "
                                        "bound; else loosen rtol"));
    }
}

static void derivatives_that_would_not_fit_are_refused_before_the_run(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        desk_file(
            on, "msbdf 0 2 1", "<dimensions><dim name=\"d\" size=\"6000\"/></dimensions>",
            "<stock name=\"S\"><dimensions><dim name=\"d\"/></dimensions><eqn>1</eqn>"
            "<outflow>f</outflow></stock>"
            "<flow name=\"f\"><dimensions><dim name=\"d\"/></dimensions><eqn>S*d/9</eqn></flow>"));
    assert_int_equal(desk_run(on), SD_LIMIT);
    assert_string_equal(on->diag->messages.items[0].text,
                        "the run would keep 2.9 GB, more than 1 GB in memory");
    assert_string_equal(on->diag->messages.items[0].help,
                        "the derivatives that msbdf needs take most of it: use another method");
    on->request.spec.method = SD_METHOD_RKF45;
    desk_must_run(on);
}

static void an_adaptive_method_can_be_stopped_between_grid_points(void **state)
{
    static volatile sig_atomic_t stop = 1;
    desk *on = *state;

    desk_must_compile_file(on, van_der_pol.file);
    on->request.interrupted = &stop;
    assert_int_equal(desk_run(on), SD_INTERRUPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(errors_are_within_three_times_those_that_gsl_was_measured_to_make),
        DESK_TEST(the_numbers_here_are_those_of_the_tables),
        DESK_TEST(points_on_a_fine_grid_cost_accuracy_nothing),
        DESK_TEST(the_shipped_model_runs_alike_by_every_adaptive_method),
        DESK_TEST(what_follows_the_time_closely_is_followed),
        DESK_TEST(what_is_held_stands_still_between_grid_points),
        DESK_TEST(a_stock_held_at_zero_starts_anew),
        DESK_TEST(a_member_does_not_depend_on_those_before_it),
        DESK_TEST(an_explicit_method_on_a_stiff_model_is_told_so),
        DESK_TEST(a_stiff_method_that_gives_up_names_time_and_stock),
        DESK_TEST(derivatives_that_would_not_fit_are_refused_before_the_run),
        DESK_TEST(an_adaptive_method_can_be_stopped_between_grid_points),
    };

    (void)gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
