/* test_run_conveyor.c - conveyors against closed forms: ways, leaks, limits and arrest.
 * The contents of a conveyor in equilibrium are those of isee's help ("Initializing Discrete Stocks").
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "belt_desk.h"

#include <math.h>

enum { METHODS = BELT_METHODS, FIXED = 3 };

/* ---- the way ----------------------------------------------------------------------------------------- */

static void what_enters_leaves_exactly_a_transit_time_later(void **state)
{
    static const double steps[] = {0.5, 0.125};
    desk *on = *state;

    for (size_t i = 0; i < METHODS; i++) {
        for (size_t k = 0; k < 2; k++) {
            belt_run(on, belt_specs(on, belt_methods[i], 12, steps[k]), "0", "STEP(7.25, 1)", "",
                     "<conveyor><len>4</len></conveyor>", "");
            DESK_EACH_TIME(t, 0, 12, steps[k])
            {
                /* What a step of a method adds up from held values can be off by some roundings. */
                assert_near(desk_value(on, "out", t), t < 5 ? 0 : 7.25, i ? 1e-14 : 0);
                assert_near(desk_value(on, "S", t), 7.25 * fmin(fmax(t - 1, 0), 4), 1e-13);
            }
        }
    }
}

static void what_leaves_is_the_mean_of_what_entered_within_one_step(void **state)
{
    static const double steps[] = {0.5, 0.25};
    desk *on = *state;

    for (size_t i = 0; i < FIXED; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k];

            belt_run(on, belt_specs(on, belt_methods[i], 12, dt), "0", "3 * TIME + 1", "",
                     "<conveyor><len>2.5</len></conveyor>", "");
            /* Euler takes the start of the step, the others are exact for a straight line. */
            DESK_EACH_TIME(t, 2.5, 12, dt)
            assert_near(desk_value(on, "out", t), 3 * (t - 2.5 + (i ? dt / 2 : 0)) + 1, 1e-14);
        }
    }
}

static void a_conveyor_in_equilibrium_holds_its_inflow_times_its_transit_time(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < METHODS; i++) {
        belt_run(on, belt_specs(on, belt_methods[i], 20, 0.25), "2.385 * 6", "2.385", "",
                 "<conveyor><len>6</len></conveyor>", "");
        DESK_EACH_TIME(t, 0, 20, 0.25)
        {
            assert_near(desk_value(on, "S", t), 2.385 * 6, 1e-13);
            assert_near(desk_value(on, "out", t), 2.385, 1e-13);
        }
    }
}

static void a_transit_time_is_rounded_to_whole_steps_and_is_at_least_one(void **state)
{
    static const struct {
        const char *len;
        double takes;
    } known[] = {{"2.3", 2.5}, {"2.2", 2}, {"0.1", 0.5}, {"0.5", 0.5}};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        belt_run(on, "euler 0 8 0.5", "0", "STEP(4, 1)", "",
                 sd_arena_printf(on->arena, "<conveyor><len>%s</len></conveyor>", known[i].len),
                 "");
        DESK_EACH_TIME(t, 0, 8, 0.5)
        assert_true(desk_value(on, "out", t) == (t < 1 + known[i].takes ? 0 : 4));
    }
}

static void what_leaves_after_the_end_of_the_run_is_carried_all_the_same(void **state)
{
    static const char *const lens[] = {"40", "10", "1e6"};
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        belt_run(on, "euler 0 10 0.5", "0", "4", "",
                 sd_arena_printf(on->arena, "<conveyor><len>%s</len></conveyor>", lens[i]), "");
        DESK_EACH_TIME(t, 0, 10 - 0.5, 0.5)
        assert_true(desk_value(on, "out", t) == 0);
        assert_true(desk_value(on, "out", 10) == (i == 1 ? 4 : 0));
        assert_near(desk_value(on, "S", 10), 40, 1e-14);
    }
}

