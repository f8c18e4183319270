/* memo.c - calls with memory, each expanded once for the start and once for the run; draws, each with one number.
 * In: a call and the place it is at.  Out: its node, the same one whenever the call is met again there.  A delay looks at
 * its time twice, a forecast at its input: without this, calls within calls would double with every level, and every copy
 * would have hidden stocks of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "program_private.h"

static expansion expansion_of(const lowering *l, const sd_expr *e, const sd_place *place,
                              expansion_use use)
{
    expansion x = {.call = e, .element = l->element, .use = use};
    for (size_t i = 0; i < SD_VARIABLE_DIMENSIONS_MAX; i++)
        x.each[i] = (uint32_t)place->each[i];
    return x;
}

static bool same(const expansion *x, const expansion *y)
{
    return x->call == y->call && x->element == y->element && x->use == y->use &&
           memcmp(x->each, y->each, sizeof x->each) == 0;
}

static size_t bucket_of(const lowering *l, const expansion *x)
{
    uint64_t hash = sd_hash_more(sd_hash(NULL, 0), &x->call, sizeof x->call);
    hash = sd_hash_more(hash, &x->element, sizeof x->element);
    hash = sd_hash_more(hash, x->each, sizeof x->each);
    hash ^= hash >> 32;
    size_t at = (size_t)hash & (l->memo_bucket_count - 1);
    while (l->memo_buckets[at] >= 0 && !same(&l->memo.items[l->memo_buckets[at]], x))
        at = (at + 1) & (l->memo_bucket_count - 1);
    return at;
}

static void rehash(lowering *l)
{
    l->memo_bucket_count = l->memo_bucket_count ? 2 * l->memo_bucket_count : 64;
    l->memo_buckets = SD_NEW_ARRAY(l->arena, int32_t, l->memo_bucket_count);
    memset(l->memo_buckets, 0xFF, l->memo_bucket_count * sizeof *l->memo_buckets);
    for (size_t i = 0; i < l->memo.count; i++)
        l->memo_buckets[bucket_of(l, &l->memo.items[i])] = (int32_t)i;
}

static const expansion *find(lowering *l, const expansion *x)
{
    if (2 * (l->memo.count + 1) > l->memo_bucket_count)
        rehash(l);
    const int32_t known = l->memo_buckets[bucket_of(l, x)];
    return known >= 0 ? &l->memo.items[known] : NULL;
}

static void put(lowering *l, const expansion *x)
{
    if (2 * (l->memo.count + 1) > l->memo_bucket_count)
        rehash(l);
    assert(l->memo.items || l->memo.capacity == 0);
    l->memo_buckets[bucket_of(l, x)] = (int32_t)l->memo.count;
    SD_PUSH(l->arena, &l->memo, *x);
}

node_id expand_once(lowering *l, const sd_expr *e, sd_place *place)
{
    expansion x = expansion_of(l, e, place, l->start ? EXPANDED_START : EXPANDED_RUN);
    const expansion *known = find(l, &x);
    if (known)
        return known->node;
    x.node = expand_call(l, e, place); /* which may put others */
    put(l, &x);
    return x.node;
}

size_t draw_once(lowering *l, const sd_expr *e, const sd_place *place)
{
    expansion x = expansion_of(l, e, place, DRAWN);
    const expansion *known = find(l, &x);
    if (known)
        return (size_t)known->node;
    draw d = {.element = l->element};
    x.node = (node_id)l->draws.count;
    SD_PUSH(l->arena, &l->draws, d);
    put(l, &x);
    return (size_t)x.node;
}
