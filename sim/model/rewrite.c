/* rewrite.c - a scenario written into the text of its own model.
 * In: a scenario.  Out: the model's bytes with edits at known places: values in <eqn>, run settings in <sim_specs>, factors
 * of shocks round equations, the name in the header; all else stays as its author wrote it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "rewrite.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- edits ---- */

const char *rewrite_safe(const rewriter *r, const char *text)
{
    sd_text escaped = sd_text_new(r->arena), safe = sd_text_new(r->arena);

    out_escaped(&escaped, text);
    out_ascii(&safe, escaped.bytes);
    return safe.bytes;
}

void rewrite_put(rewriter *r, size_t begin, size_t end, const char *text)
{
    rewrite_edit edit = {begin, end, r->edits.count, text};
    SD_PUSH(r->arena, &r->edits, edit);
}

/* <tag/>, which has no inside yet. */
static bool is_empty_tag(const rewriter *r, const xml_element *element)
{
    return element->after == element->span.end && r->text[element->span.end - 2] == '/';
}

void rewrite_inside(rewriter *r, const xml_element *element, const char *text)
{
    if (is_empty_tag(r, element))
        rewrite_put(r, element->span.end - 2, element->span.end,
                    sd_arena_printf(r->arena, ">%s</%s>", text, element->name));
    else
        rewrite_put(r, element->span.end, element->close, text);
}

void rewrite_append(rewriter *r, const xml_element *element, const char *text)
{
    if (is_empty_tag(r, element))
        rewrite_inside(r, element, text);
    else
        rewrite_put(r, element->close, element->close, text);
}

static void set_attribute(rewriter *r, const xml_element *element, const char *name,
                          const char *value)
{
    const xml_attribute *known = xml_attribute_of(element, name);
    size_t last = element->span.end - (r->text[element->span.end - 2] == '/' ? 2 : 1);

    if (known)
        rewrite_put(r, known->span.begin, known->span.end, value);
    else
        rewrite_put(r, last, last, sd_arena_printf(r->arena, " %s=\"%s\"", name, value));
    r->uses_namespace = r->uses_namespace || strncmp(name, "treadmill:", 10) == 0;
}