static void each_thing_stays_for_the_transit_time_of_its_entry(void **state)
{
    /* Entered before time 3 it takes 4, then 2: what enters at 3 and 3.5 meets what entered at 1 and 1.5. */
    desk *on = *state;

    belt_run(on, "euler 0 12 0.5", "0", "1 + TIME", "",
             "<conveyor><len>IF TIME &lt; 3 THEN 4 ELSE 2</len></conveyor>", "");
    DESK_EACH_TIME(t, 0, 12, 0.5)
    {
        double expected = 0;

        if (t - 4 >= 0 && t - 4 < 3)
            expected += 1 + t - 4;
        if (t - 2 >= 3)
            expected += 1 + t - 2;
        assert_near(desk_value(on, "out", t), expected, 1e-15);
    }
    /* Longer: nothing leaves while nothing arrives. */
    belt_run(on, "euler 0 12 0.5", "0", "1 + TIME", "",
             "<conveyor><len>IF TIME &lt; 3 THEN 2 ELSE 4</len></conveyor>", "");
    DESK_EACH_TIME(t, 0, 12, 0.5)
    assert_near(desk_value(on, "out", t),
                t < 2   ? 0
                : t < 5 ? 1 + t - 2
                : t < 7 ? 0
                        : 1 + t - 4,
                1e-15);
}

static void the_transit_time_is_taken_only_when_the_sample_says_so(void **state)
{
    desk *on = *state;

    belt_run(on, "euler 0 12 0.5", "0", "1 + TIME", "",
             "<conveyor><len>2 + TIME</len><sample>TIME = 3</sample></conveyor>", "");
    DESK_EACH_TIME(t, 0, 12, 0.5)
    assert_near(desk_value(on, "out", t),
                t < 2   ? 0
                : t < 5 ? 1 + t - 2
                : t < 8 ? 0
                        : 1 + t - 5,
                1e-15);
}

static void nothing_moves_while_a_conveyor_is_arrested(void **state)
{
    desk *on = *state;

    /* Stands from 3 to 5: what entered before stays 2 longer, and nothing enters. */
    belt_run(on, "euler 0 12 0.5", "0", "4", "<outflow>lost</outflow>",
             "<conveyor><len>2</len><arrest>TIME &gt;= 3 AND TIME &lt; 5</arrest></conveyor>",
             "<flow name=\"lost\"><leak>0.25</leak></flow>");
    DESK_EACH_TIME(t, 0, 12, 0.5)
    {
        bool stands = t >= 3 && t < 5;

        assert_true(desk_value(on, "in", t) == (stands ? 0 : 4));
        assert_near(desk_value(on, "out", t), stands || t < 2 ? 0 : 3, 1e-15);
        if (t >= 2)
            assert_near(desk_value(on, "lost", t), stands ? 0 : 1, 1e-15);
        if (t >= 3 && t <= 5)
            assert_near(desk_value(on, "S", t), 4 * 2 * (1 - 0.25 * 0.75 / 2), 1e-15);
    }
}

static void a_discrete_conveyor_begins_with_a_lump_for_each_time_unit(void **state)
{
    desk *on = *state;

    belt_run(on, "euler 0 5 0.25", "12", "0", "",
             "<conveyor discrete=\"true\"><len>3</len></conveyor>", "");
    DESK_EACH_TIME(t, 0, 5, 0.25)
    assert_true(desk_value(on, "out", t) == (t == 0.75 || t == 1.75 || t == 2.75 ? 16 : 0));
    assert_true(desk_value(on, "S", 5) == 0);
}

/* ---- leaks ------------------------------------------------------------------------------------------- */

static void a_linear_leak_takes_its_fraction_of_what_enters(void **state)
{
    static const double steps[] = {0.5, 0.125};
    desk *on = *state;
    const double in = 8.5, len = 4, f = 0.3;

    for (size_t i = 0; i < METHODS; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k], content = in * len * (1 - f * (len - dt) / len / 2);
            const char *specs = belt_specs(on, belt_methods[i], 10, dt);
            const char *conveyor = "<conveyor><len>4</len></conveyor>";
            const char *lost = "<flow name=\"lost\"><eqn>0.3</eqn><leak/></flow>";

            belt_run(on, specs, "0", "8.5", "<outflow>lost</outflow>", conveyor, lost);
            assert_near(desk_value(on, "out", 10), (1 - f) * in, 1e-13);
            assert_near(desk_value(on, "lost", 10), f * in, 1e-13);
            assert_near(desk_value(on, "S", 10), content, 1e-13);
            /* After n steps n of the N parts of the way leak. */
            assert_near(desk_value(on, "lost", 2), f * in / 2, 1e-13);
            belt_run(on, specs, sd_arena_printf(on->arena, "%.17g", content), "8.5",
                     "<outflow>lost</outflow>", conveyor, lost);
            DESK_EACH_TIME(t, 0, 10, dt)
            {
                assert_near(desk_value(on, "out", t), (1 - f) * in, 1e-13);
                assert_near(desk_value(on, "lost", t), f * in, 1e-13);
                assert_near(desk_value(on, "S", t), content, 1e-13);
            }
        }
    }
}

