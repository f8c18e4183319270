/* test_model_variable.c - a variable's words, limits, flows and group; and what is said about a faulty one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const char head[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n";

static const char *file_of(desk *on, const char *inside)
{
    return sd_arena_printf(on->arena, "%s%s\n</xmile>\n", head, inside);
}

static void a_variable_keeps_its_words_limits_and_group(void **state)
{
    desk *on = *state;

    desk_must_read(
        on, file_of(on, "<model><variables><group name=\"First &amp; last\"><doc>why</doc>"
                        "<entity name=\"My Var\"/></group>"
                        "<aux name=\"My  Var\"><eqn>\n 2 *\n\t3 </eqn><doc> what it\n means </doc>"
                        "<range min=\"0.5\" max=\"20\"/>"
                        "<treadmill:bounds xmlns:treadmill=\"t\" min=\"0\"/>"
                        "<treadmill:source xmlns:treadmill=\"t\">a book</treadmill:source></aux>"
                        "<aux name=\"other\"><eqn>1</eqn></aux></variables></model>"));
    const sd_variable *v = sd_model_find(on->model, "my_var"),
                      *other = sd_model_find(on->model, "OTHER");

    assert_string_equal(v->name, "My_Var");
    assert_string_equal(v->texts[0], "2 * 3");
    assert_string_equal(v->doc, "what it\n means");
    assert_string_equal(v->source, "a book");
    assert_string_equal(v->group, "First & last");
    assert_true(v->range_min == 0.5 && v->range_max == 20 && v->bound_min == 0 &&
                isinf(v->bound_max));
    assert_true(sd_variable_is_constant(v));
    assert_null(other->doc);
    assert_null(other->group);
    assert_true(isinf(other->range_min) && other->range_min < 0);
    assert_int_equal(on->model->group_count, 1);
    assert_string_equal(on->model->groups[0].doc, "why");
}

static void stocks_know_their_flows(void **state)
{
    desk *on = *state;

    desk_must_read(
        on,
        file_of(on, "<model><variables><stock name=\"S\"><eqn>1</eqn><inflow> flow a </inflow>"
                    "<outflow>\"flow b\"</outflow><inflow>Flow_C</inflow><non_negative/></stock>"
                    "<flow name=\"flow a\"><eqn>1</eqn><non_negative> TRUE </non_negative></flow>"
                    "<flow name=\"flow b\"><eqn>1</eqn><non_negative>false</non_negative></flow>"
                    "<flow name=\"flow c\"><eqn>1</eqn></flow></variables></model>"));
    const sd_variable *S = sd_model_find(on->model, "S");

    assert_int_equal(S->kind, SD_STOCK);
    assert_int_equal(S->inflow_count, 2);
    assert_string_equal(S->inflows[1]->name, "flow_c");
    assert_int_equal(S->outflow_count, 1);
    assert_true(S->non_negative && S->inflows[0]->non_negative && !S->outflows[0]->non_negative);
    assert_ptr_equal(S->outflows[0]->limited_by, S);
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static void expect_message(desk *on, const char *file, sd_status status, const char *text)
{
    assert_int_equal(desk_read(on, file), status);
    assert_null(on->model);
    assert_string_equal(desk_printed(on), text);
}

static void expect_in_variables(desk *on, const char *line, sd_status status, const char *title,
                                size_t column, const char *under)
{
    expect_message(
        on,
        file_of(on,
                sd_arena_printf(on->arena, "<model><variables>\n%s\n</variables></model>", line)),
        status,
        sd_arena_printf(on->arena,
                        "error[%s\n"
                        "  --> t.xmile:3:%zu\n"
                        "   |\n"
                        " 3 | %s\n"
                        "   | %*s%s\n",
                        title, column, line, (int)column - 1, "", under));
}

static void faults_of_variables_point_at_their_place(void **state)
{
    desk *on = *state;

    expect_in_variables(on, "<aux><eqn>1</eqn></aux>", SD_SYNTAX, "E304]: <aux> needs a name", 1,
                        "^^^^^");
    expect_in_variables(on, "<flow name=\"\"><eqn>1</eqn></flow>", SD_SYNTAX,
                        "E304]: <flow> needs a name", 1, "^^^^^^^^^^^^^^");
    expect_in_variables(on, "<aux name=\"no equation\"/>", SD_INVALID,
                        "E105]: 'no_equation' has no equation", 1,
                        "^^^^^^^^^^^^^^^^^^^^^^^^^ help: add <eqn>...</eqn>");
    expect_in_variables(
        on, "<aux name=\"two  words\"><eqn>1</eqn></aux><aux name=\"Two_Words\"><eqn>1</eqn></aux>",
        SD_INVALID, "E102]: 'Two_Words' is already the name of another variable", 53, "^^^^^^^^^");
    expect_in_variables(
        on, "<aux name=\"x\"><dimensions><dim name=\"tea\"/></dimensions><eqn>1</eqn></aux>",
        SD_INVALID, "E101]: no dimension named 'tea'", 38, "^^^");
    expect_in_variables(on, "<aux name=\"x\"><eqn>1</eqn><range min=\"few\" max=\"2\"/></aux>",
                        SD_SYNTAX, "E304]: min of <range> must be a number, not 'few'", 39, "^^^");
    expect_in_variables(on, "<aux name=\"x\"><eqn>1</eqn><eqn>2</eqn></aux>", SD_INVALID,
                        "E105]: 'x' has 2 equations for 1 element", 32, "^ help: keep one of them");
}

static void faults_of_flows_point_at_their_place(void **state)
{
    desk *on = *state;

    expect_in_variables(on,
                        "<stock name=\"S\"><eqn>1</eqn><inflow>brths</inflow></stock><flow "
                        "name=\"births\"><eqn>1</eqn></flow>",
                        SD_INVALID, "E101]: no flow named 'brths'", 37,
                        "^^^^^ help: did you mean 'births'?");
    expect_in_variables(on,
                        "<stock name=\"S\"><eqn>1</eqn><outflow>T</outflow></stock><stock "
                        "name=\"T\"><eqn>1</eqn></stock>",
                        SD_INVALID, "E111]: 'T' is not a flow", 38, "^");
    expect_in_variables(
        on,
        "<aux name=\"a\"><eqn>1</eqn><inflow>f</inflow></aux><flow name=\"f\"><eqn>1</eqn></flow>",
        SD_INVALID, "E111]: only a stock has inflows and outflows, and 'a' is none", 35, "^");
}

static void an_auxiliary_that_flows_is_a_flow(void **state)
{
    desk *on = *state;

    desk_simulate(on, "euler 0 1 1", "stock S = 5; in a; out c\naux a = S / 2\naux c = 0.5\n");
    assert_int_equal(sd_model_find(on->model, "a")->kind, SD_FLOW);
    assert_near(desk_value(on, "S", 1), 5 + 2.5 - 0.5, 0);
    desk_must_read(on,
                   desk_file(on, "euler 0 1 1", "<behavior><flow><non_negative/></flow></behavior>",
                             desk_variables(on, "stock S = 5; in a\naux a = -1\n")));
    assert_true(sd_model_find(on->model, "a")->non_negative);
}

static void parts_of_variables_that_are_not_supported_are_refused(void **state)
{
    static const char *const parts[] = {"oven", "init_eqn", "mathml", "multiplier"};
    desk *on = *state;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *line =
            sd_arena_printf(on->arena, "<stock name=\"S\"><eqn>1</eqn><%s/></stock>", parts[i]);
        char carets[32] = "";

        memset(carets, '^', strlen(parts[i]) + 3);
        expect_in_variables(
            on, line, SD_UNSUPPORTED,
            sd_arena_printf(on->arena, "E114]: <%s> is not supported yet", parts[i]), 29, carets);
    }
    expect_in_variables(on, "<oven name=\"m\"/>", SD_UNSUPPORTED,
                        "E114]: <oven> is not supported yet", 1, "^^^^^^^^^^^^^^^^");
}

static void an_auxiliary_that_a_stock_names_is_taken_as_a_flow(void **state)
{
    desk *on = *state;

    desk_must_read(
        on, file_of(on, "<model><variables><stock name=\"S\"><eqn>1</eqn><inflow>a</inflow>"
                        "<outflow>b</outflow><inflow>f</inflow></stock>\n"
                        "<aux name=\"a\"><eqn>2</eqn></aux><aux name=\"b\"><eqn>a / 2</eqn></aux>"
                        "\n<flow name=\"f\"><eqn>1</eqn></flow></variables></model>"));
    assert_int_equal(sd_model_find(on->model, "a")->kind, SD_FLOW);
    assert_int_equal(sd_model_find(on->model, "b")->kind, SD_FLOW);
    assert_string_equal(
        desk_printed(on),
        "warning[W921]: 'a' is an auxiliary and is taken as a flow\n"
        "  --> t.xmile:3:12\n"
        "   |\n"
        " 3 | <aux name=\"a\"><eqn>2</eqn></aux><aux name=\"b\"><eqn>a / 2</eqn></aux>\n"
        "   |            ^ help: so is 1 more\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_variable_keeps_its_words_limits_and_group),
        DESK_TEST(stocks_know_their_flows),
        DESK_TEST(faults_of_variables_point_at_their_place),
        DESK_TEST(faults_of_flows_point_at_their_place),
        DESK_TEST(an_auxiliary_that_flows_is_a_flow),
        DESK_TEST(parts_of_variables_that_are_not_supported_are_refused),
        DESK_TEST(an_auxiliary_that_a_stock_names_is_taken_as_a_flow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
