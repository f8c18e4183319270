/* field.c - net flows as a function of the stocks while time stands still, with exact derivatives.
 * In: a program and a time.  Out: net flows, their Jacobian and their slopes by a parameter.
 * Method: the program's own lists for one member, made free of what only a run knows: a pulse is off, a draw is its
 * median; then sd_derive over them, in all directions at once.  What a parameter changes goes through what is worked
 * out once a run as well.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "run_private.h"

struct sd_field {
    sd_program program; /* with lists and rows of its own; nothing in it is remembered */
    sd_run_request request;
    run_state state;
    sd_instructions net; /* of the grid list, what net flows need */
    int32_t half;        /* row that holds 1/2 */
    bool whole; /* the rows of the whole grid list belong to the stocks that stand in their rows */
    bool *unknown; /* [row_count] the value hangs on a PREVIOUS or DELAY */
    double *
        tangents; /* [row_count][stock_count] by the stocks; those of the stocks' rows are the identity */
    double *slopes; /* [row_count] by one parameter; 0 in all rows that no list writes */
};

static bool is_remembered(sd_op op)
{
    return op == SD_OP_PREVIOUS || op == SD_OP_DELAY || op == SD_OP_HOLD || op == SD_OP_EXIT ||
           op == SD_OP_LEAK || op == SD_OP_ENTRY || op == SD_OP_OUTLET;
}

/* A list without draws, pulses, memories and pipelines; rows that are written no more keep their 0. */
static sd_instructions standing(sd_arena *arena, sd_field *f, const sd_instructions *from)
{
    sd_instruction *list = SD_NEW_ARRAY(arena, sd_instruction, 2 * from->count + 1);
    size_t count = 0;
    for (const sd_instruction *i = from->list, *end = i + from->count; i < end; i++) {
        if (i->op == SD_OP_UNIFORM) {
            int32_t sum = (int32_t)f->program.row_count++;
            list[count++] = (sd_instruction){SD_OP_ADD, sum, i->a, i->b, SD_NO_ROW, 0};
            list[count++] = (sd_instruction){SD_OP_MULTIPLY, i->out, sum, f->half, SD_NO_ROW, 0};
        } else if (i->op == SD_OP_NORMAL) { /* the larger of the mean and the mean */
            list[count++] = (sd_instruction){SD_OP_MAX, i->out, i->a, i->a, SD_NO_ROW, 0};
        } else if (i->op != SD_OP_PULSE && !is_remembered(i->op)) {
            list[count++] = *i;
        }
    }
    return (sd_instructions){.count = count, .list = list};
}

/* The instructions of the grid list that net flows need, found backwards; `needed` [row_count] says which rows. */
static sd_instructions for_net_flows(sd_arena *arena, const sd_field *f, bool *needed)
{
    const sd_program *p = &f->program;
    const sd_instructions *grid = &p->grid;
    sd_instruction *list = SD_NEW_ARRAY(arena, sd_instruction, grid->count + 1);
    size_t at = grid->count;
    for (size_t k = 0; k < p->stock_count; k++)
        needed[p->stocks[k].net] = true;
    for (size_t n = grid->count; n-- > 0;) {
        const sd_instruction *i = &grid->list[n];
        const int32_t arguments[] = {i->a, i->b, i->c};
        if (!needed[i->out])
            continue;
        list[--at] = *i;
        for (int k = 0; k < 3; k++)
            if (arguments[k] != SD_NO_ROW)
                needed[arguments[k]] = true;
    }
    return (sd_instructions){.count = grid->count - at, .list = list + at};
}

/* What is remembered has no place here: an error where a net flow needs it, and unknown where nothing does. */
static sd_status refuse_memory(const sd_program *p, const bool *needed, bool *unknown,
                               sd_diag *diag)
{
    sd_status status = SD_OK;
    for (const sd_instruction *i = p->grid.list, *end = i + p->grid.count; i < end; i++) {
        const int32_t arguments[] = {i->a, i->b, i->c};
        bool remembers = is_remembered(i->op);
        unknown[i->out] = remembers;
        for (int k = 0; k < 3; k++)
            unknown[i->out] |= arguments[k] != SD_NO_ROW && unknown[arguments[k]];
        if (!remembers || !needed[i->out])
            continue;
        const sd_origin *origin = &p->origins[i->out];
        const sd_variable *v = p->model->element_variables[origin->element];
        const sd_variable *stock = v->driver ? v->driver : v->enters;
        if (stock && i->op != SD_OP_PREVIOUS && i->op != SD_OP_DELAY) {
            status = sd_fail(diag, SD_E114, stock->span,
                             "'%s' is a %s, which has no finite number of modes", stock->name,
                             stock->queue ? "queue" : "conveyor");
            return status;
        }
        status = sd_fail(diag, SD_E114, origin->expr->span,
                         "a net flow needs this %s, and a pipeline has no finite number of modes",
                         sd_op_name(i->op));
        sd_help(diag, "use DELAY3 or DELAYN here");
    }
    return status;
}

