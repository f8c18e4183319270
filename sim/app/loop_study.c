/* loop_study.c - a scenario run and seen as loops.
 * In: a scenario and the options.  Out: its causal graph, its loops with their scores, and which drives when.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

static const double search_seconds = 5;
enum { SEARCHED_MAX = 20000 }; /* loops that a search keeps to score them */

/* "a, b[x], c" as the stops of a loop. */
static sd_status read_pin(call *c, const sd_model *model, const char *text, size_t number,
                          sd_pin *ret_pin)
{
    SD_LIST(sd_stop) stops = {0};
    const sd_source *source = sd_source_from_text(c->arena, "--pin", text, strlen(text));
    sd_span whole = {.source = source, .begin = 0, .end = source->length};
    for (size_t at = 0; at <= source->length;) {
        size_t end = at;
        for (int depth = 0; text[end] && (text[end] != ',' || depth); end++)
            depth += text[end] == '[' ? 1 : text[end] == ']' ? -1 : 0;
        sd_span span = {.source = source, .begin = at, .end = end};
        while (span.begin < span.end && text[span.begin] == ' ')
            span.begin++;
        const char *name = sd_arena_copy(c->arena, text + span.begin, span.end - span.begin);
        sd_stop stop = {.variable = sd_model_find(model, name), .element = SIZE_MAX};
        if (!stop.variable) {
            sd_status status = sd_model_find_element(model, name, span, &stop.element, c->diag);
            if (status != SD_OK)
                return status;
            stop.variable = model->element_variables[stop.element];
        }
        if (stop.variable->kind == SD_GF || sd_variable_is_constant(stop.variable)) {
            sd_status status =
                sd_fail(c->diag, SD_E111, span, "'%s' does not change, so no loop goes through it",
                        stop.variable->name);
            sd_help(c->diag, "list stocks, flows and computed auxiliaries");
            return status;
        }
        SD_PUSH(c->arena, &stops, stop);
        at = end + 1;
    }
    *ret_pin = (sd_pin){.id = sd_arena_printf(c->arena, "P%zu", number),
                        .count = stops.count,
                        .stops = stops.items,
                        .span = whole};
    if (stops.count >= 2)
        return SD_OK;
    return sd_fail(c->diag, SD_E701, whole, "a loop needs at least two variables");
}

static sd_status find_loops(call *c, const sd_model *model, loop_study *s)
{
    const arguments *given = &c->given;
    double seconds = isnan(given->budget) ? search_seconds : given->budget;
    sd_budget budget = {
        .most = seconds > 0 ? SEARCHED_MAX : 0, .seconds = seconds, .interrupted = c->interrupted};
    sd_pin *pins = SD_NEW_ARRAY(c->arena, sd_pin, given->pin.count + 1);
    if (seconds < 0)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--budget' must be 0 or more seconds");
    for (size_t i = 0; i < given->pin.count; i++) {
        sd_status status = read_pin(c, model, given->pin.items[i], i + 1, &pins[i]);
        if (status != SD_OK)
            return status;
    }
    sd_status status = sd_feedbacks_new(c->arena, s->graph, pins, given->pin.count, &budget,
                                        &s->feedbacks, c->diag);
    /* What a search found until it was stopped is no result: nobody asked for so short a one. */
    return status == SD_OK && *c->interrupted ? SD_INTERRUPTED : status;
}

sd_status loop_study_run(call *c, const sd_scenario *scenario, loop_study *ret_study)
{
    loop_study s = {0};
    double began = sd_clock_seconds(),
           floor = isnan(c->given.floor) ? sd_change_floor : c->given.floor;
    const sd_history *history;
    if (!(floor >= 0 && floor < 1))
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--floor' must be a share from 0 to below 1");
    sd_status status = study_history(c, scenario, &s.result, &history);
    if (status == SD_OK)
        status = sd_graph_new(c->arena, history, c->given.expand, floor, &s.graph, c->diag);
    if (status == SD_OK)
        status = find_loops(c, scenario->model, &s);
    if (status != SD_OK)
        return status;
    s.spells = sd_spells_new(c->arena, s.feedbacks, &s.spell_count);
    s.seconds = sd_clock_seconds() - began;
    *ret_study = s;
    return SD_OK;
}

const sd_facts *loop_facts(call *c, const loop_study *studies, size_t count)
{
    const char *time = studies[0].result.scenario->model->time_units;
    const sd_column columns[] = {
        {"scenario", "", "which run"},
        {"t_start", time, "when the step starts that the scores belong to"},
        {"t_end", time, "when it ends"},
        {"loop", "", "id"},
        {"score", "dmnl", "loop score; negative: balancing"},
        {"relative", "dmnl", "score over the sum of sizes of all loops examined in its partition"},
        {"among_named", "dmnl", "the same among the named loops alone; empty for others"},
        {"partition", "", "loops of one number share stocks that reach each other"},
        {"name", "", "of the loop; empty when nobody named it"}};
    size_t skip = count == 1, total = sizeof columns / sizeof *columns;
    sd_column *kept = SD_NEW_ARRAY(c->arena, sd_column, total);
    memcpy(kept, columns, sizeof columns);
    sd_facts *facts = SD_NEW(c->arena, sd_facts);
    *facts = (sd_facts){.arena = c->arena, .column_count = total - skip, .columns = kept + skip};
    for (size_t i = 0; i < count; i++) {
        const sd_feedbacks *all = studies[i].feedbacks;
        const sd_history *h = all->graph->history;
        for (size_t l = 0; l < all->count + all->pinned_count; l++) {
            const sd_feedback *f = l < all->count ? &all->list[l] : &all->pinned[l - all->count];
            for (size_t k = 1; k < h->point_count; k++) {
                double among = f->among ? f->among[k] : (double)NAN;
                if (skip)
                    sd_facts_add(facts, "ddsdddds", h->times[k - 1], h->times[k], f->id,
                                 f->score[k], f->relative[k], among, (double)f->partition, f->name);
                else
                    sd_facts_add(facts, "sddsdddds", studies[i].result.scenario->name,
                                 h->times[k - 1], h->times[k], f->id, f->score[k], f->relative[k],
                                 among, (double)f->partition, f->name);
            }
        }
    }
    return facts;
}
