/* latin.c - the permutations of Latin hypercubes, without a table of them.
 * In: the number of a point.  Out: the part of a dimension that it lies in.
 * Method: a Feistel network, which is a permutation of 2^bits numbers whatever its functions are, walked until it comes
 * back among the first `count` numbers (Black and Rogaway 2002): less than two steps in the mean.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ensemble_private.h"

latin latin_new(uint64_t count, uint64_t seed, uint64_t candidate)
{
    latin made = {.count = count, .key = mixed(mixed(seed) ^ candidate)};
    while (count > 1 && (count - 1) >> made.bits)
        made.bits++;
    return made;
}

static uint64_t network(uint64_t x, unsigned bits, uint64_t key)
{
    enum { ROUNDS = 5 };
    const unsigned low = (bits + 1) / 2; /* the left half may have no bit at all */
    const uint64_t right_mask = (UINT64_C(1) << low) - 1;
    const uint64_t left_mask = (UINT64_C(1) << (bits - low)) - 1;
    uint64_t left = x >> low, right = x & right_mask;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        left ^= mixed(key ^ (round << 40 | right)) & left_mask;
        right ^= mixed(key ^ (round << 40 | UINT64_C(1) << 39 | left)) & right_mask;
    }
    return left << low | right;
}

uint64_t latin_part(const latin *l, size_t dimension, uint64_t index)
{
    const uint64_t key = mixed(l->key + dimension);
    do {
        index = network(index, l->bits, key);
    } while (index >= l->count);
    return index;
}
