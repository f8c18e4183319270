/* test_run_history.c - a run seen equation by equation: each equation compiled alone gives what the run found, but
 * for the roundings of reciprocals, and what each input did to it is what one finds by hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

typedef struct seen {
    const sd_equations *equations;
    const sd_history *history;
    sd_replay *replay;
} seen;

static seen look(desk *on)
{
    seen s = {0};

    assert_int_equal(sd_equations_new(on->arena, on->program, NULL, 0, &s.equations, on->diag),
                     SD_OK);
    assert_int_equal(sd_history_new(on->arena, s.equations, &on->request, &s.history, on->diag),
                     SD_OK);
    s.replay = sd_replay_new(on->arena, s.history);
    return s;
}

static seen look_at(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    desk_request(on);
    return look(on);
}

static size_t node_of(desk *on, const seen *s, const char *name)
{
    return s->equations->element_nodes[desk_element(on, name)];
}

/* The input of a node that is this variable. */
static size_t input_of(desk *on, const seen *s, const char *node, const char *name)
{
    const sd_node *n = &s->equations->nodes[node_of(on, s, node)];

    for (size_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] == node_of(on, s, name))
            return i;
    fail_msg("'%s' is no input of '%s'", name, node);
    return 0;
}

static double change(desk *on, const seen *s, const char *node, const char *input, size_t point)
{
    const size_t at = node_of(on, s, node), points = s->history->point_count;
    double *changes =
        SD_NEW_ARRAY(on->arena, double, s->equations->nodes[at].input_count *points + 1);

    sd_replay_changes(s->replay, at, changes);
    return changes[input_of(on, s, node, input) * points + point];
}

static size_t divisions(const sd_equations *e)
{
    size_t count = 0;

    for (size_t n = 0; n < e->node_count; n++)
        for (size_t i = 0; i < e->nodes[n].equation.count; i++)
            count += e->nodes[n].equation.list[i].op == SD_OP_DIVIDE;
    return count;
}

/* Every equation worked out alone, against the run; how many there were.  A reciprocal adds two roundings of 1e-16 each,
 * which differences of nearly equal values raise; without divisions there is none, and the bits are the same. */
static size_t assert_same_values(desk *on, const seen *s)
{
    const size_t points = s->history->point_count;
    const bool exact = divisions(s->equations) == 0;
    size_t count = 0;

    on->request.spec.save_interval = on->request.spec.dt;
    desk_must_run(on);
    for (size_t n = 0; n < s->equations->node_count; n++) {
        const sd_node *node = &s->equations->nodes[n];
        const size_t column = node->kind == SD_NODE_VARIABLE
                                  ? sd_trajectory_column(on->trajectory, node->element)
                                  : SIZE_MAX;

        if (node->out == SD_NO_ROW || column == SIZE_MAX)
            continue;
        for (size_t k = 0; k < points; k++) {
            const double value = s->history->values[n * points + k];
            const double known = sd_trajectory_value(on->trajectory, k, column, 0);

            if (exact ? memcmp(&value, &known, sizeof value) != 0
                      : fabs(value - known) > 1e-12 * fabs(known) + 1e-14)
                fail_msg("%s is %.17g at point %zu, not %.17g",
                         sd_model_element_name(on->model, node->element, on->arena), value, k,
                         known);
        }
        count++;
    }
    return count;
}

static void every_equation_of_the_shipped_model_gives_the_same_value_alone(void **state)
{
    desk *on = *state;
    seen s;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    desk_request(on);
    s = look(on);
    print_message("%zu equations at %zu points\n", assert_same_values(on, &s),
                  s.history->point_count);
}

static void functions_with_memory_give_the_same_values_alone(void **state)
{
    desk *on = *state;
    const seen s = look_at(
        on, "rk4 0 12 0.25",
        "stock P = 7.3; in f; out g; nonneg\nflow f = RANDOM(0.2, 1.4) * P * 0.1\n"
        "flow g = P / (3.7 + STEP(1.3, 5)) + PULSE(2.5, 3, 4); nonneg\n"
        "aux twin = P\naux same = P\naux late = PREVIOUS(f, 0.31) + DELAY(g, 1.75)\n"
        "aux calm = SMTH3(f * 2, 2.6) + DELAYN(g, 3.1, 4) + SMTH1(twin - same, 0.9)\n"
        "aux grown = TREND(P, 4.2) + FORCST(P, 3.3, 2.1)\naux first = INIT(calm + INIT(late))\n"
        "aux noise = NORMAL(calm, 0.37, 11) + RAMP(0.3, 2, 7) + TIME / DT\n");

    assert_int_equal(assert_same_values(on, &s), 9);
}

static void a_variable_that_repeats_another_is_a_node_of_its_own(void **state)
{
    desk *on = *state;
    const seen s = look_at(on, "euler 0 4 1",
                           "stock P = 10; in f\nflow f = P * 0.5\naux twin = P\naux copy = twin\n");
    const sd_node *copy = &s.equations->nodes[node_of(on, &s, "copy")];

    assert_int_equal(on->program->element_rows[desk_element(on, "copy")],
                     on->program->element_rows[desk_element(on, "P")]);
    assert_int_equal(copy->input_count, 1);
    assert_int_equal(copy->inputs[0], node_of(on, &s, "twin"));
    assert_near(change(on, &s, "copy", "twin", 2), 7.5, 1e-15);
}

