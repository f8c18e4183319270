/* counterfactual.c - the same organisation with the same policies but without AI, so that what a policy does by
 * itself is not sold as AI's doing.
 * In: a scenario of the trap model.  Out: its run with AI never arriving, and the differences as a table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app_private.h"

enum { LABEL = 22, UNIT = 12 };

bool has_counterfactual(const sd_scenario *scenario)
{
    size_t count;
    sd_arena *scratch = sd_arena_new("a question");
    (void)sd_scorecard_elements(scratch, scenario->model, &count);
    sd_arena_free(scratch);
    return count > 0 && sd_model_find(scenario->model, "AI_start");
}

sd_status study_without_ai(call *c, const sd_scenario *scenario, study *ret_study)
{
    sd_scenario *without = SD_NEW(c->arena, sd_scenario);
    *without = *scenario;
    without->settings.items = NULL;
    without->settings.count = without->settings.capacity = 0;
    size_t start = sd_model_find(scenario->model, "AI_start")->first;
    for (size_t i = 0; i < scenario->settings.count; i++)
        if (scenario->settings.items[i].element != start)
            SD_PUSH(c->arena, &without->settings, scenario->settings.items[i]);
    sd_setting never = {.element = start, .value = scenario->spec.stop + 9999};
    SD_PUSH(c->arena, &without->settings, never);
    return study_run(c, without, ret_study);
}

static double end_of(const sd_card_row *row)
{
    return row->at[SD_CARD_DATES - 1];
}

/* Does any of these organisations change by its policies alone? */
static bool moves_by_itself(call *c, const study *without, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const sd_scorecard *card = sd_scorecard_new(c->arena, &without[i].result);
        for (size_t r = 0; r < card->row_count; r++)
            if (!card->rows[r].measure->needs_use &&
                fabs(end_of(&card->rows[r]) - card->rows[r].at[0]) > 0.05)
                return true;
    }
    return false;
}

void print_counterfactuals(call *c, const study *studies, const study *without, size_t count,
                           const int *widths)
{
    if (!moves_by_itself(c, without, count))
        return;
    printf("\nWhat AI adds: the difference to the same policies without AI\n");
    const sd_scorecard *first = sd_scorecard_new(c->arena, &studies[0].result);
    for (size_t r = 0; r < first->row_count; r++) {
        const sd_measure *m = first->rows[r].measure;
        if (m->needs_use)
            continue;
        print_padded(m->label, LABEL);
        print_padded(m->short_unit, UNIT);
        for (size_t i = 0; i < count; i++) {
            const sd_scorecard *with = sd_scorecard_new(c->arena, &studies[i].result);
            const sd_scorecard *base = sd_scorecard_new(c->arena, &without[i].result);
            double added = end_of(&with->rows[r]) - end_of(&base->rows[r]);
            print_padded(number_text(c->arena, added, m->decimals, true), -widths[i]);
        }
        printf("\n");
    }
}
