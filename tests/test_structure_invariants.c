/* test_structure_invariants.c - what must hold for the loops of every model, tried on models made by chance.
 * A score is a quotient of changes, and a change is known to rounding of the values that it is the difference of.  So at
 * each point the smallest change of the model tells how well scores can be known, and where that is worse than a thousandth
 * (at turning points), nothing is compared.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"
#include "random_model.h"

#include <float.h>
#include <math.h>

enum { MODELS = 100, LOOPS_MAX = SD_FEEDBACKS_MAX };

static const char dimension[] = "<dimensions><dim name=\"d\" size=\"2\"/></dimensions>";

static looked look_at(desk *on, const char *specs, const char *variables)
{
    desk_must_compile(on, desk_file(on, specs, dimension, variables));
    return look_at_run(on, false);
}

/* Each test's model of this number; every third has arrays. */
static random_model model_of(size_t number, random_form forms)
{
    return random_model_new(number, forms, number % 3 == 0);
}

/* The change of what a node's links are told by: the net flow of a stock, else its value. */
static double change_of(const looked *l, size_t node, size_t k)
{
    const sd_history *h = l->history;
    const sd_node *n = &l->equations->nodes[node];
    const double *x = h->values + node * h->point_count + k;
    double net = 0;

    if (n->out != SD_NO_ROW || n->kind != SD_NODE_VARIABLE)
        return x[0] - x[-1];
    for (size_t i = 0; i < n->input_count; i++) {
        const double *flow = h->values + n->inputs[i] * h->point_count + k;

        net += i < n->inflow_count ? flow[0] - flow[-1] : flow[-1] - flow[0];
    }
    return net;
}

/* [point_count] how far off the scores of a loop can be by rounding: values are of the size of 10 within equations too. */
static const double *noise_of(const looked *l, const sd_feedback *loop)
{
    const sd_history *h = l->history;
    double *noise = sd_arena_rows(l->on->arena, h->point_count);

    for (size_t n = 0; n < l->equations->node_count; n++) {
        const sd_node *node = &l->equations->nodes[n];
        bool counts = node->kind == SD_NODE_INTO || node->kind == SD_NODE_STATE;

        for (size_t s = 0; s < loop->count && node->kind == SD_NODE_VARIABLE; s++)
            counts = counts || (loop->stops[s].element == SIZE_MAX
                                    ? loop->stops[s].variable->first == node->element
                                    : loop->stops[s].element == node->element);
        for (size_t k = 1; k < h->point_count && counts; k++) {
            const double change = fabs(change_of(l, n, k));

            /* What stands still altogether scores 0, which is known well. */
            noise[k] = fmax(noise[k], change > 0 ? 100 * DBL_EPSILON / change : 0);
        }
    }
    return noise;
}

static size_t compared, left_out; /* points of loops */

/* The same scores, up to rounding that may double at each link. */
static void assert_same(const looked *l, const double *noise, const double *score,
                        const double *expected, const char *what)
{
    for (size_t k = 1; k < l->history->point_count; k++) {
        const double tolerance = noise[k] * 100;

        if (tolerance > 1e-3) {
            left_out++;
            continue;
        }
        compared++;
        if (!is_near(score[k], expected[k], tolerance, tolerance * 1e-3))
            fail_msg("%s at %g: %.15g, not %.15g", what, l->history->times[k], score[k],
                     expected[k]);
    }
}

/* Most points must have been compared. */
static void assert_enough(void)
{
    print_message("%zu points of loops compared, %zu left out\n", compared, left_out);
    assert_true(compared > 1000 && compared > 3 * left_out);
}

static int start_counting(void **state)
{
    compared = left_out = 0;
    return desk_set_up(state);
}
#define COUNTED_TEST(name) cmocka_unit_test_setup_teardown(name, start_counting, desk_tear_down)

static bool few_enough(const sd_feedbacks *all)
{
    assert_true(all->complete);
    return all->count > 0 && all->examined <= LOOPS_MAX;
}

/* ---- one loop alone ---------------------------------------------------------------------------------------------------- */

