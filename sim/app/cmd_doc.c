/* cmd_doc.c - the whole model as a document that a referee can read: every equation with units, values, ranges and
 * sources, by sector.
 * In: a model.  Out: Markdown or HTML.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

/* The same walk writes both forms. */
typedef struct writer {
    FILE *to;
    bool html;
} writer;

static void escaped(const writer *w, const char *text)
{
    for (; text && *text; text++) {
        if (w->html && *text == '<')
            fputs("&lt;", w->to);
        else if (w->html && *text == '>')
            fputs("&gt;", w->to);
        else if (w->html && *text == '&')
            fputs("&amp;", w->to);
        else if (!w->html && strchr("|<*_`", *text))
            fprintf(w->to, "\\%c", *text);
        else
            fputc(*text == '\n' ? ' ' : *text, w->to);
    }
}

static void heading(const writer *w, int level, const char *text)
{
    if (w->html)
        fprintf(w->to, "<h%d>", level);
    else
        fprintf(w->to, "%.*s ", level, "####");
    escaped(w, text);
    if (w->html)
        fprintf(w->to, "</h%d>", level);
    fputs(w->html ? "\n" : "\n\n", w->to);
}

static void paragraph(const writer *w, const char *text)
{
    fputs(w->html ? "<p>" : "", w->to);
    escaped(w, text);
    fputs(w->html ? "</p>\n" : "\n\n", w->to);
}

static void code(const writer *w, const char *text)
{
    if (w->html) {
        fputs("<code>", w->to);
        escaped(w, text);
        fputs("</code>", w->to);
    } else {
        fprintf(w->to, "`%s`", text);
    }
}

static void equation(const writer *w, const sd_variable *v, size_t i)
{
    fputs(w->html ? "<br>" : "  \n", w->to);
    if (v->kind == SD_STOCK)
        fputs("at the start: ", w->to);
    if (!v->apply_to_all)
        fprintf(w->to, "%s: ", v->dimensions[v->dimension_count - 1]
                                   ->elements[i % v->dimensions[v->dimension_count - 1]->size]);
    code(w, v->texts[i]);
}

static void flows(const writer *w, const sd_variable *v)
{
    if (v->kind != SD_STOCK)
        return;
    fputs(w->html ? "<br>d/dt = " : "  \nd/dt = ", w->to);
    for (size_t i = 0; i < v->inflow_count + v->outflow_count; i++) {
        bool in = i < v->inflow_count;
        fputs(in ? (i ? " + " : "") : " \xE2\x88\x92 ", w->to);
        code(w, in ? v->inflows[i]->name : v->outflows[i - v->inflow_count]->name);
    }
}

static void points(const writer *w, const sd_variable *v)
{
    if (!v->gfs || !v->gfs[0])
        return;
    fputs(w->html ? "<br>through" : "  \nthrough", w->to);
    for (size_t i = 0; i < v->gfs[0]->count; i++)
        fprintf(w->to, " (%g, %g)", v->gfs[0]->x[i], v->gfs[0]->y[i]);
}

static void variable(const writer *w, const sd_variable *v)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary", "graphical function"};
    fputs(w->html ? "<p><b>" : "**", w->to);
    escaped(w, v->name);
    fputs(w->html ? "</b>" : "**", w->to);
    fprintf(w->to, " (%s", sd_variable_is_constant(v) ? "constant" : kinds[v->kind]);
    for (size_t d = 0; d < v->dimension_count; d++)
        fprintf(w->to, " by %s", v->dimensions[d]->name);
    fprintf(w->to, ", ");
    escaped(w, v->units_text ? v->units_text : "no units");
    fputs(v->doc ? ") " : ")", w->to);
    escaped(w, v->doc);
    for (size_t i = 0; i < (v->apply_to_all ? 1 : v->size); i++)
        if (v->texts[i])
            equation(w, v, i);
    points(w, v);
    flows(w, v);
    if (!isinf(v->range_min) || !isinf(v->range_max))
        fprintf(w->to, "%splausible %g to %g", w->html ? "<br>" : "  \n", v->range_min, v->range_max);
    if (v->source) {
        fputs(w->html ? "<br>source: " : "  \nsource: ", w->to);
        escaped(w, v->source);
    }
    fputs(w->html ? "</p>\n" : "\n\n", w->to);
}

static void sector(const writer *w, const sd_model *model, const char *name)
{
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        if (name ? v->group && strcmp(v->group, name) == 0 : !v->group)
            variable(w, v);
    }
}

static void dimensions(const writer *w, const sd_model *model)
{
    for (size_t d = 0; d < model->dimension_count; d++) {
        const sd_dimension *dimension = model->dimensions[d];
        heading(w, 3, dimension->name);
        for (size_t i = 0; i < dimension->size && i < 100; i++) {
            fputs(w->html ? "<p><b>" : "- **", w->to);
            escaped(w, dimension->elements[i]);
            fputs(w->html ? "</b>" : "**", w->to);
            fputs(dimension->element_docs[i] ? " " : "", w->to);
            escaped(w, dimension->element_docs[i]);
            fputs(w->html ? "</p>\n" : "\n", w->to);
        }
        fputs("\n", w->to);
    }
}

static void document(call *c, const writer *w, const sd_model *model)
{
    size_t ungrouped = 0;
    for (size_t i = 0; i < model->variable_count; i++)
        ungrouped += !model->variables[i]->group;
    if (w->html) {
        fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", w->to);
        escaped(w, model->name);
        fputs("</title>\n<style>body{font:16px/1.5 Inter,Helvetica,Arial,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
              "color:#1f2937}code{background:#f3f4f6;padding:0 .2em;overflow-wrap:anywhere}h2{margin-top:2em}"
              "</style></head><body>\n", w->to);
    }
    heading(w, 1, model->name);
    const sd_run_spec *s = &model->spec;
    paragraph(w, sd_arena_printf(c->arena, "%s. Time %g to %s, DT %g, method %s.", census(c->arena, model), s->start,
                                 time_text(c->arena, s->stop, model->time_units), s->dt, sd_method_name(s->method)));
    paragraph(w, "Values are assumptions with ranges and sources, not forecasts.");
    if (model->dimension_count) {
        heading(w, 2, "Dimensions");
        dimensions(w, model);
    }
    for (size_t g = 0; g < model->group_count; g++) {
        heading(w, 2, model->groups[g].name);
        if (model->groups[g].doc)
            paragraph(w, model->groups[g].doc);
        sector(w, model, model->groups[g].name);
    }
    if (ungrouped) {
        heading(w, 2, model->group_count ? "Other variables" : "Variables");
        sector(w, model, NULL);
    }
    if (w->html)
        fputs("</body></html>\n", w->to);
}

sd_status cmd_doc(call *c)
{
    if (c->given.inputs.count > 1)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'doc' takes one input, not %zu", c->given.inputs.count);
    sd_scenario *scenario;
    sd_status status = study_read(c, c->given.inputs.count ? c->given.inputs.items[0] : "tools-only", &scenario);
    sd_file file;
    const char *path = c->given.output ? c->given.output : "-";
    if (status == SD_OK)
        status = sd_file_open(c->arena, path, c->given.force, &file, c->diag);
    if (status != SD_OK)
        return status;
    writer w = {.to = file.stream, .html = c->given.html};
    document(c, &w, scenario->model);
    status = sd_file_close(&file, c->diag);
    if (status == SD_OK && strcmp(path, "-") != 0 && !c->given.quiet)
        printf("written: %s\n", path);
    return status;
}
