/* lint_run.c - what a run of the scenario shows: stocks below 0 (W935), graphical functions left behind (W938), a run that
 * fails (W940), delays shorter than DT (W941).
 * In: a scenario and its program.  Out: warnings, and the stocks along the run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "lint_private.h"

enum {
    VALUES_MAX = 4000000, /* to keep: stocks and inputs at the saved points */
    POINTS_MAX = 1000000,
    EVALUATIONS = 30, /* of an adaptive method from grid point to grid point, as a guess */
    SECONDS_MAX = 5   /* where the guess was wrong */
};

/* [1] of what a stock holds at most, or a curve is wide: what is beyond by less is rounding, or does not matter. */
static const double beyond_least = 1e-6, left_least = 0.01;

typedef struct looked_up { /* a graphical function at work */
    int32_t input;
    const sd_instruction *at;
} looked_up;

typedef struct watch {
    lint *l;
    SD_LIST(int32_t) rows;
    SD_LIST(looked_up)
    inputs; /* in the order of their rows, after those of the stocks; then times of pipelines */
    double began; /* [s] */
    volatile sig_atomic_t stop;
} watch;

static void watch_inputs(watch *w, const sd_instructions *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const looked_up here = {.input = list->list[i].a, .at = &list->list[i]};

        if (here.at->op != SD_OP_GF)
            continue;
        SD_PUSH(w->l->arena, &w->inputs, here);
        SD_PUSH(w->l->arena, &w->rows, here.input);
    }
}

/* Instructions of the whole run, as far as it is fixed before. */
static double work_of(const sd_program *p, const sd_run_spec *spec)
{
    const double steps = (spec->stop - spec->start) / spec->dt;
    const double stages = spec->method == SD_METHOD_EULER ? 1
                          : spec->method == SD_METHOD_RK2 ? 2
                                                          : 4;

    const double stocks = (double)p->stock_count;
    /* A stiff method takes its full matrix apart now and then. */
    const double matrix = sd_method_is_stiff(spec->method) ? stocks * stocks * stocks / 10 : 0;

    return steps * ((double)p->grid.count + (stages - 1) * (double)p->stage.count + matrix + 1);
}

/* ---- W935 -------------------------------------------------------------------------------------------------------- */

static void warn_below(lint *l, const lint_run *run, size_t k)
{
    const sd_stock_row *row = &l->request->program->stocks[k];
    const sd_variable *stock = l->model->element_variables[row->element];
    const double *values = run->rows + k;
    double largest = 0;
    size_t least = 0;

    if (row->hidden || row->non_negative || stock->outflow_count == 0 || !(values[0] >= 0) ||
        (isfinite(stock->range_min) && stock->range_min < 0))
        return;
    for (size_t i = 0; i < run->count; i++) {
        const double value = values[i * run->row_count];

        largest = fmax(largest, fabs(value));
        if (value < values[least * run->row_count])
            least = i;
    }
    const double value = values[least * run->row_count];
    if (!(value < -beyond_least * largest))
        return;
    sd_warn(l->diag, SD_W935, stock->span, "'%s' falls below 0 in the run: %.4g at %g",
            sd_model_element_name(l->model, row->element, l->arena), value, run->times[least]);
    sd_help(l->diag, "let its outflows vanish with it, or give it a <range> from below 0 if that "
                     "is meant");
}

/* ---- W938 -------------------------------------------------------------------------------------------------------- */

/* Whether the curve rises or falls at an end as it does on the whole.  One that saturates there was meant to end. */
static bool is_steep(const sd_gf *gf, size_t first)
{
    double travel = 0;

    for (size_t i = 1; i < gf->count; i++)
        travel += fabs(gf->y[i] - gf->y[i - 1]);
    const double slope = fabs(gf->y[first + 1] - gf->y[first]) / (gf->x[first + 1] - gf->x[first]);
    return slope > 0 && slope * (gf->x[gf->count - 1] - gf->x[0]) >= travel * (1 - left_least);
}

static void warn_left(lint *l, const lint_run *run, size_t column, const looked_up *input)
{
    const sd_program *p = l->request->program;
    const sd_gf *gf = p->gfs[input->at->extra];
    const sd_origin *origin = &p->origins[input->at->out];
    const double low = gf->x[0], high = gf->x[gf->count - 1], slack = left_least * (high - low);
    size_t least = 0, most = 0;

    if (gf->kind != SD_GF_CONTINUOUS)
        return;
    for (size_t i = 0; i < run->count; i++) {
        const double value = run->rows[i * run->row_count + column];

        least = value < run->rows[least * run->row_count + column] ? i : least;
        most = value > run->rows[most * run->row_count + column] ? i : most;
    }
    const bool below = is_steep(gf, 0) && run->rows[least * run->row_count + column] < low - slack;
    const bool above =
        is_steep(gf, gf->count - 2) && run->rows[most * run->row_count + column] > high + slack;
    const size_t point = below ? least : most;

    if (!below && !above)
        return;
    sd_warn(l->diag, SD_W938, origin->expr ? origin->expr->span : gf->span,
            "the graphical function in '%s' has points from %.6g to %.6g, and its input is %.4g at "
            "time %g",
            sd_model_element_name(l->model, origin->element, l->arena), low, high,
            run->rows[point * run->row_count + column], run->times[point]);
    sd_help(l->diag, "beyond its points it stays level; add points, or let it extrapolate");
}

