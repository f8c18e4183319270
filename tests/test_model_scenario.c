/* test_model_scenario.c - the words of a scenario become settings, policies, shocks and scores of its model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/model.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char town[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
    "xmlns:treadmill=\"urn:treadmill\">\n"
    "<header><name>town</name><vendor>v</vendor><product>p</product></header>\n"
    "<sim_specs time_units=\"week\" "
    "method=\"RK4\"><start>0</start><stop>104</stop><dt>0.25</dt></sim_specs>\n"
    "<dimensions><dim name=\"practice\"><elem name=\"permission\"/><elem name=\"definition\"/>"
    "<elem name=\"boundaries\"/><elem name=\"coaching\"/></dim>"
    "<dim name=\"group\"><elem name=\"high\"/><elem name=\"low\"/></dim></dimensions>\n"
    "<model><variables>\n"
    "<aux name=\"base task time\"><eqn>0.5</eqn><units>hour</units><doc>time for one task</doc>"
    "<treadmill:bounds min=\"0.01\"/><range min=\"0.1\" max=\"2\"/>"
    "<treadmill:source>article 002</treadmill:source></aux>\n"
    "<aux name=\"share\"><eqn>0.4</eqn><units>dmnl</units><treadmill:bounds min=\"0\" max=\"1\"/>"
    "<range min=\"0.2\" max=\"0.7\"/></aux>\n"
    "<aux name=\"practice intensity\"><dimensions><dim name=\"practice\"/></dimensions><eqn>0</eqn>"
    "<treadmill:bounds min=\"0\" max=\"1\"/></aux>\n"
    "<aux name=\"practice start\"><dimensions><dim "
    "name=\"practice\"/></dimensions><eqn>26</eqn></aux>\n"
    "<aux name=\"practice ramp\"><dimensions><dim name=\"practice\"/></dimensions><eqn>8</eqn>"
    "<treadmill:bounds min=\"0.1\"/></aux>\n"
    "<aux name=\"practice stop\"><dimensions><dim "
    "name=\"practice\"/></dimensions><eqn>9999</eqn></aux>\n"
    "<aux name=\"weight\"><dimensions><dim name=\"practice\"/><dim name=\"group\"/></dimensions>"
    "<eqn>1</eqn></aux>\n"
    "<stock name=\"people\"><eqn>100</eqn><inflow>births</inflow></stock>\n"
    "<stock name=\"skill\"><eqn>share*base_task_time</eqn><inflow>learning</inflow></stock>\n"
    "<flow name=\"births\"><eqn>people*share*SUM(weight[*,*])*SUM(practice_intensity[*])*"
    "(practice_start[permission]+practice_ramp[permission]+practice_stop[permission])/100</eqn></"
    "flow>\n"
    "<flow name=\"learning\"><eqn>TIME*0.0001</eqn></flow>\n"
    "<aux name=\"output\"><eqn>people/base_task_time*table(share)</eqn></aux>\n"
    "<gf name=\"table\"><xscale min=\"0\" max=\"1\"/><ypts>0.5,1.5</ypts></gf>\n"
    "</variables></model></xmile>\n";

static const char tools[] =
    "schema = 1;\ntitle = \"Tools only\";\nset : { base_task_time = 2.5; };\n";
static const char built_in_chain[] = "schema = 1;\nextends = \"tools-only.cfg\";\n";

/* Stands in for the files that the program carries. */
const sd_built_in sd_built_ins[] = {
    {"plots", "fan.gp", (const unsigned char *)"plot\n", 5},
    {"scenarios", "productivity-trap.xmile", (const unsigned char *)town, sizeof town - 1},
    {"scenarios", "redesign.cfg", (const unsigned char *)built_in_chain, sizeof built_in_chain - 1},
    {"scenarios", "tools-only.cfg", (const unsigned char *)tools, sizeof tools - 1},
    {NULL, NULL, NULL, 0},
};

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
    char folder[40];
    sd_scenario *scenario;
} desk;

static int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    memcpy(made->folder, "/tmp/test_model_scenario.XXXXXX", 32);
    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return mkdtemp(made->folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    desk *used = *state;
    const char *command = sd_arena_printf(used->arena, "rm -rf '%s'", used->folder);
    const int removed = system(command);

    sd_arena_free(used->arena);
    free(used);
    return removed;
}

static const char *write_file(desk *on, const char *name, const char *text)
{
    const char *path = sd_arena_printf(on->arena, "%s/%s", on->folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
    return path;
}

/* The texts of all messages, a line each. */
static const char *messages_of(const desk *on)
{
    sd_text text = sd_text_new(on->arena);

    for (size_t each = 0; each < on->diag->messages.count; each++) {
        const sd_message *message = &on->diag->messages.items[each];

        sd_text_printf(&text, "%s %s%s%s\n", sd_code_name(message->code), message->text,
                       message->help ? "; " : "", message->help ? message->help : "");
    }
    return text.bytes;
}

static void read_bytes(desk *on, const char *text, size_t length)
{
    const sd_source *source = sd_source_from_text(on->arena, "acme.cfg", text, length);
    const sd_status status =
        sd_scenario_from_source(on->arena, source, on->folder, &on->scenario, on->diag);

    assert_int_equal(status == SD_OK, on->diag->errors == 0);
}

static void read_text(desk *on, const char *text)
{
    read_bytes(on, text, strlen(text));
}

/* The scenario of a text that reads without a message. */
static sd_scenario *well(desk *on, const char *text)
{
    read_text(on, text);
    assert_string_equal(messages_of(on), "");
    return on->scenario;
}

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
