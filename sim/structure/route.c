/* route.c - a list of variables followed through the causal graph: what reaches the next stop along all paths between.
 * In: sd_graph and the stops.  Out: sums over paths of products of link scores and gains, one value a grid point.
 * Between two stops the graph without other stops, stocks and flows has no circle, so that one pass in order of
 * evaluation sums all paths.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "loops_private.h"

/* What is carried along: one series of scores and one of gains a node; NULL where nothing arrives. */
typedef struct load {
    double *score, *gain; /* [point_count] */
    double paths;         /* number of them */
} load;

typedef struct traveller {
    sd_arena *arena;
    const sd_graph *graph;
    const sd_equations *e;
    size_t points;
    unsigned char *stops; /* [node_count] belongs to a stop */
    load *loads;          /* [node_count] of the stretch at hand */
    unsigned char
        *states; /* [node_count] of the stretch: 0 not seen, 1 on the way, 2 done, 3 source */
    SD_LIST(size_t) stack; /* nodes whose causes are being looked at */
    SD_LIST(size_t) seen;
    size_t target; /* variable to which the stretch leads, its index */
} traveller;

enum { UNSEEN, ON_THE_WAY, DONE, SOURCE };

static bool is_of_target(const traveller *t, const sd_node *n)
{
    return n->element != SIZE_MAX &&
           t->e->program->model->element_variables[n->element]->index == t->target;
}

/* May a path pass here that the list does not name? */
static bool may_pass(const traveller *t, size_t node)
{
    const sd_node *n = &t->e->nodes[node];
    switch (n->kind) {
    case SD_NODE_VARIABLE:
        return !t->stops[node] &&
               t->e->program->model->element_variables[n->element]->kind == SD_AUX;
    case SD_NODE_SUM:
        return true;
    case SD_NODE_STATE: /* time passes inside an equation that the list names */
    case SD_NODE_INTO:
    case SD_NODE_HELD:
        return is_of_target(t, n);
    default:
        return false;
    }
}

static void carry(const traveller *t, const sd_link *link, load *to)
{
    const load *from = &t->loads[link->from];
    if (!from->score || t->states[link->from] == ON_THE_WAY)
        return;
    if (!to->score) {
        to->score = sd_arena_rows(t->arena, t->points);
        to->gain = sd_arena_rows(t->arena, t->points);
    }
    for (size_t k = 0; k < t->points; k++) {
        to->score[k] = score_within(to->score[k] + score_within(from->score[k] * link->score[k]));
        to->gain[k] += from->gain[k] * link->gain[k];
    }
    to->paths += from->paths;
}

/* Works out what reaches `node`, causes first. */
static void arrive(traveller *t, size_t node)
{
    SD_PUSH(t->arena, &t->stack, node);
    while (t->stack.count) {
        size_t at = t->stack.items[t->stack.count - 1], waiting = t->stack.count;
        if (t->states[at] == DONE) {
            t->stack.count--;
            continue;
        }
        const sd_link *first = t->graph->links + t->graph->first_in[at];
        const sd_link *end = t->graph->links + t->graph->first_in[at + 1];
        if (t->states[at] == UNSEEN) {
            t->states[at] = ON_THE_WAY;
            SD_PUSH(t->arena, &t->seen, at);
            for (const sd_link *link = first; link < end; link++)
                if (t->states[link->from] == UNSEEN && may_pass(t, link->from))
                    SD_PUSH(t->arena, &t->stack, link->from);
        }
        if (t->stack.count > waiting)
            continue;
        for (const sd_link *link = first; link < end; link++)
            carry(t, link, &t->loads[at]);
        t->states[at] = DONE;
        t->stack.count--;
    }
}

static size_t elements_of(const sd_stop *stop)
{
    return stop->element == SIZE_MAX ? stop->variable->size : 1;
}

static size_t node_of(const traveller *t, const sd_stop *stop, size_t index)
{
    return t->e
        ->element_nodes[stop->element == SIZE_MAX ? stop->variable->first + index : stop->element];
}

