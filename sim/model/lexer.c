/* lexer.c - an equation's text as tokens.
 * In: a mapped text.  Out: one token at a time, with its place in the decoded text.  XMILE 1.0, section 3.2:
 * names may be quoted, comments stand in braces, case does not matter.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "lexer.h"

static bool name_byte(unsigned char c)
{
    return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

static size_t skip_space(const mapped_text *text, size_t at)
{
    while (at < text->length) {
        char c = text->text[at];
        if (c == '{') {
            const char *close = memchr(text->text + at, '}', text->length - at);
            if (!close)
                return at;
            at = (size_t)(close - text->text) + 1;
        } else if (strchr(" \t\r\n", c) && c) {
            at++;
        } else if (c == '\\' && at + 1 < text->length && strchr("\r\n", text->text[at + 1])) {
            at += 2;
        } else if ((unsigned char)c == 0xC2 && at + 1 < text->length &&
                   (unsigned char)text->text[at + 1] == 0xA0) {
            at += 2;
        } else {
            break;
        }
    }
    return at;
}

static token quoted_name(const mapped_text *text, size_t at)
{
    size_t end = at + 1;
    while (end < text->length && text->text[end] != '"')
        end += text->text[end] == '\\' && end + 1 < text->length ? 2 : 1;
    token result = {.kind = TOKEN_NAME, .quoted = true, .begin = at, .end = end + 1};
    if (end >= text->length)
        result = (token){.kind = TOKEN_UNCLOSED, .begin = at, .end = text->length};
    return result;
}

static token symbol(const mapped_text *text, size_t at)
{
    static const char *const pairs[] = {"<=", ">=", "<>"};
    token result = {.kind = TOKEN_SYMBOL, .begin = at, .end = at + 1, .symbol = text->text[at]};
    for (size_t i = 0; i < 3; i++) {
        if (at + 1 < text->length && strncmp(text->text + at, pairs[i], 2) == 0) {
            result.end = at + 2;
            result.symbol = "lgn"[i];
        }
    }
    if (!strchr("+-*/^()[],:<>=lgn.'@", result.symbol) || !result.symbol)
        result.kind = TOKEN_UNKNOWN;
    return result;
}

token token_next(const mapped_text *text, size_t at)
{
    at = skip_space(text, at);
    token result = {.kind = TOKEN_END, .begin = at, .end = at};
    if (at == text->length)
        return result;
    const char *bytes = text->text;
    unsigned char c = (unsigned char)bytes[at];
    if (c == '{')
        return (token){.kind = TOKEN_UNCLOSED, .begin = at, .end = text->length};
    if (isdigit(c) ||
        (c == '.' && at + 1 < text->length && isdigit((unsigned char)bytes[at + 1]))) {
        result.kind = TOKEN_NUMBER;
        result.end = at + sd_number_parse(bytes + at, text->length - at, &result.number);
        /* "2x" or "1st" is neither a number nor a name. */
        if (result.end < text->length && name_byte((unsigned char)bytes[result.end])) {
            result.kind = TOKEN_UNKNOWN;
            while (result.end < text->length && name_byte((unsigned char)bytes[result.end]))
                result.end++;
        }
        return result;
    }
    if (c == '"')
        return quoted_name(text, at);
    if (!name_byte(c) ||
        (c == 0xC2 && at + 1 < text->length && (unsigned char)bytes[at + 1] == 0xA0))
        return symbol(text, at);
    result.kind = TOKEN_NAME;
    while (result.end < text->length && name_byte((unsigned char)bytes[result.end]) &&
           !(bytes[result.end] == '\xC2' && bytes[result.end + 1] == '\xA0'))
        result.end++;
    return result;
}

token token_path(const mapped_text *text, token first)
{
    token path = first;
    if (first.kind == TOKEN_SYMBOL)
        path = token_next(text, first.end);
    bool alone = path.begin == first.begin;
    for (;;) {
        token point = token_next(text, path.end), name = token_next(text, point.end);
        if (point.kind != TOKEN_SYMBOL || point.symbol != '.' || name.kind != TOKEN_NAME)
            break;
        path.end = name.end;
        alone = false;
    }
    path.begin = first.begin;
    path.quoted = alone && first.quoted;
    return path;
}
