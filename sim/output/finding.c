/* finding.c - the heading of a comparison: one column of several series goes in, a sentence that its numbers
 * bear comes out.  It tells what became of a gain where 0 means "as before AI", and only where the series end
 * elsewhere; it never ranks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <string.h>

enum { LETTERS_MAX = 62, NAME_LETTERS = 26, PHRASES = 6 };

static const double about_zero = 3; /* [%] a smaller gain is not told from none */
static const double gone = 0.5;     /* [%] where a gain counts as used up */

typedef enum fate_kind {
    FATE_FLAT,
    FATE_GONE,
    FATE_LOSS,
    FATE_PART,
    FATE_KEPT,
    FATE_NONE
} fate_kind;

typedef struct fate {
    fate_kind kind;
    double last;      /* [%] */
    const char *when; /* "by year 3": GONE and LOSS; "" when it was never there */
} fate;

static const char *when_of(sd_arena *arena, const sd_dataset *data, double time, double start)
{
    if (sd_in_weeks(data))
        return sd_arena_printf(arena, " by year %.0f", fmax(1, ceil((time - start) / 52)));
    return sd_arena_printf(arena, " by %s %s", data->time_units[0] ? data->time_units : "time",
                           sd_chart_rounded(arena, time, false));
}

static fate fate_of(sd_arena *arena, const sd_dataset *data, const sd_shown *shown, size_t series)
{
    const sd_series *s = &data->series[series];
    const double *values = sd_shown_values(arena, data, shown, series);
    fate found = {.kind = FATE_NONE, .last = sd_last(values, s->time_count), .when = ""};
    size_t top = 0;
    double low = 0;

    if (isnan(found.last))
        return found;
    for (size_t i = 0; i < s->time_count; i++) {
        if (values[i] > values[top] || isnan(values[top]))
            top = i;
        low = fmin(low, values[i]);
    }
    if (values[top] < 1 && low > -1)
        found.kind = FATE_FLAT;
    else if (found.last >= about_zero)
        found.kind = found.last < 0.6 * values[top] ? FATE_PART : FATE_KEPT;
    else
        found.kind = found.last <= -about_zero ? FATE_LOSS : FATE_GONE;
    for (size_t i = top; i < s->time_count && values[top] >= 1 && !*found.when; i++)
        if (values[i] < gone)
            found.when = when_of(arena, data, s->times[i], s->times[0]);
    return found;
}

static const char *words_of(sd_arena *arena, const fate *f, bool brief)
{
    switch (f->kind) {
    case FATE_FLAT:
        return brief ? "no change" : "nothing changes";
    case FATE_GONE:
        if (!*f->when)
            return brief ? "little gain" : "hardly any gain";
        return sd_arena_printf(arena, brief ? "gain gone%s" : "the gain is gone%s", f->when);
    case FATE_LOSS:
        return sd_arena_printf(arena, brief ? "%.0f %% lost" : "a loss of %.0f %%", -f->last);
    case FATE_PART:
        return brief ? "partly kept" : "part of the gain is kept";
    case FATE_KEPT:
        return brief ? "kept" : "the gain is kept";
    case FATE_NONE:
        break;
    }
    return "no value";
}

/* The first phrase that is short enough, else the last. */
static const char *first_fitting(const char *const phrases[PHRASES])
{
    size_t i = 0;

    while (i + 1 < PHRASES && phrases[i + 1] && sd_chart_letters(phrases[i]) > LETTERS_MAX)
        i++;
    return phrases[i];
}

/* "Tools only: the gain is gone by year 3. Four layers: it is kept." */
static const char *tell_two(sd_arena *arena, const char *name, const fate *base, const char *other,
                            const fate *best)
{
    const bool same = base->kind == best->kind && strcmp(base->when, best->when) == 0;
    const bool consumed = base->kind == FATE_GONE && *base->when;
    const char *it =
        best->kind == FATE_KEPT && consumed ? "it is kept" : words_of(arena, best, false);
    const char *phrases[PHRASES] = {NULL};
    size_t count = 0;

    if (same && base->kind == FATE_KEPT)
        return sd_arena_printf(arena, "The gain is kept: %s to %s %% per hour worked",
                               sd_chart_number(arena, base->last, 0, true),
                               sd_chart_number(arena, best->last, 0, true));
    if (same)
        return base->kind == FATE_GONE ? "The gain is used up in every run"
                                       : "The runs end in the same way";
    phrases[count++] =
        sd_arena_printf(arena, "%s: %s. %s: %s", name, words_of(arena, base, false), other, it);
    phrases[count++] = sd_arena_printf(arena, "%s: %s. %s: %s", name, words_of(arena, base, false),
                                       other, words_of(arena, best, true));
    phrases[count++] = sd_arena_printf(arena, "%s: %s. %s: %s", name, words_of(arena, base, true),
                                       other, words_of(arena, best, true));
    if (consumed && best->kind == FATE_KEPT) {
        phrases[count++] =
            sd_arena_printf(arena, "The gain is gone%s. %s: it is kept", base->when, other);
        phrases[count++] =
            sd_arena_printf(arena, "The gain is gone%s; a redesign keeps it", base->when);
    }
    phrases[count++] = "What becomes of the gain differs from run to run";
    return first_fitting(phrases);
}

static const char *gain_finding(sd_arena *arena, const sd_dataset *data, const sd_shown *shown)
{
    const fate base = fate_of(arena, data, shown, 0);
    fate best = base;
    size_t best_at = 0;

    for (size_t s = 1; s < data->count; s++) {
        const fate other = fate_of(arena, data, shown, s);

        if (other.last > best.last || isnan(best.last)) {
            best = other;
            best_at = s;
        }
    }
    const char *name = sd_series_short(arena, data, 0, NAME_LETTERS);

    if (data->count == 1) {
        const char *const phrases[PHRASES] = {
            sd_arena_printf(arena, "%s: %s", name, words_of(arena, &base, false)),
            sd_arena_printf(arena, "%s: %s", name, words_of(arena, &base, true))};
        return first_fitting(phrases);
    }
    if (best_at == 0)
        return base.kind == FATE_KEPT || base.kind == FATE_PART
                   ? first_fitting((const char *const[PHRASES]){
                         sd_arena_printf(arena, "%s: %s; no other run keeps more", name,
                                         words_of(arena, &base, false)),
                         "The first run keeps part of the gain, the others less"})
                   : "No run keeps the gain";
    return tell_two(arena, name, &base, sd_series_short(arena, data, best_at, NAME_LETTERS), &best);
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
    return shown.gain ? gain_finding(arena, data, &shown) : plain_finding(arena, data, &shown);
}
