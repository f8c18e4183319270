/* variable.c - one <stock>, <flow>, <aux> or <gf> element as a variable.
 * In: an XML element and the names known so far.  Out: declared, then defined with its equations, graphical
 * functions and flows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "lexer.h"
#include "unit_private.h"

static void read_dimensions(builder *b, sd_variable *v, const xml_element *element)
{
    const xml_element *dimensions = xml_child(element, "dimensions");
    v->size = 1;
    v->dimensions = SD_NEW_ARRAY(b->arena, const sd_dimension *, SD_VARIABLE_DIMENSIONS_MAX);
    for (const xml_element *child = dimensions ? dimensions->first : NULL; child;
         child = child->next) {
        const xml_attribute *name = xml_attribute_of(child, "name");
        if (strcmp(child->name, "dim") != 0 || !name)
            continue;
        const sd_dimension *dimension = sd_table_find(
            b->dimension_names, sd_name_key(b->arena, name->value, strlen(name->value)));
        if (!dimension) {
            (void)sd_fail(b->diag, SD_E101, name->span, "no dimension named '%s'", name->value);
            const char **names = NULL;
            size_t count = b->diag->last_kept ? b->dimensions.count : 0;
            if (count)
                names = SD_NEW_ARRAY(b->arena, const char *, count);
            for (size_t i = 0; i < count; i++)
                names[i] = b->dimensions.items[i]->name;
            sd_help_nearest(b->diag, name->value, names, count);
        } else if (v->dimension_count == SD_VARIABLE_DIMENSIONS_MAX) {
            (void)sd_fail(b->diag, SD_E113, name->span, "'%s' has more than %d dimensions", v->name,
                          SD_VARIABLE_DIMENSIONS_MAX);
        } else if (v->size > SD_ELEMENTS_MAX / dimension->size) {
            (void)sd_fail(b->diag, SD_E113, name->span, "'%s' has more than %d elements", v->name,
                          SD_ELEMENTS_MAX);
        } else {
            v->dimensions[v->dimension_count++] = dimension;
            v->size *= dimension->size;
        }
    }
}

static void read_units(builder *b, sd_variable *v, const xml_element *element)
{
    const xml_element *units = xml_child(element, "units");
    if (!units)
        return;
    v->units_text = xml_trimmed(b->arena, units);
    v->units_span = mapped_span(&units->text, 0, units->text.length);
    if (sd_unit_parse(b->arena, b->unit_names, units->text.text, units->text.length, mapped_locate,
                      &units->text, &v->units, b->diag) != SD_OK)
        v->units.known = false; /* the message is in diag */
}

static void read_limits(builder *b, const xml_element *element, const char *name, double *low,
                        double *high)
{
    *low = -HUGE_VAL;
    *high = HUGE_VAL;
    const xml_element *limits = xml_child(element, name);
    if (!limits)
        return;
    const char *const sides[] = {"min", "max"};
    double *const values[] = {low, high};
    for (int i = 0; i < 2; i++) {
        const xml_attribute *side = xml_attribute_of(limits, sides[i]);
        if (side && !sd_number_from_text(side->value, values[i]))
            (void)sd_fail(b->diag, SD_E304, side->span, "%s of <%s> must be a number, not '%s'",
                          sides[i], name, side->value);
    }
}

/* <non_negative/>, or with the text true or false; without it what <behavior> says of all stocks or flows. */
static bool is_non_negative(builder *b, const xml_element *element, sd_variable_kind kind)
{
    const xml_element *mark = xml_child(element, "non_negative");
    if (!mark)
        return (kind == SD_STOCK && b->stocks_non_negative) ||
               (kind == SD_FLOW && b->flows_non_negative);
    return strcasecmp(xml_trimmed(b->arena, mark), "false") != 0;
}

