/* test_model_parser.c - what equations mean: precedence, names, numbers, comments, functions; and what is said
 * about one that means nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* One equation of `x` beside a few other variables; line 4 of the file. */
static const char *file_of(desk *on, const char *equation)
{
    const char *x = desk_variables(on, sd_arena_printf(on->arena, "aux x = %s", equation));

    return desk_file(on, "euler 0 4 1", "",
                     sd_arena_printf(on->arena,
                                     "%s<aux name=\"a\"><eqn>3.5</eqn></aux>"
                                     "<aux name=\"b\"><eqn>-2.25</eqn></aux>"
                                     "<aux name=\"work force\"><eqn>41</eqn></aux>"
                                     "<aux name=\"population\"><eqn>7</eqn></aux>"
                                     "<aux name=\"1st item (new)\"><eqn>19</eqn></aux>"
                                     "<aux name=\"Gr\xC3\xB6\xC3\x9F"
                                     "e\"><eqn>23</eqn></aux>"
                                     "<aux name=\"line\\nbreak\"><eqn>29</eqn></aux>"
                                     "<gf name=\"curve\"><xpts>0,10</xpts><ypts>0,5</ypts></gf>",
                                     x));
}

static double value_of(desk *on, const char *equation)
{
    desk_must_compile(on, file_of(on, equation));
    desk_must_run(on);
    return desk_value(on, "x", 4);
}

typedef struct known {
    const char *equation;
    double value;
} known;

static void expect_values(desk *on, const known *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = value_of(on, list[i].equation);

        /* One rounding of a function is allowed, none of the four operations. */
        if (!is_near(value, list[i].value, 4e-16, 0))
            fail_msg("'%s' is %.17g, not %.17g", list[i].equation, value, list[i].value);
    }
}
#define EXPECT_VALUES(on, list) expect_values((on), (list), sizeof(list) / sizeof *(list))

/* ---- operators --------------------------------------------------------------------------------------- */

static void operators_bind_as_xmile_says(void **state)
{
    static const known list[] = {
        {"2 + 3 * 4", 14},
        {"(2 + 3) * 4", 20},
        {"20 - 8 - 5", 7},
        {"64 / 8 / 2", 4},
        {"64 / 8 * 2", 16},
        {"2 * 3 ^ 2", 18},
        {"-2 ^ 2", -4},
        {"(-2) ^ 2", 4},
        {"2 ^ 3 ^ 2", 512},
        {"(2 ^ 3) ^ 2", 64},
        {"2 ^ -1", 0.5},
        {"2 ^ -2 ^ 2", 0.0625},
        {"-2 ^ -2", -0.25},
        {"2 * -3", -6},
        {"2 - -3", 5},
        {"- - 2", 2},
        {"+2", 2},
        {"3 - +2", 1},
        {"+-+2", -2},
        {"17 MOD 5", 2},
        {"-17 MOD 5", 3},
        {"17 MOD -5", -3},
        {"2 + 17 MOD 5", 4},
        {"2 * 17 MOD 5", 4},
        {"7.5 mod 2", 1.5},
        {"-3 * -a", 10.5},
        {"-a ^ 2", -12.25},
        {"a - b", 5.75},
        {"10 - 2 * 3 + 4", 8},
    };

    EXPECT_VALUES(*state, list);
}

static void comparisons_and_logic_bind_as_xmile_says(void **state)
{
    static const known list[] = {
        {"1 < 2", 1},          {"2 < 1", 0},           {"2 <= 2", 1},
        {"2 >= 3", 0},         {"3 > 2", 1},           {"2 = 2", 1},
        {"2 <> 2", 0},         {"3 > 2 > 1", 0},       {"1 < 2 < 3", 1},
        {"5 = 5 = 1", 1},      {"2 < 3 = 1", 1},       {"1 = 3 > 2", 1},
        {"1 + 1 = 2", 1},      {"NOT 0", 1},           {"NOT 3", 0},
        {"NOT 0 + 1", 2},      {"NOT 1 = 0", 1},       {"NOT NOT 7", 1},
        {"-NOT 0", -1},        {"1 AND 0", 0},         {"2 AND 3", 1},
        {"0 OR 4", 1},         {"0 OR 0", 0},          {"1 OR 0 AND 0", 1},
        {"(1 OR 0) AND 0", 0}, {"1 < 2 AND 3 < 4", 1}, {"0 = 1 OR 2 > 1 AND NOT 0", 1},
        {"1 and 1", 1},        {"0 Or 1", 1},          {"not 0", 1},
        {"0 > -1", 1},
    };

    EXPECT_VALUES(*state, list);
}

