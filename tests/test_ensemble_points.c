/* test_ensemble_points.c - points of the unit cube: how evenly they lie, in every dimension and in pairs, and that each is a
 * function of its number.  Tolerances of random ones are 4.5 standard errors, or the quantile 1 - 1e-6 of chi squared: the
 * seeds are fixed, so a test that passes once passes always.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/ensemble.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>

static const sd_points *points(desk *on, sd_points_kind kind, uint64_t count, uint64_t seed,
                               sd_scramble scramble, size_t dimensions)
{
    const sd_sampling sampling = {.kind = kind, .count = count, .seed = seed, .scramble = scramble};
    const sd_points *made = NULL;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_points_new(on->arena, &sampling, dimensions, &made, on->diag), SD_OK);
    return made;
}

/* [count][dimensions], none on the edge of the cube. */
static double *all_points(desk *on, const sd_points *from, size_t count, size_t dimensions)
{
    double *u = SD_NEW_ARRAY(on->arena, double, count *dimensions);

    for (size_t i = 0; i < count; i++)
        sd_points_at(from, i, u + i * dimensions);
    for (size_t i = 0; i < count * dimensions; i++)
        assert_true(u[i] > 0 && u[i] < 1);
    return u;
}

/* Whether each of 2^a times 2^b equal boxes of two coordinates has as many of the points as any other.  `origin`: a point
 * at 0 that the sequence left out. */
static bool is_even(const double *u, size_t count, size_t dimensions, size_t d, size_t e,
                    unsigned a, unsigned b, bool origin)
{
    enum { BOXES = 1 << 14 };
    static uint32_t boxes[BOXES];
    const size_t box_count = (size_t)1 << (a + b);

    assert_true(box_count <= BOXES);
    memset(boxes, 0, box_count * sizeof *boxes);
    boxes[0] += origin;
    for (size_t i = 0; i < count; i++)
        boxes[(size_t)ldexp(u[i * dimensions + d], (int)a) << b |
              (size_t)ldexp(u[i * dimensions + e], (int)b)]++;
    for (size_t k = 1; k < box_count; k++)
        if (boxes[k] != boxes[0])
            return false;
    return true;
}

/* The t of a (t, m, 2)-net: every split of 2^(m - t) boxes is even. */
static unsigned quality(const double *u, unsigned m, size_t dimensions, size_t d, size_t e,
                        bool origin)
{
    const size_t count = ((size_t)1 << m) - origin;

    for (unsigned t = 0; t < m; t++) {
        unsigned a = 0;
        while (a <= m - t && is_even(u, count, dimensions, d, e, a, m - t - a, origin))
            a++;
        if (a > m - t)
            return t;
    }
    return m;
}

/* The star discrepancy in the mean of squares (Warnock 1972). */
static double discrepancy(const double *u, size_t count, size_t dimensions)
{
    double single = 0, pairs = 0;

    for (size_t i = 0; i < count; i++) {
        double product = 1;
        for (size_t d = 0; d < dimensions; d++)
            product *= (1 - u[i * dimensions + d] * u[i * dimensions + d]) / 2;
        single += product;
        for (size_t j = 0; j < count; j++) {
            product = 1;
            for (size_t d = 0; d < dimensions; d++)
                product *= 1 - fmax(u[i * dimensions + d], u[j * dimensions + d]);
            pairs += product;
        }
    }
    return pow(3, -(double)dimensions) - 2 * single / (double)count +
           pairs / (double)count / (double)count;
}

static double expected_discrepancy(size_t count, size_t dimensions) /* of independent points */
{
    return (pow(2, -(double)dimensions) - pow(3, -(double)dimensions)) / (double)count;
}

static void expect_uniform(const size_t *seen, size_t cells, double total)
{
    double chi = 0;

    for (size_t k = 0; k < cells; k++)
        chi += pow((double)seen[k] - total / (double)cells, 2) / (total / (double)cells);
    assert_true(chi < gsl_cdf_chisq_Qinv(1e-6, (double)cells - 1));
    assert_true(chi > gsl_cdf_chisq_Pinv(1e-6, (double)cells - 1)); /* and not too good */
}

/* ---- Monte Carlo ------------------------------------------------------------------------------------- */

