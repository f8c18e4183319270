/* conveyor.c - what lies on conveyors, member by member: it moves at grid points.
 * In: transit times, leak fractions and what has entered since the last grid point.  Out: what leaves at the end and what
 * leaks, as rates that hold until the next grid point.
 * Method: a belt is a ring of slats, one a DT of the way, and time on it stands while it is arrested.  What enters with d DTs
 * to go leaves with the d-th grid point after.  A linear leak follows from the fraction on entry, so it is written at once
 * into rings of its own, one for each leak, and only the rest goes on the slats; an exponential one takes from every slat at
 * every grid point.  XMILE 1.0, 3.7.2 and 4.2.1; formulas in docs/METHODS.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "belt.h"

/* [DT] of the place from .. to (parts of a way of `length` DTs) that lies within its DT number j, 0 .. 1. */
static double share_of(double j, double length, double from, double to)
{
    double begin = fmax(j - 1, from * length), end = fmin(j, to * length);
    return end > begin ? end - begin : 0;
}

static double *slats_of(const belt_state *b, size_t member)
{
    return b->slats + member * b->length;
}

static double *leaks_of(const belt_state *b, size_t member, size_t leak)
{
    return b->leaks + (member * b->belt->leak_count + leak) * b->length;
}

static size_t place(const belt_state *b, size_t member, size_t ahead)
{
    return ((size_t)b->time[member] + ahead) % b->length;
}

static const sd_belt_leak *leak_of(const run_state *s, const belt_state *b, size_t k)
{
    return &s->program->belt_leaks[b->belt->leak + k];
}

static double belt_value(const run_state *s, int32_t row, size_t member)
{
    return state_row(s, row)[member];
}

/* ---- moving ---- */

/* Exponential leaks take from each slat their fraction of what is there, all of the same. */
static void leak_slats(const run_state *s, const belt_state *b, size_t m)
{
    const size_t leaks = b->belt->leak_count;
    const double dt = s->request->spec.dt, way = fmax(b->steps[m], b->occupied[m]);
    double *slats = slats_of(b, m), *pending = b->pending + m * leaks;
    for (size_t i = 0; i < b->length && (double)i < b->occupied[m]; i++) {
        double *slat = &slats[place(b, m, i)], taken = 0;
        for (size_t k = 0; *slat != 0 && k < leaks; k++) {
            const sd_belt_leak *leak = leak_of(s, b, k);
            if (belt_value(s, leak->rows[SD_LEAK_BLOCKED], m) != 0)
                continue;
            double part = belt_value(s, leak->rows[SD_LEAK_FRACTION], m) * dt *
                          share_of(way - (double)i, way, leak->from, leak->to);
            pending[k] += *slat * part;
            taken += *slat * part;
        }
        *slat = fmax(0, *slat - taken);
    }
}

static void leak_as_planned(const belt_state *b, size_t m)
{
    const size_t leaks = b->belt->leak_count;
    for (size_t k = 0; k < leaks; k++) {
        double *planned = &leaks_of(b, m, k)[place(b, m, 0)];
        b->pending[m * leaks + k] += *planned;
        *planned = 0;
    }
}

/* A whole unit that lacks a rounding of being whole is one. */
static void let_leak(const run_state *s, const belt_state *b, size_t m)
{
    const size_t leaks = b->belt->leak_count;
    for (size_t k = 0; k < leaks; k++) {
        const sd_belt_leak *leak = leak_of(s, b, k);
        double *pending = &b->pending[m * leaks + k], out = *pending;
        if (leak->integers)
            out = floor(out + 1e-9);
        if (belt_value(s, leak->rows[SD_LEAK_BLOCKED], m) != 0)
            out = 0;
        *pending -= out;
        b->leaked[m * leaks + k] = out / s->request->spec.dt;
    }
}

/* What leaves at the end of one member's belt at this grid point. */
static double move(const run_state *s, belt_state *b, size_t m, bool arrested, bool blocked)
{
    const size_t leaks = b->belt->leak_count;
    b->moved[m] = !arrested;
    if (arrested) {
        for (size_t k = 0; k < leaks; k++)
            b->leaked[m * leaks + k] = 0;
        return 0;
    }
    if (b->belt->exponential)
        leak_slats(s, b, m);
    else
        leak_as_planned(b, m);
    let_leak(s, b, m);
    double *slats = slats_of(b, m), out = slats[place(b, m, 0)];
    slats[place(b, m, 0)] = 0;
    if (!blocked)
        return out / s->request->spec.dt;
    slats[place(b, m, 1)] += out;
    if (out != 0)
        b->occupied[m] = fmax(b->occupied[m], 2); /* one is gone when the belt has moved */
    return 0;
}

