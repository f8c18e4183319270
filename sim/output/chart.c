/* chart.c - the charts: a dataset and a name go in, a gnuplot script or a finished picture comes out.
 * A script is the chart's data and words, then plots/style.gp, then what draws it, all in one text that can be
 * kept and drawn again.  An SVG gets its title and description, for those who hear pictures, and fonts to fall
 * back on.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <string.h>

/* Every group of digital fluency has its own column. */
static const char divide_columns[] = "AI_use[high],AI_use[low],time_saved_per_AI_task[high],"
                                     "time_saved_per_AI_task[low]";

const sd_chart sd_charts[] = {
    {"compare", "one column of several scenarios over time; --of names another than the net gain",
     "", NULL, sd_prepare_compare},
    {"scorecard", "output, hours, people and money of several scenarios at the end, side by side",
     "", NULL, sd_prepare_scorecard},
    {"gain", "what becomes of the hours that AI saves, part by part over time", sd_account_columns,
     "panels.gp", sd_prepare_gain},
    {"where", "where the week goes: hours by kind of work, before AI and year by year",
     sd_week_columns, NULL, sd_prepare_where},
    {"perception", "the gain that managers believe in beside the true one",
     "perceived_gain,net_productivity_gain", "panels.gp", sd_prepare_perception},
    {"divide", "hours saved a task in the two groups of digital fluency", divide_columns,
     "panels.gp", sd_prepare_divide},
    {"yield", "output a head beside what a good task costs, and burnout",
     "output_per_employee_gain,cost_per_good_output,burnout_prevalence", "panels.gp",
     sd_prepare_yield},
    {"loops", "which feedback loop drives when, from the table that 'loops' writes",
     SD_STILL_COLUMN, "panels.gp", sd_prepare_loops},
    {NULL, NULL, NULL, NULL, NULL},
};

static const char words_begin[] = "$words << end_of_words\n";

const sd_chart *sd_chart_find(const char *name)
{
    for (const sd_chart *chart = sd_charts; chart->name; chart++)
        if (strcmp(chart->name, name) == 0)
            return chart;
    return NULL;
}

const char *sd_chart_missing(sd_arena *arena, const sd_chart *chart, const sd_dataset *data)
{
    return sd_dataset_missing(arena, data, chart->needs);
}

static sd_status fail_missing(sd_diag *diag, const sd_chart *chart, const char *missing)
{
    const bool loops = strcmp(chart->needs, SD_STILL_COLUMN) == 0;
    const sd_status status =
        loops ? sd_fail(diag, SD_E606, SD_NOWHERE, "this is no table of loops")
              : sd_fail(diag, SD_E606, SD_NOWHERE,
                        "a '%s' chart needs columns that the table has not got: %s", chart->name,
                        missing);

    sd_help(diag, loops ? "'treadmill loops INPUT -o loops.csv' writes one"
                        : "save them too when you run or compare: --save all");
    return status;
}

sd_status sd_terminal_of(const char *path, sd_terminal *ret_terminal, sd_diag *diag)
{
    const char *dot = strrchr(path, '.');

    for (size_t t = 0; t <= SD_TERMINAL_PDF && dot; t++)
        if (sd_text_equal_fold(dot + 1, sd_terminal_names[t])) {
            *ret_terminal = (sd_terminal)t;
            return SD_OK;
        }
    return sd_fail(diag, SD_E701, SD_NOWHERE, "'%s' must end in .svg, .png or .pdf", path);
}

sd_status sd_picture_check(const char *path, sd_diag *diag)
{
    sd_terminal terminal;

    return sd_terminal_of(path, &terminal, diag);
}

static void add_script(sd_text *script, const char *name)
{
    const sd_built_in *file = sd_built_in_find("plots", name);

    sd_text_printf(script, "\n");
    if (file)
        sd_text_add(script, (const char *)file->bytes, file->length);
}

const char *sd_picture_script(sd_arena *arena, const char *kind, sd_terminal terminal,
                              const char *prepared, const char *drawn_by)
{
    sd_text script = sd_text_new(arena);

    sd_text_printf(&script, "# A %s chart by treadmill. Draw it with: gnuplot -d THIS_FILE\n",
                   kind);
    sd_text_printf(&script, "term = '%s'\noutput_name = 'chart.%s'\n%s",
                   sd_terminal_names[terminal], sd_terminal_names[terminal], prepared);
    add_script(&script, "style.gp");
    add_script(&script, sd_arena_printf(arena, "%s.gp", kind));
    if (drawn_by)
        add_script(&script, drawn_by);
    return script.bytes;
}

