/* test_model_graphical.c - graphical functions: reading their points, and their value between and beyond them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const char *file_of(desk *on, const char *gf)
{
    return desk_file(on, "euler 0 10 0.5", "",
                     sd_arena_printf(on->arena, "<aux name=\"x\"><eqn>TIME</eqn>%s</aux>", gf));
}

static const sd_gf *read_gf(desk *on, const char *gf)
{
    desk_must_read(on, file_of(on, gf));
    return on->model->variables[0]->gfs[0];
}

/* ---- values ------------------------------------------------------------------------------------------ */

static const double points_x[] = {-1.5, 0, 2, 2.5, 7}, points_y[] = {4, 3, 7.25, -1, 0.5};

static sd_gf gf_of(sd_gf_kind kind)
{
    return (sd_gf){.kind = kind, .count = 5, .x = points_x, .y = points_y};
}

static void every_kind_goes_through_its_points(void **state)
{
    (void)state;
    for (int kind = SD_GF_CONTINUOUS; kind <= SD_GF_DISCRETE; kind++) {
        sd_gf gf = gf_of((sd_gf_kind)kind);

        for (size_t i = 0; i < 5; i++)
            assert_near(sd_gf_at(&gf, points_x[i]), points_y[i], 1e-15);
    }
}

static void between_points_it_is_linear_or_holds_the_last(void **state)
{
    sd_gf linear = gf_of(SD_GF_CONTINUOUS), steps = gf_of(SD_GF_DISCRETE);

    (void)state;
    assert_near(sd_gf_at(&linear, -0.75), 3.5, 1e-15);
    assert_near(sd_gf_at(&linear, 0.5), 3 + 0.25 * 4.25, 1e-15);
    assert_near(sd_gf_at(&linear, 2.25), 3.125, 1e-15);
    assert_near(sd_gf_at(&linear, 4.75), -0.25, 1e-15);
    assert_true(sd_gf_at(&steps, 1.999) == 3);
    assert_true(sd_gf_at(&steps, 2.499) == 7.25);
    assert_true(sd_gf_at(&steps, 6.999) == -1);
}

static void beyond_its_ends_it_stays_or_goes_on(void **state)
{
    sd_gf linear = gf_of(SD_GF_CONTINUOUS), on = gf_of(SD_GF_EXTRAPOLATE),
          steps = gf_of(SD_GF_DISCRETE);

    (void)state;
    assert_true(sd_gf_at(&linear, -1e300) == 4);
    assert_true(sd_gf_at(&linear, 1e300) == 0.5);
    assert_true(sd_gf_at(&linear, -(double)INFINITY) == 4);
    assert_true(sd_gf_at(&linear, (double)INFINITY) == 0.5);
    assert_true(sd_gf_at(&steps, -2) == 4);
    assert_true(sd_gf_at(&steps, 8) == 0.5);
    assert_near(sd_gf_at(&on, -4.5), 6, 1e-15);
    assert_near(sd_gf_at(&on, 10), 1.5, 1e-15);
    assert_true(isnan(sd_gf_at(&linear, (double)NAN)));
    assert_true(isnan(sd_gf_at(&steps, (double)NAN)));
    assert_true(isnan(sd_gf_at(&on, (double)NAN)));
}

static void many_points_are_found_by_halving(void **state)
{
    enum { COUNT = 1001 };
    static double x[COUNT], y[COUNT];
    sd_gf gf = {.kind = SD_GF_CONTINUOUS, .count = COUNT, .x = x, .y = y};

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        x[i] = i * 0.37;
        y[i] = i * (double)i;
    }
    for (int i = 0; i < COUNT - 1; i++)
        assert_near(sd_gf_at(&gf, (x[i] + x[i + 1]) / 2), (y[i] + y[i + 1]) / 2, 1e-12);
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static void points_come_from_lists_or_from_a_scale(void **state)
{
    desk *on = *state;
    const sd_gf *gf = read_gf(on, "<gf><xpts>0, 1.5,\n 4</xpts><ypts>2,-3,.5</ypts></gf>");

    assert_int_equal(gf->kind, SD_GF_CONTINUOUS);
    assert_int_equal(gf->count, 3);
    assert_true(gf->x[1] == 1.5 && gf->x[2] == 4 && gf->y[0] == 2 && gf->y[1] == -3 &&
                gf->y[2] == 0.5);
    gf = read_gf(
        on, "<gf type=\"Extrapolate\"><xscale min=\"-1\" max=\"2\"/><yscale min=\"0\" max=\"9\"/>"
            "<ypts>1,2,3,5</ypts></gf>");
    assert_int_equal(gf->kind, SD_GF_EXTRAPOLATE);
    assert_true(gf->x[0] == -1 && gf->x[1] == 0 && gf->x[2] == 1 && gf->x[3] == 2);
    gf = read_gf(
        on,
        "<gf type=\"discrete\"><xpts sep=\";\">0;1;2</xpts><ypts sep=\"|\">1|1e3|-2</ypts></gf>");
    assert_int_equal(gf->kind, SD_GF_DISCRETE);
    assert_true(gf->y[1] == 1000);
}

