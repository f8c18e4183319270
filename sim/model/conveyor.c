/* conveyor.c - conveyors and queues of an XMILE file: their options, the flows they drive, and what those need.
 * In: the elements <conveyor>, <queue>, <leak>, <leak_integers> and <overflow>, and stocks that know their flows.  Out:
 * sd_conveyor, and flows that know who drives them.  XMILE 1.0, sections 3.7.2, 3.7.3, 4.2.1 and 4.3.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "model_private.h"

/* ---- options ---- */

static bool is_true(const xml_element *element, const char *name, bool otherwise)
{
    const xml_attribute *value = xml_attribute_of(element, name);
    return value ? strcasecmp(value->value, "true") == 0 || strcmp(value->value, "1") == 0
                 : otherwise;
}

/* <name>expression</name> of elements from .. to - 1. */
static void read_option(builder *b, const sd_variable *stock, const xml_element *holder,
                        const char *name, size_t from, size_t to, const sd_expr ***ret_exprs)
{
    const xml_element *option = xml_child(holder, name);
    if (!option)
        return;
    const sd_expr *read = equation_parse(b, stock, &option->text, 0);
    if (!*ret_exprs)
        *ret_exprs = SD_NEW_ARRAY(b->arena, const sd_expr *, stock->size);
    for (size_t i = from; i < to; i++)
        (*ret_exprs)[i] = read;
}

static void read_options(builder *b, const sd_variable *stock, sd_conveyor *c,
                         const xml_element *holder, size_t from, size_t to)
{
    read_option(b, stock, holder, "len", from, to, &c->len);
    read_option(b, stock, holder, "capacity", from, to, &c->capacity);
    read_option(b, stock, holder, "in_limit", from, to, &c->in_limit);
    read_option(b, stock, holder, "sample", from, to, &c->sample);
    read_option(b, stock, holder, "arrest", from, to, &c->arrest);
}

/* An element of an array may have options of its own, in a <conveyor> or beside its equation. */
static void read_elements(builder *b, const sd_variable *stock, sd_conveyor *c,
                          const xml_element *element)
{
    for (const xml_element *child = element->first; child; child = child->next) {
        const xml_attribute *subscript = xml_attribute_of(child, "subscript");
        size_t index;
        if (strcmp(child->name, "element") != 0 || !subscript ||
            !subscript_index(b, stock, subscript->value, subscript->span, &index))
            continue;
        const xml_element *own = xml_child(child, "conveyor");
        read_options(b, stock, c, own ? own : child, index, index + 1);
    }
}

/* What some elements have and others lack has no neutral value that could be written. */
static void check_whole(builder *b, const sd_variable *stock, const sd_expr **exprs,
                        const char *name, sd_span span)
{
    for (size_t i = 0; exprs && i < stock->size; i++) {
        if (exprs[i])
            continue;
        (void)sd_fail(b->diag, SD_E126, span, "some elements of '%s' have no <%s>", stock->name,
                      name);
        sd_help(b->diag, "give one for all elements, or one for each");
        return;
    }
}

void conveyor_define(builder *b, sd_variable *stock, const xml_element *element)
{
    const xml_element *conveyor = xml_child(element, "conveyor"),
                      *queue = xml_child(element, "queue");
    stock->queue = queue != NULL;
    if (conveyor || queue)
        stock->non_negative = false; /* they are by themselves */
    if (conveyor && queue)
        (void)sd_fail(b->diag, SD_E125, queue->span, "'%s' cannot be a conveyor and a queue",
                      stock->name);
    if (!conveyor)
        return;
    size_t errors = b->diag->errors;
    sd_conveyor *c = SD_NEW(b->arena, sd_conveyor);
    c->discrete = is_true(conveyor, "discrete", false);
    c->batch_integrity = is_true(conveyor, "batch_integrity", false);
    c->one_at_a_time = is_true(conveyor, "one_at_a_time", true);
    c->exponential_leak = is_true(conveyor, "exponential_leak", false);
    read_options(b, stock, c, conveyor, 0, stock->size);
    read_elements(b, stock, c, element);
    stock->conveyor = c;
    if (b->diag->errors > errors)
        return;
    if (!c->len) {
        (void)sd_fail(b->diag, SD_E126, conveyor->span, "the conveyor '%s' has no transit time",
                      stock->name);
        sd_help(b->diag, "add <len>...</len>");
        return;
    }
    check_whole(b, stock, c->len, "len", conveyor->span);
    check_whole(b, stock, c->capacity, "capacity", conveyor->span);
    check_whole(b, stock, c->in_limit, "in_limit", conveyor->span);
    check_whole(b, stock, c->sample, "sample", conveyor->span);
    check_whole(b, stock, c->arrest, "arrest", conveyor->span);
}

