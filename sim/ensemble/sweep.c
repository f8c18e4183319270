/* sweep.c - all members of a design, tile after tile, over the cores of one machine.
 * In: sd_ensemble.  Out: its `take`, called in the order of members.
 * Method: threads take the next tile that nobody has taken; a finished tile waits in its slot until those before it have been
 * handed on.  There are a few slots a thread, so that a slow tile holds nobody up for long, and no more, so that memory stays
 * bounded.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ensemble_private.h"

enum { SLOTS_EACH = 4 /* a thread */ };

typedef struct slot {
    double *values, *scores;
    int64_t failed[SD_TILE];
    const char *why[SD_TILE];
    sd_arena *why_arena; /* of the messages; NULL while nobody failed */
    sd_text text;
    sd_members members;
    bool finished, recalled; /* recalled: from the journal */
} slot;

typedef struct crew {
    const sd_ensemble *sweep;
    sd_diag *diag;
    size_t tile; /* members in each but the last */
    uint64_t tile_count, next, taken;
    size_t slot_count;
    slot *slots;
    sd_status status; /* what is not SD_OK stops all */
} crew;

typedef struct hand { /* one thread */
    sd_arena *arena;
    sd_worker *worker;
    double *parameters; /* [parameter_count][SD_TILE] */
    double *values;     /* [factor_count] of one member */
} hand;

static size_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}

size_t sd_ensemble_threads(const sd_ensemble *sweep)
{
    size_t threads = sweep->threads ? sweep->threads : processors();
    if (threads > processors())
        threads = processors();
    return threads < sweep->design->member_count ? threads : (size_t)sweep->design->member_count;
}

size_t sd_ensemble_tile(const sd_ensemble *sweep)
{
    size_t threads = sd_ensemble_threads(sweep);
    uint64_t each = (sweep->design->member_count + threads - 1) / threads;
    return each < SD_TILE ? (size_t)each : SD_TILE;
}

/* ---- one member that failed ---- */

/* What went wrong, from a run of this member alone. */
static const char *why_it_failed(const sd_ensemble *sweep, sd_arena *arena, uint64_t member,
                                 const double *parameters, int64_t point)
{
    const sd_batch *batch = &sweep->batch;
    sd_arena *scratch = sd_arena_new("a member that failed");
    sd_diag *diag = sd_diag_new(scratch);
    double *own = SD_NEW_ARRAY(scratch, double, batch->program->parameter_count + 1);
    for (size_t k = 0; k < batch->program->parameter_count; k++)
        own[k] = parameters[k * SD_TILE];
    const sd_run_request request = {.program = batch->program,
                                    .spec = batch->spec,
                                    .spec_span = batch->spec_span,
                                    .members = 1,
                                    .first_member = member,
                                    .parameters = own,
                                    .interrupted = batch->interrupted};
    const sd_trajectory *trajectory;
    sd_status status = sd_run(scratch, &request, &trajectory, diag);
    const char *why = status != SD_OK && diag->messages.count
                          ? sd_arena_printf(arena, "%s", diag->messages.items[0].text)
                          : sd_arena_printf(arena, "a value is not finite at step %" PRId64, point);
    sd_arena_free(scratch);
    return why;
}

static void ask_why(const crew *c, const hand *h, slot *s)
{
    for (size_t m = 0; m < s->members.count; m++) {
        s->why[m] = NULL;
        if (s->failed[m] < 0)
            continue;
        if (!s->why_arena)
            s->why_arena = sd_arena_new("members that failed");
        s->why[m] = why_it_failed(c->sweep, s->why_arena, s->members.first + m, h->parameters + m,
                                  s->failed[m]);
    }
}

/* ---- one tile ---- */

static void set_parameters(const sd_ensemble *sweep, const hand *h, const slot *s)
{
    const sd_design *design = sweep->design;
    const int32_t *parameter_of = sweep->batch.program->element_parameters;
    for (size_t m = 0; m < s->members.count; m++) {
        sd_design_values(design, s->members.first + m, h->values);
        for (size_t f = 0; f < design->factor_count; f++) {
            const sd_factor *factor = &design->factors[f];
            s->values[f * SD_TILE + m] = h->values[f];
            for (size_t i = 0; i < factor->count; i++) {
                int32_t k = parameter_of[factor->first + i];
                if (k >= 0)
                    h->parameters[(size_t)k * SD_TILE + m] = h->values[f];
            }
        }
    }
}

static sd_status run_members(const crew *c, const hand *h, slot *s)
{
    sd_status status = sd_worker_run(h->worker, s->members.first, s->members.count, h->parameters,
                                     SD_TILE, s->scores, s->failed);
    if (status == SD_OK)
        ask_why(c, h, s);
    return status;
}

/* SD_IO when the journal cannot be read. */
static sd_status recall_members(const crew *c, slot *s)
{
    const sd_ensemble *sweep = c->sweep;
    s->why_arena = sd_arena_new("members that failed");
    return journal_recall(sweep->journal, sweep->part, s->members.first, s->scores, s->failed,
                          s->why, s->why_arena)
               ? SD_OK
               : SD_IO;
}

static sd_status finish_tile(const crew *c, const hand *h, uint64_t tile, slot *s)
{
    const sd_ensemble *sweep = c->sweep;
    uint64_t first = tile * c->tile, left = sweep->design->member_count - first;
    s->members = (sd_members){.first = first,
                              .count = left < c->tile ? (size_t)left : c->tile,
                              .values = s->values,
                              .scores = s->scores,
                              .failed = s->failed,
                              .why = s->why};
    s->recalled = sweep->journal && journal_has(sweep->journal, sweep->part, first);
    set_parameters(sweep, h, s);
    sd_status status = s->recalled ? recall_members(c, s) : run_members(c, h, s);
    if (status != SD_OK)
        return status;
    s->text.length = 0;
    if (sweep->tell)
        sweep->tell(sweep->context, &s->members, &s->text);
    return SD_OK;
}

