/* test_model_large.c - models of thousands of variables take memory in proportion to their size, and files that ask for too
 * much are refused before they get it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "large_model.h"

typedef struct cost {
    double bytes; /* of the arena, for each variable or element */
    size_t messages;
} cost;

static cost cost_of(const char *text, size_t count)
{
    sd_arena *arena = sd_arena_new("large");
    sd_diag *diag = sd_diag_new(arena);
    const sd_model *model;
    const sd_program *program;
    sd_units_report report;
    const sd_source *source = sd_source_from_text(arena, "large.xmile", text, strlen(text));

    assert_int_equal(sd_model_from_xmile(arena, source, &model, diag), SD_OK);
    assert_int_equal(sd_model_check_units(model, arena, &report, diag), SD_OK);
    assert_int_equal(sd_program_new(arena, model, NULL, 0, &program, diag), SD_OK);
    assert_int_equal(report.checked, model->variable_count);
    const cost result = {.bytes = (double)sd_arena_bytes(arena) / (double)count,
                         .messages = diag->messages.count};

    sd_arena_free(arena);
    return result;
}

/* Lists and tables double as they grow, so that the bytes of a variable swing by some; what grew with the square would be
 * four times as much at four times the size. */
static void expect_proportion(cost small, cost large)
{
    if (!is_near(small.bytes, large.bytes, 0.2, 0))
        fail_msg("%g bytes of each grew to %g", small.bytes, large.bytes);
    assert_int_equal(small.messages + large.messages, 0);
}

static void memory_grows_in_proportion_to_the_variables(void **state)
{
    desk *on = *state;

    expect_proportion(cost_of(large_scalars(on->arena, 2500), 2500),
                      cost_of(large_scalars(on->arena, 10000), 10000));
}

static void memory_grows_in_proportion_to_the_elements(void **state)
{
    desk *on = *state;

    expect_proportion(cost_of(large_arrays(on->arena, 60, 250), 60 * 250),
                      cost_of(large_arrays(on->arena, 60, 1000), 60 * 1000));
}

static void a_large_model_runs_to_its_end(void **state)
{
    desk *on = *state;

    desk_must_compile(on, large_scalars(on->arena, 10000));
    desk_must_run(on);
    assert_int_equal(on->model->variable_count, 10000);
    assert_true(desk_value(on, "people_1_of_sector_499", 12) > 0);
    /* Each element of an array has the same equation here and the same values. */
    desk_must_compile(on, large_arrays(on->arena, 60, 1000));
    desk_must_run(on);
    assert_true(desk_value(on, "people_2_of_sector_2[7]", 12) ==
                desk_value(on, "people_2_of_sector_2[1000]", 12));
}

/* ---- what asks for too much -------------------------------------------------------------------------- */

static const char *file_of(desk *on, const char *dimensions, const char *variables)
{
    return desk_file(on, "euler 0 1 1",
                     sd_arena_printf(on->arena, "<dimensions>%s</dimensions>\n", dimensions),
                     variables);
}

static const char *repeated(desk *on, const char *begin, const char *part, size_t count,
                            const char *end)
{
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "%s", begin);
    for (size_t i = 0; i < count; i++)
        sd_text_printf(&text, "%s", part);
    sd_text_printf(&text, "%s", end);
    return text.bytes;
}

/* Refused with this code, and with memory for little more than the text itself: a terabyte would not be there. */
static void expect_refused(desk *on, const char *file, sd_code code)
{
    const size_t before = sd_arena_bytes(on->arena);

    assert_int_not_equal(desk_read(on, file), SD_OK);
    assert_int_equal(on->diag->messages.items[0].code, code);
    assert_true(sd_arena_bytes(on->arena) - before < strlen(file) * 100 + ((size_t)64 << 20));
}

