/* test_structure_cycles.c - cycles of directed graphs: published counts, a slow search of another kind on small graphs, and
 * budgets that hold.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "graphs.h"

enum { SMALL = 8 };

/* ---- a search of another kind: every set of nodes, by dynamic programming over the sets ------------------------------
 * ways[set][end]: paths from the set's lowest node through all of it that end there.  Held and Karp 1962. */
static uint64_t count_by_sets(const sd_digraph *graph)
{
    static uint64_t ways[1 << SMALL][SMALL];
    uint64_t count = 0;

    memset(ways, 0, sizeof ways);
    for (size_t set = 1; set < (size_t)1 << graph->node_count; set++) {
        const size_t start = (size_t)__builtin_ctzll(set);

        if ((set & (set - 1)) == 0)
            ways[set][start] = 1;
        for (size_t link = 0; link < graph->link_count; link++) {
            const size_t from = graph->from[link], to = graph->to[link];

            if (to == start)
                count += ways[set][from];
            else if (to > start && !(set >> to & 1))
                ways[set | (size_t)1 << to][to] += ways[set][from];
        }
    }
    return count;
}

/* ---- every cycle --------------------------------------------------------------------------------------------------- */
/* Elementary circuits of the complete digraph: the sum over k of C(n, k) (k - 1)!; with Johnson's own examples they stand in
 * loop_counts.csv, from which these are. */
static void complete_graphs_have_as_many_cycles_as_theory_says(void **state)
{
    desk *on = *state;
    static const uint64_t counts[] = {5, 20, 84, 409, 2365, 16064, 125664};

    for (size_t nodes = 3; nodes <= 9; nodes++) {
        const sd_digraph graph = complete_graph(on, nodes);
        const sd_cycles cycles = sd_cycles_all(on->arena, &graph, &roomy);
        bool complete = false;

        assert_int_equal(sd_cycles_count(&graph, &roomy, &complete), counts[nodes - 3]);
        assert_true(complete && cycles.complete);
        assert_int_equal(cycles.count, counts[nodes - 3]);
        assert_elementary(&graph, &cycles);
    }
}

/* The rows of loop_counts.csv that can be built from their names.  Of WRLD3-03 there is only the count, not the model. */
static void the_counts_are_those_of_the_reference(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "reference/loop_counts.csv");
    FILE *file = path ? fopen(path, "r") : NULL;
    char line[512];
    size_t rows = 0;

    if (!file)
        skip();
    while (fgets(line, sizeof line, file)) {
        size_t nodes = 0, vertices = 0, edges = 0, circuits = 0;
        const char *numbers = strchr(line, ',');
        sd_digraph graph = {0};

        if (sscanf(line, "complete_digraph_K%zu", &nodes) == 1)
            graph = complete_graph(on, nodes);
        else if (strncmp(line, "arms_race_3party", 16) == 0)
            graph = arms_race(on);
        else
            continue;
        bool complete = false;
        assert_int_equal(sscanf(numbers, ",%zu,%zu,%zu", &vertices, &edges, &circuits), 3);
        assert_int_equal(graph.node_count, vertices);
        assert_int_equal(graph.link_count, edges);
        assert_int_equal(sd_cycles_count(&graph, &roomy, &complete), circuits);
        assert_true(complete);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 8);
}

