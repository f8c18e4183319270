/* equations.c - every equation compiled alone: which values it names, and the instructions from these to its result.
 * In: sd_model, lowered once more with a leaf for each value that an equation names.  Out: sd_equations, the nodes of
 * the causal structure.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "program_private.h"

node_id equation_apart(lowering *l, sd_node_kind kind, const sd_expr *call, node_id root)
{
    node *n = &l->nodes.items[root];
    if (kind == SD_NODE_SUM && n->leaf != LEAF_NONE)
        return root; /* nothing is summed */
    bool known = kind == SD_NODE_SUM && n->row != SD_NO_ROW;
    size_t number = known ? (size_t)n->row : l->roots.count;
    if (kind == SD_NODE_SUM)
        n->row =
            (int32_t)number; /* rows are not numbered here, so there is room to find it again */
    equation_root r = {.kind = kind, .element = l->element, .call = call, .root = root};
    if (!known)
        SD_PUSH(l->arena, &l->roots, r);
    return node_leaf(l, LEAF_VALUE, (int32_t)number);
}

/* What the nodes are made with. */
typedef struct maker {
    lowering *l;
    sd_equations *e;
    sd_node *nodes;
    size_t held_at, draws_at, time_at,
        roots_at;                  /* the first node of each kind; stocks begin at 0 */
    int32_t temporary;             /* row of the first result on the way */
    size_t temporaries;            /* most that one equation has */
    const unsigned char *changing; /* [row of the program] */
    /* Of the equation at hand: */
    uint32_t *stamps, stamp; /* [lowered node] */
    SD_LIST(node_id) found;  /* what its result needs, itself included */
} maker;

static void find(maker *m, node_id id)
{
    if (id == SD_NO_ROW || m->stamps[id] == m->stamp)
        return;
    m->stamps[id] = m->stamp;
    SD_PUSH(m->l->arena, &m->found, id);
}

static int by_number(const void *x, const void *y)
{
    const node_id a = *(const node_id *)x, b = *(const node_id *)y;
    return (a > b) - (a < b);
}

/* The node that a leaf stands for; SIZE_MAX for constants, parameters and the clock's fixed hands. */
static size_t node_of_leaf(const maker *m, const node *n)
{
    switch (n->leaf) {
    case LEAF_STOCK:
        return (size_t)n->extra;
    case LEAF_HELD:
        return m->held_at + (size_t)n->extra;
    case LEAF_DRAW:
        return m->draws_at + (size_t)n->extra;
    case LEAF_TIME:
        return m->time_at;
    case LEAF_VALUE:
        return m->roots_at + (size_t)n->extra;
    default:
        return SIZE_MAX;
    }
}

static int32_t row_of_leaf(const maker *m, const node *n)
{
    switch (n->leaf) {
    case LEAF_PARAMETER:
        return m->e->parameter_row + n->extra;
    case LEAF_DT:
        return m->e->dt_row;
    case LEAF_START:
        return m->e->start_row;
    case LEAF_STOP:
        return m->e->stop_row;
    default:
        return m->e->node_row + (int32_t)node_of_leaf(m, n);
    }
}

static int32_t row_of_node(const maker *m, node_id id)
{
    return id == SD_NO_ROW ? SD_NO_ROW : m->l->nodes.items[id].row;
}

/* The instructions from leaves to `root`, on rows that every equation uses anew. */
static void compile(maker *m, sd_node *to, node_id root)
{
    lowering *l = m->l;
    m->stamp++;
    m->found.count = 0;
    find(m, root);
    for (size_t i = 0; i < m->found.count; i++) {
        const node *n = &l->nodes.items[m->found.items[i]];
        find(m, n->a);
        find(m, n->b);
        find(m, n->c);
    }
    assert(m->found.items);
    /* A node is made after its arguments, so the order of making is an order of evaluation. */
    if (m->found.count)
        qsort(m->found.items, m->found.count, sizeof *m->found.items, by_number);
    sd_instruction *list = SD_NEW_ARRAY(l->arena, sd_instruction, m->found.count);
    size_t *inputs = SD_NEW_ARRAY(l->arena, size_t, m->found.count);
    for (size_t i = 0; i < m->found.count; i++) {
        node *n = &l->nodes.items[m->found.items[i]];
        if (n->leaf != LEAF_NONE) {
            if (node_of_leaf(m, n) != SIZE_MAX)
                inputs[to->input_count++] = node_of_leaf(m, n);
            continue;
        }
        n->row = m->temporary + (int32_t)to->equation.count;
        list[to->equation.count++] = (sd_instruction){.op = n->op,
                                                      .out = n->row,
                                                      .a = row_of_node(m, n->a),
                                                      .b = row_of_node(m, n->b),
                                                      .c = row_of_node(m, n->c),
                                                      .extra = n->extra};
    }
    to->inputs = inputs;
    to->equation.list = list;
    to->out = row_of_node(m, root);
    m->temporaries = to->equation.count > m->temporaries ? to->equation.count : m->temporaries;
}

