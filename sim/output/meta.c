/* meta.c - what FILE.meta.json says about a table: units, titles, what was changed by hand.
 * In: the JSON beside a table.  Out: sd_meta.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "meta.h"

#include <inttypes.h>
#include <string.h>

static bool is_of(sd_arena *arena, const sd_json_node *root, const sd_source *table)
{
    const char *hash = sd_json_text_of(sd_json_member(root, "data"), "hash");
    const char *own =
        sd_arena_printf(arena, "fnv1a64:%016" PRIx64, sd_hash(table->text, table->length));

    return strcmp(hash, own) == 0;
}

sd_status sd_meta_read(sd_arena *arena, const sd_source *source, const sd_source *table,
                       sd_meta *ret_meta, sd_diag *diag)
{
    sd_meta meta = {.time_units = "", .changed = ""};

    if (source) {
        const sd_json_node *root = sd_json_read(arena, source), *scenarios, *first;

        if (!root) {
            const sd_status status =
                sd_fail(diag, SD_E617, SD_NOWHERE, "'%s' is no JSON", source->name);

            sd_help(diag, "delete it to draw without units and titles");
            return status;
        }
        scenarios = sd_json_member(root, "scenarios");
        first = scenarios ? scenarios->first : NULL;
        if (first && is_of(arena, root, table)) {
            meta.root = root;
            meta.time_units = sd_json_text_of(first, "time_units");
            meta.changed = sd_json_text_of(first, "changed");
            const sd_json_node *trap = sd_json_member(first, "trap");

            meta.trap = trap && trap->number == 1;
        }
    }
    *ret_meta = meta;
    return SD_OK;
}

static const char *of_column(const sd_meta *meta, const char *column, const char *key)
{
    const sd_json_node *columns = sd_json_member(meta->root, "columns");

    for (const sd_json_node *c = columns ? columns->first : NULL; c; c = c->next)
        if (strcmp(sd_json_text_of(c, "name"), column) == 0)
            return sd_json_text_of(c, key);
    return "";
}

const char *sd_meta_units(const sd_meta *meta, const char *column)
{
    const char *units = of_column(meta, column, "units");

    return strcmp(units, "1") == 0 || sd_text_equal_fold(units, "dmnl") ? "" : units;
}

const char *sd_meta_doc(const sd_meta *meta, const char *column)
{
    return of_column(meta, column, "doc");
}

const char *sd_meta_title(sd_arena *arena, const sd_meta *meta, const char *scenario)
{
    const sd_json_node *scenarios = sd_json_member(meta->root, "scenarios");

    for (const sd_json_node *s = scenarios ? scenarios->first : NULL; s; s = s->next) {
        const char *title = sd_json_text_of(s, "title");
        const size_t length = strcspn(title, ":");

        if (length && strcmp(sd_json_text_of(s, "name"), scenario) == 0)
            return sd_arena_copy(arena, title, length);
    }
    return sd_title_of_name(arena, scenario);
}
