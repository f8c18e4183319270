/* test_run_belts.c - conveyors whose options all change at once: nothing is lost or made, members are the same whoever stands
 * beside them, elements have belts of their own; and values that cannot be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "belt_desk.h"

#include <math.h>

/* ---- nothing is lost, whoever stands beside ---- */

static const char everything[] =
    "<stock name=\"S\"><eqn>20</eqn><inflow>in</inflow><inflow>more</inflow><outflow>out</outflow>"
    "<outflow>lost</outflow><outflow>gone</outflow><conveyor%s><len>LEN + RANDOM(0, 3)</len>"
    "<capacity>35</capacity><in_limit>9</in_limit><sample>RANDOM(0, 1) &lt; 0.7</sample>"
    "<arrest>RANDOM(0, 1) &lt; 0.1</arrest></conveyor></stock>"
    "<flow name=\"in\"><eqn>RANDOM(-2, 8) * (1 + SIN(TIME))</eqn></flow>"
    "<flow name=\"more\"><eqn>S / 9</eqn></flow><flow name=\"out\"/>"
    "<flow name=\"lost\" leak_start=\"0.1\" leak_end=\"%s\"><leak>RANDOM(0, 0.3)</leak></flow>"
    "<flow name=\"gone\"><leak>0.21</leak>%s</flow><aux name=\"LEN\"><eqn>4.3</eqn></aux>"
    "<stock name=\"entered\"><eqn>0</eqn><inflow>in</inflow><inflow>more</inflow></stock>"
    "<stock "
    "name=\"left\"><eqn>0</eqn><inflow>out</inflow><inflow>lost</inflow><inflow>gone</inflow></"
    "stock>"
    "<stock name=\"end\"><eqn>0</eqn><inflow>out</inflow></stock>";

static const char *everything_with(desk *on, const char *specs, bool exponential, bool whole)
{
    return desk_file(
        on, specs, "",
        sd_arena_printf(on->arena, everything,
                        exponential ? " exponential_leak=\"true\"" : " discrete=\"true\"",
                        whole ? "1" : "0.73", exponential ? "" : "<leak_integers/>"));
}

static void nothing_is_lost_or_made(void **state)
{
    static const char *const specs[] = {"euler 0 300 0.25", "rk2 0 300 0.5", "rk4 0 300 0.1",
                                        "rkf45 0 300 0.5", "msadams 0 100 0.5"};
    desk *on = *state;

    for (size_t i = 0; i < 5; i++) {
        for (int exponential = 0; exponential < 2; exponential++) {
            desk_must_compile(on, everything_with(on, specs[i], exponential, false));
            desk_must_run(on);
            for (size_t k = 0; k < on->trajectory->time_count; k++) {
                double t = on->trajectory->times[k], entered = desk_value(on, "entered", t);
                double balance = 20 + entered - desk_value(on, "left", t);

                /* Up to 3000 steps, each with some roundings of numbers up to `entered`. */
                assert_near(1 + entered + desk_value(on, "S", t), 1 + entered + balance, 1e-12);
                assert_true(desk_value(on, "S", t) > -1e-9);
                assert_true(desk_value(on, "out", t) >= 0);
                assert_true(desk_value(on, "lost", t) >= 0);
                assert_true(desk_value(on, "gone", t) >= 0);
            }
            assert_true(desk_value(on, "end", 100) > 50);
        }
    }
}

static void what_has_been_on_the_belt_comes_out_in_full(void **state)
{
    desk *on = *state;

    /* The inflow ends at 20; a belt that lost or made something would not be empty at 40. */
    for (size_t i = 0; i < BELT_METHODS; i++) {
        belt_run(on, belt_specs(on, belt_methods[i], 40, 0.1), "13",
                 "IF TIME &lt; 20 THEN 3 + SIN(TIME) ELSE 0", "<outflow>lost</outflow>",
                 "<conveyor><len>5 + COS(TIME)</len></conveyor>",
                 "<flow name=\"lost\"><leak>0.2</leak></flow>");
        assert_true(desk_value(on, "S", 40) == 0);
        assert_true(desk_value(on, "out", 40) == 0);
    }
}