sd_status sd_field_new(sd_arena *arena, const sd_program *program, const sd_run_spec *spec,
                       const double *parameters, double time, sd_field **ret_field, sd_diag *diag)
{
    sd_field *f = SD_NEW(arena, sd_field);
    f->program = *program;
    f->half = (int32_t)f->program.row_count++;
    f->program.once = standing(arena, f, &program->once);
    f->program.grid = standing(arena, f, &program->grid);
    size_t rows = f->program.row_count;
    bool *needed = SD_NEW_ARRAY(arena, bool, rows);
    f->net = for_net_flows(arena, f, needed);
    f->unknown = SD_NEW_ARRAY(arena, bool, rows);
    sd_status status = refuse_memory(program, needed, f->unknown, diag);
    if (status != SD_OK)
        return status;
    f->request = (sd_run_request){
        .program = &f->program, .spec = *spec, .members = 1, .parameters = parameters};
    f->state = (run_state){.program = &f->program, .request = &f->request, .members = 1};
    f->state.rows = sd_arena_rows(arena, rows);
    state_set_parameters(&f->state, 0);
    f->request.parameters = NULL; /* the rows have them now */
    *state_row(&f->state, program->time_row) = time;
    *state_row(&f->state, f->half) = 0.5;
    eval(&f->state, &f->program.once);
    f->tangents = sd_arena_rows(arena, rows * program->stock_count + 1);
    f->slopes = sd_arena_rows(arena, rows);
    for (size_t k = 0; k < program->stock_count; k++)
        f->tangents[((size_t)program->stock_row + k) * program->stock_count + k] = 1.0;
    *ret_field = f;
    return SD_OK;
}

void sd_field_set(sd_field *f, size_t parameter, double value)
{
    *state_row(&f->state, f->program.parameters[parameter].row) = value;
    eval(&f->state, &f->program.once);
    f->whole = false;
}

double sd_field_parameter(const sd_field *f, size_t parameter)
{
    return *state_row(&f->state, f->program.parameters[parameter].row);
}

void sd_field_start(sd_field *f, double *ret_stocks)
{
    for (size_t k = 0; k < f->program.stock_count; k++)
        ret_stocks[k] = *state_row(&f->state, f->program.stocks[k].start);
}

static void place(sd_field *f, const double *stocks)
{
    double *rows = state_row(&f->state, f->program.stock_row);
    size_t bytes = f->program.stock_count * sizeof *rows;
    f->whole = f->whole && memcmp(rows, stocks, bytes) == 0;
    memcpy(rows, stocks, bytes);
}

bool sd_field_net(sd_field *f, const double *stocks, double *ret_net)
{
    bool finite = true;
    place(f, stocks);
    eval(&f->state, &f->net);
    for (size_t k = 0; k < f->program.stock_count; k++) {
        ret_net[k] = *state_row(&f->state, f->program.stocks[k].net);
        finite = finite && isfinite(ret_net[k]);
    }
    return finite;
}

static void derive(sd_field *f, const sd_instructions *list, size_t lanes, double *tangents)
{
    sd_derive(list, f->program.gfs, *state_row(&f->state, f->program.time_row), f->request.spec.dt,
              f->state.rows, lanes, tangents);
}

bool sd_field_jacobian(sd_field *f, const double *stocks, double *ret_jacobian)
{
    size_t count = f->program.stock_count;
    bool finite = true;
    place(f, stocks);
    eval(&f->state, &f->net);
    derive(f, &f->net, count, f->tangents);
    for (size_t i = 0; i < count; i++) {
        const double *from = f->tangents + (size_t)f->program.stocks[i].net * count;
        for (size_t k = 0; k < count; k++) {
            ret_jacobian[i * count + k] = from[k];
            finite = finite && isfinite(from[k]);
        }
    }
    return finite;
}

bool sd_field_slope(sd_field *f, const double *stocks, size_t parameter, double *ret_slope)
{
    double *own = &f->slopes[f->program.parameters[parameter].row];
    bool finite = true;
    place(f, stocks);
    eval(&f->state, &f->net);
    *own = 1.0;
    derive(f, &f->program.once, 1, f->slopes);
    derive(f, &f->net, 1, f->slopes);
    for (size_t k = 0; k < f->program.stock_count; k++) {
        ret_slope[k] = f->slopes[f->program.stocks[k].net];
        finite = finite && isfinite(ret_slope[k]);
    }
    *own = 0.0; /* only now: a net flow may be the parameter itself */
    return finite;
}

double sd_field_value(sd_field *f, const double *stocks, size_t element)
{
    int32_t row = f->program.element_rows[element];
    place(f, stocks);
    if (!f->whole)
        eval(&f->state, &f->program.grid);
    f->whole = true;
    return row == SD_NO_ROW || f->unknown[row] ? (double)NAN : *state_row(&f->state, row);
}
