/* sense_study.c - what an output depends on: members are chosen, run and looked at.
 * In: the call.  Out: sense_study.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sense_study.h"

/* ---- running ---- */

typedef struct runner {
    sense_study *study;
    double *results; /* [output_count][member_count] */
    bool *failed;    /* [member_count] */
    progress_bar bar;
} runner;

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    runner *r = context;
    sense_study *s = r->study;
    const uint64_t count = s->one.design->member_count;
    char rate[40];
    (void)text;
    (void)diag;
    for (size_t m = 0; m < members->count; m++) {
        const size_t place = sense_place(s, members->first + m);
        r->failed[place] = members->failed[m] >= 0;
        for (size_t i = 0; i < s->output_count; i++)
            r->results[i * count + place] = members->scores[i * SD_TILE + m];
        if (r->failed[place] && s->failed++ == 0) {
            s->first_failed = members->first + m;
            s->why = sd_arena_printf(s->call->arena, "%s", members->why[m]);
        }
    }
    const double done = (double)(members->first + members->count);
    (void)snprintf(rate, sizeof rate, "%.0f members/s  ",
                   done / (sd_clock_seconds() - r->bar.began));
    progress_tell(&r->bar, done / (double)count, rate);
    return SD_OK;
}

static sd_status run_members(sense_study *s, runner *r)
{
    call *c = s->call;
    swept *one = &s->one;
    const uint64_t count = one->design->member_count;
    if ((double)count * (double)s->output_count * sizeof(double) > SD_RUN_BYTES_MAX)
        return sd_fail(c->diag, SD_E702, SD_NOWHERE,
                       "%" PRIu64 " members with %zu outputs each do not fit into memory", count,
                       s->output_count);
    r->results = SD_NEW_ARRAY(c->arena, double, count * s->output_count + 1);
    r->failed = SD_NEW_ARRAY(c->arena, bool, count + 1);
    sd_ensemble ensemble = {.batch = {.program = one->program,
                                      .spec = one->scenario->spec,
                                      .spec_span = one->scenario->spec_span,
                                      .score_count = s->output_count,
                                      .scores = one->scores,
                                      .interrupted = c->interrupted},
                            .parameters = sd_run_parameters(c->arena, one->program, one->scenario),
                            .design = one->design,
                            .threads = (size_t)c->given.threads,
                            .journal = s->kept.journal,
                            .take = take,
                            .context = r};
    ensemble.batch.kernel =
        sd_kernel_find(c->arena, &ensemble.batch, count, sweep_kernel_policy(&c->given), c->diag);
    r->bar = progress_begin();
    sd_status status = sd_ensemble_run(&ensemble, c->diag);
    progress_end(&r->bar);
    if (status == SD_OK && s->failed == count)
        status =
            sd_fail(c->diag, SD_E501, SD_NOWHERE, "every member failed; the first: %s", s->why);
    return status;
}

/* ---- measures ---- */

typedef struct decisive {
    double weight;
    size_t factor;
} decisive;

static int by_weight(const void *x, const void *y)
{
    const decisive *a = x, *b = y;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->factor > b->factor) - (a->factor < b->factor);
}

/* What is not known counts least. */
static double weight_of(const sense_output *o, size_t factor)
{
    double weight =
        o->morris ? o->morris[factor].mu_star.value : o->sobol->list[factor].total.value;
    return isnan(weight) ? -(double)INFINITY : weight;
}

static void put_in_order(const sense_study *s, sense_output *o)
{
    const size_t k = s->factor_count;
    size_t *order = SD_NEW_ARRAY(s->call->arena, size_t, k);
    decisive *list = SD_NEW_ARRAY(s->call->arena, decisive, k);
    for (size_t f = 0; f < k && !o->oat; f++)
        list[f] = (decisive){weight_of(o, f), f};
    if (!o->oat)
        qsort(list, k, sizeof *list, by_weight);
    for (size_t f = 0; f < k; f++)
        order[f] = o->oat ? o->oat[f].factor : list[f].factor;
    o->order = order;
}

