/* test_output_diagram.c - causal loop diagrams: that signs are those of the equations, that nothing is drawn that they do
 * not have, that shares and links add up.
 * Signs are held to differences of the equations' trees (sheet.h), which know nothing of derivatives.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_desk.h"
#include "sheet.h"

#include <math.h>

static size_t link_between(const sd_diagram *d, const char *from, const char *to)
{
    for (size_t k = 0; k < d->links.count; k++)
        if (strcmp(d->nodes.items[d->links.items[k].from].stop.variable->name, from) == 0 &&
            strcmp(d->nodes.items[d->links.items[k].to].stop.variable->name, to) == 0)
            return k;
    fail_msg("no link from '%s' to '%s'", from, to);
    return SIZE_MAX;
}

/* ---- signs ---- */

/* What the run saved at a week; stocks and what is given stand still. */
static sheet lay_out(desk *on, const sd_result *result, double week)
{
    const sd_trajectory *t = result->trajectory;
    const sd_model *model = result->scenario->model;
    const size_t at = sd_trajectory_time(t, week);
    sheet s = sheet_new(on->arena, model);

    s.time = t->times[at];
    s.start = result->scenario->spec.start;
    for (size_t c = 0; c < t->column_count; c++)
        s.values[t->columns[c]] = sd_trajectory_value(t, at, c, 0);
    for (size_t e = 0; e < model->element_count; e++)
        s.still[e] = model->element_variables[e]->kind == SD_STOCK ||
                     result->program->element_rows[e] == SD_NO_ROW ||
                     result->program->element_parameters[e] >= 0;
    return s;
}

/* The derivative of a link's end with respect to its beginning, through its route. */
static double gain_of(desk *on, const sheet *base, const sd_diagram_link *link)
{
    const sd_model *model = base->model;
    const sd_stop first = link->stops[0];
    sheet scratch = sheet_new(on->arena, model);
    double *vector = SD_NEW_ARRAY(on->arena, double, first.variable->size);
    double sum = 0;

    sheet_copy(&scratch, base);
    for (size_t e = 0; e < model->element_count; e++)
        scratch.still[e] |= model->element_variables[e]->kind == SD_FLOW;
    for (size_t i = 0; i < link->count; i++)
        memset(scratch.still + link->stops[i].variable->first, true,
               link->stops[i].variable->size * sizeof *scratch.still);
    for (size_t i = 0; i < first.variable->size; i++)
        vector[i] = first.element == SIZE_MAX || first.element == first.variable->first + i;
    for (size_t i = 1; i < link->count; i++) {
        const sd_variable *to = link->stops[i].variable;
        double *next = SD_NEW_ARRAY(on->arena, double, to->size);

        sheet_follow(on->arena, base, &scratch, 18, link->stops[i - 1].variable, vector, to, next);
        vector = next;
    }
    for (size_t i = 0; i < link->stops[link->count - 1].variable->size; i++)
        sum += vector[i];
    return sum;
}

static void every_sign_drawn_is_that_of_the_equations(void **state)
{
    desk *on = *state;
    static const char *const names[] = {"tools-only", "four-layers"};
    size_t held = 0;

    for (size_t s = 0; s < 2; s++) {
        const sd_result result = output_scenario(on, names[s]);
        const sd_diagram *d = diagram_of(on, result.scenario, true);

        for (size_t k = 0; k < d->links.count; k++) {
            const sd_diagram_link *link = &d->links.items[k];
            const char *from = d->nodes.items[link->from].label,
                       *to = d->nodes.items[link->to].label;
            bool plus = false, minus = false;

            for (int week = 30; week <= 260; week += 10) {
                const sheet base = lay_out(on, &result, week);
                const double gain = gain_of(on, &base, link);

                plus |= gain > 0;
                minus |= gain < 0;
            }
            assert_true(plus || minus || link->sign == SD_SIGN_IDLE);
            if (link->sign != SD_SIGN_MIXED &&
                (plus != (link->sign == SD_SIGN_PLUS) || minus != (link->sign == SD_SIGN_MINUS)))
                fail_msg("%s: %s -> %s is drawn %s", names[s], from, to, sd_view_sign(d, k));
            held++;
        }
    }
    print_message("%zu signs\n", held);
    assert_true(held > 40);
}

/* x climbs from 0 past 5; (x - 5)^2 answers the other way below than above. */
static void a_sign_that_changes_is_drawn_as_mixed(void **state)
{
    desk *on = *state;
    const sd_diagram *d = small(on, "rk4 0 20 0.25",
                                "stock x = 0.375; in f\nflow f = 0.05 * (12 - x) + 0.01 * y\n"
                                "aux y = (x - 5)^2\n");

    assert_int_equal(d->links.items[link_between(d, "x", "y")].sign, SD_SIGN_MIXED);
    assert_string_equal(sd_view_sign(d, link_between(d, "x", "y")), "\xC2\xB1");
    assert_int_equal(d->links.items[link_between(d, "y", "f")].sign, SD_SIGN_PLUS);
    assert_int_equal(d->links.items[link_between(d, "f", "x")].sign, SD_SIGN_PLUS);
}

