/* graph.c - the causal graph of a run, each link with its score and gain at every step.
 * In: sd_history.  Out: sd_graph.  Loops That Matter: Schoenberg, Davidsen and Eberlein 2020, equations 1 to 3, with links
 * from flows to stocks as in Schoenberg, Hayward and Eberlein 2023 (a flow's change over the change of the net flow).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "loops_private.h"

const double sd_change_floor = 8 * DBL_EPSILON;

/* Every link between an equation and what it names, before chains are made one. */
typedef struct raw_series {
    double *score, *gain; /* [point_count] NULL where the input is constant */
} raw_series;
typedef struct raw_links {
    const sd_history *history;
    const size_t *first; /* [node_count + 1] series first[n] + i belongs to input i of node n */
    raw_series *series;
} raw_links;

typedef struct builder {
    sd_arena *arena, *scratch;
    const sd_equations *e;
    raw_links raw;
    bool expand;
    size_t points;
    SD_LIST(sd_link) links;
} builder;

static bool is_stock(const sd_node *n)
{
    return n->out == SD_NO_ROW && (n->kind == SD_NODE_VARIABLE || n->kind == SD_NODE_STATE);
}

/* What stands for a node's own change: the net flow of a stock, else its value; `ret_scale` how large its parts are. */
static void own_series(const sd_history *h, size_t node, double *ret_own, double *ret_scale)
{
    const sd_node *n = &h->equations->nodes[node];
    const size_t points = h->point_count;
    for (size_t k = 0; k < points; k++) {
        ret_own[k] = is_stock(n) ? 0 : h->values[node * points + k];
        ret_scale[k] = fabs(ret_own[k]);
    }
    for (size_t i = 0; is_stock(n) && i < n->input_count; i++) {
        const double *flow = h->values + n->inputs[i] * points;
        for (size_t k = 0; k < points; k++) {
            ret_own[k] += i < n->inflow_count ? flow[k] : -flow[k];
            ret_scale[k] += fabs(flow[k]);
        }
    }
}

