/* cmd_modes.c - where a model comes to rest, how fast, and what swings: a sentence, a table, CSV, JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

enum { SHOWN = 12, TAKERS = 3, ADVISERS = 5 };

static const double least_share = 0.1; /* [1] of a mode: what takes less part is not named */

typedef struct rest {
    call *c;
    regime at;
    double *stocks; /* [stock_count] of the equilibrium */
    sd_modes modes;
    size_t lead;    /* the mode that words are about */
    bool *silent;   /* [modes.count] it sits in stocks that stay at rest in this run */
    size_t parameter_count, entry_count; /* elasticities of the leading mode */
    const sd_elasticity *parameters, *entries;
} rest;

/* A stock that people see, with all its hidden ones: the stages of a delay are one. */
typedef struct taker {
    const char *name;
    double share; /* [1] */
} taker;

static int list_takers(const rest *r, const sd_mode *mode, taker list[TAKERS])
{
    const sd_program *program = r->at.core->program;
    taker *all = SD_NEW_ARRAY(r->c->arena, taker, program->stock_count + 1);
    size_t count = 0;
    int taken = 0;

    for (size_t i = 0; i < program->stock_count; i++) {
        const char *name = sd_stock_name(r->c->arena, program, i);
        size_t k = 0;

        while (k < count && strcmp(all[k].name, name) != 0)
            k++;
        if (k == count)
            all[count++].name = name;
        all[k].share += mode->shares[i];
    }
    for (; taken < TAKERS; taken++) {
        size_t best = 0;

        for (size_t k = 1; k < count; k++)
            best = all[k].share > all[best].share ? k : best;
        if (count == 0 || (taken > 0 && all[best].share < least_share))
            break;
        list[taken] = all[best];
        all[best].share = -1;
    }
    return taken;
}

static const char *takers_text(const rest *r, const sd_mode *mode, bool percent)
{
    taker list[TAKERS];
    const int count = list_takers(r, mode, list);
    sd_text text = sd_text_new(r->c->arena);

    for (int k = 0; k < count; k++) {
        sd_text_printf(&text, "%s%s", k == 0 ? "" : percent || k + 1 < count ? ", " : " and ",
                       list[k].name);
        if (percent)
            sd_text_printf(&text, " %.0f %%", 100 * list[k].share);
    }
    return text.bytes;
}

/* Three digits and the unit: "41.2 weeks". */
static const char *span_text(const rest *r, double time)
{
    const double size = pow(10, 2 - floor(log10(fabs(time) + 1e-300)));

    return time_text(r->c->arena, time == 0 ? 0 : round(time * size) / size,
                     r->at.scenario->model->time_units);
}

/* ---- words ---- */

/* The slowest swing that is no more than a trembling: it keeps a twentieth of its size over one period. */
static const sd_mode *swing_of(const sd_modes *modes)
{
    for (size_t i = 0; i < modes->count; i++)
        if (modes->list[i].imaginary > 0 && modes->list[i].damping < 0.43)
            return &modes->list[i];
    return NULL;
}

static const char *sentence(const rest *r)
{
    sd_text text = sd_text_new(r->c->arena);
    const sd_mode *lead = &r->modes.list[r->lead], *swing = swing_of(&r->modes);
    const char *who = sd_model_is_trap(r->at.scenario->model) ? "the organisation" : "the model";

    sd_text_printf(&text, "If %s stands still, %s ", moment_text(r->c, &r->at), who);
    if (lead->real > 0)
        sd_text_printf(&text,
                       "does not stay at its equilibrium: a small disturbance grows, and doubles in "
                       "%s; it sits in %s.",
                       span_text(r, M_LN2 / lead->real), takers_text(r, lead, false));
    else if (lead->real == 0)
        sd_text_printf(&text,
                       "has an equilibrium to which it does not return: a small disturbance neither "
                       "grows nor dies out; it sits in %s.",
                       takers_text(r, lead, false));
    else
        sd_text_printf(&text,
                       "comes to rest and nothing grows: the slowest change takes %s to lose two "
                       "thirds of its size, and sits in %s.",
                       span_text(r, lead->time_constant), takers_text(r, lead, false));
    if (!swing)
        sd_text_printf(&text, " No swing lasts.");
    else if (swing->real < 0)
        sd_text_printf(&text, " It swings with a period of %s, each swing %.0f %% of the last.",
                       span_text(r, swing->period),
                       100 * exp(swing->real * swing->period));
    else
        sd_text_printf(&text, " It swings with a period of %s.", span_text(r, swing->period));
    return text.bytes;
}

