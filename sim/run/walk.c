/* walk.c - members side by side from start to stop: grid point after grid point, whoever watches.
 * In: sd_run_request.  Out: a call of `saved` at every saved point.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "run_private.h"

enum { LOOK_UP = 64 }; /* [steps] between looks at what interrupts, and news of the progress */

sd_status walk_open(sd_arena *arena, walk *w, const sd_run_request *q, size_t members,
                    sd_diag *diag)
{
    sd_status status = sd_run_spec_count(&q->spec, q->spec_span, &w->steps, &w->save_every, diag);
    if (status != SD_OK)
        return status;
    state_open(arena, &w->state, q, members);
    w->stocks = sd_arena_rows(arena, q->program->stock_count * members + 1);
    return solver_new(&w->state, &q->spec, &w->method, diag);
}

void walk_close(walk *w)
{
    solver_free(w->method);
    w->method = NULL;
}

static sd_status look_up(const walk *w, size_t member, size_t members, int64_t step)
{
    const sd_run_request *q = w->state.request;
    double done = (double)step / (double)w->steps;
    if (q->progress)
        q->progress(q->progress_context,
                    ((double)member + done * (double)members) / (double)q->members);
    return q->interrupted && *q->interrupted ? SD_INTERRUPTED : SD_OK;
}

/* From grid point n, which the rows hold, to the next. */
static sd_status advance(walk *w, int64_t n, double time, sd_diag *diag)
{
    const sd_run_spec *spec = &w->state.request->spec;
    state_commit(&w->state);
    if (n == w->steps)
        return SD_OK;
    sd_status status =
        solver_advance(w->method, time, spec->start + (double)(n + 1) * spec->dt, w->stocks, diag);
    belts_take(&w->state, w->stocks);
    return status;
}

sd_status walk_members(walk *w, size_t member, size_t members, sd_diag *diag)
{
    run_state *s = &w->state;
    const sd_run_spec *spec = &s->request->spec;
    int64_t evaluations = s->stats.evaluations;
    sd_status status = state_start(s, member, members, w->steps, w->stocks, diag);
    solver_start(w->method);
    for (int64_t n = 0; status == SD_OK && n <= w->steps; n++) {
        double time = spec->start + (double)n * spec->dt;
        status = state_grid(s, n, time, w->stocks, diag);
        if (status == SD_OK && n % w->save_every == 0)
            w->saved(w->context, s, n / w->save_every, time);
        if (status == SD_OK)
            status = advance(w, n, time, diag);
        if (s->failed && settle_failures(s) == 0)
            break;
        if (status == SD_OK && n % LOOK_UP == LOOK_UP - 1)
            status = look_up(w, member, members, n);
    }
    s->stats.evaluations += (s->stats.evaluations - evaluations) * ((int64_t)members - 1);
    return status;
}
