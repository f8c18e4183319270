/* cmd_explain.c - a variable, policy, term, loop, function or error code in half a page.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

typedef struct relations {
    const sd_model *model;
    unsigned char *seen; /* by variable */
    SD_LIST(const sd_variable *) found;
    sd_arena *arena;
} relations;

static void add_relation(void *context, size_t needed, bool lagged)
{
    (void)lagged;
    relations *r = context;
    const sd_variable *v = r->model->element_variables[needed];
    if (r->seen[v->index])
        return;
    r->seen[v->index] = 1;
    SD_PUSH(r->arena, &r->found, v);
}

static relations causes_of(call *c, const sd_model *model, const sd_variable *v)
{
    relations r = {.model = model, .arena = c->arena};
    r.seen = SD_NEW_ARRAY(c->arena, unsigned char, model->variable_count + 1);
    for (size_t i = 0; i < v->size; i++) {
        sd_model_visit_needs(model, v->first + i, false, add_relation, &r);
        sd_model_visit_gfs(model, v->first + i, add_relation, &r);
    }
    return r;
}

static void print_names(const char *head, const relations *r)
{
    sd_text text = sd_text_new(r->arena);
    for (size_t i = 0; i < r->found.count; i++)
        sd_text_printf(&text, "%s%s", i ? ", " : "", r->found.items[i]->name);
    if (r->found.count == 0)
        return;
    printf("%s\n", head);
    print_wrapped(text.bytes, 2, stdout);
}

/* " (prior: an assumption)", so that no number stands without what is behind it. */
static const char *grade_text(call *c, sd_grade grade, bool wanted)
{
    if (!wanted || grade == SD_GRADE_NONE)
        return "";
    return sd_arena_printf(c->arena, " (%s: %s)", sd_grade_name(grade), sd_grade_text(grade));
}

static void print_equations(call *c, const sd_variable *v)
{
    const char *left = v->kind == SD_STOCK ? "at the start " : "";
    const char *grade = grade_text(c, v->grade, sd_variable_is_constant(v));
    size_t count = v->apply_to_all ? 1 : v->size;
    for (size_t i = 0; i < count; i++) {
        if (!v->texts[i])
            continue;
        if (v->size > 1 && !v->apply_to_all)
            printf("  [%s] %s%s\n",
                   v->dimensions[v->dimension_count - 1]
                       ->elements[i % v->dimensions[v->dimension_count - 1]->size],
                   v->texts[i], grade);
        else
            printf("  %s= %s%s\n", left, v->texts[i], grade);
    }
    for (size_t i = 0; i < v->inflow_count; i++)
        printf("  + %s\n", v->inflows[i]->name);
    for (size_t i = 0; i < v->outflow_count; i++)
        printf("  - %s\n", v->outflows[i]->name);
    if (v->gfs && v->gfs[0]) {
        printf("  through the points");
        for (size_t i = 0; i < v->gfs[0]->count; i++)
            printf(" (%g, %g)", v->gfs[0]->x[i], v->gfs[0]->y[i]);
        printf("%s\n", grade_text(c, v->grade, true));
    }
}

static void explain_variable(call *c, const sd_model *model, const sd_variable *v)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary", "graphical function"};
    bool constant = sd_variable_is_constant(v);
    printf("%s: %s%s", v->name, constant ? "constant" : kinds[v->kind],
           v->non_negative ? ", never below 0" : "");
    for (size_t d = 0; d < v->dimension_count; d++)
        printf("%s%s", d ? ", " : " by ", v->dimensions[d]->name);
    printf(" [%s]\n", v->units_text ? v->units_text : "no units");
    print_equations(c, v);
    if (v->doc) {
        printf("\n");
        print_wrapped(v->doc, 0, stdout);
    }
    if (!isinf(v->range_min) || !isinf(v->range_max))
        printf("Plausible range: %g to %g\n", v->range_min, v->range_max);
    if (v->source) {
        const char *grade = sd_grade_name(v->grade);
        bool told =
            constant || (v->gfs && v->gfs[0]) || strncmp(v->source, grade, strlen(grade)) == 0;
        print_wrapped(
            sd_arena_printf(c->arena, "Source%s: %s", grade_text(c, v->grade, !told), v->source), 0,
            stdout);
    }
    if (v->group)
        printf("Sector: %s\n", v->group);
    relations causes = causes_of(c, model, v);
    print_names("Depends on", &causes);
    relations uses = {.model = model, .arena = c->arena};
    for (size_t i = 0; i < model->variable_count; i++) {
        relations r = causes_of(c, model, model->variables[i]);
        if (r.seen[v->index] && model->variables[i] != v)
            SD_PUSH(c->arena, &uses.found, model->variables[i]);
    }
    print_names("Used by", &uses);
}

