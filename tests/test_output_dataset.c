/* test_output_dataset.c - tables are read as RFC 4180 has them, and what is wrong is told by line and column.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

static sd_status read_csv(desk *on, const char *text, const sd_dataset **ret_data)
{
    on->diag = sd_diag_new(on->arena);
    return sd_dataset_from_csv(
        on->arena, sd_source_from_text(on->arena, "t.csv", text, strlen(text)), ret_data, on->diag);
}

static const sd_dataset *must_read(desk *on, const char *text)
{
    const sd_dataset *data = NULL;

    if (read_csv(on, text, &data) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return data;
}

/* The first message, and where it is. */
static void expect_error(desk *on, const char *text, size_t line, size_t column,
                         const char *message)
{
    const sd_dataset *data = NULL;

    assert_int_equal(read_csv(on, text, &data), SD_SYNTAX);
    assert_null(data);
    assert_true(on->diag->messages.count > 0);
    const sd_message *first = &on->diag->messages.items[0];
    const sd_position at = sd_source_position(first->span.source, first->span.begin);

    assert_int_equal(first->code, SD_E606);
    assert_string_equal(first->text, message);
    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void a_table_without_scenarios_is_one_series(void **state)
{
    const sd_dataset *data = must_read(*state, "time,a,b\n0,1.5,2\n0.25,-3e-2,4\n");

    assert_int_equal(data->count, 1);
    assert_int_equal(data->column_count, 2);
    assert_string_equal(data->columns[1], "b");
    assert_int_equal(data->series[0].time_count, 2);
    assert_float_equal(data->series[0].times[1], 0.25, 0);
    assert_float_equal(data->series[0].columns[0][1], -0.03, 0);
    assert_true(isnan(data->ai_start));
}

static void rows_are_parted_by_scenario_wherever_its_column_stands(void **state)
{
    const sd_dataset *data =
        must_read(*state, "a,Scenario,TIME\n1,four-layers,0\n2,x,0\n3,four-layers,1\n");

    assert_int_equal(data->count, 2);
    assert_string_equal(data->series[0].name, "four-layers");
    assert_string_equal(data->series[0].title, "Four layers");
    assert_int_equal(data->series[0].time_count, 2);
    assert_float_equal(data->series[0].columns[0][1], 3, 0);
    assert_int_equal(data->series[1].time_count, 1);
}

static void every_kind_of_line_end_and_quotes_are_read(void **state)
{
    static const char *const texts[] = {"time,\"a, \"\"b\"\"\"\r\n0,\"1\"\r\n1,2",
                                        "\xEF\xBB\xBFtime,\"a, \"\"b\"\"\"\r0,1\r1,\"2\"\r",
                                        "\"time\",\"a, \"\"b\"\"\"\n0, 1 \n\n1,2\n\n"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const sd_dataset *data = must_read(*state, texts[i]);

        assert_string_equal(data->columns[0], "a, \"b\"");
        assert_int_equal(data->series[0].time_count, 2);
        assert_float_equal(data->series[0].columns[0][0], 1, 0);
        assert_float_equal(data->series[0].columns[0][1], 2, 0);
    }
}

static void a_quoted_field_may_hold_a_line_break(void **state)
{
    const sd_dataset *data = must_read(*state, "scenario,time,a\n\"one\ntwo\",0,1\n");

    assert_string_equal(data->series[0].name, "one\ntwo");
}

static void what_is_empty_becomes_no_number(void **state)
{
    const sd_dataset *data = must_read(*state, "time,a,b,c\n0,,nan,NA\n1,\"\",-inf,7\n");

    assert_true(isnan(data->series[0].columns[0][0]));
    assert_true(isnan(data->series[0].columns[1][0]));
    assert_true(isnan(data->series[0].columns[2][0]));
    assert_true(isnan(data->series[0].columns[0][1]));
    assert_true(isinf(data->series[0].columns[1][1]));
    assert_float_equal(data->series[0].columns[2][1], 7, 0);
}

static void a_first_column_of_weeks_is_the_time(void **state)
{
    const sd_dataset *data = must_read(*state, "week,a\n3,1\n4,2\n");

    assert_string_equal(data->time_units, "week");
    assert_float_equal(data->series[0].times[0], 3, 0);
}

static void the_arrival_of_ai_is_known_when_it_lies_within_a_run(void **state)
{
    assert_float_equal(must_read(*state, "time,AI_start\n0,26\n52,26\n")->ai_start, 26, 0);
    assert_true(isnan(must_read(*state, "time,AI_start\n0,9999\n52,9999\n")->ai_start));
    assert_float_equal(
        must_read(*state, "scenario,time,AI_start\nno,0,9999\nno,9,9999\nyes,0,4\nyes,9,4\n")
            ->ai_start,
        4, 0);
}

static void what_is_wrong_is_told_by_line_and_column(void **state)
{
    desk *on = *state;

    expect_error(on, "", 1, 1, "there is no column named 'time'");
    expect_error(on, "a,b\n1,2\n", 1, 1, "there is no column named 'time'");
    expect_error(on, "time,a\n", 1, 1, "the table has no rows");
    expect_error(on, "time,a\n0,1\n1,x1\n", 3, 3, "'x1' in column 'a' is no number");
    expect_error(on, "time,\xC3\xA4,b\n0,1,0x10\n", 2, 5, "'0x10' in column 'b' is no number");
    expect_error(on, "time,a\n0,1\n1\n", 3, 1, "this line has 1 field, the first line has 2");
    expect_error(on, "time,a\n0,1,2\n", 2, 1, "this line has 3 fields, the first line has 2");
    expect_error(on, "time,a\n,1\n", 2, 1, "a time is missing");
    expect_error(on, "time,a\n0,1\n0,1\n", 3, 1, "the time does not rise from the line before");
    expect_error(on, "time,a\n0,\"1\n1,2\n", 2, 3, "the quotation mark is never closed");
    expect_error(on, "time,a\n0,\"1\"2\n", 2, 6,
                 "a comma or the end of the line belongs after the closing quotation mark");
}

static void all_errors_are_told_but_not_without_end(void **state)
{
    desk *on = *state;
    const sd_dataset *data;
    sd_text text = sd_text_new(on->arena);

    assert_int_equal(read_csv(on, "time,a\n0,x\n1,2\n2,y\n", &data), SD_SYNTAX);
    assert_int_equal(on->diag->messages.count, 2);
    sd_text_printf(&text, "time,a\n");
    for (int i = 0; i < 1000; i++)
        sd_text_printf(&text, "%d,x\n", i);
    assert_int_equal(read_csv(on, text.bytes, &data), SD_SYNTAX);
    assert_true(on->diag->messages.count <= 30);
}

static void results_become_series_with_their_titles(void **state)
{
    desk *on = *state;
    const char *lines = "stock P = 2; in f\nflow f = 3\naux AI_start = 1.5";
    sd_result results[] = {output_result(on, "no-change", "euler 0 2 1", lines),
                           output_result(on, "b", "euler 0 3 1", "aux f = 7\nstock P = 1")};
    sd_scenario untitled = *results[0].scenario, titled = *results[1].scenario;
    const sd_dataset *data;

    untitled.title = "";
    results[0].scenario = &untitled;
    titled.title = "A title";
    results[1].scenario = &titled;
    data = sd_dataset_from_results(on->arena, results, 2);
    assert_int_equal(data->count, 2);
    assert_string_equal(data->series[0].title, "No change");
    assert_string_equal(data->series[1].title, "A title");
    assert_int_equal(data->series[1].time_count, 4);
    assert_float_equal(data->series[0].columns[sd_dataset_column(data, "P")][2], 8, 0);
    assert_float_equal(data->series[1].columns[sd_dataset_column(data, "f")][3], 7, 0);
    assert_true(isnan(data->series[1].columns[sd_dataset_column(data, "ai start")][0]));
    assert_float_equal(data->ai_start, 1.5, 0);
    assert_string_equal(data->columns[data->main_column], "P");
    assert_true(sd_dataset_column(data, "Q") == SIZE_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_table_without_scenarios_is_one_series),
        TEST(rows_are_parted_by_scenario_wherever_its_column_stands),
        TEST(every_kind_of_line_end_and_quotes_are_read),
        TEST(a_quoted_field_may_hold_a_line_break),
        TEST(what_is_empty_becomes_no_number),
        TEST(a_first_column_of_weeks_is_the_time),
        TEST(the_arrival_of_ai_is_known_when_it_lies_within_a_run),
        TEST(what_is_wrong_is_told_by_line_and_column),
        TEST(all_errors_are_told_but_not_without_end),
        TEST(results_become_series_with_their_titles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
