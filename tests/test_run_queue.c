/* test_run_queue.c - queues: batches first in first out, what conveyors take of them, overflow, and that nothing is lost.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* A queue `Q`, filled by `in`, that feeds the conveyor `C` by `go`; what else flows out of Q, and more. */
static void run_queue(desk *on, const char *specs, const char *start, const char *in,
                      const char *flows, const char *conveyor, const char *more)
{
    desk_must_compile(
        on, desk_file(on, specs, "",
                      sd_arena_printf(
                          on->arena,
                          "<stock name=\"Q\"><eqn>%s</eqn><inflow>in</inflow><outflow>go</outflow>"
                          "%s<queue/></stock>\n<flow name=\"in\"><eqn>%s</eqn></flow>\n"
                          "<flow name=\"go\"/>\n%s%s",
                          start, flows, in,
                          *conveyor ? sd_arena_printf(
                                          on->arena,
                                          "<stock name=\"C\"><eqn>0</eqn><inflow>go</inflow>"
                                          "<outflow>out</outflow>%s</stock><flow name=\"out\"/>\n",
                                          conveyor)
                                    : "",
                          more)));
    desk_must_run(on);
}

/* The variable at each grid point from 0 on. */
static void expect_series(desk *on, const char *name, double dt, size_t count, const double *known)
{
    for (size_t n = 0; n < count; n++) {
        double value = desk_value(on, name, (double)n * dt);

        if (!is_near(value, known[n], 1e-13, 1e-13))
            fail_msg("%s at %g is %.17g, not %.17g", name, (double)n * dt, value, known[n]);
    }
}

static void a_queue_before_nothing_that_waits_is_empty_after_each_step(void **state)
{
    static const char *const methods[] = {"euler", "rk4", "rkf45"};
    static const double steps[] = {0.5, 0.1};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k];

            run_queue(on, sd_arena_printf(on->arena, "%s 0 8 %g", methods[i], dt), "6", "3 + TIME",
                      "", "", "");
            assert_near(desk_value(on, "go", 0), 6 / dt, 1e-15);
            for (size_t n = 1; (double)n * dt <= 8; n++) {
                double t = (double)n * dt, entered = 3 + t - dt + (i ? dt / 2 : 0);

                assert_near(desk_value(on, "go", t), entered, 1e-12);
                assert_near(desk_value(on, "Q", t), dt * entered, 1e-12);
            }
        }
    }
}

static void a_line_before_a_full_conveyor_grows_by_what_cannot_go(void **state)
{
    static const double steps[] = {0.5, 0.1};
    desk *on = *state;

    /* The conveyor passes its capacity over its transit time: 6 / 3 a time unit of the 5 that come. */
    for (size_t k = 0; k < 2; k++) {
        double dt = steps[k];

        run_queue(on, sd_arena_printf(on->arena, "euler 0 30 %g", dt), "0", "5", "",
                  "<conveyor discrete=\"true\" "
                  "one_at_a_time=\"false\"><len>3</len><capacity>6</capacity></conveyor>",
                  "<stock name=\"done\"><eqn>0</eqn><inflow>out</inflow></stock>");
        DESK_EACH_TIME(t, 6, 24, 3)
        {
            assert_near(desk_value(on, "Q", t + 3) - desk_value(on, "Q", t), 9, 1e-12);
            assert_near(desk_value(on, "done", t + 3) - desk_value(on, "done", t), 6, 1e-12);
            assert_near(desk_value(on, "C", t), 6, 1e-12);
        }
        assert_near(desk_value(on, "Q", 30) + desk_value(on, "C", 30) + desk_value(on, "done", 30),
                    150, 1e-13);
    }
}

