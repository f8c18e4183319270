/* score.c - scores, worked out while the saved points of a run pass by; one rule for series, runs and sweeps.
 * In: the values of members side by side at one saved point after the other.  Out: one number a score and member.
 * Method: a mean is the sum over its points divided by their number, an integral the trapezium rule over saved points
 * (Davis and Rabinowitz 1984, 2.1); sums go from the first point to the last.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "run_private.h"

static int64_t point_near(double time, double start, double interval, int64_t points)
{
    double place = round((time - start) / interval);
    if (!(place > 0)) /* one point has no interval */
        return 0;
    return place < (double)points ? (int64_t)place : points - 1;
}

void scores_open(sd_arena *arena, score_sums *a, const sd_score *scores, size_t count,
                 size_t members, double start, double interval, int64_t points)
{
    *a = (score_sums){.count = count, .members = members, .scores = scores};
    a->from = SD_NEW_ARRAY(arena, int64_t, count + 1);
    a->to = SD_NEW_ARRAY(arena, int64_t, count + 1);
    a->values = sd_arena_rows(arena, count * members + 1);
    a->before = sd_arena_rows(arena, count * members + 1);
    for (size_t s = 0; s < count; s++) {
        a->from[s] = point_near(scores[s].from, start, interval, points);
        a->to[s] = point_near(scores[s].to, start, interval, points);
    }
}

static void begin(const sd_score *score, double *restrict value, double *restrict before,
                  const double *restrict x, size_t members)
{
    for (size_t m = 0; m < members; m++) {
        value[m] = score->kind == SD_SCORE_INTEGRAL ? 0
                   : score->kind == SD_SCORE_WHEN   ? (double)NAN
                                                    : x[m];
        before[m] = x[m];
    }
}

static void note_time(const sd_score *score, double *restrict value, const double *restrict x,
                      double time, size_t members)
{
    double level = score->level, side = score->below ? -1.0 : 1.0;
    for (size_t m = 0; m < members; m++)
        if (isnan(value[m]) && side * x[m] > side * level)
            value[m] = time;
}

static void go_on(const sd_score *score, double *restrict value, double *restrict before,
                  const double *restrict x, double passed, size_t members)
{
    switch (score->kind) {
    case SD_SCORE_MEAN:
        for (size_t m = 0; m < members; m++)
            value[m] += x[m];
        break;
    case SD_SCORE_MIN:
        for (size_t m = 0; m < members; m++)
            value[m] = x[m] < value[m] ? x[m] : value[m];
        break;
    case SD_SCORE_MAX:
        for (size_t m = 0; m < members; m++)
            value[m] = x[m] > value[m] ? x[m] : value[m];
        break;
    case SD_SCORE_INTEGRAL:
        for (size_t m = 0; m < members; m++) {
            value[m] += 0.5 * (x[m] + before[m]) * passed;
            before[m] = x[m];
        }
        break;
    case SD_SCORE_AT:
    case SD_SCORE_WHEN:
        break;
    }
}

void scores_take(score_sums *a, int64_t point, double time)
{
    for (size_t s = 0; s < a->count; s++) {
        const sd_score *score = &a->scores[s];
        double *value = a->values + s * a->members, *before = a->before + s * a->members;
        if (point < a->from[s] || point > a->to[s])
            continue;
        if (point == a->from[s])
            begin(score, value, before, a->rows[s], a->members);
        else
            go_on(score, value, before, a->rows[s], time - a->time_before, a->members);
        if (score->kind == SD_SCORE_WHEN)
            note_time(score, value, a->rows[s], time, a->members);
    }
    a->time_before = time;
}

double scores_value(const score_sums *a, size_t s, size_t member)
{
    double value = a->values[s * a->members + member];
    return a->scores[s].kind == SD_SCORE_MEAN ? value / (double)(a->to[s] - a->from[s] + 1) : value;
}

double sd_score_of_series(const sd_score *score, size_t time_count, const double *times,
                          const double *values, size_t stride)
{
    double value = (double)NAN, before = value;
    int64_t from, to;
    const double *row = values;
    score_sums a = {.count = 1,
                    .members = 1,
                    .scores = score,
                    .rows = &row,
                    .from = &from,
                    .to = &to,
                    .values = &value,
                    .before = &before};
    int64_t points = (int64_t)time_count;
    double interval = (times[points - 1] - times[0]) / (double)(points - 1);
    assert(points > 0);
    from = point_near(score->from, times[0], interval, points);
    to = point_near(score->to, times[0], interval, points);
    for (int64_t i = 0; i < points; i++) {
        row = values + (size_t)i * stride;
        scores_take(&a, i, times[i]);
    }
    return scores_value(&a, 0, 0);
}