/* Schoenberg, Davidsen and Eberlein 2020, tables 1 and 2. */
static void changes_are_those_of_the_published_examples(void **state)
{
    desk *on = *state;
    const seen s = look_at(on, "euler 0 1 1",
                           "aux x = 5 + 2 * TIME\naux y = 4 + TIME\naux z = 2 * x + y\n"
                           "aux w = 7 + 3 * TIME\naux v = 2 + 2 * TIME\naux u = 3 + 2 * TIME\n"
                           "aux q = (w + v) / u\n");

    assert_near(change(on, &s, "z", "x", 1), 4, 1e-15);
    assert_near(change(on, &s, "z", "y", 1), 1, 1e-15);
    /* (7 + 2) / 3 = 3 becomes (10 + 4) / 5 = 2.8 */
    assert_near(change(on, &s, "q", "w", 1), 1, 1e-15);
    assert_near(change(on, &s, "q", "v", 1), 2.0 / 3, 1e-14);
    assert_near(change(on, &s, "q", "u", 1), -1.2, 1e-15);
    assert_true(change(on, &s, "q", "u", 0) == 0);
}

static void inflows_add_and_outflows_take(void **state)
{
    desk *on = *state;
    const seen s =
        look_at(on, "euler 0 2 1",
                "stock S = 20; in i; out o\nflow i = 5 + 5 * TIME\nflow o = 4 + TIME * 1\n");

    assert_near(change(on, &s, "S", "i", 1), 5, 1e-15);
    assert_near(change(on, &s, "S", "o", 1), -1, 1e-15);
}

static void partial_derivatives_are_exact(void **state)
{
    desk *on = *state;
    const seen s = look_at(on, "rk4 0 3 0.5",
                           "stock P = 3; in f\nflow f = 0.4 * P * (1 - P / 17) * EXP(-0.1 * a)\n"
                           "aux a = SQRT(P + TIME)\n");
    const size_t at = node_of(on, &s, "f"), points = s.history->point_count;
    double *partials = SD_NEW_ARRAY(on->arena, double, s.equations->nodes[at].input_count *points);

    sd_replay_partials(s.replay, at, partials);
    for (size_t k = 0; k < points; k++) {
        const double P = s.history->values[node_of(on, &s, "P") * points + k];
        const double a = s.history->values[node_of(on, &s, "a") * points + k];

        assert_near(partials[input_of(on, &s, "f", "P") * points + k],
                    0.4 * (1 - 2 * P / 17) * exp(-0.1 * a), 1e-14);
        assert_near(partials[input_of(on, &s, "f", "a") * points + k],
                    -0.04 * P * (1 - P / 17) * exp(-0.1 * a), 1e-14);
    }
}

static void a_sum_over_an_array_is_one_node_for_all_who_need_it(void **state)
{
    desk *on = *state;
    size_t sums = 0;
    seen s;

    desk_must_compile(
        on, desk_file(on, "euler 0 2 1", "<dimensions><dim name=\"d\" size=\"3\"/></dimensions>",
                      "<stock name=\"x\"><dimensions><dim name=\"d\"/></dimensions><eqn>2.5</eqn>"
                      "<inflow>f</inflow></stock><flow name=\"f\"><dimensions><dim name=\"d\"/>"
                      "</dimensions><eqn>x / SUM(x[*]) + 0.1 * d</eqn></flow>"
                      "<aux name=\"m\"><eqn>2 * SUM(x[*]) + MEAN(x[*])</eqn></aux>"));
    desk_request(on);
    s = look(on);
    for (size_t n = 0; n < s.equations->node_count; n++) {
        sums += s.equations->nodes[n].kind == SD_NODE_SUM;
        if (s.equations->nodes[n].kind == SD_NODE_SUM)
            assert_int_equal(s.equations->nodes[n].input_count, 3);
    }
    assert_int_equal(sums, 2); /* the sum, and the mean */
    (void)assert_same_values(on, &s);
}

static void the_models_of_others_give_the_same_values_alone(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "conformance/cases.tsv");
    const sd_source *list;
    size_t models = 0, equations = 0;

    if (!path ||
        sd_source_from_file(on->arena, path, SD_MODEL_BYTES_MAX, &list, on->diag) != SD_OK) {
        skip();
        return;
    }
    for (const char *at = list->text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const size_t length = strcspn(at, "\t\n");
        const char *name = sd_arena_printf(on->arena, "conformance/%.*s", (int)length, at);
        const sd_source *source;

        on->diag = sd_diag_new(on->arena);
        if (!strstr(name, ".xmile") ||
            sd_source_from_file(on->arena, desk_shared(on, name), SD_MODEL_BYTES_MAX, &source,
                                on->diag) != SD_OK ||
            sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK ||
            sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag) != SD_OK)
            continue;
        desk_request(on);
        const seen s = look(on);
        equations += assert_same_values(on, &s);
        models++;
    }
    print_message("%zu models, %zu equations\n", models, equations);
    assert_true(models > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_equation_of_the_shipped_model_gives_the_same_value_alone),
        DESK_TEST(functions_with_memory_give_the_same_values_alone),
        DESK_TEST(a_variable_that_repeats_another_is_a_node_of_its_own),
        DESK_TEST(changes_are_those_of_the_published_examples),
        DESK_TEST(inflows_add_and_outflows_take),
        DESK_TEST(partial_derivatives_are_exact),
        DESK_TEST(a_sum_over_an_array_is_one_node_for_all_who_need_it),
        DESK_TEST(the_models_of_others_give_the_same_values_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
