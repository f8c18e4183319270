/* test_analysis_sobol_indices.c - shares of the variance: exact values, and what another program found on the same points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

static const sd_sampling plain = {.kind = SD_POINTS_SOBOL, .scramble = SD_SCRAMBLE_NONE};

static sd_sampling scrambled(uint64_t count, uint64_t seed)
{
    return (sd_sampling){
        .kind = SD_POINTS_SOBOL, .scramble = SD_SCRAMBLE_OWEN, .count = count, .seed = seed};
}

/* ---- the same points, another program ------------------------------------------------------------------ */

static double mean_of(const double *values, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static void assert_row(const sd_sobol *sobol, const sd_sobol_request *q, size_t factor,
                       const double *expected)
{
    /* The reference does not centre the results: that adds their mean times mean(AB_i - A). */
    const double drift = mean_of(q->ab + factor * q->count, q->count) - mean_of(q->a, q->count),
                 first = sobol->list[factor].first.value + sobol->mean * drift / sobol->variance;
    const double values[] = {sobol->mean, sobol->variance, sobol->list[factor].first_jansen.value,
                             sobol->list[factor].total.value, first};

    /* Indices are differences of sums of up to 65536 terms that are about 1. */
    for (size_t i = 0; i < 5; i++)
        if (!is_near(values[i], expected[i], 1e-12, 0) && fabs(values[i] - expected[i]) > 1e-12)
            fail_msg("value %zu of factor %zu is %.15g, not %.15g", i, factor, values[i],
                     expected[i]);
}

/* Rows of gsa_gsl_sobol_jansen.csv, the whole of which the next test reads. */
static void growth_has_the_indices_that_gsl_s_points_give(void **state)
{
    desk *on = *state;
    static const double expected[2][5] = {{186.944276413268, 1942.51529871215, 0.0493600971534065,
                                           0.0635689912805519, 0.0673119201275512},
                                          {186.944276413268, 1942.51529871215, 0.936524715640489,
                                           0.951084211784949, 0.939198607488037}};
    sd_sampling sampling = plain;

    sampling.count = 256;
    const sd_sobol_request q = request_of(on, &growth, &sampling, false);
    const sd_sobol *sobol = sd_sobol_new(on->arena, &q);
    for (size_t f = 0; f < 2; f++)
        assert_row(sobol, &q, f, expected[f]);
}

static void every_row_of_the_reference_is_hit(void **state)
{
    desk *on = *state;
    static const known_function *const functions[] = {&ishigami, &sobol_g, &growth};
    const char *path = desk_shared(on, "reference/gsa_gsl_sobol_jansen.csv");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[512], name[64];
    const sd_sobol *sobol = NULL;
    sd_sobol_request q = {0};
    size_t rows = 0;

    if (!file)
        skip();
    while (fgets(line, sizeof line, file)) {
        unsigned long count;
        size_t factor;
        double expected[5];

        if (sscanf(line, "%63[^,],%lu,%zu,%lf,%lf,%lf,%lf,%lf", name, &count, &factor, &expected[0],
                   &expected[1], &expected[2], &expected[3], &expected[4]) != 8)
            continue;
        for (size_t i = 0; i < 3 && factor == 1; i++)
            if (strcmp(functions[i]->in_table, name) == 0) {
                sd_sampling sampling = plain;
                sampling.count = count;
                q = request_of(on, functions[i], &sampling, false);
                q.resamples = 0;
                sobol = sd_sobol_new(on->arena, &q);
            }
        if (!sobol)
            continue;
        assert_row(sobol, &q, factor - 1, expected);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 65);
}

/* ---- exact values ---------------------------------------------------------------------------------------- */

static void assert_within(const sd_estimate *estimate, double exact, double width, const char *what)
{
    if (!(estimate->low <= exact && exact <= estimate->high))
        fail_msg("%s is %.6g, outside of %.6g..%.6g", what, exact, estimate->low, estimate->high);
    if (!(estimate->high - estimate->low < width))
        fail_msg("%s has the interval %.6g..%.6g, too wide", what, estimate->low, estimate->high);
    assert_true(estimate->low <= estimate->value && estimate->value <= estimate->high);
}

/* Ishigami and Homma 1990; the exact indices, from their closed form, as they stand in gsa_exact_indices.csv. */
static void ishigami_s_indices_lie_within_their_intervals(void **state)
{
    desk *on = *state;
    static const double first[] = {0.31390519114781145, 0.44241114479004082, 0},
                        total[] = {0.55758885520995919, 0.44241114479004082, 0.24368366406214773},
                        second[3][3] = {
                            {0, 0, 0.24368366406214773}, {0, 0, 0}, {0.24368366406214773, 0, 0}};
    const sd_sampling sampling = scrambled(4096, 11);
    const sd_sobol_request q = request_of(on, &ishigami, &sampling, true);
    const sd_sobol *sobol = sd_sobol_new(on->arena, &q);

    assert_int_equal(sobol->used, 4096);
    assert_near(sobol->mean, 3.5, 2e-3); /* the error of 8192 points of a Sobol' sequence */
    assert_near(sobol->variance, 13.844587940719257, 1e-2);
    for (size_t f = 0; f < 3; f++) {
        const sd_sobol_index *index = &sobol->list[f];

        assert_within(&index->first, first[f], 0.1, "a first order");
        assert_within(&index->first_jansen, first[f], 0.1, "a first order (Jansen)");
        assert_within(&index->total, total[f], 0.1, "a total order");
        assert_false(index->wide || index->crossed);
        assert_true(isnan(index->second[f].value));
        for (size_t j = 0; j < 3; j++)
            if (j != f)
                assert_within(&index->second[j], second[f][j], 0.2, "a second order");
    }
}

static void the_exact_indices_of_the_reference_lie_within_their_intervals(void **state)
{
    desk *on = *state;
    static const known_function *const functions[] = {&ishigami, &sobol_g, &growth};
    const char *path = desk_shared(on, "reference/gsa_exact_indices.csv");
    size_t pairs = 0;

    if (!path)
        skip();
    for (size_t i = 0; i < 3; i++) {
        const known_function *function = functions[i];
        const sd_sampling sampling = scrambled(4096, 20261112);
        const sd_sobol_request q = request_of(on, function, &sampling, true);
        const sd_sobol *sobol = sd_sobol_new(on->arena, &q);

        for (size_t f = 0; f < function->factor_count; f++) {
            const char *first = sd_arena_printf(on->arena, "S1_%s", function->factors[f]),
                       *total = sd_arena_printf(on->arena, "ST_%s", function->factors[f]);

            assert_within(&sobol->list[f].first, exact_value(on, path, function->name, first), 0.1,
                          first);
            assert_within(&sobol->list[f].total, exact_value(on, path, function->name, total), 0.1,
                          total);
            for (size_t j = f + 1; j < function->factor_count && j < 4; j++) {
                const char *second = sd_arena_printf(on->arena, "S2_%s%s", function->factors[f],
                                                     function->factors[j]);

                assert_within(&sobol->list[f].second[j],
                              exact_value(on, path, function->name, second), 0.2, second);
                pairs++;
            }
        }
    }
    assert_int_equal(pairs, 3 + 6 + 1);
}

/* ---- what an interval is --------------------------------------------------------------------------------- */

/* 19 of 20 intervals of independent samples hold the exact value; with Monte Carlo points of 500 rows the bootstrap is good
 * for 90 to 98 of 100 (binomial, three deviations below 95 and the few percent that a bootstrap of 500 is short of). */
static void nineteen_of_twenty_intervals_hold_the_truth(void **state)
{
    desk *on = *state;
    size_t first = 0, total = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        const sd_sampling sampling = {.kind = SD_POINTS_MONTE_CARLO, .count = 500, .seed = seed};
        const sd_sobol_request q = request_of(on, &growth, &sampling, false);
        const sd_sobol_index *index = &sd_sobol_new(on->arena, &q)->list[0];

        first +=
            index->first.low <= 0.059225334999320327 && 0.059225334999320327 <= index->first.high;
        total +=
            index->total.low <= 0.062350832225236206 && 0.062350832225236206 <= index->total.high;
    }
    assert_in_range(first, 87, 99);
    assert_in_range(total, 87, 99);
}

