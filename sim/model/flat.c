/* flat.c - a scenario's model as a new XMILE file in which every element of every array is a variable of its own.
 * In: a scenario.  Out: text for readers without arrays: the same equations element by element, sums written out, values
 * of the scenario as numbers, shocks as factors.  Read back it gives the same numbers to the bit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "xmile_out.h"

typedef struct flattener {
    sd_arena *arena;
    sd_diag *diag;
    const sd_scenario *scenario;
    const char *const *names; /* [element] */
    const char **graphs;      /* [element] of the graphical functions that stand by themselves */
    sd_table *taken;          /* folded names in use */
    sd_text to;
} flattener;

static const char keep_arrays[] = "without --flat the model's own text is kept";

/* ---- names ---- */

/* Of an element, or without one (SIZE_MAX) of the whole: "Practice.intensity" and "high fluency" -> "Practice_intensity_high_fluency". */
static const char *joined_name(sd_arena *arena, const sd_variable *v, size_t index)
{
    sd_place place = sd_place_of(v, index == SIZE_MAX ? 0 : index);
    sd_text name = sd_text_new(arena);

    sd_text_printf(&name, "%s", v->name);
    for (size_t d = 0; index != SIZE_MAX && d < v->dimension_count; d++)
        sd_text_printf(&name, "_%s", v->dimensions[d]->elements[place.own[d]]);
    for (char *c = name.bytes; *c; c++)
        if (*c == '.') /* of modules; a name with a dot would have to be quoted everywhere */
            *c = '_';
    return name.bytes;
}

static const char *const *flat_names(sd_arena *arena, const sd_model *model, sd_table *taken)
{
    const char **names = SD_NEW_ARRAY(arena, const char *, model->element_count + 1);

    /* What is a scalar already keeps its name. */
    for (int arrays = 0; arrays <= 1; arrays++) {
        for (size_t i = 0; i < model->variable_count; i++) {
            const sd_variable *v = model->variables[i];
            if ((v->dimension_count > 0) != arrays)
                continue;
            for (size_t at = 0; at < v->size; at++)
                names[v->first + at] = out_free_name(arena, taken, joined_name(arena, v, at));
        }
    }
    return names;
}

const char *const *sd_model_flat_names(sd_arena *arena, const sd_model *model)
{
    return flat_names(arena, model, sd_table_new(arena));
}

/* ---- parts ---- */

static void add(flattener *f, const char *text)
{
    sd_text_add(&f->to, text, strlen(text));
}

static void leaf(flattener *f, const char *tag, const char *text)
{
    sd_text_printf(&f->to, "        <%s>", tag);
    out_escaped(&f->to, text);
    sd_text_printf(&f->to, "</%s>\n", tag);
}

static void attribute(flattener *f, const char *name, double value)
{
    sd_text_printf(&f->to, " %s=\"", name);
    out_number(&f->to, value);
    add(f, "\"");
}

static void write_numbers(flattener *f, const char *tag, const double *values, size_t count)
{
    sd_text_printf(&f->to, "          <%s>", tag);
    for (size_t i = 0; i < count; i++) {
        add(f, i ? "," : "");
        out_number(&f->to, values[i]);
    }
    sd_text_printf(&f->to, "</%s>\n", tag);
}

static const char *kind_of(const sd_gf *gf)
{
    static const char *const kinds[] = {[SD_GF_CONTINUOUS] = "continuous",
                                        [SD_GF_EXTRAPOLATE] = "extrapolate",
                                        [SD_GF_DISCRETE] = "discrete"};
    return kinds[gf->kind];
}

static void write_limits(flattener *f, const char *tag, double low, double high)
{
    if (isinf(low) && isinf(high))
        return;
    sd_text_printf(&f->to, "        <%s", tag);
    if (isfinite(low))
        attribute(f, "min", low);
    if (isfinite(high))
        attribute(f, "max", high);
    add(f, "/>\n");
}

static void write_flows(flattener *f, const char *tag, const sd_variable *const *flows,
                        size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        sd_text name = sd_text_new(f->arena);
        out_name(&name, f->names[flows[i]->first + index]);
        leaf(f, tag, name.bytes);
    }
}

