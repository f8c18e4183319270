/* sobol_indices.c - how much of the variance of a result comes from each factor: Sobol' indices with intervals.
 * In: results of two samples and of their mixtures, row by row.  Out: sd_sobol.
 * Method: first order by Saltelli, Annoni, Azzini, Ratto, Tarantola and Campolongo (2010, table 2 b) and by Jansen (1999),
 * total order by Jansen (1999), second order by Saltelli (2002); V is the variance of all results of A and B.  Results are
 * centred first, which changes none of the expectations and makes first and second order far more exact.  Intervals are
 * percentiles of a bootstrap that draws whole rows, so that what belongs together stays together.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sense_private.h"

const double sd_sobol_wide = 0.1, sd_sobol_crossed = 0.02;

enum { FIRST, FIRST_JANSEN, TOTAL, ORDERS };

typedef struct rows { /* those without a NAN */
    size_t count, factor_count;
    double *a, *b, **ab, **ba; /* ba NULL: no second order */
    const volatile sig_atomic_t *interrupted;
} rows;

/* ---- rows without a NAN ---- */

static bool is_whole(const sd_sobol_request *q, size_t row)
{
    bool whole = !isnan(q->a[row]) && !isnan(q->b[row]);
    for (size_t f = 0; f < q->factor_count && whole; f++)
        whole = !isnan(q->ab[f * q->count + row]) && !(q->ba && isnan(q->ba[f * q->count + row]));
    return whole;
}

static double *column_of(sd_arena *arena, const double *column, const bool *whole, size_t count)
{
    double *kept = SD_NEW_ARRAY(arena, double, count);
    size_t at = 0;
    for (size_t row = 0; row < count; row++)
        if (whole[row])
            kept[at++] = column[row];
    return kept;
}

static rows keep_whole(sd_arena *arena, const sd_sobol_request *q)
{
    rows r = {.factor_count = q->factor_count, .interrupted = q->interrupted};
    bool *whole = SD_NEW_ARRAY(arena, bool, q->count);
    for (size_t row = 0; row < q->count; row++) {
        whole[row] = is_whole(q, row);
        r.count += whole[row];
    }
    r.a = column_of(arena, q->a, whole, q->count);
    r.b = column_of(arena, q->b, whole, q->count);
    r.ab = SD_NEW_ARRAY(arena, double *, q->factor_count + 1);
    if (q->ba)
        r.ba = SD_NEW_ARRAY(arena, double *, q->factor_count + 1);
    for (size_t f = 0; f < q->factor_count; f++) {
        r.ab[f] = column_of(arena, q->ab + f * q->count, whole, q->count);
        if (q->ba)
            r.ba[f] = column_of(arena, q->ba + f * q->count, whole, q->count);
    }
    return r;
}

/* ---- estimators: row n counts weights[n] times ---- */

typedef struct moments {
    double rows, mean, variance;
} moments;

static moments moments_of(const rows *r, const double *weights)
{
    moments m = {0};
    double sum = 0;
    for (size_t n = 0; n < r->count; n++) {
        m.rows += weights[n];
        sum += weights[n] * (r->a[n] + r->b[n]);
    }
    m.mean = sum / (2 * m.rows);
    sum = 0;
    for (size_t n = 0; n < r->count; n++) {
        const double a = r->a[n] - m.mean, b = r->b[n] - m.mean;
        sum += weights[n] * (a * a + b * b);
    }
    m.variance = sum / (2 * m.rows);
    return m;
}

static void estimate_factor(const rows *r, const double *weights, const moments *m, size_t f,
                            double ret_orders[ORDERS])
{
    const double *ab = r->ab[f];
    double saltelli = 0, from_a = 0, from_b = 0;
    for (size_t n = 0; n < r->count; n++) {
        const double a = ab[n] - r->a[n], b = ab[n] - r->b[n];
        saltelli += weights[n] * (r->b[n] - m->mean) * a;
        from_a += weights[n] * a * a;
        from_b += weights[n] * b * b;
    }
    ret_orders[FIRST] = saltelli / m->rows / m->variance;
    ret_orders[FIRST_JANSEN] = 1 - from_b / (2 * m->rows) / m->variance;
    ret_orders[TOTAL] = from_a / (2 * m->rows) / m->variance;
}

/* The covariance of two results that have factors i and j in common, less that of two which have none: the mean of both
 * ways to have them. */
static double estimate_pair(const rows *r, const double *weights, const moments *m, size_t i,
                            size_t j)
{
    const double *bi = r->ba[i], *bj = r->ba[j], *ai = r->ab[i], *aj = r->ab[j], mean = m->mean;
    double one = 0, other = 0, none = 0;
    for (size_t n = 0; n < r->count; n++) {
        one += weights[n] * (bi[n] - mean) * (aj[n] - mean);
        other += weights[n] * (bj[n] - mean) * (ai[n] - mean);
        none += weights[n] * (r->a[n] - mean) * (r->b[n] - mean);
    }
    return ((one + other) / 2 - none) / m->rows / m->variance;
}

