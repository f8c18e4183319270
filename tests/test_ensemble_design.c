/* test_ensemble_design.c - which values members have: grids and tables, and what is wrong with them, place by place.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/ensemble.h"

#include <math.h>

static const char lines[] = "stock y = start; in f\nflow f = rate * y + seasonal\naux rate = 0.04\n"
                            "aux start = 2.385\naux idle = 1\naux seasonal = 0.1 * SIN(TIME)\n";

static sd_scenario *scenario_of(desk *on)
{
    const char *text = desk_file(on, "rk4 0 10 0.5", "", desk_variables(on, lines));
    const sd_source *source = sd_source_from_text(on->arena, "t.xmile", text, strlen(text));
    sd_scenario *scenario = NULL;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag), SD_OK);
    on->model = scenario->model;
    return scenario;
}

static sd_status grid(desk *on, const sd_scenario *scenario, size_t count, const char *const *texts,
                      const sd_design **ret_design)
{
    on->diag = sd_diag_new(on->arena);
    return sd_design_from_grid(on->arena, scenario, texts, count, ret_design, on->diag);
}

static sd_status table(desk *on, const sd_scenario *scenario, const char *text,
                       const sd_design **ret_design)
{
    const sd_source *source = sd_source_from_text(on->arena, "m.csv", text, strlen(text));

    on->diag = sd_diag_new(on->arena);
    return sd_design_from_csv(on->arena, scenario, source, ret_design, on->diag);
}

/* ---- grids ------------------------------------------------------------------------------------------- */

static void the_first_factor_of_a_grid_varies_slowest(void **state)
{
    desk *on = *state;
    static const char *const texts[] = {"rate=-0.1:0.2:2", "Start = 1 : 3 : 3"};
    static const double expected[6][2] = {{-0.1, 1}, {-0.1, 2}, {-0.1, 3},
                                          {0.2, 1},  {0.2, 2},  {0.2, 3}};
    const sd_design *design;
    double values[2];

    assert_int_equal(grid(on, scenario_of(on), 2, texts, &design), SD_OK);
    assert_int_equal(design->member_count, 6);
    assert_int_equal(design->factor_count, 2);
    assert_string_equal(design->factors[0].name, "rate");
    for (uint64_t m = 6; m-- > 0;) { /* any order will do */
        sd_design_values(design, m, values);
        assert_memory_equal(values, expected[m], sizeof values);
    }
}

static void a_grid_has_the_decimals_that_people_would_type(void **state)
{
    desk *on = *state;
    static const char *const texts[] = {"rate=0:1.6:9"}, *const wide[] = {"rate=-0.3:0.3:7"},
                             *const thirds[] = {"rate=0:1:4"};
    static const double steps[] = {0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6},
                        middle[] = {-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3};
    const sd_scenario *scenario = scenario_of(on);
    const sd_design *design;
    double value;

    assert_int_equal(grid(on, scenario, 1, texts, &design), SD_OK);
    for (uint64_t m = 0; m < 9; m++) {
        sd_design_values(design, m, &value);
        assert_memory_equal(&value, &steps[m], sizeof value);
    }
    assert_int_equal(grid(on, scenario, 1, wide, &design), SD_OK);
    for (uint64_t m = 0; m < 7; m++) {
        sd_design_values(design, m, &value);
        assert_true(value == middle[m]);
    }
    assert_int_equal(grid(on, scenario, 1, thirds, &design), SD_OK);
    sd_design_values(design, 1, &value);
    assert_near(value, 1.0 / 3, 2e-16); /* what is no decimal stays as it is */
}

static void a_scenario_without_a_grid_is_one_member(void **state)
{
    desk *on = *state;
    const sd_design *design;

    assert_int_equal(grid(on, scenario_of(on), 0, NULL, &design), SD_OK);
    assert_int_equal(design->member_count, 1);
    assert_int_equal(design->factor_count, 0);
}

