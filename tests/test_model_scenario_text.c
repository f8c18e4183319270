/* test_model_scenario_text.c - every fault of the text of a scenario, with its whole message.
 * A message is pinned as `CODE line:column-end text; help`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_messages.h"

static void a_bare_integer_that_would_wrap_asks_for_its_suffix(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "run : { seed = 3000000000; };\n",
                    "E405 2:16-26 '3000000000' needs the suffix L; write 3000000000L\n");
    expect_messages("schema = 1;\n"
                    "run : { seed = 0xFFFFFFFF; };\n",
                    "E405 2:16-26 '0xFFFFFFFF' needs the suffix L; write 0xFFFFFFFFL\n");
    expect_messages("schema = 1;\n"
                    "run : { seed = 9223372036854775808L; };\n",
                    "E405 2:16-36 '9223372036854775808L' is larger than a whole number can be; the "
                    "largest is 9223372036854775807L\n");
    expect_messages("schema = 1;\n"
                    "set : { share = -2147483649; };\n",
                    "E405 2:17-28 '-2147483649' needs the suffix L; write -2147483649L\n");
}

static void an_array_of_whole_numbers_and_others_is_written_out_right(void **state)
{
    (void)state;
    expect_messages(
        "schema = 1;\n"
        "outputs : { score = ( { of = \"output\"; mean_over = [26, 52.5]; } ); };\n",
        "E401 2:57-61 an array mixes whole numbers and numbers with a point; write [26.0, 52.5]\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\", 3 ]; };\n",
                    "E401 2:32-33 an array [ ] holds values of one kind; write ( ) for a list of "
                    "several kinds\n"
                    "E403 2:32-33 this must be a text in quotes, not a number\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ ( \"output\" ) ]; };\n",
                    "E401 2:22-23 an array [ ] holds plain values only; write ( ) round them\n"
                    "E403 2:22-34 this must be a text in quotes, not a list ( )\n");
}

static void a_comma_before_the_end_of_a_list_is_shown(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "shocks = (\n"
                    "  { variable = \"output\"; at = 9.5; kind = \"step\"; size = 0.1; },\n"
                    ");\n",
                    "E401 3:64-65 ',' before ')'; remove it\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\", ]; };\n",
                    "E401 2:30-31 ',' before ']'; remove it\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\",, \"people\" ]; };\n",
                    "E401 2:31-32 an item is missing before this ','\n");
}

static void a_missing_comma_or_a_semicolon_in_a_list_is_shown(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\" 2.5 ]; };\n",
                    "E401 2:31-34 a comma is missing before this item\n"
                    "E401 2:31-34 an array [ ] holds values of one kind; write ( ) for a list of "
                    "several kinds\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\"; \"people\" ]; };\n",
                    "E401 2:30-31 ';' between the items of '['; write ','\n");
}

static void an_unclosed_text_is_shown_where_it_begins(void **state)
{
    (void)state;
    expect_messages("title = \"Acme;\n"
                    "schema = 1;\n"
                    "run : { stop = 52; };\n",
                    "E401 1:9-10 the text that begins here is not closed on its line; end it with "
                    "\"; write a long text as several: \"one \" \"two\"\n");
    expect_messages("schema = 1;\n"
                    "run : { method = \"rk4; stop = 9.5; };\n"
                    "set : { share = 0.3; };\n",
                    "E401 2:18-19 the text that begins here is not closed on its line; end it with "
                    "\"; write a long text as several: \"one \" \"two\"\n"
                    "E401 2:7-8 the '{' that begins here is never closed\n");
}

static void an_unclosed_bracket_is_shown_where_it_begins(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "run : { stop = 52;\n"
                    "set : { share = 0.3; };\n",
                    "E401 2:7-8 the '{' that begins here is never closed\n");
    expect_messages("schema = 1;\n"
                    "policies = (\n"
                    "  { name = \"permission\"; }\n"
                    ";\n"
                    "outputs : { };\n",
                    "E401 2:12-13 the '(' that begins here is never closed\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"output\" };\n",
                    "E401 2:31-32 '}' does not close the '[' of line 2\n");
    expect_messages("schema = 1;\n"
                    "set : { share = 0.3; }; }\n",
                    "E401 2:25-26 '}' closes nothing\n");
    expect_messages("schema = 1;\n"
                    "outputs : { score = ( { of = \"output\"; at = 9.5; ) };\n",
                    "E401 2:50-51 ')' does not close the '{' of line 2\n");
}

static void an_unclosed_comment_is_shown_where_it_begins(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "/* the desk\n"
                    "set : { share = 0.3; };\n",
                    "E401 2:1-3 the comment that begins here never ends; close it with */\n");
}

static void a_name_given_twice_names_the_line_of_the_first(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "run : {\n"
                    "  stop = 52;\n"
                    "  stop = 26;\n"
                    "};\n",
                    "E102 4:3-7 'stop' is given twice; it is first given in line 3\n");
    expect_messages("schema = 1;\n"
                    "set : { share = 0.5; desk : { share = 0.4; }; };\n",
                    "E102 2:31-36 'share' is set twice in this file\n");
    expect_messages(
        "schema = 1;\n"
        "policies = ( { name = \"permission\"; }, { name = \"permission\"; start = 9.5; } );\n",
        "E102 2:49-61 policy 'permission' is given twice in this file\n");
}