/* ---- all of them ---- */

/* Hands on every finished tile whose turn has come.  One thread at a time. */
static void hand_on(crew *c)
{
    for (slot *s = &c->slots[c->taken % c->slot_count]; s->finished;
         s = &c->slots[c->taken % c->slot_count]) {
        s->finished = false;
        if (c->status == SD_OK)
            c->status = c->sweep->take(c->sweep->context, &s->members, &s->text, c->diag);
        sd_arena_free(s->why_arena);
        s->why_arena = NULL;
        c->taken++;
    }
}

enum { CLAIMED, WAIT, NO_MORE };

static int claim(crew *c, uint64_t *ret_tile)
{
    int answer = NO_MORE;
#pragma omp critical(sd_crew)
    {
        const volatile sig_atomic_t *interrupted = c->sweep->batch.interrupted;
        if (interrupted && *interrupted && c->status == SD_OK)
            c->status = SD_INTERRUPTED;
        if (c->status == SD_OK && c->next < c->tile_count) {
            answer = c->next < c->taken + c->slot_count ? CLAIMED : WAIT;
            *ret_tile = c->next;
            c->next += answer == CLAIMED;
        }
    }
    return answer;
}

/* A tile that has been run is kept at once, and handed on when its turn comes.  One thread at a time. */
static void note_finished(crew *c, slot *s, sd_status status)
{
    const sd_ensemble *sweep = c->sweep;
    if (status == SD_OK && sweep->journal && !s->recalled)
        status = journal_keep(sweep->journal, sweep->part, &s->members, c->diag);
    else if (status != SD_OK && s->recalled)
        status = journal_fail_reading(sweep->journal, c->diag);
    if (status != SD_OK && c->status == SD_OK)
        c->status = status;
    s->finished = true;
    hand_on(c);
}

static void work(crew *c, const hand *h)
{
    const struct timespec moment = {.tv_nsec = 100000};
    uint64_t tile;
    for (int answer = claim(c, &tile); answer != NO_MORE; answer = claim(c, &tile)) {
        if (answer == WAIT) { /* for the slowest tile */
            (void)nanosleep(&moment, NULL);
            continue;
        }
        slot *s = &c->slots[tile % c->slot_count];
        sd_status status = finish_tile(c, h, tile, s);
#pragma omp critical(sd_crew)
        note_finished(c, s, status);
    }
}

static sd_status hand_open(hand *h, const sd_ensemble *sweep, sd_diag *diag)
{
    const sd_program *p = sweep->batch.program;
    h->arena = sd_arena_new("a thread of a sweep");
    h->parameters = sd_arena_rows(h->arena, p->parameter_count * SD_TILE + 1);
    h->values = SD_NEW_ARRAY(h->arena, double, sweep->design->factor_count + 1);
    for (size_t k = 0; k < p->parameter_count; k++)
        for (size_t m = 0; m < SD_TILE; m++)
            h->parameters[k * SD_TILE + m] = sweep->parameters[k];
    return sd_worker_new(h->arena, &sweep->batch, &h->worker, diag);
}

static void hand_close(hand *h)
{
    sd_worker_free(h->worker);
    sd_arena_free(h->arena);
}

static void slots_open(crew *c, sd_arena *arena, sd_arena *const *texts)
{
    c->slots = SD_NEW_ARRAY(arena, slot, c->slot_count);
    for (size_t i = 0; i < c->slot_count; i++) {
        c->slots[i].values = sd_arena_rows(arena, c->sweep->design->factor_count * SD_TILE + 1);
        c->slots[i].scores = sd_arena_rows(arena, c->sweep->batch.score_count * SD_TILE + 1);
        c->slots[i].text = sd_text_new(texts[i]);
    }
}

sd_status sd_ensemble_run(const sd_ensemble *sweep, sd_diag *diag)
{
    size_t threads = sd_ensemble_threads(sweep), opened = 0;
    uint64_t members = sweep->design->member_count;
    crew c = {.sweep = sweep,
              .diag = diag,
              .tile = sweep->journal ? sd_journal_tile(sweep->journal) : sd_ensemble_tile(sweep)};
    c.tile_count = (members + c.tile - 1) / c.tile;
    c.slot_count = threads * SLOTS_EACH;
    sd_arena *arena = sd_arena_new("a sweep");
    hand *hands = SD_NEW_ARRAY(arena, hand, threads);
    /* Texts grow while their tile runs, and an arena belongs to one thread. */
    sd_arena **texts = SD_NEW_ARRAY(arena, sd_arena *, c.slot_count);
    for (size_t i = 0; i < c.slot_count; i++)
        texts[i] = sd_arena_new("tiles as text");
    slots_open(&c, arena, texts);
    while (opened < threads && c.status == SD_OK)
        c.status = hand_open(&hands[opened++], sweep, diag);
    if (c.status == SD_OK) {
#pragma omp parallel for num_threads(threads) schedule(static, 1)
        for (size_t i = 0; i < threads; i++)
            work(&c, &hands[i]);
    }
    for (size_t i = 0; i < c.slot_count; i++) {
        sd_arena_free(c.slots[i].why_arena);
        sd_arena_free(texts[i]);
    }
    for (size_t i = 0; i < opened; i++)
        hand_close(&hands[i]);
    sd_arena_free(arena);
    return c.status;
}
