/* model.c - finding variables and elements of a finished model by name, and naming them.
 * In: sd_model.  Out: variables, element numbers, CSV names.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scope.h"
#include "sd/scenario.h"

static const sd_variable *find_part(const sd_model *model, sd_arena *arena, const char *name,
                                    size_t length)
{
    const sd_variable *found = sd_table_find(model->names, sd_name_key(arena, name, length));
    const char *key = found ? NULL : scope_key(arena, name, length);
    return found ? found : sd_table_find(model->names, key + (*key == '.')); /* ".area" */
}

const sd_variable *sd_model_find(const sd_model *model, const char *name)
{
    sd_arena *scratch = sd_arena_new("a name");
    const sd_variable *variable = find_part(model, scratch, name, strlen(name));
    sd_arena_free(scratch);
    return variable;
}

static sd_status unknown(const sd_model *model, const char *name, size_t length, sd_span where,
                         sd_diag *diag)
{
    char *copy = sd_arena_copy(diag->arena, name, length);
    sd_status status = sd_fail(diag, SD_E101, where, "no variable named '%s'", copy);
    sd_help_nearest(diag, copy, model->known_names, model->variable_count);
    return status;
}

sd_status sd_model_find_element(const sd_model *model, const char *name, sd_span where,
                                size_t *ret_element, sd_diag *diag)
{
    sd_arena *arena = diag->arena;
    const char *bracket = strchr(name, '[');
    size_t length = bracket ? (size_t)(bracket - name) : strlen(name);
    const sd_variable *variable = find_part(model, arena, name, length);
    if (!variable)
        return unknown(model, name, length, where, diag);
    if (!bracket && variable->dimension_count) {
        sd_status status = sd_fail(diag, SD_E109, where, "'%s' is an array over '%s'",
                                   variable->name, variable->dimensions[0]->name);
        sd_help(diag, "name one element, for example %s",
                sd_model_element_name(model, variable->first, arena));
        return status;
    }
    size_t index = 0;
    if (bracket) {
        const char *close = strchr(bracket, ']');
        if (!close || close[1] != '\0')
            return sd_fail(diag, SD_E109, where, "'%s' does not end with ']'", name);
        builder b = {.arena = arena, .diag = diag};
        const char *inside = sd_arena_copy(arena, bracket + 1, (size_t)(close - bracket - 1));
        if (!subscript_index(&b, variable, inside, where, &index))
            return SD_INVALID;
    }
    *ret_element = variable->first + index;
    return SD_OK;
}

const char *sd_stop_name(sd_arena *arena, const sd_stop *stop)
{
    const sd_variable *variable = stop->variable;
    if (stop->element == SIZE_MAX || variable->dimension_count == 0)
        return variable->name;
    sd_place place = sd_place_of(variable, stop->element - variable->first);
    sd_text text = sd_text_new(arena);
    sd_text_printf(&text, "%s[", variable->name);
    for (size_t d = 0; d < variable->dimension_count; d++)
        sd_text_printf(&text, "%s%s", d ? "," : "",
                       variable->dimensions[d]->elements[place.own[d]]);
    sd_text_add(&text, "]", 1);
    return text.bytes;
}

const char *sd_model_element_name(const sd_model *model, size_t element, sd_arena *arena)
{
    const sd_stop stop = {.variable = model->element_variables[element], .element = element};
    return sd_stop_name(arena, &stop);
}

static bool from_numbers_alone(const sd_expr *e)
{
    if (e->kind == SD_EXPR_NUMBER)
        return true;
    if (e->kind != SD_EXPR_CALL || e->builtin->rule == SD_RULE_TIME || e->builtin->lag ||
        e->builtin->id == SD_FN_INF || sd_builtin_moves(e->builtin))
        return false;
    for (size_t i = 0; i < e->argument_count; i++)
        if (!from_numbers_alone(e->arguments[i]))
            return false;
    return true;
}

bool sd_variable_is_constant(const sd_variable *variable)
{
    if (variable->kind == SD_STOCK || variable->kind == SD_GF)
        return false;
    size_t equations = variable->apply_to_all ? 1 : variable->size;
    for (size_t i = 0; i < equations; i++)
        if ((variable->gfs && variable->gfs[i]) || !variable->equations[i] ||
            !from_numbers_alone(variable->equations[i]))
            return false;
    return true;
}
