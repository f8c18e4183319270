/* parser.h - what reads an equation: its tokens, its nodes and how its faults are told; private to the model stage.
 * parser.c has operators and numbers, parser_name.c what begins with a name.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_PARSER_H
#define SD_MODEL_PARSER_H

#include "lexer.h"
#include "reference.h"

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

void parser_advance(parser *p);
bool parser_at(const parser *p, char symbol);
/* Goes on behind the symbol; false after E104, `wanted` being what the help asks for. */
bool parser_expect(parser *p, char symbol, const char *wanted);
sd_span parser_span(const parser *p, token t);
int parser_token_length(token t); /* [byte] */
/* Only the first fault of an equation is told: what follows it is guesswork.  Both return NULL. */
void *parser_fault(parser *p, sd_code code, sd_span span, const char *text, const char *help);
void *parser_unexpected(parser *p, const char *wanted);

/* A node from byte `begin` to the end of the last token. */
sd_expr *parser_node(parser *p, sd_expr_kind kind, size_t begin);
sd_expr *parser_make_call(parser *p, sd_function id, size_t begin, size_t count,
                          sd_expr *const *arguments);
/* Operators that bind at least so tightly; NULL after an error. */
sd_expr *parser_expression(parser *p, int binding);
/* A chain of operators makes a tree as deep as it is long, and trees are walked by recursion. */
size_t parser_tree_depth(const sd_expr *e, size_t limit);

/* parser_name.c: all that begins with a name, and, after "NAME(", the arguments and the closing bracket. */
sd_expr *parser_name(parser *p);
sd_expr *parser_call(parser *p, const sd_builtin *builtin, size_t begin, sd_span name);

#endif
