/* conveyor.h - conveyors and queues: stocks that say themselves what flows out of them (XMILE 1.0, 3.7.2, 3.7.3, 4.2.1).
 *
 * A conveyor carries what flows in for its transit time and then lets it out; on the way some may leak.  A queue keeps what
 * each inflow brings in one DT as a batch and hands batches out, the first in first.  Both are stocks like others for all
 * who only look at their content.  Part of sd_model: const, in the model's arena.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CONVEYOR_H
#define SD_CONVEYOR_H

#include "sd/model.h"

typedef struct sd_leak {
    const sd_variable *flow;
    /* [size of the conveyor] linear: [1] the fraction of what enters that leaks on the way; exponential: [1/time] the fraction
     * of what is there that leaks. */
    const sd_expr *const *fractions;
    bool integers; /* only whole units leak: the rest is kept back until it makes one */
    double from,
        to; /* [1] 0 <= from < to <= 1: the part of the way, from the entry on, where it leaks */
} sd_leak;

struct sd_conveyor {
    const sd_variable *exit; /* the flow at its end */
    size_t leak_count;       /* in the order of the outflows */
    const sd_leak *leaks;
    /* [size of the stock] each; NULL where the file does not say */
    const sd_expr **len; /* [model time] > 0, rounded to whole DTs, at least one */
    const sd_expr *
        *capacity; /* [units of the stock] >= 0: what it holds at most; NULL: any amount */
    const sd_expr *
        *in_limit; /* [units of the stock / time] >= 0: what may enter; NULL: any amount */
    const sd_expr *
        *sample; /* [1] the transit time is taken anew when this is not 0; NULL: at each DT */
    const sd_expr **arrest; /* [1] nothing moves while this is not 0; NULL: it always moves */
    /* Lumps in place of a stream: the initial content lies at the start of each time unit, and all that in_limit allows for a
     * time unit may enter in one DT. */
    bool discrete;
    bool batch_integrity;  /* batches of a queue are not split */
    bool one_at_a_time;    /* no more than one batch of a queue in a DT */
    bool exponential_leak; /* of all leaks */
};

/* Whether something may have to wait outside: only then does what flows in depend on the conveyor. */
bool sd_conveyor_limits(const sd_variable *conveyor);
/* Who gets in first where room is scarce: what other conveyors let out cannot wait, so it comes before all else; the others
 * in the order of the inflows.  Both are inflows of the conveyor. */
bool sd_conveyor_serves_before(const sd_variable *conveyor, const sd_variable *first,
                               const sd_variable *second);
/* What goes into a conveyor that a queue listed later goes into as well is held from grid point to grid point, so that the
 * queue, whose batches leave at grid points, knows what is left. */
bool sd_conveyor_holds(const sd_variable *conveyor, const sd_variable *inflow);

#endif
