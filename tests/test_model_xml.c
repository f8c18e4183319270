/* test_model_xml.c - the document itself: encodings, broken and cut files, and what could hurt.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static const char head[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n";

static const char *file_of(desk *on, const char *inside)
{
    return sd_arena_printf(on->arena, "%s%s\n</xmile>\n", head, inside);
}

static void expect_message(desk *on, const char *file, sd_status status, const char *text)
{
    assert_int_equal(desk_read(on, file), status);
    assert_null(on->model);
    assert_string_equal(desk_printed(on), text);
}

static void other_encodings_are_read(void **state)
{
    static const char latin[] =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><xmile><model><variables>"
        "<aux name=\"Gr\xF6\xDF"
        "e\"><eqn>2</eqn></aux></variables></model></xmile>";
    desk *on = *state;

    desk_must_read(on, latin);
    assert_string_equal(on->model->variables[0]->name, "Gr\xC3\xB6\xC3\x9F"
                                                       "e");
    desk_must_read(
        on,
        sd_arena_printf(
            on->arena, "\xEF\xBB\xBF%s",
            file_of(on,
                    "<model><variables><aux name=\"x\"><eqn>1</eqn></aux></variables></model>")));
}

static void broken_xml_is_told_with_what_is_open(void **state)
{
    desk *on = *state;

    expect_message(on, file_of(on, "<aux name=\"a\"><eqn>1</aux>"), SD_SYNTAX,
                   "error[E301]: a closing tag does not match <eqn>\n"
                   "  --> t.xmile:2:23\n"
                   "   |\n"
                   " 2 | <aux name=\"a\"><eqn>1</aux>\n"
                   "   |                       ^ help: <eqn> must be closed by </eqn> first\n");
    expect_message(
        on, sd_arena_printf(on->arena, "%s<model>\n<aux name=\"a\"><eqn>1</eqn>", head), SD_SYNTAX,
        "error[E301]: the file ends before it is complete\n"
        "  --> t.xmile:3:27\n"
        "   |\n"
        " 3 | <aux name=\"a\"><eqn>1</eqn>\n"
        "   |                           ^ help: <aux> is still open: was the file cut short?\n");
    expect_message(on, sd_arena_printf(on->arena, "%s<model><aux na", head), SD_SYNTAX,
                   "error[E301]: the file ends before it is complete\n"
                   "  --> t.xmile:2:8\n"
                   "   |\n"
                   " 2 | <model><aux na\n"
                   "   |        ^ help: <model> is still open: was the file cut short?\n");
    expect_message(on, "", SD_SYNTAX, "error[E301]: 't.xmile' is empty\n");
}

static void document_types_and_entities_are_refused(void **state)
{
    static const char bomb[] =
        "<?xml version=\"1.0\"?>\n"
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;\">]>\n"
        "<xmile>&d;&d;&d;</xmile>";
    static const char external[] =
        "<!DOCTYPE x [<!ENTITY passwords SYSTEM \"file:///etc/passwd\">]>\n"
        "<xmile>&passwords;</xmile>";
    desk *on = *state;

    assert_int_equal(desk_read(on, bomb), SD_LIMIT);
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text,
                        "a document type is not allowed in a model");
    assert_string_equal(on->diag->messages.items[0].help,
                        "remove the <!DOCTYPE ...> declaration and its entities");
    assert_true(sd_arena_bytes(on->arena) < 100000);
    assert_int_equal(desk_read(on, external), SD_LIMIT);
    assert_string_equal(on->diag->messages.items[0].text,
                        "a document type is not allowed in a model");
    expect_message(
        on, file_of(on, "<model>&foo;</model>"), SD_LIMIT,
        "error[E303]: this entity is not allowed in a model\n"
        "  --> t.xmile:2:8\n"
        "   |\n"
        " 2 | <model>&foo;</model>\n"
        "   |        ^^^^^\n"
        "   = help: only &lt; &gt; &amp; &quot; &apos; and numbers like &#183; are known\n");
}

static void deep_nesting_is_refused(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    for (int i = 0; i < 100000; i++)
        sd_text_printf(&text, "<a>");
    assert_int_equal(desk_read(on, file_of(on, text.bytes)), SD_LIMIT);
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text, "elements are nested too deep");
    assert_string_equal(on->diag->messages.items[0].help, "a model needs fewer than 64 levels");
}

/* ---- end tags that are missing ------------------------------------------------------------------------ */

