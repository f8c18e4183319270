/* module.c - a file's models and the modules that are instances of them, as one flat list of variables.
 * In: the <model> elements.  Out: declared variables, those of an instance under the path of its module; its inputs as
 * auxiliaries that follow what they are connected to.  XMILE 1.0, section 4.7.  What all instances come to is measured
 * before the first is made: models that hold two of the next would else grow without bound.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "scope.h"

enum {
    FLAT_BYTES_MAX = 16 << 20 /* [byte] of all instances together, beyond the file itself */
};

/* A <model> of the file. */
typedef struct submodel {
    const char *name, *key;
    const xml_element *element;
    double variables, bytes; /* of one instance with all in it */
    size_t height;           /* modules below each other in it */
    bool open, measured, used;
    bool inner;                   /* some module is an instance of it */
    const struct submodel *outer; /* whose module it is, while it is open */
} submodel;

typedef struct reading {
    builder *b;
    SD_LIST(submodel *) models;
    submodel *root;
    sd_table *named;
} reading;

static void unsupported(builder *b, sd_span span, const char *what)
{
    (void)sd_fail(b->diag, SD_E114, span, "<%s> is not supported yet", what);
}

/* ---- what stands in <variables> ---- */

/* <behavior>: what holds for every stock and flow that does not say otherwise. */
static void read_behavior(builder *b, const xml_element *behavior)
{
    for (const xml_element *child = behavior->first; child; child = child->next) {
        bool stocks = strcmp(child->name, "stock") == 0, flows = strcmp(child->name, "flow") == 0;
        const xml_element *mark = stocks || flows ? child->first : child;
        for (; mark; mark = stocks || flows ? mark->next : NULL) {
            if (mark->foreign)
                continue;
            if (strcmp(mark->name, "non_negative") != 0) {
                unsupported(b, mark->span, mark->name);
                continue;
            }
            bool on = strcasecmp(xml_trimmed(b->arena, mark), "false") != 0;
            b->scope->stocks_non_negative = flows ? b->scope->stocks_non_negative : on;
            b->scope->flows_non_negative = stocks ? b->scope->flows_non_negative : on;
        }
    }
}

static const char *add_group(builder *b, const char *name, const xml_element *element)
{
    const xml_element *doc = xml_child(element, "doc");
    sd_group group = {.name = name, .doc = doc ? xml_trimmed(b->arena, doc) : NULL};
    SD_PUSH(b->arena, &b->groups, group);
    return name;
}

static void read_group(builder *b, const xml_element *element)
{
    const xml_attribute *name = xml_attribute_of(element, "name");
    if (!name)
        return;
    const char *path = sd_arena_printf(b->arena, "%s%s", b->scope->path, name->value);
    add_group(b, path, element);
    for (const xml_element *child = element->first; child; child = child->next) {
        const xml_attribute *entity = xml_attribute_of(child, "name");
        if (strcmp(child->name, "entity") == 0 && entity)
            (void)sd_table_put(
                b->group_of,
                sd_arena_printf(b->arena, "%s%s", b->scope->prefix,
                                sd_name_key(b->arena, entity->value, strlen(entity->value))),
                sd_arena_copy(b->arena, path, strlen(path)));
    }
}

void module_declare(builder *b, const xml_element *variables)
{
    static const struct {
        const char *name;
        sd_variable_kind kind;
    } kinds[] = {{"stock", SD_STOCK}, {"flow", SD_FLOW}, {"aux", SD_AUX}, {"gf", SD_GF}};
    for (const xml_element *child = variables->first; child; child = child->next)
        if (strcmp(child->name, "group") == 0)
            read_group(b, child);
    for (const xml_element *child = variables->first; child; child = child->next) {
        size_t k = 0;
        while (k < 4 && strcmp(child->name, kinds[k].name) != 0)
            k++;
        if (k < 4)
            variable_declare(b, child, kinds[k].kind);
        else if (!child->foreign && strcmp(child->name, "group") != 0 &&
                 (b->scope->macro || strcmp(child->name, "module") != 0))
            unsupported(b, child->span, child->name);
    }
}

