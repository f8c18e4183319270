/* sense_print.c - what an output depends on, for people: the answer as a sentence, then a table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sense_study.h"

enum { CELL = 13, WIDE = 24, ROWS = 12, COLUMNS = 6 };

static int name_width(const sense_study *s, const size_t *factors, size_t count)
{
    int width = 10;
    for (size_t i = 0; i < count; i++)
        if (text_width(s->factors[factors[i]].name) > width)
            width = text_width(s->factors[factors[i]].name);
    return width + 2;
}

static size_t rows_shown(const sense_study *s)
{
    return s->call->given.verbose || s->factor_count <= ROWS ? s->factor_count : ROWS;
}

static void tell_rest(const sense_study *s, size_t shown)
{
    if (shown < s->factor_count)
        printf("(and %zu more with less: -v shows them)\n", s->factor_count - shown);
}

/* ---- one output ---- */

/* "52  (48 to 56)" in percent, or as numbers of the output; blanks up to the next column when one follows. */
static void print_estimate(const sense_study *s, const sd_estimate *e, bool percent, bool follows)
{
    sd_arena *arena = s->call->arena;
    const char *texts[3];
    const double values[] = {e->value, e->low, e->high};
    for (int i = 0; i < 3; i++)
        texts[i] = percent ? sense_percent(arena, values[i]) : plain_text(arena, values[i]);
    print_padded(texts[0], -CELL);
    const char *interval =
        isnan(e->low) ? "" : sd_arena_printf(arena, "  (%s to %s)", texts[1], texts[2]);
    print_padded(interval, follows ? WIDE : text_width(interval));
}

static void print_heads(const sense_study *s, int width)
{
    static const char *const heads[][3] = {
        [SENSE_MORRIS] = {"mean |effect|", "mean effect", "sigma"},
        [SENSE_SOBOL] = {"total %", "alone %", NULL}};
    if (s->method == SENSE_OAT) {
        printf("%*s%*s%*s%*s%*s%*s\n", width, "", CELL, "low", CELL, "high", CELL, "result low",
               CELL, "result high", CELL, "width");
        return;
    }
    for (size_t i = 0; i < 3 && heads[s->method][i]; i++)
        printf("%*s%*s", i ? WIDE : width, "", CELL, heads[s->method][i]);
    printf("\n");
}

static void print_row(const sense_study *s, const sense_output *o, size_t rank)
{
    sd_arena *arena = s->call->arena;
    const size_t f = o->order[rank];
    if (o->sobol) {
        print_estimate(s, &o->sobol->list[f].total, true, true);
        print_estimate(s, &o->sobol->list[f].first, true, false);
    } else if (o->morris) {
        print_estimate(s, &o->morris[f].mu_star, false, true);
        print_estimate(s, &o->morris[f].mu, false, true);
        print_estimate(s, &o->morris[f].sigma, false, false);
    } else {
        const sd_oat_row *row = &o->oat[rank];
        const double values[] = {sense_end(s, f, false), sense_end(s, f, true), row->low, row->high,
                                 row->width};
        for (int i = 0; i < 5; i++)
            print_padded(plain_text(arena, values[i]), -CELL);
    }
}

/* The strongest pairs, by insertion. */
static void print_pairs(const sense_study *s, const sense_output *o)
{
    enum { PAIRS = 5 };
    const size_t k = s->factor_count;
    size_t best[PAIRS + 1][2], count = 0;
    int width = 12;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < i; j++) {
            const double value = o->sobol->list[i].second[j].value;
            size_t at = count;
            for (; at > 0 && value > o->sobol->list[best[at - 1][0]].second[best[at - 1][1]].value;
                 at--)
                memcpy(best[at], best[at - 1], sizeof *best);
            best[at][0] = i;
            best[at][1] = j;
            count += count < PAIRS;
        }
    const char *names[PAIRS];
    for (size_t p = 0; p < count; p++) {
        names[p] = sd_arena_printf(s->call->arena, "%s with %s", s->factors[best[p][1]].name,
                                   s->factors[best[p][0]].name);
        width = text_width(names[p]) + 2 > width ? text_width(names[p]) + 2 : width;
    }
    printf("\n%-*s%*s\n", width, "pairs", CELL, "together %");
    for (size_t p = 0; p < count; p++) {
        print_padded(names[p], width);
        print_estimate(s, &o->sobol->list[best[p][0]].second[best[p][1]], true, false);
        printf("\n");
    }
}

static void print_output(const sense_study *s, const sense_output *o)
{
    const size_t shown = rows_shown(s);
    const int width = name_width(s, o->order, shown);
    print_wrapped(sense_sentence(s, o), 0, stdout);
    if (o->missing)
        printf("(without a value in %s)\n", counted(s->call->arena, o->missing, "member"));
    printf("\n");
    print_heads(s, width);
    for (size_t i = 0; i < shown; i++) {
        print_padded(s->factors[o->order[i]].name, width);
        print_row(s, o, i);
        printf("\n");
    }
    tell_rest(s, shown);
    if (s->pairs && o->sobol->varies)
        print_pairs(s, o);
}

/* ---- over time ---- */

