/* test_acceptance.c - the model does what acceptance.tsv asks of it, row by row; prints the table.
 * Each row's expression is worked out over runs of the shipped scenarios and held against its band, and against
 * the value that a separate implementation of the same equations gave, to the digits that were written down.
 * With --markdown it prints the table for docs/MODEL.md instead.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptance_expression.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 8, ROWS = 94 };

typedef struct row {
    int line;
    const char *story, *measure, *wanted, *known_text, *kind;
    double known, low, high, value;
    int digits; /* behind the point, of the known value */
    const acceptance_node *expression;
} row;

typedef struct table {
    sd_arena *arena;
    SD_LIST(row) rows;
} table;

static bool is_known_miss(const row *r)
{
    return strcmp(r->kind, "known-miss") == 0;
}

static bool is_in_band(const row *r)
{
    return r->value >= r->low && r->value <= r->high;
}

/* Half of the last digit that was written down; 1e-9 more, because a value may lie on the edge. */
static bool is_known(const row *r)
{
    return fabs(r->value - r->known) <= 0.5 * pow(10, -r->digits) + 1e-9;
}

/* ---- the file -------------------------------------------------------------------------------------------- */

static const char *cell(sd_arena *arena, const char **at)
{
    size_t length = strcspn(*at, "\t\n");
    const char *text = sd_arena_copy(arena, *at, length);

    *at += length + ((*at)[length] == '\t');
    return text;
}

static void read_row(table *t, acceptance *on, const char *line, int number)
{
    const char *cells[COLUMNS], *error = NULL;
    row r = {.line = number};

    for (size_t c = 0; c < COLUMNS; c++)
        cells[c] = cell(t->arena, &line);
    r.story = cells[0];
    r.measure = cells[1];
    r.wanted = cells[2];
    r.known_text = cells[3];
    r.kind = cells[6];
    r.digits = strchr(cells[3], '.') ? (int)strlen(strchr(cells[3], '.')) - 1 : 0;
    if (!sd_number_from_text(cells[3], &r.known) || !sd_number_from_text(cells[4], &r.low) ||
        !sd_number_from_text(cells[5], &r.high) || r.low >= r.high)
        fail_msg("acceptance.tsv:%d: no number, or an empty band", number);
    r.expression = acceptance_read(on, cells[7], &error);
    if (error)
        fail_msg("acceptance.tsv:%d: %s", number, error);
    SD_PUSH(t->arena, &t->rows, r);
}

static void read_table(table *t, acceptance *on, sd_diag *diag)
{
    const char *root = getenv("TREADMILL_ROOT"), *at;
    const sd_source *source;
    int number = 1;
    bool head = true;

    assert_int_equal(
        sd_source_from_file(t->arena,
                            sd_arena_printf(t->arena, "%s/tests/acceptance.tsv", root ? root : "."),
                            1 << 20, &source, diag),
        SD_OK);
    for (at = source->text; *at; number++) {
        if (*at != '#' && *at != '\n') {
            if (!head)
                read_row(t, on, at, number);
            head = false;
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
}

static void print_row(const row *r)
{
    char value[SD_NUMBER_MAX], band[2 * SD_NUMBER_MAX];

    snprintf(value, sizeof value, "%.*f", r->digits, r->value);
    snprintf(band, sizeof band, "%.*f..%.*f", r->digits, r->low, r->digits, r->high);
    print_message("%-10s %-20s %-91s %-34s %8s  %-15s %s\n",
                  is_known_miss(r) ? "KNOWN MISS"
                  : is_in_band(r)  ? "ok"
                                   : "OUT",
                  r->story, r->measure, r->wanted, value, band,
                  is_known(r) ? "" : "not the known value");
}

/* Reads and runs. */
static table *worked_out(size_t *ret_runs)
{
    sd_arena *arena = sd_arena_new("acceptance");
    sd_diag *diag = sd_diag_new(arena);
    acceptance *on = acceptance_new(arena, diag);
    table *t = SD_NEW(arena, table);

    t->arena = arena;
    assert_non_null(on);
    read_table(t, on, diag);
    if (acceptance_run(on, ret_runs, diag) != SD_OK)
        sd_diag_print(diag, stderr, false);
    assert_int_equal(sd_diag_status(diag), SD_OK);
    for (size_t i = 0; i < t->rows.count; i++) {
        const char *error = NULL;
        row *r = &t->rows.items[i];

        r->value = acceptance_value(on, r->expression, &error);
        if (error)
            fail_msg("acceptance.tsv:%d: %s", r->line, error);
    }
    return t;
}

/* Prints; the tests then look at the rows. */
static int set_up(void **state)
{
    size_t runs = 0, in_band = 0, as_known = 0;
    table *t = worked_out(&runs);

    for (size_t i = 0; i < t->rows.count; i++) {
        print_row(&t->rows.items[i]);
        in_band += is_in_band(&t->rows.items[i]);
        as_known += is_known(&t->rows.items[i]);
    }
    print_message("%zu of %zu rows in their band, %zu with the known value; %zu runs\n", in_band,
                  t->rows.count, as_known, runs);
    *state = t;
    return 0;
}

/* The chapter of the model's document: what is wanted beside what comes out, story by story. */
static void print_chapter(const table *t)
{
    printf("## Results\n\nEach row is worked out over runs of the shipped scenarios, every time "
           "the tests run. "
           "*Story* rows are wanted by an article or by evidence; many of them were used to choose "
           "the values, so "
           "that they are met is no evidence. *Counterfactual* rows compare two runs of one "
           "organisation, and "
           "nobody has measured them. *Engine* rows only say whether it is the same model, "
           "*reported* rows must be "
           "told beside another one, and the *known miss* stays outside its band on purpose. Gains "
           "are shares, "
           "against no AI.\n\n"
           "| story | measure | wanted | result | band | kind |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];
        bool same = i > 0 && strcmp(r->story, t->rows.items[i - 1].story) == 0;

        double unit = pow(10, r->digits), shown = round(r->value * unit) / unit;

        printf("| %s | %s | %s | **%.*f** | %.*f to %.*f | %s |\n", same ? "" : r->story,
               r->measure, r->wanted, r->digits, shown == 0 ? 0 : shown /* never -0 */, r->digits,
               r->low, r->digits, r->high, is_known_miss(r) ? "known miss" : r->kind);
    }
    printf("\n");
}

static int tear_down(void **state)
{
    const table *t = *state;

    sd_arena_free(t->arena);
    return 0;
}

/* ---- what is asked --------------------------------------------------------------------------------------- */

static void every_row_is_in_its_band(void **state)
{
    const table *t = *state;
    size_t out = 0;

    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];

        if (is_known_miss(r) || is_in_band(r))
            continue;
        out++;
        print_error("acceptance.tsv:%d: %s, %s: %.6g is not in %g..%g\n", r->line, r->story,
                    r->measure, r->value, r->low, r->high);
    }
    assert_int_equal(out, 0);
}