/* ---- which model a module is ---- */

static const xml_attribute *local_attribute(const xml_element *element, const char *name)
{
    for (size_t i = 0; i < element->attribute_count; i++) {
        const char *colon = strchr(element->attributes[i].name, ':');
        if (strcmp(colon ? colon + 1 : element->attributes[i].name, name) == 0)
            return &element->attributes[i];
    }
    return NULL;
}

static submodel *find_model(const reading *r, const char *name)
{
    return sd_table_find(r->named, sd_name_key(r->b->arena, name, strlen(name)));
}

/* A module's model bears its name, unless an attribute names another one of the file. */
static submodel *model_of(reading *r, const xml_element *module)
{
    sd_diag *diag = r->b->diag;
    const xml_attribute *name = xml_attribute_of(module, "name"),
                        *other = local_attribute(module, "model_name"),
                        *resource = xml_attribute_of(module, "resource");
    if (resource && *resource->value) {
        const char *inside = resource->value + (*resource->value == '#');
        if (!find_model(r, inside)) {
            (void)sd_fail(diag, SD_E114, resource->span,
                          "the model of module '%s' is in another file, and that is not read",
                          name->value);
            sd_help(diag, "copy its <model name=\"%s\"> into this file", name->value);
            return NULL;
        }
        return find_model(r, inside);
    }
    const xml_attribute *by = other && *other->value ? other : name;
    submodel *found = find_model(r, by->value);
    if (!found) {
        const char **names = SD_NEW_ARRAY(r->b->arena, const char *, r->models.count + 1);
        size_t count = 0;
        for (size_t i = 0; i < r->models.count; i++)
            if (r->models.items[i]->name)
                names[count++] = r->models.items[i]->name;
        (void)sd_fail(diag, SD_E118, by->span, "no <model> is named '%s'", by->value);
        sd_help_nearest(diag, by->value, names, count);
        if (!sd_nearest(by->value, names, count))
            sd_help(diag, "a module is an instance of a <model name=\"%s\"> in this file",
                    by->value);
    }
    return found;
}

/* ---- how large all instances are ---- */

static void report_circle(reading *r, const submodel *again, const submodel *last,
                          const xml_element *module)
{
    sd_text chain = sd_text_new(r->b->arena);
    SD_LIST(const submodel *) list = {0};
    for (const submodel *each = last; each && each != again; each = each->outer)
        SD_PUSH(r->b->arena, &list, each);
    sd_text_printf(&chain, "%s", again->name ? again->name : "the model");
    while (list.count)
        sd_text_printf(&chain, " -> %s", list.items[--list.count]->name);
    (void)sd_fail(r->b->diag, SD_E119, module->span, "a module holds itself: %s -> %s", chain.bytes,
                  again->name ? again->name : "the model");
}

static bool measure(reading *r, submodel *s, const xml_element *module, size_t depth);

static bool measure_module(reading *r, submodel *s, const xml_element *module, size_t depth)
{
    const xml_attribute *name = xml_attribute_of(module, "name");
    if (!name || !name->value[0]) {
        (void)sd_fail(r->b->diag, SD_E304, module->span, "<module> needs a name");
        return false;
    }
    submodel *inner = model_of(r, module);
    if (!inner)
        return false;
    if (inner->open) {
        report_circle(r, inner, s, module);
        return false;
    }
    if (!inner->measured) {
        inner->outer = s;
        if (!measure(r, inner, module, depth + 1))
            return false;
    }
    s->variables += inner->variables;
    s->bytes += inner->bytes;
    s->height = inner->height + 1 > s->height ? inner->height + 1 : s->height;
    if (s->height < SCOPE_DEPTH_MAX && s->variables <= SD_ELEMENTS_MAX &&
        s->bytes <= (double)r->b->source->length + FLAT_BYTES_MAX)
        return true;
    (void)sd_fail(r->b->diag, SD_E113, module->span,
                  s->height < SCOPE_DEPTH_MAX
                      ? "with all that its modules hold, the model is too large"
                      : "modules are nested deeper than %d levels",
                  SCOPE_DEPTH_MAX);
    return false;
}

