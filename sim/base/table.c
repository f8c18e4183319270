/* table.c - a hash table from text to a pointer in an arena: open addressing with linear probing
 * and at most two thirds of the places taken (Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm L); the hash is FNV-1a with a final mix (Fowler, Noll and Vo).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <string.h>

typedef struct place {
    const char *key; /* NULL: free */
    void *value;
    uint64_t hash;
} place;

struct sd_table {
    sd_arena *arena;
    place *places;
    size_t count, size; /* size is a power of two */
};

enum { FIRST_SIZE = 16 };

static uint64_t hash_of(const char *key)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
    /* FNV's low bits depend on few bits of the text, and the low bits choose the place. */
    return hash ^ hash >> 32;
}

sd_table *sd_table_new(sd_arena *arena)
{
    sd_table *table = SD_NEW(arena, sd_table);

    table->arena = arena;
    table->size = FIRST_SIZE;
    table->places = SD_NEW_ARRAY(arena, place, FIRST_SIZE);
    return table;
}

/* The place of the key, or the free one where it would go. */
static place *place_of(const sd_table *table, const char *key, uint64_t hash)
{
    for (size_t at = (size_t)hash & (table->size - 1);; at = (at + 1) & (table->size - 1)) {
        place *each = &table->places[at];

        if (!each->key || (each->hash == hash && strcmp(each->key, key) == 0))
            return each;
    }
}

void *sd_table_find(const sd_table *table, const char *key)
{
    return place_of(table, key, hash_of(key))->value;
}

static void table_grow(sd_table *table)
{
    const place *old = table->places;
    const size_t old_size = table->size;

    table->size = old_size * 2;
    table->places = SD_NEW_ARRAY(table->arena, place, table->size);
    for (size_t at = 0; at < old_size; at++) {
        if (old[at].key)
            *place_of(table, old[at].key, old[at].hash) = old[at];
    }
}

void *sd_table_put(sd_table *table, const char *key, void *value)
{
    const uint64_t hash = hash_of(key);
    place *found = place_of(table, key, hash);
    void *before = found->value;

    assert(value);
    if (!found->key) {
        if (table->count + 1 > table->size / 3 * 2) {
            table_grow(table);
            found = place_of(table, key, hash);
        }
        *found = (place){.key = key, .hash = hash};
        table->count++;
    }
    found->value = value;
    return before;
}