static void expect_grid_error(desk *on, size_t count, const char *const *texts, sd_status status,
                              const char *message)
{
    const sd_design *design;
    const char *printed;

    assert_int_equal(grid(on, scenario_of(on), count, texts, &design), status);
    printed = desk_printed(on);
    if (!strstr(printed, message))
        fail_msg("%s\nand not\n%s", printed, message);
}

static void a_malformed_grid_is_told_with_its_place(void **state)
{
    static const struct {
        const char *text, *message;
        sd_status status;
    } rows[] = {
        {"rate=0:1", "[E701]: 'rate=0:1' is no grid\n  --> --grid:1:1", SD_USAGE},
        {"rate=0:1:2:3", "'rate=0:1:2:3' is no grid", SD_USAGE},
        {"rate=0:x:2", "[E701]: an end of a grid must be a number\n  --> --grid:1:8", SD_USAGE},
        {"rate=0:1:2.5", "[E701]: the number of points must be a whole number\n  --> --grid:1:10",
         SD_USAGE},
        {"rate=0:1:1", "[E701]: one point cannot be both ends of the grid", SD_USAGE},
        {"rate=1:1:3", "[E701]: the ends of the grid are the same", SD_USAGE},
        {"rate=0:1:0", "[E702]: a grid without points has no members\n  --> --grid:1:10", SD_LIMIT},
        {"rat=0:1:3", "[E101]: no variable named 'rat'\n  --> --grid:1:1", SD_INVALID},
        {"seasonal=0:1:3", "[E408]: ", SD_INVALID},
        {"rate=0:1:2000000000", "[E702]: the grid has 1e+09 members, more than 1000000000",
         SD_LIMIT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_grid_error(*state, 1, &rows[i].text, rows[i].status, rows[i].message);
}

static void a_grid_of_grids_is_counted_before_it_is_run(void **state)
{
    static const char *const texts[] = {"rate=0:1:100000", "start=0:1:100000"};
    static const char *const twice[] = {"rate=0:1:3", "RATE=2:3:3"};

    expect_grid_error(*state, 2, texts, SD_LIMIT,
                      "[E702]: the grid has 1e+10 members, more than 1000000000");
    expect_grid_error(*state, 2, twice, SD_INVALID, "[E102]: 'RATE' is varied twice");
}

static void bounds_of_the_model_hold_for_members(void **state)
{
    desk *on = *state;
    static const char *const beyond[] = {"base_burnout_prevalence=0.1:1.1:3"};
    static const char *const shares[] = {"group_share[high]=0.1:0.9:5"};
    sd_scenario *scenario;
    const sd_design *design;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_scenario_from_input(on->arena, "tools-only", &scenario, on->diag), SD_OK);
    assert_int_equal(grid(on, scenario, 1, beyond, &design), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "[E404]: 'base_burnout_prevalence' must be "));
    assert_non_null(strstr(desk_printed(on), "--> --grid:1:29"));
    assert_int_equal(grid(on, scenario, 1, shares, &design), SD_INVALID);
    assert_string_equal(
        on->diag->messages.items[0].text,
        "in member 0, the shares 'group_share' must add up to 1, but they add up to 0.6");
    assert_int_equal(
        table(on, scenario, "group_share[high],group_share[low]\n0.1,0.9\n0.7,0.3\n", &design),
        SD_OK);
}

/* ---- tables ------------------------------------------------------------------------------------------ */

static void a_table_has_one_member_a_row(void **state)
{
    desk *on = *state;
    const sd_design *design;
    double values[2];

    assert_int_equal(table(on, scenario_of(on),
                           "\xEF\xBB\xBF\"start\",rate\r\n1.5,0.1\r\n\r\n-2,0.25\r\n", &design),
                     SD_OK);
    assert_int_equal(design->member_count, 2);
    assert_int_equal(design->factors[0].first, desk_element(on, "start"));
    sd_design_values(design, 1, values);
    assert_true(values[0] == -2 && values[1] == 0.25);
    sd_design_values(design, 0, values);
    assert_true(values[0] == 1.5 && values[1] == 0.1);
}