/* Eberlein and Schoenberg 2020: 8 loops. */
static void the_arms_race_has_eight_loops(void **state)
{
    desk *on = *state;
    const sd_digraph graph = arms_race(on);
    const sd_cycles cycles = sd_cycles_all(on->arena, &graph, &roomy);
    static const size_t lengths[] = {2, 2, 2, 6, 6, 6, 9, 9};

    assert_true(cycles.complete);
    assert_int_equal(cycles.count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(cycles.list[i].length, lengths[i]);
    assert_elementary(&graph, &cycles);
}

static void a_search_of_another_kind_counts_the_same(void **state)
{
    desk *on = *state;
    uint32_t seed = 20231;
    uint64_t total = 0;

    for (size_t trial = 0; trial < 600; trial++) {
        const sd_digraph graph =
            random_graph(on, 1 + trial % SMALL, 2 + (uint32_t)(trial % 5), &seed);
        const sd_cycles cycles = sd_cycles_all(on->arena, &graph, &roomy);

        assert_int_equal(cycles.count, count_by_sets(&graph));
        assert_true(cycles.complete);
        assert_elementary(&graph, &cycles);
        total += cycles.count;
    }
    assert_true(total > 10000);
}

static void the_order_of_nodes_and_links_changes_no_count(void **state)
{
    desk *on = *state;
    uint32_t seed = 771;

    for (size_t trial = 0; trial < 50; trial++) {
        const sd_digraph graph = random_graph(on, 12, 5, &seed);
        sd_digraph turned = graph_new(on, 12, graph.link_count);
        bool complete = false;

        for (size_t link = graph.link_count; link-- > 0;)
            join(&turned, 11 - graph.from[link], 11 - graph.to[link]);
        assert_int_equal(sd_cycles_count(&turned, &roomy, &complete),
                         sd_cycles_count(&graph, &roomy, &complete));
    }
}

static void graphs_without_cycles_have_none(void **state)
{
    desk *on = *state;
    const sd_digraph empty = {0};
    sd_digraph order = graph_new(on, 7, 21);

    for (size_t a = 0; a < 7; a++)
        for (size_t b = 0; b < a; b++)
            join(&order, a, b);
    const sd_digraph *graphs[] = {&empty, &order};
    for (size_t i = 0; i < 2; i++) {
        const sd_cycles all = sd_cycles_all(on->arena, graphs[i], &roomy);
        double *weights = SD_NEW_ARRAY(on->arena, double, 21);

        for (size_t link = 0; link < 21; link++)
            weights[link] = 0.9;
        const sd_cycles strong = sd_cycles_strong(on->arena, graphs[i], weights, 1, &roomy);
        assert_true(all.complete && strong.complete);
        assert_int_equal(all.count + strong.count, 0);
    }
    const sd_cycles none = sd_cycles_strong(on->arena, &order, NULL, 0, &roomy);
    assert_true(none.complete);
    assert_int_equal(none.count, 0);
}

static void a_link_from_a_node_to_itself_is_a_cycle(void **state)
{
    desk *on = *state;
    static const double weights[] = {0.5, 0.25, 0.125};
    sd_digraph graph = graph_new(on, 3, 3);

    join(&graph, 2, 2);
    join(&graph, 0, 1);
    join(&graph, 1, 0);
    const sd_cycles all = sd_cycles_all(on->arena, &graph, &roomy);
    const sd_cycles strong = sd_cycles_strong(on->arena, &graph, weights, 1, &roomy);
    assert_int_equal(all.count, 2);
    assert_int_equal(all.list[0].length, 1);
    assert_int_equal(all.list[0].links[0], 0);
    assert_int_equal(all.list[1].length, 2);
    assert_true(strong.complete);
    assert_same(&all, &strong);
}

/* Recursion would overflow the stack. */
static void long_chains_and_rings_are_searched(void **state)
{
    desk *on = *state;
    enum { LONG = 200000 };
    double *weights = SD_NEW_ARRAY(on->arena, double, LONG + 1);

    for (int upwards = 0; upwards < 2; upwards++) {
        sd_digraph graph = graph_new(on, LONG, LONG + 1);
        size_t count = 0;

        for (size_t n = 0; n + 1 < LONG; n++) {
            join(&graph, upwards ? n : n + 1, upwards ? n + 1 : n);
            weights[n] = 1;
        }
        assert_true(sd_digraph_components(on->arena, &graph, &count)[LONG - 1] == LONG - 1);
        assert_int_equal(count, LONG);
        assert_int_equal(sd_cycles_all(on->arena, &graph, &roomy).count, 0);
        assert_int_equal(sd_cycles_strong(on->arena, &graph, weights, 1, &roomy).count, 0);

        join(&graph, upwards ? LONG - 1 : 0, upwards ? 0 : LONG - 1);
        weights[LONG - 1] = 0.75;
        const sd_cycles all = sd_cycles_all(on->arena, &graph, &roomy);
        const sd_cycles strong = sd_cycles_strong(on->arena, &graph, weights, 1, &roomy);
        assert_int_equal(all.count, 1);
        assert_int_equal(all.list[0].length, LONG);
        assert_true(all.complete && strong.complete);
        assert_same(&all, &strong);
        sd_digraph_components(on->arena, &graph, &count);
        assert_int_equal(count, 1);
    }
}

/* Against reachability, worked out by Warshall's algorithm. */
static void components_are_the_nodes_that_reach_each_other(void **state)
{
    desk *on = *state;
    uint32_t seed = 5;

    for (size_t trial = 0; trial < 200; trial++) {
        const sd_digraph graph = random_graph(on, 10, 6 + (uint32_t)(trial % 5), &seed);
        bool reach[10][10] = {{0}};
        size_t count = 0, highest = 0;
        const size_t *number = sd_digraph_components(on->arena, &graph, &count);

        for (size_t link = 0; link < graph.link_count; link++)
            reach[graph.from[link]][graph.to[link]] = true;
        for (size_t via = 0; via < 10; via++)
            for (size_t a = 0; a < 10; a++)
                for (size_t b = 0; b < 10; b++)
                    reach[a][b] |= reach[a][via] && reach[via][b];
        for (size_t a = 0; a < 10; a++) {
            assert_true(number[a] <= highest); /* numbered as they come */
            highest += number[a] == highest;
            for (size_t b = 0; b < 10; b++)
                assert_int_equal(number[a] == number[b], a == b || (reach[a][b] && reach[b][a]));
        }
        assert_int_equal(count, highest);
    }
}

/* ---- budgets --------------------------------------------------------------------------------------------------------- */
/* K14 has 17,830,945,720 cycles: more than anybody can wait for. */
static void a_budget_of_time_is_kept(void **state)
{
    desk *on = *state;
    const sd_digraph graph = complete_graph(on, 14);
    const sd_budget budget = {.most = 1u << 21, .seconds = 0.8};
    double *weights = SD_NEW_ARRAY(on->arena, double, graph.link_count);
    uint32_t seed = 3;
    bool complete = true;

    for (size_t link = 0; link < graph.link_count; link++)
        weights[link] = (next_random(&seed) % 1000 + 1) / 1000.0;
    for (int which = 0; which < 3; which++) {
        const double begun = sd_clock_seconds();
        sd_cycles cycles = {0};

        if (which == 0)
            cycles.count = sd_cycles_count(&graph, &budget, &complete);
        else if (which == 1)
            cycles = sd_cycles_all(on->arena, &graph, &budget);
        else
            cycles = sd_cycles_strong(on->arena, &graph, weights, 1, &budget);
        const double took = sd_clock_seconds() - begun;
        print_message("    %zu cycles, %.3f s\n", cycles.count, took);
        assert_false(which == 0 ? complete : cycles.complete);
        assert_true(cycles.count > 100000);
        assert_true(took <
                    2 * budget.seconds); /* this machine may be busy; on a quiet one within 2 % */
    }
}

static void a_budget_of_room_is_kept(void **state)
{
    desk *on = *state;
    const sd_digraph graph = complete_graph(on, 14);
    const sd_budget budget = {.most = 1234, .seconds = 60};
    const sd_cycles cycles = sd_cycles_all(on->arena, &graph, &budget);
    sd_digraph ring = graph_new(on, 3, 3);
    const sd_budget one = {.most = 1, .seconds = 60};

    assert_int_equal(cycles.count, 1234);
    assert_false(cycles.complete);
    assert_elementary(&graph, &cycles);
    for (size_t n = 0; n < 3; n++)
        join(&ring, n, (n + 1) % 3);
    assert_true(sd_cycles_all(on->arena, &ring, &one).complete); /* just enough */
}

static void an_interrupt_ends_the_search(void **state)
{
    desk *on = *state;
    static volatile sig_atomic_t interrupted = 1;
    const sd_digraph graph = complete_graph(on, 14);
    const sd_budget budget = {.most = 1 << 20, .seconds = 60, .interrupted = &interrupted};
    double weights[182];
    bool complete = true;

    for (size_t link = 0; link < 182; link++)
        weights[link] = 0.9;
    const double begun = sd_clock_seconds();
    assert_false(sd_cycles_all(on->arena, &graph, &budget).complete);
    const sd_cycles strong = sd_cycles_strong(on->arena, &graph, weights, 1, &budget);
    assert_false(strong.complete);
    assert_true(strong.least > 1); /* nothing is certain */
    sd_cycles_count(&graph, &budget, &complete);
    assert_false(complete);
    assert_true(sd_clock_seconds() - begun < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(complete_graphs_have_as_many_cycles_as_theory_says),
        DESK_TEST(the_counts_are_those_of_the_reference),
        DESK_TEST(the_arms_race_has_eight_loops),
        DESK_TEST(a_search_of_another_kind_counts_the_same),
        DESK_TEST(the_order_of_nodes_and_links_changes_no_count),
        DESK_TEST(graphs_without_cycles_have_none),
        DESK_TEST(a_link_from_a_node_to_itself_is_a_cycle),
        DESK_TEST(long_chains_and_rings_are_searched),
        DESK_TEST(components_are_the_nodes_that_reach_each_other),
        DESK_TEST(a_budget_of_time_is_kept),
        DESK_TEST(a_budget_of_room_is_kept),
        DESK_TEST(an_interrupt_ends_the_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
