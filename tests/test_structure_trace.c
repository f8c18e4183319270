/* test_structure_trace.c - causes of a change: closed forms of stocks that follow goals, exact sums under Euler, the order of
 * the method under rk4, loops by their names, and the shipped model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include "sd/structure.h"

#include <math.h>

static const sd_history *history_of(desk *on)
{
    const sd_equations *equations = NULL;
    const sd_history *history = NULL;

    desk_request(on);
    if (sd_equations_new(on->arena, on->program, NULL, 0, &equations, on->diag) != SD_OK ||
        sd_history_new(on->arena, equations, &on->request, &history, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return history;
}

static const sd_trace *trace_between(desk *on, const sd_history *h, const char *name, double from,
                                     double to, size_t depth)
{
    const sd_trace_request request = {
        .element = desk_element(on, name), .from = from, .to = to, .depth = depth, .least = 0.05};

    return sd_trace_new(on->arena, h, &request);
}

static const sd_trace *trace_of(desk *on, const char *specs, const char *lines, const char *name,
                                double from, double to, size_t depth)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    return trace_between(on, history_of(on), name, from, to, depth);
}

/* The row of that name beneath row `above`; NULL when there is none. */
static const sd_cause *find(const sd_trace *t, size_t above, const char *name)
{
    for (size_t i = 1; i < t->count; i++)
        if (t->list[i].above == above && strcmp(t->list[i].name, name) == 0)
            return &t->list[i];
    return NULL;
}

static const sd_cause *row(const sd_trace *t, size_t above, const char *name)
{
    const sd_cause *found = find(t, above, name);

    if (!found)
        fail_msg("no '%s' beneath '%s'", name, t->list[above].name);
    return found;
}

static size_t place(const sd_trace *t, const sd_cause *cause)
{
    return (size_t)(cause - t->list);
}

/* Every row that has causes is their sum; how many there are. */
static size_t assert_sums(const sd_trace *t, double tolerance)
{
    size_t sums = 0;

    for (size_t i = 0; i < t->count; i++) {
        double sum = 0, size = fabs(t->list[i].contribution);
        bool any = false;

        for (size_t k = i + 1; k < t->count; k++)
            if (t->list[k].above == i) {
                sum += t->list[k].contribution;
                size = fmax(size, fabs(t->list[k].contribution));
                any = true;
            }
        if (any && fabs(sum - t->list[i].contribution) > tolerance * size)
            fail_msg("the causes of '%s' sum to %.17g, not %.17g", t->list[i].name, sum,
                     t->list[i].contribution);
        sums += any;
    }
    return sums;
}

/* ---- equations ---- */

static void a_sum_is_shared_out_by_what_its_parts_did(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "euler 0 8 0.5",
                                 "aux x = 5 + 2.3 * TIME\naux y = 40 - 0.7 * TIME\naux c = 17\n"
                                 "aux z = 2 * x + y + c\n",
                                 "z", 1.5, 6, 1);

    assert_near(t->change, 17.55, 1e-13);
    assert_near(row(t, 0, "x")->contribution, 20.7, 1e-13);
    assert_near(row(t, 0, "x")->share, 20.7 / 17.55, 1e-13);
    assert_near(row(t, 0, "x")->from, 8.45, 1e-14);
    assert_near(row(t, 0, "x")->to, 18.8, 1e-14);
    assert_near(row(t, 0, "y")->contribution, -3.15, 1e-13);
    assert_null(find(t, 0, "c"));
    assert_int_equal(t->list[1].node, row(t, 0, "x")->node); /* strongest first */
}

/* w grows by a, v by b in each of n steps: w moves w*v by sum a v(k-1), v by sum b w(k-1), both together by n a b. */
static void what_two_inputs_do_together_is_a_row_of_its_own(void **state)
{
    desk *on = *state;
    const sd_trace *t =
        trace_of(on, "euler 0 4 1",
                 "aux w = 3 + 1.7 * TIME\naux v = 2 + 0.9 * TIME\naux p = w * v\n", "p", 0, 4, 1);

    assert_near(row(t, 0, "w")->contribution, 1.7 * (4 * 2 + 0.9 * 6), 1e-13);
    assert_near(row(t, 0, "v")->contribution, 0.9 * (4 * 3 + 1.7 * 6), 1e-13);
    assert_near(row(t, 0, "together")->contribution, 4 * 1.7 * 0.9, 1e-12);
    assert_int_equal(assert_sums(t, 1e-13), 3); /* TIME is the cause of w and v */
}

