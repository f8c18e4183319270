/* modes.c - how a model moves near an equilibrium: eigenvalues, and which stocks take part.
 * In: a core and its equilibrium.  Out: modes, the fastest growing or slowest dying out first.  Method: the QR
 * algorithm on the balanced matrix (GSL's nonsymmv); left vectors are the rows of the inverse of the right ones.
 * Eigenvalues that coincide in a chain of delays spread by the n-th root of rounding, while their mean is good: it
 * stands for all of them (Golub and Van Loan 2013, section 7.2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* [1] an eigenvalue whose left and right vector are this near to orthogonal may be defective */
static const double orthogonal = 1e-4;
/* [1] rounding of an eigenvalue of thousands; m that coincide spread by its m-th root */
static const double spread_floor = 1e-11;
static const double neutral = 1e-11; /* [1] of the largest eigenvalue: no growth and no decay */

typedef struct spectrum {
    size_t count;
    gsl_vector_complex *values;
    gsl_matrix_complex *right; /* columns */
    gsl_matrix_complex *left;  /* rows; left times right = 1 */
    bool *defective;
} spectrum;

static gsl_matrix_complex *complex_matrix(sd_arena *arena, size_t size)
{
    gsl_matrix_complex *matrix = SD_NEW(arena, gsl_matrix_complex);

    *matrix = (gsl_matrix_complex){.size1 = size,
                                   .size2 = size,
                                   .tda = size,
                                   .data = SD_NEW_ARRAY(arena, double, 2 * size * size + 2)};
    return matrix;
}

static spectrum spectrum_new(sd_arena *arena, size_t count)
{
    spectrum s = {.count = count,
                  .values = SD_NEW(arena, gsl_vector_complex),
                  .right = complex_matrix(arena, count),
                  .left = complex_matrix(arena, count),
                  .defective = SD_NEW_ARRAY(arena, bool, count + 1)};

    *s.values = (gsl_vector_complex){
        .size = count, .stride = 1, .data = SD_NEW_ARRAY(arena, double, 2 * count + 2)};
    return s;
}

/* left = right^-1.  Where vectors coincide it does not exist; a pivot of the size of rounding then keeps the others right. */
static void invert(sd_arena *arena, spectrum *s)
{
    gsl_matrix_complex *lu = complex_matrix(arena, s->count);
    gsl_permutation *order = core_permutation(arena, s->count);
    int sign;

    gsl_matrix_complex_memcpy(lu, s->right);
    gsl_linalg_complex_LU_decomp(lu, order, &sign);
    for (size_t i = 0; i < s->count; i++)
        if (gsl_complex_abs(gsl_matrix_complex_get(lu, i, i)) < 1e-16)
            gsl_matrix_complex_set(lu, i, i, gsl_complex_rect(1e-16, 0));
    gsl_linalg_complex_LU_invert(lu, order, s->left);
}

/* ---- eigenvalues that coincide ---- */

static gsl_complex value_of(const spectrum *s, size_t i)
{
    return gsl_vector_complex_get(s->values, i);
}

/* Left and right vectors of length 1 times each other: 0 for a defective eigenvalue. */
static double angle_of(const spectrum *s, size_t i)
{
    double size = 0;

    for (size_t k = 0; k < s->count; k++)
        size += gsl_complex_abs2(gsl_matrix_complex_get(s->left, i, k));
    return isfinite(size) ? 1 / sqrt(size) : 0; /* the right one has length 1 */
}

typedef struct neighbour {
    size_t index;
    double distance;
} neighbour;

static int by_distance(const void *left, const void *right)
{
    const neighbour *a = left, *b = right;

    return a->distance < b->distance ? -1 : a->distance > b->distance;
}

/* The mean of the first `count`, and how far they lie from it. */
static gsl_complex mean_of(const spectrum *s, const neighbour *list, size_t count,
                           double *ret_spread)
{
    gsl_complex mean = gsl_complex_rect(0, 0);

    for (size_t i = 0; i < count; i++)
        mean = gsl_complex_add(mean, value_of(s, list[i].index));
    mean = gsl_complex_div_real(mean, (double)count);
    *ret_spread = 0;
    for (size_t i = 0; i < count; i++)
        *ret_spread = fmax(*ret_spread,
                           gsl_complex_abs(gsl_complex_sub(value_of(s, list[i].index), mean)));
    return mean;
}

