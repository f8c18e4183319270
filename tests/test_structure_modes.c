/* test_structure_modes.c - equilibria, eigenvalues and elasticities of models whose answers are known in closed form.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "still.h"

#include <math.h>

/* Numbers marked * are rows of reference/equilibria_eigen_bifurcation.csv, worked out there from the closed form. */

/* Eigenvalues of matrices of two are good to a few units of rounding, 2e-16, times a condition below 100. */
static const double eigen_tolerance = 1e-12;
/* Central differences of derivatives: a step of 6e-6 leaves its square, and rounding over it. */
static const double difference_tolerance = 1e-8;

static const char workforce[] = "stock inventory = 40; in production; out shipments\n"
                                "stock workforce = 90; in net_hiring\n"
                                "flow production = workforce / 2\n"
                                "flow shipments = 55\n"
                                "flow net_hiring = (2 * desired - workforce) / hiring_time\n"
                                "aux desired = shipments + (55 - inventory) / inventory_time\n"
                                "aux inventory_time = 5\n"
                                "aux hiring_time = 4\n";

static void inventory_and_workforce_swing(void **state)
{
    desk *on = *state;
    const still at = still_find(on, workforce);
    const sd_mode *mode = &at.modes.list[0];

    assert_near(still_value(&at, "inventory"), 55, eigen_tolerance);  /* * */
    assert_near(still_value(&at, "workforce"), 110, eigen_tolerance); /* * */
    assert_int_equal(at.modes.count, 1);
    assert_int_equal(at.modes.growing, 0);
    assert_near(mode->real, -0.125, eigen_tolerance);                   /* * */
    assert_near(mode->imaginary, 0.18540496217739158, eigen_tolerance); /* * */
    assert_near(mode->period, 33.88898135945232, eigen_tolerance);      /* * */
    assert_near(mode->time_constant, 8, eigen_tolerance);               /* * */
    assert_near(mode->damping, 0.5590169943749475, eigen_tolerance);    /* * */
    assert_near(mode->shares[0], 0.5, eigen_tolerance); /* the pair is one loop of both */
    assert_false(mode->defective);
}

static void elasticities_of_entries_are_the_closed_ones_and_sum_to_one(void **state)
{
    desk *on = *state;
    const still at = still_find(on, workforce);
    double real = 0, imaginary = 0;
    size_t count;
    const sd_elasticity *list =
        sd_mode_entries(on->arena, at.core, at.stocks, &at.modes.list[0], &count);

    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        const bool own = list[i].to == list[i].from;

        assert_near(list[i].real + 1, own ? 1 : 1.5, eigen_tolerance); /* * */
        assert_near(list[i].imaginary, own ? 0.6741998624632421 : -0.3370999312316211,
                    eigen_tolerance); /* * */
        real += list[i].real;
        imaginary += list[i].imaginary;
    }
    assert_near(real, 1, eigen_tolerance);
    assert_true(fabs(imaginary) < eigen_tolerance);
}

/* lambda^2 + lambda / h + 1 / (i h) = 0, so d lambda / d h = (lambda / h^2 + 1 / (i h^2)) / (2 lambda + 1 / h). */
static void elasticities_of_parameters_are_those_of_the_characteristic_equation(void **state)
{
    desk *on = *state;
    const still at = still_find(on, workforce);
    size_t count;
    const sd_elasticity *list =
        sd_mode_parameters(on->arena, at.core, at.stocks, &at.modes.list[0], &count);
    const double re = -0.125, im = 0.18540496217739158, h = 4, i = 5;

    assert_int_equal(count, 2);
    for (size_t k = 0; k < count; k++) {
        const sd_parameter *p = &on->program->parameters[list[k].parameter];
        const bool hiring = p->element == desk_element(on, "hiring_time");
        /* numerator (a + b i) over denominator i * 2 im, for 2 re + 1 / h = 0 */
        const double a = hiring ? re / (h * h) + 1 / (i * h * h) : 1 / (i * i * h);
        const double b = hiring ? im / (h * h) : 0;
        const double slope_re = b / (2 * im), slope_im = -a / (2 * im);
        const double size = re * re + im * im, value = hiring ? h : i;

        assert_near(list[k].real + 1, 1 + value * (slope_re * re + slope_im * im) / size,
                    difference_tolerance);
        assert_near(list[k].imaginary, value * (slope_im * re - slope_re * im) / size,
                    difference_tolerance);
    }
}

/* The equilibrium K moves with K, while lambda = -r stays: its elasticity to r is 1, to K 0. */
static void the_shift_of_the_equilibrium_is_part_of_an_elasticity(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock P = 700; in growth\n"
                                    "flow growth = r * P * (1 - P / K)\n"
                                    "aux r = 0.12\naux K = 1000\n");
    size_t count;
    const sd_elasticity *list =
        sd_mode_parameters(on->arena, at.core, at.stocks, &at.modes.list[0], &count);

    assert_near(at.stocks[0], 1000, eigen_tolerance);
    assert_near(at.modes.list[0].real, -0.12, eigen_tolerance); /* * */
    assert_true(isnan(at.modes.list[0].period));
    assert_near(at.modes.list[0].damping, 1, eigen_tolerance);
    assert_int_equal(count, 1);
    assert_int_equal(on->program->parameters[list[0].parameter].element, desk_element(on, "r"));
    assert_near(list[0].real, 1, difference_tolerance);
}

