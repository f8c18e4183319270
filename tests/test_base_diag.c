/* test_base_diag.c - messages look exactly so, whatever bytes the file holds, and are sorted,
 * counted and limited.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
} desk;

static int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return 0;
}

static int tear_down(void **state)
{
    desk *used = *state;

    sd_arena_free(used->arena);
    free(used);
    return 0;
}

static void expect_print(const desk *on, bool color, const char *wanted)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    sd_diag_print(on->diag, to, color);
    fclose(to);
    assert_string_equal(text, wanted);
    free(text);
}

static const sd_source *source_of(desk *on, const char *name, const char *text)
{
    return sd_source_from_text(on->arena, name, text, strlen(text));
}

/* The place of `part` in the source. */
static sd_span span_of(const sd_source *source, const char *part)
{
    const char *found = strstr(source->text, part);
    sd_span span = {.source = source};

    assert_non_null(found);
    span.begin = (size_t)(found - source->text);
    span.end = span.begin + strlen(part);
    return span;
}

static const char town[] = "<aux name=\"births\">\n  <eqn>popluation * 0.04</eqn>\n</aux>\n";

static void report_unknown_name(desk *on)
{
    static const char *const names[] = {"births", "population"};
    const sd_source *source = source_of(on, "scenarios/town.xmile", town);
    const sd_status status = sd_fail(on->diag, SD_E101, span_of(source, "popluation"),
                                     "no variable named '%s'", "popluation");

    assert_int_equal(status, SD_INVALID);
    sd_help_nearest(on->diag, "popluation", names, 2);
}

static void a_message_shows_the_line_a_caret_and_what_to_do(void **state)
{
    desk *on = *state;

    report_unknown_name(on);
    expect_print(on, false,
                 "error[E101]: no variable named 'popluation'\n"
                 "  --> scenarios/town.xmile:2:8\n"
                 "   |\n"
                 " 2 |   <eqn>popluation * 0.04</eqn>\n"
                 "   |        ^^^^^^^^^^ help: did you mean 'population'?\n");
}

static void color_changes_nothing_but_the_color(void **state)
{
    desk *on = *state;

    report_unknown_name(on);
    expect_print(on, true,
                 "\033[1;31merror[E101]\033[0m\033[1m: no variable named 'popluation'\033[0m\n"
                 "  \033[1;34m-->\033[0m scenarios/town.xmile:2:8\n"
                 "   \033[1;34m|\033[0m\n"
                 "\033[1;34m 2 |\033[0m   <eqn>popluation * 0.04</eqn>\n"
                 "   \033[1;34m|\033[0m        \033[1;31m^^^^^^^^^^ help: did you mean "
                 "'population'?\033[0m\n");
}

static void a_message_without_a_place_has_its_help_below(void **state)
{
    desk *on = *state;

    assert_int_equal(sd_fail(on->diag, SD_E601, SD_NOWHERE, "cannot read '%s'", "x.cfg"),
                     SD_INVALID);
    sd_help(on->diag, "create it");
    expect_print(on, false,
                 "error[E601]: cannot read 'x.cfg'\n"
                 "   = help: create it\n");
}

static void a_long_help_has_a_line_of_its_own(void **state)
{
    desk *on = *state;
    const sd_source *source = source_of(on, "a.cfg", "\n\n\n\n\n\n\n\n\nx = 1;\n");

    sd_warn(on->diag, SD_W901, span_of(source, "1"), "'x' is outside 0..0.5");
    sd_help(on->diag,
            "give it a `source` that says where the value comes from, as the others have");
    expect_print(on, false,
                 "warning[W901]: 'x' is outside 0..0.5\n"
                 "   --> a.cfg:10:5\n"
                 "    |\n"
                 " 10 | x = 1;\n"
                 "    |     ^\n"
                 "    = help: give it a `source` that says where the value comes from, as the "
                 "others have\n");
}

static void a_second_help_is_added_to_the_first(void **state)
{
    desk *on = *state;

    sd_warn(on->diag, SD_W904, SD_NOWHERE, "no units");
    sd_help(on->diag, "write %s", "dmnl");
    sd_help(on->diag, "or leave it");
    expect_print(on, false,
                 "warning[W904]: no units\n"
                 "   = help: write dmnl; or leave it\n");
}

