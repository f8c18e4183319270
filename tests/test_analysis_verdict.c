/* test_analysis_verdict.c - the sentences follow the numbers: kept, consumed, more than consumed, not used.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

#include "sd/analysis.h"

/* A model that has just the headline variables, at values that a test chooses. */
static const char *headline_model(desk *on, double gain, double hours, double trap, double use)
{
    return sd_arena_printf(
        on->arena,
        "aux net_productivity_gain = %g * MIN(1, TIME / 260)\naux paid_productivity_gain = "
        "net_productivity_gain\n"
        "aux output_per_employee_gain = 0.07\naux hours_per_week = 40 + %g * MIN(1, TIME / 260)\n"
        "aux meta_hours_per_person = 4.5\naux burnout_prevalence = 0.3\naux quits_per_year = "
        "0.2\naux refill_share = 0.8\n"
        "aux trap_index = %g\naux cumulative_net_benefit = 0\naux ai_share_of_tasks = %g\n"
        "aux visible_output_gain = 0.2\naux meta_work_hours = 36\naux permission_hours = 4\naux "
        "extra_rework_hours = 9\n"
        "aux refill_hours = 21\naux burnout_and_turnover_hours = 5\naux "
        "absorbed_and_programme_hours = 0\n"
        "aux gross_hours_saved = 100\naux perceived_gain = 0.3",
        gain, hours - 40, trap, use);
}

static const char *verdict_of(desk *on, double gain, double hours, double trap, double use)
{
    char *specs = sd_arena_printf(on->arena, "euler 0 260 1");
    desk_simulate(on, specs, headline_model(on, gain, hours, trap, use));
    sd_scenario *scenario = SD_NEW(on->arena, sd_scenario);
    scenario->model = on->model;
    sd_result result = {.scenario = scenario, .program = on->program, .trajectory = on->trajectory};
    const char *verdict = sd_verdict(on->arena, &result, NULL);
    assert_non_null(verdict);
    return verdict;
}

static void assert_says(const char *verdict, const char *words)
{
    if (!strstr(verdict, words))
        fail_msg("'%s' is not in:\n%s", words, verdict);
}

static void a_gain_at_normal_hours_is_kept(void **state)
{
    const char *verdict = verdict_of(*state, 0.104, 40.2, 0.7, 0.5);
    assert_says(verdict,
                "If these assumptions hold, the gain is kept: about +10 % per hour worked");
    assert_says(verdict, "About 30 % of the hours that AI saves is kept or given back as rest.");
    assert_says(verdict, "36 % go into meta-work and 21 % into extra tasks of little value");
}

static void a_gain_at_longer_hours_names_its_price(void **state)
{
    const char *verdict = verdict_of(*state, 0.04, 43.3, 1.0, 0.5);
    assert_says(verdict, "part of the gain is kept, at the price of longer hours: about +4 %");
    assert_says(verdict, "hours 43 instead of 40");
    assert_says(verdict, "As many hours are used up as AI saves.");
}

static void about_zero_is_consumed_though_more_comes_out(void **state)
{
    const char *verdict = verdict_of(*state, -0.023, 43.7, 1.18, 0.5);
    assert_says(verdict, "the gain is consumed: about zero (\xE2\x88\x92"
                         "2 %) per hour worked");
    assert_says(verdict, "More comes out (a fifth more tasks a head, flawed ones included), but "
                         "per hour worked nothing is gained.");
}

static void a_loss_is_more_than_consumed(void **state)
{
    const char *verdict = verdict_of(*state, -0.094, 45, 1.5, 0.5);
    assert_says(verdict, "more than the gain is consumed: about \xE2\x88\x92"
                         "9 % per hour worked");
}

static void without_ai_no_gain_is_spoken_of(void **state)
{
    const char *verdict = verdict_of(*state, 0, 40, 0, 0);
    assert_says(verdict, "hardly any AI is in use");
    assert_null(strstr(verdict, "gain is"));
}

static void what_usually_decides_is_named(void **state)
{
    desk *on = *state;
    (void)verdict_of(on, 0.104, 40, 0.7, 0.5);
    sd_scenario scenario = {.model = on->model};
    sd_result result = {
        .scenario = &scenario, .program = on->program, .trajectory = on->trajectory};
    const char *decides = sd_verdict_decides(on->arena, &result);
    assert_says(decides, "nobody has measured: how much of the freed time is refilled (80 % here)");
    assert_says(sd_verdict_decides(on->arena, NULL), "refilled (the refill share)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_gain_at_normal_hours_is_kept),
        DESK_TEST(a_gain_at_longer_hours_names_its_price),
        DESK_TEST(about_zero_is_consumed_though_more_comes_out),
        DESK_TEST(a_loss_is_more_than_consumed),
        DESK_TEST(without_ai_no_gain_is_spoken_of),
        DESK_TEST(what_usually_decides_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
