/* trace.c - the causes of a variable's change over a period, as a tree.
 * In: sd_history.  Out: sd_trace.  The change of an equation's result in one step is shared out by what each input alone
 * would have done (as link scores are: Schoenberg, Davidsen and Eberlein 2020); weights carry each share on to the traced
 * variable, and trace_stock.c carries them through stocks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "trace_private.h"

static const double no_change = 1e-9;   /* [1] of the values in the period: less is rounding */
static const double no_remains = 1e-12; /* [1] of the change: what is left below it is rounding */
static const double whole_of_it = 0.01; /* [1] of a row that may be missing from its sole cause */

/* A node that the change of another went through, with the weight of each step of it. */
typedef struct branch {
    sd_cause_kind kind;
    size_t node;
    double *weights;         /* [steps + 1] [units of the traced variable / of the node] */
    const own_feedback *own; /* whose part is taken out of its changes; may be NULL */
    double contribution;     /* [units of the traced variable] */
} branch;

typedef struct branches {
    SD_LIST(branch) list;
    double under_way; /* [units of the traced variable] */
    bool stock;
} branches;

typedef struct tree {
    trace_period t;
    const sd_trace_request *request;
    sd_trace *trace;
    SD_LIST(sd_cause) rows;
    double scale;         /* [units of the traced variable] what shares are held against */
    SD_LIST(size_t) path; /* nodes from the variable down */
} tree;

/* ---- one level ---- */

/* Sums and the inner stages of a smooth are not shown: their inputs stand in their place. */
static bool is_transparent(const tree *b, size_t node)
{
    const sd_node *n = &b->t.e->nodes[node];
    return n->kind == SD_NODE_SUM || n->kind == SD_NODE_INTO ||
           (n->kind == SD_NODE_STATE && n->last != node);
}

static void collect(tree *b, const branch *of, branches *to);

static void add_branch(tree *b, branches *to, branch one)
{
    bool itself = one.own && one.own->stock == one.node; /* its reply is no cause */
    if (b->t.e->nodes[one.node].constant || itself)
        return;
    if (is_transparent(b, one.node)) {
        collect(b, &one, to);
        return;
    }
    for (size_t i = 0; i < to->list.count; i++) {
        branch *known = &to->list.items[i];
        if (known->node != one.node || known->own != one.own)
            continue;
        for (size_t k = 1; k <= b->t.steps; k++)
            known->weights[k] += one.weights[k];
        return;
    }
    SD_PUSH(b->t.scratch, &to->list, one);
}

static void collect_flows(tree *b, const branch *of, branches *to)
{
    const sd_node *n = &b->t.e->nodes[of->node];
    const own_feedback *own = trace_own_feedback(&b->t, of->node);
    stock_parts parts = trace_stock(&b->t, own, of->weights);
    to->under_way += parts.under_way;
    to->stock = true;
    for (size_t i = 0; i < n->input_count; i++) {
        double *weights = sd_arena_rows(b->t.scratch, b->t.steps + 1);
        for (size_t k = 1; k <= b->t.steps; k++)
            weights[k] = i < n->inflow_count ? parts.weights[k] : -parts.weights[k];
        add_branch(b, to, (branch){.node = n->inputs[i], .weights = weights, .own = own});
    }
}

/* The causes of one branch.  Of what PREVIOUS or DELAY gives out only the whole is known. */
static void collect(tree *b, const branch *of, branches *to)
{
    const sd_node *n = &b->t.e->nodes[of->node];
    size_t series = b->t.steps + 1;
    if (trace_is_stock(n)) {
        collect_flows(b, of, to);
        return;
    }
    for (size_t i = 0; n->out != SD_NO_ROW && i < n->input_count; i++) {
        const double *gains = trace_gains(&b->t, of->node) + i * series;
        double *weights = sd_arena_rows(b->t.scratch, series);
        for (size_t k = 1; k < series; k++)
            weights[k] = of->weights[k] * gains[k];
        add_branch(b, to, (branch){.node = n->inputs[i], .weights = weights, .own = of->own});
    }
}

static void weigh(const tree *b, branch *one)
{
    one->contribution = 0;
    for (size_t k = 1; k <= b->t.steps; k++)
        one->contribution += one->weights[k] * trace_effective(&b->t, one->own, one->node, k);
}

