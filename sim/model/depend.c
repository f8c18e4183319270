/* depend.c - the order in which elements can be worked out, and the circles that forbid one.
 * In: resolved equations.  Out: step_order and start_order.  A depth-first search over elements with its own
 * stack, so that a chain of any length cannot overflow the machine's.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model_private.h"

typedef struct visitor {
    bool start;
    sd_visit *visit;
    void *context;
} visitor;

static bool is_lagged(const sd_expr *e, size_t argument, bool start)
{
    if (!start)
        return (e->builtin->lag >> argument) & 1U;
    /* At the start a smooth or delay shows its initial value and nothing else; without one, its input. */
    bool given = e->argument_count == (size_t)e->builtin->most;
    size_t shown = given ? e->argument_count - 1 : 0;
    return (e->builtin->lag & 1U) && e->builtin->most > 1 && argument != shown;
}

static void walk(const visitor *v, const sd_expr *e, sd_place *place, bool lagged)
{
    if (e->kind == SD_EXPR_REFERENCE) {
        size_t element = sd_expr_element(e, place);
        if (e->variable->kind != SD_GF && element != SIZE_MAX)
            v->visit(v->context, element, lagged);
        return;
    }
    if (e->kind != SD_EXPR_CALL || e->builtin->id == SD_FN_SIZE)
        return;
    sd_place inner = sd_place_inside(place, e);
    for (size_t i = 0; i < e->argument_count; i++)
        if (!sd_expr_is_looped(e, i))
            walk(v, e->arguments[i], place, lagged);
    do {
        for (size_t i = e->builtin->id == SD_FN_LOOKUP ? 1 : 0; i < e->argument_count; i++)
            if (sd_expr_is_looped(e, i))
                walk(v, e->arguments[i], &inner, lagged || is_lagged(e, i, v->start));
    } while (e->loop_count && sd_place_next(&inner, e));
}

/* What the limit of a flow out of a non-negative stock looks at. */
static void visit_limit(const sd_variable *flow, size_t index, bool start, sd_visit *visit,
                        void *context)
{
    const sd_variable *stock = flow->limited_by;
    if (start)
        visit(context, stock->first + index, false);
    if (stock->limit_content_only)
        return;
    for (size_t i = 0; i < stock->inflow_count; i++)
        visit(context, stock->inflows[i]->first + index, false);
    for (size_t i = 0; i < stock->outflow_count && stock->outflows[i] != flow; i++)
        visit(context, stock->outflows[i]->first + index, false);
}

void sd_model_visit_needs(const sd_model *model, size_t element, bool start, sd_visit *visit,
                          void *context)
{
    const sd_variable *variable = model->element_variables[element];
    visitor v = {.start = start, .visit = visit, .context = context};
    size_t index = element - variable->first;
    if (variable->kind == SD_STOCK && !start) {
        for (size_t i = 0; i < variable->inflow_count; i++)
            visit(context, variable->inflows[i]->first + index, true);
        for (size_t i = 0; i < variable->outflow_count; i++)
            visit(context, variable->outflows[i]->first + index, true);
        return;
    }
    if (variable->limited_by)
        visit_limit(variable, index, start, visit, context);
    sd_place place = sd_place_of(variable, index);
    if (variable->equations[index])
        walk(&v, variable->equations[index], &place, false);
}

static void walk_gfs(const visitor *v, const sd_expr *e)
{
    if (e->kind == SD_EXPR_REFERENCE && e->variable->kind == SD_GF)
        v->visit(v->context, e->variable->first, false);
    for (size_t i = 0; i < e->argument_count; i++)
        walk_gfs(v, e->arguments[i]);
}

void sd_model_visit_gfs(const sd_model *model, size_t element, sd_visit *visit, void *context)
{
    const sd_variable *variable = model->element_variables[element];
    const sd_expr *equation = variable->equations[element - variable->first];
    if (equation)
        walk_gfs(&(visitor){.visit = visit, .context = context}, equation);
}

typedef struct search {
    builder *b;
    bool start;
    unsigned char *seen; /* 0 new, 1 on the path, 2 done */
    bool relaxed;        /* the circle is gone, search again */
    size_t *order, ordered;
    SD_LIST(size_t) path;    /* elements on the way down */
    SD_LIST(size_t) pending; /* needs still to follow, marked off by frame */
    SD_LIST(size_t) frames;  /* where each path element's needs begin in pending */
} search;

static void push_need(void *context, size_t needed, bool lagged)
{
    search *s = context;
    if (lagged || (!s->start && s->b->model->element_variables[needed]->kind == SD_STOCK))
        return;
    SD_PUSH(s->b->arena, &s->pending, needed);
}

static void enter(search *s, size_t element)
{
    s->seen[element] = 1;
    SD_PUSH(s->b->arena, &s->path, element);
    SD_PUSH(s->b->arena, &s->frames, s->pending.count);
    if (s->start || s->b->model->element_variables[element]->kind != SD_STOCK)
        sd_model_visit_needs(s->b->model, element, s->start, push_need, s);
}

