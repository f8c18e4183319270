/* test_model_unit_check.c - equations whose units do not balance are told with the part that does not fit, and all
 * others are left in peace; so is the shipped model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/model.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
    sd_units_report report;
    sd_status status; /* of the last check */
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

/* All messages as people read them, without the count at the end. */
static const char *printed(desk *on)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    const char *copy;

    assert_non_null(to);
    for (size_t i = 0; i < on->diag->messages.count; i++)
        sd_message_print(&on->diag->messages.items[i], to, false);
    fclose(to);
    copy = sd_arena_copy(on->arena, bytes, length);
    free(bytes);
    return copy;
}

/* A model in weeks with some people, hours and tasks; `more` are further variables, on line 3. */
static void check(desk *on, const char *more)
{
    const char *text = sd_arena_printf(
        on->arena,
        "<xmile version=\"1.0\" "
        "xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header><vendor>t</vendor>"
        "<product version=\"1\">t</product></header><sim_specs "
        "time_units=\"Weeks\"><start>0</start><stop>9</stop>"
        "<dt>0.5</dt></sim_specs><dimensions><dim name=\"team\"><elem name=\"red\"/><elem "
        "name=\"blue\"/>"
        "<elem name=\"green\"/></dim></dimensions><model><variables>\n"
        "<aux name=\"people\"><eqn>7.5</eqn><units>person</units></aux>"
        "<aux name=\"hours\"><eqn>-38</eqn><units>hour/week</units></aux>"
        "<aux name=\"tasks\"><eqn>2.5*16</eqn><units>tasks</units></aux>"
        "<aux name=\"share\"><eqn>0.25</eqn><units>dmnl</units></aux>"
        "<aux name=\"delay\"><eqn>3</eqn><units>week</units></aux>"
        "<aux name=\"mute\"><eqn>3</eqn></aux>"
        "<gf name=\"curve\"><xpts>0,1</xpts><ypts>0,1</ypts><units>person</units></gf>"
        "<aux name=\"crew\"><dimensions><dim "
        "name=\"team\"/></dimensions><eqn>2</eqn><units>person</units></aux>\n"
        "%s\n"
        "</variables></model></xmile>\n",
        more);
    const sd_source *source = sd_source_from_text(on->arena, "t.xmile", text, strlen(text));
    const sd_model *model = NULL;

    on->diag = sd_diag_new(on->arena);
    on->report = (sd_units_report){0};
    on->status = sd_model_from_xmile(on->arena, source, &model, on->diag);
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    on->status = sd_model_check_units(model, on->arena, &on->report, on->diag);
}

static const char *aux(desk *on, const char *equation, const char *units)
{
    return sd_arena_printf(on->arena, "<aux name=\"x\"><eqn>%s</eqn><units>%s</units></aux>",
                           equation, units);
}

enum {
    CHECKED_BEFORE = 6,
    UNCHECKED_BEFORE = 1
}; /* equations of the model above; `mute` has no units */

static void expect_balance(desk *on, const char *equation, const char *units)
{
    check(on, aux(on, equation, units));
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    assert_int_equal(on->report.checked, CHECKED_BEFORE + 1);
    assert_int_equal(on->report.unchecked, UNCHECKED_BEFORE);
}

/* Nothing to say, because what has no units gets some from the equations. */
static void expect_inferred(desk *on, const char *equation, const char *units, size_t count)
{
    check(on, aux(on, equation, units));
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    assert_int_equal(on->report.checked, CHECKED_BEFORE);
    assert_int_equal(on->report.inferred, count);
    assert_int_equal(on->report.unchecked, UNCHECKED_BEFORE + 1 - count);
}

/* Nothing to say, because something has no units. */
static void expect_unchecked(desk *on, const char *equation, const char *units)
{
    expect_inferred(on, equation, units, 0);
}

