/* lint_steps.c - whether DT suits the time constants of a run (W936, W937).
 * In: a run.  Out: at most one warning, for the mode that the method follows worst.
 * Method: at some points of the run the net flows are linearised while time stands still.  Stocks that do not move each
 * other in both directions are taken apart (the matrix is block triangular then), so the eigenvalues lambda are those of
 * small blocks.  One step of a Runge-Kutta method multiplies a mode by R(z), z = DT lambda, where R is the series of exp
 * up to the method's order (Hairer and Wanner 1996, IV.2); what is right is exp(z).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

#include "lint_private.h"

enum {
    LOOKS = 20,            /* points of the run, beside the first */
    VALUES_MAX = 20000000, /* derivatives of rows by stocks */
    BLOCK_MAX = 150,       /* stocks of one block */
    CARRIERS_MAX = 3,      /* stocks that are named */
    HALVINGS = 60
};

/* [1] by how much a method may be wrong within one time constant; euler is, by 14 %, at a quarter of it. */
static const double off_most = 0.15;
/* [1] how far something that should not grow may grow in a whole run. */
static const double growth_most = 1.1;
/* [1] of |lambda|: a smaller real part is rounding. */
static const double real_least = 1e-9;
/* [1] of the whole mode: stocks that take part in it less are not named. */
static const double share_least = 0.2;

typedef struct worst {
    double measure;     /* > 0 when there is one */
    gsl_complex lambda; /* [1/model time] */
    double time;
    size_t count; /* of the block */
    const size_t *stocks;
    const double *block; /* [count][count] */
} worst;

typedef struct looker {
    lint *l;
    const sd_run_spec *spec;
    int order;    /* of the method */
    double steps; /* of the run */
    worst unstable, coarse;
    bool large; /* a block was too large */
} looker;

/* ---- the method ----------------------------------------------------------------------------------------------------- */

static gsl_complex step_of(int order, gsl_complex z)
{
    gsl_complex sum = GSL_COMPLEX_ONE, term = GSL_COMPLEX_ONE;

    for (int k = 1; k <= order; k++) {
        term = gsl_complex_div_real(gsl_complex_mul(term, z), k);
        sum = gsl_complex_add(sum, term);
    }
    return sum;
}

/* By what factor, as a logarithm, the run lets a mode grow that should not; 0 when it should, or does not. */
static double growth_of(int order, double dt, double steps, gsl_complex lambda)
{
    if (GSL_REAL(lambda) > real_least * gsl_complex_abs(lambda))
        return 0;
    return fmax(0, steps * gsl_complex_logabs(step_of(order, gsl_complex_mul_real(lambda, dt))));
}

/* How wrong the size and phase of a mode are after one time constant, as a share of it. */
static double error_of(int order, double dt, gsl_complex lambda)
{
    const double size = dt * gsl_complex_abs(lambda);
    const gsl_complex z = gsl_complex_mul_real(lambda, dt), step = step_of(order, z);
    /* A step that turns the sign of what dies out has no root of its own kind. */
    if (GSL_IMAG(lambda) == 0 && !(GSL_REAL(step) > 0))
        return 1;
    const gsl_complex off = gsl_complex_sub(gsl_complex_log(step), z);

    return gsl_complex_abs(
        gsl_complex_sub(gsl_complex_exp(gsl_complex_div_real(off, size)), GSL_COMPLEX_ONE));
}

/* ---- looking ----------------------------------------------------------------------------------------------------------- */

static void keep(looker *k, worst *which, double measure, gsl_complex lambda, double time,
                 const double *block, const size_t *stocks, size_t count)
{
    sd_arena *arena = k->l->arena;

    if (!(measure > which->measure))
        return;
    double *values = SD_NEW_ARRAY(arena, double, count *count);
    size_t *list = SD_NEW_ARRAY(arena, size_t, count);

    memcpy(values, block, count * count * sizeof *values);
    memcpy(list, stocks, count * sizeof *list);
    *which = (worst){measure, lambda, time, count, list, values};
}

static void judge(looker *k, gsl_complex lambda, double time, const double *block,
                  const size_t *stocks, size_t count)
{
    const double dt = k->spec->dt;

    if (!(gsl_complex_abs(lambda) > 0) || !isfinite(gsl_complex_abs(lambda)))
        return;
    const double growth = growth_of(k->order, dt, k->steps, lambda);
    if (growth > log(growth_most))
        keep(k, &k->unstable, growth, lambda, time, block, stocks, count);
    if (error_of(k->order, dt, lambda) > off_most)
        keep(k, &k->coarse, gsl_complex_abs(lambda), lambda, time, block, stocks, count);
}