/* ---- who drives which flow ---- */

static const xml_element *element_of(const builder *b, const sd_variable *variable)
{
    return b->elements.items[variable->index];
}

/* What a module is given has no element of its own, and no mark. */
static bool is_leak(const builder *b, const sd_variable *flow)
{
    return element_of(b, flow) && xml_child(element_of(b, flow), "leak");
}

static bool drives(const sd_variable *stock)
{
    return stock->kind == SD_STOCK && (stock->conveyor || stock->queue);
}

static void connect_flow(builder *b, const sd_variable *stock, const sd_variable *flow, bool in)
{
    sd_variable *to = b->variables.items[flow->index];
    const sd_variable **known = in ? &to->enters : &to->driver;
    const char *way = in ? "into" : "out of";
    if (*known == stock)
        (void)sd_fail(b->diag, SD_E125, flow->span, "'%s' flows %s '%s' twice", flow->name, way,
                      stock->name);
    else if (*known)
        (void)sd_fail(b->diag, SD_E125, flow->span, "'%s' flows %s both '%s' and '%s'", flow->name,
                      way, (*known)->name, stock->name);
    *known = stock;
}

/* A position within the way: an attribute from 0 to 1. */
static double read_zone(builder *b, const xml_element *flow, const char *name, double otherwise)
{
    const xml_attribute *place = xml_attribute_of(flow, name);
    double value = otherwise;
    if (place && (!sd_number_from_text(place->value, &value) || !(value >= 0 && value <= 1))) {
        (void)sd_fail(b->diag, SD_E126, place->span, "%s must be a number from 0 to 1, not '%s'",
                      name, place->value);
        return otherwise;
    }
    return value;
}

static void read_leak(builder *b, const sd_variable *flow, sd_leak *leak)
{
    const xml_element *element = element_of(b, flow);
    *leak = (sd_leak){.flow = flow,
                      .fractions = flow->equations,
                      .integers = xml_child(element, "leak_integers") != NULL,
                      .from = read_zone(b, element, "leak_start", 0),
                      .to = read_zone(b, element, "leak_end", 1)};
    if (leak->from >= leak->to) {
        (void)sd_fail(b->diag, SD_E126, element->span,
                      "the leak zone of '%s' ends before it begins", flow->name);
        sd_help(b->diag, "leak_start must be less than leak_end");
    }
    for (size_t i = 0; i < flow->size; i++) {
        if (flow->texts[i])
            continue;
        (void)sd_fail(b->diag, SD_E125, element->span, "'%s' leaks from '%s' without a fraction",
                      flow->name, flow->driver->name);
        sd_help(b->diag, "add <leak>...</leak>");
        return;
    }
}

static void refuse_second_exit(builder *b, const sd_variable *stock, const sd_variable *flow)
{
    (void)sd_fail(b->diag, SD_E125, flow->span, "the conveyor '%s' has two exits, '%s' and '%s'",
                  stock->name, stock->conveyor->exit->name, flow->name);
    sd_help(b->diag, "mark what leaks on the way by <leak>fraction</leak>");
}

