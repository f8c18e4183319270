/* rows.c - rows for the nodes that something needs, and the three instruction lists.
 * In: the finished graph.  Out: sd_program.  A node is made after its arguments, so the order of making is an
 * order of evaluation.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "program_private.h"

/* What a program that gives only some elements has to remember. */
typedef struct state_use {
    bool *stocks, *memories, *pipelines;
    bool belts; /* all or none */
} state_use;

const char *sd_op_name(sd_op op)
{
    static const char *const names[] = {
#define SD_OP(id, arguments, text) #id,
#include "sd/opcodes.def"
#undef SD_OP
    };
    return names[op];
}

int sd_op_arguments(sd_op op)
{
    static const int counts[] = {
#define SD_OP(id, arguments, text) arguments,
#include "sd/opcodes.def"
#undef SD_OP
    };
    return counts[op];
}

static void need(lowering *l, node_id id)
{
    if (id != SD_NO_ROW)
        l->nodes.items[id].live = true;
}

static void need_for_stage(lowering *l, node_id id)
{
    if (id != SD_NO_ROW)
        l->nodes.items[id].live = l->nodes.items[id].staged = true;
}

/* From what is needed down: arguments have smaller numbers, so one pass backwards is enough. */
static void mark_arguments(lowering *l)
{
    for (size_t i = l->nodes.count; i-- > 0;) {
        node *n = &l->nodes.items[i];
        if (!n->live)
            continue;
        const node_id arguments[] = {n->a, n->b, n->c};
        for (int k = 0; k < 3; k++) {
            if (n->staged && n->rate == RATE_STAGE)
                need_for_stage(l, arguments[k]);
            else
                need(l, arguments[k]);
        }
    }
}

/* What a needed value remembers is needed too.  True when that is news. */
static bool mark_state(lowering *l, state_use *use)
{
    bool news = false;
    for (size_t i = 0; i < l->nodes.count; i++) {
        const node *n = &l->nodes.items[i];
        if (!n->live)
            continue;
        size_t k = (size_t)n->extra;
        if (n->leaf == LEAF_STOCK && !use->stocks[k]) {
            need(l, l->stocks.items[k].start);
            need_for_stage(l, l->stocks.items[k].net);
            news = use->stocks[k] = true;
        } else if (n->leaf == LEAF_NONE && n->op == SD_OP_PREVIOUS && !use->memories[k]) {
            need(l, l->memories.items[k].input);
            news = use->memories[k] = true;
        } else if (n->leaf == LEAF_NONE && n->op == SD_OP_DELAY && !use->pipelines[k]) {
            need(l, l->pipelines.items[k].input);
            news = use->pipelines[k] = true;
        } else if (n->leaf == LEAF_NONE && belt_op(n->op)) {
            news = belts_mark(l, &use->belts) || news;
        }
    }
    return news;
}

static void mark(lowering *l, state_use *use)
{
    for (size_t i = 0; i < l->wanted_count; i++)
        need(l, l->step_nodes[l->wanted[i]]);
    for (size_t element = 0; !l->wanted && element < l->model->element_count; element++)
        need(l, l->step_nodes[element]);
    for (size_t s = 0; !l->wanted && s < l->stocks.count; s++)
        need(l, l->stocks.items[s].stock);
    do
        mark_arguments(l);
    while (mark_state(l, use));
}

