/* spell.c - which loop drives when, as spells of time and in words.
 * In: sd_feedbacks.  Out: spells.  Shares of single steps jump about where a stock turns, so that a moving average decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/structure.h"

enum { LEAST_PARTS = 40 };              /* of a run: the shortest spell */
static const double worth_naming = 0.1; /* [1] share of a second loop that a sentence names */

/* A loop that can drive, by its scores of one sign: one that turns from reinforcing to balancing is two. */
typedef struct candidate {
    const sd_feedback *loop;
    int sign;
    double *part;   /* [point_count] |share| where it has that sign, else 0 */
    double *shares; /* [point_count] moving averages of it */
} candidate;

/* Those of the first loop's partition, which is the largest. */
typedef struct field {
    const sd_feedbacks *all;
    size_t count, points;
    candidate *list;
} field;

static const double *share_of(const sd_feedback *f)
{
    return f->among ? f->among : f->relative;
}

static size_t half_window(size_t points)
{
    return points / SD_SPELL_WINDOWS / 2;
}

static void average(const double *series, size_t points, double *ret_mean)
{
    double sum = 0;
    size_t first = 0, last = 0, half = half_window(points); /* the window is first .. last - 1 */
    for (size_t k = 0; k < points; k++) {
        size_t from = k > half ? k - half : 0, to = k + half + 1 < points ? k + half + 1 : points;
        while (last < to)
            sum += series[last++];
        while (first < from)
            sum -= series[first++];
        ret_mean[k] = sum / (double)(to - from);
    }
}

double sd_feedback_share_at(const sd_feedbacks *all, const sd_feedback *f, size_t point)
{
    size_t points = all->graph->history->point_count, half = half_window(points);
    size_t from = point > half ? point - half : 0;
    size_t to = point + half + 1 < points ? point + half + 1 : points;
    double sum = 0;
    for (size_t k = from; k < to; k++)
        sum += fabs(share_of(f)[k]);
    return sum / (double)(to - from);
}

static void add_candidate(sd_arena *arena, field *f, const sd_feedback *loop, int sign)
{
    candidate c = {.loop = loop,
                   .sign = sign,
                   .part = sd_arena_rows(arena, f->points),
                   .shares = sd_arena_rows(arena, f->points)};
    bool any = false;
    for (size_t k = 0; k < f->points; k++) {
        double share = sign * share_of(loop)[k];
        c.part[k] = share > 0 ? share : 0;
        any = any || share > 0;
    }
    average(c.part, f->points, c.shares);
    if (any)
        f->list[f->count++] = c;
}

static field field_new(sd_arena *arena, const sd_feedbacks *all)
{
    field f = {.all = all, .points = all->graph->history->point_count};
    f.list = SD_NEW_ARRAY(arena, candidate, 2 * all->count + 1);
    for (size_t i = 0; i < all->count; i++) {
        const sd_feedback *loop = &all->list[i], *lead = &all->list[0];
        if (loop->partition != lead->partition || (lead->among && !loop->among))
            continue;
        add_candidate(arena, &f, loop, 1);
        add_candidate(arena, &f, loop, -1);
    }
    return f;
}

/* The candidate with the largest share at a point, the first of equals but for rounding; SIZE_MAX while no loop acts. */
static size_t leader_at(const field *f, size_t k)
{
    static const double rounding = 1e-9;
    size_t best = SIZE_MAX;
    bool moves = false;
    for (size_t i = 0; i < f->count; i++) {
        moves = moves || f->list[i].part[k] > 0;
        if (f->list[i].shares[k] >
            (best == SIZE_MAX ? 0 : f->list[best].shares[k] * (1 + rounding)))
            best = i;
    }
    return moves ? best : SIZE_MAX;
}

/* Lengths of time with one leader, the first step being that which ends at point 1. */
typedef struct stretch {
    size_t leader, first, end; /* points first .. end - 1 */
} stretch;

static void drop(stretch *list, size_t *count, size_t at)
{
    memmove(list + at, list + at + 1, (*count - at - 1) * sizeof *list);
    --*count;
}

/* The longer neighbour; one in which nothing changes only where there is no other. */
static size_t neighbour(const stretch *list, size_t count, size_t at)
{
    if (at == 0 || at + 1 == count)
        return at == 0 ? 1 : at - 1;
    const stretch *before = &list[at - 1], *after = &list[at + 1];
    if ((before->leader == SIZE_MAX) != (after->leader == SIZE_MAX))
        return before->leader == SIZE_MAX ? at + 1 : at - 1;
    return after->end - after->first > before->end - before->first ? at + 1 : at - 1;
}

/* Neighbours with the same leader become one. */
static size_t join_alike(stretch *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (list[i].leader != list[i - 1].leader)
            continue;
        list[i - 1].end = list[i].end;
        drop(list, &count, i--);
    }
    return count;
}

/* Joins the shortest stretch to a neighbour until none is too short.  What moves is never called still, nor the other way
 * round. */
static size_t join_short(stretch *list, size_t count, size_t least)
{
    for (;;) {
        size_t at = SIZE_MAX;
        for (size_t i = 0; i < count && count > 1; i++) {
            size_t to = neighbour(list, count, i), length = list[i].end - list[i].first;
            bool may =
                length < least && (list[i].leader == SIZE_MAX) == (list[to].leader == SIZE_MAX);
            if (may && (at == SIZE_MAX || length < list[at].end - list[at].first))
                at = i;
        }
        if (at == SIZE_MAX)
            return count;
        stretch *to = &list[neighbour(list, count, at)];
        to->first = to->first < list[at].first ? to->first : list[at].first;
        to->end = to->end > list[at].end ? to->end : list[at].end;
        drop(list, &count, at);
        count = join_alike(list, count);
    }
}