static void a_growing_mode_is_told(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock P = 0; in growth\n"
                                    "flow growth = 0.12 * P * (1 - P / 1000)\n");

    assert_true(at.stocks[0] == 0);
    assert_int_equal(at.modes.growing, 1);
    assert_near(at.modes.list[0].real, 0.12, eigen_tolerance); /* * */
    assert_near(at.modes.list[0].time_constant, -1 / 0.12, eigen_tolerance);
}

static void predators_and_prey_swing_for_ever(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock x = 4; in x_births; out x_deaths\n"
                                    "stock y = 2.2; in y_births; out y_deaths\n"
                                    "flow x_births = x\nflow x_deaths = 0.5 * x * y\n"
                                    "flow y_births = 0.25 * x * y\nflow y_deaths = 0.75 * y\n");
    const sd_mode *mode = &at.modes.list[0];

    assert_near(still_value(&at, "x"), 3, eigen_tolerance);            /* * */
    assert_near(still_value(&at, "y"), 2, eigen_tolerance);            /* * */
    assert_near(mode->imaginary, 0.8660254037844386, eigen_tolerance); /* * */
    assert_near(mode->period, 7.255197456936871, eigen_tolerance);     /* * */
    assert_true(mode->real == 0 && isinf(mode->time_constant));
}

static void an_epidemic_with_births_dies_down_in_swings(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "stock S = 0.3; in births; out infections; out deaths\n"
                                    "stock I = 0.1; in infections; out recoveries; out dying\n"
                                    "flow births = 0.02\nflow infections = 0.5 * S * I\n"
                                    "flow deaths = 0.02 * S\nflow recoveries = 0.1 * I\n"
                                    "flow dying = 0.02 * I\n");
    const sd_mode *mode = &at.modes.list[0];

    assert_near(still_value(&at, "S"), 0.24, eigen_tolerance);                /* * */
    assert_near(still_value(&at, "I"), 0.12666666666666665, eigen_tolerance); /* * */
    assert_near(mode->real, -0.041666666666666664, eigen_tolerance);          /* * */
    assert_near(mode->imaginary, 0.07657603338440096, eigen_tolerance);       /* * */
}

/* Three stages of time / 3 = 2 each: -1/2 three times, one direction.  Rounding spreads them by its third root,
 * 6e-6; their mean must be better. */
static void a_third_order_smooth_is_told_to_be_defective(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "aux x = 5.5\naux late = SMTH3(x, 6, 2.25)\n");

    assert_int_equal(at.modes.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_near(at.modes.list[i].real, -0.5, eigen_tolerance);
        assert_true(at.modes.list[i].imaginary == 0);
        assert_true(at.modes.list[i].defective);
    }
    assert_near(still_value(&at, "late"), 5.5, eigen_tolerance);
    assert_string_equal(sd_stock_name(on->arena, on->program, 1), "SMTH3 in late");
}

static void equal_eigenvalues_of_separate_stocks_are_not_defective(void **state)
{
    desk *on = *state;
    const still at = still_find(on, "aux a = 5.5\naux b = 3.25\naux late_a = SMTH1(a, 6, 1)\n"
                                    "aux late_b = SMTH1(b, 6, 1)\n");

    assert_int_equal(at.modes.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_near(at.modes.list[i].real, -1.0 / 6, eigen_tolerance);
        assert_false(at.modes.list[i].defective);
    }
}

/* Expectations that rise within 8 and fall within 104 rest on a corner: each side has its own time constant, and its own
 * elasticity of 1 to it. */
static void a_ratchet_is_told_and_each_side_has_its_modes(void **state)
{
    desk *on = *state;
    const still at =
        still_find(on, "stock expected = 3; in change\n"
                       "flow change = IF actual > expected THEN (actual - expected) / up "
                       "ELSE (actual - expected) / down\n"
                       "aux actual = 5.5\naux up = 8\naux down = 104\n");

    assert_near(at.stocks[0], 5.5, eigen_tolerance);
    for (int side = 0; side < 2; side++) {
        const double from = side ? 7 : 4;
        size_t count;
        sd_modes modes;

        assert_int_equal(sd_modes_new(on->arena, at.core, at.stocks, &from, &modes, on->diag),
                         SD_OK);
        assert_true(modes.corners && modes.corners[0]);
        assert_near(modes.list[0].time_constant, side ? 104 : 8, eigen_tolerance);
        const sd_elasticity *list =
            sd_mode_parameters(on->arena, at.core, modes.stocks, &modes.list[0], &count);

        assert_int_equal(count, 1);
        assert_int_equal(on->program->parameters[list[0].parameter].element,
                         desk_element(on, side ? "down" : "up"));
        /* Differences over a step of 1e-8 lose half of the digits. */
        assert_near(list[0].real, -1, 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(inventory_and_workforce_swing),
        DESK_TEST(elasticities_of_entries_are_the_closed_ones_and_sum_to_one),
        DESK_TEST(elasticities_of_parameters_are_those_of_the_characteristic_equation),
        DESK_TEST(the_shift_of_the_equilibrium_is_part_of_an_elasticity),
        DESK_TEST(a_growing_mode_is_told),
        DESK_TEST(predators_and_prey_swing_for_ever),
        DESK_TEST(an_epidemic_with_births_dies_down_in_swings),
        DESK_TEST(a_third_order_smooth_is_told_to_be_defective),
        DESK_TEST(equal_eigenvalues_of_separate_stocks_are_not_defective),
        DESK_TEST(a_ratchet_is_told_and_each_side_has_its_modes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