static void if_is_loosest_and_may_be_nested(void **state)
{
    static const known list[] = {
        {"IF a > 3 THEN 1 ELSE 2", 1},
        {"if a < 3 then 1 else 2", 2},
        {"IF a > 3 THEN 1 ELSE 2 + 10", 1},
        {"10 + (IF a > 3 THEN 1 ELSE 2)", 11},
        {"10 + IF a > 3 THEN 1 ELSE 2", 11},
        {"IF 0 THEN 1 ELSE IF 0 THEN 2 ELSE 3", 3},
        {"IF 1 THEN IF 0 THEN 4 ELSE 5 ELSE 6", 5},
        {"IF(a > 3) THEN(1) ELSE(2)", 1},
        {"IF a > 3 AND b < 0 THEN a ELSE b", 3.5},
        {"IF b THEN 1 ELSE 2", 1},
        {"-IF 1 THEN 2 ELSE 3", -2},
        {"2 * IF 1 THEN 2 ELSE 3 + 1", 4},
    };

    EXPECT_VALUES(*state, list);
}

/* ---- numbers, names, comments ------------------------------------------------------------------------ */

static void numbers_may_lack_digits_on_one_side_of_the_point(void **state)
{
    static const known list[] = {
        {".5", 0.5},
        {"5.", 5},
        {"1e3", 1000},
        {"1E-3", 0.001},
        {"1.5e+2", 150},
        {".25E1", 2.5},
        {"007", 7},
        {"3.-1.", 2},
        {"0.1 + 0.2", 0.30000000000000004},
        {"123456789.125", 123456789.125},
    };

    EXPECT_VALUES(*state, list);
}

static void names_ignore_case_and_kind_of_separator(void **state)
{
    static const known list[] = {
        {"work_force", 41},
        {"WORK_Force", 41},
        {"\"work force\"", 41},
        {"\"Work\\nForce\"", 41},
        {"\"work__force\"", 41},
        {"work__force", 41},
        {"\"1st item (new)\"", 19},
        {"\"1ST_ITEM_(NEW)\" + 1", 20},
        {"gr\xC3\xB6\xC3\x9F"
         "e",
         23},
        {"line_break", 29},
        {"\"line break\"", 29},
        {"work_force/population", 41.0 / 7},
        {"work\xC2\xA0", 0},
    };

    expect_values(*state, list, sizeof list / sizeof *list - 1);
}

static void comments_and_white_space_mean_nothing(void **state)
{
    static const known list[] = {
        {"{first} 2 + {second} 3 {last}", 5},
        {"2{*3}+4", 6},
        {"  a\t*\t2  ", 7},
        {"{a > b} 1", 1},
        {"2 \xC2\xA0* 3", 6},
    };
    desk *on = *state;

    EXPECT_VALUES(on, list);
    desk_must_compile(on, desk_file(on, "euler 0 4 1", "",
                                    "<aux name=\"x\"><eqn>\n  2\r\n  + 3 \\\n * 4\n</eqn></aux>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x", 0) == 14);
    desk_must_compile(
        on, desk_file(on, "euler 0 4 1", "", "<aux name=\"x\"><eqn><![CDATA[3 > 2]]></eqn></aux>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x", 0) == 1);
}

/* ---- functions --------------------------------------------------------------------------------------- */