static void more_rows_make_intervals_narrower_and_few_are_warned_of(void **state)
{
    desk *on = *state;
    double widths[3];

    for (size_t i = 0; i < 3; i++) {
        const sd_sampling sampling = scrambled((uint64_t)64 << 4 * i, 5);
        const sd_sobol_request q = request_of(on, &ishigami, &sampling, false);
        const sd_sobol_index *index = &sd_sobol_new(on->arena, &q)->list[0];

        widths[i] = index->total.high - index->total.low;
        assert_int_equal(index->wide, i < 2);
    }
    /* 16 times the rows, a quarter of the width; a half and double of that for chance. */
    for (size_t i = 0; i < 2; i++)
        assert_true(widths[i + 1] > widths[i] / 8 && widths[i + 1] < widths[i] / 2);
}

static void a_bootstrap_that_is_interrupted_ends_soon(void **state)
{
    desk *on = *state;
    const sd_sampling sampling = scrambled(32768, 5);
    const volatile sig_atomic_t interrupted = 1;
    sd_sobol_request q = request_of(on, &ishigami, &sampling, false);

    q.resamples = 20000; /* a minute */
    q.interrupted = &interrupted;
    const double began = sd_clock_seconds();

    (void)sd_sobol_new(on->arena, &q);
    assert_true(sd_clock_seconds() - began < 1); /* what people wait after Ctrl-C */
}

