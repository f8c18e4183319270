/* test_output_csv.c - tables follow RFC 4180 and every number reads back to the same bits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

static const char growth[] = "stock P = 3.7; in births\nflow births = 0.1 * P\naux fixed = 1 / 3";

/* The CSV of results, with all elements of the first. */
static const char *csv_of(desk *on, const sd_result *results, size_t count, bool with_scenario)
{
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    const char *text;
    sd_file file;

    assert_int_equal(sd_file_open(on->arena, path, false, &file, on->diag), SD_OK);
    assert_int_equal(sd_csv_write(&file, results, count, results[0].trajectory->columns,
                                  results[0].trajectory->column_count, with_scenario),
                     SD_OK);
    assert_int_equal(sd_file_close(&file, on->diag), SD_OK);
    text = output_read(on, path)->text;
    output_folder_done(on, folder);
    return text;
}

static void a_table_has_a_time_column_and_one_for_each_element(void **state)
{
    desk *on = *state;
    const sd_result result =
        output_result(on, "t", "euler 0 2 1", "stock P = 2; in f\nflow f = 3\naux c = 0.25");

    assert_string_equal(csv_of(on, &result, 1, false),
                        "time,P,f,c\n0,2,3,0.25\n1,5,3,0.25\n2,8,3,0.25\n");
}

static void several_scenarios_have_their_name_before_the_time(void **state)
{
    desk *on = *state;
    const sd_result results[] = {output_result(on, "one", "euler 0 1 1", "aux c = 1\naux d = 2"),
                                 output_result(on, "two", "euler 0 1 1", "aux d = 4\naux c = 3")};

    assert_string_equal(csv_of(on, results, 2, true),
                        "scenario,time,c,d\none,0,1,2\none,1,1,2\ntwo,0,3,4\ntwo,1,3,4\n");
}

static void a_column_that_another_model_lacks_is_empty(void **state)
{
    desk *on = *state;
    const sd_result results[] = {output_result(on, "one", "euler 0 1 1", "aux c = 1\naux d = 2"),
                                 output_result(on, "two", "euler 0 1 1", "aux c = 3")};

    assert_string_equal(csv_of(on, results, 2, true),
                        "scenario,time,c,d\none,0,1,2\none,1,1,2\ntwo,0,3,\ntwo,1,3,\n");
}

static void fields_with_commas_quotes_and_breaks_are_quoted(void **state)
{
    desk *on = *state;
    sd_result result = output_result(on, "t", "euler 0 1 1", "aux c = 1");
    sd_scenario named = *result.scenario;

    named.name = "a,\"b\"\nc";
    result.scenario = &named;
    assert_string_equal(csv_of(on, &result, 1, true),
                        "scenario,time,c\n\"a,\"\"b\"\"\nc\",0,1\n\"a,\"\"b\"\"\nc\",1,1\n");
}

static void every_number_reads_back_to_the_same_bits(void **state)
{
    desk *on = *state;
    const sd_result result = output_result(on, "t", "rk4 0 30 0.25", growth);
    const sd_trajectory *t = result.trajectory;
    const char *text = csv_of(on, &result, 1, false);
    const sd_source *source = sd_source_from_text(on->arena, "t.csv", text, strlen(text));
    const sd_dataset *data = NULL;

    assert_int_equal(sd_dataset_from_csv(on->arena, source, &data, on->diag), SD_OK);
    assert_int_equal(data->column_count, t->column_count);
    assert_int_equal(data->series[0].time_count, t->time_count);
    for (size_t i = 0; i < t->time_count; i++) {
        assert_memory_equal(&data->series[0].times[i], &t->times[i], sizeof(double));
        for (size_t c = 0; c < t->column_count; c++) {
            const double value = sd_trajectory_value(t, i, c, 0);

            assert_memory_equal(&data->series[0].columns[c][i], &value, sizeof value);
        }
    }
}

static void a_value_that_is_no_number_is_an_empty_field(void **state)
{
    desk *on = *state;
    const double times[] = {0, 1, 2}, values[] = {(double)NAN, -0.0, (double)INFINITY};
    const sd_result from = output_result(on, "t", "euler 0 1 1", "aux c = 1");
    const sd_trajectory made = {.time_count = 3,
                                .times = times,
                                .column_count = 1,
                                .columns = from.trajectory->columns,
                                .members = 1,
                                .values = values};
    const sd_result result = {from.scenario, from.program, &made};

    assert_string_equal(csv_of(on, &result, 1, false), "time,c\n0,\n1,-0\n2,inf\n");
}

static void a_table_of_the_trap_model_is_written_in_milliseconds(void **state)
{
    desk *on = *state;
    sd_text lines = sd_text_new(on->arena);

    for (int i = 0; i < 600; i++)
        sd_text_printf(&lines, "%saux a%d = %d / 7 + %d * TIME", i ? "\n" : "", i, i, i % 3 == 0);
    const sd_result result = output_result(on, "t", "euler 0 260 1", lines.bytes);
    const double begin = sd_clock_seconds();

    assert_non_null(csv_of(on, &result, 1, false));
    /* It takes about 10; the bound only catches what is far off, on any machine and with sanitizers. */
    assert_true(sd_clock_seconds() - begin < 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_table_has_a_time_column_and_one_for_each_element),
        TEST(several_scenarios_have_their_name_before_the_time),
        TEST(a_column_that_another_model_lacks_is_empty),
        TEST(fields_with_commas_quotes_and_breaks_are_quoted),
        TEST(every_number_reads_back_to_the_same_bits),
        TEST(a_value_that_is_no_number_is_an_empty_field),
        TEST(a_table_of_the_trap_model_is_written_in_milliseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
