/* test_model_macro.c - functions that a file defines itself: against the built-in ones that they imitate, bit for bit,
 * and against closed solutions; what each call owns, what it sees, and what is refused.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* The standard's example of a macro with a stock, 4.8.2. */
static const char lag[] =
    "<macro name=\"LAG\"><parm>input</parm><parm>averaging_time</parm>"
    "<parm default=\"input\">initial</parm><eqn>Smooth_of_Input</eqn><variables>"
    "<stock name=\"Smooth_of_Input\"><eqn>initial</eqn><inflow>change_in_smooth</inflow></stock>"
    "<flow name=\"change_in_smooth\"><eqn>(input - Smooth_of_Input)/averaging_time</eqn></flow>"
    "</variables></macro>\n";

#define RULE(name, parameters, equation)                                                           \
    "<macro name=\"" name "\">" parameters "<eqn>" equation "</eqn></macro>\n"
#define P(name) "<parm>" name "</parm>"

static void simulate(desk *on, const char *specs, const char *more, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, more, desk_variables(on, lines)));
    desk_must_run(on);
}

/* ---- what runs --------------------------------------------------------------------------------------- */

static void a_smooth_written_as_a_macro_is_the_built_in_one_to_the_bit(void **state)
{
    static const char *const specs[] = {"euler 0 12 0.125", "euler 0 12 0.25", "rk4 0 12 0.125",
                                        "rk4 0 12 0.25"};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        simulate(on, specs[i], lag,
                 "aux x = STEP(4.5, 3) + RAMP(0.2, 5)\n"
                 "aux mine = LAG(x, 2.3)\naux theirs = SMTH1(x, 2.3)\n"
                 "aux my_chain = LAG(LAG(x + 1, 0.7), 1.9, 3.25)\n"
                 "aux their_chain = SMTH1(SMTH1(x + 1, 0.7), 1.9, 3.25)\n");
        for (int n = 0; n <= 48; n++) {
            double time = 0.25 * n;

            assert_near(desk_value(on, "mine", time), desk_value(on, "theirs", time), 0);
            assert_near(desk_value(on, "my_chain", time), desk_value(on, "their_chain", time), 0);
        }
    }
}

/* n steps of Euler leave (1 - dt / T)^n of the gap; 32 roundings: 1e-14. */
static void each_call_has_stocks_of_its_own(void **state)
{
    desk *on = *state;

    simulate(on, "euler 0 8 0.25", lag,
             "aux both = LAG(5, 2, 1) + 100 * LAG(5, 4, 2)\naux again = LAG(5, 2, 3)\n");
    assert_near(desk_value(on, "both.LAG", 8), 5 - 4 * pow(0.875, 32), 1e-14);
    assert_near(desk_value(on, "both.LAG_2", 8), 5 - 3 * pow(0.9375, 32), 1e-14);
    assert_near(desk_value(on, "again.LAG.Smooth_of_Input", 8), 5 - 2 * pow(0.875, 32), 1e-14);
    assert_near(desk_value(on, "both", 8),
                desk_value(on, "both.LAG", 8) + 100 * desk_value(on, "both.LAG_2", 8), 0);
}

static void macros_are_chosen_by_name_and_number_of_arguments(void **state)
{
    desk *on = *state;

    simulate(
        on, "euler 0 1 1",
        RULE("LOG", P("x") P("base"), "LN(x)/LN(base)") RULE("double it", P("x"), "x * 2") RULE(
            "Double_It", P("x") P("times"), "DOUBLE_IT(x) * times") RULE("ABS", P("x"), "-x")
            RULE("TWO", "", "2") "<macro name=\"M\" namespace=\"mine\"><parm>x</parm>"
                                 "<parm default=\"x + 1\">y</parm><parm default=\"x * y\">z</parm>"
                                 "<eqn>x + 10 * y + 100 * z</eqn></macro>",
        "aux a = LOG(8, 2)\naux b = double_it(3)\naux c = DOUBLE_IT(3, 5)\naux d = ABS(3)\n"
        "aux e = TWO()\naux f = M(2)\naux g = mine.m(2, 7)\naux h = M(2, 7, 1)\n"
        "aux i = std.ABS(-3)\n");
    assert_near(desk_value(on, "a", 0), 3, 1e-15);
    assert_near(desk_value(on, "b", 0), 6, 0);
    assert_near(desk_value(on, "c", 0), 30, 0);
    assert_near(desk_value(on, "d", 0), -3, 0); /* the file's own one, not the built-in */
    assert_near(desk_value(on, "e", 0), 2, 0);
    assert_near(desk_value(on, "f", 0), 2 + 30 + 600, 0);
    assert_near(desk_value(on, "g", 0), 2 + 70 + 1400, 0);
    assert_near(desk_value(on, "h", 0), 2 + 70 + 100, 0);
    assert_near(desk_value(on, "i", 0), 3, 0);
}

