/* verdict.c - what becomes of the gain, in words built from the numbers.
 * In: results.  Out: sentences.  Every verdict begins with its assumptions, gives two digits at most, says which
 * productivity it means, and names what decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/analysis.h"

typedef struct ending { /* the last saved point of a run; [1] unless noted */
    double gain, paid, visible, hours, hours_before, burnout, burnout_before, trap, refill, use;
    const char *largest, *second; /* what eats most of the hours saved */
    double largest_share, second_share;
} ending;

static const double about_zero = 0.03; /* [1] a gain smaller than this is not told from none */

static double at(const sd_result *r, const char *name, bool end)
{
    const sd_variable *variable = sd_model_find(r->scenario->model, name);
    size_t column = variable ? sd_trajectory_column(r->trajectory, variable->first) : SIZE_MAX;
    if (column == SIZE_MAX)
        return (double)NAN;
    return sd_trajectory_value(r->trajectory, end ? r->trajectory->time_count - 1 : 0, column, 0);
}

static void find_eaters(const sd_result *r, ending *e)
{
    double gross = at(r, "gross_hours_saved", true);
    for (size_t i = 0; i < SD_ACCOUNT_KEPT; i++) {
        double share = at(r, sd_account_parts[i].variable, true) / gross;
        if (share > e->largest_share || !e->largest) {
            e->second = e->largest;
            e->second_share = e->largest_share;
            e->largest = sd_account_parts[i].words;
            e->largest_share = share;
        } else if (share > e->second_share || !e->second) {
            e->second = sd_account_parts[i].words;
            e->second_share = share;
        }
    }
}

static ending ending_of(const sd_result *r)
{
    ending e = {.gain = at(r, "net_productivity_gain", true), .paid = at(r, "paid_productivity_gain", true),
                .visible = at(r, "visible_output_gain", true), .hours = at(r, "hours_per_week", true),
                .hours_before = at(r, "hours_per_week", false), .burnout = at(r, "burnout_prevalence", true),
                .burnout_before = at(r, "burnout_prevalence", false), .trap = at(r, "trap_index", true),
                .refill = at(r, "refill_share", true), .use = at(r, "ai_share_of_tasks", true)};
    find_eaters(r, &e);
    return e;
}

static const char *percent(sd_arena *arena, double share)
{
    double shown = round(100 * share);
    if (fabs(share) < about_zero)
        return "about zero";
    return sd_arena_printf(arena, "about %s%.0f %%", shown > 0 ? "+" : "\xE2\x88\x92", fabs(shown));
}

/* "a fifth more tasks" reads better to a board than 0.22. */
static const char *more_tasks(sd_arena *arena, double share)
{
    static const struct {
        double from, to;
        const char *words;
    } fractions[] = {{0.085, 0.12, "a tenth more"},  {0.18, 0.225, "a fifth more"}, {0.225, 0.28, "a quarter more"},
                     {0.30, 0.37, "a third more"}, {0.45, 0.55, "half as many again"}};
    if (share < about_zero)
        return share > -about_zero ? "about as many" : "fewer";
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++)
        if (share >= fractions[i].from && share < fractions[i].to)
            return fractions[i].words;
    return sd_arena_printf(arena, "%.0f %% more", 100 * share);
}

static const char *after(sd_arena *arena, const sd_result *r)
{
    static const char *const words[] = {"",          "one year",  "two years", "three years", "four years",
                                        "five years", "six years", "seven years", "eight years", "nine years",
                                        "ten years"};
    const sd_trajectory *t = r->trajectory;
    const char *units = r->scenario->model->time_units;
    double years = (t->times[t->time_count - 1] - t->times[0]) / 52;
    if (sd_text_equal_fold(units, "week") && years == floor(years) && years >= 1 && years <= 10)
        return sd_arena_printf(arena, "after %s", words[(size_t)years]);
    return sd_arena_printf(arena, "at %s %g", units[0] ? units : "time", t->times[t->time_count - 1]);
}

static const char *headline(const ending *e)
{
    bool longer = e->hours > e->hours_before + 1;
    if (e->gain >= about_zero)
        return longer ? "part of the gain is kept, at the price of longer hours" : "the gain is kept";
    return e->gain > -about_zero ? "the gain is consumed" : "more than the gain is consumed";
}

static void tell_where(sd_arena *arena, sd_text *text, const ending *e)
{
    const char *more = more_tasks(arena, e->visible);
    if (e->gain < about_zero && e->visible >= about_zero)
        sd_text_printf(text, "More comes out (%s tasks a head), but per hour worked nothing is gained. ", more);
    else if (e->gain < about_zero)
        sd_text_printf(text, "Per hour worked nothing is gained. ");
    else if (e->trap < 1 - about_zero)
        sd_text_printf(text, "About %.0f %% of the hours that AI saves is kept or given back as rest. ",
                       100 * (1 - e->trap));
    else
        sd_text_printf(text, "As many hours are used up as AI saves. ");
    sd_text_printf(text, "Of the hours saved, %s takes %.0f %%, %s %.0f %%.", e->largest, 100 * e->largest_share,
                   e->second, 100 * e->second_share);
    if (fabs(e->gain - e->paid) >= 0.01)
        sd_text_printf(text, " Per paid hour: %s, since rest is paid.", percent(arena, e->paid));
    sd_text_printf(text, "\n");
}

const char *sd_verdict(sd_arena *arena, const sd_result *result, const sd_result *baseline)
{
    size_t count;
    (void)sd_scorecard_elements(arena, result->scenario->model, &count);
    if (count == 0)
        return NULL;
    sd_text text = sd_text_new(arena);
    ending e = ending_of(result);
    if (!(e.use >= 0.01)) {
        sd_text_printf(&text, "If these assumptions hold, hardly any AI is in use at the end: hours %.0f, burnout %.0f %%, "
                              "output per hour %s against no AI.\n",
                       e.hours, 100 * e.burnout, percent(arena, e.gain));
        return text.bytes;
    }
    sd_text_printf(&text, "If these assumptions hold, %s: %s per hour worked %s, hours %.0f%s, burnout %.0f %%.\n",
                   headline(&e), percent(arena, e.gain), after(arena, result), e.hours,
                   fabs(e.hours - e.hours_before) < 0.5 ? ""
                                                        : sd_arena_printf(arena, " instead of %.0f", e.hours_before),
                   100 * e.burnout);
    tell_where(arena, &text, &e);
    if (baseline) {
        ending b = ending_of(baseline);
        sd_text_printf(&text, "Tools only: %s per hour, %.0f h, burnout %.0f %%, though %s tasks come out a head.\n",
                       percent(arena, b.gain), b.hours, 100 * b.burnout, more_tasks(arena, b.visible));
    }
    sd_text_printf(&text, "Decides: how much of the freed time is refilled (%.0f %% here; no published estimate), how much "
                          "task time AI saves, what extra tasks are worth.\n",
                   100 * e.refill);
    return text.bytes;
}
