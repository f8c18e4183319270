/* cmd_sweep.c - many members of one or several scenarios: a table of their scores, and a summary.
 * In: inputs, a design, scores.  Out: CSV or JSON, row after row as members finish; a summary for people.
 * Into a file, what is finished is kept in FILE.part until the table stands whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep_study.h"

/* What is shared while members run. */
typedef struct sweep_call {
    call *call;
    sweep_study study;
    const swept *now;
    sd_member_table table;
    FILE *to; /* NULL: no table is written */
    uint64_t hash;
    sd_journal *journal; /* NULL: none */
    const char *part;    /* its path */
    progress_bar bar;
    uint64_t done, recalled; /* of all scenarios; recalled: that the journal had */
} sweep_call;

/* ---- running ---- */

static void tell(void *context, const sd_members *members, sd_text *text)
{
    const sweep_call *s = context;
    if (s->to)
        sd_member_table_add(&s->table, s->now->scenario->name, s->now->scenario->spec.seed, members,
                            s->now == s->study.list && members->first == 0, text);
}

static void write_text(sweep_call *s, const sd_text *text)
{
    if (!s->to)
        return;
    fwrite(text->bytes, 1, text->length, s->to);
    s->hash = sd_hash_more(s->hash, text->bytes, text->length);
}

/* What an earlier sweep had finished is no work of this one. */
static void tell_progress(sweep_call *s)
{
    char rate[40];
    const uint64_t count = s->study.member_count;
    if (s->done <= s->recalled || count <= s->recalled)
        return;
    const double fresh = (double)(s->done - s->recalled);
    (void)snprintf(rate, sizeof rate, "%.0f members/s  ",
                   fresh / (sd_clock_seconds() - s->bar.began));
    progress_tell(&s->bar, fresh / (double)(count - s->recalled), rate);
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    sweep_call *s = context;
    write_text(s, text);
    if (s->to && ferror(s->to)) /* who closes the file says why */
        return sd_fail(diag, SD_E602, SD_NOWHERE, "the table could not be written");
    sd_summary_add(s->now->summary, members);
    s->done += members->count;
    tell_progress(s);
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
                                   .interrupted = c->interrupted},
                         .parameters = one->parameters,
                         .design = one->design,
                         .threads = (size_t)c->given.threads,
                         .journal = s->journal,
                         .part = (size_t)(one - s->study.list),
                         .tell = tell,
                         .take = take,
                         .context = s};
}

static sd_status run_one(sweep_call *s, swept *one)
{
    call *c = s->call;
    sd_ensemble ensemble = ensemble_of(s, one);
    double began = sd_clock_seconds();
    sd_kernel_policy policy = c->given.interpret ? SD_KERNEL_NONE
                              : c->given.native  ? SD_KERNEL_NATIVE
                                                 : SD_KERNEL_AUTO;
    ensemble.batch.kernel =
        sd_kernel_find(c->arena, &ensemble.batch, one->design->member_count, policy, c->diag);
    one->kernel = ensemble.batch.kernel;
    one->summary = sd_summary_new(c->arena, s->study.score_count);
    s->now = one;
    sd_status status = sd_ensemble_run(&ensemble, c->diag);
    one->seconds = sd_clock_seconds() - began;
    return status;
}

static sd_status run_all(sweep_call *s)
{
    call *c = s->call;
    sd_status status = SD_OK;
    sd_text text = sd_text_new(c->arena);
    s->hash = sd_hash(NULL, 0);
    s->bar = progress_begin();
    sd_member_table_begin(&s->table, &text);
    write_text(s, &text);
    for (size_t i = 0; i < s->study.count && status == SD_OK; i++)
        status = run_one(s, &s->study.list[i]);
    text.length = 0;
    sd_member_table_end(&s->table, &text);
    write_text(s, &text);
    progress_end(&s->bar);
    return status;
}

/* ---- the table ---- */

static bool begins(const char *word, const char *with, size_t least)
{
    const size_t length = strcspn(word, "=");
    return length >= least && strncmp(word, with, length) == 0;
}

/* Leaves out of the command what only says how it was run, so that equal sweeps have equal provenance. */
static void forget_how(call *c)
{
    char **kept = SD_NEW_ARRAY(c->arena, char *, (size_t)c->argument_count + 1);
    int count = 0;
    for (int i = 0; i < c->argument_count; i++) {
        const char *word = c->arguments[i];
        const bool threads = strncmp(word, "-j", 2) == 0 || begins(word, "--threads", 4);
        if (threads) /* its number may be the next word */
            i += strcmp(word, "-j") == 0 || (word[1] == '-' && !strchr(word, '='));
        else if (!begins(word, "--resume", 5) && !begins(word, "--force", 4) &&
                 strcmp(word, "-f") != 0)
            kept[count++] = c->arguments[i];
    }
    c->arguments = kept;
    c->argument_count = count;
}

