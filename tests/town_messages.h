/* town_messages.h - whole messages of scenarios of the town model, with their places.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_TOWN_MESSAGES_H
#define TESTS_TOWN_MESSAGES_H

#include "town_model.h"

#include "sd/scenario.h"

static const char tools[] = "schema = 1;\nset : { base_task_time = 2.5; };\n";

/* Stands in for the files that the program carries. */
const sd_built_in sd_built_ins[] = {
    {"scenarios", "productivity-trap.xmile", (const unsigned char *)town, sizeof town - 1},
    {"scenarios", "tools-only.cfg", (const unsigned char *)tools, sizeof tools - 1},
    {NULL, NULL, NULL, 0},
};

static inline void add_position(sd_text *text, sd_span span)
{
    const sd_position begin = sd_source_position(span.source, span.begin);
    const sd_position end = sd_source_position(span.source, span.end);

    sd_text_printf(text, " %zu:%zu-%zu", begin.line, begin.column, end.column);
}

static inline const char *messages_of(sd_arena *arena, const sd_diag *diag)
{
    sd_text text = sd_text_new(arena);

    for (size_t each = 0; each < diag->messages.count; each++) {
        const sd_message *message = &diag->messages.items[each];

        sd_text_printf(&text, "%s", sd_code_name(message->code));
        if (message->span.source)
            add_position(&text, message->span);
        sd_text_printf(&text, " %s%s%s\n", message->text, message->help ? "; " : "",
                       message->help ? message->help : "");
    }
    return text.bytes;
}

static inline void expect_messages(const char *scenario, const char *expected)
{
    sd_arena *arena = sd_arena_new("test");
    sd_diag *diag = sd_diag_new(arena);
    const sd_source *source = sd_source_from_text(arena, "acme.cfg", scenario, strlen(scenario));
    sd_scenario *read = NULL;
    const sd_status status = sd_scenario_from_source(arena, source, NULL, &read, diag);

    assert_string_equal(messages_of(arena, diag), expected);
    assert_int_equal(status == SD_OK, diag->errors == 0);
    assert_int_equal(read != NULL, diag->errors == 0);
    sd_arena_free(arena);
}

#endif
