/* test_articles.c - the five articles, claim by claim: where the model has it, and what a test of it gives.
 * Reads articles.tsv, works out the expression of each row over runs of the shipped scenarios and holds it against
 * its band; every name in the text must exist; a claim without a test must say why it was left out.
 * With --markdown it prints the chapter of docs/MODEL.md instead.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptance_expression.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS = 8 };

typedef struct row {
    int line;
    const char *article, *kind, *claim, *where, *measure;
    double low, high, value;
    const acceptance_node *expression; /* NULL: left out */
} row;

typedef struct table {
    sd_arena *arena;
    const sd_model *model;
    SD_LIST(row) rows;
} table;

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
    r.article = cells[0];
    r.kind = cells[1];
    r.claim = cells[2];
    r.where = cells[3];
    r.measure = cells[4];
    if (*cells[7]) {
        if (!sd_number_from_text(cells[5], &r.low) || !sd_number_from_text(cells[6], &r.high) ||
            r.low >= r.high)
            fail_msg("articles.tsv:%d: no number, or an empty band", number);
        r.expression = acceptance_read(on, cells[7], &error);
        if (error)
            fail_msg("articles.tsv:%d: %s", number, error);
    }
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
                            sd_arena_printf(t->arena, "%s/tests/articles.tsv", root ? root : "."),
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

static int set_up(void **state)
{
    sd_arena *arena = sd_arena_new("articles");
    sd_diag *diag = sd_diag_new(arena);
    acceptance *on = acceptance_new(arena, diag);
    table *t = SD_NEW(arena, table);
    sd_scenario *base;
    size_t runs = 0;

    t->arena = arena;
    assert_non_null(on);
    assert_int_equal(sd_scenario_from_input(arena, "tools-only", &base, diag), SD_OK);
    t->model = base->model;
    read_table(t, on, diag);
    if (acceptance_run(on, &runs, diag) != SD_OK)
        sd_diag_print(diag, stderr, false);
    assert_int_equal(sd_diag_status(diag), SD_OK);
    for (size_t i = 0; i < t->rows.count; i++) {
        const char *error = NULL;
        row *r = &t->rows.items[i];

        if (!r->expression)
            continue;
        r->value = acceptance_value(on, r->expression, &error);
        if (error)
            fail_msg("articles.tsv:%d: %s", r->line, error);
    }
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    const table *t = *state;

    sd_arena_free(t->arena);
    return 0;
}

/* ---- what is asked --------------------------------------------------------------------------------------- */

static void every_claim_has_a_test_that_holds_or_a_reason_why_not(void **state)
{
    const table *t = *state;
    size_t wrong = 0, tested = 0;

    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];
        bool left_out = strncmp(r->where, "Left out: ", 10) == 0;

        tested += r->expression != NULL;
        if (r->expression ? *r->measure && r->value >= r->low && r->value <= r->high : left_out)
            continue;
        wrong++;
        print_error("articles.tsv:%d: %s: %s is %.6g, not in %g..%g\n", r->line, r->claim,
                    *r->measure ? r->measure : "what has no test and no reason", r->value, r->low,
                    r->high);
    }
    print_message("%zu claims, %zu with a test\n", t->rows.count, tested);
    assert_int_equal(wrong, 0);
}

/* A variable, an element of a dimension, or a scenario. */
static bool is_name(const table *t, const char *name)
{
    sd_diag *scratch = sd_diag_new(t->arena);
    sd_scenario *scenario;

    if (sd_model_find(t->model, name))
        return true;
    for (size_t d = 0; d < t->model->dimension_count; d++)
        for (size_t i = 0; i < t->model->dimensions[d]->size; i++)
            if (strcmp(t->model->dimensions[d]->elements[i], name) == 0)
                return true;
    return sd_scenario_from_input(t->arena, name, &scenario, scratch) == SD_OK;
}

static void every_name_in_the_text_exists(void **state)
{
    const table *t = *state;

    for (size_t i = 0; i < t->rows.count; i++)
        for (const char *at = strchr(t->rows.items[i].where, '`'); at; at = strchr(at, '`')) {
            size_t length = strcspn(at + 1, "`");
            const char *name = sd_arena_copy(t->arena, at + 1, length);

            if (!is_name(t, name))
                fail_msg("articles.tsv:%d: nothing is named '%s'", t->rows.items[i].line, name);
            at += length + 2;
        }
}

static void every_kind_is_known_and_every_article_has_claims(void **state)
{
    const table *t = *state;
    size_t articles = 0;

    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];

        if (strcmp(r->kind, "mechanism") != 0 && strcmp(r->kind, "number") != 0 &&
            strcmp(r->kind, "policy") != 0 && strcmp(r->kind, "case") != 0)
            fail_msg("articles.tsv:%d: unknown kind '%s'", r->line, r->kind);
        articles += i == 0 || strcmp(r->article, t->rows.items[i - 1].article) != 0;
    }
    assert_int_equal(articles, 5);
}

/* ---- the chapter ----------------------------------------------------------------------------------------- */

static void print_chapter(const table *t)
{
    printf("## Articles\n\nThe model was built to hold what five articles say. This chapter takes "
           "them claim by "
           "claim, in our own words. None of the five reports a measurement of its own: their "
           "numbers are "
           "illustrations, and that a test agrees with one is no evidence for it. The last column "
           "says what a run "
           "gives and the band in which the tests hold it; a claim without one says why it was "
           "left out. Net gain "
           "is the gain of valuable output per hour worked, as a share.\n\n");
    for (size_t i = 0; i < t->rows.count; i++) {
        const row *r = &t->rows.items[i];

        if (i == 0 || strcmp(r->article, t->rows.items[i - 1].article) != 0)
            printf("%s### %s\n\n| what it says | kind | in the model | test |\n|---|---|---|---|\n",
                   i ? "\n" : "", r->article);
        printf("| %s | %s | %s | ", r->claim, r->kind, r->where);
        if (r->expression)
            printf("%s: **%.3g** (%g to %g)", r->measure, r->value, r->low, r->high);
        printf(" |\n");
    }
    printf("\n");
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_has_a_test_that_holds_or_a_reason_why_not),
        cmocka_unit_test(every_name_in_the_text_exists),
        cmocka_unit_test(every_kind_is_known_and_every_article_has_claims),
    };

    if (count == 2 && strcmp(words[1], "--markdown") == 0) {
        void *state;

        (void)set_up(&state);
        print_chapter(state);
        return tear_down(&state);
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
