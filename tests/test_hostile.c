/* test_hostile.c - files that were made to do harm, or came to harm: an error each, in bounded time and memory.
 * Every test is killed after SECONDS, which is many times what it takes even under the sanitizers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <unistd.h>

enum { SECONDS = 100, MIB = 1 << 20 };

static int set_up(void **state)
{
    alarm(SECONDS);
    return desk_set_up(state);
}

static int tear_down(void **state)
{
    alarm(0);
    return desk_tear_down(state);
}
#define HOSTILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static sd_status read_bytes(desk *on, const char *bytes, size_t length)
{
    on->diag = sd_diag_new(on->arena);
    on->model = NULL;
    return sd_model_from_xmile(on->arena, sd_source_from_text(on->arena, "t.xmile", bytes, length),
                               &on->model, on->diag);
}

/* Refused with this code, when it is read, when its units are checked or when it is compiled, and without more memory than this. */
static void expect_refused(desk *on, const char *text, sd_code code, size_t mib)
{
    const size_t before = sd_arena_bytes(on->arena);
    sd_status status = read_bytes(on, text, strlen(text));
    sd_units_report units;

    if (status == SD_OK)
        status = sd_model_check_units(on->model, on->arena, &units, on->diag);
    if (status == SD_OK)
        status = sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag);
    if (status == SD_OK || on->diag->messages.items[0].code != code)
        fail_msg("expected %s, not:\n%.500s", sd_code_name(code), desk_printed(on));
    assert_int_equal(status, sd_code_status(code));
    assert_true(sd_arena_bytes(on->arena) - before < mib * MIB);
}

/* "count" times the same. */
static const char *times(desk *on, size_t count, const char *part)
{
    const size_t length = strlen(part);
    char *text = SD_NEW_ARRAY(on->arena, char, count *length + 1);

    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    return text;
}

/* A model with the dimension d of so many elements. */
static const char *model_of(desk *on, const char *size, const char *variables)
{
    return desk_file(
        on, "euler 0 4 1",
        sd_arena_printf(on->arena, "<dimensions><dim name=\"d\" size=\"%s\"/></dimensions>", size),
        variables);
}

static const char *equation(desk *on, const char *before, const char *middle, const char *after,
                            size_t depth)
{
    return model_of(on, "2",
                    sd_arena_printf(on->arena, "<aux name=\"x\"><eqn>%s%s%s</eqn></aux>",
                                    times(on, depth, before), middle, times(on, depth, after)));
}

/* ---- damage ---------------------------------------------------------------------------------------------------- */

static void a_model_that_was_cut_short_is_an_error_wherever_it_was_cut(void **state)
{
    desk *on = *state;
    const sd_built_in *shipped = sd_built_in_find("scenarios", "productivity-trap.xmile");
    const char *bytes = (const char *)shipped->bytes;
    size_t cuts = 0;

    for (size_t length = 0; length + 20 < shipped->length; length += 997, cuts++) {
        sd_arena *scratch = sd_arena_new("a cut");
        desk cut = {.arena = scratch};

        if (read_bytes(&cut, bytes, length) != SD_SYNTAX || cut.model)
            fail_msg("%zu bytes of the model are taken for a whole", length);
        assert_int_equal(cut.diag->errors, 1);
        assert_int_equal(cut.diag->messages.items[0].code, SD_E301);
        assert_true(cut.diag->messages.items[0].span.end <= length);
        assert_non_null(desk_printed(&cut));
        sd_arena_free(scratch);
    }
    assert_true(cuts > 300);
    assert_int_equal(read_bytes(on, bytes, shipped->length), SD_OK);
}

