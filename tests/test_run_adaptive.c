/* test_run_adaptive.c - the adaptive methods reach on XMILE models what GSL reaches on the same equations in C.
 * Reference: solutions by a 9-stage Radau IIA method in 128-bit arithmetic, good to 20 digits; and what GSL 2.7.1's
 * steppers were measured to reach on them, with the absolute tolerance equal to the relative one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>

enum { DIM_MAX = 4 };

/* ---- the problems in C, for GSL alone ---------------------------------------------------------------- */

/* A slope that is not finite asks for a shorter step, as in the engine. */
static int when_finite(const double dydt[], size_t dim)
{
    for (size_t i = 0; i < dim; i++)
        if (!isfinite(dydt[i]))
            return GSL_FAILURE;
    return GSL_SUCCESS;
}

static int arenstorf(double t, const double y[], double dydt[], void *context)
{
    const double moon = 0.012277471, earth = 1 - moon;
    double near_earth = pow((y[0] + moon) * (y[0] + moon) + y[1] * y[1], 1.5);
    double near_moon = pow((y[0] - earth) * (y[0] - earth) + y[1] * y[1], 1.5);

    (void)t;
    (void)context;
    dydt[0] = y[2];
    dydt[1] = y[3];
    dydt[2] =
        y[0] + 2 * y[3] - earth * (y[0] + moon) / near_earth - moon * (y[0] - earth) / near_moon;
    dydt[3] = y[1] - 2 * y[2] - earth * y[1] / near_earth - moon * y[1] / near_moon;
    return when_finite(dydt, 4);
}

static int lotka_volterra(double t, const double y[], double dydt[], void *context)
{
    (void)t;
    (void)context;
    dydt[0] = y[0] - 0.5 * y[0] * y[1];
    dydt[1] = 0.25 * y[0] * y[1] - 0.75 * y[1];
    return when_finite(dydt, 2);
}

static int brusselator(double t, const double y[], double dydt[], void *context)
{
    (void)t;
    (void)context;
    dydt[0] = 1 + y[0] * y[0] * y[1] - 4 * y[0];
    dydt[1] = 3 * y[0] - y[0] * y[0] * y[1];
    return when_finite(dydt, 2);
}

static int lorenz(double t, const double y[], double dydt[], void *context)
{
    (void)t;
    (void)context;
    dydt[0] = 10 * (y[1] - y[0]);
    dydt[1] = y[0] * (28 - y[2]) - y[1];
    dydt[2] = y[0] * y[1] - 8.0 / 3 * y[2];
    return when_finite(dydt, 3);
}

typedef struct problem {
    const char *file;
    int (*slopes)(double t, const double y[], double dydt[], void *context);
    size_t dim;
    const char *names[DIM_MAX];
    double start[DIM_MAX];
} problem;

enum { ARENSTORF, LOTKA, BRUSSELATOR, LORENZ };
static const problem problems[] = {
    {"tests/models/arenstorf.xmile",
     arenstorf,
     4,
     {"x", "y", "u", "v"},
     {0.994, 0, 0, -2.00158510637908252240537862224}},
    {"tests/models/lotka-volterra.xmile", lotka_volterra, 2, {"prey", "predators"}, {4, 2}},
    {"tests/models/brusselator.xmile", brusselator, 2, {"u", "w"}, {1.5, 3}},
    {"tests/models/lorenz.xmile", lorenz, 3, {"x", "y", "z"}, {1, 1, 1}},
};

typedef struct reference {
    int problem;
    double stop;
    double values[DIM_MAX];
} reference;

