/* expr_text.c - an expression tree as the text of an equation, for one place in the arrays.
 * In: sd_expr, a place, the name of every element.  Out: text that parses to a tree of the same operations in the same
 * order, so with the same bits: sums over arrays are chains from the first term to the last, as the engine adds them.
 * Brackets stand where the parser needs them, and where other programs bind otherwise (signs, NOT, comparisons).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "xmile_out.h"

typedef struct printer {
    sd_text *to;
    const char *const *names;
    bool vensim;
    const sd_expr *stuck; /* what there are no words for */
} printer;

/* As in parser.c, from loose to tight. */
enum { LOOSEST, OR, AND, EQUAL, ORDER, ADD, MULTIPLY, SIGN, POWER, PRIMARY };

static int binding_of(sd_function id)
{
    switch (id) {
    case SD_FN_OR:
        return OR;
    case SD_FN_AND:
        return AND;
    case SD_FN_EQUAL:
    case SD_FN_NOT_EQUAL:
        return EQUAL;
    case SD_FN_LESS:
    case SD_FN_LESS_EQUAL:
    case SD_FN_GREATER:
    case SD_FN_GREATER_EQUAL:
        return ORDER;
    case SD_FN_ADD:
    case SD_FN_SUBTRACT:
        return ADD;
    case SD_FN_MULTIPLY:
    case SD_FN_DIVIDE:
    case SD_FN_MOD:
        return MULTIPLY;
    case SD_FN_POWER:
        return POWER;
    case SD_FN_NEGATE:
    case SD_FN_NOT:
        return SIGN;
    case SD_FN_IF:
        return LOOSEST;
    default:
        return PRIMARY;
    }
}

static void print(printer *p, const sd_expr *e, sd_place *place, int around);

static void put(printer *p, const char *text)
{
    /* What grows beyond any file is stopped here, not when the memory is gone. */
    if (p->to->length <= SD_MODEL_BYTES_MAX)
        sd_text_add(p->to, text, strlen(text));
}

static void put_function(printer *p, const sd_builtin *builtin)
{
    size_t length = strcspn(builtin->name, "|"); /* what it is called first */

    put(p, sd_arena_copy(p->to->arena, builtin->name, length));
}

static void print_binary(printer *p, const sd_expr *e, sd_place *place, int binding)
{
    bool chains = binding == ADD || binding == MULTIPLY || binding == AND || binding == OR;

    print(p, e->arguments[0], place, chains ? binding : binding + 1);
    put(p, " ");
    put_function(p, e->builtin);
    put(p, " ");
    const sd_expr *right = e->arguments[1];
    bool sign = right->kind == SD_EXPR_CALL && right->builtin->id == SD_FN_NEGATE;
    print(p, right, place, sign ? PRIMARY : binding + 1); /* "a - -b" is not read everywhere */
}

static void print_if(printer *p, const sd_expr *e, sd_place *place)
{
    static const char *const words[] = {"IF ", " THEN ", " ELSE "};

    for (int i = 0; i < 3; i++) {
        put(p, words[i]);
        print(p, e->arguments[i], place, i < 2 ? OR : LOOSEST);
    }
}

static size_t terms_of(const sd_expr *e)
{
    size_t count = e->arguments[0]->kind == SD_EXPR_DIMENSION ? e->arguments[0]->over->size : 1;

    for (size_t i = 0; i < e->loop_count; i++)
        count *= e->loops[i]->size;
    return count;
}

/* Whether writing an expression twice would make two of something: a draw, a memory. */
static bool is_one_of_a_kind(const sd_expr *e)
{
    bool found = e->kind == SD_EXPR_CALL && (e->builtin->lag || sd_builtin_moves(e->builtin));

    for (size_t i = 0; i < e->argument_count && !found; i++)
        found = is_one_of_a_kind(e->arguments[i]);
    return found;
}

static bool is_full(const printer *p)
{
    return p->stuck || p->to->length > SD_MODEL_BYTES_MAX;
}

