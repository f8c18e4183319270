/* cmd_sweep.c - many members of one or several scenarios: a table of their scores, and a summary.
 * In: inputs, a design, scores.  Out: CSV or JSON, row after row as members finish; a summary for people.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "app_private.h"

/* One scenario of a sweep. */
typedef struct swept {
    const sd_scenario *scenario;
    const sd_program *program;
    const sd_design *design;
    sd_score *scores;
    sd_summary *summary;
    const sd_kernel *kernel; /* NULL: the interpreter */
    sd_trajectory counts;    /* for the provenance: no values, only how many members and steps */
    double seconds;
} swept;

/* All of them, and what is shared while they run. */
typedef struct sweep_call {
    call *call;
    swept *list;
    size_t count, score_count;
    const swept *now;
    sd_member_table table;
    FILE *to; /* NULL: no table is written */
    uint64_t hash;
    progress_bar bar;
    uint64_t done, members; /* of all scenarios */
} sweep_call;

/* ---- what is swept ---- */

static sd_status read_design(const call *c, const sd_scenario *scenario, const sd_source *members,
                             const sd_design **ret_design, sd_diag *diag)
{
    if (members)
        return sd_design_from_csv(c->arena, scenario, members, ret_design, diag);
    return sd_design_from_grid(c->arena, scenario, c->given.grid.items, c->given.grid.count,
                               ret_design, diag);
}

/* What is plausible was said for the first scenario: for a further one only errors are news. */
static sd_status read_design_of(sweep_call *s, size_t which, const sd_source *members)
{
    call *c = s->call;
    swept *one = &s->list[which];
    if (which > 0 &&
        read_design(c, one->scenario, members, &one->design, sd_diag_new(c->arena)) == SD_OK)
        return SD_OK;
    return read_design(c, one->scenario, members, &one->design, c->diag);
}

static sd_status add_spec(call *c, const sd_scenario *scenario, const char *text, const char *from,
                          sd_score *ret_score)
{
    const sd_source *source = sd_source_from_text(c->arena, from, text, strlen(text));
    return sd_score_from_spec(c->arena, scenario, (sd_span){source, 0, source->length}, ret_score,
                              c->diag);
}

/* The last saved value of every stock. */
static void score_stocks(call *c, const sd_scenario *scenario, sd_score *scores, size_t *ret_count,
                         double last)
{
    const sd_model *model = scenario->model;
    char time[SD_NUMBER_MAX];
    (void)sd_number_format(last, time);
    *ret_count = 0;
    for (size_t element = 0; element < model->element_count; element++)
        if (model->element_variables[element]->kind == SD_STOCK)
            scores[(*ret_count)++] = (sd_score){
                .element = element,
                .kind = SD_SCORE_AT,
                .from = last,
                .to = last,
                .spec = sd_arena_printf(c->arena, "%s@%s",
                                        sd_model_element_name(model, element, c->arena), time)};
}

/* Those of the first scenario decide for all, so that every row has the same columns. */
static sd_status choose_scores(sweep_call *s, swept *one, double last)
{
    call *c = s->call;
    const sd_scenario *scenario = one->scenario;
    const text_list *asked = &c->given.score;
    sd_status status = SD_OK;
    if (one != s->list) {
        one->scores = SD_NEW_ARRAY(c->arena, sd_score, s->score_count + 1);
        for (size_t i = 0; i < s->score_count && status == SD_OK; i++)
            status = add_spec(c, scenario, s->list->scores[i].spec, "--score", &one->scores[i]);
        return status;
    }
    size_t room = asked->count + scenario->scores.count + scenario->model->element_count + 1;
    one->scores = SD_NEW_ARRAY(c->arena, sd_score, room);
    for (size_t i = 0; i < asked->count; i++) {
        sd_status added = add_spec(c, scenario, asked->items[i], "--score", &one->scores[i]);
        status = status == SD_OK ? added : status;
    }
    s->score_count = asked->count;
    if (asked->count)
        return status;
    s->score_count = scenario->scores.count;
    for (size_t i = 0; i < s->score_count; i++)
        one->scores[i] = scenario->scores.items[i];
    if (s->score_count == 0)
        score_stocks(c, scenario, one->scores, &s->score_count, last);
    if (s->score_count > 0)
        return SD_OK;
    status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' has no stock to score", scenario->name);
    sd_help(c->diag, "say what to score, as in --score 'x@26'");
    return status;
}

