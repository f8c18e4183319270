/* test_structure_graph.c - link scores and gains are those of the published examples and of closed forms.
 * Schoenberg, Davidsen and Eberlein 2020 is "Understanding model behavior using the Loops that Matter method", System
 * Dynamics Review 36 (2); Schoenberg, Hayward and Eberlein 2023 is "Improving Loops that Matter", 39 (2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"

#include <math.h>

/* Schoenberg, Davidsen and Eberlein 2020, table 1: 0.8 and 0.2. */
static void the_score_of_a_link_is_its_part_of_the_change(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 1 1",
                                   "aux x = 5 + 2 * TIME\naux y = 4 + TIME\naux z = 2 * x + y\n");

    assert_near(looked_score(&l, "x", "z", 1), 0.8, 1e-15);
    assert_near(looked_score(&l, "y", "z", 1), 0.2, 1e-15);
    assert_true(looked_score(&l, "x", "z", 0) == 0);
}

/* The same, table 2: (w + x) / y from (7 + 2) / 3 to (10 + 4) / 5 scores 5, 3.33 and -6. */
static void opposed_links_score_more_than_one(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 1 1",
                                   "aux w = 7 + 3 * TIME\naux x = 2 + 2 * TIME\n"
                                   "aux y = 3 + 2 * TIME\naux z = (w + x) / y\n");

    /* Of the change -0.2, which is off by rounding of 3: 3 * 2^-53 / 0.2. */
    assert_near(looked_score(&l, "w", "z", 1), 5, 1e-14);
    assert_near(looked_score(&l, "x", "z", 1), 10.0 / 3, 1e-14);
    assert_near(looked_score(&l, "y", "z", 1), -6, 1e-14);
}

/* Schoenberg, Hayward and Eberlein 2023, table 3: inflow 5 to 10, outflow 4 to 5. */
static void flows_score_their_part_of_the_change_of_the_net_flow(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 1 1",
                                   "stock S = 20; in i; out o\nflow i = 5 + 5 * TIME\n"
                                   "flow o = 4 + TIME\n");

    assert_near(looked_score(&l, "i", "S", 1), 1.25, 1e-15);
    assert_near(looked_score(&l, "o", "S", 1), -0.25, 1e-15);
    assert_true(looked_find(&l, "i", "S")->delayed);
    assert_true(looked_find(&l, "i", "S")->gain[1] == 1);
    assert_true(looked_find(&l, "o", "S")->gain[0] == -1);
}

/* The 2020 form would score them 2 and -1, as in i / net and o / net. */
static void a_flow_that_does_not_change_scores_nothing(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 3 1",
                                   "stock S = 20; in i; out o\nflow i = 4\nflow o = 2 + TIME\n");

    assert_null(looked_find(&l, "i", "S")); /* a constant has no links */
    assert_near(looked_score(&l, "o", "S", 2), -1, 1e-15);
}

/* What cancels leaves rounding, which is no change: 1e6 * (1 + t) - 1e6 * t is 1e6. */
static void a_change_by_rounding_is_none(void **state)
{
    desk *on = *state;
    const char *lines = "stock S = 0; in i; out o\nflow i = 0.1 * TIME + 0.7\nflow o = 0.1 * TIME\n"
                        "aux twice = 2 * i\n";
    const looked l = look_at_lines(on, "euler 0 20 0.1", lines);
    const sd_graph *raw;
    size_t noise = 0;

    for (size_t k = 0; k < l.history->point_count; k++)
        assert_true(looked_score(&l, "i", "S", k) == 0 && looked_score(&l, "o", "S", k) == 0);
    assert_near(looked_score(&l, "i", "twice", 7), 1, 1e-12);
    /* Without the floor there is much ado about nothing. */
    assert_int_equal(sd_graph_new(on->arena, l.history, false, 0, &raw, on->diag), SD_OK);
    for (size_t i = raw->first_in[looked_node(&l, "S")];
         i < raw->first_in[looked_node(&l, "S") + 1]; i++)
        for (size_t k = 0; k < l.history->point_count; k++)
            noise += fabs(raw->links[i].score[k]) > 1e9;
    assert_true(noise > 10);
}

