/* test_structure_route.c - a list of variables stands for all paths between them through what it does not name.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"
#include "random_model.h"

#include <math.h>

static const char pair[] = "<dimensions><dim name=\"d\" size=\"2\"/></dimensions>";

/* ---- one by one --------------------------------------------------------------------------------------------------------- */

/* f = 0.1 a + 0.3 b with a = 2 S, b = 5 S: 0.2 by a, 1.5 by b. */
static void what_is_not_listed_is_passed_and_summed(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 5 1",
                                   "stock S = 3; in f\nflow f = 0.1 * a + 0.3 * b\naux a = 2 * S\n"
                                   "aux b = 5 * S\n");
    const sd_route_scores both = looked_route(&l, "S f", true),
                          one = looked_route(&l, "S a f", true);
    const sd_route_scores open = looked_route(&l, "S f", false);

    assert_true(both.broken == SIZE_MAX && one.broken == SIZE_MAX && open.broken == SIZE_MAX);
    assert_true(both.path_count == 2 && one.path_count == 1 && open.path_count == 2);
    for (size_t k = 1; k < l.history->point_count; k++) {
        assert_near(both.gain[k], 1.7, 1e-15);
        assert_near(both.score[k], 1, 1e-14);
        assert_near(one.gain[k], 0.2, 1e-15);
        assert_near(one.score[k], 0.2 / 1.7, 1e-14);
        assert_near(open.gain[k], 1.7, 1e-15);
    }
    assert_true(both.score[0] == 0 && both.gain[0] > 1.6);
}

static void no_route_passes_a_stock_or_flow_that_it_does_not_name(void **state)
{
    const looked l = look_at_lines(
        *state, "euler 0 5 1",
        "stock S = 3; in f\nstock T = 2; in g\nflow f = T + h\nflow g = 0.1 * S\nflow h = S\n");

    assert_true(looked_route(&l, "S f", true).broken == 0);
    assert_true(looked_route(&l, "S g f", true).broken == 1);
    assert_true(looked_route(&l, "S g T f", true).broken == SIZE_MAX);
    assert_true(looked_route(&l, "S h f", true).broken == SIZE_MAX);
    assert_true(looked_route(&l, "S g T h", true).broken == 2);
    assert_true(looked_route(&l, "f S g", true).broken == 2); /* the way back */
    assert_true(looked_route(&l, "f S g", false).broken == SIZE_MAX);
}

/* A delay inside an equation is passed on the way to what the list names, and nowhere else. */
static void time_passes_only_where_the_list_says_so(void **state)
{
    const looked l =
        look_at_lines(*state, "euler 0 5 1",
                      "stock S = 3; in f\nflow f = 0.1 * S + late + 0.2 * SMTH1(S, 4)\n"
                      "aux late = SMTH1(S, 2) + PREVIOUS(S, 0)\n");
    const sd_route_scores r = looked_route(&l, "S f", true),
                          late = looked_route(&l, "S late f", true);

    assert_true(r.path_count == 2); /* the direct one, and by the smooth in f */
    assert_near(r.gain[3], 0.1 + 0.2 / 4, 1e-15);
    assert_true(late.path_count == 2);
    assert_near(late.gain[3], 0.5 + 1, 1e-15);
}