static void monte_carlo_points_are_uniform_and_independent(void **state)
{
    enum { N = 40000, D = 3, CELLS = 8 };
    const sd_points *p = points(*state, SD_POINTS_MONTE_CARLO, N, 2385, SD_SCRAMBLE_OWEN, D);
    const double *u = all_points(*state, p, N, D);
    size_t boxes[CELLS * CELLS * CELLS] = {0}, next[CELLS * CELLS] = {0};

    for (size_t i = 0; i < N; i++) {
        const double *at = u + i * D;
        boxes[((size_t)(at[0] * CELLS) * CELLS + (size_t)(at[1] * CELLS)) * CELLS +
              (size_t)(at[2] * CELLS)]++;
        next[(size_t)(at[0] * CELLS) * CELLS + (size_t)(u[(i + 1) % N * D] * CELLS)]++;
    }
    expect_uniform(boxes, CELLS * CELLS * CELLS, N);
    expect_uniform(next, CELLS * CELLS, N);
}

static void a_point_of_monte_carlo_and_sobol_does_not_depend_on_the_count(void **state)
{
    enum { D = 5 };
    double few[D], many[D];

    for (int kind = 0; kind < 4; kind++) {
        const sd_points_kind what = kind ? SD_POINTS_SOBOL : SD_POINTS_MONTE_CARLO;
        const sd_scramble how = kind ? (sd_scramble)(kind - 1) : SD_SCRAMBLE_OWEN;
        const sd_points *a = points(*state, what, 100, 7, how, D),
                        *b = points(*state, what, SD_MEMBERS_MAX, 7, how, D);
        for (uint64_t i = 100; i-- > 0;) {
            sd_points_at(a, i, few);
            sd_points_at(b, i, many);
            assert_memory_equal(few, many, sizeof few);
        }
        sd_points_at(b, SD_MEMBERS_MAX - 1, many);
        for (size_t d = 0; d < D; d++)
            assert_true(many[d] > 0 && many[d] < 1);
    }
}

static void another_seed_gives_other_points_and_plain_sobol_has_none(void **state)
{
    for (int kind = 0; kind < 5; kind++) {
        const sd_points_kind what = kind == 0   ? SD_POINTS_MONTE_CARLO
                                    : kind == 1 ? SD_POINTS_LATIN
                                                : SD_POINTS_SOBOL;
        const sd_scramble how = kind < 2 ? SD_SCRAMBLE_OWEN : (sd_scramble)(kind - 2);
        const double *a = all_points(*state, points(*state, what, 64, 1, how, 2), 64, 2),
                     *b = all_points(*state, points(*state, what, 64, 2, how, 2), 64, 2),
                     *c = all_points(*state, points(*state, what, 64, 1, how, 2), 64, 2);
        assert_memory_equal(a, c, 128 * sizeof *a);
        assert_int_equal(memcmp(a, b, 128 * sizeof *a) == 0,
                         what == SD_POINTS_SOBOL && how == SD_SCRAMBLE_NONE);
    }
}

/* ---- Latin hypercubes -------------------------------------------------------------------------------- */

static void every_column_of_a_hypercube_has_one_point_in_each_part(void **state)
{
    static const size_t counts[] = {1, 2, 3, 10, 97, 1000, 4096, 65537};
    enum { D = 12 };

    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        const size_t n = counts[c];
        const double *u =
            all_points(*state, points(*state, SD_POINTS_LATIN, n, 11, SD_SCRAMBLE_OWEN, D), n, D);
        unsigned char *seen = SD_NEW_ARRAY(((desk *)*state)->arena, unsigned char, n);
        for (size_t d = 0; d < D; d++) {
            memset(seen, 0, n);
            for (size_t i = 0; i < n; i++) {
                const size_t part = (size_t)floor(u[i * D + d] * (double)n);
                assert_int_equal(seen[part], 0);
                seen[part] = 1;
            }
        }
    }
}

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void a_hypercube_of_the_most_members_needs_no_memory(void **state)
{
    enum { SOME = 100000 };
    const sd_points *p = points(*state, SD_POINTS_LATIN, SD_MEMBERS_MAX, 5, SD_SCRAMBLE_OWEN, 1);
    double *parts = SD_NEW_ARRAY(((desk *)*state)->arena, double, SOME), u;
    size_t tenths[10] = {0};

    for (uint64_t i = 0; i < SOME; i++) {
        sd_points_at(p, i * (SD_MEMBERS_MAX / SOME), &u);
        parts[i] = floor(u * SD_MEMBERS_MAX);
        tenths[(size_t)(u * 10)]++;
    }
    expect_uniform(tenths, 10, SOME);
    qsort(parts, SOME, sizeof *parts, by_value);
    for (size_t i = 1; i < SOME; i++)
        assert_true(parts[i - 1] < parts[i]); /* no part twice */
}

