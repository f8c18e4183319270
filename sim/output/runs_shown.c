/* runs_shown.c - how the columns of a sweep's table are shown: which score is meant, its words and numbers, and what stands
 * below a picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <string.h>

bool sd_runs_moment(sd_arena *arena, const char *spec, const char **ret_variable, double *ret_time)
{
    const char *at = strrchr(spec, '@');

    if (!at || !sd_number_from_text(at + 1, ret_time))
        return false;
    *ret_variable = sd_arena_copy(arena, spec, (size_t)(at - spec));
    return true;
}

static const char *lower_first(sd_arena *arena, const char *text)
{
    char *copy = sd_arena_copy(arena, text, strlen(text));

    if (copy[0] >= 'A' && copy[0] <= 'Z' && !(copy[1] >= 'A' && copy[1] <= 'Z'))
        copy[0] = (char)(copy[0] - 'A' + 'a');
    return copy;
}

static sd_runs_score score_of(const sd_runs *r, size_t column)
{
    sd_arena *arena = r->arena;
    sd_runs_score s = {.column = column,
                       .spec = r->columns[column],
                       .variable = r->columns[column],
                       .time = (double)NAN,
                       .scale = 1,
                       .suffix = ""};

    if (sd_runs_moment(arena, s.spec, &s.variable, &s.time))
        s.measure = sd_measure_find(s.variable);
    else
        s.time = (double)NAN;
    s.label = s.measure ? s.measure->label : sd_column_label(arena, s.variable);
    s.unit = s.measure ? s.measure->unit : sd_meta_units(&r->meta, s.spec);
    s.scale = s.measure ? s.measure->scale : 1;
    s.suffix = s.unit[0] == '%' ? "\xC2\xA0%" : "";
    s.gain = s.measure && strstr(s.variable, "gain");
    s.lower = lower_first(arena, s.label);
    return s;
}

/* The column of a spec, or the latest time of a variable; SIZE_MAX: none. */
static size_t column_of(const sd_runs *r, const char *of)
{
    size_t found = SIZE_MAX;
    double latest = -(double)INFINITY;

    for (size_t c = r->first_score; c < r->column_count; c++) {
        const char *variable;
        double time;

        if (sd_text_equal_fold(r->columns[c], of))
            return c;
        if (sd_runs_moment(r->arena, r->columns[c], &variable, &time) && time > latest &&
            strcmp(sd_name_key(r->arena, variable, strlen(variable)),
                   sd_name_key(r->arena, of, strlen(of))) == 0) {
            latest = time;
            found = c;
        }
    }
    return found;
}

sd_status sd_runs_score_find(const sd_runs *r, const char *of, sd_runs_score *ret_score)
{
    size_t column = column_of(r, of ? of : "net_productivity_gain");

    if (r->first_score == r->column_count) {
        const sd_status status =
            sd_fail(r->diag, SD_E616, SD_NOWHERE, "'%s' has no score to draw", r->source->name);

        sd_help(r->diag, "sweep again with --score, as in --score 'x@26'");
        return status;
    }
    if (of && column == SIZE_MAX) {
        const size_t count = r->column_count - r->first_score;
        const char **names = SD_NEW_ARRAY(r->arena, const char *, 2 * count);
        const sd_status status = sd_fail(r->diag, SD_E101, SD_NOWHERE, "no score is '%s'", of);
        double time;

        for (size_t i = 0; i < count; i++) { /* whole, and without the time */
            names[i] = names[count + i] = r->columns[r->first_score + i];
            (void)sd_runs_moment(r->arena, names[i], &names[count + i], &time);
        }
        sd_help_nearest(r->diag, of, names, 2 * count);
        return status;
    }
    *ret_score = score_of(r, column < SIZE_MAX ? column : r->first_score);
    return SD_OK;
}

const char *sd_runs_when(const sd_runs *r, const sd_runs_score *s)
{
    const bool weeks = sd_units_are_weeks(r->meta.time_units);

    return isnan(s->time) ? ""
                          : sd_arena_printf(r->arena, ", %s %s", weeks ? "week" : "time",
                                            sd_chart_rounded(r->arena, s->time, false));
}

const char *sd_runs_number(sd_arena *arena, const sd_runs_score *s, double shown, bool sign)
{
    if (!s->measure)
        return sd_chart_rounded(arena, shown, sign);
    return sd_chart_number(arena, shown,
                           fabs(shown) >= 99.5  ? 0
                           : fabs(shown) < 9.95 ? 1
                                                : s->measure->decimals,
                           sign);
}

const char *sd_runs_axis(const sd_runs *r, size_t column)
{
    const char *units = sd_meta_units(&r->meta, r->columns[column]);

    return sd_arena_printf(r->arena, "%s%s%s", sd_column_label(r->arena, r->columns[column]),
                           *units ? ", " : "", units);
}

const char *sd_runs_lower(const sd_runs *r, size_t column)
{
    return lower_first(r->arena, sd_column_label(r->arena, r->columns[column]));
}

sd_status sd_runs_parameter(const sd_runs *r, const char *name, size_t *ret_column)
{
    const char *key = sd_name_key(r->arena, name, strlen(name));

    for (size_t c = r->first_parameter; c < r->first_score; c++)
        if (strcmp(sd_name_key(r->arena, r->columns[c], strlen(r->columns[c])), key) == 0) {
            *ret_column = c;
            return SD_OK;
        }
    const sd_status status =
        sd_fail(r->diag, SD_E101, SD_NOWHERE, "no parameter of the table is named '%s'", name);

    sd_help_nearest(r->diag, name, r->columns + r->first_parameter,
                    r->first_score - r->first_parameter);
    return status;
}

size_t sd_runs_notes(const sd_runs *r, const sd_runs_rows *rows, size_t missing, const char *first,
                     const char **ret_lines)
{
    sd_text text = sd_text_new(r->arena);
    size_t count = 0;

    if (first)
        ret_lines[count++] = first;
    if (rows->failed)
        sd_text_printf(&text, "%zu of %zu members failed and are left out; the first: %s. ",
                       rows->failed, rows->all, rows->why);
    if (missing)
        sd_text_printf(&text, "%zu member%s without a value left out. ", missing,
                       missing == 1 ? " is" : "s are");
    if (text.length)
        ret_lines[count++] = text.bytes;
    ret_lines[count++] = sd_caveat(r->arena, r->meta.changed, r->meta.trap);
    return count;
}
