/* cmd_sense.c - what an output depends on: one parameter at a time, elementary effects, shares of the variance, and in which
 * futures something happens.
 * In: one input, a method, outputs.  Out: sentences and tables, CSV or JSON, charts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sense_study.h"

static sd_status check_call(call *c)
{
    if (c->given.inputs.count == 1)
        return SD_OK;
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'sense' needs one input");
    sd_help(c->diag, "for example: treadmill sense tools-only --ranges --of hours_per_week@260");
    return status;
}

/* One for each output, or for each variable over time. */
static void print_sentences(const sense_study *s, FILE *to, sd_text *json)
{
    const size_t step = s->over_time ? s->times : 1;
    for (size_t i = 0; i < s->output_count; i += step) {
        const char *sentence = s->method == SENSE_DISCOVER ? sense_discovery(s)
                               : s->over_time              ? sense_over_time(s, i)
                                                           : sense_sentence(s, &s->outputs[i]);
        if (json) {
            sd_text_printf(json, "%s", i ? ", " : "");
            sd_json_string(json, sentence);
        } else {
            print_wrapped(sentence, 0, to);
        }
    }
}

static void print_json(const sense_study *s)
{
    sd_text text = sd_text_new(s->call->arena);
    sd_text_printf(&text, "{\"sentences\": [");
    print_sentences(s, NULL, &text);
    sd_text_printf(&text, "],\n\"sensitivity\": ");
    sd_facts_json(sense_facts(s, false), &text);
    sd_text_printf(&text, "}\n");
    fputs(text.bytes, stdout);
}

static void print_all(const sense_study *s)
{
    const arguments *given = &s->call->given;
    if (given->json)
        print_json(s);
    else if (wants_table(given))
        print_sense(s);
    else {
        if (!given->quiet)
            print_sentences(s, stderr, NULL);
        if (!given->output && !given->plot)
            sd_facts_csv(sense_facts(s, false), stdout);
    }
}

sd_status cmd_sense(call *c)
{
    sense_study s;
    sd_status status = check_call(c);
    if (status != SD_OK)
        return status;
    status = sense_study_new(c, &s);
    if (status != SD_OK) {
        sense_study_close(&s, status);
        return status;
    }
    const sd_result result = {
        .scenario = s.one.scenario, .program = s.one.program, .trajectory = &s.one.counts};
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* what a pipe gets anyway */
    if (c->given.output) {
        sweep_forget_how(c);
        status = facts_write(c, sense_facts(&s, true), &result, 1, c->given.output);
    }
    sense_study_close(&s, status);
    if (status == SD_OK)
        print_all(&s);
    if (status == SD_OK && c->given.plot)
        status = sense_draw(&s, c->given.plot);
    if (status == SD_OK && c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    return status;
}
