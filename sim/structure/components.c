/* components.c - strongly connected components, and the start nodes of a search for cycles.
 * In: a directed graph.  Out: the component of each node; start nodes with the part of the graph where their cycles lie.
 * R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972), with a stack of our own in place
 * of recursion.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cycles_private.h"

#include <assert.h>
#include <string.h>

static bool is_left_out(const sd_digraph *graph, const bool *skip, size_t link)
{
    return graph->from[link] == graph->to[link] || (skip && skip[link]);
}

sd_fan sd_fan_new(sd_arena *arena, const sd_digraph *graph, const size_t *ends, const bool *skip)
{
    size_t *first = SD_NEW_ARRAY(arena, size_t, graph->node_count + 2), *links;

    /* Counted two places on, so that filling in moves each count to where its node begins. */
    for (size_t link = 0; link < graph->link_count; link++)
        if (!is_left_out(graph, skip, link))
            first[ends[link] + 2]++;
    for (size_t n = 2; n < graph->node_count + 2; n++)
        first[n] += first[n - 1];
    links = SD_NEW_ARRAY(arena, size_t, first[graph->node_count + 1]);
    for (size_t link = 0; link < graph->link_count; link++)
        if (!is_left_out(graph, skip, link))
            links[first[ends[link] + 1]++] = link;
    return (sd_fan){first, links};
}

/* A node's number is its place among those that wait for their component to be complete, from 1. */
static void enter(sd_starts *t, size_t node, size_t *waiting, size_t *depth)
{
    t->waiting[(*waiting)++] = node;
    t->order[node] = t->low[node] = *waiting;
    t->next[node] = t->out.first[node];
    t->stack[(*depth)++] = node;
}

/* Walks from `root` through nodes of its label and adds each component to t->done and t->parts, which count from `end`.
 * Returns the new end. */
static size_t walk(sd_starts *t, size_t root, size_t end)
{
    size_t depth = 0, waiting = 0;

    enter(t, root, &waiting, &depth);
    while (depth > 0) {
        const size_t node = t->stack[depth - 1];

        if (t->next[node] < t->out.first[node + 1]) {
            const size_t to = t->graph->to[t->out.links[t->next[node]++]];

            if (t->label[to] != t->label[root])
                continue;
            if (t->order[to] == 0)
                enter(t, to, &waiting, &depth);
            else if (t->order[to] < t->low[node])
                t->low[node] = t->order[to];
            continue;
        }
        depth--;
        if (depth > 0 && t->low[node] < t->low[t->stack[depth - 1]])
            t->low[t->stack[depth - 1]] = t->low[node];
        if (t->low[node] == t->order[node]) {
            const sd_part part = {end, end + waiting - (t->order[node] - 1)};

            while (end < part.end) {
                t->done[end] = t->waiting[--waiting];
                t->order[t->done[end++]] = SIZE_MAX; /* no smaller than anybody's low */
            }
            SD_PUSH(t->arena, &t->parts, part);
        }
    }
    return end;
}

/* Takes nodes [begin, end), which have one label, apart into components. */
static void split(sd_starts *t, size_t begin, size_t end)
{
    size_t done = begin;

    for (size_t i = begin; i < end; i++)
        t->order[t->nodes[i]] = 0;
    for (size_t i = begin; i < end; i++)
        if (t->order[t->nodes[i]] == 0)
            done = walk(t, t->nodes[i], done);
    assert(done == end);
    memcpy(t->nodes + begin, t->done + begin, (end - begin) * sizeof *t->nodes);
}

sd_starts sd_starts_new(sd_arena *arena, const sd_digraph *graph, const bool *skip)
{
    const size_t count = graph->node_count;
    size_t *room = SD_NEW_ARRAY(arena, size_t, 8 * count);
    sd_starts t = {.arena = arena,
                   .graph = graph,
                   .out = sd_fan_new(arena, graph, graph->from, skip),
                   .label = room,
                   .nodes = room + count,
                   .order = room + 2 * count,
                   .low = room + 3 * count,
                   .next = room + 4 * count,
                   .stack = room + 5 * count,
                   .waiting = room + 6 * count,
                   .done = room + 7 * count,
                   .start = SIZE_MAX};

    for (size_t n = 0; n < count; n++)
        t.nodes[n] = n;
    split(&t, 0, count);
    return t;
}

/* The start of the part, moved to its front. */
static size_t lowest(const sd_starts *t, sd_part part)
{
    size_t at = part.begin;

    for (size_t i = part.begin; i < part.end; i++)
        if (t->nodes[i] < t->nodes[at])
            at = i;
    const size_t node = t->nodes[at];
    t->nodes[at] = t->nodes[part.begin];
    return t->nodes[part.begin] = node;
}

bool sd_starts_next(sd_starts *starts)
{
    if (starts->start != SIZE_MAX) {
        starts->label[starts->start] = SIZE_MAX;
        split(starts, starts->now.begin + 1, starts->now.end);
    }
    while (starts->parts.count > 0) {
        starts->now = starts->parts.items[--starts->parts.count];
        if (starts->now.end - starts->now.begin < 2)
            continue;
        starts->labels++;
        for (size_t i = starts->now.begin; i < starts->now.end; i++)
            starts->label[starts->nodes[i]] = starts->labels;
        starts->start = lowest(starts, starts->now);
        return true;
    }
    starts->start = SIZE_MAX;
    return false;
}

const size_t *sd_digraph_components(sd_arena *arena, const sd_digraph *graph, size_t *ret_count)
{
    size_t *numbers = SD_NEW_ARRAY(arena, size_t, graph->node_count), count = 0;
    sd_arena *scratch = sd_arena_new("the components of a graph");
    const sd_starts t = sd_starts_new(scratch, graph, NULL);
    size_t *part_of = SD_NEW_ARRAY(scratch, size_t, graph->node_count);
    size_t *number_of = SD_NEW_ARRAY(scratch, size_t, t.parts.count); /* 0: none yet */

    for (size_t p = 0; p < t.parts.count; p++)
        for (size_t i = t.parts.items[p].begin; i < t.parts.items[p].end; i++)
            part_of[t.nodes[i]] = p;
    for (size_t n = 0; n < graph->node_count; n++) {
        if (number_of[part_of[n]] == 0)
            number_of[part_of[n]] = ++count;
        numbers[n] = number_of[part_of[n]] - 1;
    }
    sd_arena_free(scratch);
    *ret_count = count;
    return numbers;
}