static void a_span_over_several_lines_is_marked_to_the_end_of_the_first(void **state)
{
    desk *on = *state;
    const sd_source *source = source_of(on, "m.xmile", "a +\r\n b +\r\n c");

    sd_fail(on->diag, SD_E104, span_of(source, "b +\r\n c"), "the sum has no end");
    expect_print(on, false,
                 "error[E104]: the sum has no end\n"
                 "  --> m.xmile:2:2\n"
                 "   |\n"
                 " 2 |  b +\n"
                 "   |  ^^^\n");
}

static void an_empty_span_shows_one_caret_even_at_the_end(void **state)
{
    desk *on = *state;
    const sd_source *source = source_of(on, "m.xmile", "a = 4 +");
    const sd_source *empty = source_of(on, "empty.cfg", "");
    const sd_source *ended = source_of(on, "ended.cfg", "x;\n");

    sd_fail(on->diag, SD_E104, (sd_span){source, 7, 7}, "a value is missing");
    sd_help(on->diag, "add it");
    sd_fail(on->diag, SD_E401, (sd_span){empty, 0, 0}, "nothing here");
    sd_fail(on->diag, SD_E401, (sd_span){ended, 3, 3}, "nothing more");
    expect_print(on, false,
                 "error[E104]: a value is missing\n"
                 "  --> m.xmile:1:8\n"
                 "   |\n"
                 " 1 | a = 4 +\n"
                 "   |        ^ help: add it\n"
                 "error[E401]: nothing here\n"
                 "  --> empty.cfg:1:1\n"
                 "   |\n"
                 " 1 |\n"
                 "   | ^\n"
                 "error[E401]: nothing more\n"
                 "  --> ended.cfg:2:1\n"
                 "   |\n"
                 " 2 |\n"
                 "   | ^\n"
                 "3 errors\n");
}

static void a_span_beyond_the_source_is_brought_back(void **state)
{
    desk *on = *state;
    const sd_source *source = source_of(on, "m.xmile", "a = 4");

    sd_fail(on->diag, SD_E104, (sd_span){source, 4, 999}, "too long");
    sd_fail(on->diag, SD_E104, (sd_span){source, 998, 999}, "too far");
    expect_print(on, false,
                 "error[E104]: too long\n"
                 "  --> m.xmile:1:5\n"
                 "   |\n"
                 " 1 | a = 4\n"
                 "   |     ^\n"
                 "error[E104]: too far\n"
                 "  --> m.xmile:1:6\n"
                 "   |\n"
                 " 1 | a = 4\n"
                 "   |      ^\n"
                 "2 errors\n");
}

static void carets_stand_below_characters_and_not_bytes(void **state)
{
    desk *on = *state;
    const sd_source *source = source_of(on, "m.xmile", "\tGröße € * größ + 1");

    sd_fail(on->diag, SD_E101, span_of(source, "größ"), "no variable named 'größ'");
    expect_print(on, false,
                 "error[E101]: no variable named 'größ'\n"
                 "  --> m.xmile:1:12\n"
                 "   |\n"
                 " 1 |  Größe € * größ + 1\n"
                 "   |            ^^^^\n");
}

/* NUL, escape, backspace, C1 control, broken UTF-8, reversed direction: one '?' each. */
static void bytes_of_a_file_cannot_act_on_the_terminal(void **state)
{
    static const char text[] = "a\0\033[2J\b\xC2\x9B\xFF\xE2\x82 \xE2\x80\xAE = bad\rb";
    desk *on = *state;
    const sd_source *source =
        sd_source_from_text(on->arena, "x\033[31m\n.cfg", text, sizeof text - 1);

    sd_fail(on->diag, SD_E402, (sd_span){source, 19, 22}, "'\033]0;x\a%s' \r\n\xC3 unknown",
            "\xC2\x85");
    sd_help(on->diag, "remove \033[1m\t'\x7F'");
    expect_print(on, false,
                 "error[E402]: '?]0;x?\?' ? ? unknown\n"
                 "  --> x?[31m .cfg:1:17\n"
                 "   |\n"
                 " 1 | a??[2J????? ? = bad\n"
                 "   |                 ^^^ help: remove ?[1m '?'\n");
}

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define CARETS "^^^^^^^^^^"

