/* finding.c - the heading of a comparison: one column of several series goes in, a sentence that its numbers
 * bear comes out.  What becomes of a gain is judged by the same rule as in the verdict (sd_fate_of); of more than
 * two runs only the span is told.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <string.h>

enum { LETTERS_MAX = 62, NAME_LETTERS = 26, PHRASES = 6 };

static const double visible_peak = 0.02; /* [1] a gain that was there to be seen */

typedef struct outcome {
    sd_fate fate;
    double last; /* [1] net gain per hour worked at the end */
    size_t
        gone; /* the saved point at which a visible gain was used up, SIZE_MAX when it never was */
} outcome;

static double value_at(const sd_dataset *data, const sd_series *s, const char *column, size_t time)
{
    const size_t at = sd_dataset_column(data, column);

    return at == SIZE_MAX ? (double)NAN : s->columns[at][time];
}

static outcome outcome_of(const sd_dataset *data, size_t series)
{
    const sd_series *s = &data->series[series];
    const double *gain = s->columns[sd_dataset_column(data, "net_productivity_gain")];
    const size_t end = s->time_count - 1;
    outcome found = {.last = gain[end], .gone = SIZE_MAX};
    double peak = 0;

    found.fate = sd_fate_of(gain[end], value_at(data, s, sd_use_variable, end),
                            value_at(data, s, "hours_per_week", 0),
                            value_at(data, s, "hours_per_week", end));
    for (size_t i = 0; i <= end; i++) {
        peak = fmax(peak, gain[i]);
        if (peak >= visible_peak && gain[i] < 0.005 && found.gone == SIZE_MAX)
            found.gone = i;
    }
    return found;
}

static const char *when_of(sd_arena *arena, const sd_dataset *data, size_t series, size_t at)
{
    const double *times = data->series[series].times;

    if (sd_in_weeks(data))
        return sd_arena_printf(arena, "year %.0f",
                               fmax(1, ceil((times[at] - times[0]) / SD_WEEKS_PER_YEAR)));
    return sd_arena_printf(arena, "%s %s", data->time_units[0] ? data->time_units : "time",
                           sd_chart_rounded(arena, times[at], false));
}

static const char *words_of(sd_arena *arena, const sd_dataset *data, size_t series,
                            const outcome *o, bool brief)
{
    const char *percent =
        sd_arena_printf(arena, "%s\xC2\xA0%%", sd_chart_number(arena, 100 * o->last, 0, true));

    switch (o->fate) {
    case SD_FATE_KEPT:
        return brief ? percent : sd_arena_printf(arena, "%s kept", percent);
    case SD_FATE_LONGER:
        return sd_arena_printf(arena, "%s, longer hours", percent);
    case SD_FATE_CONSUMED:
    case SD_FATE_LOST:
        return o->gone == SIZE_MAX ? percent
                                   : sd_arena_printf(arena, "gain gone by %s",
                                                     when_of(arena, data, series, o->gone));
    case SD_FATE_UNUSED:
        return "no change";
    default:
        return "no value";
    }
}

/* The first phrase that is short enough, else the last. */
static const char *first_fitting(const char *const phrases[PHRASES])
{
    size_t i = 0;

    while (i + 1 < PHRASES && phrases[i + 1] && sd_chart_letters(phrases[i]) > LETTERS_MAX)
        i++;
    return phrases[i];
}

/* Of one or two runs: "Tools only: gain gone by year 2. Four layers in order: +10 % kept". */
static const char *tell_each(sd_arena *arena, const sd_dataset *data, bool brief)
{
    sd_text text = sd_text_new(arena);

    for (size_t s = 0; s < data->count; s++) {
        const outcome o = outcome_of(data, s);

        sd_text_printf(&text, "%s%s: %s", s ? ". " : "",
                       sd_series_short(arena, data, s, NAME_LETTERS),
                       words_of(arena, data, s, &o, brief));
    }
    return text.bytes;
}