static bool changes(double now, double before, double scale, double floor)
{
    return fabs(now - before) > floor * scale;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

/* `changes`: what the input alone did, [point_count]. */
static void score_link(const sd_history *h, const double *x, const double *changes_by,
                       const double *own, const double *scale, double floor, double *ret_score)
{
    for (size_t k = 1; k < h->point_count; k++) {
        bool moved = changes(own[k], own[k - 1], fmax(scale[k], scale[k - 1]), floor) &&
                     changes(x[k], x[k - 1], fmax(fabs(x[k]), fabs(x[k - 1])), floor);
        double score = moved ? changes_by[k] / (own[k] - own[k - 1]) : 0;
        ret_score[k] = score_within(fabs(score)) * sign(changes_by[k]) * sign(x[k] - x[k - 1]);
    }
}

/* What one node's inputs did and do, [input][point]. */
typedef struct effects {
    sd_replay *replay;
    double *changes, *partials;
    double *own, *scale; /* [point] */
} effects;

static effects effects_new(const builder *b)
{
    size_t most = 1;
    for (size_t n = 0; n < b->e->node_count; n++)
        most = b->e->nodes[n].input_count > most ? b->e->nodes[n].input_count : most;
    return (effects){.replay = sd_replay_new(b->scratch, b->raw.history),
                     .changes = sd_arena_rows(b->scratch, most * b->points),
                     .partials = sd_arena_rows(b->scratch, most * b->points),
                     .own = sd_arena_rows(b->scratch, b->points),
                     .scale = sd_arena_rows(b->scratch, b->points)};
}

/* Scores and gains of everything that an equation names and that changes. */
static void score_all(builder *b, double floor)
{
    const sd_history *h = b->raw.history;
    effects f = effects_new(b);
    for (size_t n = 0; n < b->e->node_count; n++) {
        const sd_node *node = &b->e->nodes[n];
        if (node->constant || node->input_count == 0)
            continue;
        sd_replay_changes(f.replay, n, f.changes);
        sd_replay_partials(f.replay, n, f.partials);
        own_series(h, n, f.own, f.scale);
        for (size_t i = 0; i < node->input_count; i++) {
            raw_series *to = &b->raw.series[b->raw.first[n] + i];
            if (b->e->nodes[node->inputs[i]].constant)
                continue;
            to->score = sd_arena_rows(b->arena, b->points);
            to->gain = sd_arena_rows(b->arena, b->points);
            score_link(h, h->values + node->inputs[i] * b->points, f.changes + i * b->points, f.own,
                       f.scale, floor, to->score);
            memcpy(to->gain, f.partials + i * b->points, b->points * sizeof *to->gain);
        }
    }
}

static const double *raw_score(const builder *b, size_t node, size_t input)
{
    return b->raw.series[b->raw.first[node] + input].score;
}

static const double *raw_gain(const builder *b, size_t node, size_t input)
{
    return b->raw.series[b->raw.first[node] + input].gain;
}

static void add_link(builder *b, size_t from, size_t to, const double *score, const double *gain)
{
    const sd_node *n = &b->e->nodes[to];
    bool held = n->kind == SD_NODE_STATE || n->kind == SD_NODE_HELD;
    sd_link link = {
        .from = from, .to = to, .delayed = held || is_stock(n), .score = score, .gain = gain};
    SD_PUSH(b->arena, &b->links, link);
}

static void add_plain(builder *b, size_t node)
{
    const sd_node *n = &b->e->nodes[node];
    for (size_t i = 0; i < n->input_count; i++)
        if (raw_score(b, node, i))
            add_link(b, n->inputs[i], node, raw_score(b, node, i), raw_gain(b, node, i));
}

/* One step along a chain: by its first input `from`, the strongest path so far goes on; by `outer`, one begins. */
typedef struct way {
    double *score, *gain; /* [point_count] of the strongest path; of all together */
} way;

static void join(const builder *b, way to, const double *score, const double *gain,
                 const way *along)
{
    for (size_t k = 0; k < b->points; k++) {
        double path = along ? score_within(along->score[k] * score[k]) : score[k];
        if (fabs(path) > fabs(to.score[k]))
            to.score[k] = path;
        to.gain[k] += along ? along->gain[k] * gain[k] : gain[k];
    }
}

static way new_way(const builder *b)
{
    way w = {.score = sd_arena_rows(b->arena, b->points),
             .gain = sd_arena_rows(b->arena, b->points)};
    return w;
}

/* The members of the chain that ends in `last`, in order; a PREVIOUS or DELAY is a chain of one. */
static size_t chain_of(const builder *b, size_t last, size_t *ret_first)
{
    size_t first = last;
    while (b->e->nodes[last].kind == SD_NODE_STATE && first > 0 &&
           b->e->nodes[first - 1].kind == SD_NODE_STATE && b->e->nodes[first - 1].last == last)
        first--;
    *ret_first = first;
    return last - first + 1;
}

/* The composite link from one outer input through a chain to its last stock. */
static way through_chain(const builder *b, size_t first, size_t last, size_t outer)
{
    way reached = new_way(b);
    bool any = false;
    for (size_t s = first; s <= last; s++) {
        const size_t into = b->e->nodes[s].inputs[0];
        const sd_node *n = &b->e->nodes[into];
        way next = new_way(b);
        for (size_t i = 0; i < n->input_count; i++) {
            if (s > first && any && n->inputs[i] == s - 1)
                join(b, next, raw_score(b, into, i), raw_gain(b, into, i), &reached);
            else if (n->inputs[i] == outer)
                join(b, next, raw_score(b, into, i), raw_gain(b, into, i), NULL);
        }
        any = true;
        /* What flows in is all that a hidden stock has, so that link passes everything on. */
        for (size_t k = 0; k < b->points; k++)
            next.score[k] = score_within(next.score[k] * raw_score(b, s, 0)[k]);
        reached = next;
    }
    return reached;
}

static void add_chain(builder *b, size_t last)
{
    size_t first, from = b->links.count;
    (void)chain_of(b, last, &first);
    for (size_t s = first; s <= last; s++) {
        const sd_node *n = &b->e->nodes[b->e->nodes[s].inputs[0]];
        for (size_t i = 0; i < n->input_count; i++) {
            size_t outer = n->inputs[i];
            bool known = (outer >= first && outer <= last) || b->e->nodes[outer].constant;
            for (size_t l = from; !known && l < b->links.count; l++)
                known = b->links.items[l].from == outer;
            if (known)
                continue;
            way w = through_chain(b, first, last, outer);
            add_link(b, outer, last, w.score, w.gain);
        }
    }
}

static void add_links(builder *b, size_t node)
{
    const sd_node *n = &b->e->nodes[node];
    bool part_of_chain = n->kind == SD_NODE_INTO || (n->kind == SD_NODE_STATE && n->last != node);
    if (n->constant || (part_of_chain && !b->expand))
        return;
    if (!b->expand && (n->kind == SD_NODE_STATE || n->kind == SD_NODE_HELD))
        add_chain(b, node);
    else
        add_plain(b, node);
}

/* Nodes that lie on loops together. */
static void find_partitions(builder *b, sd_graph *g)
{
    size_t *from = SD_NEW_ARRAY(b->scratch, size_t, b->links.count + 1);
    size_t *to = SD_NEW_ARRAY(b->scratch, size_t, b->links.count + 1);
    for (size_t l = 0; l < b->links.count; l++) {
        from[l] = b->links.items[l].from;
        to[l] = b->links.items[l].to;
    }
    size_t count;
    sd_digraph whole = {
        .node_count = b->e->node_count, .link_count = b->links.count, .from = from, .to = to};
    const size_t *component = sd_digraph_components(b->scratch, &whole, &count);
    size_t *number = SD_NEW_ARRAY(b->scratch, size_t, count + 1);
    memset(number, 0xFF, count * sizeof *number);
    for (size_t l = 0; l < b->links.count; l++)
        if (component[from[l]] == component[to[l]] && number[component[from[l]]] == SIZE_MAX)
            number[component[from[l]]] = g->partition_count++;
    size_t *partitions = SD_NEW_ARRAY(b->arena, size_t, b->e->node_count + 1);
    for (size_t n = 0; n < b->e->node_count; n++)
        partitions[n] = number[component[n]];
    g->partitions = partitions;
}

static sd_status make_room(builder *b, sd_diag *diag)
{
    size_t *first = SD_NEW_ARRAY(b->scratch, size_t, b->e->node_count + 1), changing = 0;
    for (size_t n = 0; n < b->e->node_count; n++) {
        const sd_node *node = &b->e->nodes[n];
        first[n + 1] = first[n] + node->input_count;
        for (size_t i = 0; i < node->input_count; i++)
            changing += !b->e->nodes[node->inputs[i]].constant;
    }
    if (2.0 * sizeof(double) * (double)changing * (double)b->points > SD_RUN_BYTES_MAX) {
        sd_status status = sd_fail(diag, SD_E503, SD_NOWHERE,
                                   "the scores of %zu links at %zu points need more than 1 GB",
                                   changing, b->points);
        sd_help(diag, "raise dt, or stop earlier");
        return status;
    }
    b->raw.first = first;
    b->raw.series = SD_NEW_ARRAY(b->scratch, raw_series, first[b->e->node_count] + 1);
    return SD_OK;
}

sd_status sd_graph_new(sd_arena *arena, const sd_history *history, bool expand, double floor,
                       const sd_graph **ret_graph, sd_diag *diag)
{
    builder b = {.arena = arena,
                 .scratch = sd_arena_new("a causal graph"),
                 .e = history->equations,
                 .raw = {.history = history},
                 .expand = expand,
                 .points = history->point_count};
    sd_status status = make_room(&b, diag);
    if (status == SD_OK) {
        sd_graph *g = SD_NEW(arena, sd_graph);
        size_t *first_in = SD_NEW_ARRAY(arena, size_t, b.e->node_count + 1);
        assert(b.raw.first && b.raw.series);
        score_all(&b, floor);
        for (size_t n = 0; n < b.e->node_count; n++) {
            first_in[n] = b.links.count;
            add_links(&b, n);
        }
        first_in[b.e->node_count] = b.links.count;
        g->history = history;
        g->link_count = b.links.count;
        g->links = b.links.items;
        g->first_in = first_in;
        find_partitions(&b, g);
        *ret_graph = g;
    }
    sd_arena_free(b.scratch);
    return status;
}

/* What a conveyor or queue gives out, or what decides that; both belong to the flow. */
static const char *belt_node_name(sd_arena *arena, const sd_model *model, const sd_node *n)
{
    const sd_variable *v = model->element_variables[n->element];
    const sd_variable *stock = v->driver ? v->driver : v;
    const char *name = sd_model_element_name(model, stock->first + n->element - v->first, arena);
    return sd_arena_printf(arena, "%s%s %s", n->kind == SD_NODE_HELD ? "" : "into ",
                           stock->queue ? "what waits in" : "what lies on", name);
}

const char *sd_graph_node_name(sd_arena *arena, const sd_graph *graph, size_t node)
{
    const sd_equations *e = graph->history->equations;
    const sd_node *n = &e->nodes[node];
    if (n->kind == SD_NODE_TIME)
        return "TIME";
    const char *name = sd_model_element_name(e->program->model, n->element, arena);
    if (n->kind == SD_NODE_VARIABLE)
        return name;
    if (n->kind == SD_NODE_DRAW)
        return sd_arena_printf(arena, "random draw in %s", name);
    if (!n->call)
        return belt_node_name(arena, e->program->model, n);
    const char *call = n->call->builtin->name;
    size_t length = strcspn(call, "|"), place = 0;
    for (size_t s = n->last; n->kind == SD_NODE_STATE && s > node; s--)
        place++;
    if (place)
        return sd_arena_printf(arena, "%.*s in %s, %zu before the last stage", (int)length, call,
                               name, place);
    return sd_arena_printf(arena, "%s%.*s in %s", n->kind == SD_NODE_INTO ? "into " : "",
                           (int)length, call, name);
}
