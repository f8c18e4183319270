/* cmd_compare.c - several scenarios side by side: verdicts, one scorecard, what differs, charts.
 * The first input is what the others are compared with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app_private.h"

enum { COMPARE_MAX = 24, LABEL = 22, UNIT = 12 };

static const char *title_of(const sd_scenario *scenario)
{
    return scenario->title[0] ? scenario->title : scenario->name;
}

/* "+10 (+13)": the value at the end, and how far it is from the first scenario's. */
static const char *cell(call *c, const sd_card_row *row, const sd_card_row *first, bool is_first)
{
    const sd_measure *m = row->measure;
    double value = row->at[SD_CARD_DATES - 1], base = first->at[SD_CARD_DATES - 1];
    if (!m)
        return plain_text(c->arena, value);
    const char *shown = number_text(c->arena, value, m->decimals, m->better > 0);
    if (is_first || isnan(value) || isnan(base))
        return shown;
    if (m->relative && base != 0)
        return sd_arena_printf(c->arena, "%s (%s %%)", shown,
                               number_text(c->arena, 100 * (value / base - 1), 0, true));
    /* Of what is shown, so that the numbers in a row add up. */
    double difference = sd_measure_rounded(m, value) - sd_measure_rounded(m, base);
    return sd_arena_printf(c->arena, "%s (%s)", shown,
                           number_text(c->arena, difference, m->decimals, true));
}

static int column_width(const study *s)
{
    int width = text_width(s->scenario->name) + 2;
    return width < 15 ? 15 : width;
}

static void print_heads(const study *studies, size_t count, int left)
{
    printf("%*s", left, "");
    for (size_t i = 0; i < count; i++)
        print_padded(studies[i].scenario->name, -column_width(&studies[i]));
    printf("\n");
}

/* The row of that name, or NULL: bare models need not have the same stocks. */
static const sd_card_row *row_of(const sd_scorecard *card, const char *label)
{
    for (size_t r = 0; r < card->row_count; r++)
        if (strcmp(card->rows[r].label, label) == 0)
            return &card->rows[r];
    return NULL;
}

static void print_cards(call *c, const study *studies, size_t count)
{
    const sd_scorecard *cards[COMPARE_MAX] = {0};
    bool common = false, words = false;
    for (size_t i = 0; i < count; i++) {
        cards[i] = sd_scorecard_new(c->arena, &studies[i].result);
        words = words || cards[i]->trap;
        for (size_t r = 0; i > 0 && r < cards[0]->row_count; r++)
            common = common || row_of(cards[i], cards[0]->rows[r].label);
    }
    if (words)
        printf("\n");
    if (!common) {
        puts("These models have no rows in common.");
        return;
    }
    print_heads(studies, count, LABEL + UNIT);
    for (size_t r = 0; r < cards[0]->row_count; r++) {
        const sd_card_row *first = &cards[0]->rows[r];
        print_padded(first->label, LABEL);
        print_padded(first->unit, UNIT);
        for (size_t i = 0; i < count; i++) {
            const sd_card_row *row = row_of(cards[i], first->label);
            print_padded(row ? cell(c, row, first, i == 0) : "-", -column_width(&studies[i]));
        }
        printf("\n");
    }
    printf("At %s", cards[0]->dates[SD_CARD_DATES - 1]);
    if (cards[0]->trap)
        printf("; in brackets the difference to %s", studies[0].scenario->name);
    printf(".\n");
}

static double parameter_value(const study *s, const char *name, sd_diag *scratch)
{
    size_t element;
    if (sd_model_find_element(s->scenario->model, name, SD_NOWHERE, &element, scratch) != SD_OK)
        return (double)NAN;
    int32_t k = s->result.program->element_parameters[element];
    if (k < 0)
        return (double)NAN;
    for (size_t i = 0; i < s->scenario->settings.count; i++)
        if (s->scenario->settings.items[i].element == element)
            return s->scenario->settings.items[i].value;
    return s->result.program->parameters[k].value;
}

/* The head is printed with the first row that needs it. */
static void difference_name(const char *name, bool *any)
{
    if (!*any)
        printf("\nSettings that differ\n");
    *any = true;
    print_padded(name, LABEL + UNIT);
}

