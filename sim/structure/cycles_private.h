/* cycles_private.h - what the searches for cycles share: links by node, the places to start from, a watch on the budget
 * and the cycles found.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CYCLES_PRIVATE_H
#define SD_CYCLES_PRIVATE_H

#include "sd/structure.h"

/* The links at each node: links[first[n]] .. links[first[n + 1] - 1], in ascending order. */
typedef struct sd_fan {
    const size_t *first; /* [node_count + 1] */
    const size_t *links;
} sd_fan;
/* `ends` is the graph's `from` (links that leave a node) or `to` (links that enter it).  Links that lead from a node to
 * itself are left out, and those that `skip` [link_count] marks, which may be NULL. */
sd_fan sd_fan_new(sd_arena *arena, const sd_digraph *graph, const size_t *ends, const bool *skip);

/* The start nodes of Johnson's search: each node that is the lowest of some cycle, with the strongly connected component
 * in which all those cycles lie, nodes below it taken away. */
typedef struct sd_part {
    size_t begin, end;
} sd_part;
typedef struct sd_starts {
    sd_arena *arena;
    const sd_digraph *graph;
    sd_fan out;
    size_t *label; /* [node_count] the component that a node is in now */
    size_t labels; /* given so far */
    size_t *nodes; /* [node_count] each component's nodes stand together */
    size_t *order, *low, *next, *stack, *waiting, *done; /* [node_count] Tarjan's */
    SD_LIST(sd_part) parts;                              /* components still to search */
    sd_part now;                                         /* the one whose start was given last */
    size_t start;
} sd_starts;
sd_starts sd_starts_new(sd_arena *arena, const sd_digraph *graph, const bool *skip);
/* False when there is none left.  Then `start` and the nodes of `now` are valid, and label[n] == label[start] for those
 * nodes alone. */
bool sd_starts_next(sd_starts *starts);

/* Cycles as they are found. */
typedef struct sd_found {
    double cost;  /* -ln strength; 0 where strength does not matter */
    size_t first; /* in `links` */
    size_t length;
} sd_found;
typedef struct sd_catch {
    sd_arena *arena; /* for scratch */
    SD_LIST(sd_found) list;
    SD_LIST(uint32_t) links;
    SD_LIST(double) costs; /* of sd_catch_keep */
} sd_catch;
/* Looks at the clock only now and then. */
typedef struct sd_watch {
    const sd_budget *budget;
    double begun;           /* [s] */
    const sd_catch *caught; /* what is still to be put in order after the search; may be NULL */
    unsigned left;          /* steps until the next look */
    bool spent;
} sd_watch;
enum { SD_WATCH_STEPS = 2048 }; /* of some nanoseconds each: far below a thousandth of a second */
sd_watch sd_watch_new(const sd_budget *budget, const sd_catch *caught);
bool sd_watch_look(sd_watch *watch);
static inline bool sd_watch_step(sd_watch *watch)
{
    return --watch->left == 0 ? sd_watch_look(watch) : watch->spent;
}

void sd_catch_add(sd_catch *caught, const size_t *path, size_t count, size_t last, double cost);
/* Keeps the `most` of least cost.  Returns the least cost that went, INFINITY when none did. */
double sd_catch_keep(sd_catch *caught, size_t most);
/* In the order that the contract names; `complete` and `least` are the caller's to set. */
sd_cycles sd_catch_sorted(sd_arena *arena, sd_catch *caught, const sd_watch *watch);

#endif