static void a_variable_with_both_passes_its_equation_through(void **state)
{
    desk *on = *state;

    desk_must_compile(on, file_of(on, "<gf><xpts>0,4,8</xpts><ypts>1,3,-1</ypts></gf>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x", 0) == 1);
    assert_true(desk_value(on, "x", 2) == 2);
    assert_true(desk_value(on, "x", 7) == 0);
    assert_true(desk_value(on, "x", 10) == -1);
}

static void a_table_may_be_a_variable_of_its_own(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "rk4 0 10 0.5", "",
                      "<gf name=\"first table\"><xpts>0,10</xpts><ypts>0,5</ypts></gf>"
                      "<aux name=\"second\"><gf><xpts>0,10</xpts><ypts>1,0</ypts></gf></aux>"
                      "<aux name=\"x\"><eqn>first_table(TIME) + LOOKUP(second, TIME)</eqn></aux>"
                      "<stock name=\"S\"><eqn>0</eqn><inflow>f</inflow></stock>"
                      "<flow name=\"f\"><eqn>First_Table(2 * TIME)</eqn></flow>"));
    desk_must_run(on);
    assert_near(desk_value(on, "x", 4), 2.6, 1e-15);
    assert_near(desk_value(on, "S", 5), 12.5, 1e-14);
    assert_near(desk_value(on, "S", 10), 37.5, 1e-14);
}

static void elements_may_have_tables_of_their_own(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        desk_file(on, "euler 0 10 0.5", "<dimensions><dim name=\"d\" size=\"2\"/></dimensions>\n",
                  "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions>"
                  "<element subscript=\"1\"><eqn>TIME</eqn>"
                  "<gf><xpts>0,10</xpts><ypts>0,5</ypts></gf></element>"
                  "<element subscript=\"2\"><eqn>TIME</eqn></element></aux>"
                  "<aux name=\"y\"><dimensions><dim name=\"d\"/></dimensions><eqn>TIME + d</eqn>"
                  "<gf><xpts>0,10</xpts><ypts>10,0</ypts></gf></aux>"));
    desk_must_run(on);
    assert_true(desk_value(on, "x[1]", 4) == 2);
    assert_true(desk_value(on, "x[2]", 4) == 4);
    assert_true(desk_value(on, "y[1]", 4) == 5);
    assert_true(desk_value(on, "y[2]", 4) == 4);
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static void every_fault_points_at_its_place(void **state)
{
    static const struct {
        const char *gf, *title, *under; /* the caret stands under the first `under` */
        const char *help;
    } list[] = {
        {"<gf><xpts>0,1,1</xpts><ypts>1,2,3</ypts></gf>",
         "the x values must rise, but 1 is followed by 1", "0,1,1",
         "sort the points by x, without repeats"},
        {"<gf><xpts>0,2,1.5</xpts><ypts>1,2,3</ypts></gf>",
         "the x values must rise, but 2 is followed by 1.5", "0,2,1.5",
         "sort the points by x, without repeats"},
        {"<gf><xpts>0,1</xpts><ypts>1,2,3</ypts></gf>",
         "the graphical function has 2 x and 3 y values", "0,1", "give as many y as x"},
        {"<gf><xpts>0,b7</xpts><ypts>1,2</ypts></gf>", "a point must be a number", "b7",
         "write numbers separated by ','"},
        {"<gf><xpts>0,1</xpts><ypts sep=\";\">1;x</ypts></gf>", "a point must be a number", "x<",
         "write numbers separated by ';'"},
        {"<gf type=\"spline\"><xpts>0,1</xpts><ypts>1,2</ypts></gf>",
         "unknown type of graphical function 'spline'", "spline",
         "continuous, extrapolate or discrete"},
        {"<gf><ypts>1,2</ypts></gf>", "the graphical function has neither <xpts> nor <xscale>",
         "<gf>", NULL},
        {"<gf><xscale min=\"0\"/><ypts>1,2</ypts></gf>",
         "<xscale> needs min and max, min below max", "<xscale min=\"0\"/>", NULL},
        {"<gf><xscale min=\"3\" max=\"3\"/><ypts>1,2</ypts></gf>",
         "<xscale> needs min and max, min below max", "<xscale min=\"3\" max=\"3\"/>", NULL},
        {"<gf><xscale min=\"0\" max=\"1\"/></gf>", "the graphical function has no <ypts>", "<gf>",
         NULL},
        {"<gf><xscale min=\"0\" max=\"1\"/><ypts>7</ypts></gf>",
         "the graphical function has fewer than two points", "7<", NULL},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        const char *file = file_of(on, list[i].gf);
        size_t length =
            strlen(list[i].under) - (strchr(list[i].under, '<') == list[i].under + 1 ? 1 : 0);

        assert_int_equal(desk_read(on, file), SD_INVALID);
        assert_int_equal(on->diag->errors, 1);
        const sd_message *message = &on->diag->messages.items[0];

        assert_string_equal(message->text, list[i].title);
        assert_true(message->code == SD_E110);
        assert_true(message->span.begin == (size_t)(strstr(file, list[i].under) - file));
        assert_true(message->span.end == message->span.begin + length);
        assert_true(!message->help == !list[i].help);
        if (list[i].help)
            assert_string_equal(message->help, list[i].help);
    }
}

