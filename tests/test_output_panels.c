/* test_output_panels.c - the charts of the trap: what they say of real runs, that no word is cut, lies on another or
 * leaves the picture, and what happens when columns are missing or odd.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include "../sim/output/chart_private.h"

#include <math.h>

enum { SETS = 6, NAMES_MAX = 5, WORDS_MAX = 400 };

static const char *const sets[SETS][NAMES_MAX + 1] = {
    {"tools-only", "four-layers"},
    {"human-system-full"},
    {"no-ai"},
    {"tools-only", "denmark", "human-system-full", "klarna"},
    {"no-ai", "public-body", "public-body-governed"},
    {"klarna", "risk-team", "leisure-dividend", "layoffs", "demand-surge"},
};
static const char *const trap_charts[] = {"gain", "where", "perception", "divide", "yield"};
enum { TRAP_CHARTS = sizeof trap_charts / sizeof *trap_charts };

static const sd_dataset *set_of(desk *on, size_t set)
{
    sd_result results[NAMES_MAX];
    size_t count = 0;

    for (; sets[set][count]; count++)
        results[count] = output_scenario(on, sets[set][count]);
    return sd_dataset_from_results(on->arena, results, count);
}

static const sd_dataset *csv_of(desk *on, const char *csv)
{
    const sd_dataset *data = NULL;

    if (sd_dataset_from_csv(on->arena, sd_source_from_text(on->arena, "t.csv", csv, strlen(csv)),
                            &data, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return data;
}

static const char *script_of(desk *on, const char *chart, const sd_dataset *data)
{
    const char *script = NULL;

    if (sd_chart_script(on->arena, sd_chart_find(chart), data, NULL, "x.svg", &script, on->diag) !=
        SD_OK)
        fail_msg("%s: %s", chart, desk_printed(on));
    return script;
}

static void expect_words(const char *script, const char *words)
{
    if (!strstr(script, words))
        fail_msg("no '%s' in:\n%.3000s", words, script);
}

static bool has_gnuplot(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0;
}

/* ---- words ---- */

static void each_chart_tells_what_it_found(void **state)
{
    desk *on = *state;
    const sd_dataset *data = set_of(on, 0);
    static const char *const words[TRAP_CHARTS][4] = {
        {"|Tools only: none of 11 hours saved a week is kept. Four layers in order: 3 of 10\n",
         "|\xE2\x80\x93"
         "1.9 h\xC2\xA0 Kept: less than none\n",
         "|at the end 29 % of the hours saved are kept\n", "|4.0 h\xC2\xA0 Meta-work\n"},
        {"|Tools only: 44 h a week, 4.6 of them managing AI. Four layers in order: 40 and 4.0\n",
         "|before AI\n", "|44\xC2\xA0h\n", "|0.5 h\xC2\xA0 Moved to better work\n"},
        {"|Tools only: believed +27\xC2\xA0%, true about zero. Four layers in order: +26, "
         "+10\xC2\xA0%\n",
         "|29 points\n|the productivity hallucination\n",
         "|refill share 135 %, at a pass-through of 100 %\n", "|+27\xC2\xA0%\xC2\xA0 believed\n"},
        {"|The digitally fluent save 2.5 to 2.6 times as much a task\n",
         "|0.93 h\xC2\xA0 high fluency\n",
         "|Digital fluency, not skill: the groups differ in how well they handle the tools.",
         "|AI used for 57 % of tasks with high fluency, 24 % with low\n"},
        {"|Tools only: output +7\xC2\xA0%, cost a task +11\xC2\xA0%. Four layers in order: "
         "+10\xC2\xA0%, \xE2\x80\x93"
         "8\xC2\xA0%\n",
         "|burnout 25 % of staff before, 39 % at the end\n", "|+7\xC2\xA0%\xC2\xA0 output a head\n",
         "|AI arrives\n"},
    };

    for (size_t c = 0; c < TRAP_CHARTS; c++) {
        const char *script = script_of(on, trap_charts[c], data);

        for (size_t w = 0; w < 4; w++)
            expect_words(script, words[c][w]);
        expect_words(script, "|If these assumptions hold. Not a forecast. ");
    }
}

static void an_organisation_without_ai_has_nothing_to_divide(void **state)
{
    desk *on = *state;
    const sd_dataset *data = set_of(on, 2);

    expect_words(script_of(on, "gain", data), "|Hardly any AI is in use, so it saves no hours\n");
    expect_words(script_of(on, "where", data), "|Where the week goes\n");
    expect_words(script_of(on, "perception", data), "|What managers believe, and what is true\n");
    expect_words(script_of(on, "divide", data),
                 "|What AI saves with high and with low digital fluency\n");
    expect_words(script_of(on, "yield", data), "|Output a head, and what a good task costs\n");
    assert_null(strstr(script_of(on, "gain", data), "AI arrives"));
}