/* The terms from the first to the last, joined by a sign or by a function of two. */
static void print_chain(printer *p, const sd_expr *e, const sd_place *place, size_t argument,
                        int around)
{
    sd_function id = e->builtin->id;
    size_t count = terms_of(e), at = 0;
    sd_place inner = sd_place_inside(place, e);
    bool nested = id == SD_FN_MIN || id == SD_FN_MAX;
    int binding = id == SD_FN_PROD ? MULTIPLY : ADD;
    bool open = !nested && count > 1 && around > binding;

    for (size_t i = 1; nested && i < count && !is_full(p); i++) {
        put_function(p, e->builtin);
        put(p, "(");
    }
    put(p, open ? "(" : "");
    do {
        int tight = count == 1 ? around : nested ? LOOSEST : at > 0 ? binding + 1 : binding;
        put(p, at == 0 ? "" : nested ? ", " : id == SD_FN_PROD ? " * " : " + ");
        print(p, e->arguments[argument], &inner, tight);
        put(p, nested && at > 0 ? ")" : "");
        at++;
    } while (!is_full(p) && sd_place_next(&inner, e));
    put(p, open ? ")" : "");
}

static void print_mean(printer *p, const sd_expr *e, const sd_place *place)
{
    print_chain(p, e, place, 0, MULTIPLY);
    put(p, " / ");
    out_number(p->to, (double)terms_of(e));
}

/* SQRT of the mean of (a - mean)^2, each as a product. */
static void print_deviation(printer *p, const sd_expr *e, const sd_place *place)
{
    sd_place inner = sd_place_inside(place, e);
    bool first = true;

    put(p, "SQRT((");
    do {
        put(p, first ? "" : " + ");
        for (int i = 0; i < 2; i++) {
            put(p, i == 0 ? "(" : " * (");
            print(p, e->arguments[0], &inner, ADD);
            put(p, " - ");
            print_mean(p, e, place);
            put(p, ")");
        }
        first = false;
    } while (!is_full(p) && sd_place_next(&inner, e));
    put(p, ") / ");
    out_number(p->to, (double)terms_of(e));
    put(p, ")");
}

/* One of the elements by its number: a chain of choices, the last element's first. */
static void print_pick(printer *p, const sd_expr *e, const sd_place *place)
{
    size_t count = terms_of(e), at = 0;
    sd_place inner = sd_place_inside(place, e), outer = *place;
    sd_place *turns = SD_NEW_ARRAY(p->to->arena, sd_place, count);

    do
        turns[at++] = inner;
    while (sd_place_next(&inner, e));
    put(p, "(");
    while (at-- > 0 && !is_full(p)) {
        put(p, "IF ");
        for (size_t k = 0; k < e->loop_count; k++) {
            put(p, k ? " AND INT(" : "INT(");
            print(p, e->arguments[k + 1], &outer, LOOSEST);
            put(p, ") = ");
            out_number(p->to, (double)turns[at].picked[k] + 1);
        }
        put(p, " THEN ");
        print(p, e->arguments[0], &turns[at], OR);
        put(p, " ELSE ");
    }
    put(p, "0)");
}

static void print_extreme(printer *p, const sd_expr *e, const sd_place *place, int around)
{
    if (e->argument_count == 1) {
        print_chain(p, e, place, 0, around);
        return;
    }
    put_function(p, e->builtin);
    put(p, "(");
    print_chain(p, e, place, 0, LOOSEST);
    put(p, ", ");
    print_chain(p, e, place, 1, LOOSEST);
    put(p, ")");
}

