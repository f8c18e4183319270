/* test_analysis_morris.c - elementary effects: of functions where each can be counted, and Morris's own example.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

static const uint64_t seed = 20261112;

typedef double function(const double *x);

static const double *results_of(desk *on, function *f, size_t trajectories, size_t factors)
{
    double *results = SD_NEW_ARRAY(on->arena, double, trajectories *(factors + 1)), x[FACTORS_MAX];

    for (size_t t = 0; t < trajectories; t++)
        for (size_t point = 0; point <= factors; point++) {
            sd_morris_point(seed, t, point, factors, x);
            results[t * (factors + 1) + point] = f(x);
        }
    return results;
}

/* ---- trajectories ---------------------------------------------------------------------------------------- */

static void a_trajectory_moves_each_factor_once_by_two_thirds(void **state)
{
    (void)state;
    enum { FACTORS = 7, TRAJECTORIES = 400 };
    size_t at_level[SD_MORRIS_LEVELS] = {0}, first[FACTORS] = {0};

    for (size_t t = 0; t < TRAJECTORIES; t++) {
        double before[FACTORS], now[FACTORS];
        bool moved[FACTORS] = {false};

        sd_morris_point(seed, t, 0, FACTORS, before);
        for (size_t f = 0; f < FACTORS; f++)
            at_level[(size_t)lround(before[f] * 3)]++;
        for (size_t point = 1; point <= FACTORS; point++) {
            size_t changed = 0;

            sd_morris_point(seed, t, point, FACTORS, now);
            for (size_t f = 0; f < FACTORS; f++) {
                assert_true(now[f] >= 0 && now[f] <= 1);
                if (now[f] == before[f])
                    continue;
                assert_near(fabs(now[f] - before[f]), 2.0 / 3, 1e-15);
                assert_false(moved[f]);
                moved[f] = true;
                first[f] += point == 1;
                changed++;
            }
            assert_int_equal(changed, 1);
            memcpy(before, now, sizeof before);
        }
    }
    /* 700 of 2800, 57 of 400: within four deviations of a fair draw. */
    for (size_t level = 0; level < SD_MORRIS_LEVELS; level++)
        assert_in_range(at_level[level], 608, 792);
    for (size_t f = 0; f < FACTORS; f++)
        assert_in_range(first[f], 29, 86);
}

/* ---- effects that can be counted -------------------------------------------------------------------------- */

static double line_at(const double *x)
{
    return 2.385 * x[0] - 0.75 * x[1] + 0 * x[2] + 4;
}

static void a_linear_function_has_its_coefficients_and_no_sigma(void **state)
{
    desk *on = *state;
    static const double coefficients[] = {2.385, -0.75, 0};
    const sd_morris_row *rows =
        sd_morris_new(on->arena, seed, 10, 3, results_of(on, line_at, 10, 3), 50, NULL);

    for (size_t f = 0; f < 3; f++) {
        assert_int_equal(rows[f].used, 10);
        /* results of about 6 are rounded to 2^-51, and differences of them divided by 2/3 */
        assert_true(is_near(rows[f].mu.value, coefficients[f], 1e-14, 1e-14));
        assert_true(is_near(rows[f].mu_star.high, fabs(coefficients[f]), 1e-14, 1e-14));
        assert_true(rows[f].sigma.value < 1e-14);
    }
}

/* Mean, mean of absolutes and deviation of all effects of a factor of three, each factor at each of its levels. */
static void count_effects(function *f, size_t factor, double ret_measures[3])
{
    double sum = 0, absolute = 0, squares = 0;

    for (int i = 0; i < 64; i++) {
        double x[] = {(double)(i & 3) / 3, (double)(i >> 2 & 3) / 3, (double)(i >> 4) / 3}, y[2];

        if (x[factor] > 0.5)
            continue;
        y[0] = f(x);
        x[factor] += 2.0 / 3;
        y[1] = f(x);
        const double effect = (y[1] - y[0]) * 1.5;
        sum += effect;
        absolute += fabs(effect);
        squares += effect * effect;
    }
    ret_measures[0] = sum / 32;
    ret_measures[1] = absolute / 32;
    ret_measures[2] = sqrt(squares / 32 - sum / 32 * (sum / 32));
}

static double product_at(const double *x)
{
    return (1 + x[0]) * (0.3 + x[1] * x[1]) * (2 - x[2]);
}

