/* test_model_unit_infer.c - units that nobody wrote follow from the equations where these leave one possibility, as one
 * works them out on paper; where they leave several, nothing is said.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <time.h>

typedef struct inferred {
    sd_units_report report;
    sd_status status;
} inferred;

/* Variables as XML; time is in weeks. */
static inferred check(desk *on, const char *variables)
{
    inferred result = {0};
    const char *text = sd_arena_printf(
        on->arena,
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">"
        "<header><vendor>t</vendor><product version=\"1\">t</product></header>"
        "<sim_specs time_units=\"weeks\"><start>0</start><stop>9</stop><dt>0.5</dt></sim_specs>"
        "<model><variables>\n%s\n</variables></model></xmile>",
        variables);

    desk_must_read(on, text);
    result.status = sd_model_check_units(on->model, on->arena, &result.report, on->diag);
    return result;
}

static const char *aux(desk *on, const char *name, const char *equation, const char *units)
{
    return sd_arena_printf(on->arena, "<aux name=\"%s\"><eqn>%s</eqn>%s</aux>\n", name, equation,
                           units ? sd_arena_printf(on->arena, "<units>%s</units>", units) : "");
}

static const char *both(desk *on, const char *a, const char *b)
{
    return sd_arena_printf(on->arena, "%s%s", a, b);
}

static void expect_unit(desk *on, const inferred *result, const char *name, const char *wanted)
{
    const sd_variable *v = sd_model_find(on->model, name);

    assert_non_null(v);
    assert_string_equal(sd_unit_text(&result->report.units[v->index], on->arena), wanted);
}

/* x = `equation` of known and unknown ones; what is then the unit of `name`? */
static void expect(desk *on, const char *equation, const char *units, const char *name,
                   const char *wanted)
{
    const char *known = both(on, aux(on, "people", "7", "person"), aux(on, "hours", "38", "hour"));
    const char *all = both(on, known, aux(on, "y", "3", NULL));

    all = both(on, both(on, all, aux(on, "z", "4", NULL)), aux(on, "x", equation, units));
    const inferred result = check(on, all);
    assert_string_equal(desk_printed(on), "");
    assert_int_equal(result.status, SD_OK);
    expect_unit(on, &result, name, wanted);
}

static void sums_products_and_powers_leave_one_possibility(void **state)
{
    desk *on = *state;

    expect(on, "people + y", "person", "y", "person");
    expect(on, "people*y", "hour", "y", "hour/person");
    expect(on, "people/y", "hour", "y", "person/hour");
    expect(on, "y^2", "person", "y", "person^0.5");
    expect(on, "SQRT(y)*people", "hour", "y", "hour^2/person^2");
    expect(on, "EXP(y/people)", "dmnl", "y", "person");
    expect(on, "MAX(y, hours)", NULL, "x", "hour");
    expect(on, "IF y &gt; people THEN hours ELSE z", NULL, "y", "person");
    expect(on, "IF y &gt; people THEN hours ELSE z", NULL, "z", "hour");
    expect(on, "SMTH1(people, y)", NULL, "y", "week");
    expect(on, "RAMP(y, 3)", "person", "y", "person/week");
    expect(on, "SAFEDIV(people, hours, y)", NULL, "y", "person/hour");
    expect(on, "hours*(1 - y/z)*people", NULL, "x", "hour*person");
    expect(on, "people*(1 - y)", "person", "y", "dmnl");
    expect(on, "IF people &gt; y THEN 1 ELSE 0", NULL, "x", "dmnl");
}

static void what_has_several_possibilities_is_left_open(void **state)
{
    desk *on = *state;

    expect(on, "y*z", "person", "y", "unknown");
    expect(on, "y + z", NULL, "x", "unknown");
    expect(on, "5 + y", NULL, "y", "unknown");
    expect(on, "IF y &gt; 3 THEN 4 ELSE 2", NULL, "x", "unknown");
    expect(on, "y*people", NULL, "x", "unknown");
}

/* u v = person and u / v = hour: u^2 = person hour, v^2 = person / hour.  No single equation says so. */
static void equations_together_say_more_than_each(void **state)
{
    desk *on = *state;
    const char *open = both(on, aux(on, "u", "3", NULL), aux(on, "v", "4", NULL));
    const inferred result = check(
        on, both(on, open, both(on, aux(on, "a", "u*v", "person"), aux(on, "b", "u/v", "hour"))));

    assert_int_equal(result.status, SD_OK);
    expect_unit(on, &result, "u", "hour^0.5*person^0.5");
    expect_unit(on, &result, "v", "person^0.5/hour^0.5");
    assert_int_equal(result.report.checked, 0);
    assert_int_equal(result.report.inferred, 4);
    assert_int_equal(result.report.unchecked, 0);
}

