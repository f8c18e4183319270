/* test_run_tile.c - a member's values are the same bits whether it runs alone or beside others.
 * Random parameters, three models, all fixed methods; the model with random draws too, because a draw is keyed by
 * the member's number and not by its place.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

enum { MEMBERS = 64 };

/* Every parameter with a range is drawn within it, every other one within 10 % of its value. */
static double *draw_parameters(desk *on)
{
    const sd_program *program = on->program;
    double *values = SD_NEW_ARRAY(on->arena, double, program->parameter_count *MEMBERS);

    for (size_t k = 0; k < program->parameter_count; k++) {
        const sd_variable *variable = on->model->element_variables[program->parameters[k].element];
        bool ranged = isfinite(variable->range_min) && isfinite(variable->range_max);
        double value = program->parameters[k].value,
               low = ranged ? variable->range_min : 0.9 * value;
        double high = ranged ? variable->range_max : 1.1 * value;

        for (size_t m = 0; m < MEMBERS; m++) {
            double pair[2];

            sd_random_uniform((sd_draw){.seed = 31337, .member = m, .variable = (uint32_t)k}, pair);
            values[k * MEMBERS + m] = low + (high - low) * pair[0];
        }
    }
    return values;
}

/* Members first .. first + count - 1 of `values` in one tile. */
static const sd_trajectory *run_tile(desk *on, const double *values, size_t first, size_t count)
{
    size_t parameters = on->program->parameter_count;
    double *own = SD_NEW_ARRAY(on->arena, double, parameters *count + 1);

    for (size_t k = 0; k < parameters; k++)
        memcpy(own + k * count, values + k * MEMBERS + first, count * sizeof *own);
    on->request.members = count;
    on->request.first_member = first;
    on->request.parameters = own;
    desk_must_run(on);
    return on->trajectory;
}

static void expect_same_bits(const sd_trajectory *whole, const sd_trajectory *tile, size_t first)
{
    assert_int_equal(whole->time_count, tile->time_count);
    for (size_t i = 0; i < whole->time_count; i++) {
        for (size_t c = 0; c < whole->column_count; c++) {
            const double *all = whole->values + (i * whole->column_count + c) * whole->members;

            assert_memory_equal(all + first,
                                tile->values + (i * tile->column_count + c) * tile->members,
                                tile->members * sizeof *all);
        }
    }
}

/* Tiles of 64, of 7 in the middle, and of one. */
static void compare_tiles(desk *on, sd_method method)
{
    const double *values = draw_parameters(on);

    on->request.spec.method = method;
    on->request.spec.seed = 9;
    const sd_trajectory *whole = run_tile(on, values, 0, MEMBERS);

    expect_same_bits(whole, run_tile(on, values, 0, 7), 0);
    expect_same_bits(whole, run_tile(on, values, 40, 7), 40);
    expect_same_bits(whole, run_tile(on, values, 0, 1), 0);
    expect_same_bits(whole, run_tile(on, values, 45, 1), 45);
    expect_same_bits(whole, run_tile(on, values, MEMBERS - 1, 1), MEMBERS - 1);
}

static const sd_method fixed[] = {SD_METHOD_EULER, SD_METHOD_RK2, SD_METHOD_RK4};

static void the_shipped_model_gives_a_member_the_same_bits_in_any_tile(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
        on->request.spec.dt =
            fixed[i] == SD_METHOD_EULER ? 0.0625 : 0.25; /* Euler needs short steps here */
        on->request.spec.stop = 52;
        on->request.spec.save_interval = 4;
        compare_tiles(on, fixed[i]);
    }
}

static void functions_with_memory_give_a_member_the_same_bits_in_any_tile(void **state)
{
    static const char lines[] =
        "stock P = 100; in born; out dead; nonneg\n"
        "flow born = P * rate * (1 + 0.2 * NORMAL(0, 1)) + PULSE(5, 3, 4)\n"
        "flow dead = P / life * MAX(0.5, RANDOM(0, 1.5)) + STEP(2, 7)\n"
        "aux rate = 0.12\naux life = 9.5\naux lag = 3.25\n"
        "aux seen = SMTH3(P, lag)\naux shipped = DELAY3(born, lag)\naux piped = DELAY(born, lag, "
        "1)\n"
        "aux before = PREVIOUS(P, 90)\naux growth = TREND(P, lag)\naux ahead = FORCST(P, lag, 5)\n"
        "aux waves = SIN(TIME / lag) + EXP(-TIME / life) + LN(P + 1) + SQRT(P) + P ^ 0.37\n";
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        desk_must_compile(on, desk_file(on, "rk4 0 30 0.125", "", desk_variables(on, lines)));
        compare_tiles(on, fixed[i]);
    }
}

static void a_chaotic_model_gives_a_member_the_same_bits_in_any_tile(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < 3; i++) {
        desk_must_compile_file(on, "tests/models/lorenz.xmile");
        on->request.spec.dt = on->request.spec.save_interval = 1.0 / 256;
        compare_tiles(on, fixed[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_shipped_model_gives_a_member_the_same_bits_in_any_tile),
        DESK_TEST(functions_with_memory_give_a_member_the_same_bits_in_any_tile),
        DESK_TEST(a_chaotic_model_gives_a_member_the_same_bits_in_any_tile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
