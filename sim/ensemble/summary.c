/* summary.c - lowest, median and highest of each score, in memory that does not grow with the number of members.
 * In: tiles in the order of members.  Out: sd_summary_row.
 * Method: the median is exact as long as all members fit; after that it is that of a sample that a hash of the member's
 * number chooses, half as many each time the room is full.  (Every second, fourth ... member would do as well, but for grids,
 * where it would leave out whole values of a factor.)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble_private.h"

enum { SAMPLE = 16384 /* members */ };

struct sd_summary {
    sd_arena *arena;
    size_t score_count;
    sd_summary_row *rows; /* [score_count] */
    uint64_t failed, first_failed;
    const char *why;
    uint64_t mask; /* members whose hash has none of these bits are in the sample */
    size_t sampled;
    uint64_t *members; /* [SAMPLE] */
    double *values;    /* [SAMPLE][score_count] */
    double *sorted;    /* [SAMPLE] */
};

sd_summary *sd_summary_new(sd_arena *arena, size_t score_count)
{
    sd_summary *s = SD_NEW(arena, sd_summary);
    s->arena = arena;
    s->score_count = score_count;
    s->rows = SD_NEW_ARRAY(arena, sd_summary_row, score_count + 1);
    s->members = SD_NEW_ARRAY(arena, uint64_t, SAMPLE);
    s->values = SD_NEW_ARRAY(arena, double, SAMPLE *(score_count + 1));
    s->sorted = SD_NEW_ARRAY(arena, double, SAMPLE);
    for (size_t i = 0; i < score_count; i++)
        s->rows[i].lowest = s->rows[i].highest = (double)NAN;
    return s;
}

static void thin_out(sd_summary *s)
{
    size_t kept = 0;
    s->mask = s->mask * 2 + 1;
    for (size_t i = 0; i < s->sampled; i++) {
        if (mixed(s->members[i]) & s->mask)
            continue;
        s->members[kept] = s->members[i];
        memmove(s->values + kept * s->score_count, s->values + i * s->score_count,
                s->score_count * sizeof *s->values);
        kept++;
    }
    s->sampled = kept;
}

static void sample(sd_summary *s, uint64_t member, const double *scores)
{
    while (s->sampled == SAMPLE)
        thin_out(s);
    if (mixed(member) & s->mask)
        return;
    s->members[s->sampled] = member;
    for (size_t i = 0; i < s->score_count; i++)
        s->values[s->sampled * s->score_count + i] = scores[i * SD_TILE];
    s->sampled++;
}

static void note_value(sd_summary_row *row, uint64_t member, double value)
{
    if (isnan(value))
        return;
    if (row->count == 0 || value < row->lowest) {
        row->lowest = value;
        row->lowest_at = member;
    }
    if (row->count == 0 || value > row->highest) {
        row->highest = value;
        row->highest_at = member;
    }
    row->count++;
}

void sd_summary_add(sd_summary *s, const sd_members *tile)
{
    for (size_t m = 0; m < tile->count; m++) {
        uint64_t member = tile->first + m;
        if (tile->failed[m] >= 0) {
            if (s->failed++ == 0) {
                s->first_failed = member;
                s->why = sd_arena_printf(s->arena, "%s", tile->why[m]);
            }
            continue;
        }
        for (size_t i = 0; i < s->score_count; i++)
            note_value(&s->rows[i], member, tile->scores[i * SD_TILE + m]);
        sample(s, member, tile->scores + m);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

sd_summary_row sd_summary_score(sd_summary *s, size_t score)
{
    sd_summary_row row = s->rows[score];
    size_t count = 0;
    for (size_t i = 0; i < s->sampled; i++) {
        double value = s->values[i * s->score_count + score];
        if (!isnan(value))
            s->sorted[count++] = value;
    }
    qsort(s->sorted, count, sizeof *s->sorted, by_size);
    row.median = count == 0       ? (double)NAN
                 : count % 2 == 1 ? s->sorted[count / 2]
                                  : 0.5 * (s->sorted[count / 2 - 1] + s->sorted[count / 2]);
    row.estimated = s->mask != 0;
    return row;
}

uint64_t sd_summary_failed(const sd_summary *s)
{
    return s->failed;
}

const char *sd_summary_first_why(const sd_summary *s, uint64_t *ret_member)
{
    *ret_member = s->first_failed;
    return s->why;
}
