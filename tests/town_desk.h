/* town_desk.h - a folder with scenarios of the town model, and the messages of reading them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_TOWN_DESK_H
#define TESTS_TOWN_DESK_H

#include "town_model.h"

#include "sd/scenario.h"

#include <sys/stat.h>
#include <unistd.h>

static const char tools[] =
    "schema = 1;\ntitle = \"Tools only\";\nset : { base_task_time = 2.5; };\n";
static const char built_in_chain[] = "schema = 1;\nextends = \"tools-only.cfg\";\n";

/* Stands in for the files that the program carries. */
const sd_built_in sd_built_ins[] = {
    {"plots", "fan.gp", (const unsigned char *)"plot\n", 5},
    {"scenarios", "productivity-trap.xmile", (const unsigned char *)town, sizeof town - 1},
    {"scenarios", "redesign.cfg", (const unsigned char *)built_in_chain, sizeof built_in_chain - 1},
    {"scenarios", "tools-only.cfg", (const unsigned char *)tools, sizeof tools - 1},
    {NULL, NULL, NULL, 0},
};

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
    char folder[40];
    sd_scenario *scenario;
} desk;

static inline int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    memcpy(made->folder, "/tmp/test_model_scenario.XXXXXX", 32);
    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return mkdtemp(made->folder) ? 0 : -1;
}

static inline int tear_down(void **state)
{
    desk *used = *state;
    const char *command = sd_arena_printf(used->arena, "rm -rf '%s'", used->folder);
    const int removed = system(command);

    sd_arena_free(used->arena);
    free(used);
    return removed;
}

static inline const char *write_file(desk *on, const char *name, const char *text)
{
    const char *path = sd_arena_printf(on->arena, "%s/%s", on->folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
    return path;
}

/* The texts of all messages, a line each. */
static inline const char *messages_of(const desk *on)
{
    sd_text text = sd_text_new(on->arena);

    for (size_t each = 0; each < on->diag->messages.count; each++) {
        const sd_message *message = &on->diag->messages.items[each];

        sd_text_printf(&text, "%s %s%s%s\n", sd_code_name(message->code), message->text,
                       message->help ? "; " : "", message->help ? message->help : "");
    }
    return text.bytes;
}

static inline void read_bytes(desk *on, const char *text, size_t length)
{
    const sd_source *source = sd_source_from_text(on->arena, "acme.cfg", text, length);
    const sd_status status =
        sd_scenario_from_source(on->arena, source, on->folder, &on->scenario, on->diag);

    assert_int_equal(status == SD_OK, on->diag->errors == 0);
}

static inline void read_text(desk *on, const char *text)
{
    read_bytes(on, text, strlen(text));
}

/* The scenario of a text that reads without a message. */
static inline sd_scenario *well(desk *on, const char *text)
{
    read_text(on, text);
    assert_string_equal(messages_of(on), "");
    return on->scenario;
}

#endif
