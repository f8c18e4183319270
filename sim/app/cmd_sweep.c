/* cmd_sweep.c - many members of one or several scenarios: a table of their scores, and a summary.
 * In: inputs, a design, scores.  Out: CSV or JSON, row after row as members finish; a summary for people.
 * Into a file, what is finished is kept in FILE.part until the table stands whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "sweep_study.h"

/* What is shared while members run. */
typedef struct sweep_call {
    call *call;
    sweep_study study;
    const swept *now;
    sweep_sink *sink; /* NULL: no table is written */
    sd_ranks ranks;
    size_t threads; /* of this process; 0: as many as there are processors */
    sweep_journals journals;
    progress_bar bar;
    uint64_t shared;      /* members that are in the journals of all ranks */
    uint64_t done, to_do; /* members of all scenarios, without what an earlier sweep had finished */
} sweep_call;

/* ---- running ---- */

static size_t number_of(const sweep_call *s, const swept *one)
{
    return (size_t)(one - s->study.list);
}

static void tell(void *context, const sd_members *members, sd_text *text)
{
    const sweep_call *s = context;
    if (s->sink)
        sweep_sink_tell(s->sink, number_of(s, s->now), members, text);
}

static void tell_progress(sweep_call *s, const sd_members *members)
{
    char rate[40];
    s->done += members->count;
    if (s->done > s->to_do) /* what comes out of journals is no work */
        return;
    (void)snprintf(rate, sizeof rate, "%.0f members/s  ",
                   (double)s->done / (sd_clock_seconds() - s->bar.began));
    progress_tell(&s->bar, (double)s->done / (double)s->to_do, rate);
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    sweep_call *s = context;
    if (s->sink) {
        sd_status status = sweep_sink_take(s->sink, number_of(s, s->now), members, text, diag);
        if (status != SD_OK)
            return status;
    }
    sd_summary_add(s->now->summary, members);
    tell_progress(s, members);
    return SD_OK;
}

/* Of a share: what is finished goes into the journal, and nowhere else yet. */
static sd_status take_share(void *context, const sd_members *members, const sd_text *text,
                            sd_diag *diag)
{
    (void)text, (void)diag;
    tell_progress(context, members);
    return SD_OK;
}

static sd_ensemble ensemble_of(sweep_call *s, const swept *one)
{
    const call *c = s->call;
    return (sd_ensemble){.batch = {.program = one->program,
                                   .spec = one->scenario->spec,
                                   .spec_span = one->scenario->spec_span,
                                   .score_count = s->study.score_count,
                                   .scores = one->scores,
                                   .kernel = one->kernel,
                                   .interrupted = c->interrupted},
                         .parameters = one->parameters,
                         .design = one->design,
                         .threads = s->threads,
                         .journal = s->journals.own,
                         .part = number_of(s, one),
                         .tell = tell,
                         .take = take,
                         .context = s};
}

static void find_kernel(sweep_call *s, swept *one)
{
    call *c = s->call;
    const sd_ensemble ensemble = ensemble_of(s, one);
    if (!one->kernel)
        one->kernel = sd_kernel_find(c->arena, &ensemble.batch, one->design->member_count,
                                     sweep_kernel_policy(&c->given), c->diag);
}

static sd_status run_one(sweep_call *s, swept *one)
{
    const double began = sd_clock_seconds();
    find_kernel(s, one);
    one->summary = sd_summary_new(s->call->arena, s->study.shown_count);
    s->now = one;
    const sd_ensemble ensemble = ensemble_of(s, one);
    sd_status status = sd_ensemble_run(&ensemble, s->call->diag);
    one->seconds += sd_clock_seconds() - began;
    return status;
}

static sd_status run_all(sweep_call *s)
{
    sd_status status = SD_OK;
    s->done = 0;
    s->to_do = s->ranks.count > 1 ? 0 : s->study.member_count - s->journals.recalled;
    s->bar = progress_begin();
    for (size_t i = 0; i < s->study.count && status == SD_OK; i++)
        status = run_one(s, &s->study.list[i]);
    progress_end(&s->bar);
    return status;
}

/* ---- ranks ---- */

static sd_status run_share(sweep_call *s, swept *one)
{
    const double began = sd_clock_seconds();
    find_kernel(s, one);
    s->now = one;
    sd_ensemble ensemble = ensemble_of(s, one);
    ensemble.tell = NULL;
    ensemble.take = take_share;
    ensemble.share = s->ranks.rank;
    ensemble.share_count = s->ranks.count;
    ensemble.done = sweep_journals_done(&s->journals, ensemble.part);
    sd_status status = sd_ensemble_run(&ensemble, s->call->diag);
    one->seconds = sd_clock_seconds() - began;
    return status;
}

/* Each rank runs its tiles into its own journal; then rank 0 has them all. */
static sd_status run_shares(sweep_call *s)
{
    sweep_journals *j = &s->journals;
    sd_status status = SD_OK;
    s->to_do = (s->study.member_count - j->recalled) / s->ranks.count;
    s->bar = progress_begin();
    for (size_t i = 0; i < s->study.count && status == SD_OK; i++)
        status = run_share(s, &s->study.list[i]);
    progress_end(&s->bar);
    if (s->ranks.rank > 0) {
        s->call->silent = status == SD_OK || status == SD_INTERRUPTED;
        sd_journal_close(j->own, false);
        j->own = NULL;
    }
    s->shared = j->recalled + sd_ranks_sum(s->done);
    const sd_status worst = sd_ranks_worst(status);
    s->call->silent |= status == SD_OK && worst != SD_OK; /* who failed says so */
    status = worst;
    if (status != SD_OK || s->ranks.rank > 0)
        return status;
    s->threads *= s->ranks.beside; /* the others are done */
    sd_ranks_widen();
    return sweep_journals_gather(s->call, j);
}