sd_status sd_chart_script(sd_arena *arena, const sd_chart *chart, const sd_dataset *data,
                          const char *of, const char *path, const char **ret_script, sd_diag *diag)
{
    sd_text prepared = sd_text_new(arena);
    sd_terminal terminal = SD_TERMINAL_SVG;
    sd_status status = sd_terminal_of(path, &terminal, diag);

    if (status != SD_OK)
        return status;
    if (data->count == 0)
        return sd_fail(diag, SD_E606, SD_NOWHERE,
                       "there is nothing to draw: no scenario has a row");
    const char *missing = sd_chart_missing(arena, chart, data);

    if (missing)
        return fail_missing(diag, chart, missing);
    status = chart->prepare(arena, data, of, &prepared, diag);
    if (status == SD_OK)
        *ret_script =
            sd_picture_script(arena, chart->name, terminal, prepared.bytes, chart->drawn_by);
    return status;
}

/* ---- SVG ---- */

/* Word `index` of a script, as text of an XML element. */
static void add_word(sd_text *text, const char *script, int index)
{
    const char *c = strstr(script, words_begin);

    c = c ? c + strlen(words_begin) : "";
    for (; index > 0; index--)
        c += strcspn(c, "\n") + 1;
    for (c += *c == '|'; *c && *c != '\n'; c++) {
        if (*c == '\\' && c[1] && c[1] != '\n')
            c++;
        if (*c == '<' || *c == '>' || *c == '&')
            sd_text_printf(text, "&#%d;", *c);
        else
            sd_text_add(text, c, 1);
    }
}

/* Copies `*from` up to `mark` to `text` and moves behind it; false when the mark does not follow. */
static bool copy_until(sd_text *text, const char **from, const char *mark)
{
    const char *found = strstr(*from, mark);

    if (!found)
        return false;
    sd_text_add(text, *from, (size_t)(found - *from));
    *from = found + strlen(mark);
    return true;
}

/* Without the titles that gnuplot gives each plot: they would pop up as its own expressions. */
static const char *without_plot_titles(sd_arena *arena, const char *svg)
{
    sd_text text = sd_text_new(arena);
    const char *from = svg;

    while (copy_until(&text, &from, "<title>")) {
        const char *end = strstr(from, "</title>");

        if (!end)
            break;
        if (strncmp(from, "Gnuplot<", 8) == 0) /* of the whole picture: replaced by ours */
            sd_text_printf(&text, "<title>Gnuplot</title>");
        from = end + strlen("</title>");
    }
    sd_text_add(&text, from, strlen(from));
    return text.bytes;
}

static const char *finish_svg(sd_arena *arena, const char *svg, const char *script,
                              size_t *ret_length)
{
    static const char canvas[] = "<g id=\"gnuplot_canvas\"", family[] = " font-family=\"Inter\"";
    sd_text text = sd_text_new(arena);
    const char *from = without_plot_titles(arena, svg);

    if (copy_until(&text, &from, "<title>Gnuplot</title>")) {
        sd_text_printf(&text, "<title>");
        add_word(&text, script, 0);
        sd_text_printf(&text, "</title>");
    }
    if (copy_until(&text, &from, "<desc>")) {
        sd_text_printf(&text, "<desc>");
        add_word(&text, script, 1);
        if (strstr(from, "</desc>"))
            from = strstr(from, "</desc>");
    }
    /* The font once for all: gnuplot repeats it with each word, and without anything to fall back on. */
    if (copy_until(&text, &from, canvas))
        sd_text_printf(&text, "%s font-family=\"Inter,'DejaVu Sans',Helvetica,Arial,sans-serif\"",
                       canvas);
    while (copy_until(&text, &from, family))
        continue;
    sd_text_add(&text, from, strlen(from));
    *ret_length = text.length;
    return text.bytes;
}

/* ---- drawing ---- */

sd_status sd_picture_draw(sd_arena *arena, const char *script, const char *path, bool force,
                          sd_diag *diag)
{
    const char *bytes;
    const sd_source *picture = NULL;
    sd_terminal terminal = SD_TERMINAL_SVG;
    sd_file file;
    size_t length;
    sd_status status = sd_terminal_of(path, &terminal, diag);

    if (status == SD_OK)
        status = sd_file_open(arena, path, force, &file, diag);
    if (status != SD_OK)
        return status;
    status = sd_gnuplot_run(arena, script, terminal, NULL, 0, &picture, diag);
    if (status != SD_OK) {
        sd_file_abandon(&file);
        return status;
    }
    bytes = picture->text;
    length = picture->length;
    if (terminal == SD_TERMINAL_SVG)
        bytes = finish_svg(arena, picture->text, script, &length);
    fwrite(bytes, 1, length, file.stream);
    return sd_file_close(&file, diag);
}

sd_status sd_chart_draw(sd_arena *arena, const sd_chart *chart, const sd_dataset *data,
                        const char *of, const char *path, bool force, sd_diag *diag)
{
    const char *script = "";
    const sd_status status = sd_chart_script(arena, chart, data, of, path, &script, diag);

    return status == SD_OK ? sd_picture_draw(arena, script, path, force, diag) : status;
}