static void each_function_gives_its_value(void **state)
{
    static const known list[] = {
        {"ABS(b)", 2.25},
        {"MIN(a, b)", -2.25},
        {"MAX(a, b)", 3.5},
        {"INT(a)", 3},
        {"INT(b)", -3},
        {"ROUND(a)", 4},
        {"ROUND(-2.5)", -3},
        {"ROUND(2.4)", 2},
        {"SAFEDIV(7, 2)", 3.5},
        {"SAFEDIV(7, 0)", 0},
        {"SAFEDIV(7, 0, 9)", 9},
        {"EXP(1)", 2.718281828459045},
        {"LN(10)", 2.302585092994046},
        {"LOG10(1000)", 3},
        {"SQRT(2)", 1.4142135623730951},
        {"SIN(1)", 0.8414709848078965},
        {"COS(1)", 0.5403023058681398},
        {"TAN(1)", 1.5574077246549023},
        {"ARCSIN(0.5)", 0.5235987755982989},
        {"ARCCOS(0.5)", 1.0471975511965979},
        {"ARCTAN(2)", 1.1071487177940904},
        {"SINH(1)", 1.1752011936438014},
        {"COSH(1)", 1.5430806348152437},
        {"TANH(1)", 0.7615941559557649},
        {"PI", 3.141592653589793},
        {"TIME", 4},
        {"DT", 1},
        {"STARTTIME", 0},
        {"STOPTIME", 4},
        {"MIN(INF, 3)", 3},
        {"STEP(2.5, 3)", 2.5},
        {"STEP(2.5, 5)", 0},
        {"RAMP(2, 1)", 6},
        {"RAMP(2, 1, 3)", 4},
        {"RAMP(2, 5)", 0},
        {"LOOKUP(curve, 3)", 1.5},
        {"curve(3)", 1.5},
        {"curve(-3)", 0},
    };

    EXPECT_VALUES(*state, list);
}

static void functions_have_aliases_and_ignore_case(void **state)
{
    static const known list[] = {
        {"max(1, 2)", 2},          {"Smooth(5, 3)", 5},    {"SMTH1(5, 3)", 5},
        {"forecast(5, 3, 2)", 5},  {"FORCST(5, 3, 2)", 5}, {"time", 4},
        {"Pi", 3.141592653589793}, {"Uniform(3, 3)", 3},   {"MAX (1, 2)", 2},
    };

    EXPECT_VALUES(*state, list);
}

static void a_variable_may_be_called_as_a_function_is(void **state)
{
    desk *on = *state;

    desk_simulate(
        on, "euler 0 4 1",
        "aux time = 9\naux step = 2\naux x = step + STEP(1, 0) + time\naux y = Exp\naux exp = 5\n");
    assert_true(desk_value(on, "x", 0) == 12);
    assert_true(desk_value(on, "y", 0) == 5);
}

/* ---- what is said about a faulty equation ------------------------------------------------------------ */

static void expect_message(desk *on, const char *equation, const char *title, size_t column,
                           const char *shown, const char *under)
{
    const char *wanted = sd_arena_printf(on->arena,
                                         "error[%s\n"
                                         "  --> t.xmile:4:%zu\n"
                                         "   |\n"
                                         " 4 | <aux name=\"x\"><eqn>%s</eqn></aux>\n"
                                         "   | %*s%s\n",
                                         title, 20 + column, shown ? shown : equation,
                                         (int)(19 + column), "", under);
    assert_int_not_equal(desk_read(on, file_of(on, equation)), SD_OK);
    assert_string_equal(desk_printed(on), wanted);
}

