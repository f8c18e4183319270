/* diagram.c - what a causal loop diagram shows: scored loops and a layout go in, nodes and links come out.
 * The stretch of a loop between two variables that are shown is one link, which stands for all that the route between
 * them names (sd_route_follow); loops that go the same way share it.  A layout adds links of its own, for levers, by
 * naming their routes.  A link that the equations do not have is an error.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>
#include <string.h>

static const double usual_bend = 20, parallel_bend = 26; /* [degree] */

static bool is_same_stop(sd_stop a, sd_stop b)
{
    return a.variable == b.variable && a.element == b.element;
}

/* An array that is shown as a whole stands for each of its elements. */
size_t sd_diagram_node_of(const sd_diagram *d, sd_stop stop)
{
    size_t whole = SIZE_MAX;

    for (size_t n = 0; n < d->nodes.count; n++) {
        const sd_stop shown = d->nodes.items[n].stop;

        if (is_same_stop(shown, stop))
            return n;
        if (shown.variable == stop.variable &&
            (shown.element == SIZE_MAX || stop.variable->size == 1))
            whole = n;
    }
    return whole;
}

/* ---- links ---- */

/* Values this far below the largest of a run are what rounding left. */
static sd_sign sign_of(const double *gain, size_t count)
{
    double most = 0;
    bool plus = false, minus = false;

    for (size_t k = 0; k < count; k++)
        most = isfinite(gain[k]) ? fmax(most, fabs(gain[k])) : most;
    for (size_t k = 0; k < count; k++) {
        plus |= gain[k] > 1e-9 * most;
        minus |= gain[k] < -1e-9 * most;
    }
    return plus && minus ? SD_SIGN_MIXED
           : plus        ? SD_SIGN_PLUS
           : minus       ? SD_SIGN_MINUS
                         : SD_SIGN_IDLE;
}

/* ---- delays ---- */

typedef struct walk {
    size_t *stack, count; /* node * 2 + whether a delay was passed */
    bool *seen;           /* [node_count * 2] */
} walk;

static void walk_on(walk *w, size_t node, bool delayed)
{
    const size_t state = 2 * node + delayed;

    if (!w->seen[state])
        w->stack[w->count++] = state;
    w->seen[state] = true;
}

/* Whether a way to a stop from the one before it, through auxiliaries alone, passes a smooth or a delay. */
static bool is_delayed(sd_arena *arena, const sd_graph *graph, const sd_stop *from,
                       const sd_stop *to)
{
    const sd_equations *equations = graph->history->equations;
    walk w = {.stack = SD_NEW_ARRAY(arena, size_t, 2 * equations->node_count + 1),
              .seen = SD_NEW_ARRAY(arena, bool, 2 * equations->node_count + 1)};

    for (size_t e = 0; e < to->variable->size; e++)
        if (equations->element_nodes[to->variable->first + e] != SIZE_MAX)
            walk_on(&w, equations->element_nodes[to->variable->first + e], false);
    while (w.count > 0) {
        const size_t state = w.stack[--w.count], node = state / 2;

        for (size_t k = graph->first_in[node]; k < graph->first_in[node + 1]; k++) {
            const sd_link *link = &graph->links[k];
            const sd_node *source = &equations->nodes[link->from];
            const bool delayed = link->delayed || state % 2;
            const sd_variable *variable =
                source->kind == SD_NODE_VARIABLE
                    ? equations->program->model->element_variables[source->element]
                    : NULL;

            if (variable == from->variable && delayed)
                return true;
            if (!variable || (variable->kind == SD_AUX && variable != from->variable))
                walk_on(&w, link->from, delayed);
        }
    }
    return false;
}

static bool is_route_delayed(const sd_diagram *d, const sd_stop *stops, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (stops[i].variable->kind == SD_STOCK ||
            is_delayed(d->arena, d->feedbacks->graph, &stops[i - 1], &stops[i]))
            return true;
    return false;
}