/* ret_values: ORDERS of each factor, then each pair j < i. */
static void estimate_all(const rows *r, const double *weights, double *ret_values)
{
    const moments m = moments_of(r, weights);
    double *pairs = ret_values + ORDERS * r->factor_count;
    for (size_t f = 0; f < r->factor_count && !sense_interrupted(r->interrupted); f++)
        estimate_factor(r, weights, &m, f, ret_values + ORDERS * f);
    for (size_t i = 0; r->ba && i < r->factor_count && !sense_interrupted(r->interrupted); i++)
        for (size_t j = 0; j < i; j++)
            *pairs++ = estimate_pair(r, weights, &m, i, j) - ret_values[ORDERS * i + FIRST] -
                       ret_values[ORDERS * j + FIRST];
}

/* ---- intervals ---- */

/* [resamples][value_count] */
static const double *resample_all(sd_arena *arena, const rows *r, const sd_sobol_request *q,
                                  size_t value_count)
{
    double *values = SD_NEW_ARRAY(arena, double, q->resamples *value_count + 1);
#pragma omp parallel for schedule(dynamic) num_threads(sense_threads(q->threads))
    for (size_t resample = 0; resample < q->resamples; resample++) {
        if (sense_interrupted(q->interrupted))
            continue; /* the values are zeros, and the caller knows why */
        sd_arena *scratch = sd_arena_new("a resample");
        double *weights = SD_NEW_ARRAY(scratch, double, r->count);
        sense_resample(q->seed, resample, r->count, weights);
        estimate_all(r, weights, values + resample * value_count);
        sd_arena_free(scratch);
    }
    return values;
}

typedef struct estimates { /* of all values, by their place in estimate_all */
    const double *values, *resampled;
    size_t value_count, resamples;
    double *sorted; /* [resamples] */
} estimates;

static sd_estimate estimate_of(const estimates *e, size_t place)
{
    return sense_estimate(e->values[place], e->resampled + place, e->value_count, e->resamples,
                          e->sorted);
}

static void set_second(sd_arena *arena, const estimates *e, sd_sobol_index *list, size_t count)
{
    size_t place = ORDERS * count;
    sd_estimate **second = SD_NEW_ARRAY(arena, sd_estimate *, count);
    for (size_t i = 0; i < count; i++) {
        second[i] = SD_NEW_ARRAY(arena, sd_estimate, count);
        second[i][i] = sense_unknown();
        list[i].second = second[i];
        for (size_t j = 0; j < i; j++)
            second[i][j] = second[j][i] = estimate_of(e, place++);
    }
}

static bool is_wide(const sd_estimate *estimate)
{
    return estimate->high - estimate->low > sd_sobol_wide;
}

static void set_indices(sd_arena *arena, const estimates *e, bool with_second, sd_sobol_index *list,
                        size_t count)
{
    for (size_t f = 0; f < count; f++) {
        sd_sobol_index *index = &list[f];
        index->first = estimate_of(e, ORDERS * f + FIRST);
        index->first_jansen = estimate_of(e, ORDERS * f + FIRST_JANSEN);
        index->total = estimate_of(e, ORDERS * f + TOTAL);
        index->wide = is_wide(&index->first) || is_wide(&index->total);
        index->crossed = index->first.value - index->total.value > sd_sobol_crossed;
    }
    if (with_second)
        set_second(arena, e, list, count);
}

static void set_unknown(sd_arena *arena, bool with_second, sd_sobol_index *list, size_t count)
{
    for (size_t f = 0; f < count; f++) {
        list[f].first = list[f].first_jansen = list[f].total = sense_unknown();
        sd_estimate *second = SD_NEW_ARRAY(arena, sd_estimate, count);
        for (size_t j = 0; j < count; j++)
            second[j] = sense_unknown();
        list[f].second = with_second ? second : NULL;
    }
}

const sd_sobol *sd_sobol_new(sd_arena *arena, const sd_sobol_request *q)
{
    sd_arena *scratch = sd_arena_new("Sobol' indices");
    sd_sobol *sobol = SD_NEW(arena, sd_sobol);
    sd_sobol_index *list = SD_NEW_ARRAY(arena, sd_sobol_index, q->factor_count + 1);
    const rows r = keep_whole(scratch, q);
    double *ones = SD_NEW_ARRAY(scratch, double, r.count + 1);
    for (size_t n = 0; n < r.count; n++)
        ones[n] = 1;
    const moments m = moments_of(&r, ones);
    *sobol = (sd_sobol){.used = r.count, .mean = m.mean, .variance = m.variance, .list = list};
    sobol->varies = r.count >= 2 && sense_varies(m.mean, m.variance);
    if (sobol->varies) {
        const size_t k = q->factor_count, pairs = q->ba ? k * (k - 1) / 2 : 0;
        estimates e = {.value_count = ORDERS * k + pairs, .resamples = q->resamples};
        double *values = SD_NEW_ARRAY(scratch, double, e.value_count + 1);
        estimate_all(&r, ones, values);
        e.values = values;
        e.resampled = resample_all(scratch, &r, q, e.value_count);
        e.sorted = SD_NEW_ARRAY(scratch, double, q->resamples + 1);
        set_indices(arena, &e, q->ba != NULL, list, k);
    } else {
        set_unknown(arena, q->ba != NULL, list, q->factor_count);
    }
    sd_arena_free(scratch);
    return sobol;
}
