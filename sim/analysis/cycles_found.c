/* cycles_found.c - cycles as they are found, put in order at the end; and the watch that keeps a search in its budget.
 * In: paths of links.  Out: cycles, shortest first, then by their links.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cycles_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

sd_watch sd_watch_new(const sd_budget *budget)
{
    return (sd_watch){.budget = budget, .begun = sd_clock_seconds(), .left = SD_WATCH_STEPS};
}

bool sd_watch_look(sd_watch *watch)
{
    const double used = sd_clock_seconds() - watch->begun + watch->finish;

    watch->left = SD_WATCH_STEPS;
    watch->spent = watch->spent || used >= watch->budget->seconds ||
                   (watch->budget->interrupted && *watch->budget->interrupted);
    return watch->spent;
}

void sd_catch_add(sd_catch *caught, const size_t *path, size_t count, size_t last, double cost)
{
    const sd_found found = {cost, caught->links.count, count + 1};

    for (size_t i = 0; i < count; i++)
        SD_PUSH(caught->arena, &caught->links, (uint32_t)path[i]);
    SD_PUSH(caught->arena, &caught->links, (uint32_t)last);
    SD_PUSH(caught->arena, &caught->list, found);
}

static int by_cost(const void *left, const void *right)
{
    const sd_found *a = left, *b = right;

    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static int by_first(const void *left, const void *right)
{
    const sd_found *a = left, *b = right;

    return a->first < b->first ? -1 : a->first > b->first;
}

void sd_catch_keep(sd_catch *caught, size_t most)
{
    sd_found *list = caught->list.items;
    uint32_t *links = caught->links.items;
    size_t used = 0;

    if (caught->list.count <= most)
        return;
    qsort(list, caught->list.count, sizeof *list, by_cost);
    caught->list.count = most;
    qsort(list, most, sizeof *list, by_first); /* links move down only */
    for (size_t i = 0; i < most; i++) {
        memmove(links + used, links + list[i].first, list[i].length * sizeof *links);
        list[i].first = used;
        used += list[i].length;
    }
    caught->links.count = used;
}

/* What decides nearly always stands in two numbers beside each other. */
typedef struct entry {
    uint64_t key; /* length, then first link */
    const uint32_t *links;
} entry;

static int by_links(const void *left, const void *right)
{
    const entry *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    for (size_t i = 1; i < a->key >> 32; i++)
        if (a->links[i] != b->links[i])
            return a->links[i] < b->links[i] ? -1 : 1;
    return 0;
}

sd_cycles sd_catch_sorted(sd_arena *arena, sd_catch *caught, const sd_watch *watch)
{
    const size_t count = caught->list.count;
    entry *entries = SD_NEW_ARRAY(caught->arena, entry, count);
    sd_cycle *list = SD_NEW_ARRAY(arena, sd_cycle, count);
    size_t *links = SD_NEW_ARRAY(arena, size_t, caught->links.count);

    for (size_t i = 0; i < count; i++) {
        const sd_found *found = &caught->list.items[i];

        entries[i].links = caught->links.items + found->first;
        entries[i].key = (uint64_t)found->length << 32 | entries[i].links[0];
    }
    if (count > 0)
        qsort(entries, count, sizeof *entries, by_links);
    for (size_t i = 0; i < count; i++) {
        list[i] = (sd_cycle){.length = entries[i].key >> 32, .links = links};
        for (size_t k = 0; k < list[i].length; k++)
            *links++ = entries[i].links[k];
    }
    return (sd_cycles){.count = count, .list = list, .seconds = sd_clock_seconds() - watch->begun};
}
