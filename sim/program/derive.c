/* derive.c - exact derivatives of what an instruction list works out.
 * In: a list, its values, and how what it reads changes in some directions.  Out: how what it writes changes in them.
 * Method: forward accumulation (Griewank and Walther 2008, Evaluating Derivatives, chapter 3): each instruction's
 * partial derivatives are worked out once, then multiplied into all directions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sd/program.h"

typedef struct partials {
    double by[3]; /* [units of the result / of the argument] with respect to a, b, c */
    bool choice;  /* a 0 means that the argument is not looked at */
} partials;

static partials partials_of(const sd_instruction *i, const sd_gf *const *gfs, double time,
                            double dt, const double *values)
{
    const double out = values[i->out], a = values[i->a];
    const double b = i->b == SD_NO_ROW ? 0.0 : values[i->b];
    const double c = i->c == SD_NO_ROW ? 0.0 : values[i->c];
    const sd_gf *gf = i->op == SD_OP_GF ? gfs[i->extra] : NULL;
    switch (
        i->op) { /* without a default, so that the compiler names an operation that has no row */
#define SD_PARTIAL(op, da, db, dc)                                                                 \
    case SD_OP_##op:                                                                               \
        return (partials){.by = {da, db, dc}};
#define SD_CHOICE(op, da, db, dc)                                                                  \
    case SD_OP_##op:                                                                               \
        return (partials){.by = {da, db, dc}, .choice = true};
#include "sd/partial.def"
#undef SD_PARTIAL
#undef SD_CHOICE
    case SD_OPS:
        break;
    }
    return (partials){.by = {(double)NAN, (double)NAN, (double)NAN}};
}

/* What does not change adds nothing, even where its effect would be without bound: 0 * inf is 0 here. */
static void add(double partial, const double *restrict from, size_t lanes, double *restrict to)
{
    if (isfinite(partial))
        for (size_t k = 0; k < lanes; k++)
            to[k] += partial * from[k];
    else
        for (size_t k = 0; k < lanes; k++)
            to[k] += from[k] == 0.0 ? 0.0 : partial * from[k];
}

void sd_derive(const sd_instructions *list, const sd_gf *const *gfs, double time, double dt,
               const double *values, size_t lanes, double *tangents)
{
    for (const sd_instruction *i = list->list, *end = i + list->count; i < end; i++) {
        const int32_t arguments[] = {i->a, i->b, i->c};
        const partials p = partials_of(i, gfs, time, dt, values);
        double *out = tangents + (size_t)i->out * lanes;
        memset(out, 0, lanes * sizeof *out);
        for (int k = 0; k < 3; k++)
            if (arguments[k] != SD_NO_ROW && !(p.choice && p.by[k] == 0.0))
                add(p.by[k], tangents + (size_t)arguments[k] * lanes, lanes, out);
    }
}

/* ---- points side by side, so that each instruction is looked up once for all of them ---- */

typedef double block[SD_POINTS];

/* Partial derivatives of one instruction at all points; returns whether it chooses. */
static bool partials_at_points(const sd_instruction *i, const sd_gf *const *gfs,
                               const double *times, double dt, const double *values,
                               block by[restrict 3])
{
    const double *ro = values + (size_t)i->out * SD_POINTS, *ra = values + (size_t)i->a * SD_POINTS;
    const double *rb = i->b == SD_NO_ROW ? ra : values + (size_t)i->b * SD_POINTS;
    const double *rc = i->c == SD_NO_ROW ? ra : values + (size_t)i->c * SD_POINTS;
    const sd_gf *gf = i->op == SD_OP_GF ? gfs[i->extra] : NULL;
    switch (i->op) {
#define SD_PARTIAL(op, da, db, dc)                                                                 \
    case SD_OP_##op:                                                                               \
        for (size_t k = 0; k < SD_POINTS; k++) {                                                   \
            const double out = ro[k], a = ra[k], b = rb[k], c = rc[k], time = times[k];            \
            (void)out, (void)a, (void)b, (void)c, (void)time;                                      \
            by[0][k] = da;                                                                         \
            by[1][k] = db;                                                                         \
            by[2][k] = dc;                                                                         \
        }                                                                                          \
        return false;
#define SD_CHOICE(op, da, db, dc)                                                                  \
    case SD_OP_##op:                                                                               \
        for (size_t k = 0; k < SD_POINTS; k++) {                                                   \
            const double out = ro[k], a = ra[k], b = rb[k], c = rc[k], time = times[k];            \
            (void)out, (void)a, (void)b, (void)c, (void)time;                                      \
            by[0][k] = da;                                                                         \
            by[1][k] = db;                                                                         \
            by[2][k] = dc;                                                                         \
        }                                                                                          \
        return true;
#include "sd/partial.def"
#undef SD_PARTIAL
#undef SD_CHOICE
    case SD_OPS:
        break;
    }
    return false;
}

static void add_points(const double *restrict partial, bool chooses, const double *restrict from,
                       double *restrict to)
{
    for (size_t k = 0; k < SD_POINTS; k++) {
        const bool counts = from[k] != 0.0 && !(chooses && partial[k] == 0.0);
        to[k] += counts ? partial[k] * from[k] : 0.0;
    }
}

void sd_derive_points(const sd_instructions *list, const sd_gf *const *gfs, const double *times,
                      double dt, const double *values, int32_t first_moving, size_t lanes,
                      double *tangents)
{
    const size_t row = lanes * SD_POINTS;
    block by[3];
    for (const sd_instruction *i = list->list, *end = i + list->count; i < end; i++) {
        const int32_t arguments[] = {i->a, i->b, i->c};
        const bool chooses = partials_at_points(i, gfs, times, dt, values, by);
        double *out = tangents + (size_t)i->out * row;
        memset(out, 0, row * sizeof *out);
        for (int k = 0; k < 3; k++)
            for (size_t lane = 0; arguments[k] >= first_moving && lane < lanes; lane++)
                add_points(by[k], chooses, tangents + (size_t)arguments[k] * row + lane * SD_POINTS,
                           out + lane * SD_POINTS);
    }
}
