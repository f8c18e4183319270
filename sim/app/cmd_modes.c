/* cmd_modes.c - where a model comes to rest, how fast, and what swings: a sentence, a table, CSV, JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "modes_study.h"

enum { SHOWN = 12, ADVISERS = 5 };

/* ---- the table ---- */

static const char *head_of(const modes_study *r)
{
    const sd_scenario *s = r->at.scenario;
    const sd_core *core = r->at.core;

    return sd_arena_printf(r->c->arena, "%s%s%s · %s · %s, %zu of them free to move",
                           s->title[0] ? s->title : s->name, *s->changed ? " · with " : "",
                           s->changed, moment_text(r->c, &r->at),
                           counted(r->c->arena, core->stock_count, "stock"), core->count);
}

static void print_modes(const modes_study *r)
{
    const char *units = r->at.scenario->model->time_units;
    const size_t most = r->c->given.verbose || r->modes.count <= SHOWN ? r->modes.count : SHOWN;
    sd_arena *arena = r->c->arena;

    printf("\nmode");
    print_padded("time constant", -16);
    print_padded("period", -12);
    print_padded("damping", -10);
    printf("  what takes part\n    ");
    print_padded(units, -16);
    print_padded(units, -12);
    printf("\n");
    for (size_t i = 0; i < most; i++) {
        const sd_mode *m = &r->modes.list[i];

        print_padded(sd_arena_printf(arena, "%zu%s", i + 1,
                                     r->silent[i]   ? " ·"
                                     : m->defective ? " ="
                                                    : ""),
                     4);
        print_padded(isinf(m->time_constant) ? "neither" : plain_text(arena, m->time_constant),
                     -16);
        print_padded(plain_text(arena, m->period), -12);
        print_padded(isnan(m->damping) ? "-" : number_text(arena, m->damping, 3, false), -10);
        printf("  %s\n", modes_takers(r, m, true));
    }
    if (most < r->modes.count)
        printf("and %zu faster ones (-v shows all)\n", r->modes.count - most);
}

static void print_parameters(const modes_study *r)
{
    const sd_core *core = r->at.core;
    const size_t most =
        r->c->given.verbose || r->parameter_count <= ADVISERS ? r->parameter_count : ADVISERS;
    const sd_mode *lead = &r->modes.list[r->lead];

    if (most == 0 || lead->real == 0)
        return;
    printf("\nwhat sets the time constant of mode %zu: change of it for 1 %% more of\n",
           r->lead + 1);
    for (size_t k = 0; k < most; k++) {
        const sd_elasticity *e = &r->parameters[k];
        /* of Re lambda, whose inverse the time constant is */
        const double part = e->real - e->imaginary * lead->imaginary / lead->real;

        if (fabs(part) < 0.005)
            continue;
        print_padded(number_text(r->c->arena, -part, 2, true), -8);
        printf(" %%  %s\n",
               sd_model_element_name(core->program->model,
                                     core->program->parameters[e->parameter].element, r->c->arena));
    }
}

static void print_equilibrium(const modes_study *r)
{
    const sd_core *core = r->at.core;

    printf("\n%-44s%12s%12s\n", "stock", "run", "at rest");
    for (size_t i = 0; i < core->stock_count; i++) {
        print_padded(sd_stock_name(r->c->arena, core->program, i), 44);
        print_padded(plain_text(r->c->arena, r->at.stocks[i]), -12);
        print_padded(
            core->roles[i] == SD_ROLE_COUNTER ? "-" : plain_text(r->c->arena, r->stocks[i]), -12);
        printf("\n");
    }
}

/* ---- the command ---- */

/* What stays at modes_study from the start on is moved by nothing in the run, such as a policy that is not in use: its mode may
 * be the slowest, but tells nothing.  Where all is at modes_study every mode counts. */
static void choose_lead(modes_study *r)
{
    const sd_core *core = r->at.core;
    double *start = SD_NEW_ARRAY(r->c->arena, double, core->stock_count + 1);

    r->silent = SD_NEW_ARRAY(r->c->arena, bool, r->modes.count + 1);
    sd_field_start(r->at.field, start);
    for (size_t i = 0; i < r->modes.count; i++) {
        double share = 0;

        for (size_t k = 0; k < core->stock_count; k++)
            if (fmax(fabs(start[k] - r->stocks[k]), fabs(r->at.stocks[k] - r->stocks[k])) <=
                1e-9 * core->scale[k])
                share += r->modes.list[i].shares[k];
        r->silent[i] = share > 0.5;
    }
    while (r->lead < r->modes.count && r->silent[r->lead])
        r->lead++;
    if (r->lead == r->modes.count) {
        r->lead = 0;
        memset(r->silent, 0, r->modes.count * sizeof *r->silent);
    }
}

static sd_status work_out(call *c, modes_study *r)
{
    r->stocks = SD_NEW_ARRAY(c->arena, double, r->at.core->stock_count + 1);
    sd_status status = sd_equilibrium_find(r->at.core, r->at.stocks, true, r->stocks, c->diag);

    if (status == SD_OK)
        status = sd_modes_new(c->arena, r->at.core, r->stocks, r->at.stocks, &r->modes, c->diag);
    if (status != SD_OK)
        return status;
    choose_lead(r);
    const sd_mode *lead = &r->modes.list[r->lead];

    r->parameters =
        sd_mode_parameters(c->arena, r->at.core, r->modes.stocks, lead, &r->parameter_count);
    r->entries = sd_mode_entries(c->arena, r->at.core, r->modes.stocks, lead, &r->entry_count);
    return SD_OK;
}

sd_status cmd_modes(call *c)
{
    modes_study r = {.c = c};

    if (c->given.inputs.count != 1) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'modes' takes one input, not %zu",
                                   c->given.inputs.count);
        sd_help(c->diag, "for example: treadmill modes tools-only");
        return status;
    }
    sd_status status = regime_new(c, c->given.inputs.items[0], &r.at);
    if (status == SD_OK && r.at.core->count == 0)
        status = sd_fail(c->diag, SD_E510, SD_NOWHERE, "no stock of '%s' moves, so it has no modes",
                         r.at.scenario->name);
    else if (status == SD_OK)
        status = work_out(c, &r);
    if (status != SD_OK)
        return status;
    const arguments *given = &c->given;
    const bool piped = !given->output || strcmp(given->output, "-") == 0;

    if (!piped)
        status = facts_write(c, modes_facts(&r), &r.at.result, 1, given->output);
    if (status != SD_OK)
        return status;
    if (given->json) {
        modes_print_json(&r);
        return SD_OK;
    }
    const bool table = wants_table(given) && (!given->output || !piped);
    FILE *words = table ? stdout : stderr;

    if (!given->quiet) {
        if (table)
            printf("%s\n", head_of(&r));
        print_wrapped(modes_sentence(&r), 0, words);
        modes_print_aside(&r, words);
    }
    if (table) {
        print_modes(&r);
        print_parameters(&r);
        if (given->verbose)
            print_equilibrium(&r);
    } else if (piped) {
        sd_facts_csv(modes_facts(&r), stdout);
    }
    if (!piped && !given->quiet)
        study_tell_written(given->output);
    return SD_OK;
}
