/* rewrite_variable.c - the settings and shocks of one variable, written into its own element.
 * In: a variable.  Out: edits.  A value replaces the text of its <eqn>; where one <eqn> stands for several elements of an
 * array that are not set alike, each gets an <element> of its own.  A shock stands behind the equation, in brackets.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "rewrite.h"

#include <math.h>
#include <string.h>

typedef struct work {
    rewriter *r;
    const sd_variable *variable;
    const xml_element *element;
    const char *factors;         /* of all shocks; "" without */
    const xml_element **holders; /* [size] the <element> that has the equation of each, or NULL */
    const char **values;         /* [size] the number that is set, or NULL */
} work;

static const xml_element *element_of(const rewriter *r, const sd_variable *v)
{
    size_t low = 0, high = r->named.count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        size_t at = xml_attribute_of(r->named.items[middle], "name")->span.begin;
        if (at == v->span.begin)
            return r->named.items[middle];
        if (at < v->span.begin)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Its element, when the text is of this variable alone. */
static const xml_element *own_element(rewriter *r, const sd_variable *v)
{
    const sd_model *model = r->scenario->model;
    const xml_element *found = NULL;
    size_t sharing = 0;

    for (size_t i = 0; i < model->variable_count; i++)
        sharing += model->variables[i]->span.source == v->span.source &&
                   model->variables[i]->span.begin == v->span.begin;
    if (v->span.source == model->source)
        found = element_of(r, v);
    if (found && sharing == 1)
        return found;
    (void)sd_fail(r->diag, SD_E613, v->span,
                  sharing > 1 ? "the text of '%s' stands for %zu variables"
                              : "the text of '%s' is not in the model's own file",
                  v->name, sharing);
    sd_help(r->diag, "add --flat: it writes a new file, in which each has a place of its own");
    return NULL;
}

/* ---- equations ---- */

static const char *wrapped(const work *w, const char *equation)
{
    return w->factors[0] ? sd_arena_printf(w->r->arena, "(%s)%s", equation, w->factors) : equation;
}

/* An <eqn> that is for this one value, or keeps its own words. */
static void write_equation(const work *w, const xml_element *equation, const char *value)
{
    if (value) {
        rewrite_inside(w->r, equation, wrapped(w, value));
    } else if (w->factors[0]) {
        rewrite_put(w->r, equation->span.end, equation->span.end, "(");
        rewrite_put(w->r, equation->close, equation->close,
                    sd_arena_printf(w->r->arena, ")%s", w->factors));
    }
}

static const char *subscript_text(const work *w, size_t index)
{
    sd_place place = sd_place_of(w->variable, index);
    sd_text text = sd_text_new(w->r->arena);

    for (size_t d = 0; d < w->variable->dimension_count; d++)
        sd_text_printf(&text, "%s%s", d ? ", " : "",
                       w->variable->dimensions[d]->elements[place.own[d]]);
    return rewrite_safe(w->r, text.bytes);
}

static const char *equation_element(const work *w, size_t index)
{
    const char *value =
        w->values[index] ? w->values[index] : rewrite_safe(w->r, w->variable->texts[index]);
    return sd_arena_printf(w->r->arena, "<eqn>%s</eqn>", wrapped(w, value));
}

static bool has_own(const work *w, size_t index)
{
    return w->holders[index] && xml_child(w->holders[index], "eqn");
}

/* What stands before it on its line, when that is only space: new lines begin alike. */
static const char *line_start(const work *w, const xml_element *element)
{
    const char *text = w->r->text;
    size_t begin = element->span.begin;

    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
        begin--;
    if (begin == 0 || text[begin - 1] != '\n')
        return "";
    return sd_arena_printf(w->r->arena, "\n%.*s", (int)(element->span.begin - begin), text + begin);
}

/* From the equations that stand for several elements to one for each element that has none of its own. */
static void write_each(const work *w)
{
    sd_text text = sd_text_new(w->r->arena);
    const xml_element *first = xml_child(w->element, "eqn");
    const char *apart = first ? line_start(w, first) : "";

    for (size_t i = 0; i < w->variable->size; i++) {
        const xml_element *holder = w->holders[i];
        if (holder && !has_own(w, i))
            rewrite_put(w->r, holder->span.end, holder->span.end, equation_element(w, i));
        else if (!holder)
            sd_text_printf(&text, "%s<element subscript=\"%s\">%s</element>",
                           text.length ? apart : "", subscript_text(w, i), equation_element(w, i));
    }
    for (const xml_element *child = first; child; child = child->next)
        if (strcmp(child->name, "eqn") == 0)
            rewrite_put(w->r, child->span.begin, child->after, child == first ? text.bytes : "");
}

/* Whether what stands at the variable itself has to be taken apart: a list such as "1, 2, 3", or one equation for elements
 * that are not set alike.  *ret_value: what it is set to otherwise, or NULL. */
static bool is_mixed(const work *w, const char **ret_value)
{
    const sd_variable *v = w->variable;
    size_t first = 0;

    while (first < v->size && has_own(w, first))
        first++;
    *ret_value = first < v->size ? w->values[first] : NULL;
    for (size_t i = first + 1; i < v->size; i++) {
        const char *x = w->values[first], *y = w->values[i];
        if (!has_own(w, i) &&
            (v->equations[i] != v->equations[first] || !x != !y || (x && strcmp(x, y) != 0)))
            return true;
    }
    return false;
}

static void write_equations(const work *w)
{
    const char *common;
    bool each = is_mixed(w, &common);

    for (size_t i = 0; i < w->variable->size; i++)
        for (const xml_element *child = w->holders[i] ? w->holders[i]->first : NULL; child;
             child = child->next)
            if (strcmp(child->name, "eqn") == 0)
                write_equation(w, child, w->values[i]);
    if (each) {
        write_each(w);
        return;
    }
    for (const xml_element *child = w->element->first; child; child = child->next)
        if (strcmp(child->name, "eqn") == 0)
            write_equation(w, child, common);
}

/* ---- a shock behind a graphical function ---- */

static bool is_body(const xml_element *child)
{
    return strcmp(child->name, "eqn") == 0 || strcmp(child->name, "element") == 0 ||
           strcmp(child->name, "gf") == 0;
}

/* y = gf(equation) becomes a variable of its own, which the shocked one multiplies. */
static void write_helper(const work *w)
{
    rewriter *r = w->r;
    const sd_variable *v = w->variable;
    const char *name =
        out_free_name(r->arena, r->taken, sd_arena_printf(r->arena, "%s_before_shock", v->name));
    sd_text helper = sd_text_new(r->arena), label = sd_text_new(r->arena),
            use = sd_text_new(r->arena);

    out_name_attribute(&label, name);
    sd_text_printf(&helper, "<aux name=\"");
    out_ascii(&helper, label.bytes);
    sd_text_printf(&helper, "\">");
    for (const xml_element *child = w->element->first; child; child = child->next) {
        if (is_body(child) || strcmp(child->name, "dimensions") == 0 ||
            strcmp(child->name, "units") == 0)
            sd_text_add(&helper, r->text + child->span.begin, child->after - child->span.begin);
        if (is_body(child))
            rewrite_put(r, child->span.begin, child->after, "");
    }
    sd_text_printf(&helper, "</aux>\n");
    rewrite_put(r, w->element->span.begin, w->element->span.begin, helper.bytes);
    out_name(&use, name);
    for (size_t d = 0; d < v->dimension_count; d++) {
        sd_text_printf(&use, d ? ", " : "[");
        out_name(&use, v->dimensions[d]->name);
    }
    sd_text_printf(&use, v->dimension_count ? "]" : "");
    rewrite_append(
        r, w->element,
        sd_arena_printf(r->arena, "<eqn>%s%s</eqn>", rewrite_safe(r, use.bytes), w->factors));
}

/* ---- the variable ---- */

static void find_holders(work *w)
{
    builder b = {.arena = w->r->arena, .diag = sd_diag_new(w->r->arena)};

    for (const xml_element *child = w->element->first; child; child = child->next) {
        const xml_attribute *subscript = xml_attribute_of(child, "subscript");
        size_t index;
        if (strcmp(child->name, "element") == 0 && subscript && w->variable->dimension_count &&
            subscript_index(&b, w->variable, subscript->value, subscript->span, &index))
            w->holders[index] = child; /* the last one counts */
    }
}

static void find_values(work *w)
{
    for (size_t i = 0; i < w->variable->size; i++) {
        const sd_setting *setting = sd_scenario_setting(w->r->scenario, w->variable->first + i);
        const sd_expr *known = w->variable->equations[i];
        if (!setting || (known && known->kind == SD_EXPR_NUMBER &&
                         memcmp(&known->number, &setting->value, sizeof setting->value) == 0))
            continue; /* it says so already */
        sd_text number = sd_text_new(w->r->arena);
        out_number(&number, setting->value);
        w->values[i] = number.bytes;
    }
}

void rewrite_variable(rewriter *r, const sd_variable *variable)
{
    work w = {.r = r, .variable = variable, .element = own_element(r, variable)};
    sd_text factors = sd_text_new(r->arena);

    if (!w.element)
        return;
    for (size_t i = 0; i < r->scenario->shocks.count; i++)
        if (r->scenario->shocks.items[i].variable == variable && variable->kind != SD_GF)
            out_shock(&factors, &r->scenario->shocks.items[i]);
    w.factors = factors.bytes;
    if (out_needs_helper(r->scenario, variable)) {
        write_helper(&w);
        return;
    }
    w.holders = SD_NEW_ARRAY(r->arena, const xml_element *, variable->size);
    w.values = SD_NEW_ARRAY(r->arena, const char *, variable->size);
    find_holders(&w);
    find_values(&w);
    write_equations(&w);
}