/* So many that the bootstrap takes seconds, not minutes, but never few. */
static size_t resamples_for(const sense_study *s)
{
    enum { MOST = 1000, LEAST = 200 };
    const double k = (double)s->factor_count,
                 work = (double)s->rows * (3 * k + (s->pairs ? k * (k - 1) / 2 : 0));
    return (size_t)fmin(MOST, fmax(LEAST, 4e9 / work));
}

static void warn_unsettled(const sense_study *s, const sense_output *o)
{
    const sd_estimate *widest = NULL;
    const char *of = "", *how = "";
    bool unsettled = false, crossed = false;
    for (size_t f = 0; f < s->factor_count; f++) {
        const sd_sobol_index *index = &o->sobol->list[f];
        const sd_estimate *both[] = {&index->first, &index->total};
        unsettled |= index->wide || index->crossed;
        crossed |= index->crossed;
        for (int i = 0; i < 2; i++)
            if (!widest || both[i]->high - both[i]->low > widest->high - widest->low) {
                widest = both[i];
                of = s->factors[f].name;
                how = i ? "in total" : "alone";
            }
    }
    if (!unsettled)
        return;
    sd_warn(s->call->diag, SD_W915, SD_NOWHERE,
            "the indices of %s are not settled yet: that of '%s' %s lies between %.2f and %.2f%s",
            o->what, of, how, widest->low, widest->high,
            crossed ? ", and some are larger alone than in total" : "");
    sd_help(s->call->diag, "take more rows than %zu: half the width takes four times as many",
            s->rows);
}

static void measure_sobol(sense_study *s, sense_output *o)
{
    const size_t n = s->rows, k = s->factor_count;
    const sd_sobol_request request = {.count = n,
                                      .factor_count = k,
                                      .a = o->results,
                                      .b = o->results + n,
                                      .ab = o->results + 2 * n,
                                      .ba = s->pairs ? o->results + (2 + k) * n : NULL,
                                      .resamples = resamples_for(s),
                                      .seed = s->one.scenario->spec.seed,
                                      .threads = (int)s->call->given.threads,
                                      .interrupted = s->call->interrupted};
    o->sobol = sd_sobol_new(s->call->arena, &request);
    put_in_order(s, o);
    if (o->sobol->varies && !s->over_time)
        warn_unsettled(s, o);
}

static void measure(sense_study *s, sense_output *o)
{
    enum { RESAMPLES = 1000 };
    sd_arena *arena = s->call->arena;
    if (s->method == SENSE_OAT)
        o->oat = sd_oat_new(arena, s->factor_count, o->results);
    if (s->method == SENSE_MORRIS)
        o->morris = sd_morris_new(arena, s->one.scenario->spec.seed, s->rows, s->factor_count,
                                  o->results, RESAMPLES, s->call->interrupted);
    if (s->method == SENSE_SOBOL)
        measure_sobol(s, o);
    else
        put_in_order(s, o);
}

/* ---- discovery ---- */

/* Which factors the cases are spread over otherwise than the rest, by more than chance among so many (Bonferroni); NULL: none
 * is, so that only several together can tell. */
static const bool *different(const sd_region_row *region, sd_arena *arena, size_t count)
{
    bool *is_different = SD_NEW_ARRAY(arena, bool, count), any = false;
    for (size_t i = 0; i < count; i++)
        any |= is_different[region[i].factor] = region[i].p_value * (double)count < 0.05;
    return any ? is_different : NULL;
}

static void discover(sense_study *s, const runner *r)
{
    sd_arena *arena = s->call->arena;
    const size_t count = s->rows - (size_t)s->failed, k = s->factor_count;
    double *values = SD_NEW_ARRAY(arena, double, k *count + 1),
           *member = SD_NEW_ARRAY(arena, double, k);
    bool *is_case = SD_NEW_ARRAY(arena, bool, count + 1);
    size_t at = 0;
    for (size_t m = 0; m < s->rows; m++) {
        if (r->failed[m])
            continue;
        sd_design_values(s->one.design, m, member);
        for (size_t f = 0; f < k; f++)
            values[f * count + at] = member[f];
        is_case[at] = sd_condition_holds(&s->condition, r->results[m]);
        s->found += is_case[at++];
    }
    s->left_out = (size_t)s->failed;
    s->cases = (sd_cases){count, k, values, is_case};
    if (s->found == 0 || s->found == count)
        return;
    s->region = sd_region_new(arena, &s->cases);
    const sd_prim_request request = {s->cases, different(s->region, arena, k), sd_prim_alpha,
                                     sd_prim_least, s->call->interrupted};
    s->prim = sd_prim_new(arena, &request);
}

