/* test_base_number.c - numbers are written shortly, read back to the same bits and care for no
 * locale.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool bits_are_equal(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* ---- writing ---- */

static void expect_format(double value, const char *wanted)
{
    char text[SD_NUMBER_MAX];
    const size_t length = sd_number_format(value, text);

    assert_string_equal(text, wanted);
    assert_int_equal(length, strlen(wanted));
}

static void numbers_are_written_in_the_shortest_form(void **state)
{
    (void)state;
    expect_format(0.1, "0.1");
    expect_format(2.385, "2.385");
    expect_format(-0.30000000000000004, "-0.30000000000000004");
    expect_format(1.0 / 3, "0.3333333333333333");
    expect_format(100.5, "100.5");
    expect_format(0.0001234, "0.0001234");
    expect_format(0.00001234, "1.234e-05");
    expect_format(1e-7, "1e-07");
    expect_format(1e-100, "1e-100");
    expect_format(6.02214076e23, "6.02214076e+23");
    expect_format(DBL_MAX, "1.7976931348623157e+308");
    expect_format(-DBL_MIN, "-2.2250738585072014e-308");
    expect_format(4.9406564584124654e-324, "5e-324");
    expect_format(2.2250738585072011e-308, "2.225073858507201e-308");
    expect_format(0x1p-44, "5.684341886080802e-14");
    expect_format(9007199254740993.0, "9007199254740992");
    expect_format(12345678901234568.0, "12345678901234568");
    expect_format(123456789012345.67, "123456789012345.67");
}

static void whole_numbers_have_neither_point_nor_exponent(void **state)
{
    (void)state;
    expect_format(0, "0");
    expect_format(-0.0, "-0");
    expect_format(7, "7");
    expect_format(-1920, "-1920");
    expect_format(1e14, "100000000000000");
    expect_format(999999999999999, "999999999999999");
    expect_format(1e15, "1e+15");
    expect_format(1234567890123456, "1234567890123456");
    expect_format(-9007199254740991, "-9007199254740991");
}

static void what_is_no_number_has_a_word(void **state)
{
    (void)state;
    expect_format((double)INFINITY, "inf");
    expect_format(-(double)INFINITY, "-inf");
    expect_format((double)NAN, "nan");
    expect_format(-(double)NAN, "nan");
}

/* The form that printf gives to the first precision that is enough. */
static void form_of_printf(double value, char *text, size_t size)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

static void the_form_is_that_of_printf(void **state)
{
    (void)state;
    for (uint32_t at = 0; at < 20000; at++) {
        char text[SD_NUMBER_MAX], wanted[SD_NUMBER_MAX] = "";
        double pair[2], value;

        sd_random_uniform((sd_draw){.seed = 11, .step = at}, pair);
        value = (pair[0] - 0.5) * pow(10, (double)(at % 600) - 300);
        /* Every third with few digits. */
        if (at % 3 == 0)
            value = floor(pair[0] * 1e5) / pow(10, at % 13);
        sd_number_format(value, text);
        form_of_printf(value, wanted, sizeof wanted);
        assert_string_equal(text, wanted);
    }
}

/* ---- writing and reading ---- */

static void expect_round_trip(double value)
{
    char text[SD_NUMBER_MAX];
    const size_t length = sd_number_format(value, text);
    double back = 0;

    if (length >= SD_NUMBER_MAX || text[length] != '\0' ||
        sd_number_parse(text, length, &back) != length || !bits_are_equal(value, back))
        fail_msg("%a is written '%s' and read back %a", value, text, back);
}

static void check_round_trips(uint32_t blocks, uint32_t key)
{
    for (uint32_t at = 0; at < blocks; at++) {
        const uint32_t counter[4] = {at, 3, 1, 4}, keys[2] = {key, 5};
        uint32_t block[4];

        sd_random_block(counter, keys, block);
        for (size_t half = 0; half < 4; half += 2) {
            const double value = from_bits((uint64_t)block[half] << 32 | block[half + 1]);

            if (isfinite(value))
                expect_round_trip(value);
        }
    }
}

