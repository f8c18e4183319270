/* test_structure_impact.c - what pushes a stock: impacts against closed forms and against the bend of the run itself.
 * Hayward and Boswell 2014, "Model behaviour and the concept of loop impact", System Dynamics Review 30 (1-2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"
#include "random_model.h"

#include <math.h>

/* The impact of a cause on a stock, 0 when there is none; "" is TIME. */
static double impact_of(const looked *l, const char *stock, const char *cause, size_t point)
{
    size_t count;
    const sd_impact *list = sd_impacts_at(l->on->arena, l->graph, point, &count);
    size_t from = 0;

    while (!*cause && l->equations->nodes[from].kind != SD_NODE_TIME)
        from++;
    if (*cause)
        from = looked_node(l, cause);
    for (size_t i = 0; i < count; i++)
        if (list[i].stock == looked_node(l, stock) && list[i].cause == from)
            return list[i].impact;
    return 0;
}

static double value(const looked *l, const char *name, size_t point)
{
    return l->history->values[looked_node(l, name) * l->history->point_count + point];
}

/* P' = g(P): the only impact is g'(P), here 0.12 (1 - 2 P / 1000), which turns at half of the limit. */
static void a_stock_alone_is_pushed_by_its_own_slope(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 80 0.5",
                                   "stock P = 5; in f\nflow f = P * g\naux g = 0.12 * (1 - u)\n"
                                   "aux u = P / 1000\n");

    for (size_t k = 0; k < l.history->point_count; k++) {
        const double wanted = 0.12 * (1 - 2 * value(&l, "P", k) / 1000);

        assert_true(is_near(impact_of(&l, "P", "P", k), wanted, 1e-13, 1e-14));
    }
}

/* x' = -0.2 x + 0.7 y, y' = -0.3 x + 0.1 y + 0.05 t. */
static void each_cause_pushes_by_its_slope_times_its_own_motion(void **state)
{
    const looked l =
        look_at_lines(*state, "rk4 0 20 0.5",
                      "stock x = 3; in fx; out gx\nflow fx = 0.7 * y\nflow gx = 0.2 * x\n"
                      "stock y = 2; in fy\nflow fy = a + 0.05 * TIME\naux a = 0.1 * y - 0.3 * x\n"
                      "stock total = 0; in ft\nflow ft = 1 + 0 * x\n");

    for (size_t k = 0; k < l.history->point_count; k++) {
        const double x = value(&l, "x", k), y = value(&l, "y", k), t = l.history->times[k];
        const double dx = 0.7 * y - 0.2 * x, dy = 0.1 * y - 0.3 * x + 0.05 * t;

        assert_near(impact_of(&l, "x", "x", k), -0.2, 1e-13);
        assert_near(impact_of(&l, "x", "y", k), 0.7 * dy / dx, 1e-12);
        assert_near(impact_of(&l, "y", "x", k), -0.3 * dx / dy, 1e-12);
        assert_near(impact_of(&l, "y", "y", k), 0.1, 1e-13);
        assert_near(impact_of(&l, "y", "", k), 0.05 / dy, 1e-12);
        assert_true(impact_of(&l, "x", "", k) == 0);
        assert_true(impact_of(&l, "total", "x", k) == 0); /* a slope of 0 */
    }
}

/* The product of impacts round a loop is its gain: 0.7 * -0.3. */
static void impacts_round_a_loop_multiply_to_its_gain(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 9 0.5",
                                   "stock x = 3; in fx\nflow fx = 0.7 * y\nstock y = 2; in fy\n"
                                   "flow fy = -0.3 * x\n");
    const sd_route_scores loop = looked_route(&l, "x fy y fx", true);

    for (size_t k = 0; k < l.history->point_count; k++) {
        assert_near(impact_of(&l, "x", "y", k) * impact_of(&l, "y", "x", k), -0.21, 1e-14);
        assert_near(loop.gain[k], -0.21, 1e-15);
    }
}

static void what_stands_still_is_pushed_by_nothing(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 9 0.5",
                                   "stock S = 10; in f; out g\nflow f = 0.1 * S\nflow g = 1\n");
    size_t count = 7;

    (void)sd_impacts_at(l.on->arena, l.graph, 4, &count);
    assert_int_equal(count, 0);
}

static void shares_of_a_stock_sum_to_one_and_fall(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const looked l = look_at_run(on, false);
    size_t count;
    const sd_impact *list = sd_impacts_at(on->arena, l.graph, l.history->point_count / 2, &count);
    double sum = 0;

    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        const bool last = i + 1 == count || list[i + 1].stock != list[i].stock;

        sum += list[i].share;
        assert_true(list[i].share > 0 && list[i].impact != 0);
        assert_true(last ? list[i].stock < SIZE_MAX : list[i + 1].share <= list[i].share);
        if (last) {
            assert_near(sum, 1, 1e-14);
            sum = 0;
        }
    }
}

/* All impacts on a stock sum to S'' / S', and S'' is how the net flow changes in the run: a difference over four points, off
 * by less than it differs from that over two. */
static void all_impacts_sum_to_the_bend_of_the_run(void **state)
{
    desk *on = *state;
    size_t compared = 0, small = 0;
    double worst = 0;

    for (size_t i = 0; i < 60; i++) {
        const random_model m = random_model_new(i, RANDOM_CORNER, i % 3 == 0);
        const char *text = random_model_text(on, &m, "", false);

        desk_must_compile(on,
                          desk_file(on, "rk4 0 2 0.0078125",
                                    "<dimensions><dim name=\"d\" size=\"2\"/></dimensions>", text));
        const looked l = look_at_run(on, false);
        const size_t points = l.history->point_count;

        for (size_t k = 10; k + 2 < points; k += 23) {
            size_t count;
            const sd_impact *list = sd_impacts_at(on->arena, l.graph, k, &count);

            for (size_t at = 0, next; at < count; at = next) {
                const sd_node *n = &l.equations->nodes[list[at].stock];
                double sum = 0, net[5] = {0};

                for (next = at; next < count && list[next].stock == list[at].stock; next++)
                    sum += list[next].impact;
                for (size_t f = 0; f < n->input_count; f++)
                    for (size_t p = 0; p < 5; p++)
                        net[p] += (f < n->inflow_count ? 1 : -1) *
                                  l.history->values[n->inputs[f] * points + k + p - 2];
                const double bend = (8 * (net[3] - net[1]) - (net[4] - net[0])) / (12 * 0.0078125);
                const double known = fabs((net[3] - net[1]) / (2 * 0.0078125) - bend);
                const double off = fabs(sum * net[2] - bend);

                worst = fmax(worst, off);
                compared++;
                small += known < 1e-3;
                if (!(off <= known + 1e-10))
                    fail_msg("model %zu, %s: %.9g, not %.9g", i,
                             sd_graph_node_name(on->arena, l.graph, list[at].stock), sum * net[2],
                             bend);
            }
        }
    }
    print_message("%zu sums, largest difference %.2g\n", compared, worst);
    assert_true(compared > 1000 && small * 10 > compared * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_stock_alone_is_pushed_by_its_own_slope),
        DESK_TEST(each_cause_pushes_by_its_slope_times_its_own_motion),
        DESK_TEST(impacts_round_a_loop_multiply_to_its_gain),
        DESK_TEST(what_stands_still_is_pushed_by_nothing),
        DESK_TEST(shares_of_a_stock_sum_to_one_and_fall),
        DESK_TEST(all_impacts_sum_to_the_bend_of_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