/* The eigenvalues of one block; `block` [count][count] is kept. */
static void look_at_block(looker *k, double time, const double *block, const size_t *stocks,
                          size_t count)
{
    if (count == 1) {
        judge(k, gsl_complex_rect(block[0], 0), time, block, stocks, 1);
        return;
    }
    if (count > BLOCK_MAX) {
        k->large = true;
        return;
    }
    gsl_matrix *matrix = gsl_matrix_alloc(count, count);
    gsl_vector_complex *values = gsl_vector_complex_alloc(count);
    gsl_eigen_nonsymm_workspace *space = gsl_eigen_nonsymm_alloc(count);

    memcpy(matrix->data, block, count * count * sizeof *block);
    gsl_eigen_nonsymm_params(0, 1, space);
    if (gsl_eigen_nonsymm(matrix, values, space) == 0) {
        for (size_t i = 0; i < count; i++)
            judge(k, gsl_vector_complex_get(values, i), time, block, stocks, count);
    }
    gsl_eigen_nonsymm_free(space);
    gsl_vector_complex_free(values);
    gsl_matrix_free(matrix);
}

static void look_at_jacobian(looker *k, sd_arena *arena, double time, const double *jacobian,
                             size_t count)
{
    SD_LIST(size_t) from = {0}, to = {0};
    size_t parts;

    for (size_t i = 0; i < count * count; i++) {
        if (jacobian[i] == 0 || i / count == i % count)
            continue;
        SD_PUSH(arena, &from, i % count);
        SD_PUSH(arena, &to, i / count);
    }
    const sd_digraph graph = {count, from.count, from.items, to.items};
    const size_t *components = sd_digraph_components(arena, &graph, &parts);
    size_t *stocks = SD_NEW_ARRAY(arena, size_t, count + 1);
    double *block = SD_NEW_ARRAY(arena, double, count *count + 1);

    for (size_t c = 0; c < parts; c++) {
        size_t size = 0;

        for (size_t i = 0; i < count; i++) {
            if (components[i] == c)
                stocks[size++] = i;
        }
        for (size_t i = 0; i < size * size; i++)
            block[i] = jacobian[stocks[i / size] * count + stocks[i % size]];
        look_at_block(k, time, block, stocks, size);
    }
}

/* False when no other point need be tried. */
static bool look(looker *k, const lint_run *run, size_t point)
{
    const sd_program *p = k->l->request->program;
    const size_t count = p->stock_count;
    sd_arena *arena = sd_arena_new("time constants");
    sd_diag *refused = sd_diag_new(arena);
    sd_field *field;
    bool fit = sd_field_new(arena, p, k->spec, run->parameters, run->times[point], &field,
                            refused) == SD_OK;

    if (fit) {
        double *jacobian = SD_NEW_ARRAY(arena, double, count *count);

        if (sd_field_jacobian(field, run->rows + point * run->row_count, jacobian))
            look_at_jacobian(k, arena, run->times[point], jacobian, count);
    } else {
        lint_skip(k->l, "whether DT suits the time constants: %s",
                  refused->messages.count ? refused->messages.items[0].text : "no net flows");
    }
    sd_arena_free(arena);
    return fit;
}

/* ---- who takes part -------------------------------------------------------------------------------------------------- */

/* The eigenvector of the value nearest to lambda, of the block or of its transpose. */
static bool vector_of(const worst *w, bool transposed, gsl_complex *ret_vector)
{
    const size_t n = w->count;
    gsl_matrix *matrix = gsl_matrix_alloc(n, n);
    gsl_vector_complex *values = gsl_vector_complex_alloc(n);
    gsl_matrix_complex *vectors = gsl_matrix_complex_alloc(n, n);
    gsl_eigen_nonsymmv_workspace *space = gsl_eigen_nonsymmv_alloc(n);
    size_t nearest = 0;

    for (size_t i = 0; i < n * n; i++)
        gsl_matrix_set(matrix, i / n, i % n, w->block[transposed ? i % n * n + i / n : i]);
    gsl_eigen_nonsymmv_params(1, space);
    const bool done = gsl_eigen_nonsymmv(matrix, values, vectors, space) == 0;
    for (size_t i = 1; done && i < n; i++) {
        const gsl_complex here = gsl_vector_complex_get(values, i),
                          best = gsl_vector_complex_get(values, nearest);

        if (gsl_complex_abs(gsl_complex_sub(here, w->lambda)) <
            gsl_complex_abs(gsl_complex_sub(best, w->lambda)))
            nearest = i;
    }
    for (size_t i = 0; done && i < n; i++)
        ret_vector[i] = gsl_matrix_complex_get(vectors, i, nearest);
    gsl_eigen_nonsymmv_free(space);
    gsl_matrix_complex_free(vectors);
    gsl_vector_complex_free(values);
    gsl_matrix_free(matrix);
    return done;
}