static void the_parts_of_a_sum_over_an_array_stand_in_its_place(void **state)
{
    desk *on = *state;
    const sd_trace *t;

    desk_must_compile(
        on, desk_file(on, "euler 0 4 1", "<dimensions><dim name=\"d\" size=\"3\"/></dimensions>",
                      "<aux name=\"x\"><dimensions><dim name=\"d\"/></dimensions><eqn>d * 1.3 * "
                      "TIME + d</eqn></aux><aux name=\"s\"><eqn>2 * SUM(x[*]) + x[1]</eqn></aux>"));
    t = trace_between(on, history_of(on), "s", 0, 4, 1);
    assert_near(row(t, 0, "x[3]")->contribution, 2 * 3 * 5.2, 1e-13);
    assert_near(row(t, 0, "x[2]")->contribution, 2 * 2 * 5.2, 1e-13);
    assert_near(row(t, 0, "x[1]")->contribution, 3 * 5.2, 1e-13);
    assert_int_equal(assert_sums(t, 1e-13), 4);
}

/* ---- stocks ---- */

/* In balance at 250 in and out; then one flow rises, the other follows nothing. */
static void a_stock_in_balance_tells_which_flow_moved_it(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "euler 0 20 0.5",
                                 "stock S = 900; in i; out o\nflow i = 250 + STEP(3.1, 4)\n"
                                 "flow o = 250 + STEP(0.6, 10)\n",
                                 "S", 2, 20, 1);

    assert_near(row(t, 0, "i")->contribution, 3.1 * 16, 1e-12);
    assert_near(row(t, 0, "o")->contribution, -0.6 * 10, 1e-12);
    assert_null(find(t, 0, "under way")); /* nothing was */
    assert_near(t->change, 43.6, 1e-13);
}

static void what_was_under_way_is_the_net_flow_at_the_beginning(void **state)
{
    desk *on = *state;
    const sd_trace *t =
        trace_of(on, "euler 0 10 0.25",
                 "stock S = 5; in i; out o\nflow i = 7 + 0.4 * TIME\nflow o = 3\n", "S", 2, 10, 1);

    assert_near(row(t, 0, "under way")->contribution, (7.8 - 3) * 8, 1e-13);
    /* 0.4 * dt * dt * (0 + 1 + ... + 31): Euler takes the flow at the beginning of each step */
    assert_near(row(t, 0, "i")->contribution, 0.4 * 0.0625 * 496, 1e-12);
    assert_int_equal(row(t, 0, "under way")->kind, SD_CAUSE_UNDER_WAY);
    assert_true(isnan(row(t, 0, "under way")->from));
}

static const char follower[] = "stock S = 20; in f\nflow f = (goal - S) / 4.3\n"
                               "aux goal = 26 + 1.7 * TIME\n";
static const double gap = 6, slope = 1.7, delay = 4.3;

/* S' = (g - S) / T with g = g0 + b t: a gap at the beginning closes, and the ramp is followed a lag behind it. */
static double follow_error(desk *on, const char *specs, double stop, double *ret_rest)
{
    const sd_trace *t = trace_of(on, specs, follower, "S", 0, stop, 1);
    const double closed = 1 - exp(-stop / delay);
    const sd_cause *rest = find(t, 0, "error of the method");

    assert_int_equal(t->list[0].kind, SD_CAUSE_NODE);
    *ret_rest = rest ? rest->contribution : 0;
    (void)assert_sums(t, 1e-12);
    return fmax(fabs(row(t, 0, "under way")->contribution - gap * closed),
                fabs(row(t, 0, "f")->contribution - slope * (stop - delay * closed)));
}

