/* trace_text.c - where a change comes from, in two or three sentences.
 * In: sd_trace.  Out: words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/structure.h"

static const double worth_naming = 0.1; /* [1] share of the change that a sentence names */
static const double most_of_it = 0.5;   /* [1] share that is most of it */
enum { NAMED_MAX = 3 };                 /* causes on one side */

/* "43.7", "+4.1", "1100": `digits` significant ones. */
static const char *figure(sd_arena *arena, double value, int digits, bool sign)
{
    double size = fabs(value);
    const char *mark = value < 0 ? "\xE2\x88\x92" : sign ? "+" : "";
    bool whole = size >= pow(10, digits) && size < 1e7;
    return whole ? sd_arena_printf(arena, "%s%.0f", mark, size)
                 : sd_arena_printf(arena, "%s%.*g", mark, digits, size);
}

/* "week 26", "time 1.5". */
static const char *moment(sd_arena *arena, const sd_trace *t, size_t point)
{
    const char *units = t->history->equations->program->model->time_units;
    return sd_arena_printf(arena, "%s %.6g", sd_units_are_weeks(units) ? "week" : "time",
                           t->history->times[point]);
}

static const char *words_of(sd_arena *arena, const char *name)
{
    char *words = sd_arena_copy(arena, name, strlen(name));
    for (char *c = words; *c; c++)
        *c = (char)(*c == '_' ? ' ' : *c);
    return words;
}

/* "hours per week", "burned out staff[x]": the noun stands before " per " or at the end. */
static bool is_plural(const char *words)
{
    const char *per = strstr(words, " per ");
    size_t length = per ? (size_t)(per - words) : strcspn(words, "[");
    return length > 2 && words[length - 1] == 's' && !strchr("sui", words[length - 2]);
}

static const char *name_of(sd_arena *arena, const sd_trace *t, const sd_cause *cause)
{
    if (cause->kind == SD_CAUSE_UNDER_WAY)
        return sd_arena_printf(arena, "what was under way at %s", moment(arena, t, t->first));
    return cause->kind == SD_CAUSE_NODE ? words_of(arena, cause->name) : cause->name;
}

/* The last of the rows that the whole change comes through one after the other. */
static size_t sole_end(const sd_trace *t)
{
    size_t end = 0;
    while (end + 1 < t->count && t->list[end + 1].sole && t->list[end + 1].kind == SD_CAUSE_NODE)
        end++;
    return end;
}

/* "a (+4.1), then b (+1.2) and c (+0.9)": direct causes of row `above` whose share has that sign. */
static size_t add_side(sd_arena *arena, const sd_trace *t, size_t above, int sign, sd_text *text)
{
    const sd_cause *named[NAMED_MAX];
    size_t count = 0;
    for (size_t i = above + 1; i < t->count && count < NAMED_MAX; i++)
        if (t->list[i].above == above && sign * t->list[i].share >= worth_naming)
            named[count++] = &t->list[i];
    for (size_t i = 0; i < count; i++)
        sd_text_printf(text, "%s%s (%s)",
                       i == 0          ? ""
                       : i + 1 < count ? ", "
                       : sign < 0      ? " and "
                       : i == 1        ? ", then "
                                       : " and ",
                       name_of(arena, t, named[i]), figure(arena, named[i]->contribution, 2, true));
    return count;
}

static double largest_share(const sd_trace *t, size_t above)
{
    double largest = 0;
    for (size_t i = above + 1; i < t->count; i++)
        if (t->list[i].above == above)
            largest = fmax(largest, t->list[i].share);
    return largest;
}

static const char *still_text(sd_arena *arena, const sd_trace *t)
{
    const char *name = t->list[0].name, *from = moment(arena, t, t->first);
    double scale = fmax(fabs(t->low), fabs(t->high)), time = t->history->times[t->last];
    if (t->high - t->low <= 1e-9 * scale)
        return sd_arena_printf(arena, "%s does not change between %s and %.6g.", name, from, time);
    return sd_arena_printf(arena,
                           "%s is %s at %s and again at %.6g; in between it lies from %s to %s.",
                           name, figure(arena, t->list[0].from, 3, false), from, time,
                           figure(arena, t->low, 3, false), figure(arena, t->high, 3, false));
}

const char *sd_trace_text(sd_arena *arena, const sd_trace *t)
{
    const char *name = words_of(arena, t->list[0].name);
    size_t end = sole_end(t);
    sd_text text = sd_text_new(arena), against = sd_text_new(arena);
    if (t->change == 0)
        return still_text(arena, t);
    sd_text_printf(&text, "From %s to %.6g %s %s%s from %s to %s.", moment(arena, t, t->first),
                   t->history->times[t->last], name, t->change > 0 ? "rise" : "fall",
                   is_plural(name) ? "" : "s", figure(arena, t->list[0].from, 3, false),
                   figure(arena, t->list[0].to, 3, false));
    if (end > 0)
        sd_text_printf(&text, " All of it comes through %s.", name_of(arena, t, &t->list[end]));
    if (largest_share(t, end) >= worth_naming) {
        sd_text_printf(&text, " %s comes from ",
                       largest_share(t, end) < most_of_it ? "The largest part"
                       : end > 0                          ? "Most of that"
                                                          : "Most of it");
        (void)add_side(arena, t, end, 1, &text);
        sd_text_printf(&text, ".");
    }
    size_t opposed = add_side(arena, t, end, -1, &against);
    if (opposed)
        sd_text_printf(&text, " Against it work%s %s.", opposed == 1 ? "s" : "", against.bytes);
    return text.bytes;
}