static void what_would_take_too_long_is_refused(void **state)
{
    static const char four[] =
        "<aux name=\"s\"><eqn>SUM(a[*] * b[*] * c[*] * d[*])</eqn></aux>"
        "<aux name=\"a\"><dimensions><dim name=\"i\"/></dimensions><eqn>1</eqn></aux>"
        "<aux name=\"b\"><dimensions><dim name=\"j\"/></dimensions><eqn>1</eqn></aux>"
        "<aux name=\"c\"><dimensions><dim name=\"k\"/></dimensions><eqn>1</eqn></aux>"
        "<aux name=\"d\"><dimensions><dim name=\"l\"/></dimensions><eqn>1</eqn></aux>";
    static const char over[] = "<dimensions><dim name=\"i\"/></dimensions>";
    desk *on = *state;

    expect_refused(on,
                   file_of(on,
                           "<dim name=\"i\" size=\"1000\"/><dim name=\"j\" size=\"1000\"/>"
                           "<dim name=\"k\" size=\"1000\"/><dim name=\"l\" size=\"1000\"/>",
                           four),
                   SD_E113);
    expect_refused(on, file_of(on, "<dim name=\"i\" size=\"1000001\"/>", ""), SD_E113);
    expect_refused(
        on,
        file_of(on, repeated(on, "<dim name=\"i\">", "<elem name=\"e\"/>", 1000001, "</dim>"), ""),
        SD_E113);
    expect_refused(on,
                   file_of(on, "<dim name=\"i\" size=\"20000\"/>",
                           sd_arena_printf(on->arena,
                                           "<aux name=\"x\">%s<eqn>i</eqn></aux>"
                                           "<aux name=\"r\"><eqn>RANK(x, 2)</eqn></aux>",
                                           over)),
                   SD_E113);
    expect_refused(on,
                   file_of(on, "<dim name=\"i\" size=\"20000\"/>",
                           sd_arena_printf(on->arena,
                                           "<aux name=\"x\">%s<eqn>i</eqn></aux>"
                                           "<aux name=\"r\">%s<eqn>x[x[i]]</eqn></aux>",
                                           over, over)),
                   SD_E113);
    expect_refused(
        on,
        file_of(on, "<dim name=\"i\" size=\"3\"/>",
                repeated(on, "<aux name=\"x\"><dimensions><dim name=\"i\"/></dimensions><eqn>",
                         "1, ", 1000000, "1</eqn></aux>")),
        SD_E105);
    expect_refused(
        on,
        file_of(on, "", repeated(on, "<aux name=\"x\"><eqn>", "1 + ", 1000000, "1</eqn></aux>")),
        SD_E113);
    expect_refused(
        on, file_of(on, "", repeated(on, "<aux name=\"x\"><eqn>", "(", 100000, "1</eqn></aux>")),
        SD_E113);
    expect_refused(on,
                   file_of(on, "<dim name=\"i\" size=\"3\"/>",
                           repeated(on,
                                    "<aux name=\"y\"><dimensions><dim name=\"i\"/></dimensions>"
                                    "<eqn>i</eqn></aux><aux name=\"x\"><eqn>",
                                    "y[", 100000, "1</eqn></aux>")),
                   SD_E113);
}

static void one_stock_with_too_many_outflows_is_refused(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "<stock name=\"s\"><eqn>1</eqn><non_negative/>");
    for (size_t i = 0; i < 20000; i++)
        sd_text_printf(&text, "<outflow>f%zu</outflow>", i);
    sd_text_printf(&text, "</stock>");
    for (size_t i = 0; i < 20000; i++)
        sd_text_printf(&text, "<flow name=\"f%zu\"><eqn>s</eqn></flow>", i);
    expect_refused(on, file_of(on, "", text.bytes), SD_E113);
}

/* Every unknown name asks for the nearest known one: only for messages that are kept. */
static void many_faults_take_no_more_memory_than_few(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    for (size_t i = 0; i < 20000; i++)
        sd_text_printf(&text, "<aux name=\"a%zu\"><eqn>b%zu</eqn></aux>\n", i, i);
    expect_refused(on, file_of(on, "", text.bytes), SD_E101);
    assert_int_equal(on->diag->errors, 20000);
}

/* Shares of a whole: the sum is worked out once, not for each element. */
static void a_sum_that_all_elements_share_is_made_once(void **state)
{
    desk *on = *state;

    desk_must_compile(on, file_of(on, "<dim name=\"i\" size=\"500\"/>",
                                  "<aux name=\"x\"><dimensions><dim name=\"i\"/></dimensions>"
                                  "<eqn>i * (1 + TIME)</eqn></aux>"
                                  "<aux name=\"share\"><dimensions><dim name=\"i\"/></dimensions>"
                                  "<eqn>x / SUM(x[*])</eqn></aux>"
                                  "<aux name=\"sorted\"><dimensions><dim name=\"i\"/></dimensions>"
                                  "<eqn>IF i &lt;= 3 THEN RANK(x[1:20], i) ELSE 0</eqn></aux>"));
    desk_must_run(on);
    assert_true(is_near(desk_value(on, "share[100]", 1), 100 / 125250.0, 1e-14, 0));
    assert_true(desk_value(on, "sorted[3]", 1) == 3);
    assert_true(on->program->grid.count < 500 * 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(memory_grows_in_proportion_to_the_variables),
        DESK_TEST(memory_grows_in_proportion_to_the_elements),
        DESK_TEST(a_large_model_runs_to_its_end),
        DESK_TEST(what_would_take_too_long_is_refused),
        DESK_TEST(one_stock_with_too_many_outflows_is_refused),
        DESK_TEST(many_faults_take_no_more_memory_than_few),
        DESK_TEST(a_sum_that_all_elements_share_is_made_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