static double mean_share(const field *f, size_t i, const stretch *s)
{
    double sum = 0;
    for (size_t k = s->first; k < s->end; k++)
        sum += f->list[i].part[k];
    return sum / (double)(s->end - s->first);
}

/* What was joined may have made another loop the strongest of a stretch. */
static size_t lead_anew(const field *f, stretch *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double most = 0;
        for (size_t k = 0; k < f->count && list[i].leader != SIZE_MAX; k++) {
            double share = mean_share(f, k, &list[i]);
            if (share > most) {
                most = share;
                list[i].leader = k;
            }
        }
    }
    return join_alike(list, count);
}

static sd_spell spell_of(const field *f, const stretch *s)
{
    const double *times = f->all->graph->history->times;
    sd_spell spell = {.from = times[s->first - 1], .to = times[s->end - 1]};
    if (s->leader == SIZE_MAX)
        return spell;
    for (size_t i = 0; i < f->count; i++) {
        double share = mean_share(f, i, s);
        if (share > spell.share) {
            spell.loop = f->list[i].loop;
            spell.sign = f->list[i].sign;
            spell.share = share;
        }
    }
    for (size_t i = 0; i < f->count; i++) {
        double share = f->list[i].loop == spell.loop ? 0 : mean_share(f, i, s);
        if (share > spell.second_share) {
            spell.second = f->list[i].loop;
            spell.second_share = share;
        }
    }
    if (spell.second_share < worth_naming)
        spell.second = NULL;
    return spell;
}

const sd_spell *sd_spells_new(sd_arena *arena, const sd_feedbacks *all, size_t *ret_count)
{
    field f = field_new(arena, all);
    SD_LIST(stretch) list = {0};
    for (size_t k = 1; k < f.points; k++) {
        size_t leader = leader_at(&f, k);
        if (list.count && list.items[list.count - 1].leader == leader)
            list.items[list.count - 1].end = k + 1;
        else
            SD_PUSH(arena, &list, ((stretch){.leader = leader, .first = k, .end = k + 1}));
    }
    *ret_count = 0;
    if (!list.items)
        return NULL;
    size_t count = join_short(list.items, list.count, f.points / LEAST_PARTS);
    count = lead_anew(&f, list.items, count);
    sd_spell *spells = SD_NEW_ARRAY(arena, sd_spell, count + 1);
    for (size_t i = 0; i < count; i++)
        spells[i] = spell_of(&f, &list.items[i]);
    *ret_count = f.count ? count : 0;
    return spells;
}

/* ---- in words ---- */

static const char *name_of(sd_arena *arena, const sd_spell *s)
{
    const sd_feedback *f = s->loop;
    size_t shown = f->count <= 5 ? f->count : 3;
    sd_text text = sd_text_new(arena);
    sd_text_printf(&text, *f->name ? "%s %s" : "%s (", f->id, f->name);
    for (size_t i = 0; i < shown && !*f->name; i++)
        sd_text_printf(&text, "%s%s", i ? " → " : "", sd_stop_name(arena, &f->stops[i]));
    if (!*f->name)
        sd_text_printf(&text, f->count > shown ? " → ...)" : ")");
    if (f->confidence < 0.99)
        sd_text_printf(&text, s->sign > 0 ? ", reinforcing," : ", balancing,");
    return text.bytes;
}

/* "week 37": whole weeks, as shares of steps mean nothing to a reader. */
static const char *time_of(sd_arena *arena, const sd_feedbacks *all, double time)
{
    const char *units = all->graph->history->equations->program->model->time_units;
    return sd_units_are_weeks(units) ? sd_arena_printf(arena, "week %.0f", time)
                                     : sd_arena_printf(arena, "time %.4g", time);
}

/* "R1 growth drives until week 37 (63 %)": `until` is NULL for the last. */
static void add_spell(sd_arena *arena, const sd_spell *s, const char *until, sd_text *text)
{
    const char *verb = s->share >= 0.5 ? "drives" : "leads";
    if (!s->loop)
        sd_text_printf(text, "no loop acts");
    else if (s->share < worth_naming)
        sd_text_printf(text, "no loop stands out");
    else
        sd_text_printf(text, "%s %s", name_of(arena, s), verb);
    if (until)
        sd_text_printf(text, " until %s", until);
    if (s->loop && s->share < worth_naming)
        sd_text_printf(text, " (%s has most, %.1f %%)", s->loop->id, 100 * s->share);
    else if (s->loop)
        sd_text_printf(text, " (%.0f %%)", 100 * s->share);
}

const char *sd_spells_text(sd_arena *arena, const sd_feedbacks *all, const sd_spell *spells,
                           size_t count)
{
    sd_text text = sd_text_new(arena);
    bool still = count > 1 && !spells[0].loop;
    if (all->count == 0)
        return all->complete ? "The model has no feedback loop." : "No loop was looked at.";
    if (count == 0 || (count == 1 && !spells[0].loop))
        return "No loop acts in the whole run.";
    if (count == 1)
        sd_text_printf(&text, "Throughout, ");
    if (still)
        sd_text_printf(&text, "No loop acts until %s. Then ", time_of(arena, all, spells[0].to));
    for (size_t i = still; i < count; i++) {
        bool last = i + 1 == count;
        const char *until = last ? NULL : time_of(arena, all, spells[i].to);
        sd_text_printf(&text, "%s", i == still ? "" : last ? ", and from then on " : ", then ");
        add_spell(arena, &spells[i], until, &text);
    }
    sd_text_printf(&text, ".");
    if (text.bytes[0] >= 'a' && text.bytes[0] <= 'z')
        text.bytes[0] = (char)(text.bytes[0] - 'a' + 'A');
    return text.bytes;
}
