/* test_ensemble_journal.c - what a sweep has finished survives what ends it: interruptions, full disks, torn files; and
 * what does not belong together is refused.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/ensemble.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char lines[] = "stock y = 1; in f\nflow f = rate * SQRT(edge - y) + NORMAL(0, 0.001)\n"
                            "aux rate = 0.3\naux edge = 5\n";
static const char identity[] = "version: 1\nseed: 7\nscores: y@10\n";
enum { MEMBERS = 37 * 53 };

typedef struct sweep {
    desk *on;
    const char *path;
    sd_ensemble ensemble;
    sd_score score;
    uint64_t next, hash, ran; /* ran: members that no journal knew */
    uint64_t stop_after;      /* members; 0: never */
    volatile sig_atomic_t interrupted;
} sweep;

static void tell(void *context, const sd_members *members, sd_text *text)
{
    (void)context;
    for (size_t m = 0; m < members->count; m++)
        sd_text_printf(text, "%" PRIu64 " %a %a %s\n", members->first + m, members->values[m],
                       members->scores[m], members->why[m] ? members->why[m] : "");
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    sweep *s = context;

    (void)diag;
    assert_int_equal(members->first, s->next);
    s->next += members->count;
    s->hash = sd_hash_more(s->hash, text->bytes, text->length);
    if (s->stop_after && s->next >= s->stop_after)
        s->interrupted = 1;
    return SD_OK;
}

/* A sweep over rate and edge, a good part of whose members fail. */
static void set_up(sweep *s, desk *on)
{
    sd_design *design = SD_NEW(on->arena, sd_design);
    sd_factor *factors = SD_NEW_ARRAY(on->arena, sd_factor, 2);
    double *parameters;

    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, lines)));
    parameters = SD_NEW_ARRAY(on->arena, double, on->program->parameter_count);
    for (size_t k = 0; k < on->program->parameter_count; k++)
        parameters[k] = on->program->parameters[k].value;
    factors[0] = (sd_factor){"rate", desk_element(on, "rate"), 1, 0.05, 0.45, .points = 37};
    factors[1] = (sd_factor){"edge", desk_element(on, "edge"), 1, 3, 90, .points = 53};
    *design = (sd_design){
        .kind = SD_DESIGN_GRID, .member_count = MEMBERS, .factor_count = 2, .factors = factors};
    *s = (sweep){.on = on,
                 .path = sd_arena_printf(on->arena, "/tmp/journal-%ld.part", (long)getpid()),
                 .score = {.element = desk_element(on, "y"), .from = 10, .to = 10}};
    s->ensemble = (sd_ensemble){.batch = {.program = on->program,
                                          .spec = on->request.spec,
                                          .score_count = 1,
                                          .scores = &s->score,
                                          .interrupted = &s->interrupted},
                                .parameters = parameters,
                                .design = design,
                                .tell = tell,
                                .take = take,
                                .context = s};
    unlink(s->path);
}

static sd_status open_journal(sweep *s, const char *what, bool resume, sd_journal **ret_journal)
{
    const sd_journal_request request = {.path = s->path,
                                        .identity = what,
                                        .tile = 29,
                                        .score_count = 1,
                                        .part_count = 1,
                                        .member_count = MEMBERS,
                                        .resume = resume};

    s->on->diag = sd_diag_new(s->on->arena);
    return sd_journal_open(s->on->arena, &request, ret_journal, s->on->diag);
}

/* Runs with a journal until `stop_after`; what the journal had before goes to *ret_had. */
static sd_status run(sweep *s, uint64_t stop_after, uint64_t *ret_had)
{
    sd_journal *journal;
    sd_status status = open_journal(s, identity, true, &journal);

    if (status != SD_OK)
        return status;
    *ret_had = sd_journal_members(journal);
    s->next = 0;
    s->hash = sd_hash(NULL, 0);
    s->stop_after = stop_after;
    s->interrupted = 0;
    s->ensemble.journal = journal;
    status = sd_ensemble_run(&s->ensemble, s->on->diag);
    sd_journal_close(journal, status == SD_OK);
    return status;
}

static uint64_t hash_without_journal(sweep *s)
{
    s->ensemble.journal = NULL;
    s->next = s->stop_after = 0;
    s->interrupted = 0;
    s->hash = sd_hash(NULL, 0);
    assert_int_equal(sd_ensemble_run(&s->ensemble, s->on->diag), SD_OK);
    return s->hash;
}

