/* lanes.h - the words that generated kernels are written in: a vector of members, and functions of it.
 *
 * This text stands at the head of every generated kernel (emit_c.c).  Each function gives, lane for lane, the bits of the
 * interpreter: scalar.def says what they mean.  SLEEF's cinz functions are the same on every instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_LANES_H
#define SD_LANES_H

#include <math.h>
#include <string.h>

#include "kernel.h"

/* ---- the vector of the instruction set that the compiler is told to use ---- */
#if defined __AVX512F__ && defined __AVX512DQ__ && defined __AVX512VL__ && defined __AVX512BW__
#include <immintrin.h>
enum { W = 8 };
#define SD_INSTRUCTIONS "x86-64-v4"
#define SLEEF(name) Sleef_cinz_##name##d8_u10avx512fnofma
#elif defined __AVX2__
#include <immintrin.h>
enum { W = 4 };
#define SD_INSTRUCTIONS "x86-64-v3"
#define SLEEF(name) Sleef_cinz_##name##d4_u10avx
#elif defined __SSE4_1__
#include <immintrin.h>
enum { W = 2 };
#define SD_INSTRUCTIONS "x86-64-v2"
#define SLEEF(name) Sleef_cinz_##name##d2_u10sse4
#else
enum { W = 2 };
#define SD_INSTRUCTIONS "generic"
#endif

typedef double v __attribute__((vector_size(8 * W)));
typedef int64_t vi __attribute__((vector_size(8 * W))); /* of a comparison: all bits or none */
#define LANES static inline __attribute__((always_inline, unused))

/* ---- functions of several instructions ---- */
LANES v all(double x)
{
    return x - (v){0}; /* not +: minus zero stays what it is */
}

/* pick: a where yes, else b.  least and most: a < b ? a : b and a > b ? a : b, so that a nan in either gives b. */
#if defined __AVX512F__
LANES v pick(vi yes, v a, v b)
{
    return (v)((yes & (vi)a) | (~yes & (vi)b)); /* compilers make a blend under a mask of it */
}
LANES v least(v a, v b)
{
    return _mm512_min_pd(a, b);
}
LANES v most(v a, v b)
{
    return _mm512_max_pd(a, b);
}
#elif defined __AVX2__
LANES v pick(vi yes, v a, v b)
{
    return _mm256_blendv_pd(b, a, (v)yes);
}
LANES v least(v a, v b)
{
    return _mm256_min_pd(a, b);
}
LANES v most(v a, v b)
{
    return _mm256_max_pd(a, b);
}
#elif defined __SSE4_1__
LANES v pick(vi yes, v a, v b)
{
    return _mm_blendv_pd(b, a, (v)yes);
}
LANES v least(v a, v b)
{
    return _mm_min_pd(a, b);
}
LANES v most(v a, v b)
{
    return _mm_max_pd(a, b);
}
#else
LANES v pick(vi yes, v a, v b)
{
    return (v)((yes & (vi)a) | (~yes & (vi)b));
}
LANES v least(v a, v b)
{
    return pick(a < b, a, b);
}
LANES v most(v a, v b)
{
    return pick(a > b, a, b);
}
#endif

LANES v truth(vi yes)
{
    return (v)(yes & (vi)all(1.0));
}

LANES vi is_nan(v a)
{
    return a != a; /* NOLINT(misc-redundant-expression) */
}

/* 0 where a is finite. */
LANES vi not_finite(v a)
{
    return (vi)(a - a); /* NOLINT(misc-redundant-expression) */
}

LANES v less_of(v a, v b)
{
    return pick(is_nan(a), a, least(a, b));
}

LANES v more_of(v a, v b)
{
    return pick(is_nan(a), a, most(a, b));
}

/* MIN(x, known) and MAX(x, known). */
LANES v less_of_x_and_known(v a, v b)
{
    return pick(b <= a, b, a);
}

LANES v more_of_x_and_known(v a, v b)
{
    return pick(b >= a, b, a);
}

LANES v magnitude(v a)
{
    return (v)((vi)a & INT64_MAX);
}

/* A stock that must not be negative; what is not finite stays, so that it is found. */
LANES v held_at_zero(v a)
{
    return pick((a < 0.0) & (a >= -1.7976931348623157e308), all(0.0), a);
}

#define EACH_LANE(expression)                                                                      \
    do {                                                                                           \
        v result = {0};                                                                            \
        for (int m = 0; m < W; m++)                                                                \
            result[m] = (expression);                                                              \
        return result;                                                                             \
    } while (0)

LANES v whole(v a)
{
#ifdef __AVX512F__
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
#else
    EACH_LANE(floor(a[m]));
#endif
}

LANES v rounded(v a)
{
    EACH_LANE(round(a[m]));
}

LANES v root(v a)
{
    EACH_LANE(sqrt(a[m]));
}

/* ---- SLEEF ---- */
#ifdef SLEEF
#define SLEEF_1(to, name)                                                                          \
    extern v SLEEF(name)(v);                                                                       \
    LANES v to(v a)                                                                                \
    {                                                                                              \
        return SLEEF(name)(a);                                                                     \
    }