/* The exit is the first outflow that is not marked as a leak; where none is marked, all others leak. */
static void find_exit(builder *b, const sd_variable *stock, sd_conveyor *c)
{
    sd_leak *leaks = SD_NEW_ARRAY(b->arena, sd_leak, stock->outflow_count + 1);
    bool marked = false;
    for (size_t i = 0; i < stock->outflow_count; i++)
        marked = marked || is_leak(b, stock->outflows[i]);
    for (size_t i = 0; i < stock->outflow_count; i++) {
        const sd_variable *flow = stock->outflows[i];
        bool leak = is_leak(b, flow);
        if (!leak && !c->exit)
            c->exit = flow;
        else if (!leak && (marked || !flow->texts[0] || !element_of(b, flow)))
            refuse_second_exit(b, stock, flow);
        else
            read_leak(b, flow, &leaks[c->leak_count++]);
    }
    c->leaks = leaks;
    if (c->exit)
        return;
    (void)sd_fail(b->diag, SD_E125, stock->span, "the conveyor '%s' has no outflow at its end",
                  stock->name);
    sd_help(b->diag, "add an <outflow> that is not marked by <leak>");
}

/* What flows out is no longer what the flow's own equation says: a reference to the stock takes its place. */
static void replace_equation(builder *b, sd_variable *flow)
{
    const sd_variable *stock = flow->driver;
    sd_expr *e = SD_NEW(b->arena, sd_expr);
    *e = (sd_expr){.kind = SD_EXPR_REFERENCE,
                   .span = flow->span,
                   .variable = stock,
                   .subscript_count = flow->dimension_count,
                   .subscripts = SD_NEW_ARRAY(b->arena, sd_subscript, flow->dimension_count + 1)};
    for (size_t d = 0; d < flow->dimension_count; d++)
        e->subscripts[d] = (sd_subscript){.kind = SD_SUBSCRIPT_OWN, .at = d, .span = flow->span};
    const char *text =
        stock->queue ? sd_arena_printf(b->arena, "what the queue %s hands out", stock->name)
        : stock->conveyor->exit == flow
            ? sd_arena_printf(b->arena, "what leaves the conveyor %s at its end", stock->name)
            : sd_arena_printf(b->arena, "what leaks from the conveyor %s", stock->name);
    if (flow->gfs)
        (void)sd_fail(b->diag, SD_E114, flow->span,
                      "'%s' flows out of '%s' and has a graphical function", flow->name,
                      stock->name);
    flow->equations = SD_NEW_ARRAY(b->arena, const sd_expr *, flow->size);
    flow->texts = SD_NEW_ARRAY(b->arena, const char *, flow->size);
    flow->gfs = NULL;
    flow->apply_to_all = true;
    flow->non_negative = false; /* it is by itself */
    for (size_t i = 0; i < flow->size; i++) {
        flow->equations[i] = e;
        flow->texts[i] = text;
    }
}

/* Stella writes <eqn>0</eqn> where the standard wants no equation; another one would be meant. */
static void warn_equation(builder *b, const sd_variable *flow)
{
    const sd_expr *e = flow->texts[0] ? flow->equations[0] : NULL;
    if (e && !(e->kind == SD_EXPR_NUMBER && e->number == 0))
        sd_warn(b->diag, SD_W926, e->span,
                "the equation of '%s' does not count: '%s' says what flows", flow->name,
                flow->driver->name);
}

static void check_marks(builder *b, const sd_variable *v)
{
    static const char *const of_conveyors[] = {"leak", "leak_integers"};
    const xml_element *element = element_of(b, v), *overflow = xml_child(element, "overflow");
    for (size_t i = 0; i < sizeof of_conveyors / sizeof *of_conveyors; i++) {
        const xml_element *mark = xml_child(element, of_conveyors[i]);
        if (mark && !(v->driver && v->driver->conveyor))
            (void)sd_fail(b->diag, SD_E125, mark->span,
                          "<%s> belongs to an outflow of a conveyor, and '%s' is none",
                          of_conveyors[i], v->name);
    }
    if (overflow && (!v->driver || !v->driver->queue || v->driver->outflows[0] == v))
        (void)sd_fail(
            b->diag, SD_E125, overflow->span,
            "<overflow> belongs to an outflow of a queue, but not to its first, and '%s' is none",
            v->name);
    b->variables.items[v->index]->overflow = overflow != NULL;
}

