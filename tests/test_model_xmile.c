/* test_model_xmile.c - reading a file: header, specification, dimensions, units, what is left out and what is
 * refused; every message whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const char head[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n";
static const char one[] =
    "<model><variables><aux name=\"x\"><eqn>1</eqn></aux></variables></model>";

static const char *file_of(desk *on, const char *inside)
{
    return sd_arena_printf(on->arena, "%s%s\n</xmile>\n", head, inside);
}

static const char *with_model(desk *on, const char *inside)
{
    return file_of(on, sd_arena_printf(on->arena, "%s\n%s", inside, one));
}

/* ---- what is read ------------------------------------------------------------------------------------ */

static void the_header_gives_the_name_or_else_the_file_does(void **state)
{
    desk *on = *state;

    desk_must_read(
        on, with_model(on, "<header><vendor>v</vendor><name>\n  The  name </name></header>"));
    assert_string_equal(on->model->name, "The  name");
    desk_must_read(on, with_model(on, "<header><vendor>v</vendor></header>"));
    assert_string_equal(on->model->name, "t.xmile");
}

static void the_specification_is_read_with_its_defaults(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        with_model(
            on,
            "<sim_specs method=\"RK4\" time_units=\"week\"><start> 1.5 </start><stop>\n40\n</stop>"
            "<dt>0.5</dt></sim_specs>"));
    const sd_run_spec *spec = &on->model->spec;

    assert_true(spec->start == 1.5 && spec->stop == 40 && spec->dt == 0.5 &&
                spec->save_interval == 0.5);
    assert_int_equal(spec->method, SD_METHOD_RK4);
    assert_string_equal(on->model->time_units, "week");
    assert_true(spec->seed == 1 && spec->rtol == 1e-6 && spec->atol == 1e-9);
    desk_must_read(on, with_model(on, "<sim_specs><stop>7</stop></sim_specs>"));
    spec = &on->model->spec;
    assert_true(spec->start == 0 && spec->stop == 7 && spec->dt == 1 && spec->save_interval == 1);
    assert_int_equal(spec->method, SD_METHOD_EULER);
}

static void dt_may_be_given_as_a_reciprocal(void **state)
{
    desk *on = *state;

    desk_must_read(
        on, with_model(on, "<sim_specs><stop>7</stop><dt reciprocal=\"true\">32</dt></sim_specs>"));
    assert_true(on->model->spec.dt == 0.03125);
    desk_must_read(
        on,
        with_model(on, "<sim_specs><stop>64</stop><dt reciprocal=\"FALSE\">32</dt></sim_specs>"));
    assert_true(on->model->spec.dt == 32);
}

static void the_first_known_method_of_a_list_is_taken(void **state)
{
    static const struct {
        const char *written;
        sd_method method;
    } list[] = {{"euler", SD_METHOD_EULER}, {"Euler", SD_METHOD_EULER},
                {"rk1", SD_METHOD_EULER},   {"RK2", SD_METHOD_RK2},
                {"rk4", SD_METHOD_RK4},     {"RK45", SD_METHOD_RKF45},
                {"rkf45", SD_METHOD_RKF45}, {"rkck", SD_METHOD_RKCK},
                {"rk8pd", SD_METHOD_RK8PD}, {"Gear, RK4", SD_METHOD_MSBDF},
                {"RK2,RK4", SD_METHOD_RK2}, {"bdf, RK4, Euler", SD_METHOD_RK4}};
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        desk_must_read(
            on, with_model(on, sd_arena_printf(
                                   on->arena, "<sim_specs method=\"%s\"><stop>7</stop></sim_specs>",
                                   list[i].written)));
        assert_int_equal(on->model->spec.method, list[i].method);
    }
}

