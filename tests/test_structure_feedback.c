/* test_structure_feedback.c - loop scores are those of published tables, of closed forms and of runs by another program.
 * A score belongs to the step that ends at its point, and published tables are labelled with its start.
 * "2020" is Schoenberg, Davidsen and Eberlein, "Understanding model behavior using the Loops that Matter method", System
 * Dynamics Review 36 (2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"

#include <math.h>

static const char bass[] =
    "stock potential = 999999; out adopting\nstock adopters = 1; in adopting\n"
    "flow adopting = wom\naux adopter_contacts = adopters * 100\n"
    "aux probability = potential / 1000000\naux pot_contacts = adopter_contacts * probability\n"
    "aux wom = pot_contacts * 0.015\n";
static const char logistic[] =
    "stock population = 5; in net_birth_rate\n"
    "flow net_birth_rate = population * fractional_growth\n"
    "aux fraction_used = population / 1000\naux fractional_growth = 0.12 * (1 - fraction_used)\n";
static const char births_deaths[] = "stock P = 100; in births; out deaths\n"
                                    "flow births = 0.1 * P\nflow deaths = P / 20\n";
static const char smooth_goal[] =
    "stock level = 50; in adj\nflow adj = gap / 5\naux gap = 100 - sm\n"
    "stock sm = 50; in ch\nflow ch = (level - sm) / 3\n";

static const char R1_bass[] = "adopters adopter_contacts pot_contacts wom adopting";
static const char B1_bass[] = "potential probability pot_contacts wom adopting";
static const char R1_logistic[] = "population net_birth_rate";
static const char B1_logistic[] = "population fraction_used fractional_growth net_birth_rate";

/* Half a unit of the last printed digit, and what stands at its edge. */
static void assert_printed(double value, double printed, double digit, const char *what)
{
    if (!(fabs(value - printed) <= 0.5 * digit * (1 + 1e-9)))
        fail_msg("%s is %.9g, printed %.9g", what, value, printed);
}

/* 2020, table 3: Euler, DT 1/16. */
static void the_bass_table_comes_out_to_its_printed_digits(void **state)
{
    static const struct {
        double start, b1, r1, score_digit, b1_relative, r1_relative;
    } table[] = {{1, 0.0, 1.0, 0.1, 0.0, 1.0},
                 {9.5, -9.958, 11.46, 0, -0.465, 0.535},
                 {9.5625, -9358, 9806, 1, -0.488, 0.512},
                 {9.625, -10.91, 10.41, 0.01, -0.512, 0.488},
                 {15, -1.0, 0.0, 0.1, -1.0, 0.0}};
    const looked l = look_at_lines(*state, "euler 0 15.0625 0.0625", bass);
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *R1 = looked_loop(&l, all, R1_bass), *B1 = looked_loop(&l, all, B1_bass);

    assert_int_equal(all->count, 2);
    assert_true(all->complete);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const size_t k = (size_t)(table[i].start * 16) + 1;
        /* At 9.5 the two scores have another number of digits behind the point. */
        const double digit = table[i].score_digit;

        assert_true(l.history->times[k - 1] == table[i].start);
        assert_printed(B1->score[k], table[i].b1, digit > 0 ? digit : 0.001, "B1");
        assert_printed(R1->score[k], table[i].r1, digit > 0 ? digit : 0.01, "R1");
        assert_printed(B1->relative[k], table[i].b1_relative, 0.001, "B1, relative");
        assert_printed(R1->relative[k], table[i].r1_relative, 0.001, "R1, relative");
    }
}

/* P' = 0.12 P (1 - P / 1000) by Euler: by the population alone the change is g(P_(k-1)) dP, by the growth alone
 * -0.12 P_(k-1) dP / 1000, so that B1 has P_(k-1) / 1000 of the whole. */
static void the_shares_of_logistic_growth_are_those_of_the_closed_form(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 100 1", logistic);
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *R1 = looked_loop(&l, all, R1_logistic);
    const sd_feedback *B1 = looked_loop(&l, all, B1_logistic);
    double worst = 0, P = 5;

    assert_int_equal(all->count, 2);
    assert_true(B1->relative[0] == 0 && R1->relative[0] == 0);
    for (size_t k = 1; k < l.history->point_count; k++) {
        worst = fmax(worst, fabs(B1->relative[k] + P / 1000));
        worst = fmax(worst, fabs(R1->relative[k] - (1 - P / 1000)));
        P += 0.12 * P * (1 - P / 1000);
    }
    print_message("largest difference %.2g\n", worst);
    /* Of changes down to 0.1 of a population of 1000, known to 1e-13 each. */
    assert_true(worst <= 1e-11);
    assert_int_equal(R1->polarity, 1);
    assert_int_equal(B1->polarity, -1);
    assert_string_equal(sd_feedback_letter(R1), "R");
    assert_string_equal(sd_feedback_letter(B1), "B");
}

