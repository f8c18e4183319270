/* cycles.c - every elementary cycle of a directed graph, as far as a budget goes.
 * In: a graph and a budget.  Out: the cycles, or their number.
 * D. B. Johnson, Finding all the elementary circuits of a directed graph, SIAM J. Comput. 4 (1975), with a stack of our own
 * in place of recursion.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cycles_private.h"

#include <assert.h>

typedef struct search {
    const sd_digraph *graph;
    sd_watch watch;
    sd_starts starts;
    sd_fan in;
    bool *blocked;        /* [node_count] no way from here to the start that avoids the path */
    size_t *waiting;      /* with `in`: links whose `from` is unblocked when their `to` is */
    size_t *waiting_ends; /* [node_count] behind the last of them */
    bool *waits;          /* [link_count] is among them */
    size_t *freeing;      /* [node_count] scratch of unblock */
    struct frame {
        size_t next; /* in starts.out */
        size_t node;
        bool closed; /* a cycle was found from here */
    } * frames;      /* [node_count] */
    size_t depth;
    size_t *path; /* [node_count] the links between the frames */
    uint64_t count;
    sd_catch *caught; /* NULL: only count */
    bool full;
} search;

static void unblock(search *s, size_t node)
{
    size_t count = 0;

    s->blocked[node] = false;
    s->freeing[count++] = node;
    while (count > 0) {
        const size_t freed = s->freeing[--count];

        for (size_t i = s->in.first[freed]; i < s->waiting_ends[freed]; i++) {
            const size_t from = s->graph->from[s->waiting[i]];

            s->waits[s->waiting[i]] = false;
            if (s->blocked[from]) {
                s->blocked[from] = false;
                s->freeing[count++] = from;
            }
        }
        s->waiting_ends[freed] = s->in.first[freed];
    }
}

/* Nothing came of this node; it opens again when one that it leads to does. */
static void wait_for_others(search *s, size_t node)
{
    const size_t label = s->starts.label[s->starts.start];

    for (size_t i = s->starts.out.first[node]; i < s->starts.out.first[node + 1]; i++) {
        const size_t link = s->starts.out.links[i], to = s->graph->to[link];

        if (s->starts.label[to] == label && !s->waits[link]) {
            s->waits[link] = true;
            s->waiting[s->waiting_ends[to]++] = link;
        }
    }
}

static void take(search *s, size_t last)
{
    if (s->caught && s->caught->list.count == s->watch.budget->most) {
        s->full = true;
        return;
    }
    s->count++;
    if (s->caught)
        sd_catch_add(s->caught, s->path, s->depth - 1, last, 0);
}

static void push(search *s, size_t node)
{
    s->frames[s->depth++] = (struct frame){.next = s->starts.out.first[node], .node = node};
    s->blocked[node] = true;
}

static void pop(search *s)
{
    const struct frame f = s->frames[--s->depth];

    if (f.closed)
        unblock(s, f.node);
    else
        wait_for_others(s, f.node);
    if (s->depth > 0)
        s->frames[s->depth - 1].closed |= f.closed;
}

/* All cycles through the start within its part. */
static void circuits(search *s)
{
    const size_t start = s->starts.start, *label = s->starts.label;

    for (size_t i = s->starts.now.begin; i < s->starts.now.end; i++) {
        const size_t node = s->starts.nodes[i];

        s->blocked[node] = false;
        for (size_t k = s->in.first[node]; k < s->waiting_ends[node]; k++)
            s->waits[s->waiting[k]] = false;
        s->waiting_ends[node] = s->in.first[node];
    }
    push(s, start);
    while (s->depth > 0 && !s->full && !sd_watch_step(&s->watch)) {
        struct frame *f = &s->frames[s->depth - 1];

        if (f->next == s->starts.out.first[f->node + 1]) {
            pop(s);
            continue;
        }
        const size_t link = s->starts.out.links[f->next++], to = s->graph->to[link];
        if (to == start) {
            take(s, link);
            f->closed = true;
        } else if (label[to] == label[start] && !s->blocked[to]) {
            s->path[s->depth - 1] = link;
            push(s, to);
        }
    }
}

/* Returns whether all cycles were found. */
static bool search_all(sd_arena *scratch, search *s)
{
    const size_t nodes = s->graph->node_count;

    s->starts = sd_starts_new(scratch, s->graph, NULL);
    s->in = sd_fan_new(scratch, s->graph, s->graph->to, NULL);
    s->blocked = SD_NEW_ARRAY(scratch, bool, nodes);
    s->waiting = SD_NEW_ARRAY(scratch, size_t, s->graph->link_count);
    s->waiting_ends = SD_NEW_ARRAY(scratch, size_t, nodes);
    for (size_t n = 0; n < nodes; n++)
        s->waiting_ends[n] = s->in.first[n];
    s->waits = SD_NEW_ARRAY(scratch, bool, s->graph->link_count);
    s->freeing = SD_NEW_ARRAY(scratch, size_t, nodes);
    s->frames = SD_NEW_ARRAY(scratch, struct frame, nodes);
    s->path = SD_NEW_ARRAY(scratch, size_t, nodes);
    s->depth = 1; /* a link from a node to itself is the whole path */
    for (size_t link = 0; link < s->graph->link_count && !s->full; link++)
        if (s->graph->from[link] == s->graph->to[link])
            take(s, link);
    s->depth = 0;
    while (!s->full && !sd_watch_look(&s->watch) && sd_starts_next(&s->starts))
        circuits(s);
    return !s->full && !s->watch.spent;
}

sd_cycles sd_cycles_all(sd_arena *arena, const sd_digraph *graph, const sd_budget *budget)
{
    sd_arena *scratch = sd_arena_new("the cycles of a graph");
    sd_catch caught = {.arena = scratch};
    search s = {.graph = graph, .watch = sd_watch_new(budget, &caught), .caught = &caught};
    const bool complete = search_all(scratch, &s);
    sd_cycles cycles = sd_catch_sorted(arena, &caught, &s.watch);

    cycles.complete = complete;
    sd_arena_free(scratch);
    return cycles;
}

uint64_t sd_cycles_count(const sd_digraph *graph, const sd_budget *budget, bool *ret_complete)
{
    sd_arena *scratch = sd_arena_new("the cycles of a graph");
    search s = {.graph = graph, .watch = sd_watch_new(budget, NULL)};

    *ret_complete = search_all(scratch, &s);
    sd_arena_free(scratch);
    return s.count;
}
