/* unit_message.c - how messages about units speak: what they call a part of an equation, which part they point at, and what
 * they advise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "unit_private.h"

/* How a message calls a sub-tree: 'name', '26', 'STEP(...)', or what the caret shows. */
const char *unit_subject(sd_arena *arena, const sd_expr *e)
{
    char text[SD_NUMBER_MAX];

    if (e->kind == SD_EXPR_REFERENCE)
        return sd_arena_printf(arena, "'%s'", e->variable->name);
    if (e->kind == SD_EXPR_NUMBER) {
        sd_number_format(e->number, text);
        return sd_arena_printf(arena, "'%s'", text);
    }
    if (e->kind == SD_EXPR_CALL) {
        const size_t length = strcspn(e->builtin->name, "|");

        if (e->argument_count == 0)
            return sd_arena_printf(arena, "'%.*s'", (int)length, e->builtin->name);
        if (length > 0 && strncmp(e->builtin->call, e->builtin->name, length) == 0 &&
            e->builtin->call[length] == '(')
            return sd_arena_printf(arena, "'%.*s(...)'", (int)length, e->builtin->name);
    }
    return "this part";
}

/* The factor that would turn `is` into `needed`. */
void unit_help_conversion(const unit_walk *w, const sd_unit *is, const sd_unit *needed)
{
    const sd_unit factor = sd_unit_quotient(needed, is), inverse = sd_unit_quotient(is, needed);
    bool multiplies = false;
    const char *above, *below;

    if (!factor.known)
        return;
    if (sd_unit_is_conversion(is, &factor, &above, &below)) {
        sd_help(w->diag, "%s and %s are different units: multiply by a constant in [%s]", above,
                below, sd_unit_text(&factor, w->arena));
        return;
    }
    for (size_t i = 0; i < factor.count; i++)
        multiplies = multiplies || factor.terms[i].power > 0;
    if (multiplies)
        sd_help(w->diag, "multiply by something in [%s]", sd_unit_text(&factor, w->arena));
    else
        sd_help(w->diag, "divide by something in [%s]", sd_unit_text(&inverse, w->arena));
}

/* The part of a sub-tree that has its units: MAX(0, x), -x and SUM(x[*]) have those of x. */
const sd_expr *unit_narrow(const sd_expr *e)
{
    while (e->kind == SD_EXPR_CALL &&
           (e->builtin->rule == SD_RULE_SAME || e->builtin->rule == SD_RULE_IF)) {
        const sd_expr *only = NULL;
        size_t count = 0;

        for (size_t i = e->builtin->rule == SD_RULE_IF; i < e->argument_count; i++) {
            const sd_expr *argument = e->arguments[i];

            if (argument->kind == SD_EXPR_NUMBER && argument->number == 0)
                continue;
            only = argument;
            count++;
        }
        if (count != 1)
            break;
        e = only;
    }
    return e;
}

/* A variable whose units nobody wrote; "" when they are given. */
const char *unit_inferred(const sd_expr *e)
{
    return e->kind == SD_EXPR_REFERENCE && !e->variable->units.known ? " (inferred)" : "";
}