/* What runs over arrays, in the order of the engine (sim/program/reduce.c). */
static void print_reduction(printer *p, const sd_expr *e, const sd_place *place, int around)
{
    bool twice = is_one_of_a_kind(e);
    bool bracket = e->builtin->id == SD_FN_MEAN && around > MULTIPLY;

    switch ((int)e->builtin->id) {
    case SD_FN_SUM:
    case SD_FN_PROD:
        print_chain(p, e, place, 0, around);
        return;
    case SD_FN_MIN:
    case SD_FN_MAX:
        print_extreme(p, e, place, around);
        return;
    case SD_FN_MEAN:
        put(p, bracket ? "(" : "");
        print_mean(p, e, place);
        put(p, bracket ? ")" : "");
        return;
    case SD_FN_STDDEV:
        if (!twice)
            print_deviation(p, e, place);
        break;
    case SD_FN_PICK:
        if (!twice)
            print_pick(p, e, place);
        break;
    default: /* RANK compares each with each */
        twice = true;
        break;
    }
    if (twice)
        p->stuck = e;
}

static void print_function(printer *p, const sd_expr *e, sd_place *place)
{
    if (e->builtin->id == SD_FN_LOOKUP && e->arguments[0]->kind == SD_EXPR_REFERENCE) {
        /* By its own name, as more readers know it. */
        print(p, e->arguments[0], place, PRIMARY);
        put(p, "(");
        print(p, e->arguments[1], place, LOOSEST);
        put(p, ")");
        return;
    }
    put_function(p, e->builtin);
    put(p, e->builtin->most ? "(" : "");
    for (size_t i = 0; i < e->argument_count; i++) {
        put(p, i ? ", " : "");
        print(p, e->arguments[i], place, LOOSEST);
    }
    /* Not every reader knows a pulse without its time. */
    if (e->builtin->id == SD_FN_PULSE && e->argument_count == 1 && !p->vensim)
        put(p, ", STARTTIME");
    put(p, e->builtin->most ? ")" : "");
}

static void print_call(printer *p, const sd_expr *e, sd_place *place, int around)
{
    sd_function id = e->builtin->id;
    int binding = binding_of(id);
    /* How tightly NOT binds is not the same everywhere. */
    bool bracket = binding < around || (id == SD_FN_NOT && around > EQUAL);

    if (id == SD_FN_SIZE) {
        out_number(p->to, (double)terms_of(e));
        return;
    }
    if (e->loop_count) {
        print_reduction(p, e, place, around);
        return;
    }
    if (e->builtin->rule == SD_RULE_LOOKUP && sd_expr_element(e->arguments[0], place) == SIZE_MAX) {
        put(p, "0");
        return;
    }
    put(p, bracket ? "(" : "");
    if (id == SD_FN_IF) {
        print_if(p, e, place);
    } else if (binding == SIGN) {
        put(p, id == SD_FN_NOT ? "NOT " : "-");
        print(p, e->arguments[0], place, PRIMARY);
    } else if (binding < PRIMARY) {
        print_binary(p, e, place, binding);
    } else {
        print_function(p, e, place);
    }
    put(p, bracket ? ")" : "");
}

static void print_reference(printer *p, size_t element)
{
    if (element == SIZE_MAX) /* a range or a number beyond the array */
        put(p, "0");
    else
        out_name(p->to, p->names[element]);
}

/* `around`: how tightly what stands outside binds; looser operators get brackets. */
static void print(printer *p, const sd_expr *e, sd_place *place, int around)
{
    switch (e->kind) {
    case SD_EXPR_NUMBER:
        out_number(p->to, e->number);
        break;
    case SD_EXPR_REFERENCE:
        print_reference(p, sd_expr_element(e, place));
        break;
    case SD_EXPR_INDEX:
        out_number(p->to, (double)place->own[e->dimension] + 1);
        break;
    case SD_EXPR_CALL:
        print_call(p, e, place, around);
        break;
    default:
        out_number(p->to, (double)e->over->size);
        break;
    }
}

bool expr_text(sd_text *to, const sd_expr *e, const sd_place *place, const char *const *names,
               bool vensim, const sd_expr **ret_at)
{
    printer p = {.to = to, .names = names, .vensim = vensim};
    sd_place at = *place;

    print(&p, e, &at, LOOSEST);
    if (to->length > SD_MODEL_BYTES_MAX)
        p.stuck = e;
    if (p.stuck)
        *ret_at = p.stuck;
    return !p.stuck;
}