static void every_fault_points_at_its_place(void **state)
{
    /* The column is counted from 0 in the equation as it stands in the file. */
    static const struct {
        const char *equation, *title;
        size_t column;
        const char *shown, *under;
    } list[] = {
        {"1 +", "E104]: the equation ends too early", 3, NULL,
         "^ help: expected a number, a name or '('"},
        {"(1 + 2", "E104]: the equation ends too early", 6, NULL,
         "^ help: expected ')' or an operator"},
        {"2 3", "E104]: '3' does not belong here", 2, NULL,
         "^ help: expected an operator or the end of the equation"},
        {"2x", "E104]: '2x' does not belong here", 0, NULL,
         "^^ help: expected a number, a name or '('"},
        {"1 ) 2", "E104]: ')' does not belong here", 2, NULL,
         "^ help: expected an operator or the end of the equation"},
        {"3 # 4", "E104]: '#' does not belong here", 2, NULL,
         "^ help: expected an operator or the end of the equation"},
        {"1..2", "E104]: '.2' does not belong here", 2, NULL,
         "^^ help: expected an operator or the end of the equation"},
        {"AND 1", "E104]: 'AND' does not belong here", 0, NULL,
         "^^^ help: expected a number, a name or '('"},
        {"MAX(1", "E104]: the equation ends too early", 5, NULL, "^ help: expected ',' or ')'"},
        {"MAX(1 2)", "E108]: 'MAX' is given 1 argument", 0, NULL, NULL},
        {"IF 1 THEN 2", "E104]: the equation ends too early", 11, NULL, "^ help: expected ELSE"},
        {"IF 1 ELSE 2", "E104]: 'ELSE' does not belong here", 5, NULL, "^^^^ help: expected THEN"},
        {"\"abc", "E104]: this '\"' is never closed", 0, NULL, "^^^^ help: close the name with \""},
        {"1 + {abc", "E104]: this '{' is never closed", 4, NULL,
         "^^^^ help: close the comment with }"},
        {"popluation", "E101]: no variable named 'popluation'", 0, NULL,
         "^^^^^^^^^^ help: did you mean 'population'?"},
        {"zzz * 2", "E101]: no variable named 'zzz'", 0, NULL, "^^^"},
        {"EXPP(2)", "E101]: no function named 'EXPP'", 0, NULL, "^^^^ help: did you mean 'EXP'?"},
        {"REBOOT(a)", "E114]: the function 'REBOOT' is not supported yet", 0, NULL, "^^^^^^"},
        {"SMTH1(3)", "E108]: 'SMTH1' is given 1 argument", 0, NULL,
         "^^^^^ help: it is called SMTH1(input, time[, initial])"},
        {"2 + MAX(1, 2, 3)", "E108]: 'MAX' is given 3 arguments", 4, NULL,
         "^^^ help: it is called MAX(a, b) or MAX(array[, b])"},
        {"3 * SQRT", "E108]: the function 'SQRT' needs its arguments", 4, NULL,
         "^^^^ help: it is called SQRT(a)"},
        {"other.name", "E101]: no variable named 'other.name'", 0, NULL, "^^^^^^^^^^"},
        {"1 + .\"other one\" * 2", "E101]: no variable named '.\"other_one\"'", 4, NULL,
         "^^^^^^^^^^^^"},
        {"population[2]", "E109]: 'population' is not an array and takes no subscript", 0, NULL,
         "^^^^^^^^^^^^^"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i].under)
            expect_message(on, list[i].equation, list[i].title, list[i].column, list[i].shown,
                           list[i].under);
}

static void carets_stand_right_behind_entities(void **state)
{
    desk *on = *state;

    expect_message(on, "a > ", "E104]: the equation ends too early", 7, "a &gt; ",
                   "^ help: expected a number, a name or '('");
    expect_message(on, "a < b >", "E104]: the equation ends too early", 13, "a &lt; b &gt;",
                   "^ help: expected a number, a name or '('");
    expect_message(on, "a > > 3", "E104]: '>' does not belong here", 7, "a &gt; &gt; 3",
                   "^^^^ help: expected a number, a name or '('");
    expect_message(on, "a <> zzz", "E101]: no variable named 'zzz'", 11, "a &lt;&gt; zzz", "^^^");
}

