/* sense_words.c - what decides, as a sentence.
 * In: a finished study of sensitivity.  Out: plain words with numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sense_study.h"

enum { NAMED = 3 /* factors */ };
static const double least_told = 0.05; /* [1] of the variance: what decides less is not named */
static const double hardly = 0.01;     /* [1] of the strongest effect */
static const double least_interaction = 0.05; /* [1] of the variance */

const char *sense_percent(sd_arena *arena, double share)
{
    return isnan(share) ? "-"
                        : number_text(arena, 100 * share, fabs(share) < 0.0995 ? 1 : 0, false);
}

/* ", ", " and " or "" before item `i` of `count`. */
static const char *joint(size_t i, size_t count)
{
    return i == 0 ? "" : i + 1 == count ? " and " : ", ";
}

/* ---- Sobol' ---- */

static const char *sobol_sentence(const sense_study *s, const sense_output *o)
{
    sd_arena *arena = s->call->arena;
    sd_text text = sd_text_new(arena);
    size_t named = 1;
    double alone = 0;
    bool settled = true; /* a sum of what is not says nothing */
    while (named < NAMED && named < s->factor_count &&
           o->sobol->list[o->order[named]].total.value >= least_told)
        named++;
    sd_text_printf(&text, "What decides %s: ", o->what);
    for (size_t i = 0; i < named; i++) {
        const sd_estimate *total = &o->sobol->list[o->order[i]].total;
        sd_text_printf(&text, "%s%s (%s %%%s, %s to %s)", joint(i, named),
                       s->factors[o->order[i]].name, sense_percent(arena, total->value),
                       i == 0 ? " of the variance" : "", sense_percent(arena, total->low),
                       sense_percent(arena, total->high));
    }
    for (size_t f = 0; f < s->factor_count; f++) {
        alone += o->sobol->list[f].first.value;
        settled &= !o->sobol->list[f].wide;
    }
    if (settled && 1 - alone >= least_interaction)
        sd_text_printf(&text, ". %s %% of it comes from parameters working together",
                       sense_percent(arena, fmin(1, 1 - alone)));
    sd_text_printf(&text, ".");
    return text.bytes;
}

/* ---- Morris ---- */

static const char *morris_sentence(const sense_study *s, const sense_output *o)
{
    sd_arena *arena = s->call->arena;
    sd_text text = sd_text_new(arena);
    const double most = o->morris[o->order[0]].mu_star.value;
    size_t small = 0, named = s->factor_count < NAMED ? s->factor_count : NAMED;
    for (size_t f = 0; f < s->factor_count; f++)
        small += !(o->morris[f].mu_star.value >= hardly * most);
    if (named > s->factor_count - small)
        named = s->factor_count - small;
    sd_text_printf(&text, "What moves %s most, each over 99 %% of its range: ", o->what);
    for (size_t i = 0; i < named; i++) {
        const sd_estimate *star = &o->morris[o->order[i]].mu_star;
        sd_text_printf(&text, "%s%s (by %s%s, %s to %s)", joint(i, named),
                       s->factors[o->order[i]].name, plain_text(arena, star->value),
                       i == 0 ? " on average" : "", plain_text(arena, star->low),
                       plain_text(arena, star->high));
    }
    sd_text_printf(&text, ".");
    if (small)
        sd_text_printf(&text, " %zu of %zu parameters %s it by less than a hundredth of that.",
                       small, s->factor_count, small == 1 ? "moves" : "move");
    return text.bytes;
}

/* ---- one at a time ---- */

static const char *oat_sentence(const sense_study *s, const sense_output *o)
{
    sd_arena *arena = s->call->arena;
    sd_text text = sd_text_new(arena);
    size_t named = 1;
    while (named < NAMED && named < s->factor_count &&
           o->oat[named].width >= hardly * o->oat[0].width)
        named++;
    sd_text_printf(&text, "What moves %s most, each alone: ", o->what);
    for (size_t i = 0; i < named; i++)
        sd_text_printf(&text, "%s%s (from %s to %s)", joint(i, named),
                       s->factors[o->oat[i].factor].name, plain_text(arena, o->oat[i].low),
                       plain_text(arena, o->oat[i].high));
    sd_text_printf(&text,
                   ", as it goes from its 5th to its 95th percentile. With all at their "
                   "central values it is %s.",
                   plain_text(arena, o->results[0]));
    return text.bytes;
}

