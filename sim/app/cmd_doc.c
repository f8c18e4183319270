/* cmd_doc.c - the whole model as a document that a referee can read: what it is for, every equation with units,
 * values, ranges, sources and grades of evidence, its loops, its words and its scenarios.
 * In: a model.  Out: Markdown or HTML.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "doc.h"

static void open_html(const writer *w, const sd_model *model)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", w->to);
    doc_escaped(w, model->name);
    fputs("</title>\n<style>body{font:16px/1.5 "
          "Inter,Helvetica,Arial,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
          "color:#1f2937}code{background:#f3f4f6;padding:0 "
          ".2em;overflow-wrap:anywhere}h2{margin-top:2em}"
          "table{border-collapse:collapse;font-size:14px}th,td{text-align:left;vertical-align:top;"
          "padding:.2em .6em "
          ".2em 0;border-bottom:1px solid #e5e7eb}</style></head><body>\n",
          w->to);
}

static void document(call *c, const writer *w, const sd_scenario *scenario)
{
    const sd_model *model = scenario->model;
    const sd_run_spec *s = &model->spec;
    bool shipped = model->source->built_in; /* the model that the built-in scenarios are of */

    if (w->html)
        open_html(w, model);
    doc_heading(w, 1, model->name);
    doc_paragraph(w, sd_arena_printf(c->arena, "%s. Time %g to %s, DT %g, method %s.",
                                     census(c->arena, model), s->start,
                                     time_text(c->arena, s->stop, model->time_units), s->dt,
                                     sd_method_name(s->method)));
    doc_paragraph(w, "Values are assumptions with ranges and sources, not forecasts.");
    doc_grades(w, model);
    doc_contents(w, model, shipped);
    doc_sections(w, model);
    doc_dimensions(w, model);
    doc_sectors(w, model);
    doc_loops(w, model);
    doc_glossary(w, model);
    if (shipped)
        doc_scenarios(c, w);
    if (w->html)
        fputs("</body></html>\n", w->to);
}

sd_status cmd_doc(call *c)
{
    if (c->given.inputs.count > 1)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'doc' takes one input, not %zu",
                       c->given.inputs.count);
    sd_scenario *scenario;
    sd_status status =
        study_read(c, c->given.inputs.count ? c->given.inputs.items[0] : "tools-only", &scenario);
    sd_file file;
    const char *path = c->given.output ? c->given.output : "-";
    if (status == SD_OK)
        status = sd_file_open(c->arena, path, c->given.force, &file, c->diag);
    if (status != SD_OK)
        return status;
    writer w = {.to = file.stream, .html = c->given.html, .arena = c->arena};
    document(c, &w, scenario);
    status = sd_file_close(&file, c->diag);
    if (status == SD_OK && strcmp(path, "-") != 0 && !c->given.quiet)
        printf("written: %s\n", path);
    return status;
}
