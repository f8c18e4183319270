/* test_ensemble_sweep.c - sweeps: the same members in the same order with any number of threads, in bounded memory, and an
 * end when somebody asks for one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/ensemble.h"

#include <inttypes.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char lines[] = "stock y = 1; in f\nflow f = rate * SQRT(edge - y) + NORMAL(0, 0.001)\n"
                            "aux rate = 0.3\naux edge = 5\n";

/* What a sweep hands on. */
typedef struct listener {
    uint64_t next; /* member that has to come now */
    uint64_t tiles, failed;
    double sum;
    uint64_t hash;
    uint64_t stop_after, fail_after; /* members; 0: never */
    volatile sig_atomic_t interrupted;
    char first_why[80];
    bool good; /* in order, and scores where there should be some */
} listener;

static void tell(void *context, const sd_members *members, sd_text *text)
{
    (void)context;
    for (size_t m = 0; m < members->count; m++)
        sd_text_printf(text, "%" PRIu64 " %a %a %a %s\n", members->first + m, members->values[m],
                       members->values[SD_TILE + m], members->scores[m],
                       members->why[m] ? members->why[m] : "");
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    listener *l = context;

    l->good = l->good && members->first == l->next; /* a thread cannot fail a test by itself */
    l->next += members->count;
    l->tiles++;
    l->hash = sd_hash_more(l->hash, text->bytes, text->length);
    for (size_t m = 0; m < members->count; m++) {
        l->failed += members->failed[m] >= 0;
        if (members->failed[m] < 0)
            l->sum += members->scores[m];
        else if (!l->first_why[0])
            (void)snprintf(l->first_why, sizeof l->first_why, "%s", members->why[m]);
        l->good = l->good && (members->failed[m] >= 0) == (isnan(members->scores[m]) != 0);
    }
    if (l->stop_after && l->next >= l->stop_after)
        l->interrupted = 1;
    return l->fail_after && l->next >= l->fail_after ? sd_fail(diag, SD_E602, SD_NOWHERE, "no room")
                                                     : SD_OK;
}

/* A sweep over rate and edge, `a` times `b` members. */
static sd_ensemble sweep_of(desk *on, sd_score *score, size_t threads, uint64_t a, uint64_t b,
                            listener *l)
{
    static const sd_factor empty = {0};
    sd_design *design = SD_NEW(on->arena, sd_design);
    sd_factor *factors = SD_NEW_ARRAY(on->arena, sd_factor, 2);
    double *parameters;

    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines)));
    parameters = SD_NEW_ARRAY(on->arena, double, on->program->parameter_count);
    for (size_t k = 0; k < on->program->parameter_count; k++)
        parameters[k] = on->program->parameters[k].value;
    factors[0] = factors[1] = empty;
    factors[0] = (sd_factor){.name = "rate",
                             .first = desk_element(on, "rate"),
                             .count = 1,
                             .low = 0.05,
                             .high = 0.45,
                             .points = a};
    factors[1] = (sd_factor){.name = "edge",
                             .first = desk_element(on, "edge"),
                             .count = 1,
                             .low = 3,
                             .high = 90,
                             .points = b};
    *design = (sd_design){
        .kind = SD_DESIGN_GRID, .member_count = a * b, .factor_count = 2, .factors = factors};
    *score = (sd_score){.element = desk_element(on, "y"), .from = 10, .to = 10};
    *l = (listener){.hash = sd_hash(NULL, 0), .good = true};
    return (sd_ensemble){.batch = {.program = on->program,
                                   .spec = on->request.spec,
                                   .score_count = 1,
                                   .scores = score,
                                   .interrupted = &l->interrupted},
                         .parameters = parameters,
                         .design = design,
                         .threads = threads,
                         .tell = tell,
                         .take = take,
                         .context = l};
}

static void any_number_of_threads_hands_on_the_same_bytes_in_order(void **state)
{
    desk *on = *state;
    static const size_t threads[] = {1, 2, 7, 0};
    listener first, other;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 1, 37, 53, &first);

    assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_OK);
    assert_true(first.good);
    assert_int_equal(first.next, 37 * 53);
    assert_in_range(first.failed, 1, 37 * 53 / 2);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        sweep = sweep_of(on, &score, threads[i], 37, 53, &other);
        assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_OK);
        assert_true(other.good && other.hash == first.hash && other.next == first.next);
    }
}

