/* totals.c - which stocks can move, and which sums of stocks no flow changes.
 * In: a field and states.  Out: roles and totals of a core.  Method: running totals by following the instructions;
 * conserved sums as left null vectors of the Jacobian that hold at several states, by QR with column pivoting (Golub
 * and Van Loan 2013, section 5.4.2).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "core.h"

enum { SAMPLES = 6 }; /* states at which a sum must be conserved */

static const double rank_floor =
    1e-10; /* [1] of rows of size 1: rounding of a Jacobian of thousands */
static const double still_floor = 1e-9;   /* [1] of a stock's size in a whole run: no motion */
static const double sample_spread = 0.25; /* [1] how far the sampled states lie apart */

/* ---- running totals ---- */

/* Which net flows depend on a stock; [stock_count] 1 where one does. */
static void list_moved(const sd_program *p, size_t stock, unsigned char *rows,
                       unsigned char *ret_moved)
{
    memset(rows, 0, p->row_count);
    rows[p->stock_row + (int32_t)stock] = 1;
    for (size_t i = 0; i < p->grid.count; i++) {
        const sd_instruction *at = &p->grid.list[i];
        const int arguments = sd_op_arguments(at->op);

        if ((at->a != SD_NO_ROW && rows[at->a]) ||
            (arguments > 1 && at->b != SD_NO_ROW && rows[at->b]) ||
            (arguments > 2 && at->c != SD_NO_ROW && rows[at->c]))
            rows[at->out] = 1;
    }
    for (size_t i = 0; i < p->stock_count; i++)
        ret_moved[i] = rows[p->stocks[i].net];
}

/* Leaves out stocks that move nothing that is left, until none is found. */
static void find_counters(sd_arena *arena, const sd_program *p, sd_role *roles)
{
    const size_t n = p->stock_count;
    unsigned char *rows = SD_NEW_ARRAY(arena, unsigned char, p->row_count + 1);
    unsigned char *moved = SD_NEW_ARRAY(arena, unsigned char, n *n + 1);
    bool again = true;

    for (size_t k = 0; k < n; k++)
        list_moved(p, k, rows, moved + k * n);
    while (again) {
        again = false;
        for (size_t k = 0; k < n; k++) {
            bool needed = roles[k] == SD_ROLE_COUNTER;

            for (size_t i = 0; i < n && !needed; i++)
                needed = moved[k * n + i] && roles[i] != SD_ROLE_COUNTER;
            if (!needed) {
                roles[k] = SD_ROLE_COUNTER;
                again = true;
            }
        }
    }
}

/* ---- conserved sums ---- */

typedef struct survey {
    sd_arena *arena;
    sd_core *core;
    sd_role *roles;
    size_t moving; /* stocks that may move */
    size_t *which; /* [moving] */
    size_t sample_count;
    double *samples[SAMPLES]; /* [stock_count][stock_count] Jacobians */
} survey;

/* Some state near the given ones; the same in every run. */
static void scatter(const sd_core *core, const double *stocks, size_t sample, double *ret_stocks)
{
    for (size_t i = 0; i < core->stock_count; i++) {
        double pair[2];

        sd_random_uniform(
            (sd_draw){.seed = 1, .member = sample, .variable = (uint32_t)i, .step = 0}, pair);
        ret_stocks[i] = stocks[i] + core->scale[i] * sample_spread * (2 * pair[0] - 1);
        if (stocks[i] >= 0) /* a share or a number of people stays one */
            ret_stocks[i] = fabs(ret_stocks[i]);
    }
}

static void take_samples(survey *s, const double *stocks)
{
    sd_core *core = s->core;
    const size_t n = core->stock_count;
    double *state = SD_NEW_ARRAY(s->arena, double, n + 1);

    for (size_t k = 0; k < SAMPLES; k++) {
        double *jacobian = SD_NEW_ARRAY(s->arena, double, n *n + 1);

        memcpy(state, k == 0 ? stocks : core->work->first_start, n * sizeof *state);
        if (k > 1)
            scatter(core, stocks, k, state);
        if (sd_field_jacobian(core->field, state, jacobian))
            s->samples[s->sample_count++] = jacobian;
    }
}

/* Stocks whose net flow nothing changes at any of the states. */
static void find_still(survey *s)
{
    const sd_core *core = s->core;
    const size_t n = core->stock_count;

    s->which = SD_NEW_ARRAY(s->arena, size_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        double most = 0;

        for (size_t k = 0; k < s->sample_count; k++)
            for (size_t j = 0; j < n; j++)
                most = fmax(most, fabs(s->samples[k][i * n + j]) * core->scale[j]);
        if (s->roles[i] == SD_ROLE_COUNTER)
            continue;
        if (most * core->horizon <= still_floor * core->scale[i])
            s->roles[i] = SD_ROLE_STILL;
        else
            s->which[s->moving++] = i;
    }
}

