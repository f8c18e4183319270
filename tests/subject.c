/* subject.c - what is measured of sweeps: one model, and who runs its members.
 * In: a compiled model and who contends.  Out: rows of a table.  The contenders take turns, forwards and backwards, and each
 * time is the median of all its turns.  One thread's time is what it spent on a processor, so that other work on the
 * machine counts little; that of sweeps is the clock's.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject.h"

#include <linux/perf_event.h>
#include <math.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- contenders -------------------------------------------------------------------------------------- */

static void run_peer(subject *s, contender *c)
{
    const sd_run_spec *spec = &s->batch.spec;
    const sd_model *model = s->whole->model;
    int64_t steps = llround((spec->stop - spec->start) / spec->dt),
            every = llround(spec->save_interval / spec->dt);
    peer_run *run = spec->method == SD_METHOD_EULER ? s->peer.euler : s->peer.rk4;
    const double *last = s->peer_values + (size_t)(steps / every) * model->element_count;

    for (size_t m = 0; m < s->members; m++) {
        for (size_t k = 0; k < s->whole->parameter_count; k++)
            s->own[k] = s->parameters[k * s->members + m];
        run(s->own, spec->start, spec->dt, spec->stop, steps, every, s->peer_values);
        for (size_t i = 0; i < s->batch.score_count; i++)
            c->scores[i * s->members + m] = last[s->batch.scores[i].element];
    }
}

static void run_worker(subject *s, contender *c)
{
    int64_t failed[SD_TILE];

    for (size_t m = 0; m < s->members; m += c->tile) {
        size_t count = s->members - m < c->tile ? s->members - m : c->tile;

        if (sd_worker_run(c->worker, m, count, s->parameters + m, s->members, c->scores + m,
                          failed) != SD_OK)
            exit(1);
    }
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    contender *c = context;

    (void)text;
    (void)diag;
    for (size_t i = 0; i < c->subject->batch.score_count; i++)
        c->hash = sd_hash_more(c->hash, members->scores + i * SD_TILE,
                               members->count * sizeof *members->scores);
    return SD_OK;
}

static void run_ensemble(subject *s, contender *c)
{
    sd_ensemble e = {.batch = s->batch,
                     .parameters = s->first,
                     .design = &s->design,
                     .threads = c->threads,
                     .take = take,
                     .context = c};

    e.batch.kernel = c->kernel;
    c->hash = sd_hash(NULL, 0);
    if (sd_ensemble_run(&e, s->on->diag) != SD_OK)
        exit(1);
}

static void run_hand(subject *s, contender *c)
{
    const sd_run_spec *spec = &s->batch.spec;

    c->hand(s->hand_rows, s->members, llround((spec->stop - spec->start) / spec->dt), spec->dt,
            c->scores);
}

/* Instructions that this thread has retired, -1 where the system does not count them for us. */
static int64_t instructions_so_far(void)
{
    static int counter = -2;
    struct perf_event_attr asked = {.type = PERF_TYPE_HARDWARE,
                                    .size = sizeof asked,
                                    .config = PERF_COUNT_HW_INSTRUCTIONS,
                                    .exclude_kernel = 1};
    int64_t count;

    if (counter == -2)
        counter = (int)syscall(SYS_perf_event_open, &asked, 0, -1, -1, 0);
    return counter >= 0 && read(counter, &count, sizeof count) == sizeof count ? count : -1;
}

/* ---- the measurement --------------------------------------------------------------------------------- */

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void take_turn(subject *s, contender *c)
{
    clockid_t clock = c->threads ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    int64_t counted = instructions_so_far();
    double spent = seconds_of(CLOCK_PROCESS_CPUTIME_ID), began = seconds_of(clock);

    c->work(s, c);
    c->times[c->turns] = seconds_of(clock) - began;
    c->cores += (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - spent) / c->times[c->turns] / (2 * TURNS);
    c->turns++;
    c->instructions = counted < 0 || c->threads ? -1 : instructions_so_far() - counted;
}

