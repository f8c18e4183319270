/* acceptance_expression.c - reads the expressions of acceptance.tsv.
 * In: text such as "four-layers:headcount@130 - tools-only{hype_weight=0}:headcount@130".
 * Out: a tree, with the runs that it needs noted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptance_private.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { VALUES_MAX = 100 /* of one parameter */ };

typedef SD_LIST(run) run_list;

typedef struct reader {
    acceptance *on;
    const char *at;
    const char *error; /* the first one */
} reader;

static void refuse(reader *r, const char *why)
{
    if (!r->error)
        r->error = why;
}

static void fail(reader *r, const char *what)
{
    refuse(r, sd_arena_printf(r->on->arena, "%s at '%.30s'", what, r->at));
}

static void skip_blanks(reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool accept(reader *r, const char *word)
{
    size_t length = strlen(word);

    skip_blanks(r);
    if (strncmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static void expect(reader *r, const char *word)
{
    if (!accept(r, word))
        fail(r, sd_arena_printf(r->on->arena, "'%s' is missing", word));
}

/* Letters, digits, '_', what stands in square brackets and, in names of scenarios, '-'. */
static const char *read_name(reader *r, bool scenario)
{
    const char *begin;

    skip_blanks(r);
    begin = r->at;
    while (isalnum((unsigned char)*r->at) || *r->at == '_' || (scenario && *r->at == '-'))
        r->at++;
    if (r->at > begin && !scenario && *r->at == '[' && strchr(r->at, ']'))
        r->at = strchr(r->at, ']') + 1;
    if (r->at == begin)
        fail(r, "a name is missing");
    return sd_arena_copy(r->on->arena, begin, (size_t)(r->at - begin));
}

static double read_number(reader *r)
{
    double value = (double)NAN;
    size_t used;

    skip_blanks(r);
    /* "0.4..1.4" is not the number 0.4. with something behind it. */
    const char *dots = strstr(r->at, "..");
    size_t length = dots ? (size_t)(dots - r->at) : strlen(r->at);

    used = sd_number_parse(r->at, length, &value);
    if (used == 0)
        fail(r, "a number is missing");
    r->at += used;
    return value;
}

/* "1.4", "0.5/1.4", "0|1", "0.4..1.4 by 0.05"; returns their number. */
static size_t read_values(reader *r, double values[VALUES_MAX])
{
    size_t count = 0;

    do {
        values[count] = read_number(r);
        if (accept(r, "/"))
            values[count] /= read_number(r);
        count++;
    } while (!r->error && count < VALUES_MAX && accept(r, "|"));
    if (accept(r, "..")) {
        double from = values[0], to = read_number(r), by;

        expect(r, "by");
        by = read_number(r);
        if (count != 1 || !(by > 0) || !(to > from) || (to - from) / by > VALUES_MAX - 2) {
            fail(r, "no such range");
            return 1;
        }
        count = (size_t)((to - from) / by + 1.5);
        for (size_t i = 0; i < count; i++)
            values[i] = from + (double)i * by;
    }
    return count;
}

/* The elements that a name on the left of '=' means; 0 after an error. */
static size_t read_elements(reader *r, size_t *ret_first)
{
    acceptance *on = r->on;
    const sd_model *model = on->base->model;
    const char *name = read_name(r, false), *all = strstr(name, "[*]");
    const sd_variable *intensity = sd_model_find(model, "practice_intensity"), *variable;
    sd_diag *diag = sd_diag_new(on->arena);

    if (all && (variable = sd_model_find(
                    model, sd_arena_printf(on->arena, "%.*s", (int)(all - name), name)))) {
        *ret_first = variable->first;
        return variable->size;
    }
    for (size_t i = 0; i < intensity->size; i++) {
        if (strcmp(intensity->dimensions[0]->elements[i], name) == 0) {
            *ret_first = intensity->first + i;
            return 1;
        }
    }
    if (sd_model_find_element(model, name, SD_NOWHERE, ret_first, diag) == SD_OK &&
        on->program->element_parameters[*ret_first] >= 0)
        return 1;
    refuse(r, sd_arena_printf(on->arena, "there is no constant '%s'", name));
    return 0;
}

/* One "name=values": every run once with each of the values. */
static void read_override(reader *r, run_list *list, double **x)
{
    bool stop = strncmp(r->at, "stop=", 5) == 0;
    size_t first = 0, size = stop ? 0 : read_elements(r, &first), count;
    double values[VALUES_MAX];
    run_list more = {0};

    if (stop)
        r->at += 4;
    expect(r, "=");
    count = read_values(r, values);
    if (r->error)
        return;
    for (size_t i = 0; i < list->count; i++) {
        for (size_t v = 0; v < count; v++) {
            run one = list->items[i];

            one.overrides.items = NULL;
            one.overrides.count = one.overrides.capacity = 0;
            for (size_t o = 0; o < list->items[i].overrides.count; o++)
                SD_PUSH(r->on->arena, &one.overrides, list->items[i].overrides.items[o]);
            if (stop)
                one.stop = values[v];
            for (size_t e = 0; e < size; e++) {
                override change = {(size_t)r->on->program->element_parameters[first + e],
                                   values[v]};
                SD_PUSH(r->on->arena, &one.overrides, change);
            }
            SD_PUSH(r->on->arena, &more, one);
        }
    }
    double *axis = SD_NEW_ARRAY(r->on->arena, double, more.count);

    for (size_t i = 0; i < more.count; i++)
        axis[i] = count > 1 ? values[i % count] : (*x)[i];
    *list = more;
    *x = axis;
}

/* "tools-only{...}:headcount@130" behind the scenario's name. */
static void read_runs(reader *r, const char *name, acceptance_node *node)
{
    acceptance *on = r->on;
    run first = {.stop = on->base->spec.stop};
    run_list list = {0};
    double *x = SD_NEW(on->arena, double);
    const char *error = NULL;

    first.organisation = acceptance_organisation(on, name, &error);
    if (error)
        refuse(r, error);
    SD_PUSH(on->arena, &list, first);
    if (accept(r, "{")) {
        do {
            skip_blanks(r);
            read_override(r, &list, &x);
        } while (!r->error && accept(r, ","));
        expect(r, "}");
    }
    expect(r, ":");
    name = read_name(r, false);
    node->week = accept(r, "@") ? read_number(r) : (double)NAN;
    if (!r->error && sd_model_find_element(on->base->model, name, SD_NOWHERE, &node->element,
                                           sd_diag_new(on->arena)) != SD_OK)
        refuse(r, sd_arena_printf(on->arena, "there is no variable '%s'", name));
    if (!r->error && isnan(node->week) && list.count > 1)
        fail(r, "several runs need a week, @260");
    if (r->error)
        return;
    run **runs = SD_NEW_ARRAY(on->arena, run *, list.count);

    for (size_t i = 0; i < list.count; i++)
        runs[i] = acceptance_note_run(on, &list.items[i]);
    acceptance_note_column(on, node->element);
    node->kind = NODE_RUNS;
    node->runs = runs;
    node->count = list.count;
    node->x = x;
}

static const acceptance_node *read_sum(reader *r);

static void read_call(reader *r, const char *name, acceptance_node *node)
{
    node->function = acceptance_function(name);
    if (!node->function) {
        refuse(r, sd_arena_printf(r->on->arena, "there is no function '%s'", name));
        return;
    }
    node->kind = NODE_CALL;
    do {
        if (node->count == ACCEPTANCE_ARGUMENTS_MAX)
            fail(r, "too many arguments");
        else
            node->children[node->count++] = read_sum(r);
    } while (!r->error && accept(r, ","));
    expect(r, ")");
    if (!r->error && (node->count < node->function->least || node->count > node->function->most))
        fail(r, "wrong number of arguments");
}

static const acceptance_node *read_factor(reader *r)
{
    acceptance_node *node = SD_NEW(r->on->arena, acceptance_node);

    skip_blanks(r);
    if (accept(r, "(")) {
        const acceptance_node *inner = read_sum(r);

        expect(r, ")");
        return inner;
    }
    if (isdigit((unsigned char)*r->at)) {
        node->number = read_number(r);
        return node;
    }
    const char *name = read_name(r, true);

    if (r->error)
        return node;
    if (accept(r, "("))
        read_call(r, name, node);
    else
        read_runs(r, name, node);
    return node;
}

static const acceptance_node *operation(reader *r, char sign, const acceptance_node *left,
                                        const acceptance_node *right)
{
    acceptance_node *node = SD_NEW(r->on->arena, acceptance_node);

    *node = (acceptance_node){
        .kind = NODE_OPERATION, .operation = sign, .count = 2, .children = {left, right}};
    return node;
}

static const acceptance_node *read_product(reader *r)
{
    const acceptance_node *left = read_factor(r);

    for (skip_blanks(r); !r->error && (*r->at == '*' || *r->at == '/'); skip_blanks(r)) {
        char sign = *r->at++;

        left = operation(r, sign, left, read_factor(r));
    }
    return left;
}

static const acceptance_node *read_sum(reader *r)
{
    const acceptance_node *left = read_product(r);

    for (skip_blanks(r); !r->error && (*r->at == '+' || *r->at == '-'); skip_blanks(r)) {
        char sign = *r->at++;

        left = operation(r, sign, left, read_product(r));
    }
    return left;
}

const acceptance_node *acceptance_read(acceptance *on, const char *text, const char **ret_error)
{
    reader r = {.on = on, .at = text};
    const acceptance_node *node = read_sum(&r);

    skip_blanks(&r);
    if (*r.at)
        fail(&r, "cannot read on");
    *ret_error = r.error;
    return r.error ? NULL : node;
}
