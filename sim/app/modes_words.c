/* modes_words.c - equilibrium and modes in plain words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "modes_study.h"

enum { TAKERS = 3 };

static const double least_share = 0.1; /* [1] of a mode: what takes less part is not named */

/* A stock that people see, with all its hidden ones: the stages of a delay are one. */
typedef struct taker {
    const char *name;
    double share; /* [1] */
} taker;

static int list_takers(const modes_study *r, const sd_mode *mode, taker list[TAKERS])
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
            best = all[k].share > all[best].share + 1e-9 ? k : best; /* rounding decides nothing */
        if (count == 0 || (taken > 0 && all[best].share < least_share))
            break;
        list[taken] = all[best];
        all[best].share = -1;
    }
    return taken;
}

const char *modes_takers(const modes_study *r, const sd_mode *mode, bool percent)
{
    taker list[TAKERS];
    const int count = list_takers(r, mode, list);
    sd_text text = sd_text_new(r->c->arena);

    for (int k = 0; k < count; k++) {
        sd_text_printf(&text, "%s%s",
                       k == 0                     ? ""
                       : percent || k + 1 < count ? ", "
                                                  : " and ",
                       list[k].name);
        if (percent)
            sd_text_printf(&text, " %.0f %%", 100 * list[k].share);
    }
    return text.bytes;
}

/* Three digits and the unit: "41.2 weeks". */
static const char *span_text(const modes_study *r, double time)
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

const char *modes_sentence(const modes_study *r)
{
    sd_text text = sd_text_new(r->c->arena);
    const sd_mode *lead = &r->modes.list[r->lead], *swing = swing_of(&r->modes);
    const char *who = sd_model_is_trap(r->at.scenario->model) ? "the organisation" : "the model";

    sd_text_printf(&text, "If %s stands still, %s ", moment_text(r->c, &r->at), who);
    if (lead->real > 0)
        sd_text_printf(
            &text,
            "does not stay at its equilibrium: a small disturbance grows, and doubles in "
            "%s; it sits in %s.",
            span_text(r, M_LN2 / lead->real), modes_takers(r, lead, false));
    else if (lead->real == 0)
        sd_text_printf(
            &text,
            "has an equilibrium to which it does not return: a small disturbance neither "
            "grows nor dies out; it sits in %s.",
            modes_takers(r, lead, false));
    else
        sd_text_printf(&text,
                       "comes to rest and nothing grows: the slowest change takes %s to lose two "
                       "thirds of its size, and sits in %s.",
                       span_text(r, lead->time_constant), modes_takers(r, lead, false));
    if (!swing)
        sd_text_printf(&text, " No swing lasts.");
    else if (swing->real < 0)
        sd_text_printf(&text, " It swings with a period of %s, each swing %.0f %% of the last.",
                       span_text(r, swing->period), 100 * exp(swing->real * swing->period));
    else
        sd_text_printf(&text, " It swings with a period of %s.", span_text(r, swing->period));
    return text.bytes;
}

/* How far the run is from where it is heading. */
static const char *distance(const modes_study *r)
{
    const sd_core *core = r->at.core;
    size_t far = 0, worst = 0;
    double most = 0;

    for (size_t i = 0; i < core->stock_count; i++) {
        const double size = fmax(fabs(r->stocks[i]), r->at.sizes[i]);
        const double apart = fabs(r->stocks[i] - r->at.stocks[i]);
        const double gap = apart > 1e-9 * core->scale[i] ? apart / size : 0;

        if (core->roles[i] == SD_ROLE_COUNTER)
            continue;
        far += gap > 0.01;
        worst = gap > most ? i : worst;
        most = fmax(most, gap);
    }
    if (far == 0)
        return "The run is there already.";
    return sd_arena_printf(r->c->arena,
                           "The run is not there yet: %s %s off by over 1 %%, most of all %s, %.4g "
                           "now and %.4g at rest.",
                           counted(r->c->arena, far, "stock"), far == 1 ? "is" : "are",
                           sd_stock_name(r->c->arena, core->program, worst), r->at.stocks[worst],
                           r->stocks[worst]);
}

static const char *names_of(const modes_study *r, sd_role role)
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

/* Stocks on a corner: those that take part in the leading mode, or all of them. */
static const char *corners_of(const modes_study *r, bool all, size_t *ret_count)
{
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);

    *ret_count = 0;
    for (size_t i = 0; i < core->stock_count && r->modes.corners; i++) {
        if (!r->modes.corners[i])
            continue;
        if (all || r->modes.list[r->lead].shares[i] >= least_share)
            sd_text_printf(&text, "%s%s", text.length ? ", " : "",
                           sd_stock_name(r->c->arena, core->program, i));
        else
            ++*ret_count;
    }
    return text.bytes;
}

static void print_corners(const modes_study *r, FILE *to)
{
    size_t others;
    const char *names = corners_of(r, r->c->given.verbose, &others);

    if (!r->modes.corners)
        return;
    print_wrapped(sd_arena_printf(
                      r->c->arena,
                      "Where it rests, rises and falls go by different slopes, and the modes "
                      "hold for the side of this run: %s%s%s%s.",
                      names, others && *names ? " and " : "",
                      others ? counted(r->c->arena, others, *names ? "other stock" : "stock") : "",
                      others ? " (-v names them)" : ""),
                  0, to);
}

const char *modes_total(const modes_study *r, const sd_total *total)
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

void modes_print_aside(const modes_study *r, FILE *to)
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
        print_wrapped(
            sd_arena_printf(c->arena, "Left out, for nothing depends on them: %s.", counters), 0,
            to);
    if (*still)
        print_wrapped(sd_arena_printf(c->arena, "Nothing moves: %s.", still), 0, to);
    for (size_t i = 0; i < core->total_count; i++)
        print_wrapped(
            sd_arena_printf(c->arena, "No flow changes: %s.", modes_total(r, &core->totals[i])), 0,
            to);
    print_corners(r, to);
    if (silent)
        print_wrapped("Modes marked · sit in stocks that stay at rest throughout the run, such as "
                      "policies that are not in use.",
                      0, to);
    if (defective)
        print_wrapped("Modes marked = coincide, as the stages of a delay do: each disturbs the "
                      "next, so a disturbance can grow for a while before it dies out.",
                      0, to);
}
