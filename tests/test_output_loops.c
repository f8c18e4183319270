/* test_output_loops.c - the chart of the loops that drive: what it says of loops made up here, that its shares sum to a
 * whole, that its table gives it back, and what it says when there is nothing to draw.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include "../sim/output/chart_private.h"

#include <math.h>

enum { POINTS = 201, LOOPS_MAX = 9 };

/* A run of 100 weeks at DT 0.5 in which R1 drives until week 60 and B2 from then on; nothing changes until week 20. */
typedef struct made {
    sd_result result;
    sd_graph graph;
    sd_feedbacks loops;
    sd_feedback list[LOOPS_MAX];
} made;

static const char *const names[LOOPS_MAX][2] = {{"R1", "expectation treadmill"},
                                                {"B2", "overtime"},
                                                {"R9", "drain"},
                                                {"R3", "permission fog"},
                                                {"R12", "blind trust"},
                                                {"B1", "rest"},
                                                {"B4", "hiring"},
                                                {"R8", "trifle"},
                                                {"B9", "elsewhere"}};

static double share_at(size_t loop, double time)
{
    static const double early[] = {0.61, 0.12, 0.09, 0.06, 0.05, 0.04, 0.025, 0.005};
    static const double late[] = {0.08, 0.64, 0.07, 0.06, 0.05, 0.04, 0.055, 0.005};

    if (loop >= 8)
        return 0.83; /* in a partition of its own */
    return time <= 20 ? 0 : (time <= 60 ? early : late)[loop] * (*names[loop][0] == 'B' ? -1 : 1);
}

static made *made_loops(desk *on, const char *title, size_t count, bool named, bool moves)
{
    made *m = SD_NEW(on->arena, made);
    sd_history *history = SD_NEW(on->arena, sd_history);
    double *times = SD_NEW_ARRAY(on->arena, double, POINTS);
    sd_scenario *scenario;

    m->result = output_result(on, "m", "euler 0 1 1", "stock S = 1; in f\nflow f = 0.1 * S");
    scenario = SD_NEW(on->arena, sd_scenario);
    *scenario = *m->result.scenario;
    ((sd_model *)scenario->model)->time_units = "week";
    scenario->title = title;
    scenario->name = *title == 'T' ? "tools" : "layers";
    m->result.scenario = scenario;
    for (size_t k = 0; k < POINTS; k++)
        times[k] = 0.5 * (double)k;
    *history = (sd_history){.point_count = POINTS, .times = times};
    m->graph.history = history;
    for (size_t i = 0; i < count; i++) {
        double *shares = SD_NEW_ARRAY(on->arena, double, POINTS);
        double *all = SD_NEW_ARRAY(on->arena, double, POINTS);

        for (size_t k = 1; k < POINTS; k++) {
            shares[k] = moves ? share_at(i, times[k]) : 0;
            all[k] = shares[k] * 0.25; /* other loops hold the rest */
        }
        m->list[i] = (sd_feedback){.id = names[i][0],
                                   .name = named ? names[i][1] : "",
                                   .partition = i >= 8,
                                   .score = all,
                                   .relative = named ? all : shares,
                                   .among = named ? shares : NULL};
    }
    m->loops = (sd_feedbacks){.graph = &m->graph,
                              .count = count,
                              .list = m->list,
                              .named = named ? count : 0,
                              .examined = 4711,
                              .moves = moves};
    return m;
}

static const sd_dataset *data_of(desk *on, made *const *all, size_t count)
{
    sd_result *results = SD_NEW_ARRAY(on->arena, sd_result, count);
    const sd_feedbacks **loops = SD_NEW_ARRAY(on->arena, const sd_feedbacks *, count);

    for (size_t i = 0; i < count; i++) {
        results[i] = all[i]->result;
        loops[i] = &all[i]->loops;
    }
    return sd_dataset_from_loops(on->arena, results, loops, count);
}