static void include_is_refused_in_any_spelling(void **state)
{
    (void)state;
    expect_messages(
        "@include \"/etc/passwd\"\n"
        "schema = 1;\n",
        "E406 1:1-9 @include is refused; write extends = \"file.cfg\"; it is loaded first\n");
    expect_messages(
        "  @include\t\"x.cfg\"\n"
        "schema = 1;\n",
        "E406 1:3-11 @include is refused; write extends = \"file.cfg\"; it is loaded first\n");
    expect_messages(
        "schema = 1;\n"
        "set : {\n"
        "@ INCLUDE \"x.cfg\"\n"
        "};\n",
        "E406 3:1-10 @include is refused; write extends = \"file.cfg\"; it is loaded first\n");
    expect_messages("@import \"x.cfg\"\n"
                    "schema = 1;\n",
                    "E401 1:1-2 a scenario has no directives: '@' means nothing here\n");
}

static void a_number_that_is_none_says_how_to_write_it(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "set : { share = 0,5; };\n",
                    "E401 2:17-20 '0,5' has a comma in it; write a point: 0.5\n");
    expect_messages("schema = 1;\n"
                    "set : { share = 45%; };\n",
                    "E401 2:17-20 '45%' is not a number; write a share: 0.45\n");
    expect_messages("schema = 1;\n"
                    "set : { base_task_time = 0.5h; };\n",
                    "E401 2:26-30 '0.5h' is not a number; write digits with a point, such as 0.5; "
                    "a unit belongs in a comment\n");
    expect_messages(
        "schema = 1;\n"
        "run : { stop = 52 weeks; };\n",
        "E401 2:19-24 'weeks' alone means nothing; a unit belongs in a comment: // weeks\n");
    expect_messages("schema = 1;\n"
                    "set : { share = 1e999; };\n",
                    "E403 2:17-22 the number is too large\n");
    expect_messages("schema = 1;\n"
                    "set : { share = .; };\n",
                    "E401 2:17-18 '.' is not a number; write digits with a point, such as 0.5; a "
                    "unit belongs in a comment\n");
}

static void a_text_in_other_quotes_or_none_is_shown(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "run : { method = rk4; };\n",
                    "E401 2:18-21 a text stands in quotes; write \"rk4\"\n");
    expect_messages("schema = 1;\n"
                    "title = 'Acme';\n",
                    "E401 2:9-15 a text stands in straight double quotes; write \"...\"\n");
    expect_messages("schema = 1;\n"
                    "title = \342\200\234Acme\342\200\235;\n",
                    "E401 2:9-15 a text stands in straight double quotes; write \"...\"\n");
    expect_messages("schema = 1;\n"
                    "title = \"caf\\xE9\";\n",
                    "E401 2:9-18 the text holds bytes that are not UTF-8 or that control a "
                    "terminal; save the file as UTF-8\n");
    expect_messages("schema = 1;\n"
                    "title = \"a\\x00b\";\n",
                    "E401 2:11-15 a text cannot hold the character NUL\n");
    expect_messages("schema = 1;\n"
                    "\302\240title = \"Acme\";\n",
                    "E401 2:1-2 this is a no-break space; type a plain one\n");
}

static void what_is_no_setting_is_shown(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    ";\n",
                    "E401 2:1-2 ';' ends no setting; remove it\n");
    expect_messages("schema = 1;\n"
                    "title;\n",
                    "E401 2:1-6 'title' alone means nothing; write title = value;\n");
    expect_messages("schema = 1;\n"
                    "title \"Acme\";\n",
                    "E401 2:1-6 '=' is missing after 'title'\n");
    expect_messages("schema = 1;\n"
                    "title = ;\n",
                    "E401 2:1-6 'title' has no value\n");
    expect_messages("schema = 1;\n"
                    "\"title\" = \"Acme\";\n",
                    "E401 2:1-8 the name of a setting stands without quotes\n");
    expect_messages(
        "schema = 1;\n"
        "5;\n",
        "E401 2:1-2 a name is missing before '5'; settings are written name = value;\n");
    expect_messages(
        "schema = 1;\n"
        "shocks = ( variable = \"output\" );\n",
        "E401 2:12-20 a setting directly in a list; put the settings of one item in { }\n");
    expect_messages("schema = 1;\n"
                    "title ~ 3;\n",
                    "E401 2:7-8 '~' means nothing here; names are made of letters, digits and _\n"
                    "E401 2:1-6 '=' is missing after 'title'\n");
    expect_messages(
        "schema = 1;\n"
        "true = 3;\n",
        "E401 2:1-5 a name is missing before 'true'; settings are written name = value;\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bare_integer_that_would_wrap_asks_for_its_suffix),
        cmocka_unit_test(an_array_of_whole_numbers_and_others_is_written_out_right),
        cmocka_unit_test(a_comma_before_the_end_of_a_list_is_shown),
        cmocka_unit_test(a_missing_comma_or_a_semicolon_in_a_list_is_shown),
        cmocka_unit_test(an_unclosed_text_is_shown_where_it_begins),
        cmocka_unit_test(an_unclosed_bracket_is_shown_where_it_begins),
        cmocka_unit_test(an_unclosed_comment_is_shown_where_it_begins),
        cmocka_unit_test(a_name_given_twice_names_the_line_of_the_first),
        cmocka_unit_test(include_is_refused_in_any_spelling),
        cmocka_unit_test(a_number_that_is_none_says_how_to_write_it),
        cmocka_unit_test(a_text_in_other_quotes_or_none_is_shown),
        cmocka_unit_test(what_is_no_setting_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
