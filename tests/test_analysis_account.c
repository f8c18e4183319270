/* test_analysis_account.c - nothing is lost: the parts of the account sum to the hours saved, and the kinds of work to
 * the hours worked, in organisations that are as different as the shipped ones.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

/* With lay-offs, rest at full pay, a programme that does not fit the week, demand that surges, no AI at all. */
static const char *const scenarios[] = {
    "tools-only",   "four-layers",          "human-system-full", "klarna",  "public-body",
    "risk-team",    "public-body-governed", "leisure-dividend",  "layoffs", "no-ai",
    "demand-surge", "fill-every-minute",    "denmark",           "desk-b",
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* Sums of up to eight numbers below 50 hours. */
static const double rounding = 1e-9;

static const sd_dataset *data_of(desk *on, const char *const *names, size_t count)
{
    sd_result *results = SD_NEW_ARRAY(on->arena, sd_result, count);

    for (size_t i = 0; i < count; i++)
        results[i] = output_scenario(on, names[i]);
    return sd_dataset_from_results(on->arena, results, count);
}

static double value(const sd_dataset *data, size_t series, const char *name, size_t i)
{
    const size_t column = sd_dataset_column(data, name);

    assert_true(column != SIZE_MAX);
    return data->series[series].columns[column][i];
}

static void the_parts_sum_to_the_hours_saved(void **state)
{
    desk *on = *state;
    const sd_dataset *data = data_of(on, scenarios, SCENARIOS);

    for (size_t s = 0; s < SCENARIOS; s++) {
        const sd_account *account = sd_account_new(on->arena, data, s);
        const double people = value(data, s, "initial_headcount", 0);

        assert_non_null(account);
        for (size_t i = 0; i < data->series[s].time_count; i++) {
            double sum = 0;

            for (size_t part = 0; part < SD_ACCOUNT_PARTS; part++)
                sum += account[i].hours[part];
            if (!(fabs(sum - account[i].gross) < rounding))
                fail_msg("%s, week %zu: %.12g of %.12g h", scenarios[s], i, sum, account[i].gross);
            assert_near(account[i].gross, value(data, s, "gross_hours_saved", i) / people, 1e-12);
        }
    }
}

static void the_shares_sum_to_one_where_ai_is_in_use(void **state)
{
    desk *on = *state;
    const sd_dataset *data = data_of(on, scenarios, SCENARIOS);
    size_t told = 0, untold = 0;

    for (size_t s = 0; s < SCENARIOS; s++) {
        const sd_account *account = sd_account_new(on->arena, data, s);

        for (size_t i = 0; i < data->series[s].time_count; i++) {
            const bool used = value(data, s, sd_use_variable, i) > sd_least_use;
            double sum = 0;

            for (size_t part = 0; part < SD_ACCOUNT_PARTS; part++) {
                assert_int_equal(isnan(account[i].shares[part]), !used);
                sum += account[i].shares[part];
            }
            if (used)
                assert_near(sum, 1, rounding);
            told += used;
            untold += !used;
        }
    }
    assert_true(told > 1000 && untold > 300); /* both happened */
}

static void the_kinds_of_work_sum_to_the_hours_worked(void **state)
{
    desk *on = *state;
    const sd_dataset *data = data_of(on, scenarios, SCENARIOS);

    for (size_t s = 0; s < SCENARIOS; s++) {
        const sd_week *weeks = sd_week_new(on->arena, data, s);

        assert_non_null(weeks);
        for (size_t i = 0; i < data->series[s].time_count; i++) {
            double sum = 0;

            for (size_t kind = 0; kind < SD_WEEK_KINDS; kind++) {
                sum += weeks[i].hours[kind];
                if (!(weeks[i].hours[kind] >= -rounding))
                    fail_msg("%s, week %zu: %g h of %s", scenarios[s], i, weeks[i].hours[kind],
                             sd_week_labels[kind]);
            }
            if (!(fabs(sum - weeks[i].worked) < rounding))
                fail_msg("%s, week %zu: %.12g of %.12g h", scenarios[s], i, sum, weeks[i].worked);
            assert_near(weeks[i].worked, value(data, s, "hours_per_week", i), 1e-12);
        }
    }
}

static void the_week_before_ai_is_coordination_work_and_rework(void **state)
{
    desk *on = *state;
    const sd_dataset *data = data_of(on, scenarios, 1);
    const sd_week *before = sd_week_new(on->arena, data, 0);

    assert_near(before->hours[SD_WEEK_COORDINATION], 10, 1e-12); /* 40 h * 0.25 */
    assert_near(before->hours[SD_WEEK_REWORK], 1.5, 1e-9);       /* 30 h * 0.05 */
    assert_near(before->hours[SD_WEEK_HANDS_ON], 28.5, 1e-9);
    for (size_t kind = SD_WEEK_META_WORK; kind < SD_WEEK_KINDS; kind++)
        assert_near(before->hours[kind], 0, rounding);
}

/* Two digits of the table "Decomposition of the gross gain" in the description of the model. */
static void the_account_is_that_of_the_description(void **state)
{
    desk *on = *state;
    static const struct {
        size_t scenario, week;
        double gross, shares[SD_ACCOUNT_PARTS];
    } rows[] = {{0, 78, 7.9, {0.41, 0.06, 0.15, 0.25, 0.14, 0.00, -0.02}},
                {0, 260, 11.0, {0.36, 0.08, 0.19, 0.27, 0.28, 0.00, -0.18}},
                {1, 130, 9.3, {0.39, 0.01, 0.06, 0.18, -0.00, 0.10, 0.26}},
                {1, 260, 10.3, {0.38, 0.01, 0.05, 0.19, -0.02, 0.10, 0.29}}};
    const sd_dataset *data = data_of(on, scenarios, 2);

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const sd_account *account = sd_account_new(on->arena, data, rows[r].scenario);

        assert_true(fabs(account[rows[r].week].gross - rows[r].gross) <= 0.0501);
        for (size_t part = 0; part < SD_ACCOUNT_PARTS; part++)
            assert_true(fabs(account[rows[r].week].shares[part] - rows[r].shares[part]) <= 0.00501);
    }
}

