/* reference.c - what a name with subscripts means: fixed elements, the equation's own, or every one in turn.
 * In: a reference as written.  Out: its sd_subscripts, and walking them element by element.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "reference.h"

void help_nearest_variable(builder *b, const char *name, bool flows)
{
    if (!b->diag->last_kept)
        return;
    sd_arena *scratch = sd_arena_new("names");
    const char **names = SD_NEW_ARRAY(scratch, const char *, b->variables.count + 1);
    size_t count = 0;
    for (size_t v = 0; v < b->variables.count; v++)
        if (!flows || b->variables.items[v]->kind == SD_FLOW)
            names[count++] = b->variables.items[v]->name;
    sd_help_nearest(b->diag, name, names, count);
    sd_arena_free(scratch);
}

void reference_unknown(builder *b, const char *key, const char *name, sd_span span)
{
    if (sd_table_find(b->dimension_names, key)) {
        (void)sd_fail(b->diag, SD_E101, span, "'%s' is a dimension, not a variable", name);
        return;
    }
    (void)sd_fail(b->diag, SD_E101, span, "no variable named '%s'", name);
    help_nearest_variable(b, name, false);
}

void reference_unknown_function(builder *b, const char *name, size_t length, sd_span span)
{
    static const char *const later[] = {
        "rank",     "stddev",     "irr",        "reboot",    "arrived",         "lookup_area",
        "lookupxy", "lookupmean", "lookuparea", "time_base", "get_direct_data", "delay_conveyor"};
    char *text = sd_arena_copy(b->arena, name, length);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (sd_text_equal_fold(text, later[i])) {
            (void)sd_fail(b->diag, SD_E114, span, "the function '%s' is not supported yet", text);
            return;
        }
    }
    (void)sd_fail(b->diag, SD_E101, span, "no function named '%s'", text);
    const char *names[SD_FUNCTIONS];
    size_t count = 0;
    for (size_t i = 0; i < SD_FUNCTIONS; i++) {
        size_t size = strcspn(sd_builtins[i].name, "|");
        if (size > 0 && strchr(sd_builtins[i].call, '('))
            names[count++] = sd_arena_copy(b->arena, sd_builtins[i].name, size);
    }
    sd_help_nearest(b->diag, text, names, count);
}

static bool element_of(const sd_dimension *dimension, const char *key, size_t *ret_at)
{
    const char **found = dimension->places ? sd_table_find(dimension->places, key) : NULL;
    if (found)
        *ret_at = (size_t)(found - dimension->element_keys);
    return found;
}

/* A number as a subscript counts elements from 1, unless an element has that very name. */
static bool numbered_element(const sd_dimension *dimension, const char *key, size_t *ret_at)
{
    double value;
    if (element_of(dimension, key, ret_at))
        return true;
    if (!sd_number_from_text(key, &value) || value < 1 || value > (double)dimension->size ||
        value != (double)(size_t)value)
        return false;
    *ret_at = (size_t)value - 1;
    return true;
}

static bool no_element(builder *b, const sd_dimension *dimension, const char *name, sd_span span)
{
    (void)sd_fail(b->diag, SD_E109, span, "dimension '%s' has no element '%s'", dimension->name,
                  name);
    sd_help_nearest(b->diag, name, dimension->elements, dimension->size);
    return false;
}

/* The owner's dimension that position `at` of the reference follows, when there is one: with the same dimension
 * twice, the second position follows the second. */
static bool own_dimension(const sd_variable *owner, const sd_expr *e, size_t at, size_t *ret_own)
{
    const sd_dimension *wanted = e->variable->dimensions[at];
    size_t skip = 0;
    for (size_t j = 0; j < at; j++)
        skip += e->variable->dimensions[j] == wanted && e->subscripts[j].kind == SD_SUBSCRIPT_OWN;
    for (size_t k = 0; k < owner->dimension_count; k++) {
        if (owner->dimensions[k] == wanted && skip-- == 0) {
            *ret_own = k;
            return true;
        }
    }
    return false;
}

/* Joins the loop over this dimension, or opens it; one reference uses each loop at most once. */
static bool join_loop(builder *b, loop_frame *frame, sd_expr *e, size_t at, sd_span span)
{
    const sd_dimension *wanted = e->variable->dimensions[at];
    size_t loop = 0;
    for (; loop < frame->count; loop++) {
        bool used = frame->loops[loop] != wanted;
        for (size_t j = 0; j < at; j++)
            used =
                used || (e->subscripts[j].kind == SD_SUBSCRIPT_EACH && e->subscripts[j].at == loop);
        if (!used)
            break;
    }
    if (loop == SD_VARIABLE_DIMENSIONS_MAX) {
        (void)sd_fail(b->diag, SD_E109, span, "this runs over more than %d dimensions",
                      SD_VARIABLE_DIMENSIONS_MAX);
        return false;
    }
    if (loop == frame->count)
        frame->loops[frame->count++] = wanted;
    e->subscripts[at] = (sd_subscript){SD_SUBSCRIPT_EACH, loop, span};
    return true;
}

static void help_subscript(builder *b, const sd_variable *array)
{
    sd_text stars = sd_text_new(b->arena);
    for (size_t d = 0; d < array->dimension_count; d++)
        sd_text_printf(&stars, "%s*", d ? "," : "");
    sd_help(b->diag, "name one element, or sum over all: SUM(%s[%s])", array->name, stars.bytes);
}