static int by_size(const void *x, const void *y)
{
    const branch *a = x, *b = y;
    double of_a = fabs(a->contribution), of_b = fabs(b->contribution);
    return of_a != of_b ? (of_a < of_b ? 1 : -1) : (a->node > b->node) - (a->node < b->node);
}

/* ---- loops ---- */

static bool lists(const sd_loop *loop, const sd_variable *variable)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->through[i].variable == variable)
            return true;
    return false;
}

static const sd_variable *variable_of(const tree *b, size_t node)
{
    const sd_node *n = &b->t.e->nodes[node];
    return n->kind == SD_NODE_VARIABLE ? b->t.e->program->model->element_variables[n->element]
                                       : NULL;
}

/* A named loop lists every stock and flow on it, and stands for all paths through auxiliaries that it does not list: so it
 * is the one if it lists all stocks and flows on this circle, and all that it lists is here. */
static bool is_loop(const tree *b, const sd_loop *loop, const size_t *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sd_variable *v = variable_of(b, nodes[i]);
        if (v && v->kind != SD_AUX && !lists(loop, v))
            return false;
    }
    for (size_t l = 0; l < loop->count; l++) {
        bool here = false;
        for (size_t i = 0; i < count; i++)
            here = here || variable_of(b, nodes[i]) == loop->through[l].variable;
        if (!here)
            return false;
    }
    return true;
}

static const sd_loop *loop_through(const tree *b, const size_t *nodes, size_t count)
{
    const sd_model *model = b->t.e->program->model;
    for (size_t l = 0; l < model->loop_count; l++)
        if (is_loop(b, &model->loops[l], nodes, count))
            return &model->loops[l];
    return NULL;
}

/* The named loop on which a stock is the only one. */
static const sd_loop *loop_alone(const tree *b, const sd_variable *stock)
{
    const sd_model *model = b->t.e->program->model;
    for (size_t l = 0; l < model->loop_count; l++) {
        size_t stocks = 0;
        for (size_t i = 0; i < model->loops[l].count; i++)
            stocks += model->loops[l].through[i].variable->kind == SD_STOCK;
        if (stocks == 1 && lists(&model->loops[l], stock))
            return &model->loops[l];
    }
    return NULL;
}

/* ---- the tree ---- */

static const char *name_of(const tree *b, sd_cause_kind kind, size_t node, bool stock)
{
    const sd_graph graph = {.history = b->t.history};
    switch (kind) {
    case SD_CAUSE_NODE:
        return sd_graph_node_name(b->t.arena, &graph, node);
    case SD_CAUSE_UNDER_WAY:
        return "under way";
    case SD_CAUSE_OTHERS:
        return "others";
    default:
        return stock ? "error of the method" : "together";
    }
}

static size_t add_row(tree *b, sd_cause row, bool stock)
{
    if (row.kind == SD_CAUSE_NODE) {
        row.from = trace_values(&b->t, row.node)[0];
        row.to = trace_values(&b->t, row.node)[b->t.steps];
    } else {
        row.from = row.to = (double)NAN;
    }
    row.name = name_of(b, row.kind, row.node, stock);
    row.share = b->trace->change != 0 ? row.contribution / b->trace->change : (double)NAN;
    SD_PUSH(b->t.arena, &b->rows, row);
    return b->rows.count - 1;
}

static void grow(tree *b, const branch *one, size_t row);

/* A cause that stands above already closes a loop there. */
static void add_cause(tree *b, const branch *one, size_t above, bool sole)
{
    size_t depth = b->path.count, at = depth;
    sd_cause row = {.kind = one->kind,
                    .node = one->node,
                    .depth = depth,
                    .level = b->rows.items[above].level + !sole,
                    .sole = sole,
                    .above = above,
                    .contribution = one->contribution};
    const sd_variable *v = variable_of(b, one->node);
    for (size_t i = 0; one->kind == SD_CAUSE_NODE && i < depth; i++)
        at = b->path.items[i] == one->node ? i : at;
    row.again = at < depth;
    if (row.again)
        row.loop = loop_through(b, b->path.items + at, depth - at);
    else if (one->kind == SD_CAUSE_NODE && v && v->kind == SD_STOCK)
        row.loop = loop_alone(b, v);
    size_t mine = add_row(b, row, false);
    if (one->kind == SD_CAUSE_NODE && !row.again && b->rows.count < SD_TRACE_ROWS_MAX)
        grow(b, one, mine);
}

