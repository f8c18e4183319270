/* reduce.c - functions over arrays: SUM and its kin, RANK, and the choice of an element by its number.
 * In: a call with loops.  Out: nodes, a term for each combination of the loops from the first to the last; RANK compares
 * each with each, so that its nodes grow with the square of the elements.  XMILE 1.0, section 3.7.1.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "program_private.h"

typedef SD_LIST(node_id) node_list;

/* An argument at each turn of the loops. */
static node_list turns_of(lowering *l, const sd_expr *e, const sd_place *place, size_t argument)
{
    node_list turns = {0};
    sd_place inner = sd_place_inside(place, e);
    do {
        node_id term = lower_expr(l, e->arguments[argument], &inner);
        SD_PUSH(l->arena, &turns, term);
    } while (sd_place_next(&inner, e));
    return turns;
}

static node_id joined(lowering *l, sd_op op, const node_list *terms)
{
    node_id result = terms->items[0];
    for (size_t i = 1; i < terms->count; i++)
        result = node_binary(l, op, result, terms->items[i]);
    return result;
}

static node_id mean(lowering *l, const node_list *terms)
{
    return node_binary(l, SD_OP_DIVIDE, joined(l, SD_OP_ADD, terms),
                       node_constant(l, (double)terms->count));
}

/* The same without a list, for the common ones. */
static node_id folded(lowering *l, sd_op op, const sd_expr *e, const sd_place *place,
                      size_t argument)
{
    node_id result = SD_NO_ROW;
    sd_place inner = sd_place_inside(place, e);
    do {
        node_id term = lower_expr(l, e->arguments[argument], &inner);
        result = result == SD_NO_ROW ? term : node_binary(l, op, result, term);
    } while (sd_place_next(&inner, e));
    return result;
}

/* Of a whole population, and from the deviations, so that close values do not cancel. */
static node_id deviation(lowering *l, node_list *terms)
{
    node_id middle = mean(l, terms);
    for (size_t i = 0; i < terms->count; i++) {
        node_id apart = node_binary(l, SD_OP_SUBTRACT, terms->items[i], middle);
        terms->items[i] = node_binary(l, SD_OP_MULTIPLY, apart, apart);
    }
    return node_make(l, SD_OP_SQRT, mean(l, terms), SD_NO_ROW, SD_NO_ROW, 0);
}

/* 1 when the earlier element x stands before the later y in rising order, else 0. */
static node_id stands_before(lowering *l, const node_list *values, const node_list *ties, size_t x,
                             size_t y)
{
    if (!ties)
        return node_binary(l, SD_OP_LESS_EQUAL, values->items[x], values->items[y]);
    node_id below = node_binary(l, SD_OP_LESS, values->items[x], values->items[y]),
            same = node_binary(l, SD_OP_EQUAL, values->items[x], values->items[y]),
            tie = node_binary(l, SD_OP_LESS_EQUAL, ties->items[x], ties->items[y]);
    return node_make(l, SD_OP_IF, same, tie, below, 0);
}

/* The element whose number the other arguments give, as a chain of choices. */
static node_id pick(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id numbers[SD_VARIABLE_DIMENSIONS_MAX], result = node_constant(l, 0);
    for (size_t k = 0; k < e->loop_count; k++)
        numbers[k] = node_make(l, SD_OP_INT, lower_expr(l, e->arguments[k + 1], place), SD_NO_ROW,
                               SD_NO_ROW, 0);
    sd_place inner = sd_place_inside(place, e);
    do {
        node_id chosen = SD_NO_ROW, value = lower_expr(l, e->arguments[0], &inner);
        for (size_t k = 0; k < e->loop_count; k++) {
            node_id here = node_binary(l, SD_OP_EQUAL, numbers[k],
                                       node_constant(l, (double)inner.picked[k] + 1));
            chosen = chosen == SD_NO_ROW ? here : node_binary(l, SD_OP_AND, chosen, here);
        }
        result = node_make(l, SD_OP_IF, chosen, value, result, 0);
    } while (sd_place_next(&inner, e));
    return result;
}

static node_id size(lowering *l, const sd_expr *e)
{
    double count = 1;
    for (size_t i = 0; i < e->loop_count; i++)
        count *= (double)e->loops[i]->size;
    if (e->arguments[0]->kind == SD_EXPR_DIMENSION)
        count = (double)e->arguments[0]->over->size;
    return node_constant(l, count);
}

/* MIN and MAX of an array, with a second argument that joins it at every turn. */
static node_id extreme(lowering *l, const sd_expr *e, const sd_place *place, sd_op op)
{
    node_id result = folded(l, op, e, place, 0);
    return e->argument_count == 1 ? result : node_binary(l, op, result, folded(l, op, e, place, 1));
}