static void a_stock_that_follows_a_goal_shows_the_goal(void **state)
{
    desk *on = *state;
    double rest, whole, half;

    whole = follow_error(on, "rk4 0 12 0.5", 12, &rest);
    print_message("error %.2e, rest %.2e\n", whole, rest);
    /* h^4 / 720 of the fourth derivative and the like: below 1e-4 at h = 0.5 */
    assert_true(whole < 1e-4 && fabs(rest) < 1e-4);
    half = follow_error(on, "rk4 0 12 0.25", 12, &rest);
    print_message("at half the step %.2e: order %.2f\n", half, log2(whole / half));
    assert_true(log2(whole / half) >
                3.6); /* of fourth order: 16 times smaller, 3 % off at this step */
}

static void under_euler_the_parts_of_a_stock_sum_exactly(void **state)
{
    desk *on = *state;
    double rest;

    (void)follow_error(on, "euler 0 12 0.5", 12, &rest);
    assert_true(fabs(rest) < 1e-12);
}

static void a_period_of_one_or_two_steps_sums_too(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "rk4 0 12 0.25", follower, "S", 3, 3.25, 1);

    assert_int_equal(assert_sums(t, 1e-12), 1);
    assert_true(fabs(row(t, 0, "error of the method")->share) < 1e-3); /* trapezium: h^3 / 12 */
    t = trace_between(on, history_of(on), "S", 3, 3.5, 1);
    assert_true(fabs(row(t, 0, "error of the method")->share) < 1e-4);
}

/* Through a gap that is an auxiliary of its own, the same. */
static void the_reply_of_a_stock_through_auxiliaries_is_no_cause(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "rk4 0 40 0.25",
                                 "stock S = 20; in f\nflow f = gap / 4.3\naux gap = goal - S\n"
                                 "aux goal = 20 + STEP(9.4, 3)\n",
                                 "S", 0, 40, 3);

    assert_near(t->change, 9.4, 1e-3); /* exp(-37 / 4.3) of the step is missing */
    assert_true(row(t, 0, "f")->sole);
    assert_near(row(t, 0, "f")->contribution, 9.4, 2e-3);
    assert_near(row(t, 1, "gap")->contribution, 9.4, 2e-3);
    assert_near(row(t, 2, "goal")->contribution, 9.4, 2e-3);
    assert_null(find(t, 2, "S"));
}

static void growth_by_itself_was_under_way(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(
        on, "rk4 0 10 0.25", "stock P = 100; in births\nflow births = 0.07 * P\n", "P", 0, 10, 2);

    assert_near(row(t, 0, "under way")->contribution, 100 * (exp(0.7) - 1), 1e-6); /* rk4 */
    assert_null(find(t, 0, "births"));
}

/* The smooth of a ramp lags by its time: s = t - T + T exp(-t/T). */
static void a_smooth_is_named_by_its_call(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(
        on, "rk4 0 9 0.25", "aux u = 3 + 0.8 * TIME\naux y = 2 * SMTH1(u, 2.6)\n", "y", 0, 9, 3);
    const sd_cause *smooth = row(t, 0, "SMTH1 in y");

    assert_true(smooth->sole);
    assert_near(row(t, place(t, smooth), "u")->contribution,
                2 * 0.8 * (9 - 2.6 * (1 - exp(-9 / 2.6))), 1e-5);
    assert_near(smooth->to - smooth->from, t->change / 2, 1e-13);
}

static void a_smooth_of_third_order_shows_what_goes_in(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(
        on, "rk4 0 30 0.25", "aux u = 3 + STEP(1.9, 2)\naux y = SMTH3(u, 4.1)\n", "y", 0, 30, 3);
    const sd_cause *smooth = row(t, 0, "SMTH3 in y");

    assert_near(row(t, place(t, smooth), "u")->contribution, 1.9, 1e-3);
    (void)assert_sums(t, 1e-12);
}

static void a_stock_held_at_nothing_leaves_a_rest(void **state)
{
    desk *on = *state;
    const sd_trace *t =
        trace_of(on, "euler 0 10 1", "stock S = 12; out o; nonneg\nflow o = 1 + STEP(2.5, 4)\n",
                 "S", 0, 10, 1);

    (void)assert_sums(t, 1e-12);
    assert_near(t->change, -12, 1e-14);
}