static bool moves(const sense_study *s, const sense_output *o)
{
    return s->method == SENSE_SOBOL    ? o->sobol->varies
           : s->method == SENSE_MORRIS ? o->morris[o->order[0]].mu_star.value > 0
                                       : o->oat[0].width > 0;
}

const char *sense_sentence(const sense_study *s, const sense_output *o)
{
    if (!moves(s, o))
        return sd_arena_printf(s->call->arena, "Nothing that was varied changes %s.", o->what);
    return s->method == SENSE_SOBOL    ? sobol_sentence(s, o)
           : s->method == SENSE_MORRIS ? morris_sentence(s, o)
                                       : oat_sentence(s, o);
}

/* ---- over time ---- */

const char *sense_over_time(const sense_study *s, size_t first)
{
    sd_arena *arena = s->call->arena;
    sd_text text = sd_text_new(arena);
    const sense_output *list = s->outputs + first;
    const char *unit = sd_units_are_weeks(s->one.scenario->model->time_units) ? "week" : "time";
    size_t leader = SIZE_MAX, spells = 0;
    for (size_t i = 0; i < s->times; i++) {
        if (!moves(s, &list[i]) || list[i].order[0] == leader)
            continue;
        leader = list[i].order[0];
        if (spells++ == 0)
            sd_text_printf(&text, "What decides %s most: from %s %g on %s", list->variable, unit,
                           list[i].score->from, s->factors[leader].name);
        else
            sd_text_printf(&text, ", from %g on %s", list[i].score->from, s->factors[leader].name);
    }
    if (spells == 0)
        return sd_arena_printf(arena, "Nothing that was varied changes %s at any time.",
                               list->variable);
    sd_text_printf(&text, ". ");
    const char *last = sense_sentence(s, &list[s->times - 1]);
    sd_text_add(&text, last, strlen(last));
    return text.bytes;
}

/* ---- discovery ---- */

const char *sense_condition_text(const sense_study *s)
{
    const sd_condition *c = &s->condition;
    return sd_arena_printf(s->call->arena, "%s is %s%s %s", s->outputs[0].what,
                           c->or_equal ? "at or " : "", c->above ? "above" : "below",
                           plain_text(s->call->arena, c->level));
}

/* With three digits. */
static const char *bound_text(sd_arena *arena, double bound)
{
    double rounded = bound;
    (void)sd_number_from_text(sd_arena_printf(arena, "%.2e", bound), &rounded);
    return plain_text(arena, rounded);
}

const char *sense_side(sd_arena *arena, const sd_prim_box *box, size_t factor)
{
    const double low = box->low[factor], high = box->high[factor];
    if (isfinite(low) && isfinite(high))
        return sd_arena_printf(arena, "between %s and %s", bound_text(arena, low),
                               bound_text(arena, high));
    return isfinite(low)    ? sd_arena_printf(arena, "above %s", bound_text(arena, low))
           : isfinite(high) ? sd_arena_printf(arena, "below %s", bound_text(arena, high))
                            : "anywhere";
}

static void say_sides(const sense_study *s, sd_text *text)
{
    const sd_prim_box *box = &s->prim->box;
    size_t told = 0;
    for (size_t i = 0; i < s->factor_count; i++) {
        const size_t f = s->region[i].factor; /* those that tell most first */
        if (!isfinite(box->low[f]) && !isfinite(box->high[f]))
            continue;
        sd_text_printf(text, "%s%s is %s", joint(told, box->restricted), s->factors[f].name,
                       sense_side(s->call->arena, box, f));
        told++;
    }
}

const char *sense_discovery(const sense_study *s)
{
    sd_arena *arena = s->call->arena;
    sd_text text = sd_text_new(arena);
    const char *condition = sense_condition_text(s);
    if (s->found == 0)
        return sd_arena_printf(arena, "In none of %zu futures %s.", s->cases.count, condition);
    if (s->found == s->cases.count)
        return sd_arena_printf(arena, "In all of %zu futures %s.", s->cases.count, condition);
    sd_text_printf(&text, "In %s %% of %zu futures %s",
                   sense_percent(arena, (double)s->found / (double)s->cases.count), s->cases.count,
                   condition);
    if (s->prim->box.restricted == 0) {
        sd_text_printf(&text, ", and no range of what was varied tells these from the rest.");
        return text.bytes;
    }
    sd_text_printf(&text, ", mostly (coverage %s %%, density %s %%) where ",
                   sense_percent(arena, s->prim->box.coverage),
                   sense_percent(arena, s->prim->box.density));
    say_sides(s, &text);
    sd_text_printf(&text, ".");
    return text.bytes;
}
