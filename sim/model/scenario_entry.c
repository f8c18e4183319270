/* scenario_entry.c - the values of a scenario's entries: a source goes in, a tree of entries with their values
 * comes out.  libconfig reads the copy of the text that the scan has cleaned; it is given a string and an include
 * folder that cannot exist, so it can open no file.  Also here: what kind an entry must be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <libconfig.h>
#include <math.h>
#include <string.h>

/* ---- values from libconfig ---- */

static bool is_text_clean(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        size_t more = *at < 0x80   ? 0
                      : *at < 0xC2 ? 9
                      : *at < 0xE0 ? 1
                      : *at < 0xF0 ? 2
                      : *at < 0xF5 ? 3
                                   : 9;

        if (more == 9 || *at == 0x7F || (*at < 0x20 && *at != '\n' && *at != '\t'))
            return false;
        for (; more > 0; more--) {
            if ((*++at & 0xC0u) != 0x80)
                return false;
        }
    }
    return true;
}

static void fill_text(sd_arena *arena, sd_entry *entry, const config_setting_t *setting,
                      sd_diag *diag)
{
    const char *text = config_setting_get_string(setting);

    entry->text = sd_arena_copy(arena, text, strlen(text));
    if (is_text_clean(text))
        return;
    (void)sd_fail(diag, SD_E401, entry->span,
                  "the text holds bytes that are not UTF-8 or that control a terminal");
    sd_help(diag, "save the file as UTF-8");
    entry->broken = true;
}

static void fill_number(sd_entry *entry, const config_setting_t *setting, sd_diag *diag)
{
    entry->whole = config_setting_type(setting) != CONFIG_TYPE_FLOAT;
    if (entry->whole) {
        entry->integer = config_setting_get_int64(setting);
        entry->number = (double)entry->integer;
        return;
    }
    entry->number = config_setting_get_float(setting);
    if (!isfinite(entry->number)) {
        (void)sd_fail(diag, SD_E403, entry->span, "the number is too large");
        entry->broken = true;
    }
}

/* Whether libconfig saw what the tree says. */
static bool is_same_kind(const sd_entry *entry, const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);

    if (entry->name && (!name || strcmp(entry->name, name) != 0))
        return false;
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
    case CONFIG_TYPE_FLOAT:
        return entry->kind == SD_ENTRY_NUMBER || entry->broken;
    case CONFIG_TYPE_STRING:
        return entry->kind == SD_ENTRY_TEXT;
    case CONFIG_TYPE_BOOL:
        return entry->kind == SD_ENTRY_BOOL;
    case CONFIG_TYPE_GROUP:
        return entry->kind == SD_ENTRY_GROUP;
    case CONFIG_TYPE_ARRAY:
        return entry->kind == SD_ENTRY_ARRAY;
    default:
        return entry->kind == SD_ENTRY_LIST;
    }
}

static bool fill(sd_arena *arena, sd_entry *entry, const config_setting_t *setting, sd_diag *diag)
{
    if (!setting || !is_same_kind(entry, setting))
        return false;
    if (entry->broken)
        return true;
    if (entry->kind == SD_ENTRY_BOOL) {
        entry->flag = config_setting_get_bool(setting) == CONFIG_TRUE;
    } else if (entry->kind == SD_ENTRY_TEXT) {
        fill_text(arena, entry, setting, diag);
    } else if (entry->kind == SD_ENTRY_NUMBER) {
        fill_number(entry, setting, diag);
    } else {
        if ((size_t)config_setting_length(setting) != entry->entries.count)
            return false;
        for (size_t each = 0; each < entry->entries.count; each++) {
            if (!fill(arena, entry->entries.items[each],
                      config_setting_get_elem(setting, (unsigned)each), diag))
                return false;
        }
    }
    return true;
}

/* A line without the space round it. */
static sd_span line_span(const sd_source *source, size_t line)
{
    const char *text = source->text;
    size_t begin = 0, end;

    for (size_t number = 1; number < line; number++) {
        const char *next = memchr(text + begin, '\n', source->length - begin);

        if (!next)
            break;
        begin = (size_t)(next - text) + 1;
    }
    while (begin < source->length && (text[begin] == ' ' || text[begin] == '\t'))
        begin++;
    for (end = begin; end < source->length && text[end] != '\n';)
        end++;
    return (sd_span){.source = source, .begin = begin, .end = end};
}

static bool fill_values(sd_scan *scan, sd_entry *root)
{
    config_t config;
    bool filled = false;

    config_init(&config);
    config_set_include_dir(&config, "/dev/null");
    if (config_read_string(&config, scan->clean) != CONFIG_TRUE) {
        const int line = config_error_line(&config);

        (void)sd_fail(scan->diag, SD_E401, line_span(scan->source, line > 0 ? (size_t)line : 1),
                      "libconfig cannot read this line: %s", config_error_text(&config));
    } else if (!fill(scan->arena, root, config_root_setting(&config), scan->diag)) {
        (void)sd_fail(scan->diag, SD_E401, line_span(scan->source, 1),
                      "libconfig reads this file in another way than it looks");
    } else {
        filled = true;
    }
    config_destroy(&config);
    return filled;
}

