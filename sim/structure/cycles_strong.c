/* cycles_strong.c - the cycles whose links multiply to the most, as far as a budget goes.
 * In: a graph, sets of weights 0..1 for its links, a budget.  Out: cycles that are strong in one of the sets.
 * Method: passes with a threshold that falls.  A pass goes depth first from each start and carries, for every set in which
 * the path is still strong enough, the cost so far, -ln of the product of weights (a sum, which cannot underflow).  A path
 * is cut where its cost and that of the cheapest way back (E. W. Dijkstra, A note on two problems in connexion with graphs,
 * Numerische Mathematik 1 (1959), backwards from the start, in each set) are beyond the threshold.  Each cycle is met at
 * most once a pass, from its lowest node, whatever the number of sets.  A pass that cuts nothing has found all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cycles_private.h"

#include <assert.h>
#include <math.h>

/* Costs of the same links summed in another order differ by less. */
static const double rounding = 1e-9; /* [1] of a cost of 1, and of any other in proportion */
static const double first_threshold = 0.1;

typedef struct place {
    double cost;
    size_t node;
} place;

typedef struct carried {
    double cost; /* of the path */
    size_t set;
} carried;

typedef struct search {
    const sd_digraph *graph;
    size_t set_count;
    const double *costs; /* [link_count][set_count] */
    sd_watch watch;
    sd_arena *scratch;
    sd_starts starts;
    sd_fan in;
    double *
        back; /* [set_count][node_count] cost of the cheapest way back to the start, INFINITY: none */
    SD_LIST(size_t) reached; /* in `back`, where it is finite */
    SD_LIST(place) heap;     /* the cheapest in front */
    bool *on_path;           /* [node_count] */
    struct frame {
        size_t next; /* in starts.out */
        size_t node;
        size_t alive; /* where its sets begin */
    } * frames;       /* [node_count] */
    size_t depth;
    size_t *path;           /* [node_count] the links between the frames */
    SD_LIST(carried) alive; /* the sets in which the path is strong enough, frame by frame */
    double done, limit;     /* costs: a pass finds cycles above `done` up to `limit` */
    double reach;           /* what is beyond it is beyond the limit, however it is summed */
    double beyond;          /* the least cost that was cut */
    size_t new;             /* cycles that this pass found */
    bool full;              /* there was not room for all up to the first limit */
    sd_catch caught;
} search;

static void set_limit(search *s, double limit)
{
    s->limit = limit;
    s->reach = limit + rounding * (1 + limit);
}

/* ---- the cheapest way back ----------------------------------------------------------------------------------- */
static void heap_push(search *s, place new)
{
    size_t at = s->heap.count;

    SD_PUSH(s->scratch, &s->heap, new);
    for (; at > 0 && s->heap.items[(at - 1) / 2].cost > new.cost; at = (at - 1) / 2)
        s->heap.items[at] = s->heap.items[(at - 1) / 2];
    s->heap.items[at] = new;
}

static place heap_pop(search *s)
{
    place *items = s->heap.items;
    const place top = items[0], last = items[--s->heap.count];
    size_t at = 0;

    for (size_t child = 1; child < s->heap.count; at = child, child = 2 * at + 1) {
        if (child + 1 < s->heap.count && items[child + 1].cost < items[child].cost)
            child++;
        if (items[child].cost >= last.cost)
            break;
        items[at] = items[child];
    }
    items[at] = last;
    return top;
}

static void see(search *s, size_t set, size_t node, double cost)
{
    double *back = &s->back[set * s->graph->node_count + node];

    if (cost > s->reach) {
        s->beyond = fmin(s->beyond, cost);
        return;
    }
    if (cost >= *back)
        return;
    if (*back == (double)INFINITY)
        SD_PUSH(s->scratch, &s->reached, (size_t)(back - s->back));
    *back = cost;
    heap_push(s, (place){cost, node});
}

static void ways_back(search *s, size_t set)
{
    const size_t start = s->starts.start;

    s->heap.count = 0;
    see(s, set, start, 0);
    while (s->heap.count > 0 && !sd_watch_step(&s->watch)) {
        const place p = heap_pop(s);

        if (p.cost > s->back[set * s->graph->node_count + p.node])
            continue; /* a cheaper way came up meanwhile */
        for (size_t i = s->in.first[p.node]; i < s->in.first[p.node + 1]; i++) {
            const size_t link = s->in.links[i], from = s->graph->from[link];

            if (s->starts.label[from] == s->starts.label[start])
                see(s, set, from, p.cost + s->costs[link * s->set_count + set]);
        }
    }
}

/* ---- one pass -------------------------------------------------------------------------------------------------- */
/* When there are more than `room`, only the cheapest stay, and only what is cheaper than all that went comes in. */
static void make_room(search *s, size_t room)
{
    if (s->caught.list.count <= room)
        return;
    set_limit(s, nextafter(sd_catch_keep(&s->caught, s->watch.budget->most), -1));
    s->full = true;
}

/* The path has come back to its start over `link`. */
static void take(search *s, size_t link)
{
    const size_t most = s->watch.budget->most;
    double cost = (double)INFINITY;

    for (size_t i = s->frames[s->depth - 1].alive; i < s->alive.count; i++)
        cost = fmin(cost,
                    s->alive.items[i].cost + s->costs[link * s->set_count + s->alive.items[i].set]);
    if (cost > s->limit) {
        s->beyond = fmin(s->beyond, cost);
    } else if (cost > s->done) {
        s->new ++;
        sd_catch_add(&s->caught, s->path, s->depth - 1, link, cost);
        make_room(s, most + most / 4); /* not at each: to choose takes a while */
    }
}

static void push(search *s, size_t node, size_t alive)
{
    s->frames[s->depth++] = (struct frame){s->starts.out.first[node], node, alive};
    s->on_path[node] = true;
}

