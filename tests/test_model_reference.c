/* test_model_reference.c - what a name with subscripts means: elements, the equation's own, and every one in turn.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* Two rows, three columns without names; a[row], m[row,col] = row + 10 col, t[col,row], square[row,row]. */
static const char *file_of(desk *on, const char *variables)
{
    return desk_file(
        on, "euler 0 2 1",
        "<dimensions><dim name=\"row\"><elem name=\"top\"/><elem name=\"low end\"/></dim>"
        "<dim name=\"col\" size=\"3\"/><dim name=\"age\"><elem name=\"old\"/></dim></dimensions>\n",
        sd_arena_printf(
            on->arena,
            "%s"
            "<aux name=\"a\"><dimensions><dim name=\"row\"/></dimensions><eqn>2.5 * row</eqn></aux>"
            "<aux name=\"c\"><dimensions><dim name=\"col\"/></dimensions><eqn>7, 11, 13</eqn></aux>"
            "<aux name=\"m\"><dimensions><dim name=\"row\"/><dim name=\"col\"/></dimensions>"
            "<eqn>row + 10 * col</eqn></aux>"
            "<aux name=\"square\"><dimensions><dim name=\"row\"/><dim name=\"row\"/></dimensions>"
            "<eqn>1, 2; 3, 4</eqn></aux>"
            "<aux name=\"s\"><eqn>1</eqn></aux>",
            variables));
}

static const char *scalar(desk *on, const char *equation)
{
    return file_of(on,
                   sd_arena_printf(on->arena, "<aux name=\"x\"><eqn>%s</eqn></aux>\n", equation));
}

static const char *array(desk *on, const char *dimensions, const char *equation)
{
    return file_of(
        on, sd_arena_printf(on->arena,
                            "<aux name=\"x\"><dimensions>%s</dimensions><eqn>%s</eqn></aux>\n",
                            dimensions, equation));
}

static const char row[] = "<dim name=\"row\"/>", both[] = "<dim name=\"row\"/><dim name=\"col\"/>",
                  turned[] = "<dim name=\"col\"/><dim name=\"row\"/>",
                  two_rows[] = "<dim name=\"row\"/><dim name=\"row\"/>";

static void expect_scalar(desk *on, const char *equation, double value)
{
    desk_must_compile(on, scalar(on, equation));
    desk_must_run(on);
    if (desk_value(on, "x", 2) != value)
        fail_msg("'%s' is %.17g, not %.17g", equation, desk_value(on, "x", 2), value);
}

/* Values of x in row-major order. */
static void expect_array(desk *on, const char *dimensions, const char *equation,
                         const double *values, size_t count)
{
    desk_must_compile(on, array(on, dimensions, equation));
    desk_must_run(on);
    const sd_variable *x = sd_model_find(on->model, "x");

    assert_int_equal(x->size, count);
    for (size_t i = 0; i < count; i++) {
        size_t column = sd_trajectory_column(on->trajectory, x->first + i);
        double value = sd_trajectory_value(on->trajectory, 0, column, 0);

        if (value != values[i])
            fail_msg("'%s': %s is %.17g, not %.17g", equation,
                     sd_model_element_name(on->model, x->first + i, on->arena), value, values[i]);
    }
}

#define EXPECT_ARRAY(on, dimensions, equation, values)                                             \
    expect_array(on, dimensions, equation, values, sizeof(values) / sizeof *(values))

/* ---- single elements --------------------------------------------------------------------------------- */

static void an_element_is_found_by_name_or_number(void **state)
{
    desk *on = *state;

    expect_scalar(on, "a[top]", 2.5);
    expect_scalar(on, "a[Low_End]", 5);
    expect_scalar(on, "a[\"low end\"]", 5);
    expect_scalar(on, "a[2]", 5);
    expect_scalar(on, "m[low_end, 3]", 32);
    expect_scalar(on, "m[2,1]", 12);
    expect_scalar(on, "a[row.top]", 2.5);
    expect_scalar(on, "m[row.low_end,col.2] + c[2]", 33);
}

