/* test_model_scenario_sense.c - what makes sense together is said once, at the right place, and never of what ships.
 * The texts as people see them are pinned in tests/cases/teach.txt.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static void say(const sd_message *message, sd_text *text)
{
    sd_text_printf(text, "%s %s; %s\n", sd_code_name(message->code), message->text,
                   message->help ? message->help : "");
}

/* What a scenario of a model says after settings, the first of them NULL. */
static const char *sense_of(desk *on, const sd_source *source, const char *const *settings)
{
    sd_text text = sd_text_new(on->arena);
    sd_scenario *scenario;
    sd_status status;
    size_t before;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag), SD_OK);
    for (size_t i = 0; settings && settings[i]; i++)
        assert_int_equal(sd_scenario_set(on->arena, scenario, settings[i], on->diag), SD_OK);
    before = on->diag->messages.count;
    status = sd_scenario_check(scenario, on->diag);
    assert_int_equal(status, sd_diag_status(on->diag));
    for (size_t i = before; i < on->diag->messages.count; i++)
        say(&on->diag->messages.items[i], &text);
    return text.bytes;
}

static const char *sense_of_text(desk *on, const char *text, const char *const *settings)
{
    return sense_of(on, sd_source_from_text(on->arena, "t.cfg", text, strlen(text)), settings);
}

static void nothing_that_ships_is_advised_against(void **state)
{
    desk *on = *state;

    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        const sd_source *source = sd_source_from_built_in(on->arena, file);

        if (strcmp(file->folder, "scenarios") == 0 && !strstr(file->name, ".layout"))
            assert_string_equal(sense_of(on, source, NULL), "");
    }
}

static void shares_are_added_up_after_the_last_setting(void **state)
{
    static const char *const both[] = {"group_share[high]=0.71", "group_share[low]=0.29", NULL};
    static const char *const rounded[] = {"group_share[high]=0.7", "group_share[low]=0.3000000009",
                                          NULL};
    static const char *const off[] = {"group_share[high]=0.7", "group_share[low]=0.300000002",
                                      NULL};
    static const char *const high[] = {"group_share[high]=0.71", NULL};
    static const char *const low[] = {"group_share[low]=0.71", NULL};
    desk *on = *state;
    const char *text = "schema = 1; extends = \"tools-only.cfg\";";

    assert_string_equal(sense_of_text(on, text, both), "");
    assert_string_equal(sense_of_text(on, text, rounded), "");
    assert_string_equal(sense_of_text(on, text, off),
                        "E410 the shares 'group_share' must add up to 1, but they add up to "
                        "1.000000002; "
                        "set group_share[low] to 0.3\n");
    assert_string_equal(sense_of_text(on, text, high),
                        "E410 the shares 'group_share' must add up to 1, but they add up to 1.21; "
                        "set group_share[low] to 0.29\n");
    assert_string_equal(sense_of_text(on, text, low),
                        "E410 the shares 'group_share' must add up to 1, but they add up to 1.21; "
                        "set group_share[high] to 0.29\n");
}

static void dt_is_held_against_the_shortest_stay_once(void **state)
{
    static const char *const short_stays[] = {"base_response_time=0.42",
                                              "pressure_feeling_time=0.3", NULL};
    desk *on = *state;

    assert_string_equal(
        sense_of_text(on, "schema = 1; extends = \"tools-only.cfg\";", short_stays),
        "W907 'base_response_time' x 'minimum_response_share' is 0.147 week, too short for a DT of "
        "0.25; take a dt of 0.0625, in run or as --dt 0.0625\n");
    assert_string_equal(
        sense_of_text(on, "schema = 1; extends = \"tools-only.cfg\"; run : { dt = 0.0625; };",
                      short_stays),
        "");
    assert_string_equal(
        sense_of_text(on,
                      "schema = 1; extends = \"tools-only.cfg\"; run : { method = \"rkf45\"; };",
                      short_stays),
        "");
    /* The shortest that the model was tested with: 0.35 week. */
    assert_string_equal(sense_of_text(on, "schema = 1; extends = \"desk.cfg\";", NULL), "");
}

static void a_moved_end_of_the_run_moves_what_is_late(void **state)
{
    desk *on = *state;
    const char *policy = "policies = ( { name = \"gates\"; start = 300; } );";

    assert_string_equal(
        sense_of_text(on, sd_arena_printf(on->arena, "schema = 1; %s", policy), NULL),
        "W906 policy 'gates' starts at 300, after the run ends at 260, so it never acts; let it "
        "start before 260, or let the run end later\n");
    assert_string_equal(
        sense_of_text(
            on, sd_arena_printf(on->arena, "schema = 1; run : { stop = 301; }; %s", policy), NULL),
        "");
}

static void a_long_source_is_cut_between_words(void **state)
{
    static const char *const setting[] = {"x=7", NULL};
    desk *on = *state;
    const char *text =
        "<xmile version=\"1.0\" xmlns:treadmill=\"urn:treadmill:xmile:1\">\n"
        "<sim_specs><start>0</start><stop>5</stop></sim_specs><model><variables>\n"
        "<aux name=\"x\"><eqn>1</eqn><units>hour</units><range min=\"0\" max=\"2\"/>\n"
        "<treadmill:source>a survey of twelve firms in four countries over five years, in which "
        "nobody counted; a second one of nine did</treadmill:source></aux>\n"
        "</variables></model></xmile>\n";

    assert_string_equal(
        sense_of(on, sd_source_from_text(on->arena, "t.xmile", text, strlen(text)), setting), "");
    assert_int_equal(on->diag->messages.count, 1);
    assert_string_equal(on->diag->messages.items[0].text,
                        "'x' is 7 hour, but plausible is between 0 and 2");
    assert_string_equal(on->diag->messages.items[0].help,
                        "a source on the value silences this; the range is from: a survey of "
                        "twelve firms in four countries over five years, in which nobody counted; "
                        "a second one of ...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(nothing_that_ships_is_advised_against),
        DESK_TEST(shares_are_added_up_after_the_last_setting),
        DESK_TEST(dt_is_held_against_the_shortest_stay_once),
        DESK_TEST(a_moved_end_of_the_run_moves_what_is_late),
        DESK_TEST(a_long_source_is_cut_between_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
