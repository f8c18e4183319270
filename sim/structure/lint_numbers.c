/* lint_numbers.c - one number in several places (W931), and comparisons that hang on the last bit (W939).
 * In: a model.  Out: warnings at the numbers and comparisons.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lint_private.h"

/* ---- one number, several places ------------------------------------------------------------------------------ */

enum {
    DIGITS_ENOUGH = 3, /* numbers so long are not alike by chance when two places have them */
    DIGITS_FEW = 2,    /* ... when three equations have them */
    PLACES_FEW = 3
};

typedef struct place {
    double number;
    const sd_variable *variable; /* in whose equation it stands */
    sd_span span;
    const char *units; /* of a constant as given; NULL for a number inside an equation */
    size_t order;      /* in the file */
} place;

typedef struct places {
    lint *l;
    const sd_variable *variable; /* whose equation is walked */
    SD_LIST(place) list;
} places;

/* Of 0.0365 three: those from the first that is not 0 to the last. */
static int digits_of(double number)
{
    char text[SD_NUMBER_MAX];
    int digits = 0, zeros = 0;

    sd_number_format(fabs(number), text);
    for (const char *c = text; *c && *c != 'e'; c++) {
        if (*c == '.' || (*c == '0' && digits == 0))
            continue;
        zeros = *c == '0' ? zeros + 1 : 0;
        digits++;
    }
    return digits - zeros;
}

/* Too long to be alike by chance; 9999 and its kind stand for 'never' and are as round as 10000. */
static bool is_telling(double number, int digits)
{
    return digits_of(number) >= digits && digits_of(fabs(number) + 1) > 1;
}

static void note_number(void *context, const sd_expr *part)
{
    places *p = context;

    if (part->kind == SD_EXPR_NUMBER && is_telling(part->number, DIGITS_FEW)) {
        const place here = {.number = part->number,
                            .variable = p->variable,
                            .span = part->span,
                            .order = p->list.count};

        SD_PUSH(p->l->arena, &p->list, here);
    }
}

static int by_number(const void *left, const void *right)
{
    const place *a = left, *b = right;

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (!a->units != !b->units)
        return a->units ? -1 : 1;
    const int units = a->units ? strcmp(a->units, b->units) : 0;
    if (units != 0)
        return units;
    return a->order < b->order ? -1 : 1;
}

/* Constants of one number and of the same units: a scenario or a measure of sensitivity then moves one of them alone. */
static void warn_twins(lint *l, const place *list, size_t count, const char *number)
{
    const char *first = list[0].variable->name;

    if (count < 2)
        return;
    sd_warn(l->diag, SD_W931, list[1].span, "'%s' and '%s'%s are %s %s [%s]", first,
            list[1].variable->name,
            count > 2 ? sd_arena_printf(l->arena, " and %zu more", count - 2) : "",
            count > 2 ? "all" : "both", number, list[1].units);
    sd_help(l->diag, "if they are one thing, let one be the other: = %s", first);
}

/* Places list[0..count-1] have the same number; constants stand first, by their units. */
static void warn_alike(lint *l, const place *list, size_t count)
{
    const place *constant = NULL, *first = NULL, *other = NULL;
    const bool enough = is_telling(list[0].number, DIGITS_ENOUGH);
    size_t equations = 0;
    char number[SD_NUMBER_MAX];

    sd_number_format(list[0].number, number);
    for (size_t i = 0; i < count; i++) {
        if (list[i].units) {
            constant = constant ? constant : &list[i];
            continue;
        }
        equations += !other || list[i].variable != other->variable;
        first = first ? first : &list[i];
        other = &list[i];
    }
    for (size_t first_of = 0, next; enough && first_of < count && list[first_of].units;
         first_of = next) {
        for (next = first_of + 1; next < count && list[next].units &&
                                  strcmp(list[next].units, list[first_of].units) == 0;)
            next++;
        warn_twins(l, list + first_of, next - first_of, number);
    }
    if (equations && constant && enough) {
        sd_warn(l->diag, SD_W931, first->span, "%s is also the value of '%s'", number,
                constant->variable->name);
        sd_help(l->diag, "write %s here", constant->variable->name);
    } else if (equations >= (enough ? 2 : PLACES_FEW)) {
        sd_warn(l->diag, SD_W931, first->span, "%s stands in %zu equations, also in that of '%s'",
                number, equations, other->variable->name);
        sd_help(l->diag, "make it a constant with a name and units");
    }
}

static void warn_numbers(lint *l)
{
    places p = {.l = l};

    for (size_t i = 0; i < l->model->variable_count; i++) {
        const sd_variable *v = l->model->variables[i];

        p.variable = v;
        /* A row of an array is a table: its numbers are data.  So is the start of a stock. */
        if (v->kind == SD_STOCK || v->size > 1 || lint_equations(v) == 0 || !v->equations[0])
            continue;
        const sd_expr *e = v->equations[0];
        if (!sd_variable_is_constant(v)) {
            lint_parts(l, e, note_number, &p);
        } else if (e->kind == SD_EXPR_NUMBER && v->units.known) {
            note_number(&p, e);
            if (p.list.count > 0 && p.list.items[p.list.count - 1].variable == v)
                p.list.items[p.list.count - 1].units = sd_unit_text(&v->units, l->arena);
        }
    }
    if (p.list.count > 0)
        qsort(p.list.items, p.list.count, sizeof *p.list.items, by_number);
    for (size_t first = 0, next; first < p.list.count; first = next) {
        for (next = first + 1;
             next < p.list.count && p.list.items[next].number == p.list.items[first].number;)
            next++;
        warn_alike(l, p.list.items + first, next - first);
    }
}

