/* test_analysis_region.c - regional sensitivity: distances counted by hand and their published critical values.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

static void distances_are_those_counted_by_hand(void **state)
{
    desk *on = *state;
    /* Cases 1 3 5 5 and rest 2 5 7 of the first factor: below 5 there are 2 of 4 and 1 of 3, at 5 all 4 and 2 of 3. */
    static const double values[] = {1, 3, 5, 5, 2, 5, 7, /* the second tells them apart */
                                    9, 9, 8, 7, 2, 3, 4, /* the third is the same in all */
                                    6, 6, 6, 6, 6, 6, 6};
    static const bool is_case[] = {true, true, true, true, false, false, false};
    const sd_cases cases = {7, 3, values, is_case};
    const sd_region_row *rows = sd_region_new(on->arena, &cases);

    assert_int_equal(rows[0].factor, 1);
    assert_true(rows[0].distance == 1 && rows[0].side == 1 && rows[0].at == 4);
    assert_int_equal(rows[1].factor, 0);
    assert_near(rows[1].distance, 1 - 2.0 / 3, 1e-15);
    assert_int_equal(rows[1].side, -1);
    assert_true(rows[1].at == 5);
    assert_true(rows[2].distance == 0 && rows[2].p_value == 1);
}

/* Smirnov 1948: of the limiting distribution, chances of 10, 5 and 1 percent lie at 1.2238, 1.3581 and 1.6276.  With 10000 and
 * 10000 members the distance is a multiple of 1/10000, and Stephens' correction is 0.2 % of it. */
static void chances_are_those_of_smirnov_s_table(void **state)
{
    desk *on = *state;
    static const double chances[] = {0.10, 0.05, 0.01}, critical[] = {1.2238, 1.3581, 1.6276};
    enum { HALF = 10000 };
    double *values = SD_NEW_ARRAY(on->arena, double, 2 * HALF);
    bool *is_case = SD_NEW_ARRAY(on->arena, bool, 2 * HALF);

    for (size_t i = 0; i < 3; i++) {
        const double shift = round(critical[i] / sqrt(HALF / 2.0) * HALF);

        for (size_t n = 0; n < HALF; n++) {
            values[n] = (double)n + 0.5;
            values[HALF + n] = (double)n + shift;
            is_case[HALF + n] = true;
        }
        const sd_cases cases = {2 * HALF, 1, values, is_case};
        const sd_region_row *row = sd_region_new(on->arena, &cases);
        assert_near(row->distance, shift / HALF, 1e-9);
        assert_near(row->p_value, chances[i], 0.03);
    }
}

static void without_cases_nothing_differs(void **state)
{
    desk *on = *state;
    static const double values[] = {1, 2, 3};
    static const bool none[] = {false, false, false};
    const sd_cases cases = {3, 1, values, none};
    const sd_region_row *row = sd_region_new(on->arena, &cases);

    assert_true(row->distance == 0 && row->p_value == 1 && row->side == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(distances_are_those_counted_by_hand),
        DESK_TEST(chances_are_those_of_smirnov_s_table),
        DESK_TEST(without_cases_nothing_differs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
