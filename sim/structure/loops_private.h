/* loops_private.h - what the scoring of links, routes and loops shares: the list of loops while it grows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_LOOPS_PRIVATE_H
#define SD_LOOPS_PRIVATE_H

#include "sd/structure.h"

typedef struct loop_list {
    sd_arena *arena;
    const sd_graph *graph;
    size_t points;
    /* [partition][point] sums of |scores|: of all loops examined, and of the named ones */
    double *totals, *named_totals;
    SD_LIST(sd_feedback) loops;
    bool either_way; /* a named loop may work against its polarity */
} loop_list;

/* As sd_feedbacks_new; `either_way`: without E116 and W910. */
SD_NODISCARD sd_status loops_make(sd_arena *arena, const sd_graph *graph, const sd_pin *pins,
                                  size_t pin_count, const sd_budget *budget, bool either_way,
                                  const sd_feedbacks **ret_feedbacks, sd_diag *diag);

/* Scores stay finite, however they are multiplied and added up; NAN never comes of finite ones then. */
static inline double score_within(double score)
{
    double least = score > -1e300 ? score : -1e300;
    return least < 1e300 ? least : 1e300;
}
/* Mean of |score| over the total, where the total moves; the series of the quotients unless `relative` is NULL. */
double loop_share(const loop_list *list, const double *totals, const sd_feedback *loop,
                  double *relative);
void loop_add(const loop_list *list, double *totals, size_t partition, const double *score);
/* Polarity and its confidence from the scores. */
void loop_judge(sd_feedback *loop, size_t points);
/* Finds further loops, adds the scores of all to the totals and the strongest of them to the list. */
void loops_search(loop_list *list, const sd_budget *budget, sd_feedbacks *ret_facts);

#endif
