/* test_model_rewrite.c - a scenario written into the text of its own model: what changes, what stays, and the same bits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "random_model.h"
#include "round_trip.h"

static void must_trip(desk *on, const sd_scenario *scenario)
{
    for (int flat = 0; flat < TRIP_FORMS; flat++) {
        const char *fault = round_trip(on, scenario, flat);

        if (fault)
            fail_msg("%s, %s: %s%s", scenario->name, flat ? "flat" : "own text", fault,
                     *fault ? "" : desk_printed(on));
    }
}

static sd_scenario *scenario_of(desk *on, const char *variables, const char *lines)
{
    return trip_scenario(
        on,
        desk_file(on, "rk4 0 12 0.25",
                  "<dimensions><dim name=\"d\"><elem name=\"north east\"/><elem "
                  "name=\"south\"/></dim><dim name=\"n\" size=\"3\"/></dimensions>",
                  variables),
        lines);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in\n%s", part, text);
}

static void every_shipped_scenario_keeps_its_bits_in_both_forms(void **state)
{
    desk *on = *state;
    size_t count = 0;

    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        size_t length = strlen(file->name);
        sd_scenario *scenario;

        if (length < 4 || strcmp(file->name + length - 4, ".cfg") != 0)
            continue;
        char *name = sd_arena_copy(on->arena, file->name, length - 4);
        assert_int_equal(sd_scenario_from_input(on->arena, name, &scenario, on->diag), SD_OK);
        must_trip(on, scenario);
        assert_true(on->trajectory->time_count > 200);
        count++;
        desk_tear_down(state); /* a run of every variable is a few megabytes */
        desk_set_up(state);
        on = *state;
    }
    assert_true(count >= 40);
}

static void a_bare_model_is_its_own_text_and_a_comment(void **state)
{
    desk *on = *state;
    sd_scenario *scenario;
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");
    const char *path = "scenarios/productivity-trap.xmile";
    const char *root = getenv("TREADMILL_ROOT");

    path = sd_arena_printf(on->arena, "%s/%s", root ? root : ".", path);
    assert_int_equal(sd_scenario_from_input(on->arena, path, &scenario, on->diag), SD_OK);
    const char *text = trip_text(on, scenario, false), *mark = "<!--\na test\n-->\n";
    const char *comment = strstr(text, mark);
    assert_non_null(comment);
    size_t before = (size_t)(comment - text);
    assert_memory_equal(text, file->bytes, before);
    assert_string_equal(comment + strlen(mark), (const char *)file->bytes + before);
}

static void a_value_replaces_the_equation_and_nothing_else(void **state)
{
    desk *on = *state;
    const sd_scenario *s =
        scenario_of(on,
                    "<!-- mine --><aux name=\"a\"><doc>x &lt; y</doc><eqn>\n 0.25 "
                    "{old}</eqn><units>m</units></aux>"
                    "<stock name=\"b\"><eqn>2</eqn><inflow>f</inflow></stock>"
                    "<flow name=\"f\"><eqn><![CDATA[IF a < b THEN a ELSE 0.1]]></eqn></flow>",
                    "set : { a = -0.1; b = 1.0e-300; };");
    const char *text = trip_text(on, s, false);

    assert_has(
        text,
        "<!-- mine --><aux name=\"a\"><doc>x &lt; y</doc><eqn>-0.1</eqn><units>m</units></aux>");
    assert_has(text, "<stock name=\"b\"><eqn>1e-300</eqn><inflow>f</inflow></stock>");
    assert_has(text, "<eqn><![CDATA[IF a < b THEN a ELSE 0.1]]></eqn>");
    must_trip(on, s);
}

