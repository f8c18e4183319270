/* test_output_trace.c - the chart of causes: which panels it has, what stands beside them, that no word leaves the picture, and
 * what happens with models that differ or do not change.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include "../sim/output/chart_private.h"

#include <math.h>

typedef struct traced {
    sd_result result;
    const sd_trace *trace;
} traced;

static traced trace_result(desk *on, sd_result result, const char *name, double from, size_t depth)
{
    const sd_scenario *scenario = result.scenario;
    const sd_equations *equations = NULL;
    const sd_history *history = NULL;
    const sd_run_request request = {.program = result.program,
                                    .spec = scenario->spec,
                                    .members = 1,
                                    .parameters =
                                        sd_run_parameters(on->arena, result.program, scenario)};
    sd_trace_request what = {
        .from = from, .to = scenario->spec.stop, .depth = depth, .least = 0.05};

    if (sd_equations_new(on->arena, result.program, scenario->shocks.items, scenario->shocks.count,
                         &equations, on->diag) != SD_OK ||
        sd_history_new(on->arena, equations, &request, &history, on->diag) != SD_OK ||
        sd_model_find_element(scenario->model, name, SD_NOWHERE, &what.element, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return (traced){.result = result, .trace = sd_trace_new(on->arena, history, &what)};
}

static sd_status script_of(desk *on, const traced *list, size_t count, const char **ret_script)
{
    const sd_trace *traces[SD_TRACES_MAX];
    sd_result results[SD_TRACES_MAX];

    for (size_t i = 0; i < count; i++) {
        traces[i] = list[i].trace;
        results[i] = list[i].result;
    }
    return sd_trace_script(on->arena, traces, results, count, "x.svg", ret_script, on->diag);
}

static const char *must_script(desk *on, const traced *list, size_t count)
{
    const char *script = NULL;

    if (script_of(on, list, count, &script) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return script;
}

static void expect_words(const char *script, const char *words)
{
    if (!strstr(script, words))
        fail_msg("no '%s' in:\n%.4000s", words, script);
}

/* Every word begins and ends within the picture. */
static void expect_inside(desk *on, const char *script)
{
    const double width = strtod(strstr(script, "width = ") + 8, NULL);
    const double height = strtod(strstr(script, "height = ") + 9, NULL);
    const char *word = strstr(script, "$words << end_of_words\n") + 23;
    const char *at = strstr(script, "$places << end_of_places\n") + 25;

    for (; *word == '|'; word += strcspn(word, "\n") + 1, at += strcspn(at, "\n") + 1) {
        double x, y, size;
        char side[8], weight[8];

        assert_int_equal(sscanf(at, "%lf %lf %7s %lf %7s", &x, &y, side, &size, weight), 5);
        const char *text = sd_arena_copy(on->arena, word + 1, strcspn(word, "\n") - 1);
        const double wide = sd_chart_width(text, size, weight[0] == 'b');
        const double left = x - (side[0] == 'l' ? 0 : side[0] == 'c' ? wide / 2 : wide);

        if (left < 0 || left + wide > width || y < size / 2 || y > height - size / 2)
            fail_msg("'%s' leaves the picture", text);
    }
}

static void the_effect_stands_on_top_and_its_causes_below(void **state)
{
    desk *on = *state;
    const traced one = trace_result(on, output_scenario(on, "tools-only"), "hours_per_week", 26, 3);
    const char *script = must_script(on, &one, 1);
    const char *effect = strstr(script, "|Hours per week\n"),
               *cause = strstr(script, "|Work pressure\n");

    expect_words(script, "|From week 26 to 260 hours per week rise from 40 to 43.7\n");
    assert_non_null(effect);
    assert_non_null(cause);
    assert_true(effect < cause);
    expect_words(script, "|hour/person/week\n");
    expect_words(script, "|moves the top line by\n|+3.71\n");
    expect_words(script, "|Task backlog\n");
    expect_words(script, "|week 26\n"); /* where the period begins */
    expect_words(script, "array top[5]\n");
    assert_null(strstr(script, "dmnl")); /* a unit that tells nothing */
    expect_inside(on, script);
}

static void two_scenarios_share_each_panel(void **state)
{
    desk *on = *state;
    const traced both[] = {
        trace_result(on, output_scenario(on, "tools-only"), "burned_out_staff", 26, 3),
        trace_result(on, output_scenario(on, "four-layers"), "burned_out_staff", 26, 3)};
    const char *script = must_script(on, both, 2);

    expect_words(script, "|41.1\xC2\xA0 Tools only\n");
    expect_words(script, "|24.3\xC2\xA0 Four layers in order\n");
    expect_words(script, "array line_panel[10]\n");
    expect_inside(on, script);
}

static void the_lines_end_at_the_values_of_the_run(void **state)
{
    desk *on = *state;
    const traced one = trace_result(
        on, output_result(on, "tank", "euler 0 8 1", "stock S = 3.2; in f\nflow f = 1.7 + TIME\n"),
        "S", 0, 2);
    const char *script = must_script(on, &one, 1);

    /* 3.2 + 8 * 1.7 + 28 */
    expect_words(script, "0 3.2\n");
    expect_words(script, "\n8 44.8\n");
    expect_words(script, "|44.8\n");
    assert_null(strstr(script, "|week ")); /* time has no units here */
    expect_inside(on, script);
}

static void a_model_without_the_variable_has_no_line_for_it(void **state)
{
    desk *on = *state;
    const traced both[] = {
        trace_result(on,
                     output_result(on, "a", "euler 0 8 1",
                                   "stock S = 3.2; in f\nflow f = g\naux g = 1.7 * TIME\n"),
                     "S", 0, 3),
        trace_result(on, output_result(on, "b", "euler 0 8 1", "stock S = 5; in f\nflow f = 0.3\n"),
                     "S", 0, 3)};
    const char *script = must_script(on, both, 2);

    expect_words(script, "array top[2]\n"); /* S, and what its flow comes from */
    expect_words(script, "|G\n");
    expect_words(script, "array line_panel[3]\n");
}

static void what_does_not_change_is_not_drawn(void **state)
{
    desk *on = *state;
    const traced one = trace_result(on, output_scenario(on, "tools-only"), "contract_hours", 26, 3);
    const char *script = NULL;

    assert_int_equal(script_of(on, &one, 1, &script), SD_SYNTAX);
    expect_words(
        desk_printed(on),
        "there is nothing to draw: contract_hours does not change between week 26 and 260.");
}

static void gnuplot_draws_it(void **state)
{
    desk *on = *state;

    if (system("gnuplot --version >/dev/null 2>&1") != 0) {
        skip();
        return;
    }
    const char *folder = output_folder(on);
    const traced one = trace_result(on, output_scenario(on, "tools-only"), "hours_per_week", 26, 3);
    const char *path = sd_arena_printf(on->arena, "%s/t.svg", folder);

    if (sd_trace_draw(on->arena, &one.trace, &one.result, 1, path, false, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    const char *svg = output_read(on, path)->text;

    expect_words(svg, "<title>From week 26 to 260 hours per week rise from 40 to 43.7</title>");
    expect_words(svg, "Task backlog");
    output_folder_done(on, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_effect_stands_on_top_and_its_causes_below),
        DESK_TEST(two_scenarios_share_each_panel),
        DESK_TEST(the_lines_end_at_the_values_of_the_run),
        DESK_TEST(a_model_without_the_variable_has_no_line_for_it),
        DESK_TEST(what_does_not_change_is_not_drawn),
        DESK_TEST(gnuplot_draws_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
