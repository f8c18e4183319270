/* condition.c - "hours_per_week@260 > 42": a score and what it is held to, from text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/analysis.h"

/* The last of < <= > >= that stands in no bracket; NULL when there is none. */
static const char *comparison_in(const char *text)
{
    const char *found = NULL;
    int depth = 0;
    for (const char *at = text; *at; at++) {
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth == 0 && (*at == '<' || *at == '>'))
            found = at;
    }
    return found;
}

bool sd_condition_from_text(sd_arena *arena, const char *text, sd_condition *ret_condition)
{
    const char *sign = comparison_in(text);
    sd_condition c = {.level = (double)NAN};
    size_t length = sign ? (size_t)(sign - text) : strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    c.spec = sd_arena_copy(arena, text, length);
    if (sign) {
        c.above = *sign == '>';
        c.or_equal = sign[1] == '=';
        if (!sd_number_from_text(sign + 1 + c.or_equal, &c.level))
            return false;
    }
    *ret_condition = c;
    return true;
}

bool sd_condition_holds(const sd_condition *c, double value)
{
    if (isnan(value)) /* it never came */
        return false;
    return (c->above ? value > c->level : value < c->level) || (c->or_equal && value == c->level);
}
