/* test_model_quantile.c - quantiles of every distribution against closed forms, and back again through GSL's distribution
 * functions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* Both tails, the middle, and what lies beside the ends of (0, 1). */
static const double shares[] = {1e-12, 1e-6, 0.0137, 0.25, 0.4999, 0.5, 0.62, 0.9, 0.99, 1 - 1e-9};
enum { SHARES = sizeof shares / sizeof *shares };

static double quantile(sd_distribution_kind kind, double a, double b, double c, double d, double u)
{
    const sd_distribution distribution = {.kind = kind, .p = {a, b, c, d}};

    return sd_distribution_quantile(&distribution, u);
}

static void uniform_is_a_straight_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHARES; i++)
        assert_near(quantile(SD_DIST_UNIFORM, -2.25, 7.5, 0, 0, shares[i]),
                    -2.25 + 9.75 * shares[i], 1e-15);
}

/* Below the mode the share is (x - min)^2 / (range (mode - min)), above it 1 - (max - x)^2 / (range (max - mode)). */
static void triangular_is_two_parabolas(void **state)
{
    static const double modes[] = {2, 2.9, 5, 5.7, 8};

    (void)state;
    for (size_t m = 0; m < 5; m++)
        for (size_t i = 0; i < SHARES; i++) {
            const double x = quantile(SD_DIST_TRIANGULAR, 2, modes[m], 8, 0, shares[i]);
            const double left = x - 2, right = 8 - x;
            const double share = x <= modes[m] ? left * left / (6 * (modes[m] - 2))
                                               : 1 - right * right / (6 * (8 - modes[m]));

            assert_true(x >= 2 && x <= 8);
            assert_true(fabs(share - shares[i]) < 1e-12 * fmax(shares[i], 1e-3));
        }
}

/* Abramowitz and Stegun, table 26.5, and the tail beyond it; 12 digits and more of each are known. */
static void normal_has_its_known_quantiles(void **state)
{
    static const struct {
        double u, z;
    } known[] = {{0.5, 0},
                 {0.75, 0.674489750196081743},
                 {0.9, 1.281551565544600467},
                 {0.975, 1.959963984540054236},
                 {0.99, 2.326347874040841101},
                 {0.999, 3.090232306167813542},
                 {1e-9, -5.997807015007686872}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const double far = (double)INFINITY;

        assert_near(quantile(SD_DIST_NORMAL, 0, 1, -far, far, known[i].u), known[i].z, 1e-12);
        assert_near(quantile(SD_DIST_NORMAL, 3.5, 0.25, -far, far, known[i].u),
                    3.5 + 0.25 * known[i].z, 1e-12);
        assert_near(quantile(SD_DIST_LOGNORMAL, 2.5, 0.75, 0, far, known[i].u),
                    2.5 * exp(0.75 * known[i].z), 1e-12);
    }
}

/* The share between the lower bound and x of that between both bounds; from the upper end where that is nearer. */
static double normal_share(double mean, double sd, double low, double high, double x, bool upper)
{
    if (upper)
        return (gsl_cdf_gaussian_Q(x - mean, sd) - gsl_cdf_gaussian_Q(high - mean, sd)) /
               (gsl_cdf_gaussian_Q(low - mean, sd) - gsl_cdf_gaussian_Q(high - mean, sd));
    return (gsl_cdf_gaussian_P(x - mean, sd) - gsl_cdf_gaussian_P(low - mean, sd)) /
           (gsl_cdf_gaussian_P(high - mean, sd) - gsl_cdf_gaussian_P(low - mean, sd));
}

static void a_normal_that_is_cut_off_comes_back(void **state)
{
    static const double bounds[][2] = {{-1, 9}, {1.9, 2.1}, {2, 5}, {-30, 2}, {0.5, 40}};

    (void)state;
    for (size_t b = 0; b < 5; b++)
        for (size_t i = 0; i < SHARES; i++) {
            const double low = bounds[b][0], high = bounds[b][1];
            const bool upper = shares[i] > 0.5;
            const double x = quantile(SD_DIST_NORMAL, 2, 1.7, low, high, shares[i]);

            assert_true(x >= low && x <= high);
            /* x is rounded, and near a bound little of it is left; hence absolute. */
            assert_true(fabs(normal_share(2, 1.7, low, high, x, upper) -
                             (upper ? 1 - shares[i] : shares[i])) < 1e-13);
        }
}

static void a_lognormal_that_is_cut_off_comes_back(void **state)
{
    static const double bounds[][2] = {{0, (double)INFINITY}, {0, 4}, {1.5, 3}, {2, 1e6}};

    (void)state;
    for (size_t b = 0; b < 4; b++)
        for (size_t i = 0; i < SHARES; i++) {
            const double low = bounds[b][0], high = bounds[b][1], zeta = log(2.5);
            const double x = quantile(SD_DIST_LOGNORMAL, 2.5, 0.6, low, high, shares[i]);
            const double from = gsl_cdf_lognormal_P(low, zeta, 0.6);
            const double to = isinf(high) ? 1 : gsl_cdf_lognormal_P(high, zeta, 0.6);

            assert_true(x >= low && x <= high);
            assert_true(fabs((gsl_cdf_lognormal_P(x, zeta, 0.6) - from) / (to - from) - shares[i]) <
                        1e-12);
        }
}

/* Of alpha 1, beta 1 and alpha = beta = 1/2 the quantile is a formula. */
static void beta_is_its_closed_forms(void **state)
{
    const double pi = acos(-1);

    (void)state;
    for (size_t i = 0; i < SHARES; i++) {
        const double u = shares[i], sine = sin(pi * u / 2);

        assert_near(quantile(SD_DIST_BETA, 1, 1, 0, 1, u), u, 1e-12);
        assert_near(quantile(SD_DIST_BETA, 3.7, 1, 0, 1, u), pow(u, 1 / 3.7), 1e-12);
        assert_near(quantile(SD_DIST_BETA, 1, 3.7, 0, 1, u), -expm1(log1p(-u) / 3.7), 1e-12);
        assert_near(quantile(SD_DIST_BETA, 0.5, 0.5, 2, 5, u), 2 + 3 * sine * sine, 1e-12);
    }
}