/* Results of another open engine, in percent, as ltm_published_values.csv has them for some starts of a step. */
static void the_shares_of_logistic_growth_are_those_of_another_engine(void **state)
{
    static const struct {
        size_t start;
        double b1, digit;
    } printed[] = {{1, -0.56, 0.01}, {9, -1.38, 0.01}, {19, -4.16, 0.01}, {28, -10.8, 0.1},
                   {37, -25.6, 0.1}, {46, -49.9, 0.1}, {47, -52.9, 0.1},  {58, -81.2, 0.1},
                   {63, -89, 0.1},   {75, -97.4, 0.1}, {99, -99.9, 0.1}};
    const looked l = look_at_lines(*state, "euler 0 101 1", logistic);
    const sd_feedbacks *all = looked_loops(&l, &ample);

    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++)
        assert_printed(100 * looked_loop(&l, all, B1_logistic)->relative[printed[i].start + 1],
                       printed[i].b1, printed[i].digit, "B1 [%]");
}

/* 2 / 3 and -1 / 3 throughout: the net flow is 0.05 P, of which births are 0.1 P. */
static void births_and_deaths_share_two_to_one(void **state)
{
    const looked l = look_at_lines(*state, "euler 0 20 0.25", births_deaths);
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *R = looked_loop(&l, all, "P births");
    const sd_feedback *B = looked_loop(&l, all, "P deaths");

    for (size_t k = 1; k < l.history->point_count; k++) {
        /* A change of 0.0625 in 5 is known to 1e-14. */
        assert_near(R->score[k], 2, 1e-12);
        assert_near(B->score[k], -1, 1e-12);
        assert_near(R->relative[k], 2.0 / 3, 1e-12);
    }
    assert_near(R->share, 2.0 / 3, 1e-13);
    assert_near(B->share, 1.0 / 3, 1e-13);
    assert_true(all->list[0].share >= all->list[1].share);
}

/* ---- runs by another program, column by column --------------------------------------------------------------------- */

typedef struct column {
    const char *name, *loop;
} column;

static double off(double value, double expected)
{
    return fabs(value - expected) / fmax(1, fabs(expected));
}

/* Every score, share and content of the file; the largest difference, as a part of the value where it is above 1. */
static void compare(const looked *l, const char *file, const column *columns, size_t count,
                    double tolerance)
{
    desk *on = l->on;
    const char *path = desk_shared(on, sd_arena_printf(on->arena, "reference/%s", file));
    const desk_table *table = path ? desk_table_read(on, path) : NULL;
    const sd_feedbacks *all = looked_loops(l, &ample);
    double worst = 0;

    if (!table) {
        skip();
        return;
    }
    assert_int_equal(table->row_count, l->history->point_count - 1);
    for (size_t c = 0; c < count; c++) {
        const sd_feedback *loop = looked_loop(l, all, columns[c].loop);

        for (size_t k = 1; k < l->history->point_count; k++) {
            const char *raw = sd_arena_printf(on->arena, "raw:%s", columns[c].name);
            const char *relative = sd_arena_printf(on->arena, "rel:%s", columns[c].name);
            const double scores = off(loop->score[k], table_value(table, raw, k - 1));
            const double shares = off(loop->relative[k], table_value(table, relative, k - 1));

            assert_true(l->history->times[k] == table_value(table, "t_end", k - 1));
            worst = fmax(worst, fmax(scores, shares));
            if (!(scores <= tolerance && shares <= tolerance))
                fail_msg("%s at %g: %.15g, %.15g, off by %.2g and %.2g", columns[c].name,
                         l->history->times[k], loop->score[k], loop->relative[k], scores, shares);
        }
    }
    print_message("%s: largest difference %.2g\n", file, worst);
}

static void logistic_growth_is_that_of_another_program(void **state)
{
    static const column columns[] = {
        {"population>net_birth_rate", R1_logistic},
        {"population>fraction_used>fractional_growth>net_birth_rate", B1_logistic}};
    const looked l = look_at_lines(*state, "euler 0 100 1", logistic);

    compare(&l, "ltm_logistic_euler_dt1.csv", columns, 2, 1e-9);
}

static void the_bass_model_is_that_of_another_program(void **state)
{
    static const column columns[] = {
        {"adopters>adopter_contacts>pot_contacts>wom>adopting", R1_bass},
        {"potential>probability>pot_contacts>wom>adopting", B1_bass}};
    const looked l = look_at_lines(*state, "euler 0 15 0.0625", bass);

    /* At the peak 4e5 changes to 4e5 + 10, of which rounding of 6e-11 is 1e-11; scores of 1e4 are products with it. */
    compare(&l, "ltm_bass_euler_dt0.0625.csv", columns, 2, 1e-9);
}

static void births_and_deaths_are_those_of_another_program(void **state)
{
    static const column columns[] = {{"P>births", "P births"}, {"P>deaths", "P deaths"}};
    const looked l = look_at_lines(*state, "euler 0 20 0.25", births_deaths);

    compare(&l, "ltm_popbirthdeath_life20.csv", columns, 2, 1e-9);
}

static void a_smoothed_goal_is_that_of_another_program(void **state)
{
    static const column columns[] = {{"sm>ch", "sm ch"},
                                     {"level>ch>sm>gap>adj", "level ch sm gap adj"}};
    const looked l = look_at_lines(*state, "euler 0 20 0.25", smooth_goal);

    compare(&l, "ltm_smooth_goal_dt0.25.csv", columns, 2, 1e-9);
}