/* One clash whose caret stands under `part` of the equation (its first occurrence). */
static void expect_clash(desk *on, const char *equation, const char *units, sd_code code,
                         const char *part, const char *text, const char *help)
{
    check(on, aux(on, equation, units));
    assert_int_equal(on->status, SD_UNITS);
    assert_int_equal(on->diag->messages.count, 1);
    const sd_message *message = &on->diag->messages.items[0];
    const sd_span span = message->span;
    const char *found = strstr(strstr(strstr(span.source->text, "name=\"x\""), equation), part);

    assert_int_equal(message->code, code);
    assert_string_equal(message->text, text);
    assert_string_equal(message->help ? message->help : "", help);
    assert_string_equal(
        sd_arena_copy(on->arena, span.source->text + span.begin, span.end - span.begin), part);
    assert_int_equal(span.begin, found - span.source->text);
}

static void equations_that_balance_are_left_in_peace(void **state)
{
    desk *on = *state;

    expect_balance(on, "people*hours*delay/tasks", "hour*person/task");
    expect_balance(on, "hours*(1-share)", "hours/week");
    expect_balance(on, "tasks/hours + tasks/hours*share", "task*week/hour");
    expect_balance(on, "SQRT(people*people)^3/people", "person^2");
    expect_balance(on, "people^(1/2)*people^0.5", "person");
    expect_balance(on, "people^-1", "1/person");
    expect_balance(on, "share^share", "dmnl");
    expect_balance(on, "EXP(-TIME/delay)*people", "person");
    expect_balance(on, "IF people &gt; crew[red] AND NOT share THEN TIME ELSE STARTTIME + DT",
                   "week");
    expect_balance(on, "MAX(people, INF) MOD crew[blue]", "person");
    expect_balance(on, "SAFEDIV(people, delay, people/delay)", "person/week");
    expect_balance(on, "SUM(crew[*]) + MEAN(crew[*]) + MAX(crew[*])", "person");
    expect_balance(on, "PROD(crew[*])", "person^3");
    expect_balance(on, "SIZE(team)*SIZE(crew[*])*PI", "dmnl");
    expect_balance(on, "curve(hours)", "person");
    expect_balance(on, "RANDOM(people, people*2, 42)", "person");
}

static void functions_of_time_have_units_of_time(void **state)
{
    desk *on = *state;

    expect_balance(on, "STEP(people, delay)", "person");
    expect_balance(on, "RAMP(people/delay, delay, TIME)", "person");
    expect_balance(on, "PULSE(people, delay, delay)", "person/week");
    expect_balance(on, "DELAY(people, delay, people*2)", "person");
    expect_balance(on, "SMTH1(people, delay, people)", "person");
    expect_balance(on, "SMTHN(people, delay, 3, people)", "person");
    expect_balance(on, "TREND(people, delay, 1/delay)", "1/week");
    expect_balance(on, "FORCST(people, delay, delay, 1/delay)", "person");
    expect_balance(on, "INIT(people) + PREVIOUS(people, people)", "person");
}

static void a_literal_zero_fits_everything(void **state)
{
    desk *on = *state;

    expect_balance(on, "MAX(0, people) + 0", "person");
    expect_balance(on, "IF people &gt; 0 THEN 0 ELSE -people", "person");
    expect_balance(on, "MIN(0, 0) - TIME*0/delay", "dmnl");
    expect_balance(on, "DELAY(people, delay, 0)", "person");
    expect_balance(on, "IF people = 0 THEN 0 ELSE 0", "task");
    expect_balance(on, "0", "task");
}

static void an_equation_of_numbers_takes_the_declared_units(void **state)
{
    desk *on = *state;

    expect_balance(on, "12.75", "task");
    expect_balance(on, "-(52*5)/4", "hour/week");
    expect_unchecked(on, "12.75", "");
}

static void what_has_no_units_is_counted_and_not_reported(void **state)
{
    desk *on = *state;

    expect_inferred(on, "people + mute", "person", 2);
    expect_inferred(on, "people*mute", "task", 2);
    expect_inferred(on, "people", "", 1);
    expect_inferred(on, "EXP(mute)", "dmnl", 2);
    expect_unchecked(on, "mute + 5", "");
}