static void a_macro_sees_its_own_names_only(void **state)
{
    desk *on = *state;

    simulate(on, "euler 0 3 1",
             "<macro name=\"M\"><parm>x</parm><eqn>y + TIME</eqn><variables>"
             "<aux name=\"y\"><eqn>x * 10</eqn></aux></variables></macro>\n",
             "aux x = 1\naux y = 2\naux z = M(y) + y\n");
    assert_near(desk_value(on, "z", 3), 25, 0);
}

static void an_argument_is_worked_out_once(void **state)
{
    desk *on = *state;

    simulate(on, "euler 0 9 1", RULE("GAP", P("x"), "x - x") RULE("TWICE", P("x"), "x + x"),
             "aux gap = GAP(RANDOM(0, 1))\naux twice = TWICE(1 + RANDOM(0, 1))\n");
    for (int n = 0; n < 10; n++) {
        assert_near(desk_value(on, "gap", n), 0, 0);
        assert_near(desk_value(on, "twice", n), 2 * desk_value(on, "twice.TWICE.x", n), 0);
    }
    assert_true(desk_value(on, "twice", 1) != desk_value(on, "twice", 2));
}

static void graphical_functions_pass_as_arguments(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        desk_file(on, "euler 0 3 1",
                  RULE("AT", P("g") P("x"),
                       "g(x) + LOOKUP(g, 2 * x)") "<macro name=\"BENT\"><parm>x</parm><eqn>y + "
                                                  "curve(x)</eqn><variables>"
                                                  "<aux name=\"y\"><eqn>x</eqn><gf><xscale "
                                                  "min=\"0\" max=\"4\"/>"
                                                  "<ypts>0,40</ypts></gf></aux><gf "
                                                  "name=\"curve\"><xscale min=\"0\" max=\"4\"/>"
                                                  "<ypts>0,4000</ypts></gf></variables></macro>",
                  "<gf name=\"line\"><xscale min=\"0\" max=\"10\"/><ypts>0,30</ypts></gf>"
                  "<aux name=\"a\"><eqn>AT(line, 1.5)</eqn></aux>"
                  "<aux name=\"b\"><eqn>BENT(2)</eqn></aux>"));
    desk_must_run(on);
    assert_near(desk_value(on, "a", 0), 13.5, 1e-15);
    assert_near(desk_value(on, "b", 0), 2020, 0);
}

/* ---- arrays ------------------------------------------------------------------------------------------ */

static const char dimensions[] =
    "<dimensions><dim name=\"R\"><elem name=\"n\"/><elem name=\"s\"/></dim>"
    "<dim name=\"C\"><elem name=\"a\"/><elem name=\"b\"/><elem name=\"c\"/></dim></dimensions>\n";

static void run_arrays(desk *on, const char *more, const char *variables)
{
    desk_must_compile(on, desk_file(on, "euler 0 4 0.5",
                                    sd_arena_printf(on->arena, "%s%s%s", dimensions, lag, more),
                                    variables));
    desk_must_run(on);
}

#define OVER(dims, name, equation)                                                                 \
    "<aux name=\"" name "\"><dimensions>" dims "</dimensions><eqn>" equation "</eqn></aux>"
#define DIM(name) "<dim name=\"" name "\"/>"