/* What a branch comes from, strongest first. */
static branches parts_of(tree *b, const branch *one)
{
    branches parts = {0};
    collect(b, one, &parts);
    for (size_t i = 0; i < parts.list.count; i++)
        weigh(b, &parts.list.items[i]);
    if (parts.stock)
        SD_PUSH(b->t.scratch, &parts.list,
                ((branch){.kind = SD_CAUSE_UNDER_WAY,
                          .node = one->node,
                          .contribution = parts.under_way}));
    if (parts.list.count)
        qsort(parts.list.items, parts.list.count, sizeof *parts.list.items, by_size);
    return parts;
}

/* What is not told apart, unless it is rounding. */
static void add_rest(tree *b, size_t row, sd_cause_kind kind, double contribution, bool stock)
{
    sd_cause rest = {.kind = kind,
                     .node = b->rows.items[row].node,
                     .depth = b->path.count,
                     .level = b->rows.items[row].level + 1,
                     .above = row,
                     .contribution = contribution};
    if (fabs(contribution) > no_remains * b->scale)
        (void)add_row(b, rest, stock);
}

/* The causes of a branch, beneath its row. */
static void grow(tree *b, const branch *one, size_t row)
{
    const branches parts = parts_of(b, one);
    const branch *list = parts.list.items;
    double rest = one->contribution, others = 0;
    size_t shown = 0;
    if (parts.list.count == 0)
        return;
    if (row == 0)
        b->scale = fmax(fabs(b->trace->change), fabs(list[0].contribution));
    double least = fmax(b->request->least, no_remains) * b->scale;
    while (shown < parts.list.count && fabs(list[shown].contribution) >= least)
        shown++;
    bool sole = shown == 1 && fabs(one->contribution - list[0].contribution) <=
                                  whole_of_it * fabs(one->contribution);
    if (shown == 0 || (!sole && b->rows.items[row].level >= b->request->depth))
        return;
    SD_PUSH(b->t.scratch, &b->path, one->node);
    for (size_t i = 0; i < parts.list.count; i++) {
        rest -= list[i].contribution;
        if (i < shown)
            add_cause(b, &list[i], row, sole);
        else
            others += list[i].contribution;
    }
    add_rest(b, row, SD_CAUSE_OTHERS, others, parts.stock);
    add_rest(b, row, SD_CAUSE_TOGETHER, rest, parts.stock);
    b->path.count--;
}

static size_t point_near(const sd_history *h, double time)
{
    double steps = round((time - h->spec.start) / h->spec.dt);
    return steps <= 0 ? 0 : steps < (double)h->point_count ? (size_t)steps : h->point_count - 1;
}

const sd_trace *sd_trace_new(sd_arena *arena, const sd_history *history,
                             const sd_trace_request *request)
{
    sd_arena *scratch = sd_arena_new("the causes of a change");
    sd_trace *trace = SD_NEW(arena, sd_trace);
    const size_t node = history->equations->element_nodes[request->element];
    trace->history = history;
    trace->first = point_near(history, request->from);
    trace->last = point_near(history, request->to);
    tree b = {.t = trace_period_new(arena, scratch, history, trace->first, trace->last),
              .request = request,
              .trace = trace};
    const double *x = trace_values(&b.t, node);
    trace->low = trace->high = x[0];
    for (size_t k = 1; k <= b.t.steps; k++) {
        trace->low = fmin(trace->low, x[k]);
        trace->high = fmax(trace->high, x[k]);
    }
    trace->change = x[b.t.steps] - x[0];
    if (fabs(trace->change) <= no_change * fmax(fabs(trace->low), fabs(trace->high)))
        trace->change = 0;
    branch whole = {.node = node,
                    .weights = sd_arena_rows(scratch, b.t.steps + 1),
                    .contribution = trace->change};
    for (size_t k = 1; k <= b.t.steps; k++)
        whole.weights[k] = 1;
    sd_cause root = {.node = node, .contribution = trace->change};
    const sd_variable *v = variable_of(&b, node);
    root.loop = v && v->kind == SD_STOCK ? loop_alone(&b, v) : NULL;
    (void)add_row(&b, root, false);
    if (trace->change != 0)
        grow(&b, &whole, 0);
    trace->count = b.rows.count;
    trace->list = b.rows.items;
    sd_arena_free(scratch);
    return trace;
}
