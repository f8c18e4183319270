/* replay.c - equations worked out again at the points of a history: what each input did, and partial derivatives.
 * In: sd_history.  Out: series, one value a grid point.  Points lie side by side where a run has members, so that the
 * interpreter serves a block of them at once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "run_private.h"

enum { BLOCK = 64 }; /* [points] */

struct sd_replay {
    const sd_history *history;
    sd_program view; /* what the interpreter reads of a program, with the rows of the equations */
    run_state block; /* BLOCK points side by side */
    run_state point; /* one alone, for derivatives */
    double *tangents;
    size_t tangent_room; /* [double] */
    sd_arena *arena;
};

static void open_state(sd_arena *arena, run_state *s, const sd_program *view, const sd_history *h,
                       size_t members)
{
    const sd_equations *e = h->equations;
    *s = (run_state){.program = view, .members = members};
    s->rows = sd_arena_rows(arena, e->row_count * members);
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
    open_state(arena, &r->block, &r->view, h, BLOCK);
    open_state(arena, &r->point, &r->view, h, 1);
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

static void change_of_flow(const sd_history *h, const sd_node *n, size_t input, double *ret_change)
{
    const double *x = h->values + n->inputs[input] * h->point_count;
    ret_change[0] = 0;
    for (size_t k = 1; k < h->point_count; k++)
        ret_change[k] = weight_of(n, input) * (x[k] - x[k - 1]);
}

void sd_replay_changes(sd_replay *r, size_t node, double *ret_changes)
{
    const sd_history *h = r->history;
    const sd_node *n = &h->equations->nodes[node];
    for (size_t i = 0; n->out == SD_NO_ROW && i < n->input_count; i++)
        change_of_flow(h, n, i, ret_changes + i * h->point_count);
    for (size_t k = 1; n->out != SD_NO_ROW && k < h->point_count; k += BLOCK) {
        size_t count = least(BLOCK, h->point_count - k);
        const double *before = h->values + node * h->point_count + k - 1;
        lay_inputs(r, &r->block, n, k - 1, count);
        for (size_t i = 0; i < n->input_count; i++) {
            double *change = ret_changes + i * h->point_count + k;
            lay(r, &r->block, n->inputs[i], k, count);
            eval(&r->block, &n->equation);
            const double *after = state_row(&r->block, n->out);
            for (size_t m = 0; m < count; m++)
                change[m] = after[m] - before[m];
            lay(r, &r->block, n->inputs[i], k - 1, count);
        }
    }
    for (size_t i = 0; n->out != SD_NO_ROW && i < n->input_count; i++)
        ret_changes[i * h->point_count] = 0;
}

/* Tangents of all that an equation reads are 0, but for each input that of its own direction. */
static void aim(sd_replay *r, const sd_node *n)
{
    const sd_equations *e = r->history->equations;
    size_t lanes = n->input_count, row = lanes * sizeof(double);
    if (e->row_count * lanes > r->tangent_room) {
        r->tangent_room = e->row_count * lanes;
        r->tangents = sd_arena_rows(r->arena, r->tangent_room);
    }
    for (size_t k = 0; k < n->equation.count; k++) {
        const sd_instruction *at = &n->equation.list[k];
        const int32_t read[] = {at->a, at->b, at->c};
        for (int i = 0; i < 3; i++)
            if (read[i] != SD_NO_ROW)
                memset(r->tangents + (size_t)read[i] * lanes, 0, row);
    }
    for (size_t i = 0; i < lanes; i++) {
        double *own = r->tangents + (size_t)(e->node_row + (int32_t)n->inputs[i]) * lanes;
        memset(own, 0, row);
        own[i] = 1;
    }
}

void sd_replay_partials(sd_replay *r, size_t node, double *ret_partials)
{
    const sd_history *h = r->history;
    const sd_node *n = &h->equations->nodes[node];
    size_t points = h->point_count;
    for (size_t i = 0; n->out == SD_NO_ROW && i < n->input_count; i++)
        for (size_t k = 0; k < points; k++)
            ret_partials[i * points + k] = weight_of(n, i);
    if (n->out == SD_NO_ROW || n->input_count == 0)
        return;
    aim(r, n);
    const double *tangents = r->tangents + (size_t)n->out * n->input_count;
    for (size_t k = 0; k < points; k++) {
        lay_inputs(r, &r->point, n, k, 1);
        eval(&r->point, &n->equation);
        sd_derive(&n->equation, r->view.gfs, h->times[k], h->spec.dt, r->point.rows, n->input_count,
                  r->tangents);
        for (size_t i = 0; i < n->input_count; i++)
            ret_partials[i * points + k] = tangents[i];
    }
}