static double decisive_value(const sense_output *o, size_t factor)
{
    if (o->sobol)
        return 100 * o->sobol->list[factor].total.value;
    if (o->morris)
        return o->morris[factor].mu_star.value;
    for (const sd_oat_row *row = o->oat;; row++)
        if (row->factor == factor)
            return row->width;
}

static void print_times(const sense_study *s, size_t first)
{
    sd_arena *arena = s->call->arena;
    const sense_output *list = s->outputs + first, *last = &list[s->times - 1];
    const size_t shown = rows_shown(s), columns = s->times < COLUMNS ? s->times : COLUMNS;
    const int width = name_width(s, last->order, shown);
    print_wrapped(sense_over_time(s, first), 0, stdout);
    printf("\n%-*s", width,
           s->method == SENSE_SOBOL    ? "total %"
           : s->method == SENSE_MORRIS ? "mean |effect|"
                                       : "width");
    for (size_t i = 1; i <= columns; i++)
        printf("%*g", CELL, list[s->times * i / columns - 1].score->from);
    printf("\n");
    for (size_t r = 0; r < shown; r++) {
        const size_t f = last->order[r];
        print_padded(s->factors[f].name, width);
        for (size_t i = 1; i <= columns; i++) {
            const double value = decisive_value(&list[s->times * i / columns - 1], f);
            print_padded(s->method == SENSE_SOBOL ? sense_percent(arena, value / 100)
                                                  : plain_text(arena, value),
                         -CELL);
        }
        printf("\n");
    }
    tell_rest(s, shown);
}

/* ---- discovery ---- */

static void print_trajectory(const sense_study *s)
{
    sd_arena *arena = s->call->arena;
    printf("\n%6s%*s%*s%*s%*s\n", "step", CELL, "futures", CELL, "coverage %", CELL, "density %",
           CELL, "parameters");
    for (size_t i = 0; i < s->prim->step_count; i++) {
        const sd_prim_box *box = &s->prim->steps[i];
        printf("%6zu%*zu", i, CELL, box->members);
        print_padded(sense_percent(arena, box->coverage), -CELL);
        print_padded(sense_percent(arena, box->density), -CELL);
        printf("%*zu%s\n", CELL, box->restricted, i == s->prim->chosen ? "  chosen" : "");
    }
}

static void print_discovery(const sense_study *s)
{
    sd_arena *arena = s->call->arena;
    size_t *order = SD_NEW_ARRAY(arena, size_t, s->factor_count), count = 0;
    int width = 12;
    print_wrapped(sense_discovery(s), 0, stdout);
    if (!s->prim)
        return;
    const sd_prim_box *box = &s->prim->box;
    for (int restricted = 1; restricted >= 0; restricted--)
        for (size_t i = 0; i < s->factor_count && count < rows_shown(s); i++)
            if (isnan(s->prim->quasi_p[s->region[i].factor]) == !restricted)
                order[count++] = i;
    for (size_t i = 0; i < count; i++)
        width = text_width(s->factors[s->region[order[i]].factor].name) + 2 > width
                    ? text_width(s->factors[s->region[order[i]].factor].name) + 2
                    : width;
    printf("\n%*s%*s%*s  %s\n", width, "", CELL, "distance", CELL, "quasi-p", "range");
    for (size_t i = 0; i < count; i++) {
        const sd_region_row *row = &s->region[order[i]];
        const size_t f = row->factor;
        print_padded(s->factors[f].name, width);
        print_padded(number_text(arena, row->distance, 3, false), -CELL);
        if (!isnan(s->prim->quasi_p[f])) {
            print_padded(plain_text(arena, s->prim->quasi_p[f]), -CELL);
            printf("  %s", sense_side(arena, box, f));
        }
        printf("\n");
    }
    tell_rest(s, count);
    printf("%s lie there, %zu of them cases; distance is how differently a parameter is spread "
           "over the\ncases and the rest, quasi-p the chance that its range says nothing.\n",
           counted(arena, box->members, "future"), box->cases);
    if (s->call->given.verbose)
        print_trajectory(s);
}

/* ---- all ---- */

static void print_failures(const sense_study *s)
{
    if (s->failed)
        printf("\n%" PRIu64 " of %s failed and count for nothing; the first is member %" PRIu64
               ": %s\n",
               s->failed, counted(s->call->arena, s->one.design->member_count, "member"),
               s->first_failed, s->why);
}

void print_sense(const sense_study *s)
{
    call *c = s->call;
    print_head(c, s->one.scenario, s->one.seconds);
    printf("%s of %s, %.4g members a second\n\n",
           counted(c->arena, s->one.design->member_count, "member"),
           counted(c->arena, s->factor_count, "uncertain parameter"),
           (double)s->one.design->member_count / s->one.seconds);
    if (s->method == SENSE_DISCOVER)
        print_discovery(s);
    for (size_t i = 0; s->method != SENSE_DISCOVER && i < s->output_count;
         i += s->over_time ? s->times : 1) {
        printf("%s", i ? "\n" : "");
        if (s->over_time)
            print_times(s, i);
        else
            print_output(s, &s->outputs[i]);
    }
    print_failures(s);
}
