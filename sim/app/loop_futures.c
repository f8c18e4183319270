/* loop_futures.c - in how many futures each loop drives: sentences, a table, CSV and JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

enum { ID = 9, CELL = 10 };

static sd_status fail_count(call *c)
{
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--futures' must be from 1 to %d",
                               (int)SD_FUTURES_MAX);
    sd_help(c->diag,
            "a hundred tell which loop matters; for shares to a hundredth take a thousand");
    return status;
}

/* Options of `loops` that are about one run. */
static sd_status check_alone(call *c)
{
    const arguments *given = &c->given;
    const char *other = given->pin.count        ? "'--pin' is"
                        : given->stocks         ? "'--stocks' is"
                        : given->expand         ? "'--expand' is"
                        : wants_pictures(given) ? "a picture is"
                                                : NULL;
    if (given->inputs.count > 1)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--futures' takes one input, not two");
    if (!other)
        return SD_OK;
    return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                   "%s about one run and cannot stand beside '--futures'", other);
}

static const sd_facts *facts_of(call *c, const sd_futures *f)
{
    static const sd_column first[] = {
        {"loop", "", "id"},
        {"name", "", NULL},
        {"futures", "", "that could be worked out"},
        {"failed", "", "futures beyond those, in which a value was not finite"},
        {"drives_longest", "", "futures in which it drives for the longest time"},
        {"drives", "", "futures in which it drives at all"},
        {"against", "", "futures in which it works against its stated polarity"},
        {"share_5", "dmnl", "of its mean share among the named loops, the 5 % quantile"},
        {"share_50", "dmnl", "the median"},
        {"share_95", "dmnl", "the 95 % quantile"}};
    enum { FIRST = sizeof first / sizeof *first };
    sd_column *columns = SD_NEW_ARRAY(c->arena, sd_column, FIRST + SD_FUTURE_PERIODS);
    sd_facts *facts = SD_NEW(c->arena, sd_facts);
    memcpy(columns, first, sizeof first);
    for (size_t p = 0; p < f->period_count; p++) {
        char *name = sd_arena_printf(c->arena, "in_%s", f->periods[p]);
        for (char *at = name; *at; at++)
            *at = (char)(*at == ' ' ? '_' : *at);
        columns[FIRST + p] =
            (sd_column){name, "", "futures in which it drives for the longest time of that period"};
    }
    *facts =
        (sd_facts){.arena = c->arena, .column_count = FIRST + f->period_count, .columns = columns};
    for (size_t l = 0; l < f->loop_count; l++) {
        const sd_future_loop *loop = &f->loops[l];
        const double *in = (const double[]){(double)loop->in_period[0], (double)loop->in_period[1],
                                            (double)loop->in_period[2]};
        sd_facts_add(facts, "ssddddddddddd", loop->loop->id, loop->loop->name,
                     (double)(f->count - f->failed), (double)f->failed, (double)loop->longest,
                     (double)loop->drives, (double)loop->against, loop->low, loop->median,
                     loop->high, in[0], in[1], in[2]);
    }
    return facts;
}

/* ---- the table ---- */

static const char *share_text(call *c, double share)
{
    if (share > 0 && share < 0.0005)
        return "<0.1 %";
    return sd_arena_printf(c->arena, share > 0 && share < 0.0995 ? "%.1f %%" : "%.0f %%",
                           100 * share);
}

static void print_count(call *c, const sd_futures *f, size_t count)
{
    double part = 100 * (double)count / (double)(f->count - f->failed);
    print_padded(count ? sd_arena_printf(c->arena, part < 0.95 ? "%.1f %%" : "%.0f %%", part) : "-",
                 -CELL);
}

static void print_loop(call *c, const sd_futures *f, const sd_future_loop *loop, int name)
{
    print_padded(loop->loop->id, ID);
    print_padded(loop->loop->name, name);
    print_count(c, f, loop->longest);
    print_count(c, f, loop->drives);
    for (size_t p = 0; p < f->period_count; p++)
        print_count(c, f, loop->in_period[p]);
    print_padded(share_text(c, loop->median), -CELL);
    printf("   %s to %s\n", share_text(c, loop->low), share_text(c, loop->high));
}

static bool drives(const sd_future_loop *loop)
{
    return loop->drives > 0;
}

