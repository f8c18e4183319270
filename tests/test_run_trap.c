/* test_run_trap.c - the shipped model agrees with an independent implementation, its hours account closes, and
 * without AI nothing moves.
 * Reference: runs of the same equations by a separate program, RK4 with DT 0.25, 12 digits; a few of its numbers
 * are copied here, and its whole files are compared where they are at hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* The reference was printed with 12 digits and both programs round differently at each of 1040 steps: the whole
 * tables agree to 5e-12, so 1e-9 leaves room for another compiler and none for another equation. */
static const double table_tolerance = 1e-9;
enum { WEEKS = 260 };

static void open_model(desk *on)
{
    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    on->request.spec.method = SD_METHOD_RK4;
    on->request.spec.dt = 0.25;
    on->request.spec.save_interval = 1;
}

/* Parameters for `members`, all as the model gives them; [parameter][member]. */
static double *parameters(desk *on, size_t members)
{
    const sd_program *program = on->program;
    double *values = SD_NEW_ARRAY(on->arena, double, program->parameter_count *members);

    for (size_t k = 0; k < program->parameter_count; k++)
        for (size_t m = 0; m < members; m++)
            values[k * members + m] = program->parameters[k].value;
    on->request.members = members;
    on->request.parameters = values;
    return values;
}

static size_t parameter(desk *on, const char *name)
{
    int32_t k = on->program->element_parameters[desk_element(on, name)];

    assert_true(k >= 0);
    return (size_t)k;
}

/* The four layers in their order, each from its own week on. */
static void set_layers(desk *on)
{
    static const char *const layers[] = {"permission", "definition", "boundaries", "coaching"};
    double *values = parameters(on, 1);

    for (size_t i = 0; i < 4; i++) {
        values[parameter(on, sd_arena_printf(on->arena, "practice_intensity[%s]", layers[i]))] = 1;
        values[parameter(on, sd_arena_printf(on->arena, "practice_start[%s]", layers[i]))] =
            26 + 13 * (double)i;
    }
}

/* ---- against the reference --------------------------------------------------------------------------- */

static const struct {
    double week;
    const char *name;
    double tools_only, layers;
} known[] = {
    {52, "ai_use[high]", 0.372797372201, 0.385313345967},
    {52, "task_backlog", 1179.79013568, 1175.87522962},
    {52, "expected_output", 7.71686003032, 7.68080724321},
    {52, "burned_out_staff", 25.6982040495, 25.195405082},
    {52, "fatigue", 1.05747301363, 1.01577207851},
    {52, "employee_satisfaction", 3.49554578832, 3.57732608178},
    {52, "cumulative_net_benefit", -32693.0558969, -42023.842029},
    {52, "net_productivity_gain", 0.029956357534, 0.0320468495397},
    {52, "refill_share", 0.79387228238, 0.6564600263},
    {52, "trap_index", 0.860604242675, 0.855245538396},
    {52, "hours_per_week", 40, 40},
    {52, "posts", 102.076923077, 102.078201713},
    {130, "ai_use[high]", 0.551006149041, 0.545825120481},
    {130, "task_backlog", 1458.24861111, 1229.63822445},
    {130, "expected_output", 8.91407135385, 8.17588864615},
    {130, "burned_out_staff", 38.3724574036, 24.8426363644},
    {130, "fatigue", 1.37853706608, 0.978691376918},
    {130, "employee_satisfaction", 2.82304671893, 3.91301036239},
    {130, "cumulative_net_benefit", -537110.817035, 821998.099547},
    {130, "net_productivity_gain", -0.0110561395481, 0.0855663518368},
    {130, "refill_share", 1.3431603448, 0.748266951227},
    {130, "trap_index", 1.140510298, 0.736664653572},
    {130, "hours_per_week", 43.5500101632, 40},
    {130, "posts", 106.338677704, 102.116658072},
    {260, "ai_use[high]", 0.574850190426, 0.585365309568},
    {260, "task_backlog", 1488.73105975, 1252.00927165},
    {260, "expected_output", 9.05524899716, 8.37243806094},
    {260, "burned_out_staff", 41.1190497232, 24.3489260111},
    {260, "fatigue", 1.40219337852, 0.97452403438},
    {260, "employee_satisfaction", 2.68460457156, 4.02559246706},
    {260, "cumulative_net_benefit", -3488196.63745, 3851534.657},
    {260, "net_productivity_gain", -0.0225277145449, 0.104816352746},
    {260, "refill_share", 1.35420389623, 0.789065043351},
    {260, "trap_index", 1.17516186237, 0.709960575348},
    {260, "hours_per_week", 43.7145815027, 40},
    {260, "posts", 107.985888422, 102.077190809},
};