/* In the variable itself or in one of its elements. */
static bool has_child(const xml_element *variable, const char *name)
{
    if (xml_child(variable, name))
        return true;
    for (const xml_element *child = variable->first; child; child = child->next)
        if (strcmp(child->name, "element") == 0 && xml_child(child, name))
            return true;
    return false;
}

static void refuse_unsupported(builder *b, const xml_element *element)
{
    static const char *const later[] = {"conveyor",   "queue",         "oven",     "overflow",
                                        "leak",       "leak_integers", "init_eqn", "mathml",
                                        "multiplier", "len",           "capacity", "in_limit"};
    for (const xml_element *child = element->first; child; child = child->next)
        for (size_t i = 0; i < sizeof later / sizeof *later; i++)
            if (strcmp(child->name, later[i]) == 0)
                (void)sd_fail(b->diag, SD_E114, child->span, "<%s> is not supported yet",
                              child->name);
    const xml_attribute *access = xml_attribute_of(element, "access");
    if (access && strcasecmp(access->value, "input") == 0)
        (void)sd_fail(b->diag, SD_E114, access->span, "module inputs are not supported yet");
}

void variable_declare(builder *b, const xml_element *element, sd_variable_kind kind)
{
    const xml_attribute *name = xml_attribute_of(element, "name");
    if (!name || !name->value[0]) {
        (void)sd_fail(b->diag, SD_E304, element->span, "<%s> needs a name", element->name);
        return;
    }
    size_t length = strlen(name->value);
    sd_variable *v = SD_NEW(b->arena, sd_variable);
    /* An auxiliary that is nothing but graphical functions is one, whatever it is called. */
    bool only_gf = kind == SD_AUX && has_child(element, "gf") && !has_child(element, "eqn");
    v->kind = only_gf ? SD_GF : kind;
    v->name = sd_name_display(b->arena, name->value, length);
    v->key = sd_name_key(b->arena, name->value, length);
    v->span = name->span;
    v->index = b->variables.count;
    if (sd_table_find(b->names, v->key)) {
        (void)sd_fail(b->diag, SD_E102, name->span, "'%s' is already the name of another variable",
                      v->name);
        return;
    }
    read_dimensions(b, v, element);
    read_units(b, v, element);
    read_limits(b, element, "range", &v->range_min, &v->range_max);
    read_limits(b, element, "treadmill:bounds", &v->bound_min, &v->bound_max);
    refuse_unsupported(b, element);
    const xml_element *doc = xml_child(element, "doc"),
                      *source = xml_child(element, "treadmill:source");
    v->doc = doc ? xml_trimmed(b->arena, doc) : NULL;
    v->source = source ? xml_trimmed(b->arena, source) : NULL;
    v->grade = annotation_grade(b, source);
    v->group = sd_table_find(b->group_of, v->key);
    v->non_negative = is_non_negative(b, element, kind);
    v->first = b->model->element_count;
    if (v->first + v->size > SD_ELEMENTS_MAX) {
        (void)sd_fail(b->diag, SD_E113, name->span, "the model has more than %d array elements",
                      SD_ELEMENTS_MAX);
        return;
    }
    b->model->element_count += v->size;
    (void)sd_table_put(b->names, v->key, v);
    SD_PUSH(b->arena, &b->variables, v);
    SD_PUSH(b->arena, &b->elements, element);
}

/* ---- definition ---- */

static const char *folded_text(builder *b, const mapped_text *text, size_t begin)
{
    sd_text folded = sd_text_new(b->arena);
    bool space = false;
    for (size_t i = begin; i < text->length; i++) {
        if (strchr(" \t\r\n", text->text[i])) {
            space = folded.length > 0;
            continue;
        }
        if (space)
            sd_text_add(&folded, " ", 1);
        space = false;
        sd_text_add(&folded, text->text + i, 1);
    }
    return folded.bytes;
}