static void report_circle(search *s, size_t again)
{
    enum { MEMBERS_MAX = 20 }; /* of a loop that are named */
    builder *b = s->b;
    size_t first = s->path.count;
    while (first > 0 && s->path.items[--first] != again)
        ;
    sd_text text = sd_text_new(b->arena);
    size_t count = s->path.count - first;
    /* The path runs from user to used; a loop reads from cause to effect, so print it backwards. */
    sd_text_printf(&text, "%s", sd_model_element_name(b->model, again, b->arena));
    for (size_t i = s->path.count; i-- > first;) {
        if (count > MEMBERS_MAX && s->path.count - i == MEMBERS_MAX) {
            sd_text_printf(&text, " -> ... (%zu in all)", count);
            i = first;
        }
        sd_text_printf(&text, " -> %s",
                       sd_model_element_name(b->model, s->path.items[i], b->arena));
    }
    const sd_variable *v = b->model->element_variables[again];
    const sd_expr *equation = v->equations[again - v->first];
    (void)sd_fail(b->diag, s->start ? SD_E107 : SD_E106, equation ? equation->span : v->span,
                  "%s: %s", s->start ? "initial values wait for each other" : "algebraic loop",
                  text.bytes);
    sd_help(b->diag, s->start ? "give one of these stocks or delays an initial value of its own"
                              : "put a stock, a smooth or a delay on it: some time passes there");
}

static bool is_in(const sd_variable *variable, const sd_variable *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == variable)
            return true;
    return false;
}

/* A circle that only a limit closes is no fault of the model: that stock then counts its content alone. */
static bool relax_limit(search *s, size_t again)
{
    const sd_model *model = s->b->model;
    size_t used = again;
    for (size_t i = s->path.count; i-- > 0; used = s->path.items[i]) {
        const sd_variable *flow = model->element_variables[s->path.items[i]];
        const sd_variable *stock = flow->limited_by, *needed = model->element_variables[used];
        if (stock && !stock->limit_content_only &&
            (is_in(needed, stock->inflows, stock->inflow_count) ||
             is_in(needed, stock->outflows, stock->outflow_count))) {
            s->b->variables.items[stock->index]->limit_content_only = true;
            return true;
        }
        if (s->path.items[i] == again)
            return false;
    }
    return false;
}

/* False at the first circle: one is enough, since the next would mostly be the same one again. */
static bool descend(search *s, size_t root)
{
    enter(s, root);
    while (s->path.count) {
        size_t begin = s->frames.items[s->frames.count - 1];
        if (s->pending.count == begin) {
            size_t element = s->path.items[--s->path.count];
            s->frames.count--;
            s->seen[element] = 2;
            s->order[s->ordered++] = element;
            continue;
        }
        size_t next = s->pending.items[--s->pending.count];
        if (s->seen[next] == 1) {
            s->relaxed = relax_limit(s, next);
            if (!s->relaxed)
                report_circle(s, next);
            return false;
        }
        if (s->seen[next] == 0)
            enter(s, next);
    }
    return true;
}

static const size_t *order(builder *b, bool start)
{
    size_t count = b->model->element_count, element = 0;
    search s = {.b = b, .start = start, .relaxed = true};
    s.seen = SD_NEW_ARRAY(b->arena, unsigned char, count + 1);
    s.order = SD_NEW_ARRAY(b->arena, size_t, count + 1);
    while (s.relaxed) {
        memset(s.seen, 0, count);
        s.ordered = s.path.count = s.pending.count = s.frames.count = 0;
        s.relaxed = false;
        for (element = 0; element < count; element++)
            if (s.seen[element] == 0 && !descend(&s, element))
                break;
    }
    return element == count ? s.order : NULL;
}

/* Finds the stock, if it is a single one, that limits each flow: what flows in and all outflows before it count. */
static void find_limits(builder *b)
{
    const sd_model *model = b->model;
    size_t *drained = SD_NEW_ARRAY(b->arena, size_t, model->variable_count + 1);
    for (size_t v = 0; v < model->variable_count; v++)
        for (size_t i = 0; i < model->variables[v]->outflow_count; i++)
            drained[model->variables[v]->outflows[i]->index]++;
    for (size_t v = 0; v < model->variable_count; v++) {
        const sd_variable *stock = model->variables[v];
        size_t flows = stock->inflow_count + stock->outflow_count;
        if (stock->non_negative &&
            !subscript_add_terms(
                b, stock->span, (double)stock->outflow_count * (double)flows * (double)stock->size))
            return;
        for (size_t i = 0; stock->non_negative && i < stock->outflow_count; i++) {
            sd_variable *flow = b->variables.items[stock->outflows[i]->index];
            if (drained[flow->index] == 1)
                flow->limited_by = stock;
            else
                sd_warn(b->diag, SD_W905, flow->span,
                        "'%s' leaves %zu stocks, so '%s' cannot limit it", flow->name,
                        drained[flow->index], stock->name);
        }
    }
}

sd_status model_order(builder *b)
{
    size_t errors = b->diag->errors;
    find_limits(b);
    if (b->diag->errors > errors)
        return sd_diag_status(b->diag);
    b->model->step_order = order(b, false);
    if (b->model->step_order)
        b->model->start_order = order(b, true);
    return sd_diag_status(b->diag);
}