static void a_conveyor_takes_one_batch_or_what_fits(void **state)
{
    /* Batches of 3, 1 and 2 arrive by time 1.5; the conveyor opens at 2 and holds 5 for 2. */
    static const double by_one[] = {0, 0, 0, 0, 3, 1, 1, 0, 1, 0, 0};
    static const double split[] = {0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0};
    static const double whole[] = {0, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0};
    static const double whole_by_one[] = {0, 0, 0, 0, 3, 1, 0, 0, 2, 0, 0};
    static const struct {
        const char *attributes;
        const double *known;
    } rules[] = {{"", by_one},
                 {" one_at_a_time=\"false\"", split},
                 {" one_at_a_time=\"false\" batch_integrity=\"true\"", whole},
                 {" batch_integrity=\"true\"", whole_by_one}};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        double taken[11];

        run_queue(on, "euler 0 5 0.5", "0", "PULSE(3, 0) + PULSE(1, 0.5) + PULSE(2, 1)", "",
                  sd_arena_printf(on->arena,
                                  "<conveyor discrete=\"true\"%s><len>2</len><capacity>5</capacity>"
                                  "<arrest>TIME &lt; 2</arrest></conveyor>",
                                  rules[i].attributes),
                  "");
        for (size_t n = 0; n < 11; n++)
            taken[n] = 0.5 * desk_value(on, "go", (double)n / 2);
        for (size_t n = 0; n < 11; n++)
            if (taken[n] != rules[i].known[n])
                fail_msg("rule %zu takes %g at %g, not %g", i, taken[n], (double)n / 2,
                         rules[i].known[n]);
    }
}

static void a_batch_that_fills_a_conveyor_exactly_fits_whatever_the_step(void **state)
{
    static const double steps[] = {0.1, 0.3, 0.7, 1.0 / 3};
    desk *on = *state;

    for (size_t k = 0; k < 4; k++) {
        double total = 0;

        run_queue(
            on, sd_arena_printf(on->arena, "euler 0 %.17g %.17g", 40 * steps[k], steps[k]), "0",
            sd_arena_printf(on->arena, "2.1 / %.17g", steps[k]), "",
            sd_arena_printf(on->arena,
                            "<conveyor discrete=\"true\" batch_integrity=\"true\"><len>%.17g</len>"
                            "<capacity>2.1</capacity></conveyor>",
                            steps[k]),
            "");
        for (size_t n = 0; n < 40; n++)
            total += desk_value(on, "go", (double)n * steps[k]) * steps[k];
        assert_near(total, 39 * 2.1, 1e-12); /* none is kept waiting by a rounding */
    }
}

static void an_inflow_limit_lets_so_much_go_in_a_time_unit(void **state)
{
    desk *on = *state;

    run_queue(on, "euler 0 4 0.25", "0", "16", "",
              "<conveyor discrete=\"true\" "
              "one_at_a_time=\"false\"><len>9</len><in_limit>5</in_limit></conveyor>",
              "");
    for (int unit = 0; unit < 4; unit++) {
        double total = 0;

        for (int n = 0; n < 4; n++)
            total += 0.25 * desk_value(on, "go", unit + 0.25 * n);
        assert_near(total, 5, 1e-14);
        if (unit) /* there is enough in the line, so that all goes at once */
            assert_near(desk_value(on, "go", unit), 20, 1e-14);
    }
}

static void overflow_takes_what_a_conveyor_refuses_and_nothing_else(void **state)
{
    static const double go[] = {0, 4, 4, 4, 4, 0, 0, 4, 4, 4},
                        over[] = {0, 0, 0, 0, 0, 4, 4, 0, 0, 0};
    desk *on = *state;

    run_queue(on, "euler 0 4.5 0.5", "0", "4", "<outflow>over</outflow>",
              "<conveyor discrete=\"true\"><len>9</len><arrest>TIME &gt;= 2.5 AND TIME &lt; "
              "3.5</arrest></conveyor>",
              "<flow name=\"over\"><overflow/></flow>");
    expect_series(on, "go", 0.5, 10, go);
    expect_series(on, "over", 0.5, 10, over);
    /* Full: what does not fit is split off and overflows. */
    run_queue(on, "euler 0 2 0.5", "0", "PULSE(7, 0)", "<outflow>over</outflow>",
              "<conveyor discrete=\"true\"><len>9</len><capacity>5</capacity></conveyor>",
              "<flow name=\"over\"><overflow/></flow>");
    assert_true(desk_value(on, "go", 0.5) == 10 && desk_value(on, "over", 0.5) == 4);
    assert_true(desk_value(on, "Q", 1) == 0);
}

