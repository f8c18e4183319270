/* cycles_found.c - cycles as they are found, put in order at the end; and the watch that keeps a search in its budget.
 * In: paths of links.  Out: cycles, shortest first, then by their links.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cycles_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* [s] what putting cycles in order takes on a machine of 2020: a few tenths of a second a million of them. */
static const double seconds_a_cycle = 2e-7, seconds_a_link = 4e-8;

sd_watch sd_watch_new(const sd_budget *budget, const sd_catch *caught)
{
    return (sd_watch){
        .budget = budget, .begun = sd_clock_seconds(), .caught = caught, .left = SD_WATCH_STEPS};
}

bool sd_watch_look(sd_watch *watch)
{
    double used = sd_clock_seconds() - watch->begun;

    if (watch->caught)
        used += seconds_a_cycle * (double)watch->caught->list.count +
                seconds_a_link * (double)watch->caught->links.count;
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

/* The cost that stands at `k` when they are sorted (C. A. R. Hoare, Algorithm 65: find, CACM 4, 1961). */
static double select_cost(double *costs, size_t count, size_t k)
{
    size_t low = 0, high = count - 1;

    while (low < high) {
        const double pivot = costs[low + (high - low) / 2];
        size_t i = low, j = high;

        for (;;) {
            while (costs[i] < pivot)
                i++;
            while (costs[j] > pivot)
                j--;
            if (i >= j)
                break;
            const double swapped = costs[i];
            costs[i++] = costs[j];
            costs[j--] = swapped;
        }
        /* [low, j] is at most the pivot, the rest at least. */
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return costs[k];
}

double sd_catch_keep(sd_catch *caught, size_t most)
{
    const size_t count = caught->list.count;
    sd_found *list = caught->list.items;
    uint32_t *links = caught->links.items;
    size_t kept = 0, used = 0, ties = most;

    if (count <= most)
        return (double)INFINITY;
    caught->costs.count = 0;
    for (size_t i = 0; i < count; i++)
        SD_PUSH(caught->arena, &caught->costs, list[i].cost);
    const double limit = select_cost(caught->costs.items, count, most);
    for (size_t i = 0; i < count; i++)
        ties -= list[i].cost < limit;
    for (size_t i = 0; i < count; i++) {
        const sd_found each = list[i];

        if (each.cost > limit || (each.cost == limit && ties == 0))
            continue;
        ties -= each.cost == limit;
        memmove(links + used, links + each.first, each.length * sizeof *links);
        list[kept++] = (sd_found){each.cost, used, each.length};
        used += each.length;
    }
    caught->list.count = kept;
    caught->links.count = used;
    return limit;
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
