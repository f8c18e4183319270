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
enum { W = 4 };
#define SD_INSTRUCTIONS "x86-64-v3"
#define SLEEF(name) Sleef_cinz_##name##d4_u10avx
#elif defined __SSE4_1__
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

LANES v pick(vi yes, v a, v b)
{
    return (v)((yes & (vi)a) | (~yes & (vi)b));
}

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
    return pick((a < b) | is_nan(a), a, b);
}

LANES v more_of(v a, v b)
{
    return pick((a > b) | is_nan(a), a, b);
}

/* Where a cannot be nan, which is what a constant is, one comparison is enough. */
LANES v less_of_known(v a, v b)
{
    return pick(a < b, a, b);
}

LANES v more_of_known(v a, v b)
{
    return pick(a > b, a, b);
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
 * A table has `count` entries: the x where a segment begins, the y there and the slope.  At x the entry counts whose x is the
 * last at or below it, the first below all. */
enum { SMALL = 16 }; /* entries that are compared one by one */

/* The entry of each lane; nan gives 0. */
LANES vi entry_of(v x, const double *xs, int count)
{
    vi entry = {0};
    if (count <= SMALL) {
#pragma GCC unroll 16
        for (int i = 1; i < count; i++)
            entry -= x >= xs[i];
        return entry;
    }
    for (int m = 0; m < W; m++) {
        int64_t low = 0;
        for (int64_t left = count; left > 1; left -= left / 2)
            low += x[m] >= xs[low + left / 2] ? left / 2 : 0;
        entry[m] = low;
    }
    return entry;
}

LANES v entry_at(const double *table, int count, vi entry)
{
#ifdef __AVX512F__
    if (count <= 8)
        return _mm512_permutexvar_pd((__m512i)entry, _mm512_loadu_pd(table));
    if (count <= 16)
        return _mm512_permutex2var_pd(_mm512_loadu_pd(table), (__m512i)entry,
                                      _mm512_loadu_pd(table + 8));
#endif
    (void)count;
    EACH_LANE(table[entry[m]]);
}

/* x beyond the ends is looked up at the ends; nan stays. */
LANES v between(v x, double low, double high)
{
    x = pick(x < low, all(low), x);
    return pick(x > high, all(high), x);
}

LANES v on_line(v x, const double *xs, const double *ys, const double *slopes, int count)
{
    const vi entry = entry_of(x, xs, count);
    return entry_at(ys, count, entry) +
           (x - entry_at(xs, count, entry)) * entry_at(slopes, count, entry);
}

LANES v on_step(v x, const double *xs, const double *ys, int count)
{
    return pick(is_nan(x), x, entry_at(ys, count, entry_of(x, xs, count)));
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