static void scales_of_their_own_and_what_is_left_out_are_said(void **state)
{
    desk *on = *state;
    const sd_dataset *data = set_of(on, 5);

    expect_words(script_of(on, "perception", data),
                 "the first 4 of 5 scenarios, each on its own scale\n");
    expect_words(script_of(on, "where", data), "the first 4 of 5 scenarios\n");
    expect_words(script_of(on, "gain", set_of(on, 0)), "260 weeks\n");
}

typedef struct box {
    const char *word;
    double left, right, top, bottom; /* [pixel] */
} box;

/* The words of a script with their places, a little smaller than they are. */
static size_t boxes_of(desk *on, const char *script, box *boxes)
{
    const char *word = strchr(strstr(script, "$words << "), '\n') + 1;
    const char *place = strchr(strstr(script, "$places << "), '\n') + 1;
    size_t count = 0;

    for (; *word == '|'; word = strchr(word, '\n') + 1, place = strchr(place, '\n') + 1) {
        char *text = sd_arena_copy(on->arena, word + 1, strcspn(word + 1, "\n")), *to = text;
        char side[16], weight[16];
        double x, y, size;

        for (const char *from = text; *from; from++)
            if (*from != '\\')
                *to++ = *from;
        *to = '\0';
        assert_int_equal(sscanf(place, "%lf %lf %15s %lf %15s", &x, &y, side, &size, weight), 5);
        const double wide = 0.97 * sd_chart_width(text, size, strcmp(weight, "bold") == 0);
        const double left = *side == 'l' ? x : *side == 'r' ? x - wide : x - wide / 2;

        assert_true(count < WORDS_MAX);
        boxes[count++] = (box){text, left, left + wide, y - 0.45 * size, y + 0.45 * size};
    }
    return count;
}

static void no_word_is_cut_lies_on_another_or_leaves_the_picture(void **state)
{
    desk *on = *state;
    static box boxes[WORDS_MAX];

    for (size_t set = 0; set < SETS; set++) {
        const sd_dataset *data = set_of(on, set);

        for (size_t c = 0; c < TRAP_CHARTS; c++) {
            const char *script = script_of(on, trap_charts[c], data);
            const size_t count = boxes_of(on, script, boxes);
            double height;

            assert_int_equal(sscanf(strstr(script, "height = "), "height = %lf", &height), 1);
            for (size_t i = 0; i < count; i++) {
                const box *b = &boxes[i];

                if (strstr(b->word, "\xE2\x80\xA6"))
                    fail_msg("%s, set %zu: '%s' is cut", trap_charts[c], set, b->word);
                if (!(b->left >= 20 && b->right <= 1190 && b->top >= 20 && b->bottom <= height - 8))
                    fail_msg("%s, set %zu: '%s' leaves the picture", trap_charts[c], set, b->word);
                for (size_t k = 0; k < i; k++)
                    if (b->left < boxes[k].right && b->right > boxes[k].left &&
                        b->top < boxes[k].bottom && b->bottom > boxes[k].top)
                        fail_msg("%s, set %zu: '%s' lies on '%s'", trap_charts[c], set, b->word,
                                 boxes[k].word);
            }
        }
    }
}

/* ---- missing and odd ---- */

static void missing_columns_are_named_with_what_to_do(void **state)
{
    desk *on = *state;
    const sd_dataset *data =
        csv_of(on, "time,net_productivity_gain,AI use[high],ai_use[LOW]\n0,0,0,0\n1,0.1,0,0\n");
    const char *script = NULL;

    assert_null(sd_chart_missing(on->arena, sd_chart_find("compare"), data));
    assert_string_equal(sd_chart_missing(on->arena, sd_chart_find("perception"), data),
                        "perceived_gain");
    assert_string_equal(sd_chart_missing(on->arena, sd_chart_find("divide"), data),
                        "time_saved_per_AI_task[high],time_saved_per_AI_task[low]");
    assert_int_equal(sd_chart_script(on->arena, sd_chart_find("perception"), data, NULL, "x.svg",
                                     &script, on->diag),
                     SD_SYNTAX);
    assert_string_equal(on->diag->messages.items[0].text,
                        "a 'perception' chart needs columns that the table has not got: "
                        "perceived_gain");
    assert_string_equal(on->diag->messages.items[0].help,
                        "save them too when you run or compare: --save all");
    assert_null(script);
}

