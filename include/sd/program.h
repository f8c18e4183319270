/* program.h - a model as flat instruction lists over rows of members.
 *
 * Every quantity of a run has a row: one double for each member of the ensemble, side by side, so that one
 * instruction serves a whole row.  Equal expressions share a row; what does not depend on time is worked out once
 * a run; what no stock needs is left out between grid points.  A program is const after sd_program_new() and
 * may be shared by threads; the mutable side is sd_state in run.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_PROGRAM_H
#define SD_PROGRAM_H

#include <math.h>

#include "sd/scenario.h"

typedef enum sd_op {
#define SD_OP(id, arguments, text) SD_OP_##id,
#include "sd/opcodes.def"
#undef SD_OP
    SD_OPS
} sd_op;

enum {
    SD_NO_ROW = -1,
    SD_INSTRUCTIONS_MAX = 4000000,
    SD_ORDER_MAX = 100 /* of DELAYN and SMTHN */
};

typedef struct sd_instruction {
    sd_op op;
    int32_t out, a, b, c; /* rows; SD_NO_ROW where the operation has fewer arguments */
    int32_t
        extra; /* number of the graphical function, draw, memory, pipeline, belt, leak or outlet */
} sd_instruction;

typedef struct sd_instructions {
    size_t count;
    const sd_instruction *list;
} sd_instructions;

/* Where a row comes from, for messages deep in a run. */
typedef struct sd_origin {
    const sd_expr *expr; /* the sub-expression, NULL for rows that are not written anywhere */
    size_t element;      /* whose equation it stands in */
} sd_origin;

typedef struct sd_parameter {
    size_t element; /* a constant, or a stock whose initial value is given as a number */
    int32_t row;
    double value; /* [units of the variable] as the model gives it */
} sd_parameter;

typedef struct sd_stock_row {
    int32_t net;    /* row of its net flow [units of the stock / time] */
    int32_t start;  /* row of its initial value */
    size_t element; /* the model's stock, or the element whose equation needs this hidden one */
    bool hidden;    /* made for a smooth, delay or trend, or for what enters a conveyor or queue */
    bool non_negative; /* held at 0 or above after each step */
} sd_stock_row;

typedef struct sd_memory { /* PREVIOUS and what is made of it */
    int32_t input;
} sd_memory;

typedef struct sd_pipeline {    /* DELAY and HISTORY */
    int32_t input, time, start; /* rows; the delay time [model time] must stay >= 0 */
    bool constant;              /* the delay time does not change during a run */
    sd_origin origin;
} sd_pipeline;

/* An element of a conveyor or queue.  The run keeps what is on it (run/conveyor.c). */
typedef enum sd_belt_row {
    SD_BELT_START,     /* initial content */
    SD_BELT_START_LEN, /* transit time [model time] of the initial content */
    SD_BELT_LEN,
    SD_BELT_SAMPLE,   /* the transit time is taken when this is not 0 */
    SD_BELT_ARREST,   /* nothing moves while this is not 0 */
    SD_BELT_CAPACITY, /* SD_NO_ROW without */
    SD_BELT_IN_LIMIT, /* SD_NO_ROW without */
    SD_BELT_GIVEN,    /* [units / time] what other conveyors bring: no limit counts it */
    SD_BELT_ROWS      /* all SD_NO_ROW for a queue, but for START */
} sd_belt_row;
typedef struct sd_belt {
    bool queue, discrete, exponential;
    bool constant;  /* the transit time does not change during a run */
    size_t element; /* the model's stock */
    size_t stock;   /* of the program: the content */
    /* Stocks that take in what enters since the last grid point: one, or for a queue one an inflow. */
    size_t entered, entered_count;
    size_t leak, leak_count; /* leaks leak .. leak + leak_count - 1 are its own */
    int32_t rows[SD_BELT_ROWS];
} sd_belt;
typedef enum sd_belt_leak_row {
    SD_LEAK_FRACTION,
    SD_LEAK_START,   /* the fraction at the start */
    SD_LEAK_BLOCKED, /* nothing leaks while this is not 0 */
    SD_LEAK_ROWS
} sd_belt_leak_row;
typedef struct sd_belt_leak {
    size_t belt;
    size_t element; /* the flow */
    bool integers;
    double from, to; /* [1] of the way */
    int32_t rows[SD_LEAK_ROWS];
} sd_belt_leak;
typedef struct sd_outlet { /* a flow out of a queue */
    size_t belt;
    bool first;         /* of its queue */
    bool limited;       /* by the conveyor that it fills; else it takes all there is */
    bool overflow;      /* takes only what an outlet before it had to leave */
    bool one_at_a_time; /* takes one batch in a DT */
    bool batch_integrity;
} sd_outlet;

