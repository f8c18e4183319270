/* loops_private.h - what feedback.c and loop_search.c share: the list of scored loops while it grows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_LOOPS_PRIVATE_H
#define SD_LOOPS_PRIVATE_H

#include "sd/analysis.h"

typedef struct loop_list {
    sd_arena *arena;
    const sd_graph *graph;
    size_t points;
    double *totals; /* [partition][point] sum of |scores| of all loops examined */
    SD_LIST(sd_feedback) loops;
} loop_list;

/* The share of a loop, and its series of relative scores unless `relative` is NULL. */
void loop_relate(const loop_list *list, sd_feedback *loop, double *relative);
/* Finds further loops, adds the scores of all to the totals and the strongest of them to the list. */
void loops_search(loop_list *list, const sd_budget *budget, sd_feedbacks *ret_facts);

#endif
