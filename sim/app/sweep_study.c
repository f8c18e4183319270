/* sweep_study.c - what a sweep runs: its scenarios, which members each of them has, what is scored.
 * In: inputs and options.  Out: sweep_study.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sweep_study.h"

/* ---- members ---- */

/* "1000,centred,maximin": the number of a sample and words after it. */
typedef struct sample_word {
    const char *word;
    void (*set)(sd_sampling *sampling);
} sample_word;

static void set_centred(sd_sampling *sampling)
{
    sampling->centred = true;
}

static void set_maximin(sd_sampling *sampling)
{
    sampling->maximin = true;
}

static void set_shift(sd_sampling *sampling)
{
    sampling->scramble = SD_SCRAMBLE_SHIFT;
}

static void set_plain(sd_sampling *sampling)
{
    sampling->scramble = SD_SCRAMBLE_NONE;
}

static const sample_word lhs_words[] = {{"centred", set_centred}, {"maximin", set_maximin}, {0}};
static const sample_word sobol_words[] = {{"shift", set_shift}, {"plain", set_plain}, {0}};
static const sample_word no_words[] = {{0}};

static sd_status fail_word(call *c, const char *option, const sample_word *words, sd_span at)
{
    sd_status status = sd_fail(c->diag, SD_E701, at, "this is no word of '%s'", option);
    if (words[0].word)
        sd_help(c->diag, "after the number, '%s' and '%s' are known", words[0].word, words[1].word);
    else
        sd_help(c->diag, "it takes a number alone");
    return status;
}

static sd_status read_sample(call *c, const char *option, const char *text,
                             const sample_word *words, sd_sampling *sampling)
{
    const sd_source *source = sd_source_from_text(c->arena, option, text, strlen(text));
    size_t end = strcspn(text, ",");
    double number;
    if (!sd_number_from_text(sd_arena_copy(c->arena, text, end), &number) || number < 0 ||
        number != (double)(uint64_t)number)
        return sd_fail(c->diag, SD_E701, (sd_span){source, 0, end},
                       "'%s' needs a whole number of members", option);
    sampling->count = number <= (double)SD_MEMBERS_MAX ? (uint64_t)number : SD_MEMBERS_MAX + 1UL;
    while (text[end] == ',') {
        const size_t begin = end + 1, length = strcspn(text + begin, ",");
        const sample_word *known = words;
        while (known->word &&
               (strlen(known->word) != length || strncmp(known->word, text + begin, length) != 0))
            known++;
        end = begin + length;
        if (!known->word)
            return fail_word(c, option, words, (sd_span){source, begin, end});
        known->set(sampling);
    }
    return SD_OK;
}

/* Which of the designs was asked for; *ret_drawn is false for a grid or a table. */
static sd_status read_drawing(call *c, sd_drawing *drawing, bool *ret_drawn)
{
    const arguments *given = &c->given;
    const struct {
        const char *option, *text;
        sd_points_kind kind;
        const sample_word *words;
    } samples[] = {{"--mc", given->mc, SD_POINTS_MONTE_CARLO, no_words},
                   {"--lhs", given->lhs, SD_POINTS_LATIN, lhs_words},
                   {"--sobol", given->sobol, SD_POINTS_SOBOL, sobol_words}};
    size_t asked = (size_t)given->oat + (given->members != NULL);
    sd_status status = SD_OK;
    *drawing = (sd_drawing){.grid = given->grid.items,
                            .grid_count = given->grid.count,
                            .one_at_a_time = given->oat,
                            .ranges = given->ranges};
    for (size_t i = 0; i < sizeof samples / sizeof *samples && status == SD_OK; i++) {
        if (!samples[i].text)
            continue;
        asked++;
        drawing->sampling.kind = samples[i].kind;
        status = read_sample(c, samples[i].option, samples[i].text, samples[i].words,
                             &drawing->sampling);
    }
    *ret_drawn = asked > 0 && !given->members;
    if (status == SD_OK && asked > 1)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                       "members come from one of '--oat', '--mc', '--lhs', '--sobol' and '--from'");
    if (status == SD_OK && given->members && given->grid.count)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                       "members come from '--grid' or from '--from', not from both");
    if (status == SD_OK && !*ret_drawn && (given->ranges || given->dist.count)) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' says what is drawn, but nothing is",
                         given->ranges ? "--ranges" : "--dist");
        sd_help(c->diag, "add --lhs N, --sobol N, --mc N or --oat");
    }
    return status;
}

static sd_status read_design(call *c, const sweep_study *s, size_t which, sd_diag *diag)
{
    swept *one = &s->list[which];
    if (s->members)
        return sd_design_from_csv(c->arena, one->scenario, s->members, &one->design, diag);
    return sd_design_from_grid(c->arena, one->scenario, s->drawing.grid, s->drawing.grid_count,
                               &one->design, diag);
}