static const sd_policy *policy_of(const sd_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->policies.count; i++)
        if (sd_text_equal_fold(scenario->policies.items[i].name, name))
            return &scenario->policies.items[i];
    return NULL;
}

/* "from 40 at 0.9", in the model's time. */
static const char *policy_text(call *c, const sd_policy *policy)
{
    if (!policy)
        return "-";
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, isnan(policy->start) ? "on" : "from %g", policy->start);
    if (!isnan(policy->stop))
        sd_text_printf(&text, " to %g", policy->stop);
    if (!isnan(policy->intensity) && policy->intensity != 1)
        sd_text_printf(&text, " at %g", policy->intensity);
    return text.bytes;
}

static void print_policies(call *c, const study *studies, size_t count, bool *any)
{
    sd_table *seen = sd_table_new(c->arena);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < studies[i].scenario->policies.count; k++) {
            const char *name = studies[i].scenario->policies.items[k].name, *texts[COMPARE_MAX];
            bool differs = false;
            if (sd_table_put(seen, name, seen))
                continue;
            for (size_t j = 0; j < count; j++) {
                texts[j] = policy_text(c, policy_of(studies[j].scenario, name));
                differs = differs || strcmp(texts[j], texts[0]) != 0;
            }
            if (!differs)
                continue;
            difference_name(sd_arena_printf(c->arena, "policy %s", name), any);
            for (size_t j = 0; j < count; j++)
                print_padded(texts[j], -column_width(&studies[j]));
            printf("\n");
        }
    }
}

static void print_constants(call *c, const study *studies, size_t count, bool *any)
{
    sd_diag *scratch = sd_diag_new(c->arena);
    sd_table *seen = sd_table_new(c->arena);
    bool constants = false;
    for (size_t i = 0; i < count; i++) {
        const sd_scenario *scenario = studies[i].scenario;
        for (size_t k = 0; k < scenario->settings.count; k++) {
            const char *name = sd_model_element_name(scenario->model,
                                                     scenario->settings.items[k].element, c->arena);
            double values[COMPARE_MAX];
            bool differs = false;
            if (scenario->settings.items[k].from_policy || sd_table_put(seen, name, seen))
                continue;
            for (size_t j = 0; j < count; j++) {
                values[j] = parameter_value(&studies[j], name, scratch);
                differs = differs || values[j] != values[0];
            }
            if (!differs)
                continue;
            difference_name(name, any);
            for (size_t j = 0; j < count; j++)
                print_padded(plain_text(c->arena, values[j]), -column_width(&studies[j]));
            printf("\n");
            constants = true;
        }
    }
    if (constants && sd_model_is_trap(studies[0].scenario->model))
        puts("Constants differ, so the differences above are not the work of policies alone.");
}

/* Only what is not the same everywhere. */
static void print_differences(call *c, const study *studies, size_t count)
{
    bool any = false;
    print_policies(c, studies, count, &any);
    print_constants(c, studies, count, &any);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < studies[i].scenario->shocks.count; k++) {
            const sd_shock *shock = &studies[i].scenario->shocks.items[k];
            difference_name(sd_arena_printf(c->arena, "shock on %s", shock->variable->name), &any);
            for (size_t j = 0; j < count; j++)
                print_padded(j == i ? sd_arena_printf(c->arena, "%+g %% from %g", 100 * shock->size,
                                                      shock->at)
                                    : "-",
                             -column_width(&studies[j]));
            printf("\n");
        }
    }
}

