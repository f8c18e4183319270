/* test_analysis_oat.c - one factor at a time: the order of a tornado.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sense_desk.h"

#include <math.h>

static void the_widest_stands_first_and_what_failed_last(void **state)
{
    desk *on = *state;
    static const double results[] = {10, 9, 12, 15, 12, 8, 8, (double)NAN, 99, 10, 10};
    static const struct {
        size_t factor;
        double low, high, width;
    } expected[] = {{1, 15, 12, 5}, {0, 9, 12, 3}, {2, 8, 8, 2}, {4, 10, 10, 0}};
    const sd_oat_row *rows = sd_oat_new(on->arena, 5, results);

    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rows[i].factor, expected[i].factor);
        assert_true(rows[i].low == expected[i].low && rows[i].high == expected[i].high &&
                    rows[i].width == expected[i].width);
    }
    assert_int_equal(rows[4].factor, 3);
    assert_true(isnan(rows[4].width) && rows[4].high == 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {DESK_TEST(the_widest_stands_first_and_what_failed_last)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