static void an_idle_link_is_dashed_and_has_no_sign(void **state)
{
    desk *on = *state;
    const sd_diagram *d = small(on, "rk4 0 20 0.25",
                                "stock x = 3.5; in f; out g\nflow f = 0.1 * x\n"
                                "flow g = MAX(0, x - 1000)\n");
    const char *script = NULL;

    /* The idle loop has no share, so only the other is drawn. */
    assert_int_equal(d->loops.count, 1);
    const sd_scenario *trap = scenario_of(on, "no-ai");

    d = diagram_of(on, trap, true);
    assert_int_equal(sd_diagram_script(on->arena, d, 52, "x.svg", &script, on->diag), SD_OK);
    for (size_t k = 0; k < d->links.count; k++)
        assert_true((d->links.items[k].sign == SD_SIGN_IDLE) == !*sd_view_sign(d, k));
    assert_non_null(strstr(script, "|Week 52: nothing changes"));
    assert_non_null(strstr(script, "\n1.40 2 #"));
}

/* ---- links ---- */

static void loops_that_go_the_same_way_share_a_link(void **state)
{
    desk *on = *state;
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    const sd_diagram_link *shared =
        &d->links.items[link_between(d, "expected_output", "tasks_assigned")];
    sd_text ids = sd_text_new(on->arena);

    for (size_t i = 0; i < shared->loops.count; i++)
        sd_text_printf(&ids, "%s ", d->loops.items[shared->loops.items[i]].feedback->id);
    assert_string_equal(ids.bytes, "R1 R2x B3 ");
    for (size_t k = 0; k < d->links.count; k++)
        for (size_t m = 0; m < k; m++)
            assert_false(d->links.items[k].from == d->links.items[m].from &&
                         d->links.items[k].to == d->links.items[m].to);
}

static void delays_are_where_something_accumulates(void **state)
{
    desk *on = *state;
    const sd_diagram *d = small(on, "rk4 0 20 0.25",
                                "stock x = 7; in f\nflow f = z - 0.4 * x\naux y = 0.1 * x\n"
                                "aux z = SMTH1(y, 3) + 0.5\n");

    assert_false(d->links.items[link_between(d, "x", "y")].delayed);
    assert_true(d->links.items[link_between(d, "y", "z")].delayed);
    assert_false(d->links.items[link_between(d, "z", "f")].delayed);
    assert_true(d->links.items[link_between(d, "f", "x")].delayed);
}

static void shares_into_a_node_sum_to_one(void **state)
{
    desk *on = *state;
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    const sd_view view = sd_view_at(d, 52);

    for (size_t n = 0; n < d->nodes.count; n++) {
        double sum = 0;

        for (size_t k = 0; k < d->links.count; k++)
            sum += d->links.items[k].to == n ? view.shares[k] : 0;
        assert_true(sum == 0 || fabs(sum - 1) < 1e-12); /* rounding of a few quotients */
    }
    for (size_t k = 0; k < d->links.count; k++)
        assert_true(sd_view_width(&view, k) >= 1.4 && sd_view_width(&view, k) <= 6.4);
}

static void the_title_agrees_with_the_sentences(void **state)
{
    desk *on = *state;
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    size_t count;
    const sd_spell *spells = sd_spells_new(on->arena, d->feedbacks, &count);

    for (size_t i = 0; i < count; i++) {
        const double middle = (spells[i].from + spells[i].to) / 2;
        const sd_view view = sd_view_at(d, middle);

        if (spells[i].loop)
            assert_ptr_equal(&d->feedbacks->list[view.driver], spells[i].loop);
        else
            assert_true(view.driver == SIZE_MAX);
    }
    assert_true(count > 2);
}

/* ---- errors ---- */

