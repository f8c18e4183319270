/* test_docs.c - docs/MODEL.md is what `make docs` would write, and what the model says about itself is true.
 * With --markdown it prints how much the constants that decide move the result, for that document.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/run.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MEMBERS_MAX = 24 /* of one run: then the rows stay in the cache */ };

typedef struct world {
    sd_arena *arena;
    sd_diag *diag;
    const sd_scenario *scenario; /* tools-only */
    const sd_model *model;
    const sd_program *program;
    const double *parameters; /* of the scenario */
} world;

static int set_up(void **state)
{
    sd_arena *arena = sd_arena_new("docs");
    world *w = SD_NEW(arena, world);
    sd_scenario *scenario;

    w->arena = arena;
    w->diag = sd_diag_new(arena);
    assert_int_equal(sd_scenario_from_input(arena, "tools-only", &scenario, w->diag), SD_OK);
    w->scenario = scenario;
    w->model = scenario->model;
    assert_int_equal(sd_program_new(arena, w->model, NULL, 0, &w->program, w->diag), SD_OK);
    w->parameters = sd_run_parameters(arena, w->program, scenario);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    const world *w = *state;

    sd_arena_free(w->arena);
    return 0;
}

/* ---- what decides: each constant alone a fifth lower and a fifth higher ---------------------------------- */

typedef struct swing {
    size_t parameter;
    double low, high; /* [1] net gain in the last week */
} swing;

/* The net gain in the last week of `count` runs; values are [parameter][member]. */
static void run(const world *w, const double *values, size_t count, double *ret_gains)
{
    size_t element = 0;
    const sd_trajectory *trajectory = NULL;
    sd_run_request request = {.program = w->program,
                              .spec = w->scenario->spec,
                              .members = count,
                              .parameters = values,
                              .column_count = 1,
                              .columns = &element};
    sd_arena *arena = sd_arena_new("one run");

    assert_int_equal(
        sd_model_find_element(w->model, "net_productivity_gain", SD_NOWHERE, &element, w->diag),
        SD_OK);
    assert_int_equal(sd_run(arena, &request, &trajectory, w->diag), SD_OK);
    for (size_t m = 0; m < count; m++)
        ret_gains[m] = sd_trajectory_value(trajectory, trajectory->time_count - 1, 0, m);
    sd_arena_free(arena);
}

/* Choices of a user and conventions are not in doubt. */
static bool is_in_doubt(const world *w, size_t parameter)
{
    const sd_parameter *p = &w->program->parameters[parameter];
    const sd_variable *v = w->model->element_variables[p->element];

    return sd_variable_is_constant(v) && v->kind == SD_AUX && v->grade != SD_GRADE_SCENARIO &&
           v->grade != SD_GRADE_DEFINITION && w->parameters[parameter] != 0;
}

static int by_size(const void *left, const void *right)
{
    const swing *a = left, *b = right;
    double sizes[2] = {fabs(a->high - a->low), fabs(b->high - b->low)};

    return sizes[0] > sizes[1] ? -1 : sizes[0] < sizes[1];
}

/* Two runs for each constant; the largest swing comes first. */
static swing *swings(const world *w, size_t *ret_count)
{
    size_t parameters = w->program->parameter_count, count = 0;
    swing *all = SD_NEW_ARRAY(w->arena, swing, parameters + 1);

    for (size_t k = 0; k < parameters; k++)
        if (is_in_doubt(w, k))
            all[count++].parameter = k;
    for (size_t from = 0; from < count; from += MEMBERS_MAX / 2) {
        size_t members = 2 * (count - from < MEMBERS_MAX / 2 ? count - from : MEMBERS_MAX / 2);
        double *values = SD_NEW_ARRAY(w->arena, double, parameters *members), gains[MEMBERS_MAX];

        for (size_t k = 0; k < parameters; k++)
            for (size_t m = 0; m < members; m++)
                values[k * members + m] = w->parameters[k] * (k != all[from + m / 2].parameter ? 1
                                                              : m % 2                          ? 1.2
                                                                      : 0.8);
        run(w, values, members, gains);
        for (size_t m = 0; m < members; m += 2) {
            all[from + m / 2].low = gains[m];
            all[from + m / 2].high = gains[m + 1];
        }
    }
    qsort(all, count, sizeof *all, by_size);
    *ret_count = count;
    return all;
}

static const sd_variable *variable_of(const world *w, const swing *one)
{
    return w->model->element_variables[w->program->parameters[one->parameter].element];
}

static const sd_section *deciding(const world *w)
{
    for (size_t i = 0; i < w->model->section_count; i++)
        if (w->model->sections[i].shown_count)
            return &w->model->sections[i];
    fail_msg("no section shows constants");
    return NULL;
}