/* "'x' and 'y'": the stocks that carry the mode, by the products of its right and left vector. */
static const char *carriers(lint *l, const worst *w)
{
    const size_t n = w->count;
    double *shares = SD_NEW_ARRAY(l->arena, double, n), sum = 0;
    gsl_complex *right = SD_NEW_ARRAY(l->arena, gsl_complex, n),
                *left = SD_NEW_ARRAY(l->arena, gsl_complex, n);
    sd_text text = sd_text_new(l->arena);

    assert(n > 0 && w->stocks);
    if (n == 1 || !vector_of(w, false, right) || !vector_of(w, true, left))
        shares[0] = 1;
    for (size_t i = 0; i < n; i++) {
        if (n > 1)
            shares[i] = gsl_complex_abs(right[i]) * gsl_complex_abs(left[i]);
        sum += shares[i];
    }
    for (int named = 0; named < CARRIERS_MAX; named++) {
        size_t most = 0;

        for (size_t i = 1; i < n; i++)
            most = shares[i] > shares[most] ? i : most;
        if (named > 0 && !(shares[most] > share_least * sum))
            break;
        sd_text_printf(&text, "%s'%s'", named ? ", " : "",
                       sd_stock_name(l->arena, l->request->program, w->stocks[most]));
        shares[most] = -1;
    }
    return text.bytes;
}

/* ---- messages --------------------------------------------------------------------------------------------------------- */

/* The largest DT at which the mode does not grow; 0 where every DT lets it. */
static double stable_dt(const looker *k, gsl_complex lambda)
{
    double low = 0, high = k->spec->dt;

    for (int i = 0; i < HALVINGS; i++) {
        const double middle = (low + high) / 2;

        if (growth_of(k->order, middle, 1, lambda) > 0)
            high = middle;
        else
            low = middle;
    }
    return low > k->spec->dt * 1e-6 ? low : 0;
}

/* The largest of 1, 0.5, 0.25, ... and 2, 4, ... below DT with which the method follows the mode. */
static double better_dt(const looker *k, gsl_complex lambda)
{
    double dt = 1;

    while (dt < k->spec->dt)
        dt *= 2;
    while (dt * gsl_complex_abs(lambda) > 1e-3 &&
           (dt >= k->spec->dt || error_of(k->order, dt, lambda) > off_most ||
            growth_of(k->order, dt, k->steps * k->spec->dt / dt, lambda) > log(growth_most)))
        dt /= 2;
    return dt;
}

static void warn_unstable(looker *k)
{
    const worst *w = &k->unstable;
    const double limit = stable_dt(k, w->lambda), size = gsl_complex_abs(w->lambda);
    const char *method = sd_method_name(k->spec->method), *names = carriers(k->l, w);

    if (limit > 0) {
        sd_warn(k->l->diag, SD_W936, k->l->request->scenario->spec_span,
                "DT %g is too large for %s, with a time constant of %.4g at time %g: %s is stable "
                "up to %.4g",
                k->spec->dt, names, 1 / size, w->time, method, limit);
        sd_help(k->l->diag, "take a DT of %g or an adaptive method such as rkf45",
                better_dt(k, w->lambda));
        return;
    }
    sd_warn(k->l->diag, SD_W936, k->l->request->scenario->spec_span,
            "%s makes the swing of %s grow, which has a period of %.4g at time %g and should not",
            method, names, 2 * M_PI / fabs(GSL_IMAG(w->lambda)), w->time);
    sd_help(k->l->diag, "take method rk4");
}

static void warn_coarse(looker *k)
{
    const worst *w = &k->coarse;
    const double size = gsl_complex_abs(w->lambda);

    sd_warn(k->l->diag, SD_W937, k->l->request->scenario->spec_span,
            "DT %g is coarse for %s, with a time constant of %.4g at time %g", k->spec->dt,
            carriers(k->l, w), 1 / size, w->time);
    sd_help(k->l->diag, "take a DT of %g%s", better_dt(k, w->lambda),
            k->order < 4 ? ", or method rk4 or rkf45" : ", or method rkf45");
}

void lint_steps(lint *l, const lint_run *run)
{
    const sd_run_spec *spec = &l->request->scenario->spec;
    looker k = {.l = l, .spec = spec, .steps = (spec->stop - spec->start) / spec->dt};
    const size_t count = l->request->program->stock_count;

    k.order = spec->method == SD_METHOD_EULER ? 1 : spec->method == SD_METHOD_RK2 ? 2 : 4;
    if (sd_method_is_adaptive(spec->method) || count == 0)
        return;
    if (count > SD_LINT_STOCKS_MAX) {
        lint_skip(l, "whether DT suits the time constants: %zu stocks are more than %d", count,
                  (int)SD_LINT_STOCKS_MAX);
        return;
    }
    if ((double)count * (double)l->request->program->row_count > VALUES_MAX) {
        lint_skip(l, "whether DT suits the time constants: the model is too large");
        return;
    }
    for (size_t i = 0; i <= LOOKS; i++) {
        const size_t point = i * (run->count - 1) / LOOKS;

        if (i > 0 && point == (i - 1) * (run->count - 1) / LOOKS)
            continue;
        if (!look(&k, run, point))
            break;
    }
    if (k.large)
        lint_skip(l, "the time constants of more than %d stocks that move each other",
                  (int)BLOCK_MAX);
    if (k.unstable.measure > 0)
        warn_unstable(&k);
    else if (k.coarse.measure > 0)
        warn_coarse(&k);
}