static void print_json(call *c, const study *studies, size_t count)
{
    sd_text text = sd_text_new(c->arena);
    char number[SD_NUMBER_MAX];
    sd_text_printf(&text, "[");
    for (size_t i = 0; i < count; i++) {
        const sd_scorecard *card = sd_scorecard_new(c->arena, &studies[i].result);
        const char *verdict = sd_verdict(c->arena, &studies[i].result, NULL);
        sd_text_printf(&text, "%s\n  {\"scenario\": ", i ? "," : "");
        sd_json_string(&text, studies[i].scenario->name);
        sd_text_printf(&text, ", \"verdict\": ");
        sd_json_string(&text, verdict ? verdict : "");
        sd_text_printf(&text, ",\n   \"%s\": {", card->dates[SD_CARD_DATES - 1]);
        for (size_t r = 0; r < card->row_count; r++) {
            double value = card->rows[r].at[SD_CARD_DATES - 1];
            (void)sd_number_format(value, number);
            sd_text_printf(&text, "%s", r ? ", " : "");
            sd_json_string(&text, card->rows[r].measure ? card->rows[r].measure->variable
                                                        : card->rows[r].label);
            sd_text_printf(&text, ": %s", isnan(value) ? "null" : number);
        }
        sd_text_printf(&text, "}}");
    }
    sd_text_printf(&text, "\n]\n");
    fputs(text.bytes, stdout);
}

static void print_words(call *c, const study *studies, size_t count, FILE *to)
{
    bool any = false;
    if (*studies[0].scenario->changed)
        fprintf(to, "All with %s.\n\n", studies[0].scenario->changed);
    for (size_t i = 0; i < count; i++) {
        const char *verdict = sd_verdict(c->arena, &studies[i].result, NULL);
        if (!verdict)
            continue;
        fprintf(to, "%s%s\n", any ? "\n" : "", title_of(studies[i].scenario));
        print_wrapped(verdict, 2, to);
        any = true;
    }
    if (any)
        fprintf(to, "\n");
    if (any)
        print_wrapped(sd_verdict_decides(c->arena, NULL), 0, to);
    size_t ranges = 0;
    for (size_t i = 0; i < count; i++)
        if (ranges < ranges_count(studies[i].scenario))
            ranges = ranges_count(studies[i].scenario);
    if (ranges)
        print_wrapped(sd_arena_printf(c->arena,
                                      "%s that %s not run; in how many futures this holds: the "
                                      "same command with --uncertain 500",
                                      ranges_text(c->arena, ranges), ranges == 1 ? "was" : "were"),
                      0, to);
}

const char *const chart_endings[3] = {"svg", "png", "pdf"};

sd_status make_folder(call *c, const char *folder, bool *ret_made)
{
    *ret_made = mkdir(folder, 0777) == 0;
    if (*ret_made || errno == EEXIST)
        return SD_OK;
    bool lost = errno == ENOENT;
    sd_status status = sd_fail(c->diag, SD_E602, SD_NOWHERE, "the folder '%s' cannot be made: %s",
                               folder, lost ? "there is no folder to hold it" : strerror(errno));
    if (lost)
        sd_help(c->diag, "make that folder first");
    return status;
}

sd_status draw_all(call *c, const sd_dataset *data, const sd_chart *only, const char *folder)
{
    bool made;
    sd_status status = make_folder(c, folder, &made);
    if (status != SD_OK)
        return status;
    for (const sd_chart *chart = sd_charts; chart->name; chart++) {
        if ((only && chart != only) || sd_chart_missing(c->arena, chart, data))
            continue; /* it is about the trap, and the model is another */
        for (int i = 0; i < 3; i++) {
            const char *path =
                sd_arena_printf(c->arena, "%s/%s.%s", folder, chart->name, chart_endings[i]);
            status =
                sd_chart_draw(c->arena, chart, data, c->given.of, path, c->given.force, c->diag);
            if (status != SD_OK) {
                if (made)
                    (void)rmdir(folder); /* only when nothing is in it */
                return status;
            }
        }
        if (!c->given.quiet)
            printf("drawn: %s/%s.svg, .png, .pdf\n", folder, chart->name);
    }
    return SD_OK;
}

static void show_hours(call *c, const study *studies, size_t count)
{
    int widths[COMPARE_MAX];
    for (size_t i = 0; i < count; i++)
        widths[i] = column_width(&studies[i]);
    print_hours(c, studies, count, widths);
}

