/* compare_uncertain.c - `compare --uncertain N`: in how many futures each scenario is ahead, by how much, and what decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "robust_study.h"

static sd_status check_call(call *c)
{
    const arguments *given = &c->given;
    sd_status status = SD_OK;
    if (given->uncertain < 1 || given->uncertain > SD_FUTURES_MAX) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--uncertain' must be from 1 to %d",
                         (int)SD_FUTURES_MAX);
        sd_help(c->diag, "a hundred tell who is ahead; for shares to a hundredth take a thousand");
    } else if (given->save) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "'--save' is about one run and cannot stand beside '--uncertain'");
        sd_help(c->diag, "say what to look at by --score, and what to draw by --of");
    }
    return status;
}

static void show(const robust_study *s)
{
    const call *c = s->call;
    const arguments *given = &c->given;
    if (given->json) {
        robust_json(s);
        return;
    }
    const bool table = wants_table(given);
    if (!given->quiet)
        robust_sentences(s, table ? stdout : stderr);
    if (table)
        robust_table(s);
    else if (!given->output && !given->plot)
        sd_facts_csv(robust_facts(s), stdout);
}

sd_status compare_uncertain(call *c, sd_scenario *const *scenarios, size_t count)
{
    robust_study s;
    sd_status status = check_call(c);
    if (status != SD_OK)
        return status;
    status = robust_study_run(c, scenarios, count, &s);
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = robust_write(&s, c->given.output);
    robust_study_close(&s, status);
    if (status != SD_OK)
        return status;
    show(&s);
    if (c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    return c->given.plot ? robust_draw(&s, c->given.plot) : SD_OK;
}