static void a_call_for_all_elements_has_a_stock_for_each(void **state)
{
    desk *on = *state;

    run_arrays(on, "",
               OVER(DIM("R"), "x", "10 * R") OVER(DIM("R"), "y", "LAG(x, R, 0)")
                   OVER(DIM("R"), "z",
                        "LAG(x[n], 2, x[R])") "<aux name=\"one\"><eqn>LAG(x[s], 2, 0)</eqn></aux>");
    assert_near(desk_value(on, "y[n]", 4), 10 - 10 * pow(0.5, 8), 1e-14);
    assert_near(desk_value(on, "y[s]", 4), 20 - 20 * pow(0.75, 8), 1e-14);
    assert_near(desk_value(on, "z[s]", 4), 10 + 10 * pow(0.75, 8), 1e-14);
    assert_near(desk_value(on, "one", 4), 20 - 20 * pow(0.75, 8), 1e-14);
    assert_int_equal(sd_model_find(on->model, "y.LAG.Smooth_of_Input")->size, 2);
}

static void a_call_in_one_element_s_equation_is_for_that_element_alone(void **state)
{
    desk *on = *state;

    run_arrays(
        on, "",
        OVER(DIM("R"), "x",
             "10 * R") "<aux name=\"y\"><dimensions><dim name=\"R\"/></dimensions>"
                       "<element subscript=\"n\"><eqn>1</eqn></element>"
                       "<element subscript=\"s\"><eqn>LAG(x[R] + 0, 2, 0)</eqn></element></aux>");
    assert_near(desk_value(on, "y[s]", 4), 20 - 20 * pow(0.75, 8), 1e-14);
    assert_int_equal(sd_model_find(on->model, "y.LAG")->size, 1);
}

static void a_call_in_a_sum_has_an_instance_for_each_term(void **state)
{
    desk *on = *state;

    run_arrays(
        on, RULE("SQUARE", P("x"), "x * x"),
        OVER(DIM("R") DIM("C"), "x", "10 * R + C") OVER(DIM("C"), "w", "C") OVER(
            DIM("R"), "y",
            "SUM(SQUARE(x[R, *] - 1) * w[*])") "<aux name=\"all\"><eqn>SUM(LAG(x[*, *], 2, 0)) + "
                                               "SUM(w[*] * SQUARE(3))"
                                               "</eqn></aux><aux "
                                               "name=\"inner\"><eqn>SQUARE(SUM(w))</eqn></aux>");
    /* Terms (10 r + c - 1)^2 c, c from 1 to 3. */
    assert_near(desk_value(on, "y[n]", 0), 100 + 242 + 432, 0);
    assert_near(desk_value(on, "y[s]", 0), 400 + 882 + 1452, 0);
    assert_near(desk_value(on, "all", 4), (90 + 2 * 6) * (1 - pow(0.75, 8)) + 54, 1e-14);
    assert_near(desk_value(on, "inner", 0), 36, 0);
    assert_int_equal(sd_model_find(on->model, "all.LAG.Smooth_of_Input")->size, 6);
    assert_int_equal(sd_model_find(on->model, "y.SQUARE")->size, 6);
    assert_int_equal(sd_model_find(on->model, "all.SQUARE")->size, 1);
}

static void modules_may_call_macros(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "euler 0 4 0.5",
                      sd_arena_printf(on->arena,
                                      "%s<model name=\"m\"><variables><aux name=\"k\"/>"
                                      "<aux name=\"y\"><eqn>LAG(k * 2, 2, 0)</eqn></aux>"
                                      "</variables></model>",
                                      lag),
                      "<aux name=\"k\"><eqn>3</eqn></aux><aux name=\"j\"><eqn>5</eqn></aux>"
                      "<module name=\"m\"><connect to=\"k\" from=\".k\"/></module>"
                      "<module name=\"n\" model_name=\"m\"><connect to=\"k\" from=\"j\"/>"
                      "</module>"));
    desk_must_run(on);
    assert_near(desk_value(on, "m.y", 4), 6 - 6 * pow(0.75, 8), 1e-14);
    assert_near(desk_value(on, "n.y.LAG.Smooth_of_Input", 4), 10 - 10 * pow(0.75, 8), 1e-14);
}

