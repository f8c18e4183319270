/* loop_search.c - loops that nobody named: all of them where the budget allows, else the strong ones.
 * In: sd_graph.  Out: scored loops.  A small graph is enumerated; in one with millions of loops those are taken along
 * which most of the change passes at one of several times spread over the run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "loops_private.h"

enum {
    ENUMERATED_MAX = 5000, /* loops; beyond that the strong ones are looked for */
    TIMES = 16             /* at which they are */
};

/* [1] of the time: when loops are found, and when their scores are worked out; then they are once more, to be ranked. */
static const double found_by = 0.4, scored_by = 0.7;

/* Elementary loops as the search gave them. */
typedef struct findings {
    loop_list *l;
    const sd_equations *e;
    const sd_budget *budget;
    double begun; /* [s] */
    sd_cycles cycles;
    double *score; /* [point] of the loop at hand */
} findings;

static size_t node_on(const findings *f, const sd_cycle *cycle, size_t i)
{
    return f->l->graph->links[cycle->links[i]].from;
}

static const sd_variable *variable_of(const findings *f, size_t node)
{
    const sd_node *n = &f->e->nodes[node];
    return n->kind == SD_NODE_VARIABLE ? f->e->program->model->element_variables[n->element] : NULL;
}

static sd_stop stop_at(const findings *f, size_t node)
{
    size_t element = f->e->nodes[node].element;
    const sd_variable *v = f->e->program->model->element_variables[element];
    return (sd_stop){.variable = v, .element = v->size > 1 ? element : SIZE_MAX};
}

/* The stop of a loop to which a node belongs: the variable, or that in whose equation it stands. */
static size_t place_in(const findings *f, const sd_feedback *loop, size_t node)
{
    const sd_stop own = stop_at(f, node);
    size_t at = 0;
    while (at < loop->count &&
           (loop->stops[at].variable != own.variable ||
            (loop->stops[at].element != SIZE_MAX && loop->stops[at].element != own.element)))
        at++;
    return at;
}

/* Does the listed loop stand for this one: the same stocks and flows, every stop, in the same order, and time passes inside
 * listed variables alone? */
static bool holds(const findings *f, const sd_feedback *loop, const sd_cycle *cycle)
{
    size_t met = 0, last = loop->count;
    for (size_t i = 0; i < cycle->length; i++) {
        size_t node = node_on(f, cycle, i), at = place_in(f, loop, node);
        const sd_variable *v = variable_of(f, node);
        sd_node_kind kind = f->e->nodes[node].kind;
        if (!v && at == loop->count && kind != SD_NODE_SUM)
            return false;
        if (!v)
            continue;
        if (at == loop->count) {
            if (v->kind != SD_AUX)
                return false;
            continue;
        }
        if (last != loop->count && at != (last + 1) % loop->count)
            return false;
        last = at;
        met++;
    }
    return met == loop->count;
}

static void score_cycle(const findings *f, const sd_cycle *cycle)
{
    for (size_t k = 0; k < f->l->points; k++)
        f->score[k] = k > 0;
    for (size_t i = 0; i < cycle->length; i++) {
        const double *link = f->l->graph->links[cycle->links[i]].score;
        for (size_t k = 0; k < f->l->points; k++)
            f->score[k] = score_within(f->score[k] * link[k]);
    }
}

static size_t partition_of(const findings *f, const sd_cycle *cycle)
{
    return f->l->graph->partitions[node_on(f, cycle, 0)];
}

static sd_feedback feedback_of(findings *f, const sd_cycle *cycle)
{
    sd_arena *arena = f->l->arena;
    sd_stop *stops = SD_NEW_ARRAY(arena, sd_stop, cycle->length);
    sd_feedback loop = {.name = "", .stops = stops, .ways = 1, .partition = partition_of(f, cycle)};
    double *score = sd_arena_rows(arena, f->l->points);
    for (size_t i = 0; i < cycle->length; i++) {
        size_t node = node_on(f, cycle, i);
        if (variable_of(f, node))
            stops[loop.count++] = stop_at(f, node);
    }
    if (loop.count ==
        0) /* the inner loop of a smooth or delay: that of the variable in whose equation it stands */
        stops[loop.count++] = stop_at(f, node_on(f, cycle, 0));
    score_cycle(f, cycle);
    memcpy(score, f->score, f->l->points * sizeof *score);
    loop.score = score;
    loop_judge(&loop, f->l->points);
    return loop;
}

/* A number where all loops are known, so that each keeps its place; else a mark made of the names on it. */
static const char *id_of(const findings *f, const sd_feedback *loop, size_t number)
{
    sd_text names = sd_text_new(f->l->arena);
    if (number)
        return sd_arena_printf(f->l->arena, "%c%zu", sd_feedback_letter(loop)[0], number);
    for (size_t i = 0; i < loop->count; i++)
        sd_text_printf(&names, "%s %zu ", loop->stops[i].variable->key, loop->stops[i].element);
    return sd_arena_printf(f->l->arena, "%c-%05x", sd_feedback_letter(loop)[0],
                           (unsigned)(sd_hash(names.bytes, names.length) & 0xFFFFF));
}

typedef struct ranked {
    size_t cycle;
    double share;
} ranked;

static int by_share(const void *x, const void *y)
{
    const ranked *a = x, *b = y;
    if (a->share != b->share)
        return a->share < b->share ? 1 : -1;
    return (a->cycle > b->cycle) - (a->cycle < b->cycle);
}

