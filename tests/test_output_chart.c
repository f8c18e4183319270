/* test_output_chart.c - charts: what the scripts hold, that words of unknown origin stay words, and that the
 * pictures appear.  Drawing is skipped where there is no gnuplot.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

static const sd_dataset *data_of(desk *on, const char *csv)
{
    const sd_dataset *data = NULL;

    if (sd_dataset_from_csv(on->arena, sd_source_from_text(on->arena, "t.csv", csv, strlen(csv)),
                            &data, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return data;
}

/* Net gain over 260 weeks, a row a week: the gain of each of the comma-separated scenarios goes in a straight
 * line from 0 in week 26 to `peak` in week 52 and on to `end` in week 260 [1]. */
static const sd_dataset *gains_of(desk *on, const char *names, const double (*peak_end)[2])
{
    sd_text csv = sd_text_new(on->arena);

    sd_text_printf(&csv, "scenario,time,net_productivity_gain,hours_per_week,AI_start\n");
    for (size_t s = 0; *names; s++) {
        const size_t length = strcspn(names, ",");

        for (int week = 0; week <= 260; week++) {
            const double peak = peak_end[s][0], end = peak_end[s][1];
            const double gain = week < 26   ? 0
                                : week < 52 ? peak * (week - 26) / 26
                                            : peak + (end - peak) * (week - 52) / 208;

            sd_text_printf(&csv, "%.*s,%d,%.6f,%.3f,26\n", (int)length, names, week, gain,
                           40 + 10 * gain);
        }
        names += length + (names[length] == ',');
    }
    return data_of(on, csv.bytes);
}

static const sd_dataset *two_gains(desk *on)
{
    return gains_of(on, "tools-only,four-layers", (const double[][2]){{0.04, -0.02}, {0.05, 0.1}});
}

static const char *script_of(desk *on, const char *chart, const sd_dataset *data, const char *of)
{
    const char *script = NULL;

    if (sd_chart_script(on->arena, sd_chart_find(chart), data, of, "x.svg", &script, on->diag) !=
        SD_OK)
        fail_msg("%s", desk_printed(on));
    return script;
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%.6000s", part, text);
}

static bool has_gnuplot(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0;
}