static void a_number_reads_back_to_the_same_bits(void **state)
{
    (void)state;
    check_round_trips(500000, 926);
}

static void powers_of_two_and_their_neighbours_read_back(void **state)
{
    (void)state;
    for (uint64_t exponent = 0; exponent < 2047; exponent++) {
        for (uint64_t off = 0; off < 5; off++)
            expect_round_trip(from_bits((exponent << 52) + off));
        expect_round_trip(from_bits((exponent << 52) + 0xFFFFFFFFFFFFFu));
    }
    for (int power = -323; power <= 308; power++) {
        char text[16];

        snprintf(text, sizeof text, "1e%d", power);
        expect_round_trip(strtod(text, NULL));
        expect_round_trip(nextafter(strtod(text, NULL), 0));
    }
}

static void a_comma_locale_changes_nothing(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                                        "fr_FR.utf8",  "de_DE",      "ps_AF.UTF-8"};
    bool found = false;
    double value = 0;

    (void)state;
    for (size_t at = 0; at < sizeof names / sizeof names[0] && !found; at++)
        found = setlocale(LC_ALL, names[at]) && strcmp(localeconv()->decimal_point, ".") != 0;
    if (!found)
        skip();
    expect_format(2.385, "2.385");
    expect_format(-1.5e-300, "-1.5e-300");
    assert_int_equal(sd_number_parse("0.12345678901234567890,5", 24, &value), 22);
    assert_true(value == 0.12345678901234567890);
    assert_int_equal(sd_number_parse("1,5", 3, &value), 1);
    check_round_trips(20000, 535);
    setlocale(LC_ALL, "C");
}

/* ---- reading ---- */

static void expect_parse(const char *text, size_t used, double wanted)
{
    double value = -77.25;
    const size_t found = sd_number_parse(text, strlen(text), &value);

    if (found != used || !bits_are_equal(value, used > 0 ? wanted : -77.25))
        fail_msg("'%s' gives %.17g with %zu bytes, not %.17g with %zu", text, value, found, wanted,
                 used);
}

static void each_part_of_a_number_may_be_missing(void **state)
{
    (void)state;
    expect_parse(".5", 2, 0.5);
    expect_parse("5.", 2, 5);
    expect_parse("1e5", 3, 1e5);
    expect_parse("1.5E-3", 6, 1.5e-3);
    expect_parse("-12.75e+2x", 9, -1275);
    expect_parse("+7", 2, 7);
    expect_parse("-0", 2, -0.0);
    expect_parse("-0.000e99", 9, -0.0);
    expect_parse("007.250", 7, 7.25);
}

static void a_number_ends_where_it_stops_making_sense(void **state)
{
    (void)state;
    expect_parse("0x10", 1, 0);
    expect_parse("1e", 1, 1);
    expect_parse("1e+", 1, 1);
    expect_parse("1e-x", 1, 1);
    expect_parse("2.5.7", 3, 2.5);
    expect_parse("1_000", 1, 1);
    expect_parse("3 4", 1, 3);
    expect_parse("5.e2", 4, 500);
}

static void what_is_no_number_uses_no_bytes(void **state)
{
    static const char *const texts[] = {"",  ".",   "-",   "+.",  "e5",   ".e5", " 5",
                                        "x", "inf", "nan", "INF", "-inf", "--1"};

    (void)state;
    for (size_t at = 0; at < sizeof texts / sizeof texts[0]; at++)
        expect_parse(texts[at], 0, 0);
}

static void extremes_become_infinity_or_zero(void **state)
{
    (void)state;
    expect_parse("1e309", 5, (double)INFINITY);
    expect_parse("-1e99999999999999999999", 23, -(double)INFINITY);
    expect_parse("1e-99999999999999999999", 23, 0);
    expect_parse("0e99999999999999999999", 22, 0);
    expect_parse("1.7976931348623157e308", 22, DBL_MAX);
    expect_parse("2.4703282292062327e-324", 23, 0);
    expect_parse("2.4703282292062328e-324", 23, from_bits(1));
}

