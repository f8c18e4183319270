/* test_structure_spell.c - which loop drives when, and how it is said.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"
#include "random_model.h"

#include <math.h>

static const char *said(const looked *l, const sd_feedbacks *all, const sd_spell **ret_spells,
                        size_t *ret_count)
{
    *ret_spells = sd_spells_new(l->on->arena, all, ret_count);
    return sd_spells_text(l->on->arena, all, *ret_spells, *ret_count);
}

/* The loops of logistic growth have shares 1 - P / 1000 and P / 1000 of the step before, so that they change over at 500. */
static void logistic_growth_changes_over_at_half_of_its_limit(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 100 0.25",
                                   "stock P = 5; in f\nflow f = P * g\naux g = 0.12 * (1 - u)\n"
                                   "aux u = P / 1000\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_spell *spells;
    size_t count, k = 1;
    double means[2] = {0};
    const char *text = said(&l, all, &spells, &count);
    const double *P = l.history->values + looked_node(&l, "P") * l.history->point_count;

    while (P[k - 1] < 500)
        k++;
    assert_int_equal(count, 2);
    assert_ptr_equal(spells[0].loop, looked_loop(&l, all, "P f"));
    assert_ptr_equal(spells[1].loop, looked_loop(&l, all, "P u g f"));
    assert_true(spells[0].from == 0 && spells[1].to == 100 && spells[0].to == spells[1].from);
    /* The window of a fortieth is as wide on both sides; shares pass 0.5 on a line. */
    assert_true(fabs(spells[0].to - l.history->times[k - 1]) <= 0.25);
    for (size_t i = 1; i < l.history->point_count; i++)
        if (l.history->times[i] <= spells[0].to)
            means[0] += (1 - P[i - 1] / 1000) * 0.25 / spells[0].to;
        else
            means[1] += P[i - 1] / 1000 * 0.25 / (100 - spells[0].to);
    assert_near(spells[0].share, means[0], 1e-12);
    assert_near(spells[1].share, means[1], 1e-12);
    assert_ptr_equal(spells[0].second, spells[1].loop);
    assert_near(spells[0].second_share, 1 - means[0], 1e-12);
    assert_string_equal(
        text, sd_arena_printf(l.on->arena,
                              "%s (P → f) drives until time %.4g (%.0f %%), and from then on "
                              "%s (%s) drives (%.0f %%).",
                              spells[0].loop->id, spells[0].to, 100 * means[0], spells[1].loop->id,
                              "P → u → g → f", 100 * means[1]));
}

/* Still until the step, and again once the outflow has taken all. */
static void times_in_which_nothing_changes_are_told(void **state)
{
    const looked l = look_at_lines(
        *state, "euler 0 40 0.5",
        "stock S = 10; out f\nflow f = IF TIME < 8 THEN 0 ELSE MIN(0.2 * S + 0.1 * T, S) \n"
        "stock T = 0; in f; out g\nflow g = IF S < 0.5 THEN T ELSE 0\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_spell *spells;
    size_t count;
    const char *text = said(&l, all, &spells, &count);

    assert_true(count >= 2);
    assert_null(spells[0].loop);
    assert_true(spells[0].from == 0 && spells[0].to == 8);
    if (strncmp(text, "No loop acts until time 8. Then ", 32) != 0)
        fail_msg("%s", text);
}

/* ---- whatever the shares ----------------------------------------------------------------------------------------------- */

enum { POINTS = 401, LOOPS = 4, TRIALS = 300 };

/* Loops with shares that jump about, rest, or follow each other; `sizes` [LOOPS][POINTS]. */
static void draw_shares(uint64_t *seed, double *sizes)
{
    double level[LOOPS] = {0};

    for (size_t k = 1; k < POINTS; k++) {
        const bool still = random_below(seed, 40) == 0;
        double sum = 0;

        for (size_t i = 0; i < LOOPS; i++) {
            if (k == 1 || random_below(seed, 25) == 0)
                level[i] = random_below(seed, 3) ? (double)random_below(seed, 1000) : 0;
            sizes[i * POINTS + k] = still ? 0 : level[i] + (double)random_below(seed, 700);
            sum += sizes[i * POINTS + k];
        }
        for (size_t i = 0; i < LOOPS && sum > 0; i++)
            sizes[i * POINTS + k] /= random_below(seed, 2) ? sum : -sum;
    }
}

static void check(const sd_feedbacks *all, const sd_spell *spells, size_t count, size_t trial)
{
    const double *times = all->graph->history->times;

    assert_true(count > 0 && spells[0].from == times[0] &&
                spells[count - 1].to == times[POINTS - 1]);
    for (size_t i = 0; i < count; i++) {
        const sd_spell *s = &spells[i];
        const bool by_still =
            (i > 0 && !spells[i - 1].loop) || (i + 1 < count && !spells[i + 1].loop);

        assert_true(s->to > s->from);
        assert_true(i == 0 || s->from == spells[i - 1].to);
        if (i > 0 && s->loop == spells[i - 1].loop && s->sign == spells[i - 1].sign)
            fail_msg("trial %zu: spells %zu and %zu are of the same loop and sign", trial, i - 1,
                     i);
        /* A fortieth of the run, unless it stands between times of rest. */
        assert_true(!s->loop || by_still || s->to - s->from >= 10 * 0.25);
        assert_true(!s->loop || (s->share > 0 && s->share <= 1 + 1e-12));
        assert_true(!s->second || (s->second != s->loop && s->second_share <= s->share &&
                                   s->second_share >= 0.1));
    }
}

static void spells_fill_the_run_and_differ_from_their_neighbours(void **state)
{
    desk *on = *state;
    size_t spells_seen = 0;

    desk_must_compile(on, desk_file(on, "euler 0 100 0.25", "",
                                    desk_variables(on, "stock S = 1; in f\nflow f = S\n")));
    const looked l = look_at_run(on, false);

    assert_int_equal(l.history->point_count, POINTS);
    for (size_t t = 0; t < TRIALS; t++) {
        uint64_t seed = t;
        double *sizes = sd_arena_rows(on->arena, LOOPS * POINTS);
        sd_feedback loops[LOOPS] = {0};
        size_t count;

        draw_shares(&seed, sizes);
        for (size_t i = 0; i < LOOPS; i++)
            loops[i] = (sd_feedback){
                .id = "R1", .name = "loop", .relative = sizes + i * POINTS, .polarity = 1};
        const sd_feedbacks all = {.graph = l.graph, .count = LOOPS, .list = loops, .moves = true};
        const sd_spell *spells = sd_spells_new(on->arena, &all, &count);

        check(&all, spells, count, t);
        spells_seen += count;
    }
    print_message("%zu spells\n", spells_seen);
    assert_true(spells_seen > 5 * TRIALS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(logistic_growth_changes_over_at_half_of_its_limit),
        DESK_TEST(times_in_which_nothing_changes_are_told),
        DESK_TEST(spells_fill_the_run_and_differ_from_their_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