/* ---- entering ---- */

/* The whole way of what enters now; beyond the end of the run nothing is written. */
static double plan_leak(const belt_state *b, const sd_belt_leak *leak, size_t k, size_t m,
                        double amount, double fraction)
{
    const double way = b->steps[m], zone = (leak->to - leak->from) * way;
    const size_t first = (size_t)(leak->from * way) + 1,
                 last = (size_t)fmin(ceil(leak->to * way), way);
    double *planned = leaks_of(b, m, k), sum = 0;
    for (size_t j = first; j <= last && j < b->length; j++) {
        double part = amount * fraction * share_of((double)j, way, leak->from, leak->to) / zone;
        planned[place(b, m, j)] += part;
        sum += part;
    }
    return sum;
}

static void enter(const run_state *s, belt_state *b, size_t m, double amount)
{
    const double steps = b->steps[m], last = (double)(b->length - 1);
    if (amount == 0)
        return;
    double left = amount;
    for (size_t k = 0; !b->belt->exponential && k < b->belt->leak_count; k++)
        left -=
            plan_leak(b, leak_of(s, b, k), k, m, amount, b->fractions[m * b->belt->leak_count + k]);
    /* All of it may leak but for roundings.  What leaves after the end of the run lies on the last slat, which nothing
     * reaches before. */
    slats_of(b, m)[place(b, m, (size_t)fmin(steps, last))] += fmax(0, left);
    b->occupied[m] = fmax(b->occupied[m], steps + 1);
}

static bool is_empty(const belt_state *b, size_t m)
{
    for (size_t k = 0; k < b->belt->leak_count; k++)
        if (b->pending[m * b->belt->leak_count + k] != 0)
            return false;
    return b->occupied[m] <= (b->moved[m] ? 1 : 0);
}

static void take_in(const run_state *s, belt_state *b, size_t m, double *stock, double *entered)
{
    if (is_empty(b, m)) /* then roundings of the past are gone from its content too */
        *stock = *entered;
    enter(s, b, m, *entered);
    b->used[m] += *entered - b->given[m] * s->request->spec.dt;
    *entered = 0;
    if (!b->moved[m])
        return;
    b->time[m]++;
    b->occupied[m] = fmax(0, b->occupied[m] - 1);
}

void conveyor_take(const run_state *s, belt_state *b, double *stocks)
{
    for (size_t m = 0; m < s->members; m++)
        take_in(s, b, m, stocks + b->belt->stock * s->members + m,
                stocks + b->belt->entered * s->members + m);
}

void conveyor_commit(const run_state *s, belt_state *b)
{
    const int32_t *rows = b->belt->rows;
    for (size_t m = 0; m < s->members; m++) {
        double steps = round(belt_value(s, rows[SD_BELT_LEN], m) / s->request->spec.dt);
        bool takes = belt_value(s, rows[SD_BELT_SAMPLE], m) != 0 && b->moved[m];
        if (takes && isfinite(steps)) /* a member that is not finite has failed */
            b->steps[m] = fmax(1, steps);
        b->given[m] = belt_value(s, rows[SD_BELT_GIVEN], m);
        for (size_t k = 0; k < b->belt->leak_count; k++)
            b->fractions[m * b->belt->leak_count + k] =
                belt_value(s, leak_of(s, b, k)->rows[SD_LEAK_FRACTION], m);
    }
}

/* ---- the start ---- */

/* A discrete belt is filled at the start of each time unit: the last of its slats to leave within the unit. */
static bool is_filled(const run_state *s, const belt_state *b, size_t i, size_t way)
{
    const double dt = s->request->spec.dt, slack = dt / 1e6;
    return !b->belt->discrete || i + 1 >= way ||
           floor((double)i * dt + slack) != floor((double)(i + 1) * dt + slack);
}

/* The part that is left on DT j of the way, from the part on the DT before. */
static double left_after(const run_state *s, const belt_state *b, size_t m, size_t j, double left)
{
    const double way = b->steps[m], dt = s->request->spec.dt;
    double lost = 0;
    for (size_t k = 0; k < b->belt->leak_count && j > 1; k++) {
        const sd_belt_leak *leak = leak_of(s, b, k);
        double f = belt_value(s, leak->rows[SD_LEAK_START], m);
        double share = share_of((double)(j - 1), way, leak->from, leak->to);
        lost += b->belt->exponential ? left * f * dt * share
                                     : f * share / ((leak->to - leak->from) * way);
    }
    return fmax(0, left - lost);
}

