/* reference.c - what a name with subscripts means: fixed elements, the equation's own, or every one in turn.
 * In: a reference as written.  Out: its sd_subscripts, and walking them element by element.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "reference.h"
#include "scope.h"

void help_nearest_variable(builder *b, const char *name, bool flows)
{
    if (!b->diag->last_kept)
        return;
    sd_arena *scratch = sd_arena_new("names");
    size_t count;
    const char *const *names = scope_names(b, scratch, flows, &count);
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
    if (b->scope->macro && sd_table_find(b->names, key))
        sd_help(b->diag, "a macro sees its parameters and its own variables only");
}

void reference_unknown_function(builder *b, const char *name, size_t length, sd_span span)
{
    static const char *const later[] = {
        "irr",        "reboot",     "arrived",   "lookup_area",     "lookupxy",
        "lookupmean", "lookuparea", "time_base", "get_direct_data", "delay_conveyor"};
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

/* What a reference is worked out with, position by position. */
typedef struct resolving {
    builder *b;
    const sd_variable *owner; /* whose equation it is */
    loop_frame *frame;        /* NULL outside SUM and its kin */
    sd_expr *e;
    bool done[SD_VARIABLE_DIMENSIONS_MAX]; /* positions whose subscript is known */
    sd_expr *numbers[SD_VARIABLE_DIMENSIONS_MAX];
    size_t number_count; /* of elements that change with time */
} resolving;

/* The owner's dimension that position `at` of the reference follows, when there is one: with the same dimension
 * twice, the second position follows the second. */
static bool own_dimension(const resolving *r, const sd_dimension *wanted, size_t *ret_own)
{
    const sd_variable *owner = r->owner;
    size_t skip = 0;
    for (size_t j = 0; j < r->e->subscript_count; j++)
        skip += r->done[j] && r->e->subscripts[j].kind == SD_SUBSCRIPT_OWN &&
                owner->dimensions[r->e->subscripts[j].at] == wanted;
    for (size_t k = 0; k < owner->dimension_count; k++) {
        if (owner->dimensions[k] == wanted && skip-- == 0) {
            *ret_own = k;
            return true;
        }
    }
    return false;
}

/* One reference uses each loop at most once. */
static bool is_used(const resolving *r, size_t loop)
{
    for (size_t j = 0; j < r->e->subscript_count; j++)
        if (r->done[j] && r->e->subscripts[j].kind == SD_SUBSCRIPT_EACH &&
            r->e->subscripts[j].at == loop)
            return true;
    return false;
}

/* Joins the loop over this dimension, or opens it.  `whole` is the dimension of the array that it is a part of. */
static bool join_loop(resolving *r, size_t at, const sd_dimension *over, const sd_dimension *whole)
{
    loop_frame *frame = r->frame;
    sd_subscript *subscript = &r->e->subscripts[at];
    size_t loop = 0;
    while (loop < frame->count && (frame->loops[loop] != over || is_used(r, loop)))
        loop++;
    if (loop == SD_VARIABLE_DIMENSIONS_MAX) {
        (void)sd_fail(r->b->diag, SD_E109, subscript->span,
                      "this runs over more than %d dimensions", SD_VARIABLE_DIMENSIONS_MAX);
        return false;
    }
    for (size_t i = 0; loop == frame->count && i < loop; i++) {
        if (frame->whole[i] != whole || frame->loops[i]->size == over->size || is_used(r, i))
            continue;
        (void)sd_fail(r->b->diag, SD_E122, subscript->span,
                      "this runs over %zu elements of '%s', but what stands before it over %zu",
                      over->size, whole->name, frame->loops[i]->size);
        sd_help(r->b->diag, "arrays that run side by side need ranges of the same length");
        return false;
    }
    if (loop == frame->count) {
        frame->whole[loop] = whole;
        frame->loops[frame->count++] = over;
    }
    subscript->kind = SD_SUBSCRIPT_EACH;
    subscript->at = loop;
    return true;
}

static void help_subscript(builder *b, const sd_variable *array)
{
    sd_text stars = sd_text_new(b->arena);
    for (size_t d = 0; d < array->dimension_count; d++)
        sd_text_printf(&stars, "%s*", d ? "," : "");
    sd_help(b->diag, "name one element, or sum over all: SUM(%s[%s])", array->name, stars.bytes);
}

/* a[*] */
static bool resolve_all(resolving *r, size_t at)
{
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    if (r->frame)
        return join_loop(r, at, dimension, dimension);
    (void)sd_fail(r->b->diag, SD_E109, r->e->subscripts[at].span,
                  "a wildcard needs SUM, MEAN, MIN, MAX, PROD or SIZE round it");
    return false;
}