static void tools_only_gives_the_known_values(void **state)
{
    desk *on = *state;

    open_model(on);
    desk_must_run(on);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_near(desk_value(on, known[i].name, known[i].week), known[i].tools_only,
                    table_tolerance);
}

static void layers_in_order_give_the_known_values(void **state)
{
    desk *on = *state;

    open_model(on);
    set_layers(on);
    desk_must_run(on);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_near(desk_value(on, known[i].name, known[i].week), known[i].layers, table_tolerance);
}

/* Every cell of the file; the largest difference is printed. */
static void compare_table(desk *on, const char *file)
{
    const char *path = desk_shared(on, file);
    const desk_table *table = path ? desk_table_read(on, path) : NULL;
    double worst = 0;

    if (!table) {
        skip();
        return;
    }
    assert_int_equal(table->row_count, WEEKS + 1);
    for (size_t c = 1; c < table->column_count; c++) {
        for (size_t row = 0; row < table->row_count; row++) {
            const double *cells = table->values + row * table->column_count;
            double value = desk_value(on, table->names[c], cells[0]);

            if (!is_near(value, cells[c], table_tolerance, 1e-9))
                fail_msg("%s at week %g is %.17g, not %.17g", table->names[c], cells[0], value,
                         cells[c]);
            if (fabs(value) >= 1e-9 || fabs(cells[c]) >= 1e-9)
                worst = fmax(worst, fabs(value - cells[c]) / fmax(fabs(value), fabs(cells[c])));
        }
    }
    print_message("%s: %zu columns, largest relative difference %.2g\n", file,
                  table->column_count - 1, worst);
}

static void tools_only_agrees_with_the_whole_reference_table(void **state)
{
    desk *on = *state;

    open_model(on);
    desk_must_run(on);
    compare_table(on, "reference/trap_tools-only.csv");
}

static void layers_in_order_agree_with_the_whole_reference_table(void **state)
{
    desk *on = *state;

    open_model(on);
    set_layers(on);
    desk_must_run(on);
    compare_table(on, "reference/trap_layers-in-order.csv");
}

/* ---- the account of hours ---------------------------------------------------------------------------- */

static void expect_closed_account(desk *on)
{
    double worst = 0;

    for (int week = 0; week <= WEEKS; week++) {
        double saved = desk_value(on, "gross_hours_saved", week),
               rest = desk_value(on, "hours_check", week);

        /* Before anything is saved there is nothing to be relative to: 3000 task hours a week are the scale. */
        assert_true(fabs(rest) <= 1e-9 * fmax(fabs(saved), 3000 * 1e-3));
        worst = fmax(worst, fabs(rest) / fmax(fabs(saved), 3));
    }
    print_message("hours account: largest rest %.2g of the hours saved\n", worst);
}

static void hours_saved_are_split_without_a_rest(void **state)
{
    desk *on = *state;

    open_model(on);
    desk_must_run(on);
    expect_closed_account(on);
    set_layers(on);
    desk_must_run(on);
    expect_closed_account(on);
}

/* ---- without AI -------------------------------------------------------------------------------------- */

/* Stocks that add up for ever do not rest; all others do. */
static bool rests(const sd_variable *variable)
{
    return variable->kind == SD_STOCK && strncmp(variable->key, "cumulative_", 11) != 0;
}

/* What changes an organisation whether or not it has AI, and so its steady state. */
static bool disturbs(const sd_variable *variable)
{
    static const char *const keys[] = {"base_remote_share", "new_remote_share",
                                       "new_monitoring",    "practice_intensity",
                                       "headcount_cap",     "demand_surge_size"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(variable->key, keys[i]) == 0)
            return true;
    return false;
}

/* Largest change of a resting stock against its start, relative to the larger of that and 1e-3 (shares near 0
 * have an absolute meaning). */
static double largest_change(desk *on)
{
    const sd_trajectory *t = on->trajectory;
    double worst = 0;

    for (size_t c = 0; c < t->column_count; c++) {
        if (!rests(on->model->element_variables[t->columns[c]]))
            continue;
        for (size_t m = 0; m < t->members; m++) {
            double begin = sd_trajectory_value(t, 0, c, m);

            for (size_t i = 1; i < t->time_count; i++)
                worst = fmax(worst, fabs(sd_trajectory_value(t, i, c, m) - begin) /
                                        fmax(fabs(begin), 1e-3));
        }
    }
    return worst;
}