/* The equation of an element without shocks; "" for none.  NULL when there are no words for it. */
static const char *equation_of(flattener *f, const sd_variable *v, size_t index)
{
    const sd_setting *setting = sd_scenario_setting(f->scenario, v->first + index);
    sd_text text = sd_text_new(f->arena);
    sd_place place = sd_place_of(v, index);
    const sd_expr *at = v->equations[index];

    if (setting)
        out_number(&text, setting->value);
    else if (at && !expr_text(&text, at, &place, f->names, f->scenario->model->vensim, &at)) {
        bool large = text.length > SD_MODEL_BYTES_MAX;
        (void)sd_fail(f->diag, SD_E614, at->span,
                      large ? "the equation of '%s' grows too large when it is written flat"
                            : "the equation of '%s' cannot be written flat",
                      sd_model_element_name(f->scenario->model, v->first + index, f->arena));
        if (!large && at->kind == SD_EXPR_CALL)
            sd_help(f->diag, "%.*s has no equal among functions of single numbers; %s",
                    (int)strcspn(at->builtin->name, "|"), at->builtin->name, keep_arrays);
        return NULL;
    }
    return text.bytes;
}

static const char *shocked(flattener *f, const sd_variable *v, const char *equation)
{
    sd_text text = sd_text_new(f->arena);
    bool first = true;

    for (size_t i = 0; i < f->scenario->shocks.count; i++) {
        if (f->scenario->shocks.items[i].variable != v || !out_is_shocked(f->scenario, v))
            continue;
        /* A product of products, from the first shock to the last. */
        if (first)
            sd_text_printf(&text, "(%s)", equation);
        out_shock(&text, &f->scenario->shocks.items[i]);
        first = false;
    }
    return first ? equation : text.bytes;
}

static void open_variable(flattener *f, const char *tag, const char *name)
{
    sd_text_printf(&f->to, "      <%s name=\"", tag);
    out_name_attribute(&f->to, name);
    add(f, "\">\n");
}

static void write_units(flattener *f, const sd_variable *v)
{
    if (v->units.known)
        leaf(f, "units", sd_unit_text(&v->units, f->arena)); /* aliases of the file resolved */
    else if (v->units_text)
        leaf(f, "units", v->units_text);
}

static void write_notes(flattener *f, const sd_variable *v)
{
    write_units(f, v);
    write_limits(f, "range", v->range_min, v->range_max);
    write_limits(f, "treadmill:bounds", v->bound_min, v->bound_max);
    if (!v->source)
        return;
    add(f, "        <treadmill:source");
    if (v->grade)
        sd_text_printf(&f->to, " grade=\"%s\"", sd_grade_name(v->grade));
    add(f, ">");
    out_escaped(&f->to, v->source);
    add(f, "</treadmill:source>\n");
}

/* A graphical function by itself: some readers know none inside a variable that has an equation too. */
static void write_gf(flattener *f, const sd_variable *v, const sd_gf *gf, const char *name)
{
    add(f, "      <gf name=\"");
    out_name_attribute(&f->to, name);
    sd_text_printf(&f->to, "\" type=\"%s\">\n", kind_of(gf));
    if (v->doc)
        leaf(f, "doc", v->doc);
    write_numbers(f, "xpts", gf->x, gf->count);
    write_numbers(f, "ypts", gf->y, gf->count);
    write_units(f, v);
    add(f, "      </gf>\n");
}

/* y = gf(equation), where elements of an array share what they have in common. */
static const char *looked_up(flattener *f, const sd_variable *v, size_t index, const char *equation)
{
    sd_text text = sd_text_new(f->arena);
    size_t first = 0;

    while (v->gfs[first] != v->gfs[index])
        first++;
    if (first == index) {
        bool common = index == 0 && (v->size == 1 || v->gfs[v->size - 1] == v->gfs[0]);
        const char *base = common ? joined_name(f->arena, v, SIZE_MAX) : f->names[v->first + index];
        f->graphs[v->first + index] =
            out_free_name(f->arena, f->taken, sd_arena_printf(f->arena, "%s_graph", base));
        write_gf(f, v, v->gfs[index], f->graphs[v->first + index]);
    }
    out_name(&text, f->graphs[v->first + first]);
    sd_text_printf(&text, "(%s)", equation);
    return text.bytes;
}

