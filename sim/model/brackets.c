/* brackets.c - how many arguments stand in each round bracket of an equation.
 * In: its tokens.  Out: a list of brackets.  One pass, before parsing, because MAX(array) and MAX(a, b) read their first
 * argument differently, and IF(a, b, c) and IF (a) THEN b ELSE c begin alike.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "lexer.h"

#include <assert.h>

bracket_list brackets_count(sd_arena *arena, const mapped_text *text, token t)
{
    bracket_list brackets = {0};
    SD_LIST(size_t) open = {0}; /* into brackets; SIZE_MAX for [ */
    for (; t.kind != TOKEN_END && t.kind != TOKEN_UNCLOSED; t = token_next(text, t.end)) {
        char symbol = t.kind == TOKEN_SYMBOL ? t.symbol : '\0';
        size_t top = open.count ? open.items[open.count - 1] : SIZE_MAX;
        if (symbol == ')' || symbol == ']') {
            open.count -= open.count > 0;
            continue;
        }
        if (top != SIZE_MAX) {
            assert(brackets.items);
            brackets.items[top].count += symbol == ',' || brackets.items[top].count == 0;
        }
        if (symbol != '(' && symbol != '[')
            continue;
        if (open.count > SD_EXPR_DEPTH_MAX)
            break; /* the parser comes no further */
        SD_PUSH(arena, &open, symbol == '(' ? brackets.count : SIZE_MAX);
        if (symbol == '(')
            SD_PUSH(arena, &brackets, ((bracket){.end = t.end}));
    }
    return brackets;
}

size_t brackets_arguments(const bracket_list *brackets, size_t end)
{
    size_t low = 0, high = brackets->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (brackets->items[middle].end <= end)
            low = middle;
        else
            high = middle;
    }
    return high ? brackets->items[low].count : 0;
}