static void without_ai_nothing_moves(void **state)
{
    desk *on = *state;

    open_model(on);
    parameters(on, 1)[parameter(on, "AI_start")] = 9999;
    desk_must_run(on);
    print_message("without AI: largest change %.2g\n", largest_change(on));
    assert_true(largest_change(on) <=
                1e-12); /* rounding: each of 1040 steps adds flows that cancel */
}

static void without_ai_nothing_moves_whatever_the_constants(void **state)
{
    enum { DRAWS = 30 };
    desk *on = *state;
    size_t varied = 0;

    open_model(on);
    double *values = parameters(on, DRAWS);

    for (size_t k = 0; k < on->program->parameter_count; k++) {
        const sd_variable *variable =
            on->model->element_variables[on->program->parameters[k].element];

        if (!isfinite(variable->range_min) || !isfinite(variable->range_max) || disturbs(variable))
            continue;
        varied++;
        for (size_t m = 0; m < DRAWS; m++) {
            double pair[2];

            sd_random_uniform((sd_draw){.seed = 20260, .member = m, .variable = (uint32_t)k}, pair);
            values[k * DRAWS + m] =
                variable->range_min + (variable->range_max - variable->range_min) * pair[0];
        }
    }
    for (size_t m = 0; m < DRAWS; m++)
        values[parameter(on, "AI_start") * DRAWS + m] = 9999;
    desk_must_run(on);
    print_message("without AI: %zu constants varied in %d draws, largest change %.2g\n", varied,
                  DRAWS, largest_change(on));
    assert_true(varied > 100);
    assert_true(largest_change(on) <= 1e-12);
}

/* ---- the time step ----------------------------------------------------------------------------------- */

/* The largest difference of a variable between two runs as a share of its range, over all variables. */
static double largest_share(const sd_trajectory *whole, const sd_trajectory *half,
                            size_t *ret_column)
{
    double worst = 0;

    for (size_t c = 0; c < whole->column_count; c++) {
        double low = HUGE_VAL, high = -HUGE_VAL, apart = 0;

        for (size_t i = 0; i < whole->time_count; i++) {
            double value = sd_trajectory_value(half, i, c, 0);

            low = fmin(low, value);
            high = fmax(high, value);
            apart = fmax(apart, fabs(sd_trajectory_value(whole, i, c, 0) - value));
        }
        if (high - low > 1e-9 * fmax(fabs(low), fabs(high)) && apart / (high - low) > worst) {
            worst = apart / (high - low);
            *ret_column = c;
        }
    }
    return worst;
}

static double halving(desk *on, double dt)
{
    const sd_trajectory *whole;
    size_t column = 0;

    on->request.spec.dt = dt;
    desk_must_run(on);
    whole = on->trajectory;
    on->request.spec.dt = dt / 2;
    desk_must_run(on);
    double share = largest_share(whole, on->trajectory, &column);

    print_message("DT %g against %g: %.2g of the range of %s\n", dt, dt / 2, share,
                  sd_model_element_name(on->model, whole->columns[column], on->arena));
    return share;
}

static void halving_dt_changes_no_chart(void **state)
{
    desk *on = *state;

    open_model(on);
    /* hours_check is rounding itself and has no range. */
    size_t *columns = SD_NEW_ARRAY(on->arena, size_t, on->request.column_count), kept = 0;

    for (size_t c = 0; c < on->request.column_count; c++)
        if (on->request.columns[c] != desk_element(on, "hours_check"))
            columns[kept++] = on->request.columns[c];
    on->request.columns = columns;
    on->request.column_count = kept;
    /* One pixel of a chart 1000 high is 1e-3. */
    assert_true(halving(on, 0.25) < 1e-3);
    assert_true(halving(on, 0.125) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(tools_only_gives_the_known_values),
        DESK_TEST(layers_in_order_give_the_known_values),
        DESK_TEST(tools_only_agrees_with_the_whole_reference_table),
        DESK_TEST(layers_in_order_agree_with_the_whole_reference_table),
        DESK_TEST(hours_saved_are_split_without_a_rest),
        DESK_TEST(without_ai_nothing_moves),
        DESK_TEST(without_ai_nothing_moves_whatever_the_constants),
        DESK_TEST(halving_dt_changes_no_chart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