/* One equation, or one part of a list such as "1, 2, 3" that gives the elements of an array in their order. */
typedef struct part {
    mapped_text text; /* cut off at the end of the part */
    size_t begin;     /* [byte] */
} part;
typedef SD_LIST(part) part_list;

/* Adds the equation to the parts; an array's is cut at commas and semicolons outside brackets. */
static void split_equation(builder *b, const mapped_text *text, bool is_array, part_list *parts)
{
    part next = {.text = *text};
    size_t depth = 0;
    token t = token_next(text, 0);
    for (; is_array && t.kind != TOKEN_END && t.kind != TOKEN_UNCLOSED;
         t = token_next(text, t.end)) {
        char c = t.kind == TOKEN_NAME || t.kind == TOKEN_NUMBER ? '\0' : text->text[t.begin];
        if (c == '(' || c == '[')
            depth++;
        else if (depth && (c == ')' || c == ']'))
            depth--;
        else if (depth == 0 && (c == ',' || c == ';')) {
            next.text.length = t.begin;
            SD_PUSH(b->arena, parts, next);
            next = (part){.text = *text, .begin = t.end};
        }
    }
    /* A semicolon may end the last row of a list. */
    if (next.begin == 0 || t.kind == TOKEN_UNCLOSED ||
        token_next(text, next.begin).kind != TOKEN_END)
        SD_PUSH(b->arena, parts, next);
}

static bool has_gf(const sd_variable *v, size_t i)
{
    return v->gfs && v->gfs[i];
}

static void define_elements(builder *b, sd_variable *v, const xml_element *holder, size_t from,
                            size_t to)
{
    const xml_element *gf = xml_child(holder, "gf");
    if (strcmp(holder->name, "gf") == 0 && !xml_child(holder, "element"))
        gf = holder;
    if (gf) {
        static const sd_gf
            broken; /* stands in for one that was reported: the model is refused anyway */
        const sd_gf *read = graphical_read(b, gf);
        if (!v->gfs)
            v->gfs = SD_NEW_ARRAY(b->arena, const sd_gf *, v->size);
        for (size_t i = from; i < to; i++)
            v->gfs[i] = read ? read : &broken;
    }
    part_list parts = {0};
    bool whole = v->dimension_count > 0 && to - from == v->size;
    for (const xml_element *child = holder->first; child; child = child->next)
        if (strcmp(child->name, "eqn") == 0)
            split_equation(b, &child->text, whole, &parts);
    if (parts.count > 1 && (!whole || parts.count != v->size)) {
        (void)sd_fail(
            b->diag, SD_E105,
            mapped_span(&parts.items[1].text, parts.items[1].begin, parts.items[1].text.length),
            "'%s' has %zu equations for %zu element%s", v->name, parts.count, to - from,
            to - from == 1 ? "" : "s");
        sd_help(b->diag,
                to - from == 1 ? "keep one of them" : "give one for all elements, or one for each");
        parts.count = 1;
    }
    v->apply_to_all = v->apply_to_all && parts.count <= 1;
    for (size_t k = 0; k < parts.count && k < to - from; k++) {
        const sd_expr *parsed = equation_parse(b, v, &parts.items[k].text, parts.items[k].begin);
        const char *text = folded_text(b, &parts.items[k].text, parts.items[k].begin);
        size_t last = parts.count == 1 ? to : from + k + 1;
        if (parsed && !subscript_count_terms(b, parsed, last - from - k))
            parsed = NULL;
        for (size_t i = from + k; i < last; i++) {
            v->equations[i] = parsed;
            v->texts[i] = text;
        }
    }
}

