/* robust_words.c - several scenarios in many futures, in sentences and as a table.
 * Every sentence has its range, the headline never stands alone, and nothing is added up to one ranking.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "robust_study.h"

static const double clear_rank = 0.5; /* [1] a rank correlation that may be said to decide */

/* ---- numbers ---- */

/* Two digits, for what is known within a range: "+4.2", "−120", "0". */
static const char *two_digits(sd_arena *arena, double value, bool sign)
{
    if (isnan(value) || value == 0)
        return isnan(value) ? "-" : "0";
    const double size = pow(10, floor(log10(fabs(value))) - 1);
    const double shown = round(value / size) * size;
    const int decimals = fabs(shown) >= 9.95 ? 0 : fabs(shown) >= 0.0995 ? 1 : 2;
    return number_text(arena, shown, decimals, sign);
}

/* "+4.2 to +19" */
static const char *range_text(sd_arena *arena, double low, double high, bool sign)
{
    const char *from = two_digits(arena, low, sign), *to = two_digits(arena, high, sign);
    return strcmp(from, to) == 0 ? from : sd_arena_printf(arena, "%s to %s", from, to);
}

static const char *stepped(sd_arena *arena, const char *number, const robust_row *row)
{
    return sd_arena_printf(arena, "%s%s%s", number, *row->step ? " " : "", row->step);
}