/* How far the run is from where it is heading. */
static const char *distance(const rest *r)
{
    const sd_core *core = r->at.core;
    size_t far = 0, worst = 0;
    double most = 0;

    for (size_t i = 0; i < core->stock_count; i++) {
        const double gap = fabs(r->stocks[i] - r->at.stocks[i]) / core->scale[i];

        if (core->roles[i] == SD_ROLE_COUNTER)
            continue;
        far += gap > 0.01;
        worst = gap > most ? i : worst;
        most = fmax(most, gap);
    }
    if (far == 0)
        return "The run is there already.";
    return sd_arena_printf(
        r->c->arena, "The run is not there yet: %s %s off by over 1 %%, most of all %s, %.4g now and %.4g at rest.",
        counted(r->c->arena, far, "stock"), far == 1 ? "is" : "are",
        sd_stock_name(r->c->arena, core->program, worst), r->at.stocks[worst], r->stocks[worst]);
}

static const char *names_of(const rest *r, sd_role role)
{
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);
    const char *last = "";

    for (size_t i = 0; i < core->stock_count; i++) {
        const char *name = sd_stock_name(r->c->arena, core->program, i);

        if (core->roles[i] == role && strcmp(name, last) != 0)
            sd_text_printf(&text, "%s%s", text.length ? ", " : "", name);
        last = core->roles[i] == role ? name : last;
    }
    return text.bytes;
}

/* Stocks on a corner that take part in the leading mode; all of them when asked for. */
static const char *corners_of(const rest *r)
{
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);

    for (size_t i = 0; i < core->stock_count && r->modes.corners; i++)
        if (r->modes.corners[i] &&
            (r->c->given.verbose || r->modes.list[r->lead].shares[i] >= least_share))
            sd_text_printf(&text, "%s%s", text.length ? ", " : "",
                           sd_stock_name(r->c->arena, core->program, i));
    return text.bytes;
}

static const char *total_text(const rest *r, const sd_total *total)
{
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);

    for (size_t i = 0; i < core->stock_count; i++) {
        const double weight = total->weights[i];

        if (weight == 0)
            continue;
        sd_text_printf(&text, "%s", text.length ? weight < 0 ? " - " : " + " : "");
        if (fabs(weight) != 1)
            sd_text_printf(&text, "%.4g ", fabs(weight));
        sd_text_printf(&text, "%s", sd_stock_name(r->c->arena, core->program, i));
    }
    sd_text_printf(&text, " = %.6g", total->value);
    return text.bytes;
}

static void print_aside(const rest *r, FILE *to)
{
    const sd_core *core = r->at.core;
    const char *counters = names_of(r, SD_ROLE_COUNTER), *still = names_of(r, SD_ROLE_STILL);
    call *c = r->c;
    bool defective = false, silent = false;

    for (size_t i = 0; i < r->modes.count; i++) {
        defective = defective || (r->modes.list[i].defective && !r->silent[i]);
        silent = silent || r->silent[i];
    }
    print_wrapped(distance(r), 0, to);
    if (*counters)
        print_wrapped(sd_arena_printf(c->arena, "Left out, for nothing depends on them: %s.",
                                      counters),
                      0, to);
    if (*still)
        print_wrapped(sd_arena_printf(c->arena, "Nothing moves: %s.", still), 0, to);
    for (size_t i = 0; i < core->total_count; i++)
        print_wrapped(sd_arena_printf(c->arena, "No flow changes: %s.",
                                      total_text(r, &core->totals[i])),
                      0, to);
    if (*corners_of(r))
        print_wrapped(sd_arena_printf(c->arena,
                                      "Up and down go by different slopes where it rests, and the "
                                      "modes hold for one side: %s.",
                                      corners_of(r)),
                      0, to);
    if (silent)
        print_wrapped("Modes marked · sit in stocks that stay at rest throughout the run, such as "
                      "policies that are not in use.",
                      0, to);
    if (defective)
        print_wrapped("Modes marked = coincide, as the stages of a delay do: each disturbs the "
                      "next, so a disturbance can grow for a while before it dies out.",
                      0, to);
}