/* Only what is used stays, in its order; operations that name it by number are told the new one. */
static void drop_unused(lowering *l, const state_use *use)
{
    size_t stocks = 0, memories = 0, pipelines = 0;
    size_t *stock_numbers = SD_NEW_ARRAY(l->arena, size_t, l->stocks.count + 1);
    int32_t *memory_numbers = SD_NEW_ARRAY(l->arena, int32_t, l->memories.count + 1);
    int32_t *pipeline_numbers = SD_NEW_ARRAY(l->arena, int32_t, l->pipelines.count + 1);
    for (size_t i = 0; i < l->stocks.count; i++) {
        stock_numbers[i] = stocks;
        if (use->stocks[i])
            l->stocks.items[stocks++] = l->stocks.items[i];
    }
    for (size_t i = 0; i < l->memories.count; i++) {
        memory_numbers[i] = (int32_t)memories;
        if (use->memories[i])
            l->memories.items[memories++] = l->memories.items[i];
    }
    for (size_t i = 0; i < l->pipelines.count; i++) {
        pipeline_numbers[i] = (int32_t)pipelines;
        if (use->pipelines[i])
            l->pipelines.items[pipelines++] = l->pipelines.items[i];
    }
    if (!use->belts)
        l->belts.count = l->belt_leaks.count = l->outlets.count = 0;
    for (size_t i = 0; i < l->belts.count; i++) {
        l->belts.items[i].stock = stock_numbers[l->belts.items[i].stock];
        l->belts.items[i].entered = stock_numbers[l->belts.items[i].entered];
    }
    l->stocks.count = stocks;
    l->memories.count = memories;
    l->pipelines.count = pipelines;
    for (size_t i = 0; i < l->nodes.count; i++) {
        node *n = &l->nodes.items[i];
        if (n->leaf == LEAF_NONE && n->live && n->op == SD_OP_PREVIOUS)
            n->extra = memory_numbers[n->extra];
        if (n->leaf == LEAF_NONE && n->live && n->op == SD_OP_DELAY)
            n->extra = pipeline_numbers[n->extra];
    }
}

static int32_t row_of(const lowering *l, node_id id)
{
    return id == SD_NO_ROW ? SD_NO_ROW : l->nodes.items[id].row;
}

static node_id row_in(const void *context, node_id id)
{
    return row_of(context, id);
}

static void place_row(lowering *l, sd_program *p, sd_origin *origins, node_id id)
{
    l->nodes.items[id].row = (int32_t)p->row_count;
    origins[p->row_count++] = l->nodes.items[id].origin;
}

/* Constants, parameters, the clock, stocks, then all that is computed. */
static void number_rows(lowering *l, sd_program *p)
{
    sd_origin *origins = SD_NEW_ARRAY(l->arena, sd_origin, l->nodes.count + 8);
    double *constants = SD_NEW_ARRAY(l->arena, double, l->nodes.count + 1);
    p->origins = origins;
    p->constants = constants;
    for (size_t i = 0; i < l->nodes.count; i++) {
        if (l->nodes.items[i].leaf == LEAF_CONSTANT && l->nodes.items[i].live) {
            constants[p->constant_count++] = l->nodes.items[i].value;
            place_row(l, p, origins, (node_id)i);
        }
    }
    for (size_t k = 0; k < l->parameters.count; k++) {
        node_id id = node_leaf(l, LEAF_PARAMETER, (int32_t)k);
        place_row(l, p, origins, id);
        l->parameters.items[k].row = l->nodes.items[id].row;
        origins[p->row_count - 1].element = l->parameters.items[k].element;
    }
    static const leaf_kind clock[] = {LEAF_TIME, LEAF_DT, LEAF_START, LEAF_STOP};
    int32_t *const clock_rows[] = {&p->time_row, &p->dt_row, &p->start_row, &p->stop_row};
    for (int i = 0; i < 4; i++) {
        node_id id = node_leaf(l, clock[i], 0);
        place_row(l, p, origins, id);
        *clock_rows[i] = l->nodes.items[id].row;
        origins[p->row_count - 1].expr = NULL;
    }
    p->stock_row = (int32_t)p->row_count;
    for (size_t s = 0; s < l->stocks.count; s++)
        place_row(l, p, origins, l->stocks.items[s].stock);
    for (size_t i = 0; i < l->nodes.count; i++)
        if (l->nodes.items[i].leaf == LEAF_NONE && l->nodes.items[i].live)
            place_row(l, p, origins, (node_id)i);
}