static void the_constants_that_are_said_to_decide_do(void **state)
{
    const world *w = *state;
    const sd_section *section = deciding(w);
    size_t count;
    const swing *all = swings(w, &count);

    assert_true(count > section->shown_count);
    for (size_t i = 0; i < section->shown_count; i++) {
        const sd_variable *v = variable_of(w, &all[i]);

        if (v != section->shown[i].variable)
            fail_msg("'%s': number %zu is %s (%+.4f, %+.4f), not %s", section->title, i + 1,
                     v->name, all[i].low, all[i].high, section->shown[i].variable->name);
    }
}

static void print_chapter(const world *w)
{
    size_t count;
    const swing *all = swings(w, &count);
    double base;

    run(w, w->parameters, 1, &base);
    printf("## What decides, in numbers\n\nNet gain per hour worked in the last week, tools only: "
           "%+.3f. Each row "
           "moves one constant alone.\n\n| constant | value | grade | a fifth lower | a fifth "
           "higher |\n"
           "|---|---|---|---|---|\n",
           base);
    for (size_t i = 0; i < deciding(w)->shown_count; i++) {
        const sd_variable *v = variable_of(w, &all[i]);

        printf("| %s | %g | %s | %+.3f | %+.3f |\n",
               sd_model_element_name(w->model, w->program->parameters[all[i].parameter].element,
                                     w->arena),
               w->parameters[all[i].parameter], sd_grade_name(v->grade), all[i].low, all[i].high);
    }
    printf("\n");
}

/* ---- what the model says about itself -------------------------------------------------------------------- */

static void every_constant_says_where_its_value_is_from_and_how_good_that_is(void **state)
{
    const world *w = *state;
    size_t constants = 0;

    for (size_t i = 0; i < w->model->variable_count; i++) {
        const sd_variable *v = w->model->variables[i];

        if (v->source && v->grade == SD_GRADE_NONE)
            fail_msg("%s has a source and no grade", v->name);
        if (!sd_variable_is_constant(v) || v->kind != SD_AUX)
            continue;
        constants++;
        if (!v->source || !v->doc) {
            fail_msg("%s has no source or no meaning", v->name);
            continue;
        }
        /* A prior says so; nothing else calls itself one. */
        if (v->grade == SD_GRADE_PRIOR && !strstr(v->source, "prior"))
            fail_msg("%s is a prior, and its source does not say so", v->name);
        if (v->grade == SD_GRADE_MEASURED && strstr(v->source, "prior"))
            fail_msg("%s is said to be measured, and its source calls it a prior", v->name);
    }
    assert_int_equal(constants, 188);
}

/* A number in the midst of an equation that is more than 0, 1 or a guard against division by nothing. */
static bool has_number(const sd_expr *e)
{
    static const double plain[] = {0, 1, 0.001, 0.01, 0.02};
    bool found = e->kind == SD_EXPR_NUMBER;

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        found = found && e->number != plain[i];
    for (size_t i = 0; e->kind == SD_EXPR_CALL && i < e->argument_count && !found; i++)
        found = has_number(e->arguments[i]);
    return found;
}

static void every_number_within_an_equation_and_every_table_has_a_grade(void **state)
{
    const world *w = *state;
    size_t found = 0;

    for (size_t i = 0; i < w->model->variable_count; i++) {
        const sd_variable *v = w->model->variables[i];
        bool numbers = v->gfs != NULL;

        for (size_t k = 0; k < v->size && !sd_variable_is_constant(v); k++)
            numbers = numbers || (v->equations[k] && has_number(v->equations[k]));
        found += numbers;
        if (numbers && v->grade == SD_GRADE_NONE)
            fail_msg("%s has numbers of its own and does not say where they are from", v->name);
    }
    assert_true(found >= 15);
}

static void every_practice_and_sector_says_what_it_is(void **state)
{
    const world *w = *state;

    for (size_t d = 0; d < w->model->dimension_count; d++)
        for (size_t i = 0; i < w->model->dimensions[d]->size; i++)
            assert_non_null(w->model->dimensions[d]->element_docs[i]);
    for (size_t g = 0; g < w->model->group_count; g++)
        assert_non_null(w->model->groups[g].doc);
    for (size_t i = 0; i < w->model->variable_count; i++)
        assert_non_null(w->model->variables[i]->group);
}

static void every_term_leads_to_something_and_no_word_means_two_things(void **state)
{
    const world *w = *state;
    sd_table *seen = sd_table_new(w->arena);
    sd_scenario *scenario;

    assert_true(w->model->term_count >= 60);
    for (size_t i = 0; i < w->model->term_count; i++) {
        const sd_term *term = &w->model->terms[i];

        if (!*term->text || term->see_count + term->scenario_count == 0)
            fail_msg("'%s' leads nowhere", term->name);
        for (size_t k = 0; k < term->scenario_count; k++)
            if (sd_scenario_from_input(w->arena, term->scenarios[k], &scenario,
                                       sd_diag_new(w->arena)) != SD_OK)
                fail_msg("'%s': there is no scenario '%s'", term->name, term->scenarios[k]);
        for (size_t k = 0; k <= term->also_count; k++) {
            const char *word = k ? term->also[k - 1] : term->name;

            if (sd_table_put(seen, sd_name_key(w->arena, word, strlen(word)), w->arena))
                fail_msg("'%s' stands for two terms", word);
        }
    }
}