gsl_matrix *core_null_space(sd_arena *arena, gsl_matrix *a)
{
    const size_t n = a->size2, most = a->size1 < n ? a->size1 : n;
    gsl_vector *tau = core_vector(arena, most), *norms = core_vector(arena, n);
    gsl_permutation *order = core_permutation(arena, n);
    size_t rank = 0;
    int sign;

    gsl_linalg_QRPT_decomp(a, tau, order, &sign, norms);
    while (rank < most && fabs(gsl_matrix_get(a, rank, rank)) > rank_floor)
        rank++;
    if (rank == n)
        return NULL;
    gsl_matrix *null = core_matrix(arena, n, n - rank);
    for (size_t k = rank; k < n; k++) {
        gsl_matrix_set(null, gsl_permutation_get(order, k), k - rank, 1);
        for (size_t i = rank; i-- > 0;) { /* R11 x = -R12, from below */
            double sum = -gsl_matrix_get(a, i, k);

            for (size_t j = i + 1; j < rank; j++)
                sum -= gsl_matrix_get(a, i, j) *
                       gsl_matrix_get(null, gsl_permutation_get(order, j), k - rank);
            gsl_matrix_set(null, gsl_permutation_get(order, i), k - rank,
                           sum / gsl_matrix_get(a, i, i));
        }
    }
    return null;
}

/* [moving] what makes each row of the scaled Jacobian of size 1 */
static double *row_sizes(const survey *s)
{
    const size_t n = s->core->stock_count;
    double *sizes = SD_NEW_ARRAY(s->arena, double, s->moving + 1);

    for (size_t i = 0; i < s->moving; i++) {
        const size_t row = s->which[i];

        for (size_t k = 0; k < s->sample_count; k++)
            for (size_t j = 0; j < s->moving; j++)
                sizes[i] = fmax(sizes[i], fabs(s->samples[k][row * n + s->which[j]]) *
                                              s->core->scale[s->which[j]]);
        sizes[i] = sizes[i] > 0 ? sizes[i] : 1;
    }
    return sizes;
}

/* Transposed, scaled, and from the left by the transposed `found` where there is one. */
static gsl_matrix *scaled_sample(const survey *s, const double *sample, const double *sizes,
                                 const gsl_matrix *found)
{
    const size_t n = s->core->stock_count, m = s->moving;
    gsl_matrix *a = core_matrix(s->arena, m, m);

    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            gsl_matrix_set(a, j, i,
                           sample[s->which[i] * n + s->which[j]] * s->core->scale[s->which[j]] /
                               sizes[i]);
    if (!found)
        return a;
    gsl_matrix *product = core_matrix(s->arena, m, found->size2);

    for (size_t j = 0; j < m; j++)
        for (size_t k = 0; k < found->size2; k++)
            for (size_t i = 0; i < m; i++)
                *gsl_matrix_ptr(product, j, k) +=
                    gsl_matrix_get(a, j, i) * gsl_matrix_get(found, i, k);
    return product;
}

static void add_total(survey *s, const gsl_matrix *found, size_t column, const double *sizes,
                      const double *stocks, sd_total *ret_total)
{
    const sd_core *core = s->core;
    double *weights = SD_NEW_ARRAY(s->arena, double, core->stock_count + 1), most = 0, first = 0;

    for (size_t i = 0; i < s->moving; i++)
        most = fmax(most,
                    fabs(gsl_matrix_get(found, i, column) / sizes[i] * core->scale[s->which[i]]));
    for (size_t i = 0; i < s->moving; i++) {
        const double weight = gsl_matrix_get(found, i, column) / sizes[i];

        if (fabs(weight) * core->scale[s->which[i]] < 1e-8 * most)
            continue; /* rounding */
        first = first == 0 ? weight : first;
        weights[s->which[i]] = weight / first;
        if (fabs(weight / first - round(weight / first)) < 1e-8)
            weights[s->which[i]] = round(weight / first);
    }
    ret_total->weights = weights;
    for (size_t i = 0; i < core->stock_count; i++)
        ret_total->value += weights[i] * stocks[i];
}

static void find_totals(survey *s, const double *stocks)
{
    const double *sizes = row_sizes(s);
    gsl_matrix *found = NULL;

    for (size_t k = 0; k < s->sample_count && s->moving; k++) {
        gsl_matrix *next = core_null_space(s->arena, scaled_sample(s, s->samples[k], sizes, found));

        if (!next)
            return;
        if (found) {
            gsl_matrix *product = core_matrix(s->arena, s->moving, next->size2);

            for (size_t i = 0; i < s->moving; i++)
                for (size_t j = 0; j < next->size2; j++)
                    for (size_t l = 0; l < found->size2; l++)
                        *gsl_matrix_ptr(product, i, j) +=
                            gsl_matrix_get(found, i, l) * gsl_matrix_get(next, l, j);
            next = product;
        }
        found = next;
    }
    if (!found)
        return;
    sd_total *totals = SD_NEW_ARRAY(s->arena, sd_total, found->size2);
    for (size_t k = 0; k < found->size2; k++)
        add_total(s, found, k, sizes, stocks, &totals[k]);
    s->core->totals = totals;
    s->core->total_count = found->size2;
}

sd_status core_survey(sd_arena *arena, sd_core *core, const double *stocks, sd_role *ret_roles,
                      size_t *ret_moving, const size_t **ret_which, sd_diag *diag)
{
    survey s = {.arena = arena, .core = core, .roles = ret_roles};

    find_counters(arena, core->program, s.roles);
    take_samples(&s, stocks);
    if (s.sample_count == 0)
        return sd_fail(diag, SD_E501, SD_NOWHERE,
                       "the derivatives of the net flows are not finite here");
    find_still(&s);
    find_totals(&s, stocks);
    *ret_moving = s.moving;
    *ret_which = s.which;
    return SD_OK;
}
