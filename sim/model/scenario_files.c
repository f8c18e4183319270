/* scenario_files.c - the files that a scenario names: what it extends, and its model.
 * In: the plain name of a file.  Out: its text, from the folder of the file that names it, else from those that
 * the program carries.  A scenario may come from anywhere, so it cannot name a path, a link, a device or a file
 * without end, and the chain of what it extends has an end.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char default_model[] = "productivity-trap.xmile";

/* ---- one file beside another ---- */

bool sd_is_plain_name(const char *name)
{
    if (!name[0] || name[0] == '.' || strstr(name, ".."))
        return false;
    for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
        if (*at == '/' || *at == '\\' || *at < 0x20)
            return false;
    }
    return true;
}

static sd_found fail_open(const char *name, sd_span where, int error, sd_diag *diag)
{
    if (error == ENOENT || error == ENOTDIR)
        return SD_ABSENT;
    if (error == ELOOP) {
        (void)sd_fail(diag, SD_E406, where, "'%s' is a link, and links are refused", name);
        sd_help(diag, "copy the file into this folder");
    } else {
        (void)sd_fail(diag, SD_E601, where, "cannot read '%s': %s", name, strerror(error));
    }
    return SD_FAILED;
}

static bool read_all(int file, char *text, size_t length, size_t *ret_length)
{
    size_t done = 0;

    while (done < length) {
        const ssize_t got = read(file, text + done, length - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    *ret_length = done;
    return true;
}

/* sd_source_from_file follows links; here the check and the reading must be of the same file. */
sd_found sd_neighbour_read(sd_arena *arena, const char *path, size_t limit, const char *name,
                           sd_span where, const sd_source **ret_source, sd_diag *diag)
{
    const int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    sd_found result = SD_FAILED;
    struct stat facts;
    size_t length = 0;
    char *text;

    if (file < 0)
        return fail_open(name, where, errno, diag);
    if (fstat(file, &facts) < 0 || !S_ISREG(facts.st_mode)) {
        (void)sd_fail(diag, SD_E601, where, "cannot read '%s': it is not a regular file", name);
    } else if ((uintmax_t)facts.st_size > limit) {
        (void)sd_fail(diag, SD_E601, where, "cannot read '%s': it is larger than %zu bytes", name,
                      limit);
    } else {
        text = sd_arena_alloc(arena, (size_t)facts.st_size + 1, 1);
        if (read_all(file, text, (size_t)facts.st_size, &length)) {
            *ret_source = sd_source_from_text(arena, path, text, length);
            result = SD_FOUND;
        } else {
            (void)sd_fail(diag, SD_E601, where, "cannot read '%s': %s", name, strerror(errno));
        }
    }
    close(file);
    return result;
}

/* The file that `entry` of `from` names; false after an error. */
static bool find_file(sd_arena *arena, const sd_scenario_file *from, const sd_entry *entry,
                      size_t limit, sd_scenario_file *ret_file, sd_diag *diag)
{
    const sd_built_in *shipped;
    const char *name;
    sd_found result = SD_ABSENT;

    if (!sd_entry_text(entry, &name, diag))
        return false;
    if (!sd_is_plain_name(name)) {
        (void)sd_fail(diag, SD_E406, entry->span, "'%s' is not the plain name of a file", name);
        sd_help(diag, "put the file beside this one and give its name alone");
        return false;
    }
    if (from->prefix) {
        const char *path = sd_arena_printf(arena, "%s%s", from->prefix, name);

        result = sd_neighbour_read(arena, path, limit, name, entry->span, &ret_file->source, diag);
        ret_file->prefix = from->prefix;
    }
    shipped = sd_built_in_find("scenarios", name);
    if (result == SD_ABSENT && shipped) {
        ret_file->source = sd_source_from_built_in(arena, shipped);
        ret_file->prefix = NULL;
        return true;
    }
    if (result == SD_ABSENT) {
        (void)sd_fail(diag, SD_E601, entry->span, "there is no file '%s' %s", name,
                      from->prefix ? "beside this one, and none built in" : "built in");
        sd_scenario_help_built_in(arena, name, true, diag);
    }
    return result == SD_FOUND;
}

void sd_scenario_help_built_in(sd_arena *arena, const char *name, bool ending, sd_diag *diag)
{
    const bool has_ending = strchr(name, '.') != NULL;
    SD_LIST(const char *) names = {0};
    const char *near;

    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        const char *dot = strrchr(file->name, '.');

        if (strcmp(file->folder, "scenarios") != 0 || !dot || strcmp(dot, ".layout") == 0)
            continue;
        if (has_ending)
            SD_PUSH(arena, &names, file->name);
        else if (strcmp(dot, ".cfg") == 0)
            SD_PUSH(arena, &names, sd_arena_copy(arena, file->name, (size_t)(dot - file->name)));
    }
    near = sd_nearest(name, names.items, names.count);
    if (near)
        sd_help(diag, "did you mean '%s%s'?", near, ending && !has_ending ? ".cfg" : "");
    else if (!ending && !has_ending)
        sd_help(diag, "'treadmill list scenarios' shows the built-in ones");
}

/* ---- the chain ---- */

/* "a.cfg, b.cfg, a.cfg" */
static const char *chain_text(sd_arena *arena, const sd_scenario_chain *chain,
                              const sd_source *again)
{
    sd_text text = sd_text_new(arena);

    for (size_t each = 0; each < chain->count; each++)
        sd_text_printf(&text, "%s, ", chain->files[each].source->name);
    sd_text_printf(&text, "%s", again->name);
    return text.bytes;
}

static bool is_new_in_chain(sd_arena *arena, const sd_scenario_chain *chain, const sd_source *next,
                            sd_span span, sd_diag *diag)
{
    for (size_t each = 0; each < chain->count; each++) {
        if (strcmp(chain->files[each].source->name, next->name) != 0)
            continue;
        if (each == chain->count - 1)
            (void)sd_fail(diag, SD_E407, span, "the scenario extends itself");
        else
            (void)sd_fail(diag, SD_E407, span, "scenarios extend each other in a circle: %s",
                          chain_text(arena, chain, next));
        return false;
    }
    if (chain->count <= SD_EXTENDS_MAX)
        return true;
    (void)sd_fail(diag, SD_E407, span, "more than %d scenarios extend each other", SD_EXTENDS_MAX);
    return false;
}

bool sd_scenario_chain_read(sd_arena *arena, sd_scenario_chain *chain, sd_diag *diag)
{
    for (;;) {
        sd_scenario_file *file = &chain->files[chain->count - 1];
        sd_scenario_file next = {0};
        const sd_entry *extends;

        file->root = sd_entry_read(arena, file->source, diag);
        if (!file->root)
            return false;
        extends = sd_entry_find(file->root, "extends");
        if (!extends)
            return true;
        if (!find_file(arena, file, extends, SD_SCENARIO_BYTES_MAX, &next, diag) ||
            !is_new_in_chain(arena, chain, next.source, extends->span, diag))
            return false;
        chain->files[chain->count++] = next;
    }
}

const sd_model *sd_scenario_chain_model(sd_arena *arena, const sd_scenario_chain *chain,
                                        sd_diag *diag)
{
    const sd_built_in *shipped = sd_built_in_find("scenarios", default_model);
    sd_scenario_file file = {0};
    const sd_model *model = NULL;
    const sd_entry *named = NULL;

    /* The scenario's own word comes before that of what it extends. */
    for (size_t each = 0; each < chain->count && !named; each++) {
        named = chain->files[each].root ? sd_entry_find(chain->files[each].root, "model") : NULL;
        if (named && !find_file(arena, &chain->files[each], named, SD_MODEL_BYTES_MAX, &file, diag))
            return NULL;
    }
    if (!named && shipped)
        file.source = sd_source_from_built_in(arena, shipped);
    if (!file.source) {
        (void)sd_fail(diag, SD_E601, SD_NOWHERE, "the program carries no model '%s'",
                      default_model);
        sd_help(diag, "name one: model = \"file.xmile\"");
        return NULL;
    }
    return sd_model_from_xmile(arena, file.source, &model, diag) == SD_OK ? model : NULL;
}