static const char *layout_messages(desk *on, const char *text)
{
    const sd_scenario *scenario = scenario_of(on, "tools-only");
    const sd_layout *layout = NULL;
    const sd_diagram *d = NULL;
    const sd_source *source = sd_source_from_text(on->arena, "t.layout", text, strlen(text));

    if (sd_layout_from_source(on->arena, source, scenario->model, &layout, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    on->diag = sd_diag_new(on->arena);
    assert_int_equal(
        sd_diagram_new(on->arena, score(on, scenario), scenario, layout, (double)NAN, &d, on->diag),
        SD_INVALID);
    assert_null(d);
    return desk_printed(on);
}

#define HEAD                                                                                       \
    "schema = 1; width = 800; height = 600;\n"                                                     \
    "variables = ( { name = \"headcount\"; x = 200; y = 200; }, { name = \"overtime\"; x = 200; "  \
    "y = 200; "                                                                                    \
    "} );\n"

static void a_link_that_the_equations_lack_is_an_error_at_its_place(void **state)
{
    desk *on = *state;

    assert_string_equal(layout_messages(on,
                                        HEAD "links = (\n  { through = [\"headcount\", \"posts\", "
                                             "\"overtime\"]; } );\n"),
                        "error[E411]: the equations have no link from 'headcount' to 'posts'\n"
                        "  --> t.layout:4:16\n"
                        "   |\n"
                        " 4 |   { through = [\"headcount\", \"posts\", \"overtime\"]; } );\n"
                        "   |                ^^^^^^^^^^^\n");
}

static void a_layout_speaks_of_what_it_draws(void **state)
{
    desk *on = *state;

    assert_non_null(strstr(
        layout_messages(on, HEAD "links = ( { from = \"headcount\"; to = \"overtime\"; } );\n"),
        "E411]: none of the loops drawn leads from 'headcount' to 'overtime'\n"
        "  --> t.layout:3:11"));
    assert_non_null(
        strstr(layout_messages(on, HEAD "loops = ( { id = \"B8\"; x = 200; y = 200; } );\n"),
               "E411]: loop 'B8' passes fewer than two of the variables shown\n"
               "  --> t.layout:3:18"));
    assert_non_null(strstr(layout_messages(on, HEAD), "E411]: the layout draws no link\n"));
}

static void a_model_without_loops_has_no_diagram(void **state)
{
    desk *on = *state;
    const sd_scenario *scenario =
        output_result(on, "t", "euler 0 10 1", "stock x = 1; in f\nflow f = 2\n").scenario;
    const sd_diagram *d = NULL;

    assert_int_equal(
        sd_diagram_new(on->arena, score(on, scenario), scenario, NULL, (double)NAN, &d, on->diag),
        SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "E117]: there is no causal loop diagram to draw"));
}

/* dx/dt = 0.3 x (1 - x / 100) as one loop: it reinforces until x passes 50 and balances from there (Verhulst 1838). */
static void a_loop_is_marked_by_what_it_does_at_that_time(void **state)
{
    desk *on = *state;
    const sd_diagram *d =
        small(on, "rk4 0 40 0.125", "stock x = 1.75; in f\nflow f = 0.3 * x - 0.003 * x * x\n");
    const sd_view early = sd_view_at(d, 5), late = sd_view_at(d, 35);
    const sd_feedback *f = d->loops.items[0].feedback;
    const double turn = log(100 / 1.75 - 1) / 0.3; /* x = 50 */
    const sd_view middle = sd_view_at(d, turn);

    assert_int_equal(d->loops.count, 1);
    assert_int_equal(sd_view_polarity(&early, f), 1);
    assert_int_equal(sd_view_polarity(&middle, f), 0);
    assert_int_equal(sd_view_polarity(&late, f), -1);
    assert_int_equal(sd_loop_letter(&early, f)[0], 'R');
    assert_int_equal(sd_loop_letter(&middle, f)[0], 'U');
    assert_int_equal(sd_loop_letter(&late, f)[0], 'B');
    assert_int_equal(sd_view_color(&late, 0, false), 0x0072b2);
    assert_int_not_equal(sd_view_color(&early, 0, false), 0x0072b2);
}

static void the_loop_that_drives_at_a_time_is_in_its_picture(void **state)
{
    desk *on = *state;
    const sd_scenario *scenario = scenario_of(on, "tools-only");

    for (int week = 30; week < 260; week += 50) {
        const sd_diagram *d = diagram_at(on, scenario, false, week);
        const sd_view view = sd_view_at(d, week);

        assert_true(sd_view_draws(&view, &d->feedbacks->list[view.driver]));
        assert_ptr_equal(d->loops.items[0].feedback, &d->feedbacks->list[view.driver]);
    }
}

static void a_long_title_cuts_no_other_words(void **state)
{
    desk *on = *state;
    sd_scenario *scenario = SD_NEW(on->arena, sd_scenario);
    const char *script = NULL;

    *scenario = *scenario_of(on, "no-ai");
    scenario->title = scenario->changed =
        "A very long title of a workshop in which all that was changed is told to the last word, "
        "with every parameter and what it was before, so that no line of the picture can hold it";
    assert_int_equal(sd_diagram_script(on->arena, diagram_of(on, scenario, true), 52, "x.svg",
                                       &script, on->diag),
                     SD_OK);
    assert_non_null(strstr(script, "share in the scores of the 23 loops that have names.\n"));
    assert_non_null(strstr(script, "usually decisive: how much freed time is refilled.\n"));
    /* Nothing moves, so nothing has an effect: every line is dashed. */
    assert_null(strstr(script, "\n1.40 1 #"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_sign_drawn_is_that_of_the_equations),
        DESK_TEST(a_sign_that_changes_is_drawn_as_mixed),
        DESK_TEST(an_idle_link_is_dashed_and_has_no_sign),
        DESK_TEST(loops_that_go_the_same_way_share_a_link),
        DESK_TEST(delays_are_where_something_accumulates),
        DESK_TEST(shares_into_a_node_sum_to_one),
        DESK_TEST(the_title_agrees_with_the_sentences),
        DESK_TEST(a_link_that_the_equations_lack_is_an_error_at_its_place),
        DESK_TEST(a_layout_speaks_of_what_it_draws),
        DESK_TEST(a_loop_is_marked_by_what_it_does_at_that_time),
        DESK_TEST(the_loop_that_drives_at_a_time_is_in_its_picture),
        DESK_TEST(a_long_title_cuts_no_other_words),
        DESK_TEST(a_model_without_loops_has_no_diagram),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