/* z = y^2 by y alone: (y_k^2 - y_(k-1)^2) / the same, 1 however crooked; the sign is that of the slope. */
static void the_only_cause_scores_one_with_the_sign_of_its_effect(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 6 0.25",
                                   "aux y = TIME - 3.1\naux z = y^2\naux e = EXP(-y)\naux s = z\n");

    for (size_t k = 1; k < l.history->point_count; k++) {
        const double before = l.history->times[k - 1] - 3.1, after = l.history->times[k] - 3.1;

        assert_true(looked_score(&l, "y", "z", k) == (fabs(after) > fabs(before) ? 1 : -1));
        assert_true(looked_score(&l, "y", "e", k) == -1);
        assert_true(looked_score(&l, "z", "s", k) == 1);
        assert_near(looked_find(&l, "y", "z")->gain[k], 2 * after, 1e-15);
    }
}

/* 1 - exp(-k/7.3) by steps; the smooth's composite is the product of its two links, input to net flow to stock. */
static void a_smooth_is_one_link_with_the_score_of_its_path(void **state)
{
    desk *on = *state;
    const char *lines = "stock L = 50; in adj\nflow adj = (100 - s) / 5\naux s = SMTH1(L, 3)\n";
    const looked l = look_at_lines(on, "euler 0 10 0.25", lines), whole = look_at_run(on, true);
    const size_t hidden = l.equations->nodes[looked_node(&l, "s")].inputs[0];
    const size_t into = l.equations->nodes[hidden].inputs[0];
    const double *path[2] = {NULL}, *one = NULL;

    assert_int_equal(l.equations->nodes[hidden].kind, SD_NODE_STATE);
    for (size_t i = 0; i < whole.graph->link_count; i++) {
        const sd_link *link = &whole.graph->links[i];

        if (link->from == looked_node(&l, "L") && link->to == into)
            path[0] = link->score;
        if (link->from == into && link->to == hidden)
            path[1] = link->score;
    }
    if (!path[0] || !path[1]) {
        fail_msg("the smooth has no links inside");
        return;
    }
    assert_int_equal(l.graph->first_in[hidden + 1] - l.graph->first_in[hidden], 1);
    one = l.graph->links[l.graph->first_in[hidden]].score;
    assert_true(l.graph->links[l.graph->first_in[hidden]].delayed);
    for (size_t k = 0; k < l.history->point_count; k++)
        assert_true(one[k] == path[0][k] * path[1][k]);
    assert_near(one[5], 1.42792176466772, 1e-13); /* ltm_smooth_goal_dt0.25.csv at 1 */
    assert_near(l.graph->links[l.graph->first_in[hidden]].gain[5], 1.0 / 3, 1e-15);
}