static bool is_same_route(const sd_diagram_link *link, const sd_stop *stops, size_t count)
{
    if (link->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!is_same_stop(link->stops[i], stops[i]))
            return false;
    return true;
}

static size_t find_route(const sd_diagram *d, const sd_stop *stops, size_t count)
{
    for (size_t k = 0; k < d->links.count; k++)
        if (is_same_route(&d->links.items[k], stops, count))
            return k;
    return SIZE_MAX;
}

static const char *stop_name(const sd_diagram *d, sd_stop stop)
{
    return stop.element == SIZE_MAX || stop.variable->size == 1
               ? stop.variable->name
               : sd_model_element_name(d->scenario->model, stop.element, d->arena);
}

/* The link of a route, new or there already; `spans` [count] of its stops for messages, or one for all when NULL. */
static sd_status add_link(sd_diagram *d, const sd_stop *stops, size_t count, double bend,
                          const sd_span *spans, sd_span span, size_t *ret_link, sd_diag *diag)
{
    const sd_graph *graph = d->feedbacks->graph;
    sd_diagram_link link = {.from = sd_diagram_node_of(d, stops[0]),
                            .to = sd_diagram_node_of(d, stops[count - 1]),
                            .count = count,
                            .stops = stops,
                            .bend = bend};
    sd_route_scores scores;

    *ret_link = find_route(d, stops, count);
    if (*ret_link != SIZE_MAX)
        return SD_OK;
    scores = sd_route_follow(d->arena, graph, stops, count, false);
    if (scores.broken != SIZE_MAX) {
        const size_t at = scores.broken;

        return sd_fail(diag, SD_E411, spans ? spans[at] : span,
                       "the equations have no link from '%s' to '%s'", stop_name(d, stops[at]),
                       stop_name(d, stops[at + 1 < count ? at + 1 : at]));
    }
    link.score = scores.score;
    link.gain = scores.gain;
    link.sign = sign_of(scores.gain, graph->history->point_count);
    link.delayed = is_route_delayed(d, stops, count);
    for (size_t k = 0; k < d->links.count; k++)
        if (d->links.items[k].from == link.from && d->links.items[k].to == link.to)
            link.bend += link.bend < 0 ? -parallel_bend : parallel_bend;
    SD_PUSH(d->arena, &d->links, link);
    *ret_link = d->links.count - 1;
    return SD_OK;
}

/* The stretches of a loop between the nodes that it passes. */
static sd_status add_loop_links(sd_diagram *d, size_t loop, sd_span span, sd_diag *diag)
{
    const sd_feedback *f = d->loops.items[loop].feedback;
    const double bend = d->loops.items[loop].clockwise ? usual_bend : -usual_bend;
    size_t *shown = SD_NEW_ARRAY(d->arena, size_t, f->count + 1), count = 0;

    for (size_t i = 0; i < f->count; i++)
        if (sd_diagram_node_of(d, f->stops[i]) != SIZE_MAX)
            shown[count++] = i;
    if (count < 2)
        return sd_fail(diag, SD_E411, span,
                       "loop '%s' passes fewer than two of the variables shown", f->id);
    for (size_t k = 0; k < count; k++) {
        const size_t from = shown[k], to = shown[(k + 1) % count];
        const size_t length = (to + f->count - from) % f->count + 1;
        sd_stop *stops = SD_NEW_ARRAY(d->arena, sd_stop, length);
        size_t link = 0;

        for (size_t i = 0; i < length; i++)
            stops[i] = f->stops[(from + i) % f->count];
        const sd_status status = add_link(d, stops, length, bend, NULL, span, &link, diag);

        if (status != SD_OK)
            return status;
        SD_PUSH(d->arena, &d->links.items[link].loops, loop);
    }
    return SD_OK;
}

/* ---- from a layout ---- */

