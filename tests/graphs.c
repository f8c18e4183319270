/* graphs.c - directed graphs to search for cycles, and what a list of their cycles must be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "graphs.h"

#include <math.h>

const sd_budget roomy = {.most = 1 << 20, .seconds = 60};

/* ---- graphs ---------------------------------------------------------------------------------------------------- */
sd_digraph graph_new(desk *on, size_t nodes, size_t links)
{
    return (sd_digraph){.node_count = nodes,
                        .from = SD_NEW_ARRAY(on->arena, size_t, links),
                        .to = SD_NEW_ARRAY(on->arena, size_t, links)};
}

void join(sd_digraph *graph, size_t from, size_t to)
{
    ((size_t *)graph->from)[graph->link_count] = from;
    ((size_t *)graph->to)[graph->link_count++] = to;
}

sd_digraph complete_graph(desk *on, size_t nodes)
{
    sd_digraph graph = graph_new(on, nodes, nodes * nodes);

    for (size_t a = 0; a < nodes; a++)
        for (size_t b = 0; b < nodes; b++)
            if (a != b)
                join(&graph, a, b);
    return graph;
}

sd_digraph arms_race(desk *on)
{
    sd_digraph graph = graph_new(on, 9, 15);

    for (size_t party = 0; party < 3; party++) {
        const size_t stock = party, flow = 3 + party, target = 6 + party;

        join(&graph, flow, stock);
        join(&graph, stock, flow);
        join(&graph, target, flow);
        for (size_t other = 0; other < 3; other++)
            if (other != party)
                join(&graph, other, target);
    }
    return graph;
}

uint32_t next_random(uint32_t *seed)
{
    return (*seed = *seed * 1664525u + 1013904223u) >> 8;
}

sd_digraph random_graph(desk *on, size_t nodes, uint32_t rarity, uint32_t *seed)
{
    sd_digraph graph = graph_new(on, nodes, nodes * nodes);

    for (size_t a = 0; a < nodes; a++)
        for (size_t b = 0; b < nodes; b++)
            if (next_random(seed) % rarity == 0)
                join(&graph, a, b);
    return graph;
}

sd_digraph tangled_graph(desk *on, size_t nodes, size_t links, uint32_t seed)
{
    sd_digraph graph = graph_new(on, nodes, links);
    bool *taken = SD_NEW_ARRAY(on->arena, bool, nodes *nodes);

    for (size_t n = 0; n < nodes; n++) {
        taken[n * nodes + (n + 1) % nodes] = true;
        join(&graph, n, (n + 1) % nodes);
    }
    while (nodes > 0 && graph.link_count < links) {
        const size_t a = next_random(&seed) % nodes, b = next_random(&seed) % nodes;

        if (a != b && !taken[a * nodes + b])
            join(&graph, a, b);
        taken[a * nodes + b] = true;
    }
    return graph;
}

/* ---- what a list of cycles must be ------------------------------------------------------------------------------- */
static int order_of(const sd_cycle *a, const sd_cycle *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (size_t i = 0; i < a->length; i++)
        if (a->links[i] != b->links[i])
            return a->links[i] < b->links[i] ? -1 : 1;
    return 0;
}

void assert_elementary(const sd_digraph *graph, const sd_cycles *cycles)
{
    size_t *seen = calloc(graph->node_count + 1, sizeof *seen);

    for (size_t i = 0; i < cycles->count; i++) {
        const sd_cycle *each = &cycles->list[i];
        const size_t start = graph->from[each->links[0]];

        assert_true(i == 0 || order_of(each - 1, each) < 0);
        for (size_t k = 0; k < each->length; k++) {
            const size_t node = graph->to[each->links[k]];

            assert_int_equal(graph->from[each->links[(k + 1) % each->length]], node);
            assert_true(node >= start);
            assert_int_not_equal(seen[node], i + 1);
            seen[node] = i + 1;
        }
    }
    free(seen);
}

void assert_same(const sd_cycles *a, const sd_cycles *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_int_equal(order_of(&a->list[i], &b->list[i]), 0);
}

double strength_of(const sd_cycle *cycle, const double *weights, size_t sets, size_t links)
{
    double strongest = 0;

    for (size_t set = 0; set < sets; set++) {
        double product = 1;

        for (size_t i = 0; i < cycle->length; i++)
            product *= weights[set * links + cycle->links[i]];
        strongest = fmax(strongest, product);
    }
    return strongest;
}

double *random_weights(desk *on, size_t count, uint32_t *seed)
{
    double *weights = SD_NEW_ARRAY(on->arena, double, count);

    for (size_t i = 0; i < count; i++) /* one in eight is 0 */
        weights[i] = next_random(seed) % 8 == 0 ? 0 : (next_random(seed) % 1000 + 1) / 1000.0;
    return weights;
}
