/* tip_words.c - what `tip` found, in plain words: a heading and sentences.
 * A fold tips; without one the change is graded, and that is said.  Two horizons stand side by side: a run that ends, and the
 * long run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "tip_study.h"

enum { NAMED = 4 /* special points of a kind that a sentence lists */ };

/* [1] of the range of the output: up and down differ; a swing is not seen at its very extremes */
static const double apart = 0.02, swings_apart = 0.1;

/* "expectation pass through" */
const char *tip_spaced(sd_arena *arena, const char *name)
{
    char *copy = sd_arena_copy(arena, name, strlen(name));

    for (char *c = copy; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return copy;
}

const char *tip_label(const tip_study *t)
{
    const sd_measure *measure = sd_measure_find(t->of);

    return measure ? measure->label : tip_spaced(t->c->arena, t->of);
}

/* Three digits: 0.543, 40, 1230. */
static const char *digits(const tip_study *t, double value)
{
    const double shown = fabs(value) < 1e-12 ? 0 : value;

    return sd_arena_printf(t->c->arena, "%s%.3g", shown < 0 ? "\xE2\x88\x92" : "", fabs(shown));
}

/* The same of a value of the first parameter, where the last digits of an end that was searched for say nothing. */
const char *tip_place(const tip_study *t, double parameter)
{
    const double range = t->over[0].high - t->over[0].low;

    return digits(t, fabs(parameter) < 1e-6 * range ? 0 : parameter);
}

/* Two digits of what is read off a grid: "0.54". */
static const char *about(const tip_study *t, double value)
{
    return sd_arena_printf(t->c->arena, "%s%.2g", value < 0 ? "\xE2\x88\x92" : "", fabs(value));
}

static const char *span_text(const tip_study *t, double time)
{
    const double size = pow(10, 2 - floor(log10(time)));

    return time_text(t->c->arena, round(time * size) / size, t->at.scenario->model->time_units);
}

static const sd_branch_point *special_number(const tip_study *t, sd_special special, size_t number,
                                             double *ret_value)
{
    for (size_t i = 0; i < t->branches.count; i++)
        for (size_t k = 0; k < t->branches.list[i].count; k++) {
            const sd_branch_point *p = &t->branches.list[i].points[k];

            if (p->special != special || number-- > 0)
                continue;
            *ret_value = t->values[i][k];
            return p;
        }
    return NULL;
}

/* ---- heading ---- */

const char *tip_finding(const tip_study *t)
{
    sd_arena *arena = t->c->arena;
    const char *name = tip_spaced(arena, t->over[0].name);
    char *label = sd_arena_copy(arena, tip_label(t), strlen(tip_label(t)));
    double value;

    label[0] = (char)toupper((unsigned char)label[0]);
    if (t->specials[SD_POINT_FOLD] == 2)
        return sd_arena_printf(
            arena, "%s tips at %s = %s, and back at %s", label, name,
            tip_place(t, special_number(t, SD_POINT_FOLD, 0, &value)->parameter),
            tip_place(t, special_number(t, SD_POINT_FOLD, 1, &value)->parameter));
    if (t->specials[SD_POINT_FOLD])
        return sd_arena_printf(
            arena, "%s tips at %s = %s", label, name,
            tip_place(t, special_number(t, SD_POINT_FOLD, 0, &value)->parameter));
    if (t->specials[SD_POINT_HOPF])
        return sd_arena_printf(
            arena, "%s begins to swing at %s = %s", label, name,
            tip_place(t, special_number(t, SD_POINT_HOPF, 0, &value)->parameter));
    if (t->specials[SD_POINT_BRANCH])
        return sd_arena_printf(
            arena, "%s: states change places at %s = %s", label, name,
            tip_place(t, special_number(t, SD_POINT_BRANCH, 0, &value)->parameter));
    if (!isnan(t->runs.leaves))
        return sd_arena_printf(arena, "%s: level %s %s, then by degrees, no tipping", label,
                               t->runs.rising_side ? "up to" : "down to", about(t, t->runs.leaves));
    if (!isnan(t->runs.turn))
        return sd_arena_printf(arena, "%s: turns at %s, by degrees, no tipping", label,
                               about(t, t->runs.turn));
    return sd_arena_printf(arena, "%s changes by degrees, no tipping", label);
}

/* ---- special points ---- */

static void say_folds(const tip_study *t, sd_text *text)
{
    const size_t count = t->specials[SD_POINT_FOLD];

    for (size_t n = 0; n < count && n < NAMED; n++) {
        double value = 0;
        const sd_branch_point *p = special_number(t, SD_POINT_FOLD, n, &value);

        sd_text_printf(text, "%s%s = %s (%s = %s)",
                       n == 0           ? "It tips at a fold, where two states of rest meet and "
                                          "vanish: at "
                       : n + 1 == count ? " and at "
                                        : ", at ",
                       t->over[0].name, tip_place(t, p->parameter), t->of, digits(t, value));
    }
    if (count > NAMED)
        sd_text_printf(text, ", and at %zu more", count - NAMED);
    if (count)
        sd_text_printf(text, ". ");
}

static void say_others(const tip_study *t, sd_text *text)
{
    double value;

    for (size_t n = 0; n < t->specials[SD_POINT_HOPF] && n < NAMED; n++) {
        const sd_branch_point *p = special_number(t, SD_POINT_HOPF, n, &value);

        sd_text_printf(text, "At %s = %s a swing with a period of %s begins to last. ",
                       t->over[0].name, tip_place(t, p->parameter), span_text(t, p->period));
    }
    const char *last = "";

    for (size_t n = 0; n < t->specials[SD_POINT_BRANCH] && n < NAMED; n++) {
        const char *at = tip_place(t, special_number(t, SD_POINT_BRANCH, n, &value)->parameter);

        if (strcmp(at, last) != 0) /* both branches have the point */
            sd_text_printf(text,
                           "At %s = %s two states of rest cross and exchange their stability. ",
                           t->over[0].name, at);
        last = at;
    }
}

/* Where a branch stops for want of an equation or beyond all bounds. */
static void say_ends(const tip_study *t, sd_text *text)
{
    for (size_t i = 0; i < t->branches.count; i++)
        for (int side = 0; side < 2; side++) {
            const sd_branch *b = &t->branches.list[i];
            const double at = b->points[side ? b->count - 1 : 0].parameter;

            if (b->ends[side] == SD_END_LOST)
                sd_text_printf(text,
                               "A state of rest is lost at %s = %s: none that stands alone "
                               "follows there. ",
                               t->over[0].name, tip_place(t, at));
            else if (b->ends[side] == SD_END_GONE)
                sd_text_printf(text, "A state of rest runs away near %s = %s. ", t->over[0].name,
                               tip_place(t, at));
        }
}

/* ---- graded ---- */

static void say_response(const tip_study *t, const sd_response *r, const char *when, sd_text *text)
{
    const double tenth = 0.1 * (t->over[0].high - t->over[0].low);

    sd_text_printf(text, "%s ", when);
    if (!(fabs(r->slope) > 0)) {
        sd_text_printf(text, "it stays the same. ");
        return;
    }
    if (!isnan(r->leaves))
        sd_text_printf(text, "it stays at %s %s %s, and then ", digits(t, r->level),
                       r->rising_side ? "up to" : "down to", about(t, r->leaves));
    else if (!isnan(r->turn))
        sd_text_printf(text, "it turns at %s, where it is %s, and ", about(t, r->turn),
                       digits(t, r->turn_value));
    else
        sd_text_printf(text, "it ");
    sd_text_printf(text, "changes most about %s, by %s for %s more. ", about(t, r->steepest),
                   digits(t, r->slope * tenth), digits(t, tenth));
}

/* ---- up and down ---- */

static double range_of_sweep(const sd_sweep *s)
{
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t k = 0; k < s->count; k++) {
        low = fmin(low, fmin(s->up[0][k], s->down[0][k]));
        high = fmax(high, fmax(s->up[1][k], s->down[1][k]));
    }
    return high > low ? high - low : 0;
}