const sd_entry *sd_entry_read(sd_arena *arena, const sd_source *source, sd_diag *diag)
{
    sd_scan scan = {.arena = arena, .diag = diag, .source = source};
    sd_entry *root;

    if (source->length > SD_SCENARIO_BYTES_MAX) {
        (void)sd_fail(diag, SD_E601, SD_NOWHERE, "'%s' is larger than a scenario may be, %d bytes",
                      source->name, (int)SD_SCENARIO_BYTES_MAX);
        return NULL;
    }
    sd_scan_tokens(&scan);
    root = sd_entry_tree(&scan);
    return root && !scan.unreadable && fill_values(&scan, root) ? root : NULL;
}

/* ---- looking at entries ---- */

const sd_entry *sd_entry_find(const sd_entry *group, const char *name)
{
    for (size_t each = 0; each < group->entries.count; each++) {
        if (strcmp(group->entries.items[each]->name, name) == 0)
            return group->entries.items[each];
    }
    return NULL;
}

const char *sd_entry_kind_text(const sd_entry *entry)
{
    switch (entry->kind) {
    case SD_ENTRY_NUMBER:
        return "a number";
    case SD_ENTRY_TEXT:
        return "a text";
    case SD_ENTRY_BOOL:
        return "true or false";
    case SD_ENTRY_GROUP:
        return "a group { }";
    case SD_ENTRY_ARRAY:
        return "an array [ ]";
    default:
        return "a list ( )";
    }
}

const char *sd_entry_called(const sd_entry *entry)
{
    return entry->name ? entry->name : "an item";
}

static bool wrong_kind(const sd_entry *entry, const char *wanted, sd_diag *diag)
{
    if (entry->broken)
        return false;
    if (entry->name)
        (void)sd_fail(diag, SD_E403, entry->span, "'%s' must be %s, not %s", entry->name, wanted,
                      sd_entry_kind_text(entry));
    else
        (void)sd_fail(diag, SD_E403, entry->span, "this must be %s, not %s", wanted,
                      sd_entry_kind_text(entry));
    return false;
}

bool sd_entry_number(const sd_entry *entry, double *ret_number, sd_diag *diag)
{
    if (entry->kind != SD_ENTRY_NUMBER || entry->broken) {
        (void)wrong_kind(entry, "a plain number", diag);
        if (!entry->broken && sd_amount_is_group(entry))
            sd_help(diag, "only values in `set` and `policies` can be distributions");
        return false;
    }
    *ret_number = entry->number;
    return true;
}

bool sd_entry_text(const sd_entry *entry, const char **ret_text, sd_diag *diag)
{
    if (entry->kind != SD_ENTRY_TEXT || entry->broken)
        return wrong_kind(entry, "a text in quotes", diag);
    *ret_text = entry->text;
    return true;
}

bool sd_entry_bool(const sd_entry *entry, bool *ret_flag, sd_diag *diag)
{
    if (entry->kind != SD_ENTRY_BOOL || entry->broken)
        return wrong_kind(entry, "true or false", diag);
    *ret_flag = entry->flag;
    return true;
}

bool sd_entry_is_group(const sd_entry *entry, sd_diag *diag)
{
    return entry->kind == SD_ENTRY_GROUP || wrong_kind(entry, "a group { }", diag);
}

bool sd_entry_is_sequence(const sd_entry *entry, sd_diag *diag)
{
    if (entry->kind == SD_ENTRY_ARRAY || entry->kind == SD_ENTRY_LIST)
        return true;
    return wrong_kind(entry, "a list ( )", diag);
}

void sd_entry_check_schema(const sd_entry *root, const char *what, const sd_source *source,
                           sd_diag *diag)
{
    const sd_entry *schema = sd_entry_find(root, "schema");
    double number;

    if (!schema) {
        (void)sd_fail(diag, SD_E401, (sd_span){.source = source}, "%s has no schema", what);
        sd_help(diag, "begin it with schema = 1;");
    } else if (sd_entry_number(schema, &number, diag) && !(schema->whole && schema->integer == 1)) {
        (void)sd_fail(diag, SD_E403, schema->span, "this program reads schema 1 only");
    }
}

void sd_entry_check_names(const sd_entry *group, const char *where, const char *const *known,
                          size_t count, sd_diag *diag)
{
    for (size_t each = 0; each < group->entries.count; each++) {
        const sd_entry *entry = group->entries.items[each];
        bool found = false;

        for (size_t name = 0; name < count && !found; name++)
            found = strcmp(entry->name, known[name]) == 0;
        if (found)
            continue;
        (void)sd_fail(diag, SD_E402, entry->name_span, "unknown setting '%s' in %s", entry->name,
                      where);
        sd_help_nearest(diag, entry->name, known, count);
    }
}