static const char *gain_finding(sd_arena *arena, const sd_dataset *data)
{
    size_t low = 0, high = 0;
    double ends[2] = {outcome_of(data, 0).last, outcome_of(data, 0).last};

    for (size_t s = 1; s < data->count; s++) {
        const double last = outcome_of(data, s).last;

        if (last < ends[0])
            low = s, ends[0] = last;
        if (last > ends[1])
            high = s, ends[1] = last;
    }
    const char *a = sd_chart_number(arena, 100 * ends[0], 0, true),
               *b = sd_chart_number(arena, 100 * ends[1], 0, true);
    const char *const phrases[PHRASES] = {
        data->count <= 2
            ? tell_each(arena, data, false)
            : sd_arena_printf(arena, "Per hour worked: from %s\xC2\xA0%% (%s) to %s\xC2\xA0%% (%s)",
                              a, sd_series_short(arena, data, low, NAME_LETTERS), b,
                              sd_series_short(arena, data, high, NAME_LETTERS)),
        data->count <= 2
            ? tell_each(arena, data, true)
            : sd_arena_printf(arena, "Per hour worked: from %s to %s\xC2\xA0%% at the end", a, b),
        sd_arena_printf(arena, "Net gain per hour worked at the end: %s to %s\xC2\xA0%%", a, b)};

    return first_fitting(phrases);
}

/* "Hours: 43.7 h per week with tools only, 40 with four layers". */
static const char *plain_finding(sd_arena *arena, const sd_dataset *data, const sd_shown *shown)
{
    double ends[2] = {(double)NAN,
                      (double)NAN}; /* of the first series, and of the one farthest from it */
    size_t far = 0;

    for (size_t s = 0; s < data->count; s++) {
        const double last =
            sd_last(sd_shown_values(arena, data, shown, s), data->series[s].time_count);

        if (s == 0)
            ends[0] = ends[1] = last;
        else if (!isnan(last) && !(fabs(last - ends[0]) <= fabs(ends[1] - ends[0]))) {
            ends[1] = last;
            far = s;
        }
    }
    const char *a = sd_shown_number(arena, shown, ends[0], false);
    const char *b = sd_shown_number(arena, shown, ends[1], false);
    const char *unit = shown->percent ? "\xC2\xA0%" : "";
    const char *last_unit = shown->percent ? unit
                            : shown->measure
                                ? sd_arena_printf(arena, "\xC2\xA0%s", shown->measure->short_unit)
                                : "";
    const char *label = sd_chart_fitted(arena, shown->label, 24 * 0.55, 1, false);

    if (isnan(ends[0]))
        return label;
    if (far == 0 || strcmp(a, b) == 0)
        return sd_arena_printf(arena,
                               data->count > 1 ? "%s: every run ends at %s%s" : "%s ends at %s%s",
                               label, a, last_unit);
    const char *const phrases[PHRASES] = {
        sd_arena_printf(arena, "%s at the end: %s %s%s, %s %s%s", label,
                        sd_series_short(arena, data, 0, NAME_LETTERS), a, unit,
                        sd_series_short(arena, data, far, NAME_LETTERS), b, last_unit),
        sd_arena_printf(arena, "%s: %s %s%s, %s %s%s", label,
                        sd_series_short(arena, data, 0, NAME_LETTERS), a, unit,
                        sd_series_short(arena, data, far, NAME_LETTERS), b, last_unit),
        sd_arena_printf(arena, "%s ends at %s%s or at %s%s", label, a, unit, b, last_unit)};
    return first_fitting(phrases);
}

const char *sd_dataset_finding(sd_arena *arena, const sd_dataset *data, const char *of)
{
    sd_diag *unread = sd_diag_new(arena);
    sd_shown shown;

    if (data->count == 0 || sd_shown_find(arena, data, of, &shown, unread) != SD_OK)
        return "How the runs differ";
    return shown.gain ? gain_finding(arena, data) : plain_finding(arena, data, &shown);
}
