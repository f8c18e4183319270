/* sobol.c - Sobol' sequences of up to 256 dimensions, plain and scrambled.
 * In: the number of a point.  Out: one of its coordinates.
 * Method: the sequence in the order of Gray codes (Antonov and Saleev 1979), so that a point is the exclusive or of the
 * direction numbers that the bits of its number's Gray code choose, whatever came before it.  The first 40 dimensions have
 * the polynomials and initial numbers of Bratley and Fox (1988, algorithm 659), which GSL uses too; the initial numbers of
 * the others were found by a search, each against all dimensions before it, for pairs that are evenly spread at 2^4 .. 2^14
 * points.  Owen's nested uniform scrambling (1995) turns the two halves of every interval over, or not, by a random bit
 * of that interval: here, a bit of a hash of its beginning, one hash for six levels of halves.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "ensemble_private.h"

enum { DEGREE_MAX = 11 };

/* The polynomial's coefficients as bits, and the first direction numbers m[i], odd and below 2^(i + 1); the others follow
 * from them.  The first dimension has m[i] = 1 throughout. */
static const struct {
    uint16_t polynomial, m[DEGREE_MAX];
} numbers[] = {
#include "sobol_numbers.def"
};
static_assert(sizeof numbers / sizeof *numbers == SD_SOBOL_DIMENSIONS_MAX, "one row a dimension");

static unsigned degree_of(unsigned polynomial)
{
    unsigned degree = 0;
    while (polynomial >>= 1)
        degree++;
    return degree;
}

static void direct(size_t dimension, uint32_t *ret_directions)
{
    const unsigned polynomial = numbers[dimension].polynomial, degree = degree_of(polynomial);
    uint32_t m[SOBOL_BITS];
    for (unsigned i = 0; i < SOBOL_BITS; i++) {
        if (degree == 0) {
            m[i] = 1;
        } else if (i < degree) {
            m[i] = numbers[dimension].m[i];
        } else {
            m[i] = m[i - degree];
            for (unsigned k = 1; k <= degree; k++)
                if (polynomial >> (degree - k) & 1)
                    m[i] ^= m[i - k] << k;
        }
        ret_directions[i] = m[i] << (SOBOL_BITS - 1 - i);
    }
}

const sobol_directions *sobol_new(sd_arena *arena, size_t dimension_count)
{
    assert(dimension_count <= SD_SOBOL_DIMENSIONS_MAX);
    sobol_directions *directions = SD_NEW_ARRAY(arena, sobol_directions, dimension_count + 1);
    for (size_t d = 0; d < dimension_count; d++)
        direct(d, directions[d]);
    return (const sobol_directions *)directions;
}

uint32_t sobol_at(const sobol_directions directions, uint64_t index)
{
    uint32_t coordinate = 0;
    assert(index >> SOBOL_BITS == 0);
    for (uint64_t gray = index ^ index >> 1; gray; gray &= gray - 1)
        coordinate ^= directions[__builtin_ctzll(gray)];
    return coordinate;
}

/* The middle of one of 2^52 parts: `high` has the first 30 bits of its number, `low` the others. */
static double fine(uint32_t high, uint64_t low)
{
    const unsigned left = 52 - SOBOL_BITS;
    return ((double)((uint64_t)high << left | low >> (64 - left)) + 0.5) * 0x1p-52;
}

double sobol_shifted(uint32_t coordinate, uint64_t key)
{
    return fine(coordinate ^ (uint32_t)(mixed(key) >> (64 - SOBOL_BITS)), mixed(key + 1));
}

double sobol_owen(uint32_t coordinate, uint64_t key)
{
    enum {
        LEVELS = 6
    }; /* their intervals are 1 + 2 + ... + 32 = 63 nodes of a tree, and a hash has 64 bits */
    uint32_t flips = 0;
    for (unsigned left = SOBOL_BITS; left > 0; left -= LEVELS) {
        const uint64_t bits = mixed(key ^ ((uint64_t)left << 32 | coordinate >> left));
        unsigned node = 1;
        for (unsigned i = 1; i <= LEVELS; i++) {
            flips = flips << 1 | (bits >> node & 1);
            node = node << 1 | (coordinate >> (left - i) & 1);
        }
    }
    return fine(coordinate ^ flips, mixed(key ^ coordinate));
}
