/* test_model_distribution.c - amounts are numbers or distributions, with their central value and their ends.
 * A message is pinned as `column-end text; help`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "../sim/model/scenario_private.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
} desk;

static int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return 0;
}

static int tear_down(void **state)
{
    desk *used = *state;

    sd_arena_free(used->arena);
    free(used);
    return 0;
}

/* Reads "x = AMOUNT;". */
static bool read_amount(desk *on, const char *amount, sd_amount *ret_amount)
{
    const char *text = sd_arena_printf(on->arena, "x = %s;", amount);
    const sd_source *source = sd_source_from_text(on->arena, "acme.cfg", text, strlen(text));
    const sd_entry *root = sd_entry_read(on->arena, source, on->diag);

    assert_non_null(root);
    return sd_amount_read(on->arena, sd_entry_find(root, "x"), ret_amount, on->diag);
}

static void expect_amount(void **state, const char *text, sd_distribution_kind kind, double value,
                          double low, double high)
{
    desk *on = *state;
    sd_amount amount = {0};
    double ends[2];

    assert_true(read_amount(on, text, &amount));
    assert_int_equal(on->diag->messages.count, 0);
    assert_int_equal(amount.distribution.kind, kind);
    assert_true(amount.value == value);
    sd_amount_ends(&amount, &ends[0], &ends[1]);
    assert_true(ends[0] == low);
    assert_true(ends[1] == high);
}

static void expect_error(void **state, const char *amount, const char *expected)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);
    sd_amount read;

    on->diag = sd_diag_new(on->arena);
    assert_false(read_amount(on, amount, &read));
    for (size_t each = 0; each < on->diag->messages.count; each++) {
        const sd_message *message = &on->diag->messages.items[each];

        sd_text_printf(&text, "%s%s %zu-%zu %s%s%s", each ? "\n" : "", sd_code_name(message->code),
                       message->span.begin + 1, message->span.end + 1, message->text,
                       message->help ? "; " : "", message->help ? message->help : "");
    }
    assert_string_equal(text.bytes, expected);
}

static void a_number_is_itself_with_or_without_a_point(void **state)
{
    expect_amount(state, "0.385", SD_DIST_NONE, 0.385, 0.385, 0.385);
    expect_amount(state, "-7", SD_DIST_NONE, -7, -7, -7);
    expect_amount(state, "3000000000L", SD_DIST_NONE, 3e9, 3e9, 3e9);
    expect_amount(state, "0x1F", SD_DIST_NONE, 31, 31, 31);
    expect_amount(state, "{ value = 2.5; source = \"s\"; }", SD_DIST_NONE, 2.5, 2.5, 2.5);
}

static void a_source_stays_with_its_value(void **state)
{
    sd_amount amount;

    assert_true(read_amount(*state, "{ value = 2.5; source = \"article 002\"; }", &amount));
    assert_string_equal(amount.source, "article 002");
    assert_int_equal(amount.span.begin, 14);
    assert_true(read_amount(*state, "{ dist = \"uniform\"; min = 1; max = 2.5; source = \"s\"; }",
                            &amount));
    assert_string_equal(amount.source, "s");
    assert_true(read_amount(*state, "4.5", &amount));
    assert_null(amount.source);
}

static void each_distribution_has_its_central_value_and_ends(void **state)
{
    const double inf = (double)INFINITY;

    expect_amount(state, "{ dist = \"uniform\"; min = 1.5; max = 4; }", SD_DIST_UNIFORM, 2.75, 1.5,
                  4);
    expect_amount(state, "{ dist = \"triangular\"; min = 1; mode = 1; max = 4.5; }",
                  SD_DIST_TRIANGULAR, 1, 1, 4.5);
    expect_amount(state, "{ dist = \"pert\"; min = 1; mode = 2.5; max = 4; }", SD_DIST_PERT, 2.5, 1,
                  4);
    expect_amount(state, "{ dist = \"normal\"; mean = 2.5; sd = 0.5; }", SD_DIST_NORMAL, 2.5, -inf,
                  inf);
    expect_amount(state, "{ dist = \"normal\"; mean = 2.5; sd = 0.5; min = 2; }", SD_DIST_NORMAL,
                  2.5, 2, inf);
    expect_amount(state, "{ dist = \"lognormal\"; median = 2.5; sigma = 0.5; max = 9; }",
                  SD_DIST_LOGNORMAL, 2.5, 0, 9);
    expect_amount(state, "{ dist = \"beta\"; alpha = 2; beta = 6; }", SD_DIST_BETA, 0.25, 0, 1);
    expect_amount(state, "{ dist = \"beta\"; alpha = 2; beta = 6; min = 10; max = 30; }",
                  SD_DIST_BETA, 15, 10, 30);
    expect_amount(state, "{ dist = \"choice\"; values = [3.5, 1.5, 2.5]; }", SD_DIST_CHOICE, 3.5,
                  1.5, 3.5);
}

