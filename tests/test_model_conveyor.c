/* test_model_conveyor.c - conveyors and queues as they stand in files: who drives which flow, and what is refused where.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static const char flows[] = "<flow name=\"in\"><eqn>4</eqn></flow>";

static void read_file(desk *on, const char *variables)
{
    desk_must_read(on, desk_file(on, "euler 0 10 0.5", "", variables));
}

/* The message stands in what is printed for a file whose variables begin on line 4. */
static void expect_message(desk *on, const char *variables, const char *message)
{
    sd_status status = desk_read(on, desk_file(on, "euler 0 10 0.5", "", variables));

    if (strncmp(message, "warning", 7) != 0)
        assert_int_not_equal(status, SD_OK);
    if (!strstr(desk_printed(on), message))
        fail_msg("'%s' is not in\n%s", message, desk_printed(on));
}

static const sd_variable *variable(desk *on, const char *name)
{
    const sd_variable *found = sd_model_find(on->model, name);

    assert_non_null(found);
    return found;
}

static void the_first_outflow_is_the_exit_where_none_is_marked(void **state)
{
    desk *on = *state;

    read_file(
        on,
        "<stock name=\"S\"><eqn>3</eqn><inflow>in</inflow><outflow>x</outflow><outflow>y</outflow>"
        "<conveyor><len>2</len></conveyor></stock><flow name=\"in\"><eqn>4</eqn></flow>"
        "<flow name=\"y\"><eqn>0.25</eqn></flow><flow name=\"x\"><eqn>0</eqn></flow>");
    const sd_variable *s = variable(on, "S");

    assert_ptr_equal(s->conveyor->exit, variable(on, "x"));
    assert_int_equal(s->conveyor->leak_count, 1);
    assert_ptr_equal(s->conveyor->leaks[0].flow, variable(on, "y"));
    assert_true(s->conveyor->leaks[0].fractions[0]->number == 0.25);
    assert_ptr_equal(variable(on, "x")->driver, s);
    assert_ptr_equal(variable(on, "y")->driver, s);
    assert_ptr_equal(variable(on, "in")->enters, s);
    assert_null(variable(on, "in")->driver);
    assert_string_equal(desk_printed(on), "");
}

static void marks_say_which_outflows_leak(void **state)
{
    desk *on = *state;

    read_file(
        on,
        "<stock name=\"S\"><eqn>3</eqn><outflow>x</outflow><outflow>y</outflow><outflow>z</outflow>"
        "<conveyor discrete=\"true\" exponential_leak=\"TRUE\" "
        "one_at_a_time=\"false\"><len>2</len></conveyor></stock>"
        "<flow name=\"x\" leak_start=\"0.25\" "
        "leak_end=\"0.5\"><leak>0.125</leak><leak_integers/></flow>"
        "<flow name=\"y\"/><flow name=\"z\"><eqn>0.5</eqn><leak/><non_negative/></flow>");
    const sd_conveyor *c = variable(on, "S")->conveyor;

    assert_ptr_equal(c->exit, variable(on, "y"));
    assert_int_equal(c->leak_count, 2);
    assert_ptr_equal(c->leaks[0].flow, variable(on, "x"));
    assert_true(c->leaks[0].fractions[0]->number == 0.125 &&
                c->leaks[1].fractions[0]->number == 0.5);
    assert_true(c->leaks[0].from == 0.25 && c->leaks[0].to == 0.5 && c->leaks[0].integers);
    assert_true(c->leaks[1].from == 0 && c->leaks[1].to == 1 && !c->leaks[1].integers);
    assert_true(c->discrete && c->exponential_leak && !c->one_at_a_time && !c->batch_integrity);
}