static void what_a_scenario_saves_by_itself_draws_gain_and_perception(void **state)
{
    desk *on = *state;
    sd_scenario *scenario = NULL;
    sd_text head = sd_text_new(on->arena), row = sd_text_new(on->arena);

    assert_int_equal(sd_scenario_from_input(on->arena, "tools-only", &scenario, on->diag), SD_OK);
    for (size_t i = 0; i < scenario->save.count; i++) {
        sd_text_printf(&head, ",%s",
                       sd_model_element_name(scenario->model, scenario->save.items[i], on->arena));
        sd_text_printf(&row, ",1");
    }
    const sd_dataset *data =
        csv_of(on, sd_arena_printf(on->arena, "time%s\n0%s\n", head.bytes, row.bytes));

    assert_null(sd_chart_missing(on->arena, sd_chart_find("gain"), data));
    assert_null(sd_chart_missing(on->arena, sd_chart_find("perception"), data));
}

/* A table with all columns that a chart needs, `value` in each place but the time. */
static const sd_dataset *odd_table(desk *on, const char *chart, size_t rows, const char *value)
{
    const char *needs = sd_chart_find(chart)->needs;
    sd_text csv = sd_text_new(on->arena);

    sd_text_printf(&csv, "time,%s\n", needs);
    for (size_t i = 0; i < rows; i++) {
        sd_text_printf(&csv, "%zu", i);
        for (const char *at = needs; at; at = strchr(at + 1, ','))
            sd_text_printf(&csv, ",%s", value);
        sd_text_printf(&csv, "\n");
    }
    return csv_of(on, csv.bytes);
}

static void odd_data_is_drawn_or_refused_but_never_fails(void **state)
{
    desk *on = *state;
    static const char *const values[] = {"0", "1", "-1", "1e300", "-1e300", "1e-300", "nan", "inf"};
    const char *folder;

    if (!has_gnuplot())
        skip();
    folder = output_folder(on);
    for (size_t c = 0; c < TRAP_CHARTS; c++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            const sd_dataset *data = odd_table(on, trap_charts[c], v % 2 ? 1 : 3, values[v]);
            const char *path = sd_arena_printf(on->arena, "%s/x.svg", folder);
            const sd_status status = sd_chart_draw(on->arena, sd_chart_find(trap_charts[c]), data,
                                                   NULL, path, true, on->diag);

            if (status != SD_OK && status != sd_code_status(SD_E606))
                fail_msg("%s of %s: %s", trap_charts[c], values[v], desk_printed(on));
            on->diag = sd_diag_new(on->arena);
        }
    output_folder_done(on, folder);
}

/* ---- pictures ---- */

static void pictures_are_drawn_in_all_formats(void **state)
{
    desk *on = *state;
    static const struct {
        const char *ending, *begin;
        size_t most; /* [byte] */
    } formats[] = {{"svg", "<?xml", 200000}, {"png", "\x89PNG", 1000000}, {"pdf", "%PDF", 200000}};
    const char *folder;

    if (!has_gnuplot())
        skip();
    folder = output_folder(on);
    const sd_dataset *data = set_of(on, 3);

    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (size_t c = 0; c < TRAP_CHARTS; c++) {
            const char *path = sd_arena_printf(on->arena, "%s/x.%s", folder, formats[f].ending);

            if (sd_chart_draw(on->arena, sd_chart_find(trap_charts[c]), data, NULL, path, true,
                              on->diag) != SD_OK)
                fail_msg("%s: %s", trap_charts[c], desk_printed(on));
            const sd_source *picture = output_read(on, path);

            assert_memory_equal(picture->text, formats[f].begin, strlen(formats[f].begin));
            assert_in_range(picture->length, 5000, formats[f].most);
        }
    output_folder_done(on, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(each_chart_tells_what_it_found),
        DESK_TEST(an_organisation_without_ai_has_nothing_to_divide),
        DESK_TEST(scales_of_their_own_and_what_is_left_out_are_said),
        DESK_TEST(no_word_is_cut_lies_on_another_or_leaves_the_picture),
        DESK_TEST(missing_columns_are_named_with_what_to_do),
        DESK_TEST(what_a_scenario_saves_by_itself_draws_gain_and_perception),
        DESK_TEST(odd_data_is_drawn_or_refused_but_never_fails),
        DESK_TEST(pictures_are_drawn_in_all_formats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
