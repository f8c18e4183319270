/* parser.c - an equation as a tree whose names are resolved.
 * In: the text of an equation and the model's names.  Out: sd_expr.  Precedence climbing over XMILE 1.0,
 * section 3.3: ^ binds tighter than a sign, then * / MOD, + -, comparisons, AND, OR; IF THEN ELSE is loosest.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "lexer.h"
#include "reference.h"
#include "scope.h"

typedef struct parser {
    builder *b;
    const sd_variable *variable; /* whose equation it is */
    const mapped_text *text;
    token token;
    size_t before;     /* [byte] end of the token before */
    loop_frame *frame; /* of the innermost SUM, or NULL */
    bracket_list brackets;
    size_t depth;
    bool failed;
} parser;

enum { TREE_DEPTH_MAX = 5000 };

static sd_expr *parse_expression(parser *p, int binding);
static size_t tree_depth(const sd_expr *e, size_t limit);

static void advance(parser *p)
{
    p->before = p->token.end;
    p->token = token_next(p->text, p->token.end);
}

static sd_span token_span(const parser *p, token t)
{
    return mapped_span(p->text, t.begin, t.end);
}

static int token_length(token t)
{
    return (int)(t.end - t.begin);
}

/* Only the first fault of an equation is told: what follows it is guesswork. */
static void *fault(parser *p, sd_code code, sd_span span, const char *text, const char *help)
{
    if (!p->failed) {
        (void)sd_fail(p->b->diag, code, span, "%s", text);
        if (help)
            sd_help(p->b->diag, "%s", help);
    }
    p->failed = true;
    return NULL;
}

/* What other languages write and XMILE does not, or NULL. */
static const char *habit_help(const parser *p)
{
    static const struct {
        const char *sign, *help;
    } habits[] = {{"==", "write = for equal"},
                  {"!=", "write <> for not equal"},
                  {"&&", "write AND"},
                  {"||", "write OR"},
                  {"**", "write ^ for a power"},
                  {"!", "write NOT"},
                  {"%", "write MOD for the rest of a division"}};
    const mapped_text *text = p->text;
    size_t at = p->token.begin;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        const char *sign = habits[i].sign;
        if (at < text->length && strncmp(text->text + at, sign, strlen(sign)) == 0)
            return habits[i].help;
        if (at > 0 && sign[1] == sign[0] && strncmp(text->text + at - 1, sign, 2) == 0)
            return habits[i].help;
    }
    return NULL;
}

static void *unexpected(parser *p, const char *wanted)
{
    token t = p->token;
    const char *bytes = p->text->text + t.begin, *text, *help = habit_help(p);
    sd_arena *arena = p->b->arena;
    if (t.kind == TOKEN_END) {
        text = p->before == 0 ? "the equation is empty" : "the equation ends too early";
        if (p->before == 0 && p->b->scope->module)
            help = "write one, or connect this input in its <module>";
    } else if (t.kind == TOKEN_UNCLOSED) {
        text = sd_arena_printf(arena, "this '%c' is never closed", *bytes);
        help = *bytes == '{' ? "close the comment with }" : "close the name with \"";
    } else {
        text = sd_arena_printf(arena, "'%.*s' does not belong here", token_length(t), bytes);
    }
    if (!help)
        help = sd_arena_printf(arena, "expected %s", wanted);
    return fault(p, SD_E104, token_span(p, t), text, help);
}

static bool is_symbol(const parser *p, char symbol)
{
    return p->token.kind == TOKEN_SYMBOL && p->token.symbol == symbol;
}

static bool is_word(const parser *p, const char *word)
{
    return p->token.kind == TOKEN_NAME && !p->token.quoted &&
           p->token.end - p->token.begin == strlen(word) &&
           strncasecmp(p->text->text + p->token.begin, word, strlen(word)) == 0;
}

static bool expect(parser *p, char symbol, const char *wanted)
{
    if (!is_symbol(p, symbol)) {
        unexpected(p, wanted);
        return false;
    }
    advance(p);
    return true;
}

static sd_expr *node(parser *p, sd_expr_kind kind, size_t begin)
{
    sd_expr *e = SD_NEW(p->b->arena, sd_expr);
    e->kind = kind;
    e->span = mapped_span(p->text, begin, p->before);
    return e;
}

static sd_expr *call(parser *p, sd_function id, size_t begin, size_t count,
                     sd_expr *const *arguments)
{
    sd_expr *e = node(p, SD_EXPR_CALL, begin);
    e->builtin = &sd_builtins[id];
    e->argument_count = count;
    e->arguments = SD_NEW_ARRAY(p->b->arena, sd_expr *, count + 1);
    if (count)
        memcpy(e->arguments, arguments, count * sizeof *arguments);
    return e;
}