static const sd_feedback *feedback_of(const sd_feedbacks *feedbacks, const sd_loop *loop)
{
    for (size_t i = 0; i < feedbacks->count; i++)
        if (feedbacks->list[i].named == loop)
            return &feedbacks->list[i];
    return NULL;
}

static sd_status bend_links(sd_diagram *d, const sd_layout_link *from, sd_diag *diag)
{
    size_t found = 0;

    for (size_t k = 0; k < d->links.count; k++) {
        sd_diagram_link *link = &d->links.items[k];

        if (link->from == from->from && link->to == from->to)
            link->bend =
                from->bend + (from->bend < 0 ? -parallel_bend : parallel_bend) * (double)found++;
    }
    if (found > 0)
        return SD_OK;
    const sd_status status = sd_fail(
        diag, SD_E411, from->span, "none of the loops drawn leads from '%s' to '%s'",
        stop_name(d, d->nodes.items[from->from].stop), stop_name(d, d->nodes.items[from->to].stop));

    sd_help(diag, "name the loop in `loops`, or say what a link of its own goes through");
    return status;
}

static void add_layout_links(sd_diagram *d, const sd_layout *layout, sd_diag *diag)
{
    for (size_t i = 0; i < layout->link_count; i++) {
        const sd_layout_link *from = &layout->links[i];
        size_t link = 0;

        if (from->count == 0)
            (void)bend_links(d, from, diag);
        else if (add_link(d, from->through, from->count, from->bend, from->spans, from->span, &link,
                          diag) == SD_OK)
            d->links.items[link].bend = from->bend;
    }
}

static void follow_layout(sd_diagram *d, const sd_layout *layout, sd_diag *diag)
{
    d->width = layout->width;
    d->height = layout->height;
    for (size_t i = 0; i < layout->place_count; i++) {
        const sd_layout_place *place = &layout->places[i];
        const sd_diagram_node node = {.stop = place->stop,
                                      .label = place->label,
                                      .x = place->x,
                                      .y = place->y,
                                      .lever = place->lever,
                                      .outside = place->outside};

        SD_PUSH(d->arena, &d->nodes, node);
    }
    for (size_t i = 0; i < layout->loop_count; i++) {
        const sd_layout_loop *from = &layout->loops[i];
        const sd_diagram_loop loop = {.feedback = feedback_of(d->feedbacks, from->loop),
                                      .label = from->label,
                                      .x = from->x,
                                      .y = from->y,
                                      .clockwise = from->clockwise};

        if (!loop.feedback) {
            (void)sd_fail(diag, SD_E411, from->span, "loop '%s' has not been scored",
                          from->loop->id);
            continue;
        }
        SD_PUSH(d->arena, &d->loops, loop);
        (void)add_loop_links(d, d->loops.count - 1, from->span, diag);
    }
    add_layout_links(d, layout, diag);
}

sd_status sd_diagram_new(sd_arena *arena, const sd_feedbacks *feedbacks,
                         const sd_scenario *scenario, const sd_layout *layout, double at,
                         const sd_diagram **ret_diagram, sd_diag *diag)
{
    const size_t errors = diag->errors;
    sd_diagram *d = SD_NEW(arena, sd_diagram);

    d->arena = arena;
    d->feedbacks = feedbacks;
    d->scenario = scenario;
    d->computed = !layout;
    if (layout) {
        follow_layout(d, layout, diag);
    } else {
        sd_diagram_choose(d, at);
        for (size_t l = 0; l < d->loops.count; l++)
            (void)add_loop_links(d, l, SD_NOWHERE, diag);
        sd_diagram_place(d);
    }
    if (diag->errors > errors)
        return sd_diag_status(diag);
    if (d->links.count == 0)
        return layout ? sd_fail(diag, SD_E411, (sd_span){.source = layout->source},
                                "the layout draws no link")
                      : sd_fail(diag, SD_E117, SD_NOWHERE,
                                "there is no causal loop diagram to draw: no loop was found");
    *ret_diagram = d;
    return SD_OK;
}
