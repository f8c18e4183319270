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
 * A table has `count` entries: the x where a segment begins, the y there and the slope; behind them stand PADDING more, nan
 * among the x.  At x the entry counts whose x is the last at or below it, the first below all and for nan.  Where the x are
 * evenly spread, `scale` is not 0: (x - the first) * scale, cut to a whole number, is the entry, or when it is below 0 the
 * entry or the one before it, with -scale. */
enum { PADDING = 24 };

/* The place among evenly spread entries, with a fraction. */
LANES v spread(v x, const double *xs, int count, double scale)
{
    return least(all(count - 1), most((x - xs[0]) * fabs(scale), all(0.0)));
}

#if defined __AVX512F__
typedef vi place;

LANES v entry_at(const double *table, int count, place entry)
{
    if (count <= 8)
        return _mm512_permutexvar_pd((__m512i)entry, _mm512_loadu_pd(table));
    if (count <= 16)
        return _mm512_permutex2var_pd(_mm512_loadu_pd(table), (__m512i)entry,
                                      _mm512_loadu_pd(table + 8));
    return _mm512_i64gather_pd((__m512i)entry, table, 8);
}

LANES place further(v x, place entry, const double *xs, int count, int step)
{
    const __mmask8 beyond =
        _mm512_cmp_pd_mask(x, entry_at(xs + step, count, entry), _CMP_GE_OQ);
    return (place)_mm512_mask_add_epi64((__m512i)entry, beyond, (__m512i)entry,
                                        _mm512_set1_epi64(step));
}

LANES place place_of(v x, const double *xs, int count, double scale)
{
    place entry = {0};
    if (scale != 0 && count > 8) {
        entry = (place)_mm512_cvttpd_epi64(spread(x, xs, count, scale));
        return scale > 0 ? entry : further(x, entry, xs, count, 1);
    }
    if (count <= 16) { /* a search by halves within registers */
        if (count > 8)
            entry = (x >= xs[8]) & 8;
        entry = count > 8 ? further(x, entry, xs, count, 4) : (x >= xs[4]) & 4;
        return further(x, further(x, entry, xs, count, 2), xs, count, 1);
    }
    int step = 1;
    while (2 * step < count)
        step *= 2;
    for (; step > 0; step /= 2) { /* not further than the first nan */
        const place probe = (place)_mm512_min_epi64((__m512i)(entry + step),
                                                    _mm512_set1_epi64(count));
        entry -= (x >= entry_at(xs, count, probe)) & -step;
    }
    return entry;
}

LANES v begin_of(const double *xs, int count, place entry)
{
    return entry_at(xs, count, entry);
}
#else
typedef struct place {
#ifdef __AVX2__
    v high;       /* the entry is in the second half of 8 */
    __m256i pair; /* where the halves of a double lie in a half */
#endif
    unsigned at[W]; /* of more than 8 entries, or without such registers */
    v begin;        /* the x of the entry */
} place;

LANES v entry_at(const double *table, int count, place p)
{
#ifdef __AVX2__
    if (count <= 8)
        return _mm256_blendv_pd(
            (v)_mm256_permutevar8x32_ps((__m256)_mm256_loadu_pd(table), p.pair),
            (v)_mm256_permutevar8x32_ps((__m256)_mm256_loadu_pd(table + 4), p.pair), p.high);
    return (v){table[p.at[0]], table[p.at[1]], table[p.at[2]], table[p.at[3]]};
#else
    (void)count;
    return (v){table[p.at[0]], table[p.at[1]]};
#endif
}

LANES v begin_of(const double *xs, int count, place p)
{
    (void)xs, (void)count;
    return p.begin;
}

LANES bool any(vi yes)
{
#if defined __AVX2__
    return _mm256_movemask_pd((v)yes) != 0;
#elif defined __SSE4_1__
    return _mm_movemask_pd((v)yes) != 0;
#else
    return (yes[0] | yes[1]) != 0;
#endif
}

#ifdef __AVX2__
/* A search by halves among 8 entries. */
LANES place place_of_8(v x, const double *xs)
{
    const vi k4 = x >= xs[4];
    const vi k2 = x >= pick(k4, all(xs[6]), all(xs[2]));
    place p = {.high = (v)k4, .pair = (__m256i)((k2 & 0x400000004) | 0x100000000)};
    const vi k1 = x >= entry_at(xs + 1, 8, p);
    p.pair |= (__m256i)(k1 & 0x200000002);
    p.begin = entry_at(xs, 8, p);
    return p;
}
#endif

/* Evenly spread: all but at the next entry one may be in it. */
LANES place place_by_scale(v x, const double *xs, int count, double scale)
{
    const v at = spread(x, xs, count, scale);
    place p = {0};
    for (int m = 0; m < W; m++)
        p.at[m] = (unsigned)(int)at[m];
    p.begin = entry_at(xs, count, p);
    if (scale < 0 && any((x - p.begin) * -scale >= 0.999999)) {
        const vi beyond = x >= entry_at(xs + 1, count, p);
        for (int m = 0; m < W; m++)
            p.at[m] -= (unsigned)beyond[m];
        p.begin = entry_at(xs, count, p);
    }
    return p;
}

LANES place place_of(v x, const double *xs, int count, double scale)
{
#ifdef __AVX2__
    if (count <= 8)
        return place_of_8(x, xs);
#endif
    if (scale != 0)
        return place_by_scale(x, xs, count, scale);
    place p = {0};
    if (count <= 16) {
        vi entry = {0};
#pragma GCC unroll 16
        for (int i = 1; i < count; i++)
            entry -= x >= xs[i];
        for (int m = 0; m < W; m++)
            p.at[m] = (unsigned)entry[m];
    } else {
        for (int m = 0; m < W; m++)
            for (unsigned left = (unsigned)count; left > 1; left -= left / 2)
                p.at[m] += x[m] >= xs[p.at[m] + left / 2] ? left / 2 : 0;
    }
    p.begin = entry_at(xs, count, p);
    return p;
}
#endif

/* x beyond the ends is looked up at the ends; nan stays. */
LANES v between(v x, double low, double high)
{
    return least(all(high), most(all(low), x));
}

LANES v on_line(v x, const double *xs, const double *ys, const double *slopes, int count,
                double scale)
{
    const place p = place_of(x, xs, count, scale);
    return entry_at(ys, count, p) + (x - begin_of(xs, count, p)) * entry_at(slopes, count, p);
}

LANES v on_step(v x, const double *xs, const double *ys, int count, double scale)
{
    return pick(is_nan(x), x, entry_at(ys, count, place_of(x, xs, count, scale)));
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