static void elements_are_named_in_row_major_order(void **state)
{
    static const char *const names[] = {"m[top,1]",     "m[top,2]",     "m[top,3]",
                                        "m[low_end,1]", "m[low_end,2]", "m[low_end,3]"};
    desk *on = *state;

    desk_must_read(on, scalar(on, "1"));
    const sd_variable *m = sd_model_find(on->model, "M");

    assert_int_equal(m->size, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(sd_model_element_name(on->model, m->first + i, on->arena), names[i]);
        assert_int_equal(desk_element(on, names[i]), m->first + i);
    }
    assert_int_equal(desk_element(on, "m[LOW END, 2]"), m->first + 4);
}

static void an_element_that_is_not_there_is_told_with_its_neighbour(void **state)
{
    desk *on = *state;
    size_t element;

    desk_must_read(on, scalar(on, "1"));
    assert_int_equal(sd_model_find_element(on->model, "a[tpo]", SD_NOWHERE, &element, on->diag),
                     SD_INVALID);
    assert_int_equal(sd_model_find_element(on->model, "a", SD_NOWHERE, &element, on->diag),
                     SD_INVALID);
    assert_int_equal(sd_model_find_element(on->model, "aa[1]", SD_NOWHERE, &element, on->diag),
                     SD_INVALID);
    assert_int_equal(sd_model_find_element(on->model, "m[top]", SD_NOWHERE, &element, on->diag),
                     SD_INVALID);
    assert_int_equal(sd_model_find_element(on->model, "m[top,1", SD_NOWHERE, &element, on->diag),
                     SD_INVALID);
    assert_string_equal(desk_printed(on),
                        "error[E109]: dimension 'row' has no element 'tpo'\n"
                        "   = help: did you mean 'top'?\n"
                        "error[E109]: 'a' is an array over 'row'\n"
                        "   = help: name one element, for example a[top]\n"
                        "error[E101]: no variable named 'aa'\n"
                        "   = help: did you mean 'a'?\n"
                        "error[E109]: 'm' has 2 dimensions, which 'top' does not match\n"
                        "error[E109]: 'm[top,1' does not end with ']'\n");
}

/* ---- the equation's own ------------------------------------------------------------------------------ */

static void one_equation_serves_all_elements(void **state)
{
    static const double rows[] = {2.5, 5}, m[] = {11, 21, 31, 12, 22, 32}, sum[] = {65.5, 71},
                        turn[] = {11, 12, 21, 22, 31, 32};
    static const double mixed[] = {2.5 * 7, 2.5 * 11, 2.5 * 13, 5 * 7, 5 * 11, 5 * 13},
                        index[] = {1, 2};
    desk *on = *state;

    EXPECT_ARRAY(on, row, "a", rows);
    EXPECT_ARRAY(on, row, "a[row]", rows);
    EXPECT_ARRAY(on, row, "a + SUM(m[row,*])", sum);
    EXPECT_ARRAY(on, row, "row", index);
    EXPECT_ARRAY(on, both, "m", m);
    EXPECT_ARRAY(on, both, "m[row,col]", m);
    EXPECT_ARRAY(on, turned, "m", turn);
    EXPECT_ARRAY(on, both, "a * c", mixed);
}

static void the_same_dimension_twice_is_followed_place_by_place(void **state)
{
    static const double same[] = {1, 2, 3, 4}, first[] = {2.5, 2.5, 5, 5};
    desk *on = *state;

    EXPECT_ARRAY(on, two_rows, "square", same);
    EXPECT_ARRAY(on, two_rows, "square[row,row]", same);
    EXPECT_ARRAY(on, two_rows, "a[row]", first);
}

static void each_element_may_have_its_own_equation(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        file_of(on,
                "<aux name=\"x\"><dimensions><dim name=\"row\"/><dim name=\"col\"/></dimensions>"
                "<eqn>100</eqn><element subscript=\"top, 2\"><eqn>TIME</eqn></element>"
                "<element subscript=\"Low End,3\"><eqn>a[row] + 1</eqn></element></aux>\n"));
    desk_must_run(on);
    assert_true(desk_value(on, "x[top,1]", 2) == 100);
    assert_true(desk_value(on, "x[top,2]", 2) == 2);
    assert_true(desk_value(on, "x[low_end,3]", 2) == 6);
}

