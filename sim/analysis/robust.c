/* robust.c - several scenarios in the same futures: in how many each is ahead of the first, by how much, what is regretted
 * and which unknown decides.
 * In: one value for each scenario and future, and what was drawn.  Out: sd_robust.
 * Method: leads are differences in the same future; regret is that of minimax regret (Savage 1951), against the best of what
 * is compared; the unknown that decides has the largest rank correlation with the lead (Spearman 1904, equal values
 * share the mean of their ranks).  One that chance alone would give to the strongest of all unknowns in more than one of
 * twenty samples does not count (normal approximation, Bonferroni).  Quantiles interpolate between the sorted values.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "sense_private.h"

static const double rounding = 1e-9; /* [1] of the larger of two values: they are equal */
static const double accident = 0.05; /* [1] how often chance may pass for an unknown that decides */

typedef struct contest_work {
    const sd_contest *contest;
    size_t count;                             /* futures that count */
    size_t *futures;                          /* [count] */
    double *leads, *regrets, *sorted, *ranks; /* [count] */
    double *factor_ranks;                     /* [factor_count][count] */
} contest_work;

static double value_of(const contest_work *w, size_t scenario, size_t i)
{
    return w->contest->values[scenario * w->contest->future_count + w->futures[i]];
}

/* ---- quantiles ---- */

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void sort_values(contest_work *w, const double *values)
{
    for (size_t i = 0; i < w->count; i++)
        w->sorted[i] = values[i];
    qsort(w->sorted, w->count, sizeof *w->sorted, by_value);
}

static double quantile(const contest_work *w, double share)
{
    return w->count ? gsl_stats_quantile_from_sorted_data(w->sorted, 1, w->count, share)
                    : (double)NAN;
}

/* ---- ranks ---- */

typedef struct place {
    double value;
    size_t at;
} place;

static int by_place(const void *x, const void *y)
{
    const place *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

static void rank_values(const double *values, size_t count, place *places, double *ret_ranks)
{
    for (size_t i = 0; i < count; i++)
        places[i] = (place){values[i], i};
    qsort(places, count, sizeof *places, by_place);
    for (size_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && places[end].value == places[from].value; end++)
            continue;
        for (size_t i = from; i < end; i++)
            ret_ranks[places[i].at] = 0.5 * (double)(from + end - 1);
    }
}

static bool varies(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return true;
    return false;
}

/* Puts a factor among the strongest. */
static void note_decider(sd_standing *s, size_t factor, double rank)
{
    size_t at = s->decider_count < SD_DECIDERS_MAX ? s->decider_count++ : SD_DECIDERS_MAX;
    while (at > 0 && fabs(s->ranks[at - 1]) < fabs(rank)) {
        if (at < SD_DECIDERS_MAX) {
            s->deciders[at] = s->deciders[at - 1];
            s->ranks[at] = s->ranks[at - 1];
        }
        at--;
    }
    if (at == SD_DECIDERS_MAX)
        return;
    s->deciders[at] = factor;
    s->ranks[at] = rank;
}

static void find_deciders(const contest_work *w, place *places, sd_standing *s)
{
    const size_t factors = w->contest->factor_count, count = w->count;
    if (factors == 0 || count < 3 || !varies(w->leads, count))
        return;
    const double least =
        gsl_cdf_ugaussian_Qinv(accident / 2 / (double)factors) / sd_sqrt((double)count - 1);
    rank_values(w->leads, count, places, w->ranks);
    for (size_t f = 0; f < factors; f++) {
        const double *ranks = w->factor_ranks + f * count;
        if (!varies(ranks, count))
            continue;
        double rank = gsl_stats_correlation(ranks, 1, w->ranks, 1, count);
        if (fabs(rank) > least)
            note_decider(s, f, rank);
    }
}

/* ---- one scenario ---- */

static double best_of(const contest_work *w, size_t i)
{
    double best = value_of(w, 0, i);
    for (size_t s = 1; s < w->contest->scenario_count; s++) {
        double value = value_of(w, s, i);
        best = w->contest->better < 0 ? fmin(best, value) : fmax(best, value);
    }
    return best;
}

static void compare_futures(contest_work *w, size_t scenario, sd_standing *s)
{
    const double side = w->contest->better < 0 ? -1 : 1;
    for (size_t i = 0; i < w->count; i++) {
        double value = value_of(w, scenario, i), first = value_of(w, 0, i);
        double lead = value - first;
        if (fabs(lead) <= rounding * fmax(fabs(value), fabs(first)))
            lead = 0;
        s->ahead += side * lead > 0;
        s->behind += side * lead < 0;
        w->leads[i] = lead;
        w->regrets[i] = w->contest->better ? side * (best_of(w, i) - value) : (double)NAN;
    }
}

static sd_standing stand(contest_work *w, size_t scenario, place *places)
{
    sd_standing s = {.regret_90 = (double)NAN, .regret_most = (double)NAN};
    for (size_t i = 0; i < w->count; i++)
        w->leads[i] = value_of(w, scenario, i);
    sort_values(w, w->leads);
    s.low = quantile(w, 0.05);
    s.median = quantile(w, 0.5);
    s.high = quantile(w, 0.95);
    compare_futures(w, scenario, &s);
    sort_values(w, w->leads);
    s.lead_low = quantile(w, 0.05);
    s.lead_median = quantile(w, 0.5);
    s.lead_high = quantile(w, 0.95);
    if (w->contest->better) {
        sort_values(w, w->regrets);
        s.regret_90 = quantile(w, 0.9);
        s.regret_most = quantile(w, 1);
    }
    find_deciders(w, places, &s);
    return s;
}

/* ---- all of them ---- */

static void choose_futures(contest_work *w)
{
    for (size_t future = 0; future < w->contest->future_count; future++) {
        bool counts = true;
        for (size_t s = 0; s < w->contest->scenario_count; s++)
            counts = counts && !isnan(w->contest->values[s * w->contest->future_count + future]);
        if (counts)
            w->futures[w->count++] = future;
    }
}

sd_robust sd_robust_new(sd_arena *arena, const sd_contest *contest)
{
    sd_arena *scratch = sd_arena_new("a comparison in many futures");
    const size_t room = contest->future_count + 1;
    contest_work w = {.contest = contest,
                      .futures = SD_NEW_ARRAY(scratch, size_t, room),
                      .leads = SD_NEW_ARRAY(scratch, double, room),
                      .regrets = SD_NEW_ARRAY(scratch, double, room),
                      .sorted = SD_NEW_ARRAY(scratch, double, room),
                      .ranks = SD_NEW_ARRAY(scratch, double, room)};
    place *places = SD_NEW_ARRAY(scratch, place, room);
    sd_standing *standings = SD_NEW_ARRAY(arena, sd_standing, contest->scenario_count + 1);
    choose_futures(&w);
    w.factor_ranks = SD_NEW_ARRAY(scratch, double, contest->factor_count *room + 1);
    for (size_t f = 0; f < contest->factor_count && !sense_interrupted(contest->interrupted); f++) {
        for (size_t i = 0; i < w.count; i++)
            w.leads[i] = contest->factors[f * contest->future_count + w.futures[i]];
        rank_values(w.leads, w.count, places, w.factor_ranks + f * w.count);
    }
    for (size_t s = 0; s < contest->scenario_count && !sense_interrupted(contest->interrupted); s++)
        standings[s] = stand(&w, s, places);
    sd_arena_free(scratch);
    return (sd_robust){.valid = w.count, .standings = standings};
}
