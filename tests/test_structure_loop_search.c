/* test_structure_loop_search.c - named, pinned and found loops together, budgets, and models that are hard on them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"

#include <math.h>
#include <sys/resource.h>

/* ---- named loops and found ones ---------------------------------------------------------------------------------------- */

/* A file with named loops: "+R1 a b c" a line. */
static const char *named_file(desk *on, const char *specs, const char *loops, const char *lines)
{
    sd_text text = sd_text_new(on->arena);

    for (const char *at = loops; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const size_t id = strcspn(at, " "), length = strcspn(at, "\n");

        sd_text_printf(&text,
                       "<treadmill:loop id=\"%.*s\" name=\"loop of the test\" polarity=\"%c\">"
                       "<treadmill:through>",
                       (int)id - 1, at + 1, *at);
        for (const char *word = at + id + 1; word < at + length; word += *word == ' ') {
            const size_t letters = strcspn(word, " \n");

            sd_text_printf(&text, "%s%.*s", word == at + id + 1 ? "" : ", ", (int)letters, word);
            word += letters;
        }
        sd_text_printf(&text, "</treadmill:through></treadmill:loop>\n");
    }
    return sd_arena_printf(
        on->arena,
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
        "xmlns:treadmill=\"urn:treadmill:xmile:1\">\n<sim_specs method=\"%s\">%s</sim_specs>\n"
        "<model>%s<variables>\n%s</variables></model></xmile>\n",
        "euler", specs, text.bytes, desk_variables(on, lines));
}

static looked look_at_named(desk *on, const char *loops, const char *lines)
{
    desk_must_compile(on,
                      named_file(on, "<start>0</start><stop>10</stop><dt>0.5</dt>", loops, lines));
    return look_at_run(on, false);
}

static const sd_feedback *by_id(const sd_feedbacks *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].id, id) == 0)
            return &all->list[i];
    fail_msg("there is no loop '%s'", id);
    return NULL;
}

static sd_status score(const looked *l, const sd_pin *pins, size_t pin_count,
                       const sd_feedbacks **ret_all)
{
    l->on->diag = sd_diag_new(l->on->arena);
    return sd_feedbacks_new(l->on->arena, l->graph, pins, pin_count, &ample, ret_all, l->on->diag);
}

