/* doc_chapters.c - the chapters of the document, in the order in which a stranger reads them.
 * In: a model and, for its scenarios, the built-in files.  Out: chapters; one for which the model has nothing is
 * left out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "doc.h"

static const char dimensions_title[] = "Dimensions", others_title[] = "Other variables",
                  variables_title[] = "Variables", loops_title[] = "Named feedback loops",
                  glossary_title[] = "Glossary", scenarios_title[] = "Scenarios";

void doc_grades(const writer *w, const sd_model *model)
{
    size_t counts[SD_GRADE_COUNT] = {0}, constants = 0;
    sd_text text = sd_text_new(w->arena);

    for (size_t i = 0; i < model->variable_count; i++) {
        if (!sd_variable_is_constant(model->variables[i]))
            continue;
        counts[model->variables[i]->grade]++;
        constants++;
    }
    if (counts[SD_GRADE_NONE] == constants)
        return;
    sd_text_printf(&text, "What stands behind the %s:", counted(w->arena, constants, "constant"));
    for (int g = SD_GRADE_NONE + 1; g < SD_GRADE_COUNT; g++)
        sd_text_printf(&text, "%s %zu %s (%s)", g == 1 ? "" : ",", counts[g],
                       sd_grade_name((sd_grade)g), sd_grade_text((sd_grade)g));
    if (counts[SD_GRADE_NONE] > 0)
        sd_text_printf(&text, ", %zu not said", counts[SD_GRADE_NONE]);
    sd_text_printf(&text, ".");
    doc_paragraph(w, text.bytes);
}

/* ---- contents -------------------------------------------------------------------------------------------- */

static size_t ungrouped(const sd_model *model)
{
    size_t count = 0;

    for (size_t i = 0; i < model->variable_count; i++)
        count += !model->variables[i]->group;
    return count;
}

static void entry(const writer *w, const char *title)
{
    const char *anchor = doc_anchor(w->arena, title);

    if (w->html)
        fprintf(w->to, "<li><a href=\"#%s\">", anchor);
    else
        fputs("- [", w->to);
    doc_escaped(w, title);
    if (w->html)
        fputs("</a></li>\n", w->to);
    else
        fprintf(w->to, "](#%s)\n", anchor);
}

void doc_contents(const writer *w, const sd_model *model, bool scenarios)
{
    if (model->section_count == 0)
        return;
    fputs(w->html ? "<ul>\n" : "", w->to);
    for (size_t i = 0; i < model->section_count; i++)
        entry(w, model->sections[i].title);
    if (model->dimension_count)
        entry(w, dimensions_title);
    for (size_t g = 0; g < model->group_count; g++)
        entry(w, model->groups[g].name);
    if (ungrouped(model))
        entry(w, model->group_count ? others_title : variables_title);
    if (model->loop_count)
        entry(w, loops_title);
    if (model->term_count)
        entry(w, glossary_title);
    if (scenarios)
        entry(w, scenarios_title);
    fputs(w->html ? "</ul>\n" : "\n", w->to);
}

/* ---- sections -------------------------------------------------------------------------------------------- */

static void shown(const writer *w, const sd_section *section)
{
    doc_cells *rows = SD_NEW_ARRAY(w->arena, doc_cells, section->shown_count + 1);
    const doc_cells head = {"constant", "value", "grade", "plausible", "units", "meaning"};

    memcpy(rows[0], head, sizeof head);
    for (size_t i = 0; i < section->shown_count; i++) {
        const sd_variable *v = section->shown[i].variable;
        const doc_cells row = {v->name,
                               sd_variable_is_constant(v) ? doc_value(v) : "computed",
                               sd_grade_name(v->grade),
                               doc_range(w->arena, v),
                               v->units_text ? v->units_text : "",
                               v->doc ? v->doc : ""};

        memcpy(rows[i + 1], row, sizeof row);
    }
    doc_table(w, rows, section->shown_count + 1);
}

void doc_sections(const writer *w, const sd_model *model)
{
    for (size_t i = 0; i < model->section_count; i++) {
        doc_heading(w, 2, model->sections[i].title);
        doc_prose(w, model->sections[i].text);
        if (model->sections[i].shown_count)
            shown(w, &model->sections[i]);
    }
}

/* ---- dimensions and sectors ------------------------------------------------------------------------------ */

/* Which variables an element of a dimension acts on, by way of the array that holds how far it is in place. */
typedef struct reach {
    size_t element; /* model-wide number */
    bool found;
} reach;

static void look(void *context, size_t needed, bool lagged)
{
    reach *r = context;

    (void)lagged;
    r->found = r->found || needed == r->element;
}

static const char *acts_on(const writer *w, const sd_model *model, size_t element)
{
    const sd_variable *own = model->element_variables[element];
    sd_text text = sd_text_new(w->arena);

    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        bool same = v->dimension_count == 1 && v->dimensions[0] == own->dimensions[0];
        reach r = {.element = element};

        /* What an element does to its own flows is no effect; what it does to its neighbours' is one. */
        for (size_t k = 0; k < v->size; k++)
            if (!same || k != element - own->first)
                sd_model_visit_needs(model, v->first + k, false, look, &r);
        if (r.found)
            sd_text_printf(&text, "%s%s", text.length ? ", " : "", v->name);
    }
    return text.bytes;
}