static void the_operand_that_does_not_fit_is_shown(void **state)
{
    desk *on = *state;

    check(on, aux(on, "hours*(1-share) +\n people/share", "hour/week"));
    assert_string_equal(printed(on),
                        "error[E201]: this part is [person], but [hour/week] is needed here\n"
                        "  --> t.xmile:4:2\n"
                        "   |\n"
                        " 4 |  people/share</eqn><units>hour/week</units></aux>\n"
                        "   |  ^^^^^^^^^^^^ help: multiply by something in [hour/person/week]\n");
    expect_clash(on, "hours + share", "hour/week", SD_E201, "share",
                 "'share' is [dmnl], but [hour/week] is needed here",
                 "multiply by something in [hour/week]");
    expect_clash(on, "share + hours", "hour/week", SD_E201, "share",
                 "'share' is [dmnl], but [hour/week] is needed here",
                 "multiply by something in [hour/week]");
    expect_clash(on, "hours*share - (tasks + people)/delay*0.5 + hours", "hour/week", SD_E201,
                 "people", "'people' is [person], but [task] is needed here",
                 "multiply by something in [task/person]");
    expect_clash(on, "MAX(0, -people) + tasks", "task", SD_E201, "people",
                 "'people' is [person], but [task] is needed here",
                 "multiply by something in [task/person]");
    expect_clash(on, "people + 5", "person", SD_E201, "5",
                 "'5' is [dmnl], but [person] is needed here",
                 "put the number in an auxiliary with units [person]");
    expect_clash(on, "hours*share", "hour/day", SD_E201, "hours*share",
                 "the equation gives [hour/week], but 'x' is declared [hour/day]",
                 "week and day are different units: multiply by a constant in [week/day]");
    expect_clash(on, "share*(5 + people)/people", "dmnl", SD_E201, "5",
                 "'5' is [dmnl], but [person] is needed here",
                 "put the number in an auxiliary with units [person]");
}

static void every_rule_is_held(void **state)
{
    desk *on = *state;

    expect_clash(on, "IF people &gt; delay THEN 1 ELSE 2", "dmnl", SD_E201, "delay",
                 "'delay' is [week], but [person] is needed here",
                 "multiply by something in [person/week]");
    expect_clash(on, "IF share THEN people ELSE tasks", "task", SD_E201, "people",
                 "'people' is [person], but [task] is needed here",
                 "multiply by something in [task/person]");
    expect_clash(on, "IF TIME &gt; 26 THEN 1 ELSE 2", "dmnl", SD_E201, "26",
                 "'26' is [dmnl], but [week] is needed here",
                 "put the number in an auxiliary with units [week]");
    expect_clash(on, "STEP(people, tasks)", "person", SD_E206, "tasks",
                 "'tasks' is [task], but [week] is needed here",
                 "multiply by something in [week/task]");
    expect_clash(on, "SMTH3(people, delay, tasks)", "person", SD_E201, "tasks",
                 "'tasks' is [task], but [person] is needed here",
                 "multiply by something in [person/task]");
    expect_clash(on, "TREND(people, delay, share)", "1/week", SD_E201, "share",
                 "'share' is [dmnl], but [1/week] is needed here", "divide by something in [week]");
    expect_clash(on, "SAFEDIV(people, delay, crew[red])", "person/week", SD_E201, "crew[red]",
                 "'crew' is [person], but [person/week] is needed here",
                 "divide by something in [week]");
}

static void pure_numbers_are_demanded(void **state)
{
    desk *on = *state;

    expect_clash(on, "EXP(-TIME)", "dmnl", SD_E202, "TIME",
                 "'TIME' is [week], but 'EXP' needs a pure number",
                 "divide by something in [week]");
    expect_clash(on, "share AND people", "dmnl", SD_E202, "people",
                 "'people' is [person], but 'AND' needs a pure number",
                 "divide by something in [person]");
    expect_clash(on, "share^people", "dmnl", SD_E202, "people",
                 "'people' is [person], but an exponent must be a pure number",
                 "divide by something in [person]");
    expect_clash(on, "people^share", "dmnl", SD_E202, "people",
                 "'people' is [person], but only a pure number can have an exponent that is not "
                 "written as a number",
                 "divide by something in [person]");
    expect_clash(on, "RANDOM(people, people, tasks)", "person", SD_E202, "tasks",
                 "'tasks' is [task], but 'RANDOM' needs a pure number here",
                 "divide by something in [task]");
    expect_clash(on, "DELAYN(people, delay, tasks)", "person", SD_E202, "tasks",
                 "'tasks' is [task], but the order must be a pure number",
                 "divide by something in [task]");
}

