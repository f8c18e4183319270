/* core.c - what can move by itself in a model, in coordinates of its own.
 * In: a field (net flows while time stands still).  Out: stocks = at + basis y, net flows and derivatives in y.  The
 * coordinates are scaled by the size of the stocks and orthogonal to every conserved sum.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "core.h"

gsl_matrix *core_matrix(sd_arena *arena, size_t rows, size_t columns)
{
    gsl_matrix *matrix = SD_NEW(arena, gsl_matrix);

    *matrix = (gsl_matrix){.size1 = rows,
                           .size2 = columns,
                           .tda = columns,
                           .data = SD_NEW_ARRAY(arena, double, rows *columns + 1)};
    return matrix;
}

gsl_vector *core_vector(sd_arena *arena, size_t size)
{
    gsl_vector *vector = SD_NEW(arena, gsl_vector);

    *vector =
        (gsl_vector){.size = size, .stride = 1, .data = SD_NEW_ARRAY(arena, double, size + 1)};
    return vector;
}

gsl_permutation *core_permutation(sd_arena *arena, size_t size)
{
    gsl_permutation *permutation = SD_NEW(arena, gsl_permutation);

    *permutation = (gsl_permutation){.size = size, .data = SD_NEW_ARRAY(arena, size_t, size + 1)};
    return permutation;
}

bool core_least_vector(sd_arena *arena, gsl_matrix *a, double *ret_vector, bool *ret_simple)
{
    const size_t n = a->size1;
    gsl_matrix *v = core_matrix(arena, n, n);
    gsl_vector *sizes = core_vector(arena, n), *work = core_vector(arena, n);

    if (gsl_linalg_SV_decomp(a, v, sizes, work) != GSL_SUCCESS)
        return false;
    for (size_t k = 0; k < n; k++)
        ret_vector[k] = gsl_matrix_get(v, k, n - 1);
    if (ret_simple)
        *ret_simple = n < 2 || gsl_vector_get(sizes, n - 2) > 100 * gsl_vector_get(sizes, n - 1);
    return true;
}

const char *sd_stock_name(sd_arena *arena, const sd_program *program, size_t stock)
{
    const sd_stock_row *s = &program->stocks[stock];
    const char *name = sd_model_element_name(program->model, s->element, arena);
    const sd_expr *call = program->origins[program->stock_row + (int32_t)stock].expr;

    if (!s->hidden)
        return name;
    const char *made_by = call && call->kind == SD_EXPR_CALL ? call->builtin->name : "memory";
    return sd_arena_printf(arena, "%.*s in %s", (int)strcspn(made_by, "|"), made_by, name);
}

/* ---- coordinates ---- */

/* Scaled stocks that keep every total: all of them, or what is orthogonal to the totals. */
static void set_basis(sd_arena *arena, sd_core *core, size_t m, const size_t *which)
{
    const size_t t = core->total_count;
    double *basis = SD_NEW_ARRAY(arena, double, core->stock_count *(m + 1));
    double *dual = SD_NEW_ARRAY(arena, double, core->stock_count *(m + 1));
    gsl_matrix *q = core_matrix(arena, m, m);

    gsl_matrix_set_identity(q);
    if (t) {
        gsl_matrix *a = core_matrix(arena, m, t), *r = core_matrix(arena, m, t);
        gsl_vector *tau = core_vector(arena, t);

        for (size_t i = 0; i < m; i++)
            for (size_t k = 0; k < t; k++)
                gsl_matrix_set(a, i, k, core->totals[k].weights[which[i]] * core->scale[which[i]]);
        gsl_linalg_QR_decomp(a, tau);
        gsl_linalg_QR_unpack(a, tau, q, r);
    }
    core->count = m - t;
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < core->count; k++) {
            const double z = gsl_matrix_get(q, i, t + k);

            basis[which[i] * core->count + k] = z * core->scale[which[i]];
            dual[k * core->stock_count + which[i]] = z / core->scale[which[i]];
        }
    core->basis = basis;
    core->dual = dual;
}

static void make_work(sd_arena *arena, sd_core *core)
{
    const size_t n = core->stock_count, m = core->count;
    sd_core_work *w = core->work;

    w->stocks = SD_NEW_ARRAY(arena, double, n + 1);
    w->net = SD_NEW_ARRAY(arena, double, n + 1);
    w->column = SD_NEW_ARRAY(arena, double, n + 1);
    w->pull = SD_NEW_ARRAY(arena, double, n + 1);
    w->jacobian = SD_NEW_ARRAY(arena, double, n *n + 1);
    w->matrix = core_matrix(arena, m, m);
    w->permutation = core_permutation(arena, m);
    w->residual = core_vector(arena, m);
    w->step = core_vector(arena, m);
    w->trial = core_vector(arena, m);
    w->trial_residual = core_vector(arena, m);
    w->start = core_vector(arena, m);
}

