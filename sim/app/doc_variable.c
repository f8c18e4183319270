/* doc_variable.c - one variable of the document: kind, units, meaning, equation or value with its grade, points,
 * flows and source.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "doc.h"

const char *doc_value(const sd_variable *constant)
{
    for (size_t i = 1; i < constant->size; i++)
        if (strcmp(constant->texts[i], constant->texts[0]) != 0)
            return "by element";
    return constant->texts[0];
}

const char *doc_range(sd_arena *arena, const sd_variable *v)
{
    bool low = !isinf(v->range_min), high = !isinf(v->range_max);

    if (low && high)
        return sd_arena_printf(arena, "%g to %g", v->range_min, v->range_max);
    return low    ? sd_arena_printf(arena, "at least %g", v->range_min)
           : high ? sd_arena_printf(arena, "at most %g", v->range_max)
                  : "";
}

/* " (prior; plausible 0.4 to 0.9)" behind a value, so that no number stands without its grade. */
static void standing(const writer *w, const sd_variable *v)
{
    const char *grade = sd_grade_name(v->grade), *range = doc_range(w->arena, v);

    if (*grade || *range)
        fprintf(w->to, " (%s%s%s%s)", grade, *grade && *range ? "; " : "",
                *range ? "plausible " : "", range);
}

static void equation(const writer *w, const sd_variable *v, size_t i)
{
    doc_break(w);
    if (v->kind == SD_STOCK)
        fputs("at the start: ", w->to);
    if (!v->apply_to_all) {
        const sd_dimension *last = v->dimensions[v->dimension_count - 1];

        doc_escaped(w, last->elements[i % last->size]);
        fputs(": ", w->to);
    }
    doc_code(w, v->texts[i]);
    if (sd_variable_is_constant(v))
        standing(w, v);
}

static void points(const writer *w, const sd_variable *v)
{
    if (!v->gfs || !v->gfs[0])
        return;
    doc_break(w);
    fputs("through", w->to);
    for (size_t i = 0; i < v->gfs[0]->count; i++)
        fprintf(w->to, " (%g, %g)", v->gfs[0]->x[i], v->gfs[0]->y[i]);
    if (v->grade != SD_GRADE_NONE)
        fprintf(w->to, " (%s)", sd_grade_name(v->grade));
}

static void flows(const writer *w, const sd_variable *v)
{
    if (v->kind != SD_STOCK)
        return;
    doc_break(w);
    fputs("d/dt = ", w->to);
    for (size_t i = 0; i < v->inflow_count + v->outflow_count; i++) {
        bool in = i < v->inflow_count;

        fputs(in ? (i ? " + " : "") : " \xE2\x88\x92 ", w->to);
        doc_code(w, in ? v->inflows[i]->name : v->outflows[i - v->inflow_count]->name);
    }
}

/* The grade, unless it stands beside the value or the source says it itself. */
static void source(const writer *w, const sd_variable *v)
{
    const char *grade = sd_grade_name(v->grade);
    bool told = sd_variable_is_constant(v) || (v->gfs && v->gfs[0]);

    if (!v->source)
        return;
    doc_break(w);
    fputs("source", w->to);
    if (*grade && !told && strncmp(v->source, grade, strlen(grade)) != 0)
        fprintf(w->to, " (%s)", grade);
    fputs(": ", w->to);
    doc_escaped(w, v->source);
}

void doc_variable(const writer *w, const sd_variable *v)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary", "graphical function"};

    fputs(w->html ? "<p>" : "", w->to);
    doc_bold(w, v->name);
    fprintf(w->to, " (%s", sd_variable_is_constant(v) ? "constant" : kinds[v->kind]);
    for (size_t d = 0; d < v->dimension_count; d++)
        fprintf(w->to, " by %s", v->dimensions[d]->name);
    fputs(", ", w->to);
    doc_escaped(w, v->units_text ? v->units_text : "no units");
    fputs(v->doc ? ") " : ")", w->to);
    doc_escaped(w, v->doc);
    for (size_t i = 0; i < (v->apply_to_all ? 1 : v->size); i++)
        if (v->texts[i])
            equation(w, v, i);
    points(w, v);
    flows(w, v);
    source(w, v);
    fputs(w->html ? "</p>\n" : "\n\n", w->to);
}
