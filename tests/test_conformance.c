/* test_conformance.c - the models of the system dynamics community's test suite give the outputs it expects.
 * In: $TREADMILL_SHARED/conformance (see its README.md for the rule of comparison); skipped without it.
 * Names are folded, two values agree within 1e-4 relative or when both are below 1e-6, row by row.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <ctype.h>
#include <math.h>
#include <strings.h>

enum { LEVELS = 4 };
static const char *const levels[LEVELS] = {"basic", "builtin", "array", "module"};

/* The cases that do not pass, each with its reason: a case that comes to pass must leave the list, and one that
 * fails in another way fails the test. */
static const struct exception {
    const char *model;
    sd_code code; /* what the model is refused with; SD_CODES: it runs and differs */
    const char *column, *reason;
} exceptions[] = {
    {"tests/zeroled_decimals/test_zeroled_decimals.xmile", SD_CODES, "stockmixed",
     "it asks for RK4, but the file was made with Euler: the integral of time is t^2 / 2"},
    {"tests/exp/test_exp.xmile", SD_CODES, "StockA",
     "-5 + 50 * 0.1 is 0; the file has -2.52e-06 from single precision"},
    {"tests/rounding/test_rounding.xmile", SD_CODES, "test integer",
     "XMILE wants INT to be the floor and MOD the floored modulus; the file's numbers are those of "
     "a "
     "program that rounds towards 0"},
};

typedef struct tally {
    size_t passed[LEVELS], excepted[LEVELS], failed[LEVELS];
} tally;

static const struct exception *exception_of(const char *model)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        if (strcmp(exceptions[i].model, model) == 0)
            return &exceptions[i];
    return NULL;
}