static bool measure(reading *r, submodel *s, const xml_element *module, size_t depth)
{
    const xml_element *variables = xml_child(s->element, "variables");
    bool good = true;
    if (depth > SCOPE_DEPTH_MAX) {
        (void)sd_fail(r->b->diag, SD_E113, module->span, "modules are nested deeper than %d levels",
                      SCOPE_DEPTH_MAX);
        return false;
    }
    s->open = s->used = true;
    s->variables = 1;
    s->bytes = (double)xml_weight(s->element);
    for (const xml_element *child = variables ? variables->first : NULL; child && good;
         child = child->next) {
        s->variables++;
        if (strcmp(child->name, "module") == 0)
            good = measure_module(r, s, child, depth);
    }
    s->open = false;
    s->measured = good;
    return good;
}

/* ---- instances ---- */

/* A module that runs apart, with a DT or a method of its own, would give other numbers. */
static void check_specs(builder *b, const xml_element *specs, const char *name)
{
    sd_model whole = *b->model;
    specs_read(b, specs);
    sd_model own = *b->model;
    *b->model = whole;
    bool same = (!own.start_given || own.spec.start == whole.spec.start) &&
                (!own.stop_given || own.spec.stop == whole.spec.stop) &&
                own.spec.dt == whole.spec.dt && own.spec.method == whole.spec.method;
    if (same)
        return;
    (void)sd_fail(b->diag, SD_E114, specs->span,
                  "module '%s' wants to run apart, with <sim_specs> of its own", name);
    sd_help(b->diag, "without them it runs with the whole model");
}

static void make_instance(reading *r, submodel *s, scope *here);

static void make_module(reading *r, scope *outer, const xml_element *module)
{
    builder *b = r->b;
    const xml_attribute *name = xml_attribute_of(module, "name");
    const char *path = sd_arena_printf(b->arena, "%s%s", outer->path,
                                       sd_name_display(b->arena, name->value, strlen(name->value)));
    const char *key =
        sd_arena_printf(b->arena, "%s%s", outer->prefix,
                        sd_name_key(b->arena, name->value, strlen(name->value)));
    submodel *s = model_of(r, module);
    scope *here = s ? scope_new(b, outer, path, key, name->span) : NULL;
    if (!here)
        return;
    if (sd_table_find(b->names, key) || sd_table_find(b->modules, key)) {
        (void)sd_fail(b->diag, SD_E102, name->span, "'%s' is already the name of another %s", path,
                      sd_table_find(b->names, key) ? "variable" : "module");
        return;
    }
    here->element = s->element;
    here->module = module;
    here->group = add_group(b, path, xml_child(module, "doc") ? module : s->element);
    (void)sd_table_put(b->modules, key, here);
    SD_PUSH(b->arena, &b->instances, here);
    make_instance(r, s, here);
}

static void make_instance(reading *r, submodel *s, scope *here)
{
    builder *b = r->b;
    const xml_element *specs = xml_child(s->element, "sim_specs"),
                      *behavior = xml_child(s->element, "behavior"),
                      *variables = xml_child(s->element, "variables");
    b->scope = here;
    here->stocks_non_negative = b->stocks_non_negative;
    here->flows_non_negative = b->flows_non_negative;
    if (specs && here->parent)
        check_specs(b, specs, here->module ? xml_attribute_of(here->module, "name")->value : "");
    if (behavior)
        read_behavior(b, behavior);
    if (!variables) {
        (void)sd_fail(b->diag, SD_E302, s->element->span, "the model has no <variables>");
        return;
    }
    module_declare(b, variables);
    for (const xml_element *child = variables->first; child && !b->modules_broken;
         child = child->next)
        if (strcmp(child->name, "module") == 0)
            make_module(r, here, child);
}

