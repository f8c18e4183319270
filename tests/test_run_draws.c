/* test_run_draws.c - random functions in a run: each draw is the quantile of its distribution at the uniform number that
 * seed, member, call and step decide; their moments and shapes; and that nothing else decides them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>

/* The share of each distribution at or below x, written independently of how it is drawn. */
static double exponential(double x)
{
    return -expm1(-x / 8);
}
static double lognormal(double x) /* of mean 10 and deviation 4 */
{
    const double variance = log(1.16);
    return gsl_cdf_lognormal_P(x, log(10) - variance / 2, sqrt(variance));
}
static double logistic(double x)
{
    return 1 / (1 + exp(-(x - 3) / 2));
}
static double pareto(double x)
{
    return 1 - pow(2 / x, 4.5);
}
static double weibull(double x)
{
    return -expm1(-pow(x / 3, 1.5));
}
static double triangular(double x)
{
    return x < 2 ? (x - 1) * (x - 1) / 5 : 1 - (6 - x) * (6 - x) / 20;
}
static double gamma_share(double x)
{
    return gsl_cdf_gamma_P(x, 2.5, 3);
}
static double beta_share(double x)
{
    return gsl_cdf_beta_P(x, 2, 3.5);
}
static double bounded(double x) /* normal of mean 5 and deviation 2 between 4 and 8 */
{
    const double low = gsl_cdf_ugaussian_P(-0.5), high = gsl_cdf_ugaussian_P(1.5);
    return (gsl_cdf_ugaussian_P((x - 5) / 2) - low) / (high - low);
}
static double uniform(double x)
{
    return (x - 2) / 5;
}
static double poisson(double k)
{
    return k < 0 ? 0 : gsl_sf_gamma_inc_Q(k + 1, 3.5);
}
static double binomial(double k)
{
    return k < 0 ? 0 : gsl_cdf_binomial_P((unsigned)k, 0.3, 20);
}
static double geometric(double k)
{
    return k < 1 ? 0 : 1 - pow(0.7, k);
}
static double failures(double k)
{
    return k < 0 ? 0 : gsl_cdf_negative_binomial_P((unsigned)k, 0.4, 3);
}
static double
bernoulli(double k) /* 30 percent a unit of time and DT 0.5: 1 for the shares below 0.15 */
{
    return k < 0 ? 0 : k < 1 ? 0.85 : 1;
}

static const struct {
    const char *call;
    double (*share)(double x);
    double mean, variance;
    bool whole;
} draws[] = {
    {"RANDOM(2, 7)", uniform, 4.5, 25.0 / 12, false},
    {"EXPRND(8)", exponential, 8, 64, false},
    {"LOGNORMAL(10, 4)", lognormal, 10, 16, false},
    {"LOGISTIC(3, 2)", logistic, 3, 13.159472534785811, false}, /* (2 pi)^2 / 3 */
    {"PARETO(4.5, 2)", pareto, 4.5 * 2 / 3.5, 4.5 * 4 / (3.5 * 3.5 * 2.5), false},
    {"WEIBULL(1.5, 3)", weibull, 2.7082358788528012, 3.3812125978353, false},
    {"TRIANGULAR(1, 2, 6)", triangular, 3, (1 + 4 + 36 - 2 - 6 - 12) / 18.0, false},
    {"GAMMA(2.5, 3)", gamma_share, 7.5, 22.5, false},
    {"BETA(2, 3.5)", beta_share, 2 / 5.5, 2 * 3.5 / (5.5 * 5.5 * 6.5), false},
    {"NORMAL(5, 2, 1, 4, 8)", bounded, 5.7143, 1.0843, false},
    {"POISSON(3.5)", poisson, 3.5, 3.5, true},
    {"BINOMIAL(20, 0.3)", binomial, 6, 4.2, true},
    {"GEOMETRIC(0.3)", geometric, 1 / 0.3, 0.7 / 0.09, true},
    {"NEGBINOMIAL(3, 0.4)", failures, 4.5, 11.25, true},
    {"MONTECARLO(30)", bernoulli, 0.15, 0.1275, true},
};
enum { DRAWS = sizeof draws / sizeof *draws, POINTS = 20000 };

/* The uniform number of the first random call of a program. */
static double uniform_at(uint64_t seed, uint64_t member, uint32_t step)
{
    double pair[2];

    sd_random_uniform((sd_draw){.seed = seed, .member = member, .step = step}, pair);
    return pair[0];
}