static void an_exponential_leak_takes_its_fraction_of_what_is_there(void **state)
{
    static const double steps[] = {0.5, 0.125};
    desk *on = *state;
    const double in = 8.5, len = 4, f = 0.3, g = 0.1;

    for (size_t i = 0; i < METHODS; i++) {
        for (size_t k = 0; k < 2; k++) {
            double dt = steps[k], stays = pow(1 - (f + g) * dt, len / dt);
            double content = in * (1 - stays) / (f + g);
            const char *specs = belt_specs(on, belt_methods[i], 10, dt);
            const char *flows = "<outflow>lost</outflow><outflow>gone</outflow>";
            const char *conveyor = "<conveyor exponential_leak=\"true\"><len>4</len></conveyor>";
            const char *leaks = "<flow name=\"lost\"><leak>0.3</leak></flow>"
                                "<flow name=\"gone\"><leak>0.1</leak></flow>";

            belt_run(on, specs, "0", "8.5", flows, conveyor, leaks);
            assert_near(desk_value(on, "out", 10), in * stays, 1e-13);
            assert_near(desk_value(on, "S", 10), content, 1e-13);
            assert_near(desk_value(on, "lost", 10), f * content, 1e-13);
            assert_near(desk_value(on, "gone", 10), g * content, 1e-13);
            belt_run(on, specs, sd_arena_printf(on->arena, "%.17g", content), "8.5", flows,
                     conveyor, leaks);
            DESK_EACH_TIME(t, 0, 10, dt)
            {
                assert_near(desk_value(on, "out", t), in * stays, 1e-13);
                assert_near(desk_value(on, "S", t), content, 1e-13);
            }
        }
    }
}

static void a_leak_happens_in_its_zone_alone(void **state)
{
    desk *on = *state;

    /* Of 6 in at time 1 a half leaks evenly from a quarter of the way, 2, to a half of it, 4. */
    for (int exponential = 0; exponential < 2; exponential++) {
        belt_run(
            on, "euler 0 12 0.5", "0", "PULSE(6, 1)", "<outflow>lost</outflow>",
            exponential ? "<conveyor exponential_leak=\"true\"><len>8</len></conveyor>"
                        : "<conveyor><len>8</len></conveyor>",
            "<flow name=\"lost\" leak_start=\"0.25\" leak_end=\"0.5\"><leak>0.5</leak></flow>");
        double there = 6;

        DESK_EACH_TIME(t, 0, 12, 0.5)
        {
            bool leaks = t > 3 && t <= 5; /* DTs 5 to 8 of its way of 16 */
            double lost = !leaks ? 0 : exponential ? there * 0.5 : 3 / 2.0;

            assert_near(desk_value(on, "lost", t), lost, 1e-15);
            if (exponential)
                there -= 0.5 * lost;
            assert_near(desk_value(on, "out", t), t == 9 ? 2 * (exponential ? there : 3) : 0,
                        1e-14);
        }
    }
    /* A zone may end within a DT: the same leaks in all. */
    belt_run(on, "euler 0 12 0.5", "0", "PULSE(6, 1)", "<outflow>lost</outflow>",
             "<conveyor><len>8</len></conveyor><!-- -->",
             "<stock name=\"all\"><eqn>0</eqn><inflow>lost</inflow></stock>"
             "<flow name=\"lost\" leak_start=\"0.3\" leak_end=\"0.31\"><leak>0.5</leak></flow>");
    assert_near(desk_value(on, "all", 12), 3, 1e-14);
    assert_near(desk_value(on, "lost", 3.5), 2 * 3, 1e-14);
}

static void a_leak_of_integers_waits_for_a_whole_unit(void **state)
{
    desk *on = *state;
    double leaked = 0;

    belt_run(on, "euler 0 60 0.5", "0", "1.5", "<outflow>lost</outflow>",
             "<conveyor><len>4</len></conveyor>",
             "<flow name=\"lost\"><leak>0.1</leak><leak_integers/></flow>");
    DESK_EACH_TIME(t, 0, 60 - 0.5, 0.5)
    {
        double units = 0.5 * desk_value(on, "lost", t);

        assert_true(units == 0 || units == 1);
        leaked += units;
        assert_near(desk_value(on, "out", t), t < 4 ? 0 : 1.35, 1e-14);
    }
    /* 0.15 a time unit but while the first is on its way, which leaks half as much less one DT: 8.7375 in all. */
    assert_true(leaked == 8);
}