static void a_byte_that_no_text_has_is_an_error(void **state)
{
    static const char *const wrong[] = {"\x01",     "\x1B[2J",      "\x80",
                                        "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                        "\xE2\x82", "\xFF\xFE",     "\xEF\xBF\xBF"};
    static const char *const places[] = {
        "<aux name=\"x%s\"><eqn>1</eqn></aux>", "<aux name=\"x\"><eqn>1%s</eqn></aux>",
        "<aux name=\"x\"><eqn>1</eqn><doc>%s</doc></aux>", "<!-- %s -->", "<aux%s name=\"x\"/>"};
    desk *on = *state;

    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        const char *mark = strstr(places[p], "%s");

        for (size_t w = 0; w <= sizeof wrong / sizeof *wrong; w++) {
            const bool nul = w == sizeof wrong / sizeof *wrong;
            const char *text =
                desk_file(on, "euler 0 4 1", "",
                          sd_arena_printf(on->arena, "%.*s%s%s", (int)(mark - places[p]), places[p],
                                          nul ? "\x02" : wrong[w], mark + 2));
            const size_t length = strlen(text);

            if (nul)
                *(char *)memchr(text, '\x02', length) = '\0'; /* desk_file() made it for us */
            if (read_bytes(on, text, length) != SD_SYNTAX)
                fail_msg("bytes %zu at place %zu are taken for text", w, p);
            assert_int_equal(on->diag->messages.items[0].code, SD_E301);
            (void)desk_printed(on);
        }
    }
}

static void marks_and_ends_of_lines_of_other_systems_are_read(void **state)
{
    static const char model[] =
        "<xmile>\n<sim_specs><start>0</start>\n<stop>2</stop></sim_specs>\n<model><variables>\n"
        "<stock name=\"the\nstock\"><eqn>3</eqn>\n<inflow>f</inflow></stock>\n"
        "<flow name=\"f\"><eqn>the_stock\n* 2</eqn></flow></variables></model></xmile>\n";
    desk *on = *state;
    const size_t length = sizeof model - 1;
    char *carriage = sd_arena_copy(on->arena, model, length);
    char *wide = SD_NEW_ARRAY(on->arena, char, 2 * length + 2);

    for (char *c = strchr(carriage, '\n'); c; c = strchr(c, '\n'))
        *c = '\r';
    assert_int_equal(read_bytes(on, carriage, length), SD_OK);
    assert_non_null(sd_model_find(on->model, "the stock"));
    assert_int_equal(sd_source_position(on->model->source, 10).line, 2);
    for (int order = 0; order < 2; order++) { /* UTF-16, little and big end first */
        memcpy(wide, order ? "\xFE\xFF" : "\xFF\xFE", 2);
        for (size_t i = 0; i < length; i++)
            wide[2 * i + 2 + (size_t)order] = model[i], wide[2 * i + 3 - (size_t)order] = '\0';
        assert_int_equal(read_bytes(on, wide, 2 * length + 2), SD_OK);
        assert_non_null(sd_model_find(on->model, "the_stock"));
        assert_int_equal(read_bytes(on, wide, 2 * length - 9), SD_SYNTAX);
        (void)desk_printed(on);
        wide[2 * length / 3 * 2 + (size_t)order] = 'x'; /* no longer a letter of ASCII */
        assert_int_not_equal(read_bytes(on, wide, 2 * length + 2), SD_OK);
        (void)desk_printed(on);
    }
}

/* ---- malice ---------------------------------------------------------------------------------------------------- */

static void entities_are_refused_before_they_grow(void **state)
{
    desk *on = *state;
    sd_text bomb = sd_text_new(on->arena);

    sd_text_printf(&bomb, "<!DOCTYPE xmile [<!ENTITY a0 \"ha\">");
    for (int i = 1; i < 30; i++)
        sd_text_printf(&bomb, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i - 1, i - 1);
    sd_text_printf(&bomb, "]><xmile><model><variables><aux name=\"x\"><eqn>1</eqn><doc>&a29;</doc>"
                          "</aux></variables></model></xmile>");
    expect_refused(on, bomb.bytes, SD_E303, 1);
    expect_refused(on, "<!DOCTYPE x SYSTEM \"/etc/passwd\"><xmile/>", SD_E303, 1);
    expect_refused(on, "<xmile>&ha;</xmile>", SD_E303, 1);
}