/* Constants get rows as they come; other leaves have theirs already. */
static void number_leaves(maker *m)
{
    lowering *l = m->l;
    sd_equations *e = m->e;
    double *constants = SD_NEW_ARRAY(l->arena, double, l->nodes.count + 1);
    for (size_t i = 0; i < l->nodes.count; i++) {
        node *n = &l->nodes.items[i];
        n->row = SD_NO_ROW;
        if (n->leaf == LEAF_CONSTANT) {
            n->row = (int32_t)e->constant_count;
            constants[e->constant_count++] = n->value;
        }
    }
    e->constants = constants;
    e->parameter_row = (int32_t)e->constant_count;
    e->dt_row = e->parameter_row + (int32_t)l->parameters.count;
    e->start_row = e->dt_row + 1;
    e->stop_row = e->dt_row + 2;
    e->node_row = e->dt_row + 3;
    m->temporary = e->node_row + (int32_t)e->node_count;
    for (size_t i = 0; i < l->nodes.count; i++)
        if (l->nodes.items[i].leaf != LEAF_NONE && l->nodes.items[i].leaf != LEAF_CONSTANT)
            l->nodes.items[i].row = row_of_leaf(m, &l->nodes.items[i]);
}

/* Which rows of the program time can change: what its run works out again and again. */
static const unsigned char *changing_rows(sd_arena *arena, const sd_program *p)
{
    unsigned char *changing = SD_NEW_ARRAY(arena, unsigned char, p->row_count + 1);
    changing[p->time_row] = 1;
    memset(changing + p->stock_row, 1, p->stock_count);
    for (size_t i = 0; i < p->grid.count; i++)
        changing[p->grid.list[i].out] = 1;
    return changing;
}

static void make_stock_nodes(maker *m)
{
    for (size_t s = 0; s < m->l->stocks.count; s++) {
        const hidden_stock *h = &m->l->stocks.items[s];
        m->nodes[s] = (sd_node){.kind = h->hidden ? SD_NODE_STATE : SD_NODE_VARIABLE,
                                .element = h->element,
                                .call = h->call,
                                .number = s,
                                .last = h->last,
                                .constant = h->hidden && !h->call, /* of a belt: 0 at grid points */
                                .out = SD_NO_ROW};
    }
}

static void make_given_nodes(maker *m)
{
    for (size_t i = 0; i < m->l->held.count; i++) {
        const held_value *h = &m->l->held.items[i];
        size_t *input = SD_NEW(m->l->arena, size_t);
        *input = m->roots_at + h->into;
        m->nodes[m->held_at + i] =
            (sd_node){.kind = SD_NODE_HELD,
                      .element = h->element,
                      .call = h->call,
                      .number = h->number,
                      .last = m->held_at + i,
                      .constant = h->call && h->call->builtin->id == SD_FN_INIT,
                      .piped = h->piped,
                      .input_count = 1,
                      .inputs = input,
                      .out = SD_NO_ROW};
    }
    for (size_t i = 0; i < m->l->draws.count; i++)
        m->nodes[m->draws_at + i] = (sd_node){.kind = SD_NODE_DRAW,
                                              .element = m->l->draws.items[i].element,
                                              .number = i,
                                              .last = m->draws_at + i,
                                              .out = SD_NO_ROW};
    m->nodes[m->time_at] =
        (sd_node){.kind = SD_NODE_TIME, .element = SIZE_MAX, .last = m->time_at, .out = SD_NO_ROW};
}

