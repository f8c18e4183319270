/* cmd_list.c - what there is: policies, parameters, outputs, scenarios, articles, plots, functions, errors.
 * One row of the table a kind of list.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

/* Rows are gathered first, then printed as a table or as JSON. */
enum { COLUMNS = 6 };
typedef struct listing {
    const char *heads[COLUMNS];
    SD_LIST(const char **) rows;
    bool grouped; /* the first column is a heading over the rows that share it */
} listing;

static void add_cells(call *c, listing *l, const char *const cells[COLUMNS])
{
    const char **row = SD_NEW_ARRAY(c->arena, const char *, COLUMNS);
    for (int i = 0; i < COLUMNS; i++)
        row[i] = cells[i] ? cells[i] : "";
    SD_PUSH(c->arena, &l->rows, row);
}
#define add(c, l, ...) add_cells((c), (l), (const char *const[COLUMNS]){__VA_ARGS__})

static const char *first_sentence(call *c, const char *text)
{
    if (!text)
        return "";
    const char *end = strstr(text, ". ");
    return sd_arena_copy(c->arena, text, end ? (size_t)(end - text) + 1 : strlen(text));
}

static const char *range_text(call *c, const sd_variable *v)
{
    if (isinf(v->range_min) && isinf(v->range_max))
        return "";
    return sd_arena_printf(c->arena, "%g to %g", v->range_min, v->range_max);
}

static const sd_dimension *practices(const sd_model *model)
{
    const sd_variable *v = sd_model_find(model, "practice_intensity");
    return v && v->dimension_count == 1 ? v->dimensions[0] : NULL;
}

static void list_policies(call *c, const sd_scenario *scenario, listing *l)
{
    const sd_dimension *d = practices(scenario->model);
    l->heads[0] = "policy", l->heads[1] = "what it is";
    for (size_t i = 0; d && i < d->size; i++)
        add(c, l, d->elements[i], d->element_docs[i]);
}

static void list_parameters(call *c, const sd_scenario *scenario, listing *l)
{
    const sd_model *model = scenario->model;
    const char *heads[] = {"parameter",       "default", "units",
                           "plausible range", "grade",   "meaning; source"};
    memcpy(l->heads, heads, sizeof heads);
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        if (!sd_variable_is_constant(v))
            continue;
        const char *name = v->name, *value = v->texts[0];
        if (v->dimension_count) {
            name = sd_arena_printf(c->arena, "%s[%s]", v->name, v->dimensions[0]->name);
            for (size_t k = 1; k < v->size; k++)
                value = strcmp(v->texts[k], v->texts[0]) ? "by element" : value;
        }
        const char *meaning = first_sentence(c, v->doc);
        if (v->source)
            meaning =
                sd_arena_printf(c->arena, "%s%s[%s]", meaning, meaning[0] ? " " : "", v->source);
        add(c, l, name, value, v->units_text, range_text(c, v), sd_grade_name(v->grade), meaning);
    }
}

static void list_outputs(call *c, const sd_scenario *scenario, listing *l)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary", "graphical"};
    const sd_model *model = scenario->model;
    const char *heads[] = {"output", "kind", "units", "meaning", NULL};
    memcpy(l->heads, heads, sizeof heads);
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        if (sd_variable_is_constant(v) || v->kind == SD_GF)
            continue;
        const char *name = v->dimension_count ? sd_arena_printf(c->arena, "%s[%s]", v->name,
                                                                v->dimensions[0]->name)
                                              : v->name;
        add(c, l, name, kinds[v->kind], v->units_text, first_sentence(c, v->doc));
    }
}

/* The order in which people ask; questions that are not here come after. */
static const char *const questions[] = {"Where did my hours go?",
                                        "Which layer first?",
                                        "Is it too late?",
                                        "Which measures belong together?",
                                        "What do we do with freed time?",
                                        "What if we cut posts?",
                                        "Who gains, who is left out?",
                                        "How fast should we roll out?",
                                        "Is it AI or the policy?"};