/* Goes on over `link` in the sets in which a cycle can still come of it. */
static void go_on(search *s, size_t link)
{
    const size_t to = s->graph->to[link], begin = s->frames[s->depth - 1].alive;
    const size_t end = s->alive.count;

    for (size_t i = begin; i < end; i++) {
        const size_t set = s->alive.items[i].set;
        const double cost = s->alive.items[i].cost + s->costs[link * s->set_count + set];
        const double least = cost + s->back[set * s->graph->node_count + to];

        if (least <= s->reach) {
            const carried goes_on = {cost, set};
            SD_PUSH(s->scratch, &s->alive, goes_on);
        } else {
            s->beyond = fmin(s->beyond, least);
        }
    }
    if (s->alive.count > end) {
        s->path[s->depth - 1] = link;
        push(s, to, end);
    }
}

/* At a start every set is alive. */
static void set_out(search *s, size_t start)
{
    s->alive.count = 0;
    for (size_t set = 0; set < s->set_count; set++) {
        const carried here = {0, set};
        SD_PUSH(s->scratch, &s->alive, here);
    }
    push(s, start, 0);
}

static void step_back(search *s)
{
    const struct frame *f = &s->frames[--s->depth];

    s->on_path[f->node] = false;
    s->alive.count = f->alive;
}

static void cycles_from_start(search *s)
{
    const size_t start = s->starts.start, *label = s->starts.label;

    for (size_t set = 0; set < s->set_count; set++)
        ways_back(s, set);
    set_out(s, start);
    while (s->depth > 0 && !sd_watch_step(&s->watch)) {
        struct frame *f = &s->frames[s->depth - 1];

        if (f->next == s->starts.out.first[f->node + 1]) {
            step_back(s);
            continue;
        }
        const size_t link = s->starts.out.links[f->next++], to = s->graph->to[link];
        if (to == start)
            take(s, link);
        else if (label[to] == label[start] && !s->on_path[to])
            go_on(s, link);
    }
    while (s->reached.count > 0)
        s->back[s->reached.items[--s->reached.count]] = (double)INFINITY;
}

/* Returns whether it got to its end. */
static bool pass(search *s, const bool *skip)
{
    sd_arena *arena = sd_arena_new("a search for strong cycles");

    s->beyond = (double)INFINITY;
    s->new = 0;
    s->starts = sd_starts_new(arena, s->graph, skip);
    for (size_t link = 0; link < s->graph->link_count; link++) {
        if (s->graph->from[link] != s->graph->to[link] || skip[link])
            continue;
        set_out(s, s->graph->from[link]);
        take(s, link);
        step_back(s);
    }
    while (!sd_watch_look(&s->watch) && sd_starts_next(&s->starts))
        cycles_from_start(s);
    sd_arena_free(arena);
    return !s->watch.spent;
}

/* Passes until one is cut short, one finds too many, or one cuts nothing.  Returns whether all cycles were found. */
static bool passes(search *s, const bool *skip)
{
    double step = sd_ln(2);

    s->done = -1; /* below any cost */
    set_limit(s, -sd_ln(first_threshold));
    while (pass(s, skip)) {
        make_room(s, s->watch.budget->most);
        if (!s->full && s->beyond == (double)INFINITY)
            return true;
        s->done = fmax(s->done, s->limit);
        if (s->full)
            return false;
        /* Where little is to be found, a pass costs little either. */
        step = s->new < s->caught.list.count / 4 ? 2 * step : sd_ln(2);
        set_limit(s, fmax(s->limit + step, s->beyond * (1 + rounding)));
    }
    make_room(s, s->watch.budget->most);
    return false;
}

/* [link_count][set_count] */
static double *costs_of(search *s, const double *weights, bool *skip)
{
    const size_t links = s->graph->link_count;
    double *costs = sd_arena_rows(s->scratch, links * s->set_count);

    for (size_t link = 0; link < links; link++) {
        skip[link] = true;
        for (size_t set = 0; set < s->set_count; set++) {
            const double weight = weights[set * links + link];

            costs[link * s->set_count + set] =
                weight > 0 ? fmax(-sd_ln(weight), 0) : (double)INFINITY;
            skip[link] = skip[link] && !(weight > 0);
        }
    }
    return costs;
}

sd_cycles sd_cycles_strong(sd_arena *arena, const sd_digraph *graph, const double *weights,
                           size_t set_count, const sd_budget *budget)
{
    const size_t nodes = graph->node_count;
    sd_arena *scratch = sd_arena_new("a search for strong cycles");
    search s = {.graph = graph,
                .set_count = set_count,
                .watch = sd_watch_new(budget, &s.caught),
                .scratch = scratch,
                .back = sd_arena_rows(scratch, nodes * set_count),
                .on_path = SD_NEW_ARRAY(scratch, bool, nodes),
                .frames = SD_NEW_ARRAY(scratch, struct frame, nodes),
                .path = SD_NEW_ARRAY(scratch, size_t, nodes),
                .caught = {.arena = scratch}};
    bool *skip = SD_NEW_ARRAY(scratch, bool, graph->link_count);

    s.costs = costs_of(&s, weights, skip);
    s.in = sd_fan_new(scratch, graph, graph->to, skip);
    for (size_t i = 0; i < nodes * set_count; i++)
        s.back[i] = (double)INFINITY;
    const bool complete = passes(&s, skip);
    sd_cycles cycles = sd_catch_sorted(arena, &s.caught, &s.watch);
    cycles.complete = complete;
    cycles.least = complete ? 0 : s.done < 0 ? (double)INFINITY : sd_exp(-s.done) * (1 + rounding);
    sd_arena_free(scratch);
    return cycles;
}
