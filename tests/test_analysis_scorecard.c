/* test_analysis_scorecard.c - the scorecard's rows, scores and limits, and what halving DT reports.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

#include "sd/analysis.h"

/* The last run of the desk as a result of a bare scenario. */
static sd_result result_of(desk *on)
{
    sd_scenario *scenario = SD_NEW(on->arena, sd_scenario);
    scenario->name = scenario->title = "t";
    scenario->bare = true;
    scenario->model = on->model;
    return (sd_result){.scenario = scenario, .program = on->program, .trajectory = on->trajectory};
}

static void run_shipped(desk *on)
{
    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    desk_request(on);
    on->request.spec.save_interval = 1;
    desk_must_run(on);
}

static const sd_card_row *row_of(const sd_scorecard *card, const char *label)
{
    for (size_t r = 0; r < card->row_count; r++)
        if (strcmp(card->rows[r].label, label) == 0)
            return &card->rows[r];
    fail_msg("no row '%s'", label);
    return NULL;
}

static void a_trap_model_has_a_row_for_each_measure(void **state)
{
    desk *on = *state;
    run_shipped(on);
    sd_result result = result_of(on);
    const sd_scorecard *card = sd_scorecard_new(on->arena, &result);
    assert_true(card->trap);
    assert_int_equal(card->row_count, sd_measure_count);
    assert_string_equal(card->dates[0], "before");
    assert_string_equal(card->dates[3], "year 5");
    assert_near(row_of(card, "Hours")->at[0], 40, 1e-12);
    assert_near(row_of(card, "Hours")->at[3], desk_value(on, "hours per week", 260), 1e-12);
    assert_near(row_of(card, "Net gain")->at[3], 100 * desk_value(on, "net productivity gain", 260),
                1e-12);
}

static void ratios_to_the_saving_are_hidden_while_hardly_any_ai_is_used(void **state)
{
    desk *on = *state;
    run_shipped(on);
    sd_result result = result_of(on);
    const sd_card_row *row = row_of(sd_scorecard_new(on->arena, &result), "Refill share");
    size_t shown = 0, week = 0;
    while (week < on->trajectory->time_count && isnan(row->series[week]))
        week++;
    for (size_t i = week; i < on->trajectory->time_count; i++)
        shown += isnan(row->series[i]) ? 0 : 1;
    assert_true(week > 26 && week < 40);
    assert_int_equal(shown, on->trajectory->time_count - week);
}

static void another_model_has_a_row_for_each_stock(void **state)
{
    desk *on = *state;
    desk_simulate(
        on, "euler 0 10 0.5",
        "stock P = 100; in births; out deaths\nflow births = 3.7\nflow deaths = P * 0.25\n"
        "aux x = 2");
    sd_result result = result_of(on);
    const sd_scorecard *card = sd_scorecard_new(on->arena, &result);
    assert_false(card->trap);
    assert_int_equal(card->row_count, 1);
    assert_string_equal(card->rows[0].label, "P");
    assert_near(card->rows[0].at[0], 100, 1e-15);
    assert_near(card->rows[0].at[1], desk_value(on, "P", 10), 1e-15);
    assert_near(card->rows[0].at[2], 100, 1e-15);
    assert_null(sd_verdict(on->arena, &result, NULL));
}

static double score(desk *on, sd_score_kind kind, double from, double to)
{
    sd_result result = result_of(on);
    sd_score asked = {.element = desk_element(on, "x"), .kind = kind, .from = from, .to = to};
    return sd_score_value(&asked, &result);
}

static void scores_look_at_their_own_period(void **state)
{
    desk *on = *state;
    desk_simulate(on, "euler 0 10 0.5", "aux x = (TIME - 4) * (TIME - 4)");
    assert_near(score(on, SD_SCORE_AT, 7, 7), 9, 1e-15);
    assert_near(score(on, SD_SCORE_MIN, 2, 9), 0, 1e-15);
    assert_near(score(on, SD_SCORE_MAX, 2, 9), 25, 1e-15);
    /* Seven points 0, 0.25, 1, 2.25, 4, 6.25, 9 from 4 to 7. */
    assert_near(score(on, SD_SCORE_MEAN, 4, 7), 22.75 / 7, 1e-15);
    assert_near(score(on, SD_SCORE_INTEGRAL, 4, 7), 0.5 * (22.75 - 4.5), 1e-15);
}

static void a_limit_is_broken_on_the_worse_side_only(void **state)
{
    (void)state;
    sd_score low = {.better = -1, .has_limit = true, .limit = 0.3},
             high = {.better = 1, .has_limit = true, .limit = 7};
    assert_true(sd_score_holds(&low, 0.29));
    assert_true(sd_score_holds(&low, 0.3));
    assert_false(sd_score_holds(&low, 0.31));
    assert_true(sd_score_holds(&high, 7.5));
    assert_false(sd_score_holds(&high, 6.5));
    high.has_limit = false;
    assert_true(sd_score_holds(&high, 6.5));
}

/* Euler on P' = P: the error at DT 1 and 0.5 is known in closed form. */
static void halving_tells_the_largest_change_as_a_share_of_the_range(void **state)
{
    desk *on = *state;
    desk_simulate(on, "euler 0 4 1", "stock P = 1; in g\nflow g = P\naux still = 3");
    const sd_trajectory *whole = on->trajectory;
    on->request.spec.dt = 0.5;
    on->request.spec.save_interval = 1;
    desk_must_run(on);
    size_t count;
    const sd_halving *list = sd_compare_halved(on->arena, whole, on->trajectory, &count);
    double coarse = 16, fine = pow(1.5, 8);
    assert_int_equal(count, 3);
    assert_near(list[0].share, (fine - coarse) / (coarse - 1), 1e-12);
    assert_near(list[0].time, 4, 1e-15);
    assert_near(list[2].share + 1, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_trap_model_has_a_row_for_each_measure),
        DESK_TEST(ratios_to_the_saving_are_hidden_while_hardly_any_ai_is_used),
        DESK_TEST(another_model_has_a_row_for_each_stock),
        DESK_TEST(scores_look_at_their_own_period),
        DESK_TEST(a_limit_is_broken_on_the_worse_side_only),
        DESK_TEST(halving_tells_the_largest_change_as_a_share_of_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
