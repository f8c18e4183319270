/* test_base_math.c - the deterministic functions agree with the C library to 2 ulp and give
 * exactly what IEEE 754 recommends at the special points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const double infinity = (double)INFINITY;

/* The distance in units of the last place, counted along the doubles. */
static uint64_t ulps_between(double a, double b)
{
    int64_t bits_a, bits_b;
    uint64_t distance;

    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : UINT64_MAX;
    memcpy(&bits_a, &a, sizeof a);
    memcpy(&bits_b, &b, sizeof b);
    if (bits_a < 0)
        bits_a = INT64_MIN - bits_a;
    if (bits_b < 0)
        bits_b = INT64_MIN - bits_b;
    distance = (uint64_t)bits_a - (uint64_t)bits_b;
    return bits_a > bits_b ? distance : 0 - distance;
}

/* `linear` spreads the arguments evenly between the bounds, else their exponents are spread. */
typedef struct range {
    const char *name;
    double (*ours)(double);
    double (*theirs)(double);
    double from, to;
    bool linear;
} range;

static const range ranges[] = {
    {"exp", sd_exp, exp, -745, 709.7, true},
    {"exp", sd_exp, exp, 1e-20, 1, false},
    {"ln", sd_ln, log, 1e-307, 1e308, false},
    {"ln", sd_ln, log, 0.5, 2, true},
    {"log10", sd_log10, log10, 1e-307, 1e308, false},
    {"log10", sd_log10, log10, 0.5, 2, true},
    {"sqrt", sd_sqrt, sqrt, 1e-320, 1e308, false},
    {"sin", sd_sin, sin, -100, 100, true},
    {"sin", sd_sin, sin, 1e-300, 1e300, false},
    {"cos", sd_cos, cos, -100, 100, true},
    {"cos", sd_cos, cos, 1e-300, 1e300, false},
    {"tan", sd_tan, tan, -100, 100, true},
    {"tan", sd_tan, tan, 1e-300, 1e14, false},
    {"arcsin", sd_arcsin, asin, -1, 1, true},
    {"arcsin", sd_arcsin, asin, 1e-300, 1, false},
    {"arccos", sd_arccos, acos, -1, 1, true},
    {"arctan", sd_arctan, atan, -20, 20, true},
    {"arctan", sd_arctan, atan, 1e-300, 1e300, false},
    {"sinh", sd_sinh, sinh, -709, 709, true},
    {"sinh", sd_sinh, sinh, 1e-300, 1, false},
    {"cosh", sd_cosh, cosh, -709, 709, true},
    {"tanh", sd_tanh, tanh, -22, 22, true},
    {"tanh", sd_tanh, tanh, 1e-300, 1, false},
};

static void functions_agree_with_the_c_library_to_two_ulp(void **state)
{
    enum { POINTS = 4000 };

    (void)state;
    for (size_t at = 0; at < sizeof ranges / sizeof ranges[0]; at++) {
        const range *const each = &ranges[at];

        for (uint32_t point = 0; point < POINTS; point++) {
            double pair[2], x;

            sd_random_uniform((sd_draw){.seed = 5, .variable = (uint32_t)at, .step = point}, pair);
            x = each->linear ? each->from + pair[0] * (each->to - each->from)
                             : exp(log(each->from) + pair[0] * (log(each->to) - log(each->from)));
            if (ulps_between(each->ours(x), each->theirs(x)) > 2)
                fail_msg("%s(%.17g) is %.17g, not %.17g", each->name, x, each->ours(x),
                         each->theirs(x));
        }
    }
}

static void powers_agree_with_the_c_library_to_two_ulp(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 40000; point++) {
        double pair[2], x, y;

        sd_random_uniform((sd_draw){.seed = 6, .step = point}, pair);
        x = point % 2 ? exp(200 * (pair[0] - 0.5)) : 0.5 + pair[0];
        y = point % 3 ? 6 * (pair[1] - 0.5) : floor(40 * pair[1]) - 20;
        if (point % 3 == 0 && point % 5 == 0)
            x = -x;
        if (ulps_between(sd_pow(x, y), pow(x, y)) > 2)
            fail_msg("%.17g ^ %.17g is %.17g, not %.17g", x, y, sd_pow(x, y), pow(x, y));
    }
}

static void expect_exactly(double found, double wanted, int line)
{
    if (isnan(wanted) ? !isnan(found) : memcmp(&found, &wanted, sizeof found) != 0)
        fail_msg("line %d: %.17g, not %.17g", line, found, wanted);
}

