/* morris.c - elementary effects: which factors matter at all, from few runs (Morris 1991).
 * In: results along trajectories.  Out: mu, mu* and sigma of each factor, with intervals from a bootstrap that draws whole
 * trajectories.
 * Method: p = 4 levels, steps of p / (2 (p - 1)) = 2/3 of the range.  Each factor starts at one of the four levels, from which
 * there is just one way to go, and moves once, in a random order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sense_private.h"

static const double step_size = (double)SD_MORRIS_LEVELS / (2 * (SD_MORRIS_LEVELS - 1)); /* [1] */
static const uint32_t morris_step = UINT32_MAX - 1; /* apart from the draws of models and designs */

typedef struct itinerary { /* of one factor on one trajectory */
    double turn;           /* the lower, the earlier it moves */
    int start;             /* level */
} itinerary;

static itinerary itinerary_of(uint64_t seed, uint64_t trajectory, size_t factor)
{
    double pair[2];
    sd_random_uniform(
        (sd_draw){
            .seed = seed, .member = trajectory, .variable = (uint32_t)factor, .step = morris_step},
        pair);
    return (itinerary){pair[0], (int)(pair[1] * SD_MORRIS_LEVELS)};
}

static bool goes_up(const itinerary *way)
{
    return way->start < SD_MORRIS_LEVELS / 2;
}

static bool is_before(double turn, size_t factor, double other_turn, size_t other)
{
    return turn < other_turn || (turn == other_turn && factor < other);
}

/* How many factors move before this one. */
static size_t rank_of(uint64_t seed, uint64_t trajectory, size_t factor, size_t factor_count)
{
    const double turn = itinerary_of(seed, trajectory, factor).turn;
    size_t rank = 0;
    for (size_t f = 0; f < factor_count; f++)
        rank += is_before(itinerary_of(seed, trajectory, f).turn, f, turn, factor);
    return rank;
}

/* Until all is known, ret_levels holds the turns, of those that have moved with a minus. */
void sd_morris_point(uint64_t seed, uint64_t trajectory, size_t point, size_t factor_count,
                     double *ret_levels)
{
    for (size_t f = 0; f < factor_count; f++)
        ret_levels[f] = itinerary_of(seed, trajectory, f).turn;
    for (size_t f = 0; f < factor_count; f++) {
        size_t rank = 0;
        for (size_t other = 0; other < factor_count; other++)
            rank += is_before(fabs(ret_levels[other]), other, ret_levels[f], f);
        if (rank < point)
            ret_levels[f] = -ret_levels[f];
    }
    for (size_t f = 0; f < factor_count; f++) {
        const itinerary way = itinerary_of(seed, trajectory, f);
        int level = way.start;
        if (ret_levels[f] < 0)
            level += goes_up(&way) ? SD_MORRIS_LEVELS / 2 : -SD_MORRIS_LEVELS / 2;
        ret_levels[f] = (double)level / (SD_MORRIS_LEVELS - 1);
    }
}

/* ---- effects ---- */

/* [trajectory_count] of one factor; NAN where a result is missing. */
static void effects_of(uint64_t seed, size_t trajectory_count, size_t factor_count, size_t factor,
                       const double *results, double *ret_effects)
{
    for (size_t t = 0; t < trajectory_count; t++) {
        const itinerary way = itinerary_of(seed, t, factor);
        const double *before =
            results + t * (factor_count + 1) + rank_of(seed, t, factor, factor_count);
        ret_effects[t] = (before[1] - before[0]) / (goes_up(&way) ? step_size : -step_size);
    }
}

enum { MU, MU_STAR, SIGMA, MEASURES };

/* Effect t counts weights[t] times.  NAN: none, or too few. */
static size_t measure(const double *effects, const double *weights, size_t count,
                      double ret_measures[MEASURES])
{
    double sum = 0, absolute = 0, squares = 0, used = 0;
    size_t kept = 0;
    for (size_t t = 0; t < count; t++) {
        if (isnan(effects[t]))
            continue;
        kept++;
        used += weights[t];
        sum += weights[t] * effects[t];
        absolute += weights[t] * fabs(effects[t]);
    }
    const double mean = sum / used;
    for (size_t t = 0; t < count; t++)
        if (!isnan(effects[t]))
            squares += weights[t] * (effects[t] - mean) * (effects[t] - mean);
    ret_measures[MU] = mean;
    ret_measures[MU_STAR] = absolute / used;
    ret_measures[SIGMA] = used > 1 ? sd_sqrt(squares / (used - 1)) : (double)NAN;
    return kept;
}

static sd_morris_row row_of(sd_arena *scratch, size_t count, const double *effects,
                            const double *weights /* [1 + resamples][count] */, size_t resamples)
{
    sd_morris_row row;
    double values[MEASURES], *sorted = SD_NEW_ARRAY(scratch, double, resamples + 1),
                             *resampled = SD_NEW_ARRAY(scratch, double, resamples *MEASURES + 1);
    row.used = measure(effects, weights, count, values);
    for (size_t i = 0; i < resamples; i++)
        (void)measure(effects, weights + (i + 1) * count, count, resampled + i * MEASURES);
    sd_estimate *const measures[] = {&row.mu, &row.mu_star, &row.sigma};
    for (size_t i = 0; i < MEASURES; i++)
        *measures[i] = sense_estimate(values[i], resampled + i, MEASURES, resamples, sorted);
    return row;
}

const sd_morris_row *sd_morris_new(sd_arena *arena, uint64_t seed, size_t trajectory_count,
                                   size_t factor_count, const double *results, size_t resamples,
                                   const volatile sig_atomic_t *interrupted)
{
    const size_t count = trajectory_count;
    sd_morris_row *rows = SD_NEW_ARRAY(arena, sd_morris_row, factor_count + 1);
    sd_arena *scratch = sd_arena_new("elementary effects");
    double *effects = SD_NEW_ARRAY(scratch, double, count),
           *weights = SD_NEW_ARRAY(scratch, double, (resamples + 1) * count);
    for (size_t t = 0; t < count; t++)
        weights[t] = 1;
    for (size_t i = 0; i < resamples && !sense_interrupted(interrupted); i++)
        sense_resample(seed, i, count, weights + (i + 1) * count);
    for (size_t f = 0; f < factor_count && !sense_interrupted(interrupted); f++) {
        sd_arena *own = sd_arena_new("elementary effects of a factor");
        effects_of(seed, count, factor_count, f, results, effects);
        rows[f] = row_of(own, count, effects, weights, resamples);
        sd_arena_free(own);
    }
    sd_arena_free(scratch);
    return rows;
}