/* The composite of DELAY3 is the product along its only path, input to each stage to the next. */
static void a_third_order_delay_is_one_link_with_the_score_of_its_path(void **state)
{
    desk *on = *state;
    const char *lines = "stock S = 50; in arriving; out leaving\nflow arriving = DELAY3(order, 6)\n"
                        "aux order = (100 - S) / 4 + leaving\nflow leaving = 5 + STEP(3, 2)\n";
    const looked l = look_at_lines(on, "euler 0 40 0.125", lines), whole = look_at_run(on, true);
    const size_t last = l.equations->nodes[looked_node(&l, "arriving")].inputs[0];
    const sd_link *one = &l.graph->links[l.graph->first_in[last]];
    double largest = 0;

    assert_int_equal(l.graph->first_in[last + 1] - l.graph->first_in[last], 1);
    for (size_t k = 0; k < l.history->point_count; k++) {
        double product = 1, gain = 1;

        for (size_t n = last; n != looked_node(&l, "order");) {
            const size_t into = l.equations->nodes[n].inputs[0];
            size_t before = SIZE_MAX;

            for (size_t i = whole.graph->first_in[into]; i < whole.graph->first_in[into + 1]; i++)
                if (whole.graph->links[i].from != n) {
                    assert_int_equal(before, SIZE_MAX); /* one path */
                    before = whole.graph->links[i].from;
                    product *= whole.graph->links[i].score[k];
                    gain *= whole.graph->links[i].gain[k];
                }
            product *= whole.graph->links[whole.graph->first_in[n]].score[k];
            n = before;
        }
        assert_true(is_near(one->score[k], product, 1e-14, 0)); /* the same factors, turned round */
        assert_near(one->gain[k], gain, 1e-14);
        largest = fmax(largest, fabs(product));
    }
    assert_near(one->gain[3], 0.25,
                1e-15); /* through two stages that pass on 1 / 2 a unit of time */
    assert_true(largest > 1);
}

/* The strongest way from `outer` to a hidden stock with every hidden stock shown, one by one. */
static double strongest(const looked *whole, size_t outer, size_t state, size_t k)
{
    const size_t into = whole->equations->nodes[state].inputs[0];
    const sd_graph *g = whole->graph;
    double best = 0;

    for (size_t i = g->first_in[into]; i < g->first_in[into + 1]; i++) {
        const size_t from = g->links[i].from;
        const bool before = whole->equations->nodes[from].kind == SD_NODE_STATE && from != state;
        double way = from == outer ? 1 : before ? strongest(whole, outer, from, k) : 0;

        way *= g->links[i].score[k];
        best = fabs(way) > fabs(best) ? way : best;
    }
    return best * g->links[g->first_in[state]].score[k];
}

/* The time of a delay enters at every stage. */
static void of_several_paths_through_a_delay_the_strongest_counts(void **state)
{
    desk *on = *state;
    looked l, whole;
    size_t other = 0, last = 0;

    desk_must_compile(on, desk_file(on, "rk4 0 30 0.25", "",
                                    desk_variables(on, "stock S = 50; in late; out f\n"
                                                       "flow late = DELAYN(g, t, 4)\n"
                                                       "flow f = 0.2 * S + 3 * SIN(TIME)\n"
                                                       "aux g = 5 + 0.1 * S\n"
                                                       "aux t = 3 + 0.02 * S\n")));
    l = look_at_run(on, false);
    whole = look_at_run(on, true);
    for (size_t i = 0; i < 2; i++) /* beside the time, which divides what is in the last stage */
        if (l.equations->nodes[looked_node(&l, "late")].inputs[i] != looked_node(&l, "t"))
            last = l.equations->nodes[looked_node(&l, "late")].inputs[i];
    for (size_t i = l.graph->first_in[last]; i < l.graph->first_in[last + 1]; i++)
        for (size_t k = 1; k < l.history->point_count; k++) {
            const sd_link *link = &l.graph->links[i];

            /* The same factors, turned round. */
            if (!is_near(link->score[k], strongest(&whole, link->from, last, k), 1e-14, 0))
                fail_msg("%.17g at %g, not %.17g", link->score[k], l.history->times[k],
                         strongest(&whole, link->from, last, k));
            other += link->from == looked_node(&l, "t") && link->score[k] != 0;
        }
    assert_true(other > 100);
}

/* The step goes in while nothing else moves: no stage but the first has changed yet. */
static void a_step_into_a_third_order_delay_scores_nothing(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 20 0.5",
                                   "aux input = 5 + STEP(3, 2)\naux late = DELAY3(input, 6)\n"
                                   "aux seen = late * 2\n");
    const size_t last = l.equations->nodes[looked_node(&l, "late")].inputs[0];

    for (size_t k = 0; k < l.history->point_count; k++)
        assert_true(l.graph->links[l.graph->first_in[last]].score[k] == 0);
    assert_true(looked_score(&l, "late", "seen", 12) == 1);
}