static void one_element_of_an_array_gets_an_equation_of_its_own(void **state)
{
    desk *on = *state;
    const char *dimensions = "<dimensions><dim name=\"n\"/></dimensions>";
    sd_scenario *s = scenario_of(
        on,
        sd_arena_printf(
            on->arena,
            "<aux name=\"all\">%s<eqn>4</eqn></aux>"
            "<aux name=\"list\">%s<eqn>1, 2/3, 3</eqn></aux>"
            "<aux name=\"own\">%s<element subscript=\"1\"><eqn>1</eqn></element><element "
            "subscript=\"2\"><eqn>2</eqn></element><element "
            "subscript=\"3\"><eqn>3</eqn></element></aux>"
            "<aux name=\"over\">%s<eqn>7</eqn><element subscript=\"2\"><eqn>8</eqn></element></aux>"
            "<aux name=\"alike\">%s<eqn>5</eqn></aux>"
            "<aux name=\"x\">%s<eqn>all + list * own - over + alike + n</eqn></aux>",
            dimensions, dimensions, dimensions, dimensions, dimensions, dimensions),
        "set : { alike = 6; };");
    static const char *const settings[] = {"all[2]=9", "list[3]=0.3", "own[1]=11", "over[3]=12"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_int_equal(sd_scenario_set(on->arena, s, settings[i], on->diag), SD_OK);
    const char *text = trip_text(on, s, false);

    assert_has(text, "<element subscript=\"1\"><eqn>4</eqn></element><element "
                     "subscript=\"2\"><eqn>9</eqn></element><element "
                     "subscript=\"3\"><eqn>4</eqn></element></aux>");
    assert_has(text, "<element subscript=\"2\"><eqn>2/3</eqn></element><element "
                     "subscript=\"3\"><eqn>0.3</eqn></element></aux>");
    assert_has(text, "<element subscript=\"1\"><eqn>11</eqn></element>");
    assert_has(text, "<element subscript=\"3\"><eqn>12</eqn></element><element "
                     "subscript=\"2\"><eqn>8</eqn></element></aux>");
    assert_has(text, "<eqn>6</eqn></aux>");
    must_trip(on, s);
}

static void shocks_are_factors_that_keep_the_bits(void **state)
{
    desk *on = *state;
    const sd_scenario *s = scenario_of(
        on,
        "<aux name=\"a\"><dimensions><dim name=\"d\"/></dimensions><eqn>3 + 0.1 * d</eqn></aux>"
        "<aux name=\"list\"><dimensions><dim name=\"d\"/></dimensions><eqn>TIME, 2 * "
        "TIME</eqn></aux>"
        "<aux name=\"g\"><dimensions><dim name=\"d\"/></dimensions><eqn>a / 7</eqn><gf><xscale "
        "min=\"0\" "
        "max=\"1\"/><ypts>1,3</ypts></gf></aux>"
        "<aux name=\"c\"><eqn>0.7</eqn></aux>"
        "<stock name=\"s\"><eqn>10</eqn><non_negative/><outflow>f</outflow></stock>"
        "<flow name=\"f\"><eqn>SUM(g[*]) - c + list[south]</eqn><non_negative/></flow>",
        "set : { c = 0.9; };\n"
        "shocks = ( { variable = \"a\"; at = 2.3; kind = \"step\"; size = -0.37; },\n"
        "  { variable = \"a\"; at = 3; kind = \"pulse\"; duration = 1.1; size = 0.3; },\n"
        "  { variable = \"g\"; at = 1; kind = \"ramp\"; duration = 7; size = 0.21; },\n"
        "  { variable = \"list\"; at = 1; kind = \"ramp\"; duration = 3; size = 0.7; },\n"
        "  { variable = \"f\"; at = 6; kind = \"pulse\"; duration = 2; size = 0.9; } );");
    const char *text = trip_text(on, s, false);

    assert_int_equal(s->shocks.count, 5);
    assert_has(text, "<eqn>(3 + 0.1 * d) * (1 + (-0.37) * STEP(1, 2.3)) * (1 + 0.3 * (STEP(1, 3) - "
                     "STEP(1, 4.1)))</eqn>");
    assert_has(text, "<aux name=\"g_before_shock\">");
    assert_has(text, "<eqn>g_before_shock[d] * (1 + 0.21 * MIN(1, MAX(0, (TIME - 1) / 7)))</eqn>");
    must_trip(on, s);
}

static void run_settings_stand_where_they_are_read(void **state)
{
    static const char *const specs[] = {
        "<sim_specs><start>1</start><stop>9</stop><dt>0.5</dt></sim_specs>",
        "<sim_specs i:save_interval='1'><stop>9</stop><dt reciprocal='true'>4</dt></sim_specs>",
        "<sim_specs><stop>9</stop><savestep>1</savestep></sim_specs>",
        "<sim_specs/>",
        "",
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        const char *model = sd_arena_printf(
            on->arena,
            "<?xml version=\"1.0\"?><xmile version=\"1.0\" xmlns:i=\"i\">%s<model><variables>"
            "<stock name=\"s\"><eqn>1</eqn><inflow>f</inflow></stock><flow "
            "name=\"f\"><eqn>RANDOM(0, 1) - "
            "s</eqn></flow></variables></model></xmile>",
            specs[i]);
        const sd_scenario *s = trip_scenario(
            on, model,
            "run : { start = 2; stop = 12; dt = 0.125; save_interval = 2.5; method = \"rk8pd\"; "
            "rtol = 1e-9; atol = 0.0; seed = 77; };");

        must_trip(on, s);
        assert_int_equal(on->model->spec.method, SD_METHOD_RK8PD);
        assert_int_equal(on->model->spec.seed, 77);
        assert_true(on->model->spec.rtol == 1e-9 && on->model->spec.atol == 0);
        assert_true(on->model->spec.save_interval == 2.5);
        const char *text = trip_text(on, s, false);
        assert_has(text, "method=\"rk45\"");
        assert_has(text, "xmlns:treadmill=\"urn:treadmill:xmile:1\"");
        assert_has(desk_printed(on), "W929");
    }
}

static void every_method_comes_back(void **state)
{
    desk *on = *state;

    for (int m = 0; m < SD_METHOD_COUNT; m++) {
        sd_scenario *s = scenario_of(on, desk_variables(on, "stock s = 1; in f\nflow f = -s"), "");
        s->spec.method = (sd_method)m;
        must_trip(on, s);
        assert_int_equal(on->model->spec.method, m);
    }
}

static void no_text_of_a_scenario_can_break_the_file(void **state)
{
    desk *on = *state;
    sd_scenario *s = scenario_of(on, desk_variables(on, "aux a = 1"), "set : { a = 2; };");
    const char *text;

    s->title = "a ]]> \"b\" 'c' -- <d> & \x01 \xC3\xA9 \xFF --> e-";
    s->bare = false;
    for (int flat = 0; flat < TRIP_FORMS; flat++) {
        sd_status status =
            flat ? sd_scenario_to_flat_xmile(on->arena, s, s->title, &text, &on->model, on->diag)
                 : sd_scenario_to_xmile(on->arena, s, s->title, &text, &on->model, on->diag);
        assert_int_equal(status, SD_OK);
        assert_has(text, "- -> e-\n-->");
        const sd_source *source = sd_source_from_text(on->arena, "w.xmile", text, strlen(text));
        assert_int_equal(sd_model_from_xmile(on->arena, source, &on->model, on->diag), SD_OK);
        assert_has(on->model->name, "a ]]> \"b\" 'c' -- <d> & ? \xC3\xA9 ? --> e-");
    }
}

static void an_encoding_that_is_not_utf_8_stays(void **state)
{
    desk *on = *state;
    sd_scenario *s = trip_scenario(
        on,
        "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><xmile "
        "version=\"1.0\"><header><name>caf\xE9</name></header>"
        "<dimensions><dim name=\"d\"><elem name=\"\xE9\"/><elem name=\"b\"/></dim></dimensions>"
        "<model><variables><aux name=\"a\"><dimensions><dim "
        "name=\"d\"/></dimensions><eqn>1</eqn></aux></variables></model></xmile>",
        "title = \"\xC3\xA9t\xC3\xA9\";");
    assert_int_equal(sd_scenario_set(on->arena, s, "a[b]=3", on->diag), SD_OK);
    const char *text = trip_text(on, s, false);

    assert_has(text, "caf&#233;: &#233;t&#233;");
    assert_has(text, "<element subscript=\"&#233;\">");
    must_trip(on, s);
}

static const char decay[] =
    "<model name=\"decay\"><variables>"
    "<stock name=\"level\"><eqn>3</eqn><outflow>drain</outflow></stock>"
    "<flow name=\"drain\"><eqn>rate * level</eqn></flow><aux name=\"rate\"><eqn>0.9</eqn></aux>"
    "</variables></model>";

static void a_module_of_one_instance_is_written_where_it_stands(void **state)
{
    desk *on = *state;
    sd_scenario *s =
        trip_scenario(on,
                      desk_file(on, "rk4 0 4 0.25", decay,
                                "<module name=\"decay\"/><aux name=\"a\"><eqn>1</eqn></aux>"),
                      "set : { a = 2; };");

    assert_int_equal(sd_scenario_set(on->arena, s, "decay.rate=0.3", on->diag), SD_OK);
    assert_has(trip_text(on, s, false), "<aux name=\"rate\"><eqn>0.3</eqn></aux>");
    must_trip(on, s);
}

static void a_text_of_two_instances_is_no_place_for_one_value(void **state)
{
    desk *on = *state;
    sd_scenario *s = trip_scenario(
        on,
        desk_file(on, "rk4 0 4 0.25", decay,
                  "<module name=\"decay\"/><module name=\"slow\" model_name=\"decay\"/>"
                  "<aux name=\"both\"><eqn>decay.level + slow.level</eqn></aux>"),
        "");

    must_trip(on, s); /* nothing is to be written there */
    assert_int_equal(sd_scenario_set(on->arena, s, "slow.rate=0.3", on->diag), SD_OK);
    assert_string_equal(trip_text(on, s, false), "");
    assert_has(desk_printed(on), "the text of 'slow.rate' stands for 2 variables");
    assert_has(desk_printed(on), "add --flat");
    const char *fault = round_trip(on, s, true);
    assert_null(fault);
    assert_has(trip_text(on, s, true), "<eqn>decay_level + slow_level</eqn>");
}

static void what_is_never_closed_is_closed(void **state)
{
    desk *on = *state;
    const sd_scenario *s = trip_scenario(
        on,
        desk_file(on, "rk4 0 4 0.25", "",
                  "<stock name=\"s\"><eqn>3</eqn><outflow>f</outflow></stock>\n"
                  "<flow name=\"f\"><eqn>s / 2</eqn>\n<aux name=\"a\"><eqn>1</eqn></aux>"),
        "");

    assert_has(trip_text(on, s, false), "<eqn>s / 2</eqn>\n</flow><aux");
    must_trip(on, s);
    assert_string_equal(desk_printed(on), "");
}

static void models_by_chance_keep_their_bits(void **state)
{
    desk *on = *state;

    for (uint64_t seed = 0; seed < 60; seed++) {
        random_model m = random_model_new(seed, RANDOM_FORMS, seed % 2);
        const char *text = desk_file(on, seed % 3 ? "rk4 0 8 0.25" : "euler 0 8 0.125",
                                     "<dimensions><dim name=\"d\" size=\"2\"/></dimensions>",
                                     random_model_text(on, &m, "", seed % 5 == 0));
        must_trip(on, trip_scenario(on, text, ""));
        desk_tear_down(state);
        desk_set_up(state);
        on = *state;
    }
}

/* All that the community's suite has, whatever it uses. */
static void the_community_s_models_keep_their_bits(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "conformance/cases.tsv");
    size_t tripped = 0, refused = 0;

    if (!path) {
        skip();
        return;
    }
    const sd_source *cases;
    assert_int_equal(sd_source_from_file(on->arena, path, 1 << 20, &cases, on->diag), SD_OK);
    for (const char *line = strchr(cases->text, '\n'); line && line[1];
         line = strchr(line + 1, '\n')) {
        const char *name = sd_arena_copy(on->arena, line + 1, strcspn(line + 1, "\t"));
        const char *file = desk_shared(on, sd_arena_printf(on->arena, "conformance/%s", name));
        sd_scenario *scenario;

        if (sd_scenario_from_input(on->arena, file, &scenario, sd_diag_new(on->arena)) != SD_OK) {
            refused++; /* test_conformance.c says which and why */
            continue;
        }
        must_trip(on, scenario);
        tripped++;
    }
    print_message("%zu files keep their bits, %zu are not read\n", tripped, refused);
    assert_true(tripped >= 49);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_shipped_scenario_keeps_its_bits_in_both_forms),
        DESK_TEST(a_bare_model_is_its_own_text_and_a_comment),
        DESK_TEST(a_value_replaces_the_equation_and_nothing_else),
        DESK_TEST(one_element_of_an_array_gets_an_equation_of_its_own),
        DESK_TEST(shocks_are_factors_that_keep_the_bits),
        DESK_TEST(run_settings_stand_where_they_are_read),
        DESK_TEST(every_method_comes_back),
        DESK_TEST(no_text_of_a_scenario_can_break_the_file),
        DESK_TEST(an_encoding_that_is_not_utf_8_stays),
        DESK_TEST(a_module_of_one_instance_is_written_where_it_stands),
        DESK_TEST(a_text_of_two_instances_is_no_place_for_one_value),
        DESK_TEST(what_is_never_closed_is_closed),
        DESK_TEST(models_by_chance_keep_their_bits),
        DESK_TEST(the_community_s_models_keep_their_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
