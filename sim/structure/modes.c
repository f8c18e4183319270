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
static const double rounding = 1e-13; /* [1] of the largest row */
static const double neutral = 1e-11;  /* [1] of the largest eigenvalue: no growth and no decay */

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
        *ret_spread =
            fmax(*ret_spread, gsl_complex_abs(gsl_complex_sub(value_of(s, list[i].index), mean)));
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

/* The null space of rows of any size; those that are rounding beside the others are 0. */
static gsl_matrix *null_space(sd_arena *arena, gsl_matrix *a)
{
    double most = 0;

    for (size_t i = 0; i < a->size1; i++) {
        const gsl_vector_view row = gsl_matrix_row(a, i);

        most = fmax(most, gsl_blas_dnrm2(&row.vector));
    }
    for (size_t i = 0; i < a->size1; i++) {
        gsl_vector_view row = gsl_matrix_row(a, i);
        const double size = gsl_blas_dnrm2(&row.vector);

        gsl_vector_scale(&row.vector, size > rounding * most ? 1 / size : 0);
    }
    return core_null_space(arena, a);
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
    gsl_matrix *found = null_space(arena, copy);

    *ret_defective = found && found->size2 < count;
    for (size_t size = 0; found && found->size2 < count && found->size2 > size;) {
        size = found->size2;
        found = null_space(arena, without_space(arena, a, found));
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
            list[count++] =
                (neighbour){i, gsl_complex_abs(gsl_complex_sub(value_of(s, i), value_of(s, at)))};
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

        suspect[i] =
            angle_of(s, i) < orthogonal ||
            (GSL_IMAG(value) != 0 && fabs(GSL_IMAG(value)) < 1e-5 * gsl_complex_abs(value));
        any = any || suspect[i];
    }
    for (size_t i = 0; i < s->count; i++)
        if (suspect[i])
            gather(arena, jacobian, s, i, suspect, list);
    if (any)
        invert(arena, s);
}

/* ---- modes ---- */

static void set_shares(sd_arena *arena, const sd_core *core, sd_mode *mode)
{
    double *shares = SD_NEW_ARRAY(arena, double, core->stock_count + 1), sum = 0;

    for (size_t i = 0; i < core->stock_count; i++) {
        gsl_complex right, left;

        core_mode_vectors(core, mode, i, &right, &left);
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
    ret_modes->list = list;
    for (size_t i = 0; i < s->count; i++) {
        if (GSL_IMAG(value_of(s, i)) < 0)
            continue;
        const sd_mode mode = mode_new(arena, core, s, i, largest);

        ret_modes->growing += mode.real > 0 ? mode.imaginary > 0 ? 2 : 1 : 0;
        list[ret_modes->count++] = mode;
    }
    qsort(list, ret_modes->count, sizeof *list, by_speed);
}

/* The equilibrium y itself, or where it lies on corners a hair towards `from`: a corner is a straight line from near. */
static void step_aside(sd_arena *arena, sd_core *core, const double *from, double *y,
                       sd_modes *ret_modes)
{
    const size_t m = core->count;
    bool *corners = SD_NEW_ARRAY(arena, bool, core->stock_count + 1);
    double *side = SD_NEW_ARRAY(arena, double, m + 1), *stocks = NULL, far = 0;

    if (core_corners(arena, core, y, corners, side)) {
        ret_modes->corners = corners;
        if (from)
            core_coordinates(core, from, side);
        for (size_t k = 0; k < m && from; k++)
            far = fmax(far, fabs(side[k] -= y[k]));
        for (size_t k = 0; k < m && far > core_probe; k++)
            y[k] += core_probe / far * side[k];
    }
    stocks = SD_NEW_ARRAY(arena, double, core->stock_count + 1);
    core_stocks(core, y, stocks);
    ret_modes->stocks = stocks;
}

sd_status sd_modes_new(sd_arena *arena, sd_core *core, const double *stocks, const double *from,
                       sd_modes *ret_modes, sd_diag *diag)
{
    const size_t m = core->count;
    double *y = SD_NEW_ARRAY(arena, double, m + 1);
    sd_modes modes = {.stocks = stocks};

    *ret_modes = modes;
    if (m == 0)
        return SD_OK;
    core_coordinates(core, stocks, y);
    step_aside(arena, core, from, y, &modes);
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
    list_modes(arena, core, &s, &modes);
    *ret_modes = modes;
    return SD_OK;
}