static void reading_stops_at_the_given_length(void **state)
{
    double value = 0;

    (void)state;
    assert_int_equal(sd_number_parse("123.456e7", 5, &value), 5);
    assert_true(value == 123.4);
    assert_int_equal(sd_number_parse("12e5", 3, &value), 2);
    assert_true(value == 12);
    assert_int_equal(sd_number_parse("5", 0, &value), 0);
}

/* 2^53 + 1 lies half-way between two doubles; one digit a thousand places on decides. */
static void digits_far_behind_still_decide_the_rounding(void **state)
{
    enum { ZEROS = 2000 };
    char text[ZEROS + 32];
    size_t length = (size_t)snprintf(text, sizeof text, "9007199254740993.");
    double value = 0;

    (void)state;
    memset(text + length, '0', ZEROS);
    length += ZEROS;
    assert_int_equal(sd_number_parse(text, length, &value), length);
    assert_true(value == 9007199254740992.0);
    text[length++] = '1';
    assert_int_equal(sd_number_parse(text, length, &value), length);
    assert_true(value == 9007199254740994.0);
    /* Many zeros that an exponent takes back. */
    memset(text, '0', ZEROS);
    memcpy(text, "0.", 2);
    length = ZEROS + (size_t)snprintf(text + ZEROS, sizeof text - ZEROS, "75e%d", ZEROS);
    assert_int_equal(sd_number_parse(text, length, &value), length);
    assert_true(value == 75);
}

static void short_numbers_are_read_as_strtod_reads_them(void **state)
{
    (void)state;
    for (uint32_t at = 0; at < 100000; at++) {
        const uint32_t counter[4] = {at, 0, 0, 9}, key[2] = {8, 2};
        uint32_t block[4];
        char text[64];
        double value = 0;

        sd_random_block(counter, key, block);
        snprintf(text, sizeof text, "%u.%0*ue%d", block[0] % (at % 2 ? 100 : 1u << 31),
                 (int)(block[2] % 12) + 1, block[1] % 1000000, (int)(block[3] % 60) - 30);
        assert_int_equal(sd_number_parse(text, strlen(text), &value), strlen(text));
        if (value != strtod(text, NULL))
            fail_msg("'%s' is read as %.17g", text, value);
    }
}

static void a_whole_text_must_be_one_finite_number(void **state)
{
    static const char *const wrong[] = {"",      "  ",   "1 2", "1.5x", "inf",
                                        "1e999", "0x10", "- 5", "nan",  "1,5"};
    double value = 3.25;

    (void)state;
    for (size_t at = 0; at < sizeof wrong / sizeof wrong[0]; at++)
        assert_false(sd_number_from_text(wrong[at], &value));
    assert_true(value == 3.25);
    assert_true(sd_number_from_text(" \t-2.5e1\r\n", &value));
    assert_true(value == -25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_the_shortest_form),
        cmocka_unit_test(whole_numbers_have_neither_point_nor_exponent),
        cmocka_unit_test(what_is_no_number_has_a_word),
        cmocka_unit_test(the_form_is_that_of_printf),
        cmocka_unit_test(a_number_reads_back_to_the_same_bits),
        cmocka_unit_test(powers_of_two_and_their_neighbours_read_back),
        cmocka_unit_test(a_comma_locale_changes_nothing),
        cmocka_unit_test(each_part_of_a_number_may_be_missing),
        cmocka_unit_test(a_number_ends_where_it_stops_making_sense),
        cmocka_unit_test(what_is_no_number_uses_no_bytes),
        cmocka_unit_test(extremes_become_infinity_or_zero),
        cmocka_unit_test(reading_stops_at_the_given_length),
        cmocka_unit_test(digits_far_behind_still_decide_the_rounding),
        cmocka_unit_test(short_numbers_are_read_as_strtod_reads_them),
        cmocka_unit_test(a_whole_text_must_be_one_finite_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