/* Loops that never drive, or that work against their polarity somewhere, in one line each. */
static void print_rest(call *c, const sd_futures *f)
{
    sd_text never = sd_text_new(c->arena), against = sd_text_new(c->arena);
    for (size_t l = 0; l < f->loop_count; l++) {
        const sd_future_loop *loop = &f->loops[l];
        if (!drives(loop))
            sd_text_printf(&never, "%s%s %s", never.length ? ", " : "", loop->loop->id,
                           loop->loop->name);
        if (loop->against)
            sd_text_printf(&against, "%s%s %s (%zu)", against.length ? ", " : "", loop->loop->id,
                           loop->loop->name, loop->against);
    }
    if (never.length)
        print_wrapped(sd_arena_printf(c->arena, "Never driving: %s.", never.bytes), 0, stdout);
    if (against.length)
        print_wrapped(sd_arena_printf(c->arena,
                                      "Working against their polarity in some futures: %s.",
                                      against.bytes),
                      0, stdout);
}

static void print_table(call *c, const sd_futures *f)
{
    int name = 2;
    bool any = false;
    for (size_t l = 0; l < f->loop_count; l++) {
        int width = text_width(f->loops[l].loop->name) + 2;
        any = any || drives(&f->loops[l]);
        name = drives(&f->loops[l]) && width > name ? width : name;
    }
    if (!any)
        return;
    printf("\n%*s", ID + name, "");
    print_padded("longest", -CELL);
    print_padded("at all", -CELL);
    for (size_t p = 0; p < f->period_count; p++)
        print_padded(f->periods[p], -CELL);
    print_padded("share", -CELL);
    printf("   in 90 %%\n");
    for (size_t l = 0; l < f->loop_count; l++)
        if (drives(&f->loops[l]))
            print_loop(c, f, &f->loops[l], name);
    print_rest(c, f);
    printf("\n");
    print_wrapped(
        "Columns: the part of the futures in which a loop drives for the longest time, "
        "drives at all, and drives longest within a year or period; then its share of the change "
        "among the named loops, as the median and the range that nine of ten futures keep.",
        0, stdout);
}

static const char *drawn_words(call *c, const sd_futures *f, const sd_scenario *scenario,
                               const sd_program *program)
{
    size_t own = 0;
    for (size_t i = 0; i < f->drawn_count; i++)
        for (size_t s = 0; s < scenario->settings.count; s++)
            own += scenario->settings.items[s].element ==
                   program->parameters[f->drawn[i].parameter].element;
    return drawn_text(c->arena, f->drawn_count - own, own);
}

static void print_json(call *c, const sd_futures *f)
{
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, "{\"text\": ");
    sd_json_string(&text, sd_futures_text(c->arena, f));
    sd_text_printf(
        &text, ",\n\"futures\": %zu, \"failed\": %zu, \"still\": %zu, \"drawn\": %zu,\n\"loops\": ",
        f->count, f->failed, f->still, f->drawn_count);
    sd_facts_json(facts_of(c, f), &text);
    sd_text_printf(&text, "}\n");
    fputs(text.bytes, stdout);
}

static sd_status show(call *c, const sd_futures *f, const sd_result *result, double seconds)
{
    const arguments *given = &c->given;
    FILE *words = wants_table(given) ? stdout : stderr;
    if (given->json) {
        print_json(c, f);
        return SD_OK;
    }
    if (words == stdout && !given->quiet)
        print_head(c, result->scenario, seconds);
    if (!given->quiet) {
        print_wrapped(sd_futures_text(c->arena, f), 0, words);
        print_wrapped(drawn_words(c, f, result->scenario, result->program), 0, words);
    }
    if (words == stdout)
        print_table(c, f);
    else if (!given->output)
        sd_facts_csv(facts_of(c, f), stdout);
    return SD_OK;
}

sd_status loop_futures(call *c, const char *input)
{
    sd_scenario *scenario;
    sd_result result;
    const sd_history *history;
    const sd_futures *futures;
    double began = sd_clock_seconds();
    if (c->given.futures < 1 || c->given.futures > SD_FUTURES_MAX)
        return fail_count(c);
    sd_status status = check_alone(c);
    if (status == SD_OK)
        status = study_read(c, input, &scenario);
    if (status == SD_OK)
        status = study_history(c, scenario, &result, &history);
    if (status != SD_OK)
        return status;
    progress_bar bar = progress_begin();
    const sd_futures_request request = {.equations = history->equations,
                                        .scenario = scenario,
                                        .count = (size_t)c->given.futures,
                                        .seed = scenario->spec.seed,
                                        .progress = progress_show,
                                        .progress_context = &bar,
                                        .interrupted = c->interrupted};
    status = sd_futures_new(c->arena, &request, &futures, c->diag);
    progress_end(&bar);
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = facts_write(c, facts_of(c, futures), &result, 1, c->given.output);
    if (status == SD_OK)
        status = show(c, futures, &result, sd_clock_seconds() - began);
    if (status == SD_OK && c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    return status;
}