static void a_list_gives_the_elements_in_their_order(void **state)
{
    static const double two[] = {4.5, 9}, six[] = {1, 2, 3, 4, 5, 7}, calls[] = {3, 5.5};
    desk *on = *state;

    EXPECT_ARRAY(on, row, "4.5, 9", two);
    EXPECT_ARRAY(on, row, "4.5</eqn><eqn>9", two);
    EXPECT_ARRAY(on, both, "1,2,3;\n4,5,a[2]+2;\n", six);
    EXPECT_ARRAY(on, row, "MAX(1, 3), a[top] + c[1] - MIN(4, 9)", calls);
}

/* ---- every one in turn ------------------------------------------------------------------------------- */

static void reductions_run_over_what_the_wildcards_say(void **state)
{
    desk *on = *state;

    expect_scalar(on, "SUM(a[*])", 7.5);
    expect_scalar(on, "SUM(a)", 7.5);
    expect_scalar(on, "SUM(m)", 129);
    expect_scalar(on, "SUM(m[*,*])", 129);
    expect_scalar(on, "SUM(m[top,*])", 63);
    expect_scalar(on, "SUM(m[*,2])", 43);
    expect_scalar(on, "MEAN(m[*,*])", 21.5);
    expect_scalar(on, "MEAN(a)", 3.75);
    expect_scalar(on, "MIN(m[low_end,*])", 12);
    expect_scalar(on, "MAX(m[*,2])", 22);
    expect_scalar(on, "MAX(c)", 13);
    expect_scalar(on, "MIN(square[*,*])", 1);
    expect_scalar(on, "PROD(c[*])", 1001);
    expect_scalar(on, "PROD(m[2,*])", 12 * 22 * 32);
    expect_scalar(on, "SIZE(m)", 6);
    expect_scalar(on, "SIZE(m[top,*])", 3);
    expect_scalar(on, "SIZE(row) + 10 * SIZE(col)", 32);
    expect_scalar(on, "SUM(a[row])", 7.5);
}

static void arrays_in_one_reduction_run_side_by_side(void **state)
{
    desk *on = *state;

    expect_scalar(on, "SUM(a[*] * m[*,1])", 2.5 * 11 + 5 * 12);
    expect_scalar(on, "SUM(m[*,*] * a[*])", 2.5 * 63 + 5 * 66);
    expect_scalar(on, "SUM(c[*] * m[top,*])", 7 * 11 + 11 * 21 + 13 * 31);
    expect_scalar(on, "SUM(a[low_end] * m[*,1])", 5 * 23);
    expect_scalar(on, "SUM(a[*] * SUM(m[*,1]))", 7.5 * 23);
    expect_scalar(on, "SUM(2 * a + 1)", 17);
    expect_scalar(on, "MAX(SUM(a), MIN(c))", 7.5);
    expect_scalar(on, "SUM(square[*,*] * a[*])", 2.5 * 3 + 5 * 7);
}

