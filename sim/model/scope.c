/* scope.c - what a name means where it stands: in the model, in an instance of a module, in a call of a macro.
 * In: names, paths and the variables declared so far.  Out: variables.  XMILE 1.0, sections 3.2.2 and 4.7.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scope.h"

scope *scope_new(builder *b, scope *parent, const char *path, const char *key, sd_span where)
{
    scope *made = SD_NEW(b->arena, scope);
    made->parent = parent;
    made->depth = parent ? parent->depth + 1 : 0;
    made->path = made->prefix = "";
    if (!parent)
        return made;
    if (made->depth > SCOPE_DEPTH_MAX || strlen(path) > SCOPE_PATH_MAX) {
        (void)sd_fail(b->diag, SD_E113, where, "modules and macros are nested too deep");
        return NULL;
    }
    made->path = sd_arena_printf(b->arena, "%s.", path);
    made->prefix = sd_arena_printf(b->arena, "%s.", key);
    return made;
}

static size_t part_end(const char *bytes, size_t at, size_t length)
{
    for (bool quoted = false; at < length; at++) {
        if (bytes[at] == '\\' && at + 1 < length)
            at++;
        else if (bytes[at] == '"')
            quoted = !quoted;
        else if (bytes[at] == '.' && !quoted)
            break;
    }
    return at;
}

const char *scope_key(sd_arena *arena, const char *bytes, size_t length)
{
    if (!memchr(bytes, '.', length))
        return sd_name_key(arena, bytes, length);
    sd_text key = sd_text_new(arena);
    for (size_t at = 0; at <= length;) {
        size_t end = part_end(bytes, at, length);
        sd_text_printf(&key, "%s%s", at ? "." : "", sd_name_key(arena, bytes + at, end - at));
        at = end + 1;
    }
    return key.bytes;
}

sd_variable *scope_own(const builder *b, const scope *of, const char *key)
{
    if (*of->prefix)
        key = sd_arena_printf(b->arena, "%s%s", of->prefix, key);
    return sd_table_find(b->names, key);
}

static sd_variable *find_key(const builder *b, const scope *from, const char *key)
{
    bool rooted = *key == '.', path = rooted || strchr(key, '.');
    sd_variable *found = rooted ? sd_table_find(b->names, key + 1) : scope_own(b, from, key);
    if (from->macro) /* a macro sees nothing of the model */
        return rooted ? NULL : found;
    for (const scope *outer = rooted ? from : from->parent; path && !found && outer;
         outer = outer->parent)
        found = scope_own(b, outer, key + rooted);
    return found;
}

sd_variable *scope_find(const builder *b, const scope *from, const char *bytes, size_t length)
{
    /* A point may belong to a name, as in "U.S. births". */
    sd_variable *found = find_key(b, from, sd_name_key(b->arena, bytes, length));
    if (!found && memchr(bytes, '.', length))
        found = find_key(b, from, scope_key(b->arena, bytes, length));
    return found;
}

const char *const *scope_names(const builder *b, sd_arena *arena, bool flows, size_t *ret_count)
{
    const scope *here = b->scope;
    size_t count = 0, most = b->variables.count + here->arguments.count;
    const char **names = SD_NEW_ARRAY(arena, const char *, most + 1);
    for (size_t v = 0; v < b->variables.count; v++) {
        const sd_variable *variable = b->variables.items[v];
        if (flows && variable->kind != SD_FLOW)
            continue;
        bool own = strncmp(variable->key, here->prefix, strlen(here->prefix)) == 0;
        if (own)
            names[count++] = variable->name + strlen(here->path);
        else if (!here->macro)
            names[count++] = variable->name;
    }
    for (size_t i = 0; !flows && i < here->arguments.count; i++)
        names[count++] = here->arguments.items[i].key;
    *ret_count = count;
    return names;
}

/* The same fault in every instance is told once. */
static bool is_faulty(const builder *b, const xml_element *element)
{
    for (size_t i = 0; i < b->faulty.count; i++)
        if (b->faulty.items[i] == element)
            return true;
    return false;
}

static void warn_taken(const builder *b)
{
    if (b->taken_as_flows == 0)
        return;
    sd_warn(b->diag, SD_W921, b->first_taken->span, "'%s' is an auxiliary and is taken as a flow",
            b->first_taken->name);
    if (b->taken_as_flows > 1)
        sd_help(b->diag, "so %s %zu more", b->taken_as_flows == 2 ? "is" : "are",
                b->taken_as_flows - 1);
}

void scope_define(builder *b)
{
    enum { FAULTY_MAX = 200 }; /* more are not printed anyway */
    for (size_t v = 0; v < b->variables.count; v++) {
        const xml_element *element = b->elements.items[v];
        size_t errors = b->diag->errors;
        if (!element || is_faulty(b, element))
            continue;
        b->scope = b->scopes.items[v];
        variable_define(b, b->variables.items[v], element);
        if (b->diag->errors == errors)
            continue;
        if (b->faulty.count < FAULTY_MAX)
            SD_PUSH(b->arena, &b->faulty, element);
        if (b->scope->macro)
            macro_help_caller(b);
    }
    warn_taken(b);
}
