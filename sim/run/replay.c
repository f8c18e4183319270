/* replay.c - equations worked out again at the points of a history: what each input did, and partial derivatives.
 * In: sd_history.  Out: series, one value a grid point.  Points lie side by side where a run has members, so that the
 * interpreter serves a block of them at once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "run_private.h"

enum { BLOCK = SD_POINTS }; /* [points] */

struct sd_replay {
    const sd_history *history;
    sd_program view; /* what the interpreter reads of a program, with the rows of the equations */
    run_state block; /* BLOCK points side by side */
    double *tangents;
    size_t tangent_room; /* [double] */
    sd_arena *arena;
};

static void open_state(sd_arena *arena, run_state *s, const sd_program *view, const sd_history *h)
{
    const sd_equations *e = h->equations;
    *s = (run_state){.program = view, .members = BLOCK};
    s->rows = sd_arena_rows(arena, e->row_count * BLOCK);
    for (size_t i = 0; i < e->constant_count; i++)
        state_fill(s, (int32_t)i, e->constants[i]);
    for (size_t k = 0; k < e->program->parameter_count; k++)
        state_fill(s, e->parameter_row + (int32_t)k, h->parameters[k]);
    state_fill(s, e->dt_row, h->spec.dt);
    state_fill(s, e->start_row, h->spec.start);
    state_fill(s, e->stop_row, h->spec.stop);
}

sd_replay *sd_replay_new(sd_arena *arena, const sd_history *h)
{
    const sd_equations *e = h->equations;
    sd_replay *r = SD_NEW(arena, sd_replay);
    size_t time = 0;
    while (e->nodes[time].kind != SD_NODE_TIME)
        time++;
    r->history = h;
    r->arena = arena;
    r->view =
        (sd_program){.gfs = e->gfs, .dt_row = e->dt_row, .time_row = e->node_row + (int32_t)time};
    open_state(arena, &r->block, &r->view, h);
    return r;
}

/* Lays the values of a node at points first, first + 1 ... side by side. */
static void lay(const sd_replay *r, const run_state *s, size_t node, size_t first, size_t count)
{
    const sd_history *h = r->history;
    memcpy(state_row(s, h->equations->node_row + (int32_t)node),
           h->values + node * h->point_count + first, count * sizeof(double));
}

static void lay_inputs(const sd_replay *r, const run_state *s, const sd_node *n, size_t first,
                       size_t count)
{
    for (size_t i = 0; i < n->input_count; i++)
        lay(r, s, n->inputs[i], first, count);
    /* PULSE looks at the clock without naming it. */
    memcpy(state_row(s, r->view.time_row), r->history->times + first, count * sizeof(double));
}

static size_t least(size_t x, size_t y)
{
    return x < y ? x : y;
}

void sd_replay_values(sd_replay *r, size_t node, double *ret_values)
{
    const sd_node *n = &r->history->equations->nodes[node];
    for (size_t k = 0; k < r->history->point_count; k += BLOCK) {
        size_t count = least(BLOCK, r->history->point_count - k);
        lay_inputs(r, &r->block, n, k, count);
        eval(&r->block, &n->equation);
        memcpy(ret_values + k, state_row(&r->block, n->out), count * sizeof *ret_values);
    }
}

/* What a node without equation does with an input: it sums flows, or hands on what goes in. */
static double weight_of(const sd_node *n, size_t input)
{
    bool stock = n->kind == SD_NODE_VARIABLE || n->kind == SD_NODE_STATE;
    return stock && input >= n->inflow_count ? -1.0 : 1.0;
}

/* What a conveyor or queue gives out is taken as if it were well mixed: it changes with the content. */
static bool is_mixed(const sd_node *n)
{
    return n->kind == SD_NODE_HELD && !n->call;
}

static void mixed_changes(const sd_history *h, size_t node, double *ret_changes)
{
    const double *own = h->values + node * h->point_count;
    const double *content = h->values + h->equations->nodes[node].inputs[0] * h->point_count;
    ret_changes[0] = 0;
    for (size_t k = 1; k < h->point_count; k++)
        ret_changes[k] = copysign(own[k] - own[k - 1], content[k] - content[k - 1]);
}

static void mixed_partials(const sd_history *h, size_t node, double *ret_partials)
{
    const double *own = h->values + node * h->point_count;
    const double *content = h->values + h->equations->nodes[node].inputs[0] * h->point_count;
    for (size_t k = 0; k < h->point_count; k++)
        ret_partials[k] = content[k] != 0 ? own[k] / content[k] : 0;
}

static size_t count_changing(const sd_equations *e, const sd_node *n)
{
    size_t count = 0;
    for (size_t i = 0; i < n->input_count; i++)
        count += !e->nodes[n->inputs[i]].constant;
    return count;
}