/* Vendors can let what enters begin its way elsewhere; that would be another model. */
static void check_spread(builder *b, const sd_variable *flow)
{
    const xml_attribute *spread = xml_attribute_of(element_of(b, flow), "isee:spreadflow");
    if (spread && strcasecmp(spread->value, "beginning") != 0)
        (void)sd_fail(
            b->diag, SD_E114, spread->span,
            "'%s' enters the conveyor '%s' elsewhere than at its beginning, which is not supported",
            flow->name, flow->enters->name);
}

static void connect_stock(builder *b, const sd_variable *stock)
{
    for (size_t i = 0; i < stock->inflow_count; i++)
        connect_flow(b, stock, stock->inflows[i], true);
    for (size_t i = 0; i < stock->outflow_count; i++)
        connect_flow(b, stock, stock->outflows[i], false);
}

/* A flow that a conveyor or queue drives cannot leave another stock too: nobody would ask that one. */
static void check_sole(builder *b, const sd_variable *stock)
{
    for (size_t i = 0; !drives(stock) && i < stock->outflow_count; i++) {
        const sd_variable *flow = stock->outflows[i];
        if (flow->driver)
            (void)sd_fail(b->diag, SD_E125, flow->span, "'%s' flows out of both '%s' and '%s'",
                          flow->name, flow->driver->name, stock->name);
    }
}

/* The standard wants a conveyor behind a queue to be discrete. */
static void make_discrete(builder *b, const sd_variable *stock, sd_conveyor *c)
{
    for (size_t i = 0; !c->discrete && i < stock->inflow_count; i++) {
        const sd_variable *queue = stock->inflows[i]->driver;
        if (!queue || !queue->queue)
            continue;
        sd_warn(b->diag, SD_W925, stock->span,
                "the conveyor '%s' is taken as discrete, since the queue '%s' feeds it",
                stock->name, queue->name);
        c->discrete = true;
    }
}

void conveyor_connect(builder *b)
{
    size_t count = b->variables.count, errors = b->diag->errors;
    for (size_t v = 0; v < count; v++)
        if (drives(b->variables.items[v]))
            connect_stock(b, b->variables.items[v]);
    for (size_t v = 0; v < count; v++) {
        sd_variable *stock = b->variables.items[v];
        if (stock->kind == SD_STOCK)
            check_sole(b, stock);
        if (stock->conveyor) {
            sd_conveyor *c = SD_NEW(b->arena, sd_conveyor);
            *c = *stock->conveyor;
            stock->conveyor = c;
            find_exit(b, stock, c);
            make_discrete(b, stock, c);
        }
    }
    for (size_t v = 0; v < count; v++) {
        sd_variable *flow = b->variables.items[v];
        if (flow->kind != SD_FLOW || !element_of(b, flow))
            continue;
        check_marks(b, flow);
        if (flow->enters)
            check_spread(b, flow);
        if (flow->driver && b->diag->errors == errors) {
            if (flow->driver->queue || flow->driver->conveyor->exit == flow)
                warn_equation(b, flow);
            replace_equation(b, flow);
        } else if (!flow->driver && (errors == 0 || !xml_child(element_of(b, flow), "element"))) {
            variable_check_defined(b, flow, element_of(b, flow));
        }
    }
}

/* ---- who comes first ---- */

bool sd_conveyor_limits(const sd_variable *stock)
{
    const sd_conveyor *c = stock->conveyor;
    return c && (c->capacity || c->in_limit || c->arrest);
}

static bool from_conveyor(const sd_variable *flow)
{
    return flow->driver && flow->driver->conveyor;
}

