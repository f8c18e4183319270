/* macro.c - functions that the file defines itself, with variables and stocks of their own.
 * In: <macro> elements, and calls in equations.  Out: for each call an instance: variables named after the one that
 * calls, "output.SMOOTH" for the result and "output.SMOOTH.level" for what the macro holds, over the dimensions of the
 * place where it is called; the call itself becomes a reference to the result.  XMILE 1.0, sections 3.6 and 4.8.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "reference.h"
#include "scope.h"
#include "unit_private.h"

enum {
    CALLS_MAX = 100000,        /* expanded in one model */
    CALL_BYTES_MAX = 16 << 20, /* [byte] of macros' text, once for each call */
    PARAMETERS_MAX = 64
};

typedef struct parameter {
    const char *name, *key;
    const xml_attribute *fallback; /* its default, or NULL */
    sd_span span;
} parameter;

struct macro {
    const char *name, *key;
    const xml_element *element;
    const xml_element *variables; /* or NULL */
    size_t least, count;          /* arguments that it needs and that it takes */
    const parameter *parameters;
    size_t bytes;       /* of its text */
    struct macro *next; /* of the same name, with another number of arguments */
};

/* ---- reading ---- */

static bool read_parameter(builder *b, macro *m, parameter *list, const xml_element *element)
{
    const char *name = xml_trimmed(b->arena, element);
    sd_span span = mapped_span(&element->text, 0, element->text.length);
    parameter *p = &list[m->count];
    if (m->count == PARAMETERS_MAX) {
        (void)sd_fail(b->diag, SD_E113, span, "macro '%s' has more than %d parameters", m->name,
                      PARAMETERS_MAX);
        return false;
    }
    p->name = sd_name_display(b->arena, name, strlen(name));
    p->key = sd_name_key(b->arena, name, strlen(name));
    p->fallback = xml_attribute_of(element, "default");
    p->span = span;
    if (!*p->key) {
        (void)sd_fail(b->diag, SD_E120, element->span, "a parameter of macro '%s' has no name",
                      m->name);
        return false;
    }
    for (size_t i = 0; i < m->count; i++) {
        if (strcmp(list[i].key, p->key) == 0) {
            (void)sd_fail(b->diag, SD_E102, span, "macro '%s' has two parameters '%s'", m->name,
                          p->name);
            return false;
        }
    }
    if (!p->fallback && m->count > m->least) {
        (void)sd_fail(b->diag, SD_E120, span,
                      "parameter '%s' of macro '%s' follows one with a default and has none",
                      p->name, m->name);
        return false;
    }
    m->least += !p->fallback;
    m->count++;
    return true;
}

static void add_macro(builder *b, macro *m, const char *key, sd_span span)
{
    for (macro *other = sd_table_find(b->macros, key); other; other = other->next) {
        if (m->least <= other->count && other->least <= m->count) {
            (void)sd_fail(b->diag, SD_E102, span,
                          "two macros '%s' take the same number of arguments", m->name);
            return;
        }
    }
    macro *entry = SD_NEW(b->arena, macro);
    *entry = *m;
    entry->next = sd_table_put(b->macros, key, entry);
}

void macro_read(builder *b, const xml_element *element)
{
    const xml_attribute *name = xml_attribute_of(element, "name"),
                        *namespace = xml_attribute_of(element, "namespace");
    const xml_element *specs = xml_child(element, "sim_specs");
    parameter *list = SD_NEW_ARRAY(b->arena, parameter, PARAMETERS_MAX + 1);
    macro m = {.element = element,
               .variables = xml_child(element, "variables"),
               .parameters = list,
               .bytes = xml_weight(element)};
    if (!name || !name->value[0]) {
        (void)sd_fail(b->diag, SD_E304, element->span, "<macro> needs a name");
        return;
    }
    m.name = sd_name_display(b->arena, name->value, strlen(name->value));
    m.key = sd_name_key(b->arena, name->value, strlen(name->value));
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, "parm") == 0 && !read_parameter(b, &m, list, child))
            return;
    if (!xml_child(element, "eqn"))
        (void)sd_fail(b->diag, SD_E120, element->span, "macro '%s' has no <eqn>", m.name);
    if (specs) {
        (void)sd_fail(b->diag, SD_E114, specs->span,
                      "macro '%s' wants to run apart, with <sim_specs> of its own", m.name);
        sd_help(b->diag, "without them its stocks move with the model's");
    }
    add_macro(b, &m, m.key, name->span);
    if (namespace && *namespace->value)
        add_macro(b, &m,
                  sd_arena_printf(b->arena, "%s.%s",
                                  sd_name_key(b->arena, namespace->value, strlen(namespace->value)),
                                  m.key),
                  name->span);
}

