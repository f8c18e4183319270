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

static void print_binary(printer *p, const sd_expr *e, sd_place *place, int binding)
{
    bool chains = binding == ADD || binding == MULTIPLY || binding == AND || binding == OR;

    print(p, e->arguments[0], place, chains ? binding : binding + 1);
    put(p, " ");
    put(p, e->builtin->name);
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

/* SUM and PROD as chains, MIN and MAX of the result so far and the next. */
static void print_reduction(printer *p, const sd_expr *e, const sd_place *place, int around)
{
    sd_function id = e->builtin->id;
    size_t count = terms_of(e);
    sd_place inner = *place;
    const char *sign = id == SD_FN_PROD ? " * " : " + ";
    bool nested = id == SD_FN_MIN || id == SD_FN_MAX, mean = id == SD_FN_MEAN;
    int binding = id == SD_FN_PROD ? MULTIPLY : ADD;
    bool open = !nested && count > 1 && (mean || around > binding);

    if (id != SD_FN_SUM && id != SD_FN_PROD && !mean && !nested) {
        p->stuck = e;
        return;
    }
    memset(inner.each, 0, sizeof inner.each);
    if (mean && around > MULTIPLY)
        put(p, "(");
    for (size_t i = 1; nested && i < count && p->to->length <= SD_MODEL_BYTES_MAX; i++) {
        put(p, e->builtin->name);
        put(p, "(");
    }
    put(p, open ? "(" : "");
    size_t at = 0;
    do {
        int tight = count == 1 ? (mean ? MULTIPLY : around)
                    : nested   ? LOOSEST
                    : at > 0   ? binding + 1
                               : binding;
        put(p, at == 0 ? "" : nested ? ", " : sign);
        print(p, e->arguments[0], &inner, tight);
        put(p, nested && at > 0 ? ")" : "");
        at++;
    } while (!p->stuck && p->to->length <= SD_MODEL_BYTES_MAX && sd_place_next(&inner, e));
    put(p, open ? ")" : "");
    if (mean) {
        put(p, " / ");
        out_number(p->to, (double)count);
        put(p, around > MULTIPLY ? ")" : "");
    }
}

static void print_function(printer *p, const sd_expr *e, sd_place *place)
{
    size_t length = strcspn(e->builtin->name, "|");

    if (e->builtin->id == SD_FN_LOOKUP && e->arguments[0]->kind == SD_EXPR_REFERENCE) {
        /* By its own name, as more readers know it. */
        print(p, e->arguments[0], place, PRIMARY);
        put(p, "(");
        print(p, e->arguments[1], place, LOOSEST);
        put(p, ")");
        return;
    }
    put(p, sd_arena_copy(p->to->arena, e->builtin->name, length));
    put(p, e->builtin->most ? "(" : "");
    for (size_t i = 0; i < e->argument_count; i++) {
        put(p, i ? ", " : "");
        print(p, e->arguments[i], place, LOOSEST);
    }
    /* Not every reader knows a pulse without its time. */
    if (e->builtin->id == SD_FN_PULSE && e->argument_count == 1)
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

/* `around`: how tightly what stands outside binds; looser operators get brackets. */
static void print(printer *p, const sd_expr *e, sd_place *place, int around)
{
    switch (e->kind) {
    case SD_EXPR_NUMBER:
        out_number(p->to, e->number);
        break;
    case SD_EXPR_REFERENCE:
        out_name(p->to, p->names[sd_expr_element(e, place)]);
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
               const sd_expr **ret_at)
{
    printer p = {.to = to, .names = names};
    sd_place at = *place;

    print(&p, e, &at, LOOSEST);
    if (to->length > SD_MODEL_BYTES_MAX)
        p.stuck = e;
    if (p.stuck)
        *ret_at = p.stuck;
    return !p.stuck;
}