/* Every member against sd_run for its parameters alone. */
static void members_are_what_runs_of_their_own_are(void **state)
{
    desk *on = *state;
    listener l;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 2, 5, 29, &l);
    double sum = 0, values[2], own[3];
    uint64_t failed = 0;
    size_t y;

    assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_OK);
    assert_int_equal(on->program->parameter_count, 3);
    for (uint64_t m = 0; m < 5 * 29; m++) {
        sd_design_values(sweep.design, m, values);
        memcpy(own, sweep.parameters, sizeof own);
        for (size_t f = 0; f < 2; f++)
            own[on->program->element_parameters[sweep.design->factors[f].first]] = values[f];
        on->request.parameters = own;
        on->request.first_member = m;
        if (desk_run(on) != SD_OK) {
            if (failed++ == 0)
                assert_string_equal(l.first_why, on->diag->messages.items[0].text);
            continue;
        }
        y = sd_trajectory_column(on->trajectory, score.element);
        sum += sd_trajectory_value(on->trajectory, on->trajectory->time_count - 1, y, 0);
    }
    assert_true(sum == l.sum);
    assert_int_equal(failed, l.failed);
}

static void a_listener_that_fails_ends_the_sweep(void **state)
{
    desk *on = *state;
    listener l;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 2, 100, 100, &l);

    l.fail_after = 700;
    assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_IO);
    assert_in_range(l.next, 700, 763); /* not a tile more */
}

static void a_sweep_stops_when_it_is_asked_to(void **state)
{
    desk *on = *state;
    listener l;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 2, 100, 100, &l);

    l.stop_after = 700;
    assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_INTERRUPTED);
    assert_in_range(l.next, 700, 9999);
}

static void small_sweeps_spread_over_the_threads(void **state)
{
    desk *on = *state;
    listener l;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 2, 3, 4, &l);

    assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_OK);
    assert_int_equal(l.next, 12);
    assert_int_equal(l.tiles, sd_ensemble_threads(&sweep));
    sweep = sweep_of(on, &score, 50, 1, 2, &l);
    assert_true(sd_ensemble_threads(&sweep) <= 2); /* never more than members */
}

/* [kB] of a process that sweeps so many members and keeps a summary. */
static long peak_of(desk *on, uint64_t members)
{
    pid_t child = fork();
    struct rusage usage = {0};
    int status = -1;

    if (child == 0) {
        listener l;
        sd_score score;
        sd_ensemble sweep = sweep_of(on, &score, 2, members / 100, 100, &l);

        _exit(sd_ensemble_run(&sweep, on->diag) == SD_OK && l.next == members ? 0 : 1);
    }
    assert_true(child > 0 && wait4(child, &status, 0, &usage) == child);
    assert_int_equal(status, 0);
    return usage.ru_maxrss;
}

#if defined(__SANITIZE_ADDRESS__)
enum { FREED_MEMORY_IS_KEPT = true };
#else
enum { FREED_MEMORY_IS_KEPT = false };
#endif

static void memory_does_not_grow_with_the_number_of_members(void **state)
{
    if (FREED_MEMORY_IS_KEPT) /* by the sanitizer, which looks for uses of it */
        skip();
    long few = peak_of(*state, 10000), many = peak_of(*state, 200000);

    /* Twenty times as many, and 200,000 numbers alone would be 1.6 MB; a page here and there differs. */
    assert_true(many - few < 1000);
}

/* ---- the summary ------------------------------------------------------------------------------------- */

typedef struct fake {
    double scores[2 * SD_TILE];
    int64_t failed[SD_TILE];
    const char *why[SD_TILE];
} fake;

/* Score 0 of member m is m times 7 modulo `count`: every number once; score 1 is missing but in two members. */
static void add_members(sd_summary *summary, uint64_t count)
{
    fake f = {0};

    for (uint64_t first = 0; first < count; first += SD_TILE) {
        size_t here = count - first < SD_TILE ? (size_t)(count - first) : SD_TILE;

        for (size_t m = 0; m < here; m++) {
            uint64_t member = first + m;

            f.failed[m] = member == 20 ? 3 : -1;
            f.why[m] = member == 20 ? "'y' is infinite at time 1.5" : NULL;
            f.scores[m] = (double)(member * 7 % count);
            f.scores[SD_TILE + m] = member == 5 || member == 9 ? 2.5 * (double)member : (double)NAN;
        }
        sd_summary_add(summary, &(sd_members){.first = first,
                                              .count = here,
                                              .scores = f.scores,
                                              .failed = f.failed,
                                              .why = f.why});
    }
}