/* The program without what no score depends on, as far as a kernel of the binary allows when there may be one. */
static sd_status compile(sweep_call *s, swept *one)
{
    call *c = s->call;
    const sd_scenario *scenario = one->scenario;
    size_t *scored = SD_NEW_ARRAY(c->arena, size_t, s->score_count + 1), count = s->score_count;
    for (size_t i = 0; i < s->score_count; i++)
        scored[i] = one->scores[i].element;
    const size_t *wanted = scored;
    if (!c->given.interpret)
        wanted = sd_kernel_wanted(scenario->model, scenario->shocks.count, scored, s->score_count,
                                  &count);
    return sd_program_new_wanted(c->arena, scenario->model, scenario->shocks.items,
                                 scenario->shocks.count, wanted, count, &one->program, c->diag);
}

static sd_status prepare(sweep_call *s, size_t which, const sd_source *members)
{
    call *c = s->call;
    swept *one = &s->list[which];
    sd_scenario *scenario;
    int64_t steps, save_every;
    sd_status status = study_read(c, c->given.inputs.items[which], &scenario);
    if (status != SD_OK)
        return status;
    one->scenario = scenario;
    study_warn_units(c, scenario, c->given.inputs.items[which]);
    status = sd_run_spec_count(&scenario->spec, scenario->spec_span, &steps, &save_every,
                               sd_diag_new(c->arena));
    one->counts.stats.steps = status == SD_OK ? steps : 0; /* what is wrong, the worker will say */
    double last = status == SD_OK ? scenario->spec.start +
                                        (double)(steps - steps % save_every) * scenario->spec.dt
                                  : scenario->spec.stop;
    status = read_design_of(s, which, members);
    sd_status scored = choose_scores(s, one, last);
    if (status == SD_OK)
        status = scored;
    if (status == SD_OK)
        status = compile(s, one);
    if (status != SD_OK)
        return status;
    if (which == 0)
        sd_design_warn_unused(one->design, one->program, c->diag);
    one->counts.time_count = one->design->member_count;
    s->members += one->design->member_count;
    return SD_OK;
}

/* ---- running ---- */

static void tell(void *context, const sd_members *members, sd_text *text)
{
    const sweep_call *s = context;
    if (s->to)
        sd_member_table_add(&s->table, s->now->scenario->name, s->now->scenario->spec.seed, members,
                            s->now == s->list && members->first == 0, text);
}

static void write_text(sweep_call *s, const sd_text *text)
{
    if (!s->to)
        return;
    fwrite(text->bytes, 1, text->length, s->to);
    s->hash = sd_hash_more(s->hash, text->bytes, text->length);
}

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    sweep_call *s = context;
    char rate[40];
    write_text(s, text);
    if (s->to && ferror(s->to)) /* who closes the file says why */
        return sd_fail(diag, SD_E602, SD_NOWHERE, "the table could not be written");
    sd_summary_add(s->now->summary, members);
    s->done += members->count;
    (void)snprintf(rate, sizeof rate, "%.0f members/s  ",
                   (double)s->done / (sd_clock_seconds() - s->bar.began));
    progress_tell(&s->bar, (double)s->done / (double)s->members, rate);
    return SD_OK;
}

