/* diagram_choose.c - which loops and variables a causal loop diagram shows when no layout says so: scored loops go in,
 * nodes and loops come out.
 * Method: the strongest loops are taken as long as the variables that tell them apart - stocks, and where ways part or
 * meet - are few enough to be read; a loop with too few of its own gets more of its variables, evenly spread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOOPS_MAX = 8, LEAST_A_LOOP = 3, LINES_MAX = 3 };

static const double least_share = 1e-4; /* [1] what drives less is no use to a reader */
static const double label_width = 150;  /* [pixel] */

/* One variable, or element, of the loops chosen so far, and whether more than one way leads to or from it. */
typedef struct passed {
    sd_stop stop, before, after;
    bool meets, shown;
} passed;
typedef SD_LIST(passed) passed_list;

static bool is_same(sd_stop a, sd_stop b)
{
    return a.variable == b.variable && a.element == b.element;
}

static passed *find(const passed_list *list, sd_stop stop)
{
    for (size_t i = 0; i < list->count; i++)
        if (is_same(list->items[i].stop, stop))
            return &list->items[i];
    return NULL;
}

static void pass_loop(sd_arena *arena, passed_list *list, const sd_feedback *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const passed now = {.stop = f->stops[i],
                            .before = f->stops[(i + f->count - 1) % f->count],
                            .after = f->stops[(i + 1) % f->count]};
        passed *known = find(list, now.stop);

        if (known)
            known->meets |=
                !is_same(known->before, now.before) || !is_same(known->after, now.after);
        else
            SD_PUSH(arena, list, now);
    }
}

static size_t count_shown(const passed_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].shown;
    return count;
}

/* Shows more of a loop until it has LEAST_A_LOOP, or all that it has. */
static void fill_loop(const passed_list *list, const sd_feedback *f)
{
    const size_t wanted = f->count < LEAST_A_LOOP ? f->count : LEAST_A_LOOP;
    size_t shown = 0;

    for (size_t i = 0; i < f->count; i++)
        shown += find(list, f->stops[i])->shown;
    while (shown < wanted) {
        size_t best = 0, widest = 0;

        /* The middle of the longest stretch without one. */
        for (size_t i = 0; i < f->count; i++) {
            size_t gap = 0;

            while (gap < f->count && !find(list, f->stops[(i + gap) % f->count])->shown)
                gap++;
            if (gap > widest) {
                widest = gap;
                best = (i + gap / 2) % f->count;
            }
        }
        find(list, f->stops[best])->shown = true;
        shown++;
    }
}

/* What is shown of these loops. */
static passed_list shown_of(sd_arena *arena, const sd_feedback *const *loops, size_t count)
{
    passed_list list = {0};

    for (size_t l = 0; l < count; l++)
        pass_loop(arena, &list, loops[l]);
    for (size_t i = 0; i < list.count; i++)
        list.items[i].shown = list.count <= SD_DIAGRAM_NODES_MAX || list.items[i].meets ||
                              list.items[i].stop.variable->kind == SD_STOCK;
    for (size_t l = 0; l < count; l++)
        fill_loop(&list, loops[l]);
    return list;
}

/* A single loop of very many stocks shows some of them. */
static void thin_out(passed_list *list)
{
    const size_t shown = count_shown(list);
    size_t seen = 0;

    if (shown <= SD_DIAGRAM_NODES_MAX)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].shown) {
            list->items[i].shown =
                seen * SD_DIAGRAM_NODES_MAX / shown != (seen + 1) * SD_DIAGRAM_NODES_MAX / shown;
            seen++;
        }
}

/* "AI use[high]", broken into lines. */
static const char *label_of(sd_arena *arena, const sd_model *model, sd_stop stop)
{
    const char *name = stop.element == SIZE_MAX ? stop.variable->name
                                                : sd_model_element_name(model, stop.element, arena);
    char *words = sd_arena_copy(arena, name, strlen(name));
    const char *lines[LINES_MAX];
    sd_text label = sd_text_new(arena);
    size_t count;

    for (char *c = words; *c; c++)
        if (*c == '_')
            *c = ' ';
    count = sd_chart_wrapped(arena, words, label_width, SD_NODE_SIZE, true, LINES_MAX, lines);
    for (size_t i = 0; i < count; i++)
        sd_text_printf(&label, "%s%s", i > 0 ? "\n" : "", lines[i]);
    return label.bytes;
}

/* ---- which loops come first ---- */

typedef struct candidate {
    const sd_feedback *loop;
    bool elsewhere;  /* in another partition than that of the loop that drives */
    double strength; /* [1] share within the window, or over the run */
} candidate;

static int by_strength(const void *left, const void *right)
{
    const candidate *a = left, *b = right;

    if (a->elsewhere != b->elsewhere)
        return a->elsewhere ? 1 : -1;
    return a->strength != b->strength ? (a->strength > b->strength ? -1 : 1)
                                      : (a->loop > b->loop) - (a->loop < b->loop);
}

/* The loops that may be drawn, by their shares at that time; those over the run are in order already. */
static candidate *candidates_of(const sd_diagram *d, double at, size_t *ret_count)
{
    const sd_feedbacks *all = d->feedbacks;
    candidate *list = SD_NEW_ARRAY(d->arena, candidate, all->count + 1);
    const sd_window window = sd_window_at(all->graph->history, isnan(at) ? 0 : at);
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        const sd_feedback *f = &all->list[i];
        const double over_run = sd_loop_share(all, f);
        const double strength = isnan(at) ? over_run : sd_window_share(all, f, window);

        if (sd_loop_shares(all, f) && f->count >= 2 &&
            (!all->moves || fmax(strength, over_run) >= least_share))
            list[count++] = (candidate){f, f->partition != all->list[0].partition, strength};
    }
    if (!isnan(at))
        qsort(list, count, sizeof *list, by_strength);
    *ret_count = count;
    return list;
}

void sd_diagram_choose(sd_diagram *d, double at)
{
    const sd_feedback *loops[LOOPS_MAX];
    passed_list list = {0};
    size_t count = 0, candidate_count = 0;
    const candidate *candidates = candidates_of(d, at, &candidate_count);

    for (size_t i = 0; i < candidate_count && count < LOOPS_MAX; i++) {
        passed_list with;

        loops[count] = candidates[i].loop;
        with = shown_of(d->arena, loops, count + 1);
        if (count > 0 && count_shown(&with) > SD_DIAGRAM_NODES_MAX)
            continue;
        list = with;
        count++;
    }
    thin_out(&list);
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].shown) {
            const sd_diagram_node node = {
                .stop = list.items[i].stop,
                .label = label_of(d->arena, d->scenario->model, list.items[i].stop)};

            SD_PUSH(d->arena, &d->nodes, node);
        }
    for (size_t l = 0; l < count; l++) {
        const sd_diagram_loop loop = {
            .feedback = loops[l], .label = sd_loop_words(loops[l]), .clockwise = true};

        SD_PUSH(d->arena, &d->loops, loop);
    }
}