/* ---- the table ---- */

static const char *head_of(const rest *r)
{
    const sd_scenario *s = r->at.scenario;
    const sd_core *core = r->at.core;

    return sd_arena_printf(r->c->arena, "%s%s%s · %s · %s, %zu of them free to move",
                           s->title[0] ? s->title : s->name, *s->changed ? " · with " : "",
                           s->changed, moment_text(r->c, &r->at),
                           counted(r->c->arena, core->stock_count, "stock"), core->count);
}

static void print_modes(const rest *r)
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

        print_padded(sd_arena_printf(arena, "%zu%s", i + 1, r->silent[i] ? " ·" : m->defective ? " =" : ""), 4);
        print_padded(isinf(m->time_constant) ? "neither" : plain_text(arena, m->time_constant),
                     -16);
        print_padded(plain_text(arena, m->period), -12);
        print_padded(isnan(m->damping) ? "-" : number_text(arena, m->damping, 3, false), -10);
        printf("  %s\n", takers_text(r, m, true));
    }
    if (most < r->modes.count)
        printf("and %zu faster ones (-v shows all)\n", r->modes.count - most);
}

static void print_parameters(const rest *r)
{
    const sd_core *core = r->at.core;
    const size_t most = r->c->given.verbose || r->parameter_count <= ADVISERS ? r->parameter_count
                                                                              : ADVISERS;
    const sd_mode *lead = &r->modes.list[r->lead];

    if (most == 0 || lead->real == 0)
        return;
    printf("\nwhat sets the time constant of mode %zu: change of it for 1 %% more of\n", r->lead + 1);
    for (size_t k = 0; k < most; k++) {
        const sd_elasticity *e = &r->parameters[k];
        /* of Re lambda, whose inverse the time constant is */
        const double part = e->real - e->imaginary * lead->imaginary / lead->real;

        print_padded(number_text(r->c->arena, -part, 2, true), -8);
        printf(" %%  %s\n",
               sd_model_element_name(core->program->model,
                                     core->program->parameters[e->parameter].element,
                                     r->c->arena));
    }
}

static void print_equilibrium(const rest *r)
{
    const sd_core *core = r->at.core;

    printf("\n%-44s%12s%12s\n", "stock", "run", "at rest");
    for (size_t i = 0; i < core->stock_count; i++) {
        print_padded(sd_stock_name(r->c->arena, core->program, i), 44);
        print_padded(plain_text(r->c->arena, r->at.stocks[i]), -12);
        print_padded(core->roles[i] == SD_ROLE_COUNTER ? "-"
                                                       : plain_text(r->c->arena, r->stocks[i]),
                     -12);
        printf("\n");
    }
}

/* ---- tables that programs read ---- */