static void what_cannot_be_a_conveyor_is_told_at_its_place(void **state)
{
    desk *on = *state;

    expect_message(on,
                   sd_arena_printf(on->arena,
                                   "<stock name=\"S\"><eqn>1</eqn><inflow>in</inflow>"
                                   "<conveyor><len>2</len></conveyor></stock>%s",
                                   flows),
                   "error[E125]: the conveyor 'S' has no outflow at its end\n  --> t.xmile:4:14");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len></conveyor></stock>"
        "<flow name=\"x\"><leak>0.1</leak></flow>",
        "error[E125]: the conveyor 'S' has no outflow at its end");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>y</outflow><conveyor><len>2</len>"
        "</conveyor></stock>\n<flow name=\"x\"/>\n<flow name=\"y\"/>",
        "error[E125]: the conveyor 'S' has two exits, 'x' and 'y'\n  --> t.xmile:6:13");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>y</outflow><outflow>z</"
        "outflow><conveyor>"
        "<len>2</len></conveyor></stock><flow name=\"x\"/><flow name=\"y\"><eqn>1</eqn></flow>"
        "<flow name=\"z\"><leak>0.1</leak></flow>",
        "error[E125]: the conveyor 'S' has two exits, 'x' and 'y'");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>y</outflow><conveyor><len>2</len>"
        "</conveyor></stock><flow name=\"x\"/>\n<flow name=\"y\"><leak/></flow>",
        "error[E125]: 'y' leaks from 'S' without a fraction\n  --> t.xmile:5:1");
    expect_message(
        on,
        "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow>\n<conveyor/></stock><flow name=\"x\"/>",
        "error[E126]: the conveyor 'S' has no transit time\n  --> t.xmile:5:1");
    expect_message(on,
                   "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2 "
                   "+</len></conveyor></stock>"
                   "<flow name=\"x\"/>",
                   "error[E104]");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len></conveyor></stock>"
        "<stock name=\"T\"><eqn>1</eqn><outflow>x</outflow></stock><flow name=\"x\"/>",
        "error[E125]: 'x' flows out of both 'S' and 'T'");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len></conveyor></stock>"
        "<stock name=\"T\"><eqn>1</eqn><inflow>x</inflow><queue/></stock>"
        "<stock name=\"U\"><eqn>1</eqn><inflow>x</inflow><queue/></stock><flow name=\"x\"/>",
        "error[E125]: 'x' flows into both 'T' and 'U'");
    expect_message(on,
                   "<stock "
                   "name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len></"
                   "conveyor><queue/></stock>"
                   "<flow name=\"x\"/>",
                   "error[E125]: 'S' cannot be a conveyor and a queue");
}

static void marks_in_the_wrong_place_are_told(void **state)
{
    desk *on = *state;

    expect_message(on,
                   "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>x</outflow><queue/>"
                   "</stock><flow name=\"x\"/>",
                   "error[E125]: 'x' flows out of 'S' twice");
    expect_message(on,
                   "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow></stock>\n<flow "
                   "name=\"x\"><leak>0.1</leak></flow>",
                   "error[E125]: <leak> belongs to an outflow of a conveyor, and 'x' is none\n  "
                   "--> t.xmile:5:16");
    expect_message(on,
                   "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow><queue/></stock>\n<flow "
                   "name=\"x\"><overflow/></flow>",
                   "error[E125]: <overflow> belongs to an outflow of a queue, but not to its "
                   "first, and 'x' is none");
    expect_message(on,
                   "<stock "
                   "name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>y</"
                   "outflow><conveyor><len>2</len></conveyor>"
                   "</stock><flow name=\"x\"/>\n<flow name=\"y\" leak_start=\"0.5\" "
                   "leak_end=\"0.25\"><leak>0.1</leak></flow>",
                   "error[E126]: the leak zone of 'y' ends before it begins");
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><outflow>y</outflow><conveyor><len>2</len></"
        "conveyor>"
        "</stock><flow name=\"x\"/>\n<flow name=\"y\" leak_end=\"1.5\"><leak>0.1</leak></flow>",
        "error[E126]: leak_end must be a number from 0 to 1, not '1.5'\n  --> t.xmile:5:26");
    expect_message(
        on, "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow><oven/></stock><flow name=\"x\"/>",
        "error[E114]: <oven> is not supported yet");
    expect_message(on, "<stock name=\"S\"><eqn>1</eqn></stock>\n<flow name=\"x\"/>",
                   "error[E105]: 'x' has no equation\n  --> t.xmile:5:1");
    expect_message(on,
                   "<stock "
                   "name=\"S\"><eqn>1</eqn><inflow>in</inflow><outflow>x</"
                   "outflow><conveyor><len>2</len></conveyor>"
                   "</stock><flow name=\"x\"/>\n<flow name=\"in\" "
                   "isee:spreadflow=\"even\"><eqn>1</eqn></flow>",
                   "error[E");
}

