/* verdict.c - what becomes of the gain, in words built from the numbers.
 * In: results.  Out: sentences.  Every verdict begins with its assumptions, gives two digits at most, says which
 * productivity it means, and names what decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/analysis.h"

typedef struct ending { /* the last saved point of a run; [1] unless noted */
    double gain, paid, visible, hours, hours_before, burnout, trap, use;
    double lowest, lowest_time; /* gain where it is lowest, and when [model time] */
    const char *time_units;
    const char *largest, *second; /* what eats most of the hours saved */
    double largest_share, second_share;
    sd_fate fate;
} ending;

const double sd_about_zero = 0.03, sd_clear_loss = 0.05;
static const double far_beyond = 0.5; /* [1] no study of whole jobs finds gains of this size */

sd_fate sd_fate_of(double gain, double use, double hours_before, double hours)
{
    if (isnan(gain))
        return SD_FATE_UNKNOWN;
    if (use <= sd_least_use)
        return SD_FATE_UNUSED;
    if (gain >= sd_about_zero)
        return hours > hours_before + 1 ? SD_FATE_LONGER : SD_FATE_KEPT;
    return gain > -sd_clear_loss ? SD_FATE_CONSUMED : SD_FATE_LOST;
}

bool sd_units_are_weeks(const char *time_units)
{
    return sd_text_equal_fold(time_units, "week") || sd_text_equal_fold(time_units, "weeks") ||
           sd_text_equal_fold(time_units, "wk");
}

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

static void find_lowest(const sd_result *r, ending *e)
{
    const sd_variable *variable = sd_model_find(r->scenario->model, "net_productivity_gain");
    size_t column = sd_trajectory_column(r->trajectory, variable->first);
    for (size_t i = 0; i < r->trajectory->time_count; i++) {
        double gain = sd_trajectory_value(r->trajectory, i, column, 0);
        if (gain < e->lowest) {
            e->lowest = gain;
            e->lowest_time = r->trajectory->times[i];
        }
    }
}

static ending ending_of(const sd_result *r)
{
    ending e = {.gain = at(r, "net_productivity_gain", true),
                .paid = at(r, "paid_productivity_gain", true),
                .visible = at(r, "visible_output_gain", true),
                .hours = at(r, "hours_per_week", true),
                .hours_before = at(r, "hours_per_week", false),
                .burnout = at(r, "burnout_prevalence", true),
                .trap = at(r, "trap_index", true),
                .use = at(r, sd_use_variable, true),
                .time_units =
                    r->scenario->model->time_units[0] ? r->scenario->model->time_units : "time"};
    e.fate = sd_fate_of(e.gain, e.use, e.hours_before, e.hours);
    find_eaters(r, &e);
    find_lowest(r, &e);
    return e;
}

/* "about +10 %"; a value too small to be told from none says so and is shown all the same. */
static const char *percent(sd_arena *arena, double share)
{
    double shown = round(100 * share);
    const char *sign = shown > 0 ? "+" : "\xE2\x88\x92";
    if (shown == 0)
        return "about zero";
    return sd_arena_printf(
        arena, fabs(share) < sd_about_zero ? "about zero (%s%.0f %%)" : "about %s%.0f %%", sign,
        fabs(shown));
}

/* "a fifth more tasks" reads better to a board than 0.22. */
static const char *more_tasks(sd_arena *arena, double share)
{
    static const struct {
        double from, to;
        const char *words;
    } fractions[] = {{0.085, 0.12, "a tenth more"},
                     {0.18, 0.225, "a fifth more"},
                     {0.225, 0.28, "a quarter more"},
                     {0.30, 0.37, "a third more"},
                     {0.45, 0.55, "half as many again"}};
    if (share < sd_about_zero)
        return share > -sd_about_zero ? "about as many" : "fewer";
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++)
        if (share >= fractions[i].from && share < fractions[i].to)
            return fractions[i].words;
    return sd_arena_printf(arena, "%.0f %% more", 100 * share);
}

static const char *after(sd_arena *arena, const sd_result *r)
{
    static const char *const words[] = {
        "",          "one year",    "two years",   "three years", "four years", "five years",
        "six years", "seven years", "eight years", "nine years",  "ten years"};
    const sd_trajectory *t = r->trajectory;
    const char *units = r->scenario->model->time_units;
    double years = (t->times[t->time_count - 1] - t->times[0]) / SD_WEEKS_PER_YEAR;
    if (sd_units_are_weeks(units) && years == floor(years) && years >= 1 && years <= 10)
        return sd_arena_printf(arena, "after %s", words[(size_t)years]);
    return sd_arena_printf(arena, "at %s %g", units[0] ? units : "time",
                           t->times[t->time_count - 1]);
}