static void two_leaks_may_take_all(void **state)
{
    desk *on = *state;

    belt_run(on, "euler 0 10 0.1", "0", "5", "<outflow>a</outflow><outflow>b</outflow>",
             "<conveyor><len>3</len></conveyor>",
             "<flow name=\"a\"><leak>0.7</leak></flow><flow name=\"b\"><leak>0.3</leak></flow>");
    assert_near(desk_value(on, "a", 10), 3.5, 1e-13);
    assert_near(desk_value(on, "b", 10), 1.5, 1e-13);
    assert_near(1 + desk_value(on, "out", 10), 1, 1e-13);
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static void a_full_conveyor_takes_what_its_outflow_makes_room_for(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < METHODS; i++) {
        belt_run(on, belt_specs(on, belt_methods[i], 12, 0.25), "0", "10", "",
                 "<conveyor><len>4</len><capacity>24</capacity></conveyor>",
                 "<stock name=\"store\"><eqn>500</eqn><outflow>in</outflow></stock>");
        double entered = 0;

        DESK_EACH_TIME(t, 0, 12 - 0.25, 0.25)
        {
            double in = desk_value(on, "in", t);

            /* Full after 2.4, so the tenth DT gets 4 in place of 10; then nothing until the first leaves. */
            if (t < 2.25)
                assert_near(in, 10, 1e-14);
            else if (t > 2.5 && t < 4)
                assert_near(1 + in, 1, 1e-13);
            assert_true(desk_value(on, "S", t) <= 24 * (1 + 1e-14));
            entered += 0.25 * in;
        }
        assert_near(desk_value(on, "store", 12), 500 - entered, 1e-12);
    }
}

static void an_inflow_limit_holds_per_time_unit_or_within_one_step(void **state)
{
    desk *on = *state;

    belt_run(on, "rk4 0 6 0.25", "0", "10", "",
             "<conveyor><len>2</len><in_limit>3</in_limit></conveyor>", "");
    DESK_EACH_TIME(t, 0, 6, 0.25)
    assert_true(desk_value(on, "in", t) == 3);
    belt_run(on, "euler 0 6 0.25", "0", "8", "",
             "<conveyor discrete=\"true\"><len>2</len><in_limit>3</in_limit></conveyor>", "");
    DESK_EACH_TIME(t, 0, 6, 0.25) /* 2 in the first quarter, 1 in the second, then no more */
    assert_true(desk_value(on, "in", t) == (t == floor(t) ? 8 : t == floor(t) + 0.25 ? 4 : 0));
}

static void inflows_enter_in_their_order_but_for_those_that_cannot_wait(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(
                on, "euler 0 8 0.5", "",
                "<stock "
                "name=\"A\"><eqn>4</eqn><outflow>from_A</outflow><conveyor><len>8</len></"
                "conveyor></stock>"
                "<stock "
                "name=\"S\"><eqn>0</eqn><inflow>x</inflow><inflow>y</inflow><inflow>from_A</inflow>"
                "<outflow>out</outflow><conveyor><len>100</len><capacity>10</capacity>"
                "<in_limit>3</in_limit></conveyor></stock>"
                "<flow name=\"x\"><eqn>2</eqn></flow><flow name=\"y\"><eqn>-5 + 7</eqn></flow>"
                "<flow name=\"from_A\"/><flow name=\"out\"/>"));
    desk_must_run(on);
    /* 0.5 comes from A whatever happens; of the limit of 3, x takes 2 and leaves 1. */
    DESK_EACH_TIME(t, 0, 8, 0.5)
    {
        double before = desk_value(on, "S", t), room = (10 - before) / 0.5 - 0.5;

        assert_true(desk_value(on, "from_A", t) == (t < 8 ? 0.5 : 0));
        room = t < 8 ? room : room + 0.5;
        assert_near(desk_value(on, "x", t), fmin(2, fmax(0, room)), 1e-14);
        assert_near(desk_value(on, "y", t), fmin(1, fmax(0, room - 2)), 1e-14);
    }
    assert_true(desk_value(on, "S", 8) > 10); /* what cannot wait enters a full conveyor too */
}