/* All orders of few parts come alike, in each column and in pairs of columns. */
static void the_orders_of_a_hypercube_come_alike(void **state)
{
    enum { N = 4, SEEDS = 48000, ORDERS = 24 };
    static size_t one[ORDERS], both[ORDERS * ORDERS];
    double u[2];

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        sd_arena *arena = sd_arena_new("a seed");
        desk here = {.arena = arena};
        const sd_points *p = points(&here, SD_POINTS_LATIN, N, seed, SD_SCRAMBLE_OWEN, 2);
        size_t order[2] = {0}, used[2][N] = {{0}};
        for (size_t i = 0; i < N; i++) {
            sd_points_at(p, i, u);
            for (size_t d = 0; d < 2; d++) {
                const size_t part = (size_t)(u[d] * N);
                size_t rank = 0;
                for (size_t k = 0; k < part; k++)
                    rank += !used[d][k];
                used[d][part] = 1;
                order[d] = order[d] * (N - i) + rank; /* Lehmer code */
            }
        }
        one[order[0]]++;
        both[order[0] * ORDERS + order[1]]++;
        sd_arena_free(arena);
    }
    expect_uniform(one, ORDERS, SEEDS);
    expect_uniform(both, ORDERS * ORDERS, SEEDS);
}

static void columns_of_a_hypercube_are_not_correlated(void **state)
{
    enum { N = 2000, D = 30 };
    const double *u =
        all_points(*state, points(*state, SD_POINTS_LATIN, N, 3, SD_SCRAMBLE_OWEN, D), N, D);

    for (size_t d = 0; d < D; d++)
        for (size_t e = 0; e < d; e++) {
            double sum = 0;
            for (size_t i = 0; i < N; i++)
                sum += (u[i * D + d] - 0.5) * (u[i * D + e] - 0.5);
            assert_true(fabs(12 * sum / N) < 4.5 / sqrt(N));
        }
}

static double nearest(const double *u, size_t count, size_t dimensions)
{
    double least = (double)INFINITY;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            double square = 0;
            for (size_t d = 0; d < dimensions; d++)
                square += pow(u[i * dimensions + d] - u[j * dimensions + d], 2);
            least = fmin(least, square);
        }
    return sqrt(least);
}

static void centred_points_lie_in_the_middle_and_maximin_points_farther_apart(void **state)
{
    enum { N = 60, D = 4 };
    desk *on = *state;
    sd_sampling sampling = {.kind = SD_POINTS_LATIN, .count = N, .seed = 8, .centred = true};
    const sd_points *p;
    double *u;

    assert_int_equal(sd_points_new(on->arena, &sampling, D, &p, on->diag), SD_OK);
    u = all_points(on, p, N, D);
    for (size_t i = 0; i < (size_t)N * D; i++)
        assert_near(u[i] * N - floor(u[i] * N), 0.5, 1e-12);
    sampling.maximin = true;
    assert_int_equal(sd_points_new(on->arena, &sampling, D, &p, on->diag), SD_OK);
    const double widest = nearest(all_points(on, p, N, D), N, D);
    double sum = 0;
    sampling.maximin = false;
    for (sampling.seed = 1; sampling.seed <= 50; sampling.seed++) {
        assert_int_equal(sd_points_new(on->arena, &sampling, D, &p, on->diag), SD_OK);
        sum += nearest(all_points(on, p, N, D), N, D);
    }
    assert_true(widest > 1.2 * sum / 50); /* the best of 100 against the mean of 50 */
    sampling.maximin = true;
    sampling.count = SD_MAXIMIN_MAX + 1;
    assert_int_equal(sd_points_new(on->arena, &sampling, D, &p, on->diag), SD_LIMIT);
    assert_non_null(
        strstr(desk_printed(on), "[E702]: a maximin hypercube has at most 4000 points"));
}

/* ---- Sobol' ------------------------------------------------------------------------------------------ */

static void plain_points_are_those_of_gsl_to_the_bit_in_40_dimensions(void **state)
{
    enum { N = 1 << 17, D = 40 };
    const sd_points *p = points(*state, SD_POINTS_SOBOL, N, 1, SD_SCRAMBLE_NONE, D);
    gsl_qrng *gsl = gsl_qrng_alloc(gsl_qrng_sobol, D);
    double u[D], expected[D];

    for (uint64_t i = 0; i < N; i++) {
        sd_points_at(p, i, u);
        gsl_qrng_get(gsl, expected);
        assert_memory_equal(u, expected, sizeof u);
    }
    gsl_qrng_free(gsl);
}

