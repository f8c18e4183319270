/* program_private.h - the graph of nodes that equations are lowered to, before rows are assigned.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_PROGRAM_PRIVATE_H
#define SD_PROGRAM_PRIVATE_H

#include "sd/program.h"

/* What a node is made of when it is not an instruction. */
typedef enum leaf_kind {
    LEAF_NONE,
    LEAF_CONSTANT,
    LEAF_PARAMETER, /* extra: index into parameters */
    LEAF_TIME,
    LEAF_DT,
    LEAF_START,
    LEAF_STOP,
    LEAF_STOCK, /* extra: index into stocks */
    /* Where each equation is compiled alone (equations.c): */
    LEAF_VALUE, /* extra: index into roots */
    LEAF_HELD,  /* extra: index into held */
    LEAF_DRAW   /* extra: number of the draw */
} leaf_kind;

/* How often a node is worked out; the class of an instruction is the largest of its arguments'. */
typedef enum update_rate {
    RATE_CONSTANT, /* known now */
    RATE_ONCE,     /* once a run */
    RATE_HELD,     /* at grid points, kept in between */
    RATE_STAGE     /* whenever derivatives are asked for */
} update_rate;

typedef int32_t node_id; /* index into nodes; SD_NO_ROW for none */

typedef struct node {
    leaf_kind leaf;
    update_rate rate;
    sd_op op;
    node_id a, b, c;
    int32_t extra;
    double value; /* CONSTANT */
    sd_origin origin;
    bool live;   /* something needs it */
    bool staged; /* a net flow needs it */
    int32_t row;
} node;

typedef struct hidden_stock {
    node_id stock, start, net;
    size_t element;
    bool hidden, non_negative;
    const sd_expr *call; /* of a hidden one */
    size_t last;         /* of its chain; itself where there is none */
} hidden_stock;

/* An input that reaches a value only through state is lowered when all elements have their nodes. */
typedef enum defer_kind {
    DEFER_SMOOTH,
    DEFER_DELAY,
    DEFER_PREVIOUS,
    DEFER_PIPELINE, /* DELAY and HISTORY */
    DEFER_INIT
} defer_kind;
typedef struct deferred {
    defer_kind kind;
    const sd_expr *call;
    sd_place place;
    size_t element;
    size_t first, order; /* hidden stocks; or the memory or pipeline number */
    size_t held;         /* apart: index into held */
} deferred;

typedef struct draw {
    size_t element;
} draw;

/* An equation that is compiled alone: what its node stands for, and the node of its result. */
typedef struct equation_root {
    sd_node_kind kind; /* VARIABLE, SUM or INTO */
    size_t element;
    const sd_expr *call; /* SUM */
    node_id root;
} equation_root;

/* What a PREVIOUS, DELAY or INIT gives out. */
typedef struct held_value {
    const sd_expr *call;
    size_t element;
    size_t into;   /* index into roots */
    size_t number; /* of the memory or pipeline */
    bool piped;    /* of a pipeline */
} held_value;

/* A call with memory that has its node, where and for what. */
typedef enum expansion_use { EXPANDED_START, EXPANDED_RUN, DRAWN } expansion_use;
typedef struct expansion {
    const sd_expr *call;
    size_t element;
    uint32_t each[SD_VARIABLE_DIMENSIONS_MAX]; /* of its sd_place; `own` follows from the element */
    expansion_use use;
    node_id node; /* DRAWN: the number of the draw */
} expansion;

typedef struct lowering {
    sd_arena *arena;
    sd_diag *diag;
    const sd_model *model;
    const sd_shock *shocks;
    size_t shock_count;
    const size_t *wanted; /* elements; NULL: all */
    size_t wanted_count;

    SD_LIST(node) nodes;
    int32_t *buckets; /* hash table of node ids, -1 empty */
    size_t bucket_count;

    SD_LIST(sd_parameter) parameters;
    SD_LIST(hidden_stock) stocks;
    SD_LIST(const sd_gf *) gfs;
    sd_table *gf_numbers; /* from the address, as text, to its place in gfs */
    bool *constants;      /* [variable_count] sd_variable_is_constant */
    SD_LIST(draw) draws;
    SD_LIST(sd_memory) memories;
    SD_LIST(sd_pipeline) pipelines;
    SD_LIST(deferred) deferred;
    SD_LIST(expansion) memo;
    int32_t *memo_buckets; /* hash table of places in memo, -1 empty */
    size_t memo_bucket_count;
    SD_LIST(sd_belt) belts;
    SD_LIST(sd_belt_leak) belt_leaks;
    SD_LIST(sd_outlet) outlets;
    size_t *element_belts; /* [element_count] of conveyors and queues */

    bool apart;                   /* each equation alone: what it names is a leaf */
    SD_LIST(equation_root) roots; /* each after those that it needs at the same time */
    SD_LIST(held_value) held;

    sd_table *shared; /* reduce.c: nodes of reductions that are the same for all elements */
    node_id *step_nodes, *start_nodes; /* by element */
    int32_t *element_parameters;
    bool start;          /* lowering initial values now */
    size_t element;      /* whose equation */
    const sd_expr *expr; /* innermost sub-expression: the origin of new nodes */
} lowering;