static void an_impossible_order_of_indices_is_told(void **state)
{
    desk *on = *state;
    /* 4 rows: (AB - A) goes with B, but is small. */
    static const double a[] = {1, -1, 2, -2}, b[] = {2, -2, 2, -2}, ab[] = {1.5, -1.5, 2.5, -2.5};
    const sd_sobol_request q = {.count = 4, .factor_count = 1, .a = a, .b = b, .ab = ab};
    const sd_sobol_index *index = &sd_sobol_new(on->arena, &q)->list[0];

    assert_near(index->first.value, 1 / 3.25, 1e-15);     /* mean(B (AB - A)) / V, by hand */
    assert_near(index->total.value, 0.125 / 3.25, 1e-15); /* mean((A - AB)^2) / 2 / V */
    assert_true(index->crossed);
    assert_false(index->wide); /* without an interval nothing is said of it */
    assert_true(isnan(index->first.low));
}

/* ---- members without a result, and results that do not vary ---------------------------------------------- */

static void a_row_with_a_missing_result_counts_for_nothing(void **state)
{
    desk *on = *state;
    const sd_sampling sampling = scrambled(256, 3), shorter = scrambled(255, 3);
    sd_sobol_request whole = request_of(on, &ishigami, &shorter, true),
                     missing = request_of(on, &ishigami, &sampling, true);

    ((double *)missing.ba)[2 * 256 + 255] = (double)NAN; /* the last row of BA_3 */
    const sd_sobol *x = sd_sobol_new(on->arena, &missing), *y = sd_sobol_new(on->arena, &whole);
    assert_int_equal(x->used, 255);
    for (size_t f = 0; f < 3; f++) {
        assert_memory_equal(&x->list[f].first, &y->list[f].first, sizeof(sd_estimate));
        assert_memory_equal(&x->list[f].total, &y->list[f].total, sizeof(sd_estimate));
    }
}

static void what_does_not_vary_has_no_indices(void **state)
{
    desk *on = *state;
    const double same[] = {2.385, 2.385, nextafter(2.385, 3), 2.385};
    const sd_sobol_request q = {.count = 4,
                                .factor_count = 1,
                                .a = same,
                                .b = same,
                                .ab = same,
                                .ba = same,
                                .resamples = 10};
    const sd_sobol *sobol = sd_sobol_new(on->arena, &q);

    assert_false(sobol->varies);
    assert_true(isnan(sobol->list[0].first.value) && isnan(sobol->list[0].total.high) &&
                isnan(sobol->list[0].second[0].value));
}

static void threads_change_nothing(void **state)
{
    desk *on = *state;
    const sd_sampling sampling = scrambled(128, 7);
    sd_sobol_request q = request_of(on, &sobol_g, &sampling, true);
    const sd_sobol *one = sd_sobol_new(on->arena, &q);

    q.threads = 3;
    const sd_sobol *three = sd_sobol_new(on->arena, &q);
    for (size_t f = 0; f < 8; f++) {
        assert_memory_equal(&one->list[f].first, &three->list[f].first, sizeof(sd_estimate));
        assert_memory_equal(&one->list[f].second[(f + 1) % 8], &three->list[f].second[(f + 1) % 8],
                            sizeof(sd_estimate));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(growth_has_the_indices_that_gsl_s_points_give),
        DESK_TEST(every_row_of_the_reference_is_hit),
        DESK_TEST(ishigami_s_indices_lie_within_their_intervals),
        DESK_TEST(the_exact_indices_of_the_reference_lie_within_their_intervals),
        DESK_TEST(nineteen_of_twenty_intervals_hold_the_truth),
        DESK_TEST(more_rows_make_intervals_narrower_and_few_are_warned_of),
        DESK_TEST(a_bootstrap_that_is_interrupted_ends_soon),
        DESK_TEST(an_impossible_order_of_indices_is_told),
        DESK_TEST(a_row_with_a_missing_result_counts_for_nothing),
        DESK_TEST(what_does_not_vary_has_no_indices),
        DESK_TEST(threads_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