static void make_equation_nodes(maker *m, size_t *element_nodes)
{
    for (size_t i = 0; i < m->l->roots.count; i++) {
        const equation_root *r = &m->l->roots.items[i];
        sd_node *n = &m->nodes[m->roots_at + i];
        *n = (sd_node){.kind = r->kind,
                       .element = r->element,
                       .call = r->call,
                       .last = m->roots_at + i,
                       .constant = true};
        compile(m, n, r->root);
        if (r->kind == SD_NODE_VARIABLE) {
            element_nodes[r->element] = m->roots_at + i;
            n->constant = !m->changing[m->e->program->element_rows[r->element]];
        } else {
            for (size_t k = 0; k < n->input_count; k++)
                n->constant = n->constant && m->nodes[n->inputs[k]].constant;
        }
    }
}

/* A stock's inputs are its flows, a hidden one's what flows into it. */
static void connect_stocks(maker *m, const size_t *element_nodes, size_t first_into)
{
    for (size_t s = 0; s < m->l->stocks.count; s++) {
        sd_node *n = &m->nodes[s];
        const sd_variable *v = m->l->model->element_variables[n->element];
        bool hidden = n->kind == SD_NODE_STATE;
        size_t count = hidden ? 1 : v->inflow_count + v->outflow_count;
        size_t *inputs = SD_NEW_ARRAY(m->l->arena, size_t, count + 1);
        n->inputs = inputs;
        n->input_count = count;
        n->inflow_count = hidden ? 1 : v->inflow_count;
        if (hidden)
            inputs[0] = first_into++;
        for (size_t i = 0; i < count && !hidden; i++) {
            const sd_variable *flow =
                i < v->inflow_count ? v->inflows[i] : v->outflows[i - v->inflow_count];
            inputs[i] = element_nodes[flow->first + n->element - v->first];
        }
    }
}

/* What a discrete conveyor still lets in follows from what it has let in before, which is no value that an equation names. */
static void refuse_budgets(const sd_program *program, sd_diag *diag)
{
    for (size_t i = 0; i < program->grid.count; i++) {
        const sd_instruction *at = &program->grid.list[i];
        const sd_variable *v =
            at->op == SD_OP_ENTRY
                ? program->model->element_variables[program->belts[at->extra].element]
                : NULL;
        bool asked = false;
        for (size_t k = 0; v && k < v->inflow_count; k++)
            asked = asked || !v->inflows[k]->driver;
        if (asked)
            (void)sd_fail(
                diag, SD_E114, v->span,
                "causes cannot be followed through the inflow limit of the discrete conveyor '%s'",
                v->name);
    }
}

sd_status sd_equations_new(sd_arena *arena, const sd_program *program, const sd_shock *shocks,
                           size_t shock_count, const sd_equations **ret_equations, sd_diag *diag)
{
    size_t errors = diag->errors;
    lowering l = {.apart = true};
    refuse_budgets(program, diag);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    assert(!program->wanted); /* stocks have the same numbers in both */
    lower_model(&l, arena, program->model, shocks, shock_count, diag);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    size_t first_into = l.roots.count;
    for (size_t s = 0; s < l.stocks.count; s++) {
        const hidden_stock *h = &l.stocks.items[s];
        l.element = h->element;
        if (h->hidden)
            (void)equation_apart(&l, SD_NODE_INTO, h->call, h->net);
    }
    sd_equations *e = SD_NEW(arena, sd_equations);
    maker m = {.l = &l, .e = e, .held_at = l.stocks.count};
    m.draws_at = m.held_at + l.held.count;
    m.time_at = m.draws_at + l.draws.count;
    m.roots_at = m.time_at + 1;
    e->program = program;
    e->node_count = m.roots_at + l.roots.count;
    m.nodes = SD_NEW_ARRAY(arena, sd_node, e->node_count);
    m.stamps = SD_NEW_ARRAY(arena, uint32_t, l.nodes.count + 1);
    m.changing = changing_rows(arena, program);
    size_t *element_nodes = SD_NEW_ARRAY(arena, size_t, program->model->element_count + 1);
    memset(element_nodes, 0xFF, program->model->element_count * sizeof *element_nodes);
    number_leaves(&m);
    make_stock_nodes(&m);
    make_given_nodes(&m);
    make_equation_nodes(&m, element_nodes);
    for (size_t s = 0; s < l.stocks.count; s++)
        if (!l.stocks.items[s].hidden)
            element_nodes[l.stocks.items[s].element] = s;
    connect_stocks(&m, element_nodes, m.roots_at + first_into);
    e->row_count = (size_t)m.temporary + m.temporaries;
    e->gf_count = l.gfs.count;
    e->gfs = l.gfs.items;
    e->nodes = m.nodes;
    e->element_nodes = element_nodes;
    *ret_equations = e;
    return SD_OK;
}
