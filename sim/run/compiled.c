/* compiled.c - members through a kernel, chunk after chunk of grid points, with the scores taken in between.
 * In: a batch with a kernel, and parameters.  Out: scores.  A kernel does not say when a member failed: those whom it
 * suspects run again in the interpreter.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "compiled.h"

enum {
    SAVED_BYTES = 1 << 15,
    CHUNK_MAX = 4096
}; /* [byte] half of a first-level cache; [grid points] */

static int method_number(sd_method method)
{
    return method == SD_METHOD_EULER ? 0
           : method == SD_METHOD_RK2 ? 1
           : method == SD_METHOD_RK4 ? 2
                                     : -1;
}

static size_t output_of(const sd_program *p, size_t element)
{
    size_t i = 0;
    while (p->wanted && p->wanted[i] != element) {
        i++;
        assert(i < p->wanted_count);
    }
    return p->wanted ? i : element;
}

static double draw(uint64_t seed, uint64_t member, uint32_t variable, uint32_t step, bool normal)
{
    sd_draw coordinates = {.seed = seed, .member = member, .variable = variable, .step = step};
    return standard_draw(coordinates, normal);
}

/* Only points that a score looks at are saved. */
static void aim(compiled *c, int64_t save_every)
{
    int64_t first = INT64_MAX, last = -1;
    for (size_t i = 0; i < c->sums.count; i++) {
        first = c->sums.from[i] < first ? c->sums.from[i] : first;
        last = c->sums.to[i] > last ? c->sums.to[i] : last;
    }
    c->call.save_every = save_every;
    c->call.save_from = first == INT64_MAX ? 0 : first * save_every;
    c->call.save_to = last < 0 ? -1 : last * save_every;
}

compiled *compiled_new(sd_arena *arena, const sd_batch *batch, int64_t steps, int64_t save_every)
{
    const sd_kernel *k = batch->kernel;
    const sd_run_spec *spec = &batch->spec;
    if (!k || method_number(spec->method) < 0)
        return NULL;
    assert(k->abi == SD_KERNEL_ABI && k->program == sd_program_hash(batch->program));
    double rings = (double)k->pipeline_count * (double)(steps + 1) * (double)k->width;
    if (rings * sizeof(double) > (double)SD_RUN_BYTES_MAX / 8)
        return NULL;
    compiled *c = SD_NEW(arena, compiled);
    c->batch = batch;
    c->kernel = k;
    size_t point = k->output_count * k->width * sizeof(double);
    size_t points = 1 + SAVED_BYTES / (point + 1);
    c->chunk = (int64_t)points * save_every;
    c->chunk = c->chunk < CHUNK_MAX     ? c->chunk
               : save_every > CHUNK_MAX ? CHUNK_MAX
                                        : CHUNK_MAX / save_every * save_every;
    c->saved = sd_arena_rows(arena, (points + 1) * k->output_count * k->width);
    c->padded = sd_arena_rows(arena, k->parameter_count * k->width + 1);
    c->outputs = SD_NEW_ARRAY(arena, size_t, batch->score_count + 1);
    c->rows = SD_NEW_ARRAY(arena, const double *, batch->score_count + 1);
    for (size_t i = 0; i < batch->score_count; i++)
        c->outputs[i] = output_of(batch->program, batch->scores[i].element);
    scores_open(arena, &c->sums, batch->scores, batch->score_count, k->width, spec->start,
                (double)save_every * spec->dt, steps / save_every + 1);
    c->sums.rows = c->rows;
    c->call = (sd_kernel_call){.start = spec->start,
                               .stop = spec->stop,
                               .dt = spec->dt,
                               .steps = steps,
                               .seed = spec->seed,
                               .work = sd_arena_rows(arena, k->work_rows * k->width),
                               .rings = sd_arena_rows(arena, (size_t)rings + 1),
                               .draw = draw,
                               .seed_of = seed_of};
    aim(c, save_every);
    return c;
}

/* The scores of the saved points among grid points from .. to - 1. */
static void take(compiled *c, int64_t from, int64_t to)
{
    const sd_kernel_call *call = &c->call;
    const double *at = c->saved;
    int64_t n = from > call->save_from ? from : call->save_from;
    n = (n + call->save_every - 1) / call->save_every * call->save_every;
    for (; n < to && n <= call->save_to; n += call->save_every) {
        for (size_t i = 0; i < c->sums.count; i++)
            c->rows[i] = at + c->outputs[i] * c->kernel->width;
        scores_take(&c->sums, n / call->save_every, call->start + (double)n * call->dt);
        at += c->kernel->output_count * c->kernel->width;
    }
}

static bool all_suspected(const compiled *c, size_t count)
{
    for (size_t m = 0; m < count; m++)
        if (!c->kernel->suspects(&c->call, m))
            return false;
    return true;
}

/* As many members as the kernel is wide, or fewer. */
static sd_status run_block(compiled *c, size_t count)
{
    const volatile sig_atomic_t *interrupted = c->batch->interrupted;
    int method = method_number(c->batch->spec.method);
    c->kernel->start(&c->call);
    for (int64_t n = 0; n <= c->call.steps; n += c->chunk) {
        int64_t to = n + c->chunk <= c->call.steps ? n + c->chunk : c->call.steps + 1;
        c->kernel->run[method](&c->call, n, to, c->saved);
        take(c, n, to);
        if (interrupted && *interrupted)
            return SD_INTERRUPTED;
        if (all_suspected(c, count))
            break;
    }
    return SD_OK;
}

/* The last member stands for those that are not there. */
static void pad(compiled *c, const double *parameters, size_t stride, size_t count)
{
    size_t width = c->kernel->width;
    for (size_t k = 0; k < c->kernel->parameter_count; k++)
        for (size_t m = 0; m < width; m++)
            c->padded[k * width + m] = parameters[k * stride + (m < count ? m : count - 1)];
}

sd_status compiled_run(compiled *c, uint64_t first, size_t count, const double *parameters,
                       size_t stride, double *ret_scores, bool *ret_suspect)
{
    size_t width = c->kernel->width;
    for (size_t m = 0; m < count; m += width) {
        size_t members = count - m < width ? count - m : width;
        bool whole = members == width;
        if (!whole)
            pad(c, parameters + m, stride, members);
        c->call.parameters = whole ? parameters + m : c->padded;
        c->call.stride = whole ? stride : width;
        c->call.first_member = first + m;
        sd_status status = run_block(c, members);
        if (status != SD_OK)
            return status;
        for (size_t i = 0; i < members; i++) {
            ret_suspect[m + i] = c->kernel->suspects(&c->call, i);
            for (size_t s = 0; s < c->sums.count; s++)
                ret_scores[s * stride + m + i] = scores_value(&c->sums, s, i);
        }
    }
    return SD_OK;
}