static void write_element(flattener *f, const sd_variable *v, size_t index)
{
    const char *tag = v->kind == SD_STOCK ? "stock" : v->kind == SD_FLOW ? "flow" : "aux";
    const char *equation = equation_of(f, v, index);

    if (!equation)
        return;
    if (v->kind == SD_GF) {
        write_gf(f, v, v->gfs[index], f->names[v->first + index]);
        return;
    }
    if (v->gfs && v->gfs[index])
        equation = looked_up(f, v, index, equation);
    open_variable(f, tag, f->names[v->first + index]);
    if (v->doc)
        leaf(f, "doc", v->doc);
    leaf(f, "eqn", shocked(f, v, equation));
    if (v->kind == SD_STOCK) {
        write_flows(f, "inflow", v->inflows, v->inflow_count, index);
        write_flows(f, "outflow", v->outflows, v->outflow_count, index);
    }
    if (v->non_negative)
        add(f, "        <non_negative/>\n");
    write_notes(f, v);
    sd_text_printf(&f->to, "      </%s>\n", tag);
}

static void write_group(flattener *f, const sd_group *group)
{
    const sd_model *model = f->scenario->model;

    open_variable(f, "group", group->name);
    if (group->doc)
        leaf(f, "doc", group->doc);
    for (size_t e = 0; e < model->element_count; e++) {
        const char *in = model->element_variables[e]->group;
        if (!in || strcmp(in, group->name) != 0)
            continue;
        add(f, "        <entity name=\"");
        out_name_attribute(&f->to, f->names[e]);
        add(f, "\"/>\n");
    }
    add(f, "      </group>\n");
}

static void write_file(flattener *f, const char *remark)
{
    const sd_model *model = f->scenario->model;

    add(f, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    out_comment(&f->to, remark, true);
    sd_text_printf(&f->to,
                   "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\""
                   " xmlns:treadmill=\"%s\">\n  <header>\n    <vendor>treadmill</vendor>\n"
                   "    <product version=\"1.0\" lang=\"en\">treadmill%s</product>\n    <name>",
                   TREADMILL_NAMESPACE,
                   model->vensim ? " (functions as in Vensim)" : ""); /* which is read back */
    out_escaped(&f->to, out_title(f->arena, f->scenario));
    add(f, "</name>\n  </header>\n");
    out_specs(&f->to, f->scenario);
    add(f, "  <model>\n    <variables>\n");
    for (size_t e = 0; e < model->element_count && f->to.length <= SD_MODEL_BYTES_MAX; e++) {
        const sd_variable *v = model->element_variables[e];
        write_element(f, v, e - v->first);
    }
    for (size_t g = 0; g < model->group_count; g++)
        write_group(f, &model->groups[g]);
    add(f, "    </variables>\n  </model>\n</xmile>\n");
}

/* The flat form has no words for what a conveyor or queue holds and lets out. */
static void refuse_belts(flattener *f)
{
    const sd_model *model = f->scenario->model;

    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        if (!v->conveyor && !v->queue)
            continue;
        (void)sd_fail(f->diag, SD_E614, v->span, "'%s' is a %s, which is not written flat", v->name,
                      v->queue ? "queue" : "conveyor");
        sd_help(f->diag, "%s", keep_arrays);
        return;
    }
}

/* Whether non-negative stocks limit their outflows in the same way, element by element. */
static void compare_limits(flattener *f, const sd_model *read)
{
    const sd_model *model = f->scenario->model;

    for (size_t e = 0; e < model->element_count; e++) {
        const sd_variable *v = model->element_variables[e], *now = sd_model_find(read, f->names[e]);
        if (v->kind == SD_STOCK && (!now || now->limit_content_only != v->limit_content_only)) {
            (void)sd_fail(f->diag, SD_E614, v->span,
                          "the stock '%s' limits its outflows as a whole array, which its elements "
                          "by themselves would do otherwise",
                          v->name);
            return;
        }
    }
}

sd_status sd_scenario_to_flat_xmile(sd_arena *arena, const sd_scenario *scenario,
                                    const char *remark, const char **ret_text,
                                    const sd_model **ret_read, sd_diag *diag)
{
    flattener f = {
        .arena = arena, .diag = diag, .scenario = scenario, .taken = sd_table_new(arena)};
    size_t errors = diag->errors;
    const sd_model *read = NULL;

    f.to = sd_text_new(arena);
    f.names = flat_names(arena, scenario->model, f.taken);
    f.graphs = SD_NEW_ARRAY(arena, const char *, scenario->model->element_count + 1);
    refuse_belts(&f);
    if (diag->errors == errors)
        write_file(&f, remark);
    if (diag->errors == errors) {
        read = out_read_back(scenario, &f.to, SD_E614, diag);
        if (read)
            compare_limits(&f, read);
    }
    if (diag->errors > errors)
        return sd_diag_status(diag);
    out_warn(scenario, diag);
    *ret_text = f.to.bytes;
    *ret_read = read;
    return SD_OK;
}