static void members_are_the_same_whoever_stands_beside_them(void **state)
{
    enum { MEMBERS = 64 };
    desk *on = *state;
    double lens[MEMBERS];

    for (int exponential = 0; exponential < 2; exponential++) {
        desk_must_compile(on, everything_with(on, "rk4 0 40 0.25", exponential, true));
        size_t parameters = on->program->parameter_count;
        double *given = SD_NEW_ARRAY(on->arena, double, parameters *MEMBERS);

        for (size_t k = 0; k < parameters; k++)
            for (size_t m = 0; m < MEMBERS; m++)
                given[k * MEMBERS + m] = on->program->parameters[k].value;
        for (size_t m = 0; m < MEMBERS; m++) {
            lens[m] = 0.3 + 0.37 * (double)(m * 29 % MEMBERS);
            given[(size_t)on->program->element_parameters[desk_element(on, "LEN")] * MEMBERS + m] =
                lens[m];
        }
        on->request.members = MEMBERS;
        on->request.parameters = given;
        desk_must_run(on);
        const sd_trajectory *together = on->trajectory;

        for (size_t m = 0; m < MEMBERS; m++) {
            double *own = SD_NEW_ARRAY(on->arena, double, parameters);

            for (size_t k = 0; k < parameters; k++)
                own[k] = given[k * MEMBERS + m];
            on->request.members = 1;
            on->request.first_member = m;
            on->request.parameters = own;
            desk_must_run(on);
            for (size_t k = 0; k < together->time_count; k++)
                for (size_t c = 0; c < together->column_count; c++)
                    assert_true(sd_trajectory_value(on->trajectory, k, c, 0) ==
                                sd_trajectory_value(together, k, c, m));
        }
        on->request.first_member = 0;
    }
}

static void an_array_has_a_belt_for_each_element(void **state)
{
    desk *on = *state;
    const char *dimension =
        "<dimensions><dim name=\"d\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions>\n";
    const char *is = "<dimensions><dim name=\"d\"/></dimensions>";

    desk_must_compile(
        on,
        desk_file(
            on, "euler 0 8 0.5", dimension,
            sd_arena_printf(
                on->arena,
                "<stock name=\"S\">%s<element subscript=\"a\"><eqn>0</eqn></element>"
                "<element subscript=\"b\"><eqn>6</eqn><conveyor><len>3</len></conveyor></element>"
                "<inflow>in</inflow><outflow>out</outflow><outflow>lost</outflow>"
                "<conveyor><len>way[d]</len></conveyor></stock>"
                "<aux name=\"way\">%s<eqn>2 * d</eqn></aux>"
                "<flow name=\"in\">%s<eqn>d</eqn></flow><flow name=\"out\">%s</flow>"
                "<flow name=\"lost\">%s<element subscript=\"a\"><leak>0.5</leak></element>"
                "<element subscript=\"b\"><leak>0</leak></element></flow>",
                is, is, is, is, is)));
    desk_must_run(on);
    DESK_EACH_TIME(t, 0, 8, 0.5)
    {
        assert_near(desk_value(on, "out[a]", t), t < 2 ? 0 : 0.5, 1e-15);
        assert_near(desk_value(on, "out[b]", t), 2, 1e-15);
        assert_true(desk_value(on, "lost[b]", t) == 0);
    }
    assert_near(desk_value(on, "lost[a]", 8), 0.5, 1e-15);
}

static void who_only_wants_the_exit_gets_the_same_bits(void **state)
{
    desk *on = *state;
    size_t wanted;

    desk_must_compile(on, everything_with(on, "rk4 0 40 0.25", true, true));
    desk_must_run(on);
    const sd_trajectory *all = on->trajectory;
    size_t column = sd_trajectory_column(all, desk_element(on, "out"));

    wanted = desk_element(on, "out");
    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, &wanted, 1, &on->program, on->diag),
        SD_OK);
    desk_request(on);
    desk_must_run(on);
    for (size_t k = 0; k < all->time_count; k++)
        assert_true(sd_trajectory_value(all, k, column, 0) ==
                    sd_trajectory_value(on->trajectory, k,
                                        sd_trajectory_column(on->trajectory, wanted), 0));
}

/* ---- what cannot be ---------------------------------------------------------------------------------- */