static const char *script_of(desk *on, const sd_dataset *data)
{
    const char *script = NULL;

    if (sd_chart_script(on->arena, sd_chart_find("loops"), data, NULL, "x.svg", &script,
                        on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return script;
}

static void expect_words(const char *script, const char *words)
{
    if (!strstr(script, words))
        fail_msg("no '%s' in:\n%.3000s", words, script);
}

/* ---- the series ---- */

static void each_loop_of_the_first_partition_is_a_column(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", LOOPS_MAX, true, true);
    const sd_dataset *data = data_of(on, &m, 1);

    assert_int_equal(data->column_count, 9); /* still, and all but the last */
    assert_string_equal(data->columns[0], "still");
    assert_string_equal(data->columns[1], "R1 expectation treadmill");
    assert_int_equal(data->series[0].time_count, POINTS);
    assert_true(data->series[0].times[0] == 0);
    for (size_t t = 0; t < POINTS; t++) {
        double sum = data->series[0].columns[0][t];

        for (size_t c = 1; c < 9; c++)
            sum += fabs(data->series[0].columns[c][t]);
        assert_near(sum, 1, 1e-14);
        assert_true((data->series[0].columns[0][t] == 1) == (data->series[0].times[t] <= 20));
    }
    assert_true(data->series[0].columns[2][150] < 0); /* B2 balances */
}

static void two_runs_share_the_columns_that_either_has(void **state)
{
    desk *on = *state;
    made *both[2] = {made_loops(on, "Tools only", 2, true, true),
                     made_loops(on, "Layers", 4, true, true)};

    ((double *)both[1]->list[3].among)[1] = 0.37;
    const sd_dataset *data = data_of(on, both, 2);
    assert_int_equal(data->column_count, 5);
    assert_true(data->series[1].columns[4][0] == 0.37); /* the first step begins there */
    assert_true(data->series[0].columns[4][150] == 0);
    assert_near(data->series[1].columns[4][150], 0.06, 1e-15);
    assert_string_equal(data->series[1].name, "layers");
}

/* ---- the words ---- */

static void the_title_says_which_loop_drives_from_when(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", LOOPS_MAX, true, true);
    const char *script = script_of(on, data_of(on, &m, 1));

    expect_words(script, "|From week 60 B2 overtime drives\n");
    expect_words(script, "|nothing changes to week 20, R1 to 60, then B2\n");
    expect_words(script, "|Shares among the 8 named loops, which hold 25 % of all examined "
                         "(4711 found; not all)");
    expect_words(script, "|64 %\xC2\xA0 B2 overtime\n");
    expect_words(script, "|8 %\xC2\xA0 R1 expectation treadmill\n");
    expect_words(script, "other loops\n");
    assert_null(strstr(script, "trifle"));
    assert_null(strstr(script, "elsewhere"));
}

static void two_runs_with_the_same_end_share_a_title(void **state)
{
    desk *on = *state;
    made *both[2] = {made_loops(on, "Tools only", 8, true, true),
                     made_loops(on, "Layers", 8, true, true)};

    expect_words(script_of(on, data_of(on, both, 2)),
                 "|B2 overtime drives in both from week 60 on\n");
    for (size_t k = 1; k < POINTS; k++) /* the second turns ten weeks earlier */
        for (size_t i = 0; i < 8; i++)
            ((double *)both[1]->list[i].among)[k] = share_at(i, 0.5 * (double)k + 10);
    expect_words(script_of(on, data_of(on, both, 2)),
                 "|B2 overtime drives in both, from week 60 and from week 50 on\n");
}

static void a_loop_at_the_very_end_is_not_what_the_run_is_about(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 2, true, true);

    for (size_t k = 170; k < POINTS; k++)
        ((double *)m->list[0].among)[k] = 0.95;
    expect_words(script_of(on, data_of(on, &m, 1)),
                 "|R1 expectation treadmill leads longest, for ");
}

static void loops_without_names_are_those_examined(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 8, false, true);

    m->loops.complete = true;
    m->loops.examined = 8;
    const char *script = script_of(on, data_of(on, &m, 1));
    expect_words(script, "|Shares of the loops examined (8 found; these are all)");
    expect_words(script, "|From week 60 B2 drives\n");
}

static void where_nothing_changes_the_chart_says_so(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 8, true, false);
    const char *script = script_of(on, data_of(on, &m, 1));

    expect_words(script, "|Nothing changes, so no loop drives\n");
    expect_words(script, "|nothing changes\n");
    expect_words(script, "#eceef1");
}

static void a_model_without_loops_has_no_chart(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 0, true, true);
    const char *script = NULL;

    assert_int_equal(sd_chart_script(on->arena, sd_chart_find("loops"), data_of(on, &m, 1), NULL,
                                     "x.svg", &script, on->diag),
                     SD_SYNTAX);
    assert_string_equal(desk_printed(on), "error[E606]: there is nothing to draw: the model has no "
                                          "feedback loop\n");
}

/* Colours belong to loops: R1 and R3 keep theirs, whatever else is drawn. */
static void r1_and_r3_have_their_own_colours(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 8, true, true);
    const char *script = script_of(on, data_of(on, &m, 1));

    /* Six bands, from the bottom up: R1, R9, R3, R12, then others, B1, B2, then still. */
    expect_words(script, "area_color[1] = '#d55e00'; area_hatched[1] = 0");
    expect_words(script, "area_color[2] = '#cc79a7'; area_hatched[2] = 0");
    expect_words(script, "area_color[3] = '#e69f00'; area_hatched[3] = 0");
    expect_words(script, "area_hatched[4] = 1"); /* a second loop of a colour */
    expect_words(script, "area_color[7] = '#0072b2'; area_hatched[7] = 0");
    expect_words(script, "area_color[8] = '#eceef1'; area_hatched[8] = 0");
}

static void policies_and_ai_are_marked(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 8, true, true);
    sd_dataset data = *data_of(on, &m, 1);
    sd_series series = data.series[0];

    data.series = &series;
    data.ai_start = 20;
    series.policy_start = 50;
    expect_words(script_of(on, &data), "|AI arrives\n|policies start\n");
    series.policy_start = 20;
    expect_words(script_of(on, &data), "|AI and policies\n");
}

