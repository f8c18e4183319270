/* test_structure_lint.c - every rule of the linter has a model that it warns of and one much like it that it leaves in
 * peace; time constants and limits of stability are those of closed forms.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/structure.h"

static sd_lint found;

/* A whole file through the linter; its warnings are in on->diag. */
static void lint_file(desk *on, const char *text)
{
    sd_units_report units;

    desk_must_compile(on, text);
    sd_diag *silent = sd_diag_new(on->arena);
    const sd_status balance = sd_model_check_units(on->model, on->arena, &units, silent);
    assert_true(balance == SD_OK || balance == SD_UNITS);
    const sd_scenario scenario = {
        .model = on->model, .spec = on->model->spec, .spec_span = on->model->spec_span};
    const sd_lint_request request = {
        .scenario = &scenario, .program = on->program, .units = &units};
    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_lint_scenario(on->arena, &request, &found, on->diag), SD_OK);
}

static void lint(desk *on, const char *specs, const char *lines)
{
    lint_file(on, desk_file(on, specs, "", desk_variables(on, lines)));
}

/* Its first message of a code, NULL when there is none. */
static const sd_message *message_of(const desk *on, sd_code code)
{
    for (size_t i = 0; i < on->diag->messages.count; i++) {
        if (on->diag->messages.items[i].code == code)
            return &on->diag->messages.items[i];
    }
    return NULL;
}

static void expect(desk *on, sd_code code, const char *text)
{
    const sd_message *message = message_of(on, code);

    if (!message) {
        fail_msg("no %s, but: %s", sd_code_name(code), desk_printed(on));
        return;
    }
    assert_string_equal(message->text, text);
    assert_int_equal(message->severity, SD_WARNING);
    assert_non_null(message->help);
    assert_non_null(message->span.source);
}

static void expect_none(desk *on, sd_code code)
{
    if (message_of(on, code))
        fail_msg("%s", desk_printed(on));
}

/* ---- names and numbers ----------------------------------------------------------------------------------------- */

static void what_nothing_uses_is_told_but_results_are_not(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "aux left_over = 3.5\naux result = 2 * used\naux used = 4");
    expect(on, SD_W930, "nothing uses 'left_over'");
    assert_int_equal(on->diag->warnings, 1);
    lint(on, "euler 0 10 1", "aux size = used * left_over\naux left_over = 3.5\naux used = 4");
    expect_none(on, SD_W930);
    lint(on, "euler 0 10 1", "aux FINAL_TIME = 10\naux angle = SIN(0.5)");
    expect_none(on, SD_W930);
    lint(on, "euler 0 10 1", "stock S = 4; in f\nflow f = 0.1 * S\nflow g = 0.2 * S");
    expect(on, SD_W930, "the flow 'g' fills and drains no stock");
    lint_file(on, desk_file(on, "euler 0 9 1",
                            "<dimensions><dim name=\"team\" size=\"3\"/><dim name=\"site\" "
                            "size=\"2\"/><dim name=\"shift\" size=\"2\"/></dimensions>\n",
                            "<aux name=\"crew\"><dimensions><dim name=\"team\"/></dimensions>"
                            "<eqn>TIME * SIZE(shift)</eqn></aux>"));
    expect(on, SD_W930, "nothing uses the dimension 'site'");
    assert_int_equal(on->diag->warnings, 1);
}

static void one_number_in_several_places_is_told(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "aux a = TIME / 365\naux b = 365 * a\naux c = 3 * b");
    expect(on, SD_W931, "365 stands in 2 equations, also in that of 'b'");
    lint(on, "euler 0 10 1", "aux a = TIME / 365\naux b = 36.5 * a\naux c = 365 * 2");
    expect_none(on, SD_W931);
    lint(on, "euler 0 10 1", "aux a = TIME * 2 / 100\naux b = a * 2 + 100\naux c = 2 + 100 * b");
    expect_none(on, SD_W931);
    lint(on, "euler 0 10 1", "aux a = TIME * 52\naux b = a * 52\naux c = b");
    expect_none(on, SD_W931);
    lint(on, "euler 0 10 1", "aux a = TIME * 52\naux b = a * 52\naux c = b / 52");
    expect(on, SD_W931, "52 stands in 3 equations, also in that of 'c'");
}

