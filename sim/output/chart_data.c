/* chart_data.c - what charts ask of a dataset: how a column is called and shown, short titles, which line
 * looks how, and steps of axes.
 * One meaning a colour everywhere: grey is the baseline, green the redesign; the rest is the palette of
 * M. Okabe and K. Ito (Color Universal Design, 2008), which people with colour blindness can tell apart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <string.h>

static const char headline[] = "net_productivity_gain";

bool sd_is_trap(const sd_dataset *data)
{
    return sd_dataset_column(data, headline) != SIZE_MAX;
}

bool sd_in_weeks(const sd_dataset *data)
{
    return sd_units_are_weeks(data->time_units) || (!data->time_units[0] && sd_is_trap(data));
}

const char *sd_column_label(sd_arena *arena, const char *column)
{
    char *label = sd_arena_copy(arena, column, strlen(column));

    for (char *c = label; *c; c++)
        if (*c == '_')
            *c = ' ';
    if (*label >= 'a' && *label <= 'z')
        *label = (char)(*label - 'a' + 'A');
    return label;
}

sd_status sd_shown_find(sd_arena *arena, const sd_dataset *data, const char *of,
                        sd_shown *ret_shown, sd_diag *diag)
{
    static const char *const gains[] = {"net_productivity_gain", "paid_productivity_gain",
                                        "output_per_employee_gain"};
    sd_shown shown = {.column = of ? sd_dataset_column(data, of) : data->main_column, .scale = 1};

    if (shown.column == SIZE_MAX) {
        const sd_status status =
            of ? sd_fail(diag, SD_E101, SD_NOWHERE, "no column is named '%s'", of)
               : sd_fail(diag, SD_E606, SD_NOWHERE,
                         "there is nothing to draw: the table has no columns");

        if (of)
            sd_help_nearest(diag, of, data->columns, data->column_count);
        return status;
    }
    const char *name = data->columns[shown.column];

    shown.measure = sd_measure_find(name);
    shown.label = shown.measure ? shown.measure->label : sd_column_label(arena, name);
    shown.unit = shown.measure ? shown.measure->unit : "";
    shown.scale = shown.measure ? shown.measure->scale : 1;
    shown.percent = shown.unit[0] == '%';
    for (size_t i = 0; i < sizeof gains / sizeof *gains; i++)
        shown.gain = shown.gain || sd_text_equal_fold(name, gains[i]);
    *ret_shown = shown;
    return SD_OK;
}

const double *sd_shown_values(sd_arena *arena, const sd_dataset *data, const sd_shown *shown,
                              size_t series)
{
    const sd_series *from = &data->series[series];
    double *values = SD_NEW_ARRAY(arena, double, from->time_count + 1);
    const size_t use = shown->measure && shown->measure->needs_use
                           ? sd_dataset_column(data, sd_use_variable)
                           : SIZE_MAX;

    for (size_t i = 0; i < from->time_count; i++) {
        const double value =
            shown->column == SIZE_MAX ? (double)NAN : from->columns[shown->column][i];
        const bool means = use == SIZE_MAX || from->columns[use][i] > sd_least_use;

        values[i] = means && isfinite(value) ? shown->scale * value : (double)NAN;
    }
    return values;
}

const char *sd_shown_number(sd_arena *arena, const sd_shown *shown, double value, bool sign)
{
    if (!shown->measure)
        return sd_chart_rounded(arena, value, sign);
    /* Gains and money are told with their sign. */
    return sd_chart_number(arena, value, fabs(value) >= 99.5 ? 0 : shown->measure->decimals,
                           sign || !shown->measure->relative);
}

double sd_last(const double *values, size_t count)
{
    while (count > 0 && isnan(values[count - 1]))
        count--;
    return count > 0 ? values[count - 1] : (double)NAN;
}

/* ---- titles ---- */

/* The part before the first colon, where it is neither tiny nor long. */
static const char *head_of(sd_arena *arena, const char *title)
{
    const size_t colon = strcspn(title, ":;(");

    if (title[colon] == '\0' || colon < 3)
        return title;
    return sd_chart_plain(arena, sd_arena_copy(arena, title, colon));
}

const char *sd_series_short(sd_arena *arena, const sd_dataset *data, size_t series, size_t letters)
{
    const char *title = sd_chart_plain(arena, data->series[series].title);
    const char *head = head_of(arena, title);
    const char *chosen = head;

    if (!*title)
        return sd_arena_printf(arena, "Run %zu", series + 1);
    for (size_t s = 0; s < data->count; s++)
        if (s != series &&
            strcmp(head_of(arena, sd_chart_plain(arena, data->series[s].title)), head) == 0)
            chosen = title;
    if (sd_chart_letters(chosen) <= letters)
        return chosen;
    return sd_chart_fitted(arena, chosen, (double)letters * 0.55, 1, false);
}