/* ---- the table ---- */

/* `before`: whether the table can be written. */
static sd_status open_journals(sweep_call *s, const char *path, sd_status before)
{
    call *c = s->call;
    const sweep_study *all = &s->study;
    const sd_ensemble first = ensemble_of(s, all->list);
    const uint64_t members = all->list->design->member_count;
    const size_t tile = sd_ensemble_tile(&first);
    const uint64_t each = (members + s->ranks.count - 1) / s->ranks.count;
    s->journals.request = (sd_journal_request){.path = sd_arena_printf(c->arena, "%s.part", path),
                                               .identity = sweep_identity(c, all),
                                               .tile = each < tile ? (size_t)each : tile,
                                               .score_count = all->score_count,
                                               .part_count = all->count,
                                               .member_count = members,
                                               .resume = c->given.resume};
    sd_status status = sweep_journals_open(c, &s->ranks, before, &s->journals);
    if (status == SD_OK && c->given.resume && s->ranks.rank == 0) {
        /* half-written tables of the process that was killed */
        (void)unlink(sd_arena_printf(c->arena, "%s.tmp", path));
        (void)unlink(sd_arena_printf(c->arena, "%s.meta.json.tmp", path));
    }
    return status;
}

static void close_journals(sweep_call *s, sd_status status)
{
    sweep_journals *j = &s->journals;
    const uint64_t kept = s->shared ? s->shared : j->own ? sd_journal_members(j->own) : 0;
    if (j->own)
        sd_journal_close(j->own, status == SD_OK);
    if (status != SD_OK)
        sweep_tell_kept(s->call, kept, s->study.member_count, j->request.path);
}

static sd_status check_place(call *c, const char *path)
{
    return sweep_is_netcdf(path) ? sd_file_check(c->arena, path, c->given.force, c->diag)
                                 : outputs_check(c, path);
}

static sd_status write_table(sweep_call *s, const char *path)
{
    sd_status status = SD_OK;
    if (!sd_file_in_place(path)) {
        if (s->ranks.rank == 0)
            status = check_place(s->call, path);
        status = open_journals(s, path, status);
        if (status == SD_OK && s->ranks.count > 1)
            status = run_shares(s);
    }
    if (status == SD_OK && s->ranks.rank == 0)
        status = sweep_sink_open(s->call, &s->study, path, &s->sink);
    if (status == SD_OK && s->ranks.rank == 0)
        status = sweep_sink_close(s->sink, run_all(s));
    close_journals(s, status);
    return status;
}

/* ---- the command ---- */

static sd_status check_call(call *c, const sd_ranks *ranks)
{
    const arguments *given = &c->given;
    const bool placed = given->output && !sd_file_in_place(given->output);
    sd_status status = SD_OK;
    if (given->inputs.count == 0) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'sweep' needs an input");
        sd_help(c->diag, "for example: treadmill sweep tools-only --grid "
                         "expectation_pass_through=0:1.6:9");
    } else if (given->resume && !placed) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "'--resume' goes on with a file, and there is none");
        sd_help(c->diag, "name the file of the interrupted sweep, as in -o FILE.csv");
    } else if (ranks->count > 1 && !placed) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "several processes share a sweep through files, and there is none");
        sd_help(c->diag, "name a file in a folder that all of them reach, as in -o FILE.csv");
    } else if (given->output && sweep_is_netcdf(given->output) && given->json) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' is netCDF, and '--json' asks for JSON",
                         given->output);
    }
    return status;
}

/* The table says why, but a sweep without a single score is no success. */
static sd_status refuse_all_failed(const sweep_call *s)
{
    const sweep_study *all = &s->study;
    uint64_t failed = 0, member;
    for (size_t i = 0; i < all->count; i++)
        failed += sd_summary_failed(all->list[i].summary);
    if (failed < all->member_count)
        return SD_OK;
    return sd_fail(s->call->diag, SD_E501, SD_NOWHERE, "every member failed; the first: %s",
                   sd_summary_first_why(all->list->summary, &member));
}

static sd_status sweep(sweep_call *s)
{
    call *c = s->call;
    const char *path = c->given.output;
    sd_status status = check_call(c, &s->ranks);
    if (status == SD_OK)
        status = sweep_study_new(c, &s->study);
    if (status != SD_OK)
        return status;
    bool summary =
        wants_table(&c->given) && !(path && strcmp(path, "-") == 0) && !(c->given.json && !path);
    if (path || !summary)
        status = write_table(s, path ? path : "-");
    else
        status = run_all(s);
    if (status != SD_OK || s->ranks.rank > 0)
        return status;
    if (summary)
        print_sweep(c, &s->study);
    if (summary && path)
        study_tell_written(path);
    return refuse_all_failed(s);
}

sd_status cmd_sweep(call *c)
{
    sweep_call s = {.call = c};
    sd_status status = sd_ranks_join(&s.ranks, c->diag);
    c->silent = s.ranks.rank > 0;
    s.threads = c->given.threads ? (size_t)c->given.threads : s.ranks.threads;
    if (status == SD_OK)
        status = sweep(&s);
    sd_ranks_leave();
    return status;
}