/* ---- which macro a call means ---- */

const macro *macro_named(const builder *b, const char *key)
{
    return sd_table_find(b->macros, key);
}

static const char *call_text(const builder *b, const macro *m)
{
    sd_text text = sd_text_new(b->arena);
    sd_text_printf(&text, "%s(", m->name);
    for (size_t i = 0; i < m->count; i++)
        sd_text_printf(&text, "%s%s%s", i == m->least ? "[" : "", i ? ", " : "",
                       m->parameters[i].name);
    sd_text_printf(&text, "%s)", m->count > m->least ? "]" : "");
    return text.bytes;
}

const macro *macro_taking(const builder *b, const macro *first, size_t count, sd_span where)
{
    const macro *m = first;
    do {
        if (m->least <= count && count <= m->count)
            return m;
        m = m->next;
    } while (m);
    (void)sd_fail(b->diag, SD_E108, where, "macro '%s' is given %zu argument%s", first->name, count,
                  count == 1 ? "" : "s");
    for (m = first; m; m = m->next)
        sd_help(b->diag, "it is called %s", call_text(b, m));
    return NULL;
}

/* ---- instances ---- */

/* The dimensions of a call, and what becomes of the subscripts of its arguments. */
typedef struct plan {
    const macro_call *call;
    size_t element; /* of the calling variable that the equation is for; SIZE_MAX: all */
    size_t own;     /* dimensions of the calling variable that the instance has */
    size_t loop[SD_VARIABLE_DIMENSIONS_MAX]; /* dimension of each loop plus 1; 0: has none */
} plan;

/* Calls `visit` for each subscript of an argument; `inner`: within a SUM of the argument itself. */
static void each_subscript(sd_expr *e, plan *p, bool inner,
                           void (*visit)(plan *p, sd_subscript *subscript, bool inner))
{
    for (size_t i = 0; e->kind == SD_EXPR_REFERENCE && i < e->subscript_count; i++) {
        visit(p, &e->subscripts[i], inner);
        if (e->subscripts[i].kind == SD_SUBSCRIPT_NUMBER)
            each_subscript((sd_expr *)e->subscripts[i].index, p, inner, visit);
    }
    for (size_t i = 0; i < e->argument_count; i++)
        each_subscript(e->arguments[i], p, inner || (e->loop_count && e->builtin->id != SD_FN_PICK),
                       visit);
}

static void note_loop(plan *p, sd_subscript *subscript, bool inner)
{
    if (subscript->kind == SD_SUBSCRIPT_EACH && !inner)
        p->loop[subscript->at] = 1;
}

static void move_subscript(plan *p, sd_subscript *subscript, bool inner)
{
    if (subscript->kind == SD_SUBSCRIPT_EACH && !inner) {
        subscript->kind = SD_SUBSCRIPT_OWN;
        subscript->at = p->loop[subscript->at] - 1;
    } else if (subscript->kind == SD_SUBSCRIPT_OWN && p->element != SIZE_MAX) {
        const size_t own = sd_place_of(p->call->owner, p->element).own[subscript->at];
        subscript->kind = SD_SUBSCRIPT_ELEMENT;
        subscript->at = subscript->map ? subscript->map[own] : own + subscript->first;
    }
}

static bool plan_dimensions(builder *b, plan *p, scope *made)
{
    const macro_call *call = p->call;
    for (size_t d = 0; p->element == SIZE_MAX && d < call->owner->dimension_count; d++)
        made->dimensions[made->dimension_count++] = call->owner->dimensions[d];
    p->own = made->dimension_count;
    for (size_t i = 0; i < call->count; i++)
        each_subscript(call->arguments[i], p, false, note_loop);
    for (size_t i = 0; i < call->loop_count; i++) {
        if (!p->loop[i])
            continue;
        if (made->dimension_count == SD_VARIABLE_DIMENSIONS_MAX) {
            (void)sd_fail(b->diag, SD_E113, call->span,
                          "this call runs over more than %d dimensions",
                          SD_VARIABLE_DIMENSIONS_MAX);
            return false;
        }
        made->dimensions[made->dimension_count] = call->loops[i];
        p->loop[i] = ++made->dimension_count;
    }
    for (size_t i = 0; i < call->count; i++)
        each_subscript(call->arguments[i], p, false, move_subscript);
    return true;
}

/* What an instance is called: "output.SMOOTH", and for further calls in the same equation "output.SMOOTH_2" and so on. */
typedef struct called {
    const char *name, *key;
} called;

