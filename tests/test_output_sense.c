/* test_output_sense.c - the charts of what an answer depends on: the finding as their title, bars as long as numbers say, and
 * no word that leaves the picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include "../sim/output/chart_private.h"

#include <math.h>

#define OPEN (double)INFINITY

static const char *const names[] = {"hiring_response", "waiting_share[high]", "x"};

static sd_sense_chart chart_of(desk *on, sd_sense_kind kind)
{
    const sd_result result = output_result(on, "tank", "euler 0 8 1", "stock y = 3.2\naux x = 2\n");

    return (sd_sense_chart){.kind = kind,
                            .time_units = result.scenario->model->time_units,
                            .changed = "",
                            .variable = "y",
                            .time = 8,
                            .spec = "y@8",
                            .count = 3,
                            .parameters = names};
}

static const char *must_script(desk *on, const sd_sense_chart *chart)
{
    const char *script = NULL;

    if (sd_sense_script(on->arena, chart, "x.svg", &script, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return script;
}

static void expect_words(const char *script, const char *words)
{
    assert_non_null(script);
    if (!strstr(script, words))
        fail_msg("no '%s' in:\n%.6000s", words, script);
}

/* Row `row` of a block of numbers. */
static const char *row_of(const char *script, const char *block, size_t row)
{
    const char *at = strstr(script, block);

    assert_non_null(at);
    for (size_t i = 0; i <= row; i++)
        at += strcspn(at, "\n") + 1;
    return at;
}

/* The pixels between two ticks of the axis below, by the places of the words on it. */
static double x_of_word(const char *script, const char *word)
{
    const char *at = strstr(script, "$words << end_of_words\n") + 23,
               *place = strstr(script, "$places << end_of_places\n") + 25;

    for (; *at == '|'; at += strcspn(at, "\n") + 1, place += strcspn(place, "\n") + 1)
        if (strncmp(at + 1, word, strlen(word)) == 0 && at[1 + strlen(word)] == '\n')
            return strtod(place, NULL);
    fail_msg("no word '%s'", word);
    return 0;
}

static void a_tornado_has_bars_as_long_as_its_numbers(void **state)
{
    desk *on = *state;
    static const double low[] = {10, 21, 16}, high[] = {26, 11, 18}, from[] = {0.1, 2, 5},
                        to[] = {0.9, 3, 123456};
    sd_sense_chart chart = chart_of(on, SD_SENSE_TORNADO);

    chart.centre = 15;
    chart.low = low;
    chart.high = high;
    chart.from = from;
    chart.to = to;
    const char *script = must_script(on, &chart);
    expect_words(script, "|Hiring response and waiting share[high] move y most\n");
    expect_words(script, "|0.1 \xE2\x80\x93 0.9\n");
    expect_words(script, "|5 \xE2\x80\x93 123k\n");
    expect_words(script, "all others central: 15\n");
    const double zero = x_of_word(script, "15"), ten = x_of_word(script, "25") - zero;
    double middle, y, half, high_half;
    unsigned color;
    /* The longer of the first pair: 11 to the right, and then 5 to the left. */
    assert_int_equal(sscanf(row_of(script, "$boxes", 0), "%lf %lf %lf %lf %u", &middle, &y, &half,
                            &high_half, &color),
                     5);
    assert_near(middle + half, zero + 1.1 * ten, 1e-3);
    assert_near(middle - half, zero, 1e-3);
    assert_int_equal(sscanf(row_of(script, "$boxes", 1), "%lf %lf %lf", &middle, &y, &half), 3);
    assert_near(middle - half, zero - 0.5 * ten, 1e-3);
}

static void shares_end_where_their_intervals_allow(void **state)
{
    desk *on = *state;
    static const sd_estimate all[] = {{0.62, 0.55, 0.70}, {0.3, 0.2, 0.4}, {0.001, 0, 0.01}},
                             alone[] = {{0.5, 0.4, 0.6}, {-0.01, -0.1, 0.1}, {0, 0, 0}};
    sd_sense_chart chart = chart_of(on, SD_SENSE_SHARES);

    chart.all = all;
    chart.alone = alone;
    const char *script = must_script(on, &chart);
    expect_words(script, "|Hiring response and waiting share[high] decide y most\n");
    expect_words(script, "|62\xC2\xA0%\n");
    const double zero = x_of_word(script, "0\xC2\xA0%"),
                 twenty = x_of_word(script, "20\xC2\xA0%") - zero;
    double middle, y, half, x, dx;
    assert_int_equal(sscanf(row_of(script, "$boxes", 1), "%lf %lf %lf", &middle, &y, &half), 3);
    assert_near(middle + half, zero + 2.5 * twenty, 1e-3); /* alone */
    assert_int_equal(sscanf(row_of(script, "$marks", 0), "%lf %lf %lf", &x, &y, &dx), 3);
    assert_near(x, zero + 2.75 * twenty, 1e-3);
    assert_near(x + dx, zero + 3.5 * twenty, 1e-3);
}

