/* test_model_annotation.c - what a model file says in words: sections, loops, terms and grades are read with their
 * places, and what is wrong in them is said whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static const char variables[] =
    "<stock name=\"people\"><eqn>9</eqn><inflow>births</inflow></stock>"
    "<flow name=\"births\"><eqn>people * rate</eqn></flow>"
    "<aux name=\"Birth  Rate\"><eqn>0.04</eqn><treadmill:source%s>x</treadmill:source></aux>"
    "<aux name=\"rate\"><eqn>birth_rate</eqn></aux>";

/* A file of six lines and more: the words stand on line 4. */
static const char *file_with(desk *on, const char *grade, const char *words)
{
    sd_text text = sd_text_new(on->arena);
    const char *gap = strstr(variables, "%s");

    sd_text_printf(&text,
                   "<xmile version=\"1.0\" xmlns:treadmill=\"urn:treadmill:xmile:1\">\n"
                   "<dimensions><dim name=\"place\"><elem name=\"north\"/></dim></dimensions>\n"
                   "<model>\n%s\n<variables>%.*s%s%s</variables>\n</model></xmile>\n",
                   words, (int)(gap - variables), variables, grade, gap + 2);
    return text.bytes;
}

static const sd_model *read_words(desk *on, const char *words)
{
    desk_must_read(on, file_with(on, "", words));
    return on->model;
}

/* ---- what is read ---------------------------------------------------------------------------------------- */

static void a_grade_stands_behind_its_value(void **state)
{
    static const struct {
        const char *written;
        sd_grade grade;
    } list[] = {{"", SD_GRADE_NONE},
                {" grade=\"measured\"", SD_GRADE_MEASURED},
                {" grade=\"vendor\"", SD_GRADE_VENDOR},
                {" grade='article'", SD_GRADE_ARTICLE},
                {" grade=\"prior\"", SD_GRADE_PRIOR},
                {" grade=\"definition\"", SD_GRADE_DEFINITION},
                {" grade=\"scenario\"", SD_GRADE_SCENARIO}};
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        desk_must_read(on, file_with(on, list[i].written, ""));
        assert_int_equal(sd_model_find(on->model, "birth rate")->grade, list[i].grade);
    }
    assert_string_equal(sd_grade_name(SD_GRADE_PRIOR), "prior");
    assert_string_equal(sd_grade_text(SD_GRADE_PRIOR), "an assumption");
    assert_string_equal(sd_grade_name(SD_GRADE_NONE), "");
}

static void a_section_keeps_its_lines_without_their_indentation(void **state)
{
    const sd_model *model = read_words(
        *state,
        "<treadmill:section title=\"Why\" show=\"birth rate,\n rate\">\n\n    One\n    two.\n\n"
        "    - three \n      four\n  </treadmill:section>");

    assert_int_equal(model->section_count, 1);
    assert_string_equal(model->sections[0].title, "Why");
    assert_string_equal(model->sections[0].text, "One\ntwo.\n\n- three\n  four");
    assert_int_equal(model->sections[0].shown_count, 2);
    assert_string_equal(model->sections[0].shown[0].variable->key, "birth_rate");
    assert_string_equal(model->sections[0].shown[1].variable->key, "rate");
    assert_int_equal(sd_source_position(model->source, model->sections[0].span.begin).line, 4);
}

static void a_loop_names_its_variables_in_order_and_in_any_spelling(void **state)
{
    const sd_model *model = read_words(
        *state,
        "<treadmill:loop id=\"R1\" name=\"growth\" polarity=\"+\"><treadmill:through>\n People,"
        " BIRTHS</treadmill:through><treadmill:active>if\n  any</treadmill:active>"
        "</treadmill:loop><treadmill:loop id=\"B1\" name=\"rest\" polarity=\"-\">"
        "<treadmill:through>rate,birth_rate</treadmill:through><treadmill:doc>so</treadmill:doc>"
        "</treadmill:loop>");
    const sd_loop *loop = model->loops;
    sd_span at;

    assert_int_equal(model->loop_count, 2);
    assert_true(loop[0].polarity == 1 && loop[1].polarity == -1);
    assert_string_equal(loop[0].id, "R1");
    assert_string_equal(loop[0].active, "if any");
    assert_null(loop[0].doc);
    assert_string_equal(loop[1].doc, "so");
    assert_int_equal(loop[0].count, 2);
    assert_string_equal(loop[0].through[1].variable->key, "births");
    at = loop[0].through[1].span;
    assert_int_equal(at.end - at.begin, 6);
    assert_memory_equal(model->source->text + at.begin, "BIRTHS", 6);
}

static void a_term_leads_to_variables_elements_and_scenarios(void **state)
{
    const sd_model *model =
        read_words(*state, "<treadmill:term name=\"boom\" also=\"fat  years, upswing\" "
                           "see=\"births, north\" scenarios=\"gold, oil\"> Many\n births. "
                           "</treadmill:term>");
    const sd_term *term = model->terms;

    assert_int_equal(model->term_count, 1);
    assert_string_equal(term->name, "boom");
    assert_string_equal(term->text, "Many births.");
    assert_int_equal(term->also_count, 2);
    assert_string_equal(term->also[1], "upswing");
    assert_int_equal(term->see_count, 2);
    assert_string_equal(term->see[0].variable->key, "births");
    assert_null(term->see[1].variable);
    assert_string_equal(term->see[1].dimension->elements[term->see[1].element], "north");
    assert_int_equal(term->scenario_count, 2);
    assert_string_equal(term->scenarios[0], "gold");
}