/* A miss that begins to fit means that the model, or the story, is another one. */
static void the_known_miss_is_still_missed(void **state)
{
    const table *t = *state;
    size_t missed = 0;

    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];

        if (!is_known_miss(r))
            continue;
        missed++;
        print_message("known miss: %s, %s: wanted %s, is %.*f\n", r->story, r->measure, r->wanted,
                      r->digits, r->value);
        if (is_in_band(r))
            fail_msg("acceptance.tsv:%d: in its band now; make it a story and say so", r->line);
    }
    assert_int_equal(missed, 1);
}

static void every_row_has_the_value_of_the_other_implementation(void **state)
{
    const table *t = *state;
    size_t others = 0;

    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];

        if (is_known(r))
            continue;
        others++;
        print_error("acceptance.tsv:%d: %s, %s: %.9g, not %s\n", r->line, r->story, r->measure,
                    r->value, r->known_text);
    }
    assert_int_equal(others, 0);
}

static void the_table_is_whole_and_says_what_is_evidence(void **state)
{
    static const char *const kinds[] = {"story", "counterfactual", "engine", "reported",
                                        "known-miss"};
    const table *t = *state;
    size_t counts[5] = {0};

    for (size_t i = 0; i < t->rows.count; i++) {
        size_t k = 0;

        while (k < 5 && strcmp(t->rows.items[i].kind, kinds[k]) != 0)
            k++;
        if (k == 5)
            fail_msg("acceptance.tsv:%d: unknown kind '%s'", t->rows.items[i].line,
                     t->rows.items[i].kind);
        else
            counts[k]++;
    }
    for (size_t k = 0; k < 5; k++)
        print_message("%zu %s  ", counts[k], kinds[k]);
    print_message("\n");
    assert_int_equal(t->rows.count, ROWS);
}

/* ---- the language ---------------------------------------------------------------------------------------- */

static void a_mistake_in_an_expression_is_said_with_its_place(void **state)
{
    static const char *const mistakes[][2] = {
        {"tools-only:headcound@130", "there is no variable 'headcound'"},
        {"tools-onyl:headcount@130", "no scenario 'tools-onyl'"},
        {"tools-only{headcount=3}:headcount@130", "there is no constant 'headcount'"},
        {"tools-only{permission=0|1}:headcount", "several runs need a week, @260 at ''"},
        {"best(3)", "there is no function 'best'"},
        {"first_above(3)", "wrong number of arguments"},
        {"1 + (2 * 3", "')' is missing at ''"},
        {"1 2", "cannot read on at '2'"},
    };
    const table *t = *state;
    acceptance *on = acceptance_new(t->arena, sd_diag_new(t->arena));

    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const char *error = NULL;

        assert_null(acceptance_read(on, mistakes[i][0], &error));
        if (!strstr(error, mistakes[i][1]))
            fail_msg("'%s' says: %s", mistakes[i][0], error);
    }
}

static void numbers_are_worked_out_as_usual(void **state)
{
    const table *t = *state;
    acceptance *on = acceptance_new(t->arena, sd_diag_new(t->arena));
    const char *error = NULL;
    const acceptance_node *node =
        acceptance_read(on, "7.25 - 2 * (3 - 1.5) / 4 - max(0.5, 1, 2e-3)", &error);

    assert_non_null(node);
    assert_true(acceptance_value(on, node, &error) == 7.25 - 2 * 1.5 / 4 - 1);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_in_its_band),
        cmocka_unit_test(the_known_miss_is_still_missed),
        cmocka_unit_test(every_row_has_the_value_of_the_other_implementation),
        cmocka_unit_test(the_table_is_whole_and_says_what_is_evidence),
        cmocka_unit_test(a_mistake_in_an_expression_is_said_with_its_place),
        cmocka_unit_test(numbers_are_worked_out_as_usual),
    };

    if (count == 2 && strcmp(words[1], "--markdown") == 0) {
        size_t runs = 0;
        table *t = worked_out(&runs);

        print_chapter(t);
        return tear_down((void **)&t);
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
