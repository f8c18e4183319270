/* test_output_provenance.c - what FILE.meta.json holds is valid JSON, complete, and the same for equal runs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

static const char scenario_text[] =
    "schema = 1;\n"
    "title = \"A \\\"desk\\\"\";\n"
    "model = \"productivity-trap.xmile\";\n"
    "set : { initial_headcount = 450; };\n"
    "policies = ( { name = \"permission\"; start = 40; intensity = 0.5; } );\n";

/* A run of a scenario of the shipped model, a few steps long. */
static sd_result result_of(desk *on, const char *text, const size_t **ret_elements)
{
    const sd_source *source = sd_source_from_text(on->arena, "folder/desk.cfg", text, strlen(text));
    sd_result result = {0};
    sd_scenario *scenario = NULL;
    sd_run_request request = {.members = 1, .column_count = 2};
    size_t *elements = SD_NEW_ARRAY(on->arena, size_t, 2);

    if (sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag) != SD_OK ||
        sd_program_new(on->arena, scenario->model, NULL, 0, &result.program, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    elements[0] = sd_model_find(scenario->model, "headcount")->first;
    elements[1] = sd_model_find(scenario->model, "initial_headcount")->first;
    scenario->spec.stop = 2;
    request.program = result.program;
    request.spec = scenario->spec;
    request.columns = elements;
    request.parameters = sd_run_parameters(on->arena, result.program, scenario);
    if (sd_run(on->arena, &request, &result.trajectory, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    result.scenario = scenario;
    *ret_elements = elements;
    return result;
}

static const char *meta_of(desk *on, const char *text)
{
    char program[] = "/usr/bin/treadmill", run[] = "run", input[] = "desk.cfg";
    char *arguments[] = {program, run, input};
    const sd_provenance provenance = {.version = "1.2.3",
                                      .build = "abc",
                                      .argument_count = 3,
                                      .arguments = arguments,
                                      .output = "/home/someone/out.csv",
                                      .output_hash = 0x0123456789abcdef};
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/m.json", folder);
    const size_t *elements;
    const sd_result result = result_of(on, text, &elements);
    const char *meta;
    sd_file file;

    assert_int_equal(sd_file_open(on->arena, path, false, &file, on->diag), SD_OK);
    assert_int_equal(
        sd_meta_write(&file, &provenance, &result, 1,
                      sd_columns_from_elements(on->arena, result.scenario->model, elements, 2), 2,
                      result.trajectory->time_count),
        SD_OK);
    assert_int_equal(sd_file_close(&file, on->diag), SD_OK);
    meta = output_read(on, path)->text;
    output_folder_done(on, folder);
    return meta;
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

/* Skips one JSON value of RFC 8259 at `at`; NULL when it is malformed. */
static const char *skip_value(const char *at);

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \n");
}

static const char *skip_text(const char *at)
{
    if (*at++ != '"')
        return NULL;
    for (; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20)
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u' ? strspn(at + 1, "0123456789abcdef") < 4 : !*at || !strchr("\"\\bfnrt", *at))
            return NULL;
    }
    return at + 1;
}

static const char *skip_members(const char *at, bool named, char end)
{
    at = skip_space(at + 1);
    if (*at == end)
        return at + 1;
    for (;;) {
        if (named) {
            at = skip_text(at);
            if (!at || *at++ != ':')
                return NULL;
            at = skip_space(at);
        }
        at = skip_value(at);
        if (!at)
            return NULL;
        at = skip_space(at);
        if (*at == end)
            return at + 1;
        if (*at++ != ',')
            return NULL;
        at = skip_space(at);
    }
}

static const char *skip_value(const char *at)
{
    static const char *const words[] = {"null", "true", "false"};
    double number;
    size_t used;

    if (*at == '{')
        return skip_members(at, true, '}');
    if (*at == '[')
        return skip_members(at, false, ']');
    if (*at == '"')
        return skip_text(at);
    for (size_t i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    used = sd_number_parse(at, strcspn(at, ",]} \n"), &number);
    return used > 0 ? at + used : NULL;
}

static void the_hash_is_that_of_fowler_noll_and_vo(void **state)
{
    (void)state;
    assert_true(sd_hash("", 0) == 0xcbf29ce484222325u);
    assert_true(sd_hash("a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(sd_hash("foobar", 6) == 0x85944171f73967e8u);
}

static void a_json_string_escapes_what_it_must(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    sd_json_string(&text, "a\"b\\c\n\t\r\b\f\x01\x7f/ \xC3\xA4\xF0\x9F\x98\x80");
    assert_string_equal(text.bytes,
                        "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f/ \xC3\xA4\xF0\x9F\x98\x80\"");
}

static void bytes_that_are_not_utf8_become_the_replacement_character(void **state)
{
    desk *on = *state;
    static const char *const broken[] = {"\xff", "\xC3", "\xC0\x80", "\xED\xA0\x80",
                                         "\xF4\x90\x80\x80"};
    static const char *const wanted[] = {"\"\xEF\xBF\xBD\"", "\"\xEF\xBF\xBD\"",
                                         "\"\xEF\xBF\xBD\xEF\xBF\xBD\"",
                                         "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"",
                                         "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""};

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        sd_text text = sd_text_new(on->arena);

        sd_json_string(&text, broken[i]);
        assert_string_equal(text.bytes, wanted[i]);
    }
}

static void the_provenance_is_valid_json(void **state)
{
    const char *meta = meta_of(*state, scenario_text);
    const char *end = skip_value(meta);

    assert_non_null(end);
    assert_string_equal(end, "\n");
}

static void the_provenance_names_all_that_a_run_depends_on(void **state)
{
    desk *on = *state;
    const char *meta = meta_of(on, scenario_text);
    const sd_built_in *model = sd_built_in_find("scenarios", "productivity-trap.xmile");

    expect_part(meta, "\"treadmill\": \"1.2.3\",\n  \"build\": \"abc\"");
    expect_part(meta, "\"command\": [\"treadmill\", \"run\", \"desk.cfg\"]");
    expect_part(meta, "nothing here is a forecast");
    expect_part(meta, "\"data\": {\"file\": \"out.csv\", \"hash\": \"fnv1a64:0123456789abcdef\"}");
    expect_part(meta, "\"time\": {\"column\": \"time\", \"units\": \"week\"}");
    expect_part(meta, "\"title\": \"A \\\"desk\\\"\"");
    expect_part(meta,
                sd_arena_printf(
                    on->arena, "\"file\": \"desk.cfg\",\n          \"hash\": \"fnv1a64:%016llx\"",
                    (unsigned long long)sd_hash(scenario_text, sizeof scenario_text - 1)));
    expect_part(meta, "\"text\": \"schema = 1;\\n");
    expect_part(meta, sd_arena_printf(on->arena, "\"hash\": \"fnv1a64:%016llx\"}",
                                      (unsigned long long)sd_hash(model->bytes, model->length)));
    expect_part(meta, "\"method\": \"rk4\"");
    expect_part(meta, "\"stop\": 2,");
    expect_part(meta, "{\"name\": \"initial_headcount\", \"value\": 450, \"model_value\": ");
    expect_part(meta, "{\"name\": \"permission\", \"start\": 40, \"stop\": null, \"ramp\": null, "
                      "\"intensity\": 0.5}");
    expect_part(meta, "{\"name\": \"headcount\", \"units\": \"person\"");
    expect_part(meta, "\"counts\": {\"scenarios\": 1, \"rows\": 3, \"columns\": 2}");
}

static void settings_as_in_the_model_are_left_out_and_distributions_are_kept(void **state)
{
    const char *meta = meta_of(
        *state, "schema = 1;\nmodel = \"productivity-trap.xmile\";\n"
                "set : { AI_start = 26; raw_time_saving = { dist = \"triangular\"; min = 0.25; "
                "mode = 0.5; max = 0.65; source = \"here\"; }; };\n");

    assert_null(strstr(meta, "{\"name\": \"AI_start\""));
    expect_part(meta, "\"distribution\": {\"dist\": \"triangular\", \"min\": 0.25, \"mode\": 0.5, "
                      "\"max\": 0.65}, "
                      "\"source\": \"here\"}");
}

static void equal_runs_have_equal_provenance_without_host_or_folder(void **state)
{
    desk *on = *state;
    const char *meta = meta_of(on, scenario_text);

    assert_string_equal(meta, meta_of(on, scenario_text));
    assert_null(strstr(meta, "/home"));
    assert_null(strstr(meta, "folder/"));
    assert_null(strstr(meta, "/usr"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_hash_is_that_of_fowler_noll_and_vo),
        TEST(a_json_string_escapes_what_it_must),
        TEST(bytes_that_are_not_utf8_become_the_replacement_character),
        TEST(the_provenance_is_valid_json),
        TEST(the_provenance_names_all_that_a_run_depends_on),
        TEST(settings_as_in_the_model_are_left_out_and_distributions_are_kept),
        TEST(equal_runs_have_equal_provenance_without_host_or_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
