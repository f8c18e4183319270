/* worker.c - tiles of members that give scores and nothing else.
 * In: sd_batch, and the parameters of a tile.  Out: scores, and where members failed.
 * Method: fixed steps take the whole tile through each instruction; an adaptive method takes member by member, since
 * each has steps of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "compiled.h"

struct sd_worker {
    compiled *compiled; /* NULL: the interpreter alone */
    const sd_batch *batch;
    sd_run_request request; /* its `members` is the distance between parameters */
    walk walk;
    score_sums sums;
    const double **rows; /* [score_count] of the sums */
};

static void take_scores(void *context, const run_state *s, int64_t point, double time)
{
    sd_worker *w = context;
    for (size_t i = 0; i < w->sums.count; i++)
        w->rows[i] = state_row(s, s->program->element_rows[w->sums.scores[i].element]);
    scores_take(&w->sums, point, time);
}

/* As many members side by side as there is memory for: with long pipelines fewer than a tile, 0 when even one is too many. */
static size_t lanes_for(const sd_batch *batch, int64_t steps)
{
    size_t jacobian = solver_bytes(batch->program, batch->spec.method);
    size_t lanes = sd_method_is_adaptive(batch->spec.method) ? 1 : SD_TILE;
    while (lanes > 0 &&
           jacobian + state_bytes(batch->program, lanes, steps) > (size_t)SD_RUN_BYTES_MAX)
        lanes /= 2;
    return lanes;
}

sd_status sd_worker_new(sd_arena *arena, const sd_batch *batch, sd_worker **ret_worker,
                        sd_diag *diag)
{
    int64_t steps, save_every;
    const sd_run_spec *spec = &batch->spec;
    sd_status status = sd_run_spec_count(spec, batch->spec_span, &steps, &save_every, diag);
    if (status != SD_OK)
        return status;
    size_t lanes = lanes_for(batch, steps);
    if (lanes == 0) {
        status = sd_fail(diag, SD_E503, batch->spec_span,
                         "a member would keep more than 1 GB in memory");
        sd_help(diag, "take another method, or shorter pipelines (DELAY)");
        return status;
    }
    sd_worker *w = SD_NEW(arena, sd_worker);
    w->batch = batch;
    w->request = (sd_run_request){.program = batch->program,
                                  .spec = batch->spec,
                                  .spec_span = batch->spec_span,
                                  .interrupted = batch->interrupted};
    w->walk = (walk){.saved = take_scores, .context = w};
    status = walk_open(arena, &w->walk, &w->request, lanes, diag);
    if (status != SD_OK) {
        walk_close(&w->walk);
        return status;
    }
    w->walk.state.failed = SD_NEW_ARRAY(arena, int64_t, lanes);
    scores_open(arena, &w->sums, batch->scores, batch->score_count, lanes, spec->start,
                (double)save_every * spec->dt, steps / save_every + 1);
    w->rows = SD_NEW_ARRAY(arena, const double *, batch->score_count + 1);
    w->sums.rows = w->rows;
    w->compiled = compiled_new(arena, batch, steps, save_every);
    *ret_worker = w;
    return SD_OK;
}

void sd_worker_free(sd_worker *w)
{
    if (w)
        walk_close(&w->walk);
}

static void hand_out(const sd_worker *w, size_t stride, double *ret_scores, int64_t *ret_failed)
{
    const run_state *s = &w->walk.state;
    for (size_t m = 0; m < s->members; m++) {
        ret_failed[m] = s->failed[m];
        for (size_t i = 0; i < w->sums.count; i++)
            ret_scores[i * stride + m] =
                s->failed[m] < 0 ? scores_value(&w->sums, i, m) : (double)NAN;
    }
}

/* Members from `m` to before `end`, in the interpreter. */
static sd_status interpret(sd_worker *w, size_t m, size_t end, size_t stride, double *ret_scores,
                           int64_t *ret_failed)
{
    size_t lanes = w->walk.state.room;
    sd_status status = SD_OK;
    for (; status == SD_OK && m < end; m += lanes) {
        size_t members = end - m < lanes ? end - m : lanes;
        w->sums.members = members;
        status = walk_members(&w->walk, m, members, NULL); /* members that fail do not tell */
        if (status == SD_OK)
            hand_out(w, stride, ret_scores + m, ret_failed + m);
    }
    return status;
}

sd_status sd_worker_run(sd_worker *w, uint64_t first, size_t count, const double *parameters,
                        size_t stride, double *ret_scores, int64_t *ret_failed)
{
    assert(count >= 1 && count <= SD_TILE && stride >= count);
    w->request.first_member = first;
    w->request.parameters = parameters;
    w->request.members = stride;
    if (!w->compiled)
        return interpret(w, 0, count, stride, ret_scores, ret_failed);
    bool suspect[SD_TILE];
    sd_status status =
        compiled_run(w->compiled, first, count, parameters, stride, ret_scores, suspect);
    for (size_t m = 0; status == SD_OK && m < count; m++) {
        size_t end = m;
        ret_failed[m] = -1;
        while (end < count && suspect[end])
            end++;
        if (end == m)
            continue;
        status = interpret(w, m, end, stride, ret_scores, ret_failed);
        m = end - 1;
    }
    return status;
}