static void define_flows(builder *b, sd_variable *v, const xml_element *element)
{
    size_t count = 0;
    for (const xml_element *child = element->first; child; child = child->next)
        count++;
    v->inflows = SD_NEW_ARRAY(b->arena, const sd_variable *, count + 1);
    v->outflows = SD_NEW_ARRAY(b->arena, const sd_variable *, count + 1);
    for (const xml_element *child = element->first; child; child = child->next) {
        bool in = strcmp(child->name, "inflow") == 0;
        if (!in && strcmp(child->name, "outflow") != 0)
            continue;
        const char *name = xml_trimmed(b->arena, child);
        sd_span span = mapped_span(&child->text, 0, child->text.length);
        const sd_variable *flow =
            sd_table_find(b->names, sd_name_key(b->arena, name, strlen(name)));
        if (v->kind != SD_STOCK) {
            (void)sd_fail(b->diag, SD_E111, span,
                          "only a stock has inflows and outflows, and '%s' is none", v->name);
        } else if (!flow || flow->kind != SD_FLOW) {
            (void)sd_fail(b->diag, flow ? SD_E111 : SD_E101, span,
                          flow ? "'%s' is not a flow" : "no flow named '%s'", name);
            help_nearest_variable(b, name, true);
        } else if (flow->dimension_count != v->dimension_count ||
                   memcmp(flow->dimensions, v->dimensions,
                          v->dimension_count * sizeof *v->dimensions) != 0) {
            (void)sd_fail(b->diag, SD_E109, span, "'%s' and '%s' have different dimensions",
                          flow->name, v->name);
            sd_help(b->diag, "a flow and its stock must be arrays over the same dimensions");
        } else if (in) {
            v->inflows[v->inflow_count++] = flow;
        } else {
            v->outflows[v->outflow_count++] = flow;
        }
    }
}

static void define_each_element(builder *b, sd_variable *v, const xml_element *element)
{
    for (const xml_element *child = element->first; child; child = child->next) {
        const xml_attribute *subscript = xml_attribute_of(child, "subscript");
        size_t index;
        if (strcmp(child->name, "element") != 0)
            continue;
        if (!subscript)
            (void)sd_fail(b->diag, SD_E304, child->span, "<element> needs a subscript");
        else if (subscript_index(b, v, subscript->value, subscript->span, &index))
            define_elements(b, v, child, index, index + 1);
    }
}

static void check_defined(builder *b, const sd_variable *v, const xml_element *element)
{
    for (size_t i = 0; i < v->size; i++) {
        if (v->texts[i] || (v->kind == SD_GF && has_gf(v, i)))
            continue;
        if (v->size == 1) {
            (void)sd_fail(b->diag, SD_E105, element->span, "'%s' has no equation", v->name);
            sd_help(b->diag, "add <eqn>...</eqn>");
        } else {
            sd_place place = sd_place_of(v, i);
            sd_text name = sd_text_new(b->arena);
            for (size_t d = 0; d < v->dimension_count; d++)
                sd_text_printf(&name, "%s%s", d ? "," : "",
                               v->dimensions[d]->elements[place.own[d]]);
            (void)sd_fail(b->diag, SD_E105, element->span, "'%s[%s]' has no equation", v->name,
                          name.bytes);
            sd_help(b->diag, "give <eqn> once for all elements, or an <element> for each");
        }
        return;
    }
}

static bool each_has_equation(const xml_element *element)
{
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, "element") == 0 && xml_child(child, "eqn"))
            return true;
    return false;
}

void variable_define(builder *b, sd_variable *v, const xml_element *element)
{
    v->equations = SD_NEW_ARRAY(b->arena, const sd_expr *, v->size);
    v->texts = SD_NEW_ARRAY(b->arena, const char *, v->size);
    bool each = v->dimension_count > 0 && xml_child(element, "element");
    size_t errors = b->diag->errors;
    /* One equation may have a graphical function for each element. */
    v->apply_to_all = !each || (xml_child(element, "eqn") && !each_has_equation(element));
    define_elements(b, v, element, 0, v->size);
    if (each)
        define_each_element(b, v, element);
    if (b->diag->errors == errors) /* what could not be read is not missing */
        check_defined(b, v, element);
    define_flows(b, v, element);
}
