/* test_base_quantile.c - quantiles against closed forms, tables and GSL's distribution functions, and the ends of what
 * they can be asked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>

static const double shares[] = {1e-12, 1e-6, 0.0137, 0.1,  0.25,    0.4999,
                                0.5,   0.62, 0.9,    0.99, 1 - 1e-9};
enum { SHARES = sizeof shares / sizeof *shares };

/* R 4, qgamma(p, a): shapes far from 1 on both sides. */
static void gamma_has_its_known_quantiles(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHARES; i++) {
        const double u = shares[i];

        /* Shape 1 is exponential; shape 1/2 is half the square of a normal deviate. */
        assert_near(sd_gamma_quantile(u, 1), -log1p(-u), 1e-12);
        const double z = gsl_cdf_ugaussian_Qinv((1 - u) / 2);
        if (u > 1e-7) /* below that (1 - u) / 2 has lost the digits */
            assert_near(sd_gamma_quantile(u, 0.5), z * z / 2, 1e-9);
    }
    /* The chi-square table: 0.95 of 10 degrees of freedom, 0.01 of 5, 0.999 of 100. */
    assert_near(2 * sd_gamma_quantile(0.95, 5), 18.307038053275146, 1e-13);
    assert_near(2 * sd_gamma_quantile(0.01, 2.5), 0.55429807672827714, 1e-13);
    assert_near(2 * sd_gamma_quantile(0.999, 50), 149.44925277903887, 1e-13);
}

static void gamma_and_beta_come_back_through_their_shares(void **state)
{
    static const double shapes[] = {1e-3, 0.02, 0.3, 1.7, 12, 480, 9e4};

    (void)state;
    for (size_t a = 0; a < sizeof shapes / sizeof *shapes; a++)
        for (size_t i = 0; i < SHARES; i++) {
            const double u = shares[i], x = sd_gamma_quantile(u, shapes[a]);

            /* Where the quantile is below the least double there is nothing to come back from. */
            if (x > 1e-300)
                assert_near(u < 0.5 ? gsl_cdf_gamma_P(x, shapes[a], 1)
                                    : gsl_cdf_gamma_Q(x, shapes[a], 1),
                            u < 0.5 ? u : 1 - u, 1e-9);
        }
    for (size_t i = 0; i < SHARES; i++) { /* beta(1, b) is 1 - (1 - u)^(1/b) */
        assert_near(sd_beta_quantile(shares[i], 1, 7.5), -expm1(log1p(-shares[i]) / 7.5), 1e-10);
        assert_near(sd_beta_quantile(shares[i], 3.2, 1), pow(shares[i], 1 / 3.2), 1e-10);
    }
}

static double poisson(double k, double mean, double unused)
{
    (void)unused;
    return k < 0 ? 0 : gsl_sf_gamma_inc_Q(k + 1, mean);
}

static double binomial(double k, double p, double n)
{
    return k < 0 ? 0 : gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n);
}

static double failures(double k, double p, double n)
{
    return k < 0 ? 0 : gsl_cdf_negative_binomial_P((unsigned)k, p, n);
}

/* k is the least whole number whose share is u or more: sharper than any tolerance, but where a share is u to a rounding. */
static void assert_least(double k, double u, double (*share)(double, double, double), double p,
                         double n)
{
    const double slack = 1e-11 * fmin(u, 1 - u);

    if (k != floor(k) || share(k, p, n) < u - slack || share(k - 1, p, n) >= u + slack)
        fail_msg("%g at %g of %g, %g: shares %.17g and %.17g", k, u, p, n, share(k - 1, p, n),
                 share(k, p, n));
}

static void counts_are_the_least_with_their_share(void **state)
{
    static const double means[] = {1e-4, 0.3, 3, 29.5, 1000, 9e5};
    static const double chances[] = {1e-4, 0.03, 0.5, 0.77, 0.999};
    static const double numbers[] = {1, 7, 60, 4000};

    (void)state;
    for (size_t i = 0; i < SHARES; i++) {
        const double u = shares[i];

        for (size_t m = 0; m < sizeof means / sizeof *means; m++)
            assert_least(sd_poisson_quantile(u, means[m]), u, poisson, means[m], 0);
        for (size_t p = 0; p < sizeof chances / sizeof *chances; p++)
            for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
                const double chance = chances[p], number = numbers[n];

                assert_least(sd_binomial_quantile(u, number, chance), u, binomial, chance, number);
                assert_least(sd_negbinomial_quantile(u, number, chance), u, failures, chance,
                             number);
            }
    }
}

