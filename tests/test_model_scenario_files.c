/* test_model_scenario_files.c - scenarios are found, checked and overlaid on what they extend.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_desk.h"

static void expect_input(desk *on, const char *input, const char *expected)
{
    const sd_status status = sd_scenario_from_input(on->arena, input, &on->scenario, on->diag);

    assert_string_equal(messages_of(on), expected);
    assert_int_equal(status == SD_OK, expected[0] == '\0');
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

/* ---- chains ---- */

static void a_scenario_has_the_last_word_on_what_it_extends(void **state)
{
    desk *on = *state;
    const sd_scenario *scenario;

    write_file(on, "base.cfg",
               "schema = 1; title = \"Base\"; source = \"base\"; run : { stop = 52; seed = 7; };\n"
               "set : { share = 0.3; base_task_time = 0.6; };\n"
               "policies = ( { name = \"permission\"; start = 9; ramp = 4; intensity = 0.5; } );\n"
               "shocks = ( { variable = \"output\"; at = 9; kind = \"step\"; size = 0.1; } );\n"
               "outputs : { save = [\"output\"]; score = ( { of = \"output\"; at = 26; } ); };");
    scenario = well(
        on, "schema = 1; extends = \"base.cfg\"; run : { stop = 78; }; set : { share = 0.35; };\n"
            "policies = ( { name = \"permission\"; start = 12; } );\n"
            "shocks = ( { variable = \"births\"; at = 4; kind = \"step\"; size = 0.2; } );\n"
            "outputs : { save = [\"people\", \"skill\"]; };");
    assert_string_equal(scenario->title, "");
    assert_null(scenario->origin);
    assert_true(scenario->spec.stop == 78 && scenario->spec.seed == 7);
    expect_setting(on, "share", 0.35);
    expect_setting(on, "base_task_time", 0.6);
    expect_setting(on, "practice_start[permission]", 12);
    expect_setting(on, "practice_ramp[permission]", 4);
    expect_setting(on, "practice_intensity[permission]", 0.5);
    assert_int_equal(scenario->policies.count, 1);
    assert_int_equal(scenario->shocks.count, 2);
    assert_string_equal(scenario->shocks.items[0].variable->name, "output");
    assert_int_equal(scenario->save.count, 2);
    assert_int_equal(scenario->scores.count, 1);
    assert_int_equal(scenario->sources.count, 2);
}

static void a_neighbour_comes_before_a_built_in_file_of_its_name(void **state)
{
    desk *on = *state;

    (void)well(on, "schema = 1; extends = \"tools-only.cfg\";");
    expect_setting(on, "base_task_time", 2.5);
    write_file(on, "tools-only.cfg", "schema = 1; set : { base_task_time = 0.7; };");
    (void)well(on, "schema = 1; extends = \"tools-only.cfg\";");
    expect_setting(on, "base_task_time", 0.7);
}

static void shipped_scenarios_may_leave_the_plausible_range(void **state)
{
    expect_input(*state, "redesign", "");
    expect_setting(*state, "base_task_time", 2.5);
}

static void errors_of_every_file_of_a_chain_are_reported(void **state)
{
    desk *on = *state;

    write_file(on, "base.cfg", "schema = 1; set : { shar = 0.3; };");
    read_text(on, "schema = 1; extends = \"base.cfg\"; set : { base_task_tim = 0.6; };");
    assert_string_equal(messages_of(on),
                        "E101 no variable named 'shar'; did you mean 'share'?\n"
                        "E101 no variable named 'base_task_tim'; did you mean 'base_task_time'?\n");
    assert_string_equal(on->diag->messages.items[0].span.source->name,
                        sd_arena_printf(on->arena, "%s/base.cfg", on->folder));
}

static void circles_and_long_chains_end(void **state)
{
    desk *on = *state;
    const char *a = write_file(on, "a.cfg", "schema = 1; extends = \"b.cfg\";");
    const char *b = write_file(on, "b.cfg", "schema = 1; extends = \"a.cfg\";");
    const char *self = write_file(on, "self.cfg", "schema = 1; extends = \"self.cfg\";");

    for (int each = 0; each < 10; each++)
        write_file(on, sd_arena_printf(on->arena, "%d.cfg", each),
                   sd_arena_printf(on->arena, "schema = 1; extends = \"%d.cfg\";", each + 1));
    expect_input(on, a,
                 sd_arena_printf(on->arena,
                                 "E407 scenarios extend each other in a circle: %s, %s, %s\n", a, b,
                                 a));
    on->diag = sd_diag_new(on->arena);
    expect_input(on, self, "E407 the scenario extends itself\n");
    on->diag = sd_diag_new(on->arena);
    expect_input(on, sd_arena_printf(on->arena, "%s/0.cfg", on->folder),
                 "E407 more than 8 scenarios extend each other\n");
    on->diag = sd_diag_new(on->arena);
    write_file(on, "9.cfg", "schema = 1;");
    expect_input(on, sd_arena_printf(on->arena, "%s/1.cfg", on->folder), "");
    assert_int_equal(on->scenario->sources.count, 9);
}