static off_t size_of(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? facts.st_size : -1;
}

static void expect(sweep *s, sd_status status, sd_status expected, const char *message)
{
    const char *printed = desk_printed(s->on);

    assert_int_equal(status, expected);
    if (!strstr(printed, message))
        fail_msg("%s\nand not\n%s", printed, message);
}

/* ---- what survives ----------------------------------------------------------------------------------- */

static void an_interrupted_sweep_goes_on_to_the_same_bytes(void **state)
{
    sweep s;
    uint64_t had = 0, before = 0;

    set_up(&s, *state);
    const uint64_t expected = hash_without_journal(&s);
    for (uint64_t stop = 100; stop < 1500; stop += 617) {
        s.ensemble.threads = stop % 2 + 1;
        assert_int_equal(run(&s, stop, &had), SD_INTERRUPTED);
        assert_true(had >= before && had < stop + 400);
        before = had;
    }
    assert_int_equal(run(&s, 0, &had), SD_OK);
    assert_in_range(had, 1334, 1334 + 400);
    assert_true(s.hash == expected && s.next == MEMBERS);
    assert_int_equal(size_of(s.path), -1); /* a finished sweep leaves no journal */
}

static void a_finished_journal_runs_nothing_again(void **state)
{
    sweep s;
    uint64_t had = 0;
    sd_journal *journal;

    set_up(&s, *state);
    assert_int_equal(open_journal(&s, identity, false, &journal), SD_OK);
    s.ensemble.journal = journal;
    s.hash = sd_hash(NULL, 0);
    assert_int_equal(sd_ensemble_run(&s.ensemble, s.on->diag), SD_OK);
    const uint64_t expected = s.hash;
    assert_int_equal(sd_journal_members(journal), MEMBERS);
    sd_journal_close(journal, false);
    /* Other numbers come out when anything is run: then the bytes would differ. */
    ((double *)s.ensemble.parameters)[0] = 99;
    s.ensemble.batch.spec.stop = 1;
    assert_int_equal(run(&s, 0, &had), SD_OK);
    assert_int_equal(had, MEMBERS);
    assert_true(s.hash == expected);
}

/* Cut at every byte of the last two records. */
static void a_torn_record_is_run_again(void **state)
{
    sweep s;
    uint64_t had = 0, whole = 0;
    char copy[200];

    set_up(&s, *state);
    const uint64_t expected = hash_without_journal(&s);
    s.ensemble.threads = 1;
    assert_int_equal(run(&s, 3 * 29, &whole), SD_INTERRUPTED);
    const off_t size = size_of(s.path);
    (void)snprintf(copy, sizeof copy, "cp %s %s.copy", s.path, s.path);
    assert_int_equal(system(copy), 0);
    (void)snprintf(copy, sizeof copy, "cp %s.copy %s", s.path, s.path);
    for (off_t cut = 1; cut < 700; cut += cut < 30 ? 1 : 41) {
        sd_journal *journal;

        assert_int_equal(system(copy), 0);
        assert_int_equal(truncate(s.path, size - cut), 0);
        assert_int_equal(open_journal(&s, identity, true, &journal), SD_OK);
        had = sd_journal_members(journal);
        sd_journal_close(journal, false);
        assert_true(had % 29 == 0 && had >= 29 && had < 4 * 29);
        assert_true(size_of(s.path) < size - cut + 1); /* the rest is gone */
    }
    assert_int_equal(run(&s, 0, &had), SD_OK);
    assert_true(s.hash == expected);
    (void)snprintf(copy, sizeof copy, "%s.copy", s.path);
    unlink(copy);
}

static void a_journal_torn_in_its_head_begins_anew(void **state)
{
    static const off_t sizes[] = {0, 1, 8, 30, 45};
    sweep s;
    uint64_t had = 0;

    set_up(&s, *state);
    const uint64_t expected = hash_without_journal(&s);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(run(&s, 100, &had), SD_INTERRUPTED);
        assert_int_equal(truncate(s.path, sizes[i]), 0);
        assert_int_equal(run(&s, 0, &had), SD_OK);
        assert_int_equal(had, 0);
        assert_true(s.hash == expected);
    }
}

