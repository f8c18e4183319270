/* parser_name.c - what begins with a name in an equation: variables with their subscripts, functions, macros, elements.
 * In: tokens and the names that the equation sees.  Out: sd_expr, resolved.  XMILE 1.0, sections 3.2, 3.3 and 3.7.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "parser.h"
#include "scope.h"

static bool is_reduction(const sd_builtin *builtin, size_t count)
{
    sd_function id = builtin->id;
    return id == SD_FN_SUM || id == SD_FN_MEAN || id == SD_FN_PROD || id == SD_FN_SIZE ||
           id == SD_FN_STDDEV || id == SD_FN_RANK ||
           ((id == SD_FN_MIN || id == SD_FN_MAX) && count == 1);
}

/* MAX(array, 0) in an equation that is not one of the array's elements; inside SUM it works element by element. */
static bool may_reduce(const parser *p, const sd_builtin *builtin, size_t count)
{
    return !p->frame && count == 2 && (builtin->id == SD_FN_MIN || builtin->id == SD_FN_MAX);
}

static sd_expr *finish_reduction(parser *p, sd_expr *e, const loop_frame *frame)
{
    if (frame->count == 0 && e->arguments[0]->kind != SD_EXPR_DIMENSION)
        return parser_fault(p, SD_E109, e->arguments[0]->span, "there is nothing to run over here",
                            "give an array, with * where it should run over a dimension");
    e->loop_count = frame->count;
    e->loops = SD_NEW_ARRAY(p->b->arena, const sd_dimension *, frame->count + 1);
    for (size_t i = 0; i < frame->count; i++)
        e->loops[i] = frame->loops[i];
    return e;
}

/* SIZE(dimension): the only place where a dimension stands as a value of its own. */
static sd_expr *parse_dimension(parser *p)
{
    if (p->token.kind != TOKEN_NAME)
        return NULL;
    const char *key =
        sd_name_key(p->b->arena, p->text->text + p->token.begin, p->token.end - p->token.begin);
    const sd_dimension *dimension = sd_table_find(p->b->dimension_names, key);
    if (!dimension || scope_own(p->b, p->b->scope, key))
        return NULL;
    size_t begin = p->token.begin;
    parser_advance(p);
    sd_expr *e = parser_node(p, SD_EXPR_DIMENSION, begin);
    e->over = dimension;
    return e;
}

static bool parse_arguments(parser *p, const sd_builtin *builtin, size_t count, loop_frame *outer,
                            sd_expr **ret_arguments)
{
    loop_frame *frame = p->frame;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && !parser_expect(p, ',', "','"))
            return false;
        p->frame = builtin->id == SD_FN_RANK && i == 1 ? outer : frame;
        ret_arguments[i] = builtin->id == SD_FN_SIZE ? parse_dimension(p) : NULL;
        if (!ret_arguments[i])
            ret_arguments[i] = parser_expression(p, 0);
        if (!ret_arguments[i])
            return false;
    }
    return true;
}

sd_expr *parser_call(parser *p, const sd_builtin *builtin, size_t begin, sd_span name)
{
    sd_arena *arena = p->b->arena;
    const char *order = sd_builtin_order(name.source->text + name.begin, name.end - name.begin);
    size_t count = brackets_arguments(&p->brackets, p->before);
    if (count < (size_t)builtin->least || count > (size_t)builtin->most ||
        (*order && count != strlen(order))) {
        const char *help = sd_arena_printf(arena, "it is called %s", builtin->call);
        return parser_fault(p, SD_E108, name,
                            sd_arena_printf(arena, "'%.*s' is given %zu argument%s",
                                            (int)strcspn(builtin->name, "|"), builtin->name, count,
                                            count == 1 ? "" : "s"),
                            help);
    }
    bool reduces = is_reduction(builtin, count), may = may_reduce(p, builtin, count);
    loop_frame frame = {.own_first = may}, *outer = p->frame;
    sd_expr *arguments[SD_ARGUMENTS_MAX] = {0}, *ordered[SD_ARGUMENTS_MAX] = {0};
    if (reduces || may)
        p->frame = &frame;
    bool good = parse_arguments(p, builtin, count, outer, arguments);
    p->frame = outer;
    if (!good || !parser_expect(p, ')', count ? "',' or ')'" : "')'"))
        return NULL;
    for (size_t i = 0; i < count; i++)
        ordered[*order ? (size_t)(order[i] - '0') : i] = arguments[i];
    const sd_expr *gf = builtin->rule == SD_RULE_LOOKUP ? ordered[0] : NULL;
    if (gf && gf->kind != SD_EXPR_REFERENCE)
        return parser_fault(p, SD_E111, gf->span, "this is not a graphical function",
                            sd_arena_printf(arena, "it is called %s", builtin->call));
    sd_expr *e = parser_make_call(p, builtin->id, begin, count, ordered);
    return reduces || frame.count ? finish_reduction(p, e, &frame) : e;
}

