/* robust_facts.c - several scenarios in many futures, as a table for programs: one row a headline and scenario.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "robust_study.h"

static const sd_column columns[] = {
    {"output", "", "a variable at the end of the run, or a score"},
    {"unit", "", "of the values; differences of percentages are in points"},
    {"scenario", "", NULL},
    {"futures", "", "in which every scenario has a value"},
    {"failed", "", "futures in which this scenario could not be worked out"},
    {"ahead", "",
     "futures in which it is better than the first scenario; higher, where none is better"},
    {"behind", "", "futures in which it is worse"},
    {"value_5", "", "5 % quantile over the futures"},
    {"value_50", "", "the median"},
    {"value_95", "", "95 % quantile"},
    {"difference_5", "",
     "of the difference to the first scenario in the same future, the 5 % quantile"},
    {"difference_50", "", "the median"},
    {"difference_95", "", "95 % quantile"},
    {"regret_90", "", "lacking to the best of the compared in the same future, the 90 % quantile"},
    {"regret_max", "", "the most"},
    {"decides", "",
     "what was drawn and has the largest rank correlation with the difference; empty: none stands "
     "out"},
    {"rank_correlation", "dmnl", "that correlation (Spearman)"}};

static double unless_first(size_t which, double value)
{
    return which ? value : (double)NAN;
}

const sd_facts *robust_facts(const robust_study *s)
{
    sd_facts *facts = SD_NEW(s->call->arena, sd_facts);
    *facts = (sd_facts){.arena = s->call->arena,
                        .column_count = sizeof columns / sizeof *columns,
                        .columns = columns};
    for (size_t r = 0; r < s->row_count; r++)
        for (size_t i = 0; i < s->count; i++) {
            const robust_row *row = &s->rows[r];
            const sd_standing *at = &row->result.standings[i];
            const bool decides = at->decider_count > 0;
            sd_facts_add(facts, "sssddddddddddddsd", row->name, row->unit,
                         s->sides[i].scenario->name, (double)row->result.valid,
                         (double)s->sides[i].failed, unless_first(i, (double)at->ahead),
                         unless_first(i, (double)at->behind), at->low, at->median, at->high,
                         unless_first(i, at->lead_low), unless_first(i, at->lead_median),
                         unless_first(i, at->lead_high), at->regret_90, at->regret_most,
                         decides ? s->sides->design->factors[at->deciders[0]].name : "",
                         decides ? at->ranks[0] : (double)NAN);
        }
    return facts;
}

void robust_json(const robust_study *s)
{
    sd_text text = sd_text_new(s->call->arena);
    sd_text_printf(&text, "{\"text\": ");
    sd_json_string(&text, robust_summary(s));
    sd_text_printf(&text, ",\n\"futures\": %zu, \"drawn\": %zu,\n\"rows\": ", s->future_count,
                   s->sides->design->factor_count);
    sd_facts_json(robust_facts(s), &text);
    sd_text_printf(&text, "}\n");
    fputs(text.bytes, stdout);
}

sd_status robust_write(const robust_study *s, const char *path)
{
    call *c = s->call;
    const sd_facts *facts = robust_facts(s);
    const sd_provenance known = {.facts = true, .sweep = true};
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, s->count);
    outputs o;
    for (size_t i = 0; i < s->count; i++)
        results[i] = (sd_result){s->sides[i].scenario, s->sides[i].program, &s->sides[i].counts};
    sd_status status = outputs_open(c, path, &o);
    if (status != SD_OK)
        return status;
    sweep_forget_how(c);
    sd_facts_csv(facts, o.data.stream);
    return outputs_close(c, &o, &known, results, s->count, facts->columns, facts->column_count,
                         s->row_count * s->count);
}