static void carets_stand_right_on_later_lines_and_behind_wide_letters(void **state)
{
    desk *on = *state;

    assert_int_equal(desk_read(on, desk_file(on, "euler 0 4 1", "",
                                             "<aux name=\"x\"><eqn>\n  1 +\n  \"Gr\xC3\xB6\xC3\x9F"
                                             "e\" * y\n</eqn></aux>"
                                             "<aux name=\"Gr\xC3\xB6\xC3\x9F"
                                             "e\"><eqn>1</eqn></aux>")),
                     SD_INVALID);
    assert_string_equal(desk_printed(on), "error[E101]: no variable named 'y'\n"
                                          "  --> t.xmile:6:13\n"
                                          "   |\n"
                                          " 6 |   \"Gr\xC3\xB6\xC3\x9F"
                                          "e\" * y\n"
                                          "   |             ^\n");
}

static void only_the_first_fault_of_an_equation_is_told_but_one_of_each(void **state)
{
    desk *on = *state;

    assert_int_equal(
        desk_read(
            on, desk_file(on, "euler 0 4 1", "",
                          desk_variables(on, "aux x = foo + bar(1) +\naux y = 3 3\naux z = 1\n"))),
        SD_INVALID);
    assert_int_equal(on->diag->errors, 2);
    assert_string_equal(on->diag->messages.items[0].text, "no variable named 'foo'");
    assert_string_equal(on->diag->messages.items[1].text, "'3' does not belong here");
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static const char *repeated(desk *on, const char *before, const char *part, const char *after,
                            size_t count)
{
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "%s", before);
    for (size_t i = 0; i < count; i++)
        sd_text_printf(&text, "%s", part);
    sd_text_printf(&text, "%s", after);
    return text.bytes;
}

static void deep_nesting_is_refused_before_it_can_hurt(void **state)
{
    desk *on = *state;
    const char *open = repeated(on, "", "(", "1", 400);

    assert_true(value_of(on, repeated(on, open, ")", "", 400)) == 1);
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "", "(", "1", 100000))), SD_LIMIT);
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text,
                        "the equation is nested deeper than 500 levels");
    assert_string_equal(on->diag->messages.items[0].help, "split it over several auxiliaries");
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "", "-", "1", 100000))), SD_LIMIT);
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "", "ABS(", "1", 100000))), SD_LIMIT);
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "", "IF 1 THEN ", "1", 100000))),
                     SD_LIMIT);
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "", "2^", "1", 100000))), SD_LIMIT);
}

static void a_long_sum_is_fine_and_an_endless_one_refused(void **state)
{
    desk *on = *state;

    assert_true(value_of(on, repeated(on, "1", "+a", "", 4000)) == 1 + 4000 * 3.5);
    assert_int_equal(desk_read(on, file_of(on, repeated(on, "1", "+a", "", 100000))), SD_LIMIT);
    assert_string_equal(on->diag->messages.items[0].text, "the equation has too many terms");
    assert_string_equal(on->diag->messages.items[0].help, "split it over several auxiliaries");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(operators_bind_as_xmile_says),
        DESK_TEST(comparisons_and_logic_bind_as_xmile_says),
        DESK_TEST(if_is_loosest_and_may_be_nested),
        DESK_TEST(numbers_may_lack_digits_on_one_side_of_the_point),
        DESK_TEST(names_ignore_case_and_kind_of_separator),
        DESK_TEST(comments_and_white_space_mean_nothing),
        DESK_TEST(each_function_gives_its_value),
        DESK_TEST(functions_have_aliases_and_ignore_case),
        DESK_TEST(a_variable_may_be_called_as_a_function_is),
        DESK_TEST(every_fault_points_at_its_place),
        DESK_TEST(carets_stand_right_behind_entities),
        DESK_TEST(carets_stand_right_on_later_lines_and_behind_wide_letters),
        DESK_TEST(only_the_first_fault_of_an_equation_is_told_but_one_of_each),
        DESK_TEST(deep_nesting_is_refused_before_it_can_hurt),
        DESK_TEST(a_long_sum_is_fine_and_an_endless_one_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