/* ---- units ------------------------------------------------------------------------------------------- */

/* Units that are the name of a parameter stand for those of the argument, which differ from call to call. */
static void units_named_after_a_parameter_are_not_compared(void **state)
{
    desk *on = *state;
    sd_units_report report;

    desk_must_read(on, desk_file(on, "euler 0 1 1",
                                 "<macro name=\"M\"><parm>input</parm><eqn>y</eqn><variables>"
                                 "<aux name=\"y\"><eqn>input</eqn><units>input</units></aux>"
                                 "</variables></macro>",
                                 "<aux name=\"a\"><eqn>2</eqn><units>day</units></aux>"
                                 "<aux name=\"b\"><eqn>M(a)</eqn><units>day</units></aux>"));
    assert_int_equal(sd_model_check_units(on->model, on->arena, &report, on->diag), SD_OK);
    assert_int_equal(on->diag->errors, 0);
}

/* ---- what is refused --------------------------------------------------------------------------------- */

/* The macros stand on line 3, the variables from line 4 on. */
static void expect(desk *on, const char *more, const char *lines, sd_status status,
                   const char *text)
{
    assert_int_equal(desk_read(on, desk_file(on, "euler 0 2 1", more, desk_variables(on, lines))),
                     status);
    if (!strstr(desk_printed(on), text))
        fail_msg("'%s' is not in:\n%s", text, desk_printed(on));
}

static void faults_of_macros_are_told_where_they_are(void **state)
{
    desk *on = *state;

    expect(on, RULE("M", P("x"), "x"), "aux a = 1 + M(1, 2)\n", SD_INVALID,
           "error[E108]: macro 'M' is given 2 arguments\n  --> t.xmile:5:24\n");
    expect(on, lag, "aux a = LAG(1)\n", SD_INVALID,
           "it is called LAG(input, averaging_time[, initial])");
    expect(on, "<macro name=\"M\"><parm>x</parm></macro>\n", "aux a = 1\n", SD_SYNTAX,
           "error[E120]: macro 'M' has no <eqn>\n  --> t.xmile:3:1\n");
    expect(on, "<macro><eqn>1</eqn></macro>\n", "aux a = 1\n", SD_SYNTAX,
           "error[E304]: <macro> needs a name\n");
    expect(on, RULE("M", P("x") P("X"), "x"), "aux a = 1\n", SD_INVALID,
           "error[E102]: macro 'M' has two parameters 'X'\n  --> t.xmile:3:37\n");
    expect(on, RULE("M", "<parm default=\"1\">x</parm>" P("y"), "x"), "aux a = 1\n", SD_SYNTAX,
           "error[E120]: parameter 'y' of macro 'M' follows one with a default and has none\n"
           "  --> t.xmile:3:49\n");
    expect(on, RULE("M", P("x"), "x") RULE("m", P("y"), "y"), "aux a = 1\n", SD_INVALID,
           "error[E102]: two macros 'm' take the same number of arguments\n");
    expect(on,
           "<macro name=\"M\"><parm>x</parm><eqn>x</eqn><sim_specs><stop>x</stop></sim_specs>"
           "</macro>\n",
           "aux a = 1\n", SD_UNSUPPORTED,
           "error[E114]: macro 'M' wants to run apart, with <sim_specs> of its own\n"
           "  --> t.xmile:3:43\n");
    expect(on,
           "<macro name=\"M\"><parm>x</parm><eqn>x</eqn><variables><module name=\"m\"/></variables>"
           "</macro>\n",
           "aux a = M(1)\n", SD_UNSUPPORTED, "error[E114]: <module> is not supported yet\n");
    expect(on, RULE("M", "<parm default=\"1 +\">x</parm>", "x"), "aux a = M()\n", SD_SYNTAX,
           "error[E104]: the equation ends too early\n  --> t.xmile:3:35\n");
}