static void element_entry(const writer *w, const sd_model *model, const sd_dimension *dimension,
                          size_t i)
{
    const sd_variable *in_place = sd_model_find(model, "practice_in_place");

    fputs(w->html ? "<p>" : "- ", w->to);
    doc_bold(w, dimension->elements[i]);
    fputs(dimension->element_docs[i] ? " " : "", w->to);
    doc_escaped(w, dimension->element_docs[i]);
    if (in_place && in_place->dimension_count == 1 && in_place->dimensions[0] == dimension) {
        const char *on = acts_on(w, model, in_place->first + i);

        fputs(*on ? " Acts on " : "", w->to);
        doc_escaped(w, on);
        fputs(*on ? "." : "", w->to);
    }
    fputs(w->html ? "</p>\n" : "\n", w->to);
}

void doc_dimensions(const writer *w, const sd_model *model)
{
    enum { SHOWN_MAX = 100 };

    if (model->dimension_count)
        doc_heading(w, 2, dimensions_title);
    for (size_t d = 0; d < model->dimension_count; d++) {
        const sd_dimension *dimension = model->dimensions[d];

        doc_heading(w, 3, dimension->name);
        for (size_t i = 0; i < dimension->size && i < SHOWN_MAX; i++)
            element_entry(w, model, dimension, i);
        fputs("\n", w->to);
    }
}

static void sector(const writer *w, const sd_model *model, const char *name)
{
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];

        if (name ? v->group && strcmp(v->group, name) == 0 : !v->group)
            doc_variable(w, v);
    }
}

void doc_sectors(const writer *w, const sd_model *model)
{
    for (size_t g = 0; g < model->group_count; g++) {
        doc_heading(w, 2, model->groups[g].name);
        if (model->groups[g].doc)
            doc_paragraph(w, model->groups[g].doc);
        sector(w, model, model->groups[g].name);
    }
    if (ungrouped(model)) {
        doc_heading(w, 2, model->group_count ? others_title : variables_title);
        sector(w, model, NULL);
    }
}

/* ---- loops, glossary, scenarios -------------------------------------------------------------------------- */

void doc_loops(const writer *w, const sd_model *model)
{
    if (model->loop_count == 0)
        return;
    doc_cells *rows = SD_NEW_ARRAY(w->arena, doc_cells, model->loop_count + 1);
    const doc_cells head = {"loop", "name", "polarity", "active", "story", "through"};

    memcpy(rows[0], head, sizeof head);
    for (size_t i = 0; i < model->loop_count; i++) {
        const sd_loop *loop = &model->loops[i];
        const doc_cells row = {loop->id,
                               loop->name,
                               loop->polarity > 0 ? "reinforcing" : "balancing",
                               loop->active ? loop->active : "",
                               loop->doc ? loop->doc : "",
                               mentions_text(w->arena, loop->through, loop->count)};

        memcpy(rows[i + 1], row, sizeof row);
    }
    doc_heading(w, 2, loops_title);
    doc_paragraph(w, "Each loop lists every stock on it, in order; it stands for all paths through "
                     "auxiliaries that are not "
                     "listed. The last variable leads to the first.");
    doc_table(w, rows, model->loop_count + 1);
}

void doc_glossary(const writer *w, const sd_model *model)
{
    if (model->term_count == 0)
        return;
    doc_heading(w, 2, glossary_title);
    for (size_t i = 0; i < model->term_count; i++) {
        const sd_term *term = &model->terms[i];

        fputs(w->html ? "<p>" : "", w->to);
        doc_bold(w, term->name);
        if (term->also_count) {
            fputs(" (also: ", w->to);
            doc_escaped(w, words_text(w->arena, term->also, term->also_count));
            fputs(")", w->to);
        }
        fputs(": ", w->to);
        doc_escaped(w, term->text);
        if (term->see_count) {
            doc_break(w);
            fputs("see ", w->to);
            doc_escaped(w, mentions_text(w->arena, term->see, term->see_count));
        }
        if (term->scenario_count) {
            doc_break(w);
            fprintf(w->to, "scenario%s ", term->scenario_count == 1 ? "" : "s");
            doc_escaped(w, words_text(w->arena, term->scenarios, term->scenario_count));
        }
        fputs(w->html ? "</p>\n" : "\n\n", w->to);
    }
}

void doc_scenarios(call *c, const writer *w)
{
    size_t count;
    const sd_scenario *const *scenarios = shipped_scenarios(c, &count);
    doc_cells *rows = SD_NEW_ARRAY(w->arena, doc_cells, count + 1);
    const doc_cells head = {"scenario", "title", "question", "article"};

    memcpy(rows[0], head, sizeof head);
    for (size_t i = 0; i < count; i++) {
        const doc_cells row = {scenarios[i]->name, scenarios[i]->title, scenarios[i]->question,
                               scenarios[i]->article};

        memcpy(rows[i + 1], row, sizeof row);
    }
    doc_heading(w, 2, scenarios_title);
    doc_paragraph(w, "Each file says in its head what it shows, what it does not, and where its "
                     "values come from.");
    doc_table(w, rows, count + 1);
}
