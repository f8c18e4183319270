/* queue.c - what waits in queues, member by member: batches, the first in first.
 * In: what each inflow has brought since the last grid point, and how much each outlet may take.  Out: what it takes, as a
 * rate that holds until the next grid point.  XMILE 1.0, 3.7.3 and 4.3; docs/METHODS.md.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "belt.h"

static double *batch_of(const belt_state *b, size_t member, size_t behind)
{
    return &b->slats[member * b->length + (b->front[member] + behind) % b->length];
}

/* A batch that is too large by a rounding fits. */
static const double slack = 1e-12; /* [1] of what may be taken */

/* All that `limit` [units] lets pass, and what the outlet's rules say. */
static double hand_out(belt_state *b, const sd_outlet *o, size_t m, double limit)
{
    double taken = 0;
    while (b->count[m] > 0) {
        double *batch = batch_of(b, m, 0), room = limit - taken;
        bool fits = !o->limited || *batch <= room + slack * limit;
        if (!fits) {
            b->held_up[m] = true;
            if (!o->batch_integrity && room > 0) {
                *batch -= room;
                taken += room;
            }
            return taken;
        }
        taken += *batch;
        b->front[m] = (b->front[m] + 1) % b->length;
        b->count[m]--;
        if (o->one_at_a_time)
            return taken;
    }
    return taken;
}

void eval_outlet(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
                 size_t to)
{
    const sd_outlet *o = &s->program->outlets[i->extra];
    belt_state *b = &s->belts[o->belt];
    const double *rate = state_row(s, i->a), dt = s->request->spec.dt;
    for (size_t m = from; m < to; m++) {
        if (o->first)
            b->held_up[m] = false;
        bool idle = o->overflow && !b->held_up[m];
        out[m] = idle ? 0 : hand_out(b, o, m, rate[m] * dt) / dt;
    }
}

void queue_take(const run_state *s, belt_state *b, double *stocks)
{
    const size_t inflows = b->belt->entered_count;
    for (size_t m = 0; m < s->members; m++) {
        bool empty = b->count[m] == 0;
        double sum = 0;
        for (size_t k = 0; k < inflows; k++) {
            double *entered = stocks + (b->belt->entered + k) * s->members + m;
            sum += *entered;
            if (*entered != 0 && b->count[m] < b->length)
                *batch_of(b, m, b->count[m]++) = *entered;
            *entered = 0;
        }
        if (empty) /* then roundings of the past are gone from its content too */
            stocks[b->belt->stock * s->members + m] = sum;
    }
}

void queue_start(const run_state *s, belt_state *b)
{
    for (size_t m = 0; m < s->members; m++) {
        double start = state_row(s, b->belt->rows[SD_BELT_START])[m];
        b->front[m] = b->count[m] = 0;
        b->held_up[m] = false;
        if (start != 0)
            *batch_of(b, m, b->count[m]++) = start;
    }
}
