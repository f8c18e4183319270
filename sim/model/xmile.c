/* xmile.c - an XMILE 1.0 file as a model: header, specification, dimensions, units, groups and variables.
 * In: a source.  Out: the finished sd_model.  Two passes over the variables, declare then define, so that
 * equations may use names that come later.  What is not supported is said (E114), never ignored, unless it
 * cannot change a number.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scope.h"
#include "unit_private.h"

/* A line break would let a file write lines of its own into what people see. */
static const char *one_line(sd_arena *arena, const char *text)
{
    char *line = sd_arena_copy(arena, text, strlen(text));
    for (char *c = line; *c; c++)
        *c = (char)(*c == '\n' || *c == '\r' || *c == '\t' ? ' ' : *c);
    return line;
}

/* ---- sim_specs ---- */

static void read_number(builder *b, const xml_element *element, double *ret_value)
{
    const char *text = xml_trimmed(b->arena, element);
    if (!sd_number_from_text(text, ret_value)) {
        (void)sd_fail(b->diag, SD_E112, mapped_span(&element->text, 0, element->text.length),
                      "<%s> must be a number, not '%s'", element->name, text);
    }
}

static void read_method(builder *b, const xml_attribute *method)
{
    /* A list in order of preference: "RK4, Euler". */
    for (const char *at = method->value; *at;) {
        size_t skip = strspn(at, ", "), length = strcspn(at + skip, ", ");
        const char *name = sd_arena_copy(b->arena, at + skip, length);
        if (length && sd_method_from_name(name, &b->model->spec.method))
            return;
        at += skip + length;
    }
    (void)sd_fail(b->diag, SD_E112, method->span, "unknown integration method '%s'", method->value);
    sd_help(b->diag, "%s", sd_method_list(b->arena));
}

const xml_attribute *xml_save_attribute(const xml_element *specs)
{
    for (size_t i = 0; i < specs->attribute_count; i++) {
        const char *colon = strchr(specs->attributes[i].name, ':');
        const char *local = colon ? colon + 1 : specs->attributes[i].name;
        if (strcmp(local, "save_interval") == 0)
            return &specs->attributes[i];
    }
    return NULL;
}

/* What XMILE has no words for, in our own namespace. */
static void read_vendor_specs(builder *b, const xml_element *specs)
{
    sd_run_spec *spec = &b->model->spec;
    const xml_attribute *method = xml_attribute_of(specs, "treadmill:method"),
                        *rtol = xml_attribute_of(specs, "treadmill:rtol"),
                        *atol = xml_attribute_of(specs, "treadmill:atol"),
                        *seed = xml_attribute_of(specs, "treadmill:seed");
    if (method)
        read_method(b, method);
    if (rtol && (!sd_number_from_text(rtol->value, &spec->rtol) || spec->rtol < 0))
        (void)sd_fail(b->diag, SD_E112, rtol->span, "rtol must be a number that is not below 0");
    if (atol && (!sd_number_from_text(atol->value, &spec->atol) || spec->atol < 0))
        (void)sd_fail(b->diag, SD_E112, atol->span, "atol must be a number that is not below 0");
    if (!seed)
        return;
    size_t digits = strspn(seed->value, "0123456789");
    errno = 0;
    spec->seed = strtoull(seed->value, NULL, 10);
    if (digits == 0 || seed->value[digits] || errno)
        (void)sd_fail(b->diag, SD_E112, seed->span, "a seed must be a whole number, 0 or above");
}

static void invert_dt(builder *b, const xml_element *element, double *dt)
{
    if (*dt == 0) {
        (void)sd_fail(b->diag, SD_E112, mapped_span(&element->text, 0, element->text.length),
                      "<dt> as a reciprocal must not be 0");
        *dt = 1;
    }
    *dt = 1 / *dt;
}

