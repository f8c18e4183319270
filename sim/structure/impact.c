/* impact.c - what pushes each stock at one instant: the impact of every other stock, and of time.
 * In: sd_graph.  Out: a list by stock.  Hayward and Boswell 2014; the derivative of a net flow with respect to each
 * stock is gathered backwards through the auxiliaries between (reverse accumulation).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sd/structure.h"

/* How fast a cause moves at a point [its units / time]. */
static double rate_of(const sd_history *h, size_t node, size_t point)
{
    const sd_node *n = &h->equations->nodes[node];
    const double *values = h->values + node * h->point_count;
    double net = 0;
    switch (n->kind) {
    case SD_NODE_TIME:
        return 1;
    case SD_NODE_VARIABLE: /* a stock */
    case SD_NODE_STATE:
        for (size_t i = 0; i < n->input_count; i++)
            net +=
                (i < n->inflow_count ? 1 : -1) * h->values[n->inputs[i] * h->point_count + point];
        return net;
    default: /* what was drawn or remembered moves by steps */
        return point > 0 ? (values[point] - values[point - 1]) / h->spec.dt : 0;
    }
}

/* slopes[n] = d(net flow of the stock) / d(node n), through all auxiliaries between.  Causes come before their effects in
 * the numbering, so one pass downwards finishes each node before it is passed back. */
static void gather(const sd_graph *g, size_t stock, size_t point, double *slopes)
{
    const sd_equations *e = g->history->equations;
    memset(slopes, 0, e->node_count * sizeof *slopes);
    for (size_t l = g->first_in[stock]; l < g->first_in[stock + 1]; l++)
        slopes[g->links[l].from] += g->links[l].gain[point];
    for (size_t n = e->node_count; n-- > 0;)
        for (size_t l = g->first_in[n];
             slopes[n] != 0 && e->nodes[n].out != SD_NO_ROW && l < g->first_in[n + 1]; l++)
            slopes[g->links[l].from] += slopes[n] * g->links[l].gain[point];
}

static int by_share(const void *x, const void *y)
{
    const sd_impact *a = x, *b = y;
    if (a->share != b->share)
        return a->share < b->share ? 1 : -1;
    return (a->cause > b->cause) - (a->cause < b->cause);
}

const sd_impact *sd_impacts_at(sd_arena *arena, const sd_graph *g, size_t point, size_t *ret_count)
{
    const sd_equations *e = g->history->equations;
    SD_LIST(sd_impact) found = {0};
    double *slopes = SD_NEW_ARRAY(arena, double, e->node_count + 1);
    for (size_t stock = 0; stock < e->node_count; stock++) {
        const sd_node *n = &e->nodes[stock];
        double net = rate_of(g->history, stock, point), sum = 0;
        size_t first = found.count;
        if (n->kind != SD_NODE_VARIABLE || n->out != SD_NO_ROW || net == 0)
            continue;
        gather(g, stock, point, slopes);
        for (size_t cause = 0; cause < e->node_count; cause++) {
            double impact = slopes[cause] * rate_of(g->history, cause, point) / net;
            if (e->nodes[cause].out != SD_NO_ROW || impact == 0 || !isfinite(impact))
                continue;
            sd_impact one = {.stock = stock, .cause = cause, .impact = impact};
            SD_PUSH(arena, &found, one);
            sum += fabs(impact);
        }
        for (size_t i = first; i < found.count; i++)
            found.items[i].share = fabs(found.items[i].impact) / sum;
        if (found.count > first)
            qsort(found.items + first, found.count - first, sizeof *found.items, by_share);
    }
    *ret_count = found.count;
    return found.items;
}