/* A - Q Q^T A, with Q an orthonormal basis of the columns of `found`: A x then may lie in their space. */
static gsl_matrix *without_space(sd_arena *arena, const gsl_matrix *a, const gsl_matrix *found)
{
    const size_t n = a->size1, m = found->size2;
    gsl_matrix *qr = core_matrix(arena, n, m), *q = core_matrix(arena, n, n),
               *r = core_matrix(arena, n, m), *part = core_matrix(arena, m, n),
               *rest = core_matrix(arena, n, n);
    gsl_vector *tau = core_vector(arena, m);

    gsl_matrix_memcpy(qr, found);
    gsl_linalg_QR_decomp(qr, tau);
    gsl_linalg_QR_unpack(qr, tau, q, r);
    const gsl_matrix_view basis = gsl_matrix_submatrix(q, 0, 0, n, m);

    gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, &basis.matrix, a, 0, part);
    gsl_matrix_memcpy(rest, a);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, -1, &basis.matrix, part, 1, rest);
    return rest;
}

/* All vectors that belong to a real eigenvalue which `count` coincide in: its own, and those that lead to them.
 * NULL when they cannot be told from the others. */
static gsl_matrix *space_of(sd_arena *arena, const gsl_matrix *jacobian, double value, size_t count,
                            bool *ret_defective)
{
    gsl_matrix *a = core_matrix(arena, jacobian->size1, jacobian->size2),
               *copy = core_matrix(arena, jacobian->size1, jacobian->size2);

    gsl_matrix_memcpy(a, jacobian);
    for (size_t i = 0; i < a->size1; i++)
        *gsl_matrix_ptr(a, i, i) -= value;
    gsl_matrix_memcpy(copy, a);
    gsl_matrix *found = core_null_space(arena, copy);

    *ret_defective = found && found->size2 < count;
    for (size_t size = 0; found && found->size2 < count && found->size2 > size;) {
        size = found->size2;
        found = core_null_space(arena, without_space(arena, a, found));
    }
    return found && found->size2 == count ? found : NULL;
}

/* Gives all that coincide with eigenvalue `at` their mean, and vectors that span what belongs to it. */
static void gather(sd_arena *arena, const gsl_matrix *jacobian, spectrum *s, size_t at,
                   unsigned char *suspect, neighbour *list)
{
    size_t count = 0;

    suspect[at] = 2;
    for (size_t i = 0; i < s->count; i++)
        if (suspect[i])
            list[count++] = (neighbour){
                i, gsl_complex_abs(gsl_complex_sub(value_of(s, i), value_of(s, at)))};
    qsort(list, count, sizeof *list, by_distance);
    for (; count > 1; count--) {
        double spread;
        gsl_complex mean = mean_of(s, list, count, &spread);
        const double size = gsl_complex_abs(mean);
        bool defective = true;

        if (!(size > 0) || pow(spread / size, (double)count) > spread_floor)
            continue;
        gsl_matrix *space = NULL;

        if (fabs(GSL_IMAG(mean)) <= 1e-12 * size) {
            GSL_SET_IMAG(&mean, 0);
            space = space_of(arena, jacobian, GSL_REAL(mean), count, &defective);
        }
        for (size_t i = 0; i < count; i++) {
            const size_t k = list[i].index;

            gsl_vector_complex_set(s->values, k, mean);
            s->defective[k] = defective;
            suspect[k] = 0;
            for (size_t j = 0; j < s->count && space; j++)
                gsl_matrix_complex_set(s->right, j, k,
                                       gsl_complex_rect(gsl_matrix_get(space, j, i), 0));
        }
        return;
    }
    suspect[at] = 0;
}

/* Vectors of eigenvalues that coincide come out alike, and then nothing that rests on their inverse is right. */
static void part_coinciding(sd_arena *arena, const gsl_matrix *jacobian, spectrum *s)
{
    unsigned char *suspect = SD_NEW_ARRAY(arena, unsigned char, s->count + 1);
    neighbour *list = SD_NEW_ARRAY(arena, neighbour, s->count + 1);
    bool any = false;

    invert(arena, s);
    for (size_t i = 0; i < s->count; i++) {
        const gsl_complex value = value_of(s, i);

        suspect[i] = angle_of(s, i) < orthogonal ||
                     (GSL_IMAG(value) != 0 &&
                      fabs(GSL_IMAG(value)) < 1e-5 * gsl_complex_abs(value));
        any = any || suspect[i];
    }
    for (size_t i = 0; i < s->count; i++)
        if (suspect[i])
            gather(arena, jacobian, s, i, suspect, list);
    if (any)
        invert(arena, s);
}

/* ---- modes ---- */

