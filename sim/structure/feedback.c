/* feedback.c - which loops drive: named, pinned and found ones with their scores, shares and polarities.
 * In: sd_graph.  Out: sd_feedbacks.  Loop scores, relative scores within a cycle partition and the confidence of a
 * polarity are those of Schoenberg, Davidsen and Eberlein 2020 and of Schoenberg, Hayward and Eberlein 2023.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "loops_private.h"

/* "R" for a loop that is sure to reinforce, and so on: the letters and the cut of the published tool. */
static const double sure = 0.99;

const char *sd_feedback_letter(const sd_feedback *f)
{
    if (f->polarity == 0 || !(f->confidence > 0))
        return "U";
    if (f->confidence >= sure)
        return f->polarity > 0 ? "R" : "B";
    return f->polarity > 0 ? "Ru" : "Bu";
}

/* Names the model's loop where its list has no way on. */
static sd_status fail_broken(const sd_feedback *f, size_t broken, sd_span span, sd_diag *diag)
{
    const sd_variable *from = f->stops[broken].variable;
    const sd_variable *to = f->stops[(broken + 1) % f->count].variable;
    sd_status status = sd_fail(diag, SD_E115, span, "loop '%s' has no way from '%s' to '%s'", f->id,
                               from->name, to->name);
    sd_help(diag,
            "no chain of auxiliaries leads there; 'treadmill explain %s' shows what it is made of. "
            "A stock or flow "
            "between them must be listed, and what is constant carries nothing",
            to->name);
    return status;
}

/* What passes a variable twice is two loops. */
static sd_status check_stops(const sd_feedback *f, sd_span span, sd_diag *diag)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < i; k++)
            if (f->stops[i].variable == f->stops[k].variable &&
                (f->stops[i].element == f->stops[k].element || f->stops[i].element == SIZE_MAX ||
                 f->stops[k].element == SIZE_MAX)) {
                sd_status status = sd_fail(diag, SD_E115, span, "loop '%s' names '%s' twice", f->id,
                                           f->stops[i].variable->name);
                sd_help(diag, "that is two loops; list each by itself");
                return status;
            }
    return SD_OK;
}

void loop_judge(sd_feedback *f, size_t points)
{
    double up = 0, down = 0;
    for (size_t k = 0; k < points; k++) {
        up += f->score[k] > 0 ? f->score[k] : 0;
        down -= f->score[k] < 0 ? f->score[k] : 0;
    }
    f->polarity = (up > down) - (up < down);
    f->confidence = up + down > 0 ? fabs(up - down) / (up + down) : (double)NAN;
}

static sd_status check_polarity(const sd_feedback *f, sd_diag *diag)
{
    if (!f->named || f->polarity == 0)
        return SD_OK;
    const char *words[] = {"balancing", "", "reinforcing"};
    if (f->polarity != f->named->polarity) {
        sd_status status = sd_fail(diag, SD_E116, f->named->span,
                                   "loop '%s' is called %s, but works as a %s one in this run",
                                   f->id, words[f->named->polarity + 1], words[f->polarity + 1]);
        sd_help(diag, "look at the list of its variables, and at what was set for this run");
        return status;
    }
    if (f->confidence < sure) {
        sd_warn(diag, SD_W910, f->named->span,
                "loop '%s' works both ways in this run: %.0f %% of its scores are %s", f->id,
                50 * (1 + f->confidence), words[f->polarity + 1]);
    }
    return SD_OK;
}

void loop_add(const loop_list *l, double *totals, size_t partition, const double *score)
{
    double *total = totals + partition * l->points;
    assert(score);
    for (size_t k = 0; k < l->points; k++)
        total[k] += fabs(score[k]);
}

double loop_share(const loop_list *l, const double *totals, const sd_feedback *f, double *relative)
{
    const double *total = totals + f->partition * l->points;
    double sum = 0, moving = 0;
    for (size_t k = 0; k < l->points; k++) {
        /* Scores of 1e300 may add up to infinity; then the largest of them share it. */
        double share = total[k] > 0 ? f->score[k] / (total[k] < 1e308 ? total[k] : 1e308) : 0;
        if (relative)
            relative[k] = share;
        sum += fabs(share);
        moving += total[k] > 0;
    }
    return moving > 0 ? sum / moving : 0;
}

static void relate(const loop_list *l, sd_feedback *f)
{
    double *relative = sd_arena_rows(l->arena, l->points);
    f->share = loop_share(l, l->totals, f, relative);
    f->relative = relative;
    f->among_share = (double)NAN;
    if (f->named) {
        double *among = sd_arena_rows(l->arena, l->points);
        f->among_share = loop_share(l, l->named_totals, f, among);
        f->among = among;
    }
}

/* A stock on the loop tells its partition. */
static size_t partition_of(const sd_graph *g, const sd_feedback *f)
{
    for (size_t s = 0; s < f->count; s++) {
        const sd_stop *stop = &f->stops[s];
        size_t element = stop->element == SIZE_MAX ? stop->variable->first : stop->element;
        size_t partition = g->partitions[g->history->equations->element_nodes[element]];
        if (partition != SIZE_MAX)
            return partition;
    }
    return 0;
}