/* Each organisation's policies once more without AI. */
static sd_status show_counterfactuals(call *c, const study *studies, size_t count)
{
    study *without = SD_NEW_ARRAY(c->arena, study, COMPARE_MAX);
    int widths[COMPARE_MAX];
    for (size_t i = 0; i < count; i++) {
        widths[i] = column_width(&studies[i]);
        if (!has_counterfactual(studies[i].scenario))
            return SD_OK;
        sd_status status = study_without_ai(c, studies[i].scenario, &without[i]);
        if (status != SD_OK)
            return status;
    }
    print_counterfactuals(c, studies, without, count, widths);
    return SD_OK;
}

static sd_status show(call *c, const study *studies, size_t count)
{
    const arguments *given = &c->given;
    if (given->json) {
        print_json(c, studies, count);
        return SD_OK;
    }
    if (!wants_table(given)) {
        if (!given->quiet)
            print_words(c, studies, count, stderr);
        return given->output || given->plot ? SD_OK : study_write(c, studies, count, "-", true);
    }
    if (!given->quiet)
        print_words(c, studies, count, stdout);
    print_cards(c, studies, count);
    show_hours(c, studies, count);
    print_differences(c, studies, count);
    return show_counterfactuals(c, studies, count);
}

static sd_status plot(call *c, const study *studies, size_t count)
{
    sd_result results[COMPARE_MAX];
    for (size_t i = 0; i < count; i++)
        results[i] = studies[i].result;
    return draw_all(c, sd_dataset_from_results(c->arena, results, count), NULL, c->given.plot);
}

/* One redesign alone is compared with the same organisation without its policies. */
static sd_status add_without_policies(call *c, sd_scenario **scenarios, size_t *count)
{
    if (scenarios[0]->policies.count == 0) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE,
                    "'%s' has no policies to compare with and without", scenarios[0]->name);
        sd_help(c->diag, "name another input: treadmill compare %s OTHER",
                c->given.inputs.items[0]);
        return status;
    }
    scenarios[1] = scenarios[0];
    scenarios[0] = sd_scenario_without_policies(c->arena, scenarios[1]);
    scenarios[0]->name = "no-policies";
    scenarios[0]->title = "Without policies";
    *count = 2;
    return SD_OK;
}

/* Options that only futures have a use for. */
static sd_status check_futures(call *c)
{
    const arguments *given = &c->given;
    const char *alone = given->dist.count    ? "--dist"
                        : given->score.count ? "--score"
                        : given->threads > 0 ? "--threads"
                        : given->resume      ? "--resume"
                                             : NULL;
    if (given->uncertain >= 0 || !alone)
        return SD_OK;
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                               "'%s' is about many futures, and there is one", alone);
    sd_help(c->diag, "add --uncertain N");
    return status;
}

sd_status cmd_compare(call *c)
{
    const text_list *inputs = &c->given.inputs;
    if (inputs->count < 1 || inputs->count > COMPARE_MAX) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'compare' takes 1 to %d inputs, not %zu",
                    (int)COMPARE_MAX, inputs->count);
        sd_help(c->diag, "for example: treadmill compare tools-only four-layers");
        return status;
    }
    study *studies = SD_NEW_ARRAY(c->arena, study, COMPARE_MAX);
    sd_status status = check_futures(c);
    sd_scenario **scenarios = SD_NEW_ARRAY(c->arena, sd_scenario *, COMPARE_MAX);
    for (size_t i = 0; status == SD_OK && i < inputs->count; i++)
        status = study_read(c, inputs->items[i], &scenarios[i]);
    for (size_t i = 0; status == SD_OK && i < inputs->count; i++)
        study_warn_units(c, scenarios[i], inputs->items[i]);
    size_t count = inputs->count;
    if (status == SD_OK && count == 1)
        status = add_without_policies(c, scenarios, &count);
    if (status == SD_OK && c->given.uncertain >= 0)
        return compare_uncertain(c, scenarios, count);
    for (size_t i = 0; status == SD_OK && i < count; i++)
        status = study_run(c, scenarios[i], &studies[i]);
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = study_write(c, studies, count, c->given.output, true);
    if (status == SD_OK)
        status = show(c, studies, count);
    if (status == SD_OK && c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    if (status == SD_OK && c->given.plot)
        status = plot(c, studies, count);
    return status;
}
