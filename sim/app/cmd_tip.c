/* cmd_tip.c - what tips over a parameter: sentences, a table, CSV, JSON, a chart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tip_study.h"

enum { ROWS = 9, CELL = 14 };

/* ---- the table that programs read: every point of every curve ---- */

/* Without a value where a run broke off or nothing comes to rest. */
static void add_row(sd_facts *facts, const tip_study *t, const char *branch, double parameter,
                    double value, double stable, const char *point)
{
    sd_facts_add(facts, "sdsdds", branch, parameter, t->of, value, stable, point);
}

static void add_pair(sd_facts *facts, const tip_study *t, const char *branch, double parameter,
                     const double *const values[2], size_t k)
{
    add_row(facts, t, branch, parameter, values[0][k], (double)NAN, "");
    if (!isnan(values[0][k]) &&
        values[1][k] != values[0][k]) /* a swing has a least and a largest value */
        add_row(facts, t, branch, parameter, values[1][k], (double)NAN, "");
}

static const sd_facts *tip_table(const tip_study *t)
{
    sd_arena *arena = t->c->arena;
    const sd_model *model = t->at.scenario->model;
    static const char *const names[] = {"branch", "parameter", "variable",
                                        "value",  "stable",    "point"};
    enum { COLUMNS = sizeof names / sizeof *names };
    sd_column *columns = SD_NEW_ARRAY(arena, sd_column, COLUMNS);
    sd_facts *facts = SD_NEW(arena, sd_facts);
    const char *units = model->element_variables[t->over[0].element]->units_text;

    for (int i = 0; i < COLUMNS; i++)
        columns[i] = (sd_column){.name = names[i], .units = ""};
    columns[1].units = units ? units : "";
    columns[1].doc = t->over[0].name;
    units = model->element_variables[t->element]->units_text;
    columns[3].units = units ? units : "";
    *facts = (sd_facts){.arena = arena, .column_count = COLUMNS, .columns = columns};
    facts->words = tip_chart_words(t, &facts->word_count);
    for (size_t i = 0; i < t->branches.count; i++)
        for (size_t k = 0; k < t->branches.list[i].count; k++) {
            const sd_branch_point *p = &t->branches.list[i].points[k];

            add_row(facts, t, sd_arena_printf(arena, "%zu", i + 1), p->parameter, t->values[i][k],
                    p->growing == 0, sd_special_name(p->special));
        }
    for (size_t k = 0; k < t->sweep.count; k++)
        add_pair(facts, t, "up", t->sweep.parameters[k], t->sweep.up, k);
    for (size_t k = t->sweep.count; k-- > 0;)
        add_pair(facts, t, "down", t->sweep.parameters[k], t->sweep.down, k);
    for (size_t k = 0; k < t->runs.count; k++)
        add_row(facts, t, "run", t->runs.parameters[k], t->runs.values[k], (double)NAN, "");
    for (size_t k = 0; k < t->boundary.count; k++)
        sd_facts_add(facts, "sdsdds", "boundary", t->boundary.first[k], t->over[1].name,
                     t->boundary.second[k], (double)NAN, t->boundary_is_fold ? "fold" : "");
    return facts;
}

/* ---- the table that people read ---- */

static const char *span_of(const tip_study *t, const double *const values[2], size_t k)
{
    const char *least = plain_text(t->c->arena, values[0][k]);
    const char *most = plain_text(t->c->arena, values[1][k]);

    return strcmp(least, most) == 0 ? least : sd_arena_printf(t->c->arena, "%s to %s", least, most);
}

/* Of the run with this value; NAN when it broke off. */
static double run_at(const tip_study *t, double parameter)
{
    const double near = 1e-9 * (t->over[0].high - t->over[0].low);

    for (size_t k = 0; k < t->runs.count; k++)
        if (fabs(t->runs.parameters[k] - parameter) <= near)
            return t->runs.values[k];
    return (double)NAN;
}

static void print_table(const tip_study *t)
{
    sd_arena *arena = t->c->arena;
    const int first =
        text_width(t->over[0].name) + 2 > CELL ? text_width(t->over[0].name) + 2 : CELL;
    const sd_sweep *s = &t->sweep;

    printf("\n");
    print_padded(t->over[0].name, -first);
    print_padded(moment_text(t->c, &t->at), -CELL);
    print_padded("slowly up", -CELL - 6);
    print_padded("slowly down", -CELL - 6);
    printf("   %s\n", t->of);
    for (size_t n = 0; n < ROWS; n++) {
        const size_t held = n * (s->count - 1) / (ROWS - 1);

        print_padded(plain_text(arena, s->parameters[held]), -first);
        print_padded(plain_text(arena, run_at(t, s->parameters[held])), -CELL);
        print_padded(span_of(t, s->up, held), -CELL - 6);
        print_padded(span_of(t, s->down, held), -CELL - 6);
        printf("\n");
    }
}

static void print_json(const tip_study *t)
{
    sd_text text = sd_text_new(t->c->arena);
    char number[SD_NUMBER_MAX];

    sd_text_printf(&text, "{\n  \"scenario\": ");
    sd_json_string(&text, t->at.scenario->name);
    (void)sd_number_format(t->at.time, number);
    sd_text_printf(&text, ",\n  \"time\": %s,\n  \"parameter\": ", number);
    sd_json_string(&text, t->over[0].name);
    sd_text_printf(&text, ",\n  \"variable\": ");
    sd_json_string(&text, t->of);
    sd_text_printf(&text, ",\n  \"sentence\": ");
    sd_json_string(&text, tip_sentence(t));
    sd_text_printf(&text, ",\n  \"points\": ");
    sd_facts_json(tip_table(t), &text);
    sd_text_printf(&text, "\n}\n");
    fputs(text.bytes, stdout);
}

/* ---- the command ---- */

static void print_all(const tip_study *t, bool table)
{
    const sd_scenario *s = t->at.scenario;

    if (!t->c->given.quiet) {
        if (table)
            printf("%s%s%s · %s\n", s->title[0] ? s->title : s->name, *s->changed ? " · with " : "",
                   s->changed, moment_text(t->c, &t->at));
        print_wrapped(tip_sentence(t), 0, table ? stdout : stderr);
    }
    if (table)
        print_table(t);
}

sd_status cmd_tip(call *c)
{
    const arguments *given = &c->given;
    const bool to_file = given->output && strcmp(given->output, "-") != 0;
    tip_study t;

    if (given->inputs.count != 1) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'tip' takes one input, not %zu",
                                   given->inputs.count);
        sd_help(c->diag, "for example: treadmill tip tools-only --over "
                         "expectation_pass_through=0:1.6");
        return status;
    }
    sd_status status = tip_study_run(c, given->inputs.items[0], &t);
    if (status == SD_OK && to_file)
        status = facts_write(c, tip_table(&t), &t.at.result, 1, given->output);
    if (status != SD_OK)
        return status;
    if (given->json) {
        print_json(&t);
    } else {
        const bool table = wants_table(given) && (!given->output || to_file);

        print_all(&t, table);
        if (!table && !to_file && !given->plot)
            sd_facts_csv(tip_table(&t), stdout);
        if (to_file && !given->quiet)
            study_tell_written(given->output);
    }
    return given->plot ? tip_draw(&t, tip_table(&t), given->plot) : SD_OK;
}