static void a_model_that_says_nothing_has_none_of_them(void **state)
{
    const sd_model *model = read_words(*state, "<other:loop xmlns:other=\"urn:o\"/>");

    assert_true(model->section_count == 0 && model->loop_count == 0 && model->term_count == 0);
}

/* ---- what is wrong --------------------------------------------------------------------------------------- */

static void says(desk *on, const char *words, const char *expected)
{
    if (desk_read(on, file_with(on, "", words)) == SD_OK)
        fail_msg("'%s' is read without a message", words);
    if (strcmp(desk_printed(on), expected) != 0)
        fail_msg("'%s' says\n%s", words, desk_printed(on));
}

static void an_unknown_grade_is_an_error(void **state)
{
    desk *on = *state;

    assert_int_equal(desk_read(on, file_with(on, " grade=\"pior\"", "")), SD_SYNTAX);
    if (!strstr(desk_printed(on), "error[E304]: unknown grade 'pior'\n  --> t.xmile:5:191\n") ||
        !strstr(desk_printed(on), "= help: measured, vendor, article, prior, definition or "
                                  "scenario; did you mean 'prior'?\n"))
        fail_msg("it says\n%s", desk_printed(on));
}

static void an_unknown_variable_is_pointed_at_where_it_stands(void **state)
{
    desk *on = *state;

    says(on,
         "<treadmill:loop id=\"R1\" name=\"g\" polarity=\"+\">\n<treadmill:through>people, brths"
         "</treadmill:through></treadmill:loop>",
         "error[E101]: no variable named 'brths'\n"
         "  --> t.xmile:5:28\n"
         "   |\n"
         " 5 | <treadmill:through>people, brths</treadmill:through></treadmill:loop>\n"
         "   |                            ^^^^^ help: did you mean 'births'?\n");
    says(on, "<treadmill:term name=\"t\" see=\"rate, sout\">x</treadmill:term>",
         "error[E101]: no variable named 'sout'\n"
         "  --> t.xmile:4:37\n"
         "   |\n"
         " 4 | <treadmill:term name=\"t\" see=\"rate, sout\">x</treadmill:term>\n"
         "   |                                     ^^^^\n");
    says(on, "<treadmill:section title=\"t\" show=\"north\">x</treadmill:section>",
         "error[E101]: no variable named 'north'\n"
         "  --> t.xmile:4:36\n"
         "   |\n"
         " 4 | <treadmill:section title=\"t\" show=\"north\">x</treadmill:section>\n"
         "   |                                    ^^^^^\n");
}

static void what_is_malformed_is_said(void **state)
{
    static const char *const list[][2] = {
        {"<treadmill:section>x</treadmill:section>",
         "error[E304]: <treadmill:section> needs a title\n"},
        {"<treadmill:section title=\"\">x</treadmill:section>",
         "error[E304]: <treadmill:section> needs a title\n"},
        {"<treadmill:term>x</treadmill:term>", "error[E304]: <treadmill:term> needs a name\n"},
        {"<treadmill:loop name=\"g\" polarity=\"+\"/>",
         "error[E304]: <treadmill:loop> needs an id\n"},
        {"<treadmill:loop id=\"R1\" polarity=\"+\"/>",
         "error[E304]: <treadmill:loop> needs a name\n"},
        {"<treadmill:loop id=\"R1\" name=\"g\"/>",
         "error[E304]: <treadmill:loop> needs a polarity\n"},
        {"<treadmill:loop id=\"R1\" name=\"g\" polarity=\"plus\"/>",
         "error[E304]: a loop's polarity is + or -, not 'plus'\n"},
        {"<treadmill:loop id=\"R1\" name=\"g\" polarity=\"+\"/>",
         "error[E304]: loop 'R1' needs at least two variables\n"},
        {"<treadmill:loop id=\"R1\" name=\"g\" polarity=\"+\"><treadmill:through>people"
         "</treadmill:through></treadmill:loop>",
         "error[E304]: loop 'R1' needs at least two variables\n"},
        {"<treadmill:term name=\"a b\">x</treadmill:term><treadmill:term name=\"A_B\">y"
         "</treadmill:term>",
         "error[E102]: 'A_B' is there already\n"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (desk_read(on, file_with(on, "", list[i][0])) == SD_OK)
            fail_msg("'%s' is read without a message", list[i][0]);
        if (strncmp(desk_printed(on), list[i][1], strlen(list[i][1])) != 0)
            fail_msg("'%s' says\n%s", list[i][0], desk_printed(on));
        if (!strstr(desk_printed(on), "--> t.xmile:4:"))
            fail_msg("'%s' is said without its place", list[i][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_grade_stands_behind_its_value),
        DESK_TEST(a_section_keeps_its_lines_without_their_indentation),
        DESK_TEST(a_loop_names_its_variables_in_order_and_in_any_spelling),
        DESK_TEST(a_term_leads_to_variables_elements_and_scenarios),
        DESK_TEST(a_model_that_says_nothing_has_none_of_them),
        DESK_TEST(an_unknown_grade_is_an_error),
        DESK_TEST(an_unknown_variable_is_pointed_at_where_it_stands),
        DESK_TEST(what_is_malformed_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
