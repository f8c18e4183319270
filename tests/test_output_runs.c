/* test_output_runs.c - the charts of a sweep's table: lines of equal value against a closed form, colours that say the value,
 * what is left out, quantiles, the box, and tables that are none.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include "../sim/output/chart_heat.h"

#include <math.h>

/* ---- what they share ---- */

static sd_status script_of(desk *on, const char *kind, const char *csv, const char *meta,
                           const char *of, const char **ret_script)
{
    const sd_table_request request = {
        .table = sd_source_from_text(on->arena, "runs.csv", csv, strlen(csv)),
        .meta =
            meta ? sd_source_from_text(on->arena, "runs.csv.meta.json", meta, strlen(meta)) : NULL,
        .of = of,
        .path = "x.svg"};

    return sd_table_chart_find(kind)->script(on->arena, &request, ret_script, on->diag);
}

static const char *must_script(desk *on, const char *kind, const char *csv, const char *of)
{
    const char *script = NULL;

    if (script_of(on, kind, csv, NULL, of, &script) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return script;
}

static void expect_words(const char *script, const char *words)
{
    assert_non_null(script);
    if (!strstr(script, words))
        fail_msg("no '%s' in:\n%.3000s", words, script);
}

static void expect_refused(desk *on, const char *kind, const char *csv, const char *of,
                           const char *words)
{
    const char *script = NULL;

    on->diag = sd_diag_new(on->arena);
    if (script_of(on, kind, csv, NULL, of, &script) == SD_OK)
        fail_msg("'%s' was drawn", csv);
    if (!strstr(desk_printed(on), words))
        fail_msg("no '%s' in: %s", words, desk_printed(on));
    on->diag = sd_diag_new(on->arena);
}

/* A grid of a and b, points by points from 0 to 1, with what `value` says of them. */
static const char *grid_csv(desk *on, size_t points, double (*value)(double a, double b))
{
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "index,seed,status,a,b,y@10\n");
    for (size_t i = 0; i < points * points; i++) {
        const size_t row = i / points;
        const double a = (double)row / (double)(points - 1),
                     b = (double)(i % points) / (double)(points - 1);

        sd_text_printf(&text, "%zu,1,ok,%.17g,%.17g,%.17g\n", i, a, b, value(a, b));
    }
    return text.bytes;
}

static double plane(double a, double b)
{
    return 3 * a + b;
}

/* ---- lines ---- */

static void a_line_of_equal_value_is_the_circle_that_it_should_be(void **state)
{
    desk *on = *state;
    enum { SIDE = 121 };
    static double values[SIDE * SIDE];
    const double radius = 37.3;
    const sd_heat_raster raster = {SIDE, SIDE, values};

    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            values[y * SIDE + x] = (x - 60) * (x - 60) + (y - 60) * (y - 60);
    const sd_heat_lines lines = sd_heat_lines_at(on->arena, &raster, radius * radius);

    assert_int_equal(lines.count, 1);
    const sd_heat_line *line = &lines.items[0];
    double length = 0;

    /* Between two nodes x^2 is off its chord by at most 1/4, and the radius by that over twice the radius. */
    for (size_t i = 0; i < line->count; i++) {
        assert_near(hypot(line->x[i] - 60, line->y[i] - 60), radius, 0.25 / (2 * radius) + 1e-9);
        if (i)
            length += hypot(line->x[i] - line->x[i - 1], line->y[i] - line->y[i - 1]);
    }
    assert_near(length, 2 * M_PI * radius,
                0.1); /* closed; chords are short by their angle squared over 24 */
    assert_near(line->x[0], line->x[line->count - 1], 1e-12);
}