#define EXACTLY(found, wanted) expect_exactly((found), (wanted), __LINE__)

static void special_points_of_exponentials_are_exact(void **state)
{
    (void)state;
    EXACTLY(sd_exp(0), 1);
    EXACTLY(sd_exp(-0.0), 1);
    EXACTLY(sd_exp(infinity), infinity);
    EXACTLY(sd_exp(-infinity), 0);
    EXACTLY(sd_exp(710), infinity);
    EXACTLY(sd_exp(-1100), 0);
    EXACTLY(sd_exp((double)NAN), (double)NAN);
    EXACTLY(sd_ln(1), 0);
    EXACTLY(sd_ln(0), -infinity);
    EXACTLY(sd_ln(-0.0), -infinity);
    EXACTLY(sd_ln(infinity), infinity);
    EXACTLY(sd_ln(-1), (double)NAN);
    EXACTLY(sd_ln((double)NAN), (double)NAN);
    EXACTLY(sd_log10(1000), 3);
    EXACTLY(sd_log10(1), 0);
    EXACTLY(sd_log10(0), -infinity);
    EXACTLY(sd_log10(-2), (double)NAN);
    EXACTLY(sd_sqrt(0), 0);
    EXACTLY(sd_sqrt(-0.0), -0.0);
    EXACTLY(sd_sqrt(2.25), 1.5);
    EXACTLY(sd_sqrt(infinity), infinity);
    EXACTLY(sd_sqrt(-1e-300), (double)NAN);
    EXACTLY(sd_sqrt(DBL_MAX), 1.3407807929942596e154);
}

static void special_points_of_powers_are_exact(void **state)
{
    (void)state;
    EXACTLY(sd_pow(0, 0), 1);
    EXACTLY(sd_pow((double)NAN, 0), 1);
    EXACTLY(sd_pow(1, (double)NAN), 1);
    EXACTLY(sd_pow(2, 10), 1024);
    EXACTLY(sd_pow(-2, 3), -8);
    EXACTLY(sd_pow(-2, 4), 16);
    EXACTLY(sd_pow(2, -1074), 0x1p-1074);
    EXACTLY(sd_pow(-2, 0.5), (double)NAN);
    EXACTLY(sd_pow(0, -1), infinity);
    EXACTLY(sd_pow(-0.0, -3), -infinity);
    EXACTLY(sd_pow(0, 3), 0);
    EXACTLY(sd_pow(infinity, -1), 0);
    EXACTLY(sd_pow(infinity, 0.5), infinity);
    EXACTLY(sd_pow(0.5, infinity), 0);
    EXACTLY(sd_pow(10, 400), infinity);
    EXACTLY(sd_pow(7.25, 1), 7.25);
}

static void special_points_of_angles_are_exact(void **state)
{
    (void)state;
    EXACTLY(sd_sin(0), 0);
    EXACTLY(sd_sin(-0.0), -0.0);
    EXACTLY(sd_cos(0), 1);
    EXACTLY(sd_tan(-0.0), -0.0);
    EXACTLY(sd_sin(infinity), (double)NAN);
    EXACTLY(sd_cos(-infinity), (double)NAN);
    EXACTLY(sd_tan(infinity), (double)NAN);
    EXACTLY(sd_arcsin(1), 1.5707963267948966);
    EXACTLY(sd_arcsin(-0.0), -0.0);
    EXACTLY(sd_arcsin(1.0000000000000002), (double)NAN);
    EXACTLY(sd_arccos(1), 0);
    EXACTLY(sd_arccos(-1), 3.141592653589793);
    EXACTLY(sd_arccos(2), (double)NAN);
    EXACTLY(sd_arctan(infinity), 1.5707963267948966);
    EXACTLY(sd_arctan(-0.0), -0.0);
    EXACTLY(sd_sinh(-0.0), -0.0);
    EXACTLY(sd_sinh(-infinity), -infinity);
    EXACTLY(sd_cosh(0), 1);
    EXACTLY(sd_cosh(-infinity), infinity);
    EXACTLY(sd_tanh(0), 0);
    EXACTLY(sd_tanh(-infinity), -1);
    EXACTLY(sd_tanh(30), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_agree_with_the_c_library_to_two_ulp),
        cmocka_unit_test(powers_agree_with_the_c_library_to_two_ulp),
        cmocka_unit_test(special_points_of_exponentials_are_exact),
        cmocka_unit_test(special_points_of_powers_are_exact),
        cmocka_unit_test(special_points_of_angles_are_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