/* A chain of causes from stock to flow, twice, each link with its own form; `seed` chooses. */
static const char *ring_of(desk *on, uint64_t seed)
{
    random_model m = {0};
    size_t stocks = 1 + random_below(&seed, 3);

    for (size_t s = 0; s < stocks; s++) {
        const size_t links = 1 + random_below(&seed, 3);

        for (size_t i = 0; i <= links; i++) {
            random_variable *v = &m.list[m.count++];

            *v = (random_variable){.kind = i == 0       ? "stock"
                                           : i == links ? "flow"
                                                        : "aux",
                                   .start = 0.4 + (double)random_below(&seed, 90) / 100};
            snprintf(v->name, sizeof v->name, "%c%u_%u", i == 0 ? 's' : 'a', (unsigned)s & 7,
                     (unsigned)i & 7);
            if (i > 0) {
                v->term_count = 1;
                v->terms[0] = (random_term){.form = (random_form)random_below(&seed, RANDOM_CORNER),
                                            .factor = 0.2 + (double)random_below(&seed, 70) / 100,
                                            .input = m.count - 2};
            }
        }
    }
    /* A flow goes into or out of the next stock. */
    for (size_t i = 0; i < m.count; i++) {
        random_variable *v = &m.list[i];
        const size_t before = i == 0 ? m.count - 1 : i - 1;

        if (strcmp(v->kind, "stock") != 0)
            continue;
        if (random_below(&seed, 2))
            v->in[v->in_count++] = before;
        else
            v->out[v->out_count++] = before;
    }
    return random_model_text(on, &m, "", false);
}

/* Where anything on it stands still it scores 0. */
static void a_loop_alone_scores_one_whatever_the_method_and_step(void **state)
{
    desk *on = *state;
    static const char *const specs[] = {"euler 0 6 1",  "euler 0 6 0.0625", "rk4 0 6 1",
                                        "rk4 0 6 0.25", "rk2 0 6 0.5",      "rk8pd 0 6 0.5",
                                        "euler 0 60 3", "rk4 0 60 3"};
    size_t ones = 0, zeros = 0;

    for (size_t i = 0; i < MODELS; i++)
        for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
            const looked l = look_at(on, specs[s], ring_of(on, i));
            const sd_feedbacks *all = looked_loops(&l, &ample);

            assert_int_equal(all->count, 1);
            assert_true(all->complete);
            for (size_t k = 1; k < l.history->point_count; k++) {
                const double score = all->list[0].score[k];

                if (fabs(fabs(score) - 1) > 4 * DBL_EPSILON && score != 0)
                    fail_msg("model %zu, %s: %.17g at %g", i, specs[s], score, l.history->times[k]);
                assert_true(score == 0 ? all->list[0].relative[k] == 0
                                       : fabs(all->list[0].relative[k]) == 1);
                ones += score != 0;
                zeros += score == 0;
            }
        }
    print_message("%zu times 1 or -1, %zu times at rest\n", ones, zeros);
    assert_true(ones > 10 * zeros);
}

/* ---- the whole of a partition ------------------------------------------------------------------------------------------ */

static void shares_of_a_partition_sum_to_one(void **state)
{
    desk *on = *state;
    size_t moving = 0, still = 0;

    for (size_t i = 0; i < MODELS; i++) {
        const random_model m = model_of(i, RANDOM_FORMS);
        const looked l = look_at(on, "euler 0 8 0.25", random_model_text(on, &m, "", false));
        const sd_feedbacks *all = looked_loops(&l, &ample);

        for (size_t p = 0; few_enough(all) && p < l.graph->partition_count; p++)
            for (size_t k = 0; k < l.history->point_count; k++) {
                double shares = 0, scores = 0;

                for (size_t f = 0; f < all->count; f++) {
                    const bool here = all->list[f].partition == p;

                    shares += here ? fabs(all->list[f].relative[k]) : 0;
                    scores += here ? fabs(all->list[f].score[k]) : 0;
                }
                if (fabs(shares - (scores > 0)) > 1e-13) /* rounding of at most 200 terms */
                    fail_msg("model %zu: %.17g", i, shares);
                moving += scores > 0;
                still += !(scores > 0);
            }
    }
    print_message("%zu sums of 1, %zu of 0\n", moving, still);
    assert_true(moving > 10 * still);
}