/* One warning a curve, whatever arrays and equations use it. */
static void warn_curves(watch *w, const lint_run *run)
{
    const sd_program *p = w->l->request->program;
    bool *told = SD_NEW_ARRAY(w->l->arena, bool, p->gf_count + 1);

    for (size_t i = 0; i < w->inputs.count; i++) {
        const size_t warnings = w->l->diag->warnings;

        if (told[w->inputs.items[i].at->extra])
            continue;
        warn_left(w->l, run, p->stock_count + i, &w->inputs.items[i]);
        told[w->inputs.items[i].at->extra] = w->l->diag->warnings > warnings;
    }
}

/* ---- W941 -------------------------------------------------------------------------------------------------------- */

static void warn_short(const watch *w, const lint_run *run)
{
    const sd_program *p = w->l->request->program;
    const double dt = w->l->request->scenario->spec.dt;

    for (size_t i = 0; i < p->pipeline_count; i++) {
        const sd_pipeline *pipeline = &p->pipelines[i];
        const double time = run->rows[p->stock_count + w->inputs.count + i];

        if (!pipeline->constant || !(time > 0 && time < dt * (1 - beyond_least)))
            continue;
        sd_warn(w->l->diag, SD_W941, pipeline->origin.expr->span,
                "a DELAY of %.4g in '%s' is shorter than DT, %g, and takes that", time,
                sd_model_element_name(w->l->model, pipeline->origin.element, w->l->arena), dt);
        sd_help(w->l->diag, "take a DT of %.4g or less, or leave the delay out", time);
    }
}

/* ---- the run ------------------------------------------------------------------------------------------------------- */

/* A save interval that keeps the values in bounds: a whole number of DT. */
static double interval_of(const sd_run_spec *spec, size_t row_count)
{
    const double steps = floor((spec->stop - spec->start) / spec->dt + 1e-6);
    const double values = (double)(row_count > 0 ? row_count : 1);
    const double most = fmin(fmax(2, VALUES_MAX / values), POINTS_MAX);

    return fmax(1, ceil(steps / most)) * spec->dt;
}

static void tell_failure(lint *l, sd_status status, const sd_diag *failed)
{
    const sd_message *first = failed->messages.count ? &failed->messages.items[0] : NULL;

    if (status == SD_LIMIT || status == SD_INVALID || !first) {
        lint_skip(l, "what a run shows: %s", first ? first->text : sd_status_text(status));
        return;
    }
    sd_warn(l->diag, SD_W940, first->span, "the run fails: %s", first->text);
    if (first->help)
        sd_help(l->diag, "%s", first->help);
}

static void look_at_clock(void *context, double fraction)
{
    watch *w = context;
    const volatile sig_atomic_t *interrupted = w->l->request->interrupted;

    (void)fraction;
    if ((interrupted && *interrupted) || sd_clock_seconds() - w->began > SECONDS_MAX)
        w->stop = 1;
}

sd_status lint_run_make(lint *l, lint_run *ret_run)
{
    const sd_program *p = l->request->program;
    sd_run_spec spec = l->request->scenario->spec;
    sd_diag *failed = sd_diag_new(l->arena);
    watch w = {.l = l, .began = sd_clock_seconds()};
    const sd_trajectory *t;
    size_t *none = SD_NEW_ARRAY(l->arena, size_t, 1);

    if (work_of(p, &spec) > SD_LINT_WORK_MAX) {
        lint_skip(l, "what a run shows: it would take too long");
        return SD_OK;
    }
    for (size_t k = 0; k < p->stock_count; k++)
        SD_PUSH(l->arena, &w.rows, p->stock_row + (int32_t)k);
    watch_inputs(&w, &p->once);
    watch_inputs(&w, &p->grid);
    for (size_t i = 0; i < p->pipeline_count; i++)
        SD_PUSH(l->arena, &w.rows, p->pipelines[i].time);
    spec.save_interval = interval_of(&spec, w.rows.count);
    const double *parameters = sd_run_parameters(l->arena, p, l->request->scenario);
    const sd_run_request request = {.program = p,
                                    .spec = spec,
                                    .spec_span = l->request->scenario->spec_span,
                                    .members = 1,
                                    .parameters = parameters,
                                    .columns = none,
                                    .row_count = w.rows.count,
                                    .rows = w.rows.items,
                                    .progress = look_at_clock,
                                    .progress_context = &w,
                                    .interrupted = &w.stop};
    const sd_status status = sd_run(l->arena, &request, &t, failed);

    if (status == SD_INTERRUPTED && l->request->interrupted && *l->request->interrupted)
        return status;
    if (status == SD_INTERRUPTED) {
        lint_skip(l, "what a run shows: it takes more than %d seconds", (int)SECONDS_MAX);
        return SD_OK;
    }
    if (status != SD_OK) {
        tell_failure(l, status, failed);
        return SD_OK;
    }
    *ret_run = (lint_run){.parameters = parameters,
                          .count = t->time_count,
                          .times = t->times,
                          .row_count = w.rows.count,
                          .rows = t->rows};
    for (size_t k = 0; k < p->stock_count; k++)
        warn_below(l, ret_run, k);
    warn_curves(&w, ret_run);
    warn_short(&w, ret_run);
    return SD_OK;
}