static const reference references[] = {
    {ARENSTORF,
     5,
     {2.268878364797712318101448e-2, 8.665401401712473029281682e-1, -1.177364786408643906546042e-1,
      -4.217858041628777262659499e-1}},
    {ARENSTORF,
     10,
     {-8.398071663389864715358005e-1, 4.468314170984720563724200e-1, 3.737425356143938339511012e-1,
      -1.496696446668951772536411e-1}},
    {ARENSTORF, 17.0652165601579625588917206249, {0.994, 0, 0, -2.00158510637908252240537862224}},
    {LOTKA, 10, {2.315746674937677646499787, 2.313589122761134031424144}},
    {LOTKA, 20, {2.925203176753639210499044, 1.522768375864535472200674}},
    {LOTKA, 50, {3.504190840689202759125489, 1.587773228211961348767523}},
    {BRUSSELATOR, 10, {4.135587830019558940016254e-1, 2.989025379473972898932272}},
    {BRUSSELATOR, 20, {4.986370712683478486498555e-1, 4.596780349452011183201744}},
    {LORENZ,
     10,
     {-4.902687541134645731903939, -3.743872921802919616315412, 2.469085810279055545321682e1}},
    {LORENZ,
     20,
     {1.379319959512861883160521e1, 1.295180393618989854004673e1, 3.490160868113514290711291e1}},
};

/* The largest error relative to the larger of 1 and the component: Arenstorf's orbit returns to 0 in two. */
static double error_of(const reference *r, const double *y)
{
    double worst = 0;

    for (size_t i = 0; i < problems[r->problem].dim; i++)
        worst = isfinite(y[i])
                    ? fmax(worst, fabs(y[i] - r->values[i]) / fmax(1, fabs(r->values[i])))
                    : HUGE_VAL;
    return worst;
}

/* GSL alone, from grid point to grid point as the engine goes. */
static double error_by_gsl(const reference *r, sd_method method, double tolerance, size_t parts)
{
    const problem *p = &problems[r->problem];
    const gsl_odeiv2_step_type *type = method == SD_METHOD_RKF45  ? gsl_odeiv2_step_rkf45
                                       : method == SD_METHOD_RKCK ? gsl_odeiv2_step_rkck
                                                                  : gsl_odeiv2_step_rk8pd;
    gsl_odeiv2_system system = {.function = p->slopes, .dimension = p->dim};
    double dt = r->stop / (double)parts, t = 0, y[DIM_MAX] = {0};
    gsl_odeiv2_driver *driver =
        gsl_odeiv2_driver_alloc_y_new(&system, type, dt, tolerance, tolerance);

    memcpy(y, p->start, sizeof y);
    for (size_t n = 1; n <= parts; n++)
        assert_int_equal(
            gsl_odeiv2_driver_apply(driver, &t, n == parts ? r->stop : (double)n * dt, y),
            GSL_SUCCESS);
    gsl_odeiv2_driver_free(driver);
    return error_of(r, y);
}

static double error_by_us(desk *on, const reference *r, sd_method method, double tolerance,
                          size_t parts)
{
    const problem *p = &problems[r->problem];
    double y[DIM_MAX] = {0};

    desk_must_compile_file(on, p->file);
    on->request.spec.method = method;
    on->request.spec.rtol = on->request.spec.atol = tolerance;
    on->request.spec.stop = r->stop;
    on->request.spec.dt = on->request.spec.save_interval = r->stop / (double)parts;
    desk_must_run(on);
    for (size_t i = 0; i < p->dim; i++)
        y[i] = desk_value(on, p->names[i], r->stop);
    return error_of(r, y);
}

/* ---- accuracy ---------------------------------------------------------------------------------------- */