static void lines_end_where_there_is_no_value_and_part_at_a_saddle(void **state)
{
    desk *on = *state;
    static double values[] = {0, 1, 2, 3, (double)NAN, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
    static const double saddle[] = {1, 0, 0, 1};
    const sd_heat_lines lines = sd_heat_lines_at(on->arena, &(sd_heat_raster){5, 3, values}, 3.5);

    assert_int_equal(lines.count, 1);
    assert_int_equal(lines.items[0].count, 2); /* through the lower square alone */
    assert_near(lines.items[0].x[0], 3.5, 1e-12);
    /* The middle is 0.5: at 0.4 the ones belong together, at 0.6 the zeros. */
    const sd_heat_lines low = sd_heat_lines_at(on->arena, &(sd_heat_raster){2, 2, saddle}, 0.4),
                        high = sd_heat_lines_at(on->arena, &(sd_heat_raster){2, 2, saddle}, 0.6);

    assert_int_equal(low.count, 2);
    assert_int_equal(high.count, 2);
    for (int i = 0; i < 2; i++) {
        const sd_heat_line *l = &low.items[i], *h = &high.items[i];

        /* The zero is cut off above right: x and 1 - y are both at least 0.5 there; the one above left: x + y < 1. */
        assert_true((l->x[0] - 0.5) * (l->x[1] - 0.5) >= -0.02 || l->count == 2);
        assert_near(fabs(l->x[0] - l->x[1]), 0.4, 1e-12);
        assert_near(fabs(h->x[0] - h->x[1]), 0.4, 1e-12);
        assert_true((l->x[0] + l->x[1]) / 2 - 0.5 > 0 ? (l->y[0] + l->y[1]) / 2 < 0.5
                                                      : (l->y[0] + l->y[1]) / 2 > 0.5);
        assert_true((h->x[0] + h->x[1]) / 2 - 0.5 > 0 ? (h->y[0] + h->y[1]) / 2 > 0.5
                                                      : (h->y[0] + h->y[1]) / 2 < 0.5);
    }
}

/* ---- heat ---- */

static sd_heat_field field_of(desk *on, const char *csv, const char *of)
{
    sd_table_request request = {.table =
                                    sd_source_from_text(on->arena, "runs.csv", csv, strlen(csv)),
                                .of = of,
                                .path = "x.svg"};
    sd_runs runs;
    sd_heat_field field = {0};

    if (sd_runs_open(on->arena, &request, &runs, on->diag) != SD_OK ||
        sd_heat_field_read(&runs, &request, &field) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return field;
}

static void between_grid_points_a_plane_stays_a_plane(void **state)
{
    desk *on = *state;
    const sd_heat_field f = field_of(on, grid_csv(on, 4, plane), NULL);

    assert_int_equal(f.x.count, 4);
    assert_near(f.low, 0, 0);
    assert_near(f.high, 4, 0);
    for (int i = 0; i < 14; i++)
        for (int k = 0; k < 18; k++) { /* two roundings of numbers below 4 */
            const double a = 0.073 * i, b = 0.057 * k;

            assert_near(sd_heat_value(&f, 0, a, b), plane(a, b), 2e-15);
        }
}

static void a_point_with_many_members_shows_their_median_and_failed_ones_leave_a_gap(void **state)
{
    desk *on = *state;
    const char *csv = "index,scenario,seed,status,a,b,c,y@10\n"
                      "0,one,1,ok,0,0,0.1,5\n1,one,1,ok,0,0,0.23,1\n2,one,1,ok,0,0,0.7,900\n"
                      "3,one,1,ok,0,1,0.1,7\n4,one,1,'y' is nan,0,1,0.2,\n5,one,1,ok,1,0,0.1,2\n"
                      "6,one,1,ok,1,1,0.1,\n0,two,1,ok,0,0,0.1,6\n1,two,1,ok,1,1,0.1,8\n"
                      "2,two,1,ok,1,1,0.2,3\n";
    const sd_heat_field f = field_of(on, csv, "y");

    assert(f.shown);
    assert_int_equal(f.rows.scenario_count, 2);
    assert_int_equal(f.rows.failed, 1);
    assert_int_equal(f.missing, 1);
    assert_int_equal(f.most, 3);
    assert_near(f.shown[0], 5, 0); /* not the mean */
    assert_near(f.shown[2], 7, 0); /* b up, a across */
    assert_true(isnan(f.shown[3]));
    assert_near(f.shown[4], 6, 0);
    assert_near(f.shown[7], 5.5, 0); /* of two, the middle between them */
    const char *script = must_script(on, "heat", csv, NULL);

    expect_words(
        script,
        "|1 of 10 members failed and are left out; the first: \xE2\x80\x99y\xE2\x80\x99 is nan. 1 "
        "member is without a value");
    expect_words(script, "grey: no value");
    expect_words(script, "|One\n");
    expect_words(script, "|Two\n");
}

static void a_heat_map_says_where_it_is_highest_and_labels_its_lines(void **state)
{
    desk *on = *state;
    const char *script = must_script(on, "heat", grid_csv(on, 9, plane), NULL);

    expect_words(script, "|Y: highest with high a and high b\n");
    expect_words(script, "|Y, time 10 \xC2\xB7 9 \xC3\x97 9 values\n");
    for (int level = 1; level <= 3; level++) /* on its line and in the key */
        expect_words(script, sd_arena_printf(on->arena, "|%d.0\n", level));
    assert_true(strlen(script) < 400000); /* of a picture that a page can hold */
}

static void many_points_are_put_together(void **state)
{
    desk *on = *state;
    const sd_heat_field f = field_of(on, grid_csv(on, 250, plane), NULL);

    assert_int_equal(f.x.count, SD_HEAT_POINTS_MAX);
    assert_int_equal(f.x.levels, 250);
    /* 2 or 3 of 250 points each: off by less than one of them. */
    assert_near(sd_heat_value(&f, 0, 0.5, 0.5), plane(0.5, 0.5), 4 / 249.0);
}

static void tables_that_are_no_heat_map_are_refused(void **state)
{
    desk *on = *state;

    expect_refused(on, "heat", "time,a\n0,1\n", NULL,
                   "error[E616]: 'runs.csv' is no table of a sweep");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n", NULL, "E606]: the table has no rows");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n0,1,ok,1,2,3\n", NULL,
                   "needs two parameters over grids, and 'runs.csv' has none");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n0,1,ok,1,2,3\n1,1,ok,2,2,3\n", NULL,
                   "only 'a' has more than one value");
    expect_refused(on, "heat",
                   "index,seed,status,a,b,c,y@1\n0,1,ok,1,2,3,4\n1,1,ok,2,3,4,5\n2,1,ok,3,4,5,5\n",
                   NULL, "3 parameters are over grids: a, b, c");
    expect_refused(on, "heat", "index,seed,status,a,b\n0,1,ok,1,2\n1,1,ok,2,3\n", NULL,
                   "has no score");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n0,1,ok,1,2,3\n1,1,ok,2,3\n", NULL,
                   "runs.csv:3:1");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n0,1,ok,1,2,3\n1,1,ok,2,3,many\n", NULL,
                   "'many' in column 'y@1' is no number");
    expect_refused(on, "heat", "index,seed,status,a,b,yard@1\n0,1,ok,1,2,3\n1,1,ok,2,3,1\n", "yord",
                   "no score is 'yord'");
    expect_refused(on, "heat", "index,seed,status,a,b,y@1\n0,1,bad,1,2,\n1,1,bad,2,3,\n", NULL,
                   "no member has a value of 'y@1'");
}

