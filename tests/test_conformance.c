/* test_conformance.c - the models of the system dynamics community's test suite give the outputs it expects, and the judge
 * of it lets nothing through.
 * In: $TREADMILL_SHARED/conformance (see its README.md for the rule of comparison); those cases are skipped without it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include "desk.h"
#include "expected.h"

#include <ftw.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

/* What passes with a note, and the word that it must hold: no other case may need one. */
static const struct {
    const char *model, *note;
} notes[] = {
    {"tests/exp/test_exp.xmile", "single precision"},
    {"tests/zeroled_decimals/test_zeroled_decimals.xmile", "agrees with Euler"},
};

static bool note_is_known(const conformance_case *c)
{
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (strcmp(notes[i].model, c->model) == 0)
            return strstr(c->note, notes[i].note) != NULL;
    return *c->note == '\0';
}

static void the_community_s_models_give_what_it_expects(void **state)
{
    desk *on = *state;
    conformance found;
    size_t failed = 0;

    if (!desk_shared(on, "")) {
        skip();
        return;
    }
    const char *fault = conformance_find(on->arena, desk_shared(on, "conformance"), &found);

    if (fault)
        fail_msg("%s", fault);
    assert_true(found.cases.count >= 53);
    conformance_judge_all(on->arena, &found);
    (void)conformance_print(on->arena, &found, stdout);
    for (size_t i = 0; i < found.cases.count; i++) {
        const conformance_case *c = &found.cases.items[i];

        if (!c->fault && note_is_known(c))
            continue;
        print_error("%s: %s\n", c->model, c->fault ? c->fault : c->note);
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* From the suite's README: an integer as the initial value of a smooth. */
static void a_smooth_with_a_whole_initial_value_is_not_truncated(void **state)
{
    static const double known[] = {1, 1.084, 1.147, 1.19425, 1.2296875};
    desk *on = *state;

    desk_simulate(on, "euler 0 2 0.5", "aux x = SMTH1(1.336, 2, 1)\n");
    for (size_t n = 0; n < 5; n++)
        assert_near(desk_value(on, "x", 0.5 * (double)n), known[n], 1e-15);
}

/* ---- the judge itself, on folders of its own ------------------------------------------------------------------ */

static char folder[] = "/tmp/conformance-XXXXXX";

static int make_folder(void **state)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    return desk_set_up(state) != 0 || !mkdtemp(folder) ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what, (void)kind, (void)where;
    return remove(path);
}

static int remove_folder(void **state)
{
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) || desk_tear_down(state);
}
#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

static void put(desk *on, const char *name, const char *bytes, size_t length)
{
    FILE *to = fopen(sd_arena_printf(on->arena, "%s/%s", folder, name), "wb");

    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, length, to), length);
    assert_int_equal(fclose(to), 0);
}

static void put_text(desk *on, const char *name, const char *text)
{
    put(on, name, text, strlen(text));
}

static void put_model(desk *on, const char *name, const char *specs, const char *lines)
{
    put_text(on, name, desk_file(on, specs, "", desk_variables(on, lines)));
}

/* x is 1, 1.5, 2.25 under Euler; k is 7. */
static const char growth[] = "stock x = 1; in f\nflow f = 0.5 * x\naux k = 7\n";

/* What is said of the only case in the folder, "" when it passes without a note. */
static const char *verdict(desk *on, const char *output, size_t length)
{
    conformance_case c = {.model = "m.xmile", .expected = "output.csv"};

    put(on, "output.csv", output, length);
    conformance_judge(on->arena, folder, &c);
    return c.fault ? c.fault : c.note;
}
#define assert_verdict(on, output, expected)                                                       \
    assert_string_equal(verdict((on), (output), sizeof(output) - 1), (expected))

static void ends_of_lines_separators_and_spellings_do_not_matter(void **state)
{
    desk *on = *state;

    put_model(on, "m.xmile", "euler 0 2 1", growth);
    assert_verdict(on, "Time,x,f\n0,1,.5\n1,1.5,.75\n2,2.25,1.125\n", "");
    assert_verdict(on, "Time,x\r0,1\r1,1.5\r2,2.25", "");
    assert_verdict(on, "\xEF\xBB\xBFtime (week)\tX \tk\r\n0\t1\t7\r\n1\t1.5\t\r\n2\t2.25\t\r\n\r\n",
                   "");
    assert_verdict(on, "\"time\";\"x\";\n0;1;\n1;\"1.5\";\n2;2.25;\n", "");
    assert_verdict(on, "Time,x,SAVEPER,TIME STEP\n0,1,9,9\n1,1.5,9,9\n2,2.25,9,9\n", "");
    assert_verdict(on, "Time,x\n0,1.00009\n1,1.5\n2,\n",
                   ""); /* within 1e-4; nothing to say of the last */
}

static void what_differs_is_told_at_its_first_place(void **state)
{
    desk *on = *state;

    put_model(on, "m.xmile", "euler 0 2 1", growth);
    assert_verdict(on, "Time,x\n0,1\n1,1.5\n2,2.2503\n", "'x' in row 3 is 2.25, not 2.2503");
    assert_verdict(on, "Time,x,y\n0,1,3\n1,1.5,3\n2,2.25,3\n", "column 'y' is missing");
    assert_verdict(on, "Time,x\n0,1\n1,1.5\n", "3 rows, not 2");
    assert_verdict(on, "Time,k\n0,7\n1,\n2,8\n", "'k' in row 3 is 7, not 8");
    assert_verdict(on, "Time\tk\n0\t8\n1\t\n2\t\n", "'k' in row 1 is 7, not 8");
    assert_verdict(on, "Time,SAVEPER\n0,1\n1,1\n2,1\n",
                   "the expected output has no value to compare");
}