static void outflows_of_a_queue_are_served_in_their_order(void **state)
{
    desk *on = *state;

    for (int swapped = 0; swapped < 2; swapped++) {
        desk_must_compile(
            on,
            desk_file(on, "euler 0 4 0.5", "",
                      sd_arena_printf(
                          on->arena,
                          "<stock "
                          "name=\"Q\"><eqn>10</eqn><outflow>%s</outflow><outflow>%s</"
                          "outflow><queue/></stock>"
                          "<flow name=\"x\"/><flow name=\"y\"/>"
                          "<stock "
                          "name=\"C\"><eqn>0</eqn><inflow>x</inflow><outflow>cx</outflow><conveyor "
                          "discrete=\"true\"><len>20</len><capacity>3</capacity></conveyor></"
                          "stock><flow name=\"cx\"/>"
                          "<stock "
                          "name=\"D\"><eqn>0</eqn><inflow>y</inflow><outflow>dx</outflow><conveyor "
                          "discrete=\"true\"><len>20</len><capacity>8</capacity></conveyor></"
                          "stock><flow name=\"dx\"/>",
                          swapped ? "y" : "x", swapped ? "x" : "y")));
        desk_must_run(on);
        assert_true(desk_value(on, "C", 0.5) == (swapped ? 2 : 3));
        assert_true(desk_value(on, "D", 0.5) == (swapped ? 8 : 7));
        assert_true(desk_value(on, "Q", 0.5) == 0);
    }
}

static void each_inflow_brings_a_batch_of_its_own_in_their_order(void **state)
{
    static const double taken[] = {0, 3, 1, 4, 2, 0};
    desk *on = *state;

    desk_must_compile(
        on, desk_file(
                on, "euler 0 3 0.5", "",
                "<stock "
                "name=\"Q\"><eqn>0</eqn><inflow>one</inflow><inflow>two</inflow>"
                "<outflow>go</outflow><outflow>over</outflow><queue/></stock>"
                "<flow name=\"one\"><eqn>PULSE(3, 0) + PULSE(4, 0.5)</eqn></flow>"
                "<flow name=\"two\"><eqn>PULSE(1, 0) + PULSE(2, 0.5)</eqn></flow>"
                "<flow name=\"go\"/><flow name=\"over\"><overflow/></flow><stock "
                "name=\"C\"><eqn>0</eqn><inflow>go</inflow><outflow>out</outflow>"
                "<conveyor discrete=\"true\"><len>9</len></conveyor></stock><flow name=\"out\"/>"));
    desk_must_run(on);
    /* Nothing limits the conveyor, but it takes a batch a DT: a rule and no refusal, so nothing overflows. */
    for (size_t n = 0; n < 6; n++)
        assert_true(desk_value(on, "over", (double)n / 2) == 0);
    for (size_t n = 0; n < 6; n++)
        if (0.5 * desk_value(on, "go", (double)n / 2) != taken[n])
            fail_msg("at %g goes %g", (double)n / 2, 0.5 * desk_value(on, "go", (double)n / 2));
}

static void a_queue_and_others_share_a_conveyor_in_their_order(void **state)
{
    static const char *const orders[] = {"<inflow>go</inflow><inflow>walk in</inflow>",
                                         "<inflow>walk in</inflow><inflow>go</inflow>"};
    desk *on = *state;

    for (size_t i = 0; i < 2; i++) {
        for (int rk4 = 0; rk4 < 2; rk4++) {
            desk_must_compile(
                on,
                desk_file(
                    on, rk4 ? "rk4 0 6 0.5" : "euler 0 6 0.5", "",
                    sd_arena_printf(
                        on->arena,
                        "<stock name=\"Q\"><eqn>40</eqn><outflow>go</outflow><queue/></stock>"
                        "<flow name=\"go\"/><flow name=\"walk in\"><eqn>1 + TIME</eqn></flow>"
                        "<stock name=\"C\"><eqn>0</eqn>%s<outflow>out</outflow><conveyor "
                        "discrete=\"true\"><len>2</len><capacity>12</capacity></conveyor></stock>"
                        "<flow name=\"out\"/>",
                        orders[i])));
            desk_must_run(on);
            DESK_EACH_TIME(t, 0, 6, 0.5)
            {
                double room = (12 - desk_value(on, "C", t)) / 0.5 + desk_value(on, "out", t);
                double go = desk_value(on, "go", t), walk = desk_value(on, "walk_in", t);

                assert_true(go + walk <= room + 1e-12);
                if (i == 1)
                    assert_near(1 + walk, 1 + fmin(1 + t, room), 1e-13);
                assert_true(desk_value(on, "C", t) <= 12 + 1e-12);
            }
        }
    }
}