/* ---- scatter ---- */

/* Cases are those with a > 0.6 and b < 0.5. */
static const char *corner_csv(desk *on, size_t count)
{
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "index,seed,status,a,b,c,\"max(y,0,9)\"\n");
    for (size_t i = 0; i < count; i++) {
        double u[4];

        sd_random_uniform((sd_draw){.seed = 7, .member = i}, u);
        sd_random_uniform((sd_draw){.seed = 8, .member = i}, u + 2);
        sd_text_printf(&text, "%zu,1,ok,%.17g,%.17g,%.17g,%d\n", i, u[0], u[1], u[2],
                       u[0] > 0.6 && u[1] < 0.5 ? 50 : 10);
    }
    return text.bytes;
}

static void a_scatter_finds_the_corner_in_which_it_happens(void **state)
{
    desk *on = *state;
    const char *script = must_script(on, "scatter", corner_csv(on, 2500), "max(y,0,9) > 42");

    expect_words(script, "|max(y,0,9) above 42: in 2");
    expect_words(script, " of 2500 futures\n");
    expect_words(script, "|In the box\n");
    expect_words(script, "|A above ");
    expect_words(script, "|B below ");
    /* Bounds lie between members; a step takes or gives a twentieth of those within, of what is left of 0.4 and 0.5. */
    assert_near(strtod(strstr(script, "|A above ") + 9, NULL), 0.6, 0.025);
    assert_near(strtod(strstr(script, "|B below ") + 9, NULL), 0.5, 0.025);
    expect_words(script, "|Each dot is a future,");
}

static void a_scatter_of_many_thins_out_and_says_so(void **state)
{
    desk *on = *state;
    const char *script = must_script(on, "scatter", corner_csv(on, 60000), "max(y,0,9) > 42");

    expect_words(script, "|Each dot is one of the first 3000 futures,");
    expect_words(script, "|Of the 60000 members one of about 3 is looked at.");
    expect_words(script, "|In the box\n");
    assert_true(strlen(script) < 200000);
}

static void a_scatter_without_cases_says_that_there_are_none(void **state)
{
    desk *on = *state;

    expect_words(must_script(on, "scatter", corner_csv(on, 100), "max(y,0,9) > 99"),
                 "|It happens in none of them\n");
    expect_refused(on, "scatter", "index,seed,status,a,b,y@1\n0,1,ok,1,2,3\n1,1,ok,2,2,3\n", NULL,
                   "needs two parameters that vary, and only 'a' does");
    expect_refused(on, "scatter", corner_csv(on, 20), "max(y,0,9) > much", "is no condition");
    expect_refused(on, "scatter",
                   "index,scenario,seed,status,a,b,y@1\n0,one,1,ok,1,2,3\n0,two,1,ok,2,3,3\n", NULL,
                   "the table has 2");
}

