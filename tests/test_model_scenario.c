/* test_model_scenario.c - the words of a scenario become settings, policies, shocks and scores of its model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_desk.h"

#include <math.h>

static const sd_setting *setting_of(const desk *on, const sd_scenario *scenario, const char *name)
{
    for (size_t each = 0; each < scenario->settings.count; each++) {
        const sd_setting *setting = &scenario->settings.items[each];

        if (strcmp(sd_model_element_name(scenario->model, setting->element, on->arena), name) == 0)
            return setting;
    }
    return NULL;
}

static void expect_setting(const desk *on, const char *name, double value)
{
    const sd_setting *setting = setting_of(on, on->scenario, name);

    assert_non_null(setting);
    assert_true(setting->value == value);
}

/* ---- one file ---- */

static void an_empty_scenario_is_the_model_as_it_is(void **state)
{
    const sd_scenario *scenario = well(*state, "schema = 1;");

    assert_string_equal(scenario->name, "acme");
    assert_string_equal(scenario->title, "");
    assert_null(scenario->origin);
    assert_false(scenario->bare);
    assert_string_equal(scenario->model->source->name, "built-in:productivity-trap.xmile");
    assert_true(scenario->spec.stop == 104);
    assert_true(scenario->spec.dt == 0.25);
    assert_int_equal(scenario->settings.count, 0);
    assert_int_equal(scenario->save.count, 0);
    assert_int_equal(scenario->sources.count, 1);
}

static void every_spelling_of_libconfig_is_read(void **state)
{
    const sd_scenario *scenario =
        well(*state, "\xEF\xBB\xBFschema: 1 # no mark at the end\n"
                     "title = \"caf\\xC3\\xA9 \" /* joined\n */ \"\\\"north\\\"\",\r\n"
                     "run = { stop = 5.2e1, dt = .5; save_interval = 1. seed = 0xfffffffffL }\n"
                     "set: { desk: { share = +0.3; } };//\n"
                     "outputs = { save = (\"Output\", \"people\"); }; policies = (); shocks = []");

    assert_string_equal(scenario->title, "caf\xC3\xA9 \"north\"");
    assert_true(scenario->spec.stop == 52);
    assert_true(scenario->spec.dt == 0.5);
    assert_true(scenario->spec.save_interval == 1);
    assert_true(scenario->spec.seed == 0xfffffffffu);
    assert_int_equal(scenario->save.count, 2);
    expect_setting(*state, "share", 0.3);
}

static void the_run_is_the_models_where_nothing_is_said(void **state)
{
    const sd_scenario *scenario = well(
        *state, "schema = 1; run : { start = 4; save_interval = 2; method = \"RK45\"; rtol = 1e-7; "
                "seed = 9223372036854775807L; };");

    assert_true(scenario->spec.start == 4);
    assert_true(scenario->spec.stop == 104);
    assert_true(scenario->spec.save_interval == 2);
    assert_int_equal(scenario->spec.method, SD_METHOD_RKF45);
    assert_true(scenario->spec.rtol == 1e-7);
    assert_true(scenario->spec.seed == INT64_MAX);
}

static void elements_are_set_by_name_and_arrays_as_a_whole(void **state)
{
    const sd_scenario *scenario = well(
        *state, "schema = 1; set : { practice_start = 31.5; weight : { permission = 0.7;\n"
                "coaching : { low = { value = 0.6; source = \"survey\"; }; }; }; people = 87; };");

    expect_setting(*state, "practice_start[definition]", 31.5);
    expect_setting(*state, "weight[permission,high]", 0.7);
    expect_setting(*state, "weight[permission,low]", 0.7);
    expect_setting(*state, "weight[coaching,low]", 0.6);
    expect_setting(*state, "people", 87);
    assert_null(setting_of(*state, scenario, "weight[coaching,high]"));
    assert_string_equal(setting_of(*state, scenario, "weight[coaching,low]")->source, "survey");
    assert_int_equal(scenario->settings.count, 8);
}