static bool explain_policy(const sd_model *model, const char *name)
{
    for (size_t d = 0; d < model->dimension_count; d++) {
        const sd_dimension *dimension = model->dimensions[d];
        for (size_t i = 0; i < dimension->size; i++) {
            if (!sd_text_equal_fold(dimension->elements[i], name))
                continue;
            bool policy = strcmp(dimension->key, "practice") == 0;
            if (policy)
                printf("%s: policy\n", dimension->elements[i]);
            else
                printf("%s: element of the dimension '%s'\n", dimension->elements[i],
                       dimension->name);
            if (dimension->element_docs[i])
                print_wrapped(dimension->element_docs[i], 0, stdout);
            if (policy)
                printf("In a scenario:  policies = ( { name = \"%s\"; start = 26; intensity = 1; } "
                       ");\n",
                       dimension->elements[i]);
            return true;
        }
    }
    return false;
}

static bool explain_word(const char *name)
{
    sd_code code;
    if (sd_code_from_name(name, &code)) {
        printf("%s: %s\n", sd_code_name(code), sd_code_title(code));
        print_wrapped(sd_code_text(code), 0, stdout);
        return true;
    }
    const sd_builtin *builtin = sd_builtin_find(name, strlen(name));
    if (builtin) {
        printf("%s\n", builtin->call);
        print_wrapped(builtin->text, 0, stdout);
        return true;
    }
    const sd_measure *measure = sd_measure_find(name);
    if (measure) {
        printf("%s (%s): ", measure->label, measure->unit);
        print_wrapped(measure->meaning, 0, stdout);
        printf("\n");
    }
    return false;
}

/* The nearest variable, element, loop or term; NULL when none is near. */
static const char *nearest_name(call *c, const sd_model *model, const char *name)
{
    SD_LIST(const char *) names = {0};
    for (size_t i = 0; i < model->variable_count; i++)
        SD_PUSH(c->arena, &names, model->variables[i]->name);
    for (size_t d = 0; d < model->dimension_count; d++)
        for (size_t i = 0; i < model->dimensions[d]->size; i++)
            SD_PUSH(c->arena, &names, model->dimensions[d]->elements[i]);
    for (size_t i = 0; i < model->loop_count; i++)
        SD_PUSH(c->arena, &names, model->loops[i].name);
    for (size_t i = 0; i < model->term_count; i++) {
        SD_PUSH(c->arena, &names, model->terms[i].name);
        for (size_t k = 0; k < model->terms[i].also_count; k++)
            SD_PUSH(c->arena, &names, model->terms[i].also[k]);
    }
    return sd_nearest(name, names.items, names.count);
}

/* What the file has under this name: a variable or policy, then a loop or term of the same name, for a word may be
 * all of these; else the terms that hold its words. */
static bool explain_named(call *c, const sd_model *model, const char *name)
{
    const char *bracket = strchr(name, '[');
    const sd_variable *v = sd_model_find(
        model, bracket ? sd_arena_copy(c->arena, name, (size_t)(bracket - name)) : name);
    const sd_term *term = term_named(c->arena, model, name);
    bool found = v != NULL;
    if (v)
        explain_variable(c, model, v);
    else
        found = explain_policy(model, name);
    if (term) {
        fputs(found ? "\n" : "", stdout);
        explain_term(c, term);
    }
    if (explain_loops(c, model, name, found || term) > 0 || found || term)
        return true;
    return explain_terms_like(c, model, name) > 0;
}

sd_status cmd_explain(call *c)
{
    if (c->given.inputs.count < 1 || c->given.inputs.count > 2) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                                   "'explain' takes a name, and a model if it is not the "
                                   "shipped one");
        sd_help(c->diag, "for example: treadmill explain work_pressure");
        return status;
    }
    const char *name = c->given.inputs.items[0];
    if (explain_word(name))
        return SD_OK;
    sd_scenario *scenario;
    sd_status status = study_read(
        c, c->given.inputs.count > 1 ? c->given.inputs.items[1] : "tools-only", &scenario);
    if (status != SD_OK)
        return status;
    if (explain_named(c, scenario->model, name))
        return SD_OK;
    const char *near = nearest_name(c, scenario->model, name);
    /* Words of the articles are seldom typed to the letter; the name of a variable should be. */
    if (near && !sd_model_find(scenario->model, near) &&
        term_named(c->arena, scenario->model, near)) {
        fprintf(stderr, "nothing is named '%s'; the nearest is '%s'\n", name, near);
        (void)explain_named(c, scenario->model, near);
        return SD_OK;
    }
    status = sd_fail(c->diag, SD_E101, SD_NOWHERE, "nothing is named '%s'", name);
    if (near)
        sd_help(c->diag, "did you mean '%s'?", near);
    else
        sd_help(c->diag, "names are listed by: treadmill list parameters, outputs, policies, "
                         "terms, loops, functions or "
                         "errors");
    return status;
}
