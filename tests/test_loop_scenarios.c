/* test_loop_scenarios.c - the loops of the shipped model in the scenarios that come with it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"

#include <math.h>

static const sd_budget none = {0};

typedef void (*visit)(const looked *l, const sd_feedbacks *named, const char *name);

/* Every scenario with its named loops; what is said of them is printed. */
static size_t visit_all(desk *on, visit look)
{
    size_t count = 0;

    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        const char *end = strstr(file->name, ".cfg");
        const sd_feedbacks *named;

        if (strcmp(file->folder, "scenarios") != 0 || !end)
            continue;
        const char *name = sd_arena_copy(on->arena, file->name, (size_t)(end - file->name));

        on->diag = sd_diag_new(on->arena);
        const looked l = look_at_scenario(on, name);

        l.on->diag = sd_diag_new(on->arena);
        const sd_status status =
            sd_feedbacks_new(on->arena, l.graph, NULL, 0, &none, &named, l.on->diag);

        if (l.on->diag->messages.count || status != SD_OK)
            fail_msg("%s:\n%s", name, desk_printed(l.on));
        look(&l, named, name);
        count++;
    }
    return count;
}

static void look_at_shares(const looked *l, const sd_feedbacks *named, const char *name)
{
    for (size_t k = 0; k < l->history->point_count; k++) {
        double sum = 0;

        for (size_t i = 0; i < named->count; i++)
            sum += fabs(named->list[i].among[k]);
        if (!(fabs(sum - round(sum)) < 1e-12)) /* 1 a partition that moves */
            fail_msg("%s: shares sum to %.17g at %g", name, sum, l->history->times[k]);
    }
    for (size_t i = 0; i < named->count; i++)
        if (named->list[i].polarity != 0 &&
            named->list[i].polarity != named->list[i].named->polarity)
            fail_msg("%s: %s works against its polarity", name, named->list[i].id);
}

/* No loop is told to work against its polarity (E116), nor both ways (W910). */
static void no_named_loop_works_against_its_polarity_in_any_scenario(void **state)
{
    const size_t count = visit_all(*state, look_at_shares);

    print_message("%zu scenarios\n", count);
    assert_true(count >= 38);
}

/* The loops of the shipped model are idle, or act, as the design says that they do in tools-only. */
static void loops_that_nothing_starts_are_idle_throughout(void **state)
{
    desk *on = *state;
    const looked l = look_at_scenario(on, "tools-only");
    const sd_feedbacks *named = looked_loops(&l, &none);
    size_t idle = 0;

    for (size_t i = 0; i < named->count; i++) {
        const sd_feedback *f = &named->list[i];
        const bool rests =
            strcmp(f->id, "B7") == 0 || strcmp(f->id, "R11") == 0 || strcmp(f->id, "B10") == 0;

        if (rests != (f->polarity == 0))
            fail_msg("%s has polarity %d", f->id, f->polarity);
        idle += rests;
        /* Until AI arrives nothing changes. */
        for (size_t k = 0; l.history->times[k] <= 26; k++)
            assert_true(f->score[k] == 0);
    }
    assert_int_equal(idle, 3);
    assert_int_equal(named->count, 23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(no_named_loop_works_against_its_polarity_in_any_scenario),
        DESK_TEST(loops_that_nothing_starts_are_idle_throughout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
