/* lexer.h - tokens of an equation; private to the model stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_LEXER_H
#define SD_MODEL_LEXER_H

#include "model_private.h"

typedef enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_SYMBOL,
    TOKEN_UNCLOSED, /* a quotation mark or brace without its partner */
    TOKEN_UNKNOWN   /* a character that no equation has */
} token_kind;

typedef struct token {
    token_kind kind;
    bool quoted;       /* NAME */
    char symbol;       /* SYMBOL: the character; l g n stand for <= >= <> */
    double number;     /* NUMBER */
    size_t begin, end; /* [byte] in the decoded text */
} token;

/* The first token at or after `at`. */
token token_next(const mapped_text *text, size_t at);
/* A name, or the point before one, with all names and points that follow it: "hares.births" as one NAME. */
token token_path(const mapped_text *text, token first);

#endif
