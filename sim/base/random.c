/* random.c - random numbers as a function of their coordinates: seed, member, variable and step go
 * in, two uniform doubles come out.  Philox4x32-10 (J. K. Salmon, M. A. Moraes, R. O. Dror and D.
 * E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

enum { ROUNDS = 10 };

void sd_random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t ret_block[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t product0 = (uint64_t)0xD2511F53u * c0;
        const uint64_t product1 = (uint64_t)0xCD9E8D57u * c2;

        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product0;
        /* Weyl sequences of the golden ratio and of the square root of 3, less 1. */
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    ret_block[0] = c0;
    ret_block[1] = c1;
    ret_block[2] = c2;
    ret_block[3] = c3;
}

/* The middle of one of 2^52 equal parts of the unit interval: never 0, never 1, and exact. */
static double unit_open(uint32_t high, uint32_t low)
{
    const uint64_t part = ((uint64_t)high << 32 | low) >> 12;

    return ((double)part + 0.5) * 0x1p-52;
}

void sd_random_uniform(sd_draw draw, double ret_pair[2])
{
    const uint32_t counter[4] = {draw.step, draw.variable, (uint32_t)draw.member,
                                 (uint32_t)(draw.member >> 32)};
    const uint32_t key[2] = {(uint32_t)draw.seed, (uint32_t)(draw.seed >> 32)};
    uint32_t block[4];

    sd_random_block(counter, key, block);
    ret_pair[0] = unit_open(block[0], block[1]);
    ret_pair[1] = unit_open(block[2], block[3]);
}