/* From the loads of one stop to those of the next; false when nothing arrives. */
static bool stretch(traveller *t, const sd_stop *from, const load *loads, const sd_stop *to,
                    load *ret_loads)
{
    bool any = false;
    t->target = to->variable->index;
    t->seen.count = 0;
    for (size_t i = 0; i < elements_of(from); i++) {
        size_t node = node_of(t, from, i);
        t->loads[node] = loads[i];
        t->states[node] = SOURCE;
        SD_PUSH(t->arena, &t->seen, node);
    }
    for (size_t i = 0; i < elements_of(to); i++) {
        size_t node = node_of(t, to, i);
        if (t->states[node] == SOURCE) { /* a link of a variable to itself passes by others */
            ret_loads[i] = (load){0};
            continue;
        }
        arrive(t, node);
        ret_loads[i] = t->loads[node];
        any = any || ret_loads[i].score;
    }
    for (size_t i = 0; i < t->seen.count; i++) {
        t->loads[t->seen.items[i]] = (load){0};
        t->states[t->seen.items[i]] = UNSEEN;
    }
    return any;
}

static load unit_load(const traveller *t)
{
    load one = {.score = sd_arena_rows(t->arena, t->points),
                .gain = sd_arena_rows(t->arena, t->points),
                .paths = 1};
    for (size_t k = 0; k < t->points; k++)
        one.score[k] = one.gain[k] = 1;
    return one;
}

/* Round or along the whole list, from `start` alone or from every element of the first stop; adds what arrives at `end`
 * alone or the mean over the last stop.  Returns the stop where the way is broken, else SIZE_MAX. */
static size_t travel(traveller *t, const sd_stop *stops, size_t count, bool closed, size_t start,
                     sd_route_scores *scores)
{
    size_t size = elements_of(&stops[0]);
    load *loads = SD_NEW_ARRAY(t->arena, load, size);
    load one = unit_load(t), none = {0};
    for (size_t i = 0; i < size; i++)
        loads[i] = closed && i != start ? none : one;
    for (size_t s = 0; s + 1 < count + closed; s++) {
        const sd_stop *to = &stops[(s + 1) % count];
        load *next = SD_NEW_ARRAY(t->arena, load, elements_of(to));
        if (!stretch(t, &stops[s], loads, to, next))
            return s;
        loads = next;
    }
    size_t last = closed ? 1 : elements_of(&stops[count - 1]);
    for (size_t i = 0; i < last; i++) {
        const load *end = &loads[closed ? start : i];
        for (size_t k = 0; end->score && k < t->points; k++) {
            scores->score[k] = score_within(scores->score[k] + end->score[k] / (double)last);
            scores->gain[k] += end->gain[k] / (double)last;
        }
        scores->path_count += end->paths;
    }
    return SIZE_MAX;
}

sd_route_scores sd_route_follow(sd_arena *arena, const sd_graph *graph, const sd_stop *stops,
                                size_t count, bool closed)
{
    traveller t = {.arena = sd_arena_new("a route"),
                   .graph = graph,
                   .e = graph->history->equations,
                   .points = graph->history->point_count};
    sd_route_scores scores = {.score = sd_arena_rows(arena, t.points),
                              .gain = sd_arena_rows(arena, t.points),
                              .broken = SIZE_MAX};
    t.stops = SD_NEW_ARRAY(t.arena, unsigned char, t.e->node_count + 1);
    t.states = SD_NEW_ARRAY(t.arena, unsigned char, t.e->node_count + 1);
    t.loads = SD_NEW_ARRAY(t.arena, load, t.e->node_count + 1);
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < elements_of(&stops[s]); i++)
            t.stops[node_of(&t, &stops[s], i)] = 1;
    size_t starts = closed ? elements_of(&stops[0]) : 1;
    bool whole = false;
    for (size_t i = 0; i < starts; i++) {
        size_t broken = travel(&t, stops, count, closed, i, &scores);
        whole = whole || broken == SIZE_MAX;
        if (broken != SIZE_MAX && (scores.broken == SIZE_MAX || broken > scores.broken))
            scores.broken = broken;
    }
    if (whole)
        scores.broken = SIZE_MAX; /* one element gets round */
    if (whole && scores.path_count == 0)
        scores.broken = count - 1;
    sd_arena_free(t.arena);
    return scores;
}