/* The same with SMTH1, its hidden stock shown: the inner loop is that of the variable in whose equation it stands. */
static void a_smooth_shown_whole_has_the_loops_of_its_stock(void **state)
{
    static const column columns[] = {{"sm>ch", "sm"}, {"level>ch>sm>gap>adj", "level sm gap adj"}};
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "euler 0 20 0.25", "",
                                    desk_variables(on, "stock level = 50; in adj\n"
                                                       "flow adj = gap / 5\naux gap = 100 - sm\n"
                                                       "aux sm = SMTH1(level, 3)\n")));
    const looked l = look_at_run(on, true);

    compare(&l, "ltm_smooth_goal_dt0.25.csv", columns, 2, 1e-9);
}

/* Figure 4 of Eberlein and Schoenberg 2020, "Finding the loops that matter": two stocks that hand over to each other, never
 * at the same time, so that the loop through both never acts.  The thresholds are ours: they give the activity that the
 * file and the paper tell. */
static void loops_that_never_act_together_are_told_apart(void **state)
{
    static const column columns[] = {
        {"S1>F1", "S1 F1"}, {"S2>F2", "S2 F2"}, {"S1>F2>S2>F1", "S1 F2 S2 F1"}};
    const looked l = look_at_lines(*state, "euler 0 10 1",
                                   "stock S1 = 1; in F1\nstock S2 = 1; in F2\n"
                                   "flow F1 = IF S2 < 50 THEN S1 ELSE S2\n"
                                   "flow F2 = IF S1 > 10 AND S1 < 20 THEN S1 ELSE S2\n");
    const sd_feedbacks *all = looked_loops(&l, &ample);
    const sd_feedback *cross = looked_loop(&l, all, "S1 F2 S2 F1");
    size_t acts[2] = {0};

    assert_int_equal(all->count, 3);
    for (size_t k = 0; k < l.history->point_count; k++) {
        assert_true(cross->score[k] == 0);
        acts[0] += looked_score(&l, "S1", "F2", k) != 0;
        acts[1] += looked_score(&l, "S2", "F1", k) != 0;
    }
    assert_int_equal(acts[0], 1);
    assert_int_equal(acts[1], 5);
    assert_int_equal(cross->polarity, 0);
    assert_true(isnan(cross->confidence));
    assert_string_equal(sd_feedback_letter(cross), "U");
    compare(&l, "ltm_decoupled_euler_dt1.csv", columns, 3, 1e-15);
}

/* Rows first .. of the table of published values: B1 and R1 in turns, of the Bass model scores and shares in turns. */
static void compare_rows(const looked *l, const desk_table *table, size_t first, size_t count,
                         const char *B1, const char *R1, bool scores, double unit)
{
    const sd_feedbacks *all = looked_loops(l, &ample);
    const size_t last = l->history->point_count - 1;

    for (size_t r = first; r < first + count; r++) {
        const double start = table_value(table, "time_label(start of interval)", r);
        const double wanted = table_value(table, "independent_recomputation(t_end=label+dt)", r);
        const sd_feedback *loop = looked_loop(l, all, r % 2 ? R1 : B1);
        /* The run of the Bass model ends with the last label, which is the end of its step then. */
        const size_t k = (size_t)fmin(start / l->history->spec.dt + 1, (double)last);
        const double value = scores && r % 4 < 2 ? loop->score[k] : loop->relative[k] * unit;

        if (!(fabs(value - wanted) <= 5.1e-8 * fabs(wanted))) /* to 8 digits, as printed */
            fail_msg("row %zu: %.9g, not %.9g", r + 1, value, wanted);
    }
}

static void every_published_value_comes_out(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "reference/ltm_published_values.csv");
    const desk_table *table = path ? desk_table_read(on, path) : NULL;
    looked l;

    if (!table) {
        skip();
        return;
    }
    l = look_at_lines(on, "euler 0 15 0.0625", bass);
    compare_rows(&l, table, 0, 20, B1_bass, R1_bass, true, 1);
    l = look_at_lines(on, "euler 0 101 1", logistic);
    compare_rows(&l, table, 20, 200, B1_logistic, R1_logistic, false, 100); /* percent */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_bass_table_comes_out_to_its_printed_digits),
        DESK_TEST(the_shares_of_logistic_growth_are_those_of_the_closed_form),
        DESK_TEST(the_shares_of_logistic_growth_are_those_of_another_engine),
        DESK_TEST(births_and_deaths_share_two_to_one),
        DESK_TEST(logistic_growth_is_that_of_another_program),
        DESK_TEST(the_bass_model_is_that_of_another_program),
        DESK_TEST(births_and_deaths_are_those_of_another_program),
        DESK_TEST(a_smoothed_goal_is_that_of_another_program),
        DESK_TEST(a_smooth_shown_whole_has_the_loops_of_its_stock),
        DESK_TEST(loops_that_never_act_together_are_told_apart),
        DESK_TEST(every_published_value_comes_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
