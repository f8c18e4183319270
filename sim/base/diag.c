/* diag.c - messages: what is wrong and where goes in, a list of messages comes out.  At most 200
 * are kept; errors push out warnings, so that the first error is never lost.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <string.h>

enum { KEPT_MESSAGES = 200 };

sd_diag *sd_diag_new(sd_arena *arena)
{
    sd_diag *diag = SD_NEW(arena, sd_diag);

    diag->arena = arena;
    return diag;
}

/* Room for one more error when the list is full: the latest warning goes.  false when all are
 * errors. */
static bool drop_warning(sd_diag *diag)
{
    sd_message *items = diag->messages.items;

    for (size_t at = diag->messages.count; at-- > 0;) {
        if (items[at].severity == SD_WARNING) {
            memmove(items + at, items + at + 1, (diag->messages.count - at - 1) * sizeof items[0]);
            diag->messages.count--;
            return true;
        }
    }
    return false;
}

static void report(sd_diag *diag, sd_severity severity, sd_code code, sd_span span,
                   const char *format, va_list arguments)
{
    sd_message message = {.severity = severity, .code = code, .span = span};

    *(severity == SD_WARNING ? &diag->warnings : &diag->errors) += 1;
    diag->last_kept = true;
    if (diag->messages.count >= KEPT_MESSAGES) {
        diag->suppressed++;
        diag->last_kept = severity != SD_WARNING && drop_warning(diag);
    }
    if (diag->last_kept) {
        message.text = sd_arena_vprintf(diag->arena, format, arguments);
        SD_PUSH(diag->arena, &diag->messages, message);
    }
}

sd_status sd_fail(sd_diag *diag, sd_code code, sd_span span, const char *format, ...)
{
    va_list arguments;

    assert(sd_code_status(code) != SD_OK);
    va_start(arguments, format);
    report(diag, SD_ERROR_SEVERITY, code, span, format, arguments);
    va_end(arguments);
    return sd_code_status(code);
}

void sd_warn(sd_diag *diag, sd_code code, sd_span span, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report(diag, SD_WARNING, code, span, format, arguments);
    va_end(arguments);
}

void sd_help(sd_diag *diag, const char *format, ...)
{
    va_list arguments;
    sd_message *last;
    const char *help;

    if (!diag->last_kept)
        return;
    va_start(arguments, format);
    help = sd_arena_vprintf(diag->arena, format, arguments);
    va_end(arguments);
    last = &diag->messages.items[diag->messages.count - 1];
    last->help = last->help ? sd_arena_printf(diag->arena, "%s; %s", last->help, help) : help;
}

void sd_help_nearest(sd_diag *diag, const char *word, const char *const *names, size_t count)
{
    /* Looking costs time, and a message that is not kept has no help. */
    const char *near = diag->last_kept ? sd_nearest(word, names, count) : NULL;

    if (near)
        sd_help(diag, "did you mean '%s'?", near);
}

sd_status sd_diag_status(const sd_diag *diag)
{
    for (size_t at = 0; at < diag->messages.count; at++) {
        if (diag->messages.items[at].severity != SD_WARNING)
            return sd_code_status(diag->messages.items[at].code);
    }
    return SD_OK;
}
