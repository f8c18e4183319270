/* connect.c - inputs of modules take the values of what they are connected to.
 * In: <connect to= from=> of the instances, with every variable declared.  Out: the inputs as auxiliaries (a flow
 * stays a flow) whose equation is a reference to their source.  XMILE 1.0, section 4.7.1; Stella writes each connection
 * again as <connect2>, which counts where the two differ.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scope.h"

typedef struct connection {
    sd_variable *to;
    const sd_variable *from;
    bool second; /* a <connect2> */
    sd_span span;
} connection;
typedef SD_LIST(connection *) connections;

/* A name or path in exactly this scope. */
static sd_variable *within(const builder *b, const scope *of, const char *text)
{
    size_t length = strlen(text);
    sd_variable *found = scope_own(b, of, sd_name_key(b->arena, text, length));
    return found ? found : scope_own(b, of, scope_key(b->arena, text, length));
}

/* "area" and "part.area" are in the module or, with its own name before them, seen from outside; ".area" is an input of
 * the model round it. */
static sd_variable *find_input(const builder *b, const scope *module, const char *to)
{
    const char *key = scope_key(b->arena, to, strlen(to)), *dot = strchr(key, '.');
    const char *own = module->prefix + strlen(module->parent->prefix);
    if (*key == '.')
        return scope_find(b, module->parent, to, strlen(to));
    sd_variable *found = NULL;
    if (strncmp(key, own, strlen(own)) == 0)
        found = within(b, module->parent, to);
    if (!found)
        found = within(b, module, to);
    return found || !dot ? found : within(b, module->parent, to);
}

static const sd_variable *find_source(builder *b, const scope *module, const xml_attribute *from)
{
    const sd_variable *found =
        scope_find(b, module->parent, from->value, strlen(from->value));
    if (!found) {
        b->scope = module->parent;
        (void)sd_fail(b->diag, SD_E101, from->span, "no variable named '%s'", from->value);
        help_nearest_variable(b, from->value, false);
    }
    return found;
}

static void report_no_input(builder *b, const scope *module, const xml_attribute *to)
{
    b->scope = (scope *)module;
    (void)sd_fail(b->diag, SD_E118, to->span, "module '%.*s' has no variable '%s'",
                  (int)strlen(module->path) - 1, module->path, to->value);
    help_nearest_variable(b, to->value, false);
}

/* What is connected twice must be so to the same source, but <connect2> has the last word. */
static void add_connection(builder *b, connections *list, sd_table *inputs, connection next)
{
    connection *known = sd_table_find(inputs, next.to->key);
    if (!known) {
        connection *made = SD_NEW(b->arena, connection);
        *made = next;
        (void)sd_table_put(inputs, next.to->key, made);
        SD_PUSH(b->arena, list, made);
    } else if (known->from != next.from && known->second == next.second) {
        (void)sd_fail(b->diag, SD_E118, next.span, "'%s' is connected to both '%s' and '%s'",
                      next.to->name, known->from->name, next.from->name);
    } else if (next.second) {
        *known = next;
    }
}

static void read_connections(builder *b, const scope *module, connections *list, sd_table *inputs)
{
    for (const xml_element *child = module->module->first; child; child = child->next) {
        const xml_attribute *to = xml_attribute_of(child, "to"),
                            *from = xml_attribute_of(child, "from");
        connection next = {.second = strcmp(child->name, "connect2") == 0};
        if (!next.second && strcmp(child->name, "connect") != 0)
            continue;
        if (!to || !from) {
            (void)sd_fail(b->diag, SD_E304, child->span, "<%s> needs 'to' and 'from'", child->name);
            continue;
        }
        if (!to->value[0] || !from->value[0])
            continue; /* an empty row of an editor */
        next.to = find_input(b, module, to->value);
        if (!next.to)
            report_no_input(b, module, to);
        next.from = find_source(b, module, from);
        next.span = from->span;
        if (next.to && next.from)
            add_connection(b, list, inputs, next);
    }
}

/* The input's own equation is for a module that stands alone. */
static void follow(builder *b, const connection *c)
{
    sd_variable *to = c->to;
    if (c->from->kind == SD_GF) {
        (void)sd_fail(b->diag, SD_E114, c->span, "a graphical function cannot be an input yet");
        return;
    }
    if (to->dimension_count != c->from->dimension_count ||
        memcmp(to->dimensions, c->from->dimensions,
               to->dimension_count * sizeof(const sd_dimension *)) != 0) {
        (void)sd_fail(b->diag, SD_E109, c->span, "'%s' and '%s' have different dimensions",
                      to->name, c->from->name);
        return;
    }
    sd_expr *e = SD_NEW(b->arena, sd_expr);
    e->kind = SD_EXPR_REFERENCE;
    e->span = c->span;
    e->variable = c->from;
    e->subscript_count = to->dimension_count;
    e->subscripts = SD_NEW_ARRAY(b->arena, sd_subscript, to->dimension_count + 1);
    for (size_t d = 0; d < to->dimension_count; d++)
        e->subscripts[d] = (sd_subscript){.kind = SD_SUBSCRIPT_OWN, .at = d, .span = c->span};
    to->kind = to->kind == SD_FLOW ? SD_FLOW : SD_AUX;
    to->non_negative = false;
    to->apply_to_all = true;
    to->equations = SD_NEW_ARRAY(b->arena, const sd_expr *, to->size);
    to->texts = SD_NEW_ARRAY(b->arena, const char *, to->size);
    const char *text = strchr(c->from->name, '.') ? c->from->name
                                                  : sd_arena_printf(b->arena, ".%s", c->from->name);
    for (size_t i = 0; i < to->size; i++) {
        to->equations[i] = e;
        to->texts[i] = text;
    }
    if (!to->units_text)
        to->units = c->from->units;
    b->elements.items[to->index] = NULL;
}

void module_connect(builder *b)
{
    connections list = {0};
    sd_table *inputs = sd_table_new(b->arena);
    for (size_t i = 0; i < b->instances.count; i++)
        read_connections(b, b->instances.items[i], &list, inputs);
    for (size_t i = 0; i < list.count; i++)
        follow(b, list.items[i]);
}
