/* cmd_run.c - one simulation: verdict, scorecard, scores, CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

enum { LABEL = 22, UNIT = 12, CELL = 10, SPARK = 10 };

static const char *cell(call *c, const sd_card_row *row, double value)
{
    if (!row->measure)
        return plain_text(c->arena, value);
    return number_text(c->arena, value, row->measure->decimals, row->measure->better > 0);
}

static void print_card(call *c, const sd_scorecard *card, const sd_scorecard *baseline)
{
    int label = LABEL, unit = UNIT;
    for (size_t r = 0; r < card->row_count; r++) {
        label = text_width(card->rows[r].label) + 2 > label ? text_width(card->rows[r].label) + 2
                                                            : label;
        unit =
            text_width(card->rows[r].unit) + 1 > unit ? text_width(card->rows[r].unit) + 1 : unit;
    }
    printf("\n%*s", label + unit, "");
    for (int d = 0; d < SD_CARD_DATES; d++)
        print_padded(card->dates[d], -CELL);
    if (baseline)
        printf("  %*swithout", SPARK + 4, "");
    printf("\n");
    for (size_t r = 0; r < card->row_count; r++) {
        const sd_card_row *row = &card->rows[r];
        print_padded(row->label, label);
        print_padded(row->unit, unit);
        for (int d = 0; d < SD_CARD_DATES; d++)
            print_padded(cell(c, row, row->at[d]), -CELL);
        printf("  ");
        print_padded(sparkline(c->arena, row->series, card->time_count, SPARK),
                     baseline ? SPARK : 0);
        if (baseline)
            print_padded(cell(c, row, baseline->rows[r].at[SD_CARD_DATES - 1]), -11);
        printf("\n");
    }
}

/* Scores that have a limit, or all with -v; false when a limit is broken. */
static bool print_scores(const call *c, const sd_scenario *scenario, const sd_result *result,
                         FILE *to)
{
    bool good = true, any = false;
    for (size_t i = 0; i < scenario->scores.count; i++) {
        const sd_score *score = &scenario->scores.items[i];
        double value = sd_score_value(score, result);
        bool holds = sd_score_holds(score, value);
        good = good && holds;
        if (!to || c->given.quiet || !(score->has_limit || c->given.verbose))
            continue;
        fprintf(to, "%s%s = %.4g", any || to == stderr ? "" : "\n", score->spec, value);
        any = true;
        if (score->has_limit)
            fprintf(to, "   limit %s %g: %s", score->better > 0 ? ">=" : "<=", score->limit,
                    holds ? "holds" : "BROKEN");
        fprintf(to, "\n");
    }
    return good;
}

static void print_json(call *c, const study *s, const sd_scorecard *card, const char *verdict)
{
    sd_text text = sd_text_new(c->arena);
    char number[SD_NUMBER_MAX];
    sd_text_printf(&text, "{\n  \"scenario\": ");
    sd_json_string(&text, s->scenario->name);
    sd_text_printf(&text, ",\n  \"verdict\": ");
    sd_json_string(&text, verdict ? verdict : "");
    sd_text_printf(&text, ",\n  \"scorecard\": [");
    for (size_t r = 0; r < card->row_count; r++) {
        sd_text_printf(&text, "%s\n    {\"row\": ", r ? "," : "");
        sd_json_string(&text, card->rows[r].label);
        sd_text_printf(&text, ", \"unit\": ");
        sd_json_string(&text, card->rows[r].unit);
        for (int d = 0; d < SD_CARD_DATES; d++) {
            (void)sd_number_format(card->rows[r].at[d], number);
            sd_text_printf(&text, ", \"%s\": %s", card->dates[d],
                           isnan(card->rows[r].at[d]) ? "null" : number);
        }
        sd_text_printf(&text, "}");
    }
    sd_text_printf(&text, "\n  ],\n  \"scores\": {");
    for (size_t i = 0; i < s->scenario->scores.count; i++) {
        const sd_score *score = &s->scenario->scores.items[i];
        double value = sd_score_value(score, &s->result);
        (void)sd_number_format(value, number);
        sd_text_printf(&text, "%s", i ? ", " : "");
        sd_json_string(&text, score->spec);
        sd_text_printf(&text, ": %s", isnan(value) ? "null" : number);
    }
    sd_text_printf(&text, "}\n}\n");
    fputs(text.bytes, stdout);
}

static void print_sentences(call *c, const study *s, const char *verdict, FILE *to)
{
    if (!verdict)
        return;
    print_wrapped(verdict, 0, to);
    print_wrapped(sd_verdict_decides(c->arena, &s->result), 0, to);
    const size_t ranges = ranges_count(s->scenario);
    if (ranges)
        print_wrapped(sd_arena_printf(c->arena,
                                      "%s; this run takes the central value%s. In how many futures "
                                      "it holds: treadmill compare %s%s --uncertain 500",
                                      ranges_text(c->arena, ranges), ranges == 1 ? "" : "s",
                                      c->given.inputs.items[0],
                                      s->scenario->policies.count ? "" : " OTHER"),
                      0, to);
}

static sd_status print_result(call *c, const study *s, const study *baseline)
{
    const arguments *given = &c->given;
    const char *verdict = sd_verdict(c->arena, &s->result, baseline ? &baseline->result : NULL);
    if (given->json || wants_table(given)) {
        const sd_scorecard *card = sd_scorecard_new(c->arena, &s->result);
        const sd_scorecard *before =
            baseline ? sd_scorecard_new(c->arena, &baseline->result) : NULL;
        if (given->json) {
            print_json(c, s, card, verdict);
        } else {
            if (!given->quiet) {
                print_head(c, s->scenario, s->seconds);
                print_sentences(c, s, verdict, stdout);
            }
            if (card->row_count)
                print_card(c, card, before);
            if (given->verbose)
                print_hours(c, s, 1, &(int){15});
        }
        return print_scores(c, s->scenario, &s->result, given->json ? NULL : stdout) ? SD_OK
                                                                                     : SD_FALSE;
    }
    if (!given->quiet)
        print_sentences(c, s, verdict, stderr);
    sd_status status = given->output ? SD_OK : study_write(c, s, 1, "-", false);
    bool holds = print_scores(c, s->scenario, &s->result, stderr);
    return status != SD_OK ? status : holds ? SD_OK : SD_FALSE;
}

sd_status cmd_run(call *c)
{
    if (c->given.inputs.count != 1) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'run' takes one input, not %zu",
                                   c->given.inputs.count);
        sd_help(c->diag, "%s",
                c->given.inputs.count ? "for several: treadmill compare A B ..."
                                      : "for example: treadmill run tools-only");
        return status;
    }
    sd_scenario *scenario;
    study s, without;
    sd_status status = study_read(c, c->given.inputs.items[0], &scenario);
    if (status == SD_OK)
        study_warn_units(c, scenario, c->given.inputs.items[0]);
    if (status == SD_OK)
        status = study_run(c, scenario, &s);
    bool trap = status == SD_OK && sd_model_is_trap(scenario->model);
    bool beside = trap && scenario->policies.count;
    if (beside)
        status = study_run(c, sd_scenario_without_policies(c->arena, scenario), &without);
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = study_write(c, &s, 1, c->given.output, false);
    if (status != SD_OK)
        return status;
    status = print_result(c, &s, beside ? &without : NULL);
    if (c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    else if (isatty(STDOUT_FILENO) && trap && !c->given.quiet && !c->given.json)
        printf("\nnext: treadmill compare %s%s --plot charts\n", c->given.inputs.items[0],
               scenario->policies.count ? "" : " OTHER");
    return status;
}
