/* sweep_summary.c - what a sweep found, for people: lowest, median and highest of each score, and where.
 * In: a finished sweep.  Out: a table for each scenario.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "sweep_study.h"

enum { FEW = 3 /* factors: with more, a member is named by its number */ };

/* "0.4, 8": the values of a member's factors, or "member 12". */
static const char *place_text(call *c, const sd_design *design, uint64_t member)
{
    if (design->factor_count == 0 || design->factor_count > FEW)
        return sd_arena_printf(c->arena, "member %" PRIu64, member);
    double *values = SD_NEW_ARRAY(c->arena, double, design->factor_count);
    sd_text text = sd_text_new(c->arena);
    sd_design_values(design, member, values);
    for (size_t f = 0; f < design->factor_count; f++)
        sd_text_printf(&text, "%s%s", f ? ", " : "", plain_text(c->arena, values[f]));
    return text.bytes;
}

/* "expectation_pass_through, manager_span"; "" where members are named by their numbers. */
static const char *factor_names(call *c, const sd_design *design)
{
    sd_text text = sd_text_new(c->arena);
    for (size_t f = 0; design->factor_count <= FEW && f < design->factor_count; f++)
        sd_text_printf(&text, "%s%s", f ? ", " : "", design->factors[f].name);
    return text.bytes;
}

static void print_failures(call *c, const swept *one)
{
    uint64_t member, failed = sd_summary_failed(one->summary);
    const char *why = sd_summary_first_why(one->summary, &member);
    if (failed)
        printf("\n%" PRIu64 " of %s failed; the first is member %" PRIu64 " (%s): %s\n", failed,
               counted(c->arena, one->design->member_count, "member"), member,
               place_text(c, one->design, member), why);
}

enum { CELL = 12, PLACE = 16 };

static void print_score(call *c, const swept *one, const char *spec, const sd_summary_row *row,
                        int width)
{
    const double values[] = {row->lowest, row->median, row->highest};
    uint64_t seen = row->count + sd_summary_failed(one->summary);
    print_padded(spec, width);
    for (size_t i = 0; i < 3; i++)
        print_padded(plain_text(c->arena, values[i]), -CELL);
    if (row->count > 0 && row->lowest < row->highest) {
        printf("    ");
        print_padded(place_text(c, one->design, row->lowest_at), PLACE);
        printf("%s", place_text(c, one->design, row->highest_at));
    }
    if (seen < one->design->member_count)
        printf("   never in %s", counted(c->arena, one->design->member_count - seen, "member"));
    printf("\n");
}

static void print_summary(call *c, const sweep_study *s, const swept *one)
{
    static const char *const heads[] = {"lowest", "median", "highest"};
    const char *names = factor_names(c, one->design);
    int width = 0;
    bool estimated = false;
    for (size_t i = 0; i < s->score_count; i++)
        width = text_width(one->scores[i].spec) > width ? text_width(one->scores[i].spec) : width;
    print_head(c, one->scenario, one->seconds);
    printf("%s, %.4g a second%s%s\n\n%*s", counted(c->arena, one->design->member_count, "member"),
           (double)one->design->member_count / one->seconds,
           !c->given.verbose ? ""
           : one->kernel     ? ", compiled for "
                             : ", interpreted",
           c->given.verbose && one->kernel ? sd_kernel_instructions(one->kernel) : "", width, "");
    for (size_t i = 0; i < 3; i++)
        print_padded(heads[i], -CELL);
    printf("    lowest at       highest at%s%s\n", *names ? ": " : "", names);
    for (size_t i = 0; i < s->score_count; i++) {
        sd_summary_row row = sd_summary_score(one->summary, i);
        print_score(c, one, one->scores[i].spec, &row, width);
        estimated |= row.estimated;
    }
    if (estimated)
        printf("(medians are those of a sample of the members)\n");
    print_failures(c, one);
}

void print_sweep(call *c, const sweep_study *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (i)
            printf("\n");
        print_summary(c, s, &s->list[i]);
    }
}
