/* chart_sense.c - the charts of what an answer depends on: words that they share, and which of them is drawn.
 * In: sd_sense_chart.  Out: a gnuplot text, or a picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_sense.h"

#include <math.h>
#include <string.h>

enum { FEET_MAX = 3 /* lines */ };

const char *sense_moment(const sense_picture *p)
{
    const bool weeks = sd_units_are_weeks(p->chart->time_units);

    return isnan(p->chart->time)
               ? ""
               : sd_arena_printf(p->arena, ", %s %s", weeks ? "week" : "time",
                                 sd_chart_rounded(p->arena, p->chart->time, false));
}

const char *sense_number(const sense_picture *p, double result)
{
    const double shown = result * p->scale;

    if (!p->measure)
        return sd_chart_rounded(p->arena, shown, false);
    return sd_chart_number(p->arena, shown,
                           fabs(shown) >= 99.5  ? 0
                           : fabs(shown) < 9.95 ? 1
                                                : p->measure->decimals,
                           false);
}

const char *sense_label(const sense_picture *p, size_t row)
{
    return sd_column_label(p->arena, p->chart->parameters[row]);
}

const char *sense_subject(const sense_picture *p)
{
    const sd_sense_chart *c = p->chart;

    if (!p->measure)
        return isnan(c->time) ? c->spec : sd_column_label(p->arena, c->variable);
    return p->unit[0] ? p->measure->label
                      : sd_arena_printf(p->arena, "%s (%s)", p->measure->label, p->measure->unit);
}

const char *sense_setting(const sense_picture *p, double value)
{
    const double size = fabs(value);

    return value == 0 || (size >= 1e-3 && size < 9999.5)
               ? sd_arena_printf(p->arena, "%s%.3g", value < 0 ? "\xE2\x80\x93" : "", size)
               : sd_chart_rounded(p->arena, value, false);
}

static const char *lower_first(sd_arena *arena, const char *text)
{
    char *copy = sd_arena_copy(arena, text, strlen(text));

    if (copy[0] >= 'A' && copy[0] <= 'Z' && !(copy[1] >= 'A' && copy[1] <= 'Z'))
        copy[0] = (char)(copy[0] - 'A' + 'a');
    return copy;
}

const char *sense_title(const sense_picture *p, const char *one, const char *two)
{
    const char *first = sense_label(p, 0),
               *second = p->chart->count > 1 ? lower_first(p->arena, sense_label(p, 1)) : "";
    const char *phrases[] = {
        sd_arena_printf(p->arena, "%s and %s %s %s most", first, second, two, p->output),
        sd_arena_printf(p->arena, "%s %s %s most", first, one, p->output),
        sd_arena_printf(p->arena, "What %s depends on", p->output), NULL};

    return sd_chart_title(p->chart->count > 1 ? phrases : phrases + 1);
}

sense_axis sense_axis_over(double low, double high, double count)
{
    sense_axis axis = {.step = sd_nice_step(high > low ? high - low : 1, count)};

    axis.low = axis.step * floor(low / axis.step + 1e-9);
    axis.high = axis.step * ceil(high / axis.step - 1e-9);
    if (!(axis.high > axis.low))
        axis.high = axis.low + axis.step;
    return axis;
}

static sense_picture open_picture(sd_arena *arena, const sd_sense_chart *chart)
{
    const sd_measure *measure = isnan(chart->time) ? NULL : sd_measure_find(chart->variable);
    const char *label = measure              ? measure->label
                        : isnan(chart->time) ? chart->spec
                                             : sd_column_label(arena, chart->variable);

    return (sense_picture){.arena = arena,
                           .chart = chart,
                           .measure = measure,
                           .scale = measure ? measure->scale : 1,
                           .output = isnan(chart->time) ? label : lower_first(arena, label),
                           .unit = measure && measure->unit[0] == '%' ? "\xC2\xA0%" : "",
                           .canvas = sd_canvas_new(arena, 1200, 0),
                           .boxes = sd_text_new(arena),
                           .grid = sd_text_new(arena),
                           .marks = sd_text_new(arena)};
}

static const struct {
    const char *name, *drawn_by;
    sd_status (*prepare)(sense_picture *p, sd_text *script, sd_diag *diag);
} kinds[] = {[SD_SENSE_TORNADO] = {"tornado", "where.gp", sense_prepare_bars},
             [SD_SENSE_SHARES] = {"shares", "where.gp", sense_prepare_bars},
             [SD_SENSE_INFLUENCE] = {"influence", NULL, sense_prepare_influence},
             [SD_SENSE_FUTURES] = {"futures", NULL, sense_prepare_futures}};

sd_status sd_sense_script(sd_arena *arena, const sd_sense_chart *chart, const char *path,
                          const char **ret_script, sd_diag *diag)
{
    sense_picture p = open_picture(arena, chart);
    sd_text prepared = sd_text_new(arena), words = sd_text_new(arena);
    sd_terminal terminal;
    sd_status status = sd_terminal_of(path, &terminal, diag);

    if (status == SD_OK)
        status = kinds[chart->kind].prepare(&p, &prepared, diag);
    if (status != SD_OK)
        return status;
    const char *feet[FEET_MAX];
    const size_t foot_count =
        sd_chart_wrapped(arena,
                         sd_arena_printf(arena, "%s%s", chart->note ? chart->note : "",
                                         sd_caveat(arena, chart->changed, chart->trap)),
                         p.canvas.width - 2 * SD_MARGIN, 13.5, false, FEET_MAX, feet);
    p.canvas.height += 20 * ((double)foot_count - 1);
    sd_canvas_foot(&p.canvas, feet, foot_count);
    sd_canvas_write(&p.canvas, &words);
    sd_text_add(&words, prepared.bytes, prepared.length);
    const struct {
        const char *name;
        const sd_text *rows;
    } blocks[] = {{"boxes", &p.boxes}, {"grid", &p.grid}, {"marks", &p.marks}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        sd_text_printf(&words, "$%s << end_of_%s\n%send_of_%s\n", blocks[i].name, blocks[i].name,
                       blocks[i].rows->bytes, blocks[i].name);
    *ret_script = sd_picture_script(arena, kinds[chart->kind].name, terminal, words.bytes,
                                    kinds[chart->kind].drawn_by);
    return SD_OK;
}