static sd_expr *parse_call(parser *p, const sd_builtin *builtin, size_t begin, sd_span name);

static sd_expr *parse_if(parser *p)
{
    size_t begin = p->token.begin;
    sd_span word = token_span(p, p->token);
    advance(p);
    if (is_symbol(p, '(') &&
        brackets_arguments(&p->brackets, p->token.end) == 3) { /* IF(a, b, c) */
        advance(p);
        return parse_call(p, &sd_builtins[SD_FN_IF], begin, word);
    }
    sd_expr *part[3];
    static const char *const words[] = {"THEN", "ELSE"};
    for (int i = 0; i < 3; i++) {
        part[i] = parse_expression(p, 0);
        if (!part[i])
            return NULL;
        if (i < 2 && !is_word(p, words[i]))
            return unexpected(p, i == 0 ? "THEN" : "ELSE");
        if (i < 2)
            advance(p);
    }
    return call(p, SD_FN_IF, begin, 3, part);
}

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
        return fault(p, SD_E109, e->arguments[0]->span, "there is nothing to run over here",
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
    advance(p);
    sd_expr *e = node(p, SD_EXPR_DIMENSION, begin);
    e->over = dimension;
    return e;
}

static bool parse_arguments(parser *p, const sd_builtin *builtin, size_t count, loop_frame *outer,
                            sd_expr **ret_arguments)
{
    loop_frame *frame = p->frame;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && !expect(p, ',', "','"))
            return false;
        p->frame = builtin->id == SD_FN_RANK && i == 1 ? outer : frame;
        ret_arguments[i] = builtin->id == SD_FN_SIZE ? parse_dimension(p) : NULL;
        if (!ret_arguments[i])
            ret_arguments[i] = parse_expression(p, 0);
        if (!ret_arguments[i])
            return false;
    }
    return true;
}

