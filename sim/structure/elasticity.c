/* elasticity.c - what an eigenvalue answers to: the entries of the Jacobian, and the parameters of the model.
 * In: a core, its equilibrium and a mode.  Out: elasticities, largest first.  Method: left times derivative times right
 * (Forrester 1982); a parameter is moved a little up and down, and the equilibrium with it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "core.h"

void core_mode_vectors(const sd_core *core, const sd_mode *mode, size_t stock, gsl_complex *right,
                       gsl_complex *left)
{
    *right = *left = gsl_complex_rect(0, 0);
    for (size_t k = 0; k < core->count; k++) {
        const double b = core->basis[stock * core->count + k],
                     d = core->dual[k * core->stock_count + stock];

        *right = gsl_complex_add(
            *right, gsl_complex_rect(b * mode->right[2 * k], b * mode->right[2 * k + 1]));
        *left = gsl_complex_add(*left,
                                gsl_complex_rect(d * mode->left[2 * k], d * mode->left[2 * k + 1]));
    }
}

static int by_size(const void *left, const void *right)
{
    const sd_elasticity *a = left, *b = right;
    const double x = hypot(a->real, a->imaginary), y = hypot(b->real, b->imaginary);

    if (x != y)
        return x > y ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->parameter < b->parameter ? -1 : a->parameter > b->parameter;
}

static void push(sd_elasticity *list, size_t *count, sd_elasticity e, gsl_complex value)
{
    e.real = GSL_REAL(value) + 0.0; /* no -0 */
    e.imaginary = GSL_IMAG(value) + 0.0;
    list[(*count)++] = e;
}

const sd_elasticity *sd_mode_entries(sd_arena *arena, sd_core *core, const double *stocks,
                                     const sd_mode *mode, size_t *ret_count)
{
    const size_t n = core->stock_count;
    const gsl_complex lambda = gsl_complex_rect(mode->real, mode->imaginary);
    gsl_complex *right = SD_NEW_ARRAY(arena, gsl_complex, n + 1),
                *left = SD_NEW_ARRAY(arena, gsl_complex, n + 1);
    double *jacobian = core->work->jacobian;
    size_t some = 0;

    *ret_count = 0;
    if (mode->defective || gsl_complex_abs(lambda) == 0 ||
        !sd_field_jacobian(core->field, stocks, jacobian))
        return NULL;
    for (size_t i = 0; i < n; i++)
        core_mode_vectors(core, mode, i, &right[i], &left[i]);
    for (size_t i = 0; i < n * n; i++)
        some += jacobian[i] != 0;
    sd_elasticity *list = SD_NEW_ARRAY(arena, sd_elasticity, some + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const gsl_complex part = gsl_complex_mul(left[i], right[j]);

            if (jacobian[i * n + j] == 0 || gsl_complex_abs(part) == 0)
                continue;
            push(list, ret_count, (sd_elasticity){.to = i, .from = j, .parameter = SIZE_MAX},
                 gsl_complex_div(gsl_complex_mul_real(part, jacobian[i * n + j]), lambda));
        }
    qsort(list, *ret_count, sizeof *list, by_size);
    return list;
}

/* An equilibrium, moved off its corners where it lies on some. */
typedef struct standing {
    bool corner;
    double *y; /* [count] */
} standing;
/* [1] so small that no such step leads across a corner that lies core_probe away */
static const double corner_step = 1e-8;

static standing standing_at(sd_arena *arena, sd_core *core, const double *y)
{
    standing at = {.y = SD_NEW_ARRAY(arena, double, core->count + 1)};
    bool *corners = SD_NEW_ARRAY(arena, bool, core->stock_count + 1);

    at.corner = core_corners(arena, core, y, corners, at.y);
    for (size_t k = 0; k < core->count; k++)
        at.y[k] = y[k] + (at.corner ? core_probe * at.y[k] : 0);
    return at;
}

/* left (J+ - J-) right / (2 step): the parameter moved by a step up and down, and the equilibrium with it. */
static bool slope_of_mode(sd_core *core, const standing *at, const double *y_slope,
                          size_t parameter, const sd_mode *mode, gsl_complex *ret_slope)
{
    const double value = sd_field_parameter(core->field, parameter);
    const double step = (at->corner ? corner_step : cbrt(2.2e-16)) * fmax(fabs(value), 1e-3);
    sd_core_work *w = core->work;
    gsl_complex sum = gsl_complex_rect(0, 0);
    bool finite = true;

    for (int side = -1; side <= 1; side += 2) {
        sd_core_set(core, parameter, value + side * step);
        for (size_t k = 0; k < core->count; k++)
            w->trial->data[k] = at->y[k] + side * step * y_slope[k];
        finite = finite && core_jacobian(core, w->trial->data, w->matrix);
        for (size_t i = 0; i < core->count; i++)
            for (size_t j = 0; j < core->count; j++) {
                const gsl_complex l = gsl_complex_rect(mode->left[2 * i], mode->left[2 * i + 1]),
                                  r = gsl_complex_rect(mode->right[2 * j], mode->right[2 * j + 1]);

                sum = gsl_complex_add(sum,
                                      gsl_complex_mul_real(gsl_complex_mul(l, r),
                                                           side * gsl_matrix_get(w->matrix, i, j)));
            }
    }
    sd_core_set(core, parameter, value);
    *ret_slope = gsl_complex_div_real(sum, 2 * step);
    return finite && isfinite(GSL_REAL(*ret_slope)) && isfinite(GSL_IMAG(*ret_slope));
}

const sd_elasticity *sd_mode_parameters(sd_arena *arena, sd_core *core, const double *stocks,
                                        const sd_mode *mode, size_t *ret_count)
{
    const size_t parameters = core->program->parameter_count;
    const gsl_complex lambda = gsl_complex_rect(mode->real, mode->imaginary);
    sd_elasticity *list = SD_NEW_ARRAY(arena, sd_elasticity, parameters + 1);
    gsl_matrix *lu = core_matrix(arena, core->count, core->count);
    gsl_vector *slope = core_vector(arena, core->count), *y = core_vector(arena, core->count);
    int sign;

    *ret_count = 0;
    core_coordinates(core, stocks, y->data);
    if (mode->defective || gsl_complex_abs(lambda) == 0 || !core_jacobian(core, y->data, lu))
        return list;
    gsl_linalg_LU_decomp(lu, core->work->permutation, &sign);
    const standing at = standing_at(arena, core, y->data);

    for (size_t k = 0; k < parameters; k++) {
        const double value = sd_field_parameter(core->field, k);
        gsl_complex change;

        if (value == 0 || !core_slope(core, y->data, k, slope->data))
            continue;
        gsl_vector_scale(slope, -1);
        if (gsl_linalg_LU_svx(lu, core->work->permutation, slope) != GSL_SUCCESS ||
            !slope_of_mode(core, &at, slope->data, k, mode, &change))
            continue;
        change = gsl_complex_div(gsl_complex_mul_real(change, value), lambda);
        if (gsl_complex_abs(change) > (at.corner ? 1e-6 : 1e-9)) /* rounding of the differences */
            push(list, ret_count, (sd_elasticity){.to = SIZE_MAX, .from = SIZE_MAX, .parameter = k},
                 change);
    }
    qsort(list, *ret_count, sizeof *list, by_size);
    return list;
}