static void a_long_line_is_cut_to_a_window_round_the_caret(void **state)
{
    desk *on = *state;
    char text[501];
    const sd_source *source;

    for (size_t at = 0; at < 500; at++)
        text[at] = (char)('0' + at % 10);
    text[500] = '\0';
    source = source_of(on, "w.xmile", text);
    sd_fail(on->diag, SD_E104, (sd_span){source, 7, 12}, "near the begin");
    sd_fail(on->diag, SD_E104, (sd_span){source, 253, 490}, "in the middle");
    sd_fail(on->diag, SD_E104, (sd_span){source, 500, 500}, "at the end");
    expect_print(
        on, false,
        "error[E104]: near the begin\n"
        "  --> w.xmile:1:8\n"
        "   |\n"
        " 1 | " FIFTY FIFTY "…\n"
        "   |        ^^^^^\n"
        "error[E104]: in the middle\n"
        "  --> w.xmile:1:254\n"
        "   |\n"
        " 1 | …3456789" FIFTY TEN TEN TEN TEN "012…\n"
        "   |                                          " CARETS CARETS CARETS CARETS CARETS CARETS
        "\n"
        "error[E104]: at the end\n"
        "  --> w.xmile:1:501\n"
        "   |\n"
        " 1 | …" FIFTY FIFTY "\n"
        "   |                                                   "
        "                                                   ^\n"
        "3 errors\n");
}

static void messages_are_sorted_by_file_and_place_and_said_once(void **state)
{
    desk *on = *state;
    const sd_source *b = source_of(on, "b.cfg", "one two"), *a = source_of(on, "a.cfg", "six");

    sd_fail(on->diag, SD_E701, SD_NOWHERE, "nowhere");
    sd_warn(on->diag, SD_W901, span_of(b, "two"), "second");
    sd_fail(on->diag, SD_E402, span_of(a, "six"), "in the other file");
    sd_fail(on->diag, SD_E402, span_of(b, "one"), "first");
    sd_fail(on->diag, SD_E402, span_of(b, "one"), "first");
    sd_fail(on->diag, SD_E402, span_of(b, "one"), "also first");
    expect_print(on, false,
                 "error[E402]: first\n"
                 "  --> b.cfg:1:1\n"
                 "   |\n"
                 " 1 | one two\n"
                 "   | ^^^\n"
                 "error[E402]: also first\n"
                 "  --> b.cfg:1:1\n"
                 "   |\n"
                 " 1 | one two\n"
                 "   | ^^^\n"
                 "warning[W901]: second\n"
                 "  --> b.cfg:1:5\n"
                 "   |\n"
                 " 1 | one two\n"
                 "   |     ^^^\n"
                 "error[E402]: in the other file\n"
                 "  --> a.cfg:1:1\n"
                 "   |\n"
                 " 1 | six\n"
                 "   | ^^^\n"
                 "error[E701]: nowhere\n"
                 "4 errors, 1 warning\n");
    assert_int_equal(on->diag->errors, 5);
    assert_int_equal(sd_diag_status(on->diag), SD_USAGE);
}

static void one_message_is_not_counted(void **state)
{
    desk *on = *state;

    expect_print(on, false, "");
    sd_warn(on->diag, SD_W902, SD_NOWHERE, "coaching before permission");
    sd_warn(on->diag, SD_W902, SD_NOWHERE, "coaching before permission");
    expect_print(on, false, "warning[W902]: coaching before permission\n");
    assert_int_equal(sd_diag_status(on->diag), SD_OK);
    sd_warn(on->diag, SD_W902, SD_NOWHERE, "boundaries before definition");
    expect_print(on, false,
                 "warning[W902]: coaching before permission\n"
                 "warning[W902]: boundaries before definition\n"
                 "2 warnings\n");
}