static const char *constants(desk *on, const char *value, const char *units)
{
    return desk_file(on, "euler 0 9 1", "",
                     sd_arena_printf(on->arena,
                                     "<aux name=\"a\"><eqn>%s</eqn><units>hour</units></aux>"
                                     "<aux name=\"b\"><eqn>%s</eqn><units>%s</units></aux>"
                                     "<aux name=\"x\"><eqn>a*b</eqn></aux>",
                                     value, value, units));
}

static void constants_written_twice_are_told(void **state)
{
    desk *on = *state;

    lint_file(on, constants(on, "1625", "hours"));
    expect(on, SD_W931, "'a' and 'b' are both 1625 [hour]");
    lint_file(on, constants(on, "1625", "task"));
    expect_none(on, SD_W931);
    lint_file(on, constants(on, "40", "hours"));
    expect_none(on, SD_W931);
    lint_file(on, constants(on, "9999", "hours"));
    expect_none(on, SD_W931);
    lint_file(on, desk_file(on, "euler 0 9 1", "",
                            "<aux name=\"year\"><eqn>365</eqn><units>day</units></aux>"
                            "<aux name=\"x\"><eqn>TIME/365 + TIME/year</eqn></aux>"));
    expect(on, SD_W931, "365 is also the value of 'year'");
}

static void constants_without_units_are_told_where_the_rest_has_some(void **state)
{
    desk *on = *state;
    static const char *const model = "<aux name=\"a\"><eqn>2</eqn><units>hour</units></aux>"
                                     "<aux name=\"b\"><eqn>a</eqn>%s</aux>"
                                     "<aux name=\"k\"><eqn>3</eqn></aux>"
                                     "<aux name=\"x\"><eqn>b + k</eqn>%s</aux>";

    lint_file(on, desk_file(on, "euler 0 9 1", "",
                            sd_arena_printf(on->arena, model, "<units>hour</units>",
                                            "<units>hour</units>")));
    expect(on, SD_W932, "the constant 'k' has no units");
    assert_string_equal(message_of(on, SD_W932)->help, "the equations make it [hour]");
    lint_file(on, desk_file(on, "euler 0 9 1", "", sd_arena_printf(on->arena, model, "", "")));
    expect_none(on, SD_W932);
}

static void names_of_functions_are_told(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "aux delay = TIME\naux delays = delay");
    expect(on, SD_W933, "'delay' is also the name of a function");
    assert_int_equal(on->diag->warnings, 1);
}

/* ---- drains and stocks below 0 ---------------------------------------------------------------------------------- */

static void a_drain_that_ignores_its_stock_is_told(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "stock S = 100; out f\nflow f = wanted\naux wanted = 3");
    expect(on, SD_W934, "'f' drains 'S' without depending on it");
    expect_none(on, SD_W935);
    lint(on, "euler 0 10 1", "stock S = 100; out f\nflow f = MIN(wanted, S / 2)\naux wanted = 3");
    expect_none(on, SD_W934);
    lint(on, "euler 0 10 1", "stock S = 100; out f; nonneg\nflow f = wanted\naux wanted = 3");
    expect_none(on, SD_W934);
    lint(on, "euler 0 10 1", "stock S = 100; out f\nflow f = 0");
    expect_none(on, SD_W934);
}

static void a_drain_may_depend_on_its_stock_by_detours(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1",
         "stock S = 100; in g; out f\nflow g = 3\nflow f = DELAY3(g, 4)"); /* what is on its way */
    expect_none(on, SD_W934);
    lint(on, "euler 0 10 1", "stock S = 100; out f\nflow f = SMTH1(S, 4) / 9");
    expect_none(on, SD_W934);
    lint(on, "euler 0 10 1",
         "stock S = 100; out f\nflow f = seen / 9\nstock seen = 100; in learn\n"
         "flow learn = (S - seen) / 3");
    expect_none(on, SD_W934);
    /* Two stocks away is no longer looking at it. */
    lint(on, "euler 0 10 1",
         "stock S = 100; out f\nflow f = far / 9\nstock far = 100; in h\n"
         "flow h = (seen - far) / 3\nstock seen = 100; in learn\n"
         "flow learn = (S - seen) / 3");
    expect(on, SD_W934, "'f' drains 'S' without depending on it");
}

