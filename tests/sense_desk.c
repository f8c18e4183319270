/* sense_desk.c - functions whose sensitivities are known, and their results over samples.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Ishigami and Homma 1990, with a = 7 and b = 0.1. */
static double ishigami_at(const double *u)
{
    const double x1 = pi * (2 * u[0] - 1), x2 = pi * (2 * u[1] - 1), x3 = pi * (2 * u[2] - 1);

    return sin(x1) + 7 * sin(x2) * sin(x2) + 0.1 * x3 * x3 * x3 * x3 * sin(x1);
}

/* Sobol' 1993. */
static double sobol_g_at(const double *u)
{
    static const double a[] = {0, 1, 4.5, 9, 99, 99, 99, 99};
    double product = 1;

    for (size_t i = 0; i < 8; i++)
        product *= (fabs(4 * u[i] - 2) + a[i]) / (1 + a[i]);
    return product;
}

/* A stock of 90..110 that grows by 1..5 % a unit of time, at time 20. */
static double growth_at(const double *u)
{
    return (90 + 20 * u[0]) * exp(20 * (0.01 + 0.04 * u[1]));
}

const known_function ishigami = {
    "ishigami_a7.0_b0.1", "ishigami_a7_b0.1", 3, {"x1", "x2", "x3"}, ishigami_at};
const known_function sobol_g = {"sobolG_a0_1_4.5_9_99_99_99_99",
                                "sobolG_8",
                                8,
                                {"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"},
                                sobol_g_at};
const known_function growth = {
    "sd_expgrowth_P0U90_110_rU.01_.05_t20", "sd_expgrowth", 2, {"P0", "r"}, growth_at};

sd_sobol_request request_of(desk *on, const known_function *function, const sd_sampling *sampling,
                            bool second)
{
    const size_t n = (size_t)sampling->count, k = function->factor_count;
    double *results = SD_NEW_ARRAY(on->arena, double, (2 * k + 2) * n), u[2 * FACTORS_MAX],
           x[FACTORS_MAX];
    const sd_points *points;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_points_new(on->arena, sampling, 2 * k, &points, on->diag), SD_OK);
    for (size_t row = 0; row < n; row++) {
        sd_points_at(points, row, u);
        for (size_t block = 0; block < 2 * k + 2; block++) {
            const bool from_b = block == 1 || block >= k + 2;
            const size_t swapped = block < 2 ? SIZE_MAX : (block - 2) % k;

            for (size_t f = 0; f < k; f++)
                x[f] = u[f + (from_b != (f == swapped) ? k : 0)];
            results[block * n + row] = function->at(x);
        }
    }
    return (sd_sobol_request){.count = n,
                              .factor_count = k,
                              .a = results,
                              .b = results + n,
                              .ab = results + 2 * n,
                              .ba = second ? results + (2 + k) * n : NULL,
                              .resamples = 500,
                              .seed = 20261112,
                              .threads = 1};
}

double exact_value(desk *on, const char *path, const char *function, const char *quantity)
{
    FILE *file = fopen(path, "r");
    const char *key = sd_arena_printf(on->arena, "%s,%s,", function, quantity);
    char line[256];
    double value = (double)NAN;

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtod(line + strlen(key), NULL);
    fclose(file);
    if (isnan(value))
        fail_msg("no %s in %s", key, path);
    return value;
}