static bool differ(const sd_sweep *s, size_t k, double range)
{
    const bool swings = s->up[0][k] != s->up[1][k] || s->down[0][k] != s->down[1][k];
    const double room = range * (swings ? swings_apart : apart);

    return isnan(s->up[0][k]) != isnan(s->down[0][k]) ||
           fmax(fabs(s->up[0][k] - s->down[0][k]), fabs(s->up[1][k] - s->down[1][k])) > room;
}

static void say_sweep(const tip_study *t, sd_text *text)
{
    const sd_sweep *s = &t->sweep;
    const double range = range_of_sweep(s);
    double from = (double)NAN, to = (double)NAN, gone_from = (double)NAN, gone_to = (double)NAN;

    for (size_t k = 0; k < s->count; k++) {
        if (isnan(s->up[0][k]) && isnan(s->down[0][k]))
            gone_from = isnan(gone_from) ? s->parameters[k] : gone_from, gone_to = s->parameters[k];
        else if (differ(s, k, range)) {
            from = isnan(from) ? s->parameters[k] : from;
            to = s->parameters[k];
        }
    }
    if (!isnan(from))
        sd_text_printf(text,
                       "From about %s to %s what was before decides: a slow change up and a slow "
                       "change down end in different states. ",
                       about(t, from), about(t, to));
    else
        sd_text_printf(text, "A slow change up and down again leaves no trace");
    if (isnan(from) && !isnan(s->to_high) && !isnan(s->to_low))
        sd_text_printf(text,
                       ", but nothing is instant: 95 %% of the way from rest at %s to rest at %s "
                       "take %s, and back %s; until then what was before still shows",
                       digits(t, s->parameters[0]), digits(t, s->parameters[s->count - 1]),
                       span_text(t, s->to_high), span_text(t, s->to_low));
    if (isnan(from))
        sd_text_printf(text, ". ");
    if (!isnan(gone_from))
        sd_text_printf(text, "From about %s to %s nothing comes to rest or swings in bounds. ",
                       about(t, gone_from), about(t, gone_to));
}