/* Draws `chart` in a folder and returns the picture. */
static const sd_source *drawn(desk *on, const char *chart, const sd_dataset *data, const char *of,
                              const char *ending)
{
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/x.%s", folder, ending);
    const sd_source *picture;

    if (sd_chart_draw(on->arena, sd_chart_find(chart), data, of, path, false, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert_string_equal(output_names(on, folder), sd_arena_printf(on->arena, "x.%s ", ending));
    picture = output_read(on, path);
    output_folder_done(on, folder);
    return picture;
}

static void every_chart_is_listed_with_its_script(void **state)
{
    desk *on = *state;

    assert_non_null(sd_built_in_find("plots", "style.gp"));
    for (const sd_chart *chart = sd_charts; chart->name; chart++) {
        assert_non_null(
            sd_built_in_find("plots", sd_arena_printf(on->arena, "%s.gp", chart->name)));
        assert_true(!chart->drawn_by || sd_built_in_find("plots", chart->drawn_by));
        assert_ptr_equal(sd_chart_find(chart->name), chart);
    }
    assert_null(sd_chart_find("pie"));
}

static void a_finding_tells_what_becomes_of_the_gain(void **state)
{
    desk *on = *state;
    const struct {
        const char *names;
        double gains[3][2];
        const char *finding;
    } cases[] = {
        {"tools-only,four-layers",
         {{0.04, -0.02}, {0.05, 0.1}},
         "Tools only: gain gone by year 4. Four layers: +10\xC2\xA0% kept"},
        {"tools-only", {{0.04, -0.02}}, "Tools only: gain gone by year 4"},
        {"tools-only", {{0.05, 0.1}}, "Tools only: +10\xC2\xA0% kept"},
        {"a,b", {{0.04, -0.02}, {0.04, -0.01}}, "A: gain gone by year 4. B: gain gone by year 4"},
        {"a,b", {{0.05, 0.06}, {0.05, 0.1}}, "A: +6\xC2\xA0% kept. B: +10\xC2\xA0% kept"},
        {"a,b,c",
         {{0.05, 0.1}, {0.05, 0.06}, {0, -0.07}},
         "Per hour worked: from –7\xC2\xA0% (C) to +10\xC2\xA0% (A)"},
        {"a", {{0, -0.06}}, "A: –6\xC2\xA0%"},
        {"no-ai,tools", {{0, 0}, {0.1, 0.05}}, "No ai: 0\xC2\xA0%. Tools: +5\xC2\xA0% kept"},
        {"a-name-that-goes-on-and-on-for-ever,another-name-that-goes-on-too",
         {{0.04, -0.02}, {0.05, 0.1}},
         "Net gain per hour worked at the end: –2 to +10\xC2\xA0%"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sd_dataset *data = gains_of(on, cases[i].names, cases[i].gains);
        const char *finding = sd_dataset_finding(on->arena, data, NULL);

        assert_string_equal(finding, cases[i].finding);
        assert_true(strlen(finding) <= 72); /* 62 characters and what UTF-8 needs */
    }
}

static void a_finding_of_another_column_says_where_it_ends(void **state)
{
    desk *on = *state;

    assert_string_equal(sd_dataset_finding(on->arena, two_gains(on), "hours per week"),
                        "Hours at the end: Tools only 39.8, Four layers 41.0\xC2\xA0h/wk");
    assert_string_equal(sd_dataset_finding(on->arena, data_of(on, "time,P\n0,1\n9,41234\n"), NULL),
                        "P ends at 41.2k");
}

static void a_comparison_holds_its_words_data_and_markers(void **state)
{
    desk *on = *state;
    const char *script = script_of(on, "compare", two_gains(on), NULL);

    expect_part(script, "term = 'svg'\noutput_name = 'chart.svg'\n");
    expect_part(script,
                "|Tools only: gain gone by year 4. Four layers: +10\xC2\xA0% kept\n"
                "|Valuable output per hour worked against no AI, %\xC2\xA0 \xC2\xB7 \xC2\xA0"
                "2 scenarios, 260 weeks\n");
    expect_part(script, "|AI tools arrive\n");
    expect_part(script, "|as before AI\n");
    expect_part(script, "|\xE2\x80\x93"); /* a minus is printed as a dash */
    expect_part(script, "|If these assumptions hold. Not a forecast.");
    expect_part(script, "has_start = 1\nai_start = 26\n");
    expect_part(script, "styles[1] = 1\nstyles[2] = 2\n");
    expect_part(script, "\n52 4\n");
    expect_part(script, "plot for");
}

static void a_model_without_ai_has_no_ai_on_its_chart(void **state)
{
    desk *on = *state;
    const char *script = script_of(on, "compare", data_of(on, "time,P,Q\n0,1,2\n1,1,3\n"), "q");

    assert_null(strstr(script, " AI"));
    assert_null(strstr(script, "Refill"));
    expect_part(script, "|Q ends at 3\n");
}

static void labels_at_the_ends_of_lines_do_not_overlap(void **state)
{
    desk *on = *state;
    const double same[8][2] = {{0.04, -0.02},  {0.04, -0.0201}, {0.04, -0.0199}, {0.04, -0.02},
                               {0.04, -0.021}, {0.04, -0.02},   {0.04, -0.0205}, {0.05, 0.1}};
    const char *script =
        script_of(on, "compare", gains_of(on, "a1,b1,c1,d1,e1,f1,g1,h1", same), NULL);
    const char *words = strstr(script, "$words"), *places = strstr(script, "$places");
    double last = -1000, y[16] = {0};
    size_t count = 0;

    /* The n-th place belongs to the n-th word; a label is a letter and a 1, in capitals. */
    for (; (words = strchr(words, '\n') + 1) && *words == '|';) {
        double x;

        places = strchr(places, '\n') + 1;
        if (words[1] >= 'A' && words[1] <= 'H' && words[2] == '1' && words[3] == '\n' && count < 16)
            assert_int_equal(sscanf(places, "%lf %lf", &x, &y[count++]), 2);
    }
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++) {
        double next = 1e9;

        for (size_t k = 0; k < count; k++)
            if (y[k] > last && y[k] < next)
                next = y[k];
        assert_true(next - last >= 16 && next > 0 && next < 675);
        last = next;
    }
}

static void a_scorecard_has_a_cell_for_each_scenario_and_measure(void **state)
{
    desk *on = *state;
    const char *script = script_of(on, "scorecard", two_gains(on), NULL);
    const char *cells = strstr(script, "$cells << end_of_cells\n");
    size_t count = 0;

    assert_non_null(cells);
    for (const char *at = cells + 23; strncmp(at, "end_of_cells", 12) != 0;
         at = strchr(at, '\n') + 1)
        count++;
    assert_int_equal(count, 2 * 2);
    expect_part(script, "|\xE2\x80\x93"
                        "2\n");
    expect_part(script, "|+10\n|+12 better\n");
    expect_part(script, "|41.0\n|+3\xC2\xA0% worse\n");
    expect_part(script, "There is no total score");
}

static void what_is_asked_for_and_not_there_is_told(void **state)
{
    desk *on = *state;
    const sd_dataset *data = two_gains(on);
    const char *script = NULL;

    assert_int_equal(sd_chart_script(on->arena, sd_chart_find("compare"), data, "hours_per_weak",
                                     "x.svg", &script, on->diag),
                     SD_INVALID);
    assert_string_equal(on->diag->messages.items[0].text, "no column is named 'hours_per_weak'");
    assert_string_equal(on->diag->messages.items[0].help, "did you mean 'hours_per_week'?");
    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_chart_script(on->arena, sd_chart_find("compare"), data, NULL, "x.gif",
                                     &script, on->diag),
                     SD_USAGE);
    assert_string_equal(on->diag->messages.items[0].text, "'x.gif' must end in .svg, .png or .pdf");
    assert_null(script);
}

static void words_of_unknown_origin_cannot_end_a_block_or_a_line(void **state)
{
    desk *on = *state;
    /* From this mark on a text would run from right to left. */
    static const char turn[] = {(char)0xE2, (char)0x80, (char)0xAE, '\0'};
    const char *name = sd_arena_printf(on->arena, "\"end_of_words\n!id\r\x1b[0m%s\"", turn);
    const char *csv = sd_arena_printf(
        on->arena, "scenario,time,\"x\nend_of_words\nsystem 'id'\"\n%s,0,1\n%s,1,2\n", name, name);
    const char *script = script_of(on, "compare", data_of(on, csv), NULL);

    assert_null(strstr(script, "\nsystem"));
    assert_null(strstr(script, "\n!id"));
    assert_null(strchr(script, '\r'));
    assert_null(strchr(script, '\x1b'));
    assert_null(strstr(script, turn));
    /* One block of words ends once. */
    const char *first = strstr(script, "\nend_of_words\n");

    assert_non_null(first);
    assert_null(strstr(first + 1, "\nend_of_words\n"));
}

/* Two rows of a scenario whose name is any text. */
static const char *csv_named(desk *on, const char *name)
{
    sd_text quoted = sd_text_new(on->arena);

    for (; *name; name++)
        sd_text_add(&quoted, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    return sd_arena_printf(on->arena, "scenario,time,P\n\"%s\",0,1\n\"%s\",1,2\n", quoted.bytes,
                           quoted.bytes);
}

static void hostile_titles_do_nothing_but_stand_there(void **state)
{
    desk *on = *state;
    static const char *const titles[] = {"`touch pwned`",
                                         "\"\"; system \"touch pwned\"; x=\"\"",
                                         "'; system 'touch pwned'; '",
                                         "a_b^c{d}@e&f~g\\h",
                                         "{/=99 big} {/:Bold x",
                                         "\\",
                                         "$words[1] @words",
                                         "%s%n%d",
                                         "# comment",
                                         "|end",
                                         "<b>&amp;</title>"};
    const char *folder;

    if (!has_gnuplot())
        skip();
    folder = output_folder(on);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        const char *path = sd_arena_printf(on->arena, "%s/x.svg", folder);
        const char *csv = csv_named(on, titles[i]);

        if (sd_chart_draw(on->arena, sd_chart_find("compare"), data_of(on, csv), NULL, path, true,
                          on->diag) != SD_OK ||
            sd_chart_draw(on->arena, sd_chart_find("scorecard"), data_of(on, csv), NULL, path, true,
                          on->diag) != SD_OK)
            fail_msg("%s: %s", titles[i], desk_printed(on));
        assert_string_equal(output_names(on, folder), "x.svg ");
    }
    assert_int_not_equal(access("pwned", F_OK), 0);
    assert_int_not_equal(access("/tmp/pwned", F_OK), 0);
    output_folder_done(on, folder);
}

static void marks_of_enhanced_text_are_printed_as_they_are(void **state)
{
    desk *on = *state;

    if (!has_gnuplot())
        skip();
    const sd_source *svg =
        drawn(on, "compare",
              data_of(on, "scenario,time,P\nA_b^c{d}@e&f~g\\h,0,1\nA_b^c{d}@e&f~g\\h,1,2\n"), NULL,
              "svg");

    /* The title's own rule makes the underscore of a name a space. */
    expect_part(svg->text, "A b^c{d}@e&amp;f~g\\h");
}

static void pictures_are_drawn_in_all_formats(void **state)
{
    desk *on = *state;
    static const struct {
        const char *ending, *begin;
    } formats[] = {{"svg", "<?xml"}, {"png", "\x89PNG"}, {"pdf", "%PDF"}, {"SVG", "<?xml"}};

    if (!has_gnuplot())
        skip();
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (const sd_chart *chart = sd_charts; chart->name; chart++) {
            if (sd_chart_missing(on->arena, chart, two_gains(on)))
                continue; /* test_output_panels.c draws those */
            const sd_source *picture =
                drawn(on, chart->name, two_gains(on), NULL, formats[i].ending);

            assert_memory_equal(picture->text, formats[i].begin, strlen(formats[i].begin));
            assert_in_range(picture->length, 2000,
                            strcmp(formats[i].begin, "<?xml") == 0 ? 100000 : 1000000);
        }
}

static void an_svg_has_a_title_a_description_and_words(void **state)
{
    desk *on = *state;

    if (!has_gnuplot())
        skip();
    const char *svg = drawn(on, "compare", two_gains(on), NULL, "svg")->text;

    expect_part(svg,
                "<title>Tools only: gain gone by year 4. Four layers: +10\xC2\xA0% kept</title>");
    expect_part(svg, "<desc>Valuable output per hour worked against no AI, %");
    expect_part(svg, ">AI tools arrive</tspan>");
    assert_null(strstr(svg, "font-family=\"Inter\""));
    assert_null(strstr(svg, "GNUPLOT"));
    assert_null(strstr(strstr(svg, "</title>"), "<title>"));
}

static void odd_data_is_drawn_all_the_same(void **state)
{
    desk *on = *state;
    static const char *const tables[] = {
        "time,P\n0,1\n",                    /* one point */
        "time,P\n0,nan\n1,\n",              /* no number */
        "time,P\n0,5\n1,5\n2,5\n",          /* constant */
        "time,P\n0,0\n1,0\n",               /* all zero */
        "time,P\n-3,-1e300\n-2,1e300\n",    /* huge */
        "time,P\n0,1e-300\n1,2e-300\n",     /* tiny */
        "time,P\n0,inf\n1,2\n",             /* infinite */
        "time,P\n1e9,3\n1000000001,4\n",    /* late */
        "time,P\n0,1\n1,2\n2,nan\n3,1\n",   /* a gap */
        "week,P\n0,1\n1,2\n7,-0.0000001\n", /* a few weeks */
        "scenario,time,net_productivity_gain\na,0,\na,1,\nb,0,0\nb,1,-0.5\n"};

    if (!has_gnuplot())
        skip();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        (void)drawn(on, "compare", data_of(on, tables[i]), NULL, "svg");
        const char *script = script_of(on, "compare", data_of(on, tables[i]), NULL);

        assert_null(strstr(script, "= inf"));
        assert_null(strstr(script, "= nan"));
        assert_null(strstr(script, "= -nan"));
    }
}

