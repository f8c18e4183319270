/* subscript.c - subscripts as they are written, and which elements they are while a model is walked.
 * In: tokens between brackets; places.  Out: subscript_text; numbers of elements.  XMILE 1.0, section 3.7.1: elements by
 * name and by number, wildcards, ranges, positions (@1), and expressions, of which those that time cannot change are
 * worked out here and the others become a choice among all elements (PICK).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "reference.h"

/* ---- as they are written ---- */

static bool is_symbol(token t, char symbol)
{
    return t.kind == TOKEN_SYMBOL && t.symbol == symbol;
}

/* "1st" and ".2nd", which are neither numbers nor names elsewhere. */
static bool is_ordinal(const mapped_text *text, token t)
{
    size_t at = t.begin + (text->text[t.begin] == '.');
    return t.kind == TOKEN_UNKNOWN && at < t.end && isdigit((unsigned char)text->text[at]);
}

/* "top", "row.top", "2", "1st": up to the token behind it. */
static token skip_name(const mapped_text *text, token t, size_t *ret_end)
{
    while (t.kind == TOKEN_NAME || t.kind == TOKEN_NUMBER || is_symbol(t, '.') ||
           is_ordinal(text, t)) {
        *ret_end = t.end;
        t = token_next(text, t.end);
    }
    return t;
}

/* A variable or a constant such as TIME, where no element and no dimension has that name. */
static bool is_value(builder *b, const sd_dimension *dimension, const subscript_text *s)
{
    size_t at;
    const char *key = sd_name_key(b->arena, s->bytes, s->length);
    const sd_builtin *builtin = sd_builtin_find(s->bytes, s->length);
    if (subscript_find(b, dimension, s->bytes, s->length, &at) ||
        sd_table_find(b->dimension_names, key))
        return false;
    return sd_table_find(b->names, key) || (builtin && builtin->most == 0);
}

bool subscript_scan(builder *b, const mapped_text *text, token first, const sd_dimension *dimension,
                    subscript_text *ret_given, token *ret_after)
{
    subscript_text s = {.kind = WRITTEN_EXPRESSION, .bytes = text->text + first.begin};
    token after, last;
    s.end = first.begin;
    if (is_symbol(first, '*')) {
        s.kind = WRITTEN_ALL;
        s.end = first.end;
        after = token_next(text, s.end);
    } else if (is_symbol(first, '@')) {
        last = token_next(text, first.end);
        s.kind = last.kind == TOKEN_NUMBER ? WRITTEN_POSITION : WRITTEN_EXPRESSION;
        s.number = last.number;
        s.end = last.end;
        after = token_next(text, s.end);
    } else {
        after = skip_name(text, first, &s.end);
        s.kind = s.end > first.begin ? WRITTEN_NAME : WRITTEN_EXPRESSION;
    }
    s.length = s.end - first.begin;
    if ((s.kind == WRITTEN_NAME || s.kind == WRITTEN_ALL) && is_symbol(after, ':')) {
        last = token_next(text, after.end);
        s.end = last.begin;
        after = skip_name(text, last, &s.end);
        s.kind = s.end > last.begin ? WRITTEN_RANGE : WRITTEN_EXPRESSION;
        s.last = text->text + last.begin;
        s.last_length = s.end - last.begin;
    }
    s.span = mapped_span(text, first.begin, s.end);
    if (!is_symbol(after, ',') && !is_symbol(after, ']'))
        s.kind = WRITTEN_EXPRESSION;
    if (s.kind == WRITTEN_NAME && dimension && is_value(b, dimension, &s))
        s.kind = WRITTEN_EXPRESSION;
    *ret_given = s;
    *ret_after = after;
    return s.kind != WRITTEN_EXPRESSION;
}

/* ---- elements ---- */

static bool element_of(const sd_dimension *dimension, const char *key, size_t *ret_at)
{
    const char **place = dimension->places ? sd_table_find(dimension->places, key) : NULL;
    if (place)
        *ret_at = (size_t)(place - dimension->element_keys);
    return place;
}

bool subscript_find(builder *b, const sd_dimension *dimension, const char *bytes, size_t length,
                    size_t *ret_at)
{
    const char *key = sd_name_key(b->arena, bytes, length), *dot = strchr(key, '.');
    double value;
    if (dot && strncmp(key, dimension->key, (size_t)(dot - key)) == 0 &&
        dimension->key[dot - key] == '\0')
        key = dot + 1;
    /* A number counts elements from 1, unless one has that very name. */
    if (element_of(dimension, key, ret_at))
        return true;
    if (!sd_number_from_text(key, &value) || value < 1 || value > (double)dimension->size ||
        value != (double)(size_t)value)
        return false;
    *ret_at = (size_t)value - 1;
    return true;
}