static bool resolve_one(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e,
                        size_t at, subscript_text given)
{
    const sd_dimension *dimension = e->variable->dimensions[at];
    const char *key = sd_name_key(b->arena, given.bytes, given.length), *dot = strchr(key, '.');
    sd_subscript *subscript = &e->subscripts[at];
    subscript->span = given.span;
    if (strcmp(key, "*") == 0) {
        if (frame)
            return join_loop(b, frame, e, at, given.span);
        (void)sd_fail(b->diag, SD_E109, given.span,
                      "a wildcard needs SUM, MEAN, MIN, MAX, PROD or SIZE round it");
        return false;
    }
    if (dot && strncmp(key, dimension->key, (size_t)(dot - key)) == 0 &&
        dimension->key[dot - key] == '\0')
        key = dot + 1;
    subscript->kind = SD_SUBSCRIPT_ELEMENT;
    if (numbered_element(dimension, key, &subscript->at))
        return true;
    const sd_dimension *named = sd_table_find(b->dimension_names, key);
    if (!named)
        return no_element(b, dimension, sd_name_display(b->arena, given.bytes, given.length),
                          given.span);
    if (named != dimension) {
        (void)sd_fail(b->diag, SD_E109, given.span, "'%s' has dimension '%s' here, not '%s'",
                      e->variable->name, dimension->name, named->name);
        return false;
    }
    subscript->kind = SD_SUBSCRIPT_OWN;
    if (own_dimension(owner, e, at, &subscript->at))
        return true;
    subscript->kind = SD_SUBSCRIPT_ELEMENT;
    if (frame)
        return join_loop(b, frame, e, at, given.span);
    (void)sd_fail(b->diag, SD_E109, given.span, "'%s' has no dimension '%s' of its own",
                  owner->name, named->name);
    help_subscript(b, e->variable);
    return false;
}

/* A bare array name follows the equation's own dimensions, or runs over all of it inside SUM. */
static bool resolve_bare(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e)
{
    for (size_t at = 0; at < e->variable->dimension_count; at++) {
        sd_subscript *subscript = &e->subscripts[at];
        subscript->span = e->span;
        subscript->kind = SD_SUBSCRIPT_OWN;
        if (!frame && own_dimension(owner, e, at, &subscript->at))
            continue;
        subscript->kind = SD_SUBSCRIPT_ELEMENT;
        if (frame) {
            if (!join_loop(b, frame, e, at, e->span))
                return false;
            continue;
        }
        (void)sd_fail(b->diag, SD_E109, e->span, "'%s' is an array over '%s' and needs a subscript",
                      e->variable->name, e->variable->dimensions[at]->name);
        help_subscript(b, e->variable);
        return false;
    }
    return true;
}

bool reference_resolve(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e,
                       const subscript_text *given, size_t count)
{
    size_t wanted = e->variable->dimension_count;
    e->subscript_count = wanted;
    e->subscripts = SD_NEW_ARRAY(b->arena, sd_subscript, wanted + 1);
    if (count == 0)
        return resolve_bare(b, owner, frame, e);
    if (wanted == 0) {
        (void)sd_fail(b->diag, SD_E109, e->span, "'%s' is not an array and takes no subscript",
                      e->variable->name);
        return false;
    }
    if (count != wanted) {
        (void)sd_fail(b->diag, SD_E109, e->span, "'%s' has %zu dimension%s, but %zu subscript%s",
                      e->variable->name, wanted, wanted == 1 ? "" : "s", count,
                      count == 1 ? "" : "s");
        return false;
    }
    for (size_t at = 0; at < count; at++)
        if (!resolve_one(b, owner, frame, e, at, given[at]))
            return false;
    return true;
}

bool subscript_index(builder *b, const sd_variable *variable, const char *text, sd_span span,
                     size_t *ret_index)
{
    size_t index = 0, at = 0;
    for (const char *part = text; part; at++) {
        const char *comma = strchr(part, ',');
        size_t length = comma ? (size_t)(comma - part) : strlen(part), element;
        if (at == variable->dimension_count)
            break;
        const sd_dimension *dimension = variable->dimensions[at];
        if (!numbered_element(dimension, sd_name_key(b->arena, part, length), &element))
            return no_element(b, dimension, sd_name_display(b->arena, part, length), span);
        index = index * dimension->size + element;
        part = comma ? comma + 1 : NULL;
        if (!part && at + 1 == variable->dimension_count) {
            *ret_index = index;
            return true;
        }
    }
    (void)sd_fail(b->diag, SD_E109, span, "'%s' has %zu dimension%s, which '%s' does not match",
                  variable->name, variable->dimension_count,
                  variable->dimension_count == 1 ? "" : "s", text);
    return false;
}

size_t sd_expr_element(const sd_expr *reference, const sd_place *place)
{
    size_t index = 0;
    for (size_t at = 0; at < reference->subscript_count; at++) {
        const sd_subscript *s = &reference->subscripts[at];
        size_t element = s->kind == SD_SUBSCRIPT_ELEMENT ? s->at
                         : s->kind == SD_SUBSCRIPT_OWN   ? place->own[s->at]
                                                         : place->each[s->at];
        index = index * reference->variable->dimensions[at]->size + element;
    }
    return reference->variable->first + index;
}

sd_place sd_place_of(const sd_variable *variable, size_t index)
{
    sd_place place = {.variable = variable};
    for (size_t at = variable->dimension_count; at-- > 0; index /= variable->dimensions[at]->size)
        place.own[at] = index % variable->dimensions[at]->size;
    return place;
}

bool sd_place_next(sd_place *place, const sd_expr *call)
{
    for (size_t loop = call->loop_count; loop-- > 0;) {
        if (++place->each[loop] < call->loops[loop]->size)
            return true;
        place->each[loop] = 0;
    }
    return false;
}