static void many_scenarios_are_drawn_up_to_a_limit(void **state)
{
    desk *on = *state;
    sd_text csv = sd_text_new(on->arena);

    sd_text_printf(&csv, "scenario,time,P\n");
    for (int s = 0; s < 40; s++)
        sd_text_printf(&csv, "s%d,0,1\ns%d,1,%d\n", s, s, s);
    expect_part(script_of(on, "compare", data_of(on, csv.bytes), NULL),
                "the first 24 of 40 scenarios");
    if (has_gnuplot()) {
        (void)drawn(on, "compare", data_of(on, csv.bytes), NULL, "svg");
        (void)drawn(on, "scorecard", data_of(on, csv.bytes), NULL, "svg");
    }
}

static void an_existing_picture_is_kept_unless_forced(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/x.svg", folder);
    FILE *file = fopen(path, "w");

    fputs("old", file);
    fclose(file);
    assert_int_equal(sd_chart_draw(on->arena, sd_chart_find("compare"), two_gains(on), NULL, path,
                                   false, on->diag),
                     SD_USAGE);
    assert_int_equal(on->diag->messages.items[0].code, SD_E603);
    assert_string_equal(output_read(on, path)->text, "old");
    output_folder_done(on, folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_chart_is_listed_with_its_script),
        TEST(a_finding_tells_what_becomes_of_the_gain),
        TEST(a_finding_of_another_column_says_where_it_ends),
        TEST(a_comparison_holds_its_words_data_and_markers),
        TEST(a_model_without_ai_has_no_ai_on_its_chart),
        TEST(labels_at_the_ends_of_lines_do_not_overlap),
        TEST(a_scorecard_has_a_cell_for_each_scenario_and_measure),
        TEST(what_is_asked_for_and_not_there_is_told),
        TEST(words_of_unknown_origin_cannot_end_a_block_or_a_line),
        TEST(hostile_titles_do_nothing_but_stand_there),
        TEST(marks_of_enhanced_text_are_printed_as_they_are),
        TEST(pictures_are_drawn_in_all_formats),
        TEST(an_svg_has_a_title_a_description_and_words),
        TEST(odd_data_is_drawn_all_the_same),
        TEST(many_scenarios_are_drawn_up_to_a_limit),
        TEST(an_existing_picture_is_kept_unless_forced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