static void a_whole_equation_is_compared_with_what_is_declared(void **state)
{
    desk *on = *state;

    check(on, aux(on, "tasks*(1-share)", "task/week"));
    assert_string_equal(
        printed(on),
        "error[E201]: the equation gives [task], but 'x' is declared [task/week]\n"
        "  --> t.xmile:3:20\n"
        "   |\n"
        " 3 | <aux name=\"x\"><eqn>tasks*(1-share)</eqn><units>task/week</units></aux>\n"
        "   |                    ^^^^^^^^^^^^^^^ help: divide by something in [week]\n");
    expect_clash(on, "STEP(people, delay)", "task", SD_E201, "STEP(people, delay)",
                 "the equation gives [person], but 'x' is declared [task]",
                 "multiply by something in [task/person]");
}

static void one_mistake_gives_one_message(void **state)
{
    desk *on = *state;

    expect_clash(on, "(people + tasks)*delay + hours", "hour/week", SD_E201, "tasks",
                 "'tasks' is [task], but [person] is needed here",
                 "multiply by something in [person/task]");
    expect_clash(on, "EXP(people)*tasks", "task", SD_E202, "people",
                 "'people' is [person], but 'EXP' needs a pure number",
                 "divide by something in [person]");
}

static void elements_with_the_same_equation_are_told_once(void **state)
{
    desk *on = *state;

    check(on, "<aux name=\"x\"><dimensions><dim name=\"team\"/></dimensions><element "
              "subscript=\"red\"><eqn>people"
              "</eqn></element><element subscript=\"blue\"><eqn>people</eqn></element><element "
              "subscript=\"green\">"
              "<eqn>tasks</eqn></element><units>task</units></aux>");
    assert_int_equal(on->status, SD_UNITS);
    assert_int_equal(on->diag->errors, 1);
    check(on, "<aux name=\"x\"><dimensions><dim name=\"team\"/></dimensions><eqn>crew+people</eqn>"
              "<units>person</units></aux>");
    assert_int_equal(on->report.checked, CHECKED_BEFORE + 1);
}

static void a_graphical_function_takes_any_input(void **state)
{
    desk *on = *state;
    static const char *const form =
        "<aux name=\"x\"><eqn>%s</eqn><gf><xpts>0,1</xpts><ypts>0,1</ypts></gf>"
        "<units>task</units></aux>";

    check(on, sd_arena_printf(on->arena, form, "people/delay"));
    assert_int_equal(on->status, SD_OK);
    assert_int_equal(on->report.checked, CHECKED_BEFORE + 1);
    check(on, sd_arena_printf(on->arena, form, "people+delay"));
    assert_int_equal(on->status, SD_UNITS);
    assert_int_equal(on->diag->errors, 1);
}

static const char *stock_and_flow(desk *on, const char *equation, const char *units,
                                  const char *side)
{
    return sd_arena_printf(
        on->arena,
        "<flow name=\"hiring\"><eqn>%s</eqn>%s</flow>\n<stock name=\"staff\"><eqn>people</eqn>"
        "<%s>hiring</%s><units>person</units></stock>",
        equation, units, side, side);
}

static void a_flow_is_its_stock_per_time(void **state)
{
    desk *on = *state;

    check(on, stock_and_flow(on, "people/delay", "<units>people/Week</units>", "inflow"));
    assert_string_equal(printed(on), "");
    assert_int_equal(on->report.checked, CHECKED_BEFORE + 2);
    check(on, stock_and_flow(on, "people/delay", "<units>person</units>", "inflow"));
    assert_string_equal(
        printed(on),
        "error[E205]: 'hiring' fills 'staff' [person] and must be [person/week], but is [person]\n"
        "  --> t.xmile:3:51\n"
        "   |\n"
        " 3 | <flow name=\"hiring\"><eqn>people/delay</eqn><units>person</units></flow>\n"
        "   |                                                   ^^^^^^ help: divide by something "
        "in "
        "[week]\n");
    check(on, stock_and_flow(on, "people*2", "", "outflow"));
    assert_string_equal(
        printed(on),
        "error[E205]: 'hiring' drains 'staff' [person] and must be [person/week], but is [person]\n"
        "  --> t.xmile:3:26\n"
        "   |\n"
        " 3 | <flow name=\"hiring\"><eqn>people*2</eqn></flow>\n"
        "   |                          ^^^^^^^^ help: divide by something in [week]\n");
    check(on, stock_and_flow(on, "2", "", "outflow"));
    assert_int_equal(on->status, SD_OK);
    assert_int_equal(on->report.inferred, 2);
    assert_int_equal(on->report.unchecked, UNCHECKED_BEFORE);
}