static double median_of(contender *c)
{
    qsort(c->times, c->turns, sizeof *c->times, stopwatch_by_size);
    return 0.5 * (c->times[(c->turns - 1) / 2] + c->times[c->turns / 2]);
}

/* Kernels and the interpreter to the bit; what is written otherwise, to 1e-9 of the larger. */
static void compare(const subject *s, const contender *c, const contender *with, bool exact)
{
    for (size_t i = 0; i < s->batch.score_count * s->members; i++) {
        double a = c->scores[i], b = with->scores[i];

        if (exact ? memcmp(&a, &b, sizeof a) == 0 : is_near(a, b, 1e-9, 1e-12))
            continue;
        printf("  %s: '%s' and '%s' differ: %.17g, %.17g\n", s->title, c->name, with->name, a, b);
        exit(1);
    }
}

static void print_row(const subject *s, contender *c, double of_peer)
{
    double each = median_of(c) / (double)(c->threads ? s->design.member_count : s->members);

    printf("  %-44s %10.3f us", c->name, each * 1e6);
    if (c->baseline)
        printf("   %.2f of one thread's speed (the machine gave it %.2f cores)",
               median_of(c->baseline) / median_of(c), c->cores);
    else
        printf("  %7.2f x P", of_peer / each);
    if (c->of)
        printf("   %.2f of '%s'", median_of(c->of) / median_of(c), c->of->name);
    if (c->instructions >= 0)
        printf("   %.0f instructions", (double)c->instructions / (double)s->members);
    printf("\n");
}

void subject_measure(subject *s)
{
    contender *interpreter = NULL;

    printf("\n%s: %zu members, %s\n", s->title, s->members, sd_method_name(s->batch.spec.method));
    for (size_t turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < s->contender_count; i++)
            take_turn(s, &s->contenders[i]);
        for (size_t i = s->contender_count; i-- > 0;)
            take_turn(s, &s->contenders[i]);
    }
    for (size_t i = 0; i < s->contender_count; i++)
        interpreter =
            s->contenders[i].work == run_worker && !interpreter ? &s->contenders[i] : interpreter;
    for (size_t i = 0; i < s->contender_count; i++) {
        contender *c = &s->contenders[i];

        if (!c->threads)
            compare(s, c, interpreter, c->work == run_worker);
        else if (c->baseline && c->hash != c->baseline->hash) {
            printf("  %s: the number of threads changes the scores\n", s->title);
            exit(1);
        }
    }
    double of_peer = median_of(&s->contenders[0]) / (double)s->members;
    for (size_t i = 0; i < s->contender_count; i++)
        print_row(s, &s->contenders[i], of_peer);
    for (size_t i = 0; i < s->batch.score_count * s->members; i++)
        stopwatch_check(interpreter->scores[i]);
}

/* ---- subjects ---------------------------------------------------------------------------------------- */

static contender *add(subject *s, const char *name, void (*work)(subject *, contender *))
{
    contender *c = &s->contenders[s->contender_count++];

    *c = (contender){.name = name, .work = work, .subject = s};
    c->scores = sd_arena_rows(s->on->arena, s->batch.score_count * s->members);
    return c;
}

static contender *add_worker(subject *s, const char *name, const sd_program *program,
                             const sd_kernel *kernel)
{
    contender *c = add(s, name, run_worker);

    c->tile = SD_TILE;
    c->batch = s->batch;
    c->batch.program = program;
    c->batch.kernel = kernel;
    if (sd_worker_new(s->on->arena, &c->batch, &c->worker, s->on->diag) != SD_OK)
        exit(1);
    return c;
}

void subject_add_hand(subject *s, const char *name, hand_kernel *hand, const char *const *rows,
                      size_t count, const char *against)
{
    contender *c = add(s, name, run_hand);

    c->hand = hand;
    for (size_t i = 0; i < count; i++) {
        size_t k = (size_t)s->whole->element_parameters[desk_element(s->on, rows[i])];

        s->hand_rows[i] = s->parameters + k * s->members;
    }
    for (size_t i = 0; i < s->contender_count; i++)
        if (strcmp(s->contenders[i].name, against) == 0)
            s->contenders[i].of = c;
}