static void what_a_delay_gives_out_is_not_taken_apart(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(
        on, "rk4 0 9 0.25", "aux u = 3 + 0.8 * TIME\naux y = 2 * DELAY(u, 1.5)\n", "y", 2, 9, 3);

    assert_near(row(t, 0, "DELAY in y")->contribution, 2 * 0.8 * 7, 1e-12);
    assert_int_equal(t->count, 2);
}

/* ---- loops ---- */

static void a_cause_that_closes_a_loop_names_it(void **state)
{
    desk *on = *state;
    const sd_trace *t;
    const sd_cause *again = NULL;

    desk_must_compile(
        on,
        sd_arena_printf(
            on->arena,
            "<xmile version=\"1.0\" xmlns:treadmill=\"urn:treadmill:xmile:1\">\n"
            "<sim_specs method=\"euler\"><start>0</start><stop>8</stop><dt>0.25</dt></sim_specs>"
            "<model><treadmill:loop id=\"R7\" name=\"mutual\" polarity=\"+\">"
            "<treadmill:through>A, to B, B, to A</treadmill:through></treadmill:loop>"
            "<variables>%s</variables></model></xmile>",
            desk_variables(on, "stock A = 1; in to_A\nstock B = 2; in to_B\n"
                               "flow to_A = half\naux half = 0.5 * B\nflow to_B = 0.3 * A\n")));
    t = trace_between(on, history_of(on), "A", 0, 8, 6);
    for (size_t i = 0; i < t->count; i++)
        again = t->list[i].again ? &t->list[i] : again;
    if (!again) {
        fail_msg("no cause closes the loop");
        return;
    }
    assert_string_equal(again->name, "A");
    assert_int_equal(on->model->loop_count, 1);
    assert_ptr_equal(again->loop, &on->model->loops[0]);
    (void)assert_sums(t, 1e-12);
}

static void a_loop_without_a_name_is_still_a_loop(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "euler 0 8 0.25",
                                 "stock A = 1; in to_A\nstock B = 2; in to_B\n"
                                 "flow to_A = 0.5 * B\nflow to_B = 0.3 * A\n",
                                 "A", 0, 8, 6);
    size_t again = 0;

    for (size_t i = 0; i < t->count; i++) {
        again += t->list[i].again;
        assert_null(t->list[i].loop);
    }
    assert_int_equal(again, 1);
}

/* ---- the tree ---- */

static void what_does_not_change_says_so(void **state)
{
    desk *on = *state;
    const sd_trace *t =
        trace_of(on, "euler 0 8 1", "aux x = 3 + STEP(2, 5) - STEP(2, 7)\n", "x", 0, 4, 3);

    assert_int_equal(t->count, 1);
    assert_string_equal(sd_trace_text(on->arena, t), "x does not change between time 0 and 4.");
    t = trace_between(on, history_of(on), "x", 0, 8, 3);
    assert_string_equal(sd_trace_text(on->arena, t),
                        "x is 3 at time 0 and again at 8; in between it lies from 3 to 5.");
}

static void weak_causes_are_summed(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "euler 0 10 1",
                                 "aux a = TIME\naux b = 0.03 * TIME\naux c = 0.02 * TIME\n"
                                 "aux z = a + b - c\n",
                                 "z", 0, 10, 2);

    assert_null(find(t, 0, "b"));
    assert_near(row(t, 0, "others")->contribution, 0.1, 1e-12);
    assert_int_equal(row(t, 0, "others")->kind, SD_CAUSE_OTHERS);
}

static void levels_count_where_causes_part(void **state)
{
    desk *on = *state;
    static const char lines[] = "aux z = 2 * y\naux y = 3 * x\naux x = v + w\naux v = v2 - v3\n"
                                "aux v2 = 2 * TIME\naux v3 = 0.5 * TIME\naux w = TIME\n";
    const sd_trace *t = trace_of(on, "euler 0 10 1", lines, "z", 0, 10, 1);

    assert_int_equal(t->list[2].depth, 2);
    assert_int_equal(t->list[2].level, 0);
    assert_true(t->list[2].sole);
    assert_int_equal(row(t, 2, "v")->level, 1);
    assert_null(find(t, place(t, row(t, 2, "v")), "v2")); /* that would be level 2 */
    t = trace_between(on, history_of(on), "z", 0, 10, 2);
    assert_non_null(find(t, place(t, row(t, 2, "v")), "v2"));
}