static void influence_has_a_line_and_a_band_for_each_of_five(void **state)
{
    desk *on = *state;
    static const double times[] = {2, 4, 6, 8};
    sd_estimate rows[2][4];
    const sd_estimate *influences[] = {rows[0], rows[1]};
    sd_sense_chart chart = chart_of(on, SD_SENSE_INFLUENCE);

    for (size_t t = 0; t < 4; t++) { /* nothing varies before time 4 */
        const double value = t == 0 ? (double)NAN : 0.2 * (double)t;
        rows[0][t] = (sd_estimate){value, value - 0.1, value + 0.1};
        rows[1][t] = (sd_estimate){1 - value, 0.9 - value, 1.1 - value};
    }
    chart.count = 2;
    chart.time_count = 4;
    chart.times = times;
    chart.influences = influences;
    const char *script = must_script(on, &chart);
    expect_words(script, "|Hiring response 60\xC2\xA0%\n");
    expect_words(script, "|Waiting share[high] 40\xC2\xA0%\n");
    expect_words(script, "curve_count = 2\n");
    const char *curves = strstr(script, "$curves"), *end = strstr(curves, "end_of_curves\n\n");
    size_t lines = 0;
    for (const char *at = curves; at && at < (end ? end : curves + strlen(curves)); at++)
        lines += *at == '\n' && at[1] >= '0' && at[1] <= '9';
    assert_true(lines >= 6); /* three times, twice */
    for (size_t t = 0; t < 4; t++)
        rows[0][t].value = (double)NAN;
    assert_int_equal(sd_sense_script(on->arena, &chart, "x.svg", &script, on->diag),
                     sd_code_status(SD_E606));
}

static void futures_show_the_box_and_tell_cases_apart(void **state)
{
    desk *on = *state;
    static const double values[] = {0, 1, 2, 3, 4, 10, 30, 20, 40, 50, 7, 7, 7, 7, 7},
                        low[] = {1.5, -OPEN, -OPEN}, high[] = {OPEN, 45, OPEN};
    static const bool is_case[] = {false, false, true, true, false};
    const sd_cases cases = {5, 3, values, is_case};
    const sd_prim_box box = {.low = low,
                             .high = high,
                             .restricted = 2,
                             .members = 2,
                             .cases = 2,
                             .coverage = 1,
                             .density = 1};
    sd_sense_chart chart = chart_of(on, SD_SENSE_FUTURES);

    chart.cases = &cases;
    chart.box = &box;
    chart.across = 0;
    chart.up = 1;
    chart.above = true;
    chart.level = 42;
    const char *script = must_script(on, &chart);
    expect_words(script, "|Y above 42, time 8: in 40 % of 5 futures\n");
    expect_words(script, "|Hiring response above 1.5\n");
    expect_words(script, "|Waiting share[high] below 45\n");
    const double zero = x_of_word(script, "0"), one = x_of_word(script, "1") - zero;
    double x, y, dx;
    assert_int_equal(sscanf(row_of(script, "$marks", 0), "%lf %lf %lf", &x, &y, &dx), 3);
    assert_near(x, zero + 1.5 * one, 1e-3);
    assert_near(x + dx, zero + 4 * one, 1e-3); /* open: to the edge */
    chart.up = 0;
    assert_int_equal(sd_sense_script(on->arena, &chart, "x.svg", &script, on->diag),
                     sd_code_status(SD_E606));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_tornado_has_bars_as_long_as_its_numbers),
        DESK_TEST(shares_end_where_their_intervals_allow),
        DESK_TEST(influence_has_a_line_and_a_band_for_each_of_five),
        DESK_TEST(futures_show_the_box_and_tell_cases_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