/* From very steep to very flat, where the inverse of GSL gives up. */
static void beta_comes_back(void **state)
{
    static const double shapes[] = {0.05, 0.3, 0.9, 1, 2.5, 7, 60, 900};
    enum { SHAPES = sizeof shapes / sizeof *shapes };

    (void)state;
    for (size_t a = 0; a < SHAPES; a++)
        for (size_t b = 0; b < SHAPES; b++)
            for (size_t i = 0; i < SHARES; i++) {
                const double u = shares[i];
                const double x = quantile(SD_DIST_BETA, shapes[a], shapes[b], 0, 1, u);
                const double next = fmin(nextafter(x, 2), 1), before = fmax(nextafter(x, -1), 0);
                /* What the rounding of x alone does to the share: much, where the distribution piles up at 1. */
                const double room = gsl_cdf_beta_P(next, shapes[a], shapes[b]) -
                                    gsl_cdf_beta_P(before, shapes[a], shapes[b]);

                if (!(fabs(gsl_cdf_beta_P(x, shapes[a], shapes[b]) - u) < 1e-12 + fabs(room)))
                    fail_msg("beta(%g, %g) at %g: %.17g", shapes[a], shapes[b], u, x);
            }
}

/* Where GSL's distribution function gives up, the mean and deviation still are those of the beta distribution. */
static void a_very_narrow_beta_is_a_normal(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHARES; i++)
        assert_near(quantile(SD_DIST_BETA, 3e6, 1e6, 0, 1, shares[i]),
                    0.75 + gsl_cdf_gaussian_Pinv(shares[i], sqrt(0.1875 / 4e6)), 1e-9);
    /* At the border, both ways agree to a thousandth of the deviation, 0.001. */
    assert_true(fabs(quantile(SD_DIST_BETA, 99999, 150000, 0, 1, 0.9) -
                     quantile(SD_DIST_BETA, 100001, 150003, 0, 1, 0.9)) < 2e-6);
}

/* Vose 2008: alpha 1 + 4 (mode - min) / range, beta 1 + 4 (max - mode) / range. */
static void pert_is_a_beta_with_weight_four_on_the_mode(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHARES; i++) {
        const double x = quantile(SD_DIST_PERT, 10, 14, 30, 0, shares[i]);

        assert_true(x >= 10 && x <= 30);
        assert_true(fabs(gsl_cdf_beta_P((x - 10) / 20, 1.8, 4.2) - shares[i]) < 1e-12);
    }
    assert_near(quantile(SD_DIST_PERT, 10, 20, 30, 0, 0.5), 20, 1e-12); /* even on both sides */
}

static void choice_takes_each_value_as_often_as_its_weight(void **state)
{
    static const double values[] = {4.5, -1, 7, 3}, weights[] = {0.25, 0.5, 0, 0.25};
    const sd_distribution choice = {
        .kind = SD_DIST_CHOICE, .choice_count = 4, .values = values, .weights = weights};
    size_t counts[4] = {0};

    (void)state;
    for (size_t n = 0; n < 1000; n++) {
        const double value = sd_distribution_quantile(&choice, ((double)n + 0.5) / 1000);

        for (size_t i = 0; i < 4; i++)
            counts[i] += value == values[i];
    }
    assert_int_equal(counts[0], 250);
    assert_int_equal(counts[1], 500);
    assert_int_equal(counts[2], 0);
    assert_int_equal(counts[3], 250);
    static const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0};
    static const double ten[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const sd_distribution even = {
        .kind = SD_DIST_CHOICE, .choice_count = 11, .values = ten, .weights = tenths};
    /* Ten times 0.1 is a little less than 1. */
    assert_true(sd_distribution_quantile(&even, nextafter(1, 0)) == 9);
}

static void quantiles_rise_with_the_share(void **state)
{
    static const sd_distribution all[] = {
        {.kind = SD_DIST_UNIFORM, .p = {1, 2}},
        {.kind = SD_DIST_TRIANGULAR, .p = {1, 1, 2}},
        {.kind = SD_DIST_NORMAL, .p = {1.2, 0.5, 1, 2}},
        {.kind = SD_DIST_LOGNORMAL, .p = {1.2, 0.5, 1, 2}},
        {.kind = SD_DIST_BETA, .p = {0.4, 5, 1, 2}},
        {.kind = SD_DIST_PERT, .p = {1, 1.5, 2}},
    };

    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        double before = 1;

        for (size_t n = 0; n < 2000; n++) {
            const double x = sd_distribution_quantile(&all[k], ((double)n + 0.5) / 2000);

            assert_true(x >= before && x <= 2);
            before = x;
        }
        assert_true(before > 1.5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(uniform_is_a_straight_line),
        DESK_TEST(triangular_is_two_parabolas),
        DESK_TEST(normal_has_its_known_quantiles),
        DESK_TEST(a_normal_that_is_cut_off_comes_back),
        DESK_TEST(a_lognormal_that_is_cut_off_comes_back),
        DESK_TEST(beta_is_its_closed_forms),
        DESK_TEST(beta_comes_back),
        DESK_TEST(a_very_narrow_beta_is_a_normal),
        DESK_TEST(pert_is_a_beta_with_weight_four_on_the_mode),
        DESK_TEST(choice_takes_each_value_as_often_as_its_weight),
        DESK_TEST(quantiles_rise_with_the_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