static sd_status close_outputs(sweep_call *s, outputs *o)
{
    call *c = s->call;
    const sweep_study *all = &s->study;
    size_t column_count;
    const sd_column *columns =
        sd_member_table_columns(c->arena, &s->table, all->list->scenario->model, &column_count);
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, all->count);
    for (size_t i = 0; i < all->count; i++)
        results[i] = (sd_result){all->list[i].scenario, all->list[i].program, &all->list[i].counts};
    const sd_provenance known = {
        .facts = true, .sweep = true, .members = all->members, .output_hash = s->hash};
    forget_how(c);
    return outputs_close(c, o, &known, results, all->count, columns, column_count,
                         all->member_count);
}

/* The file that a sweep's journal stands beside: there is no place for it beside stdout or a device. */
static bool has_place_for_journal(const char *path)
{
    struct stat facts;
    return strcmp(path, "-") != 0 && (stat(path, &facts) != 0 || S_ISREG(facts.st_mode));
}

static sd_status open_journal(sweep_call *s, const char *path)
{
    call *c = s->call;
    const sweep_study *all = &s->study;
    const sd_ensemble first = ensemble_of(s, all->list);
    s->part = sd_arena_printf(c->arena, "%s.part", path);
    const sd_journal_request request = {.path = s->part,
                                        .identity = sweep_identity(c, all),
                                        .tile = sd_ensemble_tile(&first),
                                        .score_count = all->score_count,
                                        .part_count = all->count,
                                        .member_count = all->list->design->member_count,
                                        .resume = c->given.resume};
    sd_status status = sd_journal_open(c->arena, &request, &s->journal, c->diag);
    if (status != SD_OK)
        return status;
    s->recalled = sd_journal_members(s->journal);
    /* Half-written tables of the killed process that this one goes on for. */
    if (s->recalled) {
        (void)unlink(sd_arena_printf(c->arena, "%s.tmp", path));
        (void)unlink(sd_arena_printf(c->arena, "%s.meta.json.tmp", path));
    }
    return SD_OK;
}

static void close_journal(sweep_call *s, sd_status status)
{
    call *c = s->call;
    if (!s->journal)
        return;
    const uint64_t kept = sd_journal_members(s->journal);
    sd_journal_close(s->journal, status == SD_OK);
    if (status == SD_OK || kept == 0)
        return;
    c->kept = sd_arena_printf(c->arena,
                              "%" PRIu64 " of %" PRIu64
                              " members are kept in '%s'; the same command with --resume goes on",
                              kept, s->study.member_count, s->part);
}

static sd_status write_table(sweep_call *s, const char *path)
{
    outputs o;
    const bool journaled = has_place_for_journal(path);
    sd_status status = outputs_open(s->call, path, &o);
    if (status == SD_OK && journaled) { /* that was to see whether it can be written at all */
        outputs_abandon(&o);
        status = open_journal(s, path);
        if (status == SD_OK)
            status = outputs_open(s->call, path, &o);
    }
    if (status == SD_OK) {
        s->to = o.data.stream;
        status = run_all(s);
        if (status == SD_OK)
            status = close_outputs(s, &o);
        else
            outputs_abandon(&o);
    }
    close_journal(s, status);
    return status;
}

/* ---- the command ---- */

static sd_status check_call(call *c)
{
    const arguments *given = &c->given;
    sd_status status = SD_OK;
    if (given->inputs.count == 0) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'sweep' needs an input");
        sd_help(c->diag, "for example: treadmill sweep tools-only --grid "
                         "expectation_pass_through=0:1.6:9");
    } else if (given->resume && !(given->output && has_place_for_journal(given->output))) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "'--resume' goes on with a file, and there is none");
        sd_help(c->diag, "name the file of the interrupted sweep, as in -o FILE.csv");
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

sd_status cmd_sweep(call *c)
{
    sweep_call s = {.call = c};
    const char *path = c->given.output;
    sd_status status = check_call(c);
    if (status == SD_OK)
        status = sweep_study_new(c, &s.study);
    if (status != SD_OK)
        return status;
    s.table = (sd_member_table){.json = c->given.json,
                                .with_scenario = s.study.count > 1,
                                .factor_count = s.study.list->design->factor_count,
                                .score_count = s.study.score_count,
                                .factors = s.study.list->design->factors,
                                .scores = s.study.list->scores};
    bool summary =
        wants_table(&c->given) && !(path && strcmp(path, "-") == 0) && !(c->given.json && !path);
    if (path || !summary)
        status = write_table(&s, path ? path : "-");
    else
        status = run_all(&s);
    if (status == SD_OK && summary)
        print_sweep(c, &s.study);
    if (status == SD_OK && summary && path)
        study_tell_written(path);
    return status == SD_OK ? refuse_all_failed(&s) : status;
}