static void errors_are_those_that_gsl_was_measured_to_make(void **state)
{
    static const struct {
        size_t reference;
        sd_method method;
        double tolerance, measured;
    } known[] = {
        {5, SD_METHOD_RKF45, 1e-6, 2.94e-5}, {5, SD_METHOD_RKF45, 1e-10, 3.23e-9},
        {5, SD_METHOD_RKCK, 1e-6, 2.71e-5},  {5, SD_METHOD_RKCK, 1e-10, 2.87e-9},
        {5, SD_METHOD_RK8PD, 1e-6, 8.96e-7}, {5, SD_METHOD_RK8PD, 1e-10, 1.63e-10},
        {2, SD_METHOD_RKF45, 1e-8, 1.20e-3}, {2, SD_METHOD_RKF45, 1e-12, 1.54e-7},
        {2, SD_METHOD_RKCK, 1e-8, 2.08e-4},  {2, SD_METHOD_RKCK, 1e-12, 2.82e-8},
        {2, SD_METHOD_RK8PD, 1e-8, 2.04e-5}, {2, SD_METHOD_RK8PD, 1e-12, 2.28e-9},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const reference *r = &references[known[i].reference];
        double error = error_by_us(on, r, known[i].method, known[i].tolerance, 1);

        print_message("%-34s %-5s rtol %.0e: error %.2e, measured %.2e, %lld evaluations\n",
                      problems[r->problem].file, sd_method_name(known[i].method),
                      known[i].tolerance, error, known[i].measured,
                      (long long)on->trajectory->stats.evaluations);
        /* The first step was another there, and with it the sequence of steps. */
        assert_true(error <= 3 * known[i].measured);
        assert_true(error >= known[i].measured / 3);
    }
}

static void errors_are_those_of_gsl_on_the_same_equations_in_c(void **state)
{
    static const sd_method methods[] = {SD_METHOD_RKF45, SD_METHOD_RKCK, SD_METHOD_RK8PD};
    static const size_t parts[] = {1, 64};
    desk *on = *state;

    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        for (size_t k = 0; k < 6; k++) {
            sd_method method = methods[k / 2];
            double bound = error_by_gsl(&references[i], method, 1e-10, parts[k % 2]);
            double error = error_by_us(on, &references[i], method, 1e-10, parts[k % 2]);

            /* The same steps but for rounding (their pow, our products): a step more or less at most.  The floor
             * is rounding itself, which the chaos of Lorenz multiplies e^18 fold until 20. */
            if (!(error <= 3 * bound + (references[i].problem == LORENZ ? 1e-7 : 1e-12)))
                fail_msg("%s until %g, %s in %zu parts: error %.3g, GSL alone %.3g",
                         problems[references[i].problem].file, references[i].stop,
                         sd_method_name(method), parts[k % 2], error, bound);
        }
    }
}

static void tighter_tolerances_give_smaller_errors(void **state)
{
    static const sd_method methods[] = {SD_METHOD_RKF45, SD_METHOD_RKCK, SD_METHOD_RK8PD};
    desk *on = *state;

    for (size_t k = 0; k < 3; k++) {
        double before = HUGE_VAL;

        for (int digits = 4; digits <= 10; digits += 2) {
            double tolerance = pow(10, -digits);
            double error = error_by_us(on, &references[5], methods[k], tolerance, 1);

            /* The error goes with rtol to the power 0.8 to 1: by 40 or more for a hundredth. */
            assert_true(error < before / 20);
            before = error;
        }
    }
}

static void points_on_a_fine_grid_cost_accuracy_nothing(void **state)
{
    desk *on = *state;
    double whole = error_by_us(on, &references[5], SD_METHOD_RK8PD, 1e-8, 1);
    int64_t evaluations = on->trajectory->stats.evaluations;
    double forced = error_by_us(on, &references[5], SD_METHOD_RK8PD, 1e-8, 500);

    print_message("rk8pd rtol 1e-8 until 50: error %.2e in one part, %.2e in 500, evaluations %lld "
                  "and %lld\n",
                  whole, forced, (long long)evaluations,
                  (long long)on->trajectory->stats.evaluations);
    assert_true(forced <= whole);
    assert_int_equal(on->trajectory->stats.steps, 500);
    assert_int_equal(on->trajectory->time_count, 501);
}

/* ---- jumps ------------------------------------------------------------------------------------------- */