/* After "NAME(": the arguments and the closing bracket. */
static sd_expr *parse_call(parser *p, const sd_builtin *builtin, size_t begin, sd_span name)
{
    sd_arena *arena = p->b->arena;
    const char *order = sd_builtin_order(name.source->text + name.begin, name.end - name.begin);
    size_t count = brackets_arguments(&p->brackets, p->before);
    if (count < (size_t)builtin->least || count > (size_t)builtin->most ||
        (*order && count != strlen(order))) {
        const char *help = sd_arena_printf(arena, "it is called %s", builtin->call);
        return fault(p, SD_E108, name,
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
    if (!good || !expect(p, ')', count ? "',' or ')'" : "')'"))
        return NULL;
    for (size_t i = 0; i < count; i++)
        ordered[*order ? (size_t)(order[i] - '0') : i] = arguments[i];
    const sd_expr *gf = builtin->rule == SD_RULE_LOOKUP ? ordered[0] : NULL;
    if (gf && gf->kind != SD_EXPR_REFERENCE)
        return fault(p, SD_E111, gf->span, "this is not a graphical function",
                     sd_arena_printf(arena, "it is called %s", builtin->call));
    sd_expr *e = call(p, builtin->id, begin, count, ordered);
    return reduces || frame.count ? finish_reduction(p, e, &frame) : e;
}

/* One subscript: what subscript.c can read by itself, else an expression. */
static bool parse_subscript(parser *p, const sd_dimension *dimension, subscript_text *ret_given)
{
    static const char wanted[] = "an element, a dimension, a number or *";
    if (is_symbol(p, ',') || is_symbol(p, ']')) {
        unexpected(p, wanted);
        return false;
    }
    size_t begin = p->token.begin;
    token after;
    if (subscript_scan(p->b, p->text, p->token, dimension, ret_given, &after)) {
        p->token = after;
        p->before = ret_given->end;
        return true;
    }
    ret_given->index = parse_expression(p, 0);
    if (!ret_given->index)
        return false;
    if (!is_symbol(p, ',') && !is_symbol(p, ']')) {
        unexpected(p, wanted);
        return false;
    }
    ret_given->span = mapped_span(p->text, begin, p->before);
    return true;
}

/* a, a[top, *], a[INT(x)], and transposed: a[*, 2]'. */
static sd_expr *parse_reference(parser *p, token name, const sd_variable *variable)
{
    sd_expr *e = node(p, SD_EXPR_REFERENCE, name.begin);
    e->variable = variable;
    subscript_text given[SD_VARIABLE_DIMENSIONS_MAX];
    size_t count = 0;
    bool turned = false;
    if (is_symbol(p, '[')) {
        do {
            advance(p);
            if (count == SD_VARIABLE_DIMENSIONS_MAX)
                return fault(p, SD_E109, token_span(p, p->token), "too many subscripts", NULL);
            const sd_dimension *dimension =
                count < variable->dimension_count ? variable->dimensions[count] : NULL;
            if (!parse_subscript(p, dimension, &given[count++]))
                return NULL;
        } while (is_symbol(p, ','));
        advance(p);
    }
    for (; is_symbol(p, '\''); advance(p))
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
        return fault(p, SD_E114, gf->span,
                     "which graphical function is looked up cannot change with time",
                     "look up each of them and choose among the results");
    advance(p);
    e[1] = parse_expression(p, 0);
    if (!e[1] || !expect(p, ')', "')'"))
        return NULL;
    return call(p, SD_FN_LOOKUP, name.begin, 2, e);
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
        advance(p);
    }
    size_t at;
    p->failed = !subscript_element(p->b, dimension, p->text->text + part.begin,
                                   part.end - part.begin, token_span(p, part), &at);
    sd_expr *e = node(p, SD_EXPR_NUMBER, name.begin);
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
        return call(p, builtin->id, name.begin, 0, NULL);
    for (size_t i = 0; !p->b->scope->macro && i < p->variable->dimension_count; i++) {
        if (strcmp(p->variable->dimensions[i]->key, key) == 0 && p->variable->apply_to_all) {
            sd_expr *e = node(p, SD_EXPR_INDEX, name.begin);
            e->dimension = i;
            return e;
        }
    }
    sd_span span = token_span(p, name);
    if (builtin)
        return fault(p, SD_E108, span,
                     sd_arena_printf(p->b->arena, "the function '%.*s' needs its arguments",
                                     token_length(name), bytes),
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
        if (i > 0 && !expect(p, ',', "','"))
            return NULL;
        made.arguments[i] = parse_expression(p, 0);
        if (!made.arguments[i])
            return NULL;
        if (tree_depth(made.arguments[i], TREE_DEPTH_MAX) > TREE_DEPTH_MAX)
            return fault(p, SD_E113, made.arguments[i]->span, "the equation has too many terms",
                         "split it over several auxiliaries");
    }
    if (!expect(p, ')', made.count ? "',' or ')'" : "')'"))
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

static sd_expr *parse_name(parser *p)
{
    token name = token_path(p->text, p->token);
    p->token = name;
    advance(p);
    const char *bytes = p->text->text + name.begin;
    const char *key = scope_key(p->b->arena, bytes, name.end - name.begin);
    const sd_variable *variable = scope_find(p->b, p->b->scope, bytes, name.end - name.begin);
    sd_expr *given = variable ? NULL : macro_argument(p->b, key, token_span(p, name));
    if (given && is_symbol(p, '(') && given->kind == SD_EXPR_REFERENCE)
        variable = given->variable;
    else if (given)
        return given;
    const macro *called = is_symbol(p, '(') ? macro_named(p->b, key) : NULL;
    if (called) {
        advance(p);
        return parse_macro(p, called, name.begin, token_span(p, name));
    }
    if (is_symbol(p, '(')) {
        const sd_builtin *builtin = name.quoted ? NULL : find_builtin(bytes, name);
        if (builtin && !(variable && variable->kind == SD_GF)) { /* a model's own table wins */
            advance(p);
            return parse_call(p, builtin, name.begin, token_span(p, name));
        }
        if (!variable) {
            reference_unknown_function(p->b, bytes, name.end - name.begin, token_span(p, name));
            p->failed = true;
            return NULL;
        }
    }
    if (!variable)
        return parse_other_name(p, name, key);
    sd_expr *e = parse_reference(p, name, variable);
    return e && is_symbol(p, '(') ? parse_lookup(p, name, e) : e;
}

/* MOD(a, b): an operator that is written as a function. */
static bool is_called(const parser *p)
{
    token next = token_next(p->text, p->token.end);
    return next.kind == TOKEN_SYMBOL && next.symbol == '(' &&
           brackets_arguments(&p->brackets, next.end) == 2;
}

static sd_expr *parse_primary(parser *p)
{
    size_t begin = p->token.begin;
    if (p->token.kind == TOKEN_NUMBER) {
        double number = p->token.number;
        if (isinf(number))
            return fault(p, SD_E104, token_span(p, p->token), "this number is too large",
                         "INF stands for infinity");
        advance(p);
        sd_expr *e = node(p, SD_EXPR_NUMBER, begin);
        e->number = number;
        return e;
    }
    if (is_symbol(p, '(')) {
        advance(p);
        sd_expr *e = parse_expression(p, 0);
        if (!e || !expect(p, ')', "')' or an operator"))
            return NULL;
        e->span = mapped_span(p->text, begin, p->before);
        return e;
    }
    if (is_word(p, "IF") && !scope_own(p->b, p->b->scope, "if"))
        return parse_if(p);
    if (is_symbol(p, '.') && token_next(p->text, p->token.end).kind == TOKEN_NAME)
        return parse_name(p);
    if (p->token.kind == TOKEN_NAME && !is_word(p, "THEN") && !is_word(p, "ELSE") &&
        !is_word(p, "AND") && !is_word(p, "OR") && (!is_word(p, "MOD") || is_called(p)))
        return parse_name(p);
    return unexpected(p, "a number, a name or '('");
}

/* Operators from loose to tight; ^ is the only one that groups from the right. */
static bool binary_operator(const parser *p, sd_function *ret_id, int *ret_binding)
{
    static const struct {
        char symbol;
        const char *word;
        sd_function id;
        int binding;
    } table[] = {
        {0, "OR", SD_FN_OR, 1},         {0, "AND", SD_FN_AND, 2},
        {'=', NULL, SD_FN_EQUAL, 3},    {'n', NULL, SD_FN_NOT_EQUAL, 3},
        {'<', NULL, SD_FN_LESS, 4},     {'l', NULL, SD_FN_LESS_EQUAL, 4},
        {'>', NULL, SD_FN_GREATER, 4},  {'g', NULL, SD_FN_GREATER_EQUAL, 4},
        {'+', NULL, SD_FN_ADD, 5},      {'-', NULL, SD_FN_SUBTRACT, 5},
        {'*', NULL, SD_FN_MULTIPLY, 6}, {'/', NULL, SD_FN_DIVIDE, 6},
        {0, "MOD", SD_FN_MOD, 6},       {'^', NULL, SD_FN_POWER, 8},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].word ? is_word(p, table[i].word) : is_symbol(p, table[i].symbol)) {
            *ret_id = table[i].id;
            *ret_binding = table[i].binding;
            return true;
        }
    }
    return false;
}