static void run(desk *on, const char *lines, int points)
{
    desk_simulate(on, sd_arena_printf(on->arena, "euler 0 %g 0.5", 0.5 * points), lines);
}

static double value_at(desk *on, const char *name, size_t point)
{
    return sd_trajectory_value(on->trajectory, point,
                               sd_trajectory_column(on->trajectory, desk_element(on, name)), 0);
}

static void a_draw_is_the_quantile_at_its_uniform_number(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < DRAWS; i++) {
        run(on, sd_arena_printf(on->arena, "aux x = %s", draws[i].call), 500);
        for (uint32_t n = 0; n <= 500; n++) {
            const double x = value_at(on, "x", n), u = uniform_at(1, 0, n);
            const double share = draws[i].share(x);

            if (draws[i].share ==
                bernoulli) /* the event is at the low end, so that it can be rarer */
                assert_true(x == (u < 0.15 ? 1 : 0));
            else if (draws[i].whole)
                assert_true(x == floor(x) && share >= u - 1e-12 &&
                            draws[i].share(x - 1) < u + 1e-12);
            else if (fabs(share - u) >
                     1e-11) /* differences of shares near 1 leave 1e-16 of slopes up to 1e4 */
                fail_msg("%s at step %u is %.17g: share %.17g, not %.17g", draws[i].call, n, x,
                         share, u);
        }
    }
}

/* Kolmogorov and Smirnov: of n uniform numbers the largest distance from the straight line is beyond 1.95 / sqrt(n) once in
 * a thousand times.  For whole numbers it is smaller still, so there the test is on the safe side. */
static void draws_have_their_shape_and_moments(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < DRAWS; i++) {
        double sum = 0, squares = 0, farthest = 0;
        enum { BINS = 50 };
        int counts[BINS] = {0};

        run(on, sd_arena_printf(on->arena, "aux x = %s", draws[i].call), POINTS - 1);
        for (size_t n = 0; n < POINTS; n++) {
            const double x = value_at(on, "x", n), off = x - draws[i].mean;

            sum += off;
            squares += off * off;
            /* A whole number is somewhere between the shares below and at it. */
            const double u = draws[i].whole ? draws[i].share(x - 1) +
                                                  uniform_at(99, 0, (uint32_t)n) *
                                                      (draws[i].share(x) - draws[i].share(x - 1))
                                            : draws[i].share(x);
            counts[(int)fmin(u * BINS, BINS - 1)]++;
        }
        for (int b = 0, below = 0; b < BINS; b++) {
            below += counts[b];
            farthest = fmax(farthest, fabs((double)below / POINTS - (b + 1.0) / BINS));
        }
        if (farthest > 1.95 / sqrt(POINTS))
            fail_msg("%s is off its distribution by %g", draws[i].call, farthest);
        /* A mean is beyond 4.5 of its standard errors once in 150,000 times. */
        if (fabs(sum / POINTS) > 4.5 * sqrt(draws[i].variance / POINTS))
            fail_msg("%s has mean %g", draws[i].call, draws[i].mean + sum / POINTS);
        /* The variance of 20,000 draws is good to 2 % where the kurtosis is 9, as the exponential's is; Pareto's with an
         * exponent of 4.5 is several times that. */
        if (!is_near(squares / POINTS, draws[i].variance, draws[i].share == pareto ? 0.25 : 0.09,
                     0))
            fail_msg("%s has variance %g", draws[i].call, squares / POINTS);
    }
}

/* Chi-square of neighbouring draws on an 8 by 8 board: of 63 degrees of freedom it is beyond 103.4 once in a thousand. */
static void draws_of_two_calls_and_two_steps_are_independent(void **state)
{
    desk *on = *state;
    enum { SIDE = 8 };
    int apart[SIDE][SIDE] = {{0}}, after[SIDE][SIDE] = {{0}};
    const double expected = (double)(POINTS - 1) / (SIDE * SIDE);
    double first = 0, second = 0;

    run(on, "aux x = EXPRND(8)\naux y = EXPRND(8)", POINTS - 1);
    for (size_t n = 1; n < POINTS; n++) {
        const int a = (int)(exponential(value_at(on, "x", n)) * SIDE),
                  b = (int)(exponential(value_at(on, "y", n)) * SIDE),
                  c = (int)(exponential(value_at(on, "x", n - 1)) * SIDE);

        apart[a][b]++;
        after[a][c]++;
    }
    for (int a = 0; a < SIDE; a++)
        for (int b = 0; b < SIDE; b++) {
            first += pow(apart[a][b] - expected, 2) / expected;
            second += pow(after[a][b] - expected, 2) / expected;
        }
    assert_true(first < 103.4 && first > 32); /* nor too even */
    assert_true(second < 103.4 && second > 32);
}