/* A graphical function laid out for vectors: y + (x - the entry's x) * slope, where the entry is the last whose x is at or
 * below x, the first below all.  The same bits as sd_gf_at. */
enum {
    SD_TABLE_PADDING = 16
}; /* tables are at least so long, so that they can be read into registers */
typedef struct sd_gf_table {
    sd_gf_kind kind;
    bool bounded; /* every slope is finite; else only sd_gf_at will do */
    size_t count; /* entries */
    double
        scale; /* [1/units of x] above 0: x are evenly spread, and (x - the first) * scale, cut to a whole
                       * number, is the entry; below 0: with -scale it is the entry or the one after it */
    double low, high; /* CONTINUOUS: x beyond is taken for these */
    const double *x, *y, *slopes;
    const double *rows; /* [count][4] the same side by side, and 0 */
} sd_gf_table;

typedef struct sd_program {
    const sd_model *model;
    size_t row_count;
    /* Rows lie in this order: constants, parameters, time dt start stop, stocks, all others. */
    size_t constant_count;
    const double *constants; /* row i holds constants[i] */
    size_t parameter_count;
    const sd_parameter *parameters;
    int32_t time_row, dt_row, start_row, stop_row;
    int32_t stock_row; /* of the first stock; the others follow */
    size_t stock_count;
    const sd_stock_row *stocks;

    sd_instructions
        once; /* after the parameters are set: all that time does not change, and initial values */
    sd_instructions grid;  /* at a grid point: everything else, held values included */
    sd_instructions stage; /* between grid points: what the net flows need, held values kept */

    size_t gf_count;
    const sd_gf *const *gfs;
    const sd_gf_table *tables; /* [gf_count] */
    size_t draw_count;
    size_t memory_count;
    const sd_memory *memories;
    size_t pipeline_count;
    const sd_pipeline *pipelines;
    size_t belt_count, belt_leak_count, outlet_count;
    const sd_belt *belts;
    const sd_belt_leak *belt_leaks;
    const sd_outlet *outlets;
    bool jumps; /* something is held, so derivatives jump at grid points */

    size_t wanted_count;
    const size_t *wanted; /* elements that were asked for; NULL: all */
    const int32_t *
        element_rows; /* [model->element_count] where a variable's element is found at a grid point;
                                      * SD_NO_ROW for a pure graphical function, and for what nobody wants */
    const int32_t *element_parameters; /* [element_count] index into parameters, or -1 */
    const sd_origin *origins;          /* [row_count] */
} sd_program;

/* Compiles a model.  `shocks` multiply equations (model.h); they may be NULL when shock_count is 0.  The arena
 * owns the program; the model must outlive it.  Fails with E108 (order of a delay not a constant from 1 to
 * SD_ORDER_MAX) and E113 (too many instructions). */
SD_NODISCARD sd_status sd_program_new(sd_arena *arena, const sd_model *model,
                                      const sd_shock *shocks, size_t shock_count,
                                      const sd_program **ret_program, sd_diag *diag);

/* The same for those who only look at some elements (kept, not copied; NULL: all): what they do not depend on is left
 * out, stocks included, so that members are quick.  Parameters and draws keep their numbers and values their bits. */
SD_NODISCARD sd_status sd_program_new_wanted(sd_arena *arena, const sd_model *model,
                                             const sd_shock *shocks, size_t shock_count,
                                             const size_t *wanted, size_t wanted_count,
                                             const sd_program **ret_program, sd_diag *diag);

const char *sd_op_name(sd_op op);
int sd_op_arguments(sd_op op); /* 1..3 */

/* Names what a program works out: all but the values of its parameters.  Programs with the same hash give the same bits. */
uint64_t sd_program_hash(const sd_program *program);

/* ---- as C -----------------------------------------------------------------------------------------------------------
 * Adds to `text` one file of C that defines a kernel (run/kernel.h) of the program, its outputs in the order of
 * `wanted`, or all elements.  The same text for every instruction set.  False when the program cannot be written so that
 * the bits stay (a graphical function with a slope without bound, a quantile such as POISSON_AT), has conveyors or queues,
 * or is too large for compilers. */
bool sd_program_emit_c(const sd_program *program, sd_text *text);

/* ---- jumps -------------------------------------------------------------------------------------------------------
 * A jump counts from the first grid point that is not before it; a millionth of DT absorbs rounding. */
static inline bool sd_step_is_on(double time, double dt, double at)
{
    return time + dt / 1000000 >= at;
}
/* For one DT at `first` and, when `interval` is above 0, each interval after it. */
static inline bool sd_pulse_is_on(double time, double dt, double first, double interval)
{
    double slack = dt / 1000000, since = time - first;
    if (interval > 0 && since > -slack)
        since -= interval * floor((since + slack) / interval);
    return since > -slack && since < dt - slack;
}