/* One subscript: what subscript.c can read by itself, else an expression. */
static bool parse_subscript(parser *p, const sd_dimension *dimension, subscript_text *ret_given)
{
    static const char wanted[] = "an element, a dimension, a number or *";
    if (parser_at(p, ',') || parser_at(p, ']')) {
        parser_unexpected(p, wanted);
        return false;
    }
    size_t begin = p->token.begin;
    token after;
    if (subscript_scan(p->b, p->text, p->token, dimension, ret_given, &after)) {
        p->token = after;
        p->before = ret_given->end;
        return true;
    }
    ret_given->index = parser_expression(p, 0);
    if (!ret_given->index)
        return false;
    if (!parser_at(p, ',') && !parser_at(p, ']')) {
        parser_unexpected(p, wanted);
        return false;
    }
    ret_given->span = mapped_span(p->text, begin, p->before);
    return true;
}

/* a, a[top, *], a[INT(x)], and transposed: a[*, 2]'. */
static sd_expr *parse_reference(parser *p, token name, const sd_variable *variable)
{
    sd_expr *e = parser_node(p, SD_EXPR_REFERENCE, name.begin);
    e->variable = variable;
    subscript_text given[SD_VARIABLE_DIMENSIONS_MAX];
    size_t count = 0;
    bool turned = false;
    if (parser_at(p, '[')) {
        do {
            parser_advance(p);
            if (count == SD_VARIABLE_DIMENSIONS_MAX)
                return parser_fault(p, SD_E109, parser_span(p, p->token), "too many subscripts",
                                    NULL);
            const sd_dimension *dimension =
                count < variable->dimension_count ? variable->dimensions[count] : NULL;
            if (!parse_subscript(p, dimension, &given[count++]))
                return NULL;
        } while (parser_at(p, ','));
        parser_advance(p);
    }
    for (; parser_at(p, '\''); parser_advance(p))
        turned = !turned;
    e->span = mapped_span(p->text, name.begin, p->before);
    e = reference_resolve(p->b, p->variable, p->frame, e, given, count, turned);
    p->failed = p->failed || !e;
    return e;
}

/* gf(x) or gf[top](x): a graphical function called by its own name. */
static sd_expr *parse_lookup(parser *p, token name, sd_expr *gf)
{
    sd_expr *e[2] = {gf, NULL};
    if (gf->kind != SD_EXPR_REFERENCE)
        return parser_fault(p, SD_E114, gf->span,
                            "which graphical function is looked up cannot change with time",
                            "look up each of them and choose among the results");
    parser_advance(p);
    e[1] = parser_expression(p, 0);
    if (!e[1] || !parser_expect(p, ')', "')'"))
        return NULL;
    return parser_make_call(p, SD_FN_LOOKUP, name.begin, 2, e);
}

/* "cooling time": spaces belong to a name only inside quotation marks. */
static void help_spaced_name(parser *p, token name)
{
    const char *bytes = p->text->text + name.begin;
    const sd_variable *meant = scope_find(p->b, p->b->scope, bytes, p->token.end - name.begin);
    if (meant)
        sd_help(p->b->diag, "spaces in a name are written as underscores: %s", meant->name);
}

/* row.top outside of brackets: the number of the element. */
static sd_expr *parse_element_number(parser *p, token name)
{
    const char *bytes = p->text->text + name.begin,
               *dot = memchr(bytes, '.', name.end - name.begin);
    const size_t end = dot ? name.begin + (size_t)(dot - bytes) : name.end;
    const sd_dimension *dimension =
        sd_table_find(p->b->dimension_names, sd_name_key(p->b->arena, bytes, end - name.begin));
    if (!dimension)
        return NULL;
    token part = {.begin = end + 1, .end = name.end};
    if (!dot) { /* ".2" of "row.2" was read as a number */
        part.end = p->token.end;
        parser_advance(p);
    }
    size_t at;
    p->failed = !subscript_element(p->b, dimension, p->text->text + part.begin,
                                   part.end - part.begin, parser_span(p, part), &at);
    sd_expr *e = parser_node(p, SD_EXPR_NUMBER, name.begin);
    e->number = p->failed ? 0 : (double)at + 1;
    return e;
}