/* Two models in one file: the loops of each are what they are alone. */
static void loops_do_not_depend_on_other_partitions(void **state)
{
    desk *on = *state;
    static const char *const prefixes[] = {"u_", "v_"};

    for (size_t i = 0; i < MODELS; i += 2) {
        const random_model pair[] = {model_of(i, RANDOM_FORMS), model_of(i + 1, RANDOM_FORMS)};
        const char *texts[2] = {random_model_text(on, &pair[0], prefixes[0], false),
                                random_model_text(on, &pair[1], prefixes[1], false)};
        const looked both =
            look_at(on, "rk4 0 8 0.25", sd_arena_printf(on->arena, "%s%s", texts[0], texts[1]));
        const sd_feedbacks *joint = looked_loops(&both, &ample);
        size_t count = 0;

        for (int m = 0; few_enough(joint) && m < 2; m++) {
            const looked one = look_at(on, "rk4 0 8 0.25", texts[m]);
            const sd_feedbacks *alone = looked_loops(&one, &ample);

            count += alone->count;
            for (size_t f = 0; f < alone->count; f++) {
                const sd_feedback *loop = &alone->list[f];
                const sd_feedback *same = looked_loop(&both, joint, looked_names(&one, loop));

                assert_memory_equal(loop->score, same->score,
                                    one.history->point_count * sizeof *loop->score);
                assert_memory_equal(loop->relative, same->relative,
                                    one.history->point_count * sizeof *loop->score);
                assert_true(loop->share == same->share);
                compared += one.history->point_count;
            }
        }
        assert_true(!few_enough(joint) || count == joint->count);
    }
    assert_enough();
}

static void the_order_of_variables_in_the_file_changes_nothing(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < MODELS; i++) {
        const random_model m = model_of(i, RANDOM_FORMS);
        const looked one = look_at(on, "rk4 0 8 0.25", random_model_text(on, &m, "", false));
        const looked other = look_at(on, "rk4 0 8 0.25", random_model_text(on, &m, "", true));
        const sd_feedbacks *all = looked_loops(&one, &ample),
                           *turned = looked_loops(&other, &ample);

        assert_int_equal(all->count, turned->count);
        for (size_t f = 0; few_enough(all) && f < all->count; f++) {
            const sd_feedback *loop = &all->list[f];

            /* Links are multiplied from another start. */
            assert_same(&one, noise_of(&one, loop), loop->score,
                        looked_loop(&other, turned, looked_names(&one, loop))->score,
                        looked_names(&one, loop));
        }
    }
    assert_enough();
}

/* ---- the same model, written otherwise --------------------------------------------------------------------------------- */

/* The names with `from` put in the place of `to`. */
static const char *renamed(desk *on, const char *names, const char *from, const char *to)
{
    sd_text text = sd_text_new(on->arena);

    for (const char *at = names; *at; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " "), stem = strcspn(at, " [");

        if (stem == strlen(from) && strncmp(at, from, stem) == 0)
            sd_text_printf(&text, "%s%.*s ", to, (int)(length - stem), at + stem);
        else
            sd_text_printf(&text, "%.*s ", (int)length, at);
        at += length;
    }
    return text.bytes;
}

/* A loop through the flow becomes two, one through each half, which score together what it did. */
static void splitting_a_flow_changes_no_loop_score(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < MODELS; i++) {
        random_model m = model_of(i, RANDOM_FORMS);
        const looked l = look_at(on, "euler 0 8 0.25", random_model_text(on, &m, "", false));
        const sd_feedbacks *all = looked_loops(&l, &ample);
        random_variable *flow = &m.list[m.count - 1];

        if (!few_enough(all) || all->count > LOOPS_MAX / 2)
            continue;
        flow->halves = 2;
        const looked split = look_at(on, "euler 0 8 0.25", random_model_text(on, &m, "", false));
        const sd_feedbacks *more = looked_loops(&split, &ample);
        const char *left = sd_arena_printf(on->arena, "%s_left", flow->name);
        const char *right = sd_arena_printf(on->arena, "%s_right", flow->name);
        size_t count = 0;

        for (size_t f = 0; f < all->count; f++) {
            const char *names = looked_names(&l, &all->list[f]);
            const char *by_left = renamed(on, names, flow->name, left);
            const char *by_right = renamed(on, names, flow->name, right);
            const double *score = looked_loop(&split, more, by_left)->score;
            const bool twice = strcmp(by_left, by_right) != 0;
            double *sum = sd_arena_rows(on->arena, l.history->point_count);

            for (size_t k = 0; k < l.history->point_count; k++)
                sum[k] = score[k] + (twice ? looked_loop(&split, more, by_right)->score[k] : 0);
            assert_same(&l, noise_of(&l, &all->list[f]), sum, all->list[f].score, names);
            count += 1 + twice;
        }
        /* What passes both halves would have passed the flow twice. */
        for (size_t f = 0; f < more->count; f++) {
            const char *names = looked_names(&split, &more->list[f]);

            count += strstr(names, left) && strstr(names, right);
        }
        assert_true(flow->array || count == more->count);
    }
    assert_enough();
}