static void the_sections_that_a_stranger_needs_are_there(void **state)
{
    static const char *const titles[] = {"Purpose",          "Boundary",
                                         "How to read it",   "What decides",
                                         "Known weaknesses", "What contradicts the evidence",
                                         "How it was tested"};
    const world *w = *state;

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t at = 0;

        while (at < w->model->section_count && strcmp(w->model->sections[at].title, titles[i]) != 0)
            at++;
        if (at == w->model->section_count)
            fail_msg("there is no section '%s'", titles[i]);
        assert_true(strlen(w->model->sections[at].text) > 200);
    }
}

/* ---- the file -------------------------------------------------------------------------------------------- */

/* The build folder, from $TREADMILL, the program in it. */
static const char *build_folder(const world *w)
{
    const char *program = getenv("TREADMILL"), *slash = program ? strrchr(program, '/') : NULL;

    return slash ? sd_arena_printf(w->arena, "%.*s", (int)(slash - program), program)
                 : "build/release";
}

/* Every name by which a function can be called stands in the manual, as a word of its own. */
static void the_manual_names_every_function(void **state)
{
    const world *w = *state;
    const char *root = getenv("TREADMILL_ROOT");
    const char *path = sd_arena_printf(w->arena, "%s/docs/MANUAL.md", root ? root : ".");
    const sd_source *manual;

    assert_int_equal(sd_source_from_file(w->arena, path, 4 << 20, &manual, w->diag), SD_OK);
    const char *from = strstr(manual->text, "### Functions"),
               *to = strstr(from, "### Imported data");
    assert_non_null(to);
    for (size_t i = 0; i < SD_FUNCTIONS; i++)
        for (const char *name = sd_builtins[i].name; *name;) {
            const size_t length = strcspn(name, "|:"), all = strcspn(name, "|");
            const bool sign = strcspn(name, "+-*/^<>=") < length;
            const char *at = from - 1;

            do
                at = strstr(at + 1, sd_arena_printf(w->arena, "%.*s", (int)length, name));
            while (at && at < to && !sign &&
                   (strchr(" (|`\n", at[-1]) == NULL || strchr(" ,()|", at[length]) == NULL));
            if (!sign && !(at && at < to))
                fail_msg("docs/MANUAL.md does not name %.*s", (int)length, name);
            name += all + (name[all] == '|');
        }
}

static void the_document_is_what_make_docs_writes(void **state)
{
    const world *w = *state;
    const char *root = getenv("TREADMILL_ROOT");
    const sd_source *file;
    const char *path = sd_arena_printf(w->arena, "%s/docs/MODEL.md", root ? root : ".");
    FILE *made = popen(sd_arena_printf(w->arena, "cd '%s' && sh tests/docs.sh '%s'",
                                       root ? root : ".", build_folder(w)),
                       "r");
    char line[1 << 16];
    int number = 1;

    if (sd_source_from_file(w->arena, path, 4 << 20, &file, w->diag) != SD_OK)
        fail_msg("docs/MODEL.md is missing: run 'make docs'");
    assert_non_null(made);
    const char *at = file->text;

    for (; fgets(line, sizeof line, made); number++) {
        size_t length = strlen(line);

        if (strncmp(at, line, length) != 0)
            fail_msg("docs/MODEL.md:%d is not what the model says now; run 'make docs'\n%s", number,
                     line);
        at += length;
    }
    assert_int_equal(pclose(made), 0);
    if (*at)
        fail_msg("docs/MODEL.md:%d: nothing should follow; run 'make docs'", number);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_constants_that_are_said_to_decide_do),
        cmocka_unit_test(every_constant_says_where_its_value_is_from_and_how_good_that_is),
        cmocka_unit_test(every_number_within_an_equation_and_every_table_has_a_grade),
        cmocka_unit_test(every_practice_and_sector_says_what_it_is),
        cmocka_unit_test(every_term_leads_to_something_and_no_word_means_two_things),
        cmocka_unit_test(the_sections_that_a_stranger_needs_are_there),
        cmocka_unit_test(the_manual_names_every_function),
        cmocka_unit_test(the_document_is_what_make_docs_writes),
    };

    if (count == 2 && strcmp(words[1], "--markdown") == 0) {
        void *state;

        (void)set_up(&state);
        print_chapter(state);
        return tear_down(&state);
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