/* The expansion: its first neglected term is z^3 / (24 deviations), below a hundredth of a count here. */
static void huge_counts_are_within_one_of_their_expansion(void **state)
{
    (void)state;
    for (size_t i = 1; i + 1 < SHARES; i++) {
        const double u = shares[i], z = gsl_cdf_ugaussian_Pinv(u);
        const double k = sd_poisson_quantile(u, 1e12);

        assert_true(fabs(k - (1e12 + 1e6 * z + (z * z - 1) / 6)) <= 1.5);
        /* A binomial of 1e6 and 1/2 is symmetric, and normal up to z^3 / (24 deviations). */
        assert_true(fabs(sd_binomial_quantile(u, 1e6, 0.5) - (5e5 + 500 * z)) <= 1.5);
    }
}

static void everything_ends_whatever_is_asked(void **state)
{
    static const double strange[] = {0,
                                     1e-320,
                                     1e-300,
                                     1e-17,
                                     0.5,
                                     1,
                                     1e5,
                                     1.01e5,
                                     1e10,
                                     1e15,
                                     1e17,
                                     1e100,
                                     1e300,
                                     -1.5,
                                     (double)NAN,
                                     (double)INFINITY,
                                     -(double)INFINITY};
    static const double ends[] = {0, 1e-320, 1e-17, 0.3, 1 - 1.2e-16, 1};
    enum { STRANGE = sizeof strange / sizeof *strange };

    (void)state;
    for (size_t e = 0; e < sizeof ends / sizeof *ends; e++)
        for (size_t a = 0; a < STRANGE; a++)
            for (size_t b = 0; b < STRANGE; b++) {
                const double u = ends[e], x = strange[a], y = strange[b];
                const double values[] = {sd_gamma_quantile(u, x),
                                         sd_poisson_quantile(u, x),
                                         sd_beta_quantile(u, x, y),
                                         sd_binomial_quantile(u, x, y),
                                         sd_permutations(x, y),
                                         sd_combinations(x, y),
                                         sd_negbinomial_quantile(u, x, y),
                                         sd_normal_quantile(u, x, y)};

                for (size_t i = 0; i + 1 < sizeof values / sizeof *values; i++)
                    assert_true(isnan(values[i]) || values[i] >= 0);
                assert_true(isnan(values[2]) || values[2] <= 1);
                if (x >= 0 && isfinite(x)) /* never silently nothing where there is a value */
                    assert_true(values[1] >= 0);
                if (x > 0 && y > 0 && isfinite(x + y))
                    assert_true(values[2] >= 0);
                if (x >= 0 && isfinite(x) && y >= 0 && y <= 1)
                    assert_true(values[3] >= 0);
                if (x > 0 && isfinite(x) && y > 0 && y <= 1)
                    assert_true(values[6] >= 0);
            }
}

static void counting_is_exact(void **state)
{
    (void)state;
    for (int n = 0; n <= 60; n++) {
        double row = 0;

        for (int r = 0; r <= n; r++) {
            row += sd_combinations(n, r);
            if (n > 0 && r > 0) /* Pascal's triangle */
                assert_near(sd_combinations(n, r),
                            sd_combinations(n - 1, r - 1) + sd_combinations(n - 1, r), 4e-16);
        }
        assert_near(row, ldexp(1, n), 4e-16);
    }
    assert_near(sd_permutations(170, 170), 7.257415615307994e306, 1e-13);
    assert_true(isinf(sd_permutations(171, 171)));
    assert_near(sd_permutations(1e15, 2), 1e15 * (1e15 - 1), 0);
    assert_near(sd_combinations(1e9, 2), 1e9 * (1e9 - 1) / 2, 1e-16);
}

int main(void)
{
    (void)gsl_set_error_handler_off(); /* as main does */
    const struct CMUnitTest tests[] = {
        DESK_TEST(gamma_has_its_known_quantiles),
        DESK_TEST(gamma_and_beta_come_back_through_their_shares),
        DESK_TEST(counts_are_the_least_with_their_share),
        DESK_TEST(huge_counts_are_within_one_of_their_expansion),
        DESK_TEST(everything_ends_whatever_is_asked),
        DESK_TEST(counting_is_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