static void an_odd_expected_file_is_a_fault_and_no_crash(void **state)
{
    desk *on = *state;

    put_model(on, "m.xmile", "euler 0 2 1", growth);
    assert_verdict(on, "", "the expected output has no rows");
    assert_verdict(on, "\r\n\n", "the expected output has no rows");
    assert_verdict(on, "Time,x\n", "the expected output has no rows");
    assert_verdict(on, "Time,x\n0,1\n1\n2,2.25\n",
                   "row 2 of the expected output has 1 cells, not 2");
    assert_verdict(on, "Time,x\n0,1,4\n", "row 1 of the expected output has 3 cells, not 2");
    assert_verdict(on, "Time,x\n0,1\n1,nan\n2,2.25\n",
                   "'nan' in row 2 of the expected output is no number");
    assert_verdict(on, "Time,\"x\n0,1\n", "the expected output has no rows"); /* never closed */
    assert_verdict(on, "Time,x\n0,\0\n", "the expected output is not a text");
    assert_verdict(on, ",,,\n,,,\n,,,\n,,,\n", "column '' is missing");
    conformance_case c = {.model = "m.xmile", .expected = "nowhere.csv"};

    conformance_judge(on->arena, folder, &c);
    assert_non_null(c.fault);
}

static void single_precision_and_euler_are_noted_and_nothing_else_passes(void **state)
{
    desk *on = *state;

    put_model(on, "m.xmile", "euler 0 2 1", "aux x = 100 * TIME - 100\naux k = 7\n");
    /* 1e-6 of the column's largest number, 100, and no more. */
    assert_verdict(on, "Time,x\n0,-100\n1,0.00009\n2,100\n", "'x' to single precision");
    assert_verdict(on, "Time,x\n0,-100\n1,0.00011\n2,100\n", "'x' in row 2 is 0, not 0.00011");
    put_model(on, "m.xmile", "rk4 0 2 1", growth);
    assert_verdict(on, "Time,x\n0,1\n1,1.5\n2,2.25\n",
                   "agrees with Euler, which the file does not ask for (rk4)");
    assert_verdict(on, "Time,x\n0,1\n1,1.5\n2,2.35\n", "'x' in row 2 is 1.6484375, not 1.5");
    assert_verdict(on, "Time,x\n0,1\n1,1.6484375\n2,2.7173462\n", "");
    put_model(on, "m.xmile", "euler 0 2 1", growth);
    assert_verdict(on, "Time,x\n0,1\n1,1.6484375\n2,2.7173462\n",
                   "'x' in row 2 is 1.5, not 1.6484375");
}

static void a_folder_is_searched_when_it_has_no_list(void **state)
{
    desk *on = *state;
    conformance found;
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    assert_non_null(conformance_find(on->arena, folder, &found)); /* nothing in it */
    put_model(on, "a.stmx", "euler 0 2 1", growth);
    put_model(on, "b.ITMX", "euler 0 2 1", "aux x = 3\n");
    put_text(on, "output.tab", "Time\tx\n0\t1\n1\t1.5\n2\t2.25\n");
    assert_int_equal(mkdir(sd_arena_printf(on->arena, "%s/deep", folder), 0700), 0);
    put_model(on, "deep/alone.xmile", "euler 0 2 1", growth); /* has no output beside it */
    assert_null(conformance_find(on->arena, folder, &found));
    assert_int_equal(found.cases.count, 2);
    conformance_judge_all(on->arena, &found);
    assert_int_equal(conformance_print(on->arena, &found, to), 1);
    fclose(to);
    assert_string_equal(text, "feature          passed  note\n"
                              "plain              0/1   b.ITMX: FAILED\n"
                              "stock              1/1\n"
                              "FAILED b.ITMX: 'x' in row 1 is 3, not 1\n"
                              "1 of 2 cases pass, 0 of them with a note; 4 values compared\n");
    free(text);
    put_text(on, "cases.tsv",
             "model\texpected\r\na.stmx\toutput.tab\tbasic\txmile:stock fn=abs,no\r\n");
    assert_null(conformance_find(on->arena, folder, &found));
    assert_int_equal(found.cases.count, 1);
    assert_int_equal(found.cases.items[0].features.count, 3);
    assert_string_equal(found.cases.items[0].features.items[2], "ABS()");
    put_text(on, "cases.tsv", "model\texpected\nonly-a-model\n");
    assert_non_null(conformance_find(on->arena, folder, &found));
    assert_non_null(conformance_find(on->arena, "/nowhere/at/all", &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_community_s_models_give_what_it_expects),
        DESK_TEST(a_smooth_with_a_whole_initial_value_is_not_truncated),
        FOLDER_TEST(ends_of_lines_separators_and_spellings_do_not_matter),
        FOLDER_TEST(what_differs_is_told_at_its_first_place),
        FOLDER_TEST(an_odd_expected_file_is_a_fault_and_no_crash),
        FOLDER_TEST(single_precision_and_euler_are_noted_and_nothing_else_passes),
        FOLDER_TEST(a_folder_is_searched_when_it_has_no_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