static void partitions_are_the_stocks_that_reach_each_other(void **state)
{
    const looked l = look_at_lines(
        *state, "euler 0 4 1",
        "stock a = 1; in fa\nflow fa = b * 0.1\nstock b = 2; in fb\nflow fb = a * 0.2\n"
        "stock c = 3; in fc; out gc\nflow fc = a * 0.1\nflow gc = c * 0.3\n"
        "stock total = 0; in ft\nflow ft = c\naux outside = TIME * 2\n");
    const size_t *p = l.graph->partitions;

    assert_int_equal(l.graph->partition_count, 2);
    assert_int_equal(p[looked_node(&l, "a")], p[looked_node(&l, "b")]);
    assert_int_equal(p[looked_node(&l, "a")], p[looked_node(&l, "fb")]);
    assert_int_not_equal(p[looked_node(&l, "a")], p[looked_node(&l, "c")]);
    assert_true(p[looked_node(&l, "c")] < 2 && p[looked_node(&l, "a")] < 2);
    assert_true(p[looked_node(&l, "fc")] == SIZE_MAX);
    assert_true(p[looked_node(&l, "total")] == SIZE_MAX);
    assert_true(p[looked_node(&l, "outside")] == SIZE_MAX);
}

static void nodes_have_the_names_that_people_know(void **state)
{
    desk *on = *state;
    const looked l = look_at_lines(on, "euler 0 4 1",
                                   "stock a = 1; in fa\nflow fa = DELAY3(a, 3) + PREVIOUS(a, 1)\n"
                                   "aux r = RANDOM(0, 1)\n");
    const char *const wanted[] = {"a",
                                  "DELAY3 in fa, 2 before the last stage",
                                  "DELAY3 in fa, 1 before the last stage",
                                  "DELAY3 in fa",
                                  "PREVIOUS in fa",
                                  "into PREVIOUS in fa",
                                  "random draw in r",
                                  "TIME"};

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        size_t found = 0;

        for (size_t n = 0; n < l.equations->node_count; n++)
            found += strcmp(sd_graph_node_name(on->arena, l.graph, n), wanted[i]) == 0;
        if (found != 1)
            fail_msg("%zu nodes are called '%s'", found, wanted[i]);
    }
}

static void too_many_scores_are_refused_before_they_are_made(void **state)
{
    desk *on = *state;
    const looked l = look_at_lines(on, "euler 0 10 1", "stock a = 1; in f\nflow f = a\n");
    sd_history huge = *l.history;
    const sd_graph *graph = NULL;

    huge.point_count = (size_t)1 << 40;
    assert_int_equal(sd_graph_new(on->arena, &huge, false, sd_change_floor, &graph, on->diag),
                     SD_LIMIT);
    assert_null(graph);
    assert_non_null(strstr(desk_printed(on), "E503"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_score_of_a_link_is_its_part_of_the_change),
        DESK_TEST(opposed_links_score_more_than_one),
        DESK_TEST(flows_score_their_part_of_the_change_of_the_net_flow),
        DESK_TEST(a_flow_that_does_not_change_scores_nothing),
        DESK_TEST(a_change_by_rounding_is_none),
        DESK_TEST(the_only_cause_scores_one_with_the_sign_of_its_effect),
        DESK_TEST(a_smooth_is_one_link_with_the_score_of_its_path),
        DESK_TEST(a_third_order_delay_is_one_link_with_the_score_of_its_path),
        DESK_TEST(of_several_paths_through_a_delay_the_strongest_counts),
        DESK_TEST(a_step_into_a_third_order_delay_scores_nothing),
        DESK_TEST(partitions_are_the_stocks_that_reach_each_other),
        DESK_TEST(nodes_have_the_names_that_people_know),
        DESK_TEST(too_many_scores_are_refused_before_they_are_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