static void expect_refusal(desk *on, const char *start, const char *conveyor, const char *leak,
                           const char *message)
{
    belt_compile(on, "euler 0 10 0.5", start, "4", *leak ? "<outflow>lost</outflow>" : "", conveyor,
                 *leak ? sd_arena_printf(on->arena, "<flow name=\"lost\"%s</flow>", leak) : "");
    assert_int_not_equal(desk_run(on), SD_OK);
    if (!strstr(desk_printed(on), message))
        fail_msg("'%s' is not in\n%s", message, desk_printed(on));
}

static void impossible_values_are_told_with_their_time(void **state)
{
    desk *on = *state;

    expect_refusal(
        on, "0", "<conveyor><len>0</len></conveyor>", "",
        "error[E504]: the transit time of 'S' is 0 at time 0, and must be a finite number above 0");
    expect_refusal(
        on, "0", "<conveyor><len>3 - TIME</len></conveyor>", "",
        "error[E504]: the transit time of 'S' is 0 at time 3, and must be a finite number above 0");
    expect_refusal(on, "0", "<conveyor><len>3 - 2 * TIME</len><sample>TIME = 4</sample></conveyor>",
                   "", "error[E504]: the transit time of 'S' is -5 at time 4");
    expect_refusal(on, "0", "<conveyor><len>1 / (TIME - 2)^2</len></conveyor>", "",
                   "error[E504]: the transit time of 'S' is inf at time 2");
    expect_refusal(
        on, "0", "<conveyor><len>1e9</len></conveyor>", "",
        "error[E506]: the transit time of 'S' is 1000000000 at time 0, and must be at most");
    expect_refusal(on, "0", "<conveyor><len>2</len><capacity>5 - TIME</capacity></conveyor>", "",
                   "error[E505]: the capacity of 'S' is -0.5 at time 5.5, and must be 0 or more");
    expect_refusal(on, "0", "<conveyor><len>2</len><in_limit>-1</in_limit></conveyor>", "",
                   "error[E505]: the inflow limit of 'S' is -1 at time 0");
    expect_refusal(on, "-1", "<conveyor><len>2</len></conveyor>", "",
                   "error[E505]: the initial content of 'S' is -1 at time 0");
    expect_refusal(
        on, "0", "<conveyor><len>2</len></conveyor>", "><leak>1.5</leak>",
        "error[E505]: the leak fraction of 'lost' is 1.5 at time 0, and must be from 0 to 1");
    expect_refusal(on, "0", "<conveyor><len>2</len></conveyor>", "><leak>0.25 - TIME</leak>",
                   "error[E505]: the leak fraction of 'lost' is -0.25 at time 0.5");
    expect_refusal(
        on, "0", "<conveyor exponential_leak=\"true\"><len>2</len></conveyor>",
        "><leak>2 + TIME</leak>",
        "error[E505]: the leak fraction of 'lost' is 2.5 at time 0.5, and must be from 0 to 1/DT");
    expect_refusal(
        on, "0", "<conveyor exponential_leak=\"true\"><len>12</len></conveyor>",
        " leak_end=\"0.5\"><leak>0.1</leak>",
        "error[E506]: the transit time of 'S' is 12 at time 0, and must be no longer than the run");
}

static void a_member_that_is_impossible_is_named(void **state)
{
    desk *on = *state;
    const double lens[] = {2, 3, -1, 4};

    belt_compile(on, "euler 0 10 0.5", "0 * L", "4 * L ^ 0", "",
                 "<conveyor><len>L</len></conveyor>", "<aux name=\"L\"><eqn>2</eqn></aux>");
    on->request.members = 4;
    on->request.parameters = lens;
    assert_int_equal(on->program->parameter_count, 1);
    assert_int_equal(desk_run(on), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "is -1 at time 0 in member 2, and must be"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(nothing_is_lost_or_made),
        DESK_TEST(what_has_been_on_the_belt_comes_out_in_full),
        DESK_TEST(members_are_the_same_whoever_stands_beside_them),
        DESK_TEST(who_only_wants_the_exit_gets_the_same_bits),
        DESK_TEST(impossible_values_are_told_with_their_time),
        DESK_TEST(a_member_that_is_impossible_is_named),
        DESK_TEST(an_array_has_a_belt_for_each_element),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