static void links_and_devices_are_refused(void **state)
{
    desk *on = *state;

    write_file(on, "base.cfg", "schema = 1;");
    assert_int_equal(symlink("base.cfg", sd_arena_printf(on->arena, "%s/link.cfg", on->folder)), 0);
    assert_int_equal(mkfifo(sd_arena_printf(on->arena, "%s/pipe.cfg", on->folder), 0600), 0);
    read_text(on, "schema = 1; extends = \"link.cfg\";");
    read_text(on, "schema = 1; extends = \"pipe.cfg\";");
    read_text(on, "schema = 1; model = \"none.xmile\";");
    assert_string_equal(
        messages_of(on),
        "E406 'link.cfg' is a link, and links are refused; copy the file into this folder\n"
        "E601 cannot read 'pipe.cfg': it is not a regular file\n"
        "E601 there is no file 'none.xmile' beside this one, and none built in\n");
}

/* ---- inputs ---- */

static void an_input_is_a_path_or_the_name_of_a_built_in_scenario(void **state)
{
    desk *on = *state;
    const char *path = write_file(on, "acme.v2.cfg", "schema = 1; title = \"Acme\";");

    expect_input(on, path, "");
    assert_string_equal(on->scenario->name, "acme.v2");
    assert_string_equal(on->scenario->title, "Acme");
    expect_input(on, "tools-only", "");
    assert_string_equal(on->scenario->name, "tools-only");
    assert_string_equal(on->scenario->title, "Tools only");
    expect_input(on, "tools-only.cfg", "");
    expect_input(
        on, "tols-only",
        "E601 there is no file 'tols-only', and no built-in scenario of that name; did you mean "
        "'tools-only'?\n");
}

static void a_missing_path_is_reported_as_such(void **state)
{
    desk *on = *state;

    expect_input(on, sd_arena_printf(on->arena, "%s/none.cfg", on->folder),
                 sd_arena_printf(on->arena,
                                 "E601 cannot read '%s/none.cfg': there is no such file\n",
                                 on->folder));
}

static void a_bare_model_is_a_scenario_of_itself(void **state)
{
    desk *on = *state;

    expect_input(on, write_file(on, "town.stmx", town), "");
    assert_true(on->scenario->bare);
    assert_string_equal(on->scenario->name, "town");
    assert_true(on->scenario->spec.stop == 104);
    assert_true(on->scenario->source == on->scenario->model->source);
    expect_input(on, write_file(on, "town.txt", town), "");
    assert_true(on->scenario->bare);
}

static void a_file_with_a_nul_or_without_end_is_refused(void **state)
{
    desk *on = *state;
    static char large[SD_SCENARIO_BYTES_MAX + 2];

    read_bytes(on, "schema = 1;\0title = 5;", 22);
    memset(large, ' ', sizeof large);
    read_bytes(on, large, sizeof large);
    memset(large, '{', sizeof large);
    memcpy(large, "x=", 2);
    read_bytes(on, large, 40);
    assert_string_equal(
        messages_of(on),
        "E401 the file holds a NUL byte, so it is not a plain text; save it as UTF-8\n"
        "E601 'acme.cfg' is larger than a scenario may be, 1048576 bytes\n"
        "E401 a name is missing before '{'; settings are written name = value;\n");
    on->diag = sd_diag_new(on->arena);
    memset(large, '(', sizeof large);
    memcpy(large, "x=", 2);
    read_bytes(on, large, 40);
    memset(large, ';', sizeof large);
    read_bytes(on, large, 1000000);
    assert_string_equal(messages_of(on),
                        "E401 nested more than 16 deep\n"
                        "E113 a scenario holds at most 40000 names, values and marks\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_scenario_has_the_last_word_on_what_it_extends, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_neighbour_comes_before_a_built_in_file_of_its_name,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(shipped_scenarios_may_leave_the_plausible_range, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(errors_of_every_file_of_a_chain_are_reported, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(circles_and_long_chains_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_and_devices_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_input_is_a_path_or_the_name_of_a_built_in_scenario,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_path_is_reported_as_such, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bare_model_is_a_scenario_of_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_with_a_nul_or_without_end_is_refused, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