static const char *headline(const ending *e)
{
    switch (e->fate) {
    case SD_FATE_KEPT:
        return "the gain is kept";
    case SD_FATE_LONGER:
        return "part of the gain is kept, at the price of longer hours";
    case SD_FATE_LOST:
        return "more than the gain is consumed";
    default:
        return "the gain is consumed";
    }
}

static void tell_where(sd_arena *arena, sd_text *text, const ending *e)
{
    bool gained = e->fate == SD_FATE_KEPT || e->fate == SD_FATE_LONGER;
    const char *amount = round(100 * e->gain) > 0 ? "hardly anything" : "nothing";
    if (!gained && e->visible >= sd_about_zero)
        sd_text_printf(
            text,
            "More comes out (%s tasks a head, flawed ones included), but per hour worked "
            "%s is gained. ",
            more_tasks(arena, e->visible), amount);
    else if (!gained)
        sd_text_printf(text, "Per hour worked %s is gained. ", amount);
    else if (e->trap < 1 - sd_about_zero)
        sd_text_printf(text,
                       "About %.0f %% of the hours that AI saves is kept or given back as rest. ",
                       100 * (1 - e->trap));
    else
        sd_text_printf(text, "As many hours are used up as AI saves. ");
    sd_text_printf(text, "Of the hours saved, %.0f %% go into %s and %.0f %% into %s.",
                   100 * e->largest_share, e->largest, 100 * e->second_share, e->second);
    if (fabs(e->gain - e->paid) >= 0.01)
        sd_text_printf(text, " Per paid hour: %s, since rest is paid.", percent(arena, e->paid));
    if (gained && e->lowest <= -sd_about_zero)
        sd_text_printf(text, " It costs first: %s around %s %g.", percent(arena, e->lowest),
                       e->time_units, e->lowest_time);
    if (e->gain > far_beyond)
        sd_text_printf(
            text, " A gain of this size is far beyond what studies of whole jobs find: look at the "
                  "assumptions.");
    sd_text_printf(text, "\n");
}

static void tell_unused(sd_arena *arena, sd_text *text, const ending *e)
{
    sd_text_printf(text,
                   "If these assumptions hold, hardly any AI is in use at the end: hours %.0f, "
                   "burnout %.0f %%, "
                   "output per hour %s against no AI.\n",
                   e->hours, 100 * e->burnout, percent(arena, e->gain));
}

const char *sd_verdict_decides(sd_arena *arena, const sd_result *result)
{
    const char *here = " (the refill share)";
    double refill = result ? at(result, "refill_share", true) : 0;
    if (refill >= 0.05)
        here = sd_arena_printf(arena, " (%.0f %% here)", 100 * refill);
    return sd_arena_printf(
        arena,
        "What usually decides, nobody has measured: how much of the freed time is refilled%s. "
        "Then how much task time AI saves, and what extra tasks are worth.\n",
        here);
}

const char *sd_verdict(sd_arena *arena, const sd_result *result, const sd_result *baseline)
{
    if (!sd_model_is_trap(result->scenario->model))
        return NULL;
    sd_text text = sd_text_new(arena);
    ending e = ending_of(result);
    if (e.fate == SD_FATE_UNUSED) {
        tell_unused(arena, &text, &e);
        return text.bytes;
    }
    const char *before = sd_arena_printf(arena, " instead of %.0f", e.hours_before);
    sd_text_printf(
        &text,
        "If these assumptions hold, %s: %s per hour worked %s, hours %.0f%s, burnout %.0f %%.\n",
        headline(&e), percent(arena, e.gain), after(arena, result), e.hours,
        fabs(e.hours - e.hours_before) < 0.5 ? "" : before, 100 * e.burnout);
    tell_where(arena, &text, &e);
    if (baseline) {
        ending b = ending_of(baseline);
        sd_text_printf(&text,
                       "Without these policies: %s per hour, %.0f h, burnout %.0f %%, though %s "
                       "tasks come out a "
                       "head.\n",
                       percent(arena, b.gain), b.hours, 100 * b.burnout,
                       more_tasks(arena, b.visible));
    }
    return text.bytes;
}