/* x' = A x with A = [[p, q], [r, s]]: the loop x, f stands for the trace, p + s. */
static void an_array_stands_for_all_ways_round_through_its_elements(void **state)
{
    desk *on = *state;

    desk_must_compile(
        on,
        desk_file(on, "rk4 0 3 0.5", pair,
                  "<stock name=\"x\"><dimensions><dim name=\"d\"/></dimensions><eqn>d</eqn>"
                  "<inflow>f</inflow></stock>"
                  "<flow name=\"f\"><dimensions><dim name=\"d\"/></dimensions><eqn>"
                  "IF d = 1 THEN -0.3 * x[1] + 0.7 * x[2] ELSE 0.2 * x[1] - 0.4 * x[2]</eqn></flow>"
                  "<stock name=\"y\"><eqn>1</eqn><inflow>g</inflow></stock>"
                  "<flow name=\"g\"><eqn>SUM(x[*]) - y</eqn></flow>"));
    const looked l = look_at_run(on, false);
    const sd_route_scores trace = looked_route(&l, "x f", true);
    const sd_route_scores own = looked_route(&l, "x[1] f[1]", true);
    const sd_route_scores cross = looked_route(&l, "x[1] f[2] x[2] f[1]", true);
    const sd_route_scores mean = looked_route(&l, "x f", false);
    const sd_route_scores sum = looked_route(&l, "x g", false);
    const size_t last = l.history->point_count - 1;

    assert_near(trace.gain[last], -0.7, 1e-15);
    assert_near(own.gain[last], -0.3, 1e-15);
    assert_near(cross.gain[last], 0.14, 1e-15);
    assert_near(mean.gain[last], (-0.3 + 0.7 + 0.2 - 0.4) / 2, 1e-14); /* sums 0.4 and -0.2 */
    assert_near(sum.gain[last], 2, 1e-15);
    assert_true(trace.path_count == 2 && own.path_count == 1 && cross.path_count == 1);
    for (size_t k = 1; k <= last; k++)
        assert_near(trace.score[k], own.score[k] + looked_route(&l, "x[2] f[2]", true).score[k],
                    1e-14);
    assert_true(looked_route(&l, "x y", true).broken == 0);
}

static void no_route_leads_from_a_variable_to_itself_at_once(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 3 1", "stock S = 3; in f\nflow f = 0.2 * S\n");

    assert_true(looked_route(&l, "S S f", true).broken == 0);
    assert_true(looked_route(&l, "S f f", true).broken == 1);
}

/* ---- against all paths, one by one, on models made by chance ------------------------------------------------------------ */

enum { MODELS = 100, LOOPS_MAX = SD_FEEDBACKS_MAX };

static bool is_listed(const sd_stop *stops, size_t count, const sd_stop *one)
{
    for (size_t i = 0; i < count; i++)
        if (stops[i].variable == one->variable && stops[i].element == one->element)
            return true;
    return false;
}

/* Does the list, wherever it begins, come of the loop when auxiliaries are left out? */
static bool comes_of(const sd_stop *stops, size_t count, const sd_feedback *loop)
{
    const sd_stop *rest[64];
    size_t left = 0;

    for (size_t i = 0; i < loop->count; i++) {
        if (is_listed(stops, count, &loop->stops[i]))
            rest[left++] = &loop->stops[i];
        else if (loop->stops[i].variable->kind != SD_AUX)
            return false;
    }
    for (size_t shift = 0; left == count && shift < count; shift++) {
        size_t same = 0;

        while (same < count && stops[same].variable == rest[(same + shift) % count]->variable &&
               stops[same].element == rest[(same + shift) % count]->element)
            same++;
        if (same == count)
            return true;
    }
    return false;
}

/* What paths sum to, and how large their parts are: a sum is known to rounding of those. */
typedef struct total {
    double sum, parts;
    size_t count;
} total;

/* All paths from one node to another through auxiliaries that are not listed. */
static total by_all_paths(const looked *l, const sd_stop *stops, size_t count, size_t from,
                          size_t to, size_t k)
{
    total all = {0};

    for (size_t i = l->graph->first_in[to]; i < l->graph->first_in[to + 1]; i++) {
        const sd_link *link = &l->graph->links[i];
        const sd_node *n = &l->equations->nodes[link->from];
        const sd_variable *v =
            n->kind == SD_NODE_VARIABLE ? l->on->model->element_variables[n->element] : NULL;
        const sd_stop stop = {.variable = v, .element = v && v->size > 1 ? n->element : SIZE_MAX};
        total way = {.sum = 1, .parts = 1, .count = 1};

        if (link->from != from) {
            if (n->kind != SD_NODE_SUM &&
                !(v && v->kind == SD_AUX && !is_listed(stops, count, &stop)))
                continue;
            way = by_all_paths(l, stops, count, from, link->from, k);
        }
        all.sum += link->score[k] * way.sum;
        all.parts += fabs(link->score[k]) * way.parts;
        all.count += way.count;
    }
    return all;
}