/* a[part]: by the names of the elements, of which all must be elements of the array's dimension too. */
static bool resolve_part(resolving *r, size_t at, const sd_dimension *part, bool each)
{
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    if (part != dimension)
        subscript->map = subscript_map(r->b, part, dimension);
    if (part != dimension && !subscript->map) {
        (void)sd_fail(r->b->diag, SD_E109, subscript->span,
                      "'%s' has dimension '%s' here, not '%s'", r->e->variable->name,
                      dimension->name, part->name);
        return false;
    }
    subscript->kind = SD_SUBSCRIPT_OWN;
    if (!each && own_dimension(r, part, &subscript->at))
        return true;
    if (r->frame)
        return join_loop(r, at, part, dimension);
    (void)sd_fail(r->b->diag, SD_E109, subscript->span, "'%s' has no dimension '%s' of its own",
                  r->owner->name, part->name);
    help_subscript(r->b, r->e->variable);
    return false;
}

/* a[2:4] without SUM round it: the equation's first element gets the second, and so on. */
static bool follow_range(resolving *r, size_t at, size_t first, size_t count)
{
    const sd_variable *owner = r->owner;
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    if (!own_dimension(r, dimension, &subscript->at)) {
        if (owner->dimension_count != 1) {
            (void)sd_fail(r->b->diag, SD_E122, subscript->span,
                          "'%s' has no dimension that this range can follow", owner->name);
            sd_help(r->b->diag, "put SUM, MEAN, MIN, MAX, PROD or SIZE round it");
            return false;
        }
        subscript->at = 0;
    }
    size_t own = owner->dimensions[subscript->at]->size;
    subscript->kind = SD_SUBSCRIPT_OWN;
    subscript->first = first;
    subscript->count = count;
    if (own != count)
        sd_warn(r->b->diag, SD_W923, subscript->span,
                "the range has %zu element%s and '%s' %zu: %s", count, count == 1 ? "" : "s",
                owner->name, own, own > count ? "what is missing is 0" : "the rest is left out");
    return true;
}

static bool resolve_range(resolving *r, size_t at, const subscript_text *given)
{
    builder *b = r->b;
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    if (given->length == 1 && given->bytes[0] == '*') { /* a[*:part] */
        const char *key = sd_name_key(b->arena, given->last, given->last_length);
        const sd_dimension *part = sd_table_find(b->dimension_names, key);
        if (part && r->frame)
            return resolve_part(r, at, part, true);
        if (part)
            return resolve_all(r, at);
        reference_unknown(b, key, sd_name_display(b->arena, given->last, given->last_length),
                          given->span);
        return false;
    }
    size_t first, last;
    if (!subscript_element(b, dimension, given->bytes, given->length, given->span, &first) ||
        !subscript_element(b, dimension, given->last, given->last_length, given->span, &last))
        return false;
    if (first > last) {
        (void)sd_fail(b->diag, SD_E122, given->span, "the range begins behind its end");
        sd_help(b->diag, "write the lower element first: elements have the order of '%s'",
                dimension->name);
        return false;
    }
    if (!r->frame)
        return follow_range(r, at, first, last - first + 1);
    r->e->subscripts[at].first = first;
    return join_loop(r, at, subscript_range(b, dimension, last - first + 1), dimension);
}

/* a[@2]: follows the second dimension of the equation. */
static bool resolve_position(resolving *r, size_t at, const subscript_text *given)
{
    const sd_variable *owner = r->owner;
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    if (!(given->number >= 1 && given->number <= (double)owner->dimension_count &&
          given->number == (double)(size_t)given->number)) {
        (void)sd_fail(r->b->diag, SD_E122, given->span, "'%s' has %zu dimension%s", owner->name,
                      owner->dimension_count, owner->dimension_count == 1 ? "" : "s");
        return false;
    }
    subscript->kind = SD_SUBSCRIPT_OWN;
    subscript->at = (size_t)given->number - 1;
    const sd_dimension *own = owner->dimensions[subscript->at];
    if (own != dimension)
        subscript->map = subscript_map(r->b, own, dimension);
    if (own == dimension || subscript->map)
        return true;
    (void)sd_fail(r->b->diag, SD_E109, given->span, "'%s' has dimension '%s' here, not '%s'",
                  r->e->variable->name, dimension->name, own->name);
    return false;
}