static const sd_facts *modes_table(const rest *r)
{
    static const char *const names[] = {"mode", "real", "imaginary", "time_constant", "period",
                                        "damping"};
    enum { COLUMNS = sizeof names / sizeof *names };
    const char *units = r->at.scenario->model->time_units;
    sd_column *columns = SD_NEW_ARRAY(r->c->arena, sd_column, COLUMNS);
    sd_facts *facts = SD_NEW(r->c->arena, sd_facts);

    for (int i = 0; i < COLUMNS; i++)
        columns[i] = (sd_column){.name = names[i], .units = ""};
    columns[1].units = columns[2].units = sd_arena_printf(r->c->arena, "1/%s", units[0] ? units : "time");
    columns[3].units = columns[4].units = units[0] ? units : "time";
    *facts = (sd_facts){.arena = r->c->arena, .column_count = COLUMNS, .columns = columns};
    for (size_t i = 0; i < r->modes.count; i++) {
        const sd_mode *m = &r->modes.list[i];

        sd_facts_add(facts, "dddddd", (double)i + 1, m->real, m->imaginary, m->time_constant,
                     m->period, m->damping);
    }
    return facts;
}

static void json_number(sd_text *text, const char *key, double value)
{
    char number[SD_NUMBER_MAX];

    (void)sd_number_format(value, number);
    sd_text_printf(text, ", \"%s\": %s", key, isfinite(value) ? number : "null");
}

static void json_name(sd_text *text, const char *key, const char *name, bool first)
{
    sd_text_printf(text, "%s\"%s\": ", first ? "\n    {" : ", ", key);
    sd_json_string(text, name);
}

static void json_modes(const rest *r, sd_text *text)
{
    const sd_core *core = r->at.core;

    for (size_t i = 0; i < r->modes.count; i++) {
        const sd_mode *m = &r->modes.list[i];
        bool any = false;

        sd_text_printf(text, "%s\n    {\"mode\": %zu", i ? "," : "", i + 1);
        json_number(text, "real", m->real);
        json_number(text, "imaginary", m->imaginary);
        json_number(text, "time_constant", m->time_constant);
        json_number(text, "period", m->period);
        json_number(text, "damping", m->damping);
        json_number(text, "doubling", m->real > 0 ? M_LN2 / m->real : (double)NAN);
        sd_text_printf(text, ", \"defective\": %s, \"stocks\": [", m->defective ? "true" : "false");
        for (size_t k = 0; k < core->stock_count; k++) {
            if (m->shares[k] < 1e-3)
                continue;
            sd_text_printf(text, "%s{\"stock\": ", any ? ", " : "");
            sd_json_string(text, sd_stock_name(r->c->arena, core->program, k));
            json_number(text, "share", m->shares[k]);
            sd_text_printf(text, "}");
            any = true;
        }
        sd_text_printf(text, "]}");
    }
}

static void json_elasticities(const rest *r, sd_text *text)
{
    const sd_program *program = r->at.core->program;

    for (size_t i = 0; i < r->parameter_count; i++) {
        sd_text_printf(text, "%s", i ? "," : "");
        json_name(text, "parameter",
                  sd_model_element_name(program->model,
                                        program->parameters[r->parameters[i].parameter].element,
                                        r->c->arena),
                  true);
        json_number(text, "real", r->parameters[i].real);
        json_number(text, "imaginary", r->parameters[i].imaginary);
        sd_text_printf(text, "}");
    }
    sd_text_printf(text, "\n  ],\n  \"entries\": [");
    for (size_t i = 0; i < r->entry_count; i++) {
        sd_text_printf(text, "%s", i ? "," : "");
        json_name(text, "from", sd_stock_name(r->c->arena, program, r->entries[i].from), true);
        json_name(text, "to", sd_stock_name(r->c->arena, program, r->entries[i].to), false);
        json_number(text, "real", r->entries[i].real);
        json_number(text, "imaginary", r->entries[i].imaginary);
        sd_text_printf(text, "}");
    }
}