static void saved_points_come_from_an_attribute_or_an_element(void **state)
{
    static const char *const list[] = {"<sim_specs save_interval=\"0.5\">%s</sim_specs>",
                                       "<sim_specs isee:save_interval=\"0.5\">%s</sim_specs>",
                                       "<sim_specs>%s<savestep>0.5</savestep></sim_specs>",
                                       "<sim_specs>%s<save_step>0.5</save_step></sim_specs>"};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        sd_text text = sd_text_new(on->arena);
        const char *gap = strstr(list[i], "%s");

        sd_text_printf(&text, "%.*s<stop>7</stop><dt>0.125</dt>%s", (int)(gap - list[i]), list[i],
                       gap + 2);
        desk_must_read(on, with_model(on, text.bytes));
        assert_true(on->model->spec.save_interval == 0.5);
    }
}

static void the_specification_may_stand_in_the_model(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        file_of(on,
                "<sim_specs><stop>9</stop></sim_specs><model><sim_specs><stop>8</stop></sim_specs>"
                "<variables><aux name=\"x\"><eqn>1</eqn></aux></variables></model>"));
    assert_true(on->model->spec.stop == 8);
}

static void dimensions_have_names_sizes_and_words(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        with_model(on, "<dimensions><dim name=\"Age Group\"><elem name=\"Very Old\">"
                       "<treadmill:doc xmlns:treadmill=\"t\"> beyond 80 </treadmill:doc></elem>"
                       "<elem name=\"young\"/></dim><dim name=\"col\" size=\"3\"/></dimensions>"));
    assert_int_equal(on->model->dimension_count, 2);
    const sd_dimension *age = on->model->dimensions[0], *col = on->model->dimensions[1];

    assert_string_equal(age->name, "Age_Group");
    assert_string_equal(age->key, "age_group");
    assert_int_equal(age->size, 2);
    assert_string_equal(age->elements[0], "Very_Old");
    assert_string_equal(age->element_keys[0], "very_old");
    assert_string_equal(age->element_docs[0], "beyond 80");
    assert_null(age->element_docs[1]);
    assert_int_equal(col->size, 3);
    assert_string_equal(col->elements[2], "3");
    assert_int_equal(col->index, 1);
}

static void units_follow_the_aliases_of_the_file(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        file_of(on,
                "<model_units><unit name=\"Widget\"><alias>widgets</alias><alias>W</alias></unit>"
                "<unit name=\"Rate\"><eqn>Widget/week</eqn></unit></model_units><model><variables>"
                "<aux name=\"a\"><eqn>1</eqn><units>W</units></aux>"
                "<aux name=\"b\"><eqn>1</eqn><units> Rate </units></aux>"
                "<aux name=\"c\"><eqn>1</eqn></aux>"
                "<aux name=\"d\"><eqn>1</eqn><units>dmnl</units></aux></variables></model>"));
    assert_string_equal(sd_unit_text(&sd_model_find(on->model, "a")->units, on->arena), "widget");
    assert_string_equal(sd_unit_text(&sd_model_find(on->model, "b")->units, on->arena),
                        "widget/week");
    assert_string_equal(sd_model_find(on->model, "b")->units_text, "Rate");
    assert_false(sd_model_find(on->model, "c")->units.known);
    assert_true(sd_model_find(on->model, "d")->units.known);
}

static void a_behavior_holds_where_the_variable_says_nothing(void **state)
{
    static const struct {
        const char *behavior;
        bool stock, flow;
    } list[] = {
        {"", false, false},
        {"<behavior><non_negative/></behavior>", true, true},
        {"<behavior><stock><non_negative/></stock></behavior>", true, false},
        {"<behavior><flow><non_negative/></flow></behavior>", false, true},
        {"<behavior><non_negative/><flow><non_negative>false</non_negative></flow></behavior>",
         true, false}};
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        desk_must_read(
            on, file_of(on, sd_arena_printf(
                                on->arena,
                                "%s<model><variables><stock name=\"S\"><eqn>1</eqn></stock>"
                                "<flow name=\"f\"><eqn>1</eqn></flow>"
                                "<flow name=\"own\"><eqn>1</eqn><non_negative>false</non_negative>"
                                "</flow></variables></model>",
                                list[i].behavior)));
        assert_int_equal(sd_model_find(on->model, "S")->non_negative, list[i].stock);
        assert_int_equal(sd_model_find(on->model, "f")->non_negative, list[i].flow);
        assert_false(sd_model_find(on->model, "own")->non_negative);
    }
}