/* Linear leaks of what lies there: slat i has DT `way` - i + n of its way behind it at grid point n. */
static void plan_start(const run_state *s, belt_state *b, size_t m, double each)
{
    const size_t way = (size_t)b->steps[m];
    for (size_t k = 0; k < b->belt->leak_count; k++) {
        const sd_belt_leak *leak = leak_of(s, b, k);
        const double steps = b->steps[m], from = leak->from, to = leak->to;
        const double part =
            each * belt_value(s, leak->rows[SD_LEAK_START], m) / ((to - from) * steps);
        double *planned = leaks_of(b, m, k), sum = 0;
        for (size_t j = way; j >= 1 && !b->belt->discrete; j--) {
            sum += part * share_of((double)j, steps, from, to); /* all that are as far or further */
            if (j <= b->length)
                planned[j - 1] = sum;
        }
        for (size_t i = 0; i < way && b->belt->discrete; i++)
            for (size_t n = is_filled(s, b, i, way) ? 0 : way; n <= i && n < b->length; n++)
                planned[n] += part * share_of((double)(way - i + n), steps, from, to);
    }
}

/* The content lies as it would if the same had always entered. */
static void fill(const run_state *s, belt_state *b, size_t m)
{
    const double start = belt_value(s, b->belt->rows[SD_BELT_START], m);
    const size_t way = (size_t)b->steps[m], last = b->length - 1;
    double left = 1, parts = 0, lost = 0, *slats = slats_of(b, m);
    b->occupied[m] = start == 0 ? 0 : b->steps[m];
    if (start == 0)
        return;
    for (size_t j = 1; j <= way; j++) {
        left = left_after(s, b, m, j, left);
        parts += is_filled(s, b, way - j, way) ? left : 0;
    }
    const double each = start / parts;
    for (size_t k = 0; !b->belt->exponential && k < b->belt->leak_count; k++)
        lost += belt_value(s, leak_of(s, b, k)->rows[SD_LEAK_START], m);
    left = 1;
    for (size_t j = 1; j <= way; j++) {
        const size_t i = way - j;
        left = left_after(s, b, m, j, left);
        if (is_filled(s, b, i, way))
            slats[i < last ? i : last] += each * (b->belt->exponential ? left : fmax(0, 1 - lost));
    }
    if (!b->belt->exponential)
        plan_start(s, b, m, each);
}

void conveyor_start(const run_state *s, belt_state *b)
{
    const size_t leaks = b->belt->leak_count;
    memset(b->slats, 0, s->members * b->length * sizeof *b->slats);
    if (leaks && !b->belt->exponential) /* the others plan nothing */
        memset(b->leaks, 0, s->members * leaks * b->length * sizeof *b->leaks);
    memset(b->pending, 0, s->members * leaks * sizeof *b->pending);
    for (size_t m = 0; m < s->members; m++) {
        double steps =
            round(belt_value(s, b->belt->rows[SD_BELT_START_LEN], m) / s->request->spec.dt);
        b->steps[m] = isfinite(steps) && steps >= 1 && steps <= SD_STEPS_MAX ? steps : 1;
        b->time[m] = 0;
        b->used[m] = 0;
        b->moved[m] = true;
        if (isfinite(belt_value(s, b->belt->rows[SD_BELT_START], m)))
            fill(s, b, m);
    }
}

/* ---- instructions ---- */

/* The budget of a discrete conveyor begins anew with each time unit. */
static double entry(const run_state *s, belt_state *b, double limit, size_t m)
{
    const double dt = s->request->spec.dt, now = belt_value(s, s->program->time_row, m) + dt / 1e6;
    if (floor(now) != floor(now - dt))
        b->used[m] = 0;
    return fmax(0, (limit * fmax(1, dt) - b->used[m]) / dt);
}

void eval_conveyor(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
                   size_t to)
{
    const double *a = state_row(s, i->a);
    if (i->op == SD_OP_LEAK) {
        const sd_belt *belt = &s->program->belts[s->program->belt_leaks[i->extra].belt];
        const belt_state *b = &s->belts[belt - s->program->belts];
        for (size_t m = from; m < to; m++)
            out[m] = b->leaked[m * belt->leak_count + (size_t)i->extra - belt->leak];
        return;
    }
    belt_state *b = &s->belts[i->extra];
    for (size_t m = from; m < to; m++)
        out[m] = i->op == SD_OP_ENTRY ? entry(s, b, a[m], m)
                                      : move(s, b, m, a[m] != 0, state_row(s, i->b)[m] != 0);
}