void specs_read(builder *b, const xml_element *specs)
{
    sd_run_spec *spec = &b->model->spec;
    b->model->spec_span = specs->span;
    const xml_attribute *method = xml_attribute_of(specs, "method");
    const xml_attribute *time_units = xml_attribute_of(specs, "time_units"),
                        *save = xml_save_attribute(specs);
    if (method)
        read_method(b, method);
    if (time_units)
        b->model->time_units = one_line(b->arena, time_units->value);
    for (const xml_element *child = specs->first; child; child = child->next) {
        if (strcmp(child->name, "start") == 0) {
            read_number(b, child, &spec->start);
            b->model->start_given = true;
        } else if (strcmp(child->name, "stop") == 0) {
            read_number(b, child, &spec->stop);
            b->model->stop_given = true;
        } else if (strcmp(child->name, "savestep") == 0 || strcmp(child->name, "save_step") == 0) {
            read_number(b, child, &spec->save_interval);
        } else if (strcmp(child->name, "dt") == 0) {
            const xml_attribute *reciprocal = xml_attribute_of(child, "reciprocal");
            read_number(b, child, &spec->dt);
            if (reciprocal && strcasecmp(reciprocal->value, "true") == 0)
                invert_dt(b, child, &spec->dt);
        } else if (strcmp(child->name, "run") == 0) {
            const xml_attribute *by = xml_attribute_of(child, "by");
            if (by && strcasecmp(by->value, "all") != 0)
                (void)sd_fail(b->diag, SD_E114, by->span,
                              "running only a part of the model is not supported yet");
        }
    }
    if (save && !sd_number_from_text(save->value, &spec->save_interval))
        (void)sd_fail(b->diag, SD_E112, save->span, "save_interval must be a number, not '%s'",
                      save->value);
    read_vendor_specs(b, specs);
}

/* ---- dimensions ---- */

static void name_elements(builder *b, sd_dimension *dimension, const xml_element *element)
{
    sd_table *places = sd_table_new(b->arena);
    size_t at = 0;
    dimension->places = places;
    for (const xml_element *child = element->first; child; child = child->next) {
        const xml_attribute *name = xml_attribute_of(child, "name");
        if (strcmp(child->name, "elem") != 0 || !name)
            continue;
        const char *key = sd_name_key(b->arena, name->value, strlen(name->value));
        if (sd_table_find(places, key))
            (void)sd_fail(b->diag, SD_E102, name->span, "dimension '%s' has two elements '%s'",
                          dimension->name, name->value);
        else
            (void)sd_table_put(places, key, &dimension->element_keys[at]);
        if (!sd_table_find(b->element_names, key))
            (void)sd_table_put(b->element_names, key, dimension);
        const xml_element *doc = xml_child(child, "treadmill:doc");
        dimension->elements[at] = sd_name_display(b->arena, name->value, strlen(name->value));
        dimension->element_keys[at] = key;
        dimension->element_docs[at++] = doc ? xml_trimmed(b->arena, doc) : NULL;
    }
}

static bool is_same(const sd_dimension *a, const sd_dimension *b)
{
    for (size_t i = 0; a->size == b->size && i < a->size; i++)
        if (strcmp(a->element_keys[i], b->element_keys[i]) != 0)
            return false;
    return a->size == b->size;
}

