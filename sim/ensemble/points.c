/* points.c - points of the unit cube, each a function of its number: Monte Carlo, Latin hypercubes, Sobol' sequences.
 * In: sd_sampling.  Out: sd_points, whose points may be asked for in any order by any thread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "ensemble_private.h"

struct sd_points {
    sd_sampling sampling;
    size_t dimension_count;
    latin latin;
    const sobol_directions *directions; /* [dimension_count] */
    uint64_t key;                       /* SOBOL */
};

/* Apart from the steps of the random functions, which are drawn with the same seed and member. */
static const uint32_t point_step = UINT32_MAX;

static double uniform(const sd_points *p, size_t dimension, uint64_t index)
{
    double pair[2];
    sd_random_uniform((sd_draw){.seed = p->sampling.seed,
                                .member = index,
                                .variable = (uint32_t)dimension,
                                .step = point_step},
                      pair);
    return pair[0];
}

/* A place within the part in steps of 2^-20, so that the sum is exact and stays within it. */
static double latin_at(const sd_points *p, size_t dimension, uint64_t index)
{
    double within = 0.5;
    if (!p->sampling.centred)
        within = (floor(uniform(p, dimension, index) * 0x1p20) + 0.5) * 0x1p-20;
    return ((double)latin_part(&p->latin, dimension, index) + within) / (double)p->latin.count;
}

static double sobol_coordinate(const sd_points *p, size_t dimension, uint64_t index)
{
    const uint64_t key = mixed(p->key + dimension);
    switch (p->sampling.scramble) {
    case SD_SCRAMBLE_OWEN:
        return sobol_owen(sobol_at(p->directions[dimension], index), key);
    case SD_SCRAMBLE_SHIFT:
        return sobol_shifted(sobol_at(p->directions[dimension], index), key);
    default: /* only the origin has a coordinate that is 0 */
        return sobol_at(p->directions[dimension], index + 1) * 0x1p-30;
    }
}

void sd_points_at(const sd_points *p, uint64_t index, double *ret_u)
{
    assert(index < p->sampling.count);
    for (size_t d = 0; d < p->dimension_count; d++)
        ret_u[d] = p->sampling.kind == SD_POINTS_MONTE_CARLO ? uniform(p, d, index)
                   : p->sampling.kind == SD_POINTS_LATIN     ? latin_at(p, d, index)
                                                             : sobol_coordinate(p, d, index);
}

/* ---- maximin ---- */

/* Whether no two points are nearer than `floor`; *ret_least is the square of the least distance. */
static bool is_wider(const double *points, size_t count, size_t dimensions, double floor,
                     double *ret_least)
{
    double least = (double)INFINITY;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            double square = 0;
            for (size_t d = 0; d < dimensions; d++) {
                const double way = points[i * dimensions + d] - points[j * dimensions + d];
                square += way * way;
            }
            least = fmin(least, square);
            if (least <= floor)
                return false;
        }
    *ret_least = least;
    return true;
}

static void choose_widest(sd_points *p)
{
    enum { CANDIDATES = 100 };
    const size_t count = (size_t)p->sampling.count, dimensions = p->dimension_count;
    sd_arena *scratch = sd_arena_new("a Latin hypercube");
    double *all = SD_NEW_ARRAY(scratch, double, count *dimensions + 1), widest = -1;
    latin chosen = p->latin;
    for (uint64_t candidate = 0; candidate < CANDIDATES; candidate++) {
        p->latin = latin_new(p->sampling.count, p->sampling.seed, candidate);
        for (size_t i = 0; i < count; i++)
            sd_points_at(p, i, all + i * dimensions);
        if (is_wider(all, count, dimensions, widest, &widest))
            chosen = p->latin;
    }
    p->latin = chosen;
    sd_arena_free(scratch);
}

sd_status sd_points_new(sd_arena *arena, const sd_sampling *sampling, size_t dimension_count,
                        const sd_points **ret_points, sd_diag *diag)
{
    assert(sampling->count >= 1 && sampling->count <= SD_MEMBERS_MAX);
    sd_points *p = SD_NEW(arena, sd_points);
    p->sampling = *sampling;
    p->dimension_count = dimension_count;
    p->latin = latin_new(sampling->count, sampling->seed, 0);
    p->key = mixed(sampling->seed);
    if (sampling->kind == SD_POINTS_SOBOL && dimension_count > SD_SOBOL_DIMENSIONS_MAX) {
        sd_status status =
            sd_fail(diag, SD_E702, SD_NOWHERE, "a Sobol' sequence of %zu dimensions, more than %d",
                    dimension_count, SD_SOBOL_DIMENSIONS_MAX);
        sd_help(diag, "a Latin hypercube has no such limit");
        return status;
    }
    if (sampling->kind == SD_POINTS_SOBOL)
        p->directions = sobol_new(arena, dimension_count);
    if (sampling->kind == SD_POINTS_LATIN && sampling->maximin) {
        if (sampling->count > SD_MAXIMIN_MAX)
            return sd_fail(diag, SD_E702, SD_NOWHERE,
                           "a maximin hypercube has at most %d points, not %.0f", SD_MAXIMIN_MAX,
                           (double)sampling->count);
        choose_widest(p);
    }
    *ret_points = p;
    return SD_OK;
}