static called free_name(builder *b, const macro_call *call)
{
    const sd_variable *owner = call->owner;
    const called first = {.name =
                              sd_arena_printf(b->arena, "%s.%s", owner->name, call->macro->name),
                          .key = sd_arena_printf(b->arena, "%s.%s", owner->key, call->macro->key)};
    called next = first;
    size_t *count = sd_table_find(b->call_counts, first.key);
    if (!count) {
        count = SD_NEW(b->arena, size_t);
        (void)sd_table_put(b->call_counts, first.key, count);
    }
    do {
        if (++*count == 1)
            continue;
        next.name = sd_arena_printf(b->arena, "%s_%zu", first.name, *count);
        next.key = sd_arena_printf(b->arena, "%s_%zu", first.key, *count);
    } while (sd_table_find(b->names, next.key));
    return next;
}

void macro_dimensions(builder *b, sd_variable *variable, const xml_element *element)
{
    const scope *call = b->scope;
    if (variable->kind == SD_GF)
        return; /* the same for all */
    if (variable->dimension_count || (element && xml_child(element, "element")))
        (void)sd_fail(b->diag, SD_E114, variable->span,
                      "arrays inside macros are not supported yet");
    variable->dimension_count = call->dimension_count;
    variable->dimensions = b->scope->dimensions;
    variable->size = 1;
    for (size_t d = 0; d < call->dimension_count && variable->size <= SD_ELEMENTS_MAX; d++)
        variable->size *= call->dimensions[d]->size;
}

/* A variable of the call that no element of the file declares; NULL after E113. */
static sd_variable *add_variable(builder *b, called as, sd_span span, const xml_element *element)
{
    sd_variable *v = SD_NEW(b->arena, sd_variable);
    v->kind = SD_AUX;
    v->name = as.name;
    v->key = as.key;
    v->span = span;
    v->group = b->scope->group;
    v->range_min = v->bound_min = -(double)INFINITY;
    v->range_max = v->bound_max = (double)INFINITY;
    v->apply_to_all = true;
    macro_dimensions(b, v, NULL);
    return variable_add(b, v, element) ? v : NULL;
}

static const char *source_text(const builder *b, sd_span span)
{
    sd_text folded = sd_text_new(b->arena);
    const char *bytes = span.source->text + span.begin;
    size_t length = span.end - span.begin;
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", bytes[i]) || (i && !strchr(" \t\r\n", bytes[i - 1])))
            sd_text_add(&folded, strchr(" \t\r\n", bytes[i]) ? " " : bytes + i, 1);
    return folded.bytes;
}

static bool is_plain(const sd_expr *e)
{
    return e->kind == SD_EXPR_NUMBER || e->kind == SD_EXPR_REFERENCE;
}

static bool bind(builder *b, const parameter *to, const sd_expr *value)
{
    argument given = {.key = to->key, .value = value};
    if (!is_plain(value)) {
        const called as = {sd_arena_printf(b->arena, "%s%s", b->scope->path, to->name),
                           sd_arena_printf(b->arena, "%s%s", b->scope->prefix, to->key)};
        sd_variable *v = add_variable(b, as, to->span, NULL);
        if (!v)
            return false;
        v->equations = SD_NEW_ARRAY(b->arena, const sd_expr *, v->size);
        v->texts = SD_NEW_ARRAY(b->arena, const char *, v->size);
        const char *text = source_text(b, value->span);
        for (size_t i = 0; i < v->size; i++) {
            v->equations[i] = value;
            v->texts[i] = text;
        }
        given.value = NULL;
    }
    SD_PUSH(b->arena, &b->scope->arguments, given);
    return true;
}

/* A default is an expression of the parameters before it. */
static const sd_expr *default_value(builder *b, const parameter *of)
{
    sd_variable *owner = SD_NEW(b->arena, sd_variable);
    const mapped_text text = mapped_attribute(b->arena, of->fallback);
    mapped_text *kept = SD_NEW(b->arena, mapped_text);
    *kept = text;
    owner->name = sd_arena_printf(b->arena, "%s%s", b->scope->path, of->name);
    owner->key = sd_arena_printf(b->arena, "%s%s", b->scope->prefix, of->key);
    owner->span = of->span;
    owner->apply_to_all = true;
    macro_dimensions(b, owner, NULL);
    size_t element = b->element;
    b->element = SIZE_MAX;
    const sd_expr *value = equation_parse(b, owner, kept, 0);
    b->element = element;
    if (!value)
        macro_help_caller(b);
    return value;
}

