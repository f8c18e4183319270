/* lint.c - what is probably wrong with a model though it runs: the rules one after another.
 * In: a scenario, its program and units.  Out: warnings, and what could not be looked at.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lint_private.h"

void lint_skip(lint *l, const char *format, ...)
{
    va_list list;
    char text[200];

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    SD_PUSH(l->arena, &l->skipped, sd_arena_copy(l->arena, text, strlen(text)));
}

void lint_parts(lint *l, const sd_expr *whole, lint_visit *visit, void *context)
{
    SD_LIST(const sd_expr *) open = {0};

    SD_PUSH(l->arena, &open, whole);
    while (open.count > 0) {
        const sd_expr *part = open.items[--open.count];

        visit(context, part);
        for (size_t i = part->kind == SD_EXPR_CALL ? part->argument_count : 0; i-- > 0;)
            SD_PUSH(l->arena, &open, part->arguments[i]);
        for (size_t i = part->kind == SD_EXPR_REFERENCE ? part->subscript_count : 0; i-- > 0;) {
            if (part->subscripts && part->subscripts[i].index)
                SD_PUSH(l->arena, &open, part->subscripts[i].index);
        }
    }
}

sd_status sd_lint_scenario(sd_arena *arena, const sd_lint_request *request, sd_lint *ret_lint,
                           sd_diag *diag)
{
    lint l = {.arena = arena, .request = request, .model = request->scenario->model, .diag = diag};
    lint_run run = {0};

    lint_names(&l);
    lint_numbers(&l);
    lint_drains(&l);
    const sd_status status = lint_run_make(&l, &run);
    if (status != SD_OK)
        return status;
    if (run.count > 0)
        lint_steps(&l, &run);
    *ret_lint = (sd_lint){.skipped_count = l.skipped.count, .skipped = l.skipped.items};
    return SD_OK;
}