/* S = 100 - 30 t is -20 at 4 and -200 at the end. */
static void a_stock_that_falls_below_0_is_told_with_its_least_value(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "stock S = 100; out f\nflow f = 30");
    expect(on, SD_W935, "'S' falls below 0 in the run: -200 at 10");
    lint(on, "euler 0 3 1", "stock S = 100; out f\nflow f = 30");
    expect_none(on, SD_W935);
    lint(on, "euler 0 10 1", "stock S = -100; out f\nflow f = 30"); /* it was meant to */
    expect_none(on, SD_W935);
    lint(on, "euler 0 10 1", "stock x = 1; in v\nflow v = -x"); /* nothing drains it */
    expect_none(on, SD_W935);
    lint_file(on,
              desk_file(on, "euler 0 10 1", "",
                        "<stock name=\"S\"><eqn>100</eqn><outflow>f</outflow><range "
                        "min=\"-500\" max=\"500\"/></stock><flow name=\"f\"><eqn>30</eqn></flow>"));
    assert_int_equal(on->diag->warnings, 0);
}

/* ---- DT ------------------------------------------------------------------------------------------------------------ */

/* dx/dt = -x / tau has the time constant tau; euler multiplies by 1 - DT/tau each step. */
static void dt_is_held_against_the_time_constant_of_a_decay(void **state)
{
    desk *on = *state;
    static const char *const decay = "stock x = 8; out f\nflow f = x / 2";

    lint(on, "euler 0 40 0.5", decay); /* a quarter */
    assert_int_equal(on->diag->warnings, 0);
    lint(on, "euler 0 40 0.625", decay);
    expect(on, SD_W937, "DT 0.625 is coarse for 'x', with a time constant of 2 at time 0");
    assert_string_equal(message_of(on, SD_W937)->help, "take a DT of 0.5, or method rk4 or rkf45");
    lint(on, "euler 0 78 3.9", decay);
    expect_none(on, SD_W936);
    expect(on, SD_W937, "DT 3.9 is coarse for 'x', with a time constant of 2 at time 0");
    lint(on, "euler 0 82 4.1", decay);
    expect(
        on, SD_W936,
        "DT 4.1 is too large for 'x', with a time constant of 2 at time 0: euler is stable up to "
        "4");
    expect_none(on, SD_W937);
}

/* The real limits of stability are 2 for rk2 and 2.785294 for rk4 (Hairer and Wanner 1996, figure IV.2.1). */
static void every_method_has_its_own_limit(void **state)
{
    desk *on = *state;
    static const char *const decay = "stock x = 8; out f\nflow f = x";

    lint(on, "rk2 0 42 2.1", decay);
    expect(
        on, SD_W936,
        "DT 2.1 is too large for 'x', with a time constant of 1 at time 0: rk2 is stable up to 2");
    lint(on, "rk4 0 54 2.7", decay);
    expect_none(on, SD_W936);
    lint(on, "rk4 0 56 2.8", decay);
    expect(on, SD_W936,
           "DT 2.8 is too large for 'x', with a time constant of 1 at time 0: rk4 is stable up to "
           "2.785");
    lint(on, "rk4 0 40 1", decay); /* R(-1) = 0.375, exp(-1) = 0.368 */
    assert_int_equal(on->diag->warnings, 0);
    lint(on, "rkf45 0 40 4", decay);
    assert_int_equal(on->diag->warnings, 0);
}

/* x'' = -x: euler multiplies the size of the swing by sqrt(1 + DT^2) each step, rk4 hardly shrinks it. */
static void euler_lets_an_even_swing_grow(void **state)
{
    desk *on = *state;
    static const char *const swing = "stock x = 1; in v_of\nflow v_of = v\nstock v = 0; in a\n"
                                     "flow a = -x";

    lint(on, "euler 0 100 0.125", swing);
    expect(on, SD_W936,
           "euler makes the swing of 'x', 'v' grow, which has a period of 6.283 at time 0 and "
           "should not");
    lint(on, "rk4 0 100 0.125", swing);
    assert_int_equal(on->diag->warnings, 0);
    /* In one step it does not go far. */
    lint(on, "euler 0 0.125 0.125", swing);
    assert_int_equal(on->diag->warnings, 0);
}