static void changes_of(const double *series, size_t points, double weight, double *ret_changes)
{
    ret_changes[0] = 0;
    for (size_t k = 1; k < points; k++)
        ret_changes[k] = weight * (series[k] - series[k - 1]);
}

/* Is all that happens to the node what one input does?  PULSE looks at the clock without naming it. */
static bool has_one_cause(const sd_equations *e, const sd_node *n)
{
    bool pulse = false;
    for (size_t i = 0; i < n->equation.count; i++)
        pulse = pulse || n->equation.list[i].op == SD_OP_PULSE;
    return count_changing(e, n) == 1 && !pulse;
}

/* Works the equation out again with one input of each step's end. */
static void change_by(sd_replay *r, size_t node, size_t input, double *ret_changes)
{
    const sd_history *h = r->history;
    const sd_node *n = &h->equations->nodes[node];
    for (size_t k = 1; k < h->point_count; k += BLOCK) {
        size_t count = least(BLOCK, h->point_count - k);
        const double *before = h->values + node * h->point_count + k - 1;
        lay_inputs(r, &r->block, n, k - 1, count);
        lay(r, &r->block, n->inputs[input], k, count);
        eval(&r->block, &n->equation);
        const double *after = state_row(&r->block, n->out);
        for (size_t m = 0; m < count; m++)
            ret_changes[k + m] = after[m] - before[m];
    }
    ret_changes[0] = 0;
}

void sd_replay_changes(sd_replay *r, size_t node, double *ret_changes)
{
    const sd_history *h = r->history;
    const sd_equations *e = h->equations;
    const sd_node *n = &e->nodes[node];
    const size_t points = h->point_count;
    const bool alone = has_one_cause(e, n);
    if (is_mixed(n)) {
        mixed_changes(h, node, ret_changes);
        return;
    }
    for (size_t i = 0; i < n->input_count; i++) {
        double *changes = ret_changes + i * points;
        if (n->out == SD_NO_ROW)
            changes_of(h->values + n->inputs[i] * points, points, weight_of(n, i), changes);
        else if (e->nodes[n->inputs[i]].constant)
            memset(changes, 0, points * sizeof *changes);
        else if (alone)
            changes_of(h->values + node * points, points, 1, changes);
        else
            change_by(r, node, i, changes);
    }
}

/* One direction an input that changes; the others stand still. */
static size_t aim(sd_replay *r, const sd_node *n)
{
    const sd_equations *e = r->history->equations;
    const size_t lanes = count_changing(e, n), row = lanes * BLOCK;
    if (e->row_count * row > r->tangent_room) {
        r->tangent_room = e->row_count * row;
        r->tangents = sd_arena_rows(r->arena, r->tangent_room);
    }
    for (size_t i = 0, lane = 0; i < n->input_count; i++) {
        double *own = r->tangents + (size_t)(e->node_row + (int32_t)n->inputs[i]) * row;
        memset(own, 0, row * sizeof *own);
        if (e->nodes[n->inputs[i]].constant)
            continue;
        for (size_t k = 0; k < BLOCK; k++)
            own[lane * BLOCK + k] = 1;
        lane++;
    }
    return lanes;
}

void sd_replay_partials(sd_replay *r, size_t node, double *ret_partials)
{
    const sd_history *h = r->history;
    const sd_equations *e = h->equations;
    const sd_node *n = &e->nodes[node];
    const size_t points = h->point_count;
    if (is_mixed(n)) {
        mixed_partials(h, node, ret_partials);
        return;
    }
    for (size_t i = 0; n->out == SD_NO_ROW && i < n->input_count; i++)
        for (size_t k = 0; k < points; k++)
            ret_partials[i * points + k] = weight_of(n, i);
    if (n->out == SD_NO_ROW || n->input_count == 0)
        return;
    if (count_changing(e, n) == 0) {
        memset(ret_partials, 0, n->input_count * points * sizeof *ret_partials);
        return;
    }
    const size_t lanes = aim(r, n);
    const double *tangents = r->tangents + (size_t)n->out * lanes * BLOCK;
    for (size_t k = 0; k < points; k += BLOCK) {
        const size_t count = least(BLOCK, points - k), bytes = count * sizeof *ret_partials;
        lay_inputs(r, &r->block, n, k, count);
        eval(&r->block, &n->equation);
        sd_derive_points(&n->equation, r->view.gfs, state_row(&r->block, r->view.time_row),
                         h->spec.dt, r->block.rows, e->node_row, lanes, r->tangents);
        for (size_t i = 0, lane = 0; i < n->input_count; i++)
            if (e->nodes[n->inputs[i]].constant)
                memset(ret_partials + i * points + k, 0, bytes);
            else
                memcpy(ret_partials + i * points + k, tangents + lane++ * BLOCK, bytes);
    }
}