static void every_error_of_a_table_has_its_line_and_column(void **state)
{
    desk *on = *state;
    const sd_design *design;

    assert_int_equal(table(on, scenario_of(on), "rate,start\n0.1,x\n0.2\n,7\n0.1,2,3\n", &design),
                     SD_SYNTAX);
    assert_string_equal(
        desk_printed(on),
        "error[E606]: 'x' in column 'start' is no number\n  --> m.csv:2:5\n   |\n 2 | 0.1,x\n   | "
        "    ^\n"
        "error[E606]: this line has 1 field, the first line has 2\n  --> m.csv:3:1\n   |\n 3 | "
        "0.2\n   | ^\n"
        "error[E606]: a value of 'rate' is missing\n  --> m.csv:4:1\n   |\n 4 | ,7\n   | ^\n"
        "error[E606]: this line has 3 fields, the first line has 2\n  --> m.csv:5:1\n   |\n 5 | "
        "0.1,2,3\n   | ^\n");
    assert_int_equal(table(on, scenario_of(on), "rate,stat\n0.1,1\n", &design), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "[E101]: no variable named 'stat'\n  --> m.csv:1:6"));
    assert_int_equal(table(on, scenario_of(on), "rate,rate\n0.1,1\n", &design), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "[E102]: 'rate' is varied twice\n  --> m.csv:1:6"));
}

static void a_table_without_members_is_an_error(void **state)
{
    desk *on = *state;
    const sd_design *design;

    assert_int_equal(table(on, scenario_of(on), "rate\n", &design), SD_LIMIT);
    assert_int_equal(table(on, scenario_of(on), "", &design), SD_LIMIT);
    assert_string_equal(on->diag->messages.items[0].text, "the table has no members");
}

static void the_cell_that_is_out_of_bounds_is_shown(void **state)
{
    desk *on = *state;
    sd_scenario *scenario;
    const sd_design *design;

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_scenario_from_input(on->arena, "tools-only", &scenario, on->diag), SD_OK);
    assert_int_equal(table(on, scenario, "base_burnout_prevalence\n0.2\n1.25\n0.3\n", &design),
                     SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "--> m.csv:3:1"));
}

/* ---- warnings ---------------------------------------------------------------------------------------- */

static void a_factor_that_no_score_needs_is_warned_of(void **state)
{
    desk *on = *state;
    static const char *const texts[] = {"idle=0:1:2", "rate=0:1:2", "start=0:1:2"};
    const sd_scenario *scenario = scenario_of(on);
    const sd_design *design;
    const size_t wanted = desk_element(on, "y");

    assert_int_equal(grid(on, scenario, 3, texts, &design), SD_OK);
    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, &wanted, 1, &on->program, on->diag),
        SD_OK);
    sd_design_warn_unused(design, on->program, on->diag);
    assert_int_equal(on->diag->warnings, 1);
    assert_string_equal(on->diag->messages.items[0].text, "no score depends on 'idle'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_first_factor_of_a_grid_varies_slowest),
        DESK_TEST(a_grid_has_the_decimals_that_people_would_type),
        DESK_TEST(a_scenario_without_a_grid_is_one_member),
        DESK_TEST(a_malformed_grid_is_told_with_its_place),
        DESK_TEST(a_grid_of_grids_is_counted_before_it_is_run),
        DESK_TEST(bounds_of_the_model_hold_for_members),
        DESK_TEST(a_table_has_one_member_a_row),
        DESK_TEST(every_error_of_a_table_has_its_line_and_column),
        DESK_TEST(a_table_without_members_is_an_error),
        DESK_TEST(the_cell_that_is_out_of_bounds_is_shown),
        DESK_TEST(a_factor_that_no_score_needs_is_warned_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