/* a[row - 1] is known for each element of the equation; a[INT(x)] is picked while the model runs. */
static bool resolve_expression(resolving *r, size_t at, const subscript_text *given)
{
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    sd_place nowhere = {.variable = r->owner};
    bool indexed = false;
    subscript->index = given->index;
    subscript->kind = SD_SUBSCRIPT_NUMBER;
    if (!subscript_is_still(given->index, &indexed)) {
        subscript->kind = SD_SUBSCRIPT_PICKED;
        subscript->at = r->number_count;
        r->numbers[r->number_count++] = given->index;
        return true;
    }
    if (indexed)
        return true;
    subscript->at = subscript_number(given->index, &nowhere, dimension->size);
    subscript->kind = SD_SUBSCRIPT_ELEMENT;
    if (subscript->at != SIZE_MAX)
        return true;
    (void)sd_fail(r->b->diag, SD_E109, given->span, "'%s' has no such element", dimension->name);
    sd_help(r->b->diag, "its elements are numbered from 1 to %zu", dimension->size);
    return false;
}

static bool resolve_one(resolving *r, size_t at, const subscript_text *given)
{
    builder *b = r->b;
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    subscript->span = given->span;
    switch (given->kind) {
    case WRITTEN_ALL:
        return resolve_all(r, at);
    case WRITTEN_RANGE:
        return resolve_range(r, at, given);
    case WRITTEN_POSITION:
        return resolve_position(r, at, given);
    case WRITTEN_EXPRESSION:
        return resolve_expression(r, at, given);
    case WRITTEN_NAME:
        break;
    }
    subscript->kind = SD_SUBSCRIPT_ELEMENT;
    if (subscript_find(b, dimension, given->bytes, given->length, &subscript->at))
        return true;
    const sd_dimension *named =
        sd_table_find(b->dimension_names, sd_name_key(b->arena, given->bytes, given->length));
    if (named)
        return resolve_part(r, at, named, false);
    return subscript_element(b, dimension, given->bytes, given->length, given->span,
                             &subscript->at);
}

/* A bare array name follows the equation's own dimensions, or runs over all of it inside SUM. */
static bool resolve_bare(resolving *r, size_t at)
{
    const sd_dimension *dimension = r->e->variable->dimensions[at];
    sd_subscript *subscript = &r->e->subscripts[at];
    subscript->span = r->e->span;
    subscript->kind = SD_SUBSCRIPT_OWN;
    if ((!r->frame || r->frame->own_first) && own_dimension(r, dimension, &subscript->at))
        return true;
    if (r->frame)
        return join_loop(r, at, dimension, dimension);
    (void)sd_fail(r->b->diag, SD_E109, r->e->span,
                  "'%s' is an array over '%s' and needs a subscript", r->e->variable->name,
                  dimension->name);
    help_subscript(r->b, r->e->variable);
    return false;
}

static bool fits(resolving *r, size_t count, bool turned)
{
    const sd_expr *e = r->e;
    size_t wanted = e->subscript_count;
    if (wanted == 0) {
        (void)sd_fail(r->b->diag, SD_E109, e->span,
                      count ? "'%s' is not an array and takes no subscript"
                            : "'%s' is not an array and cannot be transposed",
                      e->variable->name);
    } else if (count && count != wanted) {
        (void)sd_fail(r->b->diag, SD_E109, e->span, "'%s' has %zu dimension%s, but %zu subscript%s",
                      e->variable->name, wanted, wanted == 1 ? "" : "s", count,
                      count == 1 ? "" : "s");
    } else {
        return true;
    }
    return !count && !turned;
}

/* What a macro holds is written as scalars and follows the equation that calls it. */
static sd_expr *follow_call(resolving *r, bool subscripted)
{
    for (size_t at = 0; at < r->e->subscript_count; at++)
        r->e->subscripts[at] =
            (sd_subscript){.kind = SD_SUBSCRIPT_OWN, .at = at, .span = r->e->span};
    if (!subscripted)
        return r->e;
    (void)sd_fail(r->b->diag, SD_E109, r->e->span, "'%s' is not an array and takes no subscript",
                  r->e->variable->name);
    return NULL;
}

sd_expr *reference_resolve(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e,
                           const subscript_text *given, size_t count, bool turned)
{
    resolving r = {.b = b, .owner = owner, .frame = frame, .e = e};
    size_t wanted = e->variable->dimension_count;
    e->subscript_count = wanted;
    e->subscripts = SD_NEW_ARRAY(b->arena, sd_subscript, wanted + 1);
    if (b->scope->macro)
        return follow_call(&r, count || turned);
    if ((count || turned) && !fits(&r, count, turned))
        return NULL;
    for (size_t i = 0; i < wanted; i++) {
        /* Transposed, the last position is the first to follow a dimension or to join a loop. */
        size_t at = turned ? wanted - 1 - i : i;
        if (!(count ? resolve_one(&r, at, &given[at]) : resolve_bare(&r, at)))
            return NULL;
        r.done[at] = true;
    }
    return r.number_count ? subscript_pick(b, e, r.numbers, r.number_count) : e;
}