static void inserting_a_variable_changes_no_loop_score(void **state)
{
    desk *on = *state;
    size_t longer = 0;

    for (size_t i = 0; i < MODELS; i++) {
        random_model m = model_of(i, RANDOM_FORMS);
        const looked l = look_at(on, "rk4 0 8 0.25", random_model_text(on, &m, "", false));
        const sd_feedbacks *all = looked_loops(&l, &ample);
        random_variable *flow = &m.list[m.count - 1];
        const char *cause = m.list[flow->terms[0].input].name;

        if (!few_enough(all) || flow->array)
            continue;
        flow->terms[0].apart = true;
        const looked apart = look_at(on, "rk4 0 8 0.25", random_model_text(on, &m, "", false));
        const sd_feedbacks *same = looked_loops(&apart, &ample);
        const char *both = sd_arena_printf(on->arena, "%s %s", cause, flow->name);
        const char *between =
            sd_arena_printf(on->arena, "%s %s_by_%s %s", cause, flow->name, cause, flow->name);

        assert_int_equal(all->count, same->count);
        for (size_t f = 0; f < all->count; f++) {
            const char *names = looked_names(&l, &all->list[f]);
            /* Twice, so that the link shows wherever the loop begins. */
            const char *twice = sd_arena_printf(on->arena, "%s %s ", names, names);
            const char *at = strstr(twice, sd_arena_printf(on->arena, "%s ", both));
            const char *wanted = names;

            if (at) {
                const size_t length = strlen(names) + 1;
                const char *turned = sd_arena_copy(on->arena, at, strlen(at));

                /* From the link on round to its beginning again. */
                if (strlen(turned) < length)
                    turned = sd_arena_copy(on->arena, at - length, length - 1);
                else
                    turned = sd_arena_copy(on->arena, turned, length - 1);
                wanted = sd_arena_printf(on->arena, "%s%s", between, turned + strlen(both));
                longer++;
            }
            assert_same(&l, noise_of(&l, &all->list[f]), looked_loop(&apart, same, wanted)->score,
                        all->list[f].score, wanted);
        }
    }
    print_message("%zu loops became longer\n", longer);
    assert_true(longer > 50);
    assert_enough();
}

/* ---- gains ------------------------------------------------------------------------------------------------------------- */

static void scores_have_the_sign_of_the_derivative(void **state)
{
    desk *on = *state;

    for (size_t i = 0; i < MODELS; i++) {
        const random_model m = model_of(i, RANDOM_CORNER);
        const looked l = look_at(on, "rk4 0 8 0.015625", random_model_text(on, &m, "", false));
        const size_t points = l.history->point_count;

        for (size_t n = 0; n < l.graph->link_count; n++) {
            const sd_link *link = &l.graph->links[n];
            const double *x = l.history->values + link->from * points;

            for (size_t k = 1; k < points; k++) {
                const double slope = link->gain[k], before = link->gain[k - 1];
                const double effect = fabs(fmin(fabs(slope), fabs(before)) * (x[k] - x[k - 1]));

                /* Below that it is rounding, and where the slope turns there is no one sign. */
                if (effect < 1e-13 || slope * before <= 0 || link->score[k] == 0) {
                    left_out++;
                    continue;
                }
                compared++;
                if ((slope > 0) != (link->score[k] > 0))
                    fail_msg("model %zu, %s -> %s at %g: gain %g, score %g", i,
                             sd_graph_node_name(on->arena, l.graph, link->from),
                             sd_graph_node_name(on->arena, l.graph, link->to), l.history->times[k],
                             slope, link->score[k]);
            }
        }
    }
    assert_enough();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COUNTED_TEST(a_loop_alone_scores_one_whatever_the_method_and_step),
        COUNTED_TEST(shares_of_a_partition_sum_to_one),
        COUNTED_TEST(loops_do_not_depend_on_other_partitions),
        COUNTED_TEST(the_order_of_variables_in_the_file_changes_nothing),
        COUNTED_TEST(splitting_a_flow_changes_no_loop_score),
        COUNTED_TEST(inserting_a_variable_changes_no_loop_score),
        COUNTED_TEST(scores_have_the_sign_of_the_derivative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