static void a_full_disk_loses_nothing_that_was_finished(void **state)
{
    sweep s;
    uint64_t had = 0;
    struct rlimit old, small = {4000, 4000};

    set_up(&s, *state);
    const uint64_t expected = hash_without_journal(&s);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const sd_status status = run(&s, 0, &had);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    expect(&s, status, SD_IO, "[E602]: cannot write '/tmp/journal-");
    expect(&s, status, SD_IO, "go on with --resume");
    assert_in_range(size_of(s.path), 3000, 4000);
    assert_int_equal(run(&s, 0, &had), SD_OK);
    assert_in_range(had, 5 * 29, 8 * 29);
    assert_true(s.hash == expected);
}

/* ---- what is refused --------------------------------------------------------------------------------- */

static void a_damaged_journal_is_refused_and_told_how_to_start_anew(void **state)
{
    sweep s;
    uint64_t had = 0;

    set_up(&s, *state);
    for (int where = 0; where < 2; where++) { /* in a record in the middle, in the head */
        assert_int_equal(run(&s, 500, &had), SD_INTERRUPTED);
        FILE *file = fopen(s.path, "r+b");
        assert_non_null(file);
        fseek(file, where ? 50 : size_of(s.path) / 2, SEEK_SET);
        const int old = fgetc(file);
        fseek(file, -1, SEEK_CUR);
        fputc(old ^ 4, file);
        fclose(file);
        const sd_status status = run(&s, 0, &had);
        expect(&s, status, SD_INVALID, "is damaged at byte ");
        expect(&s, status, SD_INVALID,
               "help: its numbers cannot be trusted: delete it to start anew");
        unlink(s.path);
    }
}

static void what_is_no_journal_is_left_alone(void **state)
{
    sweep s;
    uint64_t had = 0;

    set_up(&s, *state);
    FILE *file = fopen(s.path, "wb");
    assert_non_null(file);
    fputs("my own notes on week 12\n", file);
    fclose(file);
    expect(&s, run(&s, 0, &had), SD_INVALID, "[E608]: '/tmp/journal-");
    assert_non_null(strstr(desk_printed(s.on), "is no journal of a sweep"));
    assert_int_equal(size_of(s.path), 24);
    unlink(s.path);
}

static void a_journal_of_another_sweep_is_refused_with_what_differs(void **state)
{
    static const struct {
        const char *identity, *message;
    } others[] = {
        {"version: 1\nseed: 8\nscores: y@10\n", "is from another sweep: seed was '7', not '8'"},
        {"version: 2\nseed: 7\nscores: y@10\n", "is from another sweep: version was '1', not '2'"},
        {"version: 1\ngrid: 7\nscores: y@10\n", "it had 'seed: 7', not 'grid: 7'"},
        {"version: 1\nseed: 7\n", "is from another sweep"},
    };
    sweep s;
    sd_journal *journal;
    uint64_t had = 0;

    set_up(&s, *state);
    assert_int_equal(run(&s, 500, &had), SD_INTERRUPTED);
    const off_t size = size_of(s.path);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect(&s, open_journal(&s, others[i].identity, true, &journal), SD_INVALID,
               others[i].message);
    expect(
        &s, open_journal(&s, identity, false, &journal), SD_USAGE,
        "members of an unfinished sweep\n   = help: add --resume to go on with it, or delete it");
    assert_int_equal(size_of(s.path), size);
    assert_int_equal(run(&s, 0, &had), SD_OK);
    assert_in_range(had, 500, MEMBERS);
}

static void two_sweeps_cannot_write_one_file(void **state)
{
    sweep s;
    sd_journal *first, *second;

    set_up(&s, *state);
    assert_int_equal(open_journal(&s, identity, false, &first), SD_OK);
    expect(&s, open_journal(&s, identity, true, &second), SD_USAGE,
           "[E607]: another sweep is writing '/tmp/journal-");
    sd_journal_close(first, false); /* nothing is in it */
    assert_int_equal(size_of(s.path), -1);
    assert_int_equal(open_journal(&s, identity, false, &second), SD_OK);
    sd_journal_close(second, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(an_interrupted_sweep_goes_on_to_the_same_bytes),
        DESK_TEST(a_finished_journal_runs_nothing_again),
        DESK_TEST(a_torn_record_is_run_again),
        DESK_TEST(a_journal_torn_in_its_head_begins_anew),
        DESK_TEST(a_full_disk_loses_nothing_that_was_finished),
        DESK_TEST(a_damaged_journal_is_refused_and_told_how_to_start_anew),
        DESK_TEST(what_is_no_journal_is_left_alone),
        DESK_TEST(a_journal_of_another_sweep_is_refused_with_what_differs),
        DESK_TEST(two_sweeps_cannot_write_one_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