static size_t node_at(const looked *l, const sd_stop *stop)
{
    return l->equations
        ->element_nodes[stop->element == SIZE_MAX ? stop->variable->first : stop->element];
}

static total from_stop_to_stop(const looked *l, const sd_stop *stops, size_t count, size_t k)
{
    total all = {.sum = 1, .parts = 1, .count = 1};

    for (size_t i = 0; i < count; i++) {
        const total one = by_all_paths(l, stops, count, node_at(l, &stops[i]),
                                       node_at(l, &stops[(i + 1) % count]), k);

        all.sum *= one.sum;
        all.parts *= one.parts;
        all.count *= one.count;
    }
    return all;
}

static size_t single, several, twice;

static void compare(const looked *l, const sd_feedbacks *all, const sd_stop *stops, size_t count)
{
    const sd_route_scores r = sd_route_follow(l->on->arena, l->graph, stops, count, true);
    size_t held = 0, ways = 0;

    for (size_t g = 0; g < all->count; g++)
        held += comes_of(stops, count, &all->list[g]);
    assert_true(held > 0 && r.broken == SIZE_MAX);
    for (size_t k = 0; k < l->history->point_count; k++) {
        const total paths = from_stop_to_stop(l, stops, count, k);
        double sum = 0;

        for (size_t g = 0; g < all->count; g++)
            sum += comes_of(stops, count, &all->list[g]) ? all->list[g].score[k] : 0;
        ways = paths.count;
        assert_true(r.path_count == (double)ways);
        /* The same links, multiplied and added in another order. */
        if (!(fabs(r.score[k] - paths.sum) <= 1e-14 * paths.parts) ||
            (ways == held && !(fabs(r.score[k] - sum) <= 1e-14 * paths.parts)))
            fail_msg("%.17g, by all paths %.17g, by all loops %.17g", r.score[k], paths.sum, sum);
    }
    assert_true(ways >= held);
    single += ways == 1;
    several += held > 1 && held == ways;
    twice += ways > held;
}

/* Of each loop a list with some of its auxiliaries left out.  Its route is the sum of all loops that it comes of, unless one
 * way round can pass an auxiliary that is not listed twice, on both sides of a stock: that is no elementary loop.  Memory
 * inside an auxiliary is left out here: no route passes it unless the list names the auxiliary. */
static void a_list_stands_for_the_sum_of_its_loops(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < MODELS; i++) {
        const random_model m = random_model_new(i, RANDOM_SMOOTH_1, i % 3 == 0);
        const char *text = random_model_text(on, &m, "", false);
        uint64_t seed = i;

        desk_must_compile(on, desk_file(on, "rk4 0 8 0.25", pair, text));
        const looked l = look_at_run(on, false);
        const sd_feedbacks *all = looked_loops(&l, &ample);

        for (size_t f = 0; all->examined <= LOOPS_MAX && f < all->count; f++) {
            const sd_feedback *loop = &all->list[f];
            sd_stop stops[64];
            size_t count = 0;

            for (size_t s = 0; s < loop->count; s++)
                if (loop->stops[s].variable->kind != SD_AUX || random_below(&seed, 3) == 0)
                    stops[count++] = loop->stops[s];
            compare(&l, all, stops, count);
        }
    }
    print_message("%zu lists of one loop, %zu of several, %zu with ways that are no loop\n", single,
                  several, twice);
    assert_true(single > 100 && several > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(what_is_not_listed_is_passed_and_summed),
        DESK_TEST(no_route_passes_a_stock_or_flow_that_it_does_not_name),
        DESK_TEST(time_passes_only_where_the_list_says_so),
        DESK_TEST(an_array_stands_for_all_ways_round_through_its_elements),
        DESK_TEST(no_route_leads_from_a_variable_to_itself_at_once),
        DESK_TEST(a_list_stands_for_the_sum_of_its_loops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