static void flows_are_their_stock_per_time(void **state)
{
    desk *on = *state;
    static const char *const model =
        "<stock name=\"staff\"><eqn>40</eqn><inflow>hiring</inflow><outflow>quits</outflow>%s"
        "</stock><flow name=\"hiring\"><eqn>gap/time_to_hire</eqn></flow>"
        "<flow name=\"quits\"><eqn>staff*quit_rate</eqn></flow>"
        "<aux name=\"gap\"><eqn>goal - staff</eqn></aux><aux name=\"goal\"><eqn>50</eqn></aux>"
        "<aux name=\"time_to_hire\"><eqn>8</eqn>%s</aux>"
        "<aux name=\"quit_rate\"><eqn>0.01</eqn></aux>";
    const inferred stock =
        check(on, sd_arena_printf(on->arena, model, "<units>people</units>", ""));

    assert_string_equal(desk_printed(on), "");
    expect_unit(on, &stock, "hiring", "person/week");
    expect_unit(on, &stock, "quits", "person/week");
    expect_unit(on, &stock, "gap", "person");
    expect_unit(on, &stock, "goal", "person");
    expect_unit(on, &stock, "time_to_hire", "week");
    expect_unit(on, &stock, "quit_rate", "1/week");

    /* The same without any: the rates alone are known then, and whatever staff is, the rest follows from it. */
    const inferred rates = check(on, sd_arena_printf(on->arena, model, "", "<units>wks</units>"));
    expect_unit(on, &rates, "quit_rate", "1/week");
    expect_unit(on, &rates, "staff", "unknown");
    assert_int_equal(rates.report.unchecked, 5);
    assert_true(rates.report.gap_count == 5);
}

static void a_given_unit_is_never_replaced(void **state)
{
    desk *on = *state;
    const inferred result =
        check(on, both(on, aux(on, "a", "3", "task"),
                       both(on, aux(on, "b", "a", NULL), aux(on, "c", "b", "person"))));

    assert_int_equal(result.status, SD_UNITS);
    expect_unit(on, &result, "a", "task");
    expect_unit(on, &result, "c", "person");
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text,
                        "the equation gives [task], but 'c' is declared [person]");
}

static void a_contradiction_through_something_inferred_says_so(void **state)
{
    desk *on = *state;
    const char *known = both(on, aux(on, "people", "7", "person"), aux(on, "hours", "38", "hour"));

    (void)check(on, both(on, both(on, known, aux(on, "y", "3", NULL)),
                         both(on, aux(on, "x", "people + y", "person"),
                              aux(on, "w", "hours*2 + y", "hour"))));
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text,
                        "'y' is [person] (inferred), but [hour] is needed here");
}

/* u v = person and u v = hour leave u and v open, yet no u and v will do. */
static void what_no_units_can_balance_is_an_error(void **state)
{
    desk *on = *state;
    const char *open = both(on, aux(on, "u", "3", NULL), aux(on, "v", "4", NULL));

    (void)check(
        on, both(on, open, both(on, aux(on, "a", "u*v", "person"), aux(on, "b", "v*u", "hour"))));
    assert_int_equal(on->diag->errors, 1);
    assert_int_equal(on->diag->messages.items[0].code, SD_E204);
    assert_string_equal(on->diag->messages.items[0].text,
                        "whatever units the variables without any have, this and other equations "
                        "differ by [person/hour]");
}

static void where_nobody_gave_units_nobody_hears_of_them(void **state)
{
    desk *on = *state;
    const char *no_rate = "<stock name=\"s\"><eqn>4</eqn><inflow>f</inflow></stock>"
                          "<flow name=\"f\"><eqn>s</eqn></flow>";
    const inferred none = check(on, no_rate);

    assert_string_equal(desk_printed(on), "");
    assert_int_equal(none.report.unchecked, 2);
    const inferred one = check(on, both(on, no_rate, aux(on, "other", "2", "task")));
    assert_string_equal(desk_printed(on), "");
    assert_int_equal(one.report.unchecked, 2);
    assert_int_equal(one.report.checked, 1);
    /* s is a pure number for LN, and the flow of it should be 1/week: wrong, but all of it is guesswork. */
    const inferred guessed =
        check(on, both(on, no_rate,
                       both(on, aux(on, "y", "LN(s)", NULL), aux(on, "other", "2", "task"))));
    assert_string_equal(desk_printed(on), "");
    assert_int_equal(guessed.status, SD_OK);
    expect_unit(on, &guessed, "s", "dmnl");
    assert_int_equal(guessed.report.unchecked, 1);
}