/* Of a chain of three, each stage has a third of the time. */
static void hidden_stocks_count_too(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 40 0.5", "aux y = SMTH3(TIME, 1.5)");
    expect(on, SD_W937, "DT 0.5 is coarse for 'SMTH3 in y', with a time constant of 0.5 at time 0");
    lint(on, "euler 0 40 0.125", "aux y = SMTH3(TIME, 1.5)");
    assert_int_equal(on->diag->warnings, 0);
}

/* The time constant is x itself, which falls from 4 by 1 each time unit: shortest at the end. */
static void the_time_when_it_is_shortest_is_named(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 3.5 0.25", "aux pace = 4 - TIME\nstock x = 8; out f\nflow f = x / pace");
    expect(on, SD_W937, "DT 0.25 is coarse for 'x', with a time constant of 0.5 at time 3.5");
}

static void the_stock_that_carries_the_mode_is_named(void **state)
{
    desk *on = *state;

    /* Two stocks that move each other, one fast by itself, hardly coupled. */
    lint(on, "euler 0 40 0.5",
         "stock fast = 8; in g; out f\nflow f = fast\nflow g = 0.01 * slow\n"
         "stock slow = 5; in h; out k\nflow k = slow / 50\nflow h = 0.01 * fast");
    assert_non_null(message_of(on, SD_W937));
    assert_non_null(strstr(message_of(on, SD_W937)->text, "coarse for 'fast', with"));
}

static void what_is_not_looked_at_is_said(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 40 0.5", "stock x = 8; out f\nflow f = DELAY(x, 3) / 9");
    assert_int_equal(found.skipped_count, 1);
    lint(on, "euler 0 40 0.5", "stock x = 8; out f\nflow f = x / 9");
    assert_int_equal(found.skipped_count, 0);
    lint_file(on,
              desk_file(on, "euler 0 40 0.5",
                        "<dimensions><dim name=\"d\" size=\"400\"/></dimensions>",
                        "<stock name=\"x\"><dimensions><dim name=\"d\"/></dimensions><eqn>8</eqn>"
                        "<outflow>f</outflow></stock><flow name=\"f\"><dimensions><dim name=\"d\"/>"
                        "</dimensions><eqn>x</eqn></flow>"));
    assert_int_equal(found.skipped_count, 1);
    assert_string_equal(found.skipped[0],
                        "whether DT suits the time constants: 400 stocks are more than 300");
    sd_text sum = sd_text_new(on->arena);
    sd_text_printf(&sum, "stock x = 8; out f\nflow f = x / 90");
    for (int i = 1; i <= 50; i++)
        sd_text_printf(&sum, " + SIN(TIME / %d)", i);
    lint(on, "euler 0 9000000 1", sum.bytes); /* 9e8 instructions and more */
    assert_int_equal(found.skipped_count, 1);
    assert_string_equal(found.skipped[0], "what a run shows: it would take too long");
}

/* ---- what a run shows ---------------------------------------------------------------------------------------------- */

static const char *curve(desk *on, const char *points, const char *type)
{
    return desk_file(on, "euler 0 5 1", "",
                     sd_arena_printf(on->arena,
                                     "<aux name=\"y\"><eqn>TIME</eqn><gf type=\"%s\"><xpts>0,1,2,3"
                                     "</xpts><ypts>%s</ypts></gf></aux>",
                                     type, points));
}

static void a_curve_left_behind_is_told_unless_it_has_levelled_off(void **state)
{
    desk *on = *state;

    lint_file(on, curve(on, "0,1,2,3", "continuous"));
    expect(on, SD_W938,
           "the graphical function in 'y' has points from 0 to 3, and its input is 5 at time 5");
    lint_file(on, curve(on, "0,2,2.9,3", "continuous"));
    expect_none(on, SD_W938);
    lint_file(on, curve(on, "0,1,2,3", "extrapolate"));
    expect_none(on, SD_W938);
    lint_file(on, curve(on, "0,1,2,3", "discrete"));
    expect_none(on, SD_W938);
}