/* Is less than this share of the budget spent? */
static bool in_time(const findings *f, double share)
{
    bool interrupted = f->budget->interrupted && *f->budget->interrupted;
    return !interrupted && sd_clock_seconds() - f->begun < share * f->budget->seconds;
}

static bool is_held(const findings *f, const sd_cycle *cycle, size_t named)
{
    for (size_t i = 0; i < named; i++)
        if (holds(f, &f->l->loops.items[i], cycle))
            return true;
    return false;
}

/* All scores go into the totals; the strongest loops into the list. */
static void keep_strongest(findings *f, sd_feedbacks *facts)
{
    size_t count = 0, named = facts->named;
    ranked *rank = SD_NEW_ARRAY(f->l->arena, ranked, f->cycles.count + 1);
    for (size_t c = 0; c < f->cycles.count; c++) {
        if (is_held(f, &f->cycles.list[c], named))
            continue;
        if (!in_time(f, scored_by)) {
            facts->complete = false;
            break;
        }
        score_cycle(f, &f->cycles.list[c]);
        loop_add(f->l, f->l->totals, partition_of(f, &f->cycles.list[c]), f->score);
        rank[count++].cycle = c;
    }
    for (size_t i = 0; i < count; i++) {
        sd_feedback loop = {.score = f->score,
                            .partition = partition_of(f, &f->cycles.list[rank[i].cycle])};
        score_cycle(f, &f->cycles.list[rank[i].cycle]);
        rank[i].share = loop_share(f->l, f->l->totals, &loop, NULL);
    }
    qsort(rank, count, sizeof *rank, by_share);
    facts->examined = count;
    bool numbered = facts->complete && named == 0;
    for (size_t i = 0; i < count && i < SD_FEEDBACKS_MAX; i++) {
        sd_feedback loop = feedback_of(f, &f->cycles.list[rank[i].cycle]);
        loop.id = id_of(f, &loop, numbered ? rank[i].cycle + 1 : 0);
        SD_PUSH(f->l->arena, &f->l->loops, loop);
    }
}

/* ---- what to search in ---- */

/* Times at which something moves, spread over the run. */
static size_t choose_times(const sd_graph *g, size_t *ret_times)
{
    size_t points = g->history->point_count, moving = 0, count = 0, seen = 0;
    unsigned char *alive = calloc(points, 1);
    for (size_t l = 0; alive && l < g->link_count; l++)
        for (size_t k = 1; k < points; k++)
            alive[k] |= g->partitions[g->links[l].from] != SIZE_MAX && g->links[l].score[k] != 0;
    for (size_t k = 1; alive && k < points; k++)
        moving += alive[k];
    for (size_t k = 1; alive && k < points; k++)
        if (alive[k] && seen++ * TIMES >= count * moving)
            ret_times[count++] = k;
    free(alive);
    return count;
}

/* How much of the change of its target each link brings at a time, 0..1. */
static void weigh(const sd_graph *g, size_t point, double *ret_weights)
{
    for (size_t n = 0; n < g->history->equations->node_count; n++) {
        double sum = 0;
        for (size_t l = g->first_in[n]; l < g->first_in[n + 1]; l++)
            sum += fabs(g->links[l].score[point]);
        for (size_t l = g->first_in[n]; l < g->first_in[n + 1]; l++)
            ret_weights[l] = sum > 0 ? fabs(g->links[l].score[point]) / sum : 0;
    }
}

static void find_cycles(findings *f, const sd_budget *budget, sd_arena *scratch)
{
    const sd_graph *g = f->l->graph;
    size_t *from = SD_NEW_ARRAY(scratch, size_t, g->link_count + 1);
    size_t *to = SD_NEW_ARRAY(scratch, size_t, g->link_count + 1);
    for (size_t l = 0; l < g->link_count; l++) {
        from[l] = g->links[l].from;
        to[l] = g->links[l].to;
    }
    sd_digraph graph = {
        .node_count = f->e->node_count, .link_count = g->link_count, .from = from, .to = to};
    sd_budget first = *budget;
    first.most = budget->most < ENUMERATED_MAX ? budget->most : ENUMERATED_MAX;
    first.seconds = found_by * budget->seconds;
    f->cycles = sd_cycles_all(f->l->arena, &graph, &first);
    double spent = f->cycles.seconds;
    if (f->cycles.complete)
        return;
    size_t times[TIMES], sets = choose_times(g, times);
    double *weights = SD_NEW_ARRAY(scratch, double, (sets + 1) * g->link_count);
    for (size_t i = 0; i < sets; i++)
        weigh(g, times[i], weights + i * g->link_count);
    sd_budget rest = *budget;
    rest.seconds = first.seconds - spent;
    f->cycles = sd_cycles_strong(f->l->arena, &graph, weights, sets, &rest);
    f->cycles.seconds += spent;
    f->cycles.complete = false; /* those that rest at all of these times are not in */
}

void loops_search(loop_list *l, const sd_budget *budget, sd_feedbacks *facts)
{
    sd_arena *scratch = sd_arena_new("a search for loops");
    findings f = {
        .l = l, .e = l->graph->history->equations, .budget = budget, .begun = sd_clock_seconds()};
    f.score = sd_arena_rows(scratch, l->points);
    find_cycles(&f, budget, scratch);
    facts->complete = f.cycles.complete;
    keep_strongest(&f, facts);
    facts->seconds = sd_clock_seconds() - f.begun;
    sd_arena_free(scratch);
}