/* Whether all elements of an array find the same value in it: x / SUM(x[*]) would add all up for each of them. */
static bool is_shared(const sd_expr *e)
{
    sd_op op;
    bool swap;
    if (e->kind == SD_EXPR_INDEX)
        return false;
    for (size_t at = 0; at < e->subscript_count; at++)
        if (e->subscripts[at].kind == SD_SUBSCRIPT_OWN ||
            e->subscripts[at].kind == SD_SUBSCRIPT_NUMBER)
            return false;
    if (e->kind == SD_EXPR_CALL && !e->loop_count && !lower_simple_op(e->builtin->id, &op, &swap))
        return false; /* smooths, delays and draws are each element's own */
    for (size_t i = 0; i < e->argument_count; i++)
        if (!is_shared(e->arguments[i]))
            return false;
    return true;
}

/* What is kept under a key made of a call and the run or its start; the place for it. */
static void **kept(lowering *l, const sd_expr *e, const char *what)
{
    if (!l->shared)
        l->shared = sd_table_new(l->arena);
    char key[48];
    (void)snprintf(key, sizeof key, "%p %d %s", (const void *)e, l->start, what);
    void **known = sd_table_find(l->shared, key);
    if (!known) {
        known = SD_NEW(l->arena, void *);
        (void)sd_table_put(l->shared, sd_arena_copy(l->arena, key, strlen(key)), known);
    }
    return known;
}

/* For each element 1 and how many stand before it in rising order. */
static const node_list *places(lowering *l, const sd_expr *e, const sd_place *place)
{
    bool tied = e->argument_count == 3,
         shared = is_shared(e->arguments[0]) && (!tied || is_shared(e->arguments[2]));
    void **known = kept(l, e, "places");
    const node_list *before = *known;
    if (shared && before)
        return before;
    node_list values = turns_of(l, e, place, 0), ties = {0}, *at = SD_NEW(l->arena, node_list);
    if (tied)
        ties = turns_of(l, e, place, 2);
    node_id one = node_constant(l, 1);
    for (size_t i = 0; i < values.count; i++)
        SD_PUSH(l->arena, at, one);
    for (size_t y = 1; y < values.count; y++) {
        for (size_t x = 0; x < y; x++) {
            node_id is = stands_before(l, &values, tied ? &ties : NULL, x, y);
            node_id is_not = node_binary(l, SD_OP_SUBTRACT, one, is);
            at->items[y] = node_binary(l, SD_OP_ADD, at->items[y], is);
            at->items[x] = node_binary(l, SD_OP_ADD, at->items[x], is_not);
        }
    }
    *known = at;
    return at;
}

/* The number of the one element that is at the wanted place. */
static node_id rank(lowering *l, const sd_expr *e, sd_place *place)
{
    const node_list *at = places(l, e, place);
    node_id wanted = lower_expr(l, e->arguments[1], place), result = node_constant(l, 0);
    for (size_t i = at->count; i-- > 0;)
        result = node_make(l, SD_OP_IF, node_binary(l, SD_OP_EQUAL, at->items[i], wanted),
                           node_constant(l, (double)i + 1), result, 0);
    return result;
}

static node_id reduce(lowering *l, const sd_expr *e, sd_place *place)
{
    node_list terms;
    node_id result;
    switch ((int)e->builtin->id) {
    case SD_FN_SIZE:
        return size(l, e);
    case SD_FN_RANK:
        return rank(l, e, place);
    case SD_FN_PICK:
        return pick(l, e, place);
    case SD_FN_MIN:
        return extreme(l, e, place, SD_OP_MIN);
    case SD_FN_MAX:
        return extreme(l, e, place, SD_OP_MAX);
    case SD_FN_STDDEV:
        terms = turns_of(l, e, place, 0);
        return deviation(l, &terms);
    case SD_FN_PROD:
        return folded(l, SD_OP_MULTIPLY, e, place, 0);
    default: /* SUM and MEAN */
        result = folded(l, SD_OP_ADD, e, place, 0);
        if (e->builtin->id == SD_FN_MEAN)
            result = node_binary(l, SD_OP_DIVIDE, result, size(l, e));
        return l->apart && !l->start ? equation_apart(l, SD_NODE_SUM, e, result) : result;
    }
}

node_id reduce_call(lowering *l, const sd_expr *e, sd_place *place)
{
    if (!is_shared(e) || e->builtin->id == SD_FN_PICK)
        return reduce(l, e, place);
    void **known = kept(l, e, "value");
    if (!*known) {
        node_id *result = SD_NEW(l->arena, node_id);
        *result = reduce(l, e, place);
        *known = result;
    }
    return *(node_id *)*known;
}
