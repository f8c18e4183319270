/* lint_names.c - names that nothing uses (W930), constants without units (W932), variables named like functions (W933).
 * In: a model and its units.  Out: warnings at the names.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "lint_private.h"

/* ---- what is used ------------------------------------------------------------------------------------------ */

typedef struct uses {
    const sd_model *model;
    bool *variables;  /* [variable_count] */
    bool *dimensions; /* [dimension_count] */
} uses;

static void use_part(void *context, const sd_expr *part)
{
    uses *u = context;

    if (part->kind == SD_EXPR_REFERENCE)
        u->variables[part->variable->index] = true;
    if (part->kind == SD_EXPR_DIMENSION)
        u->dimensions[part->over->index] = true;
    for (size_t i = 0; part->kind == SD_EXPR_CALL && i < part->loop_count; i++)
        u->dimensions[part->loops[i]->index] = true;
}

static void use_element(void *context, size_t needed, bool lagged)
{
    uses *u = context;

    (void)lagged;
    u->variables[u->model->element_variables[needed]->index] = true;
}

static uses uses_of(lint *l)
{
    const sd_model *model = l->model;
    uses u = {.model = model,
              .variables = SD_NEW_ARRAY(l->arena, bool, model->variable_count + 1),
              .dimensions = SD_NEW_ARRAY(l->arena, bool, model->dimension_count + 1)};

    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];

        for (size_t k = 0; k < lint_equations(v); k++) {
            if (v->equations[k])
                lint_parts(l, v->equations[k], use_part, &u);
        }
        for (size_t k = 0; k < v->dimension_count; k++)
            u.dimensions[v->dimensions[k]->index] = true;
        /* What a stock, or a conveyor with what leaks from it, goes by beside its equation. */
        for (size_t k = 0; (v->kind == SD_STOCK || v->driver) && k < v->size; k++)
            sd_model_visit_needs(model, v->first + k, false, use_element, &u);
        for (size_t k = 0; k < v->inflow_count; k++)
            u.variables[v->inflows[k]->index] = true;
        for (size_t k = 0; k < v->outflow_count; k++)
            u.variables[v->outflows[k]->index] = true;
    }
    return u;
}

/* How Vensim writes a model's sim_specs: constants that nothing in the file need use. */
static bool is_control(const sd_variable *v)
{
    static const char *const keys[] = {"initial_time", "final_time", "time_step", "saveper"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(v->key, keys[i]) == 0)
            return true;
    }
    return false;
}

static void note_function(void *context, const sd_expr *part)
{
    bool *found = context;

    *found = *found || (part->kind == SD_EXPR_CALL &&
                        (part->builtin->name[0] >= 'A' && part->builtin->name[0] <= 'Z'));
}

/* A number, or some arithmetic with numbers.  What is worked out by a function of numbers is somebody's result. */
static bool is_plain_constant(lint *l, const sd_variable *v)
{
    bool function = false;

    if (!sd_variable_is_constant(v))
        return false;
    for (size_t i = 0; i < lint_equations(v); i++)
        lint_parts(l, v->equations[i], note_function, &function);
    return !function;
}

static void warn_unused(lint *l, const uses *u, const sd_variable *v)
{
    if (u->variables[v->index] || is_control(v))
        return;
    if (v->kind == SD_FLOW && !sd_variable_is_constant(v)) {
        sd_warn(l->diag, SD_W930, v->span, "the flow '%s' fills and drains no stock", v->name);
        sd_help(l->diag, "connect it, or make it an auxiliary");
    } else if (v->kind == SD_GF || is_plain_constant(l, v)) {
        sd_warn(l->diag, SD_W930, v->span, "nothing uses '%s'", v->name);
        sd_help(l->diag, "delete it, or use it where its %s stands",
                v->kind == SD_GF ? "curve" : "number");
    }
}

/* ---- units --------------------------------------------------------------------------------------------------- */

/* Where at least so many of ten variables have units, the others were forgotten. */
enum { MOST = 6 };

static bool most_have_units(const sd_model *model)
{
    size_t known = 0, count = 0;

    for (size_t i = 0; i < model->variable_count; i++) {
        count += !is_control(model->variables[i]);
        known += !is_control(model->variables[i]) && model->variables[i]->units.known;
    }
    return 10 * known >= MOST * count;
}

static void warn_unitless(lint *l, const sd_variable *v)
{
    const sd_unit *inferred = &l->request->units->units[v->index];

    if (v->units.known || v->units_text || is_control(v) || !sd_variable_is_constant(v))
        return;
    sd_warn(l->diag, SD_W932, v->span, "the constant '%s' has no units", v->name);
    if (inferred->known)
        sd_help(l->diag, "the equations make it [%s]", sd_unit_text(inferred, l->arena));
    else
        sd_help(l->diag, "give it units, or 1 for a pure number");
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

static void warn_function(lint *l, const sd_variable *v)
{
    const sd_builtin *function = sd_builtin_find(v->name, strlen(v->name));
    /* Parameters have these names everywhere, and a random function has a bracket after it. */
    const bool greek = function && (function->id == SD_FN_BETA || function->id == SD_FN_GAMMA);

    if (!function || function->name[0] == '\0' || is_control(v) || greek)
        return;
    sd_warn(l->diag, SD_W933, v->span, "'%s' is also the name of a function", v->name);
    sd_help(l->diag, "give it a longer name; 'treadmill explain %s' shows the function", v->name);
}

void lint_names(lint *l)
{
    const sd_model *model = l->model;
    const uses u = uses_of(l);
    const bool units = most_have_units(model);

    for (size_t i = 0; i < model->variable_count; i++) {
        warn_unused(l, &u, model->variables[i]);
        if (units)
            warn_unitless(l, model->variables[i]);
        warn_function(l, model->variables[i]);
    }
    for (size_t i = 0; i < model->dimension_count; i++) {
        if (u.dimensions[i])
            continue;
        sd_warn(l->diag, SD_W930, model->dimensions[i]->span, "nothing uses the dimension '%s'",
                model->dimensions[i]->name);
        sd_help(l->diag, "delete it");
    }
}