static void groups_that_are_no_variable_only_order_the_file(void **state)
{
    const sd_scenario *scenario = well(
        *state, "schema = 1; set : { desk : { source = \"workshop\"; size : { share = 0.9; };\n"
                "base_task_time = { value = 0.6; source = \"clock\"; }; }; };");

    expect_setting(*state, "share", 0.9);
    assert_string_equal(setting_of(*state, scenario, "share")->source, "workshop");
    assert_string_equal(setting_of(*state, scenario, "base_task_time")->source, "clock");
}

static void a_distribution_sets_its_central_value(void **state)
{
    const sd_setting *setting;

    (void)well(*state, "schema = 1; set : { share = { dist = \"triangular\"; min = 0.25; mode = "
                       "0.45; max = 0.65; };"
                       " };");
    setting = setting_of(*state, ((desk *)*state)->scenario, "share");
    assert_true(setting->value == 0.45);
    assert_int_equal(setting->distribution.kind, SD_DIST_TRIANGULAR);
    assert_true(setting->distribution.p[2] == 0.65);
    assert_int_equal(setting->span.end - setting->span.begin, 61);
}

static void shocks_and_scores_keep_all_that_was_said(void **state)
{
    const sd_scenario *scenario = well(
        *state,
        "schema = 1; shocks = ( { variable = \"Output\"; at = 9.5; kind = \"pulse\"; size = -0.2; "
        "duration = 4; } );\n"
        "outputs : { save = [\"weight\", \"people\", \"weight[coaching,low]\"]; score = (\n"
        "{ of = \"weight[coaching,low]\"; at = 26.25; better = \"lower\"; limit = 0.25; },\n"
        "{ of = \"output\"; mean_over = [26, 52]; better = \"higher\"; },\n"
        "{ of = \"output\"; min_over = \"run\"; }, { of = \"output\"; integral_over = (1, 2.5); } "
        "); };");
    const sd_score *scores = scenario->scores.items;

    assert_string_equal(scenario->shocks.items[0].variable->name, "output");
    assert_int_equal(scenario->shocks.items[0].kind, SD_SHOCK_PULSE);
    assert_true(scenario->shocks.items[0].duration == 4);
    assert_int_equal(scenario->save.count, 9);
    assert_string_equal(scores[0].spec, "weight[coaching,low]@26.25");
    assert_true(scores[0].has_limit && scores[0].limit == 0.25 && scores[0].better == -1);
    assert_string_equal(scores[1].spec, "mean(output,26,52)");
    assert_string_equal(scores[2].spec, "min(output)");
    assert_true(scores[2].from == 0 && scores[2].to == 104);
    assert_string_equal(scores[3].spec, "integral(output,1,2.5)");
}

/* ---- policies ---- */

static void policies_become_settings_of_the_practice_arrays(void **state)
{
    const sd_scenario *scenario = well(
        *state,
        "schema = 1; policies = ( { name = \"Permission\"; start = 40; stop = 90; source = "
        "\"plan\"; },\n"
        "{ name = \"definition\"; start = { dist = \"uniform\"; min = 44; max = 52; }; ramp = 12; "
        "intensity = 0.7; } );");

    assert_int_equal(scenario->policies.count, 2);
    assert_string_equal(scenario->policies.items[0].name, "permission");
    assert_true(scenario->policies.items[0].intensity == 1);
    assert_true(isnan(scenario->policies.items[0].ramp));
    assert_true(scenario->policies.items[1].start == 48);
    expect_setting(*state, "practice_intensity[permission]", 1);
    expect_setting(*state, "practice_stop[permission]", 90);
    expect_setting(*state, "practice_start[definition]", 48);
    assert_true(setting_of(*state, scenario, "practice_ramp[definition]")->from_policy);
    assert_string_equal(setting_of(*state, scenario, "practice_start[permission]")->source, "plan");
    assert_null(setting_of(*state, scenario, "practice_ramp[permission]"));
}

static void without_policies_the_settings_under_them_return(void **state)
{
    const sd_scenario *scenario =
        well(*state, "schema = 1; set : { practice_ramp = 6.5; share = 0.3; };\n"
                     "policies = ( { name = \"permission\"; ramp = 12; } );");
    const sd_scenario *without = sd_scenario_without_policies(((desk *)*state)->arena, scenario);

    expect_setting(*state, "practice_ramp[permission]", 12);
    assert_true(setting_of(*state, without, "practice_ramp[permission]")->value == 6.5);
    assert_null(setting_of(*state, without, "practice_intensity[permission]"));
    assert_true(setting_of(*state, without, "share")->value == 0.3);
    assert_int_equal(without->policies.count, 0);
    assert_int_equal(scenario->policies.count, 1);
}

