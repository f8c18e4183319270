/* distribution_text.c - a distribution as it is typed on a command line: "triangular(0.2, 0.4, 0.6)" goes in, the entry
 * of a scenario file that says the same comes out, so that one reader checks both.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <string.h>

static const char *const parameters_of[] = {
#define PARAMETERS(id, name, parameters, text) name, parameters,
    SD_DISTRIBUTIONS(PARAMETERS)
#undef PARAMETERS
};
enum { NAMES = sizeof parameters_of / sizeof *parameters_of };

/* "min mode max"; NULL for what is no distribution. */
static const char *parameters_named(const char *name)
{
    for (size_t i = 0; i < NAMES; i += 2)
        if (strcmp(parameters_of[i], name) == 0)
            return parameters_of[i + 1];
    return NULL;
}

static sd_entry *entry_new(sd_arena *arena, sd_entry_kind kind, const char *name, sd_span span)
{
    sd_entry *entry = SD_NEW(arena, sd_entry);

    *entry = (sd_entry){.kind = kind, .name = name, .name_span = span, .span = span};
    return entry;
}

static sd_status fail_form(sd_span span, sd_diag *diag)
{
    const sd_status status = sd_fail(diag, SD_E409, span, "this is no distribution");

    sd_help(diag, "write NAME=SHAPE(NUMBERS), as in uniform(0.1,0.3)");
    return status;
}

/* The numbers of "(a, b, c)" as entries without names; `span` is what stands within the brackets. */
static sd_status read_numbers(sd_arena *arena, sd_span span, sd_entry *list, sd_diag *diag)
{
    const char *text = span.source->text;

    for (size_t begin = span.begin; begin <= span.end;) {
        const char *comma = memchr(text + begin, ',', span.end - begin);
        const size_t end = comma ? (size_t)(comma - text) : span.end;
        const sd_span at = sd_span_trimmed((sd_span){span.source, begin, end});
        sd_entry *number = entry_new(arena, SD_ENTRY_NUMBER, NULL, at);
        const char *word = sd_arena_copy(arena, text + at.begin, at.end - at.begin);

        if (!sd_number_from_text(word, &number->number))
            return sd_fail(diag, SD_E403, at, "'%s' is no number", word);
        SD_PUSH(arena, &list->entries, number);
        begin = end + 1;
    }
    return SD_OK;
}

/* Gives each number the name of its parameter. */
static sd_status name_numbers(sd_arena *arena, const char *shape, const char *parameters,
                              const sd_entry *numbers, sd_entry *group, sd_diag *diag)
{
    const char *next = parameters;

    for (size_t i = 0; i < numbers->entries.count; i++) {
        sd_entry *number = numbers->entries.items[i];
        const size_t length = strcspn(next, " ");

        if (length == 0) {
            const sd_status status =
                sd_fail(diag, SD_E409, number->span, "'%s' has fewer numbers than these", shape);

            sd_help(diag, "in this order: %s", parameters);
            return status;
        }
        number->name = sd_arena_copy(arena, next, length);
        SD_PUSH(arena, &group->entries, number);
        next += length + (next[length] == ' ');
    }
    return SD_OK;
}

sd_status sd_distribution_entry(sd_arena *arena, const char *name, sd_span span,
                                const sd_entry **ret_entry, sd_diag *diag)
{
    const char *text = span.source->text,
               *open = memchr(text + span.begin, '(', span.end - span.begin);
    sd_entry *group = entry_new(arena, SD_ENTRY_GROUP, name, span), *dist, *numbers;
    sd_status status;

    if (!open || text[span.end - 1] != ')')
        return fail_form(span, diag);
    const size_t at = (size_t)(open - text);
    const sd_span shape = sd_span_trimmed((sd_span){span.source, span.begin, at});
    const sd_span within = {span.source, at + 1, span.end - 1};
    const char *word = sd_arena_copy(arena, text + shape.begin, shape.end - shape.begin);
    const char *parameters = parameters_named(word);

    dist = entry_new(arena, SD_ENTRY_TEXT, "dist", shape);
    dist->text = word;
    SD_PUSH(arena, &group->entries, dist);
    *ret_entry = group;
    if (!parameters) /* who reads the entry says so, with the nearest name */
        return SD_OK;
    const bool choice = strcmp(word, "choice") == 0;
    numbers = entry_new(arena, SD_ENTRY_ARRAY, choice ? "values" : NULL, within);
    status = read_numbers(arena, within, numbers, diag);
    if (status == SD_OK && choice)
        SD_PUSH(arena, &group->entries, numbers);
    else if (status == SD_OK)
        status = name_numbers(arena, word, parameters, numbers, group, diag);
    return status;
}
