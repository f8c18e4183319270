/* graphs.h - directed graphs to search for cycles, and what a list of their cycles must be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_GRAPHS_H
#define TESTS_GRAPHS_H

#include "desk.h"

#include "sd/structure.h"

extern const sd_budget roomy; /* more than any of these graphs needs */

/* A graph with room for `links`, and a link more in it. */
sd_digraph graph_new(desk *on, size_t nodes, size_t links);
void join(sd_digraph *graph, size_t from, size_t to);

sd_digraph complete_graph(desk *on, size_t nodes);
/* Each party's target follows the other two stocks; its flow closes the gap between its target and its stock. */
sd_digraph arms_race(desk *on);
/* Numbers of Numerical Recipes' quick generator; the tests need no better. */
uint32_t next_random(uint32_t *seed);
/* Links, those from a node to itself too, each with a chance of 1 in `rarity`. */
sd_digraph random_graph(desk *on, size_t nodes, uint32_t rarity, uint32_t *seed);
/* As loops of a model do: a ring, chords to near and far. */
sd_digraph tangled_graph(desk *on, size_t nodes, size_t links, uint32_t seed);
/* [count] in 0.001 .. 1; one in eight is 0. */
double *random_weights(desk *on, size_t count, uint32_t *seed);

/* Closed, from its lowest node, through no node twice; in order, and none twice. */
void assert_elementary(const sd_digraph *graph, const sd_cycles *cycles);
void assert_same(const sd_cycles *a, const sd_cycles *b);
/* The largest product of its weights in one of the sets. */
double strength_of(const sd_cycle *cycle, const double *weights, size_t sets, size_t links);

#endif