static void two_hundred_messages_are_kept_and_errors_before_warnings(void **state)
{
    desk *on = *state;
    const sd_diag *const diag = on->diag;

    for (int at = 0; at < 203; at++)
        sd_warn(on->diag, SD_W904, SD_NOWHERE, "'v%d' has no units", at);
    sd_help(on->diag, "this belongs to a message that is not kept");
    assert_int_equal(diag->messages.count, 200);
    assert_int_equal(diag->suppressed, 3);
    assert_null(diag->messages.items[199].help);
    assert_int_equal(sd_fail(on->diag, SD_E201, SD_NOWHERE, "units"), SD_UNITS);
    sd_help(on->diag, "convert");
    assert_int_equal(diag->messages.count, 200);
    assert_int_equal(diag->suppressed, 4);
    assert_int_equal(diag->messages.items[199].code, SD_E201);
    assert_string_equal(diag->messages.items[199].help, "convert");
    assert_string_equal(diag->messages.items[198].text, "'v198' has no units");
    assert_int_equal(sd_diag_status(diag), SD_UNITS);
    for (int at = 0; at < 250; at++)
        sd_fail(on->diag, SD_E301, SD_NOWHERE, "error %d", at);
    assert_int_equal(diag->messages.count, 200);
    assert_int_equal(diag->errors, 251);
    assert_int_equal(diag->warnings, 203);
    assert_int_equal(diag->suppressed, 254);
    assert_int_equal(sd_diag_status(diag), SD_UNITS);
}

static void what_is_not_shown_is_counted(void **state)
{
    desk *on = *state;
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    const char *end = "\nerror[E301]: error 199\n251 errors, 1 warning (52 not shown)\n";

    sd_warn(on->diag, SD_W904, SD_NOWHERE, "no units");
    for (int at = 0; at < 251; at++)
        sd_fail(on->diag, SD_E301, SD_NOWHERE, "error %d", at);
    sd_diag_print(on->diag, to, false);
    fclose(to);
    assert_true(length > strlen(end));
    assert_string_equal(text + length - strlen(end), end);
    free(text);
}

static void codes_and_statuses_have_words(void **state)
{
    sd_code code = SD_E101;

    (void)state;
    assert_string_equal(sd_code_name(SD_E405), "E405");
    assert_string_equal(sd_code_title(SD_E405), "integer too large");
    assert_non_null(strstr(sd_code_text(SD_E405), "suffix L"));
    assert_int_equal(sd_code_status(SD_E405), SD_SYNTAX);
    assert_true(sd_code_from_name("w904", &code));
    assert_int_equal(code, SD_W904);
    assert_false(sd_code_from_name("E999", &code));
    assert_false(sd_code_from_name("", &code));
    assert_int_equal(code, SD_W904);
    assert_string_equal(sd_status_text(SD_UNITS), "units do not balance");
    assert_string_equal(sd_status_text((sd_status)999), "unknown status");
    assert_int_equal(sd_status_exit(SD_OK), 0);
    assert_int_equal(sd_status_exit(SD_UNITS), 2);
    assert_int_equal(sd_status_exit(SD_INTERRUPTED), 130);
    for (size_t each = 0; each < SD_CODES; each++)
        assert_true((sd_code_name((sd_code)each)[0] == 'W') ==
                    (sd_code_status((sd_code)each) == SD_OK));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_message_shows_the_line_a_caret_and_what_to_do),
        TEST(color_changes_nothing_but_the_color),
        TEST(a_message_without_a_place_has_its_help_below),
        TEST(a_long_help_has_a_line_of_its_own),
        TEST(a_second_help_is_added_to_the_first),
        TEST(a_span_over_several_lines_is_marked_to_the_end_of_the_first),
        TEST(an_empty_span_shows_one_caret_even_at_the_end),
        TEST(a_span_beyond_the_source_is_brought_back),
        TEST(carets_stand_below_characters_and_not_bytes),
        TEST(bytes_of_a_file_cannot_act_on_the_terminal),
        TEST(a_long_line_is_cut_to_a_window_round_the_caret),
        TEST(messages_are_sorted_by_file_and_place_and_said_once),
        TEST(one_message_is_not_counted),
        TEST(two_hundred_messages_are_kept_and_errors_before_warnings),
        TEST(what_is_not_shown_is_counted),
        TEST(codes_and_statuses_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