/* ---- styles ---- */

enum { STYLE_BASE = 1, STYLE_REDESIGN = 2, STYLE_FIRST = 3, STYLE_COUNT = 8 };

size_t sd_series_redesign(const sd_dataset *data)
{
    static const char *const words[] = {"four-layers", "four layers", "layers", "redesign"};

    if (data->count < 2)
        return SIZE_MAX;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        for (size_t s = 1; s < data->count; s++)
            if (strcasestr(data->series[s].name, words[w]) ||
                strcasestr(data->series[s].title, words[w]))
                return s;
    return data->count - 1;
}

int sd_series_style(const sd_dataset *data, size_t series)
{
    const size_t redesign = sd_series_redesign(data);

    if (series == 0)
        return STYLE_BASE;
    if (series == redesign)
        return STYLE_REDESIGN;
    return STYLE_FIRST +
           (int)((series - 1 - (series > redesign)) % (STYLE_COUNT - STYLE_FIRST + 1));
}

uint32_t sd_style_color(int style)
{
    static const uint32_t colors[STYLE_COUNT + 1] = {
        SD_INK, 0x4b5563, 0x00795a, 0x005a8e, 0x2176a5, 0x9a6700, 0xa8477f, 0xa84a00, 0x1f2937};

    return colors[style];
}

/* ---- axes ---- */

double sd_nice_step(double range, double count)
{
    static const double steps[] = {1, 2, 2.5, 5, 10};
    const double raw = range / count;
    const double power = pow(10, floor(log10(raw)));

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (raw <= steps[i] * power * (1 + 1e-9))
            return steps[i] * power;
    return 10 * power;
}

int sd_step_decimals(double step)
{
    int decimals = 0;

    for (double s = step; decimals < 9 && fabs(s - round(s)) > 1e-6 * s; s *= 10)
        decimals++;
    return decimals;
}

double sd_edge_of(double value, double step, double range)
{
    const double next = step * ceil(value / step - 1e-9), margin = 0.04 * range;

    if (fabs(next - value) <= fmax(margin, 0.4 * fabs(step)))
        return next;
    return step > 0 ? value + margin : value - margin;
}

double sd_time_step(const sd_dataset *data, double span, double count)
{
    if (!sd_in_weeks(data))
        return sd_nice_step(span, count);
    return span > 8 * 52    ? 52 * fmax(1, sd_nice_step(span / 52, count - 1))
           : span >= 2 * 52 ? 52
           : span > 52      ? 13
                            : fmax(1, sd_nice_step(span, count));
}

void sd_spots_spread(sd_spot *spots, size_t count, double top, double bottom)
{
    struct cluster {
        size_t members;
        double want, height, top; /* want: sum over members of where the cluster's top should be */
    } clusters[SD_SPOTS_MAX];
    size_t n = 0, at = 0;

    for (size_t i = 0; i < count; i++) {
        clusters[n++] =
            (struct cluster){1, spots[i].want - spots[i].height / 2, spots[i].height, 0};
        for (;;) {
            struct cluster *c = &clusters[n - 1];

            c->top = fmax(top, fmin(c->want / (double)c->members, bottom - c->height));
            if (n < 2 || clusters[n - 2].top + clusters[n - 2].height <= c->top)
                break;
            /* Each member of the lower one would have the top higher by the height above it. */
            clusters[n - 2].want += c->want - (double)c->members * clusters[n - 2].height;
            clusters[n - 2].members += c->members;
            clusters[n - 2].height += c->height;
            n--;
        }
    }
    for (size_t c = 0; c < n; c++) {
        double y = clusters[c].top;

        for (size_t m = 0; m < clusters[c].members; m++, at++) {
            spots[at].y = y + spots[at].height / 2;
            y += spots[at].height;
        }
    }
}

const char *sd_caveat(sd_arena *arena, const char *changed, bool trap)
{
    return sd_arena_printf(
        arena, "%sIf these assumptions hold. Not a forecast.%s",
        changed && *changed ? sd_arena_printf(arena, "With %s. ", changed) : "",
        trap ? " Unmeasured and usually decisive: how much freed time is refilled." : "");
}

const char *sd_chart_caveat(sd_arena *arena, const sd_dataset *data)
{
    return sd_caveat(arena, data->changed, sd_is_trap(data));
}