static void depth_is_bounded_everywhere(void **state)
{
    desk *on = *state;

    expect_refused(on, times(on, 100000, "<xmile>"), SD_E303, 32);
    expect_refused(on, equation(on, "(", "1", ")", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "-", "1", "", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "NOT ", "1", "", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "2^", "1", "", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "ABS(", "1", ")", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "IF 1 THEN 2 ELSE ", "1", "", 100000), SD_E113, 64);
    expect_refused(on, equation(on, "x[", "1", "]", 100000), SD_E113, 32);
    expect_refused(on, equation(on, "1+", "1", "", 100000), SD_E113, 64);
    expect_refused(on,
                   model_of(on, "2",
                            sd_arena_printf(
                                on->arena, "<aux name=\"x\"><eqn>1</eqn><units>%sm%s</units></aux>",
                                times(on, 100000, "("), times(on, 100000, ")"))),
                   SD_E203, 32);
}

/* Each level of such a call looks at its argument more than once. */
static void calls_within_calls_do_not_double_with_every_level(void **state)
{
    static const char *const calls[][2] = {
        {"NORMALCDF(0,1,2,", ")"},
        {"FORCST(", ",3,2)"},
        {"TREND(", ",3)"},
        {"DELAY3(TIME,", ")"},
        {"DELAYN(TIME,", ",2)"},
        {"DELAY1(", ",3)"},
        {"SMTH3(", ",3)"},
        {"SMTH1(TIME,", ")"},
        {"DELAY(TIME,", ")"},
        {"PREVIOUS(", ")"},
        {"INIT(", ")"},
        {"PULSE(", ")"},
        {"RAMP(TIME,", ")"},
        {"SAFEDIV(1,2,", ")"},
        {"MIN(2,", ")"},
        {"SUM(", ")"},
        {"TREND(SMTH1(DELAY1(FORCST(PREVIOUS(", "),3,2),2),3),4)"}};
    desk *on = *state;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        sd_arena *scratch = sd_arena_new("nested calls");
        desk nested = {.arena = scratch};
        const size_t depth = strchr(calls[i][1], '4') ? 80 : 300;
        const char *text = equation(&nested, calls[i][0], "TIME", calls[i][1], depth);

        if (read_bytes(&nested, text, strlen(text)) == SD_OK) {
            const sd_equations *equations;

            assert_int_equal(
                sd_program_new(scratch, nested.model, NULL, 0, &nested.program, nested.diag),
                SD_OK);
            assert_int_equal(
                sd_equations_new(scratch, nested.program, NULL, 0, &equations, nested.diag), SD_OK);
        }
        assert_true(sd_arena_bytes(scratch) < 64 * MIB);
        sd_arena_free(scratch);
    }
    expect_refused(on, equation(on, "LOOKUP(", "TIME", ", 2)", 300), SD_E111, 16);
    desk_simulate(on, "euler 0 2 0.5", "aux x = DELAY3(TIME, 1 + DELAY3(TIME, 2))\n");
    assert_int_equal(on->program->stock_count, 6); /* three for each, and no copies */
}

static void a_short_file_cannot_ask_for_a_mountain(void **state)
{
    desk *on = *state;
    static const char all[] = "<dimensions><dim name=\"d\"/></dimensions>";

#define ARRAY(name, equation)                                                                      \
    sd_arena_printf(on->arena, "<aux name=\"" name "\">%s<eqn>" equation "</eqn></aux>", all)
    expect_refused(on, model_of(on, "99999999999", "<aux name=\"x\"><eqn>1</eqn></aux>"), SD_E113,
                   1);
    expect_refused(on, model_of(on, "1e300", "<aux name=\"x\"><eqn>1</eqn></aux>"), SD_E113, 1);
    expect_refused(on,
                   desk_file(on, "euler 0 4 1",
                             sd_arena_printf(on->arena, "<dimensions>%s</dimensions>",
                                             times(on, 100, "<dim name=\"d\" size=\"1000000\"/>")),
                             ""),
                   SD_E113, 200);
    expect_refused(on,
                   model_of(on, "1000000",
                            "<aux name=\"x\"><dimensions><dim name=\"d\"/><dim name=\"d\"/>"
                            "</dimensions><eqn>1</eqn></aux>"),
                   SD_E113, 200);
    expect_refused(on, model_of(on, "1000000", ARRAY("x", "DELAYN(TIME, 3, 100)")), SD_E113, 200);
    expect_refused(on,
                   model_of(on, "400000",
                            sd_arena_printf(on->arena, "%s%s", ARRAY("x", "d"),
                                            ARRAY("y", "SUM(x[*] * x[*])"))),
                   SD_E113, 200);
    expect_refused(on,
                   model_of(on, "3000",
                            sd_arena_printf(on->arena, "%s%s", ARRAY("x", "d"),
                                            ARRAY("y", "SUM(x[*] * SUM(x[*]))"))),
                   SD_E113, 200);
}