static void read_dimension(builder *b, const xml_element *element)
{
    const xml_attribute *name = xml_attribute_of(element, "name"),
                        *size = xml_attribute_of(element, "size");
    if (!name) {
        (void)sd_fail(b->diag, SD_E304, element->span, "<dim> needs a name");
        return;
    }
    sd_dimension *dimension = SD_NEW(b->arena, sd_dimension);
    dimension->name = sd_name_display(b->arena, name->value, strlen(name->value));
    dimension->key = sd_name_key(b->arena, name->value, strlen(name->value));
    dimension->span = name->span;
    dimension->index = b->dimensions.count;
    size_t named = 0;
    for (const xml_element *child = element->first; child; child = child->next)
        named += strcmp(child->name, "elem") == 0 && xml_attribute_of(child, "name");
    double count = (double)named;
    if (named == 0 && (!size || !sd_number_from_text(size->value, &count) || count < 1 ||
                       count != floor(count))) {
        (void)sd_fail(b->diag, SD_E304, size ? size->span : element->span,
                      "dimension '%s' needs its elements, or a whole number as its size",
                      dimension->name);
        return;
    }
    if (count + (double)b->dimension_elements > SD_ELEMENTS_MAX) {
        (void)sd_fail(b->diag, SD_E113, size ? size->span : element->span,
                      count <= SD_ELEMENTS_MAX
                          ? "with dimension '%s' all dimensions have more than %d elements"
                          : "dimension '%s' has more than %d elements",
                      dimension->name, SD_ELEMENTS_MAX);
        return;
    }
    b->dimension_elements += (size_t)count;
    dimension->size = (size_t)count;
    dimension->elements = SD_NEW_ARRAY(b->arena, const char *, dimension->size);
    dimension->element_keys = SD_NEW_ARRAY(b->arena, const char *, dimension->size);
    dimension->element_docs = SD_NEW_ARRAY(b->arena, const char *, dimension->size);
    if (named)
        name_elements(b, dimension, element);
    for (size_t i = named; i < dimension->size; i++)
        dimension->elements[i] = dimension->element_keys[i] =
            sd_arena_printf(b->arena, "%zu", i + 1);
    const sd_dimension *known = sd_table_find(b->dimension_names, dimension->key);
    if (known && strcmp(element->parent->parent->name, "model") == 0 && is_same(known, dimension))
        return; /* each model may tell its own again */
    if (sd_table_put(b->dimension_names, dimension->key, dimension))
        (void)sd_fail(b->diag, SD_E102, name->span, "two dimensions are named '%s'",
                      dimension->name);
    SD_PUSH(b->arena, &b->dimensions, dimension);
}

void dimensions_read(builder *b, const xml_element *element)
{
    const xml_element *dimensions = xml_child(element, "dimensions");
    for (const xml_element *child = dimensions ? dimensions->first : NULL; child;
         child = child->next)
        if (strcmp(child->name, "dim") == 0)
            read_dimension(b, child);
}

/* ---- units ---- */

static void read_unit(builder *b, const xml_element *element)
{
    const xml_attribute *name = xml_attribute_of(element, "name");
    const xml_element *equation = xml_child(element, "eqn");
    if (!name)
        return;
    const char *text = equation ? equation->text.text : name->value;
    size_t length = equation ? equation->text.length : strlen(name->value);
    sd_unit *unit = SD_NEW(b->arena, sd_unit);
    if (sd_unit_parse(b->arena, b->unit_names, text, length, equation ? mapped_locate : NULL,
                      equation ? &equation->text : NULL, unit, b->diag) != SD_OK ||
        !unit->known)
        return;
    for (const xml_element *alias = element->first; alias; alias = alias->next) {
        if (strcmp(alias->name, "alias") != 0)
            continue;
        const char *known = xml_trimmed(b->arena, alias);
        (void)sd_table_put(b->unit_names, sd_name_key(b->arena, known, strlen(known)), unit);
    }
    if (equation)
        (void)sd_table_put(b->unit_names, sd_name_key(b->arena, name->value, strlen(name->value)),
                           unit);
}

void units_read(builder *b, const xml_element *element)
{
    for (const xml_element *units = element->first; units; units = units->next)
        if (strcmp(units->name, "model_units") == 0 || strcmp(units->name, "units") == 0)
            for (const xml_element *child = units->first; child; child = child->next)
                if (strcmp(child->name, "unit") == 0)
                    read_unit(b, child);
}

/* ---- the whole ---- */

/* Whether a text has a word in it; case is ignored. */
static bool has_word(const char *text, const char *word)
{
    for (; *text; text++)
        if (strncasecmp(text, word, strlen(word)) == 0)
            return true;
    return false;
}

/* Who wrote the file: what Vensim and xmutil write means what it means in Vensim. */
static void read_dialect(builder *b, const xml_element *header)
{
    for (const xml_element *child = header->first; child; child = child->next) {
        if (strcmp(child->name, "product") != 0 && strcmp(child->name, "vendor") != 0)
            continue;
        const char *text = xml_trimmed(b->arena, child);
        b->model->vensim = b->model->vensim || has_word(text, "vensim") || has_word(text, "xmutil");
    }
}