/* ---- the models of a file ---- */

static void add_model(reading *r, const xml_element *element)
{
    const xml_attribute *name = xml_attribute_of(element, "name"),
                        *resource = xml_attribute_of(element, "resource");
    submodel *s = SD_NEW(r->b->arena, submodel);
    s->element = element;
    s->name = name && name->value[0] ? name->value : NULL;
    if (resource) {
        (void)sd_fail(r->b->diag, SD_E114, resource->span,
                      "this model is in another file, and that is not read");
        sd_help(r->b->diag, "copy the model into this file");
    }
    SD_PUSH(r->b->arena, &r->models, s);
    if (!s->name && r->root)
        (void)sd_fail(r->b->diag, SD_E102, element->span, "two models have no name");
    else if (!s->name)
        r->root = s;
    else if (sd_table_put(r->named, sd_name_key(r->b->arena, s->name, strlen(s->name)), s))
        (void)sd_fail(r->b->diag, SD_E102, name->span, "two models are named '%s'", s->name);
}

/* The model itself has no name, or else no module is an instance of it. */
static submodel *find_root(reading *r)
{
    for (size_t i = 0; i < r->models.count && !r->root; i++) {
        const xml_element *variables = xml_child(r->models.items[i]->element, "variables");
        for (const xml_element *child = variables ? variables->first : NULL; child;
             child = child->next) {
            const xml_attribute *name = local_attribute(child, "model_name");
            name = name ? name : xml_attribute_of(child, "name");
            submodel *found =
                name && strcmp(child->name, "module") == 0 ? find_model(r, name->value) : NULL;
            if (found)
                found->inner = true;
        }
    }
    for (size_t i = 0; i < r->models.count && !r->root; i++)
        r->root = r->models.items[i]->inner ? NULL : r->models.items[i];
    return r->root ? r->root : r->models.items[0];
}

static void warn_unused(const reading *r)
{
    for (size_t i = 0; i < r->models.count; i++) {
        const submodel *s = r->models.items[i];
        if (s->used)
            continue;
        sd_warn(r->b->diag, SD_W922, s->element->span, "no module is an instance of the model '%s'",
                s->name ? s->name : "");
        sd_help(r->b->diag, "it is left out of the run");
    }
}

const xml_element *module_read(builder *b, const xml_element *root)
{
    reading r = {.b = b, .named = sd_table_new(b->arena)};
    scope *whole = scope_new(b, NULL, "", "", root->span);
    b->scope = whole;
    b->modules = sd_table_new(b->arena);
    for (const xml_element *child = root->first; child; child = child->next) {
        if (strcmp(child->name, "behavior") == 0)
            read_behavior(b, child);
        else if (strcmp(child->name, "model") == 0)
            add_model(&r, child);
    }
    b->stocks_non_negative = whole->stocks_non_negative;
    b->flows_non_negative = whole->flows_non_negative;
    if (r.models.count == 0) {
        (void)sd_fail(b->diag, SD_E302, root->span, "the file holds no <model>");
        return NULL;
    }
    r.root = find_root(&r);
    for (size_t i = 0; i < r.models.count; i++) {
        dimensions_read(b, r.models.items[i]->element);
        units_read(b, r.models.items[i]->element);
    }
    const xml_element *specs = xml_child(r.root->element, "sim_specs");
    if (specs)
        specs_read(b, specs);
    whole->element = r.root->element;
    b->modules_broken = !measure(&r, r.root, r.root->element, 0);
    make_instance(&r, r.root, whole);
    if (!b->modules_broken)
        warn_unused(&r);
    return r.root->element;
}

bool sd_model_has_module(const sd_model *model, const char *path)
{
    sd_arena *scratch = sd_arena_new("a name");
    bool found = sd_table_find(model->modules, sd_name_key(scratch, path, strlen(path))) ||
                 sd_table_find(model->modules, scope_key(scratch, path, strlen(path)));
    sd_arena_free(scratch);
    return found;
}
