/* test_base_random.c - Philox gives the published numbers, and draws are uniform and independent of
 * everything but their coordinates.  Known answers: kat_vectors of Random123 1.14, philox4x32 10.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <math.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static void philox_gives_the_published_answers(void **state)
{
    static const struct {
        uint32_t counter[4], key[2], block[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };

    (void)state;
    for (size_t at = 0; at < sizeof known / sizeof known[0]; at++) {
        uint32_t block[4];

        sd_random_block(known[at].counter, known[at].key, block);
        assert_memory_equal(block, known[at].block, sizeof block);
    }
}

/* Pinned: results that people have published would change with them. */
static void a_draw_is_the_block_of_its_coordinates(void **state)
{
    const sd_draw draw = {.seed = 0x299f31d0a4093822u,
                          .member = 0x0370734413198a2eu,
                          .variable = 0x85a308d3,
                          .step = 0x243f6a88};
    double pair[2];

    (void)state;
    sd_random_uniform(draw, pair);
    assert_true(pair[0] == ((double)(0xd16cfe0994fdccebu >> 12) + 0.5) / 4503599627370496.0);
    assert_true(pair[1] == ((double)(0x5001e42024126ea1u >> 12) + 0.5) / 4503599627370496.0);
}

static void each_coordinate_changes_the_draw(void **state)
{
    const sd_draw base = {.seed = 20260711, .member = 3, .variable = 5, .step = 8};
    sd_draw others[6] = {base, base, base, base, base, base};
    double pair[2], other[2];

    (void)state;
    others[0].seed ^= 1;
    others[1].seed ^= (uint64_t)1 << 63;
    others[2].member ^= 1;
    others[3].member ^= (uint64_t)1 << 63;
    others[4].variable ^= 1;
    others[5].step ^= 1;
    sd_random_uniform(base, pair);
    for (size_t at = 0; at < 6; at++) {
        sd_random_uniform(others[at], other);
        assert_true(pair[0] != other[0] && pair[1] != other[1]);
    }
    sd_random_uniform(base, other);
    assert_true(pair[0] == other[0] && pair[1] == other[1]);
}

static void draws_are_uniform_and_uncorrelated_in_the_open_interval(void **state)
{
    enum { COUNT = 200000, BINS = 64 };
    size_t bins[BINS] = {0};
    double sum = 0, square = 0, cross = 0, lag = 0, last = 0.5, chi = 0;

    (void)state;
    for (uint32_t step = 0; step < COUNT; step++) {
        double pair[2];

        sd_random_uniform((sd_draw){.seed = 1, .member = 2, .step = step}, pair);
        assert_true(pair[0] > 0 && pair[0] < 1 && pair[1] > 0 && pair[1] < 1);
        bins[(size_t)(pair[0] * BINS)]++;
        sum += pair[0] - 0.5;
        square += (pair[0] - 0.5) * (pair[0] - 0.5);
        cross += (pair[0] - 0.5) * (pair[1] - 0.5);
        lag += (pair[0] - 0.5) * (last - 0.5);
        last = pair[0];
    }
    for (size_t bin = 0; bin < BINS; bin++) {
        const double expected = (double)COUNT / BINS;

        chi += ((double)bins[bin] - expected) * ((double)bins[bin] - expected) / expected;
    }
    /* Five standard deviations of each statistic. */
    assert_true(fabs(sum / COUNT) < 5 * sqrt(1.0 / 12 / COUNT));
    assert_true(fabs(square / COUNT - 1.0 / 12) < 5 * sqrt(1.0 / 180 / COUNT));
    assert_true(fabs(cross / COUNT) < 5 / 12.0 / sqrt(COUNT));
    assert_true(fabs(lag / COUNT) < 5 / 12.0 / sqrt(COUNT));
    assert_true(fabs(chi - (BINS - 1)) < 5 * sqrt(2.0 * (BINS - 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(a_draw_is_the_block_of_its_coordinates),
        cmocka_unit_test(each_coordinate_changes_the_draw),
        cmocka_unit_test(draws_are_uniform_and_uncorrelated_in_the_open_interval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