static void what_cannot_change_a_number_is_left_out(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        file_of(
            on,
            "<?note?><!-- c --><header/><style/><isee:prefs xmlns:isee=\"i\" a=\"b\"/><data/>"
            "<model><variables><aux name=\"x\"><isee:more xmlns:isee=\"i\"/><eqn>1</eqn><format/>"
            "<scale/></aux><isee:thing xmlns:isee=\"i\"/></variables>"
            "<views><view><aux name=\"x\"/></view></views></model>"));
    assert_int_equal(on->model->variable_count, 1);
    assert_string_equal(desk_printed(on), "");
}

/* ---- what is refused --------------------------------------------------------------------------------- */

static void expect_message(desk *on, const char *file, sd_status status, const char *text)
{
    assert_int_equal(desk_read(on, file), status);
    assert_null(on->model);
    assert_string_equal(desk_printed(on), text);
}

/* One message for a line of the file; `under` is what the caret line shows. */
static void expect_on_line_2(desk *on, const char *line, sd_status status, const char *title,
                             size_t column, const char *under)
{
    expect_message(on, with_model(on, line), status,
                   sd_arena_printf(on->arena,
                                   "error[%s\n"
                                   "  --> t.xmile:2:%zu\n"
                                   "   |\n"
                                   " 2 | %s\n"
                                   "   | %*s%s\n",
                                   title, column, line, (int)column - 1, "", under));
}

static void another_kind_of_file_is_told_as_such(void **state)
{
    desk *on = *state;

    expect_message(on, "<html><body/></html>", SD_SYNTAX,
                   "error[E302]: the root element is <html>, not <xmile>\n"
                   "  --> t.xmile:1:1\n"
                   "   |\n"
                   " 1 | <html><body/></html>\n"
                   "   | ^^^^^^ help: give an XMILE 1.0 model (.xmile, .stmx, .itmx)\n");
    expect_message(on, "<xmile></xmile>", SD_SYNTAX,
                   "error[E302]: the file holds no <model>\n"
                   "  --> t.xmile:1:1\n"
                   "   |\n"
                   " 1 | <xmile></xmile>\n"
                   "   | ^^^^^^^\n");
    expect_message(on, "<xmile><model/></xmile>", SD_SYNTAX,
                   "error[E302]: the model has no <variables>\n"
                   "  --> t.xmile:1:8\n"
                   "   |\n"
                   " 1 | <xmile><model/></xmile>\n"
                   "   |        ^^^^^^^^\n");
}

static void faults_of_the_specification_point_at_their_place(void **state)
{
    desk *on = *state;

    expect_on_line_2(
        on, "<sim_specs method=\"heun\"><stop>9</stop></sim_specs>", SD_INVALID,
        "E112]: unknown integration method 'heun'", 20,
        "^^^^\n   = help: euler, rk2, rk4, rkf45, rkck, rk8pd or msadams; for stiff models "
        "bsimp or msbdf");
    expect_on_line_2(on, "<sim_specs><start>now</start><stop>9</stop></sim_specs>", SD_INVALID,
                     "E112]: <start> must be a number, not 'now'", 19, "^^^");
    expect_on_line_2(on, "<sim_specs><stop>9</stop><dt reciprocal=\"true\">0</dt></sim_specs>",
                     SD_INVALID, "E112]: <dt> as a reciprocal must not be 0", 48, "^");
    expect_on_line_2(on, "<sim_specs save_interval=\"often\"><stop>9</stop></sim_specs>",
                     SD_INVALID, "E112]: save_interval must be a number, not 'often'", 27, "^^^^^");
}