/* ---- from its table ---- */

static const char *table_of(desk *on, made *const *all, size_t count, bool cut)
{
    sd_text csv = sd_text_new(on->arena);

    sd_text_printf(&csv, "scenario,t_start,t_end,loop,score,relative,among_named,partition,name\n");
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < all[s]->loops.count; i++)
            for (size_t k = 1; k < POINTS - (size_t)(cut && i + 1 == all[s]->loops.count); k++) {
                const sd_feedback *f = &all[s]->list[i];
                const double *times = all[s]->graph.history->times;

                sd_text_printf(&csv, "%s,%.17g,%.17g,%s,%.17g,%.17g,%.17g,%zu,\"%s\"\n",
                               all[s]->result.scenario->name, times[k - 1], times[k], f->id,
                               f->score[k], f->relative[k], f->among[k], f->partition, f->name);
            }
    return csv.bytes;
}

static const sd_dataset *read_table(desk *on, const char *csv)
{
    const sd_dataset *data = NULL;

    if (sd_dataset_from_csv(on->arena, sd_source_from_text(on->arena, "l.csv", csv, strlen(csv)),
                            &data, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return data;
}

static void the_table_gives_the_same_series(void **state)
{
    desk *on = *state;
    made *both[2] = {made_loops(on, "Tools only", LOOPS_MAX, true, true),
                     made_loops(on, "Layers", 4, true, true)};
    const sd_dataset *made_data = data_of(on, both, 2);
    const sd_dataset *read = read_table(on, table_of(on, both, 2, false));

    assert_int_equal(read->count, 2);
    assert_int_equal(read->column_count, made_data->column_count);
    for (size_t s = 0; s < 2; s++)
        for (size_t c = 0; c < read->column_count; c++) {
            assert_string_equal(read->columns[c], made_data->columns[c]);
            assert_memory_equal(read->series[s].columns[c], made_data->series[s].columns[c],
                                POINTS * sizeof(double));
        }
    assert_string_equal(read->note,
                        "Shares among the 8 named loops, which hold 25 % and 22 % of all examined");
    expect_words(script_of(on, read), "|B2 overtime drives in both from time 60 on\n");
}

static void a_table_that_was_cut_off_is_read_as_far_as_it_goes(void **state)
{
    desk *on = *state;
    made *m = made_loops(on, "Tools only", 4, true, true);

    assert_int_equal(read_table(on, table_of(on, &m, 1, true))->column_count, 4);
}

static void another_table_is_sent_back_with_what_to_do(void **state)
{
    desk *on = *state;
    const char *csv = "time,x\n0,1\n1,2\n", *script = NULL;

    assert_int_equal(sd_chart_script(on->arena, sd_chart_find("loops"), read_table(on, csv), NULL,
                                     "x.svg", &script, on->diag),
                     SD_SYNTAX);
    assert_string_equal(desk_printed(on),
                        "error[E606]: this is no table of loops\n"
                        "   = help: 'treadmill loops INPUT -o loops.csv' writes one\n");
}

static void it_is_drawn_as_svg_png_and_pdf(void **state)
{
    desk *on = *state;
    made *both[2] = {made_loops(on, "Tools only", LOOPS_MAX, true, true),
                     made_loops(on, "Layers", 4, true, false)};
    const sd_dataset *data = data_of(on, both, 2);
    static const char *const begins[] = {"<?xml", "\x89PNG", "%PDF"};
    static const char *const endings[] = {"svg", "png", "pdf"};

    if (system("gnuplot --version >/dev/null 2>&1") != 0)
        skip();
    const char *folder = output_folder(on);
    for (size_t e = 0; e < 3; e++) {
        const char *path = sd_arena_printf(on->arena, "%s/loops.%s", folder, endings[e]);

        if (sd_chart_draw(on->arena, sd_chart_find("loops"), data, NULL, path, false, on->diag) !=
            SD_OK)
            fail_msg("%s", desk_printed(on));
        assert_int_equal(strncmp(output_read(on, path)->text, begins[e], strlen(begins[e])), 0);
    }
    output_folder_done(on, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(each_loop_of_the_first_partition_is_a_column),
        DESK_TEST(two_runs_share_the_columns_that_either_has),
        DESK_TEST(the_title_says_which_loop_drives_from_when),
        DESK_TEST(two_runs_with_the_same_end_share_a_title),
        DESK_TEST(a_loop_at_the_very_end_is_not_what_the_run_is_about),
        DESK_TEST(loops_without_names_are_those_examined),
        DESK_TEST(where_nothing_changes_the_chart_says_so),
        DESK_TEST(a_model_without_loops_has_no_chart),
        DESK_TEST(r1_and_r3_have_their_own_colours),
        DESK_TEST(policies_and_ai_are_marked),
        DESK_TEST(the_table_gives_the_same_series),
        DESK_TEST(a_table_that_was_cut_off_is_read_as_far_as_it_goes),
        DESK_TEST(another_table_is_sent_back_with_what_to_do),
        DESK_TEST(it_is_drawn_as_svg_png_and_pdf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