static size_t question_rank(const char *question)
{
    size_t rank = 0;
    while (rank < sizeof questions / sizeof *questions && strcmp(questions[rank], question) != 0)
        rank++;
    return rank;
}

static int by_group(const void *left, const void *right)
{
    const char *const *a = *(const char *const *const *)left, *const *b = *(
                                                                  const char *const *const *)right;
    size_t ranks[2] = {question_rank(a[0]), question_rank(b[0])};
    if (ranks[0] != ranks[1])
        return ranks[0] < ranks[1] ? -1 : 1;
    int order = strcmp(a[0], b[0]);
    return order != 0 ? order : strcmp(a[1], b[1]);
}

/* Every built-in scenario, grouped by its question or by its article. */
static void group_scenarios(call *c, listing *l, bool by_question)
{
    l->heads[0] = by_question ? "question" : "article", l->heads[1] = "scenario",
    l->heads[2] = "title";
    l->grouped = true;
    size_t count;
    const sd_scenario *const *shipped = shipped_scenarios(c, &count);
    for (size_t i = 0; i < count; i++)
        add(c, l, by_question ? shipped[i]->question : shipped[i]->article, shipped[i]->name,
            shipped[i]->title);
    if (l->rows.count)
        qsort(l->rows.items, l->rows.count, sizeof *l->rows.items, by_group);
}

static void list_scenarios(call *c, const sd_scenario *scenario, listing *l)
{
    (void)scenario;
    group_scenarios(c, l, true);
}

static void list_articles(call *c, const sd_scenario *scenario, listing *l)
{
    (void)scenario;
    group_scenarios(c, l, false);
}

static void list_terms(call *c, const sd_scenario *scenario, listing *l)
{
    const sd_model *model = scenario->model;
    l->heads[0] = "term", l->heads[1] = "meaning";
    for (size_t i = 0; i < model->term_count; i++)
        add(c, l, model->terms[i].name, model->terms[i].text);
}

static void list_loops(call *c, const sd_scenario *scenario, listing *l)
{
    const sd_model *model = scenario->model;
    const char *heads[] = {"loop", "name", "polarity", "active", "story", NULL};
    memcpy(l->heads, heads, sizeof heads);
    for (size_t i = 0; i < model->loop_count; i++) {
        const sd_loop *loop = &model->loops[i];
        add(c, l, loop->id, loop->name, polarity_text(loop), loop->active, loop->doc);
    }
}

static void list_plots(call *c, const sd_scenario *scenario, listing *l)
{
    (void)scenario;
    l->heads[0] = "plot", l->heads[1] = "what it shows";
    for (const sd_chart *chart = sd_charts; chart->name; chart++)
        add(c, l, chart->name, chart->text);
    for (const sd_table_chart *chart = sd_table_charts; chart->name; chart++)
        add(c, l, chart->name, chart->text);
}

static void list_functions(call *c, const sd_scenario *scenario, listing *l)
{
    (void)scenario;
    l->heads[0] = "call", l->heads[1] = "value";
    for (size_t i = 0; i < SD_FUNCTIONS; i++)
        add(c, l, sd_builtins[i].call, sd_builtins[i].text);
}

static void list_errors(call *c, const sd_scenario *scenario, listing *l)
{
    (void)scenario;
    l->heads[0] = "code", l->heads[1] = "what it is";
    for (sd_code code = 0; code < SD_CODES; code++)
        add(c, l, sd_code_name(code), sd_code_title(code));
}