static sd_expr *parse_prefix(parser *p)
{
    size_t begin = p->token.begin;
    bool minus = is_symbol(p, '-'), not = is_word(p, "NOT");
    if (!minus && !not &&!is_symbol(p, '+'))
        return parse_primary(p);
    bool plus = !minus && !not ;
    advance(p);
    sd_expr *operand = parse_expression(p, 7);
    if (!operand || plus)
        return operand;
    return call(p, not ? SD_FN_NOT : SD_FN_NEGATE, begin, 1, &operand);
}

static sd_expr *parse_expression(parser *p, int binding)
{
    if (++p->depth > SD_EXPR_DEPTH_MAX)
        return fault(p, SD_E113, token_span(p, p->token),
                     "the equation is nested deeper than 500 levels",
                     "split it over several auxiliaries");
    size_t begin = p->token.begin;
    sd_expr *left = parse_prefix(p);
    sd_function id;
    int tight;
    for (size_t terms = 1; left && binary_operator(p, &id, &tight) && tight >= binding; terms++) {
        if (terms > TREE_DEPTH_MAX)
            return fault(p, SD_E113, left->span, "the equation has too many terms",
                         "split it over several auxiliaries");
        advance(p);
        sd_expr *pair[2] = {left, parse_expression(p, id == SD_FN_POWER ? 7 : tight + 1)};
        left = pair[1] ? call(p, id, begin, 2, pair) : NULL;
    }
    p->depth--;
    return left;
}

/* A chain of operators makes a tree as deep as it is long, and trees are walked by recursion. */
static size_t tree_depth(const sd_expr *e, size_t limit)
{
    size_t deepest = 0;
    for (size_t i = 0; limit && i < e->argument_count; i++) {
        size_t depth = tree_depth(e->arguments[i], limit - 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

const sd_expr *equation_parse(builder *b, const sd_variable *variable, const mapped_text *text,
                              size_t begin)
{
    parser p = {.b = b, .variable = variable, .text = text};
    p.token = token_next(text, begin);
    p.brackets = brackets_count(b->arena, text, p.token);
    sd_expr *e = parse_expression(&p, 0);
    if (!e)
        return NULL;
    if (p.token.kind != TOKEN_END)
        return unexpected(&p, "an operator or the end of the equation");
    if (tree_depth(e, TREE_DEPTH_MAX) > TREE_DEPTH_MAX)
        return fault(&p, SD_E113, e->span, "the equation has too many terms",
                     "split it over several auxiliaries");
    return e;
}
