/* parser.c - an equation as a tree whose names are resolved.
 * In: the text of an equation and the model's names.  Out: sd_expr.  Precedence climbing over XMILE 1.0,
 * section 3.3: ^ binds tighter than a sign, then * / MOD, + -, comparisons, AND, OR; IF THEN ELSE is loosest.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "parser.h"
#include "scope.h"

void parser_advance(parser *p)
{
    p->before = p->token.end;
    p->token = token_next(p->text, p->token.end);
}

sd_span parser_span(const parser *p, token t)
{
    return mapped_span(p->text, t.begin, t.end);
}

int parser_token_length(token t)
{
    return (int)(t.end - t.begin);
}

void *parser_fault(parser *p, sd_code code, sd_span span, const char *text, const char *help)
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

void *parser_unexpected(parser *p, const char *wanted)
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
        text = sd_arena_printf(arena, "'%.*s' does not belong here", parser_token_length(t), bytes);
    }
    if (!help)
        help = sd_arena_printf(arena, "expected %s", wanted);
    return parser_fault(p, SD_E104, parser_span(p, t), text, help);
}

bool parser_at(const parser *p, char symbol)
{
    return p->token.kind == TOKEN_SYMBOL && p->token.symbol == symbol;
}

static bool is_word(const parser *p, const char *word)
{
    return p->token.kind == TOKEN_NAME && !p->token.quoted &&
           p->token.end - p->token.begin == strlen(word) &&
           strncasecmp(p->text->text + p->token.begin, word, strlen(word)) == 0;
}

bool parser_expect(parser *p, char symbol, const char *wanted)
{
    if (!parser_at(p, symbol)) {
        parser_unexpected(p, wanted);
        return false;
    }
    parser_advance(p);
    return true;
}

sd_expr *parser_node(parser *p, sd_expr_kind kind, size_t begin)
{
    sd_expr *e = SD_NEW(p->b->arena, sd_expr);
    e->kind = kind;
    e->span = mapped_span(p->text, begin, p->before);
    return e;
}

sd_expr *parser_make_call(parser *p, sd_function id, size_t begin, size_t count,
                          sd_expr *const *arguments)
{
    sd_expr *e = parser_node(p, SD_EXPR_CALL, begin);
    e->builtin = &sd_builtins[id];
    e->argument_count = count;
    e->arguments = SD_NEW_ARRAY(p->b->arena, sd_expr *, count + 1);
    if (count)
        memcpy(e->arguments, arguments, count * sizeof *arguments);
    return e;
}

static sd_expr *parse_if(parser *p)
{
    size_t begin = p->token.begin;
    sd_span word = parser_span(p, p->token);
    parser_advance(p);
    if (parser_at(p, '(') &&
        brackets_arguments(&p->brackets, p->token.end) == 3) { /* IF(a, b, c) */
        parser_advance(p);
        return parser_call(p, &sd_builtins[SD_FN_IF], begin, word);
    }
    sd_expr *part[3];
    static const char *const words[] = {"THEN", "ELSE"};
    for (int i = 0; i < 3; i++) {
        part[i] = parser_expression(p, 0);
        if (!part[i])
            return NULL;
        if (i < 2 && !is_word(p, words[i]))
            return parser_unexpected(p, i == 0 ? "THEN" : "ELSE");
        if (i < 2)
            parser_advance(p);
    }
    return parser_make_call(p, SD_FN_IF, begin, 3, part);
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
            return parser_fault(p, SD_E104, parser_span(p, p->token), "this number is too large",
                                "INF stands for infinity");
        parser_advance(p);
        sd_expr *e = parser_node(p, SD_EXPR_NUMBER, begin);
        e->number = number;
        return e;
    }
    if (parser_at(p, '(')) {
        parser_advance(p);
        sd_expr *e = parser_expression(p, 0);
        if (!e || !parser_expect(p, ')', "')' or an operator"))
            return NULL;
        e->span = mapped_span(p->text, begin, p->before);
        return e;
    }
    if (is_word(p, "IF") && !scope_own(p->b, p->b->scope, "if"))
        return parse_if(p);
    if (parser_at(p, '.') && token_next(p->text, p->token.end).kind == TOKEN_NAME)
        return parser_name(p);
    if (p->token.kind == TOKEN_NAME && !is_word(p, "THEN") && !is_word(p, "ELSE") &&
        !is_word(p, "AND") && !is_word(p, "OR") && (!is_word(p, "MOD") || is_called(p)))
        return parser_name(p);
    return parser_unexpected(p, "a number, a name or '('");
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
        if (table[i].word ? is_word(p, table[i].word) : parser_at(p, table[i].symbol)) {
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
    bool minus = parser_at(p, '-'), not = is_word(p, "NOT");
    if (!minus && !not &&!parser_at(p, '+'))
        return parse_primary(p);
    bool plus = !minus && !not ;
    parser_advance(p);
    sd_expr *operand = parser_expression(p, 7);
    if (!operand || plus)
        return operand;
    return parser_make_call(p, not ? SD_FN_NOT : SD_FN_NEGATE, begin, 1, &operand);
}

sd_expr *parser_expression(parser *p, int binding)
{
    if (++p->depth > SD_EXPR_DEPTH_MAX)
        return parser_fault(p, SD_E113, parser_span(p, p->token),
                            "the equation is nested deeper than 500 levels",
                            "split it over several auxiliaries");
    size_t begin = p->token.begin;
    sd_expr *left = parse_prefix(p);
    sd_function id;
    int tight;
    for (size_t terms = 1; left && binary_operator(p, &id, &tight) && tight >= binding; terms++) {
        if (terms > TREE_DEPTH_MAX)
            return parser_fault(p, SD_E113, left->span, "the equation has too many terms",
                                "split it over several auxiliaries");
        parser_advance(p);
        sd_expr *pair[2] = {left, parser_expression(p, id == SD_FN_POWER ? 7 : tight + 1)};
        left = pair[1] ? parser_make_call(p, id, begin, 2, pair) : NULL;
    }
    p->depth--;
    return left;
}

size_t parser_tree_depth(const sd_expr *e, size_t limit)
{
    size_t deepest = 0;
    for (size_t i = 0; limit && i < e->argument_count; i++) {
        size_t depth = parser_tree_depth(e->arguments[i], limit - 1);
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
    sd_expr *e = parser_expression(&p, 0);
    if (!e)
        return NULL;
    if (p.token.kind != TOKEN_END)
        return parser_unexpected(&p, "an operator or the end of the equation");
    if (parser_tree_depth(e, TREE_DEPTH_MAX) > TREE_DEPTH_MAX)
        return parser_fault(&p, SD_E113, e->span, "the equation has too many terms",
                            "split it over several auxiliaries");
    return e;
}