static void measures_are_those_of_all_effects_counted(void **state)
{
    desk *on = *state;
    function *const functions[] = {ishigami.at, product_at};

    for (size_t i = 0; i < 2; i++) {
        const sd_morris_row *rows = sd_morris_new(on->arena, seed, 1000, 3,
                                                  results_of(on, functions[i], 1000, 3), 400, NULL);

        for (size_t f = 0; f < 3; f++) {
            const sd_estimate *const estimates[] = {&rows[f].mu, &rows[f].mu_star, &rows[f].sigma};
            double counted[3];

            count_effects(functions[i], f, counted);
            for (size_t m = 0; m < 3; m++) {
                const sd_estimate *e = estimates[m];
                const double slack = 0.5 * (e->high - e->low) + 1e-12;

                /* 18 intervals of 95 % and four deviations instead of two: one miss in a thousand runs */
                if (!(counted[m] >= e->low - slack && counted[m] <= e->high + slack))
                    fail_msg("measure %zu of factor %zu is %g, far from %g..%g", m, f, counted[m],
                             e->low, e->high);
            }
        }
    }
}

/* ---- Morris 1991, section 5 -------------------------------------------------------------------------------- */

/* The 20 factors of his example; second-order coefficients that he draws from a standard normal distribution are drawn here
 * with a seed of their own. */
static double drawn(size_t i, size_t j)
{
    double pair[2];

    sd_random_uniform((sd_draw){.seed = 4, .member = i, .variable = (uint32_t)j}, pair);
    return sqrt(-2 * log(pair[0])) * cos(6.283185307179586 * pair[1]);
}

static double morris_at(const double *x)
{
    double w[20], sum = 0;

    for (size_t i = 0; i < 20; i++)
        w[i] =
            i == 2 || i == 4 || i == 6 ? 2 * (1.1 * x[i] / (x[i] + 0.1) - 0.5) : 2 * (x[i] - 0.5);
    for (size_t i = 0; i < 20; i++) {
        sum += (i < 10 ? 20 : drawn(i, i)) * w[i];
        for (size_t j = i + 1; j < 20; j++)
            sum += (j < 6 ? -15 : drawn(i, j)) * w[i] * w[j];
    }
    for (size_t i = 0; i < 5; i++)
        for (size_t j = i + 1; j < 5; j++)
            for (size_t l = j + 1; l < 5; l++)
                sum += -10 * w[i] * w[j] * w[l];
    return sum + 5 * w[0] * w[1] * w[2] * w[3];
}

/* Figure 1 there: ten factors stand apart from the rest, of which 8, 9 and 10 have mu near 40 and little sigma, and 1 to 7 bend
 * or interact. */
static void morris_s_own_example_shows_what_he_found(void **state)
{
    desk *on = *state;
    const sd_morris_row *rows =
        sd_morris_new(on->arena, seed, 40, 20, results_of(on, morris_at, 40, 20), 100, NULL);

    for (size_t f = 0; f < 20; f++) {
        if (f < 10)
            assert_true(rows[f].mu_star.value > 25);
        else
            assert_true(rows[f].mu_star.value < 15 && rows[f].mu_star.high < 20);
        if (f >= 7 && f < 10) {
            assert_near(rows[f].mu.value, 40, 0.1);
            assert_true(rows[f].sigma.value < 10);
        } else if (f < 7) {
            assert_true(rows[f].sigma.value > 12);
        }
    }
}

/* ---- members without a result ------------------------------------------------------------------------------ */

static void an_effect_without_a_result_counts_for_nothing(void **state)
{
    desk *on = *state;
    double *results = (double *)results_of(on, line_at, 5, 3);

    results[4] = (double)NAN; /* the start of the second trajectory: one effect has no begin */
    const sd_morris_row *rows = sd_morris_new(on->arena, seed, 5, 3, results, 20, NULL);
    assert_int_equal(rows[0].used + rows[1].used + rows[2].used, 14);
    assert_near(rows[0].mu.value, 2.385, 1e-14);
    const sd_morris_row *one = sd_morris_new(on->arena, seed, 1, 3, results, 20, NULL);
    assert_true(isnan(one[0].sigma.value));
    assert_near(one[0].mu.value, 2.385, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_trajectory_moves_each_factor_once_by_two_thirds),
        DESK_TEST(a_linear_function_has_its_coefficients_and_no_sigma),
        DESK_TEST(measures_are_those_of_all_effects_counted),
        DESK_TEST(morris_s_own_example_shows_what_he_found),
        DESK_TEST(an_effect_without_a_result_counts_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