bool subscript_element(builder *b, const sd_dimension *dimension, const char *bytes, size_t length,
                       sd_span span, size_t *ret_at)
{
    if (subscript_find(b, dimension, bytes, length, ret_at))
        return true;
    const char *name = sd_name_display(b->arena, bytes, length);
    (void)sd_fail(b->diag, SD_E109, span, "dimension '%s' has no element '%s'", dimension->name,
                  name);
    sd_help_nearest(b->diag, name, dimension->elements, dimension->size);
    return false;
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
        if (!subscript_element(b, dimension, part, length, span, &element))
            return false;
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

/* ---- parts of dimensions ---- */

static sd_table *parts_of(builder *b)
{
    if (!b->parts)
        b->parts = sd_table_new(b->arena);
    return b->parts;
}

const size_t *subscript_map(builder *b, const sd_dimension *part, const sd_dimension *whole)
{
    const char *key = sd_arena_printf(b->arena, "%zu in %zu", part->index, whole->index);
    size_t *map = sd_table_find(parts_of(b), key);
    if (map)
        return map;
    map = SD_NEW_ARRAY(b->arena, size_t, part->size);
    for (size_t i = 0; i < part->size; i++) {
        const char *name = part->element_keys[i];
        bool found = whole->places ? element_of(whole, name, &map[i])
                                   : subscript_find(b, whole, name, strlen(name), &map[i]);
        if (!found)
            return NULL;
    }
    (void)sd_table_put(parts_of(b), key, map);
    return map;
}

const sd_dimension *subscript_range(builder *b, const sd_dimension *whole, size_t count)
{
    if (count == whole->size)
        return whole;
    const char *key = sd_arena_printf(b->arena, "%zu of %zu", count, whole->index);
    sd_dimension *range = sd_table_find(parts_of(b), key);
    if (!range) {
        range = SD_NEW(b->arena, sd_dimension);
        range->name = whole->name;
        range->key = whole->key;
        range->index = whole->index;
        range->size = count;
        (void)sd_table_put(parts_of(b), key, range);
    }
    return range;
}

void subscript_name_range(builder *b, const sd_dimension *dimension)
{
    if (dimension->elements)
        return;
    sd_dimension *range = (sd_dimension *)dimension; /* made here, by subscript_range */
    const char **names = SD_NEW_ARRAY(b->arena, const char *, range->size);
    for (size_t i = 0; i < range->size; i++)
        names[i] = sd_arena_printf(b->arena, "%zu", i + 1);
    range->elements = range->element_keys = names;
    range->element_docs = SD_NEW_ARRAY(b->arena, const char *, range->size);
}

/* ---- numbers that are worked out ---- */

bool subscript_is_still(const sd_expr *e, bool *ret_indexed)
{
    switch (e->kind) {
    case SD_EXPR_NUMBER:
    case SD_EXPR_DIMENSION:
        return true;
    case SD_EXPR_INDEX:
        *ret_indexed = true;
        return true;
    case SD_EXPR_REFERENCE:
        return false;
    case SD_EXPR_CALL:
        break;
    }
    switch ((int)e->builtin->id) {
    case SD_FN_ADD:
    case SD_FN_SUBTRACT:
    case SD_FN_MULTIPLY:
    case SD_FN_DIVIDE:
    case SD_FN_MOD:
    case SD_FN_NEGATE:
    case SD_FN_INT:
    case SD_FN_ROUND:
    case SD_FN_MIN:
    case SD_FN_MAX:
    case SD_FN_LESS:
    case SD_FN_LESS_EQUAL:
    case SD_FN_GREATER:
    case SD_FN_GREATER_EQUAL:
    case SD_FN_EQUAL:
    case SD_FN_NOT_EQUAL:
    case SD_FN_IF:
        break;
    case SD_FN_SIZE:
        return e->arguments[0]->kind == SD_EXPR_DIMENSION;
    default:
        return false;
    }
    for (size_t i = 0; i < e->argument_count; i++)
        if (e->loop_count || !subscript_is_still(e->arguments[i], ret_indexed))
            return false;
    return true;
}

static double still_value(const sd_expr *e, const sd_place *place)
{
    if (e->kind == SD_EXPR_NUMBER)
        return e->number;
    if (e->kind == SD_EXPR_INDEX)
        return (double)place->own[e->dimension] + 1;
    if (e->kind == SD_EXPR_DIMENSION)
        return (double)e->over->size;
    double a[3] = {0};
    for (size_t i = 0; i < e->argument_count && i < 3; i++)
        a[i] = still_value(e->arguments[i], place);
    switch ((int)e->builtin->id) {
    case SD_FN_ADD:
        return a[0] + a[1];
    case SD_FN_SUBTRACT:
        return a[0] - a[1];
    case SD_FN_MULTIPLY:
        return a[0] * a[1];
    case SD_FN_DIVIDE:
        return a[0] / a[1];
    case SD_FN_MOD:
        return a[0] - a[1] * floor(a[0] / a[1]);
    case SD_FN_NEGATE:
        return -a[0];
    case SD_FN_INT:
        return floor(a[0]);
    case SD_FN_ROUND:
        return round(a[0]);
    case SD_FN_MIN:
        return fmin(a[0], a[1]);
    case SD_FN_MAX:
        return fmax(a[0], a[1]);
    case SD_FN_LESS:
        return a[0] < a[1];
    case SD_FN_LESS_EQUAL:
        return a[0] <= a[1];
    case SD_FN_GREATER:
        return a[0] > a[1];
    case SD_FN_GREATER_EQUAL:
        return a[0] >= a[1];
    case SD_FN_EQUAL:
        return a[0] == a[1];
    case SD_FN_NOT_EQUAL:
        return a[0] != a[1];
    case SD_FN_IF:
        return a[0] != 0 ? a[1] : a[2];
    default: /* SIZE(dimension) */
        return a[0];
    }
}

size_t subscript_number(const sd_expr *e, const sd_place *place, size_t size)
{
    double number = floor(still_value(e, place));
    return number >= 1 && number <= (double)size ? (size_t)number - 1 : SIZE_MAX;
}

sd_expr *subscript_pick(builder *b, sd_expr *reference, sd_expr *const *numbers, size_t count)
{
    sd_expr *e = SD_NEW(b->arena, sd_expr);
    e->kind = SD_EXPR_CALL;
    e->span = reference->span;
    e->builtin = &sd_builtins[SD_FN_PICK];
    e->argument_count = count + 1;
    e->arguments = SD_NEW_ARRAY(b->arena, sd_expr *, count + 1);
    e->loops = SD_NEW_ARRAY(b->arena, const sd_dimension *, count);
    e->arguments[0] = reference;
    memcpy(e->arguments + 1, numbers, count * sizeof *numbers);
    for (size_t at = 0; at < reference->subscript_count; at++)
        if (reference->subscripts[at].kind == SD_SUBSCRIPT_PICKED)
            e->loops[e->loop_count++] = reference->variable->dimensions[at];
    return e;
}

/* ---- places ---- */

static size_t element_at(const sd_subscript *s, const sd_place *place, size_t size)
{
    size_t number;
    switch (s->kind) {
    case SD_SUBSCRIPT_ELEMENT:
        return s->at;
    case SD_SUBSCRIPT_NUMBER:
        return subscript_number(s->index, place, size);
    case SD_SUBSCRIPT_PICKED:
        return place->picked[s->at];
    case SD_SUBSCRIPT_OWN:
        number = place->own[s->at];
        break;
    default:
        number = place->each[s->at];
        break;
    }
    if (s->map)
        return s->map[number];
    return s->count && number >= s->count ? SIZE_MAX : s->first + number;
}

size_t sd_expr_element(const sd_expr *reference, const sd_place *place)
{
    size_t index = 0;
    for (size_t at = 0; at < reference->subscript_count; at++) {
        size_t size = reference->variable->dimensions[at]->size,
               element = element_at(&reference->subscripts[at], place, size);
        if (element == SIZE_MAX)
            return SIZE_MAX;
        index = index * size + element;
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

static size_t *counters_of(sd_place *place, const sd_expr *call)
{
    return call->builtin->id == SD_FN_PICK ? place->picked : place->each;
}

sd_place sd_place_inside(const sd_place *place, const sd_expr *call)
{
    sd_place inside = *place;
    if (call->loop_count)
        memset(counters_of(&inside, call), 0, sizeof inside.each);
    return inside;
}

bool sd_place_next(sd_place *place, const sd_expr *call)
{
    size_t *counters = counters_of(place, call);
    for (size_t loop = call->loop_count; loop-- > 0;) {
        if (++counters[loop] < call->loops[loop]->size)
            return true;
        counters[loop] = 0;
    }
    return false;
}

bool sd_expr_is_looped(const sd_expr *call, size_t argument)
{
    sd_function id = call->builtin->id;
    return !(id == SD_FN_PICK && argument > 0) && !(id == SD_FN_RANK && argument == 1);
}