static void a_variable_that_is_never_closed_ends_where_the_next_begins(void **state)
{
    desk *on = *state;

    desk_must_read(on, file_of(on, "<model><variables>\n<flow name=\"f\"><eqn>2</eqn>\n"
                                   "<aux name=\"a\"><eqn>3 &gt; 1</eqn>\n"
                                   "<stock name=\"S\"><eqn>1</eqn><inflow>f</inflow></stock>\n"
                                   "<flow name=\"g\"><eqn>2</eqn>\n</variables></model>"));
    assert_int_equal(on->model->variable_count, 4);
    assert_string_equal(sd_model_find(on->model, "S")->inflows[0]->name, "f");
    assert_string_equal(desk_printed(on),
                        "warning[W920]: <flow> is never closed; taken as closed here\n"
                        "  --> t.xmile:4:1\n"
                        "   |\n"
                        " 4 | <aux name=\"a\"><eqn>3 &gt; 1</eqn>\n"
                        "   | ^^^^^^^^^^^^^^\n"
                        "warning[W920]: <aux> is never closed; taken as closed here\n"
                        "  --> t.xmile:5:1\n"
                        "   |\n"
                        " 5 | <stock name=\"S\"><eqn>1</eqn><inflow>f</inflow></stock>\n"
                        "   | ^^^^^^^^^^^^^^^^\n"
                        "warning[W920]: <flow> is never closed; taken as closed here\n"
                        "  --> t.xmile:7:1\n"
                        "   |\n"
                        " 7 | </variables></model>\n"
                        "   | ^^^^^^^^^^^^\n");
    /* Behind the tags that were put in, places are still those of the file. */
    assert_int_equal(desk_read(on, file_of(on, "<model><variables><flow name=\"f\"><eqn>2</eqn>\n"
                                               "<aux name=\"a\"><eqn>1</eqn>\n"
                                               "<aux name=\"b\"><eqn>12 + zz</eqn></aux>\n"
                                               "</variables></model>")),
                     SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "error[E101]: no variable named 'zz'\n"
                                             "  --> t.xmile:4:25\n"));
}

static void other_tags_that_do_not_match_stay_faults(void **state)
{
    static const char *const files[] = {
        "<model><variables><flow name=\"f\"><eqn>2</eqn></flwo></variables></model>",
        "<model><variables><flow name=\"f\"><eqn>2</variables></model>",
        "<model><variables><flow name=\"f\"><eqn>2</eqn></flow></aux></variables></model>",
        "<model><variables><flow name=\"f\"><eqn>2</eqn></model>",
        "<model><variables><flow name=\"f\"><eqn>2</eqn></variables></variables></model>",
        "<model><variables><stock name=\"f\"><eqn>2</eqn></variables>&foo;</model>",
        "<model><variables><flow name=\"f\"><eqn>2</eqn>"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sd_status status = desk_read(on, file_of(on, files[i]));

        if (status == SD_OK || on->diag->errors != 1 || on->diag->warnings)
            fail_msg("%s:\n%s", files[i], desk_printed(on));
    }
}

static void missing_end_tags_are_put_in_a_few_times_only(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    for (int i = 0; i < 21; i++)
        sd_text_printf(&text, "<aux name=\"a%d\"><eqn>1</eqn>\n", i);
    assert_int_equal(
        desk_read(on,
                  file_of(on, sd_arena_printf(on->arena, "<model><variables>%s</variables></model>",
                                              text.bytes))),
        SD_SYNTAX);
    assert_int_equal(on->diag->errors, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(other_encodings_are_read),
        DESK_TEST(broken_xml_is_told_with_what_is_open),
        DESK_TEST(document_types_and_entities_are_refused),
        DESK_TEST(deep_nesting_is_refused),
        DESK_TEST(a_variable_that_is_never_closed_ends_where_the_next_begins),
        DESK_TEST(other_tags_that_do_not_match_stay_faults),
        DESK_TEST(missing_end_tags_are_put_in_a_few_times_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