static void say_boundary(const tip_study *t, sd_text *text)
{
    const sd_boundary *b = &t->boundary;

    if (t->over_count < 2)
        return;
    if (b->count < 2) {
        sd_text_printf(text, "Over %s no boundary was found. ", t->over[1].name);
        return;
    }
    sd_text_printf(text, "%s at %s = %s for %s = %s, and at %s for %s. ",
                   t->boundary_is_fold ? "The fold lies" : "The level stretch ends",
                   t->over[0].name, digits(t, b->first[0]), t->over[1].name,
                   digits(t, b->second[0]), digits(t, b->first[b->count - 1]),
                   digits(t, b->second[b->count - 1]));
}

const char *tip_sentence(const tip_study *t)
{
    const bool graded =
        t->specials[SD_POINT_FOLD] + t->specials[SD_POINT_HOPF] + t->specials[SD_POINT_BRANCH] == 0;
    sd_arena *arena = t->c->arena;
    sd_text text = sd_text_new(arena);

    if (sd_model_is_trap(t->at.scenario->model))
        sd_text_printf(&text, "If these assumptions hold: ");
    if (graded)
        sd_text_printf(
            &text, "%s over %s from %s to %s: the change is graded. No fold was found%s. ", t->of,
            t->over[0].name, digits(t, t->over[0].low), digits(t, t->over[0].high),
            t->branches.count == 1 && t->has_rest ? ", and one state of rest for each value" : "");
    else
        sd_text_printf(&text, "%s over %s from %s to %s. ", t->of, t->over[0].name,
                       digits(t, t->over[0].low), digits(t, t->over[0].high));
    say_folds(t, &text);
    say_others(t, &text);
    say_ends(t, &text);
    if (graded) {
        say_response(t, &t->runs,
                     sd_arena_printf(arena, "In a run, at %s,", moment_text(t->c, &t->at)), &text);
        if (t->has_rest)
            say_response(t, &t->rest, "In the long run", &text);
    }
    say_sweep(t, &text);
    say_boundary(t, &text);
    while (text.length && text.bytes[text.length - 1] == ' ')
        text.bytes[--text.length] = '\0';
    return text.bytes;
}