static void faults_of_dimensions_point_at_their_place(void **state)
{
    desk *on = *state;

    expect_on_line_2(on, "<dimensions><dim/></dimensions>", SD_SYNTAX, "E304]: <dim> needs a name",
                     13, "^^^^^^");
    expect_on_line_2(on, "<dimensions><dim name=\"d\"/></dimensions>", SD_SYNTAX,
                     "E304]: dimension 'd' needs its elements, or a whole number as its size", 13,
                     "^^^^^^^^^^^^^^^");
    expect_on_line_2(on, "<dimensions><dim name=\"d\" size=\"2.5\"/></dimensions>", SD_SYNTAX,
                     "E304]: dimension 'd' needs its elements, or a whole number as its size", 33,
                     "^^^");
    expect_on_line_2(on, "<dimensions><dim name=\"d\" size=\"1e9\"/></dimensions>", SD_LIMIT,
                     "E113]: dimension 'd' has more than 1000000 elements", 33, "^^^");
    expect_on_line_2(
        on,
        "<dimensions><dim name=\"d\"><elem name=\"a b\"/><elem name=\"A_B\"/></dim></dimensions>",
        SD_INVALID, "E102]: dimension 'd' has two elements 'A_B'", 57, "^^^");
    expect_on_line_2(
        on, "<dimensions><dim name=\"d\" size=\"2\"/><dim name=\"D\" size=\"3\"/></dimensions>",
        SD_INVALID, "E102]: two dimensions are named 'D'", 48, "^");
}

static void parts_that_could_change_a_number_are_refused(void **state)
{
    desk *on = *state;

    expect_on_line_2(on, "<data><variable/></data>", SD_UNSUPPORTED,
                     "E114]: <variable> is not supported yet", 7, "^^^^^^^^^^^");
    expect_on_line_2(on, "<sim_specs><stop>2</stop><run by=\"module\"/></sim_specs>",
                     SD_UNSUPPORTED, "E114]: running only a part of the model is not supported yet",
                     35, "^^^^^^");
    expect_on_line_2(on, "<header><includes><include resource=\"a.xml\"/></includes></header>",
                     SD_UNSUPPORTED, "E114]: other files are not read", 19,
                     "^^^^^^^^^^^^^^^^^^^^^^^^^^^ help: copy what this one needs of them into it");
}

static void every_error_of_a_file_is_told_at_once(void **state)
{
    desk *on = *state;

    assert_int_equal(
        desk_read(
            on,
            file_of(on,
                    "<sim_specs><stop>x</stop></sim_specs><model><variables>"
                    "<aux name=\"a\"><eqn>b</eqn></aux><aux name=\"c\"/>"
                    "<aux name=\"d\"><eqn>1 +</eqn></aux>"
                    "<aux name=\"e\"><dimensions><dim name=\"f\"/></dimensions><eqn>1</eqn></aux>"
                    "</variables></model>")),
        SD_INVALID);
    assert_int_equal(on->diag->errors, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_header_gives_the_name_or_else_the_file_does),
        DESK_TEST(the_specification_is_read_with_its_defaults),
        DESK_TEST(dt_may_be_given_as_a_reciprocal),
        DESK_TEST(the_first_known_method_of_a_list_is_taken),
        DESK_TEST(saved_points_come_from_an_attribute_or_an_element),
        DESK_TEST(the_specification_may_stand_in_the_model),
        DESK_TEST(dimensions_have_names_sizes_and_words),
        DESK_TEST(units_follow_the_aliases_of_the_file),
        DESK_TEST(a_behavior_holds_where_the_variable_says_nothing),
        DESK_TEST(what_cannot_change_a_number_is_left_out),
        DESK_TEST(another_kind_of_file_is_told_as_such),
        DESK_TEST(faults_of_the_specification_point_at_their_place),
        DESK_TEST(faults_of_dimensions_point_at_their_place),
        DESK_TEST(parts_that_could_change_a_number_are_refused),
        DESK_TEST(every_error_of_a_file_is_told_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