static void read_head(builder *b, const xml_element *root)
{
    const xml_element *header = xml_child(root, "header");
    const xml_element *name = header ? xml_child(header, "name") : NULL,
                      *includes = header ? xml_child(header, "includes") : NULL;
    const xml_element *specs = xml_child(root, "sim_specs");
    const char *slash = strrchr(b->source->name, '/');
    b->model->name = name ? xml_trimmed(b->arena, name) : slash ? slash + 1 : b->source->name;
    if (includes && includes->first) {
        (void)sd_fail(b->diag, SD_E114, includes->first->span, "other files are not read");
        sd_help(b->diag, "copy what this one needs of them into it");
    }
    if (header)
        read_dialect(b, header);
    if (specs)
        specs_read(b, specs);
    dimensions_read(b, root);
    units_read(b, root);
}

static void read_macros(builder *b, const xml_element *root)
{
    for (const xml_element *child = root->first; child; child = child->next)
        if (strcmp(child->name, "macro") == 0)
            macro_read(b, child);
}

/* Numbers the elements and fixes the lists that the model hands out. */
static sd_status finish(builder *b)
{
    sd_model *model = b->model;
    model->dimension_count = b->dimensions.count;
    model->dimensions = b->dimensions.items;
    model->variable_count = b->variables.count;
    model->variables = (const sd_variable **)b->variables.items;
    model->group_count = b->groups.count;
    model->groups = b->groups.items;
    model->names = b->names;
    model->modules = b->modules;
    model->unit_names = b->unit_names;
    const char **names = SD_NEW_ARRAY(b->arena, const char *, model->variable_count + 1);
    model->element_variables =
        SD_NEW_ARRAY(b->arena, const sd_variable *, model->element_count + 1);
    for (size_t v = 0; v < model->variable_count; v++) {
        const sd_variable *variable = model->variables[v];
        names[v] = variable->name;
        for (size_t i = 0; i < variable->size; i++)
            model->element_variables[variable->first + i] = variable;
    }
    model->known_names = names;
    return sd_diag_status(b->diag);
}

static void define_all(builder *b)
{
    module_connect(b);
    scope_define(b);
    conveyor_connect(b);
    int64_t steps, save_every;
    sd_run_spec *spec = &b->model->spec;
    if (!(spec->save_interval > 0))
        spec->save_interval = spec->dt;
    if (b->model->spec_span.source &&
        sd_run_spec_count(spec, b->model->spec_span, &steps, &save_every, b->diag) != SD_OK)
        return; /* the message is in diag */
}

sd_status sd_model_from_xmile(sd_arena *arena, const sd_source *source, const sd_model **ret_model,
                              sd_diag *diag)
{
    builder b = {.arena = arena, .diag = diag, .source = source};
    size_t errors = diag->errors;
    const xml_element *root;
    sd_status status = xml_read(arena, source, &root, diag);
    if (status != SD_OK)
        return status;
    if (strcmp(root->name, "xmile") != 0) {
        status =
            sd_fail(diag, SD_E302, root->span, "the root element is <%s>, not <xmile>", root->name);
        sd_help(diag, "give an XMILE 1.0 model (.xmile, .stmx, .itmx)");
        return status;
    }
    b.model = SD_NEW(arena, sd_model);
    b.model->source = source;
    b.model->time_units = "";
    b.model->spec =
        (sd_run_spec){.start = 0, .stop = 100, .dt = 1, .rtol = 1e-6, .atol = 1e-9, .seed = 1};
    b.names = sd_table_new(arena);
    b.unit_names = sd_table_new(arena);
    b.dimension_names = sd_table_new(arena);
    b.element_names = sd_table_new(arena);
    b.group_of = sd_table_new(arena);
    b.macros = sd_table_new(arena);
    b.call_counts = sd_table_new(arena);
    b.element = SIZE_MAX;
    read_head(&b, root);
    read_macros(&b, root);
    const xml_element *model = module_read(&b, root);
    data_read(&b, xml_child(root, "data"));
    define_all(&b);
    if (model)
        annotation_read(&b, model);
    (void)finish(&b);
    if (diag->errors == errors && model_limit(&b) == SD_OK)
        (void)model_order(&b);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    *ret_model = b.model;
    return SD_OK;
}