/* ---- equal to the last bit ----------------------------------------------------------------------------------- */

enum {
    DEPTH_MAX = 12,      /* to which something is followed to see whether it is a whole number */
    LOOKS_MAX = 20000000 /* of all comparisons together */
};

static bool is_whole(lint *l, const sd_expr *e, int depth);

static bool are_whole(lint *l, const sd_expr *e, size_t first, int depth)
{
    for (size_t i = first; i < e->argument_count; i++) {
        if (!is_whole(l, e->arguments[i], depth))
            return false;
    }
    return true;
}

static bool variable_is_whole(lint *l, const sd_variable *v, int depth)
{
    const size_t count = lint_equations(v);

    for (size_t i = 0; i < count; i++) {
        if (!v->equations[i] || (v->gfs && v->gfs[i]) || !is_whole(l, v->equations[i], depth))
            return false;
    }
    if (v->kind == SD_STOCK && v->inflow_count + v->outflow_count > 0)
        return false;
    return count > 0;
}

/* Certainly a whole number, or a choice among whole numbers: such can be compared. */
static bool is_whole(lint *l, const sd_expr *e, int depth)
{
    if (depth <= 0 || l->looks++ > LOOKS_MAX)
        return true; /* too far to tell, so nothing is said */
    if (e->kind == SD_EXPR_NUMBER)
        return e->number == floor(e->number);
    if (e->kind == SD_EXPR_INDEX)
        return true;
    if (e->kind == SD_EXPR_REFERENCE)
        return variable_is_whole(l, e->variable, depth - 1);
    if (e->kind != SD_EXPR_CALL)
        return true;
    switch (e->builtin->id) {
    case SD_FN_INT:
    case SD_FN_ROUND:
    case SD_FN_SIZE:
    case SD_FN_AND:
    case SD_FN_OR:
    case SD_FN_NOT:
    case SD_FN_POISSON:
    case SD_FN_BINOMIAL:
    case SD_FN_GEOMETRIC:
    case SD_FN_NEGBINOMIAL:
    case SD_FN_MONTECARLO:
    case SD_FN_COMBINATIONS:
    case SD_FN_PERMUTATIONS:
    case SD_FN_FACTORIAL:
        return true;
    case SD_FN_IF:
        return are_whole(l, e, 1, depth - 1);
    case SD_FN_STEP:
    case SD_FN_DELAY:
    case SD_FN_GAME:
        return is_whole(l, e->arguments[0], depth - 1);
    case SD_FN_ADD:
    case SD_FN_SUBTRACT:
    case SD_FN_MULTIPLY:
    case SD_FN_NEGATE:
    case SD_FN_MOD:
    case SD_FN_ABS:
    case SD_FN_MIN:
    case SD_FN_MAX:
    case SD_FN_SUM:
    case SD_FN_INIT:
    case SD_FN_PREVIOUS:
        return are_whole(l, e, 0, depth - 1);
    default:
        return e->builtin->rule == SD_RULE_COMPARE;
    }
}

/* The number that a part is: written, or the value of a constant that is written as one. */
static bool number_of(const sd_expr *e, double *ret_value)
{
    if (e->kind == SD_EXPR_REFERENCE && e->variable->size == 1 &&
        sd_variable_is_constant(e->variable))
        e = e->variable->equations[0];
    *ret_value = e->number;
    return e->kind == SD_EXPR_NUMBER;
}

static bool is_time(const sd_expr *e)
{
    return e->kind == SD_EXPR_CALL && e->builtin->id == SD_FN_TIME;
}

static void compare_time(lint *l, const sd_expr *part, const sd_expr *with)
{
    const sd_run_spec *spec = &l->request->scenario->spec;
    double number;
    char text[SD_NUMBER_MAX];

    if (!number_of(with, &number) || !(number >= spec->start && number <= spec->stop))
        return;
    const double near = spec->start + round((number - spec->start) / spec->dt) * spec->dt;
    if (near == number)
        return;
    sd_number_format(number, text);
    sd_warn(l->diag, SD_W939, part->span, "TIME is never exactly %s when it goes from %g by %g",
            text, spec->start, spec->dt);
    sd_help(l->diag, "compare by >=, or take STEP or PULSE");
}

static void compare(void *context, const sd_expr *part)
{
    lint *l = context;
    double zero;

    if (part->kind != SD_EXPR_CALL ||
        (part->builtin->id != SD_FN_EQUAL && part->builtin->id != SD_FN_NOT_EQUAL))
        return;
    const sd_expr *const *sides = (const sd_expr *const *)part->arguments;
    for (int i = 0; i < 2; i++) {
        if (is_time(sides[i])) {
            compare_time(l, part, sides[1 - i]);
            return;
        }
        /* x = 0 guards a division, and means it. */
        if (number_of(sides[i], &zero) && zero == 0)
            return;
    }
    for (int i = 0; i < 2; i++) {
        if (is_whole(l, sides[i], DEPTH_MAX) || number_of(sides[i], &zero))
            continue;
        sd_warn(l->diag, SD_W939, part->span,
                "this compares to the last bit what need be no whole number");
        sd_help(l->diag, "compare by >= and <=, or round both sides");
        return;
    }
}

void lint_numbers(lint *l)
{
    warn_numbers(l);
    for (size_t i = 0; i < l->model->variable_count; i++) {
        const sd_variable *v = l->model->variables[i];

        for (size_t k = 0; k < lint_equations(v); k++) {
            if (v->equations[k])
                lint_parts(l, v->equations[k], compare, l);
        }
    }
}