static sd_instructions list_of(lowering *l, bool (*wanted)(const node *n))
{
    size_t count = 0;
    for (size_t i = 0; i < l->nodes.count; i++)
        count += l->nodes.items[i].leaf == LEAF_NONE && l->nodes.items[i].live &&
                 wanted(&l->nodes.items[i]);
    sd_instruction *list = SD_NEW_ARRAY(l->arena, sd_instruction, count + 1);
    size_t at = 0;
    for (size_t i = 0; i < l->nodes.count; i++) {
        const node *n = &l->nodes.items[i];
        if (n->leaf == LEAF_NONE && n->live && wanted(n))
            list[at++] = (sd_instruction){.op = n->op,
                                          .out = n->row,
                                          .a = row_of(l, n->a),
                                          .b = row_of(l, n->b),
                                          .c = row_of(l, n->c),
                                          .extra = n->extra};
    }
    return (sd_instructions){.count = count, .list = list};
}

static bool is_once(const node *n)
{
    return n->rate == RATE_ONCE;
}

static bool is_grid(const node *n)
{
    return n->rate >= RATE_HELD;
}

static bool is_stage(const node *n)
{
    return n->rate == RATE_STAGE && n->staged;
}

static void fill_tables(lowering *l, sd_program *p)
{
    sd_stock_row *stocks = SD_NEW_ARRAY(l->arena, sd_stock_row, l->stocks.count + 1);
    for (size_t s = 0; s < l->stocks.count; s++) {
        const hidden_stock *h = &l->stocks.items[s];
        stocks[s] = (sd_stock_row){.net = row_of(l, h->net),
                                   .start = row_of(l, h->start),
                                   .element = h->element,
                                   .hidden = h->hidden,
                                   .non_negative = h->non_negative};
    }
    p->stocks = stocks;
    p->stock_count = l->stocks.count;
    for (size_t i = 0; i < l->memories.count; i++)
        l->memories.items[i].input = row_of(l, l->memories.items[i].input);
    for (size_t i = 0; i < l->pipelines.count; i++) {
        sd_pipeline *pipeline = &l->pipelines.items[i];
        pipeline->input = row_of(l, pipeline->input);
        pipeline->time = row_of(l, pipeline->time);
        pipeline->start = row_of(l, pipeline->start);
    }
    belts_map(l, row_in, l);
    int32_t *rows = SD_NEW_ARRAY(l->arena, int32_t, l->model->element_count + 1);
    for (size_t element = 0; element < l->model->element_count; element++)
        rows[element] = row_of(l, l->step_nodes[element]); /* none for what is not worked out */
    p->element_rows = rows;
}

sd_status assign_rows(lowering *l, const sd_program **ret_program)
{
    sd_program *p = SD_NEW(l->arena, sd_program);
    state_use use = {.stocks = SD_NEW_ARRAY(l->arena, bool, l->stocks.count + 1),
                     .memories = SD_NEW_ARRAY(l->arena, bool, l->memories.count + 1),
                     .pipelines = SD_NEW_ARRAY(l->arena, bool, l->pipelines.count + 1)};
    mark(l, &use);
    drop_unused(l, &use);
    number_rows(l, p);
    fill_tables(l, p);
    p->model = l->model;
    p->wanted = l->wanted;
    p->wanted_count = l->wanted_count;
    p->parameter_count = l->parameters.count;
    p->parameters = l->parameters.items;
    p->once = list_of(l, is_once);
    p->grid = list_of(l, is_grid);
    p->stage = list_of(l, is_stage);
    p->gf_count = l->gfs.count;
    p->gfs = l->gfs.items;
    p->tables = tables_of(l->arena, p->gfs, p->gf_count);
    p->draw_count = l->draws.count;
    p->memory_count = l->memories.count;
    p->memories = l->memories.items;
    p->pipeline_count = l->pipelines.count;
    p->pipelines = l->pipelines.items;
    p->belt_count = l->belts.count;
    p->belts = l->belts.items;
    p->belt_leak_count = l->belt_leaks.count;
    p->belt_leaks = l->belt_leaks.items;
    p->outlet_count = l->outlets.count;
    p->outlets = l->outlets.items;
    p->element_parameters = l->element_parameters;
    for (size_t i = 0; i < p->grid.count; i++)
        p->jumps = p->jumps || is_held_op(p->grid.list[i].op);
    *ret_program = p;
    return SD_OK;
}