static void hidden_constants_fit_what_is_inferred(void **state)
{
    desk *on = *state;
    const char *known = both(on, aux(on, "people", "7", "person"), aux(on, "y", "people", NULL));
    const inferred lenient = check(on, both(on, known, aux(on, "x", "y + 5", NULL)));

    assert_string_equal(desk_printed(on), "");
    expect_unit(on, &lenient, "x", "person");
    (void)check(on, both(on, known, aux(on, "x", "people + 5", "person")));
    assert_int_equal(on->diag->errors, 1);
}

static void gaps_say_what_is_missing(void **state)
{
    desk *on = *state;
    const char *open = both(on, aux(on, "u", "3", NULL), aux(on, "v", "4", NULL));
    const inferred result = check(on, both(on, open, aux(on, "a", "u*v", "person")));

    assert_int_equal(result.report.gap_count, 3);
    assert_string_equal(result.report.gaps[2].variable->name, "a");
    assert_string_equal(result.report.gaps[2].why, "'u' has no units");
}

static void units_that_cannot_be_read_stop_no_run(void **state)
{
    desk *on = *state;
    const inferred result =
        check(on, "<aux name=\"a\"><eqn>2</eqn><units>  7 apples</units></aux>");

    assert_int_equal(result.status, SD_UNITS);
    assert_int_equal(on->diag->messages.items[0].code, SD_E203);
    const sd_span span = on->diag->messages.items[0].span;
    assert_memory_equal(span.source->text + span.begin, "7 apples", 1);
    assert_int_equal(span.end - span.begin, 1);
}

/* x0 = x1, x1 = x2, ...: each is only known once all others are. */
static void long_chains_are_solved_in_time_that_grows_with_their_length(void **state)
{
    desk *on = *state;
    enum { LENGTH = 20000 };
    sd_text text = sd_text_new(on->arena);
    const clock_t began = clock();

    for (int i = 0; i < LENGTH; i++)
        sd_text_printf(&text, "<aux name=\"x%d\"><eqn>x%d</eqn></aux>\n", i, i + 1);
    sd_text_printf(&text, "<aux name=\"x%d\"><eqn>3</eqn><units>task</units></aux>", LENGTH);
    const inferred result = check(on, text.bytes);
    expect_unit(on, &result, "x0", "task");
    assert_int_equal(result.report.inferred, LENGTH);
    /* A quadratic walk takes 2e8 merges, some 20 s; this takes 0.1 s, and the sanitizers are allowed their time. */
    assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 10);
}

/* Powers that grow like Fibonacci's numbers and products of more names than fit must end, and infer nothing wrong. */
static void wild_products_are_given_up(void **state)
{
    desk *on = *state;
    enum { LENGTH = 2000 };
    sd_text text = sd_text_new(on->arena);

    for (int i = 0; i < LENGTH; i++)
        sd_text_printf(&text, "<aux name=\"x%d\"><eqn>x%d*x%d</eqn></aux>\n", i, i + 1, i + 2);
    sd_text_printf(&text,
                   "<aux name=\"x%d\"><eqn>3</eqn></aux><aux name=\"x%d\"><eqn>3</eqn></aux>",
                   LENGTH, LENGTH + 1);
    sd_text_printf(&text, "<aux name=\"all\"><eqn>0");
    for (int i = 0; i < 12; i++)
        sd_text_printf(&text, "+x%d*x%d*x%d*x%d*x%d*x%d*x%d*x%d*x%d", i, i + 20, i + 40, i + 60,
                       i + 80, i + 100, i + 120, i + 140, i + 160);
    sd_text_printf(&text, "</eqn><units>task</units></aux>");
    const inferred result = check(on, text.bytes);

    assert_string_equal(desk_printed(on), "");
    assert_int_equal(result.report.checked, 0);
    expect_unit(on, &result, "x5", "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(sums_products_and_powers_leave_one_possibility),
        DESK_TEST(what_has_several_possibilities_is_left_open),
        DESK_TEST(equations_together_say_more_than_each),
        DESK_TEST(flows_are_their_stock_per_time),
        DESK_TEST(a_given_unit_is_never_replaced),
        DESK_TEST(a_contradiction_through_something_inferred_says_so),
        DESK_TEST(what_no_units_can_balance_is_an_error),
        DESK_TEST(where_nobody_gave_units_nobody_hears_of_them),
        DESK_TEST(hidden_constants_fit_what_is_inferred),
        DESK_TEST(gaps_say_what_is_missing),
        DESK_TEST(units_that_cannot_be_read_stop_no_run),
        DESK_TEST(long_chains_are_solved_in_time_that_grows_with_their_length),
        DESK_TEST(wild_products_are_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