static void every_coordinate_of_256_dimensions_is_even(void **state)
{
    enum { M = 12, N = 1 << M, D = SD_SOBOL_DIMENSIONS_MAX };
    static const sd_scramble how[] = {SD_SCRAMBLE_NONE, SD_SCRAMBLE_SHIFT, SD_SCRAMBLE_OWEN};

    for (size_t k = 0; k < 3; k++) {
        const bool origin = how[k] == SD_SCRAMBLE_NONE;
        const double *u =
            all_points(*state, points(*state, SD_POINTS_SOBOL, N, 4, how[k], D), N, D);
        for (size_t d = 0; d < D; d++)
            assert_true(is_even(u, N - origin, D, d, d, M, 0, origin));
        for (size_t d = 0; d < D; d++) /* no two dimensions are the same */
            for (size_t e = 0; e < d; e++) {
                size_t i = 0;
                while (i < N && u[i * D + d] == u[i * D + e])
                    i++;
                assert_true(i < 256);
            }
    }
}

/* GSL's first 40 dimensions have pairs of a mean quality of 2.8 at 2^12 points, and a worst one of 10. */
static void pairs_of_the_dimensions_beyond_40_are_as_even_as_those_of_gsl(void **state)
{
    enum { M = 12, N = 1 << M, D = SD_SOBOL_DIMENSIONS_MAX };
    const double *u =
        all_points(*state, points(*state, SD_POINTS_SOBOL, N, 1, SD_SCRAMBLE_NONE, D), N, D);
    unsigned sum = 0, worst = 0, count = 0;
    double error = 0;

    for (size_t d = 40; d < D; d++)
        for (size_t k = 0; k < 3; k++) { /* with the dimension before, and two others */
            const size_t e = k == 0 ? d - 1 : (d * (k == 1 ? 37 : 101)) % d;
            const unsigned t = quality(u, M, D, d, e, true);
            double product = 0;
            sum += t;
            count++;
            worst = t > worst ? t : worst;
            for (size_t i = 0; i < N; i++)
                product += (u[i * D + d] - 0.5) * (u[i * D + e] - 0.5);
            error += pow(product / N, 2);
        }
    assert_true((double)sum / count < 3.3);
    assert_true(worst <= 10);
    /* A mean of 0 that independent points would miss by 1/12 / sqrt(N). */
    assert_true(sqrt(error / count) < 0.15 / 12 / sqrt(N));
}

static void scrambling_keeps_the_points_even_in_every_pair(void **state)
{
    enum { M = 9, N = 1 << M, D = 6 };
    const double *plain =
        all_points(*state, points(*state, SD_POINTS_SOBOL, N, 1, SD_SCRAMBLE_NONE, D), N, D);

    for (uint64_t seed = 1; seed <= 5; seed++)
        for (int how = SD_SCRAMBLE_OWEN; how <= SD_SCRAMBLE_SHIFT; how++) {
            const double *u = all_points(
                *state, points(*state, SD_POINTS_SOBOL, N, seed, (sd_scramble)how, D), N, D);
            for (size_t d = 0; d < D; d++)
                for (size_t e = 0; e < d; e++)
                    assert_int_equal(quality(u, M, D, d, e, false),
                                     quality(plain, M, D, d, e, true));
        }
    assert_int_equal(quality(plain, M, D, 0, 1, true), 0);
}

static void scrambled_points_are_uniform_over_the_seeds(void **state)
{
    enum { SEEDS = 20000, CELLS = 64 };
    static size_t first[2][CELLS], pair[2][CELLS], halves[8];
    double u[2], v[2];

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int how = SD_SCRAMBLE_OWEN; how <= SD_SCRAMBLE_SHIFT; how++) {
            sd_arena *arena = sd_arena_new("a seed");
            desk here = {.arena = arena};
            const sd_points *p = points(&here, SD_POINTS_SOBOL, 8, seed, (sd_scramble)how, 2);
            sd_points_at(p, 3, u);
            first[how][(size_t)(u[1] * CELLS)]++;
            pair[how][(size_t)(u[0] * 8) * 8 + (size_t)(u[1] * 8)]++;
            sd_points_at(p, 0, u);
            sd_points_at(p, 1, v); /* the other half: what lies below is turned over by itself */
            if (how == SD_SCRAMBLE_OWEN)
                halves[(size_t)(u[0] * 4) % 2 * 4 + (size_t)(v[0] * 4) % 2 * 2 +
                       (size_t)(u[0] * 2)]++;
            sd_arena_free(arena);
        }
    for (int how = 0; how < 2; how++) {
        expect_uniform(first[how], CELLS, SEEDS);
        expect_uniform(pair[how], CELLS, SEEDS);
    }
    expect_uniform(halves, 8, SEEDS);
}