static void a_step_on_the_grid_leaves_the_accuracy_as_it_is(void **state)
{
    static const char *const methods[] = {"rkf45", "rkck", "rk8pd"};
    desk *on = *state;

    for (size_t k = 0; k < 3; k++) {
        desk_must_compile(
            on, desk_file(on, sd_arena_printf(on->arena, "%s 0 20 1", methods[k]), "",
                          desk_variables(on, "stock S = 3; in f; out g\nflow f = STEP(10, 5)\n"
                                             "flow g = S / 4\n")));
        on->request.spec.rtol = on->request.spec.atol = 1e-10;
        desk_must_run(on);
        assert_true(on->program->jumps);
        for (int at = 0; at <= 20; at++) {
            double t = at;

            double closed = 3 * exp(-t / 4) + (t > 5 ? 40 * (1 - exp((5 - t) / 4)) : 0);

            assert_near(desk_value(on, "S", t), closed,
                        1e-9); /* ten times the tolerance of one step */
        }
    }
}

static void a_pulse_puts_in_its_whole_magnitude(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "rk8pd 0 20 0.5", "",
                      desk_variables(on, "stock S = 0; in f\nflow f = PULSE(7.5, 3, 4)\n")));
    desk_must_run(on);
    assert_near(desk_value(on, "S", 3), 0, 0);
    assert_near(desk_value(on, "S", 3.5), 7.5, 1e-14);
    assert_near(desk_value(on, "S", 20), 7.5 * 5, 1e-14); /* at 3, 7, 11, 15 and 19 */
}

static void an_input_that_bends_between_grid_points_is_resolved(void **state)
{
    desk *on = *state;

    /* The corner at 1/3 lies inside a step, which the error estimate must find. */
    desk_must_compile(
        on, desk_file(on, "rkf45 0 1 1", "",
                      desk_variables(on, "stock S = 0; in f\nflow f = MAX(0, TIME - 1 / 3)\n")));
    on->request.spec.rtol = on->request.spec.atol = 1e-9;
    desk_must_run(on);
    assert_near(desk_value(on, "S", 1), 2.0 / 9, 1e-7);
    assert_true(on->trajectory->stats.rejected > 0);
}

/* ---- members ----------------------------------------------------------------------------------------- */

static void a_member_does_not_depend_on_those_before_it(void **state)
{
    enum { MEMBERS = 5 };
    desk *on = *state;
    double values[MEMBERS], alone[MEMBERS];

    desk_must_compile_file(on, "tests/models/lotka-volterra.xmile");
    assert_int_equal(on->program->parameter_count, 2); /* the two initial values */
    for (size_t m = 0; m < MEMBERS; m++) {
        double own[2] = {4 + 0.317 * (double)m, 2 - 0.21 * (double)m};

        on->request.parameters = own;
        desk_must_run(on);
        alone[m] = desk_value(on, "prey", 50);
    }
    double all[2 * MEMBERS];

    for (size_t m = 0; m < MEMBERS; m++) {
        all[m] = 4 + 0.317 * (double)m;
        all[MEMBERS + m] = 2 - 0.21 * (double)m;
    }
    on->request.members = MEMBERS;
    on->request.parameters = all;
    desk_must_run(on);
    for (size_t m = 0; m < MEMBERS; m++)
        values[m] = desk_member_value(on, "prey", 50, m);
    assert_memory_equal(values, alone, sizeof values);
    assert_int_equal(on->trajectory->stats.steps, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(errors_are_those_that_gsl_was_measured_to_make),
        DESK_TEST(errors_are_those_of_gsl_on_the_same_equations_in_c),
        DESK_TEST(tighter_tolerances_give_smaller_errors),
        DESK_TEST(points_on_a_fine_grid_cost_accuracy_nothing),
        DESK_TEST(a_step_on_the_grid_leaves_the_accuracy_as_it_is),
        DESK_TEST(a_pulse_puts_in_its_whole_magnitude),
        DESK_TEST(an_input_that_bends_between_grid_points_is_resolved),
        DESK_TEST(a_member_does_not_depend_on_those_before_it),
    };

    (void)gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