void subject_open(subject *s, desk *on, const char *title, size_t members, size_t swept,
                  const char *const *names, size_t count, const char *vary)
{
    sd_score *scores = SD_NEW_ARRAY(on->arena, sd_score, count);
    size_t *elements = SD_NEW_ARRAY(on->arena, size_t, count), wanted_count;
    const sd_run_spec *spec = &on->request.spec;

    *s = (subject){.on = on, .title = title, .members = members, .whole = on->program};
    for (size_t i = 0; i < count; i++) {
        elements[i] = desk_element(on, names[i]);
        scores[i] = (sd_score){.element = elements[i], .from = spec->stop, .to = spec->stop};
    }
    const size_t *wanted = sd_kernel_wanted(on->model, 0, elements, count, &wanted_count);
    if (sd_program_new_wanted(on->arena, on->model, NULL, 0, wanted, wanted_count,
                              &s->batch.program, on->diag) != SD_OK ||
        sd_program_new_wanted(on->arena, on->model, NULL, 0, elements, count, &s->narrow,
                              on->diag) != SD_OK)
        exit(1);
    s->batch.spec = *spec;
    s->batch.score_count = count;
    s->batch.scores = scores;
    size_t k_count = on->program->parameter_count, points = 1;
    points += (size_t)llround((spec->stop - spec->start) / spec->save_interval);
    s->parameters = SD_NEW_ARRAY(on->arena, double, k_count *members);
    s->first = SD_NEW_ARRAY(on->arena, double, k_count);
    s->own = SD_NEW_ARRAY(on->arena, double, k_count);
    s->peer_values = SD_NEW_ARRAY(on->arena, double, points * on->model->element_count);
    size_t varied = desk_element(on, vary);
    double value = on->program->parameters[on->program->element_parameters[varied]].value;
    s->factor = (sd_factor){.name = vary,
                            .first = varied,
                            .count = 1,
                            .low = 0.8 * value,
                            .high = 1.2 * value,
                            .points = swept};
    s->design = (sd_design){
        .kind = SD_DESIGN_GRID, .member_count = swept, .factor_count = 1, .factors = &s->factor};
    for (size_t k = 0; k < k_count; k++) {
        s->first[k] = on->program->parameters[k].value;
        for (size_t m = 0; m < members; m++) {
            double *to = &s->parameters[k * members + m];

            *to = s->first[k];
            if (on->program->parameters[k].element == varied)
                sd_design_values(&s->design, m * (swept / members), to);
        }
    }
}

bool subject_add_all(subject *s)
{
    const sd_kernel *best = NULL;
    const char *set;

    if (!peer_open(s->on->arena, s->whole, &s->peer)) {
        printf("\n%s: there is no C compiler for the baseline\n", s->title);
        return false;
    }
    add(s, "P: scalar C of a peer", run_peer);
    add_worker(s, "the interpreter, 64 members side by side", s->narrow, NULL);
    add_worker(s, "the interpreter, 8 members side by side", s->narrow, NULL)->tile = 8;
    for (size_t i = 0; (set = sd_instructions_here(i)); i++) {
        const sd_kernel *kernel =
            sd_kernel_native(s->on->arena, s->batch.program, set, s->on->diag);

        if (!kernel)
            continue;
        best = best ? best : kernel;
        add_worker(s, sd_arena_printf(s->on->arena, "compiled for %s", set), s->batch.program,
                   kernel);
    }
    contender *one = add(s, "a sweep of it on 1 thread", run_ensemble);
    one->threads = 1;
    contender *two = add(s, "a sweep of it on 2 threads", run_ensemble);
    two->threads = 2;
    two->baseline = one;
    one->kernel = two->kernel = best;
    return true;
}

void subject_close(subject *s)
{
    for (size_t i = 0; i < s->contender_count; i++)
        sd_worker_free(s->contenders[i].worker);
    peer_close(&s->peer);
}