#define SLEEF_2(to, name)                                                                          \
    extern v SLEEF(name)(v, v);                                                                    \
    LANES v to(v a, v b)                                                                           \
    {                                                                                              \
        return SLEEF(name)(a, b);                                                                  \
    }
#else
#define SLEEF_1(to, name)                                                                          \
    extern double Sleef_cinz_##name##d1_u10purec(double);                                          \
    LANES v to(v a)                                                                                \
    {                                                                                              \
        EACH_LANE(Sleef_cinz_##name##d1_u10purec(a[m]));                                           \
    }
#define SLEEF_2(to, name)                                                                          \
    extern double Sleef_cinz_##name##d1_u10purec(double, double);                                  \
    LANES v to(v a, v b)                                                                           \
    {                                                                                              \
        EACH_LANE(Sleef_cinz_##name##d1_u10purec(a[m], b[m]));                                     \
    }
#endif
SLEEF_1(exponential, exp)
SLEEF_1(logarithm, log)
SLEEF_1(logarithm_10, log10)
SLEEF_2(power, pow)
SLEEF_1(sine, sin)
SLEEF_1(cosine, cos)
SLEEF_1(tangent, tan)
SLEEF_1(arc_sine, asin)
SLEEF_1(arc_cosine, acos)
SLEEF_1(arc_tangent, atan)
SLEEF_1(sine_h, sinh)
SLEEF_1(cosine_h, cosh)
SLEEF_1(tangent_h, tanh)

/* ---- graphical functions ----
 * A table has `count` entries: the x where a segment begins, the y there and the slope; behind them stand more, nan among
 * the x.  `rows` has them side by side: x, y, slope and 0 of each entry.  At x the entry counts whose x is the last
 * at or below it, the first below all and for nan.  Where the x are evenly spread `scale` is not 0: (x - the first) * scale,
 * cut to a whole number, is the entry; below 0: with -scale it is the entry or the one after it. */
typedef struct table {
    const double *x, *y, *slopes, *rows;
    int count;
    double scale;
} table;

typedef struct line { /* what an entry says */
    v begin, y, slope;
} line;

/* The place among evenly spread entries, with a fraction. */
LANES v spread(v x, table t)
{
    return least(all(t.count - 1), most((x - t.x[0]) * fabs(t.scale), all(0.0)));
}

#if defined __AVX512F__
LANES v column_at(const double *column, int count, vi entry)
{
    if (count <= 8)
        return _mm512_permutexvar_pd((__m512i)entry, _mm512_loadu_pd(column));
    if (count <= 16)
        return _mm512_permutex2var_pd(_mm512_loadu_pd(column), (__m512i)entry,
                                      _mm512_loadu_pd(column + 8));
    return _mm512_i64gather_pd((__m512i)entry, column, 8);
}

LANES vi further(v x, vi entry, table t, int step)
{
    const __mmask8 beyond =
        _mm512_cmp_pd_mask(x, column_at(t.x + step, t.count, entry), _CMP_GE_OQ);
    return (vi)_mm512_mask_add_epi64((__m512i)entry, beyond, (__m512i)entry,
                                     _mm512_set1_epi64(step));
}

/* A search by halves. */
LANES vi entry_of(v x, table t)
{
    vi entry = {0};
    if (t.scale != 0 && t.count > 8) {
        entry = (vi)_mm512_cvttpd_epi64(spread(x, t));
        const vi late = (x < column_at(t.x, t.count, entry)) & (x >= t.x[0]);
        return t.scale > 0 ? entry : entry + late;
    }
    if (t.count <= 16) { /* within registers */
        if (t.count > 8)
            entry = (x >= t.x[8]) & 8;
        entry = t.count > 8 ? further(x, entry, t, 4) : (x >= t.x[4]) & 4;
        return further(x, further(x, entry, t, 2), t, 1);
    }
    int step = 1;
    while (2 * step < t.count)
        step *= 2;
    for (; step > 0; step /= 2) { /* not further than the first nan */
        const vi probe = (vi)_mm512_min_epi64((__m512i)(entry + step), _mm512_set1_epi64(t.count));
        entry -= (x >= column_at(t.x, t.count, probe)) & -step;
    }
    return entry;
}

LANES line line_of(v x, table t)
{
    const vi entry = entry_of(x, t);
    return (line){column_at(t.x, t.count, entry), column_at(t.y, t.count, entry),
                  column_at(t.slopes, t.count, entry)};
}
#else
typedef unsigned entries[W];

#ifdef __AVX2__
/* Of 8 entries at most, by a search by halves: `high` says which four, `pair` where the halves of a double lie in them. */
LANES v column_at(const double *column, v high, __m256i pair)
{
    return _mm256_blendv_pd((v)_mm256_permutevar8x32_ps((__m256)_mm256_loadu_pd(column), pair),
                            (v)_mm256_permutevar8x32_ps((__m256)_mm256_loadu_pd(column + 4), pair),
                            high);
}

LANES line line_of_8(v x, table t)
{
    const vi k4 = x >= t.x[4];
    const vi k2 = x >= pick(k4, all(t.x[6]), all(t.x[2]));
    const __m256i two = (__m256i)((k2 & 0x400000004) | 0x100000000);
    const vi k1 = x >= column_at(t.x + 1, (v)k4, two);
    const __m256i pair = two | (__m256i)(k1 & 0x200000002);
    return (line){column_at(t.x, (v)k4, pair), column_at(t.y, (v)k4, pair),
                  column_at(t.slopes, (v)k4, pair)};
}

/* The rows of four entries, turned. */
LANES line line_at(const double *rows, const entries at)
{
    const v a = _mm256_loadu_pd(rows + 4 * (size_t)at[0]),
            b = _mm256_loadu_pd(rows + 4 * (size_t)at[1]),
            c = _mm256_loadu_pd(rows + 4 * (size_t)at[2]),
            d = _mm256_loadu_pd(rows + 4 * (size_t)at[3]);
    const v ab = _mm256_unpacklo_pd(a, b), cd = _mm256_unpacklo_pd(c, d);
    const v ab_odd = _mm256_unpackhi_pd(a, b), cd_odd = _mm256_unpackhi_pd(c, d);
    return (line){_mm256_permute2f128_pd(ab, cd, 0x20),
                  _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20),
                  _mm256_permute2f128_pd(ab, cd, 0x31)};
}

LANES bool any(vi yes)
{
    return _mm256_movemask_pd((v)yes) != 0;
}
#else
LANES line line_at(const double *rows, const entries at)
{
    const double *a = rows + 4 * (size_t)at[0], *b = rows + 4 * (size_t)at[1];
    return (line){{a[0], b[0]}, {a[1], b[1]}, {a[2], b[2]}};
}

LANES bool any(vi yes)
{
    return (yes[0] | yes[1]) != 0;
}
#endif

LANES line line_of(v x, table t)
{
    entries at = {0};
#ifdef __AVX2__
    if (t.count <= 8)
        return line_of_8(x, t);
#endif
    if (t.scale != 0) {
        const v place = spread(x, t);
        for (int m = 0; m < W; m++)
            at[m] = (unsigned)(int)place[m];
    } else if (t.count <= 16) {
        vi entry = {0};
#pragma GCC unroll 16
        for (int i = 1; i < t.count; i++)
            entry -= x >= t.x[i];
        for (int m = 0; m < W; m++)
            at[m] = (unsigned)entry[m];
    } else {
        for (int m = 0; m < W; m++)
            for (unsigned left = (unsigned)t.count; left > 1; left -= left / 2)
                at[m] += x[m] >= t.x[at[m] + left / 2] ? left / 2 : 0;
    }
    line found = line_at(t.rows, at);
    if (t.scale < 0 &&
        any(x < found.begin)) { /* x a rounding below that of an entry, or below all */
        const vi late = (x < found.begin) & (x >= t.x[0]);
        for (int m = 0; m < W; m++)
            at[m] += (unsigned)late[m];
        found = line_at(t.rows, at);
    }
    return found;
}
#endif

/* x beyond the ends is looked up at the ends; nan stays. */
LANES v between(v x, double low, double high)
{
    return least(all(high), most(all(low), x));
}

LANES v on_line(v x, table t)
{
    const line l = line_of(x, t);
    return l.y + (x - l.begin) * l.slope;
}

LANES v on_step(v x, table t)
{
    return pick(is_nan(x), x, line_of(x, t).y);
}

/* ---- what is held from grid point to grid point ---- */
LANES v stepped(v height, v at, v time, double dt)
{
    return pick(time + dt / 1000000 >= at, height, all(0.0));
}

LANES v pulsed(v size, v first, v interval, double time, double dt)
{
    const double slack = dt / 1000000;
    v since = time - first;
    since = pick((interval > 0.0) & (since > -slack),
                 since - interval * whole((since + slack) / interval), since);
    return pick((since > -slack) & (since < dt - slack), size / dt, all(0.0));
}

/* A delay shorter than one step still takes one: the present is not known yet. */
LANES v delayed(v time, v initial, const double *past, int64_t n, size_t stride, double dt)
{
    v result = {0};
    for (int m = 0; m < W; m++) {
        const double steps = round(time[m] / dt);
        const int64_t back = !(steps >= 1) ? 1 : steps > (double)n ? n + 1 : (int64_t)steps;
        result[m] = n < back ? initial[m] : past[(size_t)(n - back) * stride + (size_t)m];
    }
    return result;
}

/* `seeds` count where `seeded` says so. */
LANES v drawn(const sd_kernel_call *c, size_t first, v a, v b, bool seeded, v seeds, bool normal,
              uint32_t variable, int64_t n)
{
    v number = {0};
    for (size_t m = 0; m < W; m++)
        number[m] = c->draw(seeded ? c->seed_of(seeds[m]) : c->seed, c->first_member + first + m,
                            variable, (uint32_t)n, normal);
    return a + (normal ? b : b - a) * number;
}

#endif
