/* test_model_limit.c - the operations that the equations of a model ask for are counted before any is made.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

/* An array of `size` elements whose equation is `equation`, and other variables. */
static sd_status read_array(desk *on, const char *size, const char *equation, const char *others)
{
    return desk_read(
        on,
        desk_file(on, "euler 0 1 1",
                  sd_arena_printf(on->arena,
                                  "<dimensions><dim name=\"d\" size=\"%s\"/></dimensions>", size),
                  sd_arena_printf(on->arena,
                                  "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                                  "<eqn>%s</eqn></aux>%s",
                                  equation, others)));
}

/* 20 names and 19 sums are 39 operations, the sign is one more; times a million that is the limit. */
static void the_limit_itself_is_allowed_and_one_more_is_not(void **state)
{
    static const char forty[] = "-(TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+"
                                "TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME)";
    desk *on = *state;

    assert_int_equal(SD_OPERATIONS_MAX, 40 * 1000000);
    assert_int_equal(read_array(on, "1000000", forty, ""), SD_OK);
    assert_int_equal(read_array(on, "999999", forty, "<aux name=\"y\"><eqn>2</eqn></aux>"), SD_OK);
    assert_int_equal(read_array(on, "999999", forty,
                                "<aux name=\"y\"><eqn>TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+"
                                "TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME+TIME</eqn>"
                                "</aux>"),
                     SD_LIMIT);
    assert_non_null(strstr(desk_printed(on), "error[E113]: with 'y' the equations are more than "
                                             "40000000 operations"));
    assert_non_null(strstr(desk_printed(on), "help: it has 41:"));
}

static void sums_within_sums_multiply(void **state)
{
    static const char table[] = "<aux name=\"t\"><dimensions><dim name=\"d\"/></dimensions>"
                                "<eqn>d</eqn></aux>";
    desk *on = *state;

    assert_int_equal(read_array(on, "900", "SUM(t[*])", table), SD_OK);
    assert_int_equal(read_array(on, "900", "SUM(t[*] * SUM(t[*]))", table), SD_LIMIT);
    assert_non_null(strstr(desk_printed(on), "with 'x'"));
    assert_int_equal(read_array(on, "90", "SUM(t[*] * SUM(t[*]))", table), SD_OK);
}

static void a_delay_counts_as_the_stocks_that_it_is(void **state)
{
    desk *on = *state;

    assert_int_equal(read_array(on, "100000", "DELAYN(TIME, 3, 2)", ""), SD_OK);
    assert_int_equal(read_array(on, "100000", "DELAYN(TIME, 3, 100)", ""), SD_LIMIT);
    /* An order that is not written down may be the highest. */
    assert_int_equal(
        read_array(on, "100000", "DELAYN(TIME, 3, n)", "<aux name=\"n\"><eqn>2</eqn></aux>"),
        SD_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_limit_itself_is_allowed_and_one_more_is_not),
        DESK_TEST(sums_within_sums_multiply),
        DESK_TEST(a_delay_counts_as_the_stocks_that_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