static void comparisons_of_all_bits_are_told(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 0.25", "aux y = IF SIN(TIME) = 0.5 THEN 1 ELSE 2");
    expect(on, SD_W939, "this compares to the last bit what need be no whole number");
    lint(on, "euler 0 10 0.25", "aux y = IF n = 3 THEN 1 ELSE 2\naux n = INT(TIME) + 1");
    expect_none(on, SD_W939);
    lint(on, "euler 0 10 0.25", "aux y = IF on = 1 THEN 1 ELSE 2\naux on = TIME > 3.3");
    expect_none(on, SD_W939);
    lint(on, "euler 0 10 0.25", "aux y = IF x = 0 THEN 0 ELSE 1 / x\naux x = SIN(TIME)");
    expect_none(on, SD_W939);
    lint(on, "euler 0 10 0.25", "aux y = IF TIME = 3.25 THEN 1 ELSE 2");
    expect_none(on, SD_W939);
    lint(on, "euler 0 10 0.25", "aux y = IF TIME = 3.3 THEN 1 ELSE 2");
    expect(on, SD_W939, "TIME is never exactly 3.3 when it goes from 0 by 0.25");
    lint(on, "euler 0 10 0.1", "aux y = IF TIME = 0.3 THEN 1 ELSE 2"); /* 3 * 0.1 is above 0.3 */
    expect(on, SD_W939, "TIME is never exactly 0.3 when it goes from 0 by 0.1");
}

static void a_delay_shorter_than_dt_is_told(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "aux y = DELAY(TIME, lag)\naux lag = 0.4");
    expect(on, SD_W941, "a DELAY of 0.4 in 'y' is shorter than DT, 1, and takes that");
    lint(on, "euler 0 10 0.25", "aux y = DELAY(TIME, lag)\naux lag = 0.4");
    expect_none(on, SD_W941);
    lint(on, "euler 0 10 1", "aux y = DELAY(TIME, lag)\naux lag = 1 + TIME");
    expect_none(on, SD_W941);
}

static void a_run_that_fails_is_told_where(void **state)
{
    desk *on = *state;

    lint(on, "euler 0 10 1", "aux y = 1 / (2 - TIME)");
    expect(on, SD_W940, "the run fails: 'y' is infinite at time 2");
    lint(on, "euler 0 1 1", "aux y = 1 / (2 - TIME)");
    expect_none(on, SD_W940);
}

static void the_shipped_model_is_content(void **state)
{
    desk *on = *state;
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");

    lint_file(on, (const char *)file->bytes);
    assert_string_equal(desk_printed(on), "");
    assert_int_equal(found.skipped_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(what_nothing_uses_is_told_but_results_are_not),
        DESK_TEST(one_number_in_several_places_is_told),
        DESK_TEST(constants_written_twice_are_told),
        DESK_TEST(constants_without_units_are_told_where_the_rest_has_some),
        DESK_TEST(names_of_functions_are_told),
        DESK_TEST(a_drain_that_ignores_its_stock_is_told),
        DESK_TEST(a_drain_may_depend_on_its_stock_by_detours),
        DESK_TEST(a_stock_that_falls_below_0_is_told_with_its_least_value),
        DESK_TEST(dt_is_held_against_the_time_constant_of_a_decay),
        DESK_TEST(every_method_has_its_own_limit),
        DESK_TEST(euler_lets_an_even_swing_grow),
        DESK_TEST(hidden_stocks_count_too),
        DESK_TEST(the_time_when_it_is_shortest_is_named),
        DESK_TEST(the_stock_that_carries_the_mode_is_named),
        DESK_TEST(what_is_not_looked_at_is_said),
        DESK_TEST(a_curve_left_behind_is_told_unless_it_has_levelled_off),
        DESK_TEST(comparisons_of_all_bits_are_told),
        DESK_TEST(a_delay_shorter_than_dt_is_told),
        DESK_TEST(a_run_that_fails_is_told_where),
        DESK_TEST(the_shipped_model_is_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
