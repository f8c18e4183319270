/* test_structure_cycles_strong.c - the strong cycles of a graph are those of all its cycles whose products are large.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "graphs.h"

#include <math.h>

static void strong_cycles_are_all_cycles_in_the_end(void **state)
{
    desk *on = *state;
    uint32_t seed = 99;

    for (size_t trial = 0; trial < 150; trial++) {
        const sd_digraph graph = random_graph(on, 1 + trial % 9, 2, &seed);
        const size_t sets = 1 + trial % 3;
        const double *weights = random_weights(on, sets * graph.link_count, &seed);
        const sd_cycles all = sd_cycles_all(on->arena, &graph, &roomy);
        const sd_cycles strong = sd_cycles_strong(on->arena, &graph, weights, sets, &roomy);
        size_t positive = 0;

        for (size_t i = 0; i < all.count; i++)
            positive += strength_of(&all.list[i], weights, sets, graph.link_count) > 0;
        assert_true(strong.complete);
        assert_true(strong.least == 0);
        assert_int_equal(strong.count, positive);
        assert_elementary(&graph, &strong);
        for (size_t i = 0; i < strong.count; i++)
            assert_true(strength_of(&strong.list[i], weights, sets, graph.link_count) > 0);
    }
}

/* 1e-60 a link: the product of seven is below the smallest number. */
static void what_underflows_is_found_too(void **state)
{
    desk *on = *state;
    const sd_digraph graph = complete_graph(on, 7);
    double weights[42];

    for (size_t link = 0; link < 42; link++)
        weights[link] = 1e-60;
    const sd_cycles all = sd_cycles_all(on->arena, &graph, &roomy);
    const sd_cycles strong = sd_cycles_strong(on->arena, &graph, weights, 1, &roomy);
    assert_true(strong.complete);
    assert_same(&all, &strong);
}

/* With room for a part of them, those that are kept are the strongest, and `least` says from where on none is missing. */
static void the_strongest_are_kept(void **state)
{
    desk *on = *state;
    uint32_t seed = 4711;

    for (size_t trial = 0; trial < 100; trial++) {
        const sd_digraph graph = random_graph(on, 8, 2, &seed);
        const size_t sets = 1 + trial % 3;
        const double *weights = random_weights(on, sets * graph.link_count, &seed);
        const sd_budget budget = {.most = trial * 3, .seconds = 60};
        const sd_cycles all = sd_cycles_all(on->arena, &graph, &roomy);
        const sd_cycles kept = sd_cycles_strong(on->arena, &graph, weights, sets, &budget);
        double weakest = 1;
        size_t as_strong = 0, stronger = 0;

        assert_true(kept.count <= budget.most);
        assert_elementary(&graph, &kept);
        for (size_t i = 0; i < kept.count; i++) {
            const double strength = strength_of(&kept.list[i], weights, sets, graph.link_count);

            weakest = fmin(weakest, strength);
            as_strong += strength >= kept.least;
        }
        for (size_t i = 0; i < all.count; i++) {
            const double strength = strength_of(&all.list[i], weights, sets, graph.link_count);

            as_strong -= strength > 0 && strength >= kept.least;
            stronger += strength > weakest * (1 + 1e-9);
        }
        assert_int_equal(as_strong, 0); /* the same number, so the same cycles */
        assert_true(stronger <= kept.count);
        assert_int_equal(kept.complete, kept.least == 0);
    }
}

static void a_set_more_adds_what_is_strong_in_it(void **state)
{
    desk *on = *state;
    /* 0 -> 1 -> 0 is strong in the first set, 0 -> 2 -> 0 in the second; across the sets nothing is multiplied. */
    static const double weights[] = {0.9, 0.9, 0.9, 0.001, 0.9, 0.001, 0.9, 0.9};
    static const size_t from[] = {0, 1, 0, 2}, to[] = {1, 0, 2, 0};
    const sd_digraph graph = {.node_count = 3, .link_count = 4, .from = from, .to = to};
    const sd_budget one = {.most = 1, .seconds = 60};

    assert_int_equal(sd_cycles_strong(on->arena, &graph, weights, 2, &roomy).count, 2);
    const sd_cycles strongest = sd_cycles_strong(on->arena, &graph, weights, 1, &one);
    assert_int_equal(strongest.count, 1);
    assert_int_equal(strongest.list[0].links[1], 1);
    const sd_cycles other = sd_cycles_strong(on->arena, &graph, weights + 4, 1, &one);
    assert_int_equal(other.list[0].links[1], 3);
}

/* A graph as large as a model's, with more than ten million cycles: the strongest come in a moment, and they are the same
 * however long the search goes on. */
static void the_strongest_of_millions_are_found_soon(void **state)
{
    desk *on = *state;
    enum { NODES = 400, LINKS = 1500, SETS = 12 };
    const sd_digraph graph = tangled_graph(on, NODES, LINKS, 8);
    const sd_budget short_one = {.most = 200, .seconds = 20};
    const sd_budget longer = {.most = 2000, .seconds = 20}, second = {.seconds = 1};
    double *weights = SD_NEW_ARRAY(on->arena, double, SETS *LINKS);
    uint32_t seed = 12;
    bool complete = true;

    for (size_t i = 0; i < SETS * LINKS; i++) { /* most links do little, as in a model */
        const double x = (next_random(&seed) % 1000 + 1) / 1000.0;
        weights[i] = x * x;
    }
    /* Over a million on a quiet machine; sanitizers are slow. */
    assert_true(sd_cycles_count(&graph, &second, &complete) > 20000);
    assert_false(complete);
    const sd_cycles few = sd_cycles_strong(on->arena, &graph, weights, SETS, &short_one);
    const sd_cycles more = sd_cycles_strong(on->arena, &graph, weights, SETS, &longer);
    print_message("    %.3f s to %.4f, %.3f s to %.4f\n", few.seconds, few.least, more.seconds,
                  more.least);
    assert_int_equal(few.count, 200);
    assert_int_equal(more.count, 2000);
    assert_true(few.least > more.least && more.least > 0);
    size_t as_strong = 0;
    for (size_t i = 0; i < more.count; i++)
        as_strong += strength_of(&more.list[i], weights, SETS, LINKS) >= few.least;
    for (size_t i = 0; i < few.count; i++)
        as_strong -= strength_of(&few.list[i], weights, SETS, LINKS) >= few.least;
    assert_int_equal(as_strong, 0);
    assert_elementary(&graph, &more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(strong_cycles_are_all_cycles_in_the_end),
        DESK_TEST(what_underflows_is_found_too),
        DESK_TEST(the_strongest_are_kept),
        DESK_TEST(a_set_more_adds_what_is_strong_in_it),
        DESK_TEST(the_strongest_of_millions_are_found_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