static bool is_listed_before(const sd_variable *stock, const sd_variable *first,
                             const sd_variable *second)
{
    size_t i = 0;
    while (stock->inflows[i] != first && stock->inflows[i] != second)
        i++;
    return stock->inflows[i] == first && first != second;
}

bool sd_conveyor_serves_before(const sd_variable *stock, const sd_variable *first,
                               const sd_variable *second)
{
    if (from_conveyor(first) != from_conveyor(second))
        return from_conveyor(first);
    return is_listed_before(stock, first, second);
}

bool sd_conveyor_holds(const sd_variable *stock, const sd_variable *inflow)
{
    for (size_t i = 0; sd_conveyor_limits(stock) && i < stock->inflow_count; i++) {
        const sd_variable *other = stock->inflows[i];
        if (other->driver && other->driver->queue && is_listed_before(stock, inflow, other))
            return true;
    }
    return false;
}

/* ---- what the flows need ---- */

static void visit_option(const needs *n, const sd_variable *stock, const sd_expr **exprs,
                         size_t index, bool lagged)
{
    sd_place place = sd_place_of(stock, index);
    if (exprs)
        needs_of(n, exprs[index], &place, lagged);
}

static void visit_flow(const needs *n, const sd_variable *flow, size_t index)
{
    n->visit(n->context, flow->first + index, false);
}

/* What decides how much may enter. */
static void visit_entry(const needs *n, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->enters;
    const sd_conveyor *c = stock->conveyor;
    if (!sd_conveyor_limits(stock))
        return;
    visit_option(n, stock, c->arrest, index, false);
    visit_option(n, stock, c->capacity, index, false);
    visit_option(n, stock, c->in_limit, index, false);
    for (size_t i = 0; c->capacity && i < stock->outflow_count; i++)
        visit_flow(n, stock->outflows[i], index);
    for (size_t i = 0; (c->capacity || c->in_limit) && i < stock->inflow_count; i++)
        if (sd_conveyor_serves_before(stock, stock->inflows[i], flow))
            visit_flow(n, stock->inflows[i], index);
    n->visit(n->context, stock->first + index, false);
}

static void visit_arrest(const needs *n, const sd_variable *conveyor, size_t index)
{
    if (conveyor && conveyor->conveyor)
        visit_option(n, conveyor, conveyor->conveyor->arrest, index, false);
}

static void visit_fraction(const needs *n, const sd_leak *leak, size_t index, bool lagged)
{
    sd_place place = sd_place_of(leak->flow, index);
    needs_of(n, leak->fractions[index], &place, lagged);
}

static void visit_driver(const needs *n, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->driver;
    const sd_conveyor *c = stock->conveyor;
    if (stock->queue) {
        for (size_t i = 0; stock->outflows[i] != flow; i++)
            visit_flow(n, stock->outflows[i], index);
        if (flow->enters)
            visit_entry(n, flow, index);
    } else if (flow == c->exit) {
        visit_arrest(n, stock, index);
        visit_arrest(n, flow->enters, index);
        for (size_t i = 0; i < c->leak_count; i++) {
            visit_arrest(n, c->leaks[i].flow->enters, index);
            if (c->exponential_leak)
                visit_fraction(n, &c->leaks[i], index, false);
        }
    } else {
        visit_flow(n, c->exit, index);
    }
}

void conveyor_needs(const needs *n, const sd_variable *v, size_t index)
{
    if (n->start) { /* a driven flow begins with what the whole stock would let out */
        if (v->driver && v->driver->conveyor)
            visit_option(n, v->driver, v->driver->conveyor->len, index, false);
        return;
    }
    if (v->kind == SD_STOCK && v->conveyor) {
        visit_option(n, v, v->conveyor->len, index, true);
        visit_option(n, v, v->conveyor->sample, index, true);
        for (size_t i = 0; !v->conveyor->exponential_leak && i < v->conveyor->leak_count; i++)
            visit_fraction(n, &v->conveyor->leaks[i], index, true);
    }
    if (v->driver)
        visit_driver(n, v, index);
    else if (v->enters)
        visit_entry(n, v, index);
}