static const char *spaced(sd_arena *arena, const char *name)
{
    char *copy = sd_arena_copy(arena, name, strlen(name));
    for (char *c = copy; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return copy;
}

/* ---- sentences ---- */

/* "; what decides is raw time saving (rank correlation −0.62), then ..." */
static void add_deciders(const robust_study *s, const robust_row *row, const sd_standing *at,
                         sd_text *text)
{
    sd_arena *arena = s->call->arena;
    if (row->result.valid < 3 || at->ahead + at->behind == 0)
        return;
    if (at->decider_count == 0)
        sd_text_printf(text, "; no single unknown stands out");
    else if (fabs(at->ranks[0]) < clear_rank)
        sd_text_printf(text, "; no single unknown decides, the strongest is ");
    else
        sd_text_printf(text, "; what decides is ");
    for (size_t i = 0; i < at->decider_count; i++)
        sd_text_printf(text, "%s%s (%s%s)",
                       i == 0   ? ""
                       : i == 1 ? ", then "
                                : " and ",
                       spaced(arena, s->sides->design->factors[at->deciders[i]].name),
                       i == 0 ? "rank correlation " : "",
                       number_text(arena, at->ranks[i], 2, true));
}

static const char *ahead_words(const robust_study *s, const robust_row *row)
{
    return row->ahead ? row->ahead
                      : sd_arena_printf(s->call->arena, "%s is %s", row->name,
                                        row->better < 0 ? "lower" : "higher");
}

/* The first row in full. */
static void add_headline(const robust_study *s, const robust_row *row, size_t which, sd_text *text)
{
    sd_arena *arena = s->call->arena;
    const sd_standing *at = &row->result.standings[which];
    const robust_side *side = &s->sides[which];
    sd_text_printf(
        text,
        "If these assumptions hold, in %zu of %zu futures %s with \xE2\x80\x9C%s\xE2\x80\x9D"
        " than with \xE2\x80\x9C%s\xE2\x80\x9D",
        at->ahead, row->result.valid, ahead_words(s, row), side->title, s->sides->title);
    sd_text_printf(text, ": %s (middle 90 %% of futures), median about %s",
                   stepped(arena, range_text(arena, at->lead_low, at->lead_high, true), row),
                   two_digits(arena, at->lead_median, true));
    add_deciders(s, row, at, text);
    const sd_standing *first = row->result.standings;
    sd_text_printf(text, ". It ends at %s%s%s, \xE2\x80\x9C%s\xE2\x80\x9D at %s.",
                   range_text(arena, at->low, at->high, true), *row->unit ? " " : "", row->unit,
                   s->sides->title, range_text(arena, first->low, first->high, true));
}

/* The others beside it. */
static void add_others(const robust_study *s, size_t which, sd_text *text)
{
    sd_arena *arena = s->call->arena;
    for (size_t r = 1; r < s->row_count; r++) {
        const robust_row *row = &s->rows[r];
        const sd_standing *at = &row->result.standings[which];
        sd_text_printf(text, "%s%s in %zu (%s)", r == 1 ? " Beside it: " : "; ",
                       ahead_words(s, row), at->ahead,
                       stepped(arena, range_text(arena, at->lead_low, at->lead_high, true), row));
    }
    sd_text_printf(text, s->row_count > 1 ? "." : "");
}

static void add_regret(const robust_study *s, size_t which, sd_text *text)
{
    const robust_row *row = s->rows;
    const sd_standing *at = &row->result.standings[which];
    sd_arena *arena = s->call->arena;
    if (!row->better || row->result.valid == 0)
        return;
    if (at->regret_most <= 0) {
        sd_text_printf(text, " Nothing that is compared has more in any future.");
        return;
    }
    if (at->regret_90 <= 0)
        sd_text_printf(text,
                       " In nine of ten futures nothing that is compared has more; in the "
                       "worst it falls %s short of the best.",
                       stepped(arena, two_digits(arena, at->regret_most, false), row));
    else
        sd_text_printf(text,
                       " In nine of ten futures it falls at most %s short of the best of "
                       "the compared, in the worst %s.",
                       stepped(arena, two_digits(arena, at->regret_90, false), row),
                       two_digits(arena, at->regret_most, false));
}

/* What is left out and why. */
static const char *lost_text(const robust_study *s)
{
    sd_text text = sd_text_new(s->call->arena);
    for (size_t i = 0; i < s->count; i++) {
        const robust_side *side = &s->sides[i];
        if (side->failed)
            sd_text_printf(&text,
                           "%s\xE2\x80\x9C%s\xE2\x80\x9D could not be worked out in %" PRIu64
                           " of %zu futures, which are left out for all; the first is %" PRIu64
                           ": %s.",
                           text.length ? " " : "", side->title, side->failed, s->future_count,
                           side->first_failed, side->why);
    }
    return text.bytes ? text.bytes : "";
}

const char *robust_drawn(const robust_study *s)
{
    size_t own = 0, all = s->sides->design->factor_count;
    for (size_t f = 0; f < all; f++)
        for (size_t i = 0; i < s->count; i++) {
            const sd_scenario *scenario = s->sides[i].scenario;
            sd_setting setting;
            if (sd_scenario_uncertain(scenario, s->sides[i].design->factors[f].first, false,
                                      &setting)) {
                own++;
                break;
            }
        }
    return drawn_text(s->call->arena, all - own, own);
}

static const char *side_text(const robust_study *s, size_t which)
{
    sd_text text = sd_text_new(s->call->arena);
    add_headline(s, s->rows, which, &text);
    add_others(s, which, &text);
    add_regret(s, which, &text);
    return text.bytes;
}

const char *robust_summary(const robust_study *s)
{
    sd_text text = sd_text_new(s->call->arena);
    for (size_t i = 1; i < s->count; i++)
        sd_text_printf(&text, "%s ", side_text(s, i));
    if (*lost_text(s))
        sd_text_printf(&text, "%s ", lost_text(s));
    sd_text_printf(&text, "%s", robust_drawn(s));
    return text.bytes;
}

void robust_sentences(const robust_study *s, FILE *to)
{
    for (size_t i = 1; i < s->count; i++) {
        print_wrapped(side_text(s, i), 0, to);
        fprintf(to, "\n");
    }
    if (*lost_text(s)) {
        print_wrapped(lost_text(s), 0, to);
        fprintf(to, "\n");
    }
    print_wrapped(robust_drawn(s), 0, to);
}

/* ---- the table ---- */

enum { AHEAD = 11, VALUE = 22, REGRET = 16 };

static const char *value_text(const robust_study *s, const sd_standing *at)
{
    sd_arena *arena = s->call->arena;
    return sd_arena_printf(arena, "%s (%s)", two_digits(arena, at->median, false),
                           range_text(arena, at->low, at->high, false));
}

static void print_standing(const robust_study *s, const robust_row *row, size_t which, int width)
{
    sd_arena *arena = s->call->arena;
    const sd_standing *at = &row->result.standings[which];
    print_padded(sd_arena_printf(arena, "  %s", s->sides[which].title), width);
    print_padded(value_text(s, at), -VALUE);
    print_padded(which ? sd_arena_printf(arena, "%zu", at->ahead) : "", -AHEAD);
    print_padded(which ? sd_arena_printf(arena, "%s (%s)", two_digits(arena, at->lead_median, true),
                                         range_text(arena, at->lead_low, at->lead_high, true))
                       : "",
                 -VALUE - 4);
    print_padded(row->better ? sd_arena_printf(arena, "%s / %s",
                                               two_digits(arena, fmax(at->regret_90, 0), false),
                                               two_digits(arena, at->regret_most, false))
                             : "-",
                 -REGRET);
    for (size_t i = 0; which && i < at->decider_count; i++)
        printf("%s%s %s", i ? ", " : "   ", s->sides->design->factors[at->deciders[i]].name,
               number_text(arena, at->ranks[i], 2, true));
    printf("\n");
}

void robust_table(const robust_study *s)
{
    int width = 14;
    for (size_t i = 0; i < s->count; i++)
        width =
            text_width(s->sides[i].title) + 4 > width ? text_width(s->sides[i].title) + 4 : width;
    printf("\n%*s", width, "");
    print_padded("value", -VALUE);
    print_padded("ahead in", -AHEAD);
    print_padded("difference", -VALUE - 4);
    print_padded("regret", -REGRET);
    printf("   what decides\n");
    for (size_t r = 0; r < s->row_count; r++) {
        const robust_row *row = &s->rows[r];
        printf("%s%s%s", row->label, *row->unit ? ", " : "", row->unit);
        if (row->result.valid < s->future_count)
            printf(" (of %zu futures)", row->result.valid);
        printf("\n");
        for (size_t i = 0; i < s->count; i++)
            print_standing(s, row, i, width);
    }
    printf("\n");
    print_wrapped(sd_arena_printf(
                      s->call->arena,
                      "%zu futures, the same for every scenario. Columns: the median and the "
                      "middle 90 %% of futures; in how many futures it is ahead of %s, and by how "
                      "much; what it lacks to the best of the compared in nine of ten futures, "
                      "and at worst; rank correlations of what was drawn with the difference. "
                      "Rows are never added up to one ranking.",
                      s->future_count, s->sides->title),
                  0, stdout);
}