static void nothing_but_seed_member_call_and_step_decides_a_draw(void **state)
{
    desk *on = *state;
    enum { MEMBERS = 11, STEPS = 16 };
    sd_text lines = sd_text_new(on->arena);

    for (size_t i = 0; i < DRAWS; i++)
        sd_text_printf(&lines, "aux x%zu = %s\n", i, draws[i].call);
    sd_text_printf(&lines, "stock S = 0; in f\nflow f = x1 * x10");
    const char *methods[] = {"euler", "rk4"};
    double alone[2][DRAWS][STEPS + 1] = {{{0}}};

    for (int method = 0; method < 2; method++) {
        desk_must_compile(on,
                          desk_file(on, sd_arena_printf(on->arena, "%s 0 8 0.5", methods[method]),
                                    "", desk_variables(on, lines.bytes)));
        /* Member 7 by itself, then among others. */
        for (int together = 0; together < 2; together++) {
            desk_request(on);
            on->request.members = together ? MEMBERS : 1;
            on->request.first_member = together ? 3 : 7;
            desk_must_run(on);
            for (size_t i = 0; i < DRAWS; i++)
                for (size_t n = 0; n <= STEPS; n++) {
                    const double x = sd_trajectory_value(
                        on->trajectory, n,
                        sd_trajectory_column(
                            on->trajectory,
                            desk_element(on, sd_arena_printf(on->arena, "x%zu", i))),
                        together ? 4 : 0);

                    if (!together)
                        alone[method][i][n] = x;
                    assert_true(x == alone[method][i][n] && x == alone[0][i][n]);
                }
        }
    }
    /* The same for who asks for one of them only. */
    const size_t wanted[] = {desk_element(on, "x11")};
    const sd_program *few;

    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, wanted, 1, &few, on->diag), SD_OK);
    on->program = few;
    desk_request(on);
    on->request.first_member = 7;
    on->request.columns = wanted;
    on->request.column_count = 1;
    desk_must_run(on);
    for (size_t n = 0; n <= STEPS; n++)
        assert_true(sd_trajectory_value(on->trajectory, n, 0, 0) == alone[0][11][n]);
}

/* What loops and causes stand on: the equation alone, from the uniform number that was drawn. */
static void a_draw_is_the_same_compiled_alone(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < DRAWS; i++) {
        const sd_equations *equations;
        const sd_history *history;

        run(on,
            sd_arena_printf(on->arena, "aux x = %s\nstock S = 0; in f\nflow f = x", draws[i].call),
            50);
        assert_int_equal(sd_equations_new(on->arena, on->program, NULL, 0, &equations, on->diag),
                         SD_OK);
        assert_int_equal(sd_history_new(on->arena, equations, &on->request, &history, on->diag),
                         SD_OK);
        const size_t node = equations->element_nodes[desk_element(on, "x")];
        for (size_t n = 0; n < history->point_count; n++)
            assert_near(history->values[node * history->point_count + n], value_at(on, "x", n),
                        1e-12);
    }
}

static void a_seed_of_its_own_makes_a_call_free_of_the_run(void **state)
{
    desk *on = *state;

    run(on, "aux x = EXPRND(8, 42)", 20);
    for (uint32_t n = 0; n <= 20; n++)
        assert_near(value_at(on, "x", n), -8 * log1p(-uniform_at(42, 0, n)), 1e-12);
}

int main(void)
{
    (void)gsl_set_error_handler_off(); /* as main does */
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_draw_is_the_quantile_at_its_uniform_number),
        DESK_TEST(draws_have_their_shape_and_moments),
        DESK_TEST(draws_of_two_calls_and_two_steps_are_independent),
        DESK_TEST(nothing_but_seed_member_call_and_step_decides_a_draw),
        DESK_TEST(a_draw_is_the_same_compiled_alone),
        DESK_TEST(a_seed_of_its_own_makes_a_call_free_of_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