/* node.c: nodes are shared when they are equal, and folded when all arguments are known. */
node_id node_constant(lowering *l, double value);
node_id node_leaf(lowering *l, leaf_kind leaf, int32_t extra);
node_id node_make(lowering *l, sd_op op, node_id a, node_id b, node_id c, int32_t extra);
node_id node_binary(lowering *l, sd_op op, node_id a, node_id b);
bool node_is_constant(const lowering *l, node_id id, double *ret_value);

/* lower.c */
/* All of a model but the sums of flows: initial values, equations, hidden stocks. */
void lower_model(lowering *l, sd_arena *arena, const sd_model *model, const sd_shock *shocks,
                 size_t shock_count, sd_diag *diag);
node_id lower_expr(lowering *l, const sd_expr *e, sd_place *place);
node_id lower_time(lowering *l); /* TIME, or STARTTIME while lowering initial values */

bool lower_is_told(const lowering *l, sd_code code, sd_span span);
int32_t lower_gf_number(lowering *l, const sd_gf *gf);
/* The graphical function that a LOOKUP or its kin names at a place; NULL after E111. */
const sd_gf *lower_gf_of(lowering *l, const sd_expr *call, const sd_place *place);

/* lower_functions.c, lower_draws.c: calls that are several nodes; false for all others. */
bool lower_function(lowering *l, const sd_expr *e, sd_place *place, node_id *ret_node);
bool lower_draw(lowering *l, const sd_expr *e, sd_place *place, node_id *ret_node);
node_id lower_held(lowering *l, node_id value); /* as it was at the grid point */
/* Functions and operators that are one instruction each; `ret_swap`: with the first two arguments exchanged. */
bool lower_simple_op(sd_function id, sd_op *ret_op, bool *ret_swap);
/* reduce.c: SUM and its kin, and PICK. */
node_id reduce_call(lowering *l, const sd_expr *e, sd_place *place);

/* equations.c: notes an equation that is compiled alone; the leaf that stands for its value. */
node_id equation_apart(lowering *l, sd_node_kind kind, const sd_expr *call, node_id root);

node_id lower_place(lowering *l, const sd_expr *e, const sd_variable *variable, size_t index);
size_t lower_hidden_stock(lowering *l, node_id start); /* its number; its net flow is to be set */

/* lower_conveyor.c */
void belt_make(lowering *l, size_t element, size_t stock); /* for a conveyor or queue */
/* What a flow out of a conveyor or queue is, at the start or in the run. */
node_id belt_outflow(lowering *l, const sd_variable *flow, size_t index);
/* `value` as far as the conveyor or queue that it flows into takes it. */
node_id belt_inflow(lowering *l, const sd_variable *flow, size_t index, node_id value);
void belts_finish(lowering *l); /* when all elements have their nodes */
void belts_map(lowering *l, node_id (*map)(const void *context, node_id id), const void *context);
/* True when the instruction belongs to a conveyor or queue. */
bool belt_op(sd_op op);
/* Marks what conveyors and queues need once one is needed; true when that is news. */
bool belts_mark(lowering *l, bool *used);

/* node.c too: worked out at grid points, kept in between. */
bool is_held_op(sd_op op);

/* expand.c: functions with memory. */
node_id expand_call(lowering *l, const sd_expr *e, sd_place *place);
void expand_deferred(lowering *l);
/* memo.c: the same, but a call that is met again has the node that it had before. */
node_id expand_once(lowering *l, const sd_expr *e, sd_place *place);
/* The number of a call's draw, the same for the start and for the run, so that its first draw is the same in both. */
size_t draw_once(lowering *l, const sd_expr *e, const sd_place *place);
/* Lowers an expression as it stands at the start of the run. */
node_id expand_at_start(lowering *l, const sd_expr *e, sd_place *place);
/* Stock `place` of a chain of `order`; its net flow is to be set. */
node_id expand_hidden(lowering *l, const sd_expr *call, node_id start, size_t place, size_t order);
/* What a call gives out from memory or pipeline `number`, as a value of its own; its `into` is to be set. */
node_id expand_held_apart(lowering *l, const sd_expr *e, size_t number, bool piped);
/* expand_memory.c */
node_id expand_memory(lowering *l, const sd_expr *e, sd_place *place);

/* simplify.c: cheaper nodes with, but for rounding, the same values. */
void simplify(lowering *l);

/* tables.c: [count] graphical functions laid out for vectors. */
const sd_gf_table *tables_of(sd_arena *arena, const sd_gf *const *gfs, size_t count);

/* rows.c */
sd_status assign_rows(lowering *l, const sd_program **ret_program);

#endif