static void an_equation_that_does_not_count_is_warned_of(void **state)
{
    desk *on = *state;

    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len></conveyor></stock>\n"
        "<flow name=\"x\"><eqn>7</eqn></flow>",
        "warning[W926]: the equation of 'x' does not count: 'S' says what flows\n  --> "
        "t.xmile:5:21");
    expect_message(
        on,
        "<stock name=\"Q\"><eqn>1</eqn><outflow>x</outflow><queue/></stock><stock "
        "name=\"S\"><eqn>1</eqn>"
        "<inflow>x</inflow><outflow>y</outflow><conveyor><len>2</len></conveyor></stock><flow "
        "name=\"x\"/>"
        "<flow name=\"y\"/>",
        "warning[W925]: the conveyor 'S' is taken as discrete, since the queue 'Q' feeds it");
    assert_true(variable(on, "S")->conveyor->discrete);
}

static void an_exit_depends_on_nothing_that_enters(void **state)
{
    desk *on = *state;

    /* The inflow may follow the outflow: some time has passed in between. */
    read_file(on,
              "<stock "
              "name=\"S\"><eqn>1</eqn><inflow>in</inflow><outflow>x</outflow><conveyor><len>2</len>"
              "<capacity>9 + x"
              "</capacity></conveyor></stock><flow name=\"x\"/><flow name=\"in\"><eqn>x * "
              "2</eqn></flow>");
    /* But it cannot wait for itself. */
    expect_message(
        on,
        "<stock "
        "name=\"S\"><eqn>1</eqn><inflow>in</inflow><outflow>x</outflow><conveyor><len>2</len>"
        "<capacity>in</capacity></conveyor></stock><flow name=\"x\"/><flow "
        "name=\"in\"><eqn>2</eqn></flow>",
        "error[E106]: algebraic loop");
    expect_message(
        on,
        "<stock name=\"S\"><eqn>1</eqn><outflow>x</outflow><conveyor><len>2</len><arrest>x &gt; "
        "1</arrest>"
        "</conveyor></stock><flow name=\"x\"/>",
        "error[E106]: algebraic loop: x -> x");
}

static void an_array_needs_each_option_for_all_or_for_each(void **state)
{
    desk *on = *state;
    const char *text = "<stock name=\"S\"><dimensions><dim name=\"d\"/></dimensions><element "
                       "subscript=\"a\"><eqn>1</eqn><conveyor><len>2</len>"
                       "</conveyor></element><element "
                       "subscript=\"b\"><eqn>1</eqn></element><outflow>x</outflow>%s</stock>"
                       "<flow name=\"x\"><dimensions><dim name=\"d\"/></dimensions></flow>";
    const char *dimension =
        "<dimensions><dim name=\"d\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions>\n";

    desk_must_read(
        on, desk_file(on, "euler 0 10 0.5", dimension,
                      sd_arena_printf(on->arena, text, "<conveyor><len>3</len></conveyor>")));
    assert_true(variable(on, "S")->conveyor->len[0]->number == 2);
    assert_true(variable(on, "S")->conveyor->len[1]->number == 3);
    assert_int_not_equal(desk_read(on, desk_file(on, "euler 0 10 0.5", dimension,
                                                 sd_arena_printf(on->arena, text, "<conveyor/>"))),
                         SD_OK);
    assert_non_null(strstr(desk_printed(on), "error[E126]: some elements of 'S' have no <len>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_first_outflow_is_the_exit_where_none_is_marked),
        DESK_TEST(marks_say_which_outflows_leak),
        DESK_TEST(what_cannot_be_a_conveyor_is_told_at_its_place),
        DESK_TEST(marks_in_the_wrong_place_are_told),
        DESK_TEST(an_equation_that_does_not_count_is_warned_of),
        DESK_TEST(an_exit_depends_on_nothing_that_enters),
        DESK_TEST(an_array_needs_each_option_for_all_or_for_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