static bool bind_all(builder *b, const macro_call *call)
{
    const macro *m = call->macro;
    for (size_t i = 0; i < m->count; i++) {
        const sd_expr *value =
            i < call->count ? call->arguments[i] : default_value(b, &m->parameters[i]);
        if (!value || !bind(b, &m->parameters[i], value))
            return false;
    }
    return true;
}

/* The result, seen from where the call stands. */
static sd_expr *result_of(const builder *b, const plan *p, const sd_variable *result)
{
    sd_expr *e = SD_NEW(b->arena, sd_expr);
    e->kind = SD_EXPR_REFERENCE;
    e->span = p->call->span;
    e->variable = result;
    e->subscript_count = result->dimension_count;
    e->subscripts = SD_NEW_ARRAY(b->arena, sd_subscript, result->dimension_count + 1);
    for (size_t d = 0; d < p->own; d++)
        e->subscripts[d] = (sd_subscript){.kind = SD_SUBSCRIPT_OWN, .at = d, .span = p->call->span};
    for (size_t i = 0; i < p->call->loop_count; i++)
        if (p->loop[i])
            e->subscripts[p->loop[i] - 1] =
                (sd_subscript){.kind = SD_SUBSCRIPT_EACH, .at = i, .span = p->call->span};
    return e;
}

/* A macro that calls itself would need its own end before it begins. */
static bool may_call(builder *b, const macro_call *call)
{
    const macro *m = call->macro;
    const scope *again = b->scope;
    while (again && again->macro != m)
        again = again->parent;
    if (again) {
        const char *chain = m->name;
        for (const scope *s = b->scope; s != again->parent; s = s->parent)
            chain = sd_arena_printf(b->arena, "%s -> %s", s->macro->name, chain);
        (void)sd_fail(b->diag, SD_E119, call->span, "a macro calls itself: %s", chain);
        return false;
    }
    b->calls++;
    b->call_bytes += m->bytes;
    if (b->calls <= CALLS_MAX && b->call_bytes <= CALL_BYTES_MAX)
        return true;
    (void)sd_fail(b->diag, SD_E113, call->span,
                  "with all calls of macros written out, the model is too large");
    return false;
}

sd_expr *macro_expand(builder *b, const macro_call *call)
{
    const macro *m = call->macro;
    scope *outer = b->scope;
    plan p = {.call = call, .element = b->element};
    if (!may_call(b, call))
        return NULL;
    const called as = free_name(b, call);
    scope *made = scope_new(b, outer, as.name, as.key, call->span);
    if (!made || !plan_dimensions(b, &p, made))
        return NULL;
    made->macro = m;
    made->element = m->element;
    made->call = call->span;
    made->owner = call->owner;
    made->group = call->owner->group;
    made->stocks_non_negative = b->stocks_non_negative;
    made->flows_non_negative = b->flows_non_negative;
    b->scope = made;
    sd_variable *result = add_variable(b, as, call->span, m->element);
    for (size_t i = 0; result && i < call->loop_count; i++)
        if (p.loop[i])
            subscript_name_range(b, call->loops[i]);
    bool good = result && bind_all(b, call);
    const xml_element *doc = xml_child(m->element, "doc");
    if (good && doc)
        result->doc = xml_trimmed(b->arena, doc);
    if (good && m->variables) {
        size_t errors = b->diag->errors;
        module_declare(b, m->variables);
        if (b->diag->errors > errors)
            macro_help_caller(b);
    }
    b->scope = outer;
    return good ? result_of(b, &p, result) : NULL;
}

/* ---- inside a call ---- */

sd_expr *macro_argument(const builder *b, const char *key, sd_span span)
{
    for (size_t i = 0; i < b->scope->arguments.count; i++) {
        const argument *given = &b->scope->arguments.items[i];
        if (strcmp(given->key, key) != 0 || !given->value)
            continue;
        sd_expr *copy = SD_NEW(b->arena, sd_expr);
        *copy = *given->value;
        copy->span = span;
        return copy;
    }
    return NULL;
}

void macro_help_caller(const builder *b)
{
    const scope *s = b->scope;
    sd_position place = sd_source_position(s->call.source, s->call.begin);
    sd_help(b->diag, "in macro '%s', called by '%s' in line %zu", s->macro->name, s->owner->name,
            place.line);
}

bool macro_knows_units(const builder *b, const sd_unit *units)
{
    const macro *m = b->scope->macro;
    for (size_t i = 0; m && i < m->count; i++) {
        const char *key =
            sd_unit_key(b->arena, m->parameters[i].name, strlen(m->parameters[i].name));
        for (size_t t = 0; t < units->count; t++)
            if (strcmp(units->terms[t].name, key) == 0)
                return false;
    }
    return true;
}