static void nothing_is_lost_or_made(void **state)
{
    static const char *const specs[] = {"euler 0 200 0.25", "rk4 0 200 0.1", "rkf45 0 100 0.5"};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        for (int whole = 0; whole < 2; whole++) {
            run_queue(
                on, specs[i], "11", "RANDOM(-1, 9)", "<outflow>over</outflow>",
                sd_arena_printf(
                    on->arena,
                    "<conveyor discrete=\"true\" one_at_a_time=\"%s\" batch_integrity=\"%s\">"
                    "<len>RANDOM(1, 4)</len><capacity>9</capacity><in_limit>6</in_limit>"
                    "<arrest>RANDOM(0, 1) &lt; 0.05</arrest></conveyor>",
                    whole ? "true" : "false", whole ? "true" : "false"),
                "<flow name=\"over\"><overflow/></flow>"
                "<stock name=\"entered\"><eqn>0</eqn><inflow>in</inflow></stock>"
                "<stock "
                "name=\"left\"><eqn>0</eqn><inflow>over</inflow><inflow>out</inflow></stock>");
            for (size_t k = 0; k < on->trajectory->time_count; k++) {
                double t = on->trajectory->times[k], in = desk_value(on, "entered", t);
                double here =
                    desk_value(on, "Q", t) + desk_value(on, "C", t) + desk_value(on, "left", t);

                /* Up to 2000 steps, each with some roundings of numbers up to 1000. */
                assert_near(here, 11 + in, 1e-12);
                assert_true(desk_value(on, "Q", t) > -1e-11);
                assert_true(desk_value(on, "C", t) < 9 + 1e-11);
            }
            assert_true(desk_value(on, "left", 100) > 100);
        }
    }
}

static void members_are_the_same_whoever_stands_beside_them(void **state)
{
    enum { MEMBERS = 64 };
    desk *on = *state;
    double starts[MEMBERS];

    run_queue(
        on, "rk4 0 30 0.25", "0 * K", "RANDOM(0, 2 * K)", "<outflow>over</outflow>",
        "<conveyor "
        "discrete=\"true\"><len>K</len><capacity>9</capacity><in_limit>6</in_limit></conveyor>",
        "<flow name=\"over\"><overflow/></flow><aux name=\"K\"><eqn>2</eqn></aux>");
    assert_int_equal(on->program->parameter_count, 2); /* and the initial content of C */
    double *given = SD_NEW_ARRAY(on->arena, double, 2 * MEMBERS);
    size_t k = (size_t)on->program->element_parameters[desk_element(on, "K")];

    for (size_t m = 0; m < MEMBERS; m++) {
        starts[m] = 0.4 + 0.21 * (double)(m * 37 % MEMBERS);
        given[k * MEMBERS + m] = starts[m];
        given[(1 - k) * MEMBERS + m] = 0.5;
    }
    on->request.members = MEMBERS;
    on->request.parameters = given;
    desk_must_run(on);
    const sd_trajectory *together = on->trajectory;

    for (size_t m = 0; m < MEMBERS; m++) {
        double own[2];

        own[k] = starts[m];
        own[1 - k] = 0.5;
        on->request.members = 1;
        on->request.first_member = m;
        on->request.parameters = own;
        desk_must_run(on);
        for (size_t i = 0; i < together->time_count; i++)
            for (size_t c = 0; c < together->column_count; c++)
                assert_true(sd_trajectory_value(on->trajectory, i, c, 0) ==
                            sd_trajectory_value(together, i, c, m));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_queue_before_nothing_that_waits_is_empty_after_each_step),
        DESK_TEST(a_line_before_a_full_conveyor_grows_by_what_cannot_go),
        DESK_TEST(a_conveyor_takes_one_batch_or_what_fits),
        DESK_TEST(a_batch_that_fills_a_conveyor_exactly_fits_whatever_the_step),
        DESK_TEST(an_inflow_limit_lets_so_much_go_in_a_time_unit),
        DESK_TEST(overflow_takes_what_a_conveyor_refuses_and_nothing_else),
        DESK_TEST(outflows_of_a_queue_are_served_in_their_order),
        DESK_TEST(each_inflow_brings_a_batch_of_its_own_in_their_order),
        DESK_TEST(a_queue_and_others_share_a_conveyor_in_their_order),
        DESK_TEST(nothing_is_lost_or_made),
        DESK_TEST(members_are_the_same_whoever_stands_beside_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