static void a_long_sum_is_walked_without_deep_recursion(void **state)
{
    desk *on = *state;
    sd_text sum = sd_text_new(on->arena);

    sd_text_printf(&sum, "people");
    for (int i = 0; i < 4900; i++)
        sd_text_printf(&sum, "+people");
    expect_balance(on, sum.bytes, "person");
}

/* ---- the shipped model ------------------------------------------------------------------------------------ */

static void check_text(desk *on, const char *text, size_t length)
{
    const sd_source *source = sd_source_from_text(on->arena, "trap.xmile", text, length);
    const sd_model *model = NULL;

    on->diag = sd_diag_new(on->arena);
    on->status = sd_model_from_xmile(on->arena, source, &model, on->diag);
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    on->status = sd_model_check_units(model, on->arena, &on->report, on->diag);
}

static void without_time_units_what_depends_on_time_is_not_checked(void **state)
{
    desk *on = *state;
    static const char text[] =
        "<xmile version=\"1.0\" "
        "xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\"><header><vendor>t</vendor>"
        "<product "
        "version=\"1\">t</product></header><sim_specs><start>0</start><stop>9</stop><dt>1</dt></"
        "sim_specs>"
        "<model><variables><stock "
        "name=\"s\"><eqn>4.5</eqn><inflow>f</inflow><units>person</units></stock>"
        "<flow name=\"f\"><eqn>TIME*c</eqn><units>task</units></flow>"
        "<aux name=\"c\"><eqn>2</eqn><units>task</units></aux></variables></model></xmile>";

    check_text(on, text, sizeof text - 1);
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    assert_int_equal(on->report.checked, 1);
    assert_int_equal(on->report.unchecked, 2);
}

static void the_shipped_model_balances_in_full(void **state)
{
    desk *on = *state;
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");

    assert_non_null(file);
    check_text(on, (const char *)file->bytes, file->length);
    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    assert_true(on->report.checked > 300);
    assert_int_equal(on->report.unchecked, 0);
}

static void one_broken_unit_of_the_shipped_model_is_noticed(void **state)
{
    desk *on = *state;
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");

    assert_non_null(file);
    char *text = sd_arena_copy(on->arena, (const char *)file->bytes, file->length);
    char *units = strstr(text, "<units>hour/task<");

    assert_non_null(units);
    memcpy(units, "<units>week/task<", 17); /* base task time */
    check_text(on, text, file->length);
    assert_int_equal(on->status, SD_UNITS);
    assert_true(on->diag->errors > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(equations_that_balance_are_left_in_peace),
        TEST(functions_of_time_have_units_of_time),
        TEST(a_literal_zero_fits_everything),
        TEST(an_equation_of_numbers_takes_the_declared_units),
        TEST(what_has_no_units_is_counted_and_not_reported),
        TEST(the_operand_that_does_not_fit_is_shown),
        TEST(every_rule_is_held),
        TEST(pure_numbers_are_demanded),
        TEST(a_whole_equation_is_compared_with_what_is_declared),
        TEST(one_mistake_gives_one_message),
        TEST(elements_with_the_same_equation_are_told_once),
        TEST(a_graphical_function_takes_any_input),
        TEST(a_flow_is_its_stock_per_time),
        TEST(a_long_sum_is_walked_without_deep_recursion),
        TEST(without_time_units_what_depends_on_time_is_not_checked),
        TEST(the_shipped_model_balances_in_full),
        TEST(one_broken_unit_of_the_shipped_model_is_noticed),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