static const struct {
    const char *name;
    bool of_model;
    void (*fill)(call *c, const sd_scenario *scenario, listing *l);
} kinds[] = {{"policies", true, list_policies},    {"parameters", true, list_parameters},
             {"outputs", true, list_outputs},      {"scenarios", false, list_scenarios},
             {"articles", false, list_articles},   {"loops", true, list_loops},
             {"terms", true, list_terms},          {"plots", false, list_plots},
             {"functions", false, list_functions}, {"errors", false, list_errors}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void print_table(const listing *l)
{
    int widths[COLUMNS] = {0}, used = 0;
    while (used < COLUMNS && l->heads[used])
        used++;
    for (int i = 0; i < used; i++) {
        widths[i] = text_width(l->heads[i]);
        for (size_t r = 0; r < l->rows.count; r++)
            widths[i] = text_width(l->rows.items[r][i]) > widths[i]
                            ? text_width(l->rows.items[r][i])
                            : widths[i];
    }
    for (size_t r = l->grouped; r <= l->rows.count; r++) {
        const char *const *row = r == 0 ? l->heads : l->rows.items[r - 1];
        int column = l->grouped ? 2 : 0, last = used - 1;
        if (l->grouped && (r == 1 || strcmp(row[0], l->rows.items[r - 2][0]) != 0))
            printf("%s%s\n", r == 1 ? "" : "\n", row[0]);
        printf("%*s", column, "");
        while (last > 0 && !row[last][0])
            last--;
        for (int i = l->grouped; i < last; column += widths[i++] + 2)
            print_padded(row[i], widths[i] + 2);
        if (isatty(STDOUT_FILENO) && column < 60)
            print_hanging(row[last], column);
        else
            printf("%s\n", row[last]);
    }
}

static void print_json(call *c, const listing *l)
{
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, "[");
    for (size_t r = 0; r < l->rows.count; r++) {
        sd_text_printf(&text, "%s\n  {", r ? "," : "");
        for (int i = 0; i < COLUMNS && l->heads[i]; i++) {
            sd_text_printf(&text, "%s", i ? ", " : "");
            sd_json_string(&text, l->heads[i]);
            sd_text_printf(&text, ": ");
            sd_json_string(&text, l->rows.items[r][i]);
        }
        sd_text_printf(&text, "}");
    }
    sd_text_printf(&text, "\n]\n");
    fputs(text.bytes, stdout);
}

sd_status cmd_list(call *c)
{
    const char *what = c->given.inputs.count ? c->given.inputs.items[0] : "", *names[KINDS];
    int kind = 0;
    for (int i = 0; i < KINDS; i++)
        names[i] = kinds[i].name;
    while (kind < KINDS && strcmp(kinds[kind].name, what) != 0)
        kind++;
    if (kind == KINDS) {
        sd_status status =
            what[0] ? sd_fail(c->diag, SD_E701, SD_NOWHERE, "there is no list of '%s'", what)
                    : sd_fail(c->diag, SD_E701, SD_NOWHERE, "'list' needs to know what");
        const char *near = sd_nearest(what, names, KINDS);
        for (int i = 0; i < KINDS && strlen(what) > 3; i++)
            if (strncmp(names[i], what, strlen(what) - 1) == 0) /* "policy" */
                near = names[i];
        sd_help(c->diag, "%s",
                near ? sd_arena_printf(c->arena, "did you mean '%s'?", near)
                     : "policies, parameters, outputs, scenarios, articles, loops, terms, plots, "
                       "functions or "
                       "errors");
        return status;
    }
    if (c->given.inputs.count > (kinds[kind].of_model ? 2 : 1))
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'list %s' takes %s, not %zu", what,
                       kinds[kind].of_model ? "at most one input" : "no input",
                       c->given.inputs.count - 1);
    sd_scenario *scenario = NULL;
    if (kinds[kind].of_model) {
        sd_status status = study_read(
            c, c->given.inputs.count > 1 ? c->given.inputs.items[1] : "tools-only", &scenario);
        if (status != SD_OK)
            return status;
    }
    listing l = {0};
    kinds[kind].fill(c, scenario, &l);
    if (l.rows.count == 0 && scenario)
        fprintf(stderr, "the model '%s' has no %s\n", scenario->model->name, what);
    if (c->given.json)
        print_json(c, &l);
    else if (l.rows.count)
        print_table(&l);
    return SD_OK;
}