static void a_table_has_no_value_of_its_own(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "euler 0 10 0.5", "",
                                 "<gf name=\"table\"><xpts>0,10</xpts><ypts>0,5</ypts></gf>\n"
                                 "<aux name=\"x\"><eqn>1 + table</eqn></aux>"));
    assert_int_equal(sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag),
                     SD_INVALID);
    assert_string_equal(
        desk_printed(on),
        "error[E111]: 'table' is a graphical function and has no value of its own\n"
        "  --> t.xmile:5:24\n"
        "   |\n"
        " 5 | <aux name=\"x\"><eqn>1 + table</eqn></aux>\n"
        "   |                        ^^^^^ help: look it up at a point: table(x)\n");
}

static void nor_has_a_table_that_stands_behind_its_use(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "euler 0 10 0.5", "",
                                 "<aux name=\"x\"><eqn>-table</eqn></aux>\n"
                                 "<gf name=\"table\"><xpts>0,10</xpts><ypts>0,5</ypts></gf>"));
    assert_int_equal(sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag),
                     SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "error[E111]: 'table' is a graphical function"));
}

static void what_is_no_table_cannot_be_looked_up(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "euler 0 10 0.5", "",
                                 desk_variables(on, "aux y = 3\naux x = 2 * y(4)\n")));
    assert_int_equal(sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag),
                     SD_INVALID);
    assert_string_equal(desk_printed(on), "error[E111]: this is not a graphical function\n"
                                          "  --> t.xmile:5:24\n"
                                          "   |\n"
                                          " 5 | <aux name=\"x\"><eqn>2 * y(4)</eqn></aux>\n"
                                          "   |                        ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_kind_goes_through_its_points),
        DESK_TEST(between_points_it_is_linear_or_holds_the_last),
        DESK_TEST(beyond_its_ends_it_stays_or_goes_on),
        DESK_TEST(many_points_are_found_by_halving),
        DESK_TEST(points_come_from_lists_or_from_a_scale),
        DESK_TEST(a_variable_with_both_passes_its_equation_through),
        DESK_TEST(a_table_may_be_a_variable_of_its_own),
        DESK_TEST(elements_may_have_tables_of_their_own),
        DESK_TEST(every_fault_points_at_its_place),
        DESK_TEST(a_table_has_no_value_of_its_own),
        DESK_TEST(nor_has_a_table_that_stands_behind_its_use),
        DESK_TEST(what_is_no_table_cannot_be_looked_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
