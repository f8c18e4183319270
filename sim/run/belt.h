/* belt.h - what lies on a conveyor or waits in a queue; private to the run stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_BELT_H
#define SD_BELT_H

#include "run_private.h"

typedef struct belt_state {
    const sd_belt *belt;
    size_t length; /* slats, or batches, of a member */
    size_t room;   /* [double] for which there is memory in slats and, for each leak, in leaks */
    /* Of a conveyor, [members][length], from place time % length on: what leaves at the end with each grid point.  Of a queue:
     * batches, from `front` on. */
    double *slats;
    double *leaks; /* [members][leak_count][length] linear: what leaks with each grid point */
    /* [members][leak_count] */
    double *pending;   /* what should have leaked and was kept back */
    double *leaked;    /* [units / time] since the last grid point */
    double *fractions; /* of what enters now */
    /* [members] */
    double *steps;         /* [DT] transit time of what enters now, whole, at least 1 */
    double *occupied;      /* [DT] from the end to the last slat with something on it */
    double *used;          /* of the limit of this time unit */
    double *given;         /* [units / time] what other conveyors bring */
    int64_t *time;         /* [DT] that the belt has moved */
    bool *moved;           /* since the last grid point: not arrested */
    size_t *front, *count; /* of a queue */
    bool *held_up;         /* an outlet of the queue had to leave something */
} belt_state;

/* conveyor.c */
void conveyor_start(const run_state *s,
                    belt_state *b); /* room is there, and transit times were checked */
void conveyor_commit(const run_state *s, belt_state *b);
void conveyor_take(const run_state *s, belt_state *b, double *stocks);
void eval_conveyor(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
                   size_t to);
/* queue.c */
void queue_start(const run_state *s, belt_state *b);
void queue_take(const run_state *s, belt_state *b, double *stocks);
void eval_outlet(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
                 size_t to);

#endif
