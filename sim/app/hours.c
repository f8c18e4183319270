/* hours.c - the account of the hours that AI saves as a table: one row a part, one column a scenario.
 * In: finished runs.  Out: lines on stdout; none when there is no trap, or hardly any AI in use.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app_private.h"

enum { LABEL = 22, UNIT = 12 };

static const sd_account *end_of(call *c, const sd_dataset *data, size_t series)
{
    const sd_account *account = sd_account_new(c->arena, data, series);
    return account ? &account[data->series[series].time_count - 1] : NULL;
}

/* "4.0 (36 %)" */
static const char *cell(call *c, const sd_account *end, size_t part)
{
    if (isnan(end->shares[part]))
        return "-";
    return sd_arena_printf(c->arena, "%s (%s %%)",
                           number_text(c->arena, end->hours[part], 1, false),
                           number_text(c->arena, 100 * end->shares[part], 0, false));
}

void print_hours(call *c, const study *studies, size_t count, const int *widths)
{
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, count);
    for (size_t i = 0; i < count; i++)
        results[i] = studies[i].result;
    const sd_dataset *data = sd_dataset_from_results(c->arena, results, count);
    const sd_account **ends = SD_NEW_ARRAY(c->arena, const sd_account *, count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        ends[i] = end_of(c, data, i);
        if (!ends[i])
            return;
        any = any || !isnan(ends[i]->shares[SD_ACCOUNT_KEPT]);
    }
    if (!any)
        return;
    printf("\nOf the hours saved (h per person and week, at %s; in brackets the share)\n",
           sd_scorecard_new(c->arena, &studies[0].result)->dates[SD_CARD_DATES - 1]);
    print_padded("Saved by AI", LABEL + UNIT);
    for (size_t i = 0; i < count; i++)
        print_padded(isnan(ends[i]->shares[SD_ACCOUNT_KEPT])
                         ? "-"
                         : number_text(c->arena, ends[i]->gross, 1, false),
                     -widths[i]);
    printf("\n");
    for (size_t part = 0; part < SD_ACCOUNT_PARTS; part++) {
        print_padded(sd_account_parts[part].label, LABEL + UNIT);
        for (size_t i = 0; i < count; i++)
            print_padded(cell(c, ends[i], part), -widths[i]);
        printf("\n");
    }
}
