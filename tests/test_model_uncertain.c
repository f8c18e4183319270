/* test_model_uncertain.c - what of a scenario is uncertain: distributions from the file and from the command line, ranges of
 * assumptions, pairs that go together, and what is wrong with them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_desk.h"

#include <math.h>

static size_t element(desk *on, const char *name)
{
    size_t found;

    assert_int_equal(sd_model_find_element(on->scenario->model, name, SD_NOWHERE, &found, on->diag),
                     SD_OK);
    return found;
}

/* ---- from the command line ---- */

static void a_typed_distribution_is_read_like_one_of_a_file(void **state)
{
    static const struct {
        const char *typed;
        sd_distribution_kind kind;
        double p[4], central;
    } rows[] = {
        {"share=uniform(0.2,0.5)", SD_DIST_UNIFORM, {0.2, 0.5}, 0.35},
        {" share = triangular( 0.1, 0.25,0.6 ) ", SD_DIST_TRIANGULAR, {0.1, 0.25, 0.6}, 0.25},
        {"share=normal(0.4,0.05,0,1)", SD_DIST_NORMAL, {0.4, 0.05, 0, 1}, 0.4},
        {"share=lognormal(0.3,0.2,0.1,0.9)", SD_DIST_LOGNORMAL, {0.3, 0.2, 0.1, 0.9}, 0.3},
        {"share=beta(2,6)", SD_DIST_BETA, {2, 6, 0, 1}, 0.25},
        {"share=pert(0.1,0.2,0.4)", SD_DIST_PERT, {0.1, 0.2, 0.4}, 0.2},
    };
    desk *on = *state;
    sd_setting setting;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        on->diag = sd_diag_new(on->arena);
        sd_scenario *scenario = well(on, "schema = 1; set : { share = 0.3; };");
        assert_int_equal(sd_scenario_set_distribution(on->arena, scenario, rows[i].typed, on->diag),
                         SD_OK);
        assert_int_equal(on->diag->errors, 0); /* what is not plausible is a warning */
        assert_true(sd_scenario_uncertain(scenario, element(on, "share"), false, &setting));
        assert_int_equal(setting.distribution.kind, rows[i].kind);
        assert_memory_equal(setting.distribution.p, rows[i].p, sizeof rows[i].p);
        assert_true(fabs(setting.value - rows[i].central) < 1e-15);
    }
}

static void a_typed_choice_has_its_values(void **state)
{
    desk *on = *state;
    sd_scenario *scenario = well(on, "schema = 1;");
    sd_setting setting;

    assert_int_equal(
        sd_scenario_set_distribution(on->arena, scenario, "weight=choice(1,2,2.5)", on->diag),
        SD_OK);
    assert_true(
        sd_scenario_uncertain(scenario, element(on, "weight[coaching,low]"), false, &setting));
    assert_int_equal(setting.distribution.choice_count, 3);
    assert_true(setting.distribution.values[2] == 2.5 && setting.value == 1);
    assert_string_equal(scenario->changed, "weight=choice(1,2,2.5)");
}

static void a_wrong_distribution_is_told(void **state)
{
    static const char *const wrong[] = {
        "share",
        "share=0.3",
        "share=uniform(0.3",
        "share=uniform(0.2)",
        "share=uniform(0.5,0.2)",
        "share=uniform(0.2,0.3,0.4)",
        "share=uniform(0.2,x)",
        "share=unifrom(0.2,0.3)",
        "share=uniform(0.2,1.5)",
        "share=triangular(0.2,0.7,0.6)",
        "shar=uniform(0,1)",
        "output=uniform(0,1)",
        "share=normal(0.4,0.1)",
    };
    desk *on = *state;
    sd_scenario *scenario = well(on, "schema = 1;");

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_true(sd_scenario_set_distribution(on->arena, scenario, wrong[i], on->diag) != SD_OK);
    assert_string_equal(
        messages_of(on),
        "E701 'share' has no '='; write NAME=SHAPE(NUMBERS), as in uniform(0.1,0.3)\n"
        "E409 this is no distribution; write NAME=SHAPE(NUMBERS), as in uniform(0.1,0.3)\n"
        "E409 this is no distribution; write NAME=SHAPE(NUMBERS), as in uniform(0.1,0.3)\n"
        "E409 the uniform distribution of 'share' has no max; it needs min and max\n"
        "E409 min 0.5 is not below max 0.2; exchange them\n"
        "E409 'uniform' has fewer numbers than these; in this order: min max\n"
        "E403 'x' is no number\n"
        "E409 unknown distribution 'unifrom'; did you mean 'uniform'?\n"
        "E404 'share' must be between 0 and 1, but its distribution reaches 1.5\n"
        "E409 mode 0.7 lies above max 0.6\n"
        "E101 no variable named 'shar'; did you mean 'share'?\n"
        "E408 'output' is computed from 'people', 'base_task_time' and 'share' and cannot be set; "
        "a "
        "shock can multiply it\n"
        "E404 'share' must be between 0 and 1, but its distribution has no min; add min = 0;\n");
}

