/* ensemble_private.h - what the files of the ensemble stage share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ENSEMBLE_PRIVATE_H
#define SD_ENSEMBLE_PRIVATE_H

#include "sd/ensemble.h"

/* Scrambles a word: the finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
static inline uint64_t mixed(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/* latin.c: permutations of Latin hypercubes. */
typedef struct latin {
    uint64_t count;
    unsigned bits; /* 2^bits >= count */
    uint64_t key;
} latin;
latin latin_new(uint64_t count, uint64_t seed, uint64_t candidate);
/* Which of `count` parts of a dimension point `index` lies in. */
uint64_t latin_part(const latin *latin, size_t dimension, uint64_t index);

/* sobol.c */
enum { SOBOL_BITS = 30 };                      /* SD_MEMBERS_MAX < 2^30 */
typedef uint32_t sobol_directions[SOBOL_BITS]; /* of one dimension, as multiples of 2^-30 */
const sobol_directions *sobol_new(sd_arena *arena, size_t dimension_count);
uint32_t sobol_at(const sobol_directions directions, uint64_t index); /* a multiple of 2^-30 */
/* The same coordinate scrambled, in the open interval (0, 1); `key` is random and that of its dimension. */
double sobol_owen(uint32_t coordinate, uint64_t key);
double sobol_shifted(uint32_t coordinate, uint64_t key);

/* journal.c */
/* Of the tile that begins with member `first`; any thread, while no other asks about the same tile. */
bool journal_has(const sd_journal *journal, size_t part, uint64_t first);
/* Arrays as of sd_members; words go to the arena.  False when the file cannot be read any more. */
bool journal_recall(const sd_journal *journal, size_t part, uint64_t first, double *ret_scores,
                    int64_t *ret_failed, const char **ret_why, sd_arena *arena);
sd_status journal_fail_reading(const sd_journal *journal, sd_diag *diag);
/* One thread at a time. */
SD_NODISCARD sd_status journal_keep(sd_journal *journal, size_t part, const sd_members *members,
                                    sd_diag *diag);

/* design.c */
/* False, with E102, when a factor shares an element with one before it. */
bool factor_is_new(const sd_factor *factors, size_t count, const sd_factor *next, sd_span where,
                   sd_diag *diag);
/* What only the values of a member together can break, asked of the first and the last one. */
SD_NODISCARD sd_status design_check(const sd_design *design, const sd_scenario *scenario,
                                    sd_span where, sd_diag *diag);

#endif