/* ---- partial derivatives -------------------------------------------------------------------------------------------
 * Carries derivatives forward through a list that has just been worked out, in `lanes` directions at once (forward
 * accumulation; Griewank and Walther 2008, chapter 3): tangents[row * lanes + lane] is the derivative of the row in
 * that direction.  In: `values` [row_count] of one member and the tangents of every row that the list reads, 0 for
 * what stands still; time and dt > 0 [model time] are those of the values.  Out: the tangents of the rows that it
 * writes.  Exact up to rounding.  At a corner (IF, MIN, MAX, a point of a graphical function) it is the derivative of
 * the branch that the value takes, of ABS at 0 it is 0; comparisons, INT and ROUND have none (0), and so has what was
 * drawn or remembered (PREVIOUS, DELAY).  STEP and PULSE hand on that of their height while they act.  A term whose
 * tangent is 0 adds 0, even where its partial derivative is infinite, and so does one that the value does not look at,
 * even where its tangent is infinite.  Allocates nothing. */
void sd_derive(const sd_instructions *list, const sd_gf *const *gfs, double time, double dt,
               const double *values, size_t lanes, double *tangents);
/* The same, to the bit, at SD_POINTS points side by side: times [SD_POINTS], values[row * SD_POINTS + point],
 * tangents[(row * lanes + lane) * SD_POINTS + point].  Rows before `first_moving` stand still; theirs are not read. */
enum { SD_POINTS = 64 };
void sd_derive_points(const sd_instructions *list, const sd_gf *const *gfs, const double *times,
                      double dt, const double *values, int32_t first_moving, size_t lanes,
                      double *tangents);

/* ---- each equation by itself ---------------------------------------------------------------------------------------
 * In a program equal expressions are one and a variable that only repeats another has no row of its own, so cause and
 * effect cannot be read from it.  Here every equation is compiled alone, from the values that it names to its result:
 * the causal structure of the model, element by element. */
typedef enum sd_node_kind {
    SD_NODE_VARIABLE, /* an element of a stock, flow or auxiliary */
    SD_NODE_STATE,    /* a hidden stock of a smooth, delay or trend */
    SD_NODE_INTO,     /* the net flow of a hidden stock, or what goes into a PREVIOUS or DELAY */
    SD_NODE_SUM,  /* a SUM or MEAN over an array inside an equation: one node for all who need it */
    SD_NODE_HELD, /* what a PREVIOUS, DELAY, conveyor or queue gives out */
    SD_NODE_DRAW, /* the standard uniform or normal number behind a random function */
    SD_NODE_TIME
} sd_node_kind;

typedef struct sd_node {
    sd_node_kind kind;
    size_t element; /* VARIABLE: it; else whose equation it stands in */
    const sd_expr
        *call; /* STATE, SUM, HELD: the call in the equation; NULL for a conveyor or queue */
    size_t
        number; /* STATE and stocks: which stock of the program; DRAW: which draw; HELD: memory or pipeline */
    size_t
        last; /* STATE: the node of the last stock of its chain, which the call reads; else the node itself */
    bool constant; /* time does not change it during a run */
    bool piped;    /* HELD: by a pipeline, not by a memory */
    size_t input_count;
    const size_t *
        inputs; /* nodes, each once.  Of a stock: its flows, inflows first; of a STATE or HELD: its INTO */
    size_t inflow_count; /* of a stock: the first of its inputs; the others flow out */
    sd_instructions
        equation; /* from the rows of its inputs to `out`; empty for stocks, STATE, HELD, DRAW and TIME, and where
                               * the result is an input or constant as it is */
    int32_t out; /* row of the result; SD_NO_ROW where there is no equation */
} sd_node;

typedef struct sd_equations {
    const sd_program *program; /* whose stocks, draws and parameters they share */
    /* Rows are of these equations alone: constants, parameters, DT, start, stop, nodes, then what is worked out on the way. */
    size_t row_count;
    size_t constant_count;
    const double *constants;
    int32_t parameter_row; /* of the first of the program's parameters; the others follow */
    int32_t dt_row, start_row, stop_row;
    int32_t node_row; /* of the first node; the others follow */
    size_t gf_count;
    const sd_gf *const *gfs;
    size_t node_count;
    const sd_node
        *nodes; /* stocks, STATE, HELD, DRAW and TIME first; of the others each after its inputs */
    const size_t *element_nodes; /* [element_count] SIZE_MAX for a pure graphical function */
} sd_equations;

/* Compiles each equation alone; `program` is of the same model and shocks.  Fails as sd_program_new does, and with E114 at a
 * discrete conveyor whose inflow limit decides what an equation gives. */
SD_NODISCARD sd_status sd_equations_new(sd_arena *arena, const sd_program *program,
                                        const sd_shock *shocks, size_t shock_count,
                                        const sd_equations **ret_equations, sd_diag *diag);

#endif