/* Together they are all, each once: R1 stands for two, the search adds the third. */
static void a_found_loop_that_a_named_one_holds_is_not_counted_twice(void **state)
{
    const looked l = look_at_named(*state, "+R1 S f\n",
                                   "stock S = 3; in f; out g\nflow f = 0.1 * a + 0.3 * b\n"
                                   "flow g = 0.02 * S^2\naux a = 2 * S\naux b = SQRT(S)\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *R1 = by_id(all, "R1"), *B = looked_loop(&l, all, "S g");

    assert_int_equal(all->count, 2);
    assert_int_equal(all->named, 1);
    assert_int_equal(all->examined, 1);
    assert_true(all->complete && all->moves && R1->ways == 2);
    assert_non_null(R1->named);
    assert_true(B->among == NULL && isnan(B->among_share));
    for (size_t k = 1; k < l.history->point_count; k++) {
        assert_near(fabs(R1->relative[k]) + fabs(B->relative[k]), 1, 1e-15);
        assert_true(R1->among[k] == 1);
    }
    assert_near(R1->share + B->share, 1, 1e-14);
}

/* No route passes memory in an auxiliary that the list leaves out, so such a loop is another one. */
static void a_loop_with_time_in_an_auxiliary_is_not_held_by_a_list_without_it(void **state)
{
    const looked l = look_at_named(*state, "+R1 S f\n",
                                   "stock S = 3; in f\nflow f = 0.1 * S + 0.05 * late\n"
                                   "aux late = SMTH1(S, 2)\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);

    assert_int_equal(all->count, 2);
    assert_int_equal(all->examined, 1);
    assert_true(by_id(all, "R1")->ways == 1);
    (void)looked_loop(&l, all, "S late f");
}

static const char arrays[] = "<stock name=\"x\"><dimensions><dim "
                             "name=\"d\"/></dimensions><eqn>d</eqn><inflow>f</inflow></stock>"
                             "<flow name=\"f\"><dimensions><dim name=\"d\"/></dimensions><eqn>x * "
                             "d / SUM(x[*])</eqn></flow>";
static const char dimension[] = "<dimensions><dim name=\"d\" size=\"3\"/></dimensions>";

/* Three loops of each element by itself, and those through the sum: x[i], sum, f[j], x[j], ... */
static void the_loops_of_an_array_are_those_of_its_elements(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 5 0.5", dimension, arrays));
    const looked l = look_at_run(on, false);
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *first[2] = {NULL};

    /* One cycle can pass the sum once, so at most one element by it: 3 direct, 3 by the sum. */
    assert_int_equal(all->count, 6);
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(looked_names(&l, &all->list[i]), "x[1] f[1]") == 0)
            first[all->list[i].polarity < 0] = &all->list[i];
    assert_non_null(first[0]); /* by x */
    assert_non_null(first[1]); /* by the sum */
}

static void a_pinned_loop_of_one_element_leaves_the_others(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 5 0.5", dimension, arrays));
    const looked l = look_at_run(on, false);
    sd_pin pin = {.id = "P1"};
    const sd_feedbacks *all;

    pin.stops = looked_stops(&l, "x[2] f[2]", &pin.count);
    assert_int_equal(score(&l, &pin, 1, &all), SD_OK);
    assert_true(all->pinned_count == 1 && all->pinned[0].ways == 2);
    assert_int_equal(all->examined, 6); /* what is pinned is found all the same */
    assert_int_equal(all->count, 6);
    for (size_t k = 1; k < l.history->point_count; k++) {
        double sum = 0;

        for (size_t i = 0; i < all->count; i++)
            sum += fabs(all->list[i].relative[k]);
        assert_near(sum, 1, 1e-14);
    }
}

/* ---- what is wrong with a named loop ------------------------------------------------------------------------------------- */

static const char two_ways[] = "stock S = 3; in f; out g\nflow f = 0.2 * S * (1 - S / 20)\n"
                               "flow g = 0.05 * S\nstock T = 1; in h\nflow h = 0.1 * S\n";

static void assert_refused(desk *on, const char *loops, const char *code, const char *place,
                           const char *words)
{
    const looked l = look_at_named(on, loops, two_ways);
    const sd_feedbacks *all = NULL;

    assert_int_equal(score(&l, NULL, 0, &all), SD_INVALID);
    assert_null(all);
    assert_int_equal(l.on->diag->errors, 1);
    const char *printed = desk_printed(l.on);

    if (!strstr(printed, code) || !strstr(printed, place) || !strstr(printed, words))
        fail_msg("without '%s', '%s', '%s':\n%s", code, place, words, printed);
}

static void a_named_loop_that_the_equations_lack_is_an_error_with_its_place(void **state)
{
    assert_refused(*state, "+R1 S f\n-B9 S h\n", "E115", "t.xmile:4:81",
                   "loop 'B9' has no way from 'h' to 'S'");
    assert_refused(*state, "-B1 S g\n+R2 T f\n", "E115", "t.xmile:4:84", "from 'T' to 'f'");
}

static void a_loop_that_names_a_variable_twice_is_an_error(void **state)
{
    assert_refused(*state, "+R1 S f S g\n", "E115", "t.xmile:3:28", "names 'S' twice");
}

static void a_named_loop_of_the_wrong_polarity_is_an_error_with_its_place(void **state)
{
    assert_refused(*state, "+R1 S g\n", "E116", "t.xmile:3:28",
                   "loop 'R1' is called reinforcing, but works as a balancing one");
}

/* Growth below half of 20, and brakes above: the same loop both ways. */
static void a_named_loop_that_works_both_ways_is_told(void **state)
{
    desk *on = *state;

    desk_must_compile(on,
                      named_file(on, "<start>0</start><stop>60</stop><dt>0.25</dt>", "+R1 S f\n",
                                 "stock S = 0.5; in f\nflow f = 0.2 * S * (1 - S / 20)\n"));
    looked l = look_at_run(on, false);
    const sd_feedbacks *all;
    const sd_status status = score(&l, NULL, 0, &all);
    const char *printed = desk_printed(l.on), *words;
    size_t up = 0;

    /* Each moment scores 1 or -1, and S passes 10 at ln(39) / 0.2 = 18.3. */
    if (status != SD_INVALID || !strstr(printed, "works as a balancing one"))
        fail_msg("%s", printed);
    desk_must_compile(on,
                      named_file(on, "<start>0</start><stop>30</stop><dt>0.25</dt>", "+R1 S f\n",
                                 "stock S = 0.5; in f\nflow f = 0.2 * S * (1 - S / 20)\n"));
    l = look_at_run(on, false);
    assert_int_equal(score(&l, NULL, 0, &all), SD_OK);
    printed = desk_printed(l.on);
    for (size_t k = 0; k < l.history->point_count; k++)
        up += all->list[0].score[k] > 0;
    words = sd_arena_printf(on->arena, "%.0f %% of its scores are reinforcing",
                            100.0 * (double)up / (double)(l.history->point_count - 1));
    if (!strstr(printed, "W910") || !strstr(printed, words) || !strstr(printed, "t.xmile:3:28"))
        fail_msg("%s", printed);
    assert_string_equal(sd_feedback_letter(&all->list[0]), "Ru");
    /* As long after as before: neither, but not at rest. */
    desk_must_compile(
        on, named_file(on,
                       sd_arena_printf(on->arena, "<start>0</start><stop>%g</stop><dt>0.25</dt>",
                                       (double)(2 * up) / 4),
                       "+R1 S f\n", "stock S = 0.5; in f\nflow f = 0.2 * S * (1 - S / 20)\n"));
    l = look_at_run(on, false);
    assert_int_equal(score(&l, NULL, 0, &all), SD_OK);
    assert_true(all->list[0].confidence == 0 && all->moves);
    assert_string_equal(sd_feedback_letter(&all->list[0]), "U");
}

/* ---- models that are hard on it ------------------------------------------------------------------------------------------ */

static void a_model_without_loops_has_none(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 5 0.5",
                                   "stock S = 3; in f\nflow f = 0.2 * TIME\naux seen = S + f\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    size_t count = 7;
    const sd_spell *spells = sd_spells_new(l.on->arena, all, &count);

    assert_true(all->count == 0 && all->examined == 0 && all->complete);
    assert_int_equal(count, 0);
    assert_string_equal(sd_spells_text(l.on->arena, all, spells, count),
                        "The model has no feedback loop.");
}

static void nothing_is_said_to_drive_in_equilibrium(void **state)
{
    const looked l = look_at_lines(*state, "rk4 0 50 0.5",
                                   "stock S = 10; in f; out g\nflow f = 0.1 * S\nflow g = 1 + h\n"
                                   "aux h = 0 * TIME\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    size_t count;
    const sd_spell *spells = sd_spells_new(l.on->arena, all, &count);

    assert_int_equal(all->count, 1);
    assert_false(all->moves);
    assert_true(all->list[0].share == 0 && all->list[0].polarity == 0);
    assert_string_equal(sd_spells_text(l.on->arena, all, spells, count),
                        "No loop acts in the whole run.");
}

static void assert_finite(const looked *l, const sd_feedbacks *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const sd_feedback *f = &all->list[i];

        assert_true(isfinite(f->share) && f->share >= 0 && f->share <= 1 + 1e-12);
        assert_true(f->polarity == 0 || isfinite(f->confidence));
        for (size_t k = 0; k < l->history->point_count; k++) {
            assert_true(isfinite(f->score[k]));
            assert_true(fabs(f->relative[k]) <= 1 + 1e-12);
            assert_true(!f->among || fabs(f->among[k]) <= 1 + 1e-12);
        }
    }
}

/* DT 1/1024, where the flow hardly changes at its peak. */
static void scores_at_a_peak_give_finite_shares(void **state)
{
    const looked l =
        look_at_lines(*state, "euler 0 15 0.0009765625",
                      "stock potential = 999999; out adopting\nstock adopters = 1; in adopting\n"
                      "flow adopting = 1.5 * adopters * potential / 1000000\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    double largest = 0;

    assert_finite(&l, all);
    for (size_t k = 1; k < l.history->point_count; k++)
        largest = fmax(largest, fabs(all->list[0].score[k]));
    print_message("largest score %.3g\n", largest);
    assert_true(largest > 1e3);
}

/* By one input alone these values would change by 1e300 and more, up or down; by both at once they hardly change. */
static void huge_scores_give_finite_shares(void **state)
{
    const char *lines =
        "stock S = 1; in f\nflow f = 0.1 * z\naux a = S\naux b = S\n"
        "aux y = S + 1e305 * (a - b)^2\naux p = y\naux q = y\naux r = y\naux u = y\n"
        "aux z = y + 1e305 * (p - q)^2 - 1e305 * (r - u)^2\n";
    looked l = look_at_named(*state, "+R1 S z f\n", lines);
    const sd_feedbacks *all = looked_loops(&l, &ample);
    double largest = 0;

    assert_true(all->count == 1 && all->list[0].ways == 15);
    assert_finite(&l, all);
    l = look_at_named(*state, "", lines);
    all = looked_loops(&l, &ample);
    assert_int_equal(all->count, 15);
    assert_finite(&l, all);
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < l.history->point_count; k++)
            largest = fmax(largest, fabs(all->list[i].score[k]));
    assert_true(largest == 1e300);
}

static void memory_and_chance_are_links_like_others(void **state)
{
    const looked l = look_at_lines(
        *state, "euler 0 20 0.5",
        "stock S = 3; in f; out g\nflow f = 0.1 * PREVIOUS(S, 3) + 0.01 * noise\n"
        "flow g = 0.02 * DELAY(a, 2) + 0.001 * first\naux a = S * (1 + 0.1 * noise)\n"
        "aux noise = RANDOM(0, 1)\naux first = INIT(S) * 2\naux past = INIT(a) + a\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);

    assert_int_equal(all->count, 2);
    assert_finite(&l, all);
    /* A memory passes all of a change on in time: its score is the change of what goes in over that of what comes out. */
    const sd_feedback *R = looked_loop(&l, all, "S f"), *B = looked_loop(&l, all, "S a g");
    const double *f = l.history->values + looked_node(&l, "f") * l.history->point_count;
    const double *g = l.history->values + looked_node(&l, "g") * l.history->point_count;
    const double *S = l.history->values + looked_node(&l, "S") * l.history->point_count;

    for (size_t k = 1; k < l.history->point_count; k++) {
        const double net = f[k] - g[k] - f[k - 1] + g[k - 1];
        const double now = S[k] - S[k - 1], before = k > 1 ? S[k - 1] - S[k - 2] : 0;
        const double wanted = before != 0 ? fabs(0.1 * before / net) * fabs(now / before) : 0;

        assert_near(R->score[k], wanted, 1e-9);
    }
    assert_int_equal(R->polarity, 1);
    assert_int_equal(B->polarity, -1);
}

static long peak(void) /* [kB] */
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Twelve stocks, each moved by all: over a hundred million elementary loops. */
static void a_million_loops_keep_to_the_budget(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    for (int i = 0; i < 12; i++) {
        sd_text_printf(&text, "stock s%d = %d.3; in f%d\nflow f%d = 0.05 * TANH(%d.5", i, i, i, i,
                       i - 6);
        for (int k = 0; k < 12; k++)
            sd_text_printf(&text, " + %g * s%d", ((i * 7 + k * 5) % 11 - 5.2) / 40, k);
        sd_text_printf(&text, ")\n");
    }
    const looked l = look_at_lines(on, "rk4 0 100 0.25", text.bytes);
    const sd_budget budget = {.most = 2000000, .seconds = 1};
    const long before = peak();
    const double begin = sd_clock_seconds();
    const sd_feedbacks *all = looked_loops(&l, &budget);
    const double seconds = sd_clock_seconds() - begin;

    print_message("%zu loops examined, %zu listed in %.2f s of 1, %ld MB more\n", all->examined,
                  all->count, seconds, (peak() - before) / 1000);
    assert_false(all->complete);
    assert_int_equal(all->count, SD_FEEDBACKS_MAX);
    assert_true(all->examined > 1000 && all->examined <= 2000000);
    assert_true(seconds < 2); /* twice, for machines that are busy */
    assert_true(peak() - before < 300000);
    assert_finite(&l, all);
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(all->list[i].id, all->list[k].id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_found_loop_that_a_named_one_holds_is_not_counted_twice),
        DESK_TEST(a_loop_with_time_in_an_auxiliary_is_not_held_by_a_list_without_it),
        DESK_TEST(the_loops_of_an_array_are_those_of_its_elements),
        DESK_TEST(a_pinned_loop_of_one_element_leaves_the_others),
        DESK_TEST(a_named_loop_that_the_equations_lack_is_an_error_with_its_place),
        DESK_TEST(a_loop_that_names_a_variable_twice_is_an_error),
        DESK_TEST(a_named_loop_of_the_wrong_polarity_is_an_error_with_its_place),
        DESK_TEST(a_named_loop_that_works_both_ways_is_told),
        DESK_TEST(a_model_without_loops_has_none),
        DESK_TEST(nothing_is_said_to_drive_in_equilibrium),
        DESK_TEST(scores_at_a_peak_give_finite_shares),
        DESK_TEST(huge_scores_give_finite_shares),
        DESK_TEST(memory_and_chance_are_links_like_others),
        DESK_TEST(a_million_loops_keep_to_the_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