static void what_another_conveyor_brings_is_not_counted_by_the_limit(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on, desk_file(on, "euler 0 4 0.5", "",
                      "<stock name=\"A\"><eqn>8</eqn><outflow>from_A</outflow>"
                      "<conveyor><len>4</len></conveyor></stock>"
                      "<stock name=\"S\"><eqn>0</eqn><inflow>x</inflow><inflow>from_A</inflow>"
                      "<outflow>out</outflow><conveyor discrete=\"true\"><len>9</len>"
                      "<in_limit>3</in_limit></conveyor></stock>"
                      "<flow name=\"x\"><eqn>4</eqn></flow>"
                      "<flow name=\"from_A\"/><flow name=\"out\"/>"));
    desk_must_run(on);
    /* Of 3 a time unit x takes 2 in the first half and 1 in the second, whatever A brings. */
    DESK_EACH_TIME(t, 0, 3.5, 0.5)
    {
        assert_near(desk_value(on, "x", t), t == floor(t) ? 4 : 2, 1e-15);
        assert_near(desk_value(on, "from_A", t), 2, 1e-15);
    }
}

static void what_flows_into_a_conveyor_is_never_negative(void **state)
{
    desk *on = *state;

    belt_run(on, "euler 0 8 0.5", "0", "TIME - 3", "", "<conveyor><len>2</len></conveyor>", "");
    DESK_EACH_TIME(t, 0, 8, 0.5)
    {
        assert_true(desk_value(on, "in", t) == fmax(0, t - 3));
        assert_true(desk_value(on, "out", t) == (t < 2 ? 0 : fmax(0, t - 5)));
    }
}

static void a_conveyor_keeps_what_the_next_one_does_not_take_while_it_stands(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        desk_file(
            on, "euler 0 12 0.5", "",
            "<stock name=\"A\"><eqn>8</eqn><inflow>in</inflow><outflow>from_A</outflow>"
            "<conveyor><len>4</len></conveyor></stock>"
            "<stock "
            "name=\"B\"><eqn>0</eqn><inflow>from_A</inflow><outflow>from_B</outflow><conveyor>"
            "<len>2</len><arrest>TIME &gt;= 2 AND TIME &lt; 3</arrest></conveyor></stock>"
            "<flow name=\"in\"><eqn>2</eqn></flow><flow name=\"from_A\"/><flow name=\"from_B\"/>"));
    desk_must_run(on);
    DESK_EACH_TIME(t, 0, 12, 0.5)
    {
        /* Three DTs' worth leaves A when B moves again, and B two time units of its own later. */
        assert_near(desk_value(on, "from_A", t), t == 2 || t == 2.5 ? 0 : t == 3 ? 6 : 2, 1e-15);
        assert_near(desk_value(on, "from_B", t),
                    t < 2                ? 0
                    : t == 2 || t == 2.5 ? 0
                    : t == 5             ? 6
                                         : 2,
                    1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(what_enters_leaves_exactly_a_transit_time_later),
        DESK_TEST(what_leaves_is_the_mean_of_what_entered_within_one_step),
        DESK_TEST(a_conveyor_in_equilibrium_holds_its_inflow_times_its_transit_time),
        DESK_TEST(a_transit_time_is_rounded_to_whole_steps_and_is_at_least_one),
        DESK_TEST(what_leaves_after_the_end_of_the_run_is_carried_all_the_same),
        DESK_TEST(each_thing_stays_for_the_transit_time_of_its_entry),
        DESK_TEST(the_transit_time_is_taken_only_when_the_sample_says_so),
        DESK_TEST(nothing_moves_while_a_conveyor_is_arrested),
        DESK_TEST(a_discrete_conveyor_begins_with_a_lump_for_each_time_unit),
        DESK_TEST(a_linear_leak_takes_its_fraction_of_what_enters),
        DESK_TEST(an_exponential_leak_takes_its_fraction_of_what_is_there),
        DESK_TEST(a_leak_happens_in_its_zone_alone),
        DESK_TEST(a_leak_of_integers_waits_for_a_whole_unit),
        DESK_TEST(two_leaks_may_take_all),
        DESK_TEST(a_full_conveyor_takes_what_its_outflow_makes_room_for),
        DESK_TEST(an_inflow_limit_holds_per_time_unit_or_within_one_step),
        DESK_TEST(inflows_enter_in_their_order_but_for_those_that_cannot_wait),
        DESK_TEST(what_another_conveyor_brings_is_not_counted_by_the_limit),
        DESK_TEST(what_flows_into_a_conveyor_is_never_negative),
        DESK_TEST(a_conveyor_keeps_what_the_next_one_does_not_take_while_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