static void the_weights_of_a_choice_become_shares(void **state)
{
    sd_amount amount;

    assert_true(read_amount(*state, "{ dist = \"choice\"; values = (1, 2.5); weights = [1, 3]; }",
                            &amount));
    assert_int_equal(amount.distribution.choice_count, 2);
    assert_true(amount.distribution.weights[0] == 0.25);
    assert_true(amount.distribution.weights[1] == 0.75);
    assert_true(read_amount(*state, "{ dist = \"choice\"; values = [4, 5]; }", &amount));
    assert_true(amount.distribution.weights[1] == 0.5);
}

static void every_kind_has_the_name_that_scenarios_write(void **state)
{
    static const struct {
        sd_distribution_kind kind;
        const char *name, *parameters;
    } rows[] = {
#define ROW(id, name, parameters, text) {SD_DIST_##id, name, parameters},
        SD_DISTRIBUTIONS(ROW)
#undef ROW
    };

    (void)state;
    assert_string_equal(sd_distribution_name(SD_DIST_NONE), "fixed");
    for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++)
        assert_string_equal(sd_distribution_name(rows[each].kind), rows[each].name);
}

static void missing_and_unknown_parameters_are_named(void **state)
{
    expect_error(state, "{ dist = \"uniform\"; min = 1; }",
                 "E409 5-35 the uniform distribution of 'x' has no max; it needs min and max");
    expect_error(state, "{ dist = \"pert\"; }",
                 "E409 5-23 the pert distribution of 'x' has no min; it needs min, mode and max\n"
                 "E409 5-23 the pert distribution of 'x' has no mode; it needs min, mode and max\n"
                 "E409 5-23 the pert distribution of 'x' has no max; it needs min, mode and max");
    expect_error(state, "{ dist = \"normal\"; mean = 1; sd = 0.5; mode = 1; }",
                 "E402 44-48 unknown setting 'mode' in a normal distribution");
    expect_error(state, "{ dist = \"choice\"; }",
                 "E409 5-25 the choice distribution of 'x' has no values; it needs values = [ ] "
                 "and may have "
                 "weights = [ ]");
    expect_error(
        state, "{ min = 1; max = 2; }",
        "E409 5-26 the distribution of 'x' has no dist; add dist = \"uniform\"; or another");
    expect_error(state, "{ dist = \"lognorml\"; median = 1; }",
                 "E409 14-24 unknown distribution 'lognorml'; did you mean 'lognormal'?");
    expect_error(state, "{ dist = 3; }",
                 "E403 14-15 'dist' must be a text in quotes, not a number");
    expect_error(state, "{ value = 3; sorce = \"x\"; }",
                 "E402 18-23 unknown setting 'sorce' in a value; did you mean 'source'?");
}

static void parameters_that_contradict_each_other_are_refused(void **state)
{
    expect_error(state, "{ dist = \"uniform\"; min = 3; max = 2; }",
                 "E409 31-32 min 3 is not below max 2; exchange them");
    expect_error(state, "{ dist = \"uniform\"; min = 3; max = 3; }",
                 "E409 31-32 min 3 is not below max 3; write the plain number 3");
    expect_error(state, "{ dist = \"triangular\"; min = 1; mode = 0.5; max = 2; }",
                 "E409 44-47 mode 0.5 lies below min 1");
    expect_error(state, "{ dist = \"normal\"; mean = 4.5; sd = 0; max = 4; }",
                 "E409 41-42 sd must be above 0, not 0\nE409 31-34 mean 4.5 lies above max 4");
    expect_error(
        state, "{ dist = \"lognormal\"; median = -1; sigma = -0.5; }",
        "E409 48-52 sigma must be above 0, not -0.5\nE409 36-38 median must be above 0, not -1");
    expect_error(state, "{ dist = \"beta\"; alpha = 0; beta = 2; }",
                 "E409 30-31 alpha must be above 0, not 0");
}

static void choices_without_values_or_weights_are_refused(void **state)
{
    expect_error(state, "{ dist = \"choice\"; values = []; }",
                 "E409 33-35 'values' must hold from 1 to 1000 numbers");
    expect_error(state, "{ dist = \"choice\"; values = [\"a\"]; }",
                 "E403 34-37 this must be a plain number, not a text");
    expect_error(state, "{ dist = \"choice\"; values = [1, 2]; weights = [1]; }",
                 "E409 51-54 there are 1 weights for 2 values");
    expect_error(state, "{ dist = \"choice\"; values = [1, 2]; weights = [2, -1]; }",
                 "E409 55-57 a weight is below 0");
    expect_error(state, "{ dist = \"choice\"; values = [1, 2]; weights = [0, 0]; }",
                 "E409 51-57 the weights must add up to more than 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_number_is_itself_with_or_without_a_point, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_source_stays_with_its_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_distribution_has_its_central_value_and_ends, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_weights_of_a_choice_become_shares, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_kind_has_the_name_that_scenarios_write, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(missing_and_unknown_parameters_are_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(parameters_that_contradict_each_other_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(choices_without_values_or_weights_are_refused, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