/* No step takes the square of the size of a file, which would be hours. */
static void long_lists_take_no_more_than_their_length(void **state)
{
    enum { MANY = 50000 };
    desk *on = *state;
    sd_text attributes = sd_text_new(on->arena), unknown = sd_text_new(on->arena),
            elements = sd_text_new(on->arena), names = sd_text_new(on->arena),
            tables = sd_text_new(on->arena);

    for (int i = 0; i < MANY; i++) {
        sd_text_printf(&attributes, " a%d=\"%d\"", i, i);
        sd_text_printf(&unknown, "<aux name=\"var%d\"><eqn>vra%d</eqn></aux>", i, i);
        sd_text_printf(&names, "<elem name=\"e%d\"/>", i);
        sd_text_printf(&elements, "<element subscript=\"e%d\"><eqn>%d</eqn></element>", i, i);
        sd_text_printf(&tables,
                       "<aux name=\"t%d\"><eqn>TIME</eqn><gf><xscale min=\"0\" max=\"1\"/>"
                       "<ypts>0,1</ypts></gf></aux>",
                       i);
    }
    desk_must_compile(on,
                      model_of(on, "2",
                               sd_arena_printf(on->arena, "<aux%s name=\"x\"><eqn>1</eqn></aux>",
                                               attributes.bytes)));
    desk_must_compile(
        on,
        desk_file(on, "euler 0 4 1",
                  sd_arena_printf(on->arena, "<dimensions><dim name=\"d\">%s</dim></dimensions>",
                                  names.bytes),
                  sd_arena_printf(on->arena,
                                  "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                                  "%s</aux>",
                                  elements.bytes)));
    assert_int_equal(on->program->parameter_count, MANY);
    desk_must_compile(on, model_of(on, "2", tables.bytes));
    assert_int_equal(on->program->gf_count, MANY);
    expect_refused(on, model_of(on, "2", unknown.bytes), SD_E101, 400);
    assert_int_equal(on->diag->errors, MANY);
    assert_non_null(strstr(desk_printed(on), "did you mean 'var0'?"));
}

/* A name as long as a file comes into messages cut off. */
static void a_name_as_long_as_a_file_is_not_printed_whole(void **state)
{
    desk *on = *state;
    const char *text = model_of(on, "2",
                                sd_arena_printf(on->arena, "<aux name=\"x\"><eqn>%s</eqn></aux>",
                                                times(on, 1000000, "name")));

    assert_int_equal(read_bytes(on, text, strlen(text)), SD_INVALID);
    assert_in_range(strlen(desk_printed(on)), 100, 8000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(a_model_that_was_cut_short_is_an_error_wherever_it_was_cut),
        HOSTILE_TEST(a_byte_that_no_text_has_is_an_error),
        HOSTILE_TEST(marks_and_ends_of_lines_of_other_systems_are_read),
        HOSTILE_TEST(entities_are_refused_before_they_grow),
        HOSTILE_TEST(depth_is_bounded_everywhere),
        HOSTILE_TEST(calls_within_calls_do_not_double_with_every_level),
        HOSTILE_TEST(a_short_file_cannot_ask_for_a_mountain),
        HOSTILE_TEST(long_lists_take_no_more_than_their_length),
        HOSTILE_TEST(a_name_as_long_as_a_file_is_not_printed_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