/* A name that is no variable: a constant such as TIME, the index of a dimension, or a mistake. */
static sd_expr *parse_other_name(parser *p, token name, const char *key)
{
    const char *bytes = p->text->text + name.begin;
    const sd_builtin *builtin = name.quoted ? NULL : sd_builtin_find(bytes, name.end - name.begin);
    if (builtin && builtin->id == SD_FN_SELF)
        return parse_reference(p, name, p->variable);
    const bool dotted = memchr(bytes, '.', name.end - name.begin) ||
                        (p->token.kind == TOKEN_NUMBER && p->text->text[p->token.begin] == '.');
    sd_expr *number = dotted ? parse_element_number(p, name) : NULL;
    if (number)
        return p->failed ? NULL : number;
    if (builtin && builtin->most == 0)
        return parser_make_call(p, builtin->id, name.begin, 0, NULL);
    for (size_t i = 0; !p->b->scope->macro && i < p->variable->dimension_count; i++) {
        if (strcmp(p->variable->dimensions[i]->key, key) == 0 && p->variable->apply_to_all) {
            sd_expr *e = parser_node(p, SD_EXPR_INDEX, name.begin);
            e->dimension = i;
            return e;
        }
    }
    sd_span span = parser_span(p, name);
    if (builtin)
        return parser_fault(p, SD_E108, span,
                            sd_arena_printf(p->b->arena, "the function '%.*s' needs its arguments",
                                            parser_token_length(name), bytes),
                            sd_arena_printf(p->b->arena, "it is called %s", builtin->call));
    p->failed = p->failed || (p->b->modules_broken && strchr(key, '.'));
    if (!p->failed)
        reference_unknown(p->b, key, sd_name_display(p->b->arena, bytes, name.end - name.begin),
                          span);
    if (!p->failed && p->token.kind == TOKEN_NAME)
        help_spaced_name(p, name);
    p->failed = true;
    return NULL;
}

/* After "MACRO(": the arguments and the closing bracket. */
static sd_expr *parse_macro(parser *p, const macro *first, size_t begin, sd_span name)
{
    macro_call made = {.owner = p->variable, .count = brackets_arguments(&p->brackets, p->before)};
    made.macro = macro_taking(p->b, first, made.count, name);
    p->failed = !made.macro;
    if (!made.macro)
        return NULL;
    made.arguments = SD_NEW_ARRAY(p->b->arena, sd_expr *, made.count + 1);
    for (size_t i = 0; i < made.count; i++) {
        if (i > 0 && !parser_expect(p, ',', "','"))
            return NULL;
        made.arguments[i] = parser_expression(p, 0);
        if (!made.arguments[i])
            return NULL;
        if (parser_tree_depth(made.arguments[i], TREE_DEPTH_MAX) > TREE_DEPTH_MAX)
            return parser_fault(p, SD_E113, made.arguments[i]->span,
                                "the equation has too many terms",
                                "split it over several auxiliaries");
    }
    if (!parser_expect(p, ')', made.count ? "',' or ')'" : "')'"))
        return NULL;
    made.span = mapped_span(p->text, begin, p->before);
    if (p->frame) {
        made.loop_count = p->frame->count;
        made.loops = p->frame->loops;
    }
    sd_expr *e = macro_expand(p->b, &made);
    p->failed = !e;
    return e;
}

/* "MAX", or with the name of the standard's namespace: "std.MAX". */
static const sd_builtin *find_builtin(const char *bytes, token name)
{
    size_t length = name.end - name.begin;
    size_t skip = length > 4 && strncasecmp(bytes, "std.", 4) == 0 ? 4 : 0;
    return sd_builtin_find(bytes + skip, length - skip);
}

sd_expr *parser_name(parser *p)
{
    token name = token_path(p->text, p->token);
    p->token = name;
    parser_advance(p);
    const char *bytes = p->text->text + name.begin;
    const char *key = scope_key(p->b->arena, bytes, name.end - name.begin);
    const sd_variable *variable = scope_find(p->b, p->b->scope, bytes, name.end - name.begin);
    sd_expr *given = variable ? NULL : macro_argument(p->b, key, parser_span(p, name));
    if (given && parser_at(p, '(') && given->kind == SD_EXPR_REFERENCE)
        variable = given->variable;
    else if (given)
        return given;
    const macro *called = parser_at(p, '(') ? macro_named(p->b, key) : NULL;
    if (called) {
        parser_advance(p);
        return parse_macro(p, called, name.begin, parser_span(p, name));
    }
    if (parser_at(p, '(')) {
        const sd_builtin *builtin = name.quoted ? NULL : find_builtin(bytes, name);
        if (builtin && !(variable && variable->kind == SD_GF)) { /* a model's own table wins */
            parser_advance(p);
            return parser_call(p, builtin, name.begin, parser_span(p, name));
        }
        if (!variable) {
            reference_unknown_function(p->b, bytes, name.end - name.begin, parser_span(p, name));
            p->failed = true;
            return NULL;
        }
    }
    if (!variable)
        return parse_other_name(p, name, key);
    sd_expr *e = parse_reference(p, name, variable);
    return e && parser_at(p, '(') ? parse_lookup(p, name, e) : e;
}
