/* sweep_identity.c - all that decides about the numbers of a sweep, in words: two sweeps of the same words have the same
 * members to the bit, whatever ran them.
 * In: a prepared sweep.  Out: lines "what: value", the most telling ones first.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "sweep_study.h"

static void say(sd_text *text, const char *what, const char *of, const char *value)
{
    sd_text_printf(text, "%s%s%s: %s\n", what, *of ? " of " : "", of, value);
}

static void say_number(sd_text *text, const char *what, const char *of, double value)
{
    char number[SD_NUMBER_MAX];
    (void)sd_number_format(value, number);
    say(text, what, of, number);
}

static void say_hash(sd_text *text, const char *what, const char *of, uint64_t hash)
{
    sd_text_printf(text, "%s%s%s: %016" PRIx64 "\n", what, *of ? " of " : "", of, hash);
}

static void say_design(sd_text *text, const sweep_study *s)
{
    static const char *const kinds[] = {"monte carlo", "latin hypercube", "sobol"};
    static const char *const scrambles[] = {"owen", "shift", "plain"};
    const sd_design *design = s->list[0].design;
    const sd_sampling *sampling = &s->drawing.sampling;
    say(text, "design", "",
        design->kind == SD_DESIGN_GRID            ? "grid"
        : design->kind == SD_DESIGN_TABLE         ? "table"
        : design->kind == SD_DESIGN_ONE_AT_A_TIME ? "one at a time"
        : s->drawing.one_at_a_time                ? "one at a time"
                                                  : kinds[sampling->kind]);
    if (design->kind == SD_DESIGN_POINTS && sampling->kind == SD_POINTS_SOBOL)
        say(text, "scrambling", "", scrambles[sampling->scramble]);
    if (design->kind == SD_DESIGN_POINTS && sampling->kind == SD_POINTS_LATIN)
        say(text, "hypercube", "",
            sampling->maximin   ? sampling->centred ? "centred maximin" : "maximin"
            : sampling->centred ? "centred"
                                : "plain");
    for (size_t i = 0; i < s->drawing.grid_count; i++)
        say(text, "grid", "", s->drawing.grid[i]);
    if (s->members)
        say_hash(text, "table", "", sd_hash(s->members->text, s->members->length));
    sd_text_printf(text, "members: %" PRIu64 "\n", design->member_count);
}

/* What the factors' values are worked out from, beside the grid. */
static uint64_t hash_factors(const sd_design *design)
{
    uint64_t hash = sd_hash(NULL, 0);
    for (size_t f = 0; f < design->factor_count; f++) {
        const sd_factor *factor = &design->factors[f];
        const sd_distribution *d = &factor->distribution;
        const double numbers[] = {factor->value, (double)d->kind, (double)factor->partner,
                                  factor->correlation};
        hash = sd_hash_more(hash, factor->name, strlen(factor->name) + 1);
        hash = sd_hash_more(hash, numbers, sizeof numbers);
        hash = sd_hash_more(hash, d->p, sizeof d->p);
        if (d->choice_count) {
            hash = sd_hash_more(hash, d->values, d->choice_count * sizeof *d->values);
            hash = sd_hash_more(hash, d->weights, d->choice_count * sizeof *d->weights);
        }
    }
    return hash;
}

static uint64_t hash_settings(const sd_scenario *scenario)
{
    uint64_t hash = sd_hash(NULL, 0);
    for (size_t i = 0; i < scenario->settings.count; i++) {
        const sd_setting *setting = &scenario->settings.items[i];
        hash = sd_hash_more(hash, &setting->element, sizeof setting->element);
        hash = sd_hash_more(hash, &setting->value, sizeof setting->value);
    }
    return hash;
}

static void say_scenario(sd_text *text, const swept *one)
{
    const sd_scenario *scenario = one->scenario;
    const sd_run_spec *spec = &scenario->spec;
    const char *name = scenario->name;
    say(text, "scenario", "", name);
    sd_text_printf(text, "seed of %s: %" PRIu64 "\n", name, spec->seed);
    say(text, "changes", name, scenario->changed);
    for (size_t i = 0; i < scenario->sources.count; i++)
        say_hash(text, "text", scenario->sources.items[i]->name,
                 sd_hash(scenario->sources.items[i]->text, scenario->sources.items[i]->length));
    for (size_t i = 0; i < scenario->model->data_count; i++)
        say_hash(text, "data", scenario->model->data[i]->name,
                 sd_hash(scenario->model->data[i]->text, scenario->model->data[i]->length));
    say_hash(text, "model", name,
             sd_hash(scenario->model->source->text, scenario->model->source->length));
    say(text, "method", name, sd_method_name(spec->method));
    say_number(text, "dt", name, spec->dt);
    say_number(text, "start", name, spec->start);
    say_number(text, "stop", name, spec->stop);
    say_number(text, "save_interval", name, spec->save_interval);
    say_number(text, "rtol", name, spec->rtol);
    say_number(text, "atol", name, spec->atol);
    say_hash(text, "settings", name, hash_settings(scenario));
    say_hash(text, "distributions", name, hash_factors(one->design));
}

const char *sweep_identity(call *c, const sweep_study *s)
{
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, "version: %s %s\n", TREADMILL_VERSION, build_text());
    say_design(&text, s);
    for (size_t i = 0; i < s->count; i++)
        say_scenario(&text, &s->list[i]);
    for (size_t i = 0; i < s->score_count; i++)
        say(&text, "score", "", s->list[0].scores[i].spec);
    return text.bytes;
}