static bool is_bookkeeping(const char *key)
{
    static const char *const keys[] = {"saveper",   "initial_time", "final_time",
                                       "time_step", "time",         "time_(month)",
                                       "months",    "weeks",        "days"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* The element of a column's name, quotes and all; SIZE_MAX when the model has none. */
static size_t element_of(desk *on, const char *name)
{
    size_t element = SIZE_MAX;
    char *plain = sd_arena_copy(on->arena, name, strlen(name));
    char *bracket = strchr(plain, '[');

    /* "a[x, y]" as it stands; `"a b"[x]` keeps its quotes to the name. */
    if (bracket && plain[0] == '"' && bracket > plain && bracket[-1] == '"')
        plain =
            sd_arena_printf(on->arena, "%.*s%s", (int)(bracket - plain - 2), plain + 1, bracket);
    if (sd_model_find_element(on->model, plain, SD_NOWHERE, &element, sd_diag_new(on->arena)) !=
        SD_OK)
        return SIZE_MAX;
    return element;
}

/* NULL when the column agrees, else what is wrong. */
static const char *column_fault(desk *on, const desk_table *wanted, size_t c)
{
    const char *name = wanted->names[c];
    const sd_trajectory *t = on->trajectory;
    size_t element = element_of(on, name);

    if (element == SIZE_MAX)
        return sd_arena_printf(on->arena, "column '%s' is missing", name);
    size_t column = sd_trajectory_column(t, element);
    if (column == SIZE_MAX)
        return sd_arena_printf(on->arena, "column '%s' was not saved", name);
    for (size_t row = 0; row < wanted->row_count; row++) {
        double expected = wanted->values[row * wanted->column_count + c];
        double value = sd_trajectory_value(t, row, column, 0);

        if (!isnan(expected) && !is_near(value, expected, 1e-4, 1e-6))
            return sd_arena_printf(on->arena, "'%s' in row %zu is %.9g, not %.9g", name, row + 1,
                                   value, expected);
    }
    return NULL;
}

/* One model against one file: NULL, or what is wrong with it. */
static const char *fault_of(desk *on, const char *model, const char *expected)
{
    const char *path = desk_shared(on, sd_arena_printf(on->arena, "conformance/%s", model));
    const desk_table *wanted = desk_table_read(
        on, desk_shared(on, sd_arena_printf(on->arena, "conformance/%s", expected)));
    const sd_source *source;

    on->diag = sd_diag_new(on->arena);
    if (!wanted)
        return "the expected output cannot be read";
    if (sd_source_from_file(on->arena, path, SD_MODEL_BYTES_MAX, &source, on->diag) != SD_OK ||
        sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK ||
        sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag) != SD_OK)
        return desk_printed(on);
    desk_request(on);
    if (desk_run(on) != SD_OK)
        return desk_printed(on);
    if (wanted->row_count != on->trajectory->time_count)
        return sd_arena_printf(on->arena, "%zu rows, not %zu", on->trajectory->time_count,
                               wanted->row_count);
    for (size_t c = 0; c < wanted->column_count; c++) {
        const char *key = sd_name_key(on->arena, wanted->names[c], strlen(wanted->names[c]));
        const char *fault = is_bookkeeping(key) ? NULL : column_fault(on, wanted, c);

        if (fault)
            return fault;
    }
    return NULL;
}

/* Whether the case fails in the way that the list gives. */
static bool fails_as_listed(const desk *on, const struct exception *listed, const char *fault)
{
    if (listed->code == SD_CODES)
        return strstr(fault, listed->column) && on->diag->errors == 0;
    for (size_t i = 0; i < on->diag->messages.count; i++)
        if (on->diag->messages.items[i].code != listed->code &&
            on->diag->messages.items[i].severity == SD_ERROR_SEVERITY)
            return false;
    return on->diag->errors > 0;
}

static void judge(desk *on, const char *model, const char *expected, size_t level, tally *counts)
{
    const char *fault = fault_of(on, model, expected);
    const struct exception *listed = exception_of(model);

    if (!fault && !listed) {
        counts->passed[level]++;
    } else if (fault && listed && fails_as_listed(on, listed, fault)) {
        counts->excepted[level]++;
        print_message("%s: %s\n", model, listed->reason);
    } else {
        counts->failed[level]++;
        print_error("%s: %s\n", model,
                    fault ? fault : "passes: take it off the list of exceptions");
    }
}

/* The next cell of a line of cases.tsv. */
static const char *cell(desk *on, const char **at)
{
    size_t length = strcspn(*at, "\t\r\n");
    const char *text = sd_arena_copy(on->arena, *at, length);

    *at += length + ((*at)[length] == '\t');
    return text;
}

static size_t level_of(const char *name)
{
    size_t level = 0;

    while (level < LEVELS && strcmp(levels[level], name) != 0)
        level++;
    if (level == LEVELS)
        fail_msg("'%s' is no level of difficulty", name);
    return level;
}

static void print_table(const tally *counts)
{
    print_message("difficulty  passed  excepted  failed\n");
    for (size_t i = 0; i < LEVELS; i++)
        print_message("%-10s  %6zu  %8zu  %6zu\n", levels[i], counts->passed[i],
                      counts->excepted[i], counts->failed[i]);
}

static void the_community_s_models_give_what_it_expects(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "conformance/cases.tsv");
    const sd_source *cases = NULL;
    tally counts = {0};
    size_t judged = 0, failed = 0;

    if (!path || sd_source_from_file(on->arena, path, 1 << 20, &cases, on->diag) != SD_OK) {
        skip();
        return;
    }
    for (const char *line = strchr(cases->text, '\n'); line && line[1];
         line = strchr(line + 1, '\n')) {
        const char *at = line + 1;
        const char *model = cell(on, &at), *expected = cell(on, &at);

        judge(on, model, expected, level_of(cell(on, &at)), &counts);
        judged++;
    }
    print_table(&counts);
    for (size_t i = 0; i < LEVELS; i++)
        failed += counts.failed[i];
    assert_true(judged >= 53);
    assert_int_equal(failed, 0);
}

static void the_sir_sample_passes_column_by_column(void **state)
{
    desk *on = *state;

    if (!desk_shared(on, ""))
        skip();
    const char *fault = fault_of(on, "samples/SIR/SIR.xmile", "samples/SIR/output.csv");

    if (fault)
        fail_msg("%s", fault);
    assert_near(desk_value(on, "infectious", 0), 5, 1e-12);
}

/* From the suite's README: an integer as the initial value of a smooth. */
static void a_smooth_with_a_whole_initial_value_is_not_truncated(void **state)
{
    static const double known[] = {1, 1.084, 1.147, 1.19425, 1.2296875};
    desk *on = *state;

    desk_simulate(on, "euler 0 2 0.5", "aux x = SMTH1(1.336, 2, 1)\n");
    for (size_t n = 0; n < 5; n++)
        assert_near(desk_value(on, "x", 0.5 * (double)n), known[n], 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_community_s_models_give_what_it_expects),
        DESK_TEST(the_sir_sample_passes_column_by_column),
        DESK_TEST(a_smooth_with_a_whole_initial_value_is_not_truncated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