static void a_model_without_practices_has_no_policies(void **state)
{
    desk *on = *state;

    write_file(on, "pond.xmile",
               "<xmile version=\"1.0\"><header><name>pond</name></header><model><variables>"
               "<stock name=\"fish\"><eqn>10</eqn></stock></variables></model></xmile>");
    read_text(on, "schema = 1; model = \"pond.xmile\"; policies = ( { name = \"permission\"; } );");
    assert_string_equal(messages_of(on),
                        "E103 this model has no policies; a policy is an element of an array named "
                        "practice_intensity\n");
}

/* ---- the command line ---- */

static void a_setting_from_the_command_line_has_the_last_word(void **state)
{
    desk *on = *state;
    sd_scenario *scenario =
        well(on, "schema = 1; set : { share = 0.3; }; policies = ( { name = \"permission\"; } );");

    assert_int_equal(sd_scenario_set(on->arena, scenario, "share=0.45", on->diag), SD_OK);
    assert_int_equal(
        sd_scenario_set(on->arena, scenario, " Practice Intensity[permission] = 0.6 ", on->diag),
        SD_OK);
    assert_int_equal(sd_scenario_set(on->arena, scenario, "practice_start=12.5", on->diag), SD_OK);
    assert_string_equal(messages_of(on), "");
    expect_setting(on, "share", 0.45);
    expect_setting(on, "practice_intensity[permission]", 0.6);
    expect_setting(on, "practice_start[coaching]", 12.5);
    assert_true(scenario->policies.items[0].intensity == 0.6);
    assert_true(setting_of(on, scenario, "practice_intensity[permission]")->from_policy);
    assert_true(scenario->policies.items[0].start == 12.5);
}

static void a_wrong_setting_from_the_command_line_is_shown_with_a_caret(void **state)
{
    static const char *const wrong[] = {"share",   "shar=0.3",   "share=9",       "share=0,5",
                                        "share=x", "output=3.5", "weight[x]=1.5", "share=0.9"};
    desk *on = *state;
    sd_scenario *scenario = well(on, "schema = 1;");
    char *bytes = NULL;
    size_t length = 0;
    FILE *to;

    for (size_t each = 0; each < sizeof wrong / sizeof wrong[0]; each++)
        assert_int_equal(sd_scenario_set(on->arena, scenario, wrong[each], on->diag) == SD_OK,
                         each == 7);
    assert_string_equal(
        messages_of(on),
        "E701 'share' has no '='; write NAME=VALUE\n"
        "E101 no variable named 'shar'; did you mean 'share'?\n"
        "E404 'share' must be between 0 and 1, not 9\n"
        "E403 'share' must be a plain number, not '0,5'; write a point: 0.5\n"
        "E403 'share' must be a plain number, not 'x'\n"
        "E408 'output' is computed from 'people', 'base_task_time' and 'share' and "
        "cannot be set; a shock can multiply it\n"
        "E109 dimension 'practice' has no element 'x'\n"
        "W901 'share' is 0.9, but plausible is between 0.2 and 0.7; a source on the "
        "value silences this\n");
    to = open_memstream(&bytes, &length);
    assert_non_null(to);
    sd_message_print(&on->diag->messages.items[2], to, false);
    fclose(to);
    assert_string_equal(bytes, "error[E404]: 'share' must be between 0 and 1, not 9\n"
                               "  --> --set:1:7\n"
                               "   |\n"
                               " 1 | share=9\n"
                               "   |       ^\n");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_scenario_is_the_model_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_spelling_of_libconfig_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_run_is_the_models_where_nothing_is_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(elements_are_set_by_name_and_arrays_as_a_whole, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(groups_that_are_no_variable_only_order_the_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_distribution_sets_its_central_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shocks_and_scores_keep_all_that_was_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(policies_become_settings_of_the_practice_arrays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_policies_the_settings_under_them_return, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_model_without_practices_has_no_policies, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_setting_from_the_command_line_has_the_last_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_setting_from_the_command_line_is_shown_with_a_caret,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