/* ---- all ---- */

static sd_status choose_method(sense_study *s)
{
    arguments *given = &s->call->given;
    const bool sample = given->mc || given->lhs;
    const int asked = given->oat + (given->morris >= 0) + (given->sobol != NULL);
    if (given->discover) {
        s->method = SENSE_DISCOVER;
        if (!sample && !given->sobol)
            given->lhs = "1000";
        if (!given->oat && given->morris < 0 && !given->of && !given->over_time && !given->pairs)
            return SD_OK;
        return sd_fail(s->call->diag, SD_E701, SD_NOWHERE,
                       "'--discover' takes a sample by --lhs, --sobol or --mc and nothing else");
    }
    s->method = given->morris >= 0 ? SENSE_MORRIS : given->sobol ? SENSE_SOBOL : SENSE_OAT;
    s->pairs = given->pairs;
    if (asked > 1 || sample)
        return sd_fail(s->call->diag, SD_E701, SD_NOWHERE,
                       sample ? "'--lhs' and '--mc' are samples for '--discover'"
                              : "choose one of '--oat', '--morris' and '--sobol'");
    if (s->pairs && s->method != SENSE_SOBOL)
        return sd_fail(s->call->diag, SD_E701, SD_NOWHERE,
                       "'--pairs' are indices of second order: add '--sobol N'");
    return SD_OK;
}

static sd_status prepare(sense_study *s)
{
    call *c = s->call;
    sd_status status = choose_method(s);
    if (status == SD_OK)
        status = sweep_scenario(c, c->given.inputs.items[0], &s->one);
    if (status == SD_OK)
        status = sense_ask_scores(s);
    if (status == SD_OK)
        status = sense_choose_members(s);
    if (status != SD_OK)
        return status;
    s->sweep = (sweep_study){.count = 1, .list = &s->one, .drawing = s->drawing};
    status = sweep_scores(c, &s->sweep, &s->one);
    if (status == SD_OK)
        status = sweep_compile(c, &s->sweep, &s->one);
    if (status != SD_OK)
        return status;
    s->one.counts.time_count = s->one.design->member_count;
    sense_name_outputs(s);
    return SD_OK;
}

/* What decides about the members beside what a sweep has. */
static const char *how(const sense_study *s)
{
    static const char *const methods[] = {"one at a time", "elementary effects", "Sobol' indices",
                                          "discovery"};
    return sd_arena_printf(s->call->arena, "sense: %s%s\n", methods[s->method],
                           s->pairs ? " with pairs" : "");
}

void sense_study_close(sense_study *s, sd_status status)
{
    kept_members_close(s->call, &s->kept, status);
}

sd_status sense_study_new(call *c, sense_study *s)
{
    runner r = {.study = s};
    const double began = sd_clock_seconds();
    *s = (sense_study){.call = c};
    sd_status status = prepare(s);
    if (status == SD_OK)
        status = kept_members_open(c, &s->sweep, how(s), &s->kept);
    if (status == SD_OK)
        status = run_members(s, &r);
    if (status != SD_OK)
        return status;
    assert(r.results && r.failed);
    const uint64_t count = s->one.design->member_count;
    for (size_t i = 0; i < s->output_count; i++) {
        sense_output *o = &s->outputs[i];
        o->results = r.results + i * count;
        for (uint64_t m = 0; m < count; m++)
            o->missing += isnan(o->results[m]) ? 1 : 0;
        if (s->method != SENSE_DISCOVER)
            measure(s, o);
    }
    if (s->method == SENSE_DISCOVER)
        discover(s, &r);
    s->one.seconds = sd_clock_seconds() - began;
    return *c->interrupted ? SD_INTERRUPTED : SD_OK;
}