static void print_json(const rest *r)
{
    static const char *const roles[] = {"moves", "counter", "still"};
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);

    sd_text_printf(&text, "{\n  \"scenario\": ");
    sd_json_string(&text, r->at.scenario->name);
    json_number(&text, "time", r->at.time);
    sd_text_printf(&text, ",\n  \"sentence\": ");
    sd_json_string(&text, sentence(r));
    sd_text_printf(&text, ",\n  \"equilibrium\": [");
    for (size_t i = 0; i < core->stock_count; i++) {
        sd_text_printf(&text, "%s", i ? "," : "");
        json_name(&text, "stock", sd_stock_name(r->c->arena, core->program, i), true);
        json_name(&text, "role", roles[core->roles[i]], false);
        json_number(&text, "run", r->at.stocks[i]);
        json_number(&text, "rest",
                    core->roles[i] == SD_ROLE_COUNTER ? (double)NAN : r->stocks[i]);
        sd_text_printf(&text, "}");
    }
    sd_text_printf(&text, "\n  ],\n  \"totals\": [");
    for (size_t i = 0; i < core->total_count; i++) {
        sd_text_printf(&text, "%s", i ? ", " : "");
        sd_json_string(&text, total_text(r, &core->totals[i]));
    }
    sd_text_printf(&text, "],\n  \"modes\": [");
    json_modes(r, &text);
    sd_text_printf(&text, "\n  ],\n  \"parameters\": [");
    json_elasticities(r, &text);
    sd_text_printf(&text, "\n  ]\n}\n");
    fputs(text.bytes, stdout);
}

/* ---- the command ---- */

/* What stays at rest from the start on is moved by nothing in the run, such as a policy that is not in use: its mode may
 * be the slowest, but tells nothing.  Where all is at rest every mode counts. */
static void choose_lead(rest *r)
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

static sd_status work_out(call *c, const char *input, rest *ret_rest)
{
    rest r = {.c = c};
    sd_status status = regime_new(c, input, &r.at);

    if (status != SD_OK)
        return status;
    if (r.at.core->count == 0)
        return sd_fail(c->diag, SD_E510, SD_NOWHERE, "no stock of '%s' moves, so it has no modes",
                       r.at.scenario->name);
    r.stocks = SD_NEW_ARRAY(c->arena, double, r.at.core->stock_count + 1);
    status = sd_equilibrium_find(r.at.core, r.at.stocks, false, r.stocks, c->diag);
    if (status == SD_OK)
        status = sd_modes_new(c->arena, r.at.core, r.stocks, &r.modes, c->diag);
    if (status != SD_OK)
        return status;
    choose_lead(&r);
    r.parameters = sd_mode_parameters(c->arena, r.at.core, r.stocks, &r.modes.list[r.lead],
                                      &r.parameter_count);
    r.entries =
        sd_mode_entries(c->arena, r.at.core, r.stocks, &r.modes.list[r.lead], &r.entry_count);
    *ret_rest = r;
    return SD_OK;
}

sd_status cmd_modes(call *c)
{
    rest r;

    if (c->given.inputs.count != 1) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'modes' takes one input, not %zu",
                                   c->given.inputs.count);
        sd_help(c->diag, "for example: treadmill modes tools-only");
        return status;
    }
    sd_status status = work_out(c, c->given.inputs.items[0], &r);
    if (status != SD_OK)
        return status;
    const arguments *given = &c->given;
    const bool piped = !given->output || strcmp(given->output, "-") == 0;

    if (!piped)
        status = facts_write(c, modes_table(&r), &r.at.result, 1, given->output);
    if (status != SD_OK)
        return status;
    if (given->json) {
        print_json(&r);
        return SD_OK;
    }
    const bool table = wants_table(given) && (!given->output || !piped);
    FILE *words = table ? stdout : stderr;

    if (!given->quiet) {
        if (table)
            printf("%s\n", head_of(&r));
        print_wrapped(sentence(&r), 0, words);
        print_aside(&r, words);
    }
    if (table) {
        print_modes(&r);
        print_parameters(&r);
        if (given->verbose)
            print_equilibrium(&r);
    } else if (piped) {
        sd_facts_csv(modes_table(&r), stdout);
    }
    if (!piped && !given->quiet)
        study_tell_written(given->output);
    return SD_OK;
}