static void a_reduction_in_an_array_keeps_the_equation_s_own_place(void **state)
{
    static const double rows[] = {63, 66}, product[] = {2.5 * 63, 5 * 66}, total[] = {7.5, 7.5};
    desk *on = *state;

    EXPECT_ARRAY(on, row, "SUM(m[row,*])", rows);
    EXPECT_ARRAY(on, row, "SUM(a[row] * m[row,*])", product);
    EXPECT_ARRAY(on, row, "SUM(a[*])", total);
    EXPECT_ARRAY(on, row, "SUM(a)", total);
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static void expect_message(desk *on, const char *file, const char *title, const char *under,
                           const char *help)
{
    assert_int_not_equal(desk_read(on, file), SD_OK);
    assert_int_equal(on->diag->errors, 1);
    const sd_message *message = &on->diag->messages.items[0];

    assert_string_equal(message->text, title);
    assert_int_equal(message->span.end - message->span.begin, strlen(under));
    assert_memory_equal(message->span.source->text + message->span.begin, under, strlen(under));
    assert_true(!message->help == !help);
    if (help)
        assert_string_equal(message->help, help);
}

static void every_fault_points_at_its_place(void **state)
{
    static const struct {
        const char *equation, *title, *under, *help;
    } list[] = {
        {"a", "'a' is an array over 'row' and needs a subscript", "a",
         "name one element, or sum over all: SUM(a[*])"},
        {"2 + m", "'m' is an array over 'row' and needs a subscript", "m",
         "name one element, or sum over all: SUM(m[*,*])"},
        {"SUM(a[*]) + a", "'a' is an array over 'row' and needs a subscript", "a",
         "name one element, or sum over all: SUM(a[*])"},
        {"a[tpo]", "dimension 'row' has no element 'tpo'", "tpo", "did you mean 'top'?"},
        {"a[3]", "dimension 'row' has no element '3'", "3", NULL},
        {"a[0]", "dimension 'row' has no element '0'", "0", NULL},
        {"a[1.5]", "dimension 'row' has no element '1.5'", "1.5", NULL},
        {"a[*]", "a wildcard needs SUM, MEAN, MIN, MAX, PROD or SIZE round it", "*", NULL},
        {"a[col]", "'a' has dimension 'row' here, not 'col'", "col", NULL},
        {"a[row]", "'x' has no dimension 'row' of its own", "row",
         "name one element, or sum over all: SUM(a[*])"},
        {"a[top,top]", "'a' has 1 dimension, but 2 subscripts", "a[top,top]", NULL},
        {"m[top]", "'m' has 2 dimensions, but 1 subscript", "m[top]", NULL},
        {"m[1,2,3,1,2]", "too many subscripts", "2", NULL},
        {"s[1]", "'s' is not an array and takes no subscript", "s[1]", NULL},
        {"SUM(s)", "there is nothing to run over here", "s",
         "give an array, with * where it should run over a dimension"},
        {"SIZE(3)", "there is nothing to run over here", "3",
         "give an array, with * where it should run over a dimension"},
        {"row", "'row' is a dimension, not a variable", "row", NULL},
        {"a[]", "']' does not belong here", "]", "expected an element, a dimension, a number or *"},
        {"a[-1]", "'row' has no such element", "-1", "its elements are numbered from 1 to 2"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        expect_message(on, scalar(on, list[i].equation), list[i].title, list[i].under,
                       list[i].help);
    expect_message(on, array(on, row, "m"), "'m' is an array over 'col' and needs a subscript", "m",
                   "name one element, or sum over all: SUM(m[*,*])");
    expect_message(on, array(on, row, "1, 2, 3"), "'x' has 3 equations for 2 elements", " 2",
                   "give one for all elements, or one for each");
    expect_message(on, scalar(on, "1</eqn><eqn>2"), "'x' has 2 equations for 1 element", "2",
                   "keep one of them");
}

static void faults_of_single_elements_are_told(void **state)
{
    static const struct {
        const char *element, *title, *under, *help;
    } list[] = {
        {"<element subscript=\"tip\"><eqn>2</eqn></element>",
         "dimension 'row' has no element 'tip'", "tip", "did you mean 'top'?"},
        {"<element><eqn>2</eqn></element>", "<element> needs a subscript", "<element>", NULL},
        {"<element subscript=\"1,2\"><eqn>2</eqn></element>",
         "'x' has 1 dimension, which '1,2' does not match", "1,2", NULL},
        {"<element subscript=\"top\"><eqn>2</eqn></element>", "'x[low_end]' has no equation",
         "<aux name=\"x\">", "give <eqn> once for all elements, or an <element> for each"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        expect_message(
            on,
            file_of(on, sd_arena_printf(on->arena,
                                        "<aux name=\"x\"><dimensions>%s</dimensions>%s</aux>\n",
                                        row, list[i].element)),
            list[i].title, list[i].under, list[i].help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(an_element_is_found_by_name_or_number),
        DESK_TEST(elements_are_named_in_row_major_order),
        DESK_TEST(an_element_that_is_not_there_is_told_with_its_neighbour),
        DESK_TEST(one_equation_serves_all_elements),
        DESK_TEST(the_same_dimension_twice_is_followed_place_by_place),
        DESK_TEST(each_element_may_have_its_own_equation),
        DESK_TEST(a_list_gives_the_elements_in_their_order),
        DESK_TEST(reductions_run_over_what_the_wildcards_say),
        DESK_TEST(arrays_in_one_reduction_run_side_by_side),
        DESK_TEST(a_reduction_in_an_array_keeps_the_equation_s_own_place),
        DESK_TEST(every_fault_points_at_its_place),
        DESK_TEST(faults_of_single_elements_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