/* Scores a loop that is given as a list of variables. */
static sd_status score_listed(const loop_list *l, sd_feedback *f, sd_span span, sd_diag *diag)
{
    assert(f->count > 0);
    sd_status status = check_stops(f, span, diag);
    if (status != SD_OK)
        return status;
    sd_route_scores scores = sd_route_follow(l->arena, l->graph, f->stops, f->count, true);
    if (scores.broken != SIZE_MAX)
        return fail_broken(f, scores.broken,
                           f->named ? f->named->through[(scores.broken + 1) % f->count].span : span,
                           diag);
    f->score = scores.score;
    f->ways = scores.path_count;
    f->partition = partition_of(l->graph, f);
    loop_judge(f, l->points);
    return l->either_way ? SD_OK : check_polarity(f, diag);
}

static void add_named(loop_list *l, const sd_loop *loop, sd_diag *diag)
{
    sd_stop *stops = SD_NEW_ARRAY(l->arena, sd_stop, loop->count);
    for (size_t i = 0; i < loop->count; i++)
        stops[i] = (sd_stop){.variable = loop->through[i].variable, .element = SIZE_MAX};
    sd_feedback f = {
        .id = loop->id, .name = loop->name, .named = loop, .count = loop->count, .stops = stops};
    if (score_listed(l, &f, loop->span, diag) != SD_OK)
        return;
    SD_PUSH(l->arena, &l->loops, f);
    loop_add(l, l->totals, f.partition, f.score);
    loop_add(l, l->named_totals, f.partition, f.score);
}

static sd_feedback *score_pinned(const loop_list *l, const sd_pin *pins, size_t count,
                                 sd_diag *diag)
{
    sd_feedback *list = SD_NEW_ARRAY(l->arena, sd_feedback, count + 1);
    for (size_t i = 0; i < count; i++) {
        list[i] = (sd_feedback){
            .id = pins[i].id, .name = "pinned", .count = pins[i].count, .stops = pins[i].stops};
        (void)score_listed(l, &list[i], pins[i].span, diag);
    }
    return list;
}

/* How many nodes a partition has: the place of its loops in the list. */
static size_t *partition_sizes(sd_arena *arena, const sd_graph *g)
{
    size_t *sizes = SD_NEW_ARRAY(arena, size_t, g->partition_count + 1);
    for (size_t n = 0; n < g->history->equations->node_count; n++)
        if (g->partitions[n] != SIZE_MAX)
            sizes[g->partitions[n]]++;
    return sizes;
}

static int by_rank(const void *x, const void *y, void *context)
{
    const sd_feedback *a = x, *b = y;
    const size_t *sizes = context;
    int listed = (b->among != NULL) - (a->among != NULL);
    if (listed)
        return listed;
    if (sizes[a->partition] != sizes[b->partition])
        return sizes[a->partition] < sizes[b->partition] ? 1 : -1;
    double of_a = a->among ? a->among_share : a->share, of_b = b->among ? b->among_share : b->share;
    if (of_a != of_b)
        return of_a < of_b ? 1 : -1;
    return strcmp(a->id, b->id);
}

sd_status loops_make(sd_arena *arena, const sd_graph *graph, const sd_pin *pins, size_t pin_count,
                     const sd_budget *budget, bool either_way, const sd_feedbacks **ret_feedbacks,
                     sd_diag *diag)
{
    const sd_model *model = graph->history->equations->program->model;
    size_t errors = diag->errors, points = graph->history->point_count;
    loop_list l = {.arena = arena, .graph = graph, .points = points, .either_way = either_way};
    sd_feedbacks *all = SD_NEW(arena, sd_feedbacks);
    l.totals = sd_arena_rows(arena, (graph->partition_count + 1) * points);
    l.named_totals = sd_arena_rows(arena, (graph->partition_count + 1) * points);
    for (size_t i = 0; i < model->loop_count; i++)
        add_named(&l, &model->loops[i], diag);
    sd_feedback *pinned = score_pinned(&l, pins, pin_count, diag);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    all->graph = graph;
    all->named = l.loops.count;
    if (budget->most && graph->partition_count)
        loops_search(&l, budget, all);
    else
        all->complete = graph->partition_count == 0;
    for (size_t i = 0; i < l.loops.count; i++) {
        relate(&l, &l.loops.items[i]);
        all->moves = all->moves || !isnan(l.loops.items[i].confidence);
    }
    if (l.loops.count)
        qsort_r(l.loops.items, l.loops.count, sizeof *l.loops.items, by_rank,
                partition_sizes(arena, graph));
    all->count = l.loops.count;
    all->list = l.loops.items;
    for (size_t i = 0; i < pin_count; i++)
        relate(&l, &pinned[i]);
    all->pinned_count = pin_count;
    all->pinned = pinned;
    *ret_feedbacks = all;
    return SD_OK;
}

sd_status sd_feedbacks_new(sd_arena *arena, const sd_graph *graph, const sd_pin *pins,
                           size_t pin_count, const sd_budget *budget,
                           const sd_feedbacks **ret_feedbacks, sd_diag *diag)
{
    return loops_make(arena, graph, pins, pin_count, budget, false, ret_feedbacks, diag);
}