static void sobol_points_have_a_tenth_of_the_discrepancy_of_random_ones(void **state)
{
    enum { N = 1024, D = 5 };

    for (int how = SD_SCRAMBLE_OWEN; how <= SD_SCRAMBLE_NONE; how++)
        assert_true(
            discrepancy(all_points(*state,
                                   points(*state, SD_POINTS_SOBOL, N, 6, (sd_scramble)how, D), N,
                                   D),
                        N, D) < 0.1 * expected_discrepancy(N, D));
    /* and random ones have what is expected of them, within a factor of 2 */
    assert_near(
        log2(discrepancy(
                 all_points(*state,
                            points(*state, SD_POINTS_MONTE_CARLO, N, 6, SD_SCRAMBLE_OWEN, D), N, D),
                 N, D) /
             expected_discrepancy(N, D)) +
            2,
        2, 0.5);
}

/* Owen (1997): for smooth functions the error falls with N^(-3/2), not N^(-1/2). */
static void owen_scrambling_is_exact_where_the_function_is_smooth(void **state)
{
    enum { SEEDS = 40, D = 3 };
    double errors[2] = {0};

    for (int size = 0; size < 2; size++) {
        const size_t n = size ? 4096 : 256;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            const double *u = all_points(
                *state, points(*state, SD_POINTS_SOBOL, n, seed, SD_SCRAMBLE_OWEN, D), n, D);
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += exp(u[i * D]) * u[i * D + 1] * u[i * D + 1] + u[i * D + 2] * u[i * D];
            errors[size] += pow(sum / (double)n - ((exp(1) - 1) / 3 + 0.25), 2) / SEEDS;
        }
    }
    /* 16 times the points: 64 times the accuracy, and at least 30; random points would have 4. */
    assert_true(sqrt(errors[0] / errors[1]) > 30);
    assert_true(sqrt(errors[1]) < 2e-5);
}

static void too_many_dimensions_are_refused(void **state)
{
    desk *on = *state;
    const sd_sampling sampling = {.kind = SD_POINTS_SOBOL, .count = 8};
    const sd_points *p;

    assert_int_equal(sd_points_new(on->arena, &sampling, SD_SOBOL_DIMENSIONS_MAX + 1, &p, on->diag),
                     SD_LIMIT);
    assert_non_null(strstr(desk_printed(on), "[E702]: a Sobol' sequence of 257 dimensions, more "
                                             "than 256\n   = help: a Latin hypercube"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(monte_carlo_points_are_uniform_and_independent),
        DESK_TEST(a_point_of_monte_carlo_and_sobol_does_not_depend_on_the_count),
        DESK_TEST(another_seed_gives_other_points_and_plain_sobol_has_none),
        DESK_TEST(every_column_of_a_hypercube_has_one_point_in_each_part),
        DESK_TEST(a_hypercube_of_the_most_members_needs_no_memory),
        DESK_TEST(the_orders_of_a_hypercube_come_alike),
        DESK_TEST(columns_of_a_hypercube_are_not_correlated),
        DESK_TEST(centred_points_lie_in_the_middle_and_maximin_points_farther_apart),
        DESK_TEST(plain_points_are_those_of_gsl_to_the_bit_in_40_dimensions),
        DESK_TEST(every_coordinate_of_256_dimensions_is_even),
        DESK_TEST(pairs_of_the_dimensions_beyond_40_are_as_even_as_those_of_gsl),
        DESK_TEST(scrambling_keeps_the_points_even_in_every_pair),
        DESK_TEST(scrambled_points_are_uniform_over_the_seeds),
        DESK_TEST(sobol_points_have_a_tenth_of_the_discrepancy_of_random_ones),
        DESK_TEST(owen_scrambling_is_exact_where_the_function_is_smooth),
        DESK_TEST(too_many_dimensions_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
