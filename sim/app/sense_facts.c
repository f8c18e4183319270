/* sense_facts.c - what an output depends on, one number a row: output, parameter, measure, value, low, high.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sense_study.h"

typedef struct writer {
    const sense_study *study;
    sd_facts *facts;
    const char *output; /* of the rows that follow */
} writer;

static void add(const writer *w, const char *parameter, const char *measure, sd_estimate e)
{
    sd_facts_add(w->facts, "sssddd", w->output, parameter, measure, e.value, e.low, e.high);
}

static void add_alone(const writer *w, const char *parameter, const char *measure, double value)
{
    add(w, parameter, measure, (sd_estimate){value, (double)NAN, (double)NAN});
}

static void add_sobol(const writer *w, const sense_output *o, size_t f)
{
    const sense_study *s = w->study;
    const sd_sobol_index *index = &o->sobol->list[f];
    const char *name = s->factors[f].name;
    add(w, name, "S1", index->first);
    add(w, name, "ST", index->total);
    for (size_t j = 0; index->second && j < s->factor_count; j++)
        if (j != f)
            add(w, name, sd_arena_printf(s->call->arena, "S2:%s", s->factors[j].name),
                index->second[j]);
}

static void add_morris(const writer *w, const sense_output *o, size_t f)
{
    const char *name = w->study->factors[f].name;
    add(w, name, "mu", o->morris[f].mu);
    add(w, name, "mu_star", o->morris[f].mu_star);
    add(w, name, "sigma", o->morris[f].sigma);
}

/* ---- discovery ---- */

static void add_box(const writer *w)
{
    const sense_study *s = w->study;
    const sd_prim_box *box = &s->prim->box;
    add_alone(w, "", "coverage", box->coverage);
    add_alone(w, "", "density", box->density);
    for (size_t i = 0; i < s->factor_count; i++) {
        const size_t f = s->region[i].factor;
        const char *name = s->factors[f].name;
        const double low = box->low[f], high = box->high[f];
        add_alone(w, name, "ks", s->region[i].distance);
        add_alone(w, name, "ks_p", s->region[i].p_value);
        if (isnan(s->prim->quasi_p[f]))
            continue;
        add_alone(w, name, "quasi_p", s->prim->quasi_p[f]);
        if (isfinite(low))
            add_alone(w, name, "box_low", low);
        if (isfinite(high))
            add_alone(w, name, "box_high", high);
    }
}

/* Each step with the parameter that it restricts. */
static void add_steps(const writer *w)
{
    const sense_study *s = w->study;
    sd_arena *arena = s->call->arena;
    for (size_t i = 0; i < s->prim->step_count; i++) {
        const sd_prim_box *box = &s->prim->steps[i], *before = i ? box - 1 : box;
        const char *name = "";
        for (size_t f = 0; f < s->factor_count; f++)
            if (box->low[f] != before->low[f] || box->high[f] != before->high[f])
                name = s->factors[f].name;
        add_alone(w, name, sd_arena_printf(arena, "mass:%zu", i),
                  (double)box->members / (double)s->cases.count);
        add_alone(w, name, sd_arena_printf(arena, "coverage:%zu", i), box->coverage);
        add_alone(w, name, sd_arena_printf(arena, "density:%zu", i), box->density);
    }
}

/* The first futures, by the two parameters that tell most. */
static void add_futures(const writer *w)
{
    const sense_study *s = w->study;
    sd_arena *arena = s->call->arena;
    size_t axes[2] = {0, 0}, found = 0;
    for (int restricted = 1; restricted >= 0; restricted--)
        for (size_t i = 0; i < s->factor_count && found < 2; i++)
            if (isnan(s->prim->quasi_p[s->region[i].factor]) != (restricted == 1))
                axes[found++] = s->region[i].factor;
    for (size_t n = 0; n < s->cases.count && n < SD_FUTURES_DRAWN; n++) {
        const char *future = sd_arena_printf(arena, "future:%zu", n);
        for (size_t i = 0; i < found; i++)
            add_alone(w, s->factors[axes[i]].name, future,
                      s->cases.values[axes[i] * s->cases.count + n]);
        add_alone(w, "", sd_arena_printf(arena, "case:%zu", n), s->cases.is_case[n]);
    }
}

static void add_discovery(const writer *w, bool whole)
{
    const sense_study *s = w->study;
    const double n = (double)s->cases.count, share = (double)s->found / n;
    /* Wilson 1927 */
    const double z = 1.959963984540054, middle = (share + z * z / (2 * n)) / (1 + z * z / n),
                 half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    add_alone(w, "", "futures", n);
    add(w, "", "share", (sd_estimate){share, fmax(0, middle - half), fmin(1, middle + half)});
    if (!s->prim)
        return;
    add_box(w);
    add_steps(w);
    if (whole)
        add_futures(w);
}

/* ---- all ---- */

/* The central result first; then of each parameter its two results and what it was set to. */
static void add_oat(const writer *w, const sense_output *o)
{
    const sense_study *s = w->study;
    add_alone(w, "", "oat_centre", o->results[0]);
    for (size_t r = 0; r < s->factor_count; r++) {
        const size_t f = o->order[r];
        const char *name = s->factors[f].name;
        add_alone(w, name, "oat_low", o->oat[r].low);
        add_alone(w, name, "oat_high", o->oat[r].high);
        add_alone(w, name, "oat_from", sense_end(s, f, false));
        add_alone(w, name, "oat_to", sense_end(s, f, true));
    }
}

const sd_facts *sense_facts(const sense_study *s, bool whole)
{
    static const sd_column columns[] = {
        {"output", "", "the score that is explained"},
        {"parameter", "", "what was varied"},
        {"measure", "",
         "S1, ST, S2:<other> [1 of the variance]; mu, mu_star, sigma, oat_centre, oat_low, "
         "oat_high [units of the output]; oat_from, oat_to, box_low, box_high, future:<n> [units "
         "of the "
         "parameter]"},
        {"value", "", NULL},
        {"low", "", "of the 95 % interval"},
        {"high", "", "of the 95 % interval"}};
    sd_arena *arena = s->call->arena;
    sd_facts *facts = SD_NEW(arena, sd_facts);
    *facts = (sd_facts){
        .arena = arena, .column_count = sizeof columns / sizeof *columns, .columns = columns};
    for (size_t i = 0; i < s->output_count; i++) {
        const sense_output *o = &s->outputs[i];
        const writer w = {s, facts, o->score->spec};
        if (s->method == SENSE_DISCOVER)
            add_discovery(&(writer){s, facts, s->call->given.discover}, whole);
        if (o->oat)
            add_oat(&w, o);
        for (size_t r = 0; s->method != SENSE_DISCOVER && r < s->factor_count; r++) {
            const size_t f = o->order[r];
            if (o->sobol)
                add_sobol(&w, o, f);
            else if (o->morris)
                add_morris(&w, o, f);
        }
    }
    return facts;
}
