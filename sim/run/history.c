/* history.c - a run kept whole: the value of every node at every grid point.
 * In: a program, its equations compiled alone, a request.  Out: sd_history.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "run_private.h"

/* The row of the program's run that shows a node without equation, or for a draw its seed; SD_NO_ROW where there is
 * none. */
static int32_t row_of(const sd_program *p, const sd_node *n, const int32_t *draw_seeds,
                      const int32_t *memory_rows, const int32_t *pipeline_rows)
{
    switch (n->kind) {
    case SD_NODE_VARIABLE:
        return n->out == SD_NO_ROW ? p->element_rows[n->element] : SD_NO_ROW;
    case SD_NODE_STATE:
        return p->stock_row + (int32_t)n->number;
    case SD_NODE_HELD:
        return n->constant ? SD_NO_ROW
               : !n->call  ? p->element_rows[n->element]
               : n->piped  ? pipeline_rows[n->number]
                           : memory_rows[n->number];
    case SD_NODE_DRAW:
        return draw_seeds[n->number];
    case SD_NODE_TIME:
        return p->time_row;
    default:
        return SD_NO_ROW;
    }
}

/* [node_count] what the run has to save. */
static int32_t *rows_to_save(sd_arena *arena, const sd_equations *e, unsigned char *ret_normal)
{
    const sd_program *p = e->program;
    int32_t *seeds = SD_NEW_ARRAY(arena, int32_t, p->draw_count + 1);
    int32_t *memories = SD_NEW_ARRAY(arena, int32_t, p->memory_count + 1);
    int32_t *pipelines = SD_NEW_ARRAY(arena, int32_t, p->pipeline_count + 1);
    memset(seeds, 0xFF, p->draw_count * sizeof *seeds);
    for (size_t i = 0; i < p->grid.count; i++) {
        const sd_instruction *at = &p->grid.list[i];
        if (at->op == SD_OP_PREVIOUS)
            memories[at->extra] = at->out;
        if (at->op == SD_OP_DELAY)
            pipelines[at->extra] = at->out;
        if (at->op == SD_OP_UNIFORM || at->op == SD_OP_NORMAL) {
            seeds[at->extra] = at->c;
            ret_normal[at->extra] = at->op == SD_OP_NORMAL;
        }
    }
    int32_t *rows = SD_NEW_ARRAY(arena, int32_t, e->node_count + 1);
    for (size_t n = 0; n < e->node_count; n++)
        rows[n] = row_of(p, &e->nodes[n], seeds, memories, pipelines);
    return rows;
}

static void draw_again(const sd_run_request *q, const sd_node *n, bool seeded, bool normal,
                       size_t points, double *values)
{
    for (size_t k = 0; k < points; k++) {
        sd_draw draw = {.seed = seeded ? seed_of(values[k]) : q->spec.seed,
                        .member = q->first_member,
                        .variable = (uint32_t)n->number,
                        .step = (uint32_t)k};
        values[k] = standard_draw(draw, normal);
    }
}

/* What has an equation is worked out here, each after its inputs: its rows of the run can differ by roundings
 * (simplify.c), or are not there, and a history has to agree with its own equations. */
static void fill_equations(sd_replay *replay, const sd_history *h, double *values)
{
    for (size_t n = 0; n < h->equations->node_count; n++)
        if (h->equations->nodes[n].out != SD_NO_ROW)
            sd_replay_values(replay, n, values + n * h->point_count);
}

/* What an INIT gives out is what went in at the start; true when that was not known before. */
static bool fill_inits(const sd_history *h, double *values)
{
    bool news = false;
    for (size_t n = 0; n < h->equations->node_count; n++) {
        const sd_node *node = &h->equations->nodes[n];
        double *own = values + n * h->point_count;
        if (node->kind != SD_NODE_HELD || !node->constant || !isnan(own[0]))
            continue;
        double first = values[node->inputs[0] * h->point_count];
        news = news || !isnan(first);
        for (size_t k = 0; k < h->point_count; k++)
            own[k] = first;
    }
    return news;
}

sd_status sd_history_new(sd_arena *arena, const sd_equations *e, const sd_run_request *request,
                         const sd_history **ret_history, sd_diag *diag)
{
    sd_arena *scratch = sd_arena_new("a history");
    sd_run_request q = *request;
    const sd_trajectory *t;
    unsigned char *normal = SD_NEW_ARRAY(scratch, unsigned char, e->program->draw_count + 1);
    q.spec.save_interval = q.spec.dt;
    q.members = 1;
    q.column_count = 0;
    q.row_count = e->node_count;
    q.rows = rows_to_save(scratch, e, normal);
    sd_status status = sd_run(scratch, &q, &t, diag);
    if (status != SD_OK) {
        sd_arena_free(scratch);
        return status;
    }
    sd_history *h = SD_NEW(arena, sd_history);
    double *times = sd_arena_rows(arena, t->time_count);
    double *values = sd_arena_rows(arena, e->node_count * t->time_count + 1);
    double *parameters = SD_NEW_ARRAY(arena, double, e->program->parameter_count + 1);
    memcpy(times, t->times, t->time_count * sizeof *times);
    for (size_t k = 0; k < e->program->parameter_count; k++)
        parameters[k] = q.parameters ? q.parameters[k] : e->program->parameters[k].value;
    for (size_t k = 0; k < t->time_count; k++)
        for (size_t n = 0; n < e->node_count; n++)
            values[n * t->time_count + k] = t->rows[k * e->node_count + n];
    for (size_t n = 0; n < e->node_count; n++)
        if (e->nodes[n].kind == SD_NODE_DRAW)
            draw_again(&q, &e->nodes[n], q.rows[n] != SD_NO_ROW, normal[e->nodes[n].number],
                       t->time_count, values + n * t->time_count);
    *h = (sd_history){.equations = e,
                      .spec = q.spec,
                      .point_count = t->time_count,
                      .times = times,
                      .values = values,
                      .parameters = parameters,
                      .stats = t->stats};
    sd_replay *replay = sd_replay_new(scratch, h);
    do /* an INIT may stand inside what another takes in */
        fill_equations(replay, h, values);
    while (fill_inits(h, values));
    sd_arena_free(scratch);
    *ret_history = h;
    return SD_OK;
}