/* ---- fan ---- */

static void a_fan_has_the_quantiles_of_each_scenario(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    sd_text_printf(&text, "index,scenario,seed,status,a,y@0,y@1,y@2\n");
    for (int s = 0; s < 2; s++)
        for (int i = 0; i <= 100;
             i++) /* 0, 1 .. 100 in some order: its quantiles are its percents */
            sd_text_printf(&text, "%d,%s,1,ok,%d,0,%d,%d\n", i, s ? "two" : "one", i, i * 37 % 101,
                           i * 37 % 101 + 1000 * s);
    const char *script = must_script(on, "fan", text.bytes, NULL);

    expect_words(script, "\n1 5 25 50 75 95\n");
    expect_words(script, "\n2 1005 1025 1050 1075 1095\n");
    expect_words(script, "count = 2\n");
    expect_words(script, "|Half of the futures lie in the dark band");
    expect_refused(on, "fan", "index,seed,status,a,y@1\n0,1,ok,1,2\n", NULL,
                   "the table has no trajectories");
    expect_refused(on, "fan", text.bytes, "z", "no trajectory of 'z'");
}

/* ---- what stands beside a table ---- */

static void units_and_titles_come_from_the_meta_of_the_very_table(void **state)
{
    desk *on = *state;
    const char *csv = grid_csv(on, 3, plane), *script = NULL;
    const char *meta = sd_arena_printf(
        on->arena,
        "{\"data\": {\"hash\": \"fnv1a64:%016llx\"}, \"scenarios\": [{\"name\": \"t\", \"title\": "
        "\"The \\u2713 \\\"tank\\\": long\", \"time_units\": \"week\", \"changed\": \"k=2\"}],\n"
        "\"columns\": [{\"name\": \"a\", \"units\": \"litre/day\"}, {\"name\": \"y@10\", "
        "\"units\": "
        "\"litre\"}]}",
        (unsigned long long)sd_hash(csv, strlen(csv)));

    assert_int_equal(script_of(on, "heat", csv, meta, NULL, &script), SD_OK);
    expect_words(
        script,
        "|Y, litre, week 10 \xC2\xB7 The \xE2\x9C\x93 \xE2\x80\x9Dtank\xE2\x80\x9D \xC2\xB7 3");
    expect_words(script, "A, litre/day");
    expect_words(script, "|With k=2. If these assumptions hold.");
    /* Of another table it says nothing. */
    assert_int_equal(script_of(on, "heat", grid_csv(on, 4, plane), meta, NULL, &script), SD_OK);
    assert_null(strstr(script, "litre"));
    assert_int_equal(script_of(on, "heat", csv, "{\"data\": [1, 2", NULL, &script),
                     sd_code_status(SD_E617));
}

static void what_is_no_json_is_not_read(void **state)
{
    desk *on = *state;
    static const char *const bad[] = {"",    "{",       "[1,]",      "{\"a\" 1}",
                                      "\"x", "\"\\q\"", "\"\\u12\"", "{\"a\":1}x",
                                      "nul", "[1 2]",   "{1:2}"};
    sd_text deep = sd_text_new(on->arena);

    for (int i = 0; i < 100000; i++)
        sd_text_printf(&deep, "[");
    assert_null(
        sd_json_read(on->arena, sd_source_from_text(on->arena, "deep", deep.bytes, deep.length)));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (sd_json_read(on->arena, sd_source_from_text(on->arena, "x", bad[i], strlen(bad[i]))))
            fail_msg("'%s' was read", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_line_of_equal_value_is_the_circle_that_it_should_be),
        DESK_TEST(lines_end_where_there_is_no_value_and_part_at_a_saddle),
        DESK_TEST(between_grid_points_a_plane_stays_a_plane),
        DESK_TEST(a_point_with_many_members_shows_their_median_and_failed_ones_leave_a_gap),
        DESK_TEST(a_heat_map_says_where_it_is_highest_and_labels_its_lines),
        DESK_TEST(many_points_are_put_together),
        DESK_TEST(tables_that_are_no_heat_map_are_refused),
        DESK_TEST(a_scatter_finds_the_corner_in_which_it_happens),
        DESK_TEST(a_scatter_of_many_thins_out_and_says_so),
        DESK_TEST(a_scatter_without_cases_says_that_there_are_none),
        DESK_TEST(a_fan_has_the_quantiles_of_each_scenario),
        DESK_TEST(units_and_titles_come_from_the_meta_of_the_very_table),
        DESK_TEST(what_is_no_json_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