sd_status sd_core_new(sd_arena *arena, const sd_program *program, sd_field *field,
                      const sd_run_spec *spec, const double *stocks, sd_core **ret_core,
                      sd_diag *diag)
{
    const size_t n = program->stock_count;
    sd_core *core = SD_NEW(arena, sd_core);
    double *scale = SD_NEW_ARRAY(arena, double, n + 1);
    sd_role *roles = SD_NEW_ARRAY(arena, sd_role, n + 1);
    const size_t *which;
    size_t moving;

    if (n > SD_CORE_STOCKS_MAX)
        return sd_fail(diag, SD_E512, SD_NOWHERE,
                       "the model has %zu stocks; modes can be worked out for up to %d", n,
                       SD_CORE_STOCKS_MAX);
    *core = (sd_core){.program = program,
                      .field = field,
                      .horizon = spec->stop - spec->start,
                      .stock_count = n,
                      .roles = roles,
                      .scale = scale,
                      .at = SD_NEW_ARRAY(arena, double, n + 1),
                      .work = SD_NEW(arena, sd_core_work)};
    core->work->first_start = SD_NEW_ARRAY(arena, double, n + 1);
    sd_field_start(field, core->work->first_start);
    memcpy(core->at, stocks, n * sizeof *stocks);
    for (size_t i = 0; i < n; i++) {
        scale[i] = fmax(fabs(stocks[i]), fabs(core->work->first_start[i]));
        scale[i] = isfinite(scale[i]) && scale[i] > 0 ? scale[i] : 1;
    }
    sd_status status = core_survey(arena, core, stocks, roles, &moving, &which, diag);
    if (status != SD_OK)
        return status;
    set_basis(arena, core, moving, which);
    make_work(arena, core);
    *ret_core = core;
    return SD_OK;
}

/* ---- evaluation ---- */

void core_stocks(const sd_core *core, const double *y, double *ret_stocks)
{
    for (size_t i = 0; i < core->stock_count; i++) {
        ret_stocks[i] = core->at[i];
        for (size_t k = 0; k < core->count; k++)
            ret_stocks[i] += core->basis[i * core->count + k] * y[k];
    }
}

static void project(const sd_core *core, const double *change, double *ret_y)
{
    for (size_t k = 0; k < core->count; k++) {
        ret_y[k] = 0;
        for (size_t i = 0; i < core->stock_count; i++)
            ret_y[k] += core->dual[k * core->stock_count + i] * change[i];
    }
}

void core_coordinates(const sd_core *core, const double *stocks, double *ret_y)
{
    for (size_t i = 0; i < core->stock_count; i++)
        core->work->column[i] = stocks[i] - core->at[i];
    project(core, core->work->column, ret_y);
}

bool core_net(sd_core *core, const double *y, double *ret_net)
{
    core_stocks(core, y, core->work->stocks);
    if (!sd_field_net(core->field, core->work->stocks, core->work->net))
        return false;
    project(core, core->work->net, ret_net);
    return true;
}

bool core_jacobian(sd_core *core, const double *y, gsl_matrix *ret_jacobian)
{
    const size_t n = core->stock_count, m = core->count;
    sd_core_work *w = core->work;

    core_stocks(core, y, w->stocks);
    if (!sd_field_jacobian(core->field, w->stocks, w->jacobian))
        return false;
    for (size_t k = 0; k < m; k++) {
        memset(w->column, 0, n * sizeof *w->column);
        for (size_t j = 0; j < n; j++) {
            const double part = core->basis[j * m + k];

            for (size_t i = 0; i < n && part != 0; i++)
                w->column[i] += w->jacobian[i * n + j] * part;
        }
        for (size_t l = 0; l < m; l++) {
            double sum = 0;

            for (size_t i = 0; i < n; i++)
                sum += core->dual[l * n + i] * w->column[i];
            gsl_matrix_set(ret_jacobian, l, k, sum);
        }
    }
    return true;
}

/* ---- parameters ---- */

/* What a change of the initial values does to `at`: totals and stocks that stand still follow it. */
static void pulled(const sd_core *core, const double *change, double *ret_change)
{
    double *y = core->work->trial->data;

    project(core, change, y);
    for (size_t i = 0; i < core->stock_count; i++) {
        ret_change[i] = change[i];
        for (size_t k = 0; k < core->count; k++)
            ret_change[i] -= core->basis[i * core->count + k] * y[k];
    }
}

void sd_core_set(sd_core *core, size_t parameter, double value)
{
    sd_core_work *w = core->work;
    double *start = w->column;

    sd_field_set(core->field, parameter, value);
    if (core->count == core->stock_count)
        return; /* nothing is held at its initial value */
    sd_field_start(core->field, start);
    for (size_t i = 0; i < core->stock_count; i++) {
        const double now = start[i];

        start[i] -= w->first_start[i];
        w->first_start[i] = now;
    }
    pulled(core, start, w->pull);
    for (size_t i = 0; i < core->stock_count; i++)
        core->at[i] += w->pull[i];
}

/* d at / d parameter, by central differences; false when it is 0. */
static bool slope_of_at(sd_core *core, size_t parameter, double *ret_slope)
{
    const double value = sd_field_parameter(core->field, parameter);
    const double step = fmax(fabs(value), 1) * 1e-5;
    sd_core_work *w = core->work;
    bool any = false;

    if (core->count == core->stock_count)
        return false;
    sd_field_set(core->field, parameter, value + step);
    sd_field_start(core->field, w->column);
    sd_field_set(core->field, parameter, value - step);
    sd_field_start(core->field, w->net);
    sd_field_set(core->field, parameter, value);
    for (size_t i = 0; i < core->stock_count; i++) {
        w->column[i] = (w->column[i] - w->net[i]) / (2 * step);
        any = any || w->column[i] != 0;
    }
    if (any)
        pulled(core, w->column, ret_slope);
    return any;
}

bool core_slope(sd_core *core, const double *y, size_t parameter, double *ret_slope)
{
    const size_t n = core->stock_count;
    sd_core_work *w = core->work;
    const bool moves = slope_of_at(core, parameter, w->pull);

    core_stocks(core, y, w->stocks);
    if (!sd_field_slope(core->field, w->stocks, parameter, w->net))
        return false;
    if (moves) {
        if (!sd_field_jacobian(core->field, w->stocks, w->jacobian))
            return false;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                w->net[i] += w->jacobian[i * n + j] * w->pull[j];
    }
    project(core, w->net, ret_slope);
    return true;
}