static sd_status read_designs(call *c, sweep_study *s, bool drawn)
{
    const sd_scenario **scenarios = SD_NEW_ARRAY(c->arena, const sd_scenario *, s->count);
    const sd_design **designs = SD_NEW_ARRAY(c->arena, const sd_design *, s->count);
    sd_status status = SD_OK;
    for (size_t i = 0; i < s->count; i++)
        scenarios[i] = s->list[i].scenario;
    s->drawing.sampling.seed = scenarios[0]->spec.seed;
    if (drawn)
        status = sd_designs_drawn(c->arena, scenarios, s->count, &s->drawing, designs, c->diag);
    for (size_t i = 0; i < s->count && status == SD_OK; i++) {
        /* What is plausible was said for the first scenario: for a further one only errors are news. */
        if (drawn)
            s->list[i].design = designs[i];
        else if (i == 0 || read_design(c, s, i, sd_diag_new(c->arena)) != SD_OK)
            status = read_design(c, s, i, c->diag);
    }
    return status;
}

/* ---- scores ---- */

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
static sd_status choose_scores(call *c, sweep_study *s, swept *one)
{
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
        score_stocks(c, scenario, one->scores, &s->score_count, one->last);
    if (s->score_count > 0)
        return SD_OK;
    status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' has no stock to score", scenario->name);
    sd_help(c->diag, "say what to score, as in --score 'x@26'");
    return status;
}

/* The program without what no score depends on, as far as a kernel of the binary allows. */
static sd_status compile(call *c, const sweep_study *s, swept *one)
{
    const sd_scenario *scenario = one->scenario;
    size_t *scored = SD_NEW_ARRAY(c->arena, size_t, s->score_count + 1), count;
    for (size_t i = 0; i < s->score_count; i++)
        scored[i] = one->scores[i].element;
    const size_t *wanted =
        sd_kernel_wanted(scenario->model, scenario->shocks.count, scored, s->score_count, &count);
    return sd_program_new_wanted(c->arena, scenario->model, scenario->shocks.items,
                                 scenario->shocks.count, wanted, count, &one->program, c->diag);
}

/* ---- all together ---- */

static sd_status read_scenario(call *c, const char *input, swept *one)
{
    sd_scenario *scenario;
    int64_t steps, save_every;
    sd_status status = study_read(c, input, &scenario);
    if (status != SD_OK)
        return status;
    const sd_run_spec *spec = &scenario->spec;
    one->scenario = scenario;
    study_warn_units(c, scenario, input);
    one->last = spec->stop;
    if (sd_run_spec_count(spec, scenario->spec_span, &steps, &save_every, sd_diag_new(c->arena)) !=
        SD_OK)
        return SD_OK; /* the worker will say what is wrong */
    one->counts.stats.steps = steps;
    one->last = spec->start + (double)(steps - steps % save_every) * spec->dt;
    return SD_OK;
}

static sd_status prepare(call *c, sweep_study *s, swept *one)
{
    sd_status status = choose_scores(c, s, one);
    if (status == SD_OK)
        status = compile(c, s, one);
    if (status != SD_OK)
        return status;
    if (one == s->list)
        sd_design_warn_unused(one->design, one->program, c->diag);
    one->parameters = sd_run_parameters(c->arena, one->program, one->scenario);
    one->counts.time_count = one->design->member_count;
    s->member_count += one->design->member_count;
    return SD_OK;
}

sd_status sweep_study_new(call *c, sweep_study *ret_study)
{
    enum { TABLE_BYTES_MAX = 1 << 30 };
    sweep_study s = {.count = c->given.inputs.count};
    bool drawn;
    sd_status status = read_drawing(c, &s.drawing, &drawn);
    if (status == SD_OK && c->given.members)
        status =
            sd_source_from_file(c->arena, c->given.members, TABLE_BYTES_MAX, &s.members, c->diag);
    s.list = SD_NEW_ARRAY(c->arena, swept, s.count);
    for (size_t i = 0; i < s.count && status == SD_OK; i++)
        status = read_scenario(c, c->given.inputs.items[i], &s.list[i]);
    if (status == SD_OK)
        status = read_designs(c, &s, drawn);
    for (size_t i = 0; i < s.count && status == SD_OK; i++)
        status = prepare(c, &s, &s.list[i]);
    if (status == SD_OK && s.member_count > SD_MEMBERS_MAX) {
        status = sd_fail(c->diag, SD_E702, SD_NOWHERE,
                         "the scenarios together have more than %d members", SD_MEMBERS_MAX);
        sd_help(c->diag, "sweep them one by one");
    }
    *ret_study = s;
    return status;
}