/* ---- what is uncertain ---- */

static void only_distributions_and_ranges_of_assumptions_are_uncertain(void **state)
{
    desk *on = *state;
    const char *text =
        "schema = 1; set : { share = { dist = \"uniform\"; min = 0.3; max = 0.5; }; "
        "practice_ramp = 4; weight = { dist = \"uniform\"; min = 1; max = 2; }; };"
        "policies = ( { name = \"permission\"; intensity = { dist = \"uniform\"; min "
        "= 0.3; max = 0.5; }; } );";
    const sd_scenario *scenario = well(on, text);
    sd_setting setting, other;
    double value;

    assert_true(sd_scenario_uncertain(scenario, element(on, "share"), false, &setting));
    assert_false(
        sd_scenario_uncertain(scenario, element(on, "practice_ramp[coaching]"), true, &setting));
    assert_false(sd_scenario_uncertain(scenario, element(on, "practice_intensity[permission]"),
                                       true, &setting));
    assert_true(
        sd_scenario_uncertain(scenario, element(on, "weight[permission,low]"), false, &setting));
    assert_true(
        sd_scenario_uncertain(scenario, element(on, "weight[coaching,high]"), false, &other));
    assert_true(setting.span.source == other.span.source && setting.span.begin == other.span.begin);
    /* A range round its value, but measured by nobody knows whom: no grade, no draw. */
    assert_false(sd_scenario_uncertain(scenario, element(on, "base_task_time"), true, &setting));
    assert_true(sd_scenario_number(scenario, element(on, "base_task_time"), &value) &&
                value == 0.5);
    assert_true(sd_scenario_number(scenario, element(on, "practice_ramp[coaching]"), &value) &&
                value == 4);
    assert_false(sd_scenario_number(scenario, element(on, "skill"), &value));
}

/* ---- pairs ---- */

static void pairs_are_read_and_a_later_file_has_the_last_word(void **state)
{
    desk *on = *state;
    const sd_scenario *scenario;

    write_file(on, "base.cfg",
               "schema = 1; correlations = ( { between = [ \"share\", \"base task time\" ]; r = "
               "0.25; source = \"a survey\"; }, { between = [ \"weight[coaching,low]\", \"people\" "
               "]; r = -0.5; } );");
    scenario = well(on, "schema = 1; extends = \"base.cfg\"; correlations = ( { between = "
                        "[\"base_task_time\", \"share\"]; r = 0.75; } );");
    assert_int_equal(scenario->correlations.count, 2);
    assert_true(scenario->correlations.items[0].r == 0.75);
    assert_int_equal(scenario->correlations.items[0].elements[1], element(on, "share"));
    assert_int_equal(scenario->correlations.items[1].elements[0],
                     element(on, "weight[coaching,low]"));
    assert_true(scenario->correlations.items[1].r == -0.5);
}

static void a_wrong_pair_is_told(void **state)
{
    desk *on = *state;

    read_text(on, "schema = 1; correlations = (\n"
                  "{ between = [ \"share\" ]; r = 0.5; },\n"
                  "{ between = [ \"share\", \"shares\" ]; r = 0.5; },\n"
                  "{ between = [ \"share\", \"share\" ]; r = 0.5; },\n"
                  "{ between = [ \"share\", \"people\" ]; r = 1; },\n"
                  "{ between = [ \"share\", \"people\" ]; },\n"
                  "{ r = 0.5; },\n"
                  "{ between = [ \"share\", \"people\" ]; r = 0.5; rho = 0.5; },\n"
                  "{ between = [ \"share\", \"base_task_time\" ]; r = 0.5; },\n"
                  "5 );");
    assert_string_equal(
        messages_of(on),
        "E403 a correlation is between 2 constants, not 1\n"
        "E101 no variable named 'shares'; did you mean 'share'?\n"
        "E403 a constant cannot go with itself\n"
        "E404 a correlation must be above -1 and below 1\n"
        "E403 a correlation has no 'r'; write { between = [ \"a\", \"b\" ]; r = 0.5; }\n"
        "E403 a correlation has no 'between'; write { between = [ \"a\", \"b\" ]; r = 0.5; }\n"
        "E402 unknown setting 'rho' in a correlation\n"
        "E403 a constant of this correlation is in another one too; each may go with one other\n"
        "E403 this must be a group { }, not a number\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_typed_distribution_is_read_like_one_of_a_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_typed_choice_has_its_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_distribution_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_distributions_and_ranges_of_assumptions_are_uncertain,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(pairs_are_read_and_a_later_file_has_the_last_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_pair_is_told, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