static sd_status run_one(sweep_call *s, swept *one)
{
    call *c = s->call;
    sd_ensemble sweep = {.batch = {.program = one->program,
                                   .spec = one->scenario->spec,
                                   .spec_span = one->scenario->spec_span,
                                   .score_count = s->score_count,
                                   .scores = one->scores,
                                   .interrupted = c->interrupted},
                         .parameters = sd_run_parameters(c->arena, one->program, one->scenario),
                         .design = one->design,
                         .threads = (size_t)c->given.threads,
                         .tell = tell,
                         .take = take,
                         .context = s};
    double began = sd_clock_seconds();
    sd_kernel_policy policy = c->given.interpret ? SD_KERNEL_NONE
                              : c->given.native  ? SD_KERNEL_NATIVE
                                                 : SD_KERNEL_AUTO;
    sweep.batch.kernel =
        sd_kernel_find(c->arena, &sweep.batch, one->design->member_count, policy, c->diag);
    one->kernel = sweep.batch.kernel;
    one->summary = sd_summary_new(c->arena, s->score_count);
    s->now = one;
    sd_status status = sd_ensemble_run(&sweep, c->diag);
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
    for (size_t i = 0; i < s->count && status == SD_OK; i++)
        status = run_one(s, &s->list[i]);
    text.length = 0;
    sd_member_table_end(&s->table, &text);
    write_text(s, &text);
    progress_end(&s->bar);
    return status;
}

/* ---- the table ---- */

static sd_status close_outputs(sweep_call *s, outputs *o, const sd_source *members)
{
    call *c = s->call;
    size_t column_count;
    const sd_column *columns =
        sd_member_table_columns(c->arena, &s->table, s->list->scenario->model, &column_count);
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, s->count);
    for (size_t i = 0; i < s->count; i++)
        results[i] = (sd_result){s->list[i].scenario, s->list[i].program, &s->list[i].counts};
    const sd_provenance known = {
        .facts = true, .sweep = true, .members = members, .output_hash = s->hash};
    return outputs_close(c, o, &known, results, s->count, columns, column_count, s->members);
}

static sd_status write_table(sweep_call *s, const char *path, const sd_source *members)
{
    outputs o;
    sd_status status = outputs_open(s->call, path, &o);
    if (status != SD_OK)
        return status;
    s->to = o.data.stream;
    status = run_all(s);
    if (status == SD_OK)
        return close_outputs(s, &o, members);
    outputs_abandon(&o);
    return status;
}

/* ---- the summary ---- */

enum { FEW = 3 /* factors: with more, a member is named by its number */ };

/* "0.4, 8": the values of a member's factors, or "member 12". */
static const char *place_text(call *c, const sd_design *design, uint64_t member)
{
    if (design->factor_count == 0 || design->factor_count > FEW)
        return sd_arena_printf(c->arena, "member %" PRIu64, member);
    double *values = SD_NEW_ARRAY(c->arena, double, design->factor_count);
    sd_text text = sd_text_new(c->arena);
    sd_design_values(design, member, values);
    for (size_t f = 0; f < design->factor_count; f++)
        sd_text_printf(&text, "%s%s", f ? ", " : "", plain_text(c->arena, values[f]));
    return text.bytes;
}

/* "expectation_pass_through, manager_span"; "" where members are named by their numbers. */
static const char *factor_names(call *c, const sd_design *design)
{
    sd_text text = sd_text_new(c->arena);
    for (size_t f = 0; design->factor_count <= FEW && f < design->factor_count; f++)
        sd_text_printf(&text, "%s%s", f ? ", " : "", design->factors[f].name);
    return text.bytes;
}

static void print_failures(call *c, const swept *one)
{
    uint64_t member, failed = sd_summary_failed(one->summary);
    const char *why = sd_summary_first_why(one->summary, &member);
    if (failed)
        printf("\n%" PRIu64 " of %s failed; the first is member %" PRIu64 " (%s): %s\n", failed,
               counted(c->arena, one->design->member_count, "member"), member,
               place_text(c, one->design, member), why);
}

enum { CELL = 12, PLACE = 16 };

static void print_score(call *c, const swept *one, const char *spec, const sd_summary_row *row,
                        int width)
{
    const double values[] = {row->lowest, row->median, row->highest};
    uint64_t seen = row->count + sd_summary_failed(one->summary);
    print_padded(spec, width);
    for (size_t i = 0; i < 3; i++)
        print_padded(plain_text(c->arena, values[i]), -CELL);
    if (row->count > 0 && row->lowest < row->highest) {
        printf("    ");
        print_padded(place_text(c, one->design, row->lowest_at), PLACE);
        printf("%s", place_text(c, one->design, row->highest_at));
    }
    if (seen < one->design->member_count)
        printf("   never in %s", counted(c->arena, one->design->member_count - seen, "member"));
    printf("\n");
}

