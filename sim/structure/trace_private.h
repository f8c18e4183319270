/* trace_private.h - what trace.c and trace_stock.c share: a period of a history, gains of links, and stocks whose own
 * feedback is taken into account.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_TRACE_PRIVATE_H
#define SD_TRACE_PRIVATE_H

#include "sd/structure.h"

/* How a stock acts on itself through auxiliaries alone. */
typedef struct own_feedback {
    size_t stock; /* node */
    const double *
        *gains; /* [node_count] NULL, or [steps + 1] change of the node by that of the stock */
} own_feedback;

/* A period, in steps that end at points 1 .. steps; point 0 is its beginning.  Series of a step have [steps + 1] values,
 * of which number 0 does not count. */
typedef struct trace_period {
    sd_arena *arena, *scratch;
    const sd_history *history;
    const sd_equations *e;
    sd_replay *replay;
    size_t first, steps;  /* points of the history */
    const double **gains; /* [node_count] NULL until asked for; [input_count][steps + 1] */
    own_feedback **own;   /* [node_count] likewise */
} trace_period;

trace_period trace_period_new(sd_arena *arena, sd_arena *scratch, const sd_history *history,
                              size_t first, size_t last);
static inline const double *trace_values(const trace_period *t, size_t node)
{
    return t->history->values + node * t->history->point_count + t->first;
}
bool trace_is_stock(const sd_node *node); /* a hidden one too */
/* [input_count][steps + 1] change of the node over that of its input alone [units of the node / of the input]; where an
 * input stands still, the partial derivative.  For nodes with an equation. */
const double *trace_gains(trace_period *t, size_t node);
const own_feedback *trace_own_feedback(trace_period *t, size_t stock);
/* Change of a node in step k without what the stock did to itself; `own` may be NULL. */
double trace_effective(const trace_period *t, const own_feedback *own, size_t node, size_t k);

/* A stock's changes, weighed by `weights` [steps + 1] and summed, are `under_way` + the sum over its flows of what they
 * change in each step, without the stock's own part in it, weighed by `ret_weights` [steps + 1]. */
typedef struct stock_parts {
    double *weights;  /* of each change of the net flow [units of the sum * time / of the stock] */
    double under_way; /* what the net flow at the beginning does, and the stock makes of it */
} stock_parts;
stock_parts trace_stock(trace_period *t, const own_feedback *own, const double *weights);

#endif