static void faults_inside_macros_name_the_caller(void **state)
{
    desk *on = *state;

    expect(on, RULE("M", P("x"), "x * population"), "aux population = 3\naux a = M(1) + M(2)\n",
           SD_INVALID,
           "error[E101]: no variable named 'population'\n"
           "  --> t.xmile:3:40\n"
           "   |\n"
           " 3 | <macro name=\"M\"><parm>x</parm><eqn>x * population</eqn></macro>\n"
           "   |                                        ^^^^^^^^^^\n"
           "   = help: a macro sees its parameters and its own variables only; in macro 'M', "
           "called by "
           "'a' in line 6\n");
    assert_int_equal(on->diag->errors, 1);
    expect(on, RULE("M", P("length"), "lenght"), "aux a = M(1)\n", SD_INVALID,
           "did you mean 'length'?");
    /* In a run the name says whose call it is. */
    desk_must_compile(on, desk_file(on, "euler 0 2 1", RULE("M", P("x"), "1 / x"),
                                    desk_variables(on, "aux z = 1 - TIME\naux a = M(z)\n")));
    desk_request(on);
    assert_int_equal(desk_run(on), SD_NONFINITE);
    assert_non_null(strstr(desk_printed(on), "'a.M'"));
    assert_non_null(strstr(desk_printed(on), "t.xmile:3:36"));
}

static void macros_that_call_themselves_are_refused(void **state)
{
    desk *on = *state;

    expect(on, RULE("FACT", P("x"), "IF x = 1 THEN 1 ELSE x * FACT(x - 1)"), "aux a = FACT(3)\n",
           SD_INVALID, "error[E119]: a macro calls itself: FACT -> FACT\n  --> t.xmile:3:64\n");
    expect(on, RULE("F", P("x"), "G(x)") RULE("G", P("x"), "F(x)"), "aux a = F(3)\n", SD_INVALID,
           "error[E119]: a macro calls itself: F -> G -> F\n");
}

/* Each calls the one before twice: 2^30 instances. */
static void calls_without_bound_are_refused(void **state)
{
    desk *on = *state;
    sd_text macros = sd_text_new(on->arena);

    sd_text_printf(&macros, RULE("m0", P("x"), "x + 1"));
    for (int i = 1; i <= 30; i++)
        sd_text_printf(&macros, RULE("m%d", P("x"), "m%d(x) + m%d(x + 1)"), i, i - 1, i - 1);
    expect(on, macros.bytes, "aux a = m30(1)\n", SD_LIMIT,
           "error[E113]: with all calls of macros written out, the model is too large\n");
}

static void calls_nested_without_bound_are_refused(void **state)
{
    desk *on = *state;
    sd_text macros = sd_text_new(on->arena);

    sd_text_printf(&macros, RULE("m0", P("x"), "x + 1"));
    for (int i = 1; i <= 5000; i++)
        sd_text_printf(&macros, RULE("m%d", P("x"), "m%d(x)"), i, i - 1);
    expect(on, macros.bytes, "aux a = m5000(1)\n", SD_LIMIT,
           "error[E113]: modules and macros are nested too deep\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_smooth_written_as_a_macro_is_the_built_in_one_to_the_bit),
        DESK_TEST(each_call_has_stocks_of_its_own),
        DESK_TEST(macros_are_chosen_by_name_and_number_of_arguments),
        DESK_TEST(a_macro_sees_its_own_names_only),
        DESK_TEST(an_argument_is_worked_out_once),
        DESK_TEST(graphical_functions_pass_as_arguments),
        DESK_TEST(a_call_for_all_elements_has_a_stock_for_each),
        DESK_TEST(a_call_in_one_element_s_equation_is_for_that_element_alone),
        DESK_TEST(a_call_in_a_sum_has_an_instance_for_each_term),
        DESK_TEST(modules_may_call_macros),
        DESK_TEST(units_named_after_a_parameter_are_not_compared),
        DESK_TEST(faults_of_macros_are_told_where_they_are),
        DESK_TEST(faults_inside_macros_name_the_caller),
        DESK_TEST(macros_that_call_themselves_are_refused),
        DESK_TEST(calls_without_bound_are_refused),
        DESK_TEST(calls_nested_without_bound_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