static void a_summary_of_few_members_is_exact(void **state)
{
    desk *on = *state;
    sd_summary *summary = sd_summary_new(on->arena, 2);
    uint64_t member;

    add_members(summary, 1001);
    sd_summary_row row = sd_summary_score(summary, 0);

    assert_int_equal(row.count, 1000);
    assert_true(row.lowest == 0 && row.lowest_at == 0);
    assert_true(row.highest == 994); /* 7 divides 1001: its multiples, seven times each */
    assert_int_equal(row.highest_at, 142);
    assert_false(row.estimated);
    row = sd_summary_score(summary, 1);
    assert_int_equal(row.count, 2);
    assert_true(row.median == 17.5 && row.lowest_at == 5 && row.highest_at == 9);
    assert_int_equal(sd_summary_failed(summary), 1);
    assert_string_equal(sd_summary_first_why(summary, &member), "'y' is infinite at time 1.5");
    assert_int_equal(member, 20);
}

static void a_summary_of_many_members_has_the_median_of_a_sample(void **state)
{
    desk *on = *state;
    sd_summary *summary = sd_summary_new(on->arena, 2);

    add_members(summary, 1000003);
    sd_summary_row row = sd_summary_score(summary, 0);

    assert_true(row.estimated);
    assert_int_equal(row.count, 1000002);
    assert_true(row.lowest == 0 && row.highest == 1000002);
    /* A sample of n has its median at the quantile 1/2 within 4 of its standard errors 1 / (2 sqrt(n)); n > 8192. */
    assert_true(fabs(row.median / 1000003 - 0.5) < 4 / (2 * sqrt(8192)));
}

/* Counts how often each member came. */
static sd_status count_members(void *context, const sd_members *members, const sd_text *text,
                               sd_diag *diag)
{
    unsigned char *times = context;

    (void)text, (void)diag;
    for (size_t m = 0; m < members->count; m++)
        times[members->first + m]++;
    return SD_OK;
}

static void
processes_that_share_a_sweep_run_each_tile_once_but_for_those_that_are_done(void **state)
{
    enum { MEMBERS = 41 * 53, TILES = (MEMBERS + SD_TILE - 1) / SD_TILE, SHARES = 3 };
    desk *on = *state;
    unsigned char times[MEMBERS] = {0}, done[TILES] = {[0] = 1, [1] = 1, [7] = 1, [TILES - 1] = 1};
    listener l;
    sd_score score;
    sd_ensemble sweep = sweep_of(on, &score, 2, 41, 53, &l);

    sweep.tell = NULL;
    sweep.take = count_members;
    sweep.context = times;
    sweep.share_count = SHARES;
    sweep.done = done;
    for (sweep.share = 0; sweep.share < SHARES; sweep.share++) {
        size_t before = 0, after = 0;
        for (size_t m = 0; m < MEMBERS; m++)
            before += times[m];
        assert_int_equal(sd_ensemble_run(&sweep, on->diag), SD_OK);
        for (size_t m = 0; m < MEMBERS; m++)
            after += times[m];
        /* What is left, 30 tiles, is dealt evenly. */
        assert_int_equal(after - before, 10 * SD_TILE);
    }
    for (size_t m = 0; m < MEMBERS; m++)
        assert_int_equal(times[m], !done[m / SD_TILE]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First, because a process that had threads cannot have a child with threads. */
        DESK_TEST(memory_does_not_grow_with_the_number_of_members),
        DESK_TEST(any_number_of_threads_hands_on_the_same_bytes_in_order),
        DESK_TEST(members_are_what_runs_of_their_own_are),
        DESK_TEST(a_listener_that_fails_ends_the_sweep),
        DESK_TEST(a_sweep_stops_when_it_is_asked_to),
        DESK_TEST(small_sweeps_spread_over_the_threads),
        DESK_TEST(a_summary_of_few_members_is_exact),
        DESK_TEST(a_summary_of_many_members_has_the_median_of_a_sample),
        DESK_TEST(processes_that_share_a_sweep_run_each_tile_once_but_for_those_that_are_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