static void full_vectors(const sd_core *core, const sd_mode *mode, size_t stock, gsl_complex *right,
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

static void set_shares(sd_arena *arena, const sd_core *core, sd_mode *mode)
{
    double *shares = SD_NEW_ARRAY(arena, double, core->stock_count + 1), sum = 0;

    for (size_t i = 0; i < core->stock_count; i++) {
        gsl_complex right, left;

        full_vectors(core, mode, i, &right, &left);
        shares[i] = gsl_complex_abs(gsl_complex_mul(left, right));
        sum += shares[i];
    }
    for (size_t i = 0; i < core->stock_count; i++)
        shares[i] = sum > 0 ? shares[i] / sum : 0;
    mode->shares = shares;
}

static sd_mode mode_new(sd_arena *arena, const sd_core *core, const spectrum *s, size_t i,
                        double largest)
{
    double *right = SD_NEW_ARRAY(arena, double, 2 * s->count + 2),
           *left = SD_NEW_ARRAY(arena, double, 2 * s->count + 2);
    sd_mode mode = {.real = GSL_REAL(value_of(s, i)),
                    .imaginary = GSL_IMAG(value_of(s, i)),
                    .defective = s->defective[i],
                    .right = right,
                    .left = left};

    if (fabs(mode.real) <= neutral * largest)
        mode.real = 0;
    mode.time_constant = mode.real == 0 ? (double)INFINITY : -1 / mode.real;
    mode.period = mode.imaginary > 0 ? 2 * M_PI / mode.imaginary : (double)NAN;
    mode.damping = mode.real == 0 && mode.imaginary == 0
                       ? (double)NAN
                       : -mode.real / hypot(mode.real, mode.imaginary);
    for (size_t k = 0; k < s->count; k++) {
        const gsl_complex r = gsl_matrix_complex_get(s->right, k, i),
                          l = gsl_matrix_complex_get(s->left, i, k);

        right[2 * k] = GSL_REAL(r), right[2 * k + 1] = GSL_IMAG(r);
        left[2 * k] = GSL_REAL(l), left[2 * k + 1] = GSL_IMAG(l);
    }
    set_shares(arena, core, &mode);
    return mode;
}

static int by_speed(const void *left, const void *right)
{
    const sd_mode *a = left, *b = right;

    if (a->real != b->real)
        return a->real > b->real ? -1 : 1;
    return a->imaginary > b->imaginary ? -1 : a->imaginary < b->imaginary;
}

static void list_modes(sd_arena *arena, const sd_core *core, const spectrum *s, sd_modes *ret_modes)
{
    sd_mode *list = SD_NEW_ARRAY(arena, sd_mode, s->count + 1);
    double largest = 0;

    for (size_t i = 0; i < s->count; i++)
        largest = fmax(largest, gsl_complex_abs(value_of(s, i)));
    *ret_modes = (sd_modes){.list = list};
    for (size_t i = 0; i < s->count; i++) {
        if (GSL_IMAG(value_of(s, i)) < 0)
            continue;
        const sd_mode mode = mode_new(arena, core, s, i, largest);

        ret_modes->growing += mode.real > 0 ? mode.imaginary > 0 ? 2 : 1 : 0;
        list[ret_modes->count++] = mode;
    }
    qsort(list, ret_modes->count, sizeof *list, by_speed);
}

sd_status sd_modes_new(sd_arena *arena, sd_core *core, const double *stocks, sd_modes *ret_modes,
                       sd_diag *diag)
{
    const size_t m = core->count;
    double *y = SD_NEW_ARRAY(arena, double, m + 1);

    *ret_modes = (sd_modes){0};
    if (m == 0)
        return SD_OK;
    core_coordinates(core, stocks, y);
    if (!core_jacobian(core, y, core->work->matrix))
        return sd_fail(diag, SD_E501, SD_NOWHERE,
                       "the derivatives of the net flows are not finite at the equilibrium");
    spectrum s = spectrum_new(arena, m);
    gsl_matrix *jacobian = core_matrix(arena, m, m);
    gsl_eigen_nonsymmv_workspace *space = gsl_eigen_nonsymmv_alloc(m);

    gsl_matrix_memcpy(jacobian, core->work->matrix);
    gsl_eigen_nonsymmv_params(1, space);
    const int failed = gsl_eigen_nonsymmv(core->work->matrix, s.values, s.right, space);
    gsl_eigen_nonsymmv_free(space);
    if (failed)
        return sd_fail(diag, SD_E510, SD_NOWHERE, "the eigenvalues could not be worked out: %s",
                       gsl_strerror(failed));
    part_coinciding(arena, jacobian, &s);
    list_modes(arena, core, &s, ret_modes);
    bool *corners = SD_NEW_ARRAY(arena, bool, core->stock_count + 1);
    double *side = SD_NEW_ARRAY(arena, double, m + 1);

    if (core_corners(arena, core, y, corners, side))
        ret_modes->corners = corners;
    return SD_OK;
}

/* ---- elasticities ---- */

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
    e.real = GSL_REAL(value);
    e.imaginary = GSL_IMAG(value);
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
        full_vectors(core, mode, i, &right[i], &left[i]);
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

                sum = gsl_complex_add(
                    sum, gsl_complex_mul_real(gsl_complex_mul(l, r),
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