static void a_sentence_tells_the_strongest(void **state)
{
    desk *on = *state;
    const sd_trace *t = trace_of(on, "euler 0 10 1",
                                 "aux long_hours = pressure\naux pressure = a + b - c\n"
                                 "aux a = 4.1 * TIME\naux b = 1.2 * TIME\naux c = TIME\n",
                                 "long_hours", 0, 10, 2);

    assert_string_equal(
        sd_trace_text(on->arena, t),
        "From time 0 to 10 long hours rise from 0 to 43. All of it comes through pressure. Most of "
        "that comes from a (+41), then b (+12). Against it works c (\xE2\x88\x92"
        "10).");
}

/* ---- the shipped model ---- */

static void every_row_of_the_shipped_model_is_the_sum_of_its_causes(void **state)
{
    desk *on = *state;
    static const char *const names[] = {"hours_per_week", "burned_out_staff", "task_backlog",
                                        "net_productivity_gain", "expected_output"};
    size_t sums = 0, loops = 0;
    double worst = 0;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const sd_history *h = history_of(on);

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const sd_trace *t = trace_between(on, h, names[n], 26, 260, 5);

        sums += assert_sums(t, 1e-9);
        for (size_t i = 1; i < t->count; i++) {
            loops += t->list[i].loop != NULL;
            if (strcmp(t->list[i].name, "error of the method") == 0)
                worst = fmax(worst, fabs(t->list[i].share));
        }
    }
    print_message("%zu sums, %zu named loops, rk4 leaves %.1e of a change\n", sums, loops, worst);
    assert_true(sums > 100 && loops > 10);
    assert_true(worst < 1e-4); /* the model has kinks, and AI arrives at once */
}

static void hours_rise_by_work_pressure(void **state)
{
    desk *on = *state;
    const sd_trace *t;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    t = trace_between(on, history_of(on), "hours_per_week", 0, 26, 3);
    assert_string_equal(sd_trace_text(on->arena, t),
                        "hours_per_week does not change between week 0 and 26.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_sum_is_shared_out_by_what_its_parts_did),
        DESK_TEST(what_two_inputs_do_together_is_a_row_of_its_own),
        DESK_TEST(the_parts_of_a_sum_over_an_array_stand_in_its_place),
        DESK_TEST(a_stock_in_balance_tells_which_flow_moved_it),
        DESK_TEST(what_was_under_way_is_the_net_flow_at_the_beginning),
        DESK_TEST(a_stock_that_follows_a_goal_shows_the_goal),
        DESK_TEST(under_euler_the_parts_of_a_stock_sum_exactly),
        DESK_TEST(a_period_of_one_or_two_steps_sums_too),
        DESK_TEST(the_reply_of_a_stock_through_auxiliaries_is_no_cause),
        DESK_TEST(growth_by_itself_was_under_way),
        DESK_TEST(a_smooth_is_named_by_its_call),
        DESK_TEST(a_smooth_of_third_order_shows_what_goes_in),
        DESK_TEST(a_stock_held_at_nothing_leaves_a_rest),
        DESK_TEST(what_a_delay_gives_out_is_not_taken_apart),
        DESK_TEST(a_cause_that_closes_a_loop_names_it),
        DESK_TEST(a_loop_without_a_name_is_still_a_loop),
        DESK_TEST(what_does_not_change_says_so),
        DESK_TEST(weak_causes_are_summed),
        DESK_TEST(levels_count_where_causes_part),
        DESK_TEST(a_sentence_tells_the_strongest),
        DESK_TEST(every_row_of_the_shipped_model_is_the_sum_of_its_causes),
        DESK_TEST(hours_rise_by_work_pressure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