static int by_place(const void *a, const void *b)
{
    const rewrite_edit *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if ((x->begin == x->end) != (y->begin == y->end)) /* what goes in front of what is replaced */
        return x->begin == x->end ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static sd_text applied(rewriter *r)
{
    sd_text to = sd_text_new(r->arena);
    size_t at = 0;

    if (r->edits.count)
        qsort(r->edits.items, r->edits.count, sizeof *r->edits.items, by_place);
    for (size_t i = 0; i < r->edits.count; i++) {
        const rewrite_edit *edit = &r->edits.items[i];
        assert(edit->begin >= at);
        sd_text_add(&to, r->text + at, edit->begin - at);
        sd_text_add(&to, edit->text, strlen(edit->text));
        at = edit->end;
    }
    sd_text_add(&to, r->text + at, r->length - at);
    return to;
}

/* ---- run settings ---- */

/* What is not there yet joins `more`. */
static void set_number(rewriter *r, const xml_element *specs, const char *tag, double value,
                       sd_text *more)
{
    char number[SD_NUMBER_MAX];
    bool found = false;

    sd_number_format(value, number);
    const char *text = sd_arena_printf(r->arena, "<%s>%s</%s>", tag, number, tag);
    /* The whole element, because <dt reciprocal="true"> means another number. */
    for (const xml_element *child = specs->first; child; child = child->next) {
        if (strcmp(child->name, tag) != 0)
            continue;
        rewrite_put(r, child->span.begin, child->after, text);
        found = true;
    }
    if (!found)
        sd_text_printf(more, "%s", text);
}

static void set_real(rewriter *r, const xml_element *specs, const char *name, double value)
{
    char number[SD_NUMBER_MAX];

    sd_number_format(value, number);
    set_attribute(r, specs, name, sd_arena_printf(r->arena, "%s", number));
}

static void write_saves(rewriter *r, const xml_element *specs, bool given)
{
    const sd_run_spec *spec = &r->scenario->spec, *old = &r->scenario->model->spec;
    const xml_attribute *attribute = xml_save_attribute(specs);

    /* Without a word of it every step is saved. */
    if (spec->save_interval != (given ? old->save_interval : spec->dt))
        set_real(r, specs, attribute ? attribute->name : "treadmill:save_interval",
                 spec->save_interval);
}

static void write_method(rewriter *r, const xml_element *specs)
{
    bool same, named = xml_attribute_of(specs, "treadmill:method");
    const char *method = out_method(r->scenario->spec.method, &same);

    set_attribute(r, specs, "method", method);
    if (!same || named)
        set_attribute(r, specs, "treadmill:method", sd_method_name(r->scenario->spec.method));
}

static bool gives_saves(const xml_element *specs)
{
    return specs && (xml_save_attribute(specs) || xml_child(specs, "savestep") ||
                     xml_child(specs, "save_step"));
}

/* The specification that had the last word, wherever it stands. */
static const xml_element *specs_of(const xml_element *element, const sd_span *span)
{
    const xml_element *found = NULL;

    if (strcmp(element->name, "sim_specs") == 0 && element->span.begin == span->begin)
        return element;
    for (const xml_element *child = element->first; child && !found; child = child->next)
        found = specs_of(child, span); /* no deeper than SD_XML_DEPTH_MAX */
    return found;
}

static void write_specs(rewriter *r)
{
    const sd_scenario *s = r->scenario;
    const sd_run_spec *spec = &s->spec, *old = &s->model->spec;
    const sd_span *span = &s->model->spec_span;
    const xml_element *outer = xml_child(r->root, "sim_specs"),
                      *specs = span->source == s->model->source ? specs_of(r->root, span) : NULL;

    if (!specs && (!s->bare || memcmp(spec, old, sizeof *spec) != 0)) {
        const xml_element *model = xml_child(r->root, "model");
        sd_text text = sd_text_new(r->arena);
        out_specs(&text, s);
        rewrite_put(r, model->span.begin, model->span.begin, text.bytes);
        r->uses_namespace = true;
    }
    if (!specs)
        return;
    sd_text more = sd_text_new(r->arena);
    if (spec->start != old->start || s->start_given != s->model->start_given)
        set_number(r, specs, "start", spec->start, &more);
    if (spec->stop != old->stop || s->stop_given != s->model->stop_given)
        set_number(r, specs, "stop", spec->stop, &more);
    if (spec->dt != old->dt)
        set_number(r, specs, "dt", spec->dt, &more);
    write_saves(r, specs, gives_saves(specs) || gives_saves(outer));
    if (spec->method != old->method)
        write_method(r, specs);
    if (spec->rtol != old->rtol)
        set_real(r, specs, "treadmill:rtol", spec->rtol);
    if (spec->atol != old->atol)
        set_real(r, specs, "treadmill:atol", spec->atol);
    if (spec->seed != old->seed)
        set_attribute(r, specs, "treadmill:seed",
                      sd_arena_printf(r->arena, "%" PRIu64, spec->seed));
    if (more.length)
        rewrite_append(r, specs, more.bytes);
}

/* ---- the file ---- */

static void write_name(rewriter *r)
{
    const xml_element *header = xml_child(r->root, "header");
    const xml_element *name = header ? xml_child(header, "name") : NULL;
    const char *title = rewrite_safe(r, out_title(r->arena, r->scenario));
    const char *whole = sd_arena_printf(r->arena, "<name>%s</name>", title);

    if (r->scenario->bare)
        return;
    if (name)
        rewrite_inside(r, name, title);
    else if (header)
        rewrite_append(r, header, whole);
    else
        rewrite_put(r, r->root->span.end, r->root->span.end,
                    sd_arena_printf(r->arena, "<header>%s</header>", whole));
}

static void find_named(rewriter *r, const xml_element *element)
{
    if (xml_attribute_of(element, "name"))
        SD_PUSH(r->arena, &r->named, element);
    for (const xml_element *child = element->first; child; child = child->next)
        find_named(r, child); /* no deeper than SD_XML_DEPTH_MAX */
}

/* Whether the file is written in ASCII, Latin 1, UTF-8 and so on, where tags are what they look like. */
static bool is_plain(const rewriter *r)
{
    const char *tag = r->text + r->root->span.begin;
    return r->root->span.begin < r->length && *tag == '<' &&
           strncmp(tag + 1, r->root->name, strlen(r->root->name)) == 0;
}

static bool is_utf8(const rewriter *r)
{
    const char *end = strstr(r->text, "?>");
    const char *named = end ? memmem(r->text, (size_t)(end - r->text), "encoding", 8) : NULL;
    if (!named || named > r->text + r->root->span.begin)
        return true;
    named += 8 + strspn(named + 8, " \t\r\n='\"");
    return strncasecmp(named, "utf-8", 5) == 0;
}

static void write_variables(rewriter *r)
{
    const sd_model *model = r->scenario->model;
    bool *changed = SD_NEW_ARRAY(r->arena, bool, model->variable_count + 1);

    for (size_t i = 0; i < r->scenario->settings.count; i++)
        changed[model->element_variables[r->scenario->settings.items[i].element]->index] = true;
    for (size_t i = 0; i < r->scenario->shocks.count; i++)
        changed[r->scenario->shocks.items[i].variable->index] = true;
    for (size_t v = 0; v < model->variable_count; v++)
        (void)sd_table_put(r->taken, model->variables[v]->key, r);
    for (size_t v = 0; v < model->variable_count; v++)
        if (changed[v])
            rewrite_variable(r, model->variables[v]);
}

/* Where the reader took an element for closed that is not (W920), it is closed now. */
static void close_all(rewriter *r, const xml_element *element)
{
    for (const xml_element *child = element->first; child; child = child->next)
        close_all(r, child); /* no deeper than SD_XML_DEPTH_MAX */
    if (!is_empty_tag(r, element) && strncmp(r->text + element->close, "</", 2) != 0)
        rewrite_put(r, element->close, element->close,
                    sd_arena_printf(r->arena, "</%s>", element->name));
}

static void write_root(rewriter *r, const char *remark)
{
    sd_text comment = sd_text_new(r->arena);
    size_t begin = r->root->span.begin;

    out_comment(&comment, remark, is_utf8(r));
    rewrite_put(r, begin, begin, comment.bytes);
    if (r->uses_namespace && !xml_attribute_of(r->root, "xmlns:treadmill"))
        set_attribute(r, r->root, "xmlns:treadmill", TREADMILL_NAMESPACE);
}

sd_status sd_scenario_to_xmile(sd_arena *arena, const sd_scenario *scenario, const char *remark,
                               const char **ret_text, const sd_model **ret_read, sd_diag *diag)
{
    const sd_source *source = scenario->model->source;
    const sd_model *read = NULL;
    rewriter r = {.arena = arena,
                  .diag = diag,
                  .scenario = scenario,
                  .text = source->text,
                  .length = source->length,
                  .taken = sd_table_new(arena)};
    size_t errors = diag->errors;
    sd_status status = xml_read(arena, source, &r.root, diag);

    if (status != SD_OK)
        return status;
    if (!is_plain(&r)) {
        status = sd_fail(diag, SD_E613, SD_NOWHERE,
                         "'%s' is in an encoding that nothing can be written into", source->name);
        sd_help(diag, "save it as UTF-8, or add --flat");
        return status;
    }
    find_named(&r, r.root);
    write_name(&r);
    write_specs(&r);
    write_variables(&r);
    close_all(&r, r.root);
    write_root(&r, remark);
    sd_text text = applied(&r);
    if (diag->errors == errors)
        read = out_read_back(scenario, &text, SD_E613, diag);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    out_warn(scenario, diag);
    for (size_t i = 0; i < scenario->model->data_count; i++)
        sd_warn(diag, SD_W929, SD_NOWHERE, "numbers of '%s' are imported, and are not in the file",
                scenario->model->data[i]->name);
    if (scenario->model->data_count)
        sd_help(diag, "put it beside the file, or add --flat: then they are written into it");
    *ret_text = text.bytes;
    *ret_read = read;
    return SD_OK;
}
