/* heat_words.c - what a heat map says in words: where a score is best, or which scenario has more of it.
 * In: a field over two parameters.  Out: title, subtitle and a note.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_heat.h"

#include <math.h>

/* [1] how much of the whole range the score goes through along one axis, on average. */
static double effect_of(const sd_heat_field *f, bool across)
{
    const size_t lines = across ? f->y.count : f->x.count,
                 points = across ? f->x.count : f->y.count;
    double sum = 0, count = 0;

    for (size_t line = 0; line < lines; line++) {
        double low = (double)INFINITY, high = -(double)INFINITY;

        for (size_t i = 0; i < points; i++) {
            const double v =
                across ? f->shown[line * f->x.count + i] : f->shown[i * f->x.count + line];

            low = fmin(low, v);
            high = fmax(high, v);
        }
        if (low <= high) {
            sum += high - low;
            count++;
        }
    }
    return count > 0 && f->high > f->low ? sum / count / (f->high - f->low) : 0;
}

static const char *place_word(size_t at, size_t count)
{
    const double share = (double)at / (double)(count - 1);

    return share <= 0.25 ? "low" : share >= 0.75 ? "high" : "middling";
}

static const char *title_of_one(const sd_runs *r, const sd_heat_field *f)
{
    sd_arena *arena = r->arena;
    const double effects[] = {effect_of(f, true), effect_of(f, false)};
    const bool lowest = f->score.measure && f->score.measure->better < 0;
    const char *x = sd_runs_lower(r, f->x.column), *y = sd_runs_lower(r, f->y.column);
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < f->x.count * f->y.count; i++)
        if (!isnan(f->shown[i]) && (best == SIZE_MAX || (lowest ? f->shown[i] < f->shown[best]
                                                                : f->shown[i] > f->shown[best])))
            best = i;
    const char *across = place_word(best % f->x.count, f->x.count),
               *up = place_word(best / f->x.count, f->y.count);
    const char *both[] = {sd_arena_printf(arena, "%s: %s with %s %s and %s %s", f->score.label,
                                          lowest ? "lowest" : "highest", across, x, up, y),
                          sd_arena_printf(arena, "%s over two parameters", f->score.label), NULL},
               *one[] = {sd_arena_printf(
                             arena, "%s: %s with %s %s, whatever the %s", f->score.label,
                             lowest ? "lowest" : "highest", effects[0] > effects[1] ? across : up,
                             effects[0] > effects[1] ? x : y, effects[0] > effects[1] ? y : x),
                         sd_arena_printf(arena, "%s: %s with %s %s", f->score.label,
                                         lowest ? "lowest" : "highest",
                                         effects[0] > effects[1] ? across : up,
                                         effects[0] > effects[1] ? x : y),
                         both[1], NULL};

    if (!(f->high > f->low))
        return sd_arena_printf(arena, "%s is the same everywhere", f->score.label);
    return sd_chart_title(fmin(effects[0], effects[1]) < 0.1 ? one : both);
}

/* By the mean of its points. */
static size_t best_scenario(const sd_heat_field *f, bool lowest)
{
    const size_t each = f->x.count * f->y.count;
    size_t best = 0;
    double best_mean = (double)NAN;

    for (size_t s = 0; s < f->rows.scenario_count; s++) {
        double sum = 0, count = 0;

        for (size_t i = 0; i < each; i++)
            if (!isnan(f->shown[s * each + i])) {
                sum += f->shown[s * each + i];
                count++;
            }
        const double mean = sum / count;

        if (count > 0 && (isnan(best_mean) || (lowest ? mean < best_mean : mean > best_mean))) {
            best = s;
            best_mean = mean;
        }
    }
    return best;
}

const char *sd_heat_title(const sd_runs *r, const sd_heat_field *f)
{
    sd_arena *arena = r->arena;
    const size_t each = f->x.count * f->y.count;
    const int better = f->score.measure ? f->score.measure->better : 0;
    size_t ahead = 0, both = 0;

    if (f->rows.scenario_count == 1)
        return title_of_one(r, f);
    for (size_t i = 0; i < each && f->rows.scenario_count == 2; i++) {
        const double a = f->shown[i], b = f->shown[each + i];

        both += !isnan(a) && !isnan(b);
        ahead += better < 0 ? b < a : b > a;
    }
    const size_t told = f->rows.scenario_count == 2 ? 1 : best_scenario(f, better < 0);
    const char *title = sd_meta_title(arena, &r->meta, f->rows.scenarios[told]);
    const char *phrases[] = {
        f->rows.scenario_count == 2
            ? sd_arena_printf(arena, "%s: %s %s in %zu of %zu combinations", title,
                              better < 0 ? "lower" : "higher", f->score.lower, ahead, both)
            : sd_arena_printf(arena, "%s: on average %s with %s", f->score.label,
                              better < 0 ? "lowest" : "highest", title),
        sd_arena_printf(arena, "%s over two parameters", f->score.label), NULL};

    return sd_chart_title(f->rows.scenario_count > 2 || both ? phrases : phrases + 1);
}

const char *sd_heat_subtitle(const sd_runs *r, const sd_heat_field *f)
{
    const sd_json_node *scenarios = sd_json_member(r->meta.root, "scenarios");
    const char *name =
                   scenarios && scenarios->first ? sd_json_text_of(scenarios->first, "name") : "",
               *scenario = *name && f->rows.scenario_count == 1
                               ? sd_arena_printf(r->arena, " \xC2\xB7 %s",
                                                 sd_meta_title(r->arena, &r->meta, name))
                               : "";

    return sd_arena_printf(r->arena, "%s%s%s%s%s \xC2\xB7 %zu \xC3\x97 %zu values%s",
                           f->score.label, *f->score.unit ? ", " : "", f->score.unit,
                           sd_runs_when(r, &f->score), scenario, f->x.levels, f->y.levels,
                           f->most > 1
                               ? sd_arena_printf(r->arena, ", the median of %s%zu members each",
                                                 f->fewest < f->most ? "up to " : "", f->most)
                               : "");
}

const char *sd_heat_note(const sd_runs *r, const sd_heat_field *f, bool has_gaps)
{

    return sd_arena_printf(
        r->arena, "Colours and lines between the grid points are interpolated%s%s.%s",
        f->x.levels > f->x.count || f->y.levels > f->y.count ? "; near ones were put together" : "",
        has_gaps ? "; grey: no value" : "",
        f->rows.every > 1 ? sd_arena_printf(r->arena, " Of %zu members one of %zu is looked at.",
                                            f->rows.all, f->rows.every)
                          : "");
}