static void print_summary(const sweep_call *s, const swept *one)
{
    static const char *const heads[] = {"lowest", "median", "highest"};
    call *c = s->call;
    const char *names = factor_names(c, one->design);
    int width = 0;
    bool estimated = false;
    for (size_t i = 0; i < s->score_count; i++)
        width = text_width(one->scores[i].spec) > width ? text_width(one->scores[i].spec) : width;
    print_head(c, one->scenario, one->seconds);
    printf("%s, %.4g a second%s%s\n\n%*s", counted(c->arena, one->design->member_count, "member"),
           (double)one->design->member_count / one->seconds,
           !c->given.verbose ? ""
           : one->kernel     ? ", compiled for "
                             : ", interpreted",
           c->given.verbose && one->kernel ? sd_kernel_instructions(one->kernel) : "", width, "");
    for (size_t i = 0; i < 3; i++)
        print_padded(heads[i], -CELL);
    printf("    lowest at       highest at%s%s\n", *names ? ": " : "", names);
    for (size_t i = 0; i < s->score_count; i++) {
        sd_summary_row row = sd_summary_score(one->summary, i);
        print_score(c, one, one->scores[i].spec, &row, width);
        estimated |= row.estimated;
    }
    if (estimated)
        printf("(medians are those of a sample of the members)\n");
    print_failures(c, one);
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
    } else if (given->members && given->grid.count) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "members come from '--grid' or from '--from', not from both");
    }
    return status;
}

static sd_status prepare_all(sweep_call *s, const sd_source **ret_members)
{
    enum { TABLE_BYTES_MAX = 1 << 30 };
    call *c = s->call;
    sd_status status = SD_OK;
    *ret_members = NULL;
    if (c->given.members)
        status =
            sd_source_from_file(c->arena, c->given.members, TABLE_BYTES_MAX, ret_members, c->diag);
    for (size_t i = 0; i < s->count && status == SD_OK; i++)
        status = prepare(s, i, *ret_members);
    if (status != SD_OK || s->members <= SD_MEMBERS_MAX)
        return status;
    status = sd_fail(c->diag, SD_E702, SD_NOWHERE,
                     "the scenarios together have more than %d members", SD_MEMBERS_MAX);
    sd_help(c->diag, "sweep them one by one");
    return status;
}

/* The table says why, but a sweep without a single score is no success. */
static sd_status refuse_all_failed(const sweep_call *s)
{
    uint64_t failed = 0, member;
    for (size_t i = 0; i < s->count; i++)
        failed += sd_summary_failed(s->list[i].summary);
    if (failed < s->members)
        return SD_OK;
    return sd_fail(s->call->diag, SD_E501, SD_NOWHERE, "every member failed; the first: %s",
                   sd_summary_first_why(s->list->summary, &member));
}

sd_status cmd_sweep(call *c)
{
    sweep_call s = {.call = c, .count = c->given.inputs.count};
    const sd_source *members;
    const char *path = c->given.output;
    sd_status status = check_call(c);
    if (status != SD_OK)
        return status;
    s.list = SD_NEW_ARRAY(c->arena, swept, s.count);
    status = prepare_all(&s, &members);
    if (status != SD_OK)
        return status;
    s.table = (sd_member_table){.json = c->given.json,
                                .with_scenario = s.count > 1,
                                .factor_count = s.list->design->factor_count,
                                .score_count = s.score_count,
                                .factors = s.list->design->factors,
                                .scores = s.list->scores};
    bool summary =
        wants_table(&c->given) && !(path && strcmp(path, "-") == 0) && !(c->given.json && !path);
    if (path || !summary)
        status = write_table(&s, path ? path : "-", members);
    else
        status = run_all(&s);
    for (size_t i = 0; status == SD_OK && summary && i < s.count; i++) {
        if (i)
            printf("\n");
        print_summary(&s, &s.list[i]);
    }
    if (status == SD_OK && summary && path)
        study_tell_written(path);
    return status == SD_OK ? refuse_all_failed(&s) : status;
}