static void rework_takes_at_most_what_is_left_of_the_week(void **state)
{
    desk *on = *state;
    const char *csv = "time,contract_hours,coordination_share,overtime,rest_hours,task_hours_used,"
                      "normal_task_hours,meta_work_hours,permission_hours,rework_found,"
                      "effort_per_task,completion_rate,headcount,redeployed_hours,absorbed_hours\n"
                      "0,40,0.25,0,0,30,30,100,20,1000,4.385,70,10,0,0\n"
                      "1,40,0.25,3,1,32,28,100,20,0,4.385,0,10,0.5,1.5\n";
    const sd_dataset *data = NULL;

    assert_int_equal(sd_dataset_from_csv(on->arena,
                                         sd_source_from_text(on->arena, "t.csv", csv, strlen(csv)),
                                         &data, on->diag),
                     SD_OK);
    const sd_week *weeks = sd_week_new(on->arena, data, 0);

    assert_near(weeks[0].hours[SD_WEEK_REWORK], 30 - 12, 1e-12);
    assert_near(weeks[0].hours[SD_WEEK_HANDS_ON], 0, rounding);
    assert_near(weeks[1].worked, 42, 1e-12);
    assert_near(weeks[1].hours[SD_WEEK_PROGRAMME], 2, 1e-12);
    assert_near(weeks[1].hours[SD_WEEK_HANDS_ON], 32 - 12, 1e-12); /* nothing finished: no rework */
}

static void without_its_columns_there_is_no_account(void **state)
{
    desk *on = *state;
    const char *csv = "time,gross_hours_saved,HEADCOUNT\n0,1,2\n";
    const sd_dataset *data = NULL;

    assert_int_equal(sd_dataset_from_csv(on->arena,
                                         sd_source_from_text(on->arena, "t.csv", csv, strlen(csv)),
                                         &data, on->diag),
                     SD_OK);
    assert_null(sd_account_new(on->arena, data, 0));
    assert_null(sd_week_new(on->arena, data, 0));
    assert_string_equal(sd_dataset_missing(on->arena, data, "headcount, meta_work_hours,a[b]"),
                        "meta_work_hours,a[b]");
    assert_null(sd_dataset_missing(on->arena, data, "headcount,gross hours saved"));
    assert_null(sd_dataset_missing(on->arena, data, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_parts_sum_to_the_hours_saved),
        DESK_TEST(the_shares_sum_to_one_where_ai_is_in_use),
        DESK_TEST(the_kinds_of_work_sum_to_the_hours_worked),
        DESK_TEST(the_week_before_ai_is_coordination_work_and_rework),
        DESK_TEST(the_account_is_that_of_the_description),
        DESK_TEST(rework_takes_at_most_what_is_left_of_the_week),
        DESK_TEST(without_its_columns_there_is_no_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
